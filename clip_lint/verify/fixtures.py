"""Images with known truth: the project's drawn scenes or any folder in COCO's format."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

from PIL import Image, UnidentifiedImageError

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.bundled import bundled_scenes
from clip_lint.verify.scenes.model import Box, relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from clip_lint.verify.trials import Question

_LONGEST = 1_000_000_000
_MOST_IMAGES = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One annotated object; ``box`` in fractions of the image's width and height, ``colour`` and ``size`` may be empty."""

    kind: str
    box: Box
    colour: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file and what is in it. ``is_crowded`` marks kinds whose number is not known."""

    path: Path
    items: tuple[Item, ...]
    task: str = ""
    pair: int = 0
    text: str = ""
    crowded: frozenset[str] = frozenset()
    crop: tuple[int, int, int, int] | None = None
    data: bytes = b""

    def count(self, kind: str) -> int:
        """How many of ``kind`` are annotated."""
        return sum(item.kind == kind for item in self.items)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are in the image, in order of appearance."""
        return tuple(dict.fromkeys(item.kind for item in self.items))

    def load(self) -> Image.Image:
        """The image in RGB; VerifyProblem where the file is missing or no image."""
        try:
            with Image.open(io.BytesIO(self.data or read_bytes(str(self.path)))) as image:
                whole = image.convert("RGB")
                return whole if self.crop is None else whole.crop(self.crop)
        except UnreadableError as error:
            raise VerifyProblem(f"{self.path}: {error}") from None
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
            raise VerifyProblem(f"{self.path}: not a readable image ({type(error).__name__})") from error


