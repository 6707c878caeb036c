"""What a program puts into a file and reads back from it, as far as both are its own doing."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from clip_lint.reading.lattice import join
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.values import NONE, Dict, Text, Unknown, Value, options
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Argument
    from clip_lint.reading.interpreter.state import Run

_OPENED = "opened file "
"""What the source of an opened file begins with whose contents are not there to be read; what tells it from others follows."""


def opened(path: Value, node: nodes.expr | None) -> Value:
    """A file that a program opens, to write it or to read what it wrote."""
    return Unknown("open", source=_OPENED + name_of(path, node))


def is_opened(value: Value) -> bool:
    """Whether a value is such a file."""
    return isinstance(value, Unknown) and value.source.startswith(_OPENED)


def name_of(path: Value, node: nodes.expr | None) -> str:
    """What tells a file from others: its path, or the attribute or constant that holds it; empty where nothing does."""
    if isinstance(path, Unknown) and is_opened(path):
        return path.source.removeprefix(_OPENED)
    written = {option.text for option in options(path) if isinstance(option, Text) and not option.is_holed}
    if len(written) == 1:
        return str(PurePosixPath(written.pop()))
    if isinstance(node, nodes.Attribute) or (isinstance(node, nodes.Name) and node.id.isupper()):
        return f"{{{unparse(node)}}}"
    return ""


def save(run: Run, name: str, value: Value) -> None:
    """Remember what is put into a file, beside what other paths put there."""
    if not name:
        return
    before = run.memory.saved.get(name)
    after = value if before is None else join(before, value)
    if after != before:
        run.memory.saved[name] = after
        run.memory.results.clear()  # what was read before may be read again


def op_save(run: Run, call: Call) -> Value:
    """A value put into a file."""
    save(run, name_of(call.value("file"), call.node_of("file")), call.value("x"))
    return NONE


def op_save_named(run: Run, call: Call) -> Value:
    """Several values put into a file, each under the name of its argument."""
    entries = tuple(
        (Text(name), argument.value) for name, argument in call.arguments.keywords.items() if name != "file"
    )
    rest = [argument.value for argument in call.arguments.positional[1:]]
    entries += tuple((Text(f"arr_{number}"), value) for number, value in enumerate(rest))
    save(
        run,
        name_of(call.value("file"), call.node_of("file")),
        Dict(entries, is_whole=not call.arguments.has_more),
    )
    return NONE


def op_stored(run: Run, call: Call) -> Value:
    """Something read back from a file: what the program put there, if that is known."""
    path = call.value("x")
    found = _read(run, path, call.node_of("x"))
    if found is not None:
        return found
    return Unknown("loaded" if is_opened(path) else text_of(path) or "loaded")


def read_back(run: Run, given: Argument) -> Value | None:
    """What the program put into a file that it reads; None where that is not known."""
    return _read(run, given.value, given.node)


def _read(run: Run, path: Value, node: nodes.expr | None) -> Value | None:
    name = name_of(path, node)
    if name and name not in run.memory.saved and not name.startswith("{"):
        run.run_writers(name)
    return run.memory.saved.get(name) if name else None
