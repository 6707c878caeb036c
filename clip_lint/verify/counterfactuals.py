"""The user's prompt with one thing changed: another number, the mirrored relation, exchanged attributes or roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.language.contrast import Difference, contrasts
from clip_lint.language.reading import read_prompt
from clip_lint.language.roles import roles_of
from clip_lint.verify.scenes.model import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.language.meaning import Meaning

_MIRRORS = (
    ("left", "right"), ("above", "below"), ("over", "under"), ("in front of", "behind"),
    ("on top of", "underneath"), ("inside", "outside"), ("upper", "lower"),
)  # fmt: skip
_FRAMES = re.compile(
    r"^(?P<frame>(?:(?:a|an|the)\s+)?(?:\w+\s+){0,2}(?:photo|picture|image|drawing|photograph)s?) of\b",
    re.IGNORECASE,
)
DIFFERENCES = {
    "CLP101": Difference.NUMBER,
    "CLP102": Difference.DIRECTION,
    "CLP103": Difference.ATTRIBUTES,
    "CLP104": Difference.NEGATION,
    "CLP106": Difference.ROLES,
}


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """``prompt`` and the text that must not be taken for it; ``other_noun`` is the prompt about something else."""

    prompt: str
    changed: str
    other_noun: str


def template_of(prompts: Sequence[str]) -> str:
    """The frame that the prompts share (``a photo of {}``), or CLIP's usual one."""
    for prompt in prompts:
        if (match := _FRAMES.match(prompt)) is not None:
            return f"{match['frame']} of {{}}"
    return "{}" if len(prompts) > 1 else "a photo of {}"


def numbers_in(prompts: Sequence[str]) -> tuple[int, ...]:
    """The different numbers that the prompts ask for, in order."""
    counts = (count.value for prompt in prompts for count in read_prompt(prompt).counts)
    return tuple(dict.fromkeys(value for value in counts if value is not None))


def relations_in(prompts: Sequence[str]) -> tuple[str, ...]:
    """The plain directions among the prompts, as the fixtures name them."""
    names = {"left": "left of", "right": "right of", "above": "above", "below": "below"}
    found = (relation.value for prompt in prompts for relation in read_prompt(prompt).relations)
    return tuple(dict.fromkeys(names[value] for value in found if value in names))


def _swapped_words(text: str, one: str, other: str) -> str:
    """``text`` with the two words exchanged, wherever they stand as whole words."""
    both = re.compile(rf"\b({re.escape(one)}|{re.escape(other)})\b", re.IGNORECASE)
    return both.sub(lambda match: other if match[0].lower() == one.lower() else one, text)


def _other_number(meaning: Meaning) -> str | None:
    for count in meaning.counts:
        start, end = count.span
        phrase = meaning.text[start:end]
        if count.value is None:
            continue
        word, rest = phrase.split(" ", 1) if " " in phrase else (phrase, "")
        number = count.value + 1
        written = str(number) if word.isdigit() else NUMBERS[number] if number < len(NUMBERS) else str(number)
        return meaning.text[:start] + f"{written} {rest}".rstrip() + meaning.text[end:]
    return None


def _mirrored(meaning: Meaning) -> str | None:
    for one, other in _MIRRORS:
        changed = _swapped_words(meaning.text, one, other)
        if changed != meaning.text:
            return changed
    return None


def _exchanged(meaning: Meaning) -> str | None:
    if len(meaning.bindings) < 2 or not (meaning.bindings[0].words and meaning.bindings[1].words):
        return None
    one, other = meaning.bindings[0].words[0], meaning.bindings[1].words[0]
    return _swapped_words(meaning.text, one, other) if one != other else None


def _affirmed(meaning: Meaning) -> str | None:
    for negation in meaning.negations:
        start, end = negation.span
        phrase = meaning.text[start:end]
        positive = "with" if negation.word.lower() == "without" else ""
        changed = re.sub(rf"^\s*{re.escape(negation.word)}\b", positive, phrase, flags=re.IGNORECASE)
        return re.sub(r"\s{2,}", " ", meaning.text[:start] + changed + meaning.text[end:]).strip()
    return None


def _turned(meaning: Meaning) -> str | None:
    for role in roles_of(meaning.text):
        return _swapped_words(meaning.text, role.agent, role.patient)
    return None


_CHANGES = {
    "CLP101": _other_number,
    "CLP102": _mirrored,
    "CLP103": _exchanged,
    "CLP104": _affirmed,
    "CLP106": _turned,
}


def _other_noun(meaning: Meaning) -> str:
    """The prompt about something else: its last object replaced."""
    objects = [noun for noun in meaning.objects if noun not in {"photo", "image", "picture", "drawing"}]
    noun = objects[-1] if objects else (meaning.words[-1] if meaning.words else meaning.text)
    replacement = "umbrellas" if noun.endswith("s") else "umbrella"
    if noun.startswith("umbrella"):
        replacement = "bicycles" if noun.endswith("s") else "bicycle"
    return re.sub(rf"\b{re.escape(noun)}\b", replacement, meaning.text, flags=re.IGNORECASE)


def counterfactual(code: str, prompts: Sequence[str]) -> Counterfactual | None:
    """A pair of texts that differ by the phenomenon of ``code``: two of the set, or one and its changed form."""
    for contrast in contrasts(tuple(prompts)):
        if contrast.difference is DIFFERENCES.get(code):
            meaning = read_prompt(prompts[contrast.first])
            return Counterfactual(meaning.text, prompts[contrast.second], _other_noun(meaning))
    change = _CHANGES.get(code)
    for prompt in prompts:
        meaning = read_prompt(prompt)
        if change is not None and (changed := change(meaning)) is not None and changed != prompt:
            return Counterfactual(prompt, changed, _other_noun(meaning))
    return None
