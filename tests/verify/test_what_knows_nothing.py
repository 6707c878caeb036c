"""Each rule on models whose answers are known: who knows nothing of it shows no harm that knowledge decides, and clears nothing.

python tests/verify/test_what_knows_nothing.py     # the table, expected and got
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from known_models import KnownTowers, bag_of_words, bench, claims_of, oracle, random_model, words

from clip_lint.core.evidence import (
    IDENTITIES,
    TIMED,
    WHATEVER_IMAGES,
    AsWritten,
    Evidence,
    EvidenceRequest,
    Verdict,
)
from clip_lint.verify.run import PROBES, _Session, probe_for
from clip_lint.verify.scenes.model import KINDS, NUMBERS
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from clip_lint.verify.fixtures import FixtureSet, Picture

PROMPTS = {
    "CLP101": ("a photo of four mugs", "a photo of five mugs"),
    "CLP102": ("a lamp to the left of a chair", "a lamp to the right of a chair"),
    "CLP103": ("a red kite and a blue boat", "a blue kite and a red boat"),
    "CLP104": ("a beach with people", "a beach without people"),
    "CLP106": ("a boy feeding a goat", "a goat feeding a boy"),
    "CLP107": ("a sign that says stop", "a sign that says go"),
}
WRITTEN = {"CLP206": AsWritten(threshold=0.9), "CLP211": AsWritten(temperature=5.0)}
PAIRWISE = frozenset({"CLP205", "CLP302"})
HARM, NONE, OPEN, ANY = "harmful", "harmless", "undecided", ""
EXPECTED = {
    # rule: oracle, bag of words, random, text only, colour-blind; ANY where ties or the norms of made-up features decide
    "CLP101": (NONE, HARM, OPEN, OPEN, HARM),
    "CLP102": (NONE, HARM, OPEN, OPEN, ANY),
    "CLP103": (NONE, HARM, OPEN, OPEN, HARM),
    "CLP104": (NONE, HARM, OPEN, OPEN, HARM),
    "CLP106": (NONE, HARM, OPEN, OPEN, HARM),
    "CLP107": (NONE, ANY, OPEN, OPEN, ANY),
    "CLP201": (HARM, HARM, OPEN, OPEN, NONE),
    "CLP202": (HARM, HARM, HARM, HARM, ANY),
    "CLP203": (HARM, HARM, HARM, HARM, HARM),
    "CLP204": (HARM, HARM, HARM, HARM, HARM),
    "CLP205": (HARM, HARM, OPEN, OPEN, ANY),
    "CLP206": (HARM, HARM, OPEN, OPEN, ANY),
    "CLP207": (HARM, ANY, OPEN, OPEN, ANY),
    "CLP208": (HARM, HARM, HARM, HARM, HARM),
    "CLP209": (HARM, HARM, OPEN, OPEN, HARM),
    "CLP210": (NONE, NONE, ANY, OPEN, ANY),
    "CLP211": (HARM, HARM, HARM, HARM, ANY),
    "CLP302": (NONE, NONE, OPEN, OPEN, NONE),
    "CLP303": (OPEN, HARM, OPEN, OPEN, OPEN),
    "CLP304": (OPEN, HARM, OPEN, OPEN, OPEN),
    "CLP308": (OPEN, HARM, OPEN, OPEN, OPEN),
}


def colour_blind(scenes: FixtureSet) -> KnownTowers:
    known = {*KINDS, "big", "small", *NUMBERS, "left", "right", "above", "below"}

    def seen(picture: Picture) -> set[str]:
        return {word for item in picture.items for word in (item.kind, item.size) if word}

    return KnownTowers(scenes, seen, lambda prompt: known & set(words(prompt)), "colour-blind")


def known_models(scenes: FixtureSet) -> tuple[KnownTowers, ...]:
    text_only = KnownTowers(scenes, lambda _picture: {"an image"}, claims_of, "text only")
    return (oracle(scenes), bag_of_words(scenes), random_model(scenes), text_only, colour_blind(scenes))


@pytest.fixture(scope="module")
def models(scenes: FixtureSet) -> tuple[KnownTowers, ...]:
    return known_models(scenes)


def measured(code: str, models: tuple[KnownTowers, ...]) -> list[str]:
    """What the probe says of the rule on each model; what is about sigmoid models is asked of such."""
    request = EvidenceRequest(
        code, None, PROMPTS.get(code, ("a photo of a cat",)), WRITTEN.get(code, AsWritten())
    )
    probe = probe_for(code)
    assert probe is not None
    if code in PAIRWISE:
        models = tuple(replace(towers, scoring=Scoring(100.0, -50.0, is_sigmoid=True)) for towers in models)
    return [probe.run(request, bench(towers, has_detector=False)).verdict.value for towers in models]


@pytest.mark.parametrize("code", EXPECTED)
def test_a_rule_on_five_models(code: str, models: tuple[KnownTowers, ...]) -> None:
    got = measured(code, models)
    assert [word for word, expected in zip(got, EXPECTED[code], strict=True) if expected] == [
        expected for expected in EXPECTED[code] if expected
    ]
    for guesser in got[2:4]:
        assert guesser != Verdict.HARMLESS.value
    for word in got:
        assert elsewhere(code, word) in {"certain", "demonstrated", "not demonstrated"}


def elsewhere(code: str, word: str) -> str:
    """What the same figure is worth where it was taken on another checkpoint than the code's."""
    return Evidence(code, "a probe", Verdict(word), "one", in_place_of="another").standing


@pytest.mark.parametrize("code", [code for probe in PROBES for code in probe.codes])
def test_drawn_scenes_other_models_and_the_clock_clear_nothing(code: str, scenes: FixtureSet) -> None:
    session = _Session.__new__(_Session)
    session.fixtures = scenes
    assert session._doubt(code, "another checkpoint")
    is_cleared_by_drawings = not session._doubt(code, "")
    assert is_cleared_by_drawings == (code in WHATEVER_IMAGES - IDENTITIES - TIMED)


if __name__ == "__main__":
    from clip_lint.verify.fixtures import load_fixtures

    known = known_models(load_fixtures(None))
    print(f"{'rule':8}", *(f"{towers.name:>22}" for towers in known), f"{'other checkpoint':>18}")
    for rule, row in EXPECTED.items():
        words_got = measured(rule, known)
        cells = (f"{expected or 'any'}/{word}" for expected, word in zip(row, words_got, strict=True))
        print(f"{rule:8}", *(f"{cell:>22}" for cell in cells), f"{elsewhere(rule, words_got[0]):>18}")
