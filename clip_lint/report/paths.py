"""A finding's file as the programs around a repository name it."""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import quote


def in_repository(path: str, base: str) -> str:
    """``path`` (relative to the folder ``base``) from the top of the git repository around it.

    As it was where no repository is around ``base``, or the file lies outside of it.
    """
    top = _top(base)
    if top is None:
        return path
    absolute = os.path.normpath(os.path.join(base, path))
    inside = absolute.removeprefix(top if top.endswith(os.sep) else top + os.sep)
    return inside.replace(os.sep, "/") if inside != absolute else path


def uri(path: str) -> str:
    """A relative path as a URI reference, an absolute one as a file URI; bytes that are no UTF-8 are kept."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    quoted = quote(data, safe="/")
    return f"file://{'' if quoted.startswith('/') else '/'}{quoted}" if os.path.isabs(path) else quoted


@lru_cache(maxsize=4)
def _top(base: str) -> str | None:
    current = base
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
    return current
