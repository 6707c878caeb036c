"""Label files: paths, opened files and what stands in them, as far as a literal path names a file of the linted tree.

An opened file is a `Seq` of kind ``file`` whose items are its lines, so that loops, comprehensions and ``list()`` need nothing
of their own. Every text that comes from a file keeps where it is written there.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from clip_lint.core.place import Place, Position
from clip_lint.reading import texts
from clip_lint.reading.lattice import one_of
from clip_lint.reading.operations import saving
from clip_lint.reading.operations.call import Call, receiver_node, text_of
from clip_lint.reading.operations.file_contents import MOST_LINES, columns, parsed, records, rows, whole
from clip_lint.reading.operations.label_yaml import read_yaml
from clip_lint.reading.values import (
    UNKNOWN,
    Answer,
    LazyPlace,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

_SAME_PATH = {
    "os.path.abspath",
    "os.path.realpath",
    "os.path.normpath",
    "os.path.expanduser",
    "os.fspath",
    "os.path.expandvars",
}
_PATHS = {"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"}
_OPENS = {"io.open", "codecs.open", "builtins.open"}
PATH_METHODS = frozenset(
    {
        "resolve",
        "absolute",
        "expanduser",
        "joinpath",
        "read_text",
        "read_bytes",
        "open",
        "as_posix",
        "with_name",
    }
)


def call_file_function(run: Run, path: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A call that makes a path, opens a file or reads one; None for any other call."""
    values = [argument.value for argument in arguments.positional]
    first = values[0] if values else None
    if path in _PATHS and values:
        return texts.path_join(values) if any(isinstance(value, Text) for value in values) else None
    if path in {"os.getcwd", "pathlib.Path.cwd"}:
        return Text(".")
    if first is None:
        return None
    if path in _SAME_PATH:
        return first if isinstance(first, Text) else None
    if path == "os.path.dirname":
        return parent(first) if isinstance(first, Text) else None
    if path in _OPENS:
        mode = text_of(arguments.keywords["mode"].value) if "mode" in arguments.keywords else None
        mode = mode or (text_of(values[1]) if len(values) > 1 else None) or "r"
        read = None if set(mode) & set("wax+") else open_file(run, first, node)
        return saving.opened(first, arguments.positional[0].node) if read is None else read
    if path in {"json.load", "json.loads"} and isinstance(first, Answer):
        return first
    if path in {"json.load", "json.loads"}:
        read = _of_each(lambda content: parsed(content, node, run, json.loads), first)
        return saving.read_back(run, arguments.positional[0]) if read is None else read
    if path == "csv.reader":
        return _of_each(lambda lines: rows(lines, arguments), first)
    if path == "csv.DictReader":
        return _of_each(lambda lines: records(rows(lines, arguments)), first)
    return None


def op_read_csv(run: Run, call: Call) -> Value:
    """The columns of a CSV file."""
    opened = open_file(run, call.value("x"), call.node) or UNKNOWN
    return _of_each(columns, opened) or Unknown("read_csv", source=call.spec.library)


def op_read_yaml(run: Run, call: Call) -> Value:
    """What stands in a YAML text or an opened file."""
    found = _of_each(lambda content: parsed(content, call.node, run, read_yaml), call.value("x"))
    return found or Unknown("load", source=call.spec.library)


def op_read_yaml_file(run: Run, call: Call) -> Value:
    """What stands in a YAML file."""
    return yaml_file(run, call.value("x"), call.node) or Unknown("load", source=call.spec.library)


def _of_each(read: Callable[[Any], Value | None], content: Value) -> Value | None:
    """What is read from each text or opened file that ``content`` may be; None where it is none."""
    kept = [option for option in options(content) if isinstance(option, (Seq, Text))]
    found = [value for option in kept if (value := read(option)) is not None]
    if not found:
        return None
    loop = content.loop if isinstance(content, OneOf) else 0
    return found[0] if len(found) == 1 and not loop else texts.in_rows(one_of(found, loop), [content])


def parent(path: Text) -> Text:
    """The folder of a path."""
    return replace(path, text=str(PurePosixPath(path.text).parent))


def path_attribute(path: Text, name: str) -> Value | None:
    """``path.parent`` and its like; None for what is no attribute of a path."""
    if name == "parent":
        return parent(path)
    if name == "parents":
        folders = [parent(path)]
        while folders[-1].text not in (".", "/") and len(folders) < 20:
            folders.append(parent(folders[-1]))
        return Seq(tuple(folders), "tuple")
    return None


def path_method(run: Run, path: Text, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A method of `PATH_METHODS`."""
    values = [argument.value for argument in arguments.positional]
    if name == "joinpath":
        return texts.path_join([path, *values])
    if name == "with_name" and values:
        return texts.path_join([parent(path), *values])
    if name == "open":
        mode = text_of(values[0]) if values else "r"
        read = None if set(mode or "r") & set("wax+") else open_file(run, path, node)
        return saving.opened(path, receiver_node(node)) if read is None else read
    if name in {"read_text", "read_bytes"}:
        return _of_each(whole, open_file(run, path, node) or UNKNOWN) or UNKNOWN
    return path


def yaml_file(run: Run, path: Value, node: nodes.Call) -> Value | None:
    """What stands in a YAML file of the tree; None where there is no such file."""
    opened = open_file(run, path, node)
    if opened is None:
        return None
    return _of_each(lambda content: parsed(content, node, run, read_yaml), opened)


def open_file(run: Run, path: Value, node: nodes.Call) -> Value | None:
    """The lines of a file of the tree, None where the path is not known or leads to no such file.

    Where only a part of the name is not known (``f"classes/{dataset}.txt"``), one of the files that fit is opened.
    """
    name = text_of(path)
    found = _lines(run, name, node) if name is not None else None
    if found is not None or run.workspace is None:
        return found
    patterns = {option.text for option in options(path) if isinstance(option, Text) and option.is_holed}
    if len(patterns) != 1:
        return None
    files = run.workspace.data_files(patterns.pop(), run.scope.source.file)
    opened = [lines for file in files if (lines := _lines(run, file, node)) is not None]
    return one_of(opened) if opened else None


def _lines(run: Run, name: str, node: nodes.Call) -> Seq | None:
    if run.workspace is None:
        return None
    importer = run.scope.source.file
    text = run.workspace.data_file(name, importer)
    if text is None:
        return None
    shown = run.workspace.data_name(name, importer)
    place = LazyPlace(run.scope.source, node)
    lines = text.splitlines(keepends=True)
    items = tuple(
        Text(line, place, written=_place(shown, number, line))
        for number, line in enumerate(lines[:MOST_LINES], 1)
    )
    return Seq(items, "file", len(lines) <= MOST_LINES, place, PurePosixPath(name).name)


def _place(shown: str, line: int, text: str) -> Place:
    return Place(shown, 0, Position(line, 1), Position(line, max(len(text.rstrip("\r\n")), 1) + 1))


def file_method(lines: Seq, name: str) -> Value | None:
    """A method of an opened file."""
    if name == "read":
        return whole(lines)
    if name in {"readlines", "__enter__"}:
        return replace(lines, kind="list" if name == "readlines" else "file")
    if name == "readline":
        return lines.items[0] if lines.items else UNKNOWN
    return Unknown(name)
