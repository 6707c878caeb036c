"""Prompt text to Meaning: counts, relations, properties, absences, roles, writing, questions and narrow kinds."""

from clip_lint.language.contrast import Contrast, Difference, contrasts
from clip_lint.language.length import count_tokens, count_words
from clip_lint.language.meaning import Meaning
from clip_lint.language.narrow import NarrowKind, narrow_kind
from clip_lint.language.reading import read_prompt

__all__ = [
    "Contrast",
    "Difference",
    "Meaning",
    "NarrowKind",
    "contrasts",
    "count_tokens",
    "count_words",
    "narrow_kind",
    "read_prompt",
]
