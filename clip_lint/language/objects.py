"""The object of a verb: what its last word is, and which kind of task that makes."""

from __future__ import annotations

from functools import cache

from clip_lint.language.lexicon import listed, sections
from clip_lint.language.singular import singular

KINDS = {
    "text": "read", "count": "count", "measure": "measure", "date": "date", "place": "place", "person": "identify-person", "species": "identify-kind",
    "box": "detect", "mask": "segment", "state": "state", "caption": "describe", "change": "compare",
}  # fmt: skip
"""The kind of task that an object makes."""
DETERMINERS = frozenset(
    {
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "all",
        "any",
        "every",
        "each",
        "some",
        "my",
        "our",
        "their",
        "its",
        "his",
        "her",
        "your",
        "me",
        "us",
        "only",
        "just",
        "both",
        "such",
    }
)
_PLATES = frozenset({"plate", "plates"})
_NUMBERED = frozenset(
    {
        "license",
        "licence",
        "number",
        "registration",
        "name",
        "vehicle",
        "car",
        "truck",
        "their",
        "its",
        "the",
        "all",
        "my",
    }
)
"""Before a plate that has a number; a plain one is read as such too."""
_WRITTEN = listed("objects written")
_PARTICIPLES = listed("objects participles")
_COMPUTED = frozenset({"depth", "heat", "attention", "saliency", "disparity", "similarity", "segmentation"})
"""Maps that are no pictures to be found."""
_PIECES = listed("objects pieces")
_FILMS = listed("objects films")


@cache
def objects() -> dict[str, str]:
    """The class of every object that is known, by its word."""
    lines = sections("verbs")
    return {
        word: name
        for name in ("media", "search", "scene", "unit", "caption", *KINDS)
        for word in " ".join(lines[name]).split()
    }


@cache
def words_of(section: str) -> frozenset[str]:
    """The words of a section of ``lexicon/verbs.txt``."""
    return frozenset(" ".join(sections("verbs")[section]).split())


def head_of(target: list[str]) -> tuple[str, int]:
    """The last word of the noun phrase that words begin with, and where it stands."""
    stops = words_of("stop")
    position = 0
    while position < len(target) and target[position] in DETERMINERS:
        position += 1
    end = position
    while (
        end < len(target) and target[end] not in stops and not (end > position and _ends_phrase(target[end]))
    ):
        end += 1
    return (target[end - 1], end - 1) if end > position else ("", 0)


def _ends_phrase(word: str) -> bool:
    """Whether a word behind a noun begins something new: a box drawn round it, which painter a canvas is by."""
    return (
        word in DETERMINERS
        or word in _PARTICIPLES
        or (word.endswith("ed") and word not in ("red", "bed", "seed", "weed"))
    )


def object_kind(target: list[str]) -> str | None:
    """The kind of what is wanted: the number of cars, the name of the player, the year; None for a common thing."""
    head, at = head_of(target)
    if not head:
        return None
    after = target[at + 1 :]
    if head in ("name", "names"):
        return _named(target[:at], after)
    if head in _PLATES and not (at and target[at - 1] in _NUMBERED):
        return None  # a build plate, a dinner plate
    if not _WRITTEN.isdisjoint(target[: at + 2]):
        return "read"
    name = objects().get(head)
    if name == "media" and at and target[at - 1] in _COMPUTED:
        return None
    if head == "number" and after[:1] == ["of"]:
        return "count"
    if head == "number" and at and target[at - 1] not in ("exact", "total", "right", "maximum"):
        return "read"
    return None if name in (None, "unit") else KINDS.get(name, name)


def _named(before: list[str], after: list[str]) -> str | None:
    owner = head_of(after[1:])[0] if after[:1] == ["of"] else (before[-1] if before else "")
    name = objects().get(owner) or objects().get(singular(owner))
    if name == "person":
        return "identify-person"
    if name == "species":
        return "identify-kind"
    return (
        "read"
        if {"from", "on", "off", "in"} & set(after[:1])
        or owner in ("shop", "street", "brand", "company", "product")
        else None
    )


def is_piece(target: list[str]) -> bool:
    """Whether a part of a film is wanted: the moment in the video when ..."""
    return head_of(target)[0] in _PIECES and is_media(target)


def is_media(target: list[str]) -> bool:
    """Whether pictures are what is wanted, or a part of a film: the moment in the video when ..."""
    head, at = head_of(target)
    after = target[at + 1 :]
    if head in _PIECES and after[:1] and after[0] in ("in", "of"):
        head = head_of(after[1:])[0]
        return head in _FILMS
    return head in words_of("pictures")
