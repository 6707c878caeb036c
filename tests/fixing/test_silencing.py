from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.core.place import Place, Position
from clip_lint.fixing.suppress import silencing
from clip_lint.source.model import Cell, Source


def silenced(text: str, line: int, cells: tuple[Cell, ...] = (), cell: int = 0) -> str | None:
    """The text with a noqa for a finding that begins on a line of it (or of a cell)."""
    start = Position(line, 1)
    edit = silencing(Source("a.py", Path("/a.py"), text, cells), Place("a.py", cell, start, start), "CLP201")
    if edit is None:
        return None
    lines = text.split("\n")
    index = edit.start.line - 1 + next((each.first_line - 1 for each in cells if each.number == cell), 0)
    column = edit.start.column - 1
    lines[index] = lines[index][:column] + edit.text + lines[index][column:]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "line", "wanted"),
    [
        ("x = a @ b\n", 1, "x = a @ b  # noqa: CLP201\n"),
        ("x = a @ b   \n", 1, "x = a @ b  # noqa: CLP201   \n"),
        ("x = a @ b  # why not\n", 1, "x = a @ b  # why not  # noqa: CLP201\n"),
        ("x = a @ b  # noqa: E501\n", 1, "x = a @ b  # noqa: E501, CLP201\n"),
        ("x = '# noqa: E501'\n", 1, "x = '# noqa: E501'  # noqa: CLP201\n"),
        ("x = f(\n    a,\n    '''\n    ''',\n)", 3, "x = f(\n    a,\n    '''\n    ''',  # noqa: CLP201\n)"),
        ("x = a @ \\\n    b", 1, "x = a @ \\\n    b  # noqa: CLP201"),
        ("é = '\N{GRINNING FACE}'; x = a", 1, "é = '\N{GRINNING FACE}'; x = a  # noqa: CLP201"),
        ("# nothing here\n", 1, None),
        ("x = '''", 1, None),
    ],
)
def test_the_comment_goes_where_it_counts(text: str, line: int, wanted: str | None) -> None:
    assert silenced(text, line) == wanted


def test_in_a_cell() -> None:
    cells = (Cell(1, 1, 2), Cell(3, 3, 1))
    assert silenced("a = 1\n\nx = a @ b", 1, cells, cell=3) == "a = 1\n\nx = a @ b  # noqa: CLP201"
