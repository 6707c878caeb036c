"""The word lists: every section is looked up, every look-up finds its section, and every line says something."""

from __future__ import annotations

import re
from pathlib import Path

import clip_lint.language
from clip_lint.language.kinds import kind_table
from clip_lint.language.lexicon import STRENGTH_TAGS, lexicon, listed, sections, wordings

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
        pattern, value = re.fullmatch(r"([a-z()|\[\] -]+) = ([a-z-]+ : \w+)", line).groups()  # type: ignore[union-attr]
        assert value.rpartition(" : ")[2] in STRENGTH_TAGS
        for phrase in wordings(pattern):
            assert phrase.split()[0] in lexicon().phrases
            assert phrase in lexicon().relations
            assert phrase == " ".join(phrase.split())


def test_no_line_of_the_relations_is_dead() -> None:
    seen: set[str] = set()
    for line in sections("relations")["relation"]:
        phrases = set(wordings(line.partition(" = ")[0]))
        assert phrases - seen, line
        seen |= phrases


def test_a_pattern_stands_for_its_wordings() -> None:
    assert wordings("under") == ["under"]
    assert wordings("(to|on) the [far] left") == [
        "to the far left",
        "to the left",
        "on the far left",
        "on the left",
    ]
    assert wordings("left[-hand| hand] side") == ["left-hand side", "left hand side", "left side"]


def test_tags_are_the_documented_letters() -> None:
    from clip_lint.language import tagging

    documented = set(re.findall(r"``(.)``", tagging.__doc__ or ""))
    used = set(lexicon().words.values())
    used |= {
        tag
        for by_second in lexicon().phrases.values()
        for by_third in by_second.values()
        for tails in by_third.values()
        for _, tag in tails
    }
    assert used <= documented


def test_kinds_are_lower_case_words() -> None:
    table = kind_table()
    for entry in (*table.heads, *table.firsts, *table.names):
        assert entry == entry.lower().strip()
