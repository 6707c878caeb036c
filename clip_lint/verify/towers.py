"""What the probes need of an image-text model, whichever library it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from clip_lint.verify.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a checkpoint turns a cosine into a logit: ``scale * cosine + bias``, softmax or sigmoid after that."""

    scale: float
    bias: float = 0.0
    is_sigmoid: bool = False


class Towers(Protocol):
    """An image-text model in eval mode.

    ``name`` says what was loaded, ``device`` where it runs. ``mean`` and ``std`` are the preprocessing's, a value a
    channel. ``context`` is how many tokens the text tower reads. ``rounding`` is what it does to compute in less than
    float32, None where that is not done. Features are raw: not normalised.
    """

    name: str
    device: str
    scoring: Scoring
    context: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    rounding: Rounding | None

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw text features (n, d), padded and truncated as the checkpoint wants it."""
        ...

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        """Preprocessed images (n, 3, height, width)."""
        ...

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Raw image features (n, d) of preprocessed images."""
        ...

    def module(self) -> torch.nn.Module:
        """The model itself, for probes of how it is run."""
        ...

    def untruncated_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """As ``text_features`` without truncation, as code that forgets it calls the tokenizer; may raise."""
        ...

    def unpadded_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """As ``text_features``, each prompt only as long as it is: what forgetting ``padding`` does."""
        ...


def unit(features: torch.Tensor) -> torch.Tensor:
    """Rows of length one, in float32; a zero row stays zero."""
    return torch.nn.functional.normalize(features.float(), dim=-1)


def embed_texts(towers: Towers, prompts: Sequence[str], batch: int = 64) -> torch.Tensor:
    """Raw text features (n, d) in float32 on the CPU; equal prompts are encoded once."""
    distinct = list(dict.fromkeys(prompts))
    with torch.inference_mode():
        parts = [
            towers.text_features(distinct[i : i + batch]).float().cpu()
            for i in range(0, len(distinct), batch)
        ]
    rows = {prompt: i for i, prompt in enumerate(distinct)}
    return torch.cat(parts)[[rows[prompt] for prompt in prompts]]


_AT_ONCE = 4
"""Photographs are read so many at a time: one of 12 megapixels takes 36 MB until it is preprocessed."""


def pixels_of(towers: Towers, images: Sequence[Image.Image]) -> torch.Tensor:
    """Preprocessed images (n, 3, height, width)."""
    return torch.cat([towers.pixels(images[i : i + _AT_ONCE]) for i in range(0, len(images), _AT_ONCE)])


def embed_images(
    towers: Towers,
    images: Sequence[Image.Image],
    batch: int = 32,
    tell: Callable[[int], object] = lambda _done: None,
) -> torch.Tensor:
    """Raw image features (n, d) in float32 on the CPU; ``tell`` is called with how many are done."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            pixels = pixels_of(towers, images[start : start + batch])
            parts.append(towers.image_features(pixels).float().cpu())
            tell(min(start + batch, len(images)))
    return torch.cat(parts)


def embed_pixels(towers: Towers, pixels: torch.Tensor, batch: int = 32) -> torch.Tensor:
    """Raw image features (n, d) of preprocessed images, in float32 on the CPU."""
    with torch.inference_mode():
        parts = [pixels[i : i + batch] for i in range(0, len(pixels), batch)]
        return torch.cat([towers.image_features(part).float().cpu() for part in parts])
