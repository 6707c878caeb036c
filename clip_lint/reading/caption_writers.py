"""Captions that a program of the tree wrote into a data file: told where that program has them, for there they are mended."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.source.path_patterns import is_filled
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clip_lint.reading.prompts import Prompt, PromptSet
    from clip_lint.source.model import Source
    from clip_lint.source.workspace import Workspace

MOST_PROMPTS = 500
MOST_PATTERNS = 500
_LONGEST = 200
_FEWEST_WORDS = 3
_FIELD = re.compile(r"\{\w*\}|%s")
_Pattern = tuple[tuple[str, ...], "Source", nodes.expr]
"""The pieces of a text around its fields, and where it stands."""


def at_their_source(
    sets: list[PromptSet | None], workspace: Workspace, importer: Path
) -> tuple[list[PromptSet | None], frozenset[str]]:
    """The sets with each generated prompt's place where its program writes it out, and the files of those programs."""
    patterns: dict[str, list[_Pattern]] = {}
    used: set[str] = set()
    moved: list[PromptSet | None] = []
    for prompts in sets:
        if prompts is None or all(prompt.written is None for prompt in prompts.prompts):
            moved.append(prompts)
            continue
        made = []
        for number, prompt in enumerate(prompts.prompts):
            found = _source_of(prompt, workspace, importer, patterns) if number < MOST_PROMPTS else None
            if found is not None:
                used.add(str(found[0].file))
            made.append(prompt if found is None else replace(prompt, place=found[0].place(found[1])))
        moved.append(replace(prompts, prompts=tuple(made)))
    return moved, frozenset(used)


def _source_of(
    prompt: Prompt, workspace: Workspace, importer: Path, patterns: dict[str, list[_Pattern]]
) -> tuple[Source, nodes.expr] | None:
    text = prompt.label if prompt.label is not None else prompt.text
    if prompt.written is None or len(text) > _LONGEST:
        return None
    file = prompt.written.path
    if file not in patterns:
        patterns[file] = list(_patterns(workspace, workspace.writers(file, importer)))[:MOST_PATTERNS]
    return next(((source, node) for pieces, source, node in patterns[file] if is_filled(pieces, text)), None)


def _patterns(workspace: Workspace, programs: list[Path]) -> Iterator[_Pattern]:
    """What the programs that write a data file have in quotes, in the order of their lines."""
    for path in programs:
        source, tree = workspace.load(path), workspace.tree(path)
        if source is None or tree is None:
            continue
        inner: set[int] = set()
        quoted = (node for node in nodes.walk(tree) if isinstance(node, (nodes.JoinedStr, nodes.Constant)))
        for node in sorted(quoted, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(node, nodes.JoinedStr):
                inner.update(id(part) for part in node.values)
                parts = [_literal(part) for part in node.values]
            elif isinstance(node, nodes.Constant) and isinstance(node.value, str) and id(node) not in inner:
                parts = _parts(node.value)
            else:
                continue
            literal = " ".join(part for part in parts if isinstance(part, str))
            if len(literal.split()) >= _FEWEST_WORDS and len(literal) <= _LONGEST:
                yield _pieces(parts), source, node


def _pieces(parts: Sequence[str | None]) -> tuple[str, ...]:
    """What stands before, between and behind the fields: one piece more than there are fields."""
    pieces = [""]
    for part in parts:
        if part is None:
            pieces.append("")
        else:
            pieces[-1] += part
    return tuple(pieces)


def _literal(part: nodes.expr) -> str | None:
    return part.value if isinstance(part, nodes.Constant) and isinstance(part.value, str) else None


def _parts(text: str) -> list[str | None]:
    """A text for ``format`` or ``%``: its pieces, with None for each field."""
    pieces: list[str | None] = []
    for index, piece in enumerate(_FIELD.split(text)):
        if index:
            pieces.append(None)
        pieces.append(piece)
    return pieces
