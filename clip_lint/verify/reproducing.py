"""A published figure measured again: ours beside theirs, with the tolerance within which the two are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.evidence import Interval
from clip_lint.knowledge.figures.lookup import Benchmark, measured
from clip_lint.verify.folders import published_set
from clip_lint.verify.loading import choose_device
from clip_lint.verify.measuring import Bench, share
from clip_lint.verify.models import Models
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.published import read_parts
from clip_lint.verify.threads import fitting_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.verify.trials import Question

TOLERANCE = 1.0
"""Points of percent: decoders and resampling of images differ by less."""
SOURCES = {
    "sugarcrepe": "github.com/RAIVNLab/sugar-crepe (data/)",
    "whatsup": "github.com/amitakamath/whatsup_vlms",
    "valse": "github.com/Heidelberg-NLP/VALSE (data/)",
    "aro": "github.com/mertyg/vision-language-models-are-bows",
    "winoground": "huggingface.co/datasets/facebook/winoground",
    "countbench": "huggingface.co/datasets/nielsr/countbench",
    "negbench": "github.com/m1k2zoo/negbench",
}
"""Where each benchmark's files are published."""
_FIGURES = {
    "swap_att": Benchmark("swaps", "attributes", "SugarCrepe's swapped attributes", 50),
    "swap_obj": Benchmark("swaps", "objects", "SugarCrepe's swapped objects", 50),
}
_WHOLE = {
    "valse": Benchmark("composition", "valse", "VALSE, mean of its parts"),
    "winoground": Benchmark("composition", "winoground", "Winoground, group score"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a benchmark: how many of its items could be asked, our figure and theirs in percent."""

    name: str
    asked: int
    items: int
    ours: Interval
    theirs: float | None

    @property
    def is_same(self) -> bool | None:
        """Whether ours lies within the tolerance of theirs; None where items are missing or nothing was published."""
        if self.theirs is None or self.asked < self.items:
            return None
        return abs(100 * self.ours.value - self.theirs) <= TOLERANCE


def reproduce(
    name: str,
    data: Path,
    images: Path | None,
    checkpoint: Checkpoint,
    *,
    model: str | None = None,
    device: str = "auto",
    offline: bool = False,
    tell: Callable[[str], object] = lambda _words: None,
) -> Iterator[Row]:
    """The rows of a benchmark, each as soon as it is measured; VerifyProblem where it cannot be."""
    parts = read_parts(data) if data.exists() else []
    if not parts:
        raise VerifyProblem(
            f"{data}: none of the files of {name} is here; they are published at {SOURCES[name]}"
        )
    fixtures = published_set(data, parts, images)
    models = Models(choose_device(device), offline, model)
    towers = models.towers(checkpoint)

    def none() -> object:
        raise VerifyProblem("not needed here")

    bench = Bench(towers, fixtures, none, none, none, tell=tell)  # type: ignore[arg-type]
    values = []
    with fitting_threads(towers.module()):
        for part, (_, _, questions) in zip(parts, fixtures.published, strict=True):
            hits = _paired(bench, questions) if part.is_paired else bench.answers(questions)
            found = share(hits)
            values.append(found.value)
            items = len(part.asked) // (2 if part.is_paired else 1)
            benchmark = _FIGURES.get(part.name) or (_WHOLE.get(name) if part.is_paired else None)
            yield Row(
                part.name,
                len(hits),
                items,
                found,
                None if benchmark is None else measured(benchmark, checkpoint),
            )
    if name in _WHOLE and len(values) > 1:
        mean = sum(values) / len(values)
        asked, items = (
            sum(counts)
            for counts in zip(
                *((len(q), len(p.asked)) for p, (_, _, q) in zip(parts, fixtures.published, strict=True)),
                strict=True,
            )
        )
        yield Row("mean", asked, items, Interval(mean, mean, mean), measured(_WHOLE[name], checkpoint))


def _paired(bench: Bench, questions: tuple[Question, ...]) -> list[bool]:
    """Winoground's group score: both captions right for their images, and both images right for their captions."""
    bench.prepare(questions)
    found = []
    for one, other in zip(questions[::2], questions[1::2], strict=True):
        a, b = bench.cosines(one).tolist(), bench.cosines(other).tolist()
        found.append(a[0] > a[1] and b[1] > b[0] and a[0] > b[0] and b[1] > a[1])
    return found
