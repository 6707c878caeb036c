"""Programs become thin trees: the same as those of `ast`, for newer syntax as well, and never a crash."""

from __future__ import annotations

import ast
import json
import sys
import sysconfig
from pathlib import Path

import pytest

from clip_lint.syntax import nodes
from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError

STANDARD = Path(sysconfig.get_path("stdlib"))
FILES = [
    "argparse.py",
    "dataclasses.py",
    "textwrap.py",
    "statistics.py",
    "asyncio/tasks.py",
    "email/message.py",
    "fractions.py",
]
POSITIONED = (
    ast.Call,
    ast.Name,
    ast.Attribute,
    ast.BinOp,
    ast.Compare,
    ast.Subscript,
    ast.Assign,
    ast.For,
    ast.With,
)


def named(tree: ast.AST) -> list[tuple[str, int, int]]:
    return sorted(
        (type(node).__name__, node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, POSITIONED)
    )


def thin(tree: nodes.Module) -> list[tuple[str, int, int]]:
    names = {kind.__name__ for kind in POSITIONED}
    return sorted(
        (type(node).__name__, node.lineno, node.col_offset)
        for node in nodes.walk(tree)
        if type(node).__name__ in names
    )


@pytest.mark.parametrize("name", FILES)
def test_nodes_stand_where_those_of_ast_stand(name: str) -> None:
    text = (STANDARD / name).read_text("utf-8")
    if sys.version_info < (3, 12) and "{" in text:
        # Before 3.12, ast misplaces what stands in f-strings: those programs are compared by kind alone.
        found, expected = (
            [row[0] for row in thin(parse(text).tree)],
            [row[0] for row in named(ast.parse(text))],
        )
        assert sorted(found) == sorted(expected)
    else:
        assert thin(parse(text).tree) == named(ast.parse(text))


def test_strings_are_folded_and_numbers_read() -> None:
    tree = parse("x = 'a photo ' 'of a dog'\ny = -0x10, 1_000.5, 2j, b'a' b'b'\n").tree
    values = [node.value for node in nodes.walk(tree) if isinstance(node, nodes.Constant)]
    assert sorted(map(repr, values)) == sorted(map(repr, ["a photo of a dog", 16, 1000.5, 2j, b"ab"]))


NEWER = {
    "type alias and parameters": "type Pair[T] = tuple[T, T]\ndef first[T](pair: Pair[T]) -> T:\n    return pair[0]\n",
    "default of a type parameter": "class Box[T = int]:\n    pass\n",
    "quotes inside an f-string": "x = f'{labels['cat']} {f\"{'a'}\"}'\n",
    "template string": "x = t'a photo of {label}'\n",
    "several exceptions without parentheses": "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
}


@pytest.mark.parametrize("form", NEWER)
def test_syntax_newer_than_the_running_python_is_read(form: str) -> None:
    program = parse(NEWER[form])
    assert program.editable is not None
    assert program.module is not None
    assert program.module.code == NEWER[form]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [("x = (1,\ny = 2\n", 2, "cannot be parsed"), ("def f(:\n    pass\n", 1, "cannot be parsed")],
)
def test_an_error_names_line_and_reason(text: str, line: int, said: str) -> None:
    with pytest.raises(UnparsableError) as caught:
        parse(text)
    assert abs(caught.value.line - line) <= 1
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 100_000 + ")" * 100_000 + "\n",
        "x = " + "[" * 5_000 + "]" * 5_000 + "\n",
        "".join("    " * depth + "if x:\n" for depth in range(3_000)) + "    " * 3_000 + "pass\n",
        "x = " + "-" * 50_000 + "1\n",
    ],
    ids=["parentheses", "lists", "blocks", "signs"],
)
def test_what_is_nested_too_deeply_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises(UnparsableError):
        parse(text)


def test_long_chains_are_read() -> None:
    assert parse("x = " + " + ".join(["1"] * 500) + "\n").tree
    assert parse("x = a" + ".b" * 500 + "\n").tree


def test_comments_have_their_places() -> None:
    program = parse("x = 1  # one\n# two\ndef f():\n    pass\n    # three\n")
    found = [(comment.line, comment.column, comment.text) for comment in program.comments]
    assert [row[0] for row in found] == [1, 2, 5]
    assert [row[2] for row in found] == ["# one", "# two", "# three"]


@pytest.mark.parametrize("text", ["x = 1", "x = 1\n\n\n", "if x:\n\ty = 1\n", "", "# only\n"])
def test_every_program_is_written_as_it_was_read(text: str) -> None:
    module = parse(text).module
    assert module is not None
    assert module.code == text, json.dumps(text)


def test_what_libcst_would_write_otherwise_is_linted_and_not_edited() -> None:
    program = parse("x = 1\n\x0cy = 2\n")
    assert program.editable is None
    assert [type(node).__name__ for node in program.tree.body] == ["Assign", "Assign"]
