"""Can verification run here? Versions, device, cached checkpoints, and one small run from end to end."""

# ruff: noqa: PLC0415 (the packages looked for may be missing, so nothing of them is imported at the top)
from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from clip_lint.core.home import install
from clip_lint.verify.installed import leave_out_misfit
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = ("torch", "transformers", "pillow", "safetensors")
OPTIONAL = ("open_clip_torch", "timm", "torchvision")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; ``is_ok`` is None where it is merely told."""

    topic: str
    words: str
    is_ok: bool | None = None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def examine() -> Iterator[Line]:
    """Everything in turn; the small run is left out where a needed package is missing."""
    yield Line("Python", platform.python_version())
    missing = [package for package in NEEDED if _version(package) is None]
    for package in NEEDED:
        version = _version(package)
        yield Line(package, version or "not installed", version is not None)
    for package in OPTIONAL:
        yield Line(package, _version(package) or "not installed (only some checkpoints need it)")
    if not missing and (reason := leave_out_misfit()):
        yield Line("torchvision", f"does not fit this torch ({reason}); transformers goes without it")
    if missing:
        yield Line("install", install("verify"), is_ok=False)
        return
    yield Line("device", _device())
    yield Line("cached", _cached())
    yield _small_run()


def _device() -> str:
    import torch

    from clip_lint.verify.loading import choose_device

    name = choose_device("auto")
    return (
        f"{torch.cuda.get_device_name()} (cuda)"
        if name == "cuda"
        else f"{name}, {torch.get_num_threads()} threads"
    )


def _cached() -> str:
    """The hub checkpoints in the local cache that hold safetensors."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir().repos
    except (CacheNotFound, OSError, ValueError):
        return "no checkpoints"
    names = sorted(
        f"{repository.repo_id} ({repository.size_on_disk / 1e6:.0f} MB)"
        for repository in repositories
        if repository.repo_type == "model"
        and any(
            file.file_name.endswith(".safetensors")
            for revision in repository.revisions
            for file in revision.files
        )
    )
    return ", ".join(names) or "no checkpoints"


def _small_run() -> Line:
    """The bundled models on one drawn scene whose truth is known."""
    import random

    from clip_lint.verify.detecting import count_of
    from clip_lint.verify.loading import BUNDLED
    from clip_lint.verify.models import Models
    from clip_lint.verify.scenes.compose import count
    from clip_lint.verify.scenes.draw import draw
    from clip_lint.verify.towers import embed_images, embed_texts, unit

    models = Models(is_offline=True, override=BUNDLED)
    scene = count(random.Random(4), 3)  # noqa: S311 (a picture, not a secret)
    image = draw(scene, 224)
    thing = scene.things[0]
    try:
        towers = models.towers(None)
        colours = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
        scores = (
            unit(embed_texts(towers, [f"a photo of {colour} {thing.kind}s" for colour in colours]))
            @ unit(embed_images(towers, [image]))[0]
        )
        seen = colours[int(scores.argmax())]
        number = count_of(models.detector().detect([image])[0], thing.kind)
    except VerifyProblem as problem:
        return Line("small run", str(problem), is_ok=False)
    words = f"three {thing.colour} {thing.kind}s drawn: the bundled CLIP says {seen}, the bundled detector counts {number}"
    return Line("small run", words, is_ok=True)
