"""Texts and labels that reach a text tower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading import texts
from clip_lint.reading.facts import PromptUse
from clip_lint.reading.forms import target_name
from clip_lint.reading.lattice import element
from clip_lint.reading.slots import of_library, without_slot
from clip_lint.reading.usages import LETTERS, Usage
from clip_lint.reading.values import Dict, Seq, Text, Unknown, Value, options

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


def prompts(
    run: Run,
    value: Value,
    node: nodes.Call,
    checkpoint: Checkpoint | None,
    argument: nodes.expr | None,
    *,
    is_paired: bool = False,
    cuts: bool | None = None,
) -> None:
    """Texts reach a text tower; ``is_paired``: each is compared with a picture of its own, and none with another."""
    site = run.site(node)
    name = target_name(argument) if argument is not None else ""
    loops = tuple(run.loops)
    function = run.frame.function
    use = PromptUse(site, value, checkpoint, name, function, loops, is_paired=is_paired, cuts=cuts)
    run.record(use, site)


def labels(
    run: Run,
    labels: Value,
    template: Value,
    node: nodes.Call,
    checkpoint: Checkpoint | None,
    adds_template: bool,
    cuts: bool | None = None,
) -> None:
    """Labels reach an API that puts them into templates by itrun."""
    given = options(labels)
    if any(isinstance(each, Text) for each in given) and all(
        isinstance(each, (Text, Unknown)) for each in given
    ):
        site = run.site(node)
        run.record(Usage(site, LETTERS, labels), site)
    known = labels.items if isinstance(labels, Seq) else options(element(labels))
    pattern = element(template) if isinstance(template, Seq) else template
    filled = of_library(pattern, [_filled(pattern, label) for label in known])
    whole = isinstance(labels, Seq) and labels.is_whole
    value = Seq(filled, "list", whole, labels.place if isinstance(labels, (Seq, Dict)) else None)
    site = run.site(node)
    name = labels.name if isinstance(labels, (Seq, Dict)) else ""
    function = run.frame.function
    use = PromptUse(site, value, checkpoint, name, function, (), adds_template, is_labels=True, cuts=cuts)
    run.record(use, site)


def _filled(template: Value, label: Value) -> Value:
    """One label in a template."""
    made = texts.fill(template, [label], {}, None)
    return without_slot(template, made) if isinstance(template, Text) else made