class Images(Sequence[Image.Image]):
    """The pixels of pictures: an index or a slice reads the files, so a folder of any length fits into memory."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures)

    @overload
    def __getitem__(self, place: int) -> Image.Image: ...
    @overload
    def __getitem__(self, place: slice) -> list[Image.Image]: ...
    def __getitem__(self, place: int | slice) -> Image.Image | list[Image.Image]:
        if isinstance(place, int):
            return self._pictures[place].load()
        return [picture.load() for picture in self._pictures[place]]


def digest_of(paths: Iterable[Path]) -> str:
    """Changes with the bytes of any of the files; one that cannot be read counts as such."""
    found = hashlib.blake2b(digest_size=12)
    for path in paths:
        try:
            data = read_bytes(str(path))
        except UnreadableError as error:
            data = str(error).encode()
        found.update(f"{path.name} {len(data)} ".encode())
        found.update(data)
    return found.hexdigest()


@dataclass(frozen=True)
class FixtureSet:
    """All pictures of one folder. ``name`` says which; ``digest`` changes with the ground truth."""

    name: str
    pictures: tuple[Picture, ...]
    kinds: tuple[str, ...]
    digest: str
    is_drawn: bool
    published: tuple[tuple[str, str, tuple[Question, ...]], ...] = ()
    """A benchmark's own questions: the part's name, the finding that it speaks of, and what is asked."""

    @property
    def images(self) -> Images:
        """Every picture's pixels, read when they are asked for and not kept."""
        return Images(self.pictures)

    @cached_property
    def contents(self) -> str:
        """Changes with any image and with the ground truth."""
        return f"{self.digest} {digest_of(picture.path for picture in self.pictures)}"

    def sampled(self, most: int) -> FixtureSet:
        """At most so many pictures, evenly over what they were made for and over the folder."""
        if most >= len(self.pictures):
            return self
        if self.published:
            return self._fewer_asked(most)
        groups: dict[str, list[Picture]] = {}
        for picture in self.pictures:
            groups.setdefault(picture.task, []).append(picture)
        share = most / len(self.pictures)
        kept: list[Picture] = []
        due = 0.0
        for group in groups.values():
            # What a group is owed beyond whole pictures goes over to the next one.
            due += len(group) * share
            number = min(len(group), round(due))
            due -= number
            kept += [group[int(i * len(group) / number)] for i in range(number)]
        return replace(self, pictures=tuple(kept), digest=f"{self.digest}-{most}")

    def _fewer_asked(self, most: int) -> FixtureSet:
        """Evenly fewer of a benchmark's questions; the pictures stay, for those that are not asked about are not read."""
        share = most / len(self.pictures)
        fewer = tuple(
            (
                name,
                code,
                tuple(
                    asked[int(i / share)]
                    for i in range(math.ceil(len(asked) * share))
                    if int(i / share) < len(asked)
                ),
            )
            for name, code, asked in self.published
        )
        return replace(self, published=fewer, digest=f"{self.digest}-{most}")

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that occur as attributes."""
        return tuple(
            sorted({item.colour for picture in self.pictures for item in picture.items if item.colour})
        )


def annotation_file(folder: Path) -> Path | None:
    """``instances.json``, or the only JSON file that is called so; also looked for in ``annotations/``."""
    for place in (folder, folder / "annotations"):
        if (named := place / "instances.json").is_file():
            return named
        found = sorted(place.glob("instances*.json")) or sorted(place.glob("*.json"))
        if len(found) == 1 and (place != folder or _is_coco(found[0])):
            return found[0]
    return None


def _is_coco(file: Path) -> bool:
    """Whether a JSON file speaks of annotations, by its first bytes and its name."""
    if file.name.startswith("instances"):
        return True
    try:
        return b'"annotations"' in read_bytes(str(file), _LONGEST)
    except UnreadableError:
        return False


def _text(row: Mapping[str, object], key: str) -> str:
    value = row.get(key, "")
    return value if isinstance(value, str) else ""


def _rows(data: Mapping[str, object], name: str) -> Iterable[Mapping[str, object]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{name} is not a list of objects")
    return rows


def _image_path(folder: Path, name: str) -> Path:
    for place in (folder, folder / "images"):
        # A file name that climbs out of the folder is not followed.
        if (path := place / name).is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path
    raise VerifyProblem(f"{folder}: the image {name!r} of the annotations is not there")


def _box(row: Mapping[str, object], width: float, height: float) -> Box:
    values = row["bbox"]
    if not isinstance(values, list) or len(values) != 4:
        raise ValueError("a bbox needs four numbers")
    left, top, wide, high = (float(value) for value in values)
    return Box(left / width, top / height, wide / width, high / height)


def _parse(data: Mapping[str, object], folder: Path) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    kinds = {row["id"]: str(row["name"]) for row in _rows(data, "categories")}
    sizes = {
        row["id"]: (float(str(row["width"])), float(str(row["height"]))) for row in _rows(data, "images")
    }
    items: dict[object, list[Item]] = {}
    crowded: dict[object, set[str]] = {}
    for row in _rows(data, "annotations"):
        number = row["image_id"]
        kind = kinds[row["category_id"]]
        if row.get("iscrowd"):
            crowded.setdefault(number, set()).add(kind)
            continue
        attributes = row.get("attributes")
        known = attributes if isinstance(attributes, dict) else {}
        box = _box(row, *sizes[number])
        items.setdefault(number, []).append(
            Item(kind, box, _text(known, "colour") or _text(known, "color"), _text(known, "size"))
        )
    texts = {row["image_id"]: _text(row, "text") for row in _rows(data, "texts")}
    pictures = []
    for row in _rows(data, "images"):
        number, pair = row["id"], row.get("pair", 0)
        pictures.append(
            Picture(
                _image_path(folder, str(row["file_name"])),
                tuple(items.get(number, ())),
                _text(row, "task"),
                pair if isinstance(pair, int) else 0,
                texts.get(number, ""),
                frozenset(crowded.get(number, ())),
            )
        )
    return tuple(pictures), tuple(dict.fromkeys(kinds.values()))


def load_fixtures(folder: Path | None = None) -> FixtureSet:
    """The pictures of ``folder`` (None: the drawn scenes); VerifyProblem where it is not a COCO folder."""
    home = folder if folder is not None else bundled_scenes()
    if not home.is_dir():
        raise VerifyProblem(f"{home}: no such folder of fixtures")
    file = annotation_file(home)
    if file is None:
        raise VerifyProblem(f"{home}: no instances.json (COCO annotations) in this folder")
    try:
        raw = file.read_bytes()
        data = json.loads(raw)
        if not isinstance(data, dict):
            raise VerifyProblem(f"{file}: not COCO annotations (an object was expected)")
        pictures, kinds = _parse(data, home)
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not COCO annotations ({type(error).__name__}: {error})") from error
    if not pictures:
        raise VerifyProblem(f"{file}: no images in these annotations")
    if len(pictures) > _MOST_IMAGES:
        raise VerifyProblem(
            f"{file}: {len(pictures)} images are more than the {_MOST_IMAGES} that are read at once"
        )
    is_drawn = any(picture.task for picture in pictures)
    name = "drawn scenes" if folder is None else home.name
    return FixtureSet(name, pictures, kinds, hashlib.sha256(raw).hexdigest()[:16], is_drawn)


def lone_pairs(picture: Picture) -> list[tuple[Item, str, Item]]:
    """Pairs of items, each the only one of its kind, with a plain relation; each pair once."""
    alone = [
        item for item in picture.items if picture.count(item.kind) == 1 and item.kind not in picture.crowded
    ]
    return [
        (one, name, other)
        for i, one in enumerate(alone)
        for other in alone[i + 1 :]
        if (name := relation(one.box, other.box)) is not None
    ]
