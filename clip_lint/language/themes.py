"""The themes of states, such as emotion and ripeness, by the words that name them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import sections
from clip_lint.language.patterns import compiled
from clip_lint.language.singular import singular

if TYPE_CHECKING:
    from clip_lint.language.patterns import Patterns

_OPPOSITES = ("un", "in", "im", "dis", "non-", "non", "ir", "il", "mis", "de", "over", "under", "half-")


@cache
def _themes() -> tuple[dict[str, tuple[str, ...]], Patterns]:
    """The themes of each word, and the patterns of comparisons."""
    lines = sections("doubts")
    comparison = {name: lines.pop(name) for name in ("comparison", "impression")}
    lines = {name: words for name, words in lines.items() if not name.startswith(("set ", "scale"))}
    themes: dict[str, tuple[str, ...]] = {}
    for theme, words in lines.items():
        for word in " ".join(words).split():
            themes[word] = (*themes.get(word, ()), theme)
    return themes, compiled(comparison, {})


@lru_cache(maxsize=8192)
def themes_of(word: str) -> tuple[str, ...]:
    """The themes of a word, or of the word that it is the opposite of."""
    themes = _themes()[0]
    if word in themes:
        return themes[word]
    for ending, base in (("iness", "y"), ("ness", ""), ("ily", "y"), ("ly", "")):
        if (
            word.endswith(ending)
            and len(word) > len(ending) + 2
            and (found := themes_of(word.removesuffix(ending) + base))
        ):
            return found
    for prefix in _OPPOSITES:
        rest = word.removeprefix(prefix)
        if len(rest) > 3 and rest != word and rest in themes:
            return themes[rest]
    return ()


@cache
def _set_themes() -> dict[str, tuple[str, ...]]:
    """The themes of words that are a state only where labels differ in them: a small and a big rock."""
    themes: dict[str, tuple[str, ...]] = {}
    for heading, lines in sections("doubts").items():
        if heading.startswith("set "):
            for word in " ".join(lines).split():
                themes[word] = (*themes.get(word, ()), heading.removeprefix("set "))
    return themes


@cache
def scales() -> tuple[frozenset[str], ...]:
    """Words that are steps of one scale each: slow, fast."""
    return tuple(frozenset(line.split()) for line in sections("doubts")["scales"])


_GRADED = frozenset(
    {"high", "low", "mid", "medium", "well", "ill", "poorly", "badly", "over", "under", "non"}
)
"""Beginnings of compounds that others are told from by degree: high-resolution, well-exposed."""


def set_themes_of(word: str) -> tuple[str, ...]:
    """The themes of a word in a label that others compete with."""
    one = singular(word)
    found = (*themes_of(word), *(themes_of(one) if one != word else ()), *_set_themes().get(word, ()))
    if found or "-" not in word:
        return found
    return ("degree",) if word.partition("-")[0] in _GRADED else ()


@cache
def _bare_themes() -> dict[str, tuple[str, ...]]:
    """The themes of words that are enough for a caption."""
    themes: dict[str, tuple[str, ...]] = {}
    for heading, lines in sections("states").items():
        if heading.endswith(" alone"):
            for word in " ".join(lines).split():
                themes[word] = (*themes.get(word, ()), heading.removesuffix(" alone"))
    return themes


def bare_themes_of(word: str) -> tuple[str, ...]:
    """The themes of a word that is a whole label."""
    return _bare_themes().get(word, ())


def comparisons() -> Patterns:
    """The patterns of comparisons and impressions."""
    return _themes()[1]
