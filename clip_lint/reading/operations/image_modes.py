"""How many channels a picture has: as its file says, or as it was converted."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from clip_lint.reading.values import External, Image, Text, Unknown, Value, options
from clip_lint.reading.values.models import STORED

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call

RECOLOURED = "recoloured"
"""The step of a transform that may make three channels of any."""
_OF_THREE = frozenset({"RGB", "YCbCr", "LAB", "HSV"})
_PHOTO = re.compile(r"\.jpe?g$", re.IGNORECASE)
_ASKED = re.compile(
    r"\.mode\b|\bgetbands\b|\.ndim\b|\.shape\[[-012]+\]\s*(?:[!=]=|[<>]=?|in)\s*[(\[]?[1-4]\b"
)
"""A program that looks at a picture's channels, or says how they are to be read, knows of them."""
_RECOLOURS = re.compile(r"gray|grey|rgb|convert|lambda|channel|color|colour|image", re.IGNORECASE)


@lru_cache(maxsize=16)
def _asks(program: str) -> bool:
    return _ASKED.search(program) is not None


def as_stored(run: Run, call: Call) -> str:
    """The mode of a picture that is read as its file has it; empty where that surely or probably is colour."""
    path = call.arguments.positional[0].value if call.arguments.positional else None
    is_photo = path is not None and all(
        isinstance(each, Text) and _PHOTO.search(each.text) for each in options(path)
    )
    if (
        is_photo
        or len(call.arguments.positional) > 1
        or call.arguments.keywords
        or _asks(run.scope.source.text)
    ):
        return ""
    return STORED


def converted(image: Image, values: list[Value]) -> Image:
    """A picture after ``.convert(mode)``."""
    known = options(values[0])[0] if values else None
    mode = known.text if isinstance(known, Text) and not known.is_holed else ""
    return replace(image, mode="" if mode in _OF_THREE else mode)


def may_recolour(step: Unknown | External) -> bool:
    """Whether a step of a library, which its table does not tell, may change the number of channels."""
    path = step.source if isinstance(step, Unknown) else step.path
    return _RECOLOURS.search(path.rpartition(".")[2]) is not None
