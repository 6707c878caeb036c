"""The reference pages, as data."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./)?(?:references/)?(\w+)\.md(?:#[\w-]*)?\)")


@cache
def references() -> Mapping[str, str]:
    """The text of each page by its topic."""
    return {
        entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8")
        for entry in sorted(files("clip_lint.references").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".md")
    }


def title(page: str) -> str:
    """A page's title."""
    return page.partition("\n")[0].removeprefix("# ").strip()


def section(page: str, name: str) -> str:
    """The text below a page's second-level heading; KeyError if there is no such heading."""
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if found is None:
        raise KeyError(name)
    return found[1].strip()


def standing_alone(text: str) -> str:
    """Text whose links between pages are commands that print the page."""
    return _LINK.sub(lambda match: f"{' '.join(match[1].split())} (`clip-lint explain {match[2]}`)", text)
