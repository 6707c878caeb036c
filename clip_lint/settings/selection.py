"""Which rules are on: codes, prefixes, names and ALL, with Ruff's precedence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.likeness import most_like
from clip_lint.core.unreadable import CODE, NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clip_lint.core.cards import Rule

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Stage:
    """One source of selectors (the configuration, the command line). ``select`` None keeps what was on before."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def enabled(stages: Iterable[Stage], rules: Mapping[str, Rule], *, preview: bool) -> frozenset[str]:
    """The codes that are reported.

    The more exact selector wins, and `ignore` where both are equally exact. A preview rule is on only with
    ``preview`` or where its whole code, its name or ALL is selected: who asks for ALL means all (Ruff leaves preview
    rules out there, and people wonder where they are). A prefix does not bring them.
    """
    on = {code for code, rule in rules.items() if preview or not rule.is_preview}
    for stage in stages:
        wanted = [*(stage.select or ()), *stage.extend_select]
        if stage.select is not None:
            on = set()
        for code, rule in rules.items():
            chosen = max((_exactness(selector, code, rule.name) for selector in wanted), default=0)
            dropped = max((_exactness(selector, code, rule.name) for selector in stage.ignore), default=0)
            if chosen > dropped:
                if preview or not rule.is_preview or chosen in {_ALL, _EXACT}:
                    on.add(code)
            elif dropped:
                on.discard(code)
    return frozenset(on)


def matches(selector: str, code: str, name: str = "") -> bool:
    """Whether a code, a prefix, a name or ALL means the rule ``code``."""
    return _exactness(selector, code, name) > 0


def unknown(selector: str, rules: Mapping[str, Rule]) -> str | None:
    """None if ``selector`` means some rule, else what to say about it, with the nearest right name."""
    if any(matches(selector, code, rule.name) for code, rule in rules.items()):
        return None
    if selector.upper() == CODE or selector.lower() == NAME:
        return (
            f"{CODE} ({NAME}) is always on; leave files out with `exclude`, or list it in `per-file-ignores`"
        )
    names = [ALL, *rules, *(rule.name for rule in rules.values())]
    return f"no rule, prefix or name {selector!r}{nearest(selector, names)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` with the most similar known word, empty where none is similar."""
    best = most_like(word, known)
    return f"; did you mean {best!r}?" if best else ""


_ALL, _EXACT = 1, 100


def _exactness(selector: str, code: str, name: str) -> int:
    """0 where the selector does not mean the rule, more the longer the shared prefix."""
    upper = selector.upper()
    if upper == ALL:
        return _ALL
    if upper == code or (name and selector.lower() == name):
        return _EXACT
    return 1 + len(upper) if upper.startswith("CLP") and code.startswith(upper) else 0
