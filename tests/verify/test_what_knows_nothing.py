"""Each rule on models whose answers are known: who knows nothing of it shows no harm that knowledge decides, and clears nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from known_models import KnownTowers, bag_of_words, bench, claims_of, oracle, random_model, words

from clip_lint.core.evidence import IDENTITIES, TIMED, WHATEVER_IMAGES, AsWritten, EvidenceRequest, Verdict
from clip_lint.verify.run import PROBES, _Session, probe_for
from clip_lint.verify.scenes.model import KINDS, NUMBERS

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
    "CLP206": (HARM, HARM, OPEN, OPEN, ANY),
    "CLP207": (HARM, ANY, OPEN, OPEN, ANY),
    "CLP208": (HARM, HARM, HARM, HARM, HARM),
    "CLP209": (HARM, HARM, OPEN, OPEN, HARM),
    "CLP210": (NONE, NONE, ANY, OPEN, ANY),
    "CLP211": (HARM, HARM, HARM, HARM, ANY),
    "CLP303": (OPEN, HARM, OPEN, OPEN, OPEN),
    "CLP304": (OPEN, HARM, OPEN, OPEN, OPEN),
    "CLP308": (OPEN, HARM, OPEN, OPEN, OPEN),
}


def colour_blind(scenes: FixtureSet) -> KnownTowers:
    known = {*KINDS, "big", "small", *NUMBERS, "left", "right", "above", "below"}

    def seen(picture: Picture) -> set[str]:
        return {word for item in picture.items for word in (item.kind, item.size) if word}

    return KnownTowers(scenes, seen, lambda prompt: known & set(words(prompt)), "colour-blind")


@pytest.fixture(scope="module")
def models(scenes: FixtureSet) -> tuple[KnownTowers, ...]:
    text_only = KnownTowers(scenes, lambda _picture: {"an image"}, claims_of, "text only")
    return (oracle(scenes), bag_of_words(scenes), random_model(scenes), text_only, colour_blind(scenes))


@pytest.mark.parametrize("code", EXPECTED)
def test_a_rule_on_five_models(code: str, models: tuple[KnownTowers, ...]) -> None:
    request = EvidenceRequest(
        code, None, PROMPTS.get(code, ("a photo of a cat",)), WRITTEN.get(code, AsWritten())
    )
    probe = probe_for(code)
    assert probe is not None
    got = [probe.run(request, bench(towers, has_detector=False)).verdict.value for towers in models]
    assert [word for word, expected in zip(got, EXPECTED[code], strict=True) if expected] == [
        expected for expected in EXPECTED[code] if expected
    ]
    for guesser in got[2:4]:
        assert guesser != Verdict.HARMLESS.value


@pytest.mark.parametrize("code", [code for probe in PROBES for code in probe.codes])
def test_drawn_scenes_other_models_and_the_clock_clear_nothing(code: str, scenes: FixtureSet) -> None:
    session = _Session.__new__(_Session)
    session.fixtures = scenes
    assert session._doubt(code, "another checkpoint")
    is_cleared_by_drawings = not session._doubt(code, "")
    assert is_cleared_by_drawings == (code in WHATEVER_IMAGES - IDENTITIES - TIMED)
