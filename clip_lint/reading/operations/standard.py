"""Python's own functions."""

from __future__ import annotations

import builtins
import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from clip_lint.reading import texts
from clip_lint.reading.arguments import Arguments
from clip_lint.reading.forms import dotted_path
from clip_lint.reading.lattice import MOST_TEXTS, element, join, join_all
from clip_lint.reading.operations.call import number, text_of
from clip_lint.reading.operations.datasets import BATCHES, is_batches, iterated
from clip_lint.reading.operations.output_tests import answer
from clip_lint.reading.operations.shapes import unwrap
from clip_lint.reading.operations.table import TENSOR, perform
from clip_lint.reading.operations.tasks import is_code
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Const,
    Dict,
    Exponentials,
    External,
    Features,
    Inputs,
    LazyPlace,
    Norm,
    OneOf,
    Pair,
    Parameters,
    Probability,
    Scores,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import as_set
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.reading.interpreter.state import Run

BUILTINS = frozenset(dir(builtins))
MOST_COUNTED = 200
"""The longest range or enumeration whose numbers are followed one by one."""


def _measure(run: Run, value: Value) -> None:
    """Note that token ids are counted."""
    for option in options(value):
        tokens = option.tokens if isinstance(option, Inputs) else option
        if isinstance(tokens, Tokens) and tokens.site is not None:
            run.recorder.measured.add(tokens.site.key)


