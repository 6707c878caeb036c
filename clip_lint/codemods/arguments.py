"""Arguments put into calls, within the project's line length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.shapes import AddArgument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change


def with_argument(
    program: Program, call: cst.Call, name: str, value: cst.BaseExpression, *, position: int | None = None
) -> Change:
    """Give a call the argument ``name=value`` (see `AddArgument`), on lines of their own where one would be too long."""
    change = program.changed(call, AddArgument(call, name, value, position=position))
    if not program.is_too_long(change):
        return change
    step = program.spans.step(call)
    return program.changed(call, AddArgument(call, name, value, position=position, step=step))


def with_keywords(program: Program, call: cst.Call, keywords: Mapping[str, cst.BaseExpression]) -> Change:
    """Give a call several keyword arguments, on lines of their own where one would be too long."""

    def change(step: str) -> Change:
        made = call
        for name, value in keywords.items():
            made = cst.ensure_type(made.visit(AddArgument(made, name, value, step=step)), cst.Call)
        return program.replaced(call, made)

    found = change("")
    return change(program.spans.step(call)) if program.is_too_long(found) else found
