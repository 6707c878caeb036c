"""What a type annotation tells about a value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.forms import target_name
from clip_lint.reading.operations.towers import tower
from clip_lint.reading.values import (
    Class,
    Component,
    External,
    Image,
    Instance,
    Model,
    Unknown,
    Value,
)
from clip_lint.syntax import nodes
from clip_lint.syntax.outlined import parse_expression
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def annotated(run: Run, annotation: nodes.expr, name: str) -> Value:
    """What a type annotation tells about a value."""
    unknown = Unknown(name, is_parameter=True)
    if isinstance(annotation, nodes.Constant) and isinstance(annotation.value, str):
        try:
            annotation = parse_expression(annotation.value)
        except UnparsableError:
            return unknown
    if isinstance(annotation, nodes.BinOp):
        return annotated(run, annotation.left, name)
    if isinstance(annotation, nodes.Subscript):
        if target_name(annotation.value) in {"Optional", "Annotated"}:
            inner = annotation.slice
            return annotated(
                run, inner.elts[0] if isinstance(inner, nodes.Tuple) and inner.elts else inner, name
            )
        return unknown
    if not isinstance(annotation, (nodes.Name, nodes.Attribute)):
        return unknown
    value = run.eval(annotation)
    if isinstance(value, Class):
        return Instance(value)
    if isinstance(value, External):
        spec = run.libraries.class_of(value.path)
        if spec is not None and spec.kind == "image":
            return Image("", "pil")
        if spec is not None and spec.family is not None:
            checkpoint = run.libraries.checkpoint(spec.library, None, None, spec.family)
            if spec.kind == "tower":
                return tower(run, checkpoint, spec.part)
            return (
                Model(checkpoint, part=spec.part)
                if spec.kind == "model"
                else Component(spec.kind, checkpoint)
            )
        return replace(unknown, source=value.path)
    return unknown


_TEXT = "builtins.str"


def as_handed(argument: Unknown, told: Value) -> Value:
    """What an annotation tells about what a call hands over: the caller's own object, where it is one and not a parameter there too.

    A text goes by what its parameter is called.
    """
    if isinstance(told, Unknown) and told.source not in {"", _TEXT} and not argument.is_parameter:
        return replace(told, is_parameter=False)
    return told
