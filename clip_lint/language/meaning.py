"""What a prompt says: the values that reading hands to the checks."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
"""Start and end (exclusive) of the evidence in the prompt, in code points."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: ``value`` as a number, or None for "how many", "the number of" and "a number of".

    ``is_asked`` is true where the number is the point (how many, exactly, the number of), ``noun`` what is counted.
    """

    value: int | None
    noun: str
    is_asked: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing placed relative to another, or in the frame of the picture.

    ``value`` names the relation whatever the wording (``left``, ``above``, ``beside`` ...), ``phrase`` is the wording.
    """

    value: str
    phrase: str
    span: Span
    is_setting: bool = False
    """Whether it only says where the picture was taken (parked near a lake), which nobody contrasts."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Properties said of one thing: the adjectives in order, and the noun they belong to."""

    words: tuple[str, ...]
    noun: str
    span: Span
    is_part: bool = False
    """Whether the noun is a part that one thing has (the stripes of a shoe), which nothing else could have instead."""


@dataclass(frozen=True, slots=True)
class Negation:
    """Something said to be absent: the negating word and what follows it."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Role:
    """Who does what to whom."""

    agent: str
    action: str
    patient: str
    span: Span


@dataclass(frozen=True, slots=True)
class Writing:
    """A request for something written in the picture: the words that say so."""

    phrase: str
    span: Span
    is_hint: bool = False
    """Whether it names a picture that usually has writing (a meme), and does not ask what it says."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question or an instruction: ``kind`` is ``question`` or ``instruction``, ``phrase`` how it begins."""

    kind: str
    phrase: str
    span: Span


@dataclass(frozen=True, slots=True)
class Kind:
    """A member of a narrow kind: the kind's name (``bird``, ``person`` ...) and the words that say so."""

    name: str
    phrase: str
    span: Span


@dataclass(frozen=True, slots=True)
class Meaning:
    """A prompt, read.

    ``words`` and ``tags`` are the prompt as :mod:`clip_lint.language.tagging` splits it, ``objects`` the heads of its noun phrases in order, ``attributes`` every adjective-noun pair, ``bindings`` those
    among them that the prompt keeps apart (two things with properties of their own; empty if there are fewer than two).
    ``content`` counts the words that are neither function words nor part of the frame "a photo of". ``language`` is an
    ISO 639 code, ``en`` unless there is evidence of another; nothing else is read in other languages.
    """

    text: str
    words: tuple[str, ...] = ()
    tags: str = ""
    objects: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()
    relations: tuple[Relation, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    bindings: tuple[Attribute, ...] = ()
    negations: tuple[Negation, ...] = ()
    writings: tuple[Writing, ...] = ()
    quotes: tuple[Span, ...] = ()
    question: Question | None = None
    kinds: tuple[Kind, ...] = ()
    language: str = "en"
    content: int = 0

    @property
    def asks_for_text(self) -> bool:
        """Whether something written in the picture is wanted."""
        return bool(self.writings)
