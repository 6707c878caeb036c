"""What a request wants to have done.

A caption shows, a request wants: it asks, commands, or says what somebody needs. Its words are read in two steps. First what only
leads up to it is taken away (`can I use CLIP to`, `we want to know whether`, `please`); what stays is its core. Then the core has
the first kind of task, in the order of ``lexicon/tasks.txt``, of which it holds a pattern. The verb alone decides nothing: `find`
is a search before `pictures of beaches`, an inspection before `scratches`, and reading before `the house number`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from clip_lint.language.cores import core_of, main_clause, patterns, without_idle
from clip_lint.language.geography import place_wanted
from clip_lint.language.lexicon import lexicon, listed, sections
from clip_lint.language.meant import is_meant, keeps_what_shows
from clip_lint.language.measures import measure, measures
from clip_lint.language.tagging import QUOTED
from clip_lint.language.themes import themes_of
from clip_lint.language.verbs import may_ask, seeks_pictures, wish
from clip_lint.language.wishing import asks_for_something

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.language.patterns import Found
    from clip_lint.language.verbs import Wish


class TaskKind(Enum):
    """The kinds of tasks, by the name of their section in ``lexicon/tasks.txt``."""

    LANGUAGE = "language"
    """Prompts in other languages than English."""
    STEER = "steer"
    DUPLICATES = "duplicates"
    SEGMENT = "segment"
    READ = "read"
    PERSON = "identify-person"
    DATE = "date"
    """Pictures by when they were taken."""
    STATE = "state"
    """Whether a thing is in a state: emptied, ripe, happy, real."""
    PLACE = "place"
    """Where on earth a picture was taken."""
    MOTION = "motion"
    """What happens from frame to frame."""
    PREDICT = "predict"
    COUNT = "count"
    ANOMALY = "anomaly"
    MEASURE = "measure"
    NARROW = "identify-kind"
    DETECT = "detect"
    RELATE = "relate"
    ABSENT = "absent"
    DESCRIBE = "describe"
    CONVERSE = "converse"
    COMPARE = "compare"
    FIND = "find"
    CLASSIFY = "classify"
    ANSWER = "answer"
    """A question for which no other kind was found: what, who, why ..."""
    OTHER = "other"
    """A request of no known kind."""


@dataclass(frozen=True, slots=True)
class Request:
    """A task: its kind, the words that show it, and the core of the request in lower case."""

    kind: TaskKind
    phrase: str
    core: str
    clause: str = ""
    """The clause that says what is wanted, if its verb is known: what stands around it is not about the picture."""

    @property
    def is_search(self) -> bool:
        """Whether pictures are sought, in so many words."""
        return self.kind is TaskKind.FIND and seeks_pictures(self.clause)

    @property
    def is_named(self) -> bool:
        """Whether the kind of work is called by a name that means nothing else: duplicates, OCR, facial recognition."""
        return self.phrase.startswith(_NAMED_WORK)


_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_LONGEST = 400
"""How many characters of a request are read: nobody needs more to say what they want."""
_OPEN = frozenset({"what", "who", "why", "when", "where", "how", "which", "whose", "what's", "whats"})
_AUXILIARIES = listed("asking auxiliaries")
_PICTURED = listed("tasks pictured")
_COMPARATIVES = listed("tasks comparatives")
_CHOOSING = frozenset({"which", "who", "what"})
_PRESENT = re.compile(
    r"^(?:has|have|is|are|was|were) (?:my|the|a|an|any|some) .+ (?:here|there|home|arrived|come|outside|inside|today)$|"
    r"^(?:is|are|was|were) .+ (?:on|in|at|inside|near|by|outside) (?:the|my|our|their|your|his|her|its|a|an|front|this|that) \w+"
)
"""Whether a thing is in a place: what a picture shows."""
_CONDITIONS = frozenset({"if", "whether", "when", "whenever", "once", "that"})
_OUT_OF_SEARCH = frozenset(
    {"describe", "describe-scene", "converse", "predict", "segment", "detect", "detect-scene", "measure"}
)
"""Kinds of tasks that pictures which are searched or sorted do not make: pictures where the dog lies, describing a beach."""
_KNOWN = re.compile(r"^know (?:whether|when|that|if|once) ")
_CARRIES_TEXT = re.compile(
    r"^(?:extract|show|find|filter|get|remove|hide) (?:out )?(?:all |the |every |any )*(?:images|photos|pictures|frames|slides|memes|screenshots|ones) (?:that|which) (?:show|contain|have|hold) (?:a lot of |much |only |some )?text(?: slides)?(?: (?:in|from) .*)?$"
)
"""Pictures with any text at all, which need not be read."""
_BEARS_TEXT = re.compile(
    r"^(?:(?:is|are) there|whether there (?:is|are)|(?:does|do|can) .{1,40}?(?:contain|have|show|bear|see)) (?:any |some )?(?:\w+ )?(?:text|writing|lettering|letters|characters|words|captions?|subtitles?|watermarks?)\b.*\b(?:at all|anywhere|somewhere|or not|yes(?: or)? no)\b|^text in the \w+ or not"
)
"""Whether there is text, whatever it says."""
_CHOICES = re.compile(r"^(?:what|which)\b[^?:]*: .+ or .+\?\s*$", re.IGNORECASE)
"""A question with its answers: what is it: a lamp, a chair or a rug?"""
_SEARCHES = frozenset({TaskKind.FIND, TaskKind.CLASSIFY, TaskKind.OTHER})
_TWO_STATES = re.compile(
    r"(?<!\S)(?:with )?(\w+) \w+ (?:from|and) (?:(?:those|ones|others|plants|pictures)(?: with)? )?(\w+)(?: \w+)?$"
)
_UP_OR_DOWN = re.compile(
    r"^(?:is|are|whether) .+ (?:up or down|down or up|on or off|raised or lowered)\s*\??$"
)
_COMPOUNDS = frozenset(sections("verbs")["compound"])
"""Names of things that begin with what may be a command."""
_NAMED_WORK = tuple(sorted(listed("tasks named-work")))
_STEERED = re.compile(r"(?<!\S)(?:robot\w*|arm|gripper|drone|manipulator|rover)(?!\S)")
_THERE = re.compile(r" (?:in|on|at|near|by|outside|inside|home|here|there|around)(?: |$)")
_LAST_QUESTION = re.compile(
    r"[.:;!,]\s+(?P<asked>(?:what|who|why|how|where|when|which|whose)\b[^.:;!?]*)\?\s*$", re.IGNORECASE
)
"""A question that stands after what leads up to it."""


@lru_cache(maxsize=4096)
def request(text: str) -> Request | None:
    """The task that a text asks for; None if it is a caption or a name."""
    said = QUOTED.sub(" ", text[:_LONGEST])
    found = _request(said)
    if found is not None and found.kind in _SEARCHES and (place := place_wanted(said)) is not None:
        return replace(found, kind=TaskKind.PLACE, phrase=place.lower())
    if found is not None and (wanted := wish(said)) is not None:
        found = replace(found, clause=wanted.clause)
    if found is not None and found.kind in (TaskKind.ABSENT, TaskKind.OTHER) and keeps_what_shows(said):
        return replace(found, kind=TaskKind.FIND)
    if found is not None and found.kind is TaskKind.READ and _BEARS_TEXT.search(found.core):
        found = replace(found, kind=TaskKind.CLASSIFY)
    if found is not None and found.kind is TaskKind.NARROW and _tells_states(found.core):
        found = replace(found, kind=TaskKind.STATE)
    if found is not None and found.kind is TaskKind.STATE and found.phrase.startswith("how many "):
        return replace(found, kind=TaskKind.COUNT)  # what is counted may be ripe or rotten
    if found is not None and found.kind is TaskKind.CLASSIFY and _UP_OR_DOWN.search(said.lower()):
        return replace(found, kind=TaskKind.STATE)
    if found is not None and found.kind is TaskKind.ANSWER and _CHOICES.match(said):
        return replace(found, kind=TaskKind.CLASSIFY)
    if found is None or found.kind in (TaskKind.OTHER, TaskKind.CLASSIFY):
        asked = _LAST_QUESTION.search(said)
        return found if asked is None else _request(asked["asked"] + "?")
    return found


def task_of_set(texts: Sequence[str]) -> Request | None:
    """The task that labels ask for together: what they are told apart by is to be measured; None for all others."""
    said = measures(texts)
    return Request(TaskKind.MEASURE, ", ".join(said[:3]), " ".join(said)) if said else None


def _tells_states(core: str) -> bool:
    """Whether one thing is told from itself in another state: plants with ripe fruit from those with unripe fruit."""
    pair = _TWO_STATES.search(core)
    return pair is not None and not set(themes_of(pair[1])).isdisjoint(themes_of(pair[2]))


def _request(said: str) -> Request | None:
    words = " ".join(_WORDS.findall(said.lower().replace("\u2019", "'")))
    if " ".join(words.split(" ", 2)[:2]) in _COMPOUNDS:
        return None
    rest, is_led_up_to = core_of(words)
    asks = bool(is_led_up_to and rest) or asks_for_something(said, words)
    wanted = wish(said) if asks or may_ask(said) else None
    if not asks and not (wanted and wanted.is_clear):
        return None
    if wanted is not None and wanted.kind and (found := _granted(wanted)) is not None:
        if found.kind in (TaskKind.FIND, TaskKind.CLASSIFY):
            around = _best(main_clause(without_idle(rest or words) or words), frozenset())
            if around is not None and around.section.startswith(("identify-person", "language")):
                kind = TaskKind(around.section.removesuffix("-scene"))
                return Request(kind, found.phrase, wanted.clause)
        return found
    core = whole = main_clause(without_idle(rest or words) or words)
    if wanted is not None and wanted.verb != "want":
        core = _KNOWN.sub("", wanted.clause)
    best = _best(core, frozenset())
    if core != whole and (best is None or best.section.startswith(("find", "classify"))):
        around = _best(whole, frozenset())
        best = around if around is not None and around.section.startswith(("identify", "language")) else best
    first = core.split(" ", 1)[0]
    if first in _CHOOSING and _is_comparative(core.rpartition(" ")[2]):
        return Request(TaskKind.COMPARE, core, core)
    if best is not None and best.section == "classify" and core[best.start : best.end] in _AUXILIARIES:
        # A question for yes or no: what a picture shows can be chosen, what holds of a thing in it is another matter.
        is_shown = _PRESENT.match(core) or _is_there(words, rest) or not _PICTURED.isdisjoint(core.split(" "))
        kind = TaskKind.MEASURE if measure(words) else TaskKind.CLASSIFY if is_shown else TaskKind.OTHER
        return Request(TaskKind.ANSWER if first in _OPEN else kind, " ".join(core.split(" ")[:2]), core)
    if best is not None and best.section == "compare" and measure(words):
        return Request(TaskKind.MEASURE, core[best.start : best.end], core)  # taller than 2 m
    if best is not None and not (best.section == "classify" and first in _OPEN):
        return Request(
            TaskKind(best.section.removesuffix("-scene").removesuffix("-pictures")),
            core[best.start : best.end],
            core,
        )
    opening = " ".join(core.split(" ")[:2])
    if first in _OPEN:
        return Request(TaskKind.ANSWER, opening, core)
    if measure(words):
        return Request(TaskKind.MEASURE, opening, core)
    return Request(TaskKind.CLASSIFY if _is_there(words, rest) else TaskKind.OTHER, opening, core)


def _best(core: str, denied: frozenset[str]) -> Found | None:
    """The first kind of task that the words name, but for those that are denied."""
    meant = (
        found
        for found in patterns()[0].matches(core)
        if found.section not in denied and is_meant(found, core)
    )
    return min(meant, key=lambda found: (found.rank, found.start), default=None)


def _granted(wanted: Wish) -> Request | None:
    """What a verb and its object ask for; what is searched or sorted may still hang on more."""
    if wanted.kind not in ("find", "classify"):
        return Request(TaskKind(wanted.kind), " ".join(wanted.clause.split()[:3]), wanted.clause)
    if _CARRIES_TEXT.match(wanted.clause):
        return Request(TaskKind.FIND, " ".join(wanted.clause.split()[:2]), wanted.clause)
    best = _best(
        wanted.clause, _OUT_OF_SEARCH if _STEERED.search(wanted.clause) else _OUT_OF_SEARCH | {"steer"}
    )
    if best is None or best.section.startswith(("find", "classify")):
        is_search = best is not None and best.section == "find-scene"
        kind = TaskKind.FIND if is_search else TaskKind(wanted.kind)
        return Request(kind, " ".join(wanted.clause.split()[:2]), wanted.clause)
    return Request(
        TaskKind(best.section.removesuffix("-scene").removesuffix("-pictures")),
        wanted.clause[best.start : best.end],
        wanted.clause,
    )


def _is_there(words: str, rest: str) -> bool:
    """Whether a request says, after `if` or `whether`, that a thing is in some place, which a picture may show."""
    lead = words[: len(words) - len(rest)].split()
    return not _CONDITIONS.isdisjoint(lead[-1:]) and _THERE.search(rest) is not None


def _is_comparative(word: str) -> bool:
    """`nicer`, `prettier`, `bigger`: an adjective lies inside; `flower` holds none."""
    if not word.endswith("er") or len(word) < 5:
        return False
    bases = (word[:-2], word[:-1], word[:-3], word[:-3] + "y")
    return (
        any(base in lexicon().words and lexicon().words[base] in "gcmszta" for base in bases)
        or word in _COMPARATIVES
    )
