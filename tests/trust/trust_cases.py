"""The cases of the trust suite, read from Markdown.

A file is a topic. A case is a heading, a line that says why, one or several fenced programs with their names, and what is expected:

    - must CLP201 at `scores = a @ b.T`          reported on the line that holds this text, as a note at least
    - must error CLP201 at `scores = a @ b.T`    reported so severely
    - must not CLP201                            nothing whose code begins so is shown by default (`*`: nothing at all)
    - known miss: must CLP201 at ...             ought to hold and does not yet; `known wrong: must not ...` likewise

A fence ```` ```python head ```` before the first case is put before the programs whose fence ends in `+head`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"^```\w+ (?P<name>\S+)(?P<head> \+head)?$")
_LINE = re.compile(
    r"^- (?P<known>known (?:miss|wrong): )?must (?P<no>not )?(?:(?P<severity>note|warning|error) )?"
    r"(?P<code>CLP\d*|\*)(?: at `(?P<text>[^`]+)`)?$"
)


@dataclass(frozen=True)
class Expectation:
    """One line of a case."""

    written: str
    code: str
    is_wanted: bool
    severity: str = "note"
    text: str = ""
    is_known: bool = False
    """It does not hold yet."""


@dataclass(frozen=True)
class Case:
    """One story: its programs, and what must and must not be found in them."""

    topic: str
    title: str
    why: str = ""
    files: dict[str, str] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()

    def place(self, text: str) -> tuple[str, int]:
        """The file and line that hold a text; ValueError unless there is exactly one."""
        found = [
            (name, number)
            for name, program in self.files.items()
            for number, line in enumerate(program.splitlines(), 1)
            if text in line
        ]
        if len(found) != 1:
            raise ValueError(f"{self.topic}: {self.title}: {text!r} stands on {len(found)} lines")
        return found[0]


def cases(folder: Path) -> list[Case]:
    """All cases of a folder's Markdown files."""
    return [case for path in sorted(folder.glob("*.md")) for case in read(path.stem, path.read_text("utf-8"))]


def read(topic: str, markdown: str) -> Iterator[Case]:
    """The cases of one file; ValueError where a line is not understood."""
    head = ""
    case: Case | None = None
    name, body = "", None
    for line in markdown.splitlines():
        if body is not None:
            if line != "```":
                body.append(line)
                continue
            text = "\n".join(body) + "\n"
            body = None
            if name == "head":
                head = text
            elif case is not None:
                case = replace(case, files={**case.files, name: text})
        elif line.startswith("```"):
            fence = _FENCE.match(line)
            if fence is None:
                raise ValueError(f"{topic}: a fence needs the name of its file: {line}")
            name, body = fence["name"], head.splitlines() if fence["head"] else []
        elif line.startswith("## "):
            if case is not None:
                yield case
            case = Case(topic, line[3:])
        elif line.startswith("- ") and case is not None:
            case = replace(case, expectations=(*case.expectations, _expectation(topic, line)))
        elif line.strip() and case is not None:
            case = replace(case, why=f"{case.why} {line}".strip())
    if case is not None:
        yield case


def _expectation(topic: str, line: str) -> Expectation:
    match = _LINE.match(line)
    if match is None or (not match["no"] and not match["text"]):
        raise ValueError(f"{topic}: this expectation is not understood: {line}")
    return Expectation(
        line[2:],
        match["code"],
        not match["no"],
        match["severity"] or ("warning" if match["no"] else "note"),
        match["text"] or "",
        bool(match["known"]),
    )
