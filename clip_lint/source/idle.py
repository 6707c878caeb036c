"""Whether a module only defines functions, and whether anything in its project speaks of it: what nobody imports never runs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.source.symbols import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMPORTS = re.compile(rb"(?:from|import)\b")
_TEXT = re.compile(rb"[rRuUbB]{0,2}[\"']")
_FUNCTION = re.compile(rb"(?:async[ \t]+)?def[ \t]+(\w+)")
_ASSIGNED = re.compile(rb"\w+[ \t]*(?::[^=\n]+)?=(?!=)")
_CALLED_BY_OTHERS = re.compile(
    r"main|run|init|setup|handler|handle|lambda_handler|predict|infer|inference|\w+_fn|test_\w+|pytest_\w+|register\w*"
)
"""Functions that platforms and test runners call by their names."""
_RUN_BY_OTHERS = re.compile(
    r"__init__|__main__|conftest|setup|handler|\w*predict\w*|test_\w+|\w+_test|hubconf|noxfile|tasks|\w*plugin\w*"
)
"""Modules that they load by theirs."""
_PROGRAMS = (".py", ".ipynb")
_PROSE = (".md", ".rst", ".txt")
_SETTINGS = (".toml", ".yaml", ".yml", ".json", ".cfg", ".ini", ".sh", ".bat", ".ps1", ".mk")
_NAMED = frozenset({"Dockerfile", "Procfile", "Makefile", "justfile"})
_MOST_FILES = 1000
_MOST_BYTES = 300_000
_MOST_OF_ALL = 20_000_000
"""So many files, of such a size and together, are looked through for a word about a module; a larger project may say anything."""
_PACKAGES = re.compile(rb"^\[(?:project|metadata|tool\.(?:poetry|flit|pdm|hatch)\b[^\]]*)\]", re.MULTILINE)


def only_defines(path: str, data: bytes) -> bool:
    """Whether a module holds nothing but functions, constants and what those import, and no platform calls it by name."""
    stem, suffix = os.path.splitext(os.path.basename(path))
    if suffix != ".py" or _RUN_BY_OTHERS.fullmatch(stem):
        return False
    functions: set[bytes] = set()
    rest: list[bytes] = []
    for each in definitions(data):
        function = _FUNCTION.match(each.text)
        if function is not None:
            functions.add(function[1])
        elif _ASSIGNED.match(each.text):
            rest.append(each.text)
        elif not (_IMPORTS.match(each.text) or _TEXT.match(each.text)):
            return False
    if not functions or any(
        _CALLED_BY_OTHERS.fullmatch(name.decode("ascii", "replace")) for name in functions
    ):
        return False
    mentioned = re.compile(rb"\b(?:%s)\b" % b"|".join(functions))
    return not any(mentioned.search(text) for text in rest)


def is_spoken_of(path: str, top: str) -> bool:
    """Whether anything below ``top`` imports or names a module, or the project is a package whose users may."""
    stem = os.path.splitext(os.path.basename(path))[0].encode()
    imported = re.compile(
        rb"\b(?:import|from)\b[^\n\"']*\b%s\b|[\"'](?:[\w./]*[./])?%s(?:[.:]\w+)*[\"']|-m [\w.]*\b%s\b"
        % (stem, stem, stem)
    )
    named = re.compile(rb"(?<![\w-])%s(?![\w-])" % stem)
    size = 0
    for number, (file, name) in enumerate(_files(top)):
        if file == path:
            continue
        text = _text(file)
        size += len(text or b"")
        if number > _MOST_FILES or size > _MOST_OF_ALL:
            return True
        if text is None or (name == "setup.py" and b"setup(" in text):
            return True
        if name in ("pyproject.toml", "setup.cfg") and _PACKAGES.search(text):
            return True
        is_program = name.endswith((*_PROGRAMS, *_PROSE))
        if (imported if is_program else named).search(text):
            return True
    return False


def _files(top: str) -> Iterator[tuple[str, str]]:
    """The texts of a project: programs, settings and what explains them."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != "node_modules")
        for name in sorted(names):
            if name in _NAMED or name.endswith((*_PROGRAMS, *_PROSE, *_SETTINGS)):
                yield os.path.join(folder, name), name


def _text(file: str) -> bytes | None:
    """A file's text, nothing of a large data file; None of a large program, which may say anything."""
    try:
        if os.path.islink(file):
            return b""
        if os.path.getsize(file) > _MOST_BYTES:
            return None if file.endswith(_PROGRAMS) else b""
        return read_bytes(file)
    except (OSError, UnreadableError):
        return b""
