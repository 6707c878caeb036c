"""Captions for training: as often as in real ones they count, place or tell two objects apart.

Of the captions of COCO about one in ten holds a number, one in four a direction or place, one in fifty two objects
with an attribute each. Captions decide what a contrastive model learns, so the same shares are used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.verify.scenes import compose
from clip_lint.verify.scenes.model import NUMBERS, PLURALS, article

if TYPE_CHECKING:
    import random

    from clip_lint.verify.scenes.model import Ground, Scene, Thing

NUMBER_SHARE = 0.10
DIRECTION_SHARE = 0.25
BINDING_SHARE = 0.02
NEGATION_SHARE = 0.01
TEXT_SHARE = 0.02

_TEMPLATES = (
    "a photo of {}", "a picture of {}", "an image of {}", "a drawing of {}", "{}", "{}", "there is {}",
    "a close up of {}", "a photo with {}", "a photo showing {}",
)  # fmt: skip
_TURNS = {
    "left of": ("to the left of", "left of", "on the left of"),
    "right of": ("to the right of", "right of", "on the right of"),
    "above": ("above", "over", "on top of"),
    "below": ("below", "under", "beneath"),
}


def _name(thing: Thing, *, coloured: bool) -> str:
    return article(f"{thing.colour} {thing.kind}" if coloured else thing.kind)


def _behind(chance: random.Random, ground: Ground) -> str:
    """Now and then what the ground looks like."""
    if chance.random() > 0.3:
        return ""
    words = (
        ground.tone
        if ground.texture == "plain" or chance.random() < 0.3
        else f"{ground.texture} {ground.tone}"
    )
    return f" on {article(words)} background"


def _listed(chance: random.Random, scene: Scene) -> str:
    """What is in the scene, without number, place, or two attributes."""
    amounts: dict[str, list[Thing]] = {}
    for thing in scene.things:
        amounts.setdefault(thing.kind, []).append(thing)
    names: list[str] = []
    coloured = False  # or sized: the one attribute is spent
    for kind, things in chance.sample(list(amounts.items()), min(len(amounts), 3)):
        # One attribute at most: two would be a binding caption.
        same = len({thing.colour for thing in things}) == 1
        with_colour = same and not coloured and chance.random() < (0.35 if len(amounts) == 1 else 0.2)
        coloured = coloured or with_colour
        words = f"{things[0].colour} " if with_colour else ""
        if len(things) == 1:
            size = things[0].size if not coloured and chance.random() < 0.5 else ""
            coloured = coloured or size != ""
            names.append(article(f"{size} {kind}" if size else words + kind))
        else:
            names.append(f"{chance.choice(('some', 'a group of', 'several'))} {words}{PLURALS[kind]}")
    if not names:
        return "nothing"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _wrapped(chance: random.Random, words: str, scene: Scene) -> str:
    return chance.choice(_TEMPLATES).format(words) + _behind(chance, scene.ground)


def captioned(chance: random.Random) -> tuple[Scene, str]:
    """A training scene and one caption for it; the shares of this module's constants hold over many."""
    draw = chance.random()
    if (draw := draw - NUMBER_SHARE) < 0:
        # People write small numbers far more often than large ones.
        amount = chance.choices(range(1, 11), [0.3, *(1 / n for n in range(2, 11))])[0]
        scene = compose.count(chance, amount)
        thing = scene.things[0]
        colour = f"{thing.colour} " if chance.random() < 0.5 else ""
        noun = thing.kind if amount == 1 else PLURALS[thing.kind]
        return scene, _wrapped(chance, f"{NUMBERS[amount]} {colour}{noun}", scene)
    if (draw := draw - DIRECTION_SHARE) < 0:
        name = chance.choice(tuple(_TURNS))
        scene = compose.direction(chance, name)
        first, second = scene.things
        with_colour = chance.random() < 0.3
        words = f"{_name(first, coloured=with_colour)} {chance.choice(_TURNS[name])} {_name(second, coloured=False)}"
        return scene, _wrapped(chance, words, scene)
    if (draw := draw - BINDING_SHARE) < 0:
        if chance.random() < 0.3:
            scene = compose.size_swap(chance)[0]
            pair = [article(f"{thing.size} {thing.kind}") for thing in scene.things]
        else:
            scene = compose.colour_swap(chance)[0]
            pair = [_name(thing, coloured=True) for thing in scene.things]
        chance.shuffle(pair)
        return scene, _wrapped(chance, " and ".join(pair), scene)
    if (draw := draw - NEGATION_SHARE) < 0:
        scene = compose.mixed(chance, chance.randint(1, 3))
        absent = chance.choice([kind for kind in PLURALS if scene.count(kind) == 0])
        return scene, _wrapped(
            chance, f"{_listed(chance, scene)} {chance.choice(('without a', 'and no'))} {absent}", scene
        )
    if draw - TEXT_SHARE < 0:
        scene = compose.text(chance)
        word = scene.writing.word.lower() if scene.writing is not None else ""
        sign = f"a sign that says {word}" if chance.random() < 0.5 else "a sign"
        beside = f" and {_listed(chance, scene)}" if scene.things and chance.random() < 0.5 else ""
        return scene, _wrapped(chance, sign + beside, scene)
    kind = chance.random()
    if kind < 0.5:
        scene = compose.single(chance)
    elif kind < 0.65:
        scene = compose.crowd(chance, chance.randint(2, 10))
    elif kind < 0.9:
        scene = compose.mixed(chance, chance.randint(2, 4))
    else:
        scene = compose.size_swap(chance)[0]
    return scene, _wrapped(chance, _listed(chance, scene), scene)
