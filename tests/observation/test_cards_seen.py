"""The cards' own programs, run under observation on tiny models: the bad ones show their fault, the repaired ones nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clip_lint.core.cards import load_rules
from clip_lint.observation.verdicts import Seen

pytest.importorskip("transformers")
watched = pytest.importorskip("watched")

BAD = {
    "CLP101": 3,
    "CLP102": 3,
    "CLP103": 1,
    "CLP104": 2,
    "CLP105": 3,
    "CLP106": 2,
    "CLP107": 2,
    "CLP108": 2,
    "CLP109": 2,
    "CLP110": 2,
    "CLP111": 2,
    "CLP112": 0,
    "CLP113": 2,
    "CLP114": 2,
    "CLP116": 3,
    "CLP201": 2,
    "CLP202": 2,
    "CLP203": 4,
    "CLP204": 3,
    "CLP205": 2,
    "CLP207": 2,
    "CLP208": 3,
    "CLP209": 1,
    "CLP210": 2,
    "CLP211": 2,
    "CLP301": 1,
    "CLP302": 4,
    "CLP303": 3,
    "CLP304": 1,
    "CLP305": 2,
    "CLP307": 3,
    "CLP308": 1,
    "CLP309": 1,
    "CLP401": 2,
    "CLP402": 1,
    "CLP403": 3,
    "CLP404": 1,
    "CLP405": 1,
}
"""How many of a card's bad programs show their fault here; the others need libraries that a test has not, or call nothing."""
KEYS = """\
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
LABELS = ["using_laptop", "drinking_coffee", "talking_on_phone"]
processor(text=LABELS, return_tensors="pt", padding=True)
"""
OTHERWISE = {
    "CLP301": "it is about the size of pictures, which tiny models share",
    "CLP302": "the tiny tokenizer knows its length, the real one does not",
}
"""Cards of which the tiny models may contradict a finding."""

PROGRAMS = {
    code: [each.text for each in load_rules()[code].examples if each.kind == "bad"] for code in sorted(BAD)
}
FIXED = [
    pytest.param(rule.code, each.text, id=f"{rule.code}-line-{each.line}")
    for rule in load_rules().values()
    for each in rule.examples
    if each.kind == "fixed"
]


def test_the_page_says_what_is_watched_and_what_is_not() -> None:
    page = (Path(__file__).parents[2] / "docs" / "observe.md").read_text(encoding="utf-8")
    rows = " ".join(line.partition("|")[2].partition("|")[0] for line in page.splitlines() if "CLP" in line)
    ranges = re.findall(r"(CLP\d+)(?: to (CLP\d+))?", rows)
    said = {code for code in load_rules() for low, high in ranges if low <= code <= (high or low)}
    assert said == set(BAD)
    sentence = re.search(r"([^.;]*) are not watched for\.", page)
    assert sentence is not None
    named, _, but = sentence[1].partition("preview but")
    preview = {code for code, rule in load_rules().items() if rule.is_preview}
    left_out = set(re.findall(r"CLP\d+", named)) | preview - set(re.findall(r"CLP\d+", but))
    assert left_out == load_rules().keys() - said - {"CLP001"}


def test_most_rules_can_be_seen() -> None:
    assert sum(number > 0 for number in BAD.values()) >= 25


def test_keys_of_a_data_set_that_reach_the_tokenizer_are_seen(libraries: Path) -> None:
    result, _ = watched.watch(KEYS, libraries)
    assert Seen.OBSERVED in watched.said(result, "CLP112")


@pytest.mark.parametrize("code", sorted(BAD))
def test_the_bad_programs_of_a_card_show_their_fault(code: str, libraries: Path) -> None:
    shown = 0
    for program in PROGRAMS[code]:
        result, _ = watched.watch(program, libraries)
        assert result.failures == ()
        assert code in OTHERWISE or Seen.CONTRADICTED not in watched.said(result, code)
        shown += Seen.OBSERVED in watched.said(result, code)
    assert shown >= BAD[code]


@pytest.mark.parametrize(("code", "program"), FIXED)
def test_a_repaired_program_shows_nothing(code: str, program: str, libraries: Path) -> None:
    result, ended = watched.watch(program, libraries)
    assert result.failures == ()
    assert ended is None
    others = {"CLP402"} if code == "CLP110" else set()  # what the card's program shows beside its own subject
    assert {each.finding.code for each in result.of(Seen.OBSERVED)} <= others
    assert [(each.code, each.words) for each in result.missed] == []
