"""Which phenomena a request hangs on, however many words stand around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.meant import FIGURES, MEDIA, ONLOOKERS, SITES, is_absence, keeps_what_shows
from clip_lint.language.quoting import reads_quotes
from clip_lint.language.reading import read_prompt
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language.meaning import Count, Meaning, Negation, Relation
    from clip_lint.language.tasks import Request

_TELLING = frozenset(
    {
        TaskKind.COMPARE,
        TaskKind.DESCRIBE,
        TaskKind.CONVERSE,
        TaskKind.LANGUAGE,
        TaskKind.DATE,
        TaskKind.PLACE,
        TaskKind.STATE,
        TaskKind.MOTION,
    }
)
"""Tasks in which a number counts nothing in the picture, and things have no places."""
_AROUND = frozenset({"CLP101", "CLP102", "CLP104", "CLP107"})
"""What often stands around the clause that says what is wanted: two phones, below the search box, without labels."""
_OF_TASK = {
    TaskKind.COUNT: "CLP101",
    TaskKind.RELATE: "CLP102",
    TaskKind.ABSENT: "CLP104",
    TaskKind.READ: "CLP107",
}
_BOTH = re.compile(r"\b(?:of|between) (?:(?:the|these|those) )?(?:two|three)\b")
_PLACED = frozenset(
    {"left", "right", "above", "below", "behind", "front", "between", "under", "top", "inside", "outside", "on top"}
)  # fmt: skip
_COARSE = frozenset({"vehicle", "animal", "food", "fruit", "sign", "plant"})
"""What has types that look different: no narrow kind is asked for by the type of vehicle."""
_FITS_WORDS = re.compile(
    r"\b(?:fit|match|describ|correspond|belong|close|similar|goes with|go with)\w* (?:to |with )?(?:(?:the|a|an|this|each|every) )?(?:word|words|text|texts|phrase|sentence|title|caption)\b"
)
_MENTIONED = re.compile(
    r"(?:captions?|message|title|label|phrase|says? (?:which|whether|how|if|who|what|where))\b", re.IGNORECASE
)
"""What a request speaks of that is no writing in the picture: a caption that fits, say which."""
_MANY = 100
"""So many things are what is searched, and nobody counts them."""
_DEFINITE = frozenset({"the", "these", "those", "both", "all", "my", "our"})
_LOOKING = frozenset(
    {
        "us",
        "me",
        "ourselves",
        "rover",
        "robot",
        "vacuum",
        "mower",
        "doorbell",
        "device",
        "machine",
        "classifier",
        "encoder",
        "backbone",
    }
)
_LOOSE = frozenset({"in", "on", "at", "with", "by", "of"})


def asked_codes(meaning: Meaning, task: Request) -> list[str]:
    """The codes of what a request hangs on."""
    found = []
    if _counts(meaning, task):
        found.append("CLP101")
    if any(_is_absence(meaning, negation) for negation in meaning.negations):
        found.append("CLP104")
    if _reads(meaning, task):
        found.append("CLP107")
    if task.kind is not TaskKind.FIND:
        if task.kind not in _TELLING and any(relation.value in _PLACED for relation in _relations(meaning)):
            found.append("CLP102")
        if len([pair for pair in meaning.bindings if not pair.is_part]) > 1:
            found.append("CLP103")
        if any(kind.phrase.rpartition(" ")[2] not in _COARSE for kind in meaning.kinds):
            found.append("CLP105")
    return found


def denied_codes(meaning: Meaning, task: Request) -> frozenset[str]:
    """The codes of what only seems to be asked: ten images like this one, a camera above the door, pictures of "cats"."""
    denied = set()
    if task.kind is not TaskKind.COUNT and not _counts(meaning, task):
        denied.add("CLP101")
    if task.kind is not TaskKind.RELATE and (task.kind in _TELLING or not any(_relations(meaning))):
        denied.add("CLP102")
    if meaning.negations and not any(_is_absence(meaning, negation) for negation in meaning.negations):
        denied.add("CLP104")
    if not _reads(meaning, task):
        denied.add("CLP107")
    if task.clause:
        denied |= _AROUND - _shown(read_prompt(task.clause), task)
    if task.kind in (TaskKind.DESCRIBE, TaskKind.LANGUAGE):
        denied |= {"CLP103", "CLP106"}
    return frozenset(denied)


def _shown(clause: Meaning, task: Request) -> frozenset[str]:
    """The codes of what the main clause itself speaks of."""
    spoken = {
        "CLP101": clause.counts,
        "CLP102": clause.relations,
        "CLP104": clause.negations,
        "CLP107": clause.writings,
    }
    found = {code for code, said in spoken.items() if said}
    return frozenset(found | {code for kind, code in _OF_TASK.items() if task.kind is kind})


def _counts(meaning: Meaning, task: Request) -> bool:
    return (
        task.kind not in _TELLING
        and any(
            (count.is_asked or (1 < (count.value or 0) < _MANY and not _is_known(meaning, count)))
            and count.noun not in MEDIA
            for count in meaning.counts
        )
        and not _BOTH.search(task.core)
    )


def _is_known(meaning: Meaning, count: Count) -> bool:
    """Whether a number is known already: the two dogs."""
    return bool(_DEFINITE & set(meaning.text[: count.span[0]].lower().split()[-1:]))


def _is_absence(meaning: Meaning, negation: Negation) -> bool:
    """Whether a negation is about the picture, and not about how something is searched: instead of words."""
    if keeps_what_shows(meaning.text):
        return False
    start, end = negation.span
    before = meaning.text[:start].lower().split()[-4:]
    if negation.word in ("neither", "none") or (negation.word == "nothing" and before[-1:] == ["or"]):
        return False  # a cat, a dog or neither
    after = [word.strip('.,;:?!"') for word in meaning.text[start : end + 25].lower().split()]
    return is_absence(before, after[1:]) and is_absence(before, after[2:])


def _reads(meaning: Meaning, task: Request) -> bool:
    if task.kind is TaskKind.READ:
        return True
    if _FITS_WORDS.search(task.core):
        return False
    written = [each for each in meaning.writings if not _MENTIONED.match(each.phrase)]
    return bool(written) and (not meaning.quotes or reads_quotes(task.core))


def _relations(meaning: Meaning) -> Iterator[Relation]:
    """The relations of things in the picture: what looks on is none of them, nor are pictures."""
    for relation in meaning.relations:
        start, end = relation.span
        before = meaning.text[:start].lower().split()[-1:]
        after = meaning.text[end:].lower().split()[:3]
        if relation.phrase in _LOOSE or relation.is_setting:
            continue
        if not after and relation.phrase.startswith("clos"):
            continue  # which style is it closest to
        if after[:2] == ["each", "other"] or (
            after
            and after[0].startswith("each")
            and not MEDIA.isdisjoint(meaning.text[:start].lower().split()[-6:])
        ):
            continue
        aim = [word.strip(".,;:?!") for word in after]
        if (
            not ((ONLOOKERS | MEDIA) & set(before))
            and (MEDIA | FIGURES | SITES).isdisjoint(aim)
            and _LOOKING.isdisjoint(aim)
        ):
            yield relation
