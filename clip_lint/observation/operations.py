"""Names of operations on tensors and arrays, and which of them mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME = frozenset(
    "float half double bfloat16 to cpu cuda type type_as detach clone contiguous requires_grad_ clamp clamp_ copy "  # noqa: SIM905
    "astype ascontiguousarray asarray array positive data nan_to_num squeeze squeeze_ unsqueeze unsqueeze_ view "
    "reshape flatten expand expand_as expand_dims ravel atleast_2d real as_subclass alias numpy __array__ from_numpy "
    "as_tensor tensor cpu_ sort detach_ pin_memory".split()
)
PRODUCTS = frozenset(["matmul", "mm", "bmm", "dot", "inner", "mv", "vdot"])
SWAPS = frozenset(["T", "mT", "t", "t_", "H", "mH", "adjoint"])
_ALIASES = {"true_divide": "div", "divide": "div", "multiply": "mul", "add_": "add", "concat": "cat"}
_ALIASES |= {"concatenate": "cat", "mul_": "mul", "div_": "div", "swapaxes": "transpose", "amax": "max"}
_ALIASES |= {"amin": "min", "subtract": "sub", "vstack": "cat", "rmatmul": "matmul", "itruediv": "div"}
_ALIASES |= {"truediv": "div", "rmul": "mul", "imul": "mul", "iadd": "add", "radd": "add", "expit": "sigmoid"}
_ALIASES |= {"subtract_": "sub", "log_softmax": "softmax", "special_expit": "sigmoid"}


def name_of(function: str) -> str:
    """The operation that a function or a special method stands for."""
    if function.startswith("__") and function.endswith("__") and function != "__array__":
        function = function[2:-2]
    return _ALIASES.get(function, function)


def dimension_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> int | None:
    """The dimension that an operation goes along."""
    given = kwargs.get("dim", kwargs.get("axis", args[1] if len(args) > 1 else None))
    if isinstance(given, (tuple, list)) and len(given) == 1:
        given = given[0]
    return given if isinstance(given, int) and not isinstance(given, bool) else None
