"""The main verb of a request and its object, and which kind of task they make together.

A verb is of a class: it seeks pictures (`find`, `bring up`, `hold back`), sorts them (`group`, `label`), judges (`tell whether`),
estimates (`compute`), or makes something (`write`). What it is done to decides: pictures are found by what they show, a number of
things is counted, an inscription read. Some verbs say it all (`count`, `transcribe`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from clip_lint.language.clauses import clauses
from clip_lint.language.lexicon import listed
from clip_lint.language.objects import (
    DETERMINERS,
    head_of,
    is_media,
    is_piece,
    object_kind,
    objects,
    words_of,
)
from clip_lint.language.propositions import question_kind, yes_no_kind
from clip_lint.language.verb_forms import ALONE, forms

_OPENERS = DETERMINERS | listed("verbs openers")
_BY = re.compile(r"(?<!\S)(?:by|according to|with|as|on|after|based on|depending on) (?P<rest>.+)")
_RATED = listed("verbs rated")
"""Words before pictures that judge them."""
_SUPERLATIVE = re.compile(
    r"(?:me |us |only )*(?:the|my) (?:(?!near|lat|clos|b)\w{3,}est|most (?:beautiful|attractive|striking|interesting|appealing|flattering|memorable))(?: (?:out|of|one|ones|in|from)|$)"
)
_TAKEN = frozenset({"taken", "shot", "made", "photographed", "recorded", "painted", "filmed"})
_OPENINGS = re.compile(r"(?:^|[,.;:!?]) *([A-Za-z-]+)")
_NEEDS = re.compile(
    r"\b(?:should|must|shall|needs?|wants?|would|ought|has to|have to|hopes?|wish(?:es)?|plans? to|tr(?:y|ies) to|like to)\b"
)
_ASKING = frozenset({"whether", "if", "when", "which", "what", "how", "who", "where", "whenever"})
_PURE = frozenset({"return", "retrieve", "suggest", "recommend", "browse"})
"""Verbs that search whatever their object."""
_ONES = frozenset({"ones", "those", "them", "these", "it", "such"})
_MOST = re.compile(
    r"(?:me |us |only )*(?:the|my) (?:most (?!relevant|similar|matching|likely|suitable|recent|fitting|common|important)\w+|prettiest|nicest|ugliest) (?P<heads>\w+(?: \w+)?)"
)
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: the class of the verb, the kind of task (empty where only the rest of the words tells), and the clause."""

    verb: str
    kind: str
    clause: str
    is_wanted: bool

    @property
    def is_clear(self) -> bool:
        """Whether these words can be nothing but a request: no caption says `estimate the calories`."""
        words = self.clause.split(" ")
        if len(words) < _SHORTEST:
            return False
        if len(words) > _SHORTEST and (
            (self.verb == "judge" and words[1] in _ASKING)
            or (self.is_wanted and words[0] in _ASKING and self.kind)
        ):
            return True
        if (
            self.is_wanted
            and self.verb in ("sort", "estimate", "count", "read", "segment")
            and len(words) > _SHORTEST
        ):
            return True
        if self.verb == "want":
            return self.is_wanted and self.kind == "find" and is_media(words)
        if not self.kind:
            return len(words) > _SHORTEST and any(
                objects().get(word) == "media" or word in ("face", "faces") for word in words[2:]
            )
        return not _OPENERS.isdisjoint(words[1:3])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.split(" ", 1)[0] for form in forms())


def may_ask(said: str) -> bool:
    """Whether a text can ask for something at all: a clause of it begins with a verb that is known, or somebody needs something."""
    return _NEEDS.search(said) is not None or not _first_words().isdisjoint(
        word.lower() for word in _OPENINGS.findall(said)
    )


@lru_cache(maxsize=4096)
def wish(said: str) -> Wish | None:
    """What a text wants done: of several wishes the first that CLIP cannot grant, else the first; None if it names no verb that is known."""
    found = [each for clause, wanted in clauses(said) for each in _of_clause(clause, is_wanted=wanted)]
    found.sort(key=lambda each: not each.is_wanted)
    return next(
        (each for each in found if each.kind not in ("", "find", "classify")), found[0] if found else None
    )


def seeks_pictures(clause: str) -> bool:
    """Whether pictures are what a clause's verb is done to: locate every holiday picture."""
    words = clause.split(" ")
    target = words[2 if " ".join(words[:2]) in forms() else 1 :]
    return bool(target) and is_media(target)


def _of_clause(clause: str, *, is_wanted: bool) -> list[Wish]:
    read = _read(clause, is_wanted=is_wanted)
    if read is None:
        return []
    found = [read]
    for join in re.finditer(r"(?<!\S)(?:and|then|or) ", clause):
        later = clause[join.end() :]
        first = later.split(" ", 1)[0]
        if (
            first in forms()
            and not first.endswith(("ed", "s"))
            and (other := _read(later, is_wanted=is_wanted)) is not None
            and _opens(other, later)
        ):
            found.append(other)
    return found


def _opens(read: Wish, clause: str) -> bool:
    words = clause.split(" ")
    return len(words) > 2 and bool(read.kind) and not _OPENERS.isdisjoint(words[1:3])


