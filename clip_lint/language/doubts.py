"""What is asked of which no figure is known here: none of the tables says that CLIP sees it, and none that it does not.

States (happy, defective, generated, full, ripe, severe ...) are in doubt where they are what the answer hangs on: labels of a set
that differ in nothing else, a question about them, or a caption that says little else (:mod:`clip_lint.language.states`). A search
for `a happy dog` finds dogs, and hangs on nothing.
A comparison (`more cats than dogs`) is in doubt wherever it is said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.language.detect_language import NAMES as LANGUAGES
from clip_lint.language.labels import is_abstract
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.reading import read_prompt
from clip_lint.language.state_sets import state_contrast
from clip_lint.language.states import state_of
from clip_lint.language.tasks import TaskKind
from clip_lint.language.themes import comparisons, scales, themes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.language.tasks import Request

ENOUGH = 0.5
"""The share of a set's labels that must name a state of one theme."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A theme of ``lexicon/doubts.txt``, and the words that show it."""

    theme: str
    phrase: str


_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SAID_OF_PICTURES = re.compile(
    r"\b(?:images|photos|pictures|shots|frames|ones) (?:that|which) (?:are|look|came out|turned out) (?:\w+ly |too )?([a-z-]+)$"
    r"|\b(?:where|in which) .+ (?:is|are|looks?|seems?|appears?) (?:\w+ly |too )?([a-z-]+)$"
)
"""What is sought is told by a state, of the picture or of what it shows: photos that are blurry, pictures in which the dog looks sad."""
_ARTICLES = listed("doubts articles")
"""Words that make no difference between labels."""
_COMPARES = frozenset(
    {"than", "half", "as", "half-full", "half-empty", "nearly", "same", "equal", "how", "does", "do", "did"}
)
_COMPARING = frozenset({TaskKind.COMPARE, TaskKind.CLASSIFY, TaskKind.OTHER, TaskKind.ANSWER})
_BE = frozenset({"is", "are", "was", "were", "be", "look", "looks", "seem", "seems", "than"})
_ALWAYS = frozenset({"used", "compared", "really"})
_AGES = frozenset({"child", "baby", "adult", "toddler", "infant", "teenager", "senior"})
_SWITCHED = frozenset({"on", "off"})
_WORN = frozenset({"have", "has", "wear", "wears", "wearing", "with", "put", "puts"})
"""What is on somebody, and not switched on: does she have a coat on."""
_WEAK = listed("doubts weak")
"""Words that say something else as often: a good way, a new idea."""
_GENERIC = listed("phrases no-things") | frozenset(
    {"person", "people", "face", "faces", "object", "snapshot", "taken", "camera"}
)
"""What labels may differ in besides their states."""
_ASKED = frozenset({
    TaskKind.CLASSIFY, TaskKind.COMPARE, TaskKind.OTHER, TaskKind.DETECT, TaskKind.PERSON, TaskKind.ANOMALY, TaskKind.MEASURE,
})  # fmt: skip
"""The tasks whose answer may hang on a state; of the last three only where the state is what a person or picture looks like."""
_UNKNOWN = frozenset({TaskKind.PLACE, TaskKind.MOTION, TaskKind.STATE})
"""Tasks of which nothing is known."""
_LOOKING = frozenset({TaskKind.FIND, TaskKind.CLASSIFY, TaskKind.DETECT, TaskKind.OTHER})
_SENSORS = listed("doubts sensors")
"""What was not taken with a camera for light, or not taken at all."""
_STEPS = re.compile(
    r"(?:aged? )?(?:\d+ ?(?:-|\u2013|to) ?\d+|\d+ ?\+|(?:over|under|above|below) \d+)(?: ?%| years?(?: old)?)?"
    r"|(?:stage|grade|level|phase|degree|severity|class) (?:\d+|[ivx]+|one|two|three|four|five)|\d+ ?(?:degrees?|\u00b0|%|percent)"
)
_AGED = re.compile(
    r"\b(?:\d+|[a-z]+(?:teen|ty)(?:-[a-z]+)?)[ -](?:years?|months?|weeks?)[ -]old\b|\baged? (?:of )?\d+\b"
)
"""How old somebody is, in figures: 27 years old."""
_TWO = 2
_MOST = 30
"""So many labels are looked at one by one."""
_LAMPS = frozenset({"brake", "head", "signal", "stop", "street", "tail", "the", "traffic", "warning"})
"""Words behind which a light is a thing, and no degree."""
_STRICT = {
    TaskKind.DETECT: frozenset({"authenticity", "emotion", "sobriety"}), TaskKind.PERSON: frozenset({"emotion", "age", "authenticity", "quality"}),
    TaskKind.ANOMALY: frozenset({"authenticity"}), TaskKind.MEASURE: frozenset({"age", "emotion", "quality"}),
}  # fmt: skip


