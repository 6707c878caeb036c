"""Suppression comments with a reason, written at every finding of a run: `--add-ignore`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.bounds import BoundError, bounded
from clip_lint.core.escaping import printable
from clip_lint.core.files import UnreadableError
from clip_lint.core.finding import Edit
from clip_lint.core.place import Position
from clip_lint.core.problem import Problem
from clip_lint.fixing.buffers import UneditableError, open_document
from clip_lint.fixing.rounds import Mended
from clip_lint.source.load import load
from clip_lint.source.suppressions import UNUSED_CODE
from clip_lint.syntax.comments import takers_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.quick import same_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.engine.project import Project
    from clip_lint.fixing.buffers import Document
    from clip_lint.source.discovery import Target
    from clip_lint.source.model import Source


def complaint_about(reason: str) -> str | None:
    """What is wrong with a reason for a suppression, None where nothing is."""
    if not reason.strip():
        return "say why: the reason is written into the code"
    if "#" in reason or printable(reason) != reason:
        return "the reason must be one line of plain text without #"
    return None


def ignored(project: Project, target: Target, findings: Sequence[Finding], reason: str) -> Mended:
    """A file with a suppression for each of its ``findings``; nothing is written.

    The result is linted again: a file in which a comment would not silence its finding, or would change the program,
    is left as it was and reported.
    """
    try:
        with bounded(target.path):
            return _ignored(project, target, findings, reason)
    except BoundError as error:
        problem = Problem(target.name, f"not suppressed: {error}")
        return Mended(target.path, target.name, b"", b"", (), (problem,))


def _ignored(project: Project, target: Target, findings: Sequence[Finding], reason: str) -> Mended:
    name = target.name
    wanted = [finding for finding in findings if finding.code != UNUSED_CODE]
    try:
        old = project.read(target.path)
        source = load(Path(target.path), name, old).source
        document = open_document(target.path, old)
        if source is None or not wanted:
            return Mended(target.path, name, old, old, ())
        edits = _edits(source, document, wanted, reason.strip())
        after, _ = document.edited(edits)
        new = after.bytes()
    except UnreadableError as error:
        return Mended(target.path, name, b"", b"", (), (Problem(name, str(error)),))
    except UneditableError as error:
        return Mended(target.path, name, old, old, (), (Problem(name, f"not suppressed: {error}"),))
    problem = _fault(project, target, source, new, wanted)
    if problem is not None:
        return Mended(target.path, name, old, old, (), (Problem(name, f"not suppressed: {problem}"),))
    return Mended(target.path, name, old, new, tuple(wanted))


def _edits(source: Source, document: Document, findings: Iterable[Finding], reason: str) -> list[Edit]:
    try:
        takers = takers_of(source.text)
    except UnparsableError as error:
        raise UneditableError(str(error)) from None
    codes: dict[int, dict[str, None]] = {}
    for finding in sorted(findings, key=lambda each: each.place):
        line = takers.get(source.program_line(finding.place.cell, finding.place.start.line))
        if line is None:
            raise UneditableError(f"line {finding.place.start.line} has no end that takes a comment")
        codes.setdefault(line, {})[finding.code] = None
    return [_edit(source, document, line, list(codes[line]), reason) for line in sorted(codes)]


def _edit(source: Source, document: Document, line: int, codes: list[str], reason: str) -> Edit:
    cell, position = source.position(line, 0)
    text = document.texts.get(cell)
    typed = re.split(r"\r\n?|\n", text.raw) if text is not None else []
    if text is None or position.line > len(typed):
        raise UneditableError(f"cell {cell} cannot be edited")
    shown = typed[position.line - 1]
    if shown.strip() != source.lines[line - 1].strip():
        raise UneditableError(f"line {position.line} of cell {cell} is no plain Python")
    start, end = (Position(position.line, len(part) + 1) for part in (shown.rstrip(), shown))
    return Edit(start, end, f"  # clip-lint: ignore[{', '.join(codes)}] {reason}", cell)


def _fault(
    project: Project, target: Target, source: Source, new: bytes, wanted: Sequence[Finding]
) -> str | None:
    """What the comments would do that they should not; None where they only silence their findings."""
    changed = load(Path(target.path), target.name, new).source
    try:
        if changed is None or not same_program(changed.text, source.text):
            return "the comments would change the program"
    except UnparsableError as error:
        return str(error)
    codes = {finding.code for finding in wanted}
    before = project.linted(target, project.read(target.path)).selected
    after = project.linted(target, new).selected
    loud = [each for each in after if not each.suppressed]
    if len(loud) != sum(not each.suppressed for each in before) - len(wanted):
        left = next((each.code for each in loud if each.code in codes), None)
        return f"{left or 'a finding'} would still be reported"
    return None
