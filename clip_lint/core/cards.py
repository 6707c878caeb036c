"""The rule cards: `rules/*.md` read into `Rule`.

A card is the single source for a rule: what it is called and how severe it is (TOML front matter between ``+++``
lines), its documentation (fixed Markdown sections) and its tests (fenced Python blocks). Loading reads the front
matter only; sections and examples are parsed when they are first asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

from clip_lint.core.finding import Applicability, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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

PROBES = frozenset({"scores", "inputs", "running", "contrast", "fine-grained"})
"""The families of probes that a card may name, besides ``none``."""

_CODE = re.compile(r"CLP\d{3}")
_FILE = re.compile(r"(CLP\d{3})-([a-z0-9-]+)\.md")
_MARK = re.compile(r"[ \t]*# (CLP\d{3}(?:, CLP\d{3})*)[ \t]*$")
_FENCE = re.compile(r"^```(?P<info>.*)$")
_KEYS = frozenset({"code", "name", "summary", "severity", "default", "fix", "probe", "versions"})
_OPTIONAL = frozenset({"versions"})
_TOMBSTONE_KEYS = frozenset({"code", "name", "summary", "retired"})


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


@dataclass(frozen=True)
class Rule:
    """A rule card.

    ``severity`` is the usual severity of its findings (a check may differ by contrast), ``fix`` the best that the fix
    can be applied as (None where there is no fix), ``probe`` the family of verification (None where there is none),
    ``versions`` the library versions it holds for as PEP 440 specifiers, ``retired`` why and since when a retired code
    is no longer reported (empty for a live rule).
    """

    code: str
    name: str
    summary: str
    severity: Severity
    is_preview: bool
    fix: Applicability | None
    probe: str | None
    versions: Mapping[str, str]
    retired: str
    markdown: str = field(repr=False)
    """The card without its front matter."""
    card: str
    """The card's file name, for messages."""
    first_line: int = field(repr=False)
    """The card's line on which ``markdown`` begins."""

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """Each section's text by its title, in the card's order; CardError if one is missing or out of order."""
        if self.retired:
            return MappingProxyType({})
        return MappingProxyType({title: text for title, text, _ in self._split()})

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The Python blocks of the section Examples, in order; CardError if a fence is not understood."""
        if self.retired:
            return ()
        text, line = next((text, line) for title, text, line in self._split() if title == "Examples")
        return _examples(text, line, self.card)

    def _split(self) -> list[tuple[str, str, int]]:
        """Title, text and first line of every section."""
        found: list[tuple[str, list[str], int]] = []
        opened = 0
        for number, line in enumerate(self.markdown.split("\n"), self.first_line):
            if line.startswith("```"):
                if opened and line.rstrip() != "```":
                    raise CardError(self.card, number, f"a fence opens inside the one of line {opened}")
                opened = 0 if opened else number
            if not opened and line.startswith("## "):
                found.append((line[3:].strip(), [], number + 1))
            elif found:
                found[-1][1].append(line)
            elif line.strip():
                raise CardError(self.card, number, f"text before the first section: {line.strip()!r}")
        if opened:
            raise CardError(self.card, opened, "this fence is never closed")
        titles = tuple(title for title, _, _ in found)
        if titles != SECTIONS:
            wrong = next(
                (i for i, (has, wants) in enumerate(zip(titles, SECTIONS, strict=False)) if has != wants),
                None,
            )
            if wrong is not None:
                raise CardError(
                    self.card,
                    found[wrong][2] - 1,
                    f"section {titles[wrong]!r} where {SECTIONS[wrong]!r} belongs",
                )
            missing = ", ".join(map(repr, SECTIONS[len(titles) :]))
            extra = ", ".join(map(repr, titles[len(SECTIONS) :]))
            problem = f"missing at the end: {missing}" if missing else f"unknown sections at the end: {extra}"
            raise CardError(self.card, found[-1][2] - 1 if found else self.first_line, problem)
        return [(title, "\n".join(lines).strip("\n"), line) for title, lines, line in _trimmed(found)]


def _trimmed(found: list[tuple[str, list[str], int]]) -> list[tuple[str, list[str], int]]:
    """The sections without their leading blank lines, the first line moved along."""
    trimmed = []
    for title, lines, line in found:
        blank = next((i for i, text in enumerate(lines) if text.strip()), len(lines))
        trimmed.append((title, lines[blank:], line + blank))
    return trimmed


def _examples(text: str, first_line: int, card: str) -> tuple[Example, ...]:
    """The examples in the text of a section that begins on the card's line ``first_line``."""
    examples: list[Example] = []
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
            if example.kind == "fixed" and (not examples or examples[-1].kind != "bad"):
                raise CardError(card, opened, "a fixed block must directly follow the bad block it repairs")
            examples.append(example)
            info = None
        else:
            body.append(line)
    return tuple(examples)


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


