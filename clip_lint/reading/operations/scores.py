"""What becomes of scores: scaled, turned into probabilities, ranked, held against a threshold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Normalized, Scaled, Threshold
from clip_lint.reading.lattice import join_all
from clip_lint.reading.operations.call import Call, number
from clip_lint.reading.operations.shapes import axis_name
from clip_lint.reading.values import (
    UNKNOWN,
    Const,
    Exponentials,
    Probability,
    Scale,
    Scores,
    Seq,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.values import Site


def op_softmax(run: Run, call: Call) -> Value:
    """Softmax over scores."""
    return _normalize_scores(run, call, "softmax")


def op_sigmoid(run: Run, call: Call) -> Value:
    """Sigmoid of scores."""
    return _normalize_scores(run, call, "sigmoid")


def _normalize_scores(run: Run, call: Call, via: str) -> Value:
    results: list[Value] = []
    dim = number(call.value("dim"))
    for given in options(call.subject()):
        value = stacked_scores(given) if isinstance(given, Seq) else given
        if via == "softmax" and isinstance(value, Scores) and value.is_shifted:
            value = replace(value, is_transformed=False, is_shifted=False)
        if isinstance(value, (Scores, Probability)):
            axis = axis_name(value.axes, dim)
            if value.axes is not None and len(value.axes) == 1 and via == "softmax":
                axis = value.axes[0]
            site = run.site(call.node)
            run.record(Normalized(site, value, via, axis, dim), site)
            scores = value.of if isinstance(value, Probability) else value
            results.append(Probability(scores, via, axis, site, value.axes))
        else:
            results.append(Unknown("probabilities"))
    return join_all(results)


TEMPERATURE_WORDS = ("temp", "tau", "scale", "logit")
MOST_INVERSE_SCALE = 0.05
"""Scaled scores times at most this are cosines again: one over the scale, which is about 100, or a little more."""
LEAST_SCALE = 4.0
"""Smaller factors (CLIPScore's 2.5, a percentage of a percentage) are no logit scale: the smallest in use is 1/0.25."""


def scale(
    run: Run,
    node: nodes.expr | nodes.stmt,
    scores: Scores,
    factor: float | None,
    by: Value,
    name: str,
    is_division: bool = False,
) -> Value:
    """Scores times a factor (None: not known); ``is_division``: it is one over something that is not known."""
    learned = isinstance(by, Scale) and by.is_learned
    named = any(word in name for word in TEMPERATURE_WORDS)
    is_undone = scores.is_scaled is Tristate.YES and (
        (isinstance(by, Scale) and by.is_inverse)
        or (is_division and "scale" in name)
        or (factor is not None and 0 < factor <= MOST_INVERSE_SCALE)
    )
    if factor == 1.0:
        return scores
    product = replace(scores, name="")  # its variable holds what it was before
    if is_undone:
        return replace(product, is_scaled=Tristate.NO, temperature=None, has_bias=False)
    if isinstance(by, Scale) and by.is_inverse:
        return product.transformed()
    site = run.site(node)
    if learned or (factor is not None and factor >= LEAST_SCALE) or (factor is None and named):
        run.record(Scaled(site, scores, factor, learned, named), site)
        already = scores.is_scaled is Tristate.YES
        return replace(
            replace(product, is_complement=False),
            is_scaled=Tristate.YES,
            temperature=None if learned else (1.0 / factor if factor else None),
            is_transformed=scores.is_transformed or already,
        )
    if factor == -1.0:
        return product
    is_scaled = Tristate.MAYBE if factor is None else scores.is_scaled
    is_weighted = scores.is_cosine and factor is not None and 0 < factor < 1
    return replace(product.transformed(), is_scaled=is_scaled, is_weighted=is_weighted)


def op_exp(run: Run, call: Call) -> Value:
    """``logit_scale.exp()``."""
    value = call.subject()
    if isinstance(value, Seq):
        value = stacked_scores(value)
    if isinstance(value, Scores):  # the first half of a softmax written out
        site = run.site(call.node)
        run.record(Normalized(site, value, "exp", "?", None), site)
        return Exponentials(value)
    if isinstance(value, Probability):
        return value  # of a softmax's logarithm
    return replace(value, is_log=False) if isinstance(value, Scale) else UNKNOWN


def stacked_scores(values: Seq) -> Value:
    """A list of scores as one array of them."""
    found = [option for item in values.items for option in options(item)]
    if found and all(isinstance(option, Scores) for option in found):
        joined = join_all(found)
        return replace(joined, axes=None, label_count=None) if isinstance(joined, Scores) else values
    return values


def softmax_written_out(
    run: Run, node: nodes.expr | nodes.stmt, above: Exponentials, below: Exponentials
) -> Value:
    """``exp(x) / exp(x).sum()``."""
    if not below.is_sum or above.is_sum or above.of.origin != below.of.origin:
        return UNKNOWN
    scores = above.of
    if scores.is_shifted:
        scores = replace(scores, is_transformed=False, is_shifted=False)
    axis = axis_name(scores.axes, below.dim) if below.dim is not None or not scores.axes else scores.axes[-1]
    site = run.site(node)
    run.record(Normalized(site, scores, "softmax", axis, below.dim), site)
    return Probability(scores, "softmax", axis, site, scores.axes)


def sigmoid_written_out(run: Run, node: nodes.expr | nodes.stmt, below: Exponentials) -> Probability:
    """``1 / (1 + exp(-x))``; with the other sign it is the share that is missing to one."""
    scores = below.of
    if scores.is_negated:
        scores = replace(scores, is_transformed=False, is_negated=False)
    site = run.site(node)
    run.record(Normalized(site, scores, "sigmoid", "?", None), site)
    return Probability(scores, "sigmoid", "?", site, scores.axes)


def op_choice(run: Run, call: Call) -> Value:
    """``argmax``: positions; of probabilities nothing but the order is used then."""
    for value in options(call.subject()):
        made = made_at(value)
        if made is not None:
            run.recorder.ranked[made.key] += 1
        if isinstance(value, Probability):
            _record_choice(run, call, value)
    return Unknown("index")


def made_at(value: Value) -> Site | None:
    """Where scores or probabilities were made, by which their uses are counted; None for anything else."""
    return (
        value.site if isinstance(value, Probability) else value.origin if isinstance(value, Scores) else None
    )


def take_part(run: Run, value: Value, part: int) -> None:
    """Note which of the values and positions of `topk`, `max` or `sort` is taken; of positions alone nothing but the order is known."""
    if not isinstance(value, Seq) or len(value.items) != 2 or value.items[1] != Unknown("index"):
        return
    made = made_at(value.items[0])
    if made is not None:
        counted = run.recorder.ranked if part else run.recorder.read
        counted[made.key] += 1


def _record_choice(run: Run, call: Call, value: Probability) -> None:
    """Note probabilities by which the best label of each image is chosen."""
    if value.site is not None and axis_name(value.axes, number(call.value("dim"))) == "text":
        run.recorder.labelled_by.add(value.site.key)


def op_extreme(run: Run, call: Call) -> Value:
    """``max``, ``topk``, ``sort``: values and positions."""
    value = call.subject()
    if isinstance(value, Probability):
        _record_choice(run, call, value)
    if isinstance(value, (Scores, Probability)):
        kept = replace(value, axes=None)
        if (
            not call.arguments.positional
            and not call.arguments.keywords
            and call.spec.op == "extreme"
            and _method_name(call) in {"max", "min"}
        ):
            return kept
        if call.receiver is None and len(call.arguments.positional) == 1 and not call.arguments.keywords:
            return kept
        return Seq((kept, Unknown("index")), "tuple")
    return Seq((Unknown("values"), Unknown("index")), "tuple")


def _method_name(call: Call) -> str:
    return call.node.func.attr if isinstance(call.node.func, nodes.Attribute) else ""


_FLIPPED = {nodes.Lt: ">", nodes.LtE: ">=", nodes.Gt: "<", nodes.GtE: "<="}
_WRITTEN = {nodes.Lt: "<", nodes.LtE: "<=", nodes.Gt: ">", nodes.GtE: ">="}


def record_threshold(
    run: Run,
    node: nodes.Compare,
    operator: nodes.cmpop,
    left: Value,
    right: Value,
    nodes: tuple[nodes.expr, nodes.expr],
) -> None:
    """Record a score compared with a number."""
    if type(operator) not in _WRITTEN:
        return
    del nodes
    for score, other, written in ((left, right, _WRITTEN), (right, left, _FLIPPED)):
        for bound in options(other):
            if (
                not isinstance(bound, Const)
                or isinstance(bound.value, bool)
                or not isinstance(bound.value, (int, float))
            ):
                continue
            for option in options(score):
                if isinstance(option, (Scores, Probability)):
                    site = run.site(node)
                    found = Threshold(site, option, written[type(operator)], float(bound.value), bound.site)
                    run.record(found, site)
