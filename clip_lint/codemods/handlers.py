"""Whether anybody handles the exception of a call: then it is an answer, and a program that no longer gets it is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed, packages
from clip_lint.codemods.nodes import dotted

if TYPE_CHECKING:
    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.program import Program

_HANDLED = "too long a text is handled as an error now"
_UNSEEN = "code that is not seen calls the function, and may handle the exception"
_MOST_CALLERS = 50
_OTHER_FAULTS = frozenset(
    {
        "OSError", "IOError", "FileNotFoundError", "PermissionError", "ImportError", "ModuleNotFoundError", "KeyboardInterrupt",
        "EOFError", "ConnectionError", "TimeoutError", "StopIteration", "UnidentifiedImageError", "JSONDecodeError",
        "UnicodeDecodeError", "NotADirectoryError", "IsADirectoryError", "SystemExit", "KeyError", "AttributeError", "TypeError",
        "NameError", "ZeroDivisionError", "queue.Empty", "Empty", "FileExistsError", "AssertionError", "MemoryError",
    }
)  # fmt: skip
"""Exceptions that no over-long text raises."""
_CALLING = frozenset(
    {"map", "filter", "sorted", "max", "min", "callable", "isinstance", "print", "staticmethod"}
)
"""Builtins that get a function and let its exceptions through."""


class Handlers:
    """Those who handle exceptions in one program."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self.program = program
        self.names = program.names
        self.calls = calls
        self.is_imported = program.project.is_imported(program.source.path)

    def of(self, call: cst.Call) -> str:
        """Who handles an exception of a call, or may; empty where it ends the program for sure."""
        return self._around(call, set())

    def _around(self, node: cst.CSTNode, seen: set[int]) -> str:
        below: cst.CSTNode = node
        for above in self.names.above(node):
            if isinstance(above, (cst.Try, cst.TryStar)) and below is above.body:
                if any(self._handles(each.type) for each in above.handlers):
                    return _HANDLED
            elif isinstance(above, cst.With) and below is above.body:
                if not all(self._lets_through(each.item) for each in above.items):
                    return _HANDLED
            elif isinstance(above, cst.FunctionDef):
                return self._callers(above, seen)
            below = above
        return ""

    def _handles(self, kind: cst.BaseExpression | None) -> bool:
        if isinstance(kind, cst.Tuple):
            return any(self._handles(each.value) for each in kind.elements)
        return kind is None or self.program.code(kind).rpartition(".")[2] not in _OTHER_FAULTS

    def _lets_through(self, item: cst.BaseExpression) -> bool:
        """Whether a context is known to leave exceptions alone."""
        func = item.func if isinstance(item, cst.Call) else item
        is_own = not self.calls.origin(func) and self.calls.is_component(func)
        return is_own or self._is_foreign(func)

    def _is_foreign(self, func: cst.BaseExpression) -> bool:
        """Whether something comes from a known package, or is made by one, that has nothing to do with exceptions."""
        path = self.calls.origin(func)
        if not path:
            text = dotted(func)
            owner = self.names.owner(text.partition(".")[0], self.names.scope(func)) if text else None
            made = [
                assigned_value(self.program, each.node) if each.kind == "assignment" else None
                for each in (owner.bindings[text.partition(".")[0]] if owner is not None else ())
            ]
            paths = {self.calls.origin(each.func) if isinstance(each, cst.Call) else "" for each in made}
            path = f"{paths.pop()}.{text.rpartition('.')[2]}" if len(paths) == 1 else ""
        root = path.partition(".")[0]
        if root in packages() or root in listed("handling", "frameworks") or path == "open":
            return not any(each in path.lower() for each in listed("handling", "catching"))
        return False

    def _callers(self, function: cst.FunctionDef, seen: set[int]) -> str:
        """Who handles what a function raises: those who call it, or get it."""
        if id(function) in seen:
            return ""
        if self.is_imported or len(seen) > _MOST_CALLERS:
            return _UNSEEN
        seen.add(id(function))
        for each in function.decorators:
            func = each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator
            if not (self._is_foreign(func) or self.calls.origin(func) in listed("decorators", "quiet")):
                return _UNSEEN
        name = function.name.value
        owner = self.names.scope(function)
        uses = self.calls.members.get(name, []) if owner.is_class else owner.reads.get(name, [])
        for use in uses:
            user = self.names.parent(use)
            if isinstance(user, cst.Call) and user.func is use:
                said = self._around(user, seen) if function in self.calls.defined(use) else ""
            elif isinstance(user, cst.Arg):
                said = self._given(user, seen)
            else:
                said = _UNSEEN
            if said:
                return said
        return ""

    def _given(self, argument: cst.Arg, seen: set[int]) -> str:
        """Who handles what a function raises that is an argument."""
        call = self.names.parent(argument)
        if not isinstance(call, cst.Call):
            return _UNSEEN
        if self.calls.origin(call.func) in _CALLING or self._is_foreign(call.func):
            return self._around(call, seen)
        return _UNSEEN
