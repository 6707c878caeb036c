"""What a request wants: its kind by grammar, whatever the verb; captions and labels want nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.language.cores import core_of
from clip_lint.language.lexicon import sections
from clip_lint.language.patterns import compiled, expression, first_words
from clip_lint.language.tasks import TaskKind, request


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("find pictures of lighthouses", TaskKind.FIND),
        ("find scratches on the hull", TaskKind.ANOMALY),
        ("find the house number on the wall", TaskKind.READ),
        ("find duplicates of this picture", TaskKind.DUPLICATES),
        ("find where the valve is", TaskKind.DETECT),
        ("tally the barrels", TaskKind.COUNT),
        ("how tall is the mast?", TaskKind.MEASURE),
        ("cut out the mast", TaskKind.SEGMENT),
        ("is the buoy left of the boat?", TaskKind.RELATE),
        ("which sailors wear no vest?", TaskKind.ABSENT),
        ("who is the captain in the picture?", TaskKind.PERSON),
        ("what kind of gull is it?", TaskKind.NARROW),
        ("which sail is bigger", TaskKind.COMPARE),
        ("why is the captain here?", TaskKind.ANSWER),
        ("describe the harbour", TaskKind.DESCRIBE),
        ("explain the joke", TaskKind.CONVERSE),
        ("sort the photos into harbour and market", TaskKind.CLASSIFY),
        ("what is the boat worth in euros? predict it", TaskKind.PREDICT),
        ("hand me the rope", TaskKind.STEER),
        ("does the captain sing?", TaskKind.OTHER),
    ],
)
def test_the_words_around_the_verb_decide(text: str, kind: TaskKind) -> None:
    found = request(text)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "lead",
    [
        "{}",
        "please {}",
        "Can CLIP {}?",
        "I want to {}",
        "how do I {} with CLIP?",
        "Is it possible to {}?",
        "Our goal is to {}.",
    ],
)
def test_what_leads_up_to_a_wish_changes_nothing(lead: str) -> None:
    found = request(lead.format("count the anchors"))
    assert found is not None
    assert found.kind is TaskKind.COUNT
    assert found.core.startswith("count the anchors")


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a lighthouse", "a sailor reading a map", "an open door", "cut flowers in a vase", "spot lights on a stage",
        "a robot picking up a cup", "number plate", "a clip of a paper", "paper clip on a desk", "a man measuring a plank",
        "mask of a lion", "a detective searching a room", "duplicate keys on a ring", "'what is it?' on a cartoon", "", "?", "a",
    ],
)  # fmt: skip
def test_captions_and_labels_want_nothing(text: str) -> None:
    assert request(text) is None


def test_a_wish_may_stand_in_any_sentence() -> None:
    found = request("We have crates of apples. Please count them.")
    assert found is not None
    assert found.kind is TaskKind.COUNT


def test_the_core_is_what_no_lead_explains() -> None:
    assert core_of("can i use clip to count the anchors") == ("count the anchors", True)
    assert core_of("a red anchor") == ("a red anchor", False)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    found = request(text)
    assert found is None or isinstance(found.kind, TaskKind)


@pytest.mark.parametrize(
    ("line", "matching", "other"),
    [
        ("(read|scan) the label*", "read the labels", "reading the label"),
        ("draw [a|the] box", "draw box", "draw any box"),
        ("how many [more]", "how many", "how much"),
        ("cut ... out", "cut the big red boat out", "cut it"),
        ("pay @coin", "pay penny", "pay pound"),
    ],
)
def test_patterns_say_what_they_match(line: str, matching: str, other: str) -> None:
    patterns = compiled({"kind": [line]}, {"coin": ["penny"]})
    assert [found.section for found in patterns.matches(matching)] == ["kind"]
    assert list(patterns.matches(other)) == []


def test_an_opening_stands_at_the_start() -> None:
    patterns = compiled({"kind": ["^go to"]}, {})
    assert list(patterns.matches("go to the pier"))
    assert not list(patterns.matches("we go to the pier"))


@pytest.mark.parametrize("line", ["see [the", "see [a]b"])
def test_a_bracket_that_cannot_be_read_is_told(line: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        expression(line)


def test_a_beginning_that_is_too_open_is_told() -> None:
    with pytest.raises(ValueError, match="letters"):
        compiled({"kind": ["ab*"]}, {})


@pytest.mark.parametrize(
    ("name", "section"), [("tasks", None), ("doubts", "comparison"), ("doubts", "impression")]
)
def test_every_pattern_of_the_lists_can_be_read(name: str, section: str | None) -> None:
    for heading, lines in sections(name).items():
        for line in lines if section in (None, heading) else ():
            re.compile(expression(line.removeprefix("^").replace("@number", "2").replace("@animal", "bird")))


def test_the_words_that_a_pattern_begins_with() -> None:
    assert first_words("[please] (read|scan the) label") == {"please", "read", "scan"}
    assert first_words("label* it") == {"label*"}
    assert expression("go") == r"go(?!\S)"
