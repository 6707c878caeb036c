"""Each checkpoint of a run, loaded once: what the code names, what stands in for it, and its companions."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clip_lint.verify.detector import DRAWN, load_detector
from clip_lint.verify.hub import Hub
from clip_lint.verify.image_encoder import load_image_encoder
from clip_lint.verify.loading import (
    BUNDLED,
    DEFAULT_DETECTOR,
    IMAGE_ENCODER,
    SAME_WEIGHTS,
    STAND_IN,
    Found,
    find,
    find_plain,
    open_towers,
)
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.verify.detector import Detector
    from clip_lint.verify.image_encoder import ImageEncoder
    from clip_lint.verify.towers import Towers

_T = TypeVar("_T")


@dataclass
class Models:
    """Loads each checkpoint once. ``override`` (``--model``) stands in for what the code names."""

    device: str = "cpu"
    is_offline: bool = False
    override: str | None = None
    detector_name: str | None = None
    processor: str | None = None
    is_hurried: bool = False
    """Whether the time is short: large models are then computed in less than float32 where that is faster."""
    _found: dict[tuple[str, str | None], Found | VerifyProblem] = field(default_factory=dict)
    _towers: dict[str, Towers | VerifyProblem] = field(default_factory=dict)
    _detectors: dict[str, Detector | VerifyProblem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hub = Hub(self.is_offline)

    def spec(self, checkpoint: Checkpoint | None) -> str:
        """What stands for ``checkpoint``: the override, a name with its tag, or the bundled model."""
        if self.override is not None:
            return self.override
        if checkpoint is None or checkpoint.name is None:
            if self.is_offline:
                return BUNDLED
            raise VerifyProblem("the code does not say which checkpoint it loads; name one with --model")
        named = self._named(checkpoint)
        return BUNDLED if self.is_offline and not self._is_here(checkpoint, named) else named

    def _is_here(self, checkpoint: Checkpoint, named: str) -> bool:
        """Whether the weights are a local path or in the hub's cache."""
        if any(name is not None and Path(name).exists() for name in (checkpoint.name, checkpoint.tag)):
            return True
        try:
            _once(self._found, (named, checkpoint.revision), lambda: self._find(named, checkpoint.revision))
        except VerifyProblem:
            return False
        return True

    def _find(self, spec: str, revision: str | None) -> Found:
        found = find(spec, revision=revision, hub=self._hub)
        if self.processor is None or found.source == STAND_IN:
            return found
        return replace(found, processor=find_plain(self.processor, self._hub).path)

    def is_own(self, checkpoint: Checkpoint | None) -> bool:
        """Whether no ``--model`` takes the place of weights that the code names."""
        if self.override is None or checkpoint is None or checkpoint.name is None:
            return True
        given, named = self.override, self._named(checkpoint)
        return SAME_WEIGHTS.get(given, given) == (SAME_WEIGHTS.get(named) or named)

    def _named(self, checkpoint: Checkpoint) -> str:
        library = "open_clip:" if checkpoint.library in {"open_clip", "mobileclip"} else ""
        return f"{library}{checkpoint.name}" + (f":{checkpoint.tag}" if checkpoint.tag else "")

    def label(self, checkpoint: Checkpoint | None) -> str:
        """What stands for ``checkpoint``, for people."""
        try:
            return self.spec(checkpoint)
        except VerifyProblem:
            return "an unnamed checkpoint"

    def found(self, checkpoint: Checkpoint | None) -> Found:
        """Where the model for ``checkpoint`` lies; VerifyProblem in one line where it cannot be had."""
        spec = self.spec(checkpoint)
        revision = None if self.override is not None or checkpoint is None else checkpoint.revision
        return _once(self._found, (spec, revision), lambda: self._find(spec, revision))

    def towers(self, checkpoint: Checkpoint | None) -> Towers:
        """The image-text model for ``checkpoint``; VerifyProblem in one line where it cannot be had."""
        found = self.found(checkpoint)
        return _once(self._towers, found.identity, lambda: self._opened(found))

    def _opened(self, found: Found) -> Towers:
        return open_towers(found, self.device, is_hurried=self.is_hurried)

    def reloaded(self, found: Found) -> Towers:
        """The same model read from its files again; the one before is forgotten first."""
        self._towers.pop(found.identity, None)
        gc.collect()
        return _once(self._towers, found.identity, lambda: self._opened(found))

    def is_for(self, found: Found, checkpoint: Checkpoint | None) -> bool:
        """Whether ``found`` is what stands for ``checkpoint``."""
        try:
            return self.found(checkpoint).identity == found.identity
        except VerifyProblem:
            return False

    @property
    def detector_spec(self) -> str:
        """Which detector is meant."""
        is_bundled = self.is_offline or self.override == BUNDLED
        return self.detector_name or (BUNDLED if is_bundled else DEFAULT_DETECTOR)

    @cached_property
    def detector_identity(self) -> str:
        """Changes with the files of the detector, and with its being there."""
        try:
            return find_plain(self.detector_spec, self._hub).identity
        except VerifyProblem:
            return "none"

    def detector(self) -> Detector:
        """The detector; VerifyProblem in one line where it cannot be had."""

        def load_it() -> Detector:
            found = find_plain(self.detector_spec, self._hub)
            keeping = DRAWN if self.detector_spec == BUNDLED else None
            return load_detector(found.path, found.source, self.device, keeping)

        return _once(self._detectors, self.detector_spec, load_it)

    def image_encoder(self) -> ImageEncoder:
        """DINOv2 for the fine-grained alternative; VerifyProblem in one line where it cannot be had."""
        found = find_plain(IMAGE_ENCODER, self._hub)
        return load_image_encoder(found.path, found.source, self.device)


_Key = TypeVar("_Key")


def _once(known: dict[_Key, _T | VerifyProblem], key: _Key, make: Callable[[], _T]) -> _T:
    """What ``make`` gave for ``key``, made once; a problem is remembered and raised again."""
    if key not in known:
        try:
            known[key] = make()
        except VerifyProblem as problem:
            known[key] = problem
    value = known[key]
    if isinstance(value, VerifyProblem):
        raise value
    return value
