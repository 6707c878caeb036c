"""What a program keeps with its application or session, under a name, and takes from there in other functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.lattice import join
from clip_lint.reading.operations.shapes import holds_features
from clip_lint.reading.values import Component, Features, Instance, Model, Scores, Seq, Value, options

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

_HOLDERS = frozenset({"state", "session_state", "config", "extensions", "g", "user_session"})
"""FastAPI and Starlette, Streamlit, Flask, Chainlit."""
_KEPT = (Features, Scores, Model, Component, Instance)


def is_worth_keeping(value: Value) -> bool:
    """Whether something unknown is followed for what is put into it."""
    return any(
        isinstance(option, _KEPT) or (isinstance(option, Seq) and holds_features(option))
        for option in options(value)
    )


def _holder(node: nodes.expr) -> str:
    name = getattr(node, "attr", "") or getattr(node, "id", "")
    return name if name in _HOLDERS else ""


def share(run: Run, holder: nodes.expr, name: str, value: Value) -> None:
    """Remember what a function keeps with the application."""
    where = _holder(holder)
    if where and is_worth_keeping(value):
        before = run.program.shared.get((where, name))
        run.program.shared[where, name] = value if before is None else join(before, value)


def shared(run: Run, holder: nodes.expr, name: str) -> Value | None:
    """What some function keeps with the application under a name; None where that is not known."""
    return run.program.shared.get((_holder(holder), name)) if run.program.shared else None
