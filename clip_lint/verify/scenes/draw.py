"""Scenes become pictures: every kind is a short list of filled outlines in the unit square."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw, ImageFont

from clip_lint.verify.scenes.model import COLOURS, GROUNDS, Box

if TYPE_CHECKING:
    from clip_lint.verify.scenes.model import Ground, Scene, Thing, Writing

Tone = Literal["body", "dark", "light"]
Points = tuple[tuple[float, float], ...]
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Outline:
    """A filled polygon, or an ellipse given by two corners; coordinates from 0 to 1 within the thing's box."""

    tone: Tone
    points: Points
    is_round: bool = False


def _star() -> Points:
    """Five points around the middle, starting at the top."""
    corners: list[tuple[float, float]] = []
    for step in range(10):
        radius = 0.5 if step % 2 == 0 else 0.2
        angle = math.pi * step / 5
        corners.append((0.5 + radius * math.sin(angle), 0.5 - radius * math.cos(angle)))
    return tuple(corners)


_CROSS: Points = (
    (0.33, 0), (0.67, 0), (0.67, 0.33), (1, 0.33), (1, 0.67), (0.67, 0.67),
    (0.67, 1), (0.33, 1), (0.33, 0.67), (0, 0.67), (0, 0.33), (0.33, 0.33),
)  # fmt: skip

SHAPES: dict[str, tuple[Outline, ...]] = {
    "circle": (Outline("body", ((0, 0), (1, 1)), is_round=True),),
    "square": (Outline("body", ((0, 0), (1, 0), (1, 1), (0, 1))),),
    "triangle": (Outline("body", ((0.5, 0), (1, 1), (0, 1))),),
    "star": (Outline("body", _star()),),
    "cross": (Outline("body", _CROSS),),
    "car": (
        Outline("body", ((0, 0.5), (0.18, 0.5), (0.32, 0.2), (0.7, 0.2), (0.84, 0.5), (1, 0.54), (1, 0.8), (0, 0.8))),
        Outline("light", ((0.34, 0.28), (0.49, 0.28), (0.49, 0.48), (0.25, 0.48))),
        Outline("light", ((0.54, 0.28), (0.68, 0.28), (0.76, 0.48), (0.54, 0.48))),
        Outline("dark", ((0.12, 0.64), (0.38, 0.9)), is_round=True),
        Outline("dark", ((0.62, 0.64), (0.88, 0.9)), is_round=True),
    ),
    "house": (
        Outline("body", ((0.1, 0.45), (0.9, 0.45), (0.9, 1), (0.1, 1))),
        Outline("dark", ((0.5, 0), (1, 0.48), (0, 0.48))),
        Outline("light", ((0.2, 0.58), (0.42, 0.58), (0.42, 0.78), (0.2, 0.78))),
        Outline("dark", ((0.56, 0.62), (0.78, 0.62), (0.78, 1), (0.56, 1))),
    ),
    "tree": (
        Outline("dark", ((0.43, 0.55), (0.57, 0.55), (0.57, 1), (0.43, 1))),
        Outline("body", ((0.08, 0.22), (0.56, 0.68)), is_round=True),
        Outline("body", ((0.44, 0.22), (0.92, 0.68)), is_round=True),
        Outline("body", ((0.24, 0), (0.76, 0.52)), is_round=True),
    ),
    "fish": (
        Outline("body", ((0.68, 0.5), (1, 0.2), (1, 0.8))),
        Outline("body", ((0, 0.22), (0.78, 0.78)), is_round=True),
        Outline("light", ((0.12, 0.36), (0.24, 0.48)), is_round=True),
        Outline("dark", ((0.15, 0.39), (0.21, 0.45)), is_round=True),
    ),
    "cup": (
        Outline("body", ((0.56, 0.2), (1, 0.72)), is_round=True),
        Outline("light", ((0.68, 0.32), (0.9, 0.6)), is_round=True),
        Outline("body", ((0.04, 0.1), (0.76, 0.1), (0.66, 0.95), (0.14, 0.95))),
        Outline("dark", ((0.04, 0.02), (0.76, 0.18)), is_round=True),
    ),
}  # fmt: skip


