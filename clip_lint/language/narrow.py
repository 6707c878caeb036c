"""Whether a label set is all of one narrow kind, and which."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.language.kinds import KIND_WORDS, TYPE_OF, kind_of_label
from clip_lint.language.lexicon import listed
from clip_lint.language.singular import singular
from clip_lint.language.tagging import tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_FRAME = re.compile(
    r"^(?:an? |the |this is )?(?:\w+ ){0,2}(?:photo|picture|image|photograph|close-up) of (?:an? |the |my )?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|the) ", re.IGNORECASE)
_FAMILIES = {"cat": "dog"}
"""Kinds that one benchmark holds together: Oxford-IIIT Pet has cats and dogs."""

ENOUGH = {"person": 0.5, "medical": 0.5, "country": 0.8, "food": 0.8}
"""The share of labels that must be known members; 0.6 for the others."""

_GENERAL = listed("narrow general")


@dataclass(frozen=True, slots=True)
class NarrowKind:
    """A set's kind, how it shows (``template``, ``members`` or ``head``) and how many labels show it."""

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
    words = [
        tuple(word for token in tag(name).words for word in token.split() if word[0].isalnum())
        for name in names
    ]
    found = Counter(_FAMILIES.get(kind, kind) for kind in map(kind_of_label, words) if kind is not None)
    if found:
        kind, members = found.most_common(1)[0]
        few = 2 if kind in ("person", "medical", "car", "aircraft", "dog") else 3
        if members >= few and members >= ENOUGH.get(kind, 0.6) * len(names):
            return NarrowKind(kind, "members", members)
    return _shared_head(words)


def _shared_head(words: Sequence[tuple[str, ...]]) -> NarrowKind | None:
    """Four or more labels of two or three words that end in one noun and begin with a name of their own."""
    if len(words) < 4 or any(not 2 <= len(label) <= 3 for label in words):
        return None
    heads = {singular(label[-1]) for label in words}
    if len(heads) != 1 or not heads.isdisjoint(_GENERAL):
        return None
    if any(letter != "n" for label in words for letter in tag(" ".join(label)).tags):
        return None
    return NarrowKind(next(iter(heads)), "head", len(words))
