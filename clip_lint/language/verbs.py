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
from clip_lint.language.lexicon import sections
from clip_lint.language.singular import singular
from clip_lint.language.themes import themes_of

_CLASSES = ("seek", "sort", "judge", "estimate", "make")
_ALONE = {
    "count": "count", "tally": "count", "measure": "measure", "weigh": "measure", "transcribe": "read", "decipher": "read", "ocr": "read", "read": "read",
    "segment": "segment", "outline": "segment", "locate": "detect", "localise": "detect", "localize": "detect", "pinpoint": "detect",
    "describe": "describe", "summarise": "describe", "summarize": "describe", "narrate": "describe", "caption": "describe",
    "explain": "converse", "answer": "converse", "geolocate": "place",
}  # fmt: skip
"""Verbs that need no object to say what they want."""
_KINDS = {
    "text": "read", "count": "count", "measure": "measure", "date": "date", "place": "place", "person": "identify-person", "species": "identify-kind",
    "box": "detect", "mask": "segment", "state": "state", "caption": "describe", "change": "compare",
}  # fmt: skip
"""The kind of task that an object makes."""
_DETERMINERS = frozenset({"a", "an", "the", "this", "that", "these", "those", "all", "any", "every", "each", "some", "my", "our", "their", "its", "his", "her", "your", "me", "us", "only", "just", "both", "such"})
_OPENERS = _DETERMINERS | {"whether", "if", "when", "which", "what", "who", "whose", "how", "where", "why", "that", "from", "by", "it", "them", "everything", "anything"}
_ASKED = re.compile(r"(?:(?:me|us|them|him|her|it|the user|users|from|in|on|by|at|for|with)(?: \S+){0,5}? |)(?P<word>whether|if|when|that|how|which|what|who|whose|where|why)(?!\S)(?P<rest>.*)")
_BY = re.compile(r"(?<!\S)(?:by|according to|with|as|on|after|based on|depending on) (?P<rest>.+)")
_WRITTEN = frozenset({"handwritten", "printed", "engraved", "written", "embossed", "stamped", "typed", "spelled", "scribbled"})
_RATED = frozenset({"bad", "poor", "ugly", "beautiful", "nice", "attractive", "pretty", "sharp", "professional", "boring", "interesting", "low-quality", "high-quality", "aesthetic", "quality", "good-looking", "looking"})
"""Words before pictures that judge them."""
_SUPERLATIVE = re.compile(r"(?:me |us |only )*(?:the|my) (?:(?!near|lat|clos|b)\w{3,}est|most (?:beautiful|attractive|striking|interesting|appealing|flattering|memorable))(?: (?:out|of|one|ones|in|from)|$)")
_PARTICIPLES = frozenset({"drawn", "taken", "made", "given", "shown", "written", "hidden", "built", "worn", "held", "seen", "sold", "left"})
_COMPUTED = frozenset({"depth", "heat", "attention", "saliency", "disparity", "similarity", "segmentation"})
"""Maps that are no pictures to be found."""
_BEINGS = frozenset({"is", "are", "was", "were", "be", "looks", "look", "seems", "seem", "gets", "got", "becomes"})
_AGED = re.compile(r"(?<!\S)(?:under|over|above|below|older than|younger than|at least)(?: the age of)? (?:\d+|eighteen|sixteen|fourteen|thirteen|twelve|twenty-one|twenty|thirty|sixty|sixty-five|of age)(?: years?(?: old)?)?$")
_NEEDY = re.compile(r"(?<!\S)needs? (?:to be \S+|\S*(?:ation|ing|ment|air|irs|ance))(?!\S)")
_WHITHER = frozenset({"far", "tall", "high", "wide", "long", "deep", "big", "large", "heavy", "thick", "fast", "close", "steep", "quickly"})
_SHORTEST = 3
_ONLOOKERS = frozenset({"camera", "it", "clip", "model", "image", "picture", "photo", "photograph", "frame", "video", "images", "pictures", "photos", "frames", "doorbell", "radiograph"})
_SHOWS = frozenset({"sees", "see", "shows", "show", "contains", "contain", "detects", "notices", "has", "have", "holds", "depicts", "depict", "spots"})
_SOMEBODY = frozenset({"someone", "somebody", "anyone", "anybody", "people", "something"})
_VISIBLE = frozenset({"is", "are", "shows", "show", "contains", "contain", "has", "there", "holds", "depicts", "depict"})


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
        if len(words) < _SHORTEST or self.verb == "want":
            return False
        if not self.kind:
            return len(words) > _SHORTEST and any(_objects().get(word) == "media" or word in ("face", "faces") for word in words[2:])
        return not _OPENERS.isdisjoint(words[1:3])


@cache
def _forms() -> dict[str, str]:
    """Every form of every verb, with its class; several classes of one verb are joined by blanks."""
    found: dict[str, str] = {}
    lines = sections("verbs")
    for name in _CLASSES:
        plain = " ".join(lines[name]).split()
        for verb in (*plain, *(each.strip() for line in lines[f"{name} two words"] for each in line.split(";") if each.strip())):
            first, _, second = verb.partition(" ")
            for form in _inflected(first):
                spelt = f"{form} {second}".strip()
                found[spelt] = f"{found.get(spelt, '')} {name}".strip()
    for verb in _ALONE:
        for form in _inflected(verb):
            found[form] = verb
    return found


