"""Look at a model folder before anything is built from it: no pickles, no code, no absurd sizes, no truncated files."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_HEADER = 100_000_000
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_CODE_KEYS = frozenset({"auto_map", "trust_remote_code", "custom_pipelines"})
_FETCHING_KEYS = frozenset({"quantization_config", "use_kernels", "kernel_config", "base_model_name_or_path"})
_LARGEST_NUMBER = 3_000_000
"""Vocabularies stay below this; every other size of a model far below it."""
_MOST_LAYERS = 1_000
_LAYERS = re.compile(r"(?:num_.*layers|.*_layers|layers|depths?|n_layer)")
_LARGEST_SIDE = 4_096
"""Pixels of an image's side, or patches of an image, that a processor may make."""
_SIDES = re.compile(
    r"(?:width|height|size|crop_size|longest_edge|shortest_edge|image_size|max_num_patches|patch_size)"
)
_OWN_ATTENTION = frozenset({"eager", "sdpa"})
"""The implementations of attention that no other package and no repository brings."""
_MOST_BYTES = 8_000_000
CONFIGURATIONS = ("config.json", "open_clip_config.json")
TOKENIZERS = ("tokenizer.json", "vocab.json", "vocab.txt")
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
NEEDED = frozenset(
    {
        *CONFIGURATIONS, *TOKENIZERS, *PROCESSORS, "merges.txt", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json",
    }
)  # fmt: skip
"""The files beside the weights that are ever read: never a pickle, never code."""
_WIDTH_BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2,
    "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
}  # fmt: skip


def _header(file: Path) -> tuple[int, int, dict[str, dict[str, Any]]]:
    """A safetensors file's size, the length of its header, and the header; VerifyProblem where it is none."""
    if not file.is_file():
        raise VerifyProblem(f"{file}: not a regular file")
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            prefix = stream.read(8)
            length = int.from_bytes(prefix, "little")
            if len(prefix) < 8 or not 2 <= length <= min(_LONGEST_HEADER, size - 8):
                raise VerifyProblem(f"{file}: not a safetensors file, or cut off in its header")
            return size, length, json.loads(stream.read(length))
    except OSError as error:
        raise VerifyProblem(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not a safetensors file (its header is no JSON)") from error


def tensor_names(file: Path) -> list[str]:
    """What a safetensors file holds."""
    return [name for name in _header(file)[2] if name != "__metadata__"]


def tensor_places(file: Path) -> dict[str, tuple[str, tuple[int, ...], int, int]]:
    """What a checked safetensors file holds by name: the kind of number, the shape, and the first byte and the one behind."""
    _, length, header = _header(file)
    return {
        name: (entry["dtype"], tuple(entry["shape"]), *(8 + length + end for end in entry["data_offsets"]))
        for name, entry in header.items()
        if name != "__metadata__"
    }


def weight_count(file: Path) -> int:
    """How many numbers a safetensors file holds; VerifyProblem where its header and its length disagree."""
    size, length, header = _header(file)
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


def _object(file: Path) -> dict[str, object]:
    """A small JSON file that holds an object; VerifyProblem for anything else."""
    try:
        value = json.loads(read_bytes(str(file), _MOST_BYTES))
    except UnreadableError as error:
        raise VerifyProblem(f"{file}: cannot be read ({error})") from error
    except (ValueError, RecursionError) as error:
        raise VerifyProblem(f"{file}: not valid JSON") from error
    if not isinstance(value, dict):
        raise VerifyProblem(f"{file}: not a model configuration (an object was expected)")
    return value


def read_config(file: Path) -> dict[str, object]:
    """A model's JSON configuration; VerifyProblem where it is none, asks for code or holds absurd numbers."""
    config = _object(file)
    for path, value in _leaves(config):
        _check_keys(file, path, value)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        most = _MOST_LAYERS if _LAYERS.fullmatch(path[-1]) else _LARGEST_NUMBER
        if not abs(value) <= most:
            raise VerifyProblem(f"{file}: {'.'.join(path)} = {value} is no size that a model has")
    return config


def _check_keys(file: Path, path: tuple[str, ...], value: object) -> None:
    """VerifyProblem for a key that makes a library run code or fetch something."""
    if not _CODE_KEYS.isdisjoint(path):
        raise VerifyProblem(
            f"{file}: asks to run code of its own ({'.'.join(path)}); such models are not loaded"
        )
    key = next((key for key in path if "_implementation" in key or key in _FETCHING_KEYS), None)
    if (
        key is None
        or value is None
        or value is False
        or ("_implementation" in key and value in _OWN_ATTENTION)
    ):
        return
    raise VerifyProblem(
        f"{file}: asks for code of another package or repository ({key}); such models are not loaded"
    )


def check_beside(folder: Path) -> None:
    """The configurations of the tokenizer and the image processor: no code, no images of absurd sizes."""
    for name in ("tokenizer_config.json", *PROCESSORS):
        file = folder / name
        if not file.exists():
            continue
        for path, value in _leaves(_object(file)):
            _check_keys(file, path, value)
            if (
                name not in PROCESSORS
                or not _SIDES.fullmatch(path[-1])
                or not isinstance(value, (int, float))
            ):
                continue
            if not (0 < value <= _LARGEST_SIDE or isinstance(value, bool)):
                raise VerifyProblem(f"{file}: {'.'.join(path)} = {value} is no size that an image has")


def check_companions(folder: Path, source: str) -> None:
    """Tokenizer and image processor are told to be missing before anything is loaded: without files, libraries make one up.

    Whatever a library might read of them is a regular file: it would wait for a pipe for ever.
    """
    for name in sorted(NEEDED):
        if (folder / name).exists() and not (folder / name).is_file():
            raise VerifyProblem(f"{folder / name}: not a regular file")
    if not any((folder / name).is_file() for name in TOKENIZERS) and not any(folder.glob("*.model")):
        raise VerifyProblem(f"{source}: no tokenizer lies beside the weights; name one with --processor")
    if not any((folder / name).is_file() for name in PROCESSORS):
        raise VerifyProblem(
            f"{source}: no image processor lies beside the weights; name one with --processor"
        )


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


def chosen_weights(folder: Path) -> list[Path]:
    """The safetensors that are read of a model folder: one file or all shards; empty where there are none.

    The index beside shards is never asked: it could send a reader to any file.
    """
    for whole in ("model.safetensors", "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"):
        if (folder / whole).is_file():
            return [folder / whole]
    shards = sorted(folder.glob("model-*-of-*.safetensors")) or sorted(folder.glob("*.safetensors"))
    return [file for file in shards if file.is_file()]


def weight_files(folder: Path) -> list[Path]:
    """As ``chosen_weights``; VerifyProblem where there are none."""
    files = chosen_weights(folder)
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
