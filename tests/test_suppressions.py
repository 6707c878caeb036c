from __future__ import annotations

import json

import pytest
from fakes import STEPS, source_of
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.engine.lint import lint_text
from clip_lint.engine.outcome import Outcome
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import rules
from clip_lint.source.directives import Directive, directives, may_suppress
from clip_lint.source.suppressions import silence, unknown_codes


def lint(text: str, name: str = "a.py") -> Outcome:
    overrides = Overrides({"min_severity": Severity.NOTE}, Stage(("ALL",)))
    configuration = Configuration(overrides, "/nowhere", isolated=True)
    return lint_text(text.encode(), name, configuration, "/nowhere", steps=STEPS)


def shown(text: str) -> list[tuple[str, int]]:
    """Code and line of what is reported in a program that imports clip on a line of its own before it."""
    return [(each.code, each.place.start.line - 1) for each in lint(f"import clip\n{text}\n").reported]


def comments(text: str) -> tuple[Directive, ...]:
    return directives(source_of("a.py", text))


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# noqa: CLP201",
        "# noqa:CLP201",
        "# noqa: E501,CLP201",
        "# noqa: CLP2",
        "# noqa: clp201",
        "# type: ignore # noqa: CLP201",
        "# clip-lint: ignore",
        "# clip-lint: ignore[CLP201]",
        "# clip-lint: ignore [CLP201]",
        "# clip-lint:ignore[CLP201, CLP201] vectors are stored normalised",
        "# clip-lint: ignore[unnormalized-similarity]",
        "# see below  # clip-lint: ignore[CLP201]",
    ],
)
def test_a_comment_silences_its_line(comment: str) -> None:
    assert shown(f'fault("CLP201")  {comment}') == []
    assert shown('fault("CLP201")') == [("CLP201", 1)]


@pytest.mark.parametrize(
    "comment", ["# noqa: E501", "# noqable", "# clip-lint: ignored", "# nothing", "# clip-lint ignore"]
)
def test_what_is_no_suppression_of_ours_silences_nothing(comment: str) -> None:
    assert shown(f'fault("CLP201")  {comment}') == [("CLP201", 1)]


def test_another_code_is_not_silenced_and_the_comment_is_reported() -> None:
    assert shown('fault("CLP201")  # noqa: CLP202') == [("CLP201", 1), ("CLP001", 1)]


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_any_line_of_the_statement_will_do(line: int) -> None:
    statement = ["x = (", '    fault("CLP201"),', "    1,", ")"]
    statement[line - 1] += "  # clip-lint: ignore[CLP201]"
    assert shown("\n".join(statement)) == []


def test_the_statement_is_not_its_neighbour_nor_its_body() -> None:
    assert shown('x = 1  # clip-lint: ignore[CLP201]\nfault("CLP201")') == [("CLP001", 1), ("CLP201", 2)]
    assert shown('for x in y:  # noqa: CLP201\n    fault("CLP201")') == [("CLP001", 1), ("CLP201", 2)]
    assert shown('for x in fault("CLP201"):  # noqa: CLP201\n    pass') == []
    assert shown('# noqa: CLP201\nfault("CLP201")') == [("CLP001", 1), ("CLP201", 2)]


def test_words_in_strings_are_no_comments() -> None:
    assert shown('fault("CLP201", "# noqa: CLP201")') == [("CLP201", 1)]
    assert shown('fault("CLP201", """\n# clip-lint: ignore-file\n""")') == [("CLP201", 1)]


def test_a_line_of_its_own_speaks_for_the_file() -> None:
    two = 'fault("CLP201")\nfault("CLP202")'
    assert shown(f"# clip-lint: ignore-file\n{two}") == []
    assert shown(f"{two}\n# clip-lint: ignore-file[CLP201] measured elsewhere") == [("CLP202", 2)]
    assert shown(f"# clip-lint: ignore-file[CLP305]\n{two}") == [("CLP001", 1), ("CLP201", 2), ("CLP202", 3)]
    assert shown('fault("CLP201")  # clip-lint: ignore-file') == [("CLP201", 1)]