_IRREGULAR = {"find": "found", "hold": "held", "catch": "caught", "tell": "told", "keep": "kept", "write": "written", "show": "shown", "take": "taken", "give": "given", "see": "seen", "know": "known", "bring": "brought", "build": "built", "draw": "drawn", "throw": "thrown", "choose": "chosen", "make": "made", "hide": "hidden", "get": "got", "seek": "sought", "leave": "left"}  # fmt: skip


def _inflected(verb: str) -> tuple[str, ...]:
    stem = verb[:-1] if verb.endswith("e") else verb
    stem_y = verb[:-1] + "i" if verb.endswith("y") and verb[-2] not in "aeo" else stem
    doubled = verb + verb[-1] if 2 < len(verb) < 6 and verb[-1] in "tgbnmp" and verb[-2] in "aeiou" and verb[-3:-2] not in ("a", "e", "i", "o", "u", "") else stem
    past = _IRREGULAR.get(verb, (doubled if doubled != stem else stem_y) + "ed")
    return (verb, stem_y + "es" if verb[-1] in "yhsx" and stem_y != stem or verb[-1] in "hsx" else verb + "s", doubled + "ing", past)


@cache
def _objects() -> dict[str, str]:
    lines = sections("verbs")
    return {word: name for name in ("media", "search", "scene", "unit", "caption", *_KINDS) for word in " ".join(lines[name]).split()}


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(" ".join(sections("verbs")[section]).split())


@lru_cache(maxsize=4096)
def wish(said: str) -> Wish | None:
    """What a text wants done: of several wishes the first that CLIP cannot grant, else the first; None if it names no verb that is known."""
    found = [each for clause, wanted in clauses(said) for each in _of_clause(clause, is_wanted=wanted)]
    return next((each for each in found if each.kind not in ("", "find", "classify")), found[0] if found else None)


def _of_clause(clause: str, *, is_wanted: bool) -> list[Wish]:
    read = _read(clause, is_wanted=is_wanted)
    if read is None:
        return []
    found = [read]
    for join in re.finditer(r"(?<!\S)(?:and|then|or) ", clause):
        later = clause[join.end() :]
        first = later.split(" ", 1)[0]
        if first in _forms() and not first.endswith(("ed", "s")) and (other := _read(later, is_wanted=is_wanted)) is not None and _opens(other, later):
            found.append(other)
    return found


def _opens(read: Wish, clause: str) -> bool:
    words = clause.split(" ")
    return len(words) > 2 and bool(read.kind) and not _OPENERS.isdisjoint(words[1:3])


def _read(clause: str, *, is_wanted: bool) -> Wish | None:
    words = clause.split(" ")
    forms = _forms()
    two = " ".join(words[:2])
    said, length = (two, 2) if two in forms else (words[0], 1)
    classes = forms.get(said, "")
    target = words[length:]
    if not target:
        return None
    if not classes and (asked := _yes_no(words)) is not None:
        return Wish("ask", asked, clause, is_wanted)
    if not classes:
        if not is_wanted or words[0] not in _OPENERS | _objects().keys():
            return None
        classes, target = "want", words
    if classes in _ALONE:
        return Wish(classes, _ALONE[classes], clause, is_wanted)
    for name in classes.split(" "):
        kind = _RULES[name](target)
        if kind == "read" and "estimate" in classes:
            continue  # guess the price
        if kind is not None:
            return Wish(name, kind, clause, is_wanted)
    return Wish(classes.split(" ")[0], "", clause, is_wanted)


def _head(target: list[str]) -> tuple[str, int]:
    """The last word of the noun phrase that words begin with, and where it stands."""
    stops = _words("stop")
    position = 0
    while position < len(target) and target[position] in _DETERMINERS:
        position += 1
    end = position
    while end < len(target) and target[end] not in stops and not (end > position and _ends_phrase(target[end])):
        end += 1
    return (target[end - 1], end - 1) if end > position else ("", 0)


def _ends_phrase(word: str) -> bool:
    """Whether a word behind a noun begins something new: a box drawn round it, which painter a canvas is by."""
    return word in _DETERMINERS or word in _PARTICIPLES or (word.endswith("ed") and word not in ("red", "bed", "seed", "weed"))


def _object_kind(target: list[str]) -> str | None:
    """The kind of what is wanted: the number of cars, the name of the player, the year; None for a common thing."""
    head, at = _head(target)
    if not head:
        return None
    after = target[at + 1 :]
    if head in ("name", "names"):
        return _named(target[:at], after)
    if not _WRITTEN.isdisjoint(target[: at + 2]):
        return "read"
    name = _objects().get(head)
    if name == "media" and at and target[at - 1] in _COMPUTED:
        return None
    if head == "number" and after[:1] == ["of"]:
        return "count"
    if head == "number" and at and target[at - 1] not in ("exact", "total", "right", "maximum"):
        return "read"
    return None if name in (None, "unit") else _KINDS.get(name, name)