def parse_card(card: str, text: str) -> Rule:
    """The rule in a card's text; ``card`` is its file name. CardError if the front matter is wrong."""
    import tomllib  # noqa: PLC0415 - only runs that need the cards pay for it

    named = _FILE.fullmatch(card)
    if not named:
        raise CardError(card, 1, "a card's file name reads CLPnnn-its-name.md")
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "+++" or "+++" not in lines[1:]:
        raise CardError(card, 1, "a card begins with TOML front matter between two lines of +++")
    end = lines.index("+++", 1)
    try:
        front = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        raise CardError(card, 2, f"the front matter is not valid TOML: {error}") from error

    def line_of(key: str) -> int:
        return next(
            (i for i, line in enumerate(lines[:end], 1) if re.match(rf"\[?{re.escape(key)}\b", line)), 1
        )

    def text_of(key: str, allowed: frozenset[str] | None = None) -> str:
        value = front[key]
        if not isinstance(value, str) or not value.strip():
            raise CardError(card, line_of(key), f"{key} must be a string that is not empty")
        if allowed is not None and value not in allowed:
            raise CardError(card, line_of(key), f"{key} is {value!r}; it can be {', '.join(sorted(allowed))}")
        return value

    known = _TOMBSTONE_KEYS if "retired" in front else _KEYS
    for key in front:
        if key not in known:
            raise CardError(card, line_of(key), f"unknown key {key!r}; known are {', '.join(sorted(known))}")
    for key in sorted(known - _OPTIONAL):
        if key not in front:
            raise CardError(card, 1, f"the front matter lacks {key!r}")
    code, name = text_of("code"), text_of("name")
    if (code, name) != (named[1], named[2]):
        raise CardError(card, line_of("code"), f"{code} {name!r} does not agree with the file name")
    body = "\n".join(lines[end + 1 :])
    if "retired" in front:
        return Rule(
            code=code,
            name=name,
            summary=text_of("summary"),
            severity=Severity.NOTE,
            is_preview=False,
            fix=None,
            probe=None,
            versions=MappingProxyType({}),
            retired=text_of("retired"),
            markdown=body,
            card=card,
            first_line=end + 2,
        )
    fix = text_of("fix", frozenset({"safe", "unsafe", "suggestion", "none"}))
    probe = text_of("probe", PROBES | {"none"})
    return Rule(
        code=code,
        name=name,
        summary=text_of("summary"),
        severity=Severity.named(text_of("severity", frozenset({"error", "warning", "note"}))),
        is_preview=text_of("default", frozenset({"on", "preview"})) == "preview",
        fix=None if fix == "none" else Applicability(fix),
        probe=None if probe == "none" else probe,
        versions=_versions(front.get("versions", {}), card, line_of("versions")),
        retired="",
        markdown=body,
        card=card,
        first_line=end + 2,
    )


def _versions(table: Any, card: str, line: int) -> Mapping[str, str]:
    """The table ``[versions]``, checked."""
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise CardError(card, line, 'versions is a table of specifiers, such as transformers = ">=5"')
    return MappingProxyType(dict(table))


def by_code(cards: Iterable[Rule]) -> Mapping[str, Rule]:
    """The cards in the order of their codes; CardError if two share one."""
    rules: dict[str, Rule] = {}
    for rule in sorted(cards, key=lambda rule: rule.card):
        if rule.code in rules:
            raise CardError(rule.card, 1, f"{rule.code} is already the code of {rules[rule.code].card}")
        rules[rule.code] = rule
    return MappingProxyType(rules)


def live(cards: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """The cards without those that are retired."""
    return MappingProxyType({code: rule for code, rule in cards.items() if not rule.retired})


@cache
def load_cards() -> Mapping[str, Rule]:
    """Every card by its code, retired ones included, in the order of the codes."""
    from importlib.resources import files  # noqa: PLC0415 - only runs that need the cards pay for it

    return by_code(
        parse_card(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("clip_lint.rules").iterdir()
        if entry.name.endswith(".md")
    )


@cache
def load_rules() -> Mapping[str, Rule]:
    """The live rules by code, in the order of the codes."""
    return live(load_cards())
