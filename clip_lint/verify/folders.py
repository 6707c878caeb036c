"""What the user brings to measure on: a COCO folder, a folder for each class, or files of a published benchmark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.verify.fixtures import FixtureSet, Item, Picture, annotation_file, digest_of, load_fixtures
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.published import image_index, located, read_parts
from clip_lint.verify.scenes.model import Box
from clip_lint.verify.trials import Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clip_lint.verify.published import Part

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def open_fixtures(place: Path | None, images: Path | None = None) -> FixtureSet:
    """The pictures of ``place`` (None: the drawn scenes); ``images`` is where those of a benchmark lie besides.

    VerifyProblem in one line where it is nothing that can be measured on.
    """
    if place is None or (place.is_dir() and annotation_file(place) is not None):
        return load_fixtures(place)
    if not place.exists():
        raise VerifyProblem(f"{place}: no such folder of fixtures")
    if parts := read_parts(place):
        return published_set(place, parts, images)
    classes = (
        [home for home in sorted(place.iterdir()) if home.is_dir() and _pictures_in(home)]
        if place.is_dir()
        else []
    )
    if len(classes) >= 2:
        return class_set(place, classes)
    raise VerifyProblem(
        f"{place}: no instances.json (COCO annotations), no folders of images named as classes, and no benchmark's file"
    )


def _pictures_in(home: Path) -> list[Path]:
    return [path for path in sorted(home.iterdir()) if path.suffix.lower() in SUFFIXES]


def class_set(place: Path, classes: Sequence[Path]) -> FixtureSet:
    """Pictures that show what their folder is called; how many of it is not known."""
    names = [home.name.replace("_", " ") for home in classes]
    pictures = tuple(
        Picture(path, (Item(name, _WHOLE),), crowded=frozenset({name}))
        for name, home in zip(names, classes, strict=True)
        for path in _pictures_in(home)
    )
    return FixtureSet(place.name, pictures, tuple(names), f"classes {names} {len(pictures)}", is_drawn=False)


def _last(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _addresses(parts: Sequence[Part]) -> dict[str, set[str]]:
    """Of images on the web, by what a file of theirs would be called: which of two is meant cannot be told from a file."""
    found: dict[str, set[str]] = {}
    for part in parts:
        for item in part.asked:
            if "://" in item.image:
                found.setdefault(_last(item.image), set()).add(item.image)
    return found


def published_set(place: Path, parts: Sequence[Part], images: Path | None) -> FixtureSet:
    """A benchmark's items whose images are there, with their own questions."""
    home = place if place.is_dir() else place.parent
    index = image_index([home, *([images] if images is not None else [])])
    everywhere = _addresses(parts)
    pictures: list[Picture] = []
    asked: list[tuple[Part, tuple[Question, ...]]] = []
    total = 0
    for part in parts:
        questions = []
        for item in part.asked:
            total += 1
            path = located(item.image, index) if not item.data else home / (item.image or "image")
            if path is None or (not item.data and len(everywhere.get(_last(item.image), ())) > 1):
                continue
            questions.append(Question(len(pictures), item.prompts, item.right, ()))
            pictures.append(Picture(path, (), crop=item.crop, data=item.data))
        asked.append((part, tuple(questions)))
    if not pictures:
        first = parts[0].asked[0].image
        raise VerifyProblem(
            f"{place}: none of its {total} images, {first} for one, is there; give their folder with --images"
        )
    name = home.name if len(pictures) == total else f"{home.name}, {len(pictures)} of {total} items"
    files = [place] if place.is_file() else [path for path in sorted(place.iterdir()) if path.is_file()]
    found = FixtureSet(name, tuple(pictures), (), digest_of(files), is_drawn=False)
    return replace(found, published=tuple((part.name, part.code, questions) for part, questions in asked))
