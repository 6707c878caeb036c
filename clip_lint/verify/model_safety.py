"""Look at a model folder before anything is built from it: no pickles, no code, no absurd sizes, no truncated files."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_HEADER = 100_000_000
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_CODE_KEYS = frozenset({"auto_map", "trust_remote_code", "custom_pipelines"})
_LARGEST_NUMBER = 3_000_000
"""Vocabularies stay below this; every other size of a model far below it."""
_WIDTH_BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2,
    "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
}  # fmt: skip


def weight_count(file: Path) -> int:
    """How many numbers a safetensors file holds; VerifyProblem where its header and its length disagree."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            prefix = stream.read(8)
            length = int.from_bytes(prefix, "little")
            if len(prefix) < 8 or not 2 <= length <= min(_LONGEST_HEADER, size - 8):
                raise VerifyProblem(f"{file}: not a safetensors file, or cut off in its header")
            header = json.loads(stream.read(length))
    except OSError as error:
        raise VerifyProblem(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not a safetensors file (its header is no JSON)") from error
    try:
        tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
        ends = [entry["data_offsets"][1] for entry in tensors.values()]
        counts = [math.prod(entry["shape"]) for entry in tensors.values()]
        spans = [entry["data_offsets"][1] - entry["data_offsets"][0] for entry in tensors.values()]
        widths = [_WIDTH_BYTES.get(entry["dtype"], 0) for entry in tensors.values()]
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        raise VerifyProblem(f"{file}: not a safetensors file (its header lists no tensors)") from error
    if not ends:
        raise VerifyProblem(f"{file}: this safetensors file holds no weights")
    expected = 8 + length + max(ends)
    if size < expected:
        raise VerifyProblem(f"{file}: truncated, {size} of {expected} bytes are there; download it again")
    if any(width and count * width != span for count, width, span in zip(counts, widths, spans, strict=True)):
        raise VerifyProblem(f"{file}: not a safetensors file (a tensor's shape and length disagree)")
    return sum(counts)


def read_config(file: Path) -> dict[str, object]:
    """A model's JSON configuration; VerifyProblem where it is none, asks for code or holds absurd numbers."""
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise VerifyProblem(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not valid JSON") from error
    if not isinstance(config, dict):
        raise VerifyProblem(f"{file}: not a model configuration (an object was expected)")
    for path, value in _leaves(config):
        if not _CODE_KEYS.isdisjoint(path):
            raise VerifyProblem(
                f"{file}: asks to run code of its own ({'.'.join(path)}); such models are not loaded"
            )
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and not abs(value) <= _LARGEST_NUMBER
        ):
            raise VerifyProblem(f"{file}: {'.'.join(path)} = {value} is no size that a model has")
    return config


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value that is no table or list, with the keys that lead to it; an empty table counts as a leaf."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a model folder; VerifyProblem where there are none."""
    files = sorted(folder.glob("*.safetensors"))
    if files:
        return files
    if pickles := sorted(file for file in folder.iterdir() if file.suffix in _PICKLES):
        raise VerifyProblem(
            f"{pickles[0]}: a pickle can run code when it is loaded; verification reads safetensors only"
            " (convert it: https://huggingface.co/docs/safetensors/convert-weights)"
        )
    raise VerifyProblem(f"{folder}: no *.safetensors file in this model folder")


def check_file(file: Path) -> int:
    """As ``weight_count``, with the right word for a pickle."""
    if file.suffix in _PICKLES:
        raise VerifyProblem(
            f"{file}: a pickle can run code when it is loaded; verification reads safetensors only"
        )
    if file.suffix != ".safetensors":
        raise VerifyProblem(f"{file}: not a safetensors file")
    return weight_count(file)


def check_parameters(expected: int, stored: int, source: str) -> None:
    """A configuration that describes far more weights than are stored is wrong or hostile; so it is not built."""
    if expected > 2 * stored + 4_000_000:
        raise VerifyProblem(
            f"{source}: the configuration describes {expected / 1e6:.0f} M weights, but {stored / 1e6:.1f} M are stored"
        )
