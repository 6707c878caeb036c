"""Image-text models through open_clip."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from clip_lint.verify.building import one_line, quiet
from clip_lint.verify.model_safety import check_file, check_parameters, read_config, weight_files
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.staging import staged
from clip_lint.verify.towers import Scoring
from clip_lint.verify.transformers_towers import check_alive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.verify.hub import Hub
    from clip_lint.verify.rounding import Rounding

_WEIGHT_NAMES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors")


@dataclass
class OpenClipTowers:
    """An open_clip model behind the ``Towers`` protocol."""

    name: str
    device: str
    scoring: Scoring
    context: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    model: Any
    tokenizer: Any
    preprocess: Any
    dtype: torch.dtype = torch.float32
    rounding: Rounding | None = None

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw text features (n, d); the tokenizer pads and truncates by itself."""
        features: torch.Tensor = self.model.encode_text(
            self.tokenizer(list(prompts)).to(self.device), normalize=False
        )
        return features

    def untruncated_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """The same: open_clip's tokenizer always truncates."""
        return self.text_features(prompts)

    def unpadded_features(self, prompts: Sequence[str]) -> torch.Tensor:
        """The same: open_clip's tokenizer always pads."""
        return self.text_features(prompts)

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        """Preprocessed images (n, 3, height, width)."""
        return torch.stack([self.preprocess(image) for image in images])

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Raw image features (n, d)."""
        features: torch.Tensor = self.model.encode_image(pixels.to(self.device, self.dtype), normalize=False)
        return features

    def module(self) -> torch.nn.Module:
        """The open_clip model."""
        model: torch.nn.Module = self.model
        return model


def _library() -> Any:
    """open_clip, which is optional, slow to import and without types."""
    try:
        return importlib.import_module("open_clip")
    except ImportError as error:
        is_left_out = sys.modules.get("torchvision", sys) is None
        advice = (
            "the torchvision that it needs does not fit this torch: install one that does"
            if is_left_out
            else "pip install open_clip_torch"
        )
        raise VerifyProblem(f"open_clip cannot be imported ({one_line(error)}): {advice}") from error


def weights(name: str, tag: str | None, hub: Hub) -> Path:
    """The safetensors file behind an architecture and a pretrained tag, or the file that ``tag`` names."""
    library = _library()
    if library.get_model_config(name) is None:
        raise VerifyProblem(f"{name}: open_clip knows no such architecture")
    if tag and (file := Path(tag)).is_file():
        return file
    if not tag:
        raise VerifyProblem(
            f"{name}: open_clip without a pretrained tag gives random weights; nothing to verify"
        )
    known = library.get_pretrained_cfg(name, tag)
    if not known:
        raise VerifyProblem(
            f"{name}: open_clip has no pretrained tag {tag!r} for it, and no such file exists"
        )
    repository = "/".join(str(known.get("hf_hub", "")).strip("/").split("/")[:2])
    if not repository:
        raise VerifyProblem(
            f"{name} ({tag}): published as a pickle only; verification reads safetensors only"
        )
    return hub.file(repository, _WEIGHT_NAMES, f"{name} ({tag})")


def load_folder(folder: Path, source: str, device: str) -> OpenClipTowers:
    """The open_clip model of a folder with ``open_clip_config.json`` and its safetensors."""
    config = read_config(folder / "open_clip_config.json")
    model = config.get("model_cfg", config)
    text = model.get("text_cfg", {}) if isinstance(model, dict) else None
    if not isinstance(text, dict):
        raise VerifyProblem(f"{folder}: open_clip_config.json describes no model")
    if "hf_model_name" in text or "hf_tokenizer_name" in text:
        raise VerifyProblem(
            f"{source}: its text tower comes from another repository; name it by its open_clip architecture"
        )
    stored = sum(check_file(file) for file in weight_files(folder))
    with staged(folder) as home:
        return _build(f"local-dir:{home}", None, stored, source, device)


def load_weights(name: str, file: Path, source: str, device: str) -> OpenClipTowers:
    """The model of an open_clip architecture with the weights of a safetensors file."""
    return _build(name, file, check_file(file), source, device)


def precision_on(device: str) -> str:
    """Half precision on a GPU, full precision elsewhere, in open_clip's words."""
    return "fp16" if device == "cuda" else "fp32"


def _build(name: str, file: Path | None, stored: int, source: str, device: str) -> OpenClipTowers:
    library = _library()
    precision = precision_on(device)
    try:
        with quiet():
            with torch.device("meta"):
                shell = library.create_model(name, load_weights=False, pretrained_text=False, device="meta")
            check_parameters(sum(p.numel() for p in shell.parameters()), stored, source)
            model, _, preprocess = library.create_model_and_transforms(
                name,
                pretrained=str(file) if file else None,
                precision=precision,
                device=device,
                pretrained_image=False,
                pretrained_text=False,
                weights_only=True,
            )
            tokenizer = library.get_tokenizer(name)
    except VerifyProblem:
        raise
    # A hostile or damaged folder can make open_clip raise anything; all of it means the same to the user.
    except Exception as error:
        raise VerifyProblem(
            f"{source}: cannot be loaded ({type(error).__name__}: {one_line(error)})"
        ) from error
    model.requires_grad_(False)
    model.eval()
    bias = getattr(model, "logit_bias", None)
    scoring = Scoring(
        float(model.logit_scale.detach().float().exp()),
        0.0 if bias is None else float(bias.detach().float()),
        bias is not None,
    )
    visual = model.visual
    towers = OpenClipTowers(
        source,
        device,
        scoring,
        int(getattr(model, "context_length", 77)),
        tuple(map(float, visual.image_mean)),
        tuple(map(float, visual.image_std)),
        model,
        tokenizer,
        preprocess,
        library.get_input_dtype(precision) or torch.float32,
    )
    check_alive(towers)
    return towers
