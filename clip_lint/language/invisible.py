"""What no picture shows, where a caption says little else.

    trait  = TRAIT person | person be TRAIT | [person be] "a" BEARER     an honest man, this person is rich, a liar
    unseen = ["there" be] IMPERCEPTIBLE                                  there is wifi, a loud noise
    fact   = person with income, plans, beliefs or an outlook            likely to win, worth one million, tastes sweet

The words stand in ``lexicon/labels.txt``. A trait that is said to be looked like (*a person who looks rich*) may be visible, and so
may one of a thing (*an honest portrait*).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.language.lexicon import listed, sections

if TYPE_CHECKING:
    from clip_lint.language.meaning import Meaning

_LONG = 5
"""Captions with more content show other things too."""
_LOOKS = frozenset({"look", "looks", "looking", "seems", "appears", "dressed", "sign", "symbol", "costume"})
_SOMEBODY = frozenset({("person",), ("people",), ("human",)})
PEOPLE = listed("space people") | listed("invisible people")
_WORKERS = ("er", "or", "ist", "ian", "eer", "man", "woman")
"""What words for people by their work end in; things do so too (a smart scanner)."""
_OF_THINGS = listed("invisible of-things")
"""Traits that things have as well."""
_FACT = re.compile(
    r"^(?:an? )?(?:concealed|undetected) [a-z]+$|\b(?:(?:more |less |very |un|most )?likely to \w+|worth (?:about |over |more than |less than |up to )?(?:[$\u20ac\u00a3]?\d\S*|(?:[a-z]+ ){0,3}(?:hundreds?|thousands?|millions?|billions?|dollars?|euros?|pounds?|fortune|a lot)\b)"
    r"|(?:high|low|average|good|stable|no|regular|annual) (?:incomes?|salar(?:y|ies)|earnings|iq|intelligence|credit (?:score|rating)|wages?)"
    r"|(?:smell|taste)(?:s|ing)? (?:like |of )?(?!test)[a-z]+|[a-z]+[ -](?:tasting|smelling|sounding)\b|(?:sound)s? (?:like|loud|good|bad|nice|awful|funny|off)\b"
    r"|(?:planning|intending|plotting|conspiring|scheming) (?:an?|to|the|his|her|their)\b|(?:votes?|voting|voted) for\b|(?:earn|earning|earns) (?:more|less|over|under|\d|[$\u20ac\u00a3])"
    r"|(?:believes?|believing) (?:in|that)\b|(?:knows?|wishes|hopes?|intends|plans|thinks) (?:that|how|to)\b|(?:will|going to) (?:commit|succeed|fail|win|lose|pay|default|buy|become|resign|quit|reoffend)\b"
    r"|(?:republican|democrat|democratic|conservative|liberal|labour|socialist|communist|left-wing|right-wing|swing) (?:voters?|supporters?)|future (?:employees?|customers?|criminals?|leaders?|offenders?|winners?|champions?|stars?|presidents?|doctors?|leaders?|husbands?|wife|wives)"
    r"|(?:history|risk) of (?:crime|violence|illness|default|recidivism|abuse|fraud|diabetes|suicide)|(?:was|is|were|are|be) (?:not )?(?:at fault|to blame|liable|in love|insured|for sale)|(?:misinformation|disinformation|propaganda|fake news|rumou?rs?|lies) about\b|(?:repair|market|total|estimated|resale|purchase|asking) (?:costs?|price|value)|(?:who|person|people|man|woman|child|employee|customer|student) (?:has |have |had )?(?:voted|graduated|resigned|lied|cheated|inherited|divorced|retired|emigrated|defaulted|subscribed|unsubscribed|churned|enrolled|relapsed)\b|criminal record|phd|university degree|college degree|high school diploma)(?![\w-])"
)


class _Words(NamedTuple):
    traits: frozenset[str]
    judged: frozenset[str]
    bearers: frozenset[str]
    imperceptible: frozenset[str]
    faint: frozenset[str]
    all: frozenset[str]


@cache
def _words() -> _Words:
    lists = {name: frozenset(" ".join(lines).split()) for name, lines in sections("labels").items()}
    traits, judged, bearers, unseen = (
        lists[name] for name in ("trait", "trait judged", "trait bearer", "imperceptible")
    )
    return _Words(
        traits, judged, bearers, unseen, lists["imperceptible said"], traits | judged | bearers | unseen
    )


def is_person(noun: str) -> bool:
    """Whether a noun names somebody, as far as its form tells: winner, guitarist, child."""
    return noun in PEOPLE or noun.endswith(_WORKERS)


def invisible(meaning: Meaning) -> str:
    """The words of a short caption that name what no picture shows; empty if there are none."""
    if meaning.language != "en" or not meaning.words or not 0 < meaning.content <= _LONG or meaning.quotes:
        return ""
    if not _LOOKS.isdisjoint(meaning.words) or "?" in meaning.tags:
        return ""
    lists = _words()
    if not lists.all.isdisjoint(pieces := [piece for word in meaning.words for piece in word.split()]):
        for position, word in enumerate(meaning.words):
            if (
                (word in lists.traits and _is_of_person(meaning, position))
                or (word in lists.bearers and _is_all(meaning, position))
                or (word in lists.judged and meaning.words[position + 1 : position + 2] in _SOMEBODY)
                or (word in lists.imperceptible and _is_there(pieces, word, lists))
            ):
                return word
    found = _FACT.search(meaning.text.lower())
    return found.group() if found else ""


def _acts(meaning: Meaning) -> bool:
    return any(
        tag == "v" and word.endswith("ing") and word not in _words().all
        for word, tag in zip(meaning.words, meaning.tags, strict=True)
    )


def _is_of_person(meaning: Meaning, position: int) -> bool:
    """Whether a trait is said of a person, before the noun or behind a form of be."""
    if _acts(meaning):
        return False
    after = position + 1
    while after < len(meaning.tags) and meaning.tags[after] in "lgcmsztav,&-n":
        noun = meaning.words[after]
        if meaning.tags[after] == "n" and (
            noun in PEOPLE or (is_person(noun) and meaning.words[position] not in _OF_THINGS)
        ):
            return meaning.tags[after + 1 : after + 2] in ("", ".", ",", "b")
        after += 1
    before = position - 1
    while before > 0 and meaning.tags[before] in "lx":
        before -= 1
    if before < 1 or after < len(meaning.tags.rstrip(".")):
        return False
    return meaning.tags[before] == "b" and (
        meaning.words[before - 1] in PEOPLE
        or (
            before > 1
            and meaning.words[before - 1] in ("who", "that")
            and meaning.words[before - 2] in PEOPLE
        )
    )


def _is_all(meaning: Meaning, position: int) -> bool:
    """Whether a caption names somebody by what he is said to be, and nothing else."""
    others = [word for word in meaning.objects if word not in listed("reading frames")]
    return (
        not _acts(meaning)
        and len(others) <= 1 + any(word in PEOPLE for word in others)
        and (
            position + 1 == len(meaning.tags.rstrip("."))
            and (position == 0 or meaning.tags[position - 1] in "dagl" or meaning.words[position - 1] == "of")
        )
    )


def _is_there(pieces: list[str], word: str, lists: _Words) -> bool:
    """Whether a caption says that something is there which nobody sees, and nothing else."""
    return all(piece == word or piece in lists.faint or not piece[0].isalpha() for piece in pieces)
