"""What prepares one item made to prepare a batch: a processor takes a list, tensors of single items are concatenated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.imports import module
from clip_lint.codemods.nodes import callee
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import AddArgument, each_of
from clip_lint.codemods.texts import mentions

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change


def prepared(program: Program, statement: cst.Assign, variable: str, batch: str) -> list[Change]:
    """The statement that prepares one item, for all items of a batch: NoFixError where it is of another form."""
    value = statement.value
    change = fed(program, value, variable, batch)
    if change is not None:
        return [change]
    if "unsqueeze(0)" not in program.code(value):
        raise NoFixError("one item has no axis to put batches along")
    torch, changes = module(program, "torch", value)
    joined = cst.Call(
        cst.Attribute(torch, cst.Name("cat")), [cst.Arg(each_of(value, variable, cst.Name(batch)))]
    )
    return [*changes, program.replaced(value, joined)]


def fed(
    program: Program, value: cst.CSTNode, variable: str, batch: str, *, is_list: bool = False
) -> Change | None:
    """The call of a processor or tokenizer in an expression with a list of all items; None where there is none.

    ``is_list``: the batch is a list already, and may be given as it is.
    """
    calls = (each for each in program.names.below(value) if isinstance(each, cst.Call))
    found = (_fed(program, each, variable, batch, is_list=is_list) for each in calls)
    return next((each for each in found if each is not None), None)


def _fed(program: Program, call: cst.Call, variable: str, batch: str, *, is_list: bool) -> Change | None:
    """A call of a processor or tokenizer with a list of all items; None for other calls."""
    given = {each.keyword.value: each for each in call.args if each.keyword}
    argument = next(
        (
            given[name]
            for name in ("images", "text")
            if name in given and mentions(program, given[name].value, variable)
        ),
        None,
    )
    is_text = argument is not None and argument is given.get("text")
    if argument is None and call.args and "token" in callee(call).lower():
        first = call.args[0]
        if first.keyword is None and not first.star and mentions(program, first.value, variable):
            argument, is_text = first, "return_tensors" in given
    if argument is None:
        return None
    item = argument.value
    if isinstance(item, cst.List) and len(item.elements) == 1 and isinstance(item.elements[0], cst.Element):
        item = item.elements[0].value
    is_whole = is_list and isinstance(item, cst.Name) and item.value == variable
    items = cst.Name(batch) if is_whole else each_of(item, variable, cst.Name(batch))
    listed = argument.with_changes(value=items)
    made = call.with_changes(args=[listed if each is argument else each for each in call.args])
    if is_text and "padding" not in given:  # texts of one tensor are of one length
        padded = made.visit(AddArgument(made, "padding", cst.Name("True")))
        return program.replaced(call, cst.ensure_type(padded, cst.Call))
    return program.replaced(call, made)
