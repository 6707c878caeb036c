"""What a drawn scene consists of; its ground truth is the scene itself."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("circle", "square", "triangle", "star", "cross", "car", "house", "tree", "fish", "cup")
"""What can be drawn: five shapes and five simple objects."""

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (214, 40, 40),
    "orange": (244, 128, 20),
    "yellow": (246, 212, 40),
    "green": (44, 152, 62),
    "blue": (36, 88, 204),
    "purple": (126, 52, 166),
    "pink": (246, 130, 182),
    "brown": (124, 78, 42),
}

GROUNDS: dict[str, tuple[int, int, int]] = {
    "white": (250, 250, 250),
    "grey": (188, 190, 192),
    "cream": (246, 236, 208),
    "black": (34, 34, 38),
}

TEXTURES = ("plain", "striped", "dotted", "checked", "speckled")

WORDS = ("STOP", "OPEN", "EXIT", "SALE", "TAXI", "CAFE", "HELP", "LEFT")
"""What can be written in a scene."""

PLURALS = {kind: f"{kind}s" for kind in KINDS} | {"cross": "crosses", "fish": "fish"}

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}


def article(words: str) -> str:
    """``words`` with ``a`` or ``an`` before them."""
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the image's side: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, x and y."""
        return self.left + self.width / 2, self.top + self.height / 2

    def is_apart_from(self, other: Box, gap: float) -> bool:
        """Whether at least ``gap`` lies between the two on one axis."""
        return (
            self.right + gap <= other.left
            or other.right + gap <= self.left
            or self.bottom + gap <= other.top
            or other.bottom + gap <= self.top
        )


@dataclass(frozen=True, slots=True)
class Thing:
    """One drawn object; ``size`` is ``big``, ``small`` or empty where the scene says nothing about it."""

    kind: str
    colour: str
    box: Box
    size: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """A word on a white sign."""

    word: str
    box: Box


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies behind the things; ``seed`` settles where dots and speckles fall."""

    tone: str
    texture: str
    seed: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is in one image.

    ``task`` names what the scene was made for: count, direction, colour swap, size swap, presence, text, single,
    mixed. ``pair`` joins the scenes that are each other's counterpart (0: none).
    """

    task: str
    ground: Ground
    things: tuple[Thing, ...]
    writing: Writing | None = None
    pair: int = 0

    def count(self, kind: str) -> int:
        """How many things of ``kind`` there are."""
        return sum(thing.kind == kind for thing in self.things)


def relation(one: Box, other: Box) -> str | None:
    """Where ``one`` lies from ``other`` (left of, right of, above, below), or None where it is not plain.

    Plain means: apart on one axis, and further apart on that axis than on the other one by half again.
    """
    across = one.centre[0] - other.centre[0]
    down = one.centre[1] - other.centre[1]
    if abs(across) > 1.5 * abs(down) and (one.right <= other.left or other.right <= one.left):
        return "left of" if across < 0 else "right of"
    if abs(down) > 1.5 * abs(across) and (one.bottom <= other.top or other.bottom <= one.top):
        return "above" if down < 0 else "below"
    return None


def relations(scene: Scene) -> list[tuple[int, str, int]]:
    """All plain relations of a scene as index of subject, relation, index of object."""
    found: list[tuple[int, str, int]] = []
    for i, one in enumerate(scene.things):
        for j, other in enumerate(scene.things):
            if i != j and (name := relation(one.box, other.box)) is not None:
                found.append((i, name, j))
    return found
