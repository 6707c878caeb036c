"""Members of narrow kinds: species, breeds, makes, people.

One prompt is of a kind when it says so ("a type of bird"), names a well-known person or holds a name of several words whose last
one heads a kind (Norwich terrier). What is common knowledge to CLIP (dog, rose, pizza) is no narrow kind by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed, sections
from clip_lint.language.meaning import Kind
from clip_lint.language.persons import SURNAMES, names_person
from clip_lint.language.shapes import MEDICAL_ENDINGS, by_ending, is_disease
from clip_lint.language.singular import singular

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.language.tagging import Tagged

TYPE_OF = re.compile(r"\b(?:type|kind|breed|species|model|make) of (?:an? )?(\w+)")
_PLACE_TAKEN = re.compile(
    r"\bi took (?:in|while visiting)\b|\bmy home country\b|\bmy visit to\b|\bthe country of\b"
)
KIND_WORDS = {
    "pet": "dog", "dog": "dog", "cat": "cat", "bird": "bird", "flower": "flower", "aircraft": "aircraft", "airplane": "aircraft",
    "plane": "aircraft", "car": "car", "food": "food", "butterfly": "insect", "insect": "insect", "mushroom": "mushroom",
    "fungus": "mushroom", "fish": "fish", "snake": "snake", "tree": "tree", "plant": "plant", "vehicle": "car", "horse": "horse",
    "sign": "traffic sign", "fruit": "fruit", "animal": "animal", "wine": "wine",
}  # fmt: skip
_PLAIN = listed("kinds plain")
_AMBIGUOUS = listed("kinds ambiguous")
"""Birds and dogs whose names mean something else as often."""
_ELSEWHERE = listed("kinds elsewhere")
"""What medicine says of bodies, and others of metal, water or argument."""


_SHORT = listed("kinds medical-short")
"""Abbreviations of findings, which mean other things outside of lists of them."""
_SIDED = listed("kinds sided")
_SAID = listed("kinds said")
_FOLIAGE = listed("kinds foliage")
_AILING = listed("kinds ailing")
_QUALIFYING = frozenset({"with", "having", "showing", "that", "which", "featuring"})


@dataclass(frozen=True, slots=True)
class KindTable:
    """The words of narrow kinds: ``heads`` and ``firsts`` map a word to its kinds, ``names`` a whole name to its kind."""

    heads: dict[str, str]
    firsts: dict[str, str]
    names: dict[str, str]
    openings: frozenset[str]
    triggers: frozenset[str]
    """Every word that can show a kind in a single prompt."""


@cache
def kind_table() -> KindTable:
    """The lists of ``lexicon/kinds.txt``."""
    tables: dict[str, dict[str, str]] = {"head": {}, "first": {}, "name": {}}
    for heading, lines in sections("kinds").items():
        kind, place = heading.split()
        entries = lines if place == "name" else " ".join(lines).split()
        for entry in entries:
            tables[place].setdefault(entry, kind)
    openings = frozenset(name.split()[0] for name in tables["name"])
    triggers = (
        frozenset(tables["head"])
        | {f"{word}s" for word, kind in tables["head"].items() if kind == "medical"}
        | openings
        | {word for word, kind in tables["first"].items() if kind == "car"}
    )
    return KindTable(tables["head"], tables["first"], tables["name"], openings, triggers)


def kinds(tagged: Tagged) -> tuple[Kind, ...]:
    """Narrow kinds that one prompt asks for by itself."""
    words = tagged.words
    if not words:
        return ()
    found: list[Kind] = []
    if not _SAID.isdisjoint(words):
        joined = " ".join(words)
        for match in TYPE_OF.finditer(joined):
            kind = KIND_WORDS.get(match[1])
            if kind is not None:
                found.append(Kind(kind, match.group(), _locate(tagged, match.group())))
        match_place = _PLACE_TAKEN.search(joined)
        if match_place:
            found.append(Kind("country", match_place.group(), _locate(tagged, match_place.group())))
    if not found and (named := names_person(tagged) or _of_body(tagged)) is not None:
        found.append(named)
    if not found:
        named = _named(tagged)
        if named is not None:
            found.append(named)
    return tuple(found)


_LAST_LETTERS = frozenset(ending[-3:] for ending in MEDICAL_ENDINGS)
_SINGLE_NAMES = ("person", "dog", "cat", "car", "flower", "medical")


def _named(tagged: Tagged) -> Kind | None:
    table, words, tags = kind_table(), tagged.words, tagged.tags
    if table.triggers.isdisjoint(words):
        return _by_ending(tagged)
    for position, word in enumerate(words):
        if word in table.openings:
            for length in (3, 2):
                name = " ".join(words[position : position + length])
                kind = table.names.get(name)
                if kind in _SINGLE_NAMES and length > 1 and len(words) >= position + length:
                    return Kind(kind, name, tagged.span(position, position + length - 1))
        kind = table.heads.get(word)
        if kind is None and table.heads.get(word.removesuffix("s")) == "medical":
            kind = "medical"
        if (
            kind in ("dog", "bird")
            and position
            and tags[position] == "n"
            and tags[position - 1] in "na"
            and words[position - 1] not in _PLAIN
            and word not in _AMBIGUOUS
        ):
            return Kind(kind, f"{words[position - 1]} {word}", tagged.span(position - 1, position))
        if kind == "medical" and tags[position] == "n":
            return Kind(kind, word, tagged.span(position, position))
        if (
            table.firsts.get(word) == "car"
            and "y" in tags
            and word not in ("mini", "ram", "eagle", "smart", "geo", "seat")
        ):
            return Kind("car", word, tagged.span(position, position))
        if word in ("corvette", "mustang", "camaro") and "y" in tags:
            return Kind("car", word, tagged.span(position, position))
    return _by_ending(tagged)


_MODALITIES = listed("kinds modalities")
_HEALTH = listed("kinds health")
_ORGANS = listed("kinds organs")
_REVEALING = listed("kinds revealing")
_SCANS = frozenset({"scan", "scans"})
"""Papers are scanned as well as bodies."""
_BODILY = listed("kinds bodily")
_NO_FINDINGS = _BODILY | _ORGANS | listed("kinds artefacts")
"""What a medical picture is of, and what is drawn on it."""


def _of_body(tagged: Tagged) -> Kind | None:
    """A finding in a medical picture: a normal chest x-ray, an MRI of a healthy brain, healthy lungs; the kind of picture alone is none."""
    words = tagged.words
    if _HEALTH.isdisjoint(words):
        return _shown_in_scan(tagged)
    place = next(position for position, word in enumerate(words) if word in _HEALTH)
    following = words[place + 1 : place + 5]
    if not _MODALITIES.isdisjoint(
        piece for word in words for piece in word.split()
    ) or not _ORGANS.isdisjoint(following):
        last = min(place + 1, len(words) - 1)
        return Kind("medical", words[place], tagged.span(place, last))
    return None


def _shown_in_scan(tagged: Tagged) -> Kind | None:
    """What a medical picture is said to show beside a part of the body: a chest x-ray showing opacities."""
    words, tags = tagged.words, tagged.tags
    if _MODALITIES.isdisjoint(tagged.text.lower().split()):
        return None
    taken = next(
        (at for at, word in enumerate(words) if not (_MODALITIES - _SCANS).isdisjoint(word.split())), None
    )
    if taken is None:
        return None
    for at in range(taken + 1, len(words) - 1):
        if words[at] in _REVEALING and tags[at + 1] != "x":
            last = at + 1
            while last < len(words) - 1 and tags[last] in "dlgcmsztav2q":
                last += 1
            while last < len(words) - 1 and tags[last] == "n" and tags[last + 1] == "n":
                last += 1
            if tags[last] == "n" and words[last] not in _NO_FINDINGS:
                return Kind("medical", words[last], tagged.span(at + 1, last))
    return None


def _by_ending(tagged: Tagged) -> Kind | None:
    """A disease that its ending shows: cardiomyopathy."""
    if _LAST_LETTERS.isdisjoint([word[-3:] for word in tagged.words]):
        return None
    following = (*tagged.words[1:], "")
    for position, (word, after) in enumerate(zip(tagged.words, following, strict=True)):
        if is_disease(word, after):
            return Kind("medical", word, tagged.span(position, position))
    return None


def is_sided(words: Sequence[str], part: frozenset[str]) -> bool:
    """Whether a finding is placed by the side of the body that it is on: a nodule in the left lung."""
    return not part.isdisjoint(_SIDED) and any(
        kind_table().heads.get(word) == "medical" or by_ending((word,)) for word in words
    )


def medical_findings(found: Iterable[Kind]) -> bool:
    """Whether labels among others ask for medical findings, in medicine's own words."""
    terms = {kind.phrase for kind in found}
    return len(terms) > 1 or not terms <= _ELSEWHERE


