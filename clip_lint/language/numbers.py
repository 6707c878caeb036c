"""Number words, and what looks plural."""

from __future__ import annotations

from clip_lint.language.lexicon import listed

NUMBERS = dict(zip(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"], range(21), strict=True,
)) | {"single": 1, "triple": 3, "pair": 2, "couple": 2, "duo": 2, "trio": 3, "quartet": 4, "dozen": 12, "thirty": 30, "forty": 40,
      "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "hundreds": 100, "thousands": 1000, "dozens": 12, "millions": 1_000_000}  # fmt: skip
"""What number words stand for."""
_PLURALS = listed("counting plurals")


def is_plural(word: str) -> bool:
    """Whether a noun looks plural."""
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in _PLURALS


def value_of(word: str) -> int | None:
    """The number that a word or figure stands for, or None."""
    if word.isdecimal():
        return int(word) if len(word) < 7 else None
    tens, _, ones = word.partition("-")
    if ones:
        return NUMBERS[tens] + NUMBERS[ones] if tens in NUMBERS and ones in NUMBERS else None
    return NUMBERS.get(word)


def end_of_nouns(tags: str, first: int) -> int:
    """Where the nouns that begin at ``first`` end."""
    while first + 1 < len(tags) and tags[first + 1] == "n":
        first += 1
    return first
