"""What a question is about, in the slots that the programs of alternatives have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language import read_prompt
from clip_lint.language.narrow import bare
from clip_lint.language.phrases import things
from clip_lint.language.singular import singular
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.knowledge.alternatives import Slots
    from clip_lint.language.tasks import Request

_MOST = 12
"""So many texts stand in a program at most."""
_BOX = frozenset({"box", "boxes"})
"""Things where a prompt says where they are; elsewhere what a detector draws."""
_MASK = frozenset({"mask", "masks"})
"""Things but where something is to be cut out."""
_NEVER = frozenset({"how", "out", "weight"})
"""No things: `how tall is`, `cut out the`, `the weight of`."""
_DEPTHS = frozenset({"front", "behind"})
_VIEWER = frozenset({"camera", "viewer", "lens"})
_NEARER = re.compile(rf"\b(?:clos|near|f[au]r?th)(?:er|est)\b.*\b(?:{'|'.join(_VIEWER)})\b", re.IGNORECASE)
_VAGUE = frozenset(
    {
        "anything",
        "something",
        "unusual",
        "strange",
        "wrong",
        "odd",
        "line",
        "only",
        "bad",
        "inspect",
        "anomalies",
        "anomaly",
    }
)


def slots_of(texts: Sequence[str], task: Request | None) -> Slots:
    """The slots for one prompt or a set of labels."""
    meanings = [read_prompt(text) for text in texts[:_MOST]]
    kept = _BOX if any(meaning.relations for meaning in meanings) else frozenset()
    if task is None or task.kind is not TaskKind.SEGMENT or any(meaning.negations for meaning in meanings):
        kept |= _MASK
    named = (
        things(_core(task), is_request=True, kept=kept)
        if task is not None
        else tuple(thing for text in texts[:_MOST] for thing in things(bare(text), kept=kept))
    )
    nearer = any(map(_NEARER.search, texts[:_MOST]))
    no_things = _NEVER | _VIEWER if nearer else _NEVER
    named = tuple(thing for thing in dict.fromkeys(named) if thing not in no_things)
    counted = tuple(count.noun for meaning in meanings for count in meaning.counts if count.noun)
    bound = [pair for meaning in meanings for pair in (meaning.bindings or ())]
    slots: Slots = {
        "things": _once(_counted(counted, named) if counted else named),
        "questions": _once(_question(text, task) for text in texts[:_MOST]),
        "texts": tuple(texts[:_MOST]),
        "labels": _once(bare(text) for text in texts[:_MOST]) if len(texts) > 1 else (),
        "attributes": _once(word for pair in bound for word in pair.words),
    }
    if nearer or any(each.value in _DEPTHS for meaning in meanings for each in meaning.relations):
        slots["variant"] = ("depth",)
    elif len(slots["things"]) == 1:
        slots["variant"] = ("alone",)
    if bound:
        slots["things"] = _once(pair.noun for pair in bound)
    if task is not None and task.kind is TaskKind.STEER:
        slots["task"] = (task.core,)
    if task is not None and task.kind is TaskKind.ANOMALY:
        last = task.phrase.rsplit(" ", 1)[-1]
        slots["defect"] = () if last in _VAGUE else (last,)
    return slots


def _core(task: Request) -> str:
    """What is asked for; of what a robot is to do without the verb, which may be any."""
    return task.core.partition(" ")[2] if task.kind is TaskKind.STEER else task.core


def _counted(nouns: Sequence[str], named: Sequence[str]) -> list[str]:
    """What is counted, with the words before it where they are known: `parked car`."""
    full = [thing for noun in nouns for thing in named if thing.rsplit(" ", 1)[-1] in (noun, singular(noun))]
    return full or [thing for noun in nouns for thing in things(noun)]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST]


def _question(text: str, task: Request | None) -> str:
    """A text as a question that a model for questions can answer."""
    if task is not None:
        return text.strip() if text.strip().endswith("?") else f"{task.core}?"
    shown = bare(text)
    return f"does the picture show {shown[:1].lower() + shown[1:]}?" if shown else ""
