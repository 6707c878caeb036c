"""Which labels of a set differ only by what CLIP does not tell apart."""

from __future__ import annotations

import pytest

from clip_lint.language import Difference, contrasts, narrow_kind


def found(*labels: str) -> set[tuple[Difference, int, int]]:
    return {
        (each.difference, min(each.first, each.second), max(each.first, each.second))
        for each in contrasts(labels)
    }


@pytest.mark.parametrize(
    ("labels", "difference"),
    [
        (("one bottle", "two bottles"), Difference.NUMBER),
        (("a photo of a goose", "a photo of 3 geese"), Difference.NUMBER),
        (("a child", "a group of five children"), Difference.NUMBER),
        (("hen to the left of fox", "hen to the right of fox"), Difference.DIRECTION),
        (("an arrow pointing left", "an arrow pointing right"), Difference.DIRECTION),
        (("a cup above a tray", "a cup under a tray"), Difference.DIRECTION),
        (("near shapes", "distant shapes"), Difference.DIRECTION),
        (("red mug and blue jug", "blue mug and red jug"), Difference.ATTRIBUTES),
        (("red cone blue cube", "red cube blue cone"), Difference.ATTRIBUTES),
        (("a white goat by two black cows", "a black goat by two white cows"), Difference.ATTRIBUTES),
        (("a tall man feeding a horse", "a man feeding a tall horse"), Difference.ATTRIBUTES),
        (("a rider with a helmet", "a rider without a helmet"), Difference.NEGATION),
        (("wearing gloves", "not wearing gloves"), Difference.NEGATION),
        (("fire", "no fire"), Difference.NEGATION),
        (("a dog chasing a cat", "a cat chasing a dog"), Difference.ROLES),
        (("a horse is kicking the man", "the man is kicking a horse"), Difference.ROLES),
    ],
)
def test_pairs(labels: tuple[str, str], difference: Difference) -> None:
    assert found(*labels) == {(difference, 0, 1)}


@pytest.mark.parametrize(
    "labels",
    [
        ("cat and dog", "dog and cat"),
        ("smiling woman", "woman smiling"),
        ("a dog chasing a cat", "a dog catching a ball"),
        ("apples, pears and plums", "plums, pears and apples"),
        ("dog", "cat"),
        ("dog", "dogs"),
        ("a red car", "a blue car"),
        ("", ""),
        ("a man in a hat", "a man at a bar"),
        ("3", "4"),
    ],
)
def test_no_contrast(labels: tuple[str, ...]) -> None:
    assert found(*labels) == set()


def test_every_label_of_a_group_has_a_partner_and_its_words() -> None:
    by_label = {each.first: each for each in contrasts(("a swan", "one boat", "two boats", "three boats"))}
    assert {label: each.second for label, each in by_label.items()} == {1: 2, 2: 1, 3: 1}
    assert by_label[3].words == ("three", "one")


def test_the_negated_label_comes_first() -> None:
    (only,) = contrasts(("helmet", "smoke", "no helmet"))
    assert (only.first, only.second, only.words[0]) == (2, 0, "no")


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["Tom Hanks", "Brad Pitt", "Morgan Freeman"], "person"),
        (["Norfolk terrier", "Cairn terrier", "Maine Coon", "Siamese"], "dog"),
        (["house sparrow", "barn swallow", "marsh wren"], "bird"),
        (["BMW 3 Series", "Audi A4", "Toyota Corolla"], "car"),
        (["Boeing 737-700", "Airbus A320"], "aircraft"),
        (["sushi", "ramen", "lasagna", "paella", "tiramisu"], "food"),
        (["lymph node", "tumor tissue"], "medical"),
        (["red maple", "sugar maple", "silver maple", "field maple"], "tree"),
        (["granite counter", "marble counter", "quartz counter", "slate counter"], None),
        (["chess club", "rowing club", "book club", "yacht club"], None),
        (["hornbeam seedling", "beech seedling", "alder seedling", "hazel seedling"], "seedling"),
        (["dog", "cat", "bicycle"], None),
        (["happy person", "sad person", "angry person", "calm person"], None),
        (["kitchen", "bathroom", "office"], None),
        (["Tom Hanks"], None),
    ],
)
def test_narrow_kinds(labels: list[str], kind: str | None) -> None:
    narrow = narrow_kind(labels)
    assert (narrow.name if narrow else None) == kind


def test_the_template_names_the_kind() -> None:
    narrow = narrow_kind(["a1", "b2"], ["a photo of a {}, a type of aircraft."])
    assert narrow is not None
    assert (narrow.name, narrow.evidence) == ("aircraft", "template")
