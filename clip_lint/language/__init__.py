"""Prompt text to Meaning: counts, relations, properties, absences, roles, writing, questions and narrow kinds."""

from clip_lint.language.meaning import Meaning
from clip_lint.language.reading import read_prompt

__all__ = ["Meaning", "read_prompt"]
