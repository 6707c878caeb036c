"""What git ignores, at every level of a tree."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import pairwise

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, read_bytes
from clip_lint.settings.globs import LONGEST, STAR, linear

_MOST = 2_000
"""So many patterns of one file are looked at; the largest hand-written ones have a fifth of that."""
_ONE = "[^/]"
_ANY_DEPTH = "**"
_TRAILING = re.compile(r"(?<!\\) +$")
_PART = re.compile(
    r"(?P<class>\[(?P<not>[!^])?(?P<members>\]?(?:\\.|\[:\w+:\]|[^\]\\])*+)\])|\\(?P<escaped>.)|(?P<other>.)",
    re.DOTALL,
)
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": r"\d", "lower": "a-z", "upper": "A-Z", "space": r"\s",
    "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "blank": " \t",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern: what it matches (a name anywhere, or a path from the file's folder), and what that means."""

    pattern: re.Pattern[str]
    is_name: bool
    is_folder: bool
    ignores: bool


@dataclass(frozen=True, slots=True)
class GitIgnore:
    """The patterns of one ignore file, which count from ``folder``, the last first, and those of the folders above it."""

    folder: str
    rules: tuple[_Rule, ...]
    above: GitIgnore | None

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores ``path`` (absolute) in a folder that it does not ignore. The deepest file that mentions it decides."""
        level: GitIgnore | None = self
        while level is not None:
            relative = path[len(level.folder) :].lstrip("/").replace(os.sep, "/")
            name = relative.rpartition("/")[2]
            for rule in level.rules:
                if (is_folder or not rule.is_folder) and rule.pattern.match(
                    name if rule.is_name else relative
                ):
                    return rule.ignores
            level = level.above
        return False


def enter(folder: str, above: GitIgnore | None, names: set[str]) -> GitIgnore | None:
    """The rules inside ``folder``, which has the entries ``names``; a repository of its own starts anew."""
    if ".git" in names:
        above = _read(folder, os.path.join(folder, ".git", "info", "exclude"), None)
    if ".gitignore" in names:
        above = _read(folder, os.path.join(folder, ".gitignore"), above)
    return above


def above_root(root: str) -> GitIgnore | None:
    """The rules that the folders above ``root`` set for it, up to the top of its repository.

    A root that is ignored itself (an environment, say) was named on purpose: then they say nothing about its inside.
    """
    chain = [root]
    while not os.path.lexists(os.path.join(chain[-1], ".git")):
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            return None  # not in a repository: what lies above is another project's
        chain.append(parent)
    level: GitIgnore | None = None
    for folder, inner in pairwise(reversed(chain)):
        names = {name for name in (".git", ".gitignore") if os.path.lexists(os.path.join(folder, name))}
        level = enter(folder, level, names)
        if level is not None and level.ignores(inner, is_folder=True):
            return None
    return level


def _read(folder: str, path: str, above: GitIgnore | None) -> GitIgnore | None:
    try:
        data = read_bytes(path, MAX_SETTINGS, follow=False)
    except UnreadableError:
        return above  # git passes over an ignore file that it cannot read, and over links
    lines = re.split("\r?\n", data.decode("utf-8", "surrogateescape"))
    rules = [rule for line in lines[: 10 * _MOST] if (rule := _rule(line)) is not None]
    return GitIgnore(folder, tuple(reversed(rules[:_MOST])), above) if rules else above


def _rule(line: str) -> _Rule | None:
    """What a line says; None for a comment, and for a pattern that is none: git passes over those as well."""
    if len(line) > LONGEST or line.startswith("#"):
        return None
    text = _TRAILING.sub("", line) if line.endswith(" ") else line
    if not text:
        return None
    ignores = not text.startswith("!")
    text = text if ignores else text[1:]
    is_folder = text.endswith("/")
    text = text.removesuffix("/")
    is_name = "/" not in text
    try:
        pattern = _segment(text) if is_name else _path(text.removeprefix("/").split("/"))
        return _Rule(re.compile(rf"(?s:{pattern})\Z"), is_name, is_folder, ignores) if text else None
    except (re.error, ValueError):
        return None


def _path(parts: list[str]) -> str:
    """A pattern of several parts; ``**`` is any number of folders, at the end everything inside."""
    blocks: list[list[str]] = [[]]
    for part in parts:
        if part == _ANY_DEPTH:
            blocks.append([])
        else:
            blocks[-1].append(_segment(part))
    first, *rest = ["/".join(block) for block in blocks]
    if not rest:
        return first
    made = f"{first}/" if first else ""
    for block in rest[:-1]:
        made += f"(?>(?:{_ONE}+/)*?{block}/)" if block else ""
    return made + (f"(?:.*/)?{rest[-1]}" if rest[-1] else ".+")


def _segment(text: str) -> str:
    """A pattern without slashes; ValueError where it ends within an escape or a set: it matches nothing."""
    tokens = []
    for match in _PART.finditer(text):
        if match["class"]:
            tokens.append(_class(match["members"], is_negated=match["not"] is not None))
        elif match["escaped"]:
            tokens.append(re.escape(match["escaped"]))
        elif match["other"] in ("\\", "["):
            raise ValueError(text)
        else:
            other = match["other"]
            tokens.append(STAR if other == "*" else _ONE if other == "?" else re.escape(other))
    return linear(tokens, _ONE)


def _class(members: str, *, is_negated: bool) -> str:
    made = re.sub(r"\[:(\w+):\]|\\(.)|([\[\]^&~|])", _member, members)
    return f"(?!/)[{'^' if is_negated else ''}{made}]"


def _member(match: re.Match[str]) -> str:
    if match[1]:
        return _POSIX.get(match[1], "")
    return "\\" + (match[2] or match[3])
