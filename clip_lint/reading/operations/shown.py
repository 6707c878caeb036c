"""Where scores are shown: under which name they are stored, returned or printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.facts import Shown
from clip_lint.reading.values import Features, Scores, Value, options
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def stored(run: Run, node: nodes.expr, value: Value, name: str) -> None:
    """Scores are stored under a name."""
    _shown(run, node, value, name, "assigned" if isinstance(node, nodes.Name) else "stored")


def result(run: Run, node: nodes.stmt, value: Value, name: str) -> None:
    """Scores are returned by a function of that name."""
    _shown(run, node, value, name, "returned")


def formatted(run: Run, node: nodes.FormattedValue, value: Value, whole: nodes.JoinedStr) -> None:
    """Scores are written into an f-string; the text before the value is the label."""
    index = whole.values.index(node)
    before = whole.values[index - 1] if index else None
    after = whole.values[index + 1] if index + 1 < len(whole.values) else None
    label = ""
    if isinstance(before, nodes.Constant) and isinstance(before.value, str):
        label = before.value.rstrip(" :=(").rpartition("\n")[2][-40:]
    percent = isinstance(after, nodes.Constant) and str(after.value).lstrip(")").startswith("%")
    spec = unparse(node.format_spec) if node.format_spec is not None else ""
    if percent or "%" in spec:
        label = "percent"
    _shown(run, node.value, value, label, "printed")


def _shown(run: Run, node: nodes.expr | nodes.stmt, value: Value, name: str, how: str) -> None:
    if run.recorder.is_paused or not name:
        return
    for option in options(value):
        if isinstance(option, Scores):
            site = run.site(node)
            run.record(Shown(site, option, name, how), site)
        elif isinstance(option, Features):
            return
