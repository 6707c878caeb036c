"""The imports of a program, found in its bytes without parsing it: enough to know which files belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_STATEMENTS = 2000
_LONGEST = 20_000
"""Characters of one import statement."""
_LONGEST_BEFORE = 300
"""The same of what stands before the word `import`."""

_FROM = re.compile(rb"(?:^|[;:])[ \t]*from[ \t]+(\.*)[ \t]*([^\s()#;,.]*(?:\.[^\s()#;,.]+)*)[ \t]*$")
_PLAIN = re.compile(rb"(?:^|[;:])[ \t]*$")
_BARE = re.compile(rb"[^\n;#\\]*(?:\\\r?\n[^\n;#\\]*)*")
_COMMENT = re.compile(rb"#[^\n]*")
_AS = re.compile(rb"([^\s,()\\]+)(?:[\s\\]+as[\s\\]+([^\s,()\\]+))?")
_BETWEEN_LINES = re.compile(rb'(?:\\n)?"[ \t]*,?[ \t\r]*\n[ \t]*"|\\n"[ \t]*,[ \t]*"')
_BEFORE = re.compile(rb'^(?:.*source"[ \t]*:[ \t]*\[?)?[ \t]*"')
_PATHS = re.compile(rb"sys\.path\.(?:append|insert|extend)\(([^\n]{0,300})")
_LITERAL = re.compile(rb"[\"']([^\"'\n]{1,100})[\"']")


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement: ``from`` a module (``level`` leading dots) some ``names``, or the module itself.

    ``names`` are pairs of the name there and the name here. ``alias`` is what a module imported whole is called here.
    """

    module: str
    level: int = 0
    names: tuple[tuple[str, str], ...] = ()
    alias: str = ""


def imports_in(data: bytes, *, is_notebook: bool = False) -> tuple[Import, ...]:
    """The import statements of a program, those in functions and branches included.

    Text that looks like an import (in a docstring, say) counts: a file too many is read rather than one too few.
    """
    if is_notebook:
        data = _lines_of_notebook(data)
    found: dict[Import, None] = {}
    at = data.find(b"import")
    count = 0
    while at >= 0 and count < MOST_STATEMENTS:
        after = at + len(b"import")
        if after < len(data) and data[after : after + 1] in b" \t(\\*":
            # Of a long line only what stands right before: all of it, at each of its imports, would take its square.
            least = max(0, at - _LONGEST_BEFORE)
            start = data.rfind(b"\n", least, at) + 1
            before = data[start or least : at] if start or not least else b"..." + data[least:at]
            if is_notebook:
                before = _BEFORE.sub(b"", before)
            origin = _FROM.search(before)
            if origin is not None:
                names = _pairs(_names(data, after))
                module = _text(origin[2])
                if names and (not module or _is_name(module)):
                    found[Import(module, len(origin[1]), names)] = None
                count += 1
            elif _PLAIN.search(before) is not None:
                for module, alias in _pairs(_names(data, after)):
                    found[Import(module, alias=alias if alias != module else "")] = None
                count += 1
        at = data.find(b"import", after)
    return tuple(found)


def script_paths(data: bytes) -> tuple[str, ...]:
    """The folders that a script puts on `sys.path` as literals."""
    if b"sys.path" not in data:
        return ()
    found = (literal for call in _PATHS.findall(data) for literal in _LITERAL.findall(call))
    return tuple(dict.fromkeys(map(_text, found)))


def _names(data: bytes, start: int) -> bytes:
    """What stands behind ``import``, to the end of the statement."""
    while data[start : start + 1] in (b" ", b"\t"):
        start += 1
    if data[start : start + 1] == b"(":
        inside = _COMMENT.sub(b"", data[start + 1 : start + _LONGEST])
        return inside.partition(b")")[0]
    match = _BARE.match(data, start, start + _LONGEST)
    return match[0] if match is not None else b""


@lru_cache(maxsize=4096)
def _pairs(names: bytes) -> tuple[tuple[str, str], ...]:
    """What stands behind ``import``, as pairs of names; the files of a project import much the same."""
    found = ((_text(there), _text(here or there)) for there, here in _AS.findall(names))
    return tuple(pair for pair in found if all(map(_is_name, pair)))


def _is_name(text: str) -> bool:
    return text.isidentifier() or text == "*" or all(map(str.isidentifier, text.split(".")))


def _lines_of_notebook(data: bytes) -> bytes:
    """A notebook's JSON with the lines of its cells as lines, near enough to find imports in it."""
    return _BETWEEN_LINES.sub(b"\n", data).replace(b"\\n", b"\n")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
