"""Which model is loaded for a finding, from where, onto which device."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import torch

from clip_lint.core import evidence
from clip_lint.core.home import install_models
from clip_lint.verify.hub import Hub
from clip_lint.verify.model_safety import check_file
from clip_lint.verify.open_clip_towers import load_folder, load_weights, weights
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.transformers_towers import load_towers

if TYPE_CHECKING:
    from clip_lint.verify.towers import Towers

_T = TypeVar("_T")

BUNDLED = "bundled"
STAND_IN = evidence.STAND_IN
DEFAULT_DETECTOR = "facebook/detr-resnet-50"
IMAGE_ENCODER = "facebook/dinov2-small"

SAME_WEIGHTS = {
    "RN50": None,
    "ViT-B/32": "openai/clip-vit-base-patch32",
    "ViT-B/16": "openai/clip-vit-base-patch16",
    "ViT-L/14": "openai/clip-vit-large-patch14",
    "ViT-L/14@336px": "openai/clip-vit-large-patch14-336",
    "clip-ViT-B-32": "openai/clip-vit-base-patch32",
    "clip-ViT-B-16": "openai/clip-vit-base-patch16",
    "clip-ViT-L-14": "openai/clip-vit-large-patch14",
}
"""OpenAI's weights under the names of `clip` and sentence-transformers, and where they lie as safetensors."""

_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")


def choose_device(wanted: str) -> str:
    """``auto`` becomes cuda, mps or cpu; VerifyProblem where the wanted device is not there."""
    has = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if has[name])
    if not has.get(wanted, False):
        raise VerifyProblem(f"--device {wanted}: torch sees no such device here")
    return wanted


def bundled_folder(name: str) -> Path:
    """The folder of a bundled model, ``clip`` or ``detector``: in the checkout, or in a package of its own.

    VerifyProblem where neither is there.
    """
    places = [Path(str(resources.files("clip_lint.fixtures"))) / "models"]
    if find_spec("clip_lint_models") is not None:
        places.append(Path(str(resources.files("clip_lint_models"))))
    for place in places:
        if (place / name / "config.json").is_file():
            return place / name
    raise VerifyProblem(f"the bundled models are not installed: {install_models()}")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a model lies: ``form`` is transformers, open_clip folder or open_clip weights.

    ``path`` is the folder, or the weights' file for an open_clip architecture called ``name``; ``source`` is how
    messages and reports name the model. ``weights`` is the folder of the safetensors and ``processor`` that of
    tokenizer and image processor where they are others; ``revision`` names the commits of what the hub has.
    """

    form: str
    path: Path
    source: str
    name: str = ""
    weights: Path | None = None
    revision: str = ""
    processor: Path | None = None

    @property
    def identity(self) -> str:
        """Changes when the files change: a hub snapshot by its commits, other files by size and time of change."""
        beside = f" {self.processor}" if self.processor else ""
        if self.path.parent.name == "snapshots":
            return f"{self.source}@{self.path.name} {(self.weights or self.path).name}{beside}"
        files = (
            [self.path]
            if self.path.is_file()
            else sorted(self.path.glob("*.safetensors")) + sorted(self.path.glob("*.json"))
        )
        stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        return f"{self.source}@{hashlib.sha256(repr(stats).encode()).hexdigest()[:16]}{beside}"


def find(
    spec: str, *, is_offline: bool = False, revision: str | None = None, hub: Hub | None = None
) -> Found:
    """Where the model that ``spec`` names lies; downloads it unless ``is_offline``.

    ``bundled``; a folder with ``config.json`` or ``open_clip_config.json``; a safetensors file beside its
    configuration; ``open_clip:ARCHITECTURE:TAG`` (or a file for the tag); a hub id, perhaps with ``@REVISION``; a name
    of OpenAI's `clip`.
    """
    hub = hub or Hub(is_offline)
    if spec == BUNDLED:
        return Found("transformers", bundled_folder("clip"), STAND_IN)
    if spec.startswith("open_clip:"):
        spec = spec.removeprefix("open_clip:")
        if spec.startswith(("hf-hub:", "hf_hub:")):
            spec = spec.split(":", 1)[1]
        elif not Path(spec).exists() and not _HUB_ID.fullmatch(spec):
            name, _, tag = spec.partition(":")
            file = weights(name, tag or None, hub)
            return Found("open_clip weights", file, f"{name} ({tag})", name, revision=_commit_of(file))
    path = Path(spec)
    if path.is_file():
        check_file(path)
        path = path.parent
    if path.is_dir():
        return _in_folder(path, spec)
    repository = SAME_WEIGHTS.get(spec, spec)
    if repository is None:
        raise VerifyProblem(f"{spec}: published as a pickle only; verification reads safetensors only")
    repository, _, own = repository.partition("@")
    if not _HUB_ID.fullmatch(repository):
        raise VerifyProblem(f"{spec}: neither a file, a folder nor a hub id (owner/name)")
    return _on_hub(repository, own or revision, hub)


def _on_hub(repository: str, revision: str | None, hub: Hub) -> Found:
    snapshot = hub.snapshot(repository, revision)
    found = _in_folder(snapshot.folder, repository)
    apart = None if snapshot.weights == snapshot.folder else snapshot.weights
    return replace(found, weights=apart, revision=snapshot.revision)


def _commit_of(file: Path) -> str:
    """The commit of a file in the hub's cache."""
    return file.parent.name[:8] if file.parent.parent.name == "snapshots" else ""


def _in_folder(folder: Path, source: str) -> Found:
    if (folder / "config.json").is_file():
        return Found("transformers", folder, source)
    if (folder / "open_clip_config.json").is_file():
        return Found("open_clip folder", folder, source)
    raise VerifyProblem(f"{source}: no config.json and no open_clip_config.json, so not a model folder")


def open_towers(found: Found, device: str, *, is_hurried: bool = False) -> Towers:
    """Load the image-text model that was found; VerifyProblem in one line where that fails."""
    match found.form:
        case "transformers":
            return load_towers(
                found.path, found.source, device, found.weights, found.processor, is_hurried=is_hurried
            )
        case "open_clip folder":
            return load_folder(found.path, found.source, device)
        case _:
            return load_weights(found.name, found.path, found.source, device)


def load(spec: str, device: str, *, is_offline: bool = False) -> Towers:
    """The model that ``spec`` names, as ``find`` reads it."""
    return open_towers(find(spec, is_offline=is_offline), device)


def find_plain(name: str, hub: Hub) -> Found:
    """Where a detector or feature model lies: ``bundled``, a folder or a hub id."""
    if name == BUNDLED:
        return Found("transformers", bundled_folder("detector"), "bundled detector")
    if Path(name).is_dir():
        return Found("transformers", Path(name), name)
    if not _HUB_ID.fullmatch(name):
        raise VerifyProblem(f"{name}: neither a folder nor a hub id (owner/name)")
    return _on_hub(name, None, hub)
