"""Fields of a user interface, and the functions that their contents go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.lattice import element
from clip_lint.reading.operations.call import text_of
from clip_lint.reading.operations.cli_defaults import default_of, is_prompt
from clip_lint.reading.scope import ASKED
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Const,
    Function,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
    Widget,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.syntax import nodes

EVENTS = frozenset(
    {"click", "submit", "change", "input", "select", "blur", "then", "success", "release", "load"}
)
"""Methods of a field that give the contents of fields to a function."""


def op_text_widget(_run: Run, call: Call) -> Value:
    """A field with a text."""
    return Widget(id(call.node), default_of(call.value("default"), ""), is_text=True)


def op_choice_widget(_run: Run, call: Call) -> Value:
    """A field with choices."""
    choices = call.value("choices")
    if not is_prompt(choices):
        return Widget(id(call.node), UNKNOWN)
    if call.spec.get("many") or call.value("multiselect") == Const(True):
        return Widget(id(call.node), choices)
    chosen = element(choices)  # of single words, any may name a checkpoint, and which one is meant stays open
    is_told = any(is_prompt(option) for option in options(chosen))
    return Widget(id(call.node), chosen if is_told else UNKNOWN)


def op_interface(run: Run, call: Call) -> Value:
    """A function on what stands in fields."""
    inputs = _inputs(call.value("inputs"))
    _wire(run, call.value("function"), inputs, _columns(call.value("examples"), len(inputs)))
    return Unknown(call.spec.op)


def op_interface_examples(run: Run, call: Call) -> Value:
    """Rows of what may stand in fields."""
    inputs = _inputs(call.value("inputs"))
    for widget, column in zip(inputs, _columns(call.value("examples"), len(inputs)), strict=True):
        if isinstance(widget, Widget):
            run.interface.examples.setdefault(widget.key, []).extend(column)
    return Unknown(call.spec.op)


def wire_event(run: Run, arguments: Arguments) -> None:
    """``button.click(function, inputs, outputs)``: the function runs anew at every event."""
    run.handle(arguments)
    inputs = _inputs(_argument(arguments, 1, "inputs"))
    _wire(run, _argument(arguments, 0, "fn"), inputs, [[] for _ in inputs])


def _wire(run: Run, function: Value, inputs: list[Value], examples: list[list[Value]]) -> None:
    for option in options(function):
        if isinstance(option, Function):
            run.interface.wired.setdefault(run.key(option), []).append(
                (tuple(inputs), tuple(map(tuple, examples)))
            )


def given(run: Run, function: Function) -> dict[int, Value]:
    """What the user interface gives to a function: by position, where it is known at all."""
    found: dict[int, list[Value]] = {}
    for inputs, examples in run.interface.wired.get(run.key(function), ()):
        for position, (field, column) in enumerate(zip(inputs, examples, strict=True)):
            values = found.setdefault(position, [])
            if isinstance(field, Widget):
                values.extend(option for option in options(field.value) if not isinstance(option, Unknown))
                values.extend(run.interface.examples.get(field.key, ()))
            values.extend(column)
    user = Unknown("", is_parameter=True)
    return {position: OneOf((*dict.fromkeys(values), user)) for position, values in found.items() if values}


def written(run: Run, function: Function) -> set[int]:
    """The positions of the parameters that always get what stands in a text field."""
    wired = [
        [_holds_text(field) for field in inputs]
        for inputs, _ in run.interface.wired.get(run.key(function), ())
    ]
    return (
        {
            at
            for at, is_text in enumerate(wired[0])
            if is_text and all(each[at : at + 1] == [True] for each in wired)
        }
        if wired
        else set()
    )


_TEXT_FIELDS = frozenset({"text", "textbox", "textarea"})
"""What such a field is called where its name alone is given."""


def _holds_text(field: Value) -> bool:
    return field.is_text if isinstance(field, Widget) else text_of(field) in _TEXT_FIELDS


def asked(
    run: Run, function: Function, parameters: Sequence[nodes.arg], defaults: Mapping[str, Value]
) -> dict[str, frozenset[int]]:
    """The parameters of a handler that requests or fields fill; what an application provides it with is no request's."""
    if run.key(function) not in run.interface.routes | run.interface.wired.keys():
        return {}
    names = [
        each.arg for each in parameters if isinstance(defaults.get(each.arg, UNKNOWN), (Const, Unknown, Text))
    ]
    return dict.fromkeys(names, frozenset({ASKED}))


def _inputs(value: Value) -> list[Value]:
    """The fields of an interface: a list of them, or one alone."""
    if isinstance(value, Seq):
        return list(value.items)
    return [] if value in (UNKNOWN, NONE) else [value]


def _columns(examples: Value, width: int) -> list[list[Value]]:
    """The examples of each field, those that are prompts."""
    columns: list[list[Value]] = [[] for _ in range(width)]
    for row in examples.items if isinstance(examples, Seq) else ():
        cells = row.items if isinstance(row, Seq) else (row,)
        for column, cell in zip(columns, cells, strict=False):
            column.extend(option for option in options(cell) if is_prompt(option))
    return columns


def _argument(arguments: Arguments, position: int, *names: str) -> Value:
    for name in names:
        if name in arguments.keywords:
            return arguments.keywords[name].value
    return arguments.positional[position].value if position < len(arguments.positional) else UNKNOWN
