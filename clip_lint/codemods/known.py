"""The table of what is known without looking at it: packages, calls that take gradients, calls that give numbers."""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from clip_lint.knowledge.tables import load_libraries


@cache
def known() -> dict[str, Any]:
    """The table of calls that are known without looking at them."""
    text = resources.files("clip_lint.codemods").joinpath("known.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def listed(section: str, entry: str) -> frozenset[str]:
    """One list of the table."""
    return frozenset(known()[section][entry])


@cache
def packages() -> frozenset[str]:
    """The packages whose calls are known to do nothing but what they say."""
    return frozenset({*load_libraries().roots, *known()["packages"], *sys.stdlib_module_names})


@cache
def takes_gradients(path: str) -> bool:
    """Whether a dotted path names what trains something or takes gradients."""
    return _is_listed(path, "calls")


@cache
def refuses_graphs(path: str) -> bool:
    """Whether a dotted path names what raises an error for a tensor that has a graph."""
    return _is_listed(path, "refusing")


def _is_listed(path: str, entry: str) -> bool:
    """Whether a list about gradients has a dotted path, itself or by a star."""
    return any(
        path == each or (each.endswith("*") and path.startswith(each[:-1]))
        for each in known()["gradients"][entry]
    )
