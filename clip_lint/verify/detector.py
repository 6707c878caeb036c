"""Object detectors: the alternative to CLIP wherever something is counted, placed or told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from transformers import AutoModelForObjectDetection
from transformers.models.auto.modeling_auto import MODEL_FOR_OBJECT_DETECTION_MAPPING_NAMES

from clip_lint.verify.building import built, load_processor
from clip_lint.verify.model_safety import read_config
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.model import Box
from clip_lint.verify.staging import staged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image


@dataclass(frozen=True, slots=True)
class Detection:
    """One box; its edges in fractions of the image's width and height."""

    label: str
    score: float
    box: Box


class Detector(Protocol):
    """Finds objects. ``labels`` are the classes it knows; one that is missing there is never found."""

    name: str
    labels: frozenset[str]

    def detect(self, images: Sequence[Image.Image]) -> list[list[Detection]]:
        """The detections of each image, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which boxes count: a score of at least ``score``, and no better box that overlaps by more than ``overlap`` (IoU)."""

    score: float = 0.5
    overlap: float = 0.8


DRAWN = Keeping(0.3, 0.5)
"""For the bundled detector: drawn things never overlap, so boxes that do are doubles. Chosen on training scenes."""


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return shared / (one.width * one.height + other.width * other.height - shared)


def without_doubles(detections: Sequence[Detection], most: float) -> list[Detection]:
    """Best first, each box that overlaps a better one by more than ``most`` left out, whatever its label."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda item: -item.score):
        if all(overlap(detection.box, better.box) <= most for better in kept):
            kept.append(detection)
    return kept


@dataclass
class TransformersDetector:
    """A detector of transformers behind the ``Detector`` protocol."""

    name: str
    device: str
    labels: frozenset[str]
    model: Any
    image_processor: Any
    keeping: Keeping = Keeping()
    batch: int = 16

    def detect(self, images: Sequence[Image.Image]) -> list[list[Detection]]:
        """The detections that are kept of each image, best first."""
        found: list[list[Detection]] = []
        for start in range(0, len(images), self.batch):
            part = list(images[start : start + self.batch])
            inputs = self.image_processor(images=part, return_tensors="pt").to(self.device)
            if self.device == "cuda":
                inputs["pixel_values"] = inputs["pixel_values"].to(next(self.model.parameters()).dtype)
            with torch.inference_mode():
                outputs = self.model(**inputs)
            sizes = torch.tensor([(image.height, image.width) for image in part])
            rows = self.image_processor.post_process_object_detection(
                outputs, threshold=self.keeping.score, target_sizes=sizes
            )
            found.extend(
                self._named(row, image.width, image.height) for row, image in zip(rows, part, strict=True)
            )
        return found

    def _named(self, row: Any, width: int, height: int) -> list[Detection]:
        detections = []
        for score, label, corners in zip(row["scores"], row["labels"], row["boxes"], strict=True):
            left, top, right, bottom = (float(value) for value in corners)
            box = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
            detections.append(Detection(self.model.config.id2label[int(label)], float(score), box))
        return without_doubles(detections, self.keeping.overlap)


def load_detector(
    folder: Path, source: str, device: str, keeping: Keeping | None = None
) -> TransformersDetector:
    """The detector of a local transformers folder; VerifyProblem where it is none or cannot be loaded."""
    family = read_config(folder / "config.json").get("model_type")
    if family not in MODEL_FOR_OBJECT_DETECTION_MAPPING_NAMES:
        raise VerifyProblem(f"{source}: a {str(family)[:40]!r} model is no object detector")
    with staged(folder) as home:
        model: Any = built(home, source, AutoModelForObjectDetection, device)
        images = load_processor(home, source, "image processor")
    return TransformersDetector(
        source, device, frozenset(model.config.id2label.values()), model, images, keeping or Keeping()
    )
