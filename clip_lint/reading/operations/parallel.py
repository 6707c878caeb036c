"""Models in `DataParallel`: what it hides of them, and whole-batch scores that it makes in parts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.lattice import join_all
from clip_lint.reading.usages import HIDDEN, IN_PARTS, Usage
from clip_lint.reading.values import UNKNOWN, Model, Scores, Seq, Value, options

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.syntax import nodes

_FIELDS = frozenset(
    {"config", "device", "dtype", "logit_bias", "logit_scale", "text_model", "vision_model", "visual"}
)
"""What models of pictures and texts have beside methods, and `DataParallel` has not."""
_RUN = frozenset({"__call__", "forward"})
"""What it passes on."""
_ASKED = re.compile(r"isinstance\([^)\n]*Parallel\b|(?:has|get)attr\([^)\n]*['\"]module['\"]")


def op_parallel(run: Run, call: Call) -> Value:
    """``nn.DataParallel(model)``."""
    site = run.site(call.node)
    return join_all(
        replace(each, parallel=site) if isinstance(each, Model) else each for each in options(call.value("x"))
    )


def op_prepare(run: Run, call: Call) -> Value:
    """What is made ready for several devices, as it was: one thing, or several side by side."""
    given = tuple(argument.value for argument in call.arguments.positional)
    for value in given:
        for model in run.models(value):
            run.recorder.train(model)
            run.recorder.place(model.load)
    if call.arguments.has_more or not given:
        return UNKNOWN
    return given[0] if len(given) == 1 else Seq(given, "tuple")


def inside(model: Model) -> Model:
    """``.module``: the model that was put in."""
    return replace(model, parallel=None)


def note_hidden(run: Run, model: Model, name: str, node: nodes.expr | None) -> None:
    """A method or attribute of the model inside is looked for outside, by a program that never asks what it has."""
    if model.parallel is None or node is None or name in _RUN:
        return
    if name not in _FIELDS and run.libraries.method(model.checkpoint.library, "model", name) is None:
        return
    if _ASKED.search(run.scope.source.text) is None:
        site = run.site(node, name)
        run.record(Usage(site, HIDDEN, model), site)


def note_parts(run: Run, model: Model, scores: Scores) -> None:
    """Scores of each picture with each text, of which every device computes those of its own part alone."""
    if model.parallel is not None and scores.origin is not None:
        run.record(Usage(scores.origin, IN_PARTS, model), scores.origin)
