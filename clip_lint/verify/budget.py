"""How much is measured in the time that there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.threads import fitting_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.towers import Towers

SLOW = 0.25
"""Seconds for an image above which what is timed is timed on fewer images and in fewer rounds."""
_FED_AGAIN = frozenset({"CLP303", "CLP304", "CLP306", "CLP308"})
"""Findings for which the images are encoded a second time, fed otherwise."""
_ON_LABELS = "CLP2"
"""What is said of scores is measured on one set of images for all of them."""
_FOR_IMAGES = 0.5
"""The part of the time that goes into images; texts, loading and what is timed take the rest."""
_LEAST = 20
"""Fewer cases than this decide nothing."""


@dataclass(frozen=True)
class Budget:
    """``seconds`` from ``started`` on, shared by ``models`` models; None is no end. ``passes`` sets of images are encoded."""

    seconds: float | None
    started: float
    models: int
    passes: int

    @classmethod
    def of(cls, seconds: float | None, wanted: Sequence[EvidenceRequest]) -> Budget:
        """The budget of a run from now on."""
        return cls(seconds, time.monotonic(), len({request.checkpoint for request in wanted}), passes(wanted))

    @property
    def is_spent(self) -> bool:
        """Whether the time is over."""
        return self.seconds is not None and time.monotonic() - self.started > self.seconds

    def cases(self, seconds_an_image: float, most: int) -> int:
        """On how many images each finding is measured."""
        if self.seconds is None:
            return most
        share = _FOR_IMAGES * self.seconds / self.models / self.passes
        return min(most, max(_LEAST, int(share / max(seconds_an_image, 1e-6))))

    def afford(self, seconds: float) -> None:
        """VerifyProblem where there are not so many seconds left."""
        if self.seconds is None:
            return
        left = self.seconds - (time.monotonic() - self.started)
        if seconds > left:
            raise VerifyProblem(
                f"measuring it takes about {seconds:.0f} s, and {max(0, left):.0f} s of the budget of {self.seconds:g} s are left"
            )


def passes(wanted: Sequence[EvidenceRequest]) -> int:
    """How many sets of images the findings are measured on, those that share one counted once."""
    found = {
        _ON_LABELS if request.code.startswith(_ON_LABELS) else (request.code, request.written.mean)
        for request in wanted
        if request.code.startswith((_ON_LABELS, "CLP1")) or request.code in _FED_AGAIN
    }
    return max(1, len(found))


def speed(towers: Towers, images: Sequence[Image.Image]) -> float:
    """Seconds that an image takes, the first call left out."""
    with fitting_threads(towers.module()), torch.inference_mode():
        pixels = towers.pixels(images)
        towers.image_features(pixels[:1])
        started = time.perf_counter()
        towers.image_features(pixels)
    return (time.perf_counter() - started) / len(images)
