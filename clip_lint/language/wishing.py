"""Whether a text wants something done: a question, a command, somebody's need, the name of a kind of work; captions want nothing."""

from __future__ import annotations

import re
from itertools import pairwise

from clip_lint.language.cores import core_of, patterns
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.measures import measure

_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_CLAUSE = re.compile(r"[.:;!]\s+")
_OPEN = frozenset({"what", "who", "why", "when", "where", "how", "which", "whose", "what's", "whats"})
_COMMANDS_ONLY = listed("tasks commands")
_OBJECT_OPENINGS = listed("tasks object-openings")
_UNSEEN = listed("tasks unseen")
"""What a prompt asks for by naming it, since no picture shows it: the price of the product."""
_AUXILIARIES = listed("asking auxiliaries")
_DEMANDS = frozenset({"should", "must", "shall"})
_MAKERS = frozenset({"i", "we"})
_USERS = frozenset({"user", "users", "people", "one", "we", "i", "you"})
"""Who might do something: it would be useful if users can group photos."""
_SYSTEMS = listed("tasks systems")
_NEEDS = frozenset({"need", "needs", "want", "wanted", "looking"})
_PICTURES = listed("tasks pictures")
_MODELS = frozenset({"clip", "openclip", "siglip"})
_SEARCHING = frozenset({"search", "searches", "query", "queries", "prompts", "encoder"})
_USING = listed("tasks using")
_SPEAKERS = frozenset({"i", "we", "i'm", "we're", "i'd", "we'd", "my", "our"})
_WANTING = listed("tasks wanting")
_CAPTIONED = listed("tasks captioned")
_DOING_NOUNS = listed("tasks doing-nouns")
_DOINGS = listed("tasks doings")
_WORK_NAMES = listed("tasks work-names")
"""Kinds of work that no caption names."""
_AFTER_DOING = frozenset(
    {"for", "with", "from", "in", "of", "on", "by", "using", "support", "system", "model", "among"}
)
_TOPICS = frozenset({"about", "of", "on", "explaining", "showing", "titled", "regarding"})
"""Behind these a kind of work is what a page or picture is about: a page of text about segmentation."""
_MACHINES = frozenset({"robot arm", "robotic arm"})
"""What steers, named without anything that it should do."""
_SENTENCE = 5
"""So many words a sentence has at least."""
_MODELLING = frozenset(
    {"openclip", "siglip", "embeddings", "embedding", "zero-shot", "finetune", "fine-tune"}
)
_MANY_PICTURES = frozenset({"images", "photos", "pictures", "videos", "frames", "screenshots", "footage"})
_IMPERATIVES = listed("tasks imperatives")
_NO_OBJECTS = frozenset({"of", "and", "in", "on", "with", "by", "at", "from"})
_NAMED = 9
_ARTICLES = frozenset({"a", "an", "the", "this", "my", "his", "her", "two", "three"})
_PREPARING = listed("tasks preparing")
"""Commands that only lead up to another one: upload a picture and find ..."""
_JOINS = frozenset({"and", "then", "to", "so"})

_LOOSE = frozenset({"find", "classify", "relate", "absent", "compare"})


def _names_work(words: str, *, by_verb: bool = False) -> bool:
    """Whether words name a kind of work by more than a verb: counting trees, flag products that look off."""
    verb = 0 if by_verb else words.find(" ")
    return any(found.section not in _LOOSE and found.end > verb for found in patterns()[0].matches(words))


def asks_for_something(said: str, words: str) -> bool:
    """Whether a text, or a sentence of it, is a request: `butterflies: tell monarch from viceroy`."""
    if _asks(words, has_mark="?" in said) or _speaks(said, words.split(" ")):
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


def _speaks(said: str, spelt: list[str]) -> bool:
    """Whether a sentence speaks of searching or of models, or commands: Combine the photos of two phones and ..."""
    if len(spelt) < _SENTENCE:
        return False
    if "CLIP" in said or not _MODELLING.isdisjoint(spelt):
        return True
    if spelt[0] in _ARTICLES or spelt[0].isdigit():
        return False
    verbs = lexicon().groups["instructing-verbs"] | _COMMANDS_ONLY | _IMPERATIVES
    if spelt[0] in verbs:
        return said[:1].isupper() and spelt[1] not in _NO_OBJECTS
    return (
        not _MANY_PICTURES.isdisjoint(spelt[1:])
        and not verbs.isdisjoint(spelt[1:])
        and spelt[0] not in _PICTURES
    )


def _names_doing(spelt: list[str]) -> bool:
    """Whether words are the name of a kind of work: face search, people counting for buses; no caption begins so."""
    if spelt[0] in _ARTICLES or len(spelt) > _NAMED:
        return False
    return any(
        word in _DOING_NOUNS and (not after or after in _AFTER_DOING)
        for word, after in pairwise([*spelt[1:], ""])
    )


def _wishes(spelt: list[str]) -> bool:
    """Whether somebody says, wherever in a text, what they want: given a picture, I want ..."""
    return any(
        (word in _MAKERS and after in _WANTING) or (word == "if" and after in _USERS)
        for word, after in pairwise(spelt)
    )


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
    if first == "point" and following in ("cloud", "clouds"):
        return False
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
    if first in ("which", "whose") and len(spelt) > 3 and _names_work(words):
        return True  # which painter made this picture
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
    if not _SEARCHING.isdisjoint(spelt) and any(
        found.section == "language" for found in patterns()[0].matches(words)
    ):
        return True
    if not _MODELS.isdisjoint(spelt) and any(
        word in _MODELS and position and spelt[position - 1] in _USING for position, word in enumerate(spelt)
    ):
        return True
    if spelt[0] in _DOINGS and not _PICTURES.isdisjoint(spelt):
        return True
    if not _WORK_NAMES.isdisjoint(spelt):
        return True
    if _names_doing(spelt) and _names_work(words, by_verb=True):
        return True
    named = next((at for at, word in enumerate(spelt) if at and word in _CAPTIONED), 0)
    if named and len(spelt) < 8 and (spelt[0] not in _ARTICLES or _TOPICS.isdisjoint(spelt[:named])):
        return True
    if measure(words):
        return True
    return any(
        (found.section == "steer" and words[found.start : found.end] not in _MACHINES)
        or words[found.start : found.end].split(" ", 1)[0] in _UNSEEN
        for found in patterns()[0].matches(words, len("the "))
    )
