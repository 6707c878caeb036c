"""Whether a label set is all of one narrow kind, and which."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.language.kinds import KIND_WORDS, TYPE_OF, kind_of_label
from clip_lint.language.lexicon import listed
from clip_lint.language.reading import read_prompt
from clip_lint.language.shapes import are_glossed, are_models, are_species, made_by, named_apart, shared_head
from clip_lint.language.singular import singular
from clip_lint.language.tagging import tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_FRAME = re.compile(
    r"^(?:an? |the |this is )?(?:\w+ ){0,2}(?:photo|picture|image|photograph|close-up) of (?:an? |the |my )?",
    re.IGNORECASE,
)
_TAIL = re.compile(r",| (?:with|that|which|having|showing) ")
_MARKED = re.compile(r"(?<=[a-z])(?=[A-Z]{2})")
"""Where an abbreviation begins in a name that is written as one: MildNPDR."""
_CAPITAL_WITHIN = re.compile(r" of (?:an? |the )?[A-Z]\w+ \w")
"""A name of its own before the noun: a photo of an Acme garden chair."""
_ARTICLE = re.compile(r"^(?:an?|the) ", re.IGNORECASE)
_FAMILIES = {"cat": "dog"}
"""Kinds that one benchmark holds together: Oxford-IIIT Pet has cats and dogs."""

ENOUGH = {"person": 0.5, "medical": 0.5, "country": 0.8}
"""The share of labels that must be known members; 0.6 for the others."""

_FEW = frozenset({"person", "medical", "car", "aircraft", "dog", "plant-disease"})
"""Kinds that two members show."""
_NUMBERED_PERSON = re.compile(
    r"(?:person|employee|user|student|suspect|speaker|customer|subject|actor|worker|patient|visitor|face|identity)[ #]?\d+",
    re.IGNORECASE,
)
"""Somebody in particular who has a number for a name."""
_TWO_NAMED = frozenset({"bird", "fish", "insect"})
"""Kinds of which two members show it where each has a name of several words: house finch, purple finch."""
_NEUTRAL = listed("narrow neutral")
"""What medicine calls pictures in which nothing is found."""
_ALIVE = listed("narrow alive")
_OF_MEDICINE = tuple(sorted(listed("narrow medicine")))
_GENERAL = listed("narrow general")
_LIVING = frozenset(
    {
        "bird",
        "flower",
        "butterfly",
        "moth",
        "mushroom",
        "fish",
        "snake",
        "frog",
        "beetle",
        "shark",
        "orchid",
        "fern",
        "whale",
        "spider",
        "bee",
        "ant",
        "crab",
    }
)
"""Kinds of which a name before the noun is a species."""


@dataclass(frozen=True, slots=True)
class NarrowKind:
    """A set's kind, how it shows (``template``, ``members``, ``form`` or ``head``) and how many labels show it."""

    name: str
    evidence: str
    members: int


def bare(text: str) -> str:
    """A label without its frame: ``a photo of a Norfolk terrier.`` -> ``Norfolk terrier``."""
    return _ARTICLE.sub("", _FRAME.sub("", text.strip())).strip(" .!")


def narrow_kind(labels: Sequence[str], templates: Sequence[str] = ()) -> NarrowKind | None:
    """The narrow kind that all (or nearly all) labels belong to, or None."""
    names = [bare(label) for label in labels]
    if len({name.lower() for name in names}) < 2:
        return None
    for template in templates:
        stated = TYPE_OF.search(template.lower())
        if stated and stated[1] in KIND_WORDS:
            return NarrowKind(KIND_WORDS[stated[1]], "template", len(names))
    names = [" ".join(name.replace("_", " ").split()) for name in names]
    words = [
        tuple(
            word for token in tag(_MARKED.sub(" ", name)).words for word in token.split() if word[0].isalnum()
        )
        for name in names
    ]
    found = Counter(_FAMILIES.get(kind, kind) for kind in map(kind_of_label, words) if kind is not None)
    if found:
        kind, members = found.most_common(1)[0]
        few = (
            3 if kind not in _FEW and not (kind in _TWO_NAMED and all(len(name) > 1 for name in words)) else 2
        )
        neutral = sum(_NEUTRAL.issuperset(name) for name in words) if kind == "medical" else 0
        if neutral and members + neutral >= len(names):
            return NarrowKind(kind, "members", members)
        if members >= few and members >= ENOUGH.get(kind, 0.6) * len(names):
            return NarrowKind(kind, "members", members)
    if all(map(_NUMBERED_PERSON.fullmatch, names)):
        return NarrowKind("person", "form", len(names))
    for kind, members in (
        ("species", are_species(names) or are_glossed(names)),
        ("model", are_models(names)),
        ("artist", made_by(names)),
        ("brand", named_apart(names)),
    ):
        if members:
            return NarrowKind(kind, "form", members)
    # What it looks like stands behind a name: Koel bird with glossy plumage.
    named = all(_CAPITAL_WITHIN.search(label) for label in labels)
    head = shared_head([_TAIL.split(name, maxsplit=1)[0] for name in names], living=_LIVING, named=named)
    if head is None or head in _GENERAL:
        return None
    if head in _LIVING or all(name[0].isupper() for name in names):
        return NarrowKind(KIND_WORDS.get(head, head), "form", len(names))
    return NarrowKind(head, "head", len(names)) if len(names) > 3 else None


def kind_asked_for(core: str) -> str | None:
    """The narrow kind whose members a request wants to be identified; None if its words name none."""
    words = core.split()
    named = [KIND_WORDS.get(word) or KIND_WORDS.get(singular(word)) for word in words]
    found = next((kind for kind in named if kind), None)
    if found is not None:
        return found
    if not _ALIVE.isdisjoint(words):
        return "species"
    kinds = read_prompt(core).kinds
    if kinds:
        return kinds[0].name
    return "medical" if any(word.startswith(_OF_MEDICINE) for word in words) else None