def modalities(words: Sequence[str]) -> frozenset[str]:
    """The kinds of medical pictures that a label names: a chest x-ray, a fundus photograph."""
    return _MODALITIES.intersection(piece for word in words for piece in word.split())


def _locate(tagged: Tagged, phrase: str) -> tuple[int, int]:
    """Where a phrase of the joined words stands in the text."""
    target = phrase.split()
    flat: list[int] = []
    pieces: list[str] = []
    for position, word in enumerate(tagged.words):
        for piece in word.split():
            pieces.append(piece)
            flat.append(position)
    for start in range(len(pieces) - len(target) + 1):
        if pieces[start : start + len(target)] == target:
            return tagged.span(flat[start], flat[start + len(target) - 1])
    return (0, len(tagged.text))


def is_ailing_plant(words: tuple[str, ...]) -> bool:
    """Whether a label names a disease of a plant wherever: a tomato leaf with early blight, infected wheat, healthy vine leaves."""
    if _FOLIAGE.isdisjoint(words):
        return False
    ill = {word for word in words if kind_table().heads.get(word) == "plant-disease"}
    return bool(ill) or not _AILING.isdisjoint(words)


def kind_of_label(words: tuple[str, ...]) -> str | None:
    """The kind that a whole label names, from its words in lower case; None if it names none of the known ones."""
    table = kind_table()
    if is_ailing_plant(words):
        return "plant-disease"
    tail = next((at for at, word in enumerate(words) if at > 1 and word in _QUALIFYING), None)
    if tail is not None:
        return kind_of_label(words[:tail])  # what it looks like: Koel bird with glossy plumage
    name = " ".join(words)
    if name in table.names:
        return table.names[name]
    if not words:
        return None
    if words[-1] in SURNAMES and len(words) <= 2:
        return "person"
    last, first = words[-1], words[0]
    if len(words) > 1:
        two = " ".join(words[:2])
        if table.names.get(two) == "car":
            return "car"
        kind = table.firsts.get(first)
        if kind == "person" and len(words) <= 4:
            return "person"
        if kind is not None and kind != "person":
            return kind
    head = table.heads.get(last) or table.heads.get(singular(last))
    if head is None and len(words) > 1 and last in KIND_WORDS:
        return kind_of_label(words[:-1])  # Siamese cat
    if head is None and " ".join(words[-2:]) in table.names:
        return table.names[" ".join(words[-2:])]
    if head is None:
        head = by_ending(words) or (None if _SHORT.isdisjoint(words) else "medical")
    if head is None:
        head = next(
            (table.heads[word] for word in words if table.heads.get(word) in ("medical", "aircraft")), None
        )
    return head
