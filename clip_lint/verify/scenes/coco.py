"""Scenes as a COCO folder: ``instances.json`` with attributes, relations and texts, and the images beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PIL import Image

from clip_lint.verify.scenes.draw import draw, extent
from clip_lint.verify.scenes.model import COLOURS, KINDS, relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from clip_lint.verify.scenes.model import Box, Scene

ANNOTATIONS = "instances.json"
SIDE = 224
_PALETTE = 24


def _pixels(box: Box, side: int) -> list[float]:
    return [round(part * side, 2) for part in (box.left, box.top, box.width, box.height)]


def truth(scenes: Iterable[Scene], seed: int, side: int = SIDE) -> dict[str, object]:
    """The ground truth of ``scenes`` in COCO's format, pixels of a ``side`` by ``side`` image.

    Beyond COCO: an annotation's ``attributes`` (colour, size), an image's ``task``, ``pair`` and ``ground``, and the
    top-level tables ``relations`` (annotation, relation, annotation) and ``texts``.
    """
    images: list[dict[str, object]] = []
    annotations: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    texts: list[dict[str, object]] = []
    for number, scene in enumerate(scenes, 1):
        images.append(
            {
                "id": number,
                "file_name": f"{number:05d}.png",
                "width": side,
                "height": side,
                "task": scene.task,
                "pair": scene.pair,
                "ground": {"tone": scene.ground.tone, "texture": scene.ground.texture},
            }
        )
        first = len(annotations) + 1
        boxes = [extent(thing) for thing in scene.things]
        for thing, box in zip(scene.things, boxes, strict=True):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": KINDS.index(thing.kind) + 1,
                    "bbox": _pixels(box, side),
                    "area": round(box.width * box.height * side * side, 2),
                    "iscrowd": 0,
                    "attributes": {"colour": thing.colour} | ({"size": thing.size} if thing.size else {}),
                }
            )
        for i, one in enumerate(boxes):
            for j, other in enumerate(boxes):
                if i != j and (name := relation(one, other)) is not None:
                    links.append(
                        {"image_id": number, "subject": first + i, "relation": name, "object": first + j}
                    )
        if scene.writing is not None:
            texts.append(
                {"image_id": number, "text": scene.writing.word, "bbox": _pixels(scene.writing.box, side)}
            )
    return {
        "info": {
            "description": "Drawn scenes with exact ground truth",
            "generator": "clip-lint fixtures make",
            "seed": seed,
            "colours": list(COLOURS),
        },
        "licenses": [{"id": 1, "name": "MIT"}],
        "categories": [{"id": i, "name": kind} for i, kind in enumerate(KINDS, 1)],
        "images": images,
        "annotations": annotations,
        "relations": links,
        "texts": texts,
    }


def write(scenes: list[Scene], folder: Path, seed: int, advance: Callable[[], object] = lambda: None) -> None:
    """Draw ``scenes`` into ``folder`` as small palette PNGs with their ground truth; ``advance`` is called for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, scene in enumerate(scenes, 1):
        image = draw(scene, SIDE, 3).quantize(
            _PALETTE, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        image.save(folder / f"{number:05d}.png", optimize=True)
        advance()
    text = json.dumps(truth(scenes, seed), separators=(",", ":"))
    (folder / ANNOTATIONS).write_text(text + "\n", encoding="utf-8")
