"""Losses over all pairs of a batch: what the scores are held against."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.scope import carried
from clip_lint.reading.training import evaluates
from clip_lint.reading.usages import DIAGONAL, UNTRAINED, Usage
from clip_lint.reading.values import OneOf, Scores, Seq, Text, Tristate, Unknown, options
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Argument, Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.values import Value

CLASSES = "the classes of a data set"
"""The source of a name that a data set has for each class, of which a batch may hold many pictures."""


REPEATED = "beside several pictures"
"""The source of a text that a loop puts beside every picture of a group: the name of their folder, the caption of their video."""


def beside_several(run: Run, item: Value, node: nodes.expr) -> Value:
    """What a loop collects; its texts are marked that are the same in all its rounds and others in those of a loop around it."""
    if len(run.loops) < _IN_A_LOOP:
        return item
    if isinstance(item, Seq) and isinstance(node, (nodes.Tuple, nodes.List)):
        if len(item.items) != len(node.elts):
            return item
        parts = zip(item.items, node.elts, strict=True)
        return replace(item, items=tuple(beside_several(run, part, each) for part, each in parts))
    *around, inner = run.loops
    depends = run.depends(node)
    if inner.kind == "while" or inner.key in depends or carried(inner.key) in depends:
        return item
    if not any(loop.key in depends for loop in around):
        return item
    known = tuple(
        replace(option, source=REPEATED)
        if isinstance(option, Text) or (isinstance(option, Unknown) and not option.source)
        else option
        for option in options(item)
    )
    return replace(item, options=known) if isinstance(item, OneOf) else known[0]


_IN_A_LOOP = 2


def note_targets(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> None:
    """Scores that a cross entropy holds against their own row numbers: each picture is to fit its own text and no other."""
    scores = _given(arguments, 0, "input")
    if scores is not None and _IS_LOSS.search(name.replace("_", "")):
        _note_gathered(run, scores.value, node)
    if "crossentropy" not in name.lower().replace("_", ""):
        return
    target = _given(arguments, 1, "target")
    if scores is None or target is None:
        return
    if not any(
        isinstance(each, Unknown) and each.source.endswith("arange") for each in options(target.value)
    ):
        return
    for each in options(scores.value):
        if isinstance(each, Scores) and each.pair == "image-text":
            site = run.site(node)
            run.record(Usage(site, DIAGONAL, each), site)


_IS_LOSS = re.compile(r"crossentropy|logsigmoid|bcewithlogits", re.IGNORECASE)


def _note_gathered(run: Run, scores: Value, node: nodes.Call) -> None:
    """A loss over vectors that come from all devices, by code that records gradients."""
    if run.grad is Tristate.NO or evaluates(run.frame.function):
        return
    for each in options(scores):
        if isinstance(each, Scores) and each.gathered:
            site = run.site(node)
            run.record(Usage(site, UNTRAINED, each), site)


def _given(arguments: Arguments, position: int, name: str) -> Argument | None:
    if position < len(arguments.positional):
        return arguments.positional[position]
    return arguments.keywords.get(name)
