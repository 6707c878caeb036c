"""Findings with the code they stand on, the places that explain them, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from clip_lint.core.escaping import printable
from clip_lint.core.evidence import summary
from clip_lint.core.finding import Applicability, Severity
from clip_lint.report.folding import folded, others_in_words
from clip_lint.report.heading import location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.source.excerpts import Excerpts

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_DIFF = {"+": "green", "-": "red"}
_TAB = 4
_MAX_WIDTH = 160
_MOST_LOOKED_AT = 5 * _MAX_WIDTH
"""So many characters of a longer line are measured; there are some that take no room."""
_MAX_LINES = 4
"""Of a longer range the first lines and the last one are shown."""
_INDENT = "   "
_GUTTER = "dim"


@dataclass(frozen=True, slots=True)
class _Mark:
    """A range to underline and what to say about it."""

    place: Place
    sign: str
    style: str
    message: str = ""


class TextReport:
    """For people: the line, carets below it, related places with their reason, and the help.

    Many findings of one kind in a file, and those on copies of one line, are folded into the first of them, but where their diffs
    are shown.
    ``[*]`` marks what ``--fix`` would repair, with ``unsafe`` what it would repair with unsafe fixes too. ``difference`` gives
    the lines of a fix's diff to show below its finding, None shows none.
    """

    def __init__(
        self, *, unsafe: bool = False, difference: Callable[[Finding], Iterable[str]] | None = None
    ) -> None:
        self._unsafe = unsafe
        self._difference = difference

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the findings, an empty line after each."""
        console = Console(
            file=stream,
            force_terminal=color,
            color_system="standard" if color else None,
            no_color=not color,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

        def show(line: Text) -> None:
            if color:
                console.print(line, soft_wrap=True)
            else:
                stream.write(f"{line.plain}\n")  # thousands of lines take their time otherwise

        def code(finding: Finding) -> str | None:
            return excerpts.line(finding.place, finding.place.start.line)

        groups = (
            folded(findings, code) if self._difference is None else [(finding, ()) for finding in findings]
        )
        for finding, others in groups:
            for line in _finding(finding, excerpts, is_fixable=self._is_fixable(finding)):
                show(line)
            for line in self._fix(finding):
                show(line)
            if others:
                show(Text.assemble(_INDENT, ("also: ", "bold"), others_in_words(finding, others)))
            show(Text())

    def _is_fixable(self, finding: Finding) -> bool:
        fix = finding.fix
        if fix is None or not fix.edits or finding.suppressed:
            return False
        return fix.applicability is Applicability.SAFE or (
            self._unsafe and fix.applicability is Applicability.UNSAFE
        )

    def _fix(self, finding: Finding) -> Iterator[Text]:
        """What a fix does and the lines it changes, without the names of files."""
        fix = finding.fix
        if self._difference is None or fix is None or not fix.edits:
            return
        message = printable(fix.message)
        yield Text.assemble(_INDENT, (f"{fix.applicability.value} fix: ", "bold"), message)
        for line in self._difference(finding):
            shown = line.rstrip("\n")
            if not shown.startswith(("---", "+++", "@@")):
                yield Text.assemble(_INDENT, (_shown(shown), _DIFF.get(shown[:1], "")))


def _finding(finding: Finding, excerpts: Excerpts, *, is_fixable: bool) -> Iterator[Text]:
    style = _STYLES[finding.severity]
    mark = " (suppressed)" if finding.suppressed else " [*]" if is_fixable else ""
    yield Text.assemble(
        (location(finding.place), "bold"),
        ": ",
        (finding.code, style),
        (f" [{finding.severity}]{mark} ", style),
        printable(finding.message),
    )
    marks = [_Mark(each.place, "-", "blue", each.message) for each in finding.related]
    marks.append(_Mark(finding.place, "^", style))
    here = [each for each in marks if _file(each.place) == _file(finding.place)]
    numbers = [each.place.end.line for each in marks]
    gutter = max(len(str(number)) for number in numbers)
    if (
        finding.place.start != finding.place.end
    ):  # else it is about the whole file, which may not even be one to show
        yield from _excerpt(here, excerpts, gutter)
    elsewhere = dict.fromkeys(_file(each.place) for each in marks if each not in here)
    for file in elsewhere:
        group = [each for each in marks if _file(each.place) == file]
        first = min(group, key=lambda each: each.place.start)
        yield Text(f"{_INDENT}{' ' * gutter}::: {location(first.place)}", _GUTTER)
        yield from _excerpt(group, excerpts, gutter)
    if finding.help:
        yield Text.assemble(_INDENT, ("help: ", "bold"), printable(finding.help))
    if finding.evidence is not None:
        yield Text.assemble(_INDENT, ("evidence: ", "bold"), printable(summary(finding.evidence)))


def _file(place: Place) -> tuple[str, int]:
    return place.path, place.cell


def _excerpt(marks: list[_Mark], excerpts: Excerpts, gutter: int) -> Iterator[Text]:
    """The lines of some ranges of one file in order, each line once, with the marks that touch it below."""
    touching: dict[int, list[_Mark]] = {}
    for mark in marks:
        for number in _shown_lines(mark.place):
            touching.setdefault(number, []).append(mark)
    for number in sorted(touching):
        below = sorted(touching[number], key=lambda mark: (mark.sign != "^", mark.place.start))
        line = excerpts.line(below[0].place, number)
        if line is None:
            continue
        columns = [_columns(mark.place, number, line) for mark in below]
        focus = columns[0]
        text, start = _window(line, focus)
        yield Text.assemble(_INDENT, (f"{number:>{gutter}} | ", _GUTTER), text)
        for mark, (first, last) in zip(below, columns, strict=True):
            before, marked = _widths(line, start, first, last, cell_len(text))
            if marked <= 0:
                continue
            is_end = number == mark.place.end.line
            message = f" {printable(mark.message)}" if mark.message and is_end else ""
            yield Text.assemble(
                _INDENT,
                (f"{'':>{gutter}} | ", _GUTTER),
                " " * before,
                (mark.sign * marked + message, mark.style),
            )


def _shown_lines(place: Place) -> list[int]:
    lines = list(range(place.start.line, place.end.line + 1))
    if len(lines) > 1 and place.end.column == 1:
        lines.pop()
    return lines if len(lines) <= _MAX_LINES else [*lines[: _MAX_LINES - 1], lines[-1]]


def _columns(place: Place, number: int, line: str) -> tuple[int, int]:
    """The part of a line (code points from 0, end exclusive) that a range covers, without the indentation."""
    first = place.start.column - 1 if number == place.start.line else len(line) - len(line.lstrip())
    last = place.end.column - 1 if number == place.end.line else len(line.rstrip())
    return min(first, len(line)), max(min(last, len(line)), min(first, len(line)) + 1)


def _window(line: str, focus: tuple[int, int]) -> tuple[str, int]:
    """What is shown of a line, and how many code points were cut off before it."""
    if len(line) <= _MOST_LOOKED_AT and cell_len(_shown(line)) <= _MAX_WIDTH:
        return _shown(line), 0
    start = max(0, min(focus[0] - _MAX_WIDTH // 4, len(line)))
    if start < _MAX_WIDTH // 4:
        start = 0
    shown = ""
    looked_at = line[start : start + _MOST_LOOKED_AT]
    for char in looked_at:
        piece = _shown(char)
        if cell_len(shown) + cell_len(piece) > _MAX_WIDTH - 6:
            return ("..." if start else "") + shown + "...", start
        shown += piece
    more = "..." if start + len(looked_at) < len(line) else ""
    return ("..." if start else "") + shown + more, start


def _widths(line: str, start: int, first: int, last: int, width: int) -> tuple[int, int]:
    """Terminal cells before and below a mark, kept inside the shown ``width``."""
    lead = 3 if start else 0
    here = max(first, start)
    before = lead + cell_len(_shown(line[start : min(here, start + _MOST_LOOKED_AT)]))
    marked = max(1, cell_len(_shown(line[here : min(last, here + _MOST_LOOKED_AT)])))
    if last <= start and start:
        return 0, 0
    return before, min(marked, width - before) if before < width else int(before == width)


def _shown(text: str) -> str:
    """Code as shown: tabs as blanks of one width, and nothing that a terminal would obey."""
    return printable(text.replace("\t", " " * _TAB))
