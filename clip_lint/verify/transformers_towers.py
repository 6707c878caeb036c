"""Image-text models and detectors through transformers."""

from __future__ import annotations

import contextlib
import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import transformers
from PIL import Image

from clip_lint.verify.model_safety import (
    check_beside,
    check_companions,
    check_parameters,
    read_config,
    weight_count,
    weight_files,
)
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.staging import staged
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FAMILIES = frozenset({"clip", "siglip", "siglip2", "altclip", "chinese_clip", "metaclip_2"})
_SIGMOID = frozenset({"siglip", "siglip2"})


def one_line(error: BaseException) -> str:
    """The first line of an error's text without control characters, at most 160 characters."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return "".join(char if char.isprintable() else "?" for char in line)[:160]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' own warnings and progress bars off the terminal while a model loads."""
    controls: Any = transformers.utils.logging
    level, bars = logging.root.manager.disable, controls.is_progress_bar_enabled()
    logging.disable(logging.CRITICAL)  # open_clip warns on the root logger
    controls.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        if bars:
            controls.enable_progress_bar()


def built(folder: Path, source: str, auto: Any, device: str) -> torch.nn.Module:
    """The model of ``folder`` in eval mode, every weight from the file; VerifyProblem otherwise."""
    stored = sum(weight_count(file) for file in weight_files(folder))
    try:
        with quiet():
            config = transformers.AutoConfig.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
            if hasattr(config, "use_pretrained_backbone"):
                config.use_pretrained_backbone = (
                    False  # its weights are in the file, and another hub has no say
                )
            with torch.device("meta"):
                shell = auto.from_config(config)
            check_parameters(sum(p.numel() for p in shell.parameters()), stored, source)
            model, info = auto.from_pretrained(
                folder,
                config=config,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
    except VerifyProblem:
        raise
    # A hostile or damaged folder can make transformers raise anything; all of it means the same to the user.
    except Exception as error:
        raise VerifyProblem(
            f"{source}: cannot be loaded ({type(error).__name__}: {one_line(error)})"
        ) from error
    if missing := sorted(info["missing_keys"]):
        raise VerifyProblem(
            f"{source}: {len(missing)} weights are missing, {missing[0]} for one; they would be random"
        )
    model.requires_grad_(False)
    # Half precision on a GPU, full precision elsewhere, whatever the file holds.
    return model.to(device, torch.float16 if device == "cuda" else torch.float32).eval()  # type: ignore[no-any-return]


def load_processor(folder: Path, source: str, kind: str) -> Any:
    """A tokenizer or image processor; VerifyProblem where the folder has none that works."""
    loader: Any = transformers.AutoTokenizer if kind == "tokenizer" else transformers.AutoImageProcessor
    try:
        with quiet():
            return loader.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    # A damaged folder can make transformers raise anything; all of it means the same to the user.
    except Exception as error:
        raise VerifyProblem(f"{source}: its {kind} cannot be loaded ({one_line(error)})") from error


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
    folder: Path, source: str, device: str, weights: Path | None = None, processor: Path | None = None
) -> TransformersTowers:
    """The image-text model of a local transformers folder; ``source`` is how messages and reports name it.

    ``weights`` is the folder of the safetensors where that is another one, ``processor`` that of tokenizer and image
    processor.
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
        return _loaded(home, processor or home, source, device, str(family))


def _loaded(folder: Path, processor: Path, source: str, device: str, family: str) -> TransformersTowers:
    model: Any = built(folder, source, transformers.AutoModel, device)
    tokenizer = load_processor(processor, source, "tokenizer")
    images = load_processor(processor, source, "image processor")
    if len({tuple(ids) for ids in tokenizer(["a photo of a cat", "two red trucks"])["input_ids"]}) < 2:
        raise VerifyProblem(
            f"{source}: its tokenizer does not tell texts apart; name another with --processor"
        )
    text = model.config.text_config
    context = min(
        int(getattr(text, "max_position_embeddings", 77)), int(min(tokenizer.model_max_length, 10**6))
    )
    if family == "altclip":
        context -= 2  # XLM-RoBERTa's positions start behind its padding index
    if len(tokenizer) > text.vocab_size:
        raise VerifyProblem(
            f"{source}: the tokenizer knows {len(tokenizer)} tokens, the text tower {text.vocab_size}"
        )
    scoring = Scoring(
        float(model.logit_scale.detach().float().exp()) if hasattr(model, "logit_scale") else 1.0,
        float(model.logit_bias.detach().float()) if hasattr(model, "logit_bias") else 0.0,
        family in _SIGMOID,
    )
    mean, std = (
        tuple(map(float, getattr(images, name, None) or fallback))
        for name, fallback in (("image_mean", (0, 0, 0)), ("image_std", (1, 1, 1)))
    )
    kind = PatchTowers if family == "siglip2" else TransformersTowers
    towers = kind(source, device, scoring, context, mean, std, model, tokenizer, images, family in _SIGMOID)
    check_alive(towers)
    return towers


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
