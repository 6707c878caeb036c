"""Statements of SQL that store vectors or look them up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.operations.indexes import record, remember
from clip_lint.reading.values import UNKNOWN, Index, Seq, Text, Value, options

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call

_NAME = r"[\"`\[]?([\w.{}]+)"
_CREATES = re.compile(rf"\bcreate\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}")
_INDEXES = re.compile(rf"\bcreate\s+(?:unique\s+)?index\b.*?\bon\s+{_NAME}", re.DOTALL)
_FILLS = re.compile(rf"\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update)\s+{_NAME}")
_ASKS = re.compile(rf"\bselect\b.*?\bfrom\s+{_NAME}", re.DOTALL)


def op_sql(run: Run, call: Call) -> Value:
    """A statement is run: by its text, a table is made, filled, or searched by an operator or a function."""
    after = call.receiver if call.receiver is not None else UNKNOWN
    for option in options(call.value("text")):
        if isinstance(option, Text):
            _run(run, call, option.text.lower())
    return after


def _run(run: Run, call: Call, statement: str) -> None:
    compact = re.sub(r"\s+", "", statement)
    created, filled, asked = _CREATES.search(statement), _FILLS.search(statement), _ASKS.search(statement)
    found = created or _INDEXES.search(statement) or filled or asked
    if found is None:
        return
    said = _metric(call, "declares" if found is not filled and found is not asked else "compares", compact)
    default = _metric(call, "makes", compact) if found is created else None
    index = Index(said or default or "", call.spec.library, run.site(call.node), name=found[1])
    if said is not None or default is not None:
        index = remember(run, index, is_told=said is not None)
    else:
        index = run.memory.collections.get(index.key, index)
    if found in {filled, asked} and not any(word in compact for word in call.spec.get("normalizing", ())):
        record(run, call, index, _given(call), is_query=found is asked)


def _metric(call: Call, kind: str, compact: str) -> str | None:
    """The metric that a statement's words name; empty where they name several, None where they name none."""
    named = {metric for word, metric in call.spec.get(kind, {}).items() if word in compact}
    return None if not named else named.pop() if len(named) == 1 else ""


def _given(call: Call) -> Value:
    """All that goes into the statement's places."""
    text = call.node_of("text")
    return Seq(
        tuple(
            each.value
            for each in (*call.arguments.positional, *call.arguments.keywords.values())
            if each.node is not text
        ),
        "tuple",
    )
