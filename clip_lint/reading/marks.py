"""Names that tell something by themselves: of methods, classes and definitions."""

from __future__ import annotations

import re

from clip_lint.reading.values import External, Unknown

ENCODER_DEFINITIONS = (
    "def encode_image(",
    "def encode_text(",
    "def get_image_features(",
    "def get_text_features(",
)
GIVEN_TO_NUMPY = "given to NumPy"
"""How an output object is taken for a tensor where nothing need be raised."""
PROJECTED = ("image_embeds", "text_embeds")
"""Fields of a whole model's output and of the models with a projection; what `get_image_features` gives has neither."""
OUTPUT_FIELD = "pooler_output"
"""Where the vector is in the output object that `get_image_features` gives from Transformers 5 on."""


def field_read(name: str) -> str:
    """How an output object is taken for a tensor, or for another output: by reading an attribute."""
    return f"`.{name}` is read"


IMPURE = frozenset(
    {
        "read",
        "get",
        "recv",
        "next",
        "pop",
        "popleft",
        "popitem",
        "readline",
        "capture",
        "grab",
        "retrieve",
        "input",
        "random",
    }
    | {"choice", "sample", "get_frame", "now", "time"}
)
_PLAIN_BASES = frozenset(
    {"object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict", "Enum", "BaseModel", "Dataset"}
    | {
        "Thread",
        "Process",
        "QThread",
        "QRunnable",
    }  # they run in a thread or process of their own, which records gradients
)
CACHES = frozenset(
    {
        "cache",
        "lru_cache",
        "cached_property",
        "cache_resource",
        "singleton",
        "memoize",
        "cached",
        "cache_data",
    }
)
"""Decorators that keep what a function gave."""


def is_framework(base: External | Unknown) -> bool:
    """Whether a base class that is not read calls the methods of its subclasses by itself."""
    name = base.path.rpartition(".")[2] if isinstance(base, External) else base.name
    return name not in _PLAIN_BASES


DEFAULT = "default"
"""The source of what a field of a class says until somebody fills it: a request, or whoever makes the object."""
FIELD = "text field"
"""The source of what a user writes into a field of a page."""
_SENT = r"(?:flask|bottle)\.request"
_TYPED = re.compile(
    rf"(?:{FIELD}|argparse|sys\.argv|builtins\.input|{_SENT}|click\.prompt|typer\.prompt)(?:\.|$)"
)


def is_sent(source: str) -> bool:
    """Whether a request brings the text that comes from there."""
    return re.match(rf"{_SENT}(?:\.|$)", source) is not None


def is_typed(source: str) -> bool:
    """Whether a user gives the text that comes from there: on a command line, at a prompt, in a field of a page or with a request."""
    return _TYPED.match(source) is not None


_GRADIENT_FREE = re.compile(r"(?:no|without|disable|stop)_?grad|inference_?mode|(?:^|_)eval", re.IGNORECASE)


def promises_no_gradient(name: str) -> bool:
    """Whether a decorator or context manager that is not read says by its name that it switches gradients off."""
    return _GRADIENT_FREE.search(name) is not None
