"""How long a text is for a text tower: the pieces that its tokenizer begins with."""

from __future__ import annotations

import re

_PIECE = re.compile(r"'(?:s|t|re|ve|m|ll|d)|[^\W\d_]+|\d+|(?:[^\s\w]|_)+", re.IGNORECASE)
"""Words, their short endings, numbers and runs of marks: no tokenizer of CLIP makes less than one token of each."""


def count_tokens(text: str) -> int:
    """The least number of tokens that a text becomes, with the two that frame it."""
    return 2 + sum(1 for _ in _PIECE.finditer(text))


def count_words(text: str) -> int:
    """The same for a tokenizer that drops the marks and ends a text with one token."""
    return 1 + sum(any(map(str.isalnum, word)) for word in text.split())
