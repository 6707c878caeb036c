"""Questions whose answer is known: an image and prompts of which exactly one is true."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.verify.fixtures import lone_pairs
from clip_lint.verify.scenes.model import NUMBERS, OPPOSITE, PLURALS, article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.verify.fixtures import FixtureSet, Item, Picture

_SMALLEST = 0.005
"""Items smaller than this share of the image are left out of questions: nobody would see them."""


@dataclass(frozen=True, slots=True)
class Question:
    """``prompts[right]`` is true of picture number ``picture``, the others are not.

    ``about`` names the kinds in question, ``facts`` what each prompt claims in the form that a detector can check:
    a number, a relation, a colour per kind or a presence.
    """

    picture: int
    prompts: tuple[str, ...]
    right: int
    about: tuple[str, ...]
    facts: tuple[object, ...] = field(default=())


def plural(kind: str) -> str:
    """The kind in the plural."""
    if kind in PLURALS:
        return PLURALS[kind]
    if kind == "person":
        return "people"
    head = kind
    if head.endswith(("s", "x", "ch", "sh")):
        return f"{head}es"
    if head.endswith("y") and head[-2:-1] not in "aeiou":
        return f"{head[:-1]}ies"
    return f"{head.removesuffix('fe')}ves" if head.endswith("knife") else f"{head}s"


def counted(number: int, kind: str) -> str:
    """``two circles``, ``one circle``."""
    return f"{NUMBERS[number] if number < len(NUMBERS) else number} {kind if number == 1 else plural(kind)}"


def placed(one: str, name: str, other: str) -> str:
    """``a car to the left of a tree``."""
    words = f"to the {name}" if name in {"left of", "right of"} else name
    return f"{article(one)} {words} {article(other)}"


def _seed(fixtures: FixtureSet) -> random.Random:
    return random.Random(fixtures.digest)  # noqa: S311 (an order of questions, not a secret)


def _shuffled(chance: random.Random, right: str, wrong: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The prompts in random order, so that a model that always takes the first gains nothing."""
    prompts = [right, *wrong]
    chance.shuffle(prompts)
    return tuple(prompts), prompts.index(right)


def published(fixtures: FixtureSet, code: str) -> list[Question]:
    """A benchmark's own questions about what a finding says."""
    return [question for _, about, asked in fixtures.published if about == code for question in asked]


