"""The core of a request: what is wanted, without what leads up to it, how it is said, and what it is wanted for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed, sections
from clip_lint.language.meant import is_meant
from clip_lint.language.patterns import compiled, expression

if TYPE_CHECKING:
    from clip_lint.language.patterns import Patterns

_KEPT = tuple(sorted(listed("tasks kept")))
"""Beginnings of words that stay where the rest of an idle phrase goes: `a text query` is a query."""
_REASON = re.compile(
    r" (?:so that(?! only)|by (?:describing|typing|writing|entering|asking|uploading)|no matter|regardless|because|in order to|since|although|even though|even if|rather than|as opposed to|for example|for instance|such as"
    r"|so (?:i|we|users|they|people|it)|which would|this would|that would|to make it easier)(?!\S)"
)


@cache
def patterns() -> tuple[Patterns, Patterns]:
    """The patterns of the tasks, and those of what leads up to them."""
    lines = sections("tasks")
    numbers = sorted(word for word, letter in lexicon().words.items() if letter == "2" and "-" not in word)
    lists = {
        "number": [r"\d+", "one", *numbers],
        "animal": listed("tasks narrow"),
        "month": listed("tasks months"),
        "name": _names(),
    }
    frames = {"frame": lines.pop("frame")}
    del lines["idle"]
    return compiled(lines, lists), compiled(frames, lists)


def _names() -> list[str]:
    """Given names that are nothing else."""
    firsts = " ".join(sections("kinds")["person first"]).split()
    return sorted(
        {name for name in firsts if name.isalpha()} - listed("tasks thing-names") - lexicon().words.keys()
    )


@cache
def _idle() -> re.Pattern[str]:
    """What says how much of what is searched, or in which form it is asked, and nothing of what is wanted."""
    numbers = sorted(word for word, letter in lexicon().words.items() if letter == "2" and "-" not in word)
    figures = "(" + "|".join([r"\d+", *numbers]) + ")"
    lines = [expression(line.replace("@number", figures)) for line in sections("tasks")["idle"]]
    return re.compile(r"(?<!\S)(?:" + "|".join(lines) + ")")


def without_idle(words: str) -> str:
    """The words without how much is searched, and in which form it is asked."""

    def kept(match: re.Match[str]) -> str:
        return " ".join(word for word in match.group().split() if word.startswith(_KEPT))

    return " ".join(_idle().sub(kept, words).split())


def main_clause(core: str) -> str:
    """What is wanted, without what it is wanted for, if that alone names a task."""
    clause = _REASON.split(core, maxsplit=1)[0]
    if clause != core and any(is_meant(found, clause) for found in patterns()[0].matches(clause)):
        return clause
    return core


def core_of(words: str) -> tuple[str, bool]:
    """The words without what leads up to them, and whether anything did."""
    frames = patterns()[1]
    rest = words
    while rest:
        ends = [found.end for found in frames.matches(rest, 0)]
        if not ends:
            break
        rest = rest[max(ends) :].lstrip()
    return rest, rest != words
