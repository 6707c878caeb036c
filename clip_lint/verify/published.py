"""Published benchmarks as their authors publish them: SugarCrepe, What'sUp, VALSE, ARO, Winoground, CountBench and NegBench.

A file is known by the shape of its rows, not by its name.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.model import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SUFFIXES = (".json", ".jsonl", ".csv", ".parquet")
_LONGEST = 500_000_000
_AGREED = 2
"""VALSE keeps what two of three annotators at least took the caption for, not the foil."""
_CODES = (
    (re.compile(r"swap.att|attribution"), "CLP103"),
    (re.compile(r"swap.obj|actant.swap|genome_relation|vg_relation|winoground"), "CLP106"),
    (re.compile(r"^relations|controlled|_qa_two|_qa_one"), "CLP102"),
    (re.compile(r"count"), "CLP101"),
    (re.compile(r"existence|mcq|neg(?:ation|bench)"), "CLP104"),
)
"""Which finding a file's questions are about, by its name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item: an image by its name, or its bytes; ``prompts[right]`` is true of it. ``crop``: left, top, right, bottom."""

    image: str
    prompts: tuple[str, ...]
    right: int = 0
    crop: tuple[int, int, int, int] | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Part:
    """One file: ``code`` is the finding that it speaks of, empty where no rule asks that."""

    name: str
    code: str
    asked: tuple[Asked, ...]
    is_paired: bool = False
    """Whether items 2k and 2k + 1 are two images with the same two captions."""


def _sugarcrepe(row: Any) -> list[Asked]:
    return [Asked(row["filename"], (row["caption"], row["negative_caption"]))]


def _valse(row: Any) -> list[Asked]:
    votes = row.get("mturk")
    if isinstance(votes, dict) and votes.get("caption", _AGREED) < _AGREED:
        return []
    return [Asked(row["image_file"], (row["caption"], row["foil"]))]


def _options(row: Any) -> list[Asked]:
    return [Asked(row["image_path"], tuple(row["caption_options"]))]


def _triple(row: Any) -> list[Asked]:
    name = str(row[0])
    return [Asked(f"{name}.jpg", (row[1], row[2]))]


def _true_false(row: Any) -> list[Asked]:
    crop = None
    if "bbox_x" in row:
        left, top = int(row["bbox_x"]), int(row["bbox_y"])
        crop = (left, top, left + int(row["bbox_w"]), top + int(row["bbox_h"]))
    return [Asked(row["image_path"], (row["true_caption"], row["false_caption"]), 0, crop)]


def _two_by_two(row: Any) -> list[Asked]:
    captions = (row["caption_0"], row["caption_1"])
    names = [_image(row[f"image_{i}"]) for i in (0, 1)]
    return [Asked(name, captions, i, None, data) for i, (name, data) in enumerate(names)]


def _numbered(row: Any) -> list[Asked]:
    number = int(row["number"])
    if not 2 <= number <= 10:
        return []
    written = re.compile(rf"\b(?:{NUMBERS[number]}|{number})\b", re.IGNORECASE)
    prompts = tuple(written.sub(word, row["text"], count=1) for word in NUMBERS[2:11])
    if len(set(prompts)) < len(prompts):
        return []  # the caption does not say its number
    name, data = _image(row.get("image") or row.get("image_url") or row.get("file_name"))
    return [Asked(name, prompts, number - 2, None, data)]


def _several(row: Any) -> list[Asked]:
    names = sorted(key for key in row if re.fullmatch(r"caption_\d", key))
    return [Asked(row["image_path"], tuple(row[name] for name in names), int(row["correct_answer"]))]


_SHAPES: tuple[tuple[frozenset[str], Callable[[Any], list[Asked]]], ...] = (
    (frozenset({"filename", "caption", "negative_caption"}), _sugarcrepe),
    (frozenset({"image_file", "caption", "foil"}), _valse),
    (frozenset({"image_path", "caption_options"}), _options),
    (frozenset({"image_path", "true_caption", "false_caption"}), _true_false),
    (frozenset({"image_0", "image_1", "caption_0", "caption_1"}), _two_by_two),
    (frozenset({"text", "number"}), _numbered),
    (frozenset({"image_path", "correct_answer", "caption_0", "caption_1"}), _several),
)