def of_text(text: str, task: Request | None) -> tuple[Doubt, ...]:
    """What is in doubt about one prompt."""
    words = [word.lower() for word in _WORDS.findall(text[:400])]
    if not words:
        return ()
    if (language := read_prompt(text).language) in LANGUAGES:
        return (Doubt("no known task", f"what is said in {LANGUAGES[language]}, which is not read here"),)
    if (task is None or task.kind in _COMPARING) and not _COMPARES.isdisjoint(words):
        joined = " ".join(words)
        for found in comparisons().matches(joined):
            return (Doubt(found.section, joined[found.start : found.end]),)
    if task is not None and task.kind is TaskKind.ANSWER and task.core.startswith("how "):
        degree = task.core.split()[1]
        return tuple(Doubt(theme, f"how {degree}") for theme in themes_of(degree)[:1])
    if task is None:
        state = state_of(read_prompt(text))
        if state is None and (unseen := is_abstract(text)):
            state = ("unseen", unseen)
        return () if state is None else (Doubt(*state),)
    if task.kind in _UNKNOWN:
        states = _states(task, None)
        return states if states and task.kind is TaskKind.STATE else (Doubt(task.kind.value, task.phrase),)
    if task.kind is TaskKind.FIND and (said := _SAID_OF_PICTURES.search(task.core)):
        word = said[1] or said[2]
        return tuple(Doubt(theme, word) for theme in themes_of(word)[:1])
    if task.kind in _LOOKING and not _SENSORS.isdisjoint(words):
        return (Doubt("domain", next(word for word in words if word in _SENSORS)),)
    if task.kind not in _ASKED:
        return ()
    if task.kind is TaskKind.COMPARE:
        return (Doubt("comparison", task.phrase),)
    if task.kind is TaskKind.OTHER:
        return (*_states(task, None)[:1], Doubt("no known task", task.phrase))[:1]
    return _states(task, _STRICT.get(task.kind))


def _states(task: Request, allowed: frozenset[str] | None) -> tuple[Doubt, ...]:
    """The first state that a request is about."""
    spelt = task.core.split()
    if spelt[-1] not in _SWITCHED or not _WORN.isdisjoint(spelt):
        spelt = [word for word in spelt if word not in _SWITCHED]  # on the table, off the road
    is_predicate = bool(_BE & set(spelt)) or {"from", "or"} & set(spelt)
    verbs = lexicon().groups["instructing-verbs"]
    aged = [word for word in spelt if "age" in themes_of(word)]
    if len(aged) == 1 and not _AGES.isdisjoint(aged):
        spelt = [word for word in spelt if word not in aged]  # a child or a dog: one of several things
    for position, word in enumerate(spelt):
        if (position == 0 and word in verbs) or word in _ALWAYS:
            continue
        if word == "light" and not _LAMPS.isdisjoint(spelt[max(position - 1, 0) : position]):
            continue
        if word in _WEAK and not is_predicate:
            continue
        for theme in themes_of(word):
            if allowed is None or theme in allowed:
                return (Doubt(theme, word),)
    return ()


def _graded(texts: Sequence[str]) -> tuple[Doubt, ...]:
    """Labels that are spans of a number, or steps of a scale: 0-2, 3-9; stage 1, stage 2."""
    if len(texts) > 1 and all(_STEPS.fullmatch(text.strip().lower()) for text in texts):
        return (Doubt("degree", ", ".join(texts[:3])),)
    aged = [found.group() for text in texts if (found := _AGED.search(text.lower()))]
    if len(texts) > 1 and len(set(aged)) == len(texts):
        return (Doubt("age", ", ".join(aged[:3])),)
    return ()


def of_set(texts: Sequence[str]) -> tuple[Doubt, ...]:
    """What is in doubt about labels that are told apart: the state that they differ in."""
    labels = [tuple(word.lower() for word in _WORDS.findall(text.replace("_", " "))) for text in texts]
    shared = set(labels[0]).intersection(*labels[1:]) if labels else set()
    differing = [
        tuple(word for word in label if word not in shared and word not in _ARTICLES) for label in labels
    ]
    rest = {
        tuple(word for word in words if not themes_of(word) and word not in _GENERIC) for words in differing
    }
    said = [words for words in differing if any(map(themes_of, words))]
    if len(rest) > 1 or len(said) < max(1 if len(labels) == 2 else 2, ENOUGH * len(labels)):
        # They name different things, or few of them a state by itself: one thing in two states is told by its rivals.
        return (
            _graded(texts)
            or _opposed(differing)
            or _steps(differing)
            or tuple(Doubt(*found) for found in state_contrast(labels))
            or _each_in_doubt(texts)
        )
    themes = Counter(theme for words in said for word in words for theme in themes_of(word))
    return (Doubt(themes.most_common(1)[0][0], ", ".join(" ".join(words) for words in said[:3])),)


def _steps(differing: Sequence[tuple[str, ...]]) -> tuple[Doubt, ...]:
    """Labels that differ in one word each, all of one scale: a slow walk, a fast walk."""
    if len(differing) < _TWO or any(len(words) != 1 for words in differing):
        return ()
    said = [words[0] for words in differing]
    if len(set(said)) < len(said) or not any(scale.issuperset(said) for scale in scales()):
        return ()
    return (Doubt("degree", ", ".join(said[:3])),)


def _each_in_doubt(texts: Sequence[str]) -> tuple[Doubt, ...]:
    """Labels that would each be in doubt alone, for one theme: a well-composed photograph, a poorly composed photograph."""
    if not 1 < len(texts) <= _MOST:
        return ()
    found: list[tuple[str, str]] = []
    for text in texts:
        state = state_of(read_prompt(text))
        if state is None or (found and state[0] != found[0][0]):
            return ()
        found.append(state)
    return (Doubt(found[0][0], ", ".join(said for _, said in found[:3])),)


def _opposed(differing: Sequence[tuple[str, ...]]) -> tuple[Doubt, ...]:
    """Labels of which one word is the other's opposite by its form: registered, unregistered."""
    if len(differing) == _TWO and () in differing and ("not",) in differing:
        return (Doubt("degree", "not"),)
    alone = {words[0] for words in differing if len(words) == 1}
    for word in sorted(alone):
        for prefix in ("un", "in", "im", "dis", "ir", "il"):
            if prefix + word in alone:
                return (Doubt("condition", f"{word}, {prefix}{word}"),)
    return ()
