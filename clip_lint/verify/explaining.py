"""A diagnosis of one image file: models loaded, image read, everything scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.engine.requests import DEFAULT_MODEL
from clip_lint.verify.diagnosis import diagnose
from clip_lint.verify.fixtures import Picture
from clip_lint.verify.loading import choose_device
from clip_lint.verify.models import Models
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

    from clip_lint.verify.diagnosis import Diagnosis


def diagnose_file(
    path: Path,
    query: str,
    labels: Sequence[str],
    *,
    model: str | None = None,
    detector: str | None = None,
    device: str = "auto",
    offline: bool = False,
) -> tuple[Image.Image, Diagnosis]:
    """The image and why the model answers ``query`` on it as it does.

    A detector that cannot be had is a remark in the diagnosis; VerifyProblem is raised for everything else that is missing.
    """
    models = Models(choose_device(device), offline, model, detector)
    image = Picture(path, ()).load()
    towers = models.towers(Checkpoint("transformers", DEFAULT_MODEL))
    try:
        finder = models.detector()
    except VerifyProblem as problem:
        return image, diagnose(image, query, labels, towers, f"none: {problem}")
    return image, diagnose(image, query, labels, towers, finder)