def extent(thing: Thing) -> Box:
    """The smallest box around what is drawn of ``thing``; its own box is only where it was placed."""
    points = [point for outline in SHAPES[thing.kind] for point in outline.points]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    box = thing.box
    return Box(
        box.left + left * box.width,
        box.top + top * box.height,
        (right - left) * box.width,
        (bottom - top) * box.height,
    )


def _shade(colour: Rgb, factor: float) -> Rgb:
    return tuple(min(255, max(0, round(part * factor))) for part in colour)  # type: ignore[return-value]


def _draw_ground(pen: ImageDraw.ImageDraw, ground: Ground, side: int) -> None:
    tone = GROUNDS[ground.tone]
    other = _shade(tone, 1.7) if ground.tone == "black" else _shade(tone, 0.87)
    chance = random.Random(ground.seed)  # noqa: S311 (a picture, not a secret)
    unit = side / chance.choice((7, 9, 12))
    match ground.texture:
        case "striped":
            is_upright = chance.random() < 0.5
            for i in range(0, math.ceil(side / unit), 2):
                low, high = i * unit, (i + 1) * unit
                pen.rectangle((low, 0, high, side) if is_upright else (0, low, side, high), fill=other)
        case "dotted":
            for i in range(math.ceil(side / unit)):
                for j in range(math.ceil(side / unit)):
                    x, y = (i + 0.5 * (j % 2)) * unit, j * unit
                    pen.ellipse((x, y, x + unit * 0.4, y + unit * 0.4), fill=other)
        case "checked":
            for i in range(math.ceil(side / unit)):
                for j in range(i % 2, math.ceil(side / unit), 2):
                    pen.rectangle((i * unit, j * unit, (i + 1) * unit - 1, (j + 1) * unit - 1), fill=other)
        case "speckled":
            for _ in range(90):
                x, y = chance.random() * side, chance.random() * side
                grain = side * (0.006 + 0.012 * chance.random())
                pen.rectangle((x, y, x + grain, y + grain), fill=other)
        case _:
            pass


def _on_canvas(points: Points, box: Box, side: int) -> list[tuple[float, float]]:
    return [((box.left + x * box.width) * side, (box.top + y * box.height) * side) for x, y in points]


def _draw_thing(pen: ImageDraw.ImageDraw, thing: Thing, side: int) -> None:
    body = COLOURS[thing.colour]
    tones: dict[str, Rgb] = {"body": body, "dark": _shade(body, 0.45), "light": (240, 244, 248)}
    for outline in SHAPES[thing.kind]:
        corners = _on_canvas(outline.points, thing.box, side)
        if outline.is_round:
            pen.ellipse((corners[0], corners[1]), fill=tones[outline.tone])
        else:
            pen.polygon(corners, fill=tones[outline.tone])


def _draw_writing(pen: ImageDraw.ImageDraw, writing: Writing, side: int) -> None:
    box = writing.box
    edges = (box.left * side, box.top * side, box.right * side, box.bottom * side)
    pen.rectangle(edges, fill=(252, 252, 252), outline=(20, 20, 20), width=max(1, side // 100))
    font = ImageFont.load_default(size=box.height * side * 0.62)
    pen.text(
        ((edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2),
        writing.word,
        fill=(20, 20, 20),
        font=font,
        anchor="mm",
    )


def draw(scene: Scene, side: int, oversampling: int = 2) -> Image.Image:
    """The scene as an RGB image of ``side`` by ``side`` pixels.

    It is drawn ``oversampling`` times as large and averaged down, so that edges are smooth.
    """
    large = side * oversampling
    image = Image.new("RGB", (large, large), GROUNDS[scene.ground.tone])
    pen = ImageDraw.Draw(image)
    _draw_ground(pen, scene.ground, large)
    for thing in scene.things:
        _draw_thing(pen, thing, large)
    if scene.writing is not None:
        _draw_writing(pen, scene.writing, large)
    return image.reduce(oversampling) if oversampling > 1 else image
