"""Files mended in rounds: compose, apply, lint again, keep what is proved; then write each file once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.codemods.invariants import violation
from clip_lint.core.bounds import BoundError, bounded, check
from clip_lint.core.files import UnreadableError
from clip_lint.core.finding import Applicability
from clip_lint.core.problem import Problem
from clip_lint.engine.repairs import line_length
from clip_lint.fixing.atomic_write import StaleError, write
from clip_lint.fixing.buffers import Document, UneditableError, open_document
from clip_lint.fixing.compose import compose, order
from clip_lint.fixing.proof import codes, complaints
from clip_lint.source.load import NOTEBOOK_SUFFIX, load
from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import compile_fault
from clip_lint.syntax.width import usual_width
from clip_lint.syntax.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.engine.outcome import Linted
    from clip_lint.engine.project import Project
    from clip_lint.fixing.compose import Batch
    from clip_lint.source.discovery import Target
    from clip_lint.source.model import Source
    from clip_lint.syntax.width import Width

    Chooser = Callable[["Proposal"], bool]

_MAX_ROUNDS = 200
"""Far more than nested faults need; a fix that undoes another must not go on for ever."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fix that somebody is asked about: its finding, and the file with it and without."""

    finding: Finding
    name: str
    before: Document
    after: Document


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a file: its content before and after, the findings that were repaired, and what went wrong."""

    path: str
    name: str
    old: bytes
    new: bytes
    fixed: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    cut_short: Problem | None = None
    """Why fixes may be left that nobody looked at."""


def is_wanted(finding: Finding, *, unsafe: bool) -> bool:
    """Whether a finding's fix may be written."""
    fix = finding.fix
    if fix is None or not fix.edits or finding.suppressed or fix.applicability is Applicability.SUGGESTION:
        return False
    return unsafe or fix.applicability is Applicability.SAFE


def mend(project: Project, target: Target, *, unsafe: bool, choose: Chooser | None = None) -> Mended:
    """A file with its fixes applied, round after round until none is left; nothing is written.

    A round that would not do what it promised is taken back, its fixes are tried one by one, and those that fail alone
    are left out and reported.
    """
    return _Mending(project, target, unsafe=unsafe, choose=choose).run()


