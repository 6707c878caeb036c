"""What a program is told that asks in which form a model gave its features: Transformers 5 gives an output object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.marks import OUTPUT_FIELD, PROJECTED
from clip_lint.reading.values import Const, External, Features, Seq, Value, options

if TYPE_CHECKING:
    from collections.abc import Sequence

_HAS = {OUTPUT_FIELD: True, "last_hidden_state": True, **dict.fromkeys(PROJECTED, False)}
_IS = {
    "torch.Tensor": False,
    "torch.FloatTensor": False,
    "builtins.tuple": False,
    "builtins.list": False,
    "builtins.dict": True,
    "collections.OrderedDict": True,
}
"""An output object is a dictionary that can be indexed by numbers as well (transformers' `ModelOutput`)."""


def answer(name: str, values: Sequence[Value]) -> Const | None:
    """The answer of ``isinstance`` or ``hasattr`` about an output object; None where they are asked of something else, or nobody knows."""
    if len(values) < 2 or not all(
        isinstance(each, Features) and each.is_wrapped for each in options(values[0])
    ):
        return None
    if name == "hasattr":
        asked = values[1]
        known = (
            _HAS.get(str(asked.value)) if isinstance(asked, Const) else _HAS.get(getattr(asked, "text", ""))
        )
    else:
        known = _is_one_of(values[1].items if isinstance(values[1], Seq) else options(values[1]))
    return None if known is None else Const(known)


def _is_one_of(kinds: Sequence[Value]) -> bool | None:
    told = [_IS.get(kind.path) if isinstance(kind, External) else None for kind in kinds]
    if True in told:
        return True
    return None if None in told else False
