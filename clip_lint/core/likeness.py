"""The word that somebody probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEAST_LIKENESS = 0.5


def most_like(word: str, known: Iterable[str]) -> str:
    """The known word that is most similar to ``word``; empty where none is similar."""
    from difflib import SequenceMatcher  # noqa: PLC0415  (only where a word is wrong)

    best, most = "", _LEAST_LIKENESS
    for name in known:
        ratio = SequenceMatcher(None, word.lower(), name.lower()).ratio()
        if ratio > most:
            best, most = name, ratio
    return best