class _Mending:
    """The rounds of one file."""

    def __init__(self, project: Project, target: Target, *, unsafe: bool, choose: Chooser | None) -> None:
        self._project = project
        self._target = target
        self._unsafe = unsafe
        self._choose = choose
        self._refused: set[tuple[str, str]] = set()
        self._problems: list[Problem] = []
        self._alone = 0
        self._data = b""
        self._fixed: list[Finding] = []

    def run(self) -> Mended:
        """All rounds."""
        name = self._target.name
        try:
            old = self._project.read(self._target.path)
        except UnreadableError as error:
            return Mended(self._target.path, name, b"", b"", (), (Problem(name, str(error)),))
        self._data = old
        cut_short = None
        try:
            with bounded(self._target.path):
                document = open_document(self._target.path, old)
                with self._project.keeping(self._target.path, self._width(document, old)):
                    self._go_round(document)
        except UneditableError as error:
            self._problems.append(Problem(name, f"not fixed: {error}"))
        except BoundError as error:
            cut_short = Problem(name, f"not fixed{' further' if self._fixed else ''}: {error}")
        fixed, problems = tuple(self._fixed), tuple(self._problems)
        return Mended(self._target.path, name, old, self._data, fixed, problems, cut_short)

    def _width(self, document: Document, data: bytes) -> Width:
        """How long the file lets its lines be, before anything is mended."""
        path = self._target.path
        if path.endswith(NOTEBOOK_SUFFIX):
            source = load(Path(path), self._target.name, data).source
            text = source.text if source is not None else ""
        else:
            text = document.texts[0].raw
        return usual_width(text, line_length(path))

    def _go_round(self, document: Document) -> None:
        before = document
        linted = self._project.linted(self._target, self._data, fixes=True)
        for _ in range(_MAX_ROUNDS):
            batch = self._next(linted.selected, document, self._data)
            if not batch.findings:
                break
            check()
            result = self._tried(batch, document, linted)
            if result is None:
                continue
            document, self._data, linted = result
            self._fixed += batch.findings
        if self._fixed:
            self._data = self._kept_short(before, document)

    def _kept_short(self, before: Document, document: Document) -> bytes:
        """The mended file with lines that grew laid out as formatters do it; notebooks have theirs as they are."""
        path = self._target.path
        if not path.endswith(NOTEBOOK_SUFFIX):
            old, after = (each.texts[0].raw.replace("\r\n", "\n") for each in (before, document))
            made = wrapped(old, after, self._project.widths[path])
            if made != after and "\r" not in made:
                document = document.rewritten(made)
        return document.bytes()

    def _next(self, findings: Sequence[Finding], document: Document, data: bytes) -> Batch:
        """The fixes of the next round."""
        wanted = [
            finding
            for finding in findings
            if is_wanted(finding, unsafe=self._unsafe)
            and (finding.code, finding.fingerprint) not in self._refused
        ]
        if wanted:
            source = load(Path(self._target.path), self._target.name, data).source
            wanted = [
                finding for finding in wanted if source is not None and _as_typed(finding, source, document)
            ]
        if self._choose is None:
            if self._alone:
                self._alone -= 1
                wanted = sorted(wanted, key=order)[:1]
            return compose(wanted)
        for finding in wanted:
            batch = compose([finding])
            after, _ = document.edited(batch.edits)
            if self._choose(Proposal(finding, self._target.name, document, after)):
                return batch
            self._refuse(finding)
        return compose([])

    def _refuse(self, finding: Finding) -> None:
        self._refused.add((finding.code, finding.fingerprint))

    def _harm(self, document: Document, data: bytes, batch: Batch) -> str | None:
        """What a round would change besides what it repairs."""
        path, name = Path(self._target.path), self._target.name
        before, after = load(path, name, document.bytes()).source, load(path, name, data).source
        if before is None or after is None:
            return None
        return violation(before, after, batch.edits, lambda: self._project.is_imported(self._target))

    def _tried(
        self, batch: Batch, document: Document, before: Linted
    ) -> tuple[Document, bytes, Linted] | None:
        """The file after a round, None where the round is taken back."""
        after, moved = document.edited(batch.edits)
        data = after.bytes()
        problem = _unparsable(document, after, self._target.path) or self._harm(document, data, batch)
        if problem is None:
            linted = self._project.linted(self._target, data, fixes=True)
            said = [each.message for each in linted.problems if not before.problems]
            said += complaints(before.every, linted.every, linted.selected, batch.findings, moved)
            if not said:
                return after, data, linted
            problem = said[0]
        if len(batch.findings) > 1:
            self._alone = len(batch.findings)
            return None
        for finding in batch.findings:
            self._refuse(finding)
            place = finding.place
            message = f"the fix of {codes([finding])} was left out, it did not pass its proof: {problem}"
            self._problems.append(
                Problem(self._target.name, message, place.start.line, place.start.column, place.cell)
            )
        return None


def _as_typed(finding: Finding, source: Source, document: Document) -> bool:
    """Whether the lines that a fix touches are Python as typed, not what stands in for a magic."""
    if not source.cells and source.text == document.texts[0].raw:
        return True
    firsts = {cell.number: cell.first_line for cell in source.cells} or {0: 1}
    for edit in finding.fix.edits if finding.fix is not None else ():
        cell = finding.place.cell if edit.cell is None else edit.cell
        text = document.texts.get(cell)
        if text is None or cell not in firsts:
            return False
        typed = text.raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for line in range(edit.start.line, edit.end.line + 1):
            index = firsts[cell] + line - 2
            if line > len(typed) or index >= len(source.lines) or typed[line - 1] != source.lines[index]:
                return False
    return True


def _unparsable(before: Document, after: Document, path: str) -> str | None:
    """Why a mended module cannot be compiled; a notebook's cells are judged by linting them."""
    if path.endswith(NOTEBOOK_SUFFIX):
        return None
    fault = compile_fault(after.texts[0].raw, path)
    if fault is not None and compile_fault(before.texts[0].raw, path) is not None:
        # It is written for another Python than this one, and the linter's own parser judges it; or for none, and
        # what is repaired is a comment.
        broken = _parser_fault(after)
        is_new = broken is not None and _parser_fault(before) is None
        return f"the file could not be parsed ({broken})" if is_new else None
    return f"the file would not compile ({fault})" if fault is not None else None


def _parser_fault(document: Document) -> UnparsableError | None:
    try:
        parse(document.texts[0].raw)
    except UnparsableError as error:
        return error
    return None


def write_mended(mended: Mended) -> Problem | None:
    """Put a mended file in its place; what prevents it otherwise."""
    try:
        write(mended.path, mended.old, mended.new)
    except StaleError as error:
        return Problem(mended.name, str(error))
    return None
