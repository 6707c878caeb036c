"""How vector stores compare: what they call their metrics, and where a program writes that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.values import (
    NONE,
    Component,
    Const,
    Dict,
    External,
    Index,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call

_L2 = """
    l2 euclidean euclid eucl sqeuclidean squaredl2 l2squared squaredeuclidean euclideansquared euclideandistance l2sq l2norm
    minkowski l2distance metricl2 vectorl2ops halfvecl2ops squaredl2distance arraydistance
"""
_IP = """
    ip dot dotproduct innerproduct maxinnerproduct maximuminnerproduct metricinnerproduct negdotprod negativeinnerproduct
    dotproductdistance vectoripops halfvecipops prenormalizedangular
"""
_COSINE = """
    cosine cos cosinesimil cosinesimilarity cosinedistance angular angulardistance normalizedangle normalizedcosine
    vectorcosineops halfveccosineops unitl2norm
"""
_METRICS = {
    name: metric
    for metric, names in (("l2", _L2), ("ip", _IP), ("cosine", _COSINE))
    for name in names.split()
}
"""What stores call their metrics, in lower case and without what joins words."""
_DEPTH = 8
_IS_SIZE = re.compile(r"dim|size|number|shard|replica|name|path|^ef|^m$", re.IGNORECASE)
"""Keys of settings whose value, where it is not known, is a number or a name and no metric."""


def metric_called(name: str) -> str:
    """The metric of a name, empty for any other."""
    return _METRICS.get(re.sub(r"[\W_]", "", name.lower()), "")


def named(value: Value) -> str:
    """The metric that a value names; empty where it is another, or not known."""
    found = {_named(option) for option in options(value)}
    return found.pop() if len(found) == 1 else ""


def _named(value: Value) -> str:
    if isinstance(value, External):
        parts = value.path.split(".")
        return metric_called(parts[-2] if parts[-1] in {"value", "name"} and len(parts) > 1 else parts[-1])
    return metric_called(value.text) if isinstance(value, Text) else ""


def told(run: Run, call: Call) -> str | None:
    """The metric that a call names, empty where it names one that is not known, None where it says nothing."""
    keys = frozenset(call.spec.get("metric_in", ()))
    position = call.spec.get("metric_argument")
    given = call.value("metric", NONE)
    if given == NONE and position is not None and len(call.arguments.positional) > position:
        given = call.arguments.positional[position].value
    switch = call.spec.get("normalized_by")
    if switch is not None and switch in call and truth(call.value(switch)) is not Tristate.NO:
        return "cosine" if truth(call.value(switch)) is Tristate.YES else ""
    if "description" in call and call.spec.get("unit_if") and (unit := _is_unit(call)) is not Tristate.NO:
        return "cosine" if unit is Tristate.YES else ""
    if given != NONE:
        if not all(isinstance(option, (Dict, Seq, Index)) for option in options(given)):
            return named(given)
        return _decide(_Search(run, keys), given)
    return _decide(_Search(run, keys), *(call.value(name, NONE) for name in _SETTINGS))


_SETTINGS = ("settings", "configuration", "metadata", "params")
"""The arguments, by the operations' names, in which a metric may stand."""


def _is_unit(call: Call) -> Tristate:
    """Whether a description holds a word for a step that gives vectors the length one."""
    given = call.value("description", NONE)
    words = call.spec.get("unit_if")
    texts = [option.text for option in options(given) if isinstance(option, Text)]
    if any(word in text for word in words for text in texts):
        return Tristate.YES if len(texts) == 1 else Tristate.MAYBE
    return Tristate.of(False if len(texts) == len(options(given)) else None)


class _Search:
    """Goes through settings for the keys under which metrics stand."""

    def __init__(self, run: Run, keys: frozenset[str]) -> None:
        self._run = run
        self._keys = keys
        self.is_open = False
        """Something in them is not known, and may say it."""

    def inside(self, value: Value, depth: int = 0) -> Iterator[str]:
        """The metrics that stand in a value."""
        for option in options(value):
            if isinstance(option, Index):
                known = self._run.memory.collections.get(option.key, option)
                if known.is_told:
                    yield known.metric
            elif isinstance(option, Dict) and depth < _DEPTH:
                self.is_open |= not option.is_whole or option.rest is not None
                for key, item in option.entries:
                    yield from self._entry(key.text if isinstance(key, Text) else "", item, depth)
            elif isinstance(option, Seq) and depth < _DEPTH:
                self.is_open |= not option.is_whole and not option.items
                for item in option.items:
                    yield from self.inside(item, depth + 1)
            elif isinstance(option, Component):
                self.is_open = True  # an embedding of its own may choose
            elif isinstance(option, Unknown):
                self.is_open |= not depth or "." not in option.source
            elif isinstance(option, External):
                self.is_open |= not depth

    def _entry(self, key: str, item: Value, depth: int) -> Iterator[str]:
        if key in self._keys and not isinstance(item, (Dict, Seq)):
            if item != NONE:
                yield named(item)
        elif not (_IS_SIZE.search(key) and isinstance(item, Unknown)):
            yield from self.inside(item, depth + 1)


def _decide(search: _Search, *values: Value) -> str | None:
    found = {metric for value in values for metric in search.inside(value)}
    if found:
        return found.pop() if len(found) == 1 else ""
    return "" if search.is_open and any(_is_setting(value) for value in values) else None


def _is_setting(value: Value) -> bool:
    return not isinstance(value, (Const, Text))