def other_captions(questions: Sequence[Question]) -> list[Question]:
    """The true caption of each image against the true one of another: what a model that reads pictures must get right."""
    found = []
    for i, question in enumerate(questions):
        true = question.prompts[question.right]
        other = questions[(i + len(questions) // 2) % len(questions)]
        wrong = other.prompts[other.right]
        if wrong not in question.prompts:
            pair = (true, wrong) if i % 2 else (wrong, true)
            found.append(Question(question.picture, pair, pair.index(true), ()))
    return found


def presence(fixtures: FixtureSet, template: str) -> list[Question]:
    """One question an image: the kind that is there against one that is not. The control of every contrast."""
    chance = _seed(fixtures)
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        absent = [
            kind for kind in fixtures.kinds if kind not in picture.kinds and kind not in picture.crowded
        ]
        visible = [item.kind for item in picture.items if item.box.width * item.box.height >= _SMALLEST]
        if visible and absent:
            kind, other = chance.choice(visible), chance.choice(absent)
            prompts, right = _shuffled(
                chance, template.format(article(kind)), [template.format(article(other))]
            )
            found.append(Question(i, prompts, right, (kind, other)))
    return found


def _countable(picture: Picture) -> str | None:
    """The kind to count: the most frequent one, all of it large enough to be seen."""
    kinds = [
        kind
        for kind in picture.kinds
        if kind not in picture.crowded
        and all(item.box.width * item.box.height >= _SMALLEST for item in picture.items if item.kind == kind)
    ]
    return max(kinds, key=picture.count, default=None)


def counting(fixtures: FixtureSet, template: str, numbers: Sequence[int] = ()) -> list[Question]:
    """The true number against a wrong one: the other ``numbers``, or the neighbour where none are given."""
    chance = _seed(fixtures)
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        if fixtures.is_drawn and picture.task != "count":
            continue
        kind = _countable(picture)
        if kind is None or not 1 <= (true := picture.count(kind)) <= 10:
            continue
        if numbers:
            if true not in numbers:
                continue
            others = [number for number in dict.fromkeys(numbers) if number not in {true, 0}]
            if not others:
                continue
        else:
            others = [chance.choice([number for number in (true - 1, true + 1) if 1 <= number <= 10])]
        offered = [true, *others]
        chance.shuffle(offered)
        prompts = tuple(template.format(counted(number, kind)) for number in offered)
        found.append(Question(i, prompts, offered.index(true), (kind,), tuple(offered)))
    return found


def direction(fixtures: FixtureSet, template: str, names: Sequence[str] = ()) -> list[Question]:
    """The true relation of two lone things against its mirror image; one question an image."""
    chance = _seed(fixtures)
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        if fixtures.is_drawn and picture.task not in {"direction", "colour swap"}:
            continue
        pairs = [
            (one, name, other)
            for one, name, other in lone_pairs(picture)
            if min(one.box.width * one.box.height, other.box.width * other.box.height) >= _SMALLEST
            and (not names or name in names)
        ]
        if not pairs:
            continue
        one, name, other = chance.choice(pairs)
        offered = [name, OPPOSITE[name]]
        chance.shuffle(offered)
        prompts = tuple(template.format(placed(one.kind, word, other.kind)) for word in offered)
        found.append(Question(i, prompts, offered.index(name), (one.kind, other.kind), tuple(offered)))
    return found


def roles(fixtures: FixtureSet, template: str) -> list[Question]:
    """The same words in the other order: ``a car above a tree`` against ``a tree above a car``."""
    chance = _seed(fixtures)
    found: list[Question] = []
    for question in direction(fixtures, template):
        name = str(question.facts[question.right])
        one, other = question.about
        orders = [(one, other), (other, one)]
        chance.shuffle(orders)
        prompts = tuple(template.format(placed(first, name, second)) for first, second in orders)
        facts = tuple(name if order == (one, other) else OPPOSITE[name] for order in orders)
        found.append(Question(question.picture, prompts, orders.index((one, other)), (one, other), facts))
    return found


def _with_attribute(item: Item, value: str) -> str:
    return article(f"{value} {item.kind}")


def binding(fixtures: FixtureSet, template: str) -> list[Question]:
    """Two things with their own colour or size against the same words exchanged."""
    chance = _seed(fixtures)
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        if len(picture.items) != 2 or (
            fixtures.is_drawn and picture.task not in {"colour swap", "size swap"}
        ):
            continue
        one, other = picture.items
        attribute = "size" if one.size and other.size else "colour"
        a, b = (one.size, other.size) if attribute == "size" else (one.colour, other.colour)
        if one.kind == other.kind or not a or not b or a == b:
            continue
        right = template.format(f"{_with_attribute(one, a)} and {_with_attribute(other, b)}")
        wrong = template.format(f"{_with_attribute(one, b)} and {_with_attribute(other, a)}")
        prompts, place = _shuffled(chance, right, [wrong])
        facts = tuple((a, b) if prompt == right else (b, a) for prompt in prompts)
        found.append(Question(i, prompts, place, (one.kind, other.kind, attribute), facts))
    return found


def negation(fixtures: FixtureSet, template: str) -> list[Question]:
    """``with`` against ``without``: a thing that is there in half of the questions and absent in the other half."""
    chance = _seed(fixtures)
    found: list[Question] = []
    scene = template.removesuffix(" of {}") if template.endswith(" of {}") else "a photo"
    pattern = f"{scene} {{}}"
    wants_present = True
    for i, picture in enumerate(fixtures.pictures):
        visible = [item.kind for item in picture.items if item.box.width * item.box.height >= _SMALLEST]
        absent = [
            kind for kind in fixtures.kinds if kind not in picture.kinds and kind not in picture.crowded
        ]
        if not visible or not absent:
            continue
        kind = chance.choice(visible if wants_present else absent)
        phrases = [f"with {article(kind)}", f"without {article(kind)}"]
        right = phrases[0] if wants_present else phrases[1]
        prompts, place = _shuffled(
            chance, pattern.format(right), [pattern.format(p) for p in phrases if p != right]
        )
        found.append(
            Question(i, prompts, place, (kind,), tuple("without" not in prompt for prompt in prompts))
        )
        wants_present = not wants_present
    return found


def reading(fixtures: FixtureSet, template: str) -> list[Question]:
    """The word that is written in the image against another one."""
    chance = _seed(fixtures)
    words = sorted({picture.text for picture in fixtures.pictures if picture.text})
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        others = [word for word in words if word != picture.text]
        if picture.text and others:
            sentences = [
                template.format(f"a sign that says {w.lower()}")
                for w in (picture.text, chance.choice(others))
            ]
            prompts, place = _shuffled(chance, sentences[0], sentences[1:])
            found.append(Question(i, prompts, place, ()))
    return found


def naming(fixtures: FixtureSet, template: str, labels: Sequence[str] = ()) -> list[Question]:
    """Which of all kinds is it, on images that show one kind only: labels for the scoring and feeding probes."""
    kinds = tuple(labels) or fixtures.kinds
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        if len(picture.kinds) == 1 and picture.kinds[0] in kinds:
            prompts = tuple(template.format(article(kind)) for kind in kinds)
            found.append(Question(i, prompts, kinds.index(picture.kinds[0]), (picture.kinds[0],)))
    return found


def colouring(fixtures: FixtureSet, template: str) -> list[Question]:
    """Which colour is it, on images whose things all have one colour and kind."""
    found: list[Question] = []
    for i, picture in enumerate(fixtures.pictures):
        colours = {item.colour for item in picture.items}
        if len(picture.kinds) == 1 and len(colours) == 1 and (colour := next(iter(colours))):
            kind = picture.kinds[0]
            prompts = tuple(template.format(article(f"{name} {kind}")) for name in fixtures.colours)
            found.append(Question(i, prompts, fixtures.colours.index(colour), (kind,)))
    return found
