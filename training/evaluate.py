"""Held-out figures of the bundled models: scenes of another seed, through the processors, in the tables of the card.

Run ``python -m training.evaluate --n 2600 --seed 90210 [--clip DIR] [--detector DIR]``.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clip_lint.verify import trials as ask
from clip_lint.verify.detecting import count_of, detector_answers
from clip_lint.verify.detector import DRAWN, load_detector
from clip_lint.verify.fixtures import load_fixtures
from clip_lint.verify.loading import bundled_folder
from clip_lint.verify.measuring import Bench, share
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes import coco, compose
from clip_lint.verify.transformers_towers import load_towers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.verify.image_encoder import ImageEncoder

_TEMPLATE = "a photo of {}"
_KINDS = (
    ("presence: a kind that is there against one that is not", ask.presence, 2),
    ("kind, of ten", ask.naming, 10),
    ("colour, of eight", ask.colouring, 8),
    ("number against its neighbour, one to ten", ask.counting, 2),
    ("number, of ten", partial(ask.counting, numbers=range(1, 11)), 10),
    ("direction against its mirror image", ask.direction, 2),
    ("roles: the two nouns exchanged", ask.roles, 2),
    ("binding: colours or sizes exchanged", ask.binding, 2),
    ("with against without", ask.negation, 2),
    ("one of eight words against another", ask.reading, 2),
)


def _no_encoder() -> ImageEncoder:
    raise VerifyProblem("no image encoder is evaluated")


def _row(name: str, hits: Sequence[bool], ways: int) -> str:
    found = share(hits)
    return (
        f"| {name} | {len(hits)} | {found.value:.1%} | {found.low:.1%} to {found.high:.1%} | {1 / ways:.0%} |"
    )


def tables(folder: Path, clip: Path, detector: Path) -> Iterator[str]:
    """The lines of the card's tables, measured on the scenes of ``folder``."""
    fixtures = load_fixtures(folder)
    towers = load_towers(clip, "bundled model", "cpu")
    finder = load_detector(detector, "bundled detector", "cpu", DRAWN)
    bench = Bench(towers, fixtures, lambda: finder, lambda: towers, _no_encoder)
    yield "| CLIP model | n | right | 95% interval | chance |"
    yield "|---|---|---|---|---|"
    for name, questions, ways in _KINDS:
        asked = questions(fixtures, _TEMPLATE)
        yield _row(name, bench.answers(asked), ways)
    yield ""
    yield "| detector | n | right | 95% interval |"
    yield "|---|---|---|---|"
    found = bench.detect(range(len(fixtures.pictures)))
    counted = [(i, picture) for i, picture in enumerate(fixtures.pictures) if picture.task == "count"]
    exact = [(picture.items[0].kind, len(picture.items), found[i]) for i, picture in counted]
    hits = [(number, count_of(boxes, kind) == number) for kind, number, boxes in exact]
    yield _row("count exact, one to ten", [hit for _, hit in hits], 2).rsplit("|", 2)[0] + "|"
    for low, high in ((1, 3), (4, 6), (7, 10)):
        part = [hit for number, hit in hits if low <= number <= high]
        yield _row(f"count exact, {low} to {high}", part, 2).rsplit("|", 2)[0] + "|"
    everything = [
        {kind: count_of(found[i], kind) for kind in fixtures.kinds}
        == {kind: picture.count(kind) for kind in fixtures.kinds}
        for i, picture in enumerate(fixtures.pictures)
    ]
    yield _row("every kind's number right, all scenes", everything, 2).rsplit("|", 2)[0] + "|"
    for code, name, questions in (
        ("CLP102", "direction from the boxes", ask.direction),
        ("CLP103", "binding from the crops, each scored by the CLIP model", ask.binding),
        ("CLP104", "presence", ask.negation),
    ):
        answers = detector_answers(code, questions(fixtures, _TEMPLATE), bench)
        if not isinstance(answers, str):
            yield _row(name, answers, 2).rsplit("|", 2)[0] + "|"


@click.command()
@click.option("--n", "number", default=2600, show_default=True)
@click.option("--seed", default=90210, show_default=True)
@click.option("--clip", type=click.Path(path_type=Path, file_okay=False), default=bundled_folder("clip"))
@click.option(
    "--detector", type=click.Path(path_type=Path, file_okay=False), default=bundled_folder("detector")
)
def main(number: int, seed: int, clip: Path, detector: Path) -> None:
    """Print the tables of the model card."""
    with tempfile.TemporaryDirectory() as folder:
        coco.write(list(compose.fixture_scenes(number, seed)), Path(folder), seed)
        for line in tables(Path(folder), clip, detector):
            click.echo(line)


if __name__ == "__main__":
    main()
