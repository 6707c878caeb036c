"""Whether a value is true in a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.values.base import Tristate
from clip_lint.reading.values.models import Transform
from clip_lint.reading.values.plain import Bound, Class, Const, Function, Partial, Text
from clip_lint.reading.values.vectors import Norm

if TYPE_CHECKING:
    from clip_lint.reading.values.base import Value


def truth(value: Value) -> Tristate:
    """A truth value as far as it is known; what is called is true, and where it may be None as well, only the call counts."""
    if isinstance(value, (Transform, Function, Bound, Partial, Class, Norm)):
        return Tristate.YES
    if isinstance(value, Const):
        return Tristate.of(bool(value.value))
    if isinstance(value, Text) and not value.is_holed:
        return Tristate.of(bool(value.text))
    return Tristate.MAYBE
