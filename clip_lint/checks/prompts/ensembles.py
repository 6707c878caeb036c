"""Prompts whose embeddings are averaged: what one of many says decides little."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.reading.prompts import PromptSet

_ALL_THE_SAME = 0.5
"""From this share of its prompts on, a class hangs on what they say."""
_IN_ALL = 0.8
"""In this share of its templates a label says what is its own."""


def _side_by_side(told: set[Place], prompts: PromptSet) -> set[Place]:
    """The places told of that stand next to each other: of lists for many classes, one may hang on what its prompts say."""
    places = [prompt.place for prompt in prompts.prompts]
    if len(set(places)) < len(places):
        return set()
    near = zip(places, [None, *places[:-1]], [*places[1:], None], strict=True)
    return {place for place, before, after in near if place in told and (before in told or after in told)}


def _of_labels(found: Iterable[Finding], prompts: PromptSet) -> set[Place]:
    """The labels that say it themselves, and so in most of their templates; what one template adds is not the label's."""
    told = Counter(each.place for each in found)
    made = Counter(prompt.place for prompt in prompts.prompts if prompt.label is not None)
    return {place for place, count in made.items() if told[place] >= _IN_ALL * count}


def _is_of_one_thing(prompts: PromptSet) -> bool:
    """Whether all texts of a list, which is one of several that come to a call, have a thing's name in them: they are ways to say it."""
    if prompts.lists < _SEVERAL or len(prompts.prompts) < _SEVERAL:
        return False
    words = [set(_WORD.findall(prompt.text.lower())) - _OF_PICTURES for prompt in prompts.prompts]
    return len(set.intersection(*words)) > 1


_SEVERAL = 3
_WORD = re.compile(r"[^\W\d_][\w'-]{3,}")
_OF_PICTURES = frozenset({"photo", "image", "picture", "photograph", "with", "that", "this", "from"})


_POOL = 8
"""So many patterns for one text are ways to say it, which are averaged or of which the best counts."""


def is_pool(prompts: PromptSet) -> bool:
    """Whether the prompts are patterns that one text goes into: none of them competes with another."""
    if len(prompts.prompts) < _POOL:
        return False
    fills = {prompt.label or _hole(prompt.shown) for prompt in prompts.prompts}
    return len(fills) == 1 and "" not in fills


def _hole(shown: str) -> str:
    """The variable that fills a text's one hole."""
    return shown[shown.find("{") : shown.find("}") + 1] if shown.count("{") == 1 else ""


def in_ensemble(findings: Iterable[Finding], prompts: PromptSet) -> list[Finding]:
    """The findings; a warning is a note where only few prompts of an averaged list give it, and not by their label."""
    found = list(findings)
    is_one = prompts.fate.is_averaged or is_pool(prompts) or _is_of_one_thing(prompts)
    if not is_one or len(found) >= _ALL_THE_SAME * len(prompts.prompts):
        return found
    labelled = _of_labels(found, prompts) | _side_by_side({each.place for each in found}, prompts)
    return [
        replace(each, severity=Severity.NOTE)
        if each.severity is Severity.WARNING and each.place not in labelled
        else each
        for each in found
    ]
