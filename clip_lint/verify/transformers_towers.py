"""Image-text models and detectors through transformers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch
import transformers
from PIL import Image

from clip_lint.verify.building import built, load_processor, one_line, quiet
from clip_lint.verify.model_safety import (
    check_beside,
    check_companions,
    read_config,
    weight_count,
    weight_files,
)
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.rounding import (
    LARGE,
    Rounding,
    Sample,
    bfloat16_pays,
    image_sample,
    rounding_of,
    text_sample,
)
from clip_lint.verify.staging import staged
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FAMILIES = frozenset({"clip", "siglip", "siglip2", "altclip", "chinese_clip", "metaclip_2"})
_SIGMOID = frozenset({"siglip", "siglip2"})


def _pooled(output: Any) -> torch.Tensor:
    """The projected features: a tensor in transformers 4, ``pooler_output`` in 5."""
    return output if isinstance(output, torch.Tensor) else output.pooler_output


@dataclass
class TransformersTowers:
    """An image-text model of transformers behind the ``Towers`` protocol."""

    name: str
    device: str
    scoring: Scoring
    context: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    model: Any
    tokenizer: Any
    image_processor: Any
    pads_to_length: bool
    rounding: Rounding | None = None

    def _encoded(self, prompts: Sequence[str], **how: Any) -> torch.Tensor:
        inputs = self.tokenizer(list(prompts), return_tensors="pt", **how).to(self.device)
        return _pooled(self.model.get_text_features(**inputs))

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw text features (n, d)."""
        padding = "max_length" if self.pads_to_length else True
        return self._encoded(prompts, padding=padding, truncation=True, max_length=self.context)

    def untruncated_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw text features (n, d) without truncation."""
        with quiet():
            return self._encoded(prompts, padding=True)

    def unpadded_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw text features (n, d), one prompt at a time."""
        return torch.cat(
            [self._encoded([prompt], truncation=True, max_length=self.context) for prompt in prompts]
        )

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        """Preprocessed images (n, 3, height, width)."""
        pixels: torch.Tensor = self.image_processor(images=list(images), return_tensors="pt").pixel_values
        return pixels

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Raw image features (n, d)."""
        dtype = next(self.model.parameters()).dtype
        return _pooled(self.model.get_image_features(pixel_values=pixels.to(self.device, dtype)))

    def module(self) -> torch.nn.Module:
        """The transformers model."""
        model: torch.nn.Module = self.model
        return model

    def raw_output(self, prompts: Sequence[str]) -> object:
        """What ``get_text_features`` really returns, for the probe that asks whether it is a tensor."""
        inputs = self.tokenizer(list(prompts), return_tensors="pt", padding=True, truncation=True).to(
            self.device
        )
        return self.model.get_text_features(**inputs)


@dataclass
class PatchTowers(TransformersTowers):
    """SigLIP 2 with images of any shape: it reads lists of patches, not squares of pixels.

    An image is packed as (patches, values + 3): its patches' values, then whether the patch is there, and the grid's
    height and width.
    """

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        """Packed patches (n, patches, values + 3)."""
        inputs = self.image_processor(images=list(images), return_tensors="pt")
        values, mask = inputs["pixel_values"], inputs["pixel_attention_mask"]
        grid = torch.as_tensor(inputs["spatial_shapes"])[:, None, :].expand(-1, values.shape[1], -1)
        return torch.cat([values, mask[..., None].to(values.dtype), grid.to(values.dtype)], dim=-1)

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Raw image features (n, d)."""
        dtype = next(self.model.parameters()).dtype
        output = self.model.get_image_features(
            pixel_values=pixels[..., :-3].to(self.device, dtype),
            pixel_attention_mask=pixels[..., -3].to(self.device, torch.int32),
            spatial_shapes=pixels[:, 0, -2:].to(self.device, torch.int64),
        )
        return _pooled(output)


def load_towers(
    folder: Path,
    source: str,
    device: str,
    weights: Path | None = None,
    processor: Path | None = None,
    *,
    is_hurried: bool = False,
) -> TransformersTowers:
    """The image-text model of a local transformers folder; ``source`` is how messages and reports name it.

    ``weights`` is the folder of the safetensors where that is another one, ``processor`` that of tokenizer and image
    processor. ``is_hurried``: a large model is computed in bfloat16 where the processor is faster at it.
    """
    family = read_config(folder / "config.json").get("model_type")
    if family not in FAMILIES:
        raise VerifyProblem(
            f"{source}: a {str(family)[:40]!r} model; verification needs an image-text model such as CLIP or SigLIP"
        )
    check_companions(processor or folder, source)
    if processor is not None:
        check_beside(processor)
    with staged(folder, weights) as home:
        maker = _Maker(home, processor or home, source, device, str(family))
        towers = maker.rounded() if is_hurried and maker.is_worth_rounding() else maker.towers()
    check_alive(towers)
    return towers


