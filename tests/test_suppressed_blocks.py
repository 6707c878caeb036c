"""`# clip-lint: disable` and `enable`: from here to there, to the end of a block, or for the body below a head."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from fakes import STEPS, source_of
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.source.directives import directives
from clip_lint.syntax.blocks import Blocks


def reported(text: str, name: str = "a.py", *, ignore_noqa: bool = False) -> tuple[Finding, ...]:
    overrides = Overrides({"min_severity": Severity.NOTE, "ignore_noqa": ignore_noqa}, Stage(("ALL",)))
    configuration = Configuration(overrides, "/nowhere", isolated=True)
    data = text.encode()
    return lint_text(data, name, configuration, "/nowhere", steps=STEPS).reported


def shown(text: str, *, ignore_noqa: bool = False) -> list[str]:
    """Where something is reported: the word that its line ends with, and CLP001 as such."""
    program = "import clip\n" + dedent(text)
    lines = program.split("\n")
    return [
        "CLP001" if each.code == "CLP001" else lines[each.place.start.line - 1].split()[-1]
        for each in reported(program, ignore_noqa=ignore_noqa)
    ]


FAULT = 'fault("CLP201")'
OTHER = 'fault("CLP202")'
CROSSED = f"""\
# clip-lint: disable[CLP201]
# clip-lint: disable[CLP202]
{FAULT}  # a
# clip-lint: enable[CLP201]
{OTHER}  # a
{FAULT}  # b
# clip-lint: enable[CLP202]
{OTHER}  # c
"""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"# clip-lint: disable[CLP201]\n{FAULT}  # a\n# clip-lint: enable[CLP201]\n{FAULT}  # b\n", ["b"]),
        (f"# clip-lint: disable=CLP201\n{FAULT}  # a\n# clip-lint: enable=CLP201\n{FAULT}  # b\n", ["b"]),
        (f"# clip-lint: disable\n{FAULT}  # a\n# clip-lint: enable\n{FAULT}  # b\n", ["b"]),
        (f"{FAULT}  # z\n# clip-lint: disable[CLP2]\n{FAULT}  # a\n", ["z"]),
        (f"# clip-lint: disable[unnormalized-similarity] why not\n{FAULT}  # a\n", []),
        (f"def f():\n    # clip-lint: disable[CLP201]\n    {FAULT}  # a\n\n{FAULT}  # b\n", ["b"]),
        (f"if x:\n    {FAULT}  # z\n    # clip-lint: disable[CLP201]\n    {FAULT}  # a\nelse:\n    {FAULT}  # b\n", ["z", "b"]),
        (f"# clip-lint: disable[CLP201]\ndef f():\n    {FAULT}  # a\n# clip-lint: enable\n{FAULT}  # b\n", ["b"]),
        (f"def f():  # clip-lint: disable[CLP201]\n    {FAULT}  # a\n    if x:\n        {FAULT}  # a\n\n\n{FAULT}  # b\n", ["b"]),
        (f"def f(\n    x,  # clip-lint: disable[CLP201]\n):\n    {FAULT}  # a\n{FAULT}  # b\n", ["b"]),
        (f"class A:  # clip-lint: disable[CLP201]\n    {FAULT}  # a\n    def f(self):\n        {FAULT}  # a\n{FAULT}  # b\n", ["b"]),
        (f"with x:  # clip-lint: disable[CLP201]\n    {FAULT}  # a\n{FAULT}  # b\n", ["b"]),
        (f"async def f():  # clip-lint: disable=CLP201\n    async for x in y:\n        {FAULT}  # a\n{FAULT}  # b\n", ["b"]),
        (f"def f(): {FAULT}  # clip-lint: disable[CLP201]\n{FAULT}  # b\n", ["b"]),
        (f"{FAULT}  # clip-lint: disable[CLP201]\n{FAULT}  # b\n", ["b"]),
        (f"def f():\n    '''a\nb\n'''\n    # clip-lint: disable[CLP201]\n    x = '''\nc\n'''\n    {FAULT}  # a\n{FAULT}  # b\n", ["b"]),
        (CROSSED, ["b", "c"]),
        (f"def f():  # noqa: CLP201\n    {FAULT}  # a\n", ["CLP001", "a"]),
        (f"def f():  # clip-lint: ignore[CLP201]\n    {FAULT}  # a\n", ["CLP001", "a"]),
    ],
)  # fmt: skip
def test_what_a_comment_reaches(text: str, left: list[str]) -> None:
    assert shown(text) == left


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("# clip-lint: disable[CLP201]\nx = 1\n# clip-lint: enable[CLP201]\n", "x = 1\n"),
        ("x = 1\n# clip-lint: enable[CLP201]\n", "x = 1\n"),
        ("# clip-lint: disable[CLP201]\nif x:\n    x = 1\n    # clip-lint: enable[CLP201]\n", None),
        (
            f"# clip-lint: disable[CLP201, CLP202]\n{FAULT}\n# clip-lint: enable[CLP202, CLP201]\n",
            f"# clip-lint: disable[CLP201]\n{FAULT}\n# clip-lint: enable[CLP201]\n",
        ),
        ("def f():  # clip-lint: disable[CLP201]\n    x = 1\n", "def f():\n    x = 1\n"),
    ],
)
def test_what_silences_nothing_is_told_and_removed(text: str, mended: str | None) -> None:
    found = [each for each in reported("import clip\n" + text) if each.code == "CLP001"]
    assert found
    if mended is None:
        assert len(found) == 2
        return
    lines = text.split("\n")
    assert found[0].fix is not None
    for edit in sorted(found[0].fix.edits, key=lambda edit: edit.start, reverse=True):
        first, last = edit.start.line - 2, edit.end.line - 2
        joined = lines[first][: edit.start.column - 1] + edit.text + lines[last][edit.end.column - 1 :]
        lines[first : last + 1] = joined.split("\n")
    assert "\n".join(lines) == mended


def test_ignore_noqa_shows_what_is_silenced() -> None:
    text = f"# clip-lint: disable[CLP201]\n{FAULT}  # a\n{FAULT}  # noqa\n# clip-lint: ignore-file[CLP202]\n"
    assert shown(text) == ["CLP001"]
    assert shown(text, ignore_noqa=True) == ["a", "noqa"]


def test_in_a_notebook_it_ends_with_the_cell() -> None:
    cells = [
        "import clip",
        f"# clip-lint: disable[CLP201]\n{FAULT}",
        FAULT,
        f"def f():  # clip-lint: disable[CLP201]\n    {FAULT}",
        f"# clip-lint: disable[CLP201]\n{FAULT}\n# clip-lint: enable[CLP201]\n{FAULT}",
        "# clip-lint: enable[CLP201]",
    ]
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    found = reported(notebook, "a.ipynb")
    assert [(each.code, each.place.cell, each.place.start.line) for each in found] == [
        ("CLP201", 3, 1),
        ("CLP201", 5, 4),
        ("CLP001", 6, 1),
    ]


def test_they_are_kept_between_runs() -> None:
    text = f"# clip-lint: disable[CLP201]\n{FAULT}\n# clip-lint: enable[CLP201]\n# clip-lint: enable\n"
    result = FileResult("/a.py", comments=directives(source_of("a.py", text)))
    assert [each.kind for each in result.comments or ()] == ["disable", "enable"]
    assert from_record("/a.py", json.loads(json.dumps(to_record(result)))) == result


@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12), st.integers(0, 12), st.integers(0, 14)
)
def test_blocks_end_where_a_walk_down_the_lines_ends_them(
    shape: list[tuple[int, bool]], line: int, column: int
) -> None:
    """Programs of nested `if`s with blank lines between, and every place that a comment may stand in."""
    rows: list[str] = []
    depth = 0
    for step, has_gap in shape:
        depth = min(depth + 1, step) if rows else 0
        rows += [" " * 4 * depth + "if x:"] + [""] * has_gap
    rows.append(" " * 4 * (depth + 1) + "pass")
    blocks = Blocks("\n".join(rows) + "\n")
    columns = [(number, len(row) - len(row.lstrip())) for number, row in enumerate(rows, 1) if row]
    left = next((number - 1 for number, own in columns if number >= line and own < column), None)
    assert blocks.rest(line, column) == left
    for number, own in columns:
        body = []
        for other, its in columns:
            if other > number:
                if its <= own:
                    break
                body.append(other)
        assert blocks.body(number) == (body[-1] if body else None)
