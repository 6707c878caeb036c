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
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed, sections
from clip_lint.language.patterns import compiled
from clip_lint.language.tagging import QUOTED

if TYPE_CHECKING:
    from clip_lint.language.patterns import Patterns


class TaskKind(Enum):
    """The kinds of tasks, by the name of their section in ``lexicon/tasks.txt``."""

    STEER = "steer"
    DUPLICATES = "duplicates"
    SEGMENT = "segment"
    READ = "read"
    PERSON = "identify-person"
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


@cache
def _patterns() -> tuple[Patterns, Patterns]:
    """The patterns of the tasks, and those of what leads up to them."""
    lines = sections("tasks")
    numbers = sorted(word for word, letter in lexicon().words.items() if letter == "2" and "-" not in word)
    lists = {"number": [r"\d+", "one", *numbers], "animal": listed("tasks narrow")}
    frames = {"frame": lines.pop("frame")}
    return compiled(lines, lists), compiled(frames, lists)


def core_of(words: str) -> tuple[str, bool]:
    """The words without what leads up to them, and whether anything did."""
    frames = _patterns()[1]
    rest = words
    while rest:
        ends = [found.end for found in frames.matches(rest, 0)]
        if not ends:
            break
        rest = rest[max(ends) :].lstrip()
    return rest, rest != words


@lru_cache(maxsize=4096)
def request(text: str) -> Request | None:
    """The task that a text asks for; None if it is a caption or a name."""
    said = QUOTED.sub(" ", text[:_LONGEST])
    words = " ".join(_WORDS.findall(said.lower().replace("\u2019", "'")))
    core, is_led_up_to = core_of(words)
    if not (is_led_up_to and core) and not _any_asks(said, words):
        return None
    core = core or words
    best = min(_patterns()[0].matches(core), key=lambda found: (found.rank, found.start), default=None)
    first = core.split(" ", 1)[0]
    if first in _CHOOSING and _is_comparative(core.rpartition(" ")[2]):
        return Request(TaskKind.COMPARE, core, core)
    if best is not None and best.section == "classify" and core[best.start : best.end] in _AUXILIARIES:
        # A question for yes or no: what a picture shows can be chosen, what holds of a thing in it is another matter.
        kind = TaskKind.OTHER if _PICTURED.isdisjoint(core.split(" ")) else TaskKind.CLASSIFY
        return Request(TaskKind.ANSWER if first in _OPEN else kind, " ".join(core.split(" ")[:2]), core)
    if best is not None and not (best.section == "classify" and first in _OPEN):
        return Request(TaskKind(best.section.removesuffix("-scene")), core[best.start : best.end], core)
    opening = " ".join(core.split(" ")[:2])
    if first in _OPEN:
        return Request(TaskKind.ANSWER, opening, core)
    return Request(TaskKind.OTHER, opening, core)


_LOOSE = frozenset({"find", "classify", "relate", "absent", "compare"})


def _names_work(words: str, *, by_verb: bool = False) -> bool:
    """Whether words name a kind of work by more than a verb: counting trees, flag products that look off."""
    verb = 0 if by_verb else words.find(" ")
    return any(found.section not in _LOOSE and found.end > verb for found in _patterns()[0].matches(words))


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
        for found in _patterns()[0].matches(words, len("the "))
    )
