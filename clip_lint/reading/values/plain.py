"""The values of the language itself: constants, texts, containers, functions, classes."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from clip_lint.reading.values.base import LazyPlace, Value, immutable, remember_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from clip_lint.core.place import Place
    from clip_lint.reading.values.base import Site
    from clip_lint.source.model import Source
    from clip_lint.syntax import nodes


@immutable
class Unknown(Value):
    """Anything. ``name`` is the parameter, attribute or function it came from, for messages and naming heuristics."""

    name: str = ""
    is_parameter: bool = False
    joined: LazyPlace | None = field(default=None, compare=False)
    """Where the spaces of a text that is not known became underscores."""
    source: str = field(default="", compare=False)
    """The dotted path, outside the tree, of the class or function that it comes from; empty where that is not known."""


UNKNOWN = Unknown()
NOT_YET = "not yet"
"""The source of what the reading has not come to: what a cache holds before anything is put there, what a function gives to itself."""
UNDEFINED = "undefined"
"""The source of a name that the program uses and nowhere makes."""
BLANK = "blank"
"""The source of an array that waits for its numbers: ``np.zeros((n, 512))``."""
ONE_ROW = "one row"
"""The source of something unknown that was made a batch of one: ``x.unsqueeze(0)``."""
ENTRY = "entry"
"""The source of what is taken from something unknown by a key: one thing, or a column or batch of them."""
SHORTENED = "shortened"
"""The name of a text of which a program keeps the beginning only."""


@immutable
class Const(Value):
    """A number, truth value, None, bytes or ellipsis written in the code."""

    value: Any
    site: Site | None = field(default=None, compare=False)


NONE = Const(None)


@immutable
class Text(Value):
    """A string; ``{}`` stands for parts that are not known. ``label`` and ``template`` as in `Prompt`."""

    text: str
    place: LazyPlace | None = field(default=None, compare=False)
    label: str | None = None
    template: str | None = None
    is_holed: bool = False
    holes: tuple[str, ...] = ()
    """Names of what fills the unknown holes, in order; empty where something else made the text."""
    written: Place | None = field(default=None, compare=False)
    """Where it stands in a label file; ``place`` is then where the program opens that file."""
    joined: LazyPlace | None = field(default=None, compare=False)
    """Where the spaces of what fills a hole became underscores."""
    source: str = field(default="", compare=False)
    """The source of what fills the first unknown hole."""

    @property
    def hole(self) -> str:
        """The name of what fills the first unknown hole."""
        return next(filter(None, self.holes), "")


@immutable
class Seq(Value):
    """A list, tuple or set. ``is_whole`` is false when it may hold more than ``items``."""

    items: tuple[Value, ...]
    kind: str = "list"
    is_whole: bool = True
    place: LazyPlace | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)

    def __hash__(self) -> int:
        return remember_hash(self, self.items, self.kind, self.is_whole)


def as_set(items: Iterable[Value]) -> tuple[Value, ...]:
    """What a set keeps of its items: of each text that is known one."""
    kept: dict[object, Value] = {}
    for item in items:
        kept.setdefault(item.text if isinstance(item, Text) and not item.is_holed else item, item)
    return tuple(kept.values())


@immutable
class Dict(Value):
    """A mapping with its known entries in order."""

    entries: tuple[tuple[Value, Value], ...]
    is_whole: bool = True
    place: LazyPlace | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)
    rest: Value | None = field(default=None, compare=False)
    """What it is beside its entries, where a program put some into something unknown; what it holds of itself under any other key."""

    def __hash__(self) -> int:
        return remember_hash(self, self.entries, self.is_whole)

    def get(self, key: str) -> Value | None:
        """The value stored under a string key, if known."""
        for known, value in self.entries:
            if isinstance(known, Text) and known.text == key:
                return value
        return None


@immutable
class Answer(Value):
    """What a library or service gives back, or what is sent to one: an object or mapping of which some entries are known."""

    entries: tuple[tuple[Value, Value], ...]

    def get(self, name: str) -> Value | None:
        """What stands under a name, None where that is not known."""
        return next(
            (value for key, value in self.entries if isinstance(key, Text) and key.text == name), None
        )


@immutable
class CommandLine(Value):
    """An argparse parser or (``is_parsed``) what it parsed; ``key`` finds its options in the run."""

    key: int
    is_parsed: bool = False


@immutable
class Widget(Value):
    """A field of a user interface: ``value`` is what it holds or offers before a user touches it."""

    key: int
    value: Value
    is_text: bool = False
    """It holds one text, whatever the user writes."""


@immutable
class OneOf(Value):
    """One of several values: by the path taken, or (``loop``) one after the other in a loop."""

    options: tuple[Value, ...]
    loop: int = 0
    rows: int = field(default=0, compare=False)
    """The loop that gives one option a round: values of the same rows go together one by one."""

    def __hash__(self) -> int:
        return remember_hash(self, self.options, self.loop)


@immutable
class External(Value):
    """Something imported from outside the linted tree, by its dotted path."""

    path: str


@immutable
class ModuleRef(Value):
    """A module of the linted tree."""

    file: Path


@immutable
class Imported(Value):
    """A name imported from a module of the tree that was not needed yet; that module is read at the first use."""

    module: str
    level: int
    name: str


@immutable
class Function(Value):
    """A function or lambda of the linted tree, with the scope it closes over and the object it is bound to."""

    node: nodes.FunctionDef | nodes.AsyncFunctionDef | nodes.Lambda
    scope: Any
    source: Source
    qualname: str
    owner: Class | None = None
    receiver: Value | None = None
    defaults: tuple[tuple[str, Value], ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and other.node is self.node and other.receiver == self.receiver

    def __hash__(self) -> int:
        return hash((id(self.node), self.receiver))


@immutable
class Class(Value):
    """A class of the linted tree."""

    node: nodes.ClassDef
    scope: Any
    source: Source
    qualname: str
    bases: tuple[Value, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Class) and other.node is self.node

    def __hash__(self) -> int:
        return id(self.node)


@immutable
class Instance(Value):
    """An object of a class of the linted tree; all objects of one class share their attributes."""

    cls: Class


@immutable
class Bound(Value):
    """A method or attribute of a value, kept in a variable or about to be called."""

    receiver: Value
    name: str


@immutable
class Partial(Value):
    """``functools.partial`` of a callable."""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@immutable
class Task(Value):
    """A call that somebody else makes, such as a thread; ``result`` is what it gives."""

    result: Value


@immutable
class GradContext(Value):
    """A context manager or decorator that switches gradients (``on`` or off)."""

    on: bool


@immutable
class Autocast(Value):
    """A context manager that converts precision where operations need it."""


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: those of a `OneOf`, else itself alone."""
    return value.options if isinstance(value, OneOf) else (value,)
