"""Lines that move out of a loop or a function, to where they are done once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.program import NoFixError
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.constancy import Region
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program

_OFF = ("torch.no_grad", "torch.inference_mode")


def regions(program: Program, line: cst.BaseStatement) -> Iterator[Region]:
    """The loops round a line in its function, the outermost first; where there is none, a plain function of the module."""
    loops: list[Region] = []
    for above in program.names.above(line):
        if isinstance(above, (cst.For, cst.While)):
            if isinstance(above, cst.For) and above.asynchronous is not None:
                raise NoFixError("others run while the loop waits")
            loops.append(above)
        elif isinstance(above, cst.FunctionDef):
            if not loops and program.parent(above) is program.module and above.asynchronous is None:
                loops.append(above)
            break
        elif isinstance(above, (cst.ClassDef, cst.Lambda)):
            break
    yield from reversed(loops)


def contexts(
    program: Program, calls: Calls, line: cst.BaseStatement, region: Region
) -> list[Sequence[cst.WithItem]]:
    """The contexts without gradients between a region and a line, outermost first; NoFixError where anything else is between."""
    found: list[Sequence[cst.WithItem]] = []
    for above in program.names.above(line):
        if above is region:
            break
        if isinstance(above, cst.With):
            if any(each.asname is not None or not _is_off(calls, each.item) for each in above.items):
                raise NoFixError("it runs in a context of its own")
            found.append(above.items)
        elif isinstance(above, cst.IndentedBlock):
            holder = program.parent(above)
            if isinstance(holder, cst.Else):
                raise NoFixError("it runs after a loop, or under a condition")
        elif not isinstance(above, (cst.For, cst.While)):
            raise NoFixError("it runs under a condition")
    if isinstance(region, cst.FunctionDef):
        found += [
            [cst.WithItem(each.decorator)] for each in region.decorators if _is_off(calls, each.decorator)
        ]
        found += [] if found else _called_under(program, calls, region)
    return found[::-1]


def _is_off(calls: Calls, node: cst.BaseExpression) -> bool:
    return calls.origin(node.func if isinstance(node, cst.Call) else node) in _OFF


def _called_under(program: Program, calls: Calls, function: cst.FunctionDef) -> list[Sequence[cst.WithItem]]:
    """The context without gradients that calls of a function stand in, or calls of what calls it: what moves out loses it."""
    seen = {function.name.value}
    pending = [function.name.value]
    while pending:
        for call in calls.sites.get(pending.pop(), []):
            for above in program.names.above(call):
                entered = [each.item for each in above.items] if isinstance(above, cst.With) else []
                if isinstance(above, cst.FunctionDef):
                    entered = [each.decorator for each in above.decorators]
                    if above.name.value not in seen:
                        seen.add(above.name.value)
                        pending.append(above.name.value)
                off = next((each for each in entered if _is_off(calls, each)), None)
                if off is not None:
                    return [[cst.WithItem(off)]]
    return []


def is_used_elsewhere(program: Program, name: str, owner: Scope) -> bool:
    """Whether any scope but the owner knows a name, which would mean something else when it became the module's."""
    return any(
        name in scope.bindings or name in scope.reads
        for scope in program.names.scopes()
        if scope is not owner
    )


def under_contexts(
    heads: Sequence[Sequence[cst.WithItem]], lines: Sequence[cst.BaseStatement]
) -> list[cst.BaseStatement]:
    """Lines under contexts, outermost first."""
    found = list(lines)
    for items in reversed(heads):
        found = [cst.With(items, cst.IndentedBlock(found))]
    return found


def without_comments(line: cst.BaseStatement) -> cst.BaseStatement:
    """A line with the comments right above it, and no empty line before them."""
    leading = list(getattr(line, "leading_lines", ()))
    return line.with_changes(leading_lines=leading[len(leading) - _own_comments(line) :])


def _own_comments(line: cst.BaseStatement) -> int:
    count = 0
    for each in reversed(getattr(line, "leading_lines", ())):
        if each.comment is None:
            break
        count += 1
    return count


def _first(program: Program, line: cst.BaseStatement) -> int:
    """Where the comments right above a line begin, or else the line."""
    count = _own_comments(line)
    if not count:
        return program.spans.first(line)
    return program.spans.outer(line.leading_lines[-count]).start  # type: ignore[attr-defined]


def above_line(program: Program, region: Region, lines: Sequence[cst.BaseStatement]) -> Change:
    """Lines put before a loop and its comments, or between a function and what stands before it."""
    change = program.before(region, *lines)
    at = _first(program, region)
    newline = program.module.default_newline
    after = newline * 2 if isinstance(region, cst.FunctionDef) else ""
    if not after and isinstance(lines[-1], cst.With) and _has_gap(region):
        after = newline
    return Change(at, at, change.text + after)


def _has_gap(line: cst.BaseStatement) -> bool:
    """Whether an empty line stands before a line and its comments, or comments do: it begins a part of its own."""
    return bool(getattr(line, "leading_lines", ()))


def removed_lines(program: Program, lines: Sequence[cst.BaseStatement]) -> list[Change]:
    """Lines taken out with their comments; of a `with` in which nothing is left, the whole; other blocks must keep something."""
    gone = {id(each) for each in lines}
    changes: dict[int, Change] = {}
    for line in lines:
        whole: cst.BaseStatement = line
        while all(id(each) in gone for each in program.block(whole)):
            above = program.parent(program.parent(whole))
            if not isinstance(above, cst.With):
                raise NoFixError("nothing would be left in its block")
            gone.add(id(above))
            whole = above
        changes[id(whole)] = Change(_first(program, whole), program.spans.outer(whole).end, "")
    ordered = sorted(set(changes.values()))
    return [
        each
        for each in ordered
        if not any(
            other is not each and other.start <= each.start and each.end <= other.end for other in ordered
        )
    ]
