"""Small faults that can be put into a module: where, of which kind, and what stands there instead.

A fault changes one expression or one statement, never the meaning of a type, a docstring or a message.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_FEW = 2


@dataclass(frozen=True)
class Fault:
    """One fault: bytes `start` to `end` of a file become `text`."""

    path: str
    kind: str
    line: int
    start: int
    end: int
    before: str
    text: str
    touched: tuple[int, ...]
    """Lines of which one at least runs when the fault can act; empty where that happens at import."""
    names: frozenset[str] = frozenset()
    """What a statement that runs at import defines: who names it is touched by the fault."""
    dropped: str = ""
    """What the fault takes out, where that is all it does."""

    def put_into(self, source: bytes) -> bytes:
        """The module with this fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        change = self.dropped or f"{self.before}` -> `{self.text}"
        return f"{self.path}:{self.line}: {self.kind}: `{' '.join(change.split())}`"


@dataclass(frozen=True)
class _Place:
    """Where a node stands, and what a test must run to meet it: the node's own lines, if nothing else is said."""

    in_function: bool
    names: frozenset[str] = frozenset()
    lines: tuple[int, ...] = ()


class _Finder:
    """All faults of one module."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.lines = [line.encode() for line in source.splitlines(keepends=True)]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.source = b"".join(self.lines)
        self.found: list[Fault] = []

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def add(
        self, kind: str, node: ast.expr | ast.stmt, text: str, place: _Place, *, dropped: str = ""
    ) -> None:
        start = self.offset(node.lineno, node.col_offset)
        end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        before = self.source[start:end].decode()
        lines = place.lines or tuple(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        touched = lines if place.in_function else ()
        self.found.append(
            Fault(self.path, kind, node.lineno, start, end, before, text, touched, place.names, dropped)
        )

    def replace(self, kind: str, node: ast.expr, new: ast.expr, place: _Place, dropped: str = "") -> None:
        self.add(kind, node, f"({ast.unparse(new)})", place, dropped=dropped)

    def block(self, body: Sequence[ast.stmt], place: _Place | None) -> None:
        for number, statement in enumerate(body):
            if number == 0 and _is_text(statement):
                continue
            self.statement(statement, place)

    def statement(self, node: ast.stmt, place: _Place | None) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
            return
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise | ast.Assert | ast.Global | ast.Nonlocal):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            here = _Place(in_function=True)
            self.defaults(node)
            self.block(node.body, here)
            return
        if isinstance(node, ast.ClassDef):
            self.block(
                node.body,
                place if place and place.in_function else _Place(False, frozenset({node.name})),
            )
            return
        inner = place if place is not None and (place.in_function or place.names) else None
        here = inner or _Place(in_function=False, names=_defined(node))
        if "__all__" in here.names or "__slots__" in here.names:
            return
        if isinstance(node, ast.Continue):
            self.add("continue or break", node, "break", here)
        elif isinstance(node, ast.Break):
            self.add("continue or break", node, "continue", here)
        if isinstance(node, ast.If):
            self.leaving(node, here)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "decorator_list", "targets", "target"):
                continue
            if name == "cases":
                for case in value:
                    self.block(case.body, here)
                    if case.guard is not None:
                        self.expression(case.guard, here)
            elif name == "handlers":
                for handler in value:
                    self.block(handler.body, here)
            elif name == "items":
                for item in value:
                    self.expression(item.context_expr, here)
            elif isinstance(value, ast.expr):
                self.expression(value, here)
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.block(value, here)

    def defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        body = node.body[1:] if _is_text(node.body[0]) and len(node.body) > 1 else node.body
        inside = _Place(True, lines=tuple(range(body[0].lineno, (node.end_lineno or node.lineno) + 1)))
        for value in (*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)):
            new = _other_constant(value)
            if new is not None:
                self.add("default changed", value, new, inside)

    def leaving(self, node: ast.If, place: _Place) -> None:
        """`if x: return` becomes `if x: pass`; what is told or refused there is told or done all the same."""
        last = node.body[-1]
        if place.in_function and isinstance(last, _LEAVES) and not isinstance(last, ast.Continue | ast.Break):
            empty = isinstance(last, ast.Return) and (last.value is None or _is_empty(last.value))
            kind = "abstention removed" if empty or isinstance(last, ast.Raise) else "early return removed"
            self.add(kind, last, "pass", place)

    def expression(self, node: ast.expr, place: _Place) -> None:
        if isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.Compare):
            self.comparison(node, place)
        elif isinstance(node, ast.BoolOp):
            new = deepcopy(node)
            new.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            self.replace("and or or", node, new, place)
            for index in range(len(node.values)):
                rest = [deepcopy(each) for number, each in enumerate(node.values) if number != index]
                left = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
                self.replace("condition dropped", node, left, place, ast.unparse(node.values[index]))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.replace("not dropped", node, node.operand, place)
        elif isinstance(node, ast.Constant):
            self.constant(node, place)
        elif isinstance(node, ast.Set | ast.Tuple | ast.List):
            self.members(node, place)
        elif isinstance(node, ast.Dict) and not place.in_function:
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self.add("key changed", key, repr(key.value + "_"), place)
        elif isinstance(node, ast.Call):
            self.call(node, place)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, place)
            elif isinstance(child, ast.keyword):
                self.expression(child.value, place)
            elif isinstance(child, ast.comprehension):
                for each in (child.iter, *child.ifs):
                    self.expression(each, place)

    def comparison(self, node: ast.Compare, place: _Place) -> None:
        for index, operator in enumerate(node.ops):
            right = node.comparators[index]
            if isinstance(right, ast.Constant) and right.value is None:
                self.add("None let by", node, str(isinstance(operator, ast.IsNot | ast.NotEq)), place)
                continue
            new = deepcopy(node)
            new.ops[index] = _OPPOSITES[type(operator)]()
            border = isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
            self.replace("border moved" if border else "comparison turned", node, new, place)

    def constant(self, node: ast.Constant, place: _Place) -> None:
        if isinstance(node.value, bool):
            self.add("truth turned", node, str(not node.value), place)
        elif isinstance(node.value, int):
            for step in (-1, 1):
                self.add("number changed", node, f"({node.value + step})", place)
        elif isinstance(node.value, float):
            self.add("number changed", node, f"({node.value * 1.5!r})", place)

    def members(self, node: ast.Set | ast.Tuple | ast.List, place: _Place) -> None:
        if len(node.elts) < _FEW or not all(
            isinstance(each, ast.Constant | ast.Attribute | ast.Name) for each in node.elts
        ):
            return
        if place.in_function and not all(isinstance(each, ast.Constant) for each in node.elts):
            return
        for index in range(len(node.elts)):
            new = deepcopy(node)
            del new.elts[index]
            self.add("member dropped", node, ast.unparse(new), place, dropped=ast.unparse(node.elts[index]))

    def call(self, node: ast.Call, place: _Place) -> None:
        function = node.func
        if isinstance(function, ast.Name) and function.id in _NAMES:
            self.add("any or all, min or max", function, _NAMES[function.id], place)
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "split"
            and isinstance(function.value, ast.Constant)
        ):
            words = str(function.value.value).split()
            for index in range(len(words) if len(words) >= _FEW else 0):
                left = repr(" ".join(words[:index] + words[index + 1 :]))
                self.add("member dropped", function.value, left, place, dropped=words[index])


def faults_of(path: str, source: str) -> list[Fault]:
    """Every fault that can be put into this module, in its order."""
    finder = _Finder(path, source)
    finder.block(ast.parse(source).body, None)
    return finder.found


def draw(sources: Mapping[str, str], count: int, seed: int) -> list[Fault]:
    """Some faults of these modules: each kind in turn, so that many numbers do not hide the few conditions; one a line."""
    chance = random.Random(seed)
    kinds: defaultdict[str, list[Fault]] = defaultdict(list)
    for path in sorted(sources):
        for fault in faults_of(path, sources[path]):
            kinds[fault.kind].append(fault)
    for kind in sorted(kinds):
        chance.shuffle(kinds[kind])
    turns = chance.sample(sorted(kinds), len(kinds))
    drawn: dict[tuple[str, int], Fault] = {}
    while len(drawn) < count and kinds:
        for kind in [each for each in turns if each in kinds]:
            left = kinds[kind]
            while left:
                fault = left.pop()
                if (fault.path, fault.line) not in drawn and _parses(fault, sources[fault.path].encode()):
                    drawn[fault.path, fault.line] = fault
                    break
            if not left:
                del kinds[kind]
            if len(drawn) == count:
                break
    return list(drawn.values())


def _parses(fault: Fault, source: bytes) -> bool:
    try:
        ast.parse(fault.put_into(source))
    except SyntaxError:
        return False
    return True


def _defined(node: ast.stmt) -> frozenset[str]:
    return frozenset(
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return not node.value
    return (isinstance(node, ast.Tuple | ast.List) and not node.elts) or (
        isinstance(node, ast.Dict) and not node.keys
    )


def _other_constant(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant) or node.value is None:
        return None
    if isinstance(node.value, bool):
        return str(not node.value)
    if isinstance(node.value, int):
        return str(node.value + 1)
    return repr(f"{node.value}_") if isinstance(node.value, str) else None


def lines_naming(source: str, names: frozenset[str]) -> Iterator[int]:
    """The lines inside functions that name one of these."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if (isinstance(node, ast.Name) and node.id in names) or (
                    isinstance(node, ast.Attribute) and node.attr in names
                ):
                    yield node.lineno
