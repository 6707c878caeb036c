"""The word lists: every section is looked up, every look-up finds its section, and every line says something."""

from __future__ import annotations

import re
from pathlib import Path

import clip_lint.language
from clip_lint.language.kinds import kind_table
from clip_lint.language.lexicon import STRENGTH_TAGS, lexicon, listed, sections

FOLDER = Path(clip_lint.language.__file__).parent
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.py")))
LISTS = [path.stem for path in sorted((FOLDER / "lexicon").glob("*.txt"))]


def test_grammar_sections_and_look_ups_match() -> None:
    assert set(sections("grammar")) == set(re.findall(r'listed\("([^"]+)"\)', SOURCE))
    assert listed("binding small") > {"tiny", "small"}


def test_every_list_has_sections_and_no_stray_lines() -> None:
    for name in LISTS:
        found = sections(name)
        assert found, name
        assert all(found.values()), name


def test_groups_are_used() -> None:
    groups = set(re.findall(r'(?:groups|lists|listed)\["([\w-]+)"\]', SOURCE))
    named = set(re.findall(r'"([\w-]+)"', SOURCE))
    for name in ("numbers", "writing", "negation", "questions"):
        for heading in sections(name):
            section = heading.partition(" ")[0]
            assert section in groups | named or section == "number", f"{name}: [{heading}]"


def test_relations_have_a_known_strength_and_are_set_phrases() -> None:
    for line in sections("relations")["relation"]:
        phrase, value = re.fullmatch(r"([a-z ]+) = (\w+ : \w+)", line).groups()  # type: ignore[union-attr]
        assert value.rpartition(" : ")[2] in STRENGTH_TAGS
        first, _, rest = phrase.partition(" ")
        assert first in lexicon().phrases
        assert phrase in lexicon().relations
        assert rest == rest.strip()


def test_tags_are_the_documented_letters() -> None:
    from clip_lint.language import tagging

    documented = set(re.findall(r"``(.)``", tagging.__doc__ or ""))
    used = set(lexicon().words.values())
    used |= {
        tag for by_second in lexicon().phrases.values() for tails in by_second.values() for _, tag in tails
    }
    assert used <= documented


def test_kinds_are_lower_case_words() -> None:
    table = kind_table()
    for entry in (*table.heads, *table.firsts, *table.names):
        assert entry == entry.lower().strip()
