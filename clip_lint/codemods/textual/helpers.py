"""Functions that a fix adds to a module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.page import Change, NoFixError

if TYPE_CHECKING:
    from clip_lint.codemods.textual.page import Page


def helper(page: Page, name: str, template: str) -> tuple[str, list[Change]]:
    """The name of a helper function, and its definition unless the module has the very same one already.

    ``template`` is the definition with ``{name}`` for its name (other braces doubled), ending in a newline.
    """
    for statement in page.tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith(name):
            same = template.format(name=statement.name)
            if ast.dump(ast.parse(same).body[0]) == ast.dump(statement):
                return statement.name, []
    fresh = page.fresh(name)
    return fresh, [definition(page, template.format(name=fresh))]


def definition(page: Page, text: str) -> Change:
    """Put a definition behind the module's imports, two empty lines around it."""
    body = page.tree.body
    last = -1
    for index, statement in enumerate(body):
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or (index == 0 and _is_docstring(statement)):
            last = index
        elif last >= 0 and not isinstance(statement, (ast.If, ast.Try)):
            break
    if page.source.cells and last >= 0 and page.cell_of(body[last]) == 0:
        raise NoFixError("there is no cell for a helper")
    if last < 0:
        start = page.line_start(page.line_of(page.first(body[0])))
        return Change(start, start, f"{text}\n\n")
    previous = body[last]
    if not page.stands_alone(previous):
        raise NoFixError("there is no room for a helper")
    number = page.line_of(page.span(previous)[1])
    at = page.line_start(number) + len(page.line(number))
    following = body[last + 1] if last + 1 < len(body) else None
    if following is None or page.cell_of(following) != page.cell_of(previous):
        return Change(at, at, f"\n\n\n{text.rstrip()}")
    # The empty lines that follow the imports now follow the helper; a statement wants two before it.
    gap = following.lineno - (previous.end_lineno or previous.lineno) - 1
    return Change(at, at, f"\n\n\n{text.rstrip()}" + "\n" * max(0, 2 - gap))


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
