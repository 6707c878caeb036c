"""The same request in many words: other nouns, articles, order, frames, views, numbers and spellings, commands and questions.

Every family has one reading: the codes that are found, the verdict, and the alternative that comes first. The nouns are picked by
a seeded generator, so that the families are the same every time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

THINGS = (
    ("lantern", "lanterns"), ("kettle", "kettles"), ("suitcase", "suitcases"), ("parrot", "parrots"), ("teapot", "teapots"),
    ("ladder", "ladders"), ("bus", "buses"), ("brush", "brushes"), ("pony", "ponies"), ("shoe", "shoes"), ("knife", "knives"),
    ("potato", "potatoes"), ("helmet", "helmets"), ("bucket", "buckets"), ("camera", "cameras"), ("cushion", "cushions"),
    ("wolf", "wolves"), ("cherry", "cherries"), ("candle", "candles"), ("drum", "drums"),
)  # fmt: skip
COLOURS = ("red", "blue", "green", "yellow", "purple", "orange", "grey", "gray", "brown", "pink")
FRAMES = ("", "a photo of ", "a picture of ", "an image showing ")
VIEWS = ("", ".", ", front view", ", close-up", ", high quality photo")
NUMBERS = ("three", "four", "five", "6", "seven", "8")
SIDES = ("to the left of", "on the right side of", "left of", "to the right of")
PLACES = ("above", "below", "behind", "under", "in front of", "on top of", "beside", "next to")


@dataclass(frozen=True, slots=True)
class Reading:
    """What all paraphrases of a family must be read as."""

    codes: frozenset[str]
    verdict: str
    alternatives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """One wording: a single text, or labels of a set."""

    family: str
    texts: tuple[str, ...]
    reading: Reading


def _article(noun: str, article: str) -> str:
    if article == "a":
        return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
    return f"{article} {noun}".strip()


def captions(seed: int = 0) -> Iterator[Paraphrase]:
    """Captions of each phenomenon, and of none."""
    chosen = random.Random(seed)
    detectors = frozenset({"detector", "open-detector"})
    for frame, view, number in product(FRAMES, VIEWS, NUMBERS):
        _, plural = chosen.choice(THINGS)
        text = f"{frame}{number} {chosen.choice(['', chosen.choice(COLOURS) + ' '])}{plural}{view}"
        yield Paraphrase("count", (text,), Reading(frozenset({"CLP101"}), "alternative", detectors))
    for frame, view, place, article in product(FRAMES, VIEWS, SIDES + PLACES, ("a", "the")):
        (one, _), (other, _) = chosen.sample(THINGS, 2)
        text = f"{frame}{_article(one, article)} {place} {_article(other, article)}{view}"
        yield Paraphrase(
            "place", (text,), Reading(frozenset({"CLP102"}), "alternative", frozenset({"boxes"}))
        )
    for frame, view, article in product(FRAMES, VIEWS, ("a", "the", "")):
        for _ in range(4):
            (one, _), (other, _) = chosen.sample(THINGS, 2)
            first, second = chosen.sample(COLOURS[:6], 2)
            text = f"{frame}{_article(f'{first} {one}', article)} and {_article(f'{second} {other}', article)}{view}"
            yield Paraphrase(
                "binding", (text,), Reading(frozenset({"CLP103"}), "alternative", frozenset({"crops"}))
            )
    for frame, view, without in product(
        FRAMES, VIEWS, ("without a", "with no", "without any", "that has no")
    ):
        (one, _), (other, _) = chosen.sample(THINGS, 2)
        text = f"{frame}{_article(one, 'a')} {without} {other}{view}"
        yield Paraphrase(
            "absence", (text,), Reading(frozenset({"CLP104"}), "alternative", frozenset({"open-detector"}))
        )
    for frame, view, adjective in product(
        FRAMES, VIEWS, ("old", "wooden", "grey", "gray", "small", "colourful", "colorful", "shiny")
    ):
        one, plural = chosen.choice(THINGS)
        text = f"{frame}{chosen.choice([_article(f'{adjective} {one}', 'a'), f'{adjective} {plural}'])}{view}"
        yield Paraphrase("plain", (text,), Reading(frozenset(), "clip"))


def contrasts(seed: int = 1) -> Iterator[Paraphrase]:
    """Sets of labels, in both orders and in the frames of captions."""
    chosen = random.Random(seed)
    for frame, backwards, _ in product(FRAMES, (False, True), range(12)):
        (one, many), (other, _) = chosen.sample(THINGS, 2)
        first, second = chosen.sample(COLOURS[:6], 2)
        number = chosen.choice(NUMBERS[:3])
        sets = {
            "CLP101": (f"one {one}", f"{number} {many}"),
            "CLP102": (f"{_article(one, 'a')} left of {_article(other, 'a')}", f"{_article(one, 'a')} right of {_article(other, 'a')}"),
            "CLP103": (
                f"{_article(f'{first} {one}', 'a')} and {_article(f'{second} {other}', 'a')}",
                f"{_article(f'{second} {one}', 'a')} and {_article(f'{first} {other}', 'a')}",
            ),
            "CLP104": (f"{_article(one, 'a')}", f"no {one}"),
            "CLP106": (f"{_article(one, 'a')} chasing {_article(other, 'a')}", f"{_article(other, 'a')} chasing {_article(one, 'a')}"),
        }  # fmt: skip
        for code, pair in sets.items():
            texts = tuple(frame + text for text in (pair[::-1] if backwards else pair))
            yield Paraphrase(f"contrast {code}", texts, Reading(frozenset({code}), "alternative"))
        states = (f"{_article(f'damaged {one}', 'a')}", f"{_article(f'intact {one}', 'a')}")
        texts = tuple(frame + text for text in (states[::-1] if backwards else states))
        yield Paraphrase("contrast of states", texts, Reading(frozenset(), "unknown"))


WISHES = {
    "count": (("count the {many}", "how many {many} are there?", "tell me the number of {many}", "tally the {many}"), {"detector", "open-detector"}),
    "detect": (("locate the {one}", "where is the {one}?", "draw a box around the {one}", "give me the coordinates of the {one}"), {"open-detector"}),
    "segment": (("cut out the {one}", "segment the {one}", "give me a mask of the {one}", "outline the {one}"), {"segmenter"}),
    "read": (("read the text on the {one}", "what is written on the {one}?", "what does the {one} say?", "transcribe the words on the {one}"), {"reader"}),
    "measure": (("measure the height of the {one}", "how far away is the {one}?", "estimate the distance to the {one}", "how tall is the {one}?"), {"depth"}),
    "inspect": (("find scratches on the {one}", "detect defects of the {one}", "inspect the {one} for cracks", "spot anomalies on the {one}"), {"anomaly"}),
    "steer": (("pick up the {one}", "put the {one} in the box", "grasp the {one}", "bring me the {one}"), {"robot"}),
}  # fmt: skip
LEADS = (
    "{}", "please {}", "can CLIP {}", "I want to {}", "we need to {}", "Can I use CLIP to {}?", "how do I {} with CLIP?",
    "is it possible to {}?",
)  # fmt: skip


def wishes(seed: int = 2) -> Iterator[Paraphrase]:
    """Commands and questions of each kind of task, with what may lead up to a command."""
    chosen = random.Random(seed)
    for kind, (wordings, keys) in WISHES.items():
        for wording in wordings:
            is_question = wording.endswith("?")
            for lead, _ in product(LEADS[:1] if is_question else LEADS, range(6)):
                one, many = chosen.choice(THINGS)
                text = lead.format(wording.format(one=one, many=many))
                yield Paraphrase(
                    f"wish to {kind}", (text,), Reading(frozenset(), "alternative", frozenset(keys))
                )


PARTS = (
    "stem",
    "beak",
    "tail",
    "crest",
    "belly",
    "wings",
    "petals",
    "leaves",
    "legs",
    "handle",
    "lid",
    "stripes",
    "spots",
    "collar",
)
KINDS = ("fruit", "bird", "flower", "insect", "vessel", "garment", "fish", "tool", "plant", "animal")


def descriptions(seed: int = 3, number: int = 600) -> Iterator[str]:
    """Sentences that describe one thing by its parts, as language models write them for zero-shot classifiers."""
    chosen = random.Random(seed)
    for _ in range(number):
        one = chosen.choice(THINGS)[0]
        first, second, third = chosen.sample((*COLOURS[:6], "white", "black"), 3)
        part, other = chosen.sample(PARTS, 2)
        size, kind = chosen.choice(("small", "large", "slender", "round", "stout")), chosen.choice(KINDS)
        yield chosen.choice((
            f"A {one} is a {size} {first} {kind} with a {second} {part}.",
            f"A {one} has {first} {part} and a {second} {other}.",
            f"The {one} is a {kind} that has a {size} {part}, a {first} {other} and a {second} back.",
            f"A {one} can be told by its {first} {part} and {second} {other}.",
            f"A {size} {kind} with {first} {part}, {second} {other} and {third} markings.",
            f"{one}s are {size}, {first} {kind}s with {second} {part}.",
            f"In this picture a {one} with a {first} {part} is seen from the side.",
        ))  # fmt: skip
