"""Calls of what may be the tokenizer of one library or of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.facts import Facts


def of_several_libraries(facts: Facts) -> frozenset[int]:
    """Calls of what may be one library's tokenizer or another's: which it is where is not followed.

    Only those of Transformers take ``padding``.
    """
    libraries: dict[int, set[str]] = {}
    for tokenize in facts.tokenizes:
        if tokenize.tokens.padding in {"", "?"}:
            libraries.setdefault(tokenize.site.key, set()).add(tokenize.library)
    return frozenset(key for key, names in libraries.items() if len(names) > 1)
