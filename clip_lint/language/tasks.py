"""What a request wants to have done.

A caption shows, a request wants: it asks, commands, or says what somebody needs. Its words are read in two steps. First what only
leads up to it is taken away (`can I use CLIP to`, `we want to know whether`, `please`); what stays is its core. Then the core has
the first kind of task, in the order of ``lexicon/tasks.txt``, of which it holds a pattern. The verb alone decides nothing: `find`
is a search before `pictures of beaches`, an inspection before `scratches`, and reading before `the house number`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from clip_lint.language.cores import core_of, main_clause, patterns, without_idle
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meant import is_meant
from clip_lint.language.tagging import QUOTED


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


_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_CLAUSE = re.compile(r"[.:;!]\s+")
_LONGEST = 400
"""How many characters of a request are read: nobody needs more to say what they want."""
_OPEN = frozenset({"what", "who", "why", "when", "where", "how", "which", "whose", "what's", "whats"})
_COMMANDS_ONLY = listed("tasks commands")
_OBJECT_OPENINGS = listed("tasks object-openings")
_UNSEEN = listed("tasks unseen")
"""What a prompt asks for by naming it, since no picture shows it: the price of the product."""
_AUXILIARIES = listed("asking auxiliaries")
_DEMANDS = frozenset({"should", "must", "shall"})
_MAKERS = frozenset({"i", "we"})
_SYSTEMS = listed("tasks systems")
_PICTURED = listed("tasks pictured")
_NEEDS = frozenset({"need", "needs", "want", "wanted", "looking"})
_COMPARATIVES = listed("tasks comparatives")
_CHOOSING = frozenset({"which", "who", "what"})
_PICTURES = listed("tasks pictures")
_MODELS = frozenset({"clip", "openclip", "siglip"})
_USING = listed("tasks using")
_SPEAKERS = frozenset({"i", "we", "i'm", "we're", "i'd", "we'd", "my", "our"})
_WANTING = listed("tasks wanting")
_CAPTIONED = listed("tasks captioned")
_PREPARING = listed("tasks preparing")
"""Commands that only lead up to another one: upload a picture and find ..."""
_JOINS = frozenset({"and", "then", "to", "so"})
_PRESENT = re.compile(
    r"^(?:has|have|is|are|was|were) (?:my|the|a|an|any|some) .+ (?:here|there|home|arrived|come|outside|inside|today)$|"
    r"^(?:is|are|was|were) .+ (?:on|in|at|inside|near|by|outside) (?:the|my|our|their|your|his|her|its|a|an|front|this|that) \w+"
)
"""Whether a thing is in a place: what a picture shows."""
_CONDITIONS = frozenset({"if", "whether", "when", "whenever", "once", "that"})
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
    if found is None or found.kind in (TaskKind.OTHER, TaskKind.CLASSIFY):
        asked = _LAST_QUESTION.search(said)
        return found if asked is None else _request(asked["asked"] + "?")
    return found


def _request(said: str) -> Request | None:
    words = " ".join(_WORDS.findall(said.lower().replace("\u2019", "'")))
    rest, is_led_up_to = core_of(words)
    if not (is_led_up_to and rest) and not _any_asks(said, words):
        return None
    core = main_clause(without_idle(rest or words) or words)
    meant = (found for found in patterns()[0].matches(core) if is_meant(found, core))
    best = min(meant, key=lambda found: (found.rank, found.start), default=None)
    first = core.split(" ", 1)[0]
    if first in _CHOOSING and _is_comparative(core.rpartition(" ")[2]):
        return Request(TaskKind.COMPARE, core, core)
    if best is not None and best.section == "classify" and core[best.start : best.end] in _AUXILIARIES:
        # A question for yes or no: what a picture shows can be chosen, what holds of a thing in it is another matter.
        is_shown = _PRESENT.match(core) or _is_there(words, rest) or not _PICTURED.isdisjoint(core.split(" "))
        kind = TaskKind.CLASSIFY if is_shown else TaskKind.OTHER
        return Request(TaskKind.ANSWER if first in _OPEN else kind, " ".join(core.split(" ")[:2]), core)
    if best is not None and not (best.section == "classify" and first in _OPEN):
        return Request(
            TaskKind(best.section.removesuffix("-scene").removesuffix("-pictures")),
            core[best.start : best.end],
            core,
        )
    opening = " ".join(core.split(" ")[:2])
    if first in _OPEN:
        return Request(TaskKind.ANSWER, opening, core)
    return Request(TaskKind.CLASSIFY if _is_there(words, rest) else TaskKind.OTHER, opening, core)


def _is_there(words: str, rest: str) -> bool:
    """Whether a request says, after `if` or `whether`, that a thing is in some place, which a picture may show."""
    lead = words[: len(words) - len(rest)].split()
    return not _CONDITIONS.isdisjoint(lead[-1:]) and _THERE.search(rest) is not None


_LOOSE = frozenset({"find", "classify", "relate", "absent", "compare"})


def _names_work(words: str, *, by_verb: bool = False) -> bool:
    """Whether words name a kind of work by more than a verb: counting trees, flag products that look off."""
    verb = 0 if by_verb else words.find(" ")
    return any(found.section not in _LOOSE and found.end > verb for found in patterns()[0].matches(words))


def _is_comparative(word: str) -> bool:
    """`nicer`, `prettier`, `bigger`: an adjective lies inside; `flower` holds none."""
    if not word.endswith("er") or len(word) < 5:
        return False
    bases = (word[:-2], word[:-1], word[:-3], word[:-3] + "y")
    return (
        any(base in lexicon().words and lexicon().words[base] in "gcmszta" for base in bases)
        or word in _COMPARATIVES
    )


def _any_asks(said: str, words: str) -> bool:
    """Whether a text, or a sentence of it, is a request: `butterflies: tell monarch from viceroy`."""
    if _asks(words, has_mark="?" in said):
        return True
    clauses = _CLAUSE.split(said) if _CLAUSE.search(said) else []
    spelt = [" ".join(_WORDS.findall(clause.lower())) for clause in clauses]
    if ", how " in said or ", can " in said:
        return True
    return any(
        len(clause.split()) > 2 and (_asks(clause, has_mark=False) or core_of(clause)[1])
        for clause in spelt
        if clause
    )


def _wishes(spelt: list[str]) -> bool:
    """Whether somebody says, wherever in a text, what they want: given a picture, I want ..."""
    return any(word in _MAKERS and after in _WANTING for word, after in pairwise(spelt))


def _leads_on(spelt: list[str]) -> bool:
    """Whether a command follows another one: take a photo and tell me ..."""
    verbs = lexicon().groups["instructing-verbs"] | _COMMANDS_ONLY
    return (
        len(spelt) > 3
        and spelt[1] not in ("of", "by")
        and any(word in _JOINS and after in verbs for word, after in pairwise(spelt[2:]))
    )


def _asks(words: str, *, has_mark: bool) -> bool:
    """Whether words without a lead are a request: a question, a command, or somebody's need."""
    spelt = words.split(" ")
    if has_mark and len(spelt) > 2:
        return True
    first = spelt[0]
    following = spelt[1] if len(spelt) > 1 else ""
    if first in _COMMANDS_ONLY and following:
        return True
    groups = lexicon().groups
    if first in groups["instructing-verbs"] and (
        following in _OBJECT_OPENINGS or following in groups["instructed"]
    ):
        return True
    if " ".join(spelt[:2]) in groups["question"] or first in groups["question"]:
        return len(spelt) > 2
    if " ".join(spelt[:2]) in groups["instruction"]:
        return len(spelt) > 2 or first == "ocr"
    if first in _NEEDS or (first in groups["instructing-verbs"] and "from" in spelt[2:]):
        return len(spelt) > 2
    if first == "whether" or (
        first.endswith("ing") and not _PICTURES.isdisjoint(spelt) and _names_work(words, by_verb=True)
    ):
        return True
    if first in groups["instructing-verbs"] and following != "of" and len(spelt) > 2 and _names_work(words):
        return True
    if first in _OPEN and not _AUXILIARIES.isdisjoint(spelt[1:6]) and len(spelt) > 3:
        return True
    if first in _SPEAKERS and not _WANTING.isdisjoint(spelt):
        return True
    if _wishes(spelt) or (first in _PREPARING and _leads_on(spelt)):
        return True
    if not _DEMANDS.isdisjoint(spelt) or (
        first in _MAKERS
        and following not in ("see", "can")
        and not following.endswith("ed")
        and _names_work(words)
    ):
        return True
    if any(
        word in _SYSTEMS
        and position + 1 < len(spelt)
        and spelt[position + 1] in ("that", "which", "for", "to", "who")
        for position, word in enumerate(spelt)
    ) and (_names_work(words) or not _PICTURES.isdisjoint(spelt)):
        return True
    if first in ("difference", "differences") or (
        first in ("quality", "near", "same") and _names_work(words)
    ):
        return True
    if not _MODELS.isdisjoint(spelt) and any(
        word in _MODELS and position and spelt[position - 1] in _USING for position, word in enumerate(spelt)
    ):
        return True
    named = next((word for word in spelt[1:] if word in _CAPTIONED), None)
    if named is not None and len(spelt) < 8:
        return True
    return any(
        found.section == "steer" or words[found.start : found.end].split(" ", 1)[0] in _UNSEEN
        for found in patterns()[0].matches(words, len("the "))
    )
