"""The findings as one HTML file that needs nothing else: light or dark as the reader's system, on a screen or a phone."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, TextIO

from clip_lint.core import unreadable
from clip_lint.core.cards import load_rules
from clip_lint.core.escaping import printable
from clip_lint.core.evidence import summary
from clip_lint.core.version import __version__
from clip_lint.report.heading import location
from clip_lint.report.tally import counted, severities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding, Fix
    from clip_lint.core.place import Place
    from clip_lint.source.excerpts import Excerpts

_MAX_LINES = 6
"""Of a longer range the first lines are shown."""
_MAX_WIDTH = 400
"""Of a longer line so many characters before what is marked, of that, and behind it: thousands of findings may share one."""
_SPAN = re.compile("`([^`]+)`")

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f5f1; --card: #fff; --ink: #1c1e22; --soft: #5a606b; --line: #dedbd2;
  --mark: #ffe9a8; --error: #a8261c; --warning: #8a5b00; --note: #1d5f8a; }
@media (prefers-color-scheme: dark) { :root { --ground: #141619; --card: #1d2024; --ink: #e9e7e2; --soft: #a4aab4;
  --line: #353a41; --mark: #574b1c; --error: #ff9a8c; --warning: #e9bd5b; --note: #7fc4ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .35rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); font-size: .92rem; }
article { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid currentColor;
  border-radius: .4rem; padding: .7rem .9rem; margin: .7rem 0; }
article > * { color: var(--ink); } article > .soft { color: var(--soft); }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
.suppressed { opacity: .65; }
article h3 { font-size: 1rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: .3rem;
  font: .84rem/1.45 ui-monospace, monospace; tab-size: 4; }
pre span { display: block; padding: 0 .7rem; width: max-content; min-width: 100%; }
pre i { color: var(--soft); font-style: normal; user-select: none; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
summary { cursor: pointer; } table { border-collapse: collapse; font-size: .92rem; }
td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td:first-child { font-variant-numeric: tabular-nums; text-align: right; }
"""


class HtmlReport:
    """The counts, a table of the rules that were found, and the findings of each file with their code."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the page."""
        del color
        stream.write(
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>clip-lint: {severities(findings)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"<h1>clip-lint</h1>\n<p>Found {severities(findings)}.</p>\n"
        )
        stream.writelines(_rules(findings))
        name = None
        for finding in findings:
            if finding.place.path != name:
                name = finding.place.path
                stream.write(f"<h2>{_text(name)}</h2>\n")
            stream.writelines(_finding(finding, excerpts))
        stream.write(f'<p class="soft">clip-lint {_text(__version__)}</p>\n</main>\n</body>\n</html>\n')


def _rules(findings: tuple[Finding, ...]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
    if not counts:
        return
    rules = load_rules()
    yield f"<details><summary>{counted(len(counts), 'rule')}</summary>\n<table>\n"
    for code in sorted(counts, key=lambda code: (-counts[code], code)):
        about = f" <b>{rules[code].name}</b> {_text(rules[code].summary)}" if code in rules else ""
        if code == unreadable.CODE:
            about = f" <b>{unreadable.NAME}</b> {_text(unreadable.SUMMARY)}"
        yield f"<tr><td>{counts[code]:,}</td><td>{_text(code)}{about}</td></tr>\n"
    yield '</table>\n<p class="soft">More about a rule: clip-lint explain CODE</p>\n</details>\n'


def _finding(finding: Finding, excerpts: Excerpts) -> Iterator[str]:
    suppressed = " suppressed" if finding.suppressed else ""
    yield f'<article class="{finding.severity}{suppressed}">\n'
    yield f'<p class="soft"><b class="{finding.severity}">{finding.severity}</b> {_text(finding.code)} {_text(finding.name)}'
    yield f" at {_text(location(finding.place))}{' (suppressed)' if suppressed else ''}</p>\n"
    yield f"<h3>{_words(finding.message)}</h3>\n"
    if finding.place.start != finding.place.end:  # else it is about the whole file
        yield _excerpt(finding.place, excerpts)
    for related in finding.related:
        yield f'<p class="soft">{_text(location(related.place))}: {_words(related.message)}</p>\n'
        yield _excerpt(related.place, excerpts)
    if finding.help:
        yield f"<p><b>help:</b> {_words(finding.help)}</p>\n"
    if finding.fix is not None:
        yield from _fix(finding.fix)
    if finding.evidence is not None:
        yield f"<p><b>evidence:</b> {_text(summary(finding.evidence))}</p>\n"
    yield "</article>\n"


def _fix(fix: Fix) -> Iterator[str]:
    """What a fix does; a suggested program can be unfolded."""
    edits = f", {counted(len(fix.edits), 'edit')}" if fix.edits else ""
    head, _, program = fix.message.partition("\n\n")
    yield f"<p><b>fix:</b> {_words(head)} ({fix.applicability.value}{edits})</p>\n"
    if program:
        lines = "".join(f"<span>{_text(line) or ' '}</span>" for line in program.strip("\n").split("\n"))
        yield f"<details><summary>the program</summary><pre>{lines}</pre></details>\n"


def _excerpt(place: Place, excerpts: Excerpts) -> str:
    """The lines of a range with what it covers marked; nothing where the file is gone."""
    rows = []
    for number in range(place.start.line, min(place.end.line, place.start.line + _MAX_LINES - 1) + 1):
        line = excerpts.line(place, number)
        if line is None:
            continue
        first = place.start.column - 1 if number == place.start.line else len(line) - len(line.lstrip())
        last = place.end.column - 1 if number == place.end.line else len(line)
        parts = [_code(part) for part in _around(line, first, last)]
        rows.append(f"<span><i>{number:>4}  </i>{parts[0]}<mark>{parts[1]}</mark>{parts[2]}</span>")
    return f"<pre>{''.join(rows)}</pre>\n" if rows else ""


def _around(line: str, first: int, last: int) -> tuple[str, str, str]:
    """What stands before, in and behind a range of a line, as far as somebody may want to read it."""
    before = line[max(first - _MAX_WIDTH, 0) : first]
    marked, behind = line[first : min(last, first + _MAX_WIDTH)], line[last : last + _MAX_WIDTH]
    return (
        f"{'... ' if first > _MAX_WIDTH else ''}{before}",
        f"{marked}{' ...' if last > first + _MAX_WIDTH else ''}",
        f"{behind}{' ...' if last + _MAX_WIDTH < len(line) else ''}",
    )


def _code(text: str) -> str:
    return "\t".join(_text(part) for part in text.split("\t"))


def _text(text: str) -> str:
    return escape(printable(text))


def _words(text: str) -> str:
    """A sentence with what stands between backticks as code."""
    return _SPAN.sub(r"<code>\1</code>", _text(text))