def _read(clause: str, *, is_wanted: bool) -> Wish | None:
    words = clause.split(" ")
    known = forms()
    two = " ".join(words[:2])
    said, length = (two, 2) if two in known else (words[0], 1)
    classes = known.get(said, "")
    target = words[length:]
    if not target:
        return None
    if words[0] == "when" and words[1] in ("was", "were") and words[-1] in _TAKEN:
        return Wish("ask", "date", clause, is_wanted)
    if not classes and (asked := yes_no_kind(words)) is not None:
        return Wish("ask", asked, clause, is_wanted)
    if not classes:
        if not is_wanted or words[0] not in _OPENERS | objects().keys():
            return None
        done = next(
            (
                at
                for at, word in enumerate(words[1:7], 1)
                if word.endswith("ed") and "sort" in known.get(word, "")
            ),
            None,
        )
        if (
            done is not None
            and words[done + 1 : done + 2]
            and words[done + 1] in ("into", "by", "as", "with")
        ):
            sorted_by = [*words[:done], *words[done + 1 :]]
            return Wish("sort", _sort(sorted_by) or "classify", clause, is_wanted)
        classes, target = "want", words
    if classes == "read" and (
        target[0] == "in" or head_of(target)[0] in words_of("pictures") | {"folder", "folders", "files"}
    ):
        return None  # read in a folder of images
    if classes in ALONE:
        return Wish(classes, ALONE[classes], clause, is_wanted)
    for name in classes.split(" "):
        kind = _RULES[name](target)
        if kind == "read" and "estimate" in classes:
            continue  # guess the price
        if kind is None and said in _PURE and not {"map", "mask", "box"} & set(target):
            kind = "find"
        if kind is not None:
            return Wish(name, kind, clause, is_wanted)
    return Wish(classes.split(" ")[0], "", clause, is_wanted)


def _seek(target: list[str]) -> str | None:
    kind = object_kind(target) or question_kind(target)
    if is_piece(target):
        return "find"
    head, at = head_of(target)
    if (
        objects().get(head) == "media"
        and not _RATED.isdisjoint(target[:at])
        and not {"matching", "fitting", "for", "to"} & set(target[: at + 2])
    ):
        return "state"
    if _is_rated_most(target):
        return "compare"
    plain = target[1:] if target[0] == "the" else target
    if plain and plain[0] in _ONES and (len(plain) == 1 or plain[1] in words_of("stop")):
        return "find"
    if _SUPERLATIVE.match(" ".join(target)):
        return "compare"
    for found in _BY.finditer(" ".join(target)):
        rest = found["rest"].split()
        other = object_kind(rest) if found.group().startswith("by ") and rest[0] != "name" else None
        if other in ("read", "count", "date", "measure", "identify-person"):
            return other
    if kind in ("media", "search", "describe", "state", "scene", "date", "place", "identify-person"):
        return "find" if kind in ("media", "search", "scene") else None
    return kind


def _is_rated_most(target: list[str]) -> bool:
    found = _MOST.match(" ".join(target))
    return found is not None and any(objects().get(word) == "media" for word in found["heads"].split())


def _sort(target: list[str]) -> str | None:
    said = " ".join(target)
    for found in _BY.finditer(said):
        rest = found["rest"].split()
        kind = "identify-person" if rest[0] == "who" else object_kind(rest) or question_kind(rest)
        if kind == "scene":
            return "classify"
        if (
            kind == "identify-person"
            and not found.group().startswith("by ")
            and rest[0] not in ("the", "their", "its")
        ):
            continue  # tagged as people
        if kind in ("identify-person", "identify-kind", "count", "measure", "date", "place", "state"):
            return kind
    kind = object_kind(target)
    return "classify" if kind in ("media", "scene") else kind if kind == "identify-kind" else None


def _judge(target: list[str]) -> str | None:
    kind = question_kind(target)
    if kind is not None:
        return kind
    kind = object_kind(target)
    if kind == "media" and is_media(target):
        return "classify"
    return (
        "classify"
        if kind == "scene"
        else kind
        if kind in ("identify-kind", "measure", "count", "state", "date", "place", "read", "compare")
        else None
    )


def _estimate(target: list[str]) -> str | None:
    kind = object_kind(target)
    return kind if kind in ("measure", "count", "state", "date", "place") else question_kind(target)


def _make(target: list[str]) -> str | None:
    kind = object_kind(target)
    return {"search": "find", "describe": "describe", "detect": "detect", "segment": "segment"}.get(
        kind or ""
    )


def _place(target: list[str]) -> str | None:
    return "find" if is_media(target) else "detect"


def _track(target: list[str]) -> str | None:
    return "detect" if {"through", "across", "throughout"} & set(target) or target[-2:-1] == ["to"] else None


def _want(target: list[str]) -> str | None:
    kind = question_kind(target) or object_kind(target)
    if _is_rated_most(target):
        return "compare"
    if kind == "identify-person":
        return None
    return {"media": "find", "search": "find", "scene": "classify"}.get(kind or "", kind)


_RULES = {
    "seek": _seek,
    "sort": _sort,
    "judge": _judge,
    "estimate": _estimate,
    "make": _make,
    "want": _want,
    "place": _place,
    "track": _track,
}