def call_builtin(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A call of one of Python's own functions."""
    values = [argument.value for argument in arguments.positional]
    first = iterated(run, values[0]) if values else UNKNOWN
    place = LazyPlace(run.scope.source, node)
    if name in {"sorted", "max", "min"} and "key" in arguments.keywords and len(values) == 1:
        run.each(arguments.keywords["key"].value, element(first), node)
    if name == "len" and values:
        _measure(run, values[0])
    if name in {"list", "tuple", "set", "sorted", "reversed", "frozenset"}:
        if not values:
            return Seq((), "list", True, place)
        if isinstance(first, Seq):
            return replace(first, items=as_set(first.items), kind="set") if "set" in name else first
        if isinstance(first, Dict):
            return Seq(
                tuple(key for key, _ in first.entries), "list", first.is_whole, first.place, first.name
            )
        return first
    if name == "dict":
        if values and isinstance(values[0], (Dict, Inputs)):
            return values[0]
        pairs = _pairs(first)
        if pairs is not None and not arguments.keywords:
            return Dict(pairs, True, place)
        entries = tuple(
            (Text(key), argument.value) for key, argument in arguments.keywords.items() if key != "**"
        )
        return Dict(entries, not arguments.has_more and not values, place)
    if name == "dict.fromkeys" and isinstance(first, (Seq, Dict)):
        keys = first.items if isinstance(first, Seq) else [key for key, _ in first.entries]
        value = values[1] if len(values) > 1 else NONE
        return Dict(
            tuple((key, value) for key in dict.fromkeys(keys)), first.is_whole, first.place, first.name
        )
    if name == "sum" and isinstance(first, Seq) and len(values) > 1:
        return chained(first.items, first.is_whole, place)
    if name in {"sum", "pow"} and values:
        spec = run.libraries.method(None, "tensor", name)
        summand = next(
            (each for each in (first, *options(element(first))) if isinstance(each, _SUMMED)), None
        )
        if spec is not None and summand is not None:
            return perform(run, spec, Arguments(arguments.positional[1:], {}), node, summand)
    if name == "len":
        if isinstance(first, Seq) and first.is_whole:
            return Const(len(first.items))
        return Unknown("len")
    if name == "str":
        return (
            first
            if isinstance(first, (Text, OneOf, Features))
            else texts.concatenate([first], place, [False])
        )
    if name in {"float", "int"} and any(isinstance(option, Text) for option in options(first)):
        return _as_number(name, first)
    if name in {"float", "int", "round", "abs", "max", "min"}:
        if name in {"max", "min"} and len(values) > 1:
            told = [value for value in values for value in options(value) if isinstance(value, Scores)]
            return (
                join_all(told) if told else next((each for each in values if isinstance(each, Norm)), UNKNOWN)
            )
        followed = [option for option in options(first) if isinstance(option, (Const, *TENSOR))]
        if not followed:
            return Unknown(name)
        plain = (unwrap(run, option, node, f"passed to {name}()") for option in followed)
        return join_all(_as_plain(value) if name in {"float", "int"} else value for value in plain)
    if name == "enumerate":
        start = number(arguments.keywords["start"].value) if "start" in arguments.keywords else 0
        start = number(values[1]) if len(values) > 1 else start
        if isinstance(start, int) and _is_few_texts(first) and len(first.items) <= MOST_COUNTED:
            rows = (Seq((Const(start + index), item), "tuple") for index, item in enumerate(first.items))
            return Seq(tuple(rows), "list", True, place)
        return (
            Seq(
                (Seq((Unknown("index"), item), "tuple"),),
                BATCHES if is_batches(first) else "generator",
                False,
            )
            if (item := element(first))
            else UNKNOWN
        )
    if name == "zip" and (spread := _spread(run, node)) is not None:
        width = {len(row.items) if isinstance(row, Seq) and row.is_whole else 0 for row in spread.items}
        if len(width) == 1 and 0 not in width:
            columns = zip(*(row.items for row in spread.items if isinstance(row, Seq)), strict=True)
            return Seq(tuple(Seq(column, "tuple", False) for column in columns), "list", True, place)
    if name == "zip":
        known = [value.items for value in values if isinstance(value, Seq) and value.is_whole]
        if values and len(known) == len(values):
            return Seq(
                tuple(Seq(tuple(row), "tuple") for row in zip(*known, strict=False)), "list", True, place
            )
        return Seq((Seq(tuple(element(value) for value in values), "tuple"),), "generator", False)
    if name == "map" and len(values) == 2:
        items = values[1]
        if _is_few_texts(items):
            results = tuple(run.call(first, Arguments.of(item), node) for item in items.items)
            return Seq(results, "list", True, place)
        return Seq((run.each(first, element(values[1]), node),), "generator", False)
    if name == "filter" and len(values) == 2:
        if is_code(first):
            run.each(first, element(values[1]), node)
        if isinstance(values[1], Parameters):
            return values[1]
        return replace(values[1], is_whole=False) if isinstance(values[1], Seq) else UNKNOWN
    if name == "iter":
        return first
    if name == "next":
        return element(first)
    if name == "range":
        bounds = [number(value) for value in values]
        if 0 < len(bounds) <= 3 and all(bound is not None for bound in bounds):
            made = (
                range(*[bound for bound in bounds if bound is not None]) if 0 not in bounds[2:] else range(0)
            )
            if not made[MOST_COUNTED:]:
                return Seq(tuple(Const(item) for item in made), "range", True, place)
        return Seq((Unknown("index"),), "range", False)
    if name in {"isinstance", "hasattr", "getattr"}:
        return _inspect(run, name, values, node)
    if name == "print":
        return NONE
    if name == "input":
        return Unknown(name, source="builtins.input")
    return Unknown(name)


def _spread(run: Run, node: nodes.Call) -> Seq | None:
    """The rows of ``zip(*rows)``, whose number is not known; None for any other call."""
    only = node.args[0] if len(node.args) == 1 else None
    rows = run.eval(only.value) if isinstance(only, nodes.Starred) and dotted_path(only.value) else None
    return rows if isinstance(rows, Seq) and not rows.is_whole else None


def _as_plain(value: Value) -> Value:
    """A tensor's only number as Python's own."""
    return replace(value, array="number") if isinstance(value, (Features, Scores, Probability)) else value


def _as_number(name: str, value: Value) -> Value:
    """``float("0.8")``: settings from the environment are texts."""
    made: list[Value] = []
    for option in options(value):
        if not isinstance(option, Text) or option.is_holed:
            made.append(option)
            continue
        try:
            made.append(Const(float(option.text) if name == "float" else int(option.text)))
        except ValueError:
            made.append(Unknown(name))
    return made[0] if len(made) == 1 else OneOf(tuple(made))


def chained(parts: Sequence[Value], is_whole: bool, place: LazyPlace) -> Value:
    """Lists one after the other as one list."""
    lists = [part for part in parts if isinstance(part, Seq)]
    if not lists:
        return UNKNOWN
    items = tuple(item for each in lists for item in each.items)
    whole = is_whole and len(lists) == len(parts) and all(each.is_whole for each in lists)
    return Seq(items[:MOST_TEXTS], "list", whole, place)


def call_itertools(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A call of `itertools.name`; None for those that give nothing to follow."""
    place = LazyPlace(run.scope.source, node)
    values = [argument.value for argument in arguments.positional]
    if name == "chain":
        return chained(values, not arguments.has_more, place)
    if name in {"islice", "takewhile", "dropwhile", "filterfalse", "cycle"} and values:
        some = values[1 if name in {"takewhile", "dropwhile", "filterfalse"} else 0 :][:1] or [UNKNOWN]
        is_part = name != "cycle" and not (name == "islice" and values[1:] == [NONE])
        return replace(some[0], is_whole=False) if is_part and isinstance(some[0], Seq) else some[0]
    if name == "batched" and values:
        return Seq((values[0],), "batches", is_whole=False)
    if name == "chain.from_iterable" and values and isinstance(values[0], Seq):
        return chained(values[0].items, values[0].is_whole, place)
    if name == "product":
        known = [value.items for value in values if isinstance(value, Seq) and value.is_whole]
        if values and len(known) == len(values) and math.prod(map(len, known)) <= MOST_TEXTS:
            rows = tuple(Seq(row, "tuple") for row in itertools.product(*known))
            return Seq(rows, "list", True, place)
        return Seq((Seq(tuple(element(value) for value in values), "tuple"),), "generator", False)
    return None


def _is_few_texts(value: Value) -> TypeGuard[Seq]:
    return (
        isinstance(value, Seq)
        and value.is_whole
        and 0 < len(value.items) <= MOST_TEXTS
        and all(isinstance(item, Text) for item in value.items)
    )


def _pairs(value: Value) -> tuple[tuple[Value, Value], ...] | None:
    """The entries of a known list of pairs."""
    if not isinstance(value, Seq) or not value.is_whole or not value.items:
        return None
    rows = [row for row in value.items if isinstance(row, Seq) and row.is_whole and len(row.items) == _TWO]
    return tuple((row.items[0], row.items[1]) for row in rows) if len(rows) == len(value.items) else None


_TWO = 2
_SUMMED = (Norm, Pair, Features, Exponentials)


def _asks_for_arrays(name: str, values: list[Value]) -> bool:
    """``isinstance(x, np.ndarray)``: the answer is the same for a tensor and for an output object."""
    kinds = values[1] if name == "isinstance" and len(values) > 1 else UNKNOWN
    asked = kinds.items if isinstance(kinds, Seq) else options(kinds)
    return all(
        isinstance(kind, External) and kind.path.startswith(("numpy.", "builtins.list", "builtins.str"))
        for kind in asked
    )


def _inspect(run: Run, name: str, values: list[Value], node: nodes.Call) -> Value:
    """``isinstance``, ``hasattr`` and ``getattr``: code that tests a feature output handles both major versions."""
    first = values[0] if values else UNKNOWN
    attribute_name = text_of(values[1]) if len(values) > 1 else None
    known = answer("hasattr" if name == "getattr" else name, values)
    if known is not None and name != "getattr":
        return known
    if known is not None and not known.value:
        return values[2] if len(values) > 2 else UNKNOWN
    for option in options(first):
        if not isinstance(option, Features) or not option.is_wrapped or option.origin is None:
            continue  # what was a tensor all along is not asked about
        if not _asks_for_arrays(name, values):
            run.recorder.guarded.add(option.origin.key)
    if name == "getattr" and attribute_name:
        found = join_all(run.attribute(option, attribute_name, None) for option in options(first))
        return join(found, values[2]) if len(values) > 2 and isinstance(found, Unknown) else found
    del node
    return UNKNOWN
