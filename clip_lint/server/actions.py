"""What an editor offers to do about findings: repair one, repair all that is safe, silence one."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from clip_lint.core.finding import Applicability, Edit
from clip_lint.core.place import Position
from clip_lint.fixing.buffers import UneditableError, open_document
from clip_lint.fixing.suppress import silencing
from clip_lint.source.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.core.finding import Finding, Fix
    from clip_lint.server.buffers import Open
    from clip_lint.server.diagnostics import Translator
    from clip_lint.server.open_files import Desk

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.clip-lint"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)


class Actions:
    """The code actions for one state of the open documents.

    ``has_versions`` is whether the client takes edits that name the version they are for.
    """

    def __init__(
        self, desk: Desk, documents: Sequence[Open], translator: Translator, *, has_versions: bool
    ) -> None:
        self._desk = desk
        self._documents = documents
        self._translator = translator
        self._has_versions = has_versions

    def at(self, document: Open, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        """The repairs of these findings of a document, each proved, then the comments that silence them."""
        findings = list(findings)
        opened = [each.opened for each in self._documents]
        offered: dict[tuple[str, tuple[Edit, ...]], None] = {}
        for finding in findings:
            fix = finding.fix
            if fix is None or not fix.edits or fix.applicability is Applicability.SUGGESTION:
                continue
            edits = tuple(_placed(edit, finding.place.cell) for edit in fix.edits)
            title = _title(finding, fix)
            if (title, edits) not in offered and self._desk.is_proved(opened, finding):
                offered[title, edits] = None
                is_safe = fix.applicability is Applicability.SAFE
                yield self._quick_fix(document, finding, title, edits, is_preferred=is_safe)
        told: set[tuple[str, Edit]] = set()
        source = load(Path(document.opened.path), "", document.opened.data).source
        for finding in findings:
            edit = silencing(source, finding.place, finding.code) if source is not None else None
            if edit is not None and (finding.code, edit) not in told:
                told.add((finding.code, edit))
                title = f"Ignore {finding.code} here (# noqa)"
                placed = (_placed(edit, finding.place.cell),)
                yield self._quick_fix(document, finding, title, placed, is_preferred=False)

    def all_safe(self, document: Open) -> types.CodeAction | None:
        """Every safe fix of a document at once; None where there is none to make."""
        data = self._desk.mended([each.opened for each in self._documents], document.opened.path)
        if data is None:
            return None
        try:
            after = open_document(document.opened.path, data).texts
        except UneditableError:
            return None
        edits = [
            edit
            for part in document.parts
            if part.cell in after
            for edit in _differences(part.text, after[part.cell].raw, part.cell)
        ]
        title = "Repair everything that is safe to repair (clip-lint)"
        return types.CodeAction(title, kind=FIX_ALL, edit=self._workspace_edit(document, edits))

    def _quick_fix(
        self, document: Open, finding: Finding, title: str, edits: Sequence[Edit], *, is_preferred: bool
    ) -> types.CodeAction:
        diagnostic = self._translator.diagnostic(finding)
        return types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic] if diagnostic is not None else None,
            is_preferred=True if is_preferred else None,
            edit=self._workspace_edit(document, edits),
        )

    def _workspace_edit(self, document: Open, edits: Sequence[Edit]) -> types.WorkspaceEdit:
        by_part = {}
        for part in document.parts:
            lines = self._translator.lines(part)
            own = [
                types.TextEdit(lines.between(edit.start, edit.end), edit.text)
                for edit in edits
                if (edit.cell or 0) == part.cell
            ]
            if own:
                by_part[part] = own
        if not self._has_versions:
            return types.WorkspaceEdit(changes={part.uri: own for part, own in by_part.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(part.uri, part.version), list(own)
                )
                for part, own in by_part.items()
            ]
        )


def wants(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether a client that asked for the kinds ``only`` takes actions of ``kind``: kinds are a tree of dotted names."""
    if only is None:
        return True
    names = [each.value if isinstance(each, types.CodeActionKind) else each for each in only]
    return any(not name or kind == name or kind.startswith(name + ".") for name in names)


def _title(finding: Finding, fix: Fix) -> str:
    words = fix.message[:1].upper() + fix.message[1:]
    if fix.applicability is Applicability.UNSAFE:
        return f"{words} ({finding.code}, unsafe: results change)"
    return f"{words} ({finding.code})"


def _placed(edit: Edit, cell: int) -> Edit:
    return edit if edit.cell is not None else Edit(edit.start, edit.end, edit.text, cell)


def _differences(before: str, after: str, cell: int) -> Iterator[Edit]:
    """The edits, in whole lines, that turn one text into the other."""
    old, new = (text.replace("\r\n", "\n").replace("\r", "\n").split("\n") for text in (before, after))
    old_lines, new_lines = ([*(line + "\n" for line in lines[:-1]), lines[-1]] for lines in (old, new))
    for tag, start, end, first, last in SequenceMatcher(None, old_lines, new_lines, False).get_opcodes():
        if tag != "equal":
            begin = Position(start + 1, 1)
            stop = Position(end + 1, 1) if end < len(old) else Position(len(old), len(old[-1]) + 1)
            yield Edit(begin, stop, "".join(new_lines[first:last]), cell)
