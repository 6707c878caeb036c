"""A small folder of fixtures out of a large one of the user's: images that are about given things, with their truth."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from clip_lint.verify.fixtures import annotation_file
from clip_lint.verify.folders import SUFFIXES
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.published import image_index, located

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def _evenly(rows: Sequence[Any], most: int) -> list[Any]:
    """At most so many rows, from all over the list."""
    return [rows[int(i * len(rows) / most)] for i in range(most)] if len(rows) > most else list(rows)


def from_coco(annotations: Path, images: Path, folder: Path, most: int, nouns: Sequence[str]) -> int:
    """At most ``most`` images that show one of ``nouns`` (none: any), copied with their annotations; how many."""
    file = annotations if annotations.is_file() else annotation_file(annotations)
    if file is None:
        raise VerifyProblem(f"{annotations}: no COCO annotations here")
    try:
        data = json.loads(file.read_bytes())
        names = {row["id"]: str(row["name"]) for row in data["categories"]}
        if unknown := sorted(set(nouns) - set(names.values())):
            raise VerifyProblem(
                f"{file}: no class called {unknown[0]!r}; it has {', '.join(sorted(names.values()))}"
            )
        showing = {
            row["image_id"] for row in data["annotations"] if not nouns or names[row["category_id"]] in nouns
        }
        index = image_index([images])
        here = [row for row in data["images"] if row["id"] in showing and located(row["file_name"], index)]
        chosen = _evenly(here, most)
        ids = {row["id"] for row in chosen}
        truth = {
            "categories": data["categories"],
            "licenses": data.get("licenses", []),
            "images": chosen,
            "annotations": [
                {
                    key: row[key]
                    for key in ("id", "image_id", "category_id", "bbox", "iscrowd", "attributes")
                    if key in row
                }
                for row in data["annotations"]
                if row["image_id"] in ids
            ],
        }
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not COCO annotations ({type(error).__name__}: {error})") from error
    if not chosen:
        raise VerifyProblem(f"{images}: none of the images of {file.name} that are asked for is there")
    for row in chosen:
        path = located(row["file_name"], index)
        if path is not None:
            row["file_name"] = path.name
            shutil.copyfile(path, folder / path.name)
    (folder / "instances.json").write_text(json.dumps(truth), encoding="utf-8")
    return len(chosen)


def from_folder(source: Path, folder: Path, most: int) -> int:
    """At most ``most`` images of each class, a folder each, copied likewise; how many."""
    number = 0
    for home in sorted(path for path in source.iterdir() if path.is_dir()):
        images = [path for path in sorted(home.iterdir()) if path.suffix.lower() in SUFFIXES]
        if not images:
            continue
        (folder / home.name).mkdir()
        for path in _evenly(images, most):
            shutil.copyfile(path, folder / home.name / path.name)
            number += 1
    if number == 0:
        raise VerifyProblem(f"{source}: no folders of images in it, one for each class")
    return number
