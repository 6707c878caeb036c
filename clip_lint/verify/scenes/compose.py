"""The seeded generator: which things a scene holds and where they stand."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.verify.scenes.model import (
    COLOURS,
    GROUNDS,
    KINDS,
    OPPOSITE,
    TEXTURES,
    WORDS,
    Box,
    Ground,
    Scene,
    Thing,
    Writing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP = 0.015
_COLOUR_NAMES = tuple(COLOURS)
_GROUND_NAMES = tuple(GROUNDS)


def ground(chance: random.Random) -> Ground:
    """A random ground, plain two times in five."""
    texture = "plain" if chance.random() < 0.4 else chance.choice(TEXTURES[1:])
    return Ground(chance.choice(_GROUND_NAMES), texture, chance.randrange(2**31))


def boxes(chance: random.Random, number: int, low: float, high: float) -> list[Box]:
    """``number`` boxes apart from each other, sides between ``low`` and ``high``; smaller where room runs out."""
    while True:
        placed: list[Box] = []
        for _ in range(60 * number):
            width = chance.uniform(low, high)
            height = min(high, max(low, width * chance.uniform(0.9, 1.1)))
            box = Box(chance.uniform(0.02, 0.98 - width), chance.uniform(0.02, 0.98 - height), width, height)
            if all(box.is_apart_from(other, _GAP) for other in placed):
                placed.append(box)
                if len(placed) == number:
                    return placed
        low, high = low * 0.93, high * 0.93


def _sizes(number: int) -> tuple[float, float]:
    """Sides that leave room for ``number`` things."""
    return (0.28, 0.55) if number == 1 else (0.17, 0.36) if number <= 4 else (0.13, 0.24)


def two_kinds(chance: random.Random) -> tuple[str, str]:
    """Two different kinds."""
    one, other = chance.sample(KINDS, 2)
    return one, other


def two_colours(chance: random.Random) -> tuple[str, str]:
    """Two different colours."""
    one, other = chance.sample(_COLOUR_NAMES, 2)
    return one, other


def single(chance: random.Random) -> Scene:
    """One thing."""
    box = boxes(chance, 1, *_sizes(1))[0]
    return Scene("single", ground(chance), (Thing(chance.choice(KINDS), chance.choice(_COLOUR_NAMES), box),))


def count(chance: random.Random, number: int, kind: str | None = None) -> Scene:
    """``number`` things of one kind and one colour, and nothing else."""
    kind = kind or chance.choice(KINDS)
    colour = chance.choice(_COLOUR_NAMES)
    placed = boxes(chance, number, *_sizes(number))
    return Scene("count", ground(chance), tuple(Thing(kind, colour, box) for box in placed))


def _squarish(chance: random.Random, left: float, top: float) -> Box:
    """A box of a quarter to a third of the side."""
    width = chance.uniform(0.25, 0.34)
    return Box(left, top, width, width * chance.uniform(0.93, 1.07))


def _side_by_side(chance: random.Random, name: str) -> tuple[Box, Box]:
    """Two boxes of which the first lies ``name`` (left of, ...) from the second."""
    near, far = chance.uniform(0.05, 0.14), chance.uniform(0.54, 0.62)
    drift = chance.uniform(0.1, 0.5)
    first = _squarish(chance, near, drift + chance.uniform(-0.06, 0.06))
    second = _squarish(chance, far, drift + chance.uniform(-0.06, 0.06))
    if name in {"above", "below"}:
        first, second = (Box(box.top, box.left, box.height, box.width) for box in (first, second))
    return (first, second) if name in {"left of", "above"} else (second, first)


def direction(chance: random.Random, name: str) -> Scene:
    """Two things of different kinds; the first lies ``name`` from the second."""
    first, second = _side_by_side(chance, name)
    kinds = two_kinds(chance)
    colours = two_colours(chance)
    return Scene(
        "direction", ground(chance), (Thing(kinds[0], colours[0], first), Thing(kinds[1], colours[1], second))
    )


def colour_swap(chance: random.Random, pair: int = 0) -> tuple[Scene, Scene]:
    """Two things of different kinds and colours, and the same scene with the colours exchanged."""
    scene = replace(direction(chance, chance.choice(tuple(OPPOSITE))), task="colour swap", pair=pair)
    one, other = scene.things
    swapped = (replace(one, colour=other.colour), replace(other, colour=one.colour))
    return scene, replace(scene, things=swapped)


def size_swap(chance: random.Random, pair: int = 0) -> tuple[Scene, Scene]:
    """A big thing and a small one of different kinds, and the same scene with the sizes exchanged."""
    kinds, colours = two_kinds(chance), two_colours(chance)
    big, small = boxes(chance, 2, 0.42, 0.46)
    reach = chance.uniform(0.36, 0.46)
    lesser = Box(
        small.left + small.width * (1 - reach) / 2,
        small.top + small.height * (1 - reach) / 2,
        small.width * reach,
        small.height * reach,
    )
    behind = ground(chance)
    scenes = tuple(
        Scene(
            "size swap",
            behind,
            (Thing(kinds[i], colours[i], big, "big"), Thing(kinds[1 - i], colours[1 - i], lesser, "small")),
            pair=pair,
        )
        for i in (0, 1)
    )
    return scenes[0], scenes[1]


def presence(chance: random.Random, pair: int = 0) -> tuple[Scene, Scene]:
    """A scene of two to four kinds, and the same scene without its first thing."""
    scene = replace(mixed(chance, chance.randint(2, 4)), task="presence", pair=pair)
    return scene, replace(scene, things=scene.things[1:])


def mixed(chance: random.Random, number: int) -> Scene:
    """``number`` things, each of its own kind."""
    kinds = chance.sample(KINDS, number)
    placed = boxes(chance, number, *_sizes(max(2, number)))
    things = (Thing(kind, chance.choice(_COLOUR_NAMES), box) for kind, box in zip(kinds, placed, strict=True))
    return Scene("mixed", ground(chance), tuple(things))


def crowd(chance: random.Random, number: int) -> Scene:
    """``number`` things of one to three kinds, several of a kind."""
    kinds = chance.sample(KINDS, chance.randint(1, 3))
    placed = boxes(chance, number, *_sizes(number))
    things = (Thing(chance.choice(kinds), chance.choice(_COLOUR_NAMES), box) for box in placed)
    return Scene("mixed", ground(chance), tuple(things))


def text(chance: random.Random, word: str | None = None) -> Scene:
    """A word on a sign, and now and then one thing beside it."""
    first, second = _side_by_side(chance, chance.choice(("above", "below")))
    sign = Box(0.18 + chance.uniform(-0.1, 0.1), first.top, 0.64, 0.24)
    beside = (
        (Thing(chance.choice(KINDS), chance.choice(_COLOUR_NAMES), second),) if chance.random() < 0.5 else ()
    )
    return Scene("text", ground(chance), beside, Writing(word or chance.choice(WORDS), sign))


def _balanced(chance: random.Random, values: Sequence[str], number: int) -> list[str]:
    """``number`` values, each as often as the others (give or take one), in random order."""
    rounds = [value for _ in range(number // len(values) + 1) for value in chance.sample(values, len(values))]
    return rounds[:number]


def fixture_scenes(number: int, seed: int) -> Iterator[Scene]:
    """A balanced set of at least ``number`` scenes for measuring.

    Of every 26 scenes ten count (one to ten of a kind), four place, four swap colours, two swap sizes, two differ
    by one thing, two show a word, two show one thing. Counterparts follow each other and share ``pair``.
    """
    chance = random.Random(seed)  # noqa: S311 (pictures, not secrets)
    blocks = -(-number // 26)
    kinds = iter(_balanced(chance, KINDS, 10 * blocks))
    words = iter(_balanced(chance, WORDS, 2 * blocks))
    pair = 0
    for _ in range(blocks):
        for amount in range(1, 11):
            yield count(chance, amount, next(kinds))
        for name in OPPOSITE:
            yield direction(chance, name)
        for make in (colour_swap, colour_swap, size_swap, presence):
            pair += 1
            yield from make(chance, pair)
        for _ in range(2):
            yield text(chance, next(words))
        for _ in range(2):
            yield single(chance)
