"""Image features without text, such as DINOv2's: the base of a fine-grained classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModel

from clip_lint.verify.building import built, load_processor
from clip_lint.verify.staging import staged
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image


@dataclass
class ImageEncoder:
    """A vision model of transformers whose first token stands for the image."""

    name: str
    device: str
    model: Any
    image_processor: Any

    def directions(self, images: Sequence[Image.Image], batch: int = 32) -> torch.Tensor:
        """Features (n, d) of length one."""
        parts: list[torch.Tensor] = []
        for start in range(0, len(images), batch):
            pixels = self.image_processor(
                images=list(images[start : start + batch]), return_tensors="pt"
            ).pixel_values
            dtype = next(self.model.parameters()).dtype
            with torch.inference_mode():
                parts.append(
                    self.model(pixel_values=pixels.to(self.device, dtype))
                    .last_hidden_state[:, 0]
                    .float()
                    .cpu()
                )
        return unit(torch.cat(parts))


def load_image_encoder(folder: Path, source: str, device: str) -> ImageEncoder:
    """The vision model of a local transformers folder; VerifyProblem where it cannot be loaded."""
    with staged(folder) as home:
        return ImageEncoder(
            source,
            device,
            built(home, source, AutoModel, device),
            load_processor(home, source, "image processor"),
        )
