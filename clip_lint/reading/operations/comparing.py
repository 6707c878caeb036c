"""Two sets of features compared: products, cosines, distances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Compare, Scaled
from clip_lint.reading.lattice import join_all
from clip_lint.reading.operations import norms
from clip_lint.reading.operations.call import Call, receiver_node, text_of
from clip_lint.reading.operations.shapes import (
    broadcast,
    holds_features,
    is_along_batch,
    stack_rows,
    transpose,
    unwrap,
)
from clip_lint.reading.operations.towers import note_unprojected
from clip_lint.reading.usages import COSINE_OF_BATCH, Usage
from clip_lint.reading.values import (
    UNKNOWN,
    Dict,
    Features,
    Norm,
    OneOf,
    Pair,
    Scale,
    Scores,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


_MOST_WAYS = 4
"""How many alternatives of each side are compared."""
_MATRIX = 2
"""More axes are batches of matrices."""


def compare_features(
    run: Run, node: nodes.expr | nodes.stmt, left: Features, right: Features, metric: str
) -> Scores:
    """Two sets of features compared by a product or distance."""
    axes: tuple[str, ...] | None = None
    if left.axes and right.axes and len(right.axes) <= _MATRIX:
        rows = tuple(axis for axis in left.axes if axis != "dim")
        columns = tuple(axis for axis in right.axes if axis != "dim")
        axes = (*rows, *columns)
    image = left if left.modality == "image" else right if right.modality == "image" else None
    text = left if left.modality == "text" else right if right.modality == "text" else None
    unit = (
        Tristate.YES
        if left.is_unit is right.is_unit is Tristate.YES
        else (Tristate.NO if Tristate.NO in (left.is_unit, right.is_unit) else Tristate.MAYBE)
    )
    scaled = (
        Tristate.YES
        if Tristate.YES in (left.is_scaled, right.is_scaled)
        else (Tristate.MAYBE if Tristate.MAYBE in (left.is_scaled, right.is_scaled) else Tristate.NO)
    )
    family = (text or left).checkpoint.family
    scores = Scores(
        (image or left).checkpoint,
        Tristate.YES if metric == "cosine" else unit,
        scaled,
        run.site(node),
        axes,
        "-".join(sorted((left.modality or "?", right.modality or "?"))),
        metric,
        is_sigmoid=run.libraries.trait(family).sigmoid,
        label_count=text.count if text is not None else None,
        image_count=image.count if image is not None else None,
        texts=text.texts if text is not None else None,
        owed=()
        if metric != "dot"
        else tuple(side for side in (left, right) if side.is_unit is not Tristate.YES),
        array=left.array if left.array == right.array else left.array or right.array,
        gathered=tuple(side for side in (left, right) if side.lost is not None or side.is_shared),
    )
    site = run.site(node)
    run.record(Compare(site, left, right, metric, scores), site)
    factors = [side.factor for side in (left, right) if side.is_scaled is not Tristate.NO]
    if len(factors) == 1 and factors[0] is not None:
        run.record(Scaled(site, replace(scores, is_scaled=Tristate.NO), factors[0], False, False), site)
    return scores


def compare_elementwise(run: Run, node: nodes.expr | nodes.stmt, pair: Pair, dim: int | None) -> Scores:
    """A product of single numbers that are added up along an axis."""
    scores = compare_features(run, node, pair.left, pair.right, "dot")
    axes = broadcast(pair.left.axes, pair.right.axes)
    if axes is None or dim is None or not -len(axes) <= dim < len(axes) or axes[dim] != "dim":
        return scores
    return replace(scores, axes=tuple(axis for axis in axes if axis != "dim"))


def known_together(
    lefts: tuple[Value, ...], rights: tuple[Value, ...]
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The alternatives that can meet: where one side's model is not known, the other's is not either."""
    if all(any(isinstance(option, Features) for option in side) for side in (lefts, rights)):
        lefts, rights = (
            tuple(option for option in side if not isinstance(option, Unknown)) for side in (lefts, rights)
        )
    return lefts, rights


