"""Narrow kinds that the form of a name shows, whatever its words are.

species  = Genus epithet, both with Latin endings            Turdus merula
medical  = a word with an ending that only medicine has       cardiomyopathy, dermatitis
model    = a name with a capital and a mark with a figure     Galaxy S21, Leopard 2 tank
head     = names of their own before one shared noun          monarch butterfly, viceroy butterfly
brand    = a label each, the same but for names in capitals    a can of Zingo, a can of Fizz Up
maker    = the same but for who made it                        a painting by Monet, a painting by Manet
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.singular import singular
from clip_lint.language.tagging import word_class

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 0.6
"""The share of a set's labels that must have a form."""

_GENUS = re.compile(r"[A-Za-z][a-z]{2,}(?:us|a|um|is|es|os|on|as|ys|ops|ex|ix|ax|yx|er|o)")
_EPITHET = re.compile(r"[a-z]{2,}(?:us|a|um|is|es|ense|i|ae|or|ax|ens|ans|ides|ylla|e|o|x)")
_LATIN = re.compile(r"[a-z]+(?:us|um|is|ii|ae|ense|oides|ella|ata|ula|ina|ica|osa|aria|ifera|alba|nigra)")
"""Endings that English nouns hardly have."""
MEDICAL_ENDINGS = (
    "itis", "oma", "osis", "emia", "opathy", "ectasis", "plasia", "megaly", "thorax", "edema", "penia", "rrhage", "lithiasis", "algia",
)  # fmt: skip
"""Endings of names of diseases."""
_OF_GENERA = ("oma", "emia")
"""Those of them that names of genera have as well."""
_PARTS = listed("kinds organs") | listed("kinds bodily")
_LONG = 6
_GLOSS = re.compile(r"\(([A-Z][a-z]+(?: [a-z]+)?)\)")
_NOT_MEDICAL = listed("shapes not-medical")
_MADE_BY = re.compile(
    r"(.*\b(?:painting|drawing|sketch|portrait|print|sculpture|photograph|artwork|work|building|dress|design|picture|landscape)s? by) ((?:[A-Z][\w.'-]*(?: |$)){1,4})"
)
_SHOWN = listed("shapes shown") | listed("geography cities")
"""Names that pictures show as well as any other word."""
_NO_THINGS = listed("reading frames") | {
    "type",
    "kind",
    "style",
    "image",
    "city",
    "country",
    "language",
    "screenshot",
    "costume",
    "website",
    "page",
    "map",
}
_MODEL = re.compile(r"[A-Za-z]*[A-Z][\w.&-]*(?: [\w.&-]+){0,4}")
_NO_NAMES = listed("shapes no-names")


def by_ending(words: Sequence[str]) -> str | None:
    """`medical`, if a word has an ending that only names of diseases have."""
    following = (*words[1:], "")
    return "medical" if any(map(is_disease, words, following)) else None


def is_disease(word: str, following: str = "") -> bool:
    """Whether a word has such an ending, and is no genus before its species: Pyrosoma atlanticum."""
    if len(word) <= _LONG or not word.endswith(MEDICAL_ENDINGS) or word in _NOT_MEDICAL:
        return False
    return not (
        word.endswith(_OF_GENERA)
        and _LATIN.fullmatch(following)
        and following not in lexicon().words
        and following not in _PARTS
    )


def is_binomial(name: str) -> bool:
    """Whether a name may be Latin: a genus and an epithet."""
    words = name.split()
    return (
        2 <= len(words) <= 3
        and _GENUS.fullmatch(words[0]) is not None
        and all(_EPITHET.fullmatch(word) and word_class(word)[1] == "n" for word in words[1:])
        and word_class(words[0])[1] == "n"
    )


def are_species(names: Sequence[str]) -> int:
    """How many names are Latin, if most are and one of them could hardly be English; else 0."""
    latin = [name for name in names if is_binomial(name)]
    genera = Counter(name.split()[0] for name in latin)
    sure = any(_LATIN.fullmatch(name.split()[1]) and _GENUS.fullmatch(name.split()[0]) for name in latin) or (
        len(latin) > 1 and len(genera) == 1 and next(iter(genera))[0].isupper()
    )  # Rosa canina, Rosa glauca
    return len(latin) if len(latin) > 1 and sure and len(latin) >= ENOUGH * len(names) else 0


