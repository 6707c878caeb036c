"""Path patterns of the configuration, with Ruff's meaning: `*` crosses slashes, `**/` may be nothing."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAGIC = frozenset("*?[")
STAR, DEEP = "*", "**/"
LONGEST = 1_000
"""A pattern of more characters is none."""
MOST = 1_000
"""So many patterns are looked at."""


class Globs:
    """A set of patterns; each matches a file's or folder's own name, or its whole path.

    A relative pattern's path counts from ``base``.
    """

    def __init__(self, patterns: tuple[str, ...], base: str) -> None:
        self._names = frozenset(p for p in patterns if "/" not in p and not _MAGIC & set(p))
        loose = [p for p in patterns if "/" not in p and _MAGIC & set(p)]
        self._loose = _alternatives(tuple(_regex(p) for p in loose))
        paths = [
            p if os.path.isabs(p) else f"{base.rstrip('/')}/{p}"
            for p in (q.removeprefix("./") for q in patterns)
        ]
        # A literal pattern without a slash is a name anywhere, which the set above answers already.
        self._paths = _alternatives(
            tuple(
                _regex(path.rstrip("/"))
                for path, p in zip(paths, patterns, strict=True)
                if p not in self._names
            )
        )

    def match(self, path: str, name: str) -> bool:
        """Whether ``path`` (absolute), whose last part is ``name``, is meant."""
        return (
            name in self._names
            or (self._loose is not None and self._loose.match(name) is not None)
            or (self._paths is not None and self._paths.match(path) is not None)
        )


@cache
def globs(patterns: tuple[str, ...], base: str) -> Globs:
    """The compiled set of ``patterns``."""
    return Globs(patterns, base)


def _alternatives(expressions: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(expressions)) if expressions else None


def _regex(pattern: str) -> str:
    """The pattern as a regular expression: ``*``, ``**``, ``?``, ``[...]``, ``{a,b}`` is not special."""
    out = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if pattern.startswith(DEEP, position) and (position == 0 or pattern[position - 1] == "/"):
            out.append(DEEP)
            position += 3
            continue
        position += 1
        if char == "[" and (end := pattern.find("]", position + 1)) > 0:
            inside = pattern[position:end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]")
            position = end + 1
        else:
            out.append(char if char == STAR else "." if char == "?" else re.escape(char))
    return f"(?s:{linear(out)})\\Z"


def linear(tokens: Sequence[str], any_one: str = ".") -> str:
    """A pattern of stars and what stands between them, each of one character, that never tries a star twice.

    The first place for what follows a star is the best one, and an atomic group keeps it: the usual translation takes hours
    for `*a*a*a*a*b`. Only what follows the last star is looked for from the end.
    """
    chunks = [("", "")]
    for token in tokens:
        kind, between = chunks[-1]
        if token not in (STAR, DEEP):
            chunks[-1] = kind, between + token
        elif between or not kind:
            chunks.append((token, ""))
        elif token == STAR:
            chunks[-1] = STAR, ""  # a star crosses what a double one would
    (_, made), *rest = chunks
    for kind, between in rest[:-1]:
        made += f"(?>{any_one}*?{between})" if kind == STAR else f"(?>(?:{any_one}*?/)??{between})"
    for kind, between in rest[-1:]:
        made += f"{any_one}*{between}" if kind == STAR else f"(?:{any_one}*/)?{between}"
    return made