def product(
    run: Run,
    node: nodes.expr | nodes.stmt,
    left: Value,
    right: Value,
    operands: tuple[nodes.expr | None, nodes.expr | None] = (None, None),
    transposed: bool = False,
) -> Value:
    """A matrix product or dot product; ``operands`` are the expressions of its sides."""
    results: list[Value] = []
    lefts, rights = known_together(options(left), options(right))
    with_itself = norms.same_expression(*operands)
    for a in lefts[:_MOST_WAYS]:
        for b in rights[:_MOST_WAYS]:
            one = unwrap(run, a, node, "multiplied")
            other = unwrap(run, b, node, "multiplied")
            if with_itself and isinstance(one, Features) and (not transposed or one.axes == ("dim",)):
                results.append(norms.dot_with_itself(one))
                continue
            if transposed:
                other = transpose(other)
            results.append(_product(run, node, one, other))
    return join_all(results)


def _product(run: Run, node: nodes.expr | nodes.stmt, left: Value, right: Value) -> Value:
    if isinstance(left, Seq) and holds_features(left):
        left = stack_rows(left)
    if isinstance(right, Seq) and holds_features(right):
        right = stack_rows(right)
    if note_unprojected(run, node, left, right):
        return UNKNOWN
    if isinstance(left, Norm) or isinstance(right, Norm):
        return norms.multiplied(left, right) if isinstance(left, Norm) else norms.multiplied(right, left)  # type: ignore[arg-type]
    if isinstance(left, Features) and isinstance(right, Features):
        if left.axes and right.axes and left.axes[-1] != "dim" and right.axes[0] != "dim":
            return UNKNOWN
        return compare_features(run, node, left, right, "dot")
    if isinstance(left, Scale) or isinstance(right, Scale):
        return UNKNOWN
    for known, other, is_left in ((left, right, True), (right, left, False)):
        if isinstance(known, Features) and isinstance(other, (Unknown, OneOf)):
            return _half_known(run, node, known, other, is_left)
    return UNKNOWN


def _half_known(
    run: Run, node: nodes.expr | nodes.stmt, known: Features, other: Unknown | OneOf, is_left: bool
) -> Scores:
    """Features multiplied with something that is not known."""
    run.recorder.meets_unknown |= known.modality != "image"
    axes = None
    if known.axes and len(known.axes) == 2:
        mine = known.axes[0] if known.axes[1] == "dim" else known.axes[1]
        theirs = _names_modality(other) or {"image": "text", "text": "image"}.get(mine, "?")
        axes = (mine, theirs) if is_left else (theirs, mine)
    return Scores(
        known.checkpoint,
        Tristate.MAYBE,
        Tristate.MAYBE if known.is_scaled is Tristate.NO else known.is_scaled,
        run.site(node),
        axes,
        pair=f"?-{known.modality}",
        is_sigmoid=run.libraries.trait(known.checkpoint.family).sigmoid,
        label_count=known.count if known.modality == "text" else None,
        texts=known.texts,
        gathered=(known,) if known.lost is not None or known.is_shared else (),
    )


def _names_modality(value: Value) -> str | None:
    name = value.name.lower() if isinstance(value, Unknown) else ""
    if any(word in name for word in ("text", "label", "class", "prompt", "weight")):
        return "text"
    return "image" if any(word in name for word in ("image", "img", "photo", "frame")) else None


def op_product(run: Run, call: Call) -> Value:
    """``matmul``, ``dot``, ``inner``, ``linear``."""
    is_method = call.receiver is not None
    left = call.receiver if call.receiver is not None else call.value("a")
    first = receiver_node(call.node) if is_method else call.node_of("a")
    return product(
        run,
        call.node,
        left,
        call.value("b"),
        operands=(first, call.node_of("b")),
        transposed=bool(call.spec.get("transpose")),
    )


def op_outer(_run: Run, call: Call) -> Value:
    """Every number times every other: of lengths, the lengths of all pairs."""
    left = call.receiver if call.receiver is not None else call.value("a")
    right = call.value("b")
    if isinstance(left, Norm):
        return norms.multiplied(left, right)
    return norms.multiplied(right, left) if isinstance(right, Norm) else UNKNOWN


def op_einsum(run: Run, call: Call) -> Value:
    """``einsum`` of two operands: a comparison when one index is summed away."""
    return join_all(_einsum(run, call, one, other) for one, other in _sides(run, call))


