from __future__ import annotations

import ast
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clip_lint.source.notebook import NotANotebookError, Program, read_notebook
from clip_lint.syntax.parse import parse


def notebook(*cells: str | tuple[str, str], **metadata: object) -> str:
    """A notebook; a cell is its code, or its type and text."""
    made = []
    for cell in cells:
        kind, text = ("code", cell) if isinstance(cell, str) else cell
        made.append({"cell_type": kind, "source": text.splitlines(keepends=True), "metadata": {}})
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4})


def program(*cells: str | tuple[str, str]) -> Program:
    made = read_notebook(notebook(*cells))
    assert made is not None
    return made


def test_code_cells_follow_each_other_and_are_counted_among_all() -> None:
    made = program(("markdown", "# Title"), "import clip\nx = 1", ("raw", "!"), "y = x")
    assert made.text == "import clip\nx = 1\ny = x"
    assert [(cell.number, cell.first_line, cell.line_count) for cell in made.cells] == [(2, 1, 2), (4, 3, 1)]


def test_plain_python_is_left_as_it_is() -> None:
    code = 'x = a % b\nprint(\'!ls\', """\n%not magic\n!nor this\n""")\nz = (1\n  % 2)'
    assert program(code).text == code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install torch\nx = 1", "pass\nx = 1"),
        ("if x:\n    !ls\ny = 1", "if x:\n    pass\ny = 1"),
        ("files = !ls *.jpg\nn = len(files)", "files = None\nn = len(files)"),
        ("cfg = %env HOME", "cfg = None"),
        ("%time y = f(x)", "pass; y = f(x)"),
        ("%timeit -n 10 f(x)", "pass;         f(x)"),
        ("y = %time f(x)", "y =       f(x)"),
        ("f?\nx = 1", "pass\nx = 1"),
        ("?f\nx = 1", "pass\nx = 1"),
        ("x.y??", "pass"),
        ("!pip install \\\n  torch \\\n  clip\nx = 1", "pass\n\n\nx = 1"),
        ("pip install torch\nx = 1", "pass\nx = 1"),
        ("cd ..", "pass"),
        ("cd ../data\nls ./x", "pass\npass"),
        ("mv = f\nmv.x", "mv = f\nmv.x"),
        ("%%time\nx = f()", "\nx = f()"),
        ("%%capture out\nx = f()", "\nx = f()"),
        ("\n%%bash\nfor f in *; do echo $f; done", "\n\n"),
        ("%%writefile a.py\nimport clip", "\nimport clip"),
        ("%%file -a 'a.py'\nimport clip", "\nimport clip"),
        ("%%writefile a.py\nimport {name}", "\n"),
        ("%%writefile a.txt\nimport clip", "\n"),
        ("x = '''\n%a\n!b\n'''\n!ls", "x = '''\n%a\n!b\n'''\npass"),
        ("x = f(a,\n  b % c\n)\n%ls", "x = f(a,\n  b % c\n)\npass"),
        ("x = 1 + \\\n  2\n!ls", "x = 1 + \\\n  2\npass"),
        ("s = '(' # [\n!ls", "s = '(' # [\npass"),
        ("  x = 1\n  !ls", "x = 1\npass"),
        ("    x = 1\ny = 2\n    if y:\n        z = 3", "x = 1\ny = 2\nif y:\n    z = 3"),
        ("\n  x = 1\ny = 2", "\nx = 1\ny = 2"),
    ],
)
def test_magics_become_python_on_the_same_lines(cell: str, expected: str) -> None:
    made = program(cell)
    assert made.text == expected
    assert made.raw == cell
    assert not made.broken
    ast.parse(made.text)


@pytest.mark.parametrize(
    ("told", "has_run"),
    [
        ({"execution_count": 3, "outputs": []}, True),
        ({"execution_count": None, "outputs": [{"output_type": "execute_result"}]}, True),
        ({"prompt_number": 3, "outputs": [{"output_type": "stream"}]}, True),
        ({"execution_count": None, "outputs": []}, False),
        ({"execution_count": 3, "outputs": [{"output_type": "stream"}, {"output_type": "error"}]}, False),
        ({"prompt_number": 3, "outputs": [{"output_type": "pyerr"}]}, False),
        ({"outputs": "none"}, False),
        ({"execution_count": None, "outputs": [[], None]}, False),
        ({}, False),
    ],
)
def test_a_cell_knows_whether_it_ran(told: dict[str, object], *, has_run: bool) -> None:
    cell = {"cell_type": "code", "source": "x = 1", **told}
    made = read_notebook(json.dumps({"cells": [cell]}))
    assert made is not None
    assert [each.has_run for each in made.cells] == [has_run]


def test_await_outside_a_function_is_fine() -> None:
    assert not program("x = await f()\nasync with g() as h:\n    pass").broken


def test_a_broken_cell_is_named_and_the_others_stay() -> None:
    made = program("x = 1", "y = = 2\nz = 3", "w = 4\n!ls")
    assert made.text == "x = 1\n\n\nw = 4\npass"
    assert [(cell.number, cell.line) for cell in made.broken] == [(2, 1)]
    assert "cannot be parsed" in made.broken[0].message


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "julia"}},
        {"language_info": {"name": "R"}},
        {"kernelspec": {"language": "Rust"}},
    ],
)
def test_other_kernels_are_skipped(metadata: dict[str, object]) -> None:
    assert read_notebook(notebook("import clip", **metadata)) is None


def test_python_kernels_and_old_formats_are_read() -> None:
    assert read_notebook(notebook("x = 1", kernelspec={"language": "python"})) is not None
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]}], "nbformat": 3}
    made = read_notebook(json.dumps(old))
    assert made is not None
    assert made.text == "x = 1\ny = 2"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"cells": 3}', "{}", "[" * 100_000, '{"cells": 1' + "0" * 5000 + "}"],
)
def test_what_is_no_notebook_is_said(text: str) -> None:
    with pytest.raises(NotANotebookError, match="not a notebook"):
        read_notebook(text)


def test_odd_cells_do_not_disturb() -> None:
    cells: list[object] = [
        3,
        None,
        {"cell_type": "code"},
        {"cell_type": "code", "source": 5},
        {"source": "x"},
    ]
    cells += [
        {"cell_type": "code", "source": ["a = 1", 7]},
        {"cell_type": "code", "source": "s = '\ud800'\0"},
    ]
    made = read_notebook(json.dumps({"cells": cells, "metadata": 4}))
    assert made is not None
    assert [cell.number for cell in made.cells] == [3, 6, 7]
    made.text.encode()


@given(st.lists(st.text(alphabet=" \n%!?'\"\\#()[]=abx;:", max_size=40), max_size=4))
@example(["'\\:'"])
def test_any_cells_give_a_program_that_parses_line_for_line(cells: list[str]) -> None:
    made = read_notebook(notebook(*cells))
    assert made is not None
    parse(made.text)
    assert made.text.count("\n") == made.raw.count("\n")
