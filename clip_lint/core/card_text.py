"""The Markdown of a rule card: its sections, and the fenced Python blocks that are examples and tests.

The comment ``# CLP201`` at the end of an example's line says that this rule must report there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["bad", "good", "fixed"]

SECTIONS = (
    "What it does",
    "Why it is bad",
    "Examples",
    "Fix safety",
    "Alternatives",
    "Verification",
)
"""The sections of a card, in this order."""

_MARK = re.compile(r"[ \t]*# (CLP\d{3}(?:, CLP\d{3})*)[ \t]*$")
_FENCE = re.compile(r"^```(?P<info>.*)$")


class CardError(ValueError):
    """A rule card that does not follow the format; the message names the card and the line."""

    def __init__(self, card: str, line: int, problem: str) -> None:
        super().__init__(f"{card}:{line}: {problem}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of an example (from 1) and the code that must be reported there."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Example:
    """One fenced block of a card.

    ``text`` is the program without the marking comments, ``written`` the block as it stands in the card; their lines
    agree. ``options`` are the ``key=value`` words of the fence, such as ``transformers=4`` for an example that holds
    for that major version. ``line`` is the card's line on which the program begins.
    """

    kind: Kind
    text: str
    written: str
    line: int
    options: Mapping[str, str]
    marks: tuple[Mark, ...]

    def lines(self, code: str) -> tuple[int, ...]:
        """The lines on which ``code`` must be reported, in order."""
        return tuple(mark.line for mark in self.marks if mark.code == code)


def split_sections(markdown: str, first_line: int, card: str) -> list[tuple[str, str, int]]:
    """Title, text and first line of every section of a card whose ``markdown`` begins on ``first_line``."""
    found: list[tuple[str, list[str], int]] = []
    opened = 0
    for number, line in enumerate(markdown.split("\n"), first_line):
        if line.startswith("```"):
            if opened and line.rstrip() != "```":
                raise CardError(card, number, f"a fence opens inside the one of line {opened}")
            opened = 0 if opened else number
        if not opened and line.startswith("## "):
            found.append((line[3:].strip(), [], number + 1))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise CardError(card, number, f"text before the first section: {line.strip()!r}")
    if opened:
        raise CardError(card, opened, "this fence is never closed")
    titles = tuple(title for title, _, _ in found)
    if titles != SECTIONS:
        wrong = next(
            (i for i, (has, wants) in enumerate(zip(titles, SECTIONS, strict=False)) if has != wants),
            None,
        )
        if wrong is not None:
            raise CardError(
                card,
                found[wrong][2] - 1,
                f"section {titles[wrong]!r} where {SECTIONS[wrong]!r} belongs",
            )
        missing = ", ".join(map(repr, SECTIONS[len(titles) :]))
        extra = ", ".join(map(repr, titles[len(SECTIONS) :]))
        problem = f"missing at the end: {missing}" if missing else f"unknown sections at the end: {extra}"
        raise CardError(card, found[-1][2] - 1 if found else first_line, problem)
    return [(title, "\n".join(lines).strip("\n"), line) for title, lines, line in _trimmed(found)]


def _trimmed(found: list[tuple[str, list[str], int]]) -> list[tuple[str, list[str], int]]:
    """The sections without their leading blank lines, the first line moved along."""
    trimmed = []
    for title, lines, line in found:
        blank = next((i for i, text in enumerate(lines) if text.strip()), len(lines))
        trimmed.append((title, lines[blank:], line + blank))
    return trimmed


def parse_examples(text: str, first_line: int, card: str) -> tuple[Example, ...]:
    """The examples in the text of a section that begins on the card's line ``first_line``."""
    found: list[Example] = []
    info: str | None = None
    opened = 0
    body: list[str] = []
    for number, line in enumerate(text.split("\n"), first_line):
        fence = _FENCE.match(line)
        if info is None:
            if fence:
                info, opened, body = fence["info"], number, []
        elif fence:
            example = _example(info, body, opened, card)
            if example.kind == "fixed" and (not found or found[-1].kind != "bad"):
                raise CardError(card, opened, "a fixed block must directly follow the bad block it repairs")
            found.append(example)
            info = None
        else:
            body.append(line)
    return tuple(found)


def _example(info: str, body: list[str], opened: int, card: str) -> Example:
    """One example from its fence's words and its lines."""
    words = info.split()
    if len(words) < 2 or words[0] != "python" or words[1] not in {"bad", "good", "fixed"}:
        raise CardError(
            card, opened, f"fence {info!r}: write ```python bad, ```python good or ```python fixed"
        )
    options = {}
    for word in words[2:]:
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise CardError(
                card, opened, f"fence option {word!r}: write library=version, such as transformers=4"
            )
        options[key] = value
    marks: list[Mark] = []
    program: list[str] = []
    for number, line in enumerate(body, 1):
        mark = _MARK.search(line)
        if mark:
            marks.extend(Mark(number, code) for code in mark[1].split(", "))
            line = line[: mark.start()]  # noqa: PLW2901 - the rest of the loop works on the unmarked line
        program.append(line)
    kind = cast("Kind", words[1])
    if kind == "bad" and not marks:
        raise CardError(card, opened, "a bad block needs a # CLPnnn comment on each line to be reported")
    if kind != "bad" and marks:
        raise CardError(card, opened + marks[0].line, f"a {kind} block must not carry a # CLPnnn comment")
    return Example(
        kind,
        "\n".join(program) + "\n",
        "\n".join(body) + "\n",
        opened + 1,
        MappingProxyType(options),
        tuple(marks),
    )
