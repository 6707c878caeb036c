"""What a handler of errors tells whoever sent the request, by its form alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.forms import target_name
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_THE_ASKER = range(400, 500)
"""The status of an answer that says what is wrong with the request."""
_NAMED = re.compile(r"BAD_REQUEST|HTTP_4\d\d|UNPROCESSABLE|ENTITY_TOO_LARGE|CONTENT_TOO_LARGE", re.IGNORECASE)
_CAUGHT = frozenset({"", "Exception", "BaseException", "RuntimeError", "ValueError"})


def answers_asker(handler: nodes.ExceptHandler) -> bool:
    """Whether what a tokenizer raises is answered with what was wrong: ``raise HTTPException(status_code=400, ...)``."""
    if _CAUGHT.isdisjoint(_caught(handler)):
        return False
    return any(map(_is_status, _given(node for statement in handler.body for node in nodes.walk(statement))))


def _caught(handler: nodes.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, nodes.Tuple) else [handler.type]
    return {target_name(kind) for kind in kinds}


def _given(found: Iterable[nodes.AST]) -> Iterable[nodes.expr]:
    """What calls are given, and what is returned beside an answer."""
    for node in found:
        if isinstance(node, nodes.Call):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)
        elif isinstance(node, nodes.Return) and isinstance(node.value, nodes.Tuple):
            yield from node.value.elts


def _is_status(value: nodes.expr) -> bool:
    if isinstance(value, nodes.Constant):
        return type(value.value) is int and value.value in _OF_THE_ASKER
    return _NAMED.search(target_name(value)) is not None
