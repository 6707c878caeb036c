"""What the grammar sees in a request besides its task: evidence that the second opinion weighs beside the words.

Each piece is a short name behind ``#``: the tasks that any of its words may speak of, the themes of its states, the classes of its verbs and
objects, what it counts, denies, quotes or places, and how long it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from clip_lint.language.cores import patterns
from clip_lint.language.leaning import senses
from clip_lint.language.lexicon import sections
from clip_lint.language.reading import read_prompt
from clip_lint.language.themes import themes_of
from clip_lint.language.verbs import wish

_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MOST = 400
"""So many characters are read, as of a request."""
_LENGTHS = (4, 8, 15, 25)
_MARKS = {"?": "#asks", '"': "#quotes", ":": "#lists", " or ": "#or", ". ": "#sentences"}


@cache
def _verb_classes() -> dict[str, tuple[str, ...]]:
    """The headings of ``verbs.txt`` that a word stands under."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for heading, lines in sections("verbs").items():
        if heading != "stop" and not heading.endswith(" two words"):
            for word in " ".join(lines).split():
                found[word].append(heading.replace(" ", "-"))
    return {word: tuple(headings) for word, headings in found.items()}


def evidence(text: str) -> frozenset[str]:
    """The evidence of one text."""
    said = text[:_MOST]
    words = [word.replace("\u2019", "'") for word in _WORDS.findall(said.lower())]
    found = {name for mark, name in _MARKS.items() if mark in said}
    found.add(f"#length{sum(len(words) >= length for length in _LENGTHS)}")
    found.update(f"#opens-{word}" for word in words[:1])
    for task in patterns()[0].matches(" ".join(words)):
        found.add(f"#task-{task.section}")
        if task.start == 0:
            found.add(f"#first-{task.section}")
    for word in words:
        found.update(f"#theme-{theme}" for theme in themes_of(word))
        found.update(f"#sense-{sense}" for sense in senses().get(word, ()))
        found.update(f"#class-{heading}" for heading in _verb_classes().get(word, ()))
    return frozenset(found | _read(said) | _wished(said))


def _read(text: str) -> set[str]:
    """What the grammar of captions finds."""
    meaning = read_prompt(text)
    found = {f"#kind-{kind.name}" for kind in meaning.kinds}
    found.update(
        f"#count{'-asked' if count.is_asked else min(count.value or 0, 9)}" for count in meaning.counts
    )
    found.update(f"#placed-{relation.value}" for relation in meaning.relations if relation.value)
    said = {"#denies": meaning.negations, "#written": meaning.writings, "#mentions": meaning.quotes}
    found.update(name for name, pieces in said.items() if pieces)
    return found | ({"#bound"} if len(meaning.bindings) > 1 else set())


def _wished(text: str) -> set[str]:
    """The verb of the clause that says what is wanted, and the states that this clause names."""
    wanted = wish(text)
    if wanted is None:
        return set()
    themes = {f"#wanted-{theme}" for word in wanted.clause.split() for theme in themes_of(word)}
    return themes | {f"#verb-{wanted.verb}", f"#wish-{wanted.kind or 'none'}"}