def _named(before: list[str], after: list[str]) -> str | None:
    owner = _head(after[1:])[0] if after[:1] == ["of"] else (before[-1] if before else "")
    name = _objects().get(owner) or _objects().get(singular(owner))
    if name == "person":
        return "identify-person"
    if name == "species":
        return "identify-kind"
    return "read" if {"from", "on", "off", "in"} & set(after[:1]) or owner in ("shop", "street", "brand", "company", "product") else None


def _question_kind(target: list[str]) -> str | None:
    """The kind of an asked-for clause: which country, how far, whether a door is open."""
    found = _ASKED.fullmatch(" ".join(target))
    if found is None:
        return None
    word, rest = found["word"], found["rest"].split()
    if not rest:
        return None
    if word == "why":
        return "converse"
    if word == "how":
        if rest[0] in ("many", "few", "crowded", "busy"):
            return None if _objects().get(rest[1] if len(rest) > 1 else "") in ("unit", "measure") else "count"
        return "measure" if rest[0] in _WHITHER else ("state" if themes_of(rest[0]) else None)
    if word in ("which", "what"):
        kind = _object_kind(rest)
        if kind == "read" and rest[0] not in _DETERMINERS:
            return kind
        if kind == "identify-person" and rest[0] in _DETERMINERS:
            return None  # what the people are doing
        if kind in _KINDS.values() and kind not in ("read", "describe"):
            return kind
        if kind in ("media", "scene"):
            return "classify"
        being = next((at for at, each in enumerate(rest) if each in _BEINGS), None)
        return "state" if being is not None and any(themes_of(each) for each in rest[being + 1 : being + 3]) else None
    if word in ("whether", "if", "when", "that"):
        return _proposition(rest)
    return None


def _proposition(words: list[str]) -> str | None:
    said = " ".join(words)
    if _AGED.search(said) or _NEEDY.search(said):
        return "state"
    if not _words("motion").isdisjoint(words[1:6]) and _VISIBLE.isdisjoint(words[:2]):
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


def _yes_no(words: list[str]) -> str | None:
    """The kind of a question for yes or no: is anybody at the gate, is a man riding a horse."""
    if words[0] not in _BEINGS or len(words) < _SHORTEST:
        return None
    if words[1] in _SOMEBODY or words[1] == "there":
        return _proposition([words[1], words[0], *words[2:]])
    doing = next((at for at, word in enumerate(words[2:6], 2) if word.endswith("ing") and (at > 2 or words[1] not in _DETERMINERS) and word not in ("building", "thing", "ceiling", "painting")), None)
    return None if doing is None else _proposition([*words[1:doing], words[0], *words[doing:]])


def _seek(target: list[str]) -> str | None:
    kind = _object_kind(target) or _question_kind(target)
    head, at = _head(target)
    if _objects().get(head) == "media" and not _RATED.isdisjoint(target[:at]) and not {"matching", "fitting", "for", "to"} & set(target[: at + 2]):
        return "state"
    if _SUPERLATIVE.match(" ".join(target)):
        return "compare"
    for found in _BY.finditer(" ".join(target)):
        rest = found["rest"].split()
        other = _object_kind(rest) if found.group().startswith("by ") and rest[0] != "name" else None
        if other in ("read", "count", "date", "measure", "identify-person"):
            return other
    if kind in ("media", "search", "describe", "state", "scene", "date", "place", "identify-person"):
        return "find" if kind in ("media", "search", "scene") else None
    return kind


def _sort(target: list[str]) -> str | None:
    said = " ".join(target)
    for found in _BY.finditer(said):
        rest = found["rest"].split()
        kind = _object_kind(rest) or _question_kind(rest)
        if kind == "scene":
            return "classify"
        if kind == "identify-person" and not found.group().startswith("by ") and rest[0] not in ("the", "their", "its"):
            continue  # tagged as people
        if kind in ("identify-person", "identify-kind", "count", "measure", "date", "place", "state"):
            return kind
    kind = _object_kind(target)
    return "classify" if kind in ("media", "scene") else kind if kind in ("identify-kind",) else None


def _judge(target: list[str]) -> str | None:
    kind = _question_kind(target)
    if kind is not None:
        return kind
    kind = _object_kind(target)
    return "classify" if kind == "scene" else kind if kind in ("identify-kind", "measure", "count", "state", "date", "place", "read", "compare") else None


def _estimate(target: list[str]) -> str | None:
    kind = _object_kind(target)
    return kind if kind in ("measure", "count", "state", "date", "place") else _question_kind(target)


def _make(target: list[str]) -> str | None:
    kind = _object_kind(target)
    return {"search": "find", "describe": "describe", "detect": "detect", "segment": "segment"}.get(kind or "")


def _want(target: list[str]) -> str | None:
    kind = _question_kind(target) or _object_kind(target)
    if kind == "identify-person":
        return None
    return {"media": "find", "search": "find", "scene": "classify"}.get(kind or "", kind)


_RULES = {"seek": _seek, "sort": _sort, "judge": _judge, "estimate": _estimate, "make": _make, "want": _want}
