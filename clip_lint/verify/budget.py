"""How much is measured in the time that there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.towers import Towers

SLOW = 0.25
"""Seconds for an image above which what is timed is timed on fewer images and in fewer rounds."""
_FED_AGAIN = frozenset({"CLP303", "CLP304", "CLP306", "CLP308"})
"""Findings for which the images are encoded a second time, fed otherwise."""
_FOR_IMAGES = 0.5
"""The part of the time that goes into images; texts, loading and what is timed take the rest."""
_LEAST = 12


@dataclass(frozen=True)
class Budget:
    """``seconds`` from ``started`` on, shared by ``models`` models; None is no end."""

    seconds: float | None
    started: float
    models: int
    passes: int

    @classmethod
    def of(cls, seconds: float | None, wanted: Sequence[EvidenceRequest]) -> Budget:
        """The budget of a run from now on."""
        again = {(request.code, request.written.mean) for request in wanted if request.code in _FED_AGAIN}
        models = len({request.checkpoint for request in wanted})
        return cls(seconds, time.monotonic(), models, 1 + len(again))

    @property
    def is_spent(self) -> bool:
        """Whether the time is over."""
        return self.seconds is not None and time.monotonic() - self.started > self.seconds

    def images(self, seconds_an_image: float) -> int | None:
        """How many images a model may be given; None for all."""
        if self.seconds is None:
            return None
        share = _FOR_IMAGES * self.seconds / self.models / self.passes
        return max(_LEAST, int(share / max(seconds_an_image, 1e-6)))


def speed(towers: Towers, images: Sequence[Image.Image]) -> float:
    """Seconds that an image takes, the first call left out."""
    with torch.inference_mode():
        pixels = towers.pixels(images)
        towers.image_features(pixels[:1])
        started = time.perf_counter()
        towers.image_features(pixels)
    return (time.perf_counter() - started) / len(images)
