"""Arguments put into calls, within the project's line length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.codemods.shapes import AddArgument

if TYPE_CHECKING:
    import libcst as cst

    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change


def with_argument(
    program: Program, call: cst.Call, name: str, value: cst.BaseExpression, *, position: int | None = None
) -> Change:
    """Give a call the argument ``name=value`` (see `AddArgument`), on lines of their own where one would be too long."""
    change = program.changed(call, AddArgument(call, name, value, position=position))
    if not program.is_too_long(change):
        return change
    step = program.module.default_indent
    return program.changed(call, AddArgument(call, name, value, position=position, step=step))