def test_unused_suppressions_are_reported_even_without_clip() -> None:
    found = lint("x = 1  # clip-lint: ignore[CLP201]\n").reported
    assert [(each.code, each.name, each.place.start) for each in found] == [
        ("CLP001", "unused-suppression", Position(1, 8))
    ]
    assert "`CLP201`" in found[0].message
    assert not lint("x = 1  # noqa\ny = 2  # noqa: E501\n").reported


def test_an_unused_suppression_can_be_kept_on_purpose() -> None:
    assert not lint("x = 1  # clip-lint: ignore[CLP201, CLP001]\n").reported
    assert not lint("# clip-lint: ignore-file[CLP001]\nx = 1  # noqa: CLP201\n").reported
    assert len(lint("x = 1  # clip-lint: ignore\n").reported) == 1


def test_silenced_findings_stay_in_the_outcome_and_are_marked() -> None:
    outcome = lint('import clip\nfault("CLP201")  # noqa\n')
    assert [(each.code, each.suppressed) for each in outcome.findings] == [("CLP201", True)]
    assert not outcome.reported


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # clip-lint: ignore[CLP201] reason", "x = 1"),
        ("x = 1  # noqa: CLP201", "x = 1"),
        ("x = 1  # noqa: E501, CLP201", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: CLP201 because it is slow", "x = 1  # because it is slow"),
        ("x = 1  # noqa: CLP201, E501 long", "x = 1  # noqa: E501 long"),
        ("# noqa: CLP201\x0c01", "# 01"),
        ("x = 1  # noqa: CLP201  # type: ignore", "x = 1  # type: ignore"),
        ("x = 1  # type: ignore  # noqa: CLP201", "x = 1  # type: ignore"),
        ("\u65e5 = 1  # clip-lint: ignore", "\u65e5 = 1"),
        ("# clip-lint: ignore-file[CLP201]\nx = 1", "x = 1"),
        ("if x:\n    # clip-lint: ignore\n    y = 1", "if x:\n    y = 1"),
        ("x = 1\n# noqa: CLP201", "x = 1\n"),
        ('import clip\nfault("CLP201")  # clip-lint: ignore[CLP201, CLP305] why', 'import clip\nfault("CLP201")  # clip-lint: ignore[CLP201] why'),
        ('import clip\nfault("CLP201")  # noqa: CLP305,E501,CLP201', 'import clip\nfault("CLP201")  # noqa: E501, CLP201'),
    ],
)  # fmt: skip
def test_the_fix_removes_what_is_unused_and_nothing_else(before: str, after: str) -> None:
    found = [each for each in lint(before).findings if each.code == "CLP001"]
    assert len(found) == 1
    assert found[0].fix is not None
    assert found[0].fix.applicability.value == "safe"
    text = before
    for edit in found[0].fix.edits:
        start, end = (offset(before, position) for position in (edit.start, edit.end))
        text = text[:start] + edit.text + text[end:]
    assert text == after


def offset(text: str, position: Position) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line - 1])) + position.column - 1


def test_unknown_codes_warn_with_the_nearest_one() -> None:
    found = unknown_codes(comments("x  # clip-lint: ignore[CLP2O1]\ny  # noqa: F401,CLP201\n"), rules())
    assert [(place.start.line, message) for place, message in found] == [
        (1, "unknown code 'CLP2O1' in a suppression; did you mean 'CLP201'?")
    ]
    assert any("unknown code" in warning for warning in lint("x = 1  # clip-lint: ignore[CLP999]\n").warnings)