@dataclass(frozen=True)
class _Maker:
    """Makes towers of a checked folder."""

    folder: Path
    processor: Path
    source: str
    device: str
    family: str

    def is_worth_rounding(self) -> bool:
        """Whether the model is large and the processor faster at bfloat16."""
        if self.device != "cpu":
            return False
        return sum(map(weight_count, weight_files(self.folder))) > LARGE and bfloat16_pays()

    def rounded(self) -> TransformersTowers:
        """Towers that compute in bfloat16, with what that does to the scores."""
        # Pages of the file are read as a tower needs them: one tower after the other takes half the memory of both.
        exact = Sample(text_sample(self.towers()), image_sample(self.towers()))
        scoring = self.towers().scoring
        towers = self.towers(torch.bfloat16)
        own = Sample(text_sample(towers), image_sample(towers))
        return replace(towers, scoring=scoring, rounding=rounding_of(torch.bfloat16, exact, own))

    def towers(self, dtype: torch.dtype | None = None) -> TransformersTowers:
        """Towers with all their companions; VerifyProblem in one line where something does not fit."""
        model: Any = built(self.folder, self.source, transformers.AutoModel, self.device, dtype)
        tokenizer, images = self._companions
        text = model.config.text_config
        context = min(
            int(getattr(text, "max_position_embeddings", 77)), int(min(tokenizer.model_max_length, 10**6))
        )
        if self.family == "altclip":
            context -= 2  # XLM-RoBERTa's positions start behind its padding index
        if len(tokenizer) > text.vocab_size:
            raise VerifyProblem(
                f"{self.source}: the tokenizer knows {len(tokenizer)} tokens, the text tower {text.vocab_size}"
            )
        is_sigmoid = self.family in _SIGMOID
        scoring = Scoring(
            float(model.logit_scale.detach().float().exp()) if hasattr(model, "logit_scale") else 1.0,
            float(model.logit_bias.detach().float()) if hasattr(model, "logit_bias") else 0.0,
            is_sigmoid,
        )
        mean, std = (
            tuple(map(float, getattr(images, name, None) or fallback))
            for name, fallback in (("image_mean", (0, 0, 0)), ("image_std", (1, 1, 1)))
        )
        kind = PatchTowers if self.family == "siglip2" else TransformersTowers
        return kind(
            self.source, self.device, scoring, context, mean, std, model, tokenizer, images, is_sigmoid
        )

    @cached_property
    def _companions(self) -> tuple[Any, Any]:
        """The tokenizer and the image processor."""
        tokenizer = load_processor(self.processor, self.source, "tokenizer")
        images = load_processor(self.processor, self.source, "image processor")
        if len({tuple(ids) for ids in tokenizer(["a photo of a cat", "two red trucks"])["input_ids"]}) < 2:
            raise VerifyProblem(
                f"{self.source}: its tokenizer does not tell texts apart; name another with --processor"
            )
        return tokenizer, images


def check_alive(towers: Any) -> None:
    """Encode one text and one grey image; VerifyProblem where that fails or gives no finite numbers."""
    try:
        with torch.inference_mode(), quiet():
            text = towers.text_features(["a photo"])
            image = towers.image_features(towers.pixels([Image.new("RGB", (64, 64), (128, 128, 128))]))
    # Whatever the model's code raises here, the checkpoint cannot be used.
    except Exception as error:
        raise VerifyProblem(
            f"{towers.name}: fails on a plain input ({type(error).__name__}: {one_line(error)})"
        ) from error
    if text.ndim != 2 or image.ndim != 2 or text.shape[1] != image.shape[1]:
        raise VerifyProblem(f"{towers.name}: its text and image features do not fit each other")
    if not (bool(torch.isfinite(text).all()) and bool(torch.isfinite(image).all())):
        raise VerifyProblem(
            f"{towers.name}: the weights give infinite or undefined features; the file is damaged"
        )
