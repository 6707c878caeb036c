"""Words brought to one form, so that labels can be compared by what they name."""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = {
    "men": "man", "women": "woman", "people": "person", "children": "child", "feet": "foot", "teeth": "tooth", "geese": "goose",
    "mice": "mouse", "wolves": "wolf", "knives": "knife", "leaves": "leaf", "shelves": "shelf", "loaves": "loaf", "kids": "child",
    "persons": "person", "oxen": "ox", "scarves": "scarf", "calves": "calf", "halves": "half", "wives": "wife", "lives": "life",
    "thieves": "thief", "elves": "elf", "hooves": "hoof", "dice": "die", "lenses": "lens", "fungi": "fungus", "cacti": "cactus",
    "larvae": "larva", "taxis": "taxi", "skis": "ski", "buses": "bus", "gases": "gas", "canvases": "canvas", "axes": "axe",
    "tomatoes": "tomato", "potatoes": "potato", "mosquitoes": "mosquito", "volcanoes": "volcano", "echoes": "echo",
}  # fmt: skip
_UNCHANGED = frozenset(
    [
        "bus",
        "gas",
        "lens",
        "canvas",
        "glasses",
        "scissors",
        "jeans",
        "trousers",
        "shorts",
        "pants",
        "clothes",
        "news",
        "series",
        "species",
        "means",
        "atlas",
        "alias",
        "bias",
        "chess",
        "headphones",
        "sunglasses",
        "binoculars",
        "pliers",
        "tongs",
        "lettuce",
    ]
)
_KEEP_E = ("shoes", "toes", "hoes", "canoes", "oboes", "does", "floes", "aches", "caches", "axes")
_SIBILANTS = ("ches", "shes", "xes", "sses", "zzes", "oes", "tzes")


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A noun's singular, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCHANGED or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return (
            word[:-3] + "y"
            if len(word) > 5
            and word not in ("movies", "cookies", "zombies", "brownies", "selfies", "hoodies", "calories")
            else word[:-1]
        )
    if word.endswith(_SIBILANTS) and not word.endswith(_KEEP_E):
        return word[:-2]
    if word.endswith("uses") and not word.endswith(("ouses", "auses", "fuses")):
        return word[:-2]  # viruses, walruses, cactuses
    return word[:-1]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its ending: ``riding``, ``rides`` and ``ride`` are one, and so are ``shoe`` and ``shoes``."""
    base = singular(word.removesuffix("'s").removesuffix("'"))
    for ending in ("ing", "ed"):
        if base.endswith(ending) and len(base) - len(ending) > 2:
            base = base.removesuffix(ending)
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsez":
                base = base[:-1]
            break
    return base.removesuffix("e") if len(base) > 3 else base
