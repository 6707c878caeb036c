"""Reading rule cards: what is understood, and what is said about a card that is wrong."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from clip_lint.core.card_text import SECTIONS, CardError, Mark
from clip_lint.core.cards import Rule, by_code, live, load_cards, load_rules, parse_card
from clip_lint.core.finding import Applicability, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

FRONT = """\
+++
code = "CLP299"
name = "made-up"
summary = "A rule for these tests."
severity = "warning"
default = "preview"
fix = "unsafe"
probe = "scores"

[versions]
transformers = ">=5"
+++
"""
EXAMPLES = """\
```python bad transformers=4
a = 1
b = f(a)  # CLP299
c = g(  # CLP299, CLP201
    b,
)
```

```python fixed transformers=4
a = 1
```

Some words.

```python good
# CLP299 is not reported here
x = "## Not a section"
```
"""
CARD = "CLP299-made-up.md"


def text(front: str = FRONT, examples: str = EXAMPLES, *, titles: tuple[str, ...] = SECTIONS) -> str:
    sections = [f"## {title}\n\n{examples if title == 'Examples' else 'Words.'}\n" for title in titles]
    return front + "\n" + "\n".join(sections)


def test_the_front_matter_becomes_the_rule() -> None:
    rule = parse_card(CARD, text())
    assert (rule.code, rule.name, rule.summary) == ("CLP299", "made-up", "A rule for these tests.")
    assert (rule.severity, rule.is_preview) == (Severity.WARNING, True)
    assert (rule.fix, rule.probe) == (Applicability.UNSAFE, "scores")
    assert rule.versions == {"transformers": ">=5"}
    assert rule.retired == ""


def test_none_stands_for_no_fix_and_no_probe() -> None:
    front = FRONT.replace('"unsafe"', '"none"').replace('"scores"', '"none"').replace('"preview"', '"on"')
    rule = parse_card(CARD, text(front))
    assert (rule.fix, rule.probe, rule.is_preview) == (None, None, False)


def test_sections_keep_their_order_and_fences_hide_headings() -> None:
    rule = parse_card(CARD, text())
    assert tuple(rule.sections) == SECTIONS
    assert rule.sections["Fix safety"] == "Words."
    assert "## Not a section" in rule.sections["Examples"]


def test_examples_carry_kind_options_marks_and_their_line_in_the_card() -> None:
    rule = parse_card(CARD, text())
    bad, fixed, good = rule.examples
    assert [example.kind for example in rule.examples] == ["bad", "fixed", "good"]
    assert bad.options == {"transformers": "4"} == fixed.options
    assert good.options == {}
    assert bad.marks == (Mark(2, "CLP299"), Mark(3, "CLP299"), Mark(3, "CLP201"))
    assert bad.lines("CLP299") == (2, 3)
    assert bad.lines("CLP201") == (3,)
    assert text().split("\n")[good.line - 1] == "# CLP299 is not reported here"


def test_marks_are_taken_out_of_the_program_and_nothing_else_is() -> None:
    bad, _, good = parse_card(CARD, text()).examples
    assert bad.text == "a = 1\nb = f(a)\nc = g(\n    b,\n)\n"
    assert "# CLP299, CLP201" in bad.written
    assert good.text == good.written


def test_windows_line_ends_are_read() -> None:
    assert parse_card(CARD, text().replace("\n", "\r\n")).examples == parse_card(CARD, text()).examples


def test_a_tombstone_needs_no_more_than_its_reason() -> None:
    front = '+++\ncode = "CLP299"\nname = "made-up"\nsummary = "Gone."\nretired = "0.3: see CLP201"\n+++\n'
    rule = parse_card(CARD, front + "\nIt reported too much.\n")
    assert rule.retired == "0.3: see CLP201"
    assert (rule.examples, dict(rule.sections)) == ((), {})


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (lambda t: t.removeprefix("+++\n"), 1, "front matter"),
        (lambda t: t.replace("\n+++\n", "\n"), 1, "front matter"),
        (lambda t: t.replace('"made-up"', '"made-up'), 2, "not valid TOML"),
        (lambda t: t.replace('"CLP299"', '"CLP298"'), 2, "does not agree with the file name"),
        (lambda t: t.replace('"made-up"', '"made-down"'), 2, "does not agree with the file name"),
        (lambda t: t.replace('"warning"', '"loud"'), 5, "severity is 'loud'; it can be error, note, warning"),
        (lambda t: t.replace('"preview"', '"off"'), 6, "default is 'off'"),
        (lambda t: t.replace('"unsafe"', '"maybe"'), 7, "fix is 'maybe'"),
        (lambda t: t.replace('"scores"', '"score"'), 8, "probe is 'score'"),
        (lambda t: t.replace("probe =", "prob ="), 8, "unknown key 'prob'"),
        (lambda t: t.replace('probe = "scores"\n', ""), 1, "lacks 'probe'"),
        (lambda t: t.replace('"A rule for these tests."', "7"), 4, "summary must be a string"),
        (lambda t: t.replace('">=5"', "5"), 10, "specifiers"),
    ],
)
def test_wrong_front_matter_is_named_with_its_line(
    change: Callable[[str], str], line: int, problem: str
) -> None:
    with pytest.raises(CardError) as raised:
        parse_card(CARD, change(text()))
    assert str(raised.value).startswith(f"{CARD}:{line}: ")
    assert problem in str(raised.value)


def test_a_card_is_named_after_its_rule() -> None:
    with pytest.raises(CardError, match=r"rule\.md:1: .*CLPnnn-its-name\.md"):
        parse_card("rule.md", text())


@pytest.mark.parametrize(
    ("titles", "problem"),
    [
        ((*SECTIONS[:3], *SECTIONS[4:]), "'Alternatives' where 'Fix safety' belongs"),
        (SECTIONS[:4], "missing at the end: 'Alternatives', 'Verification'"),
        ((*SECTIONS, "See also"), "unknown sections at the end: 'See also'"),
        ((), "missing at the end: 'What it does'"),
    ],
)
def test_sections_are_all_there_and_in_order(titles: tuple[str, ...], problem: str) -> None:
    rule = parse_card(CARD, text(titles=titles))
    with pytest.raises(CardError, match=problem):
        _ = rule.sections


def test_text_before_the_first_section_is_refused() -> None:
    rule = parse_card(CARD, text().replace("\n## What", "\nStray words.\n\n## What"))
    with pytest.raises(CardError, match=r"14: text before the first section: 'Stray words\.'"):
        _ = rule.sections


@pytest.mark.parametrize(
    ("examples", "line", "problem"),
    [
        ("```python\nx\n```", 1, "write ```python bad"),
        ("```\nx\n```", 1, "write ```python bad"),
        ("```python worse\nx\n```", 1, "write ```python bad"),
        ("```python bad transformers\nx  # CLP299\n```", 1, "fence option 'transformers'"),
        ("```python bad\nx\n```", 1, "needs a # CLPnnn comment"),
        ("```python good\ny\nx  # CLP299\n```", 3, "must not carry"),
        ("```python fixed\nx\n```", 1, "must directly follow the bad block"),
        ("```python good\nx\n```\n\n```python fixed\nx\n```", 5, "must directly follow the bad block"),
        ("```python good\nx\n", 1, "never closed"),
        ("```python good\nx\n```python good\nx\n```", 3, "opens inside the one of"),
    ],
)
def test_wrong_examples_are_named_with_their_line(examples: str, line: int, problem: str) -> None:
    card = FRONT + "\n".join(
        f"## {title}\n{examples if title == 'Examples' else 'Words.'}" for title in SECTIONS
    )
    first = card.split("\n").index("## Examples") + 2
    with pytest.raises(CardError) as raised:
        _ = parse_card(CARD, card).examples
    assert str(raised.value).startswith(f"{CARD}:{first + line - 1}: ")
    assert problem in str(raised.value)


def card(code: str, name: str = "made-up", retired: str = "") -> Rule:
    """A card of that code; a tombstone if ``retired`` says why."""
    if retired:
        lines = f'code = "{code}"\nname = "{name}"\nsummary = "Gone."\nretired = "{retired}"\n'
        return parse_card(f"{code}-{name}.md", f"+++\n{lines}+++\n")
    return parse_card(f"{code}-{name}.md", text().replace("CLP299", code).replace("made-up", name))


def test_cards_come_in_the_order_of_their_codes() -> None:
    cards = by_code([card("CLP299"), card("CLP101"), card("CLP230", retired="0.2")])
    assert list(cards) == ["CLP101", "CLP230", "CLP299"]
    assert list(live(cards)) == ["CLP101", "CLP299"]


def test_a_code_is_given_once_even_to_a_tombstone() -> None:
    with pytest.raises(CardError, match=r"CLP299-made-up\.md:1: CLP299 is already the code of CLP299-a\.md"):
        by_code([card("CLP299"), card("CLP299", "a", retired="0.2")])


def test_the_projects_own_cards_are_found() -> None:
    rules = load_rules()
    assert {"CLP001", "CLP201", "CLP307"} <= set(rules)
    assert all(rule.code == code and not rule.retired for code, rule in rules.items())
    assert rules == live(load_cards())


def test_loading_parses_no_bodies_and_imports_nothing_heavy() -> None:
    program = (
        "import sys; from clip_lint.core.cards import load_rules; rules = load_rules();"
        "assert not any('sections' in vars(rule) or 'examples' in vars(rule) for rule in rules.values());"
        "print(sorted({'torch', 'transformers', 'numpy', 'rich', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
