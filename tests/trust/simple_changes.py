"""Transformations that change where a program stands and how it looks, but nothing that it does."""

from __future__ import annotations

import ast
import io
import json
import tokenize

from renaming import aliased_imports, neutral_names
from rewriting import (
    Files,
    Imports,
    Transformation,
    bound,
    flat,
    halves,
    has,
    imports_first,
    parsed,
    read_names,
    text_of,
)

PROGRAM = "program.py"


def unparsed(text: str) -> Files | None:
    """Written anew by Python."""
    return {PROGRAM: ast.unparse(ast.parse(text)) + "\n"}


def commented(text: str) -> Files | None:
    """One argument a line, and a comment behind each that got a new line."""
    out: list[str] = []
    depth = 0
    row, column = 1, 0
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT}:
            continue
        while row < token.start[0]:
            out.append(lines[row - 1][column:] if row <= len(lines) else "")
            row, column = row + 1, 0
        out.append(lines[row - 1][column : token.start[1]] if row <= len(lines) else "")
        out.append(token.string)
        row, column = token.end
        if token.string in {"(", "[", "{"} and token.type == tokenize.OP:
            depth += 1
        elif token.string in {")", "]", "}"} and token.type == tokenize.OP:
            depth -= 1
        elif token.string == "," and depth and not is_last_in_line(lines[row - 1], column):
            out.append("  # as before\n")
        elif token.type == tokenize.NEWLINE:
            row, column = row + 1, 0
    return {PROGRAM: "# A program.\n\n\n" + "".join(out)}


def is_last_in_line(line: str, column: int) -> bool:
    """Whether nothing but a comment follows."""
    return not line[column:].partition("#")[0].strip()


def in_main(text: str) -> Files | None:
    """All but the imports in a function ``main``."""
    imports, rest = imports_first(text)
    if has(ast.Module(rest, []), ast.Global) or not rest:
        return None
    call = parsed("if __name__ == '__main__':\n    main()\n")
    main = parsed("def main():\n    pass\n")[0]
    assert isinstance(main, ast.FunctionDef)
    main.body = rest
    return {PROGRAM: text_of([*imports, main, *call])}


def in_main_with_imports(text: str) -> Files | None:
    """Everything in a function, its imports too."""
    body = flat(text)
    if has(ast.Module(body, []), ast.Global):
        return None
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name in {"*", "annotations"} for node in body):
        return None
    run = parsed("def run():\n    pass\n")[0]
    assert isinstance(run, ast.FunctionDef)
    run.body = body
    return {PROGRAM: text_of([run, *parsed("run()\n")])}


def _two(text: str, module: str, name: str, reach: str) -> Files | None:
    cut = halves(text)
    if cut is None:
        return None
    link = parsed(f"from {reach} import {', '.join(cut.shared)}\n")
    return {
        module: text_of([*cut.imports, *cut.first]),
        name: text_of([*cut.imports, *link, *cut.second]),
    }


def split(text: str) -> Files | None:
    """What is made ready in another file."""
    return _two(text, "parts.py", PROGRAM, "parts")


def split_late(text: str) -> Files | None:
    """The same, but the file that is imported comes last."""
    return _two(text, "zeta.py", "alpha.py", "zeta")


def package(text: str) -> Files | None:
    """What is made ready in a module of a package, which hands it on."""
    files = _two(text, "kit/inner/parts.py", PROGRAM, "kit")
    cut = halves(text)
    if files is None or cut is None:
        return None
    names = ", ".join(cut.shared)
    return {
        **files,
        "kit/__init__.py": f"from .inner import {names}\n\n__all__ = {cut.shared!r}\n",
        "kit/inner/__init__.py": f"from .parts import {names}\n",
    }


def _common(text: str, link: str) -> Files | None:
    imports, rest = imports_first(text)
    plain = [
        node for node in imports if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    ]
    future = [node for node in imports if node not in plain]
    names = sorted(bound(plain) & read_names(rest))
    if not names or any(isinstance(node, Imports) and node.names[0].name == "*" for node in plain):
        return None
    return {
        "common.py": text_of(plain),
        PROGRAM: text_of([*future, *parsed(link.format(names=", ".join(names))), *rest]),
    }


def star(text: str) -> Files | None:
    """The libraries by ``import *`` from a module that imports them."""
    return _common(text, "from common import *\n")


def handed_on(text: str) -> Files | None:
    """The libraries by name from a module that imports them."""
    return _common(text, "from common import {names}\n")


def notebook(text: str) -> Files | None:
    """A cell for every statement."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Notes"]},
        *(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": ast.unparse(node).splitlines(keepends=True),
            }
            for node in flat(text)
        ),
    ]
    return {
        "program.ipynb": json.dumps(
            {
                "cells": cells,
                "metadata": {"language_info": {"name": "python"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )
    }


def neutral(text: str) -> Files | None:
    """Names that say nothing for variables, functions and classes."""
    renamed = neutral_names(text)
    return None if renamed is None else {"m1.py": renamed}


def neutral_split(text: str) -> Files | None:
    """Names that say nothing, modules' names included, over two files."""
    renamed = neutral_names(text)
    return None if renamed is None else _two(renamed, "m2.py", "m1.py", "m2")


def aliased(text: str) -> Files | None:
    """Every import under another name."""
    return {PROGRAM: aliased_imports(text)}


SIMPLE: dict[str, Transformation] = {
    "unparsed": unparsed,
    "commented": commented,
    "in main()": in_main,
    "in a function, imports too": in_main_with_imports,
    "two files": split,
    "two files, other order": split_late,
    "package that re-exports": package,
    "libraries by import *": star,
    "libraries re-exported": handed_on,
    "aliased imports": aliased,
    "neutral names": neutral,
    "neutral names, two files": neutral_split,
    "notebook": notebook,
}
