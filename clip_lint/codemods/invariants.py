"""What a round of repairs must leave as it was, whatever it repaired: looked at in the two programs, knowing no rule."""

from __future__ import annotations

import builtins
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import Program, UnreadableError
from clip_lint.codemods.project import Alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clip_lint.codemods.names import Scope
    from clip_lint.core.finding import Edit
    from clip_lint.source.model import Source

_SUPPRESSING = ("noqa", "clip-lint")
_OFF = ("no_grad(", "inference_mode(")
_INNER = "*"
"""A scope without a name, in paths of scopes."""


def violation(
    before: Source, after: Source, edits: Sequence[Edit], is_imported: Callable[[], bool]
) -> str | None:
    """What ``edits`` changed that no repair may change, in words; None where all is well.

    Every comment stays. What is read is defined, a new name takes nobody's place, and a module that others import (``is_imported``)
    keeps all of its names. Statements that no edit touches
    keep their text, their order and the blocks around them. Nothing comes under `no_grad` whose gradient somebody takes.
    """
    try:
        old, new = Program(before, Alone()), Program(after, Alone())
    except UnreadableError:
        return None  # the file is compiled and linted besides
    touched = [_range(old, edit) for edit in edits]
    return (
        _lost_comment(old, new)
        or _changed_name(old, new, is_imported)
        or _changed_statement(old, new, touched)
        or _wanted_gradient(old, new)
    )


def _range(program: Program, edit: Edit) -> tuple[int, int]:
    line, lines = program.source.program_line, program.spans.lines
    return (
        lines.start(line(edit.cell or 0, edit.start.line)) + edit.start.column - 1,
        lines.start(line(edit.cell or 0, edit.end.line)) + edit.end.column - 1,
    )


# --- comments


def _lost_comment(old: Program, new: Program) -> str | None:
    left = Counter(comment for _, comment in new.spans.layout.comments)
    for _, comment in old.spans.layout.comments:
        if left[comment]:
            left[comment] -= 1
        elif not any(
            word in comment.lower() for word in _SUPPRESSING
        ):  # shortened where they silence nothing
            return f"the comment {comment[:40]!r} would be lost"
    return None


# --- names


def _changed_name(old: Program, new: Program, is_imported: Callable[[], bool]) -> str | None:
    were, are = _bound(old), _bound(new)
    lost = sorted(name for scope, name in were - are if not scope)
    if lost and is_imported():
        return f"{lost[0]}, which another file may import, would not be defined any more"
    read = {(path, node.value) for node, path in _reads(old)}
    scopes = {scope for scope, _ in were} | {""}
    imports = {
        name for name, found in new.names.top.bindings.items() if all(each.kind == "import" for each in found)
    }
    for scope, name in sorted(are - were):
        is_import = not scope and name in imports
        if any(each == name and _is_in(path, scope) for path, each in were - are):
            continue  # it has only moved outwards
        if (
            scope in scopes
            and not is_import
            and any(each == name and _is_in(path, scope) for path, each in read)
        ):
            return f"{name} means something else already"
    for name in sorted(_unknown(new) - _unknown(old)):
        return f"{name} would not be defined"
    return None


def _is_in(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/")


def _path(scope: Scope) -> str:
    """A scope's function and classes by their names, outermost first; empty for the module. What a comprehension binds is its own."""
    parts = []
    current: Scope | None = scope
    while current is not None:
        name = getattr(current.node, "name", None)
        inner = _INNER if isinstance(current.node, (*COMPREHENSIONS, cst.Lambda)) else ""
        parts.append(name.value if isinstance(name, cst.Name) else inner)
        current = current.parent
    return "/".join(reversed(parts)).strip("/")


def _bound(program: Program) -> set[tuple[str, str]]:
    """Scopes with the names they bind."""
    return {(_path(scope), name) for scope in program.names.scopes() for name in scope.bindings}


def _reads(program: Program) -> Iterator[tuple[cst.Name, str]]:
    """The names that are read, with the scopes they are read in; not those that a comprehension binds itself."""
    for scope in program.names.scopes():
        if isinstance(scope.node, COMPREHENSIONS):
            continue
        for nodes in scope.reads.values():
            for node in nodes:
                yield node, _path(program.names.scope(node))


def _unknown(program: Program) -> set[str]:
    """The names that are read and that neither the program nor Python defines."""
    top = program.names.top
    return {name for name in top.reads if name not in top.bindings and not hasattr(builtins, name)}


# --- statements


class _Statement(NamedTuple):
    around: tuple[str, ...]
    code: str


def _changed_statement(old: Program, new: Program, touched: Sequence[tuple[int, int]]) -> str | None:
    """Whether the statements that no edit touches are the same, in the same order, under the same heads but for `no_grad`."""
    kept = [each for each, span in _statements(old) if not any(_meets(span, edit) for edit in touched)]
    found = iter([each for each, _ in _statements(new)])
    for statement in kept:
        if not any(statement == each for each in found):
            return f"{statement.code[:40]!r} would run elsewhere, or not at all"
    return None


def _meets(span: tuple[int, int], edit: tuple[int, int]) -> bool:
    return span[0] <= edit[1] and edit[0] <= span[1]


def _statements(program: Program) -> Iterator[tuple[_Statement, tuple[int, int]]]:
    heads: dict[int, tuple[str, ...]] = {id(program.module): ()}
    for node in program.names.nodes:
        above = heads.get(id(program.names.parent(node)), ())
        heads[id(node)] = above
        if isinstance(node, cst.BaseCompoundStatement):
            head = _head(program, node)
            if not _is_off(program, node, all):
                heads[id(node)] = (*above, head)
        elif isinstance(node, cst.BaseSmallStatement):
            span = program.spans.span(node)
            yield _Statement(above, program.code(node)), (span.start, span.end)


def _head(program: Program, node: cst.BaseCompoundStatement) -> str:
    start = program.spans.span(node).start
    body = getattr(node, "body", None)
    end = program.spans.outer(body).start if isinstance(body, cst.CSTNode) else start
    return type(node).__name__ + (
        node.name.value if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else str(end > start)
    )


# --- gradients


def _is_off(program: Program, node: cst.CSTNode, how_many: Callable[[Iterable[bool]], bool] = any) -> bool:
    """Whether one of the contexts of a `with`, or each of them (``all``), turns gradients off."""
    if isinstance(node, cst.With):
        return how_many(any(word in program.code(each.item) for word in _OFF) for each in node.items)
    return False


def _wanted_gradient(old: Program, new: Program) -> str | None:
    were_off = {each.code for each, _ in _off_statements(old)}
    moved = {each.code for each, _ in _statements(old)} - were_off
    flow: Flow | None = None
    for each, node in _off_statements(new):
        if each.code not in moved:
            continue  # it stood there before, or is new
        calls = Calls(new) if flow is None else flow.calls
        flow = flow or Flow(new, calls)
        for call in new.names.below(node):
            if (
                isinstance(call, cst.Call)
                and not calls.gives_numbers(call)
                and flow.fate(call) is Fate.WANTED
            ):
                return f"a gradient is taken through {each.code[:40]!r}"
    return None


def _off_statements(program: Program) -> Iterator[tuple[_Statement, cst.CSTNode]]:
    for node in program.names.nodes:
        if isinstance(node, cst.With) and _is_off(program, node):
            for each in program.names.below(node.body):
                if isinstance(each, cst.BaseSmallStatement):
                    yield _Statement((), program.code(each)), each
