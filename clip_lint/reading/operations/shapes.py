"""Axes of arrays: rows and columns exchanged, dropped, added; values stacked and split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from clip_lint.reading.facts import WrappedUse
from clip_lint.reading.lattice import element, join_all
from clip_lint.reading.marks import GIVEN_TO_NUMPY
from clip_lint.reading.operations.answers import packed
from clip_lint.reading.operations.call import Call, number
from clip_lint.reading.values import (
    UNKNOWN,
    Axes,
    Const,
    External,
    Features,
    Image,
    OneOf,
    Partial,
    Pixels,
    Probability,
    Scores,
    Seq,
    Tokens,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import BLANK
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


AnyValue = TypeVar("AnyValue", bound=Value)
_NUMPY = "numpy"


def transpose(value: AnyValue) -> AnyValue:
    """Rows and columns exchanged."""
    if isinstance(value, (Features, Scores, Probability)):
        is_matrix = value.axes is not None and len(value.axes) <= _MATRIX
        return replace(value, axes=value.axes[::-1] if value.axes and is_matrix else None)
    return value


_MATRIX = 2


def unwrap(run: Run, value: Value, node: nodes.AST | None, how: str) -> Value:
    """Features as a tensor; a transformers 5 output object used so is recorded."""
    if isinstance(value, Features) and value.is_wrapped:
        if value.origin is not None and isinstance(node, (nodes.expr, nodes.stmt)):
            use = run.site(node)
            run.record(WrappedUse(value.origin, use, how, value, run.call_sites()), value.origin)
        return replace(value, is_wrapped=False)
    return value


def taken_by(library: str | None, otherwise: str) -> str:
    """How a function of a library takes an output object for a tensor: most raise, NumPy takes whatever it is given for an object."""
    return GIVEN_TO_NUMPY if library == _NUMPY else otherwise


def axis_name(axes: tuple[str, ...] | None, dim: int | None) -> str:
    """What an axis is, ``?`` if that is not known."""
    if axes is None or dim is None or not -len(axes) <= dim < len(axes):
        return "?"
    return axes[dim]


def broadcast(left: Axes, right: Axes) -> Axes:
    """The axes of two arrays that are combined number by number; None where that is not known."""
    if left is None or right is None:
        return None
    longest = max(len(left), len(right))
    pairs = list(
        zip(("1",) * (longest - len(left)) + left, ("1",) * (longest - len(right)) + right, strict=True)
    )
    if any(one != other and "1" not in {one, other} for one, other in pairs):
        return None
    return tuple(other if one == "1" else one for one, other in pairs)


def is_along_batch(left: Axes, right: Axes, call: Call) -> bool:
    """Whether a cosine surely runs along an axis of pictures or texts on both sides."""
    dim = number(call.value("dim", Const(1)))
    if left is None or right is None or dim is None or call.arguments.has_more:
        return False
    longest = max(len(left), len(right))
    sides = [("1",) * (longest - len(axes)) + axes for axes in (left, right)]
    names = {axis_name(axes, dim) for axes in sides}
    return names <= {"image", "text", "1"} and names != {"1"}


def stack_rows(seq: Seq) -> Value:
    """A sequence of features as one array; what a path without a known model gives is taken to be features too."""
    found = [option for item in seq.items for option in options(item) if not isinstance(option, Unknown)]
    features = [item for item in found if isinstance(item, Features)]
    if not features or len(features) < len(found):
        return UNKNOWN
    merged = join_all(features)
    if not isinstance(merged, Features):
        return UNKNOWN
    count = len(seq.items) if seq.is_whole else None
    merged = replace(merged, axes=None, count=count, is_many=count is None)
    has_own = any(not isinstance(item, Features) or item.lost is None for item in seq.items)
    return replace(merged, lost=None, is_shared=True) if merged.lost is not None and has_own else merged


def holds_features(seq: Seq) -> bool:
    """Whether some path puts features into a sequence."""
    return any(isinstance(option, Features) for item in seq.items for option in options(item))


def op_same(run: Run, call: Call) -> Value:
    """A function or method that keeps the value's meaning."""
    value = call.subject()
    if isinstance(value, Seq) and (holds_features(value) or _holds_scores(value)):
        return op_stack(run, call)
    how = taken_by(call.spec.library, "passed on as a tensor")
    return unwrap(run, value, call.node, how) if call.receiver is None else value


def _holds_scores(value: Seq) -> bool:
    """Whether a list holds nothing but scores: one of each label or picture, put side by side."""
    found = [option for item in value.items for option in options(item)]
    return bool(found) and all(isinstance(option, Scores) for option in found)


def op_written(run: Run, call: Call) -> Value:
    """Numbers or a mapping as a text: they can be read again."""
    mapping = packed(call.value("x"))
    if mapping is not None:
        return mapping
    made = op_same(run, call)
    return made if isinstance(made, Features) else Unknown("text")


def op_unknown(_run: Run, _call: Call) -> Value:
    """Nothing is known of the result."""
    return UNKNOWN


def op_blank(_run: Run, _call: Call) -> Value:
    """An array that waits for its numbers."""
    return Unknown(source=BLANK)


def op_first(_run: Run, call: Call) -> Value:
    """The argument itself."""
    return call.value("x")


def _listed(items: Value) -> Value:
    """What is to be put together; where only some paths tell, a list of features that one of them gives."""
    if not isinstance(items, OneOf):
        return items
    return next((each for each in items.options if isinstance(each, Seq) and holds_features(each)), items)


