"""Losses over all pairs of a batch: what the scores are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.usages import DIAGONAL, Usage
from clip_lint.reading.values import Scores, Unknown, options

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Argument, Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

CLASSES = "the classes of a data set"
"""The source of a name that a data set has for each class, of which a batch may hold many pictures."""


def note_targets(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> None:
    """Scores that a cross entropy holds against their own row numbers: each picture is to fit its own text and no other."""
    if "crossentropy" not in name.lower().replace("_", ""):
        return
    scores = _given(arguments, 0, "input")
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


def _given(arguments: Arguments, position: int, name: str) -> Argument | None:
    if position < len(arguments.positional):
        return arguments.positional[position]
    return arguments.keywords.get(name)
