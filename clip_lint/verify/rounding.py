"""Less than float32, where that saves the time that there is: when, how, and what it does to the scores."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from PIL import Image

from clip_lint.verify.model_safety import tensor_places
from clip_lint.verify.towers import embed_images, embed_texts, unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clip_lint.verify.towers import Towers

LARGE = 300_000_000
"""Weights above which a model is computed in bfloat16 where a budget is given and the processor is faster at it."""
_WORTH_IT = 1.5
_ROUNDS = 7
_TEXTS = ("a photo of a cat", "a photo of two cats", "a red car and a blue van", "a beach without people")
_SIDE = 224
_NUMBERS = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rounding:
    """What was computed in, and by how much that moved the lead of one text over another, at most, on a few images."""

    precision: str
    lead: float

    def __str__(self) -> str:
        return f"computed in {self.precision}, which moves the lead of a text by {self.lead:.4f} at most"


@dataclass(frozen=True, slots=True)
class Sample:
    """The directions of a few texts (n, d), or of a few images (m, d)."""

    texts: torch.Tensor
    images: torch.Tensor


def bfloat16_pays() -> bool:
    """Whether this processor is clearly faster at bfloat16: one layer of a large tower, both ways."""
    single, half = (
        (torch.ones(256, 1024, dtype=dtype), torch.ones(4096, 1024, dtype=dtype))
        for dtype in (torch.float32, torch.bfloat16)
    )
    rounds = [(_timed(*single), _timed(*half)) for _ in range(_ROUNDS)]
    return min(one for one, _ in rounds) > _WORTH_IT * min(other for _, other in rounds)


def _timed(pixels: torch.Tensor, weights: torch.Tensor) -> float:
    started = time.perf_counter()
    torch.nn.functional.linear(pixels, weights)
    return time.perf_counter() - started


def read_in(dtype: torch.dtype, files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The tensors of checked safetensors files in ``dtype``, one after the other: whole files are never in memory."""
    found: dict[str, torch.Tensor] = {}
    for file in files:
        places = tensor_places(file)
        with file.open("rb", buffering=0) as stream:
            for name, (kind, shape, start, end) in places.items():
                stream.seek(start)
                part = bytearray(end - start)
                if stream.readinto(part) != len(part):
                    raise EOFError(file)
                tensor = torch.frombuffer(part, dtype=_NUMBERS[kind]).reshape(shape)
                found[name] = tensor.to(dtype) if tensor.is_floating_point() else tensor
    return found


def text_sample(towers: Towers) -> torch.Tensor:
    """The directions of a few texts."""
    return unit(embed_texts(towers, _TEXTS))


def image_sample(towers: Towers) -> torch.Tensor:
    """The directions of two images with all colours in them."""
    across = Image.linear_gradient("L").resize((_SIDE, _SIDE))
    round_ = Image.radial_gradient("L").resize((_SIDE, _SIDE))
    down = across.rotate(90)
    images = [Image.merge("RGB", bands) for bands in ((across, round_, down), (down, across, round_))]
    return unit(embed_images(towers, images))


def rounding_of(precision: torch.dtype, exact: Sample, rounded: Sample) -> Rounding:
    """What a precision does to the scores: the largest change of one text's lead over another, on one image."""
    moved = rounded.images @ rounded.texts.T - exact.images @ exact.texts.T
    lead = float((moved.max(dim=1).values - moved.min(dim=1).values).max())
    return Rounding(str(precision).removeprefix("torch."), lead)
