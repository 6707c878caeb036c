"""NumPy arrays that were tensors: followed by a class of their own, which looks, prints and is stored like a plain array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.observation.flow import Flow

_METHODS = [
    "__getitem__",
    "transpose",
    "reshape",
    "astype",
    "copy",
    "squeeze",
    "ravel",
    "flatten",
    "mean",
    "sum",
    "max",
    "min",
    "dot",
    "tolist",
    "item",
    "swapaxes",
    "view",
]
_REDUCTIONS = {"add": "sum", "maximum": "max", "minimum": "min"}


class ndarray(np.ndarray):  # noqa: N801 - programs may print the name of its class
    """An array whose operations are told to the flow; every result is computed by plain arrays."""

    flow: Flow | None = None
    """Who is told; nobody once the observation has ended."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = {name: _plain(value) for name, value in kwargs.items()}
        result = getattr(ufunc, method)(*map(_plain, inputs), **plain)
        name = ufunc.__name__ if method == "__call__" else _REDUCTIONS.get(ufunc.__name__, "")
        given = kwargs.get("out")
        if given is not None:
            return given[0] if isinstance(given, tuple) and len(given) == 1 else result
        return _told(name, inputs, kwargs, result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        del types
        result = function(*_plain(args), **_plain(dict(kwargs)))
        if kwargs.get("out") is not None:
            return kwargs["out"]
        return _told(function.__name__, args, kwargs, result)

    @property
    def T(self) -> Any:  # noqa: N802 - its name
        """The transposed array."""
        return _told("T", (self,), {}, _plain(self).T)

    def __repr__(self) -> str:
        return repr(_plain(self))

    def __str__(self) -> str:
        return str(_plain(self))

    def __format__(self, wanted: str) -> str:
        return format(_plain(self), wanted)

    def __reduce__(self) -> Any:
        return _plain(self).__reduce__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _plain(self).__reduce_ex__(protocol)

    def __deepcopy__(self, memory: Any) -> Any:
        return _plain(self).__deepcopy__(memory)


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np.ndarray, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = function(_plain(self), *_plain(args), **_plain(kwargs))
        return _told(name, (self, *args), kwargs, result)

    method.__name__ = name
    method.__doc__ = function.__doc__
    return method


for _name in _METHODS:
    setattr(ndarray, _name, _method(_name))
ndarray.__module__ = "numpy"
ndarray.__doc__ = np.ndarray.__doc__


def followed(array: Any) -> Any:
    """The same memory as an array that is followed."""
    return np.ndarray.view(array, ndarray) if type(array) is np.ndarray else array


def _plain(value: Any) -> Any:
    if isinstance(value, ndarray):
        return np.ndarray.view(value, np.ndarray)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(map(_plain, value))
    if type(value) is list:
        return [_plain(each) for each in value]
    if type(value) is dict:
        return {name: _plain(each) for name, each in value.items()}
    return value


def _told(name: str, args: tuple[Any, ...], kwargs: Any, result: Any) -> Any:
    """The result, followed if anything is known of it."""
    flow = ndarray.flow
    if flow is None:
        return result
    if type(result) is np.ndarray and result.ndim:
        result = followed(result)
    if name:
        try:
            flow.after(name, args, kwargs, result)
        except Exception as error:
            flow.fail(error)
    return result