def op_stack(run: Run, call: Call) -> Value:
    """``torch.stack`` and ``np.array`` of features or pixels."""
    items = _listed(call.value("items", call.value("x")))
    if isinstance(items, Seq):
        for item in items.items:
            unwrap(run, item, call.node, taken_by(call.spec.library, "stacked"))
        stacked = stack_rows(items)
        if isinstance(stacked, Features):
            stacked = replace(stacked, is_wrapped=False)
            first = next(
                (option for item in items.items for option in options(item) if isinstance(option, Features)),
                None,
            )
            if first is not None and first.axes == ("dim",):
                dim = number(call.value("dim", Const(0)))
                axes = (first.modality, "dim") if dim in {0, None} else ("dim", first.modality)
                stacked = replace(stacked, axes=axes)
            return stacked
        pixels = [option for item in items.items for option in options(item) if isinstance(option, Pixels)]
        if pixels:
            return replace(pixels[0], count=len(items.items) if items.is_whole else None, is_batch=True)
        pictures = [option for item in items.items for option in options(item) if isinstance(option, Image)]
        if pictures and len(pictures) == len(items.items):
            return pictures[0]
        tokens = [option for item in items.items for option in options(item) if isinstance(option, Tokens)]
        if tokens:
            inner = [option for one in tokens for option in options(one.texts)]
            return replace(tokens[0], texts=Seq(tuple(inner), "list", items.is_whole))
        scores = [option for item in items.items for option in options(item) if isinstance(option, Scores)]
        if scores and len(scores) == len(items.items):
            return replace(scores[0], axes=None, label_count=None, image_count=None)
        return UNKNOWN
    return items if isinstance(items, (Features, Pixels, Image)) else UNKNOWN


def op_cat(run: Run, call: Call) -> Value:
    """``torch.cat``: rows added; features of both modalities put side by side are for a trained head."""
    items = _listed(call.value("items"))
    if isinstance(items, Seq):
        found = [option for item in items.items for option in options(item) if isinstance(option, Features)]
        if len({value.modality for value in found}) > 1:
            return UNKNOWN
        result = op_stack(run, call)
        if isinstance(result, Features) and found and found[0].axes is not None and len(found[0].axes) == 2:
            dim = number(call.value("dim", Const(0)))
            if len(items.items) > 1 and axis_name(found[0].axes, dim) == "dim":
                return UNKNOWN
            return replace(result, axes=found[0].axes)
        return result
    return items if isinstance(items, (Features, Pixels, Tokens)) else UNKNOWN


def op_transpose(_run: Run, call: Call) -> Value:
    """Rows and columns exchanged."""
    return transpose(call.subject())


def op_squeeze(_run: Run, call: Call) -> Value:
    """An axis of length one dropped."""
    value = call.subject()
    if isinstance(value, (Features, Scores, Probability)) and value.axes:
        dim = number(call.value("dim"))
        axes = list(value.axes)
        if dim is not None and -len(axes) <= dim < len(axes) and axes[dim] != "dim":
            if isinstance(value, Features) and value.count not in {1, None} and axes[dim] != "1":
                return value
            del axes[dim]
            return replace(value, axes=tuple(axes))
        if dim is None and isinstance(value, Features):
            return replace(value, axes=("dim",) if value.count == 1 else None)
        if dim is None:
            scores = (
                value if isinstance(value, Scores) else value.of if isinstance(value, Probability) else None
            )
            counts = {"image": scores.image_count, "text": scores.label_count} if scores is not None else {}
            kept = tuple(axis for axis in axes if axis != "1" and counts.get(axis) != 1)
            return replace(value, axes=kept or None)
    return value


def op_unsqueeze(_run: Run, call: Call) -> Value:
    """A new axis of length one."""
    value = call.subject()
    if isinstance(value, Features) and value.axes == ("dim",) and number(call.value("dim")) in {0, -2}:
        return replace(value, axes=(value.modality or "?", "dim"), count=1)
    if isinstance(value, Features):
        return replace(value, axes=_with_one(value.axes, number(call.value("dim"))))
    if isinstance(value, Pixels):
        return replace(value, count=1 if not value.is_batch else value.count)
    if isinstance(value, (Scores, Probability)):
        return replace(value, axes=None)
    return value


def _with_one(axes: Axes, dim: int | None) -> Axes:
    """The axes with a new one of length one before ``dim``."""
    if axes is None or dim is None or not -len(axes) - 1 <= dim <= len(axes):
        return None
    place = dim if dim >= 0 else len(axes) + 1 + dim
    return (*axes[:place], "1", *axes[place:])


def op_reshape(_run: Run, call: Call) -> Value:
    """A new shape, not followed."""
    value = call.subject()
    if isinstance(value, (Features, Scores, Probability)):
        return replace(value, axes=None)
    return replace(value, mode="") if isinstance(value, Image) else value


def op_rows(_run: Run, call: Call) -> Value:
    """Split into parts."""
    return Seq((element(call.subject()),), "generator", False)


def op_function(run: Run, call: Call) -> Value:
    """A module object that stands for a function, such as ``nn.CosineSimilarity()``."""
    keep = {
        name: argument.value
        for name, argument in call.arguments.keywords.items()
        if name in call.spec.get("keep", ())
    }
    if "dim" in call.spec.get("keep", ()) and call.arguments.positional:
        keep["dim"] = call.arguments.positional[0].value
    del run
    return Partial(External(call.spec.get("call")), (), tuple(keep.items()))
