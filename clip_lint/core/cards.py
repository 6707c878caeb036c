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
from typing import TYPE_CHECKING, Any

from clip_lint.core.card_text import CardError, Example, parse_examples, split_sections
from clip_lint.core.finding import Applicability, Severity
from clip_lint.core.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROBES = frozenset({"scores", "inputs", "running", "contrast", "fine-grained"})
"""The families of probes that a card may name, besides ``none``."""

_FILE = re.compile(r"(CLP\d{3})-([a-z0-9-]+)\.md")
_KEYS = frozenset({"code", "name", "summary", "severity", "default", "fix", "probe", "versions"})
_OPTIONAL = frozenset({"versions"})
_TOMBSTONE_KEYS = frozenset({"code", "name", "summary", "retired"})


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
        return MappingProxyType({title: text for title, text, _ in self._parts()})

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The Python blocks of the section Examples, in order; CardError if a fence is not understood."""
        if self.retired:
            return ()
        text, line = next((text, line) for title, text, line in self._parts() if title == "Examples")
        return parse_examples(text, line, self.card)

    def _parts(self) -> list[tuple[str, str, int]]:
        return split_sections(self.markdown, self.first_line, self.card)


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

    return by_code(parse_card(name, text) for name, text in texts_in(files("clip_lint.rules"), ".md"))


@cache
def load_rules() -> Mapping[str, Rule]:
    """The live rules by code, in the order of the codes."""
    return live(load_cards())
