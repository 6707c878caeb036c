"""No phrase of the word lists is idle: without it, some prompt would be read otherwise; and each narrow name is of its kind.

A phrase that changes nothing is weight that nobody can judge. One that is lost lets a wrong finding in, or a right one out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from clip_lint.language import Meaning, read_prompt, space, tagging
from clip_lint.language.kinds import kind_of_label
from clip_lint.language.lexicon import Lexicon, lexicon, sections

PROMPTS = (
    *("a dog {} a cat", "a dog {}", "a {}", "{}", "a photo of a dog {}", "two {}", "a red {} and a blue car", "a green car and {}"),
    *("the {} is red", "a dog is {}", "the dog is {} a cat", "a man {} on the left of a car", "a dog with {}", "{} dog", "a red dog {} a blue cat"),
    *("no {}", "a dog without {}", "{} cats", "a sign says {}", "a cup {} of tea"),
)  # fmt: skip
"""Where a phrase may stand."""


def said(text: str) -> str:
    """What is found in a prompt."""
    found: Meaning = read_prompt(text)
    phenomena = (found.counts, found.relations, found.attributes, found.bindings, found.negations)
    return repr((phenomena, found.writings, found.question, found.kinds))


@contextmanager
def lists_are(known: Lexicon, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The grammar with other lists."""
    with patch.context() as inside:
        for module in (tagging, space):
            inside.setattr(module, "lexicon", lambda: known)
        forget()
        yield
    forget()


def forget() -> None:
    tagging._entry.cache_clear()
    read_prompt.cache_clear()


def without(phrase: str) -> Lexicon:
    first, second, third, *rest = [*phrase.split(), "", ""][: max(3, phrase.count(" ") + 1)]
    known = lexicon()
    seconds = {**known.phrases[first]}
    thirds = {**seconds[second]}
    thirds[third] = tuple(each for each in thirds[third] if each[0] != tuple(rest))
    seconds[second] = {name: each for name, each in thirds.items() if each}
    kept = {name: each for name, each in seconds.items() if each}
    phrases = {name: each for name, each in known.phrases.items() if name != first} | (
        {first: kept} if kept else {}
    )
    return replace(known, phrases=phrases)


def is_idle(phrase: str, patch: pytest.MonkeyPatch) -> bool:
    changed = without(phrase)
    for prompt in PROMPTS:
        text = prompt.replace("{}", phrase)
        now = said(text)
        with lists_are(changed, patch):
            if said(text) != now:
                return False
    return True


@pytest.mark.parametrize("heading", sections("idioms"))
def test_each_idiom_changes_a_reading(heading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each for each in dict.fromkeys(sections("idioms")[heading]) if is_idle(each, monkeypatch)] == []


def test_each_way_to_say_absence_changes_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each for each in sections("negation")["absence"] if is_idle(each, monkeypatch)] == []


def test_each_relation_changes_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each for each in lexicon().relations if is_idle(each, monkeypatch)] == []


@pytest.mark.parametrize("heading", sections("kinds"))
def test_each_narrow_name_is_of_the_kind_that_lists_it(heading: str) -> None:
    """A word that another kind lists before would be told as of that."""
    kind, place = heading.split()
    lines = sections("kinds")[heading]
    names = lines if place == "name" else " ".join(lines).split()
    told = {
        name: kind_of_label((*name.split(), "zorb") if place == "first" else tuple(name.split()))
        for name in names
    }
    assert {name: other for name, other in told.items() if other != kind} == {}
