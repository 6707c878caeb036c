"""States that the labels of a set differ in, whatever else they say: a rusty old car and a car with clean paint.

pair   = two labels that name one thing, in different states of one theme, or one of them in no state (rock, tiny rock)
set    = pairs that hold half of the labels
       | most labels name a state of one theme, whatever the thing (cracks, a collapsed wall, fire damage)
       | a label that is nothing but sound (good), whose rivals are flaws of every kind
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from clip_lint.language.invisible import PEOPLE
from clip_lint.language.lexicon import listed
from clip_lint.language.singular import singular
from clip_lint.language.themes import bare_themes_of, set_themes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_IN_PAIRS = 0.5
_OF_ONE_THEME = 0.6
_MOST = 60
"""So many labels are compared; longer sets name things."""
_EMPTY = listed("doubts articles") | listed("doubts empty") | listed("reading frames")
_DESCENT = listed("states descent")
_SOUND = listed("doubts sound")
"""A label that only says that nothing is wrong."""
_WEAK = listed("doubts weak")
_CLOSE = frozenset({"close-up", "closeup", "close-ups"})
"""How near the camera is: its rivals are views as well."""
_WAYS = frozenset({"up", "down"})
_SIGNS = frozenset({"thumb", "thumbs"})
"""What points up or down as a sign, which is a shape of its own."""
_FEW = 3
_LONE = frozenset(
    {"authenticity", "condition", "emotion", "quality", "safety", "sobriety", "soundness", "unseen"}
)
"""Themes of which a word is a label by itself."""
_FLAWS = frozenset(map(singular, listed("states flaws") | listed("negating flaws")))
_SAFE = _SOUND | listed("negating sound")
_TWO = 2
_NOTHING = frozenset({"empty", "blank", "deserted", "vacant", "bare", "unoccupied"})
_SIGNALS = frozenset({"light", "signal", "lamp", "led", "indicator", "lights"})
_LIT = frozenset({"red", "green", "amber", "yellow", "orange", "white", "blue"})
_WHEN = frozenset(
    {"before", "after", "during", "pre", "post", "mid", "earlier", "later", "past", "present", "now", "then"}
)
_PERIODS = frozenset({"century", "dynasty", "era", "period", "bc", "ad", "bce", "decade"})
_DECADE = re.compile(r"(?:1[6-9]|20)\d0s|\d0s")
_POSTURE = "posture"
"""Where all labels name one: sitting, standing, running are things that are done."""
_MAIN = frozenset(
    {
        _POSTURE,
        "authenticity",
        "condition",
        "emotion",
        "ripeness",
        "motion",
        "cut",
        "material",
        "paint",
        "age",
    }
)
"""Themes that a set may be of, whatever its labels are said of."""


def state_contrast(labels: Sequence[tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    """The theme of the state that labels differ in, and what says it; nothing if they differ in more."""
    if not 1 < len(labels) <= _MOST or any(not _CLOSE.isdisjoint(label) for label in labels):
        return ()
    read = [_parts(label) for label in labels]
    found = (
        _in_pairs(read)
        or _of_one_theme(read)
        or _flaw_or_sound(labels)
        or _bare_states(labels)
        or _at_times(labels)
        or _empty_or_not(labels)
        or _signals(labels)
        or _of_descent(labels)
    )
    if not found and any(len(label) == 1 and label[0] in _SOUND for label in labels):
        found = "condition", ", ".join(" ".join(label) for label in labels[:3])
    return (found,) if found else ()


def _flaw_or_sound(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """Labels of which each names nothing but a flaw, or something as sound, and some the one, some the other: a crack, a clean wall."""
    content = [[word for word in label if word not in _EMPTY] for label in labels]
    flawed = [words for words in content if words and all(singular(word) in _FLAWS for word in words)]
    sound = [words for words in content if not _SAFE.isdisjoint(words)]
    if not flawed or not sound or len(flawed) + len(sound) < len(labels):
        return None
    return "condition", ", ".join(" ".join(words) for words in (flawed + sound)[:3])


def _bare_states(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """Labels that are each a state and nothing else, whatever the theme: normal, violent, fake."""
    said = [[word for word in label if word not in _EMPTY] for label in labels]
    themes = [
        next((theme for theme in (*set_themes_of(words[0]), *bare_themes_of(words[0])) if theme in _LONE), "")
        if len(words) == 1
        else ""
        for words in said
    ]
    if len(labels) < _FEW or not all(themes):
        return None
    return themes[0], ", ".join(words[0] for words in said[:3])


def _at_times(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """Labels that differ in when they were: before the flood, after the flood; a vase of the 5th and of the 3rd century."""
    shared = set(labels[0]).intersection(*labels[1:])
    differing = [[word for word in label if word not in shared and word not in _EMPTY] for label in labels]
    if not all(differing):
        return None
    if all(len(words) == 1 and words[0] in _WHEN for words in differing):
        return "state", ", ".join(words[0] for words in differing[:3])
    if not _PERIODS.isdisjoint(map(singular, shared)) or all(
        _DECADE.fullmatch(words[-1]) for words in differing
    ):
        return "age", ", ".join(" ".join(words) for words in differing[:3])
    return None


def _empty_or_not(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """Two labels, of which one says that nothing is there: an empty frame, a frame with an animal."""
    if len(labels) != _TWO:
        return None
    said = [next((word for word in label if word in _NOTHING), "") for label in labels]
    if said.count("") != 1:
        return None
    bare, other = labels if said[0] else labels[::-1]
    is_same = bare[-1] in other or all(word in _NOTHING or word in _EMPTY or word in other for word in bare)
    return ("fill", next(filter(None, said))) if is_same else None


def _signals(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """One light in different colours: the traffic light is red, the traffic light is green."""
    shared = set(labels[0]).intersection(*labels[1:])
    lit = [[word for word in label if word in _LIT] for label in labels]
    if _SIGNALS.isdisjoint(shared) or not all(len(words) == 1 for words in lit):
        return None
    return "state", ", ".join(words[0] for words in lit[:3])


def _of_descent(labels: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """Labels that name people by where their forebears came from, and by nothing else."""
    said = [[word for word in label if word in _DESCENT] for label in labels]
    rest = [{word for word in label if word not in _DESCENT and word not in _EMPTY} for label in labels]
    named = any(not PEOPLE.isdisjoint(label) for label in labels)
    if (
        not named
        or not all(said)
        or any(words - PEOPLE for words in rest)
        or len(set(map(tuple, said))) < len(labels)
    ):
        return None
    return "descent", ", ".join(" ".join(words) for words in said[:3])


def _parts(label: tuple[str, ...]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """The themes of the words of a label that name a state, and its other words of content."""
    words = [
        piece
        for word in label
        for piece in ([word] if "-" not in word or set_themes_of(word) else word.split("-"))
    ]
    fixed = () if _SIGNS.isdisjoint(words) else _WAYS
    states = {word: themes for word in words if word not in fixed and (themes := set_themes_of(word))}
    return states, frozenset(singular(word) for word in words if word not in states and word not in _EMPTY)


def _in_pairs(read: Sequence[tuple[dict[str, tuple[str, ...]], frozenset[str]]]) -> tuple[str, str] | None:
    paired: dict[int, str] = {}
    said: Counter[str] = Counter()
    are_bare = False
    for first, (states, things) in enumerate(read):
        for second in range(first + 1, len(read)):
            others, other_things = read[second]
            named = bool(things & other_things)
            if states.keys() == others.keys() or not (named or things == other_things):
                continue
            themes = {theme for word in states.keys() ^ others.keys() for theme in (states | others)[word]}
            one = {theme for found in states.values() for theme in found}
            other = {theme for found in others.values() for theme in found}
            alike = (one | other) if named and things == other_things else set()
            themes &= (one & other) if one and other else alike
            if themes:
                paired[first] = paired[second] = min(themes)
                said.update(themes)
                are_bare = are_bare or not named
    if are_bare and len(paired) < len(read):
        return None  # running, sitting, standing: things that are done
    if len(paired) < max(2, _IN_PAIRS * len(read)):
        return None
    words = [word for number in sorted(paired) for word in read[number][0]]
    return said.most_common(1)[0][0], ", ".join(list(dict.fromkeys(words))[:4])


def _of_one_theme(
    read: Sequence[tuple[dict[str, tuple[str, ...]], frozenset[str]]],
) -> tuple[str, str] | None:
    bearing: dict[str, list[str]] = defaultdict(list)
    for states, _ in read:
        first = {theme: word for word, themes in states.items() for theme in themes}
        for theme, word in first.items():
            bearing[theme].append(word)
    for theme, found in bearing.items():
        sure = [word for word in found if word not in _WEAK]
        words = found if len(set(sure)) > 1 else sure
        least = len(read) if theme == _POSTURE else _OF_ONE_THEME * len(read)
        if theme in _MAIN and len(set(words)) > 1 and len(words) >= max(2, least):
            return theme, ", ".join(list(dict.fromkeys(words))[:4])
    return None
