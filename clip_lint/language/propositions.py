"""Clauses that are asked about: which country it is, how far, whether somebody is there."""

from __future__ import annotations

import re

from clip_lint.language.lexicon import listed
from clip_lint.language.objects import DETERMINERS, KINDS, object_kind, objects, words_of
from clip_lint.language.themes import themes_of

_ASKED = re.compile(
    r"(?:(?:me|us|them|him|her|it|the user|users|from|in|on|by|at|for|with)(?: \S+){0,5}? |)(?P<word>whether|if|when|that|how|which|what|who|whose|where|why)(?!\S)(?P<rest>.*)"
)
_BEINGS = listed("propositions beings")
_AGED = re.compile(
    r"(?<!\S)(?:under|over|above|below|older than|younger than|at least)(?: the age of)? (?:\d+|eighteen|sixteen|fourteen|thirteen|twelve|twenty-one|twenty|thirty|sixty|sixty-five|of age)(?: years?(?: old)?)?$"
)
_TAKEN = frozenset({"taken", "shot", "photographed", "filmed"})
_MANY = frozenset({"hundred", "hundreds", "thousand", "thousands", "000"})
_FITTING = ("match", "fit", "agree", "correspond", "resembl", "follow", "illustrat")
_NEEDY = re.compile(r"(?<!\S)needs? (?!to (?!be))\S+")
_WHITHER = listed("propositions whither")
_VISIBLE = listed("propositions visible")


_ONLOOKERS = listed("propositions onlookers")
_SHOWS = listed("propositions shows")
_SOMEBODY = frozenset({"someone", "somebody", "anyone", "anybody", "people", "something"})
_SHORTEST = 3


def question_kind(target: list[str]) -> str | None:
    """The kind of an asked-for clause: which country, how far, whether a door is open."""
    found = _ASKED.fullmatch(" ".join(target))
    if found is None:
        return None
    word, rest = found["word"], found["rest"].split()
    if not rest:
        return None
    if word == "why":
        return "converse"
    if (
        word == "how"
        and rest[0] in ("well", "closely", "much")
        and any(each.startswith(_FITTING) for each in rest)
    ):
        return "find"
    if word == "how":
        if rest[0] in ("many", "few", "crowded", "busy"):
            return None if objects().get(rest[1] if len(rest) > 1 else "") in ("unit", "measure") else "count"
        return "measure" if rest[0] in _WHITHER else ("state" if themes_of(rest[0]) else None)
    if word == "which" and rest[0] == "of" and not _MANY.isdisjoint(rest[1:5]):
        return "identify-kind"
    if word == "what" and rest[:2] in (["is", "printed"], ["is", "written"], ["it", "says"]):
        return "read"
    if word in ("which", "what"):
        kind = object_kind(rest)
        if kind == "read" and rest[0] not in DETERMINERS:
            return kind
        if kind == "identify-person" and rest[0] in DETERMINERS:
            return None  # what the people are doing
        if kind in KINDS.values() and kind not in ("read", "describe"):
            return kind
        if kind in ("media", "scene"):
            return "classify"
        being = next((at for at, each in enumerate(rest) if each in _BEINGS), None)
        return (
            "state"
            if being is not None and any(themes_of(each) for each in rest[being + 1 : being + 3])
            else None
        )
    if word == "where":
        return "place" if _TAKEN & set(rest) else None
    if word == "when" and _TAKEN & set(rest[-1:]):
        return "date"
    if word in ("whether", "if", "when", "that"):
        return _proposition(rest)
    return None


def _proposition(words: list[str]) -> str | None:
    said = " ".join(words)
    if words[0] == "what" and not _BEINGS.isdisjoint(words[1:]):
        return "classify"  # that what was seen is a fox
    if _AGED.search(said) or _NEEDY.search(said):
        return "state"
    if not words_of("motion").isdisjoint(words[1:6]) and _VISIBLE.isdisjoint(words[:2]):
        return "motion"
    return "classify" if _is_shown(words) else None


def _is_shown(words: list[str]) -> bool:
    """Whether it is said that something is there, or that somebody does something that a single picture shows."""
    if words[0] in _SOMEBODY or words[:2] in (["there", "is"], ["there", "are"]):
        return True
    onlooker = next((at for at, word in enumerate(words[:4]) if word in _ONLOOKERS), None)
    if onlooker is not None and words[onlooker + 1 : onlooker + 2] and words[onlooker + 1] in _SHOWS:
        return True
    being = next((at for at, word in enumerate(words[1:7], 1) if word in _BEINGS), len(words))
    doing = words[being + 1 : being + 2]
    return bool(doing) and doing[0].endswith("ing") and not themes_of(doing[0])


def yes_no_kind(words: list[str]) -> str | None:
    """The kind of a question for yes or no: is anybody at the gate, is a man riding a horse."""
    if words[0] not in _BEINGS or len(words) < _SHORTEST:
        return None
    if words[1] in _SOMEBODY or words[1] == "there":
        return _proposition([words[1], words[0], *words[2:]])
    doing = next(
        (
            at
            for at, word in enumerate(words[2:6], 2)
            if word.endswith("ing")
            and (at > 2 or words[1] not in DETERMINERS)
            and word not in ("building", "thing", "ceiling", "painting")
        ),
        None,
    )
    return None if doing is None else _proposition([*words[1:doing], words[0], *words[doing:]])
