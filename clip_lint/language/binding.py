"""Properties and the things they belong to.

    pair = [adverb] property {("," | "&") property} noun      a red ball, a black and white cat
         | noun be [adverb] property                          the train is blue
         | noun ("that" | "which") be property
         | noun "in" colour                                   a woman in red

A property is a colour, material, texture, shape or size from ``lexicon/words.txt``. A prompt binds when two things have
properties of their own that could be swapped: what is always so (blue sky, green grass) or belongs to the whole picture (black
and white photo) does not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon
from clip_lint.language.meaning import Attribute

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_BEFORE = re.compile(r"[lg]*[cmsztag](?:[,&]{0,2}[lg]*[cmszta])*[av]?n+")
_PREDICATE = re.compile(r"[ne](?:e?b|b)[lgx]*([cmst](?:[,&]{1,2}[cmst])*)(?![lgcmsztan]|[,&]+[lgcmszt])")
_DRESSED = re.compile(r"nv?(?:W|v)(c(?:[,&]{1,2}c)*)(?![lgcmsztan]|[,&]+[lgcmszt])")
_COORDINATED = re.compile(r"d[gcmszt]+n+&d[gcmszt]+n+")
_SMALL = frozenset("small little tiny short narrow thin slim mini miniature skinny smaller shorter".split())
_LARGE = frozenset("big large huge giant enormous massive tall long wide thick fat gigantic oversized bigger larger taller longer".split())
_FEATURES = frozenset("hair eyes eye skin lips beard brows eyebrows fur beak feathers mane tail paws ears legs hooves horns nose whiskers nails teeth".split())
_STRONG = "cmtsg"
_WHOLE = frozenset("photo picture image photograph background backdrop painting drawing sketch light lights lighting color colors "
                   "colour colours style film tones tone shot view scene print wallpaper illustration art portrait "
                   "theme palette rendering video photography filter tint contrast".split())  # fmt: skip
_NATURAL = {
    "grass": "green lush grassy", "field": "green lush grassy grass open dirt snowy", "fields": "green lush grassy", "tree": "green lush",
    "trees": "green lush snowy", "hill": "green lush grassy", "hills": "green lush rolling", "valley": "green lush", "meadow": "green lush",
    "forest": "green lush snowy", "leaves": "green", "lawn": "green lush", "pasture": "green lush", "foliage": "green lush",
    "snow": "white", "cloud": "white", "water": "blue clear", "ocean": "blue", "sea": "blue", "road": "dirt paved gravel",
    "path": "dirt paved gravel stone", "beach": "sandy sand", "hillside": "green grassy", "plain": "grassy", "desert": "sandy",
    "slope": "snowy snow snow-covered", "mountain": "snowy snow-covered rocky", "mountains": "snowy snow-covered rocky",
    "wine": "red white", "sun": "yellow", "sand": "white", "day": "clear gray grey sunny cloudy", "sky": "blue gray grey dark clear light cloudy", "skies": "blue gray grey dark clear",
    "room": "dark", "night": "dark", "clouds": "white dark", "alley": "dark", "corner": "dark", "cave": "dark", "fantasy": "dark", "side": "dark", "court": "clay", "street": "paved", "park": "green lush grassy",
}  # fmt: skip


def attributes(tagged: Tagged) -> tuple[Attribute, ...]:
    """Every property-noun pair of a prompt, in order."""
    return tuple(pair for pair, _ in _pairs(tagged))


def bindings(tagged: Tagged) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    """All pairs, and those among them that bind: at least two things with different properties (else none)."""
    pairs = _pairs(tagged)
    all_pairs = tuple(pair for pair, _ in pairs)
    telling = [(pair, letters) for pair, letters in pairs if _tells(pair, letters)]
    strong = [pair for pair, letters in telling if pair.noun not in _FEATURES and any(letter in "cmts" or word == "dark" for letter, word in zip(letters, pair.words, strict=True))]
    if tagged.tags.count(",") > 4 and tagged.tags.count("d") < tagged.tags.count(","):
        return all_pairs, ()
    if _differ(strong):
        return all_pairs, tuple(strong)
    sized = _opposed([pair for pair, _ in telling])
    if sized:
        return all_pairs, tuple(sized)
    if len(telling) == 2 and strong and _COORDINATED.search(tagged.tags) and _differ([pair for pair, _ in telling]):
        return all_pairs, tuple(pair for pair, _ in telling)
    return all_pairs, ()


def _tells(pair: Attribute, letters: str) -> bool:
    if pair.noun in _WHOLE:
        return False
    natural = _NATURAL.get(pair.noun)
    if natural is None:
        return True
    telling = [word for word, letter in zip(pair.words, letters, strict=True) if letter in _STRONG]
    return bool(telling) and not all(word in natural.split() for word in telling)


def _differ(pairs: list[Attribute]) -> bool:
    return any(
        set(one.words) != set(other.words) for index, one in enumerate(pairs) for other in pairs[index + 1 :]
    )


def _opposed(pairs: list[Attribute]) -> list[Attribute]:
    """The pairs that are big or small, if some are the one and some the other."""
    small = [pair for pair in pairs if not _SMALL.isdisjoint(pair.words)]
    large = [pair for pair in pairs if not _LARGE.isdisjoint(pair.words)]
    return [pair for pair in pairs if pair in small or pair in large] if small and large else []


def _pairs(tagged: Tagged) -> list[tuple[Attribute, str]]:
    tags, words = tagged.tags, tagged.words
    found: list[tuple[int, Attribute, str]] = []
    tags = re.sub(r"[mc](?=[o.;?eWRFbhxpw]|v(?!n)|&[d2]|$|,[d2e])", _as_noun, tags) if "m" in tags or "c" in tags else tags
    for match in _BEFORE.finditer(tags):
        start, end = match.span()
        run = end
        while tags[run - 1] == "n" and run > start:
            run -= 1
        letters = "".join(tags[i] for i in range(start, run) if tags[i] in "cmsztag")
        properties = tuple(words[i] for i in range(start, run) if tags[i] in "cmsztag")
        if letters.strip("ga") or "dark" in properties:
            found.append((start, Attribute(properties, words[end - 1], tagged.span(start, end - 1)), letters))
    for pattern in (_PREDICATE, _DRESSED):
        for match in pattern.finditer(tags):
            start, end = match.span(1)
            letters = "".join(tag for tag in tags[start:end] if tag in "cmszt")
            properties = tuple(words[i] for i in range(start, end) if tags[i] in "cmszt")
            found.append((match.start(), Attribute(properties, words[match.start()], tagged.span(match.start(), end - 1)), letters))
    found.sort(key=lambda item: item[0])
    return [(pair, letters) for _, pair, letters in found]


def _as_noun(match: re.Match[str]) -> str:
    """A material or colour that no noun follows is a thing itself ("on the grass"), unless a form of be says it."""
    before = match.string[match.start() - 1] if match.start() else "."
    if match.group() == "c":
        return "n" if before == "d" else "c"
    return "m" if before in "blx" and match.start() else "n"
