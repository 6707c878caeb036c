"""Modules of the standard library that give lists, queues and mappings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.operations.containers import call_heapq
from clip_lint.reading.operations.standard import call_builtin, call_itertools
from clip_lint.reading.values import UNKNOWN, Dict, Seq, Unknown, Value

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


def call_standard(run: Run, root: str, name: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A call of a module of the standard library that gives lists, mappings and the like; None for any other."""
    if root == "itertools":
        return call_itertools(run, name, arguments, node) or Unknown(name)
    if root == "heapq":
        return call_heapq(run, name, arguments, node)
    return call_container(run, name, arguments, node) if root in _CONTAINERS else None


_CONTAINERS = frozenset({"collections", "queue", "multiprocessing", "asyncio"})
_LISTS = frozenset({"deque", "Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue"})


def call_container(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A call of a class for lists, queues or mappings; None for any other."""
    if name in _LISTS:
        given = arguments.positional[:1] if name == "deque" else []
        made = call_builtin(run, "list", Arguments(given, {}), node)
        return replace(made, is_whole=False) if isinstance(made, Seq) else made  # others fill it meanwhile
    if name == "OrderedDict":
        return call_builtin(run, "dict", arguments, node)
    if name == "defaultdict":
        factory = arguments.positional[0].value if arguments.positional else UNKNOWN
        made = call_builtin(run, "dict", Arguments(arguments.positional[1:], {}), node)
        rest = run.call(factory, Arguments([], {}), node)
        return replace(made, rest=rest) if isinstance(made, Dict) and isinstance(rest, Seq) else made
    return None
