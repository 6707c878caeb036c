"""Functions that a repair adds to a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.import_lines import is_docstring
from clip_lint.codemods.program import NoFixError
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.codemods.program import Program

_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


def helper(
    program: Program, name: str, template: Callable[[str, str], str], use: cst.CSTNode
) -> tuple[str, list[Change]]:
    """The name of a helper function, and its definition unless the module has the very same one already.

    ``template`` gives the text of the definition for a name and a quote, ``use`` is where it is called.
    """
    for line in program.module.body:
        if isinstance(line, cst.FunctionDef) and line.name.value.startswith(name):
            same = cst.parse_statement(template(line.name.value, program.quote()))
            if same.deep_equals(line.with_changes(leading_lines=())):
                return line.name.value, []
    fresh = program.fresh(name)
    new = cst.ensure_type(cst.parse_statement(template(fresh, program.quote())), cst.FunctionDef)
    step = program.spans.usual_step
    return fresh, [definition(program, new.with_deep_changes(new.body, indent=step), use)]


def definition(program: Program, new: cst.BaseStatement, use: cst.CSTNode) -> Change:
    """Put a definition behind the module's imports, as far as they stand before the first definition and before ``use``."""
    body = [each for each in program.module.body if isinstance(each, cst.BaseStatement)]
    around = {id(each) for each in program.names.above(use)}
    last = -1
    for index, line in enumerate(body):
        if _is_import(line) or (index == 0 and is_docstring(line)):
            last = index
        else:
            is_definition = any(isinstance(each, _DEFINITIONS) for each in program.names.below(line))
            is_left = last >= 0 and program.source.cells and not isinstance(line, (cst.If, cst.Try))
            if id(line) in around or is_definition or is_left:
                break
    if program.source.cells and (last < 0 or program.cell_of(body[last]) == 0):
        raise NoFixError("there is no cell for a helper")
    empty = cst.EmptyLine(indent=False)
    newline = program.module.default_newline
    if last < 0:
        change = program.before(body[0], new)
        return Change(change.start, change.end, f"{change.text}{newline}{newline}")
    change = program.after(body[last], new.with_changes(leading_lines=[empty, empty]))
    following = body[last + 1] if last + 1 < len(body) else None
    if following is None or program.cell_of(following) != program.cell_of(body[last]):
        return change
    # The empty lines that follow the imports now follow the helper; a statement wants two before it.
    gap = 0
    for each in getattr(following, "leading_lines", ()):
        if each.comment is not None:
            break
        gap += 1
    return Change(change.start, change.end, change.text + newline * max(0, 2 - gap))


def _is_import(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and any(
        isinstance(each, (cst.Import, cst.ImportFrom)) for each in line.body
    )