def _image(value: Any) -> tuple[str, bytes]:
    """An image's file name, and its bytes where the file holds them."""
    if isinstance(value, dict):
        return str(value.get("path") or ""), bytes(value.get("bytes") or b"")
    return str(value), b""


def _rows(file: Path) -> Sequence[Any]:
    if file.suffix == ".parquet":
        try:
            parquet = import_module("pyarrow.parquet")
        except ImportError as error:
            raise VerifyProblem(f"{file}: reading parquet takes pyarrow: pip install pyarrow") from error
        rows: list[Any] = parquet.read_table(file).to_pylist()
        return rows
    text = read_bytes(str(file), _LONGEST).decode("utf-8-sig")
    if file.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text)))
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    data = json.loads(text)
    if isinstance(data, dict):
        return list(data.values())
    return data if isinstance(data, list) else []


def _reader(row: Any) -> Callable[[Any], list[Asked]] | None:
    if isinstance(row, list):
        return _triple if len(row) == 3 and all(isinstance(text, str) for text in row[1:]) else None
    if not isinstance(row, dict):
        return None
    return next((read for keys, read in _SHAPES if keys <= row.keys()), None)


def read_part(file: Path) -> Part | None:
    """The items of a file; None where its rows are of no shape that is known, VerifyProblem where it cannot be read."""
    try:
        rows = _rows(file)
        read = _reader(rows[0]) if rows else None
        if read is None:
            return None
        asked = tuple(item for row in rows for item in read(row))
    except UnreadableError as error:
        raise VerifyProblem(f"{file}: cannot be read ({error})") from error
    except VerifyProblem:
        raise
    # A damaged file may fail in any of the readers, pyarrow's own errors included.
    except Exception as error:
        raise VerifyProblem(f"{file}: not readable as a benchmark ({type(error).__name__})") from error
    name = file.stem.lower()
    code = next((code for pattern, code in _CODES if pattern.search(name)), "")
    # These come as examples.jsonl or test-00000-of-00001.parquet too, and speak of one thing only.
    if read in {_numbered, _two_by_two}:
        code = "CLP101" if read is _numbered else "CLP106"
    return Part(file.stem, code, asked, read is _two_by_two)


def read_parts(place: Path) -> list[Part]:
    """The benchmark files of a folder (or one file), by name; what is no benchmark is passed over."""
    files = (
        [place] if place.is_file() else sorted(path for path in place.iterdir() if path.suffix in SUFFIXES)
    )
    return [part for file in files if file.is_file() and (part := read_part(file)) is not None and part.asked]


_NUMBER = re.compile(r".*_(\d{12}\.\w+)")
"""COCO's and VisualDialog's "COCO_val2014_" before the number of an image, which some benchmarks leave out."""


def image_index(folders: Sequence[Path]) -> Mapping[str, Sequence[Path]]:
    """Image files below some folders by name, by name without its ending, and by COCO's number alone."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp", ".bmp"}:
                for name in {path.name, path.stem, _without_split(path.name)}:
                    found.setdefault(name, []).append(path)
    return found


def _without_split(name: str) -> str:
    match = _NUMBER.fullmatch(name)
    return name if match is None else match[1]


def located(name: str, index: Mapping[str, Sequence[Path]]) -> Path | None:
    """The file of an image that a benchmark names by a path, a file name, a number or a web address.

    Of several that are called so the one whose folders are named too is taken; where that leaves different files,
    None: another picture would be measured than the caption is about.
    """
    parts = re.split(r"[/\\]", name.partition("?")[0])
    last = parts[-1]
    stem = last.rpartition(".")[0] or last
    for key in (last, _without_split(last), stem, f"{stem.zfill(12)}.jpg", f"{stem}.png"):
        if paths := index.get(key, ()):
            return _only(paths, parts[:-1])
    return None


def _only(paths: Sequence[Path], folders: Sequence[str]) -> Path | None:
    def agreeing(path: Path) -> int:
        own = reversed(path.parent.parts)
        return next(
            (i for i, pair in enumerate(zip(own, reversed(folders), strict=False)) if pair[0] != pair[1]),
            len(folders),
        )

    if len(paths) == 1:
        return paths[0]
    most = max(map(agreeing, paths))
    best = [path for path in paths if agreeing(path) == most]
    return best[0] if len({path.stat().st_size for path in best}) == 1 else None
