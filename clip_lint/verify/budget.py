"""How much is measured in the time that there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import IDENTITIES
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.threads import fitting_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.towers import Towers

SLOW = 0.25
"""Seconds for an image above which what is timed is timed on fewer images and in fewer rounds."""
_NO_IMAGES = frozenset({"CLP305", "CLP307"})
_OWN_IMAGES = {
    "CLP101": "numbers", "CLP102": "places", "CLP103": "places", "CLP106": "places", "CLP107": "words",
}  # fmt: skip
"""Findings that take images of a kind of their own; all others can share one set."""
_FED_AGAIN = frozenset({"CLP303", "CLP304", "CLP306", "CLP308"})
"""Findings for which the images are encoded a second time, fed otherwise."""
_FOR_IMAGES = 0.5
"""The part of the time that goes into images; texts, loading and what is timed take the rest."""
_LEAST = 20
"""Fewer cases than this decide nothing."""
_FOR_THE_REPORT = 0.05
"""The part of the time that is left for writing what was found, and for an estimate that was too low."""


@dataclass(frozen=True)
class Budget:
    """``seconds`` from ``started`` on, shared by ``models`` models; None is no end. ``passes`` sets of images are encoded."""

    seconds: float | None
    started: float
    models: int
    passes: int

    @classmethod
    def of(
        cls, seconds: float | None, wanted: Sequence[EvidenceRequest], started: float | None = None
    ) -> Budget:
        """The budget of a run from ``started`` on; from now on without it."""
        begun = time.monotonic() if started is None else started
        return cls(seconds, begun, len({request.checkpoint for request in wanted}), passes(wanted))

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
        left = self.seconds * (1 - _FOR_THE_REPORT) - (time.monotonic() - self.started)
        if seconds > left:
            raise VerifyProblem(
                f"what is left of it takes about {seconds:.0f} s, and of the budget of {self.seconds:g} s {max(0, left):.0f} s are left"
            )


def turn(code: str) -> int:
    """When a finding's turn comes, as the time may not last: what costs little and what is certain come first.

    What is timed comes last: it takes longest, and the rest is worth more.
    """
    if code in _NO_IMAGES:
        return 0
    if code in IDENTITIES:
        return 1
    if code in _OWN_IMAGES:
        return 3
    if code in _FED_AGAIN:
        return 4
    return 5 if code.startswith("CLP4") else 2


def passes(wanted: Sequence[EvidenceRequest]) -> int:
    """How many sets of images the findings are measured on, those that can share one counted once."""
    return max(1, len({_images_of(request) for request in wanted} - {None}))


def _images_of(request: EvidenceRequest) -> object:
    if request.code in _FED_AGAIN:
        return request.code, request.written.mean
    shares = request.code.startswith(("CLP1", "CLP2"))
    return _OWN_IMAGES.get(request.code, "any") if shares else None


def speed(towers: Towers, images: Sequence[Image.Image]) -> tuple[float, float]:
    """Seconds that an image takes and that a text takes, the first call left out."""
    with fitting_threads(towers.module()), torch.inference_mode():
        pixels = towers.pixels(images)
        towers.image_features(pixels[:1])
        started = time.perf_counter()
        towers.image_features(pixels)
        between = time.perf_counter()
        towers.text_features(_TEXTS)
        ended = time.perf_counter()
    return (between - started) / len(images), (ended - between) / len(_TEXTS)


_TEXTS = ("a photo of a cat", "a photo of a small red boat on a lake")