def test_in_a_notebook_a_comment_reaches_its_own_cell() -> None:
    cells = [
        'import clip\nfault("CLP201")  # noqa: CLP201',
        'fault("CLP202")\nfault("CLP201")  # noqa: CLP202',
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    found = lint(text, "n.ipynb").reported
    assert [(each.code, each.place.cell, each.place.start.line) for each in found] == [
        ("CLP202", 2, 1),
        ("CLP201", 2, 2),
        ("CLP001", 2, 2),
    ]


def test_a_comment_knows_its_place_and_reach() -> None:
    (comment,) = comments("x = f(\n    1,  # clip-lint: ignore[CLP201] reason\n)\n")
    assert comment.place == Place("a.py", 0, Position(2, 9), Position(2, 43))
    assert (comment.first, comment.last) == (1, 3)
    other = Finding("CLP201", "x", Severity.NOTE, "", Place("a.py", 0, Position(4, 1), Position(4, 2)))
    assert not silence([other], [comment])[0].suppressed


def test_the_bytes_search_sees_what_must_be_accounted_for() -> None:
    assert may_suppress(b"x  # noqa: CLP201")
    assert may_suppress(b"# clip-lint: ignore")
    assert not may_suppress(b"import clip  # noqa")


COMMENTS = (
    "",
    "  # why",
    "  # noqa: CLP201",
    "# clip-lint: ignore[CLP201]",
    "  # see  # clip-lint: ignore[CLP201] it is",
)
STATEMENTS = (
    "x = 1",
    'fault("CLP201")',
    "y = (\n    1,\n)",
    "z = '''# noqa: CLP201\n'''",
    'w = ["# noqa: CLP201"]',
    "if x:\n    x = 2",
)


@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(COMMENTS)), min_size=1, max_size=8))
def test_any_program_is_accounted_for(lines: list[tuple[str, str]]) -> None:
    """A comment behind a fault silences it, a fault without one is told, and so is a comment that silences nothing."""
    found, expected, line = [statement + comment for statement, comment in lines], [], 0
    for statement, comment in lines:
        silences = "CLP201" in comment
        faulty = statement.startswith("fault")
        line += statement.count("\n") + 1
        if faulty != silences:
            expected.append(("CLP201" if faulty else "CLP001", line))
    assert sorted(shown("\n".join(found))) == sorted(expected)


@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(COMMENTS)), min_size=1, max_size=8))
def test_any_suppression_can_be_taken_out(lines: list[tuple[str, str]]) -> None:
    """Without what goes away with a comment, its line is the code before it, and the others are still there."""
    text = "\n".join(statement + comment for statement, comment in lines) + "\n"
    found = comments(text)
    assert len(found) == sum("CLP201" in comment for _, comment in lines)
    for comment in found:
        start, end = comment.removal
        assert start <= comment.place.start < comment.place.end <= end
        rows = text.split("\n")
        row = rows[start.line - 1]
        rows[start.line - 1] = row[: start.column - 1] + row[end.column - 1 :]
        assert rows[start.line - 1] == row[: start.column - 1].rstrip()
        assert len(comments("\n".join(rows))) == len(found) - 1


@pytest.mark.parametrize("broken", ["y = = 3", "y = (", "y = '''"])
def test_what_does_not_parse_is_not_held_to_account(broken: str) -> None:
    """Nobody knows what a comment silences there; its removal would be a fix that harms."""
    outcome = lint(f"import clip\nx = 1  # noqa: CLP201\n{broken}\n")
    assert outcome.findings == ()
    assert len(outcome.problems) == 1
    assert shown("x = 1  # noqa: CLP201") == [("CLP001", 1)]


def test_a_notebook_with_a_broken_cell_is_not_held_to_account() -> None:
    cells = ["import clip\nx = 1  # noqa: CLP201", "y = = 3", 'fault("CLP201")  # noqa: CLP201']
    notebook = {"cells": [{"cell_type": "code", "source": cell} for cell in cells], "metadata": {}}
    outcome = lint(json.dumps(notebook), "a.ipynb")
    assert [(each.code, each.suppressed) for each in outcome.findings] == [("CLP201", True)]
