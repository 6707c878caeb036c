"""Path patterns of the configuration, with Ruff's meaning: `*` crosses slashes, `**/` may be nothing."""

from __future__ import annotations

import os
import re
from functools import cache

_MAGIC = frozenset("*?[")


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
        if pattern.startswith("**/", position) and (position == 0 or pattern[position - 1] == "/"):
            out.append("(?:.*/)?")
            position += 3
            continue
        position += 1
        if char == "*":
            if not out or out[-1] != ".*":
                out.append(".*")
        elif char == "?":
            out.append(".")
        elif char == "[" and (end := pattern.find("]", position + 1)) > 0:
            inside = pattern[position:end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]")
            position = end + 1
        else:
            out.append(re.escape(char))
    return f"(?s:{''.join(out)})\\Z"