def are_glossed(names: Sequence[str]) -> int:
    """How many names have a Latin one in brackets, if most do and no two the same: a larch (Larix) tree; else 0."""
    found = {match[1] for name in names if (match := _GLOSS.search(name)) and is_latin(match[1])}
    return len(found) if len(found) > 1 and len(found) >= ENOUGH * len(names) else 0


def is_latin(name: str) -> bool:
    """Whether what stands in brackets may be a genus, or a species."""
    genus, _, epithet = name.partition(" ")
    return (
        genus[0].isupper()
        and _GENUS.fullmatch(genus) is not None
        and word_class(genus)[1] == "n"
        and (not epithet or is_binomial(name))
    )


def are_models(names: Sequence[str]) -> int:
    """How many names end in or hold a mark with a figure (iPhone 13, Leopard 2 tank), if most do; else 0."""
    found = [name for name in names if _is_model(name)]
    firsts = {name.split()[0] for name in found}
    return len(found) if len(found) > 1 and len(found) >= ENOUGH * len(names) and firsts else 0


def _is_model(name: str) -> bool:
    words = name.split()
    return (
        len(words) > 1
        and words[0].lower() not in _NO_NAMES
        and any(map(str.isdigit, " ".join(words[1:]) + words[0]))
        and not words[0].isdigit()
        and word_class(words[0])[1] in "nu"
        and _MODEL.fullmatch(name) is not None
    )


def made_by(names: Sequence[str]) -> int:
    """How many names say who made the same thing, if all do: a painting by Monet, a painting by Manet; else 0."""
    found = [_MADE_BY.fullmatch(name) for name in names]
    if not all(found) or len({match[2] for match in found if match}) < len(names):
        return 0
    return len(found) if len({match[1].lower() for match in found if match}) == 1 else 0


def named_apart(names: Sequence[str]) -> int:
    """How many names differ in nothing but names in capitals, if all do and they share a noun in small letters; else 0."""
    split = [["a" if word == "an" else word for word in name.split()] for name in names]
    first = split[0]
    begin = next((at for at in range(min(map(len, split))) if len({words[at] for words in split}) > 1), 0)
    ending = 0
    while (
        all(len(words) > begin + ending + 1 for words in split)
        and len({words[-1 - ending].lower() for words in split}) == 1
    ):
        ending += 1
    shared = first[:begin] + first[len(first) - ending :]
    if not any(word_class(word.lower())[1] in "nf" for word in shared) or not _NO_THINGS.isdisjoint(
        shared[-1:]
    ):
        return 0
    own = [words[begin : len(words) - ending] for words in split]
    if not all(words and _is_proper(words[0]) for words in own) or len({*map(tuple, own)}) < len(own):
        return 0
    if all(name.istitle() for name in names):
        return 0  # every word has a capital
    if all(word.isupper() for words in own for word in words):
        return 0  # kinds of pictures and of files: a CT scan, an MRI scan
    return len(own)


def _is_proper(word: str) -> bool:
    """Whether a word is a name that is none of a country, a season or a feast."""
    known = word.lower().removesuffix("'s")
    return word[0].isupper() and known not in _SHOWN and word_class(known)[1] in "nu0"


def shared_head(names: Sequence[str], living: frozenset[str], *, named: bool = False) -> str | None:
    """The noun that three or more names of two or three words end in; None if there is none, or adjectives stand before it (of ``living`` kinds only colours and sizes)."""
    split = [name.split() for name in names]
    if len(split) < 3 or any(not 2 <= len(words) <= 4 for words in split):
        return None
    heads = {singular(words[-1].lower()) for words in split}
    if len(heads) != 1 or len({" ".join(words).lower() for words in split}) < len(split):
        return None
    (head,) = heads
    allowed = "nu2mat" if head in living else "nu2"
    if any(
        word_class(word.lower())[1] not in allowed for words in split for word in words[: 1 if named else -1]
    ):
        return None
    return head
