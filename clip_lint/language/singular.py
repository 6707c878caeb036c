"""Words brought to one form, so that labels can be compared by what they name."""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = {
    "men": "man", "women": "woman", "people": "person", "children": "child", "feet": "foot", "teeth": "tooth", "geese": "goose",
    "mice": "mouse", "wolves": "wolf", "knives": "knife", "leaves": "leaf", "shelves": "shelf", "loaves": "loaf", "kids": "child",
    "persons": "person", "oxen": "ox", "scarves": "scarf", "glasses": "glasses", "skis": "ski", "taxis": "taxi", "bus": "bus", "gas": "gas",
}  # fmt: skip


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A noun's singular, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("ches", "shes", "xes", "sses", "zes", "oes")):
            return word[:-2]
        return word[:-1]
    return word


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its ending: ``riding``, ``rides`` and ``ride`` are one."""
    base = singular(word.removesuffix("'s").removesuffix("'"))
    for ending in ("ing", "ed"):
        if base.endswith(ending) and len(base) - len(ending) > 2:
            base = base.removesuffix(ending)
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsez":
                base = base[:-1]
            break
    return base.removesuffix("e") if len(base) > 3 else base