def _einsum(run: Run, call: Call, one: Value, other: Value) -> Value:
    equation = text_of(call.value("equation")) or ""
    inputs, _, output = equation.replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    if isinstance(one, Norm) or isinstance(other, Norm):
        return op_outer(run, call)
    summed = (set(first) & set(second)) - set(output)
    if not summed or "," in second:
        return UNKNOWN
    if isinstance(one, Features) and isinstance(other, Features):
        if first == second and norms.same_expression(call.node_of("a"), call.node_of("b")):
            return norms.dot_with_itself(one)
        scores = compare_features(run, call.node, one, other, "dot")
        names = {}
        for value, letters in ((one, first), (other, second)):
            for letter in letters:
                if letter not in summed:
                    names[letter] = value.modality or "?"
        return replace(scores, axes=tuple(names.get(letter, "?") for letter in output))
    return _product(run, call.node, one, other)


def op_cosine(run: Run, call: Call) -> Value:
    """Comparisons that normalise by themselves."""
    results = [_cosine(run, call, left, right) for left, right in _sides(run, call)]
    if under := call.spec.get("under"):
        return _hits_of(call, under, join_all(results))
    return Unknown("distance") if call.spec.get("opaque") else join_all(results)


def _hits_of(call: Call, under: str, scores: Value) -> Value:
    """For each query the mappings of what is nearest; by another function than the cosine, nothing is known of the scores."""
    if "score_function" in call or not isinstance(scores, Scores):
        return Unknown("hits")
    row = Dict(((Text(under), replace(scores, axes=None)),), is_whole=False)
    return Seq((Seq((row,), "generator", is_whole=False),), "generator", is_whole=False)


def _sides(run: Run, call: Call) -> list[tuple[Value, Value]]:
    """The two sides of a comparison, in every way that they may meet."""
    first, second = call.value("a"), call.value("b", call.value("a"))
    lefts, rights = known_together(options(first), options(second))
    return [
        (unwrap(run, left, call.node, "compared"), unwrap(run, right, call.node, "compared"))
        for left in lefts[:_MOST_WAYS]
        for right in rights[:_MOST_WAYS]
    ]


def _cosine(run: Run, call: Call, left: Value, right: Value) -> Value:
    left = stack_rows(left) if isinstance(left, Seq) else left
    right = stack_rows(right) if isinstance(right, Seq) else right
    if note_unprojected(run, call.node, left, right):
        return UNKNOWN
    if isinstance(left, Features) and isinstance(right, Features):
        if "dim" in call.spec.signature and is_along_batch(left.axes, right.axes, call):
            site = run.site(call.node)
            run.record(Usage(site, COSINE_OF_BATCH, left), site)
            return UNKNOWN
        scores = compare_features(run, call.node, left, transpose(right), "cosine")
        if not call.spec.get("rows"):
            known = next((side for side in (right, left) if side.count not in {1, None}), None)
            return replace(scores, axes=(known.modality,) if known is not None else None)
        return scores
    known_side = left if isinstance(left, Features) else right if isinstance(right, Features) else None
    if known_side is not None:
        run.recorder.meets_unknown |= known_side.modality != "image"
        return Scores(
            known_side.checkpoint,
            Tristate.YES,
            Tristate.NO,
            run.site(call.node),
            None,
            pair=f"?-{known_side.modality}",
            metric="cosine",
            label_count=known_side.count if known_side.modality == "text" else None,
        )
    return UNKNOWN


def op_distance(run: Run, call: Call) -> Value:
    """Euclidean distances."""
    results: list[Value] = []
    for one, other in _sides(run, call):
        left = stack_rows(one) if isinstance(one, Seq) else one
        right = stack_rows(other) if isinstance(other, Seq) else other
        if note_unprojected(run, call.node, left, right):
            results.append(UNKNOWN)
        elif isinstance(left, Features) and isinstance(right, Features):
            results.append(compare_features(run, call.node, left, transpose(right), "euclidean"))
        else:
            results.append(UNKNOWN)
    return join_all(results)


def op_pairwise(run: Run, call: Call) -> Value:
    """Distances whose metric is an argument."""
    metric = text_of(call.value("metric", Text("euclidean"))) or "?"
    if metric in {"euclidean", "sqeuclidean", "minkowski"}:
        return op_distance(run, call)
    return Unknown("distances")
