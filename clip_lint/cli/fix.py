"""The fixing half of the command line: `--fix`, `--diff`, `--review` and what they print."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clip_lint.core.escaping import printable
from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.finding import Applicability
from clip_lint.fixing.buffers import UneditableError, open_document
from clip_lint.fixing.compose import compose
from clip_lint.fixing.diff import between, difference, of_edits
from clip_lint.report.heading import location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.fixing.buffers import Document
    from clip_lint.fixing.rounds import Mended, Proposal
    from clip_lint.fixing.session import Repair

_MOST_REASONS = 5
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class Review:
    """Asks about each fix on the terminal: yes, no, all that follow, or no more."""

    def __init__(self, *, color: bool) -> None:
        self._color = color
        self._answer: bool | None = None

    def __call__(self, proposal: Proposal) -> bool:
        """Whether a fix is wanted."""
        if self._answer is not None:
            return self._answer
        finding = proposal.finding
        fix = finding.fix
        if fix is None:
            return False
        click.echo(f"{location(finding.place)}: {finding.code} {printable(finding.message)}", err=True)
        click.echo(f"{fix.applicability.value} fix: {printable(fix.message)}", err=True)
        for line in between(proposal.name, proposal.before, proposal.after):
            click.echo(_shown(line, color=self._color), err=True, nl=False, color=self._color)
        answer = _asked("Apply this fix? [y]es, [n]o, [a]ll, [q]uit: ")
        if answer in {"a", "q"}:
            self._answer = answer == "a"
        return answer in {"y", "a"}


def _asked(question: str) -> str:
    """The first letter of an answer that was understood; q at the end of the input."""
    while True:
        click.echo(question, err=True, nl=False)
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            click.echo("", err=True)
            return "q"
        letter = line.strip().lower()[:1]
        if letter and letter in "ynaq":
            return letter


def write_diff(mended: Iterable[Mended], *, color: bool) -> None:
    """The difference that fixing would make, on standard output."""
    is_for_people = color or sys.stdout.isatty()
    for each in mended:
        for line in difference(each.path, each.name, each.old, each.new):
            click.echo(_shown(line, color=color) if is_for_people else line, nl=False, color=color)


def _shown(line: str, *, color: bool) -> str:
    """A line of a diff as a terminal may get it: nothing in it moves the cursor."""
    body, end = (line[:-1], "\n") if line.endswith("\n") else (line, "")
    safe = printable(body.replace("\t", "    "))
    if not color:
        return safe + end
    colour = None if line.startswith(("+++", "---")) else _DIFF_COLOURS.get(line[:1])
    return (
        click.style(safe, fg=colour) if colour else click.style(safe, bold=line.startswith(("+++", "---")))
    ) + end


def show_suggestions(findings: Iterable[Finding], base: str, *, color: bool) -> None:
    """What a review only suggests, on standard error: the words once, and where there are edits what they would do."""
    told: set[str] = set()
    difference_of = Differences(base)
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.applicability is not Applicability.SUGGESTION:
            continue
        if fix.edits or fix.message not in told:
            told.add(fix.message)
            words = "\n".join(printable(line) for line in fix.message.split("\n"))
            click.echo(f"{location(finding.place)}: {finding.code} suggestion: {words}", err=True)
            for line in difference_of(finding):
                click.echo(_shown(line, color=color), err=True, nl=False, color=color)


class Differences:
    """The diffs of fixes, one by one, of the files below ``base``; each file is read once for all that stand behind each other.

    ``contents`` are programs that do not lie on disk, by the name they are reported as.
    """

    def __init__(self, base: str, contents: Mapping[str, bytes] | None = None) -> None:
        self._base = Path(base)
        self._contents = contents or {}
        self._name: str | None = None
        self._document: Document | None = None

    def __call__(self, finding: Finding) -> Iterator[str]:
        """The diff of a finding's fix, nothing where it has no edits or its file cannot be read."""
        edits = compose([finding]).edits
        document = self._opened(finding.place.path) if edits else None
        if document is not None:
            with suppress(UneditableError):  # the words have been said
                yield from of_edits(finding.place.path, document, edits)

    def _opened(self, name: str) -> Document | None:
        if name != self._name:
            self._name, self._document = name, None
            path = str(self._base / name)
            with suppress(UneditableError, UnreadableError):
                data = self._contents.get(name)
                self._document = open_document(path, read_bytes(path) if data is None else data)
        return self._document


def said(repair: Repair, *, dry: bool) -> str:
    """What was fixed, in one sentence; empty where nothing was."""
    count, files = len(repair.fixed), len(repair.mended)
    if not count:
        return ""
    verb = "Would fix" if dry else "Fixed"
    return f"{verb} {_counted(count, 'finding')} in {_counted(files, 'file')}."


def repaired(repair: Repair) -> Iterator[str]:
    """Each finding that was repaired, where it stood and what was done."""
    for finding in repair.fixed:
        if finding.fix is not None:
            yield f"  {location(finding.place)}: {finding.code} {printable(finding.fix.message)}"


def remaining(findings: Sequence[Finding], *, unsafe: bool, fixing: bool) -> Iterator[str]:
    """What the options would still repair among findings that are reported."""
    levels = [each.fix.applicability for each in findings if each.fix is not None and each.fix.edits]
    safe, risky = levels.count(Applicability.SAFE), levels.count(Applicability.UNSAFE)
    if unsafe:
        safe, risky = safe + risky, 0
    mark = "[*] "
    if safe and not fixing:
        more = f" ({risky} more with --unsafe-fixes)" if risky else ""
        option = "--fix --unsafe-fixes" if unsafe else "--fix"
        yield f"{mark}{_counted(safe, 'finding')} can be repaired with {option}{more}."
    elif risky:
        yield f"{_counted(risky, 'finding')} can be repaired with --fix --unsafe-fixes."
    if risky:
        yield from _reasons(findings)


def _reasons(findings: Sequence[Finding]) -> Iterator[str]:
    """Why fixes are unsafe: what each does, and what to look at."""
    told: dict[tuple[str, str], int] = {}
    for finding in findings:
        fix = finding.fix
        if fix is not None and fix.edits and fix.applicability is Applicability.UNSAFE:
            told[finding.code, fix.message] = told.get((finding.code, fix.message), 0) + 1
    for (code, message), count in list(told.items())[:_MOST_REASONS]:
        yield f"  unsafe: {code}{f' ({count})' if count > 1 else ''}: {printable(message)}"
    if len(told) > _MOST_REASONS:
        yield f"  and {len(told) - _MOST_REASONS} more; --show-fixes shows each below its finding."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
