"""Programs of all Pythons, what cannot be parsed, and what would overwhelm a parser."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from typing import Any

import libcst as cst
import pytest
from same_tree import find

from clip_lint.syntax import nodes
from clip_lint.syntax.nesting import is_too_deep
from clip_lint.syntax.outlined import outlined, parse_expression
from clip_lint.syntax.parse import Program, parse
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.quick import is_python, same_program, strings
from clip_lint.syntax.unparse import unparse

NEWER = {
    "695": "type Pair[T: int] = tuple[T, T]\n",
    "695 functions": "def first[T, *Ts, **P](a: T) -> T:\n    return a\n",
    "696": "class Box[T = int]:\n    pass\n",
    "701": 'x = f"{names["cat"]} {f"{1}"}"\n',
    "701 lines": 'x = f"{\n    a  # why\n}"\n',
    "750": 'x = t"a {cat!r:>{w}} {y = }"\n',
    "758": "try:\n    pass\nexcept KeyError, ValueError:\n    pass\n",
    "758 groups": "try:\n    pass\nexcept* KeyError, ValueError:\n    pass\n",
    "798": "x = [*a for a in b]\ny = {**a for a in b}\n",
    "810": "lazy import a\nlazy from b import c as d\n",
}


@pytest.mark.parametrize("program", NEWER.values(), ids=NEWER.keys())
def test_syntax_newer_than_the_running_python_is_parsed_and_can_be_edited(program: str) -> None:
    parsed = parse(f"{program}clip.load('ViT-B/32')\n")
    assert parsed.editable is not None
    assert parsed.editable.module.code == parsed.text
    call = find(parsed.tree, nodes.Call)
    assert call.origin is not None
    assert isinstance(call.origin, cst.Call)
    assert repr(outlined(parsed.text).tree) == repr(parsed.tree)


def test_newer_forms_have_the_fields_that_the_newest_python_gives_them() -> None:
    alias = find(parse(NEWER["695"]).tree, nodes.TypeAlias)
    assert (alias.name.id, alias.type_params[0].name, alias.type_params[0].bound.id) == ("Pair", "T", "int")
    box = find(parse(NEWER["696"]).tree, nodes.ClassDef)
    assert box.type_params[0].default_value.id == "int"
    template = find(parse(NEWER["750"]).tree, nodes.TemplateStr)
    assert [type(each).__name__ for each in template.values] == [
        "Constant",
        "Interpolation",
        "Constant",
        "Interpolation",
    ]
    assert (template.values[1].str, template.values[1].conversion) == ("cat", ord("r"))
    assert template.values[2].value == " y = "
    handler = find(parse(NEWER["758"]).tree, nodes.ExceptHandler)
    assert [each.id for each in handler.type.elts] == ["KeyError", "ValueError"]
    spread = parse(NEWER["798"]).tree
    assert isinstance(find(spread, nodes.ListComp).elt, nodes.Starred)
    assert find(spread, nodes.DictComp).value is None
    assert [
        each.module for each in nodes.walk(parse(NEWER["810"]).tree) if isinstance(each, nodes.ImportFrom)
    ] == ["b"]


def test_places_in_f_strings_are_right_on_every_python() -> None:
    parsed = parse('x = f"é {score:.2f}" f\'{names["a"]}\'\n')
    score = next(
        each for each in nodes.walk(parsed.tree) if isinstance(each, nodes.Name) and each.id == "score"
    )
    assert score.extent == (1, 9, 1, 14)
    assert find(parsed.tree, nodes.Subscript).extent == (1, 24, 1, 34)


@pytest.mark.parametrize(
    "program",
    [
        "(x): int = 1\n",  # Python, but not libcst's
        "if a:\n    b\n\x0c    c\n",
        "if a:\n\tif b:\n        \tc\n",
        "x = f'{y! r}'\n".replace("! r", "!r "),
        "x = " + "+".join(["a"] * 600) + "\n",
    ],
)
def test_what_libcst_does_not_take_or_keep_is_linted_but_not_edited(program: str) -> None:
    parsed = parse(f"# why\n{program}model.encode_text(x)\n")
    assert parsed.editable is None
    call = find(parsed.tree, nodes.Call)
    assert call.extent[:2] == (parsed.text.count("\n"), 0)
    assert [(each.line, each.text) for each in parsed.comments] == [(1, "# why")]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x = 1\nprint 'x'\n", 2, 1, "print"),
        ("x = (1,\n", 1, 5, "never closed"),
        ("if x:\npass\n", 2, 1, "expected an indented block"),
        ("type X = int\ntry: pass\nexcept A, B: pass\n\nx = = 1\n", 5, 5, "invalid syntax near `=`"),
        ('x = f"{a["b"]}"\n\n\ndef f(:\n    pass\n', 4, 7, "invalid syntax near `:`"),
        ("x = b'é'\n", 1, 5, "ASCII"),
        ("x\0", 0, 0, "null bytes"),
        ("\ufeffx = 1\n", 1, 1, "U+FEFF"),
    ],
)
def test_what_is_no_python_says_where_and_why_in_words(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(UnparsableError, match="cannot be parsed") as error:
        parse(text)
    assert words in str(error.value)
    assert (error.value.line, error.value.column) == (line, column)
    assert not is_python(text)


def deep(kind: str, count: int) -> str:
    """A program that is nested ``count`` times."""
    return {
        "parentheses": lambda: "x = " + "(" * count + "1" + ")" * count,
        "lists": lambda: "x = " + "[" * count + "]" * count,
        "open": lambda: "(" * count,
        "calls": lambda: "x = " + "f(" * count + ")" * count,
        "dots": lambda: "x = a" + ".b" * count,
        "chained calls": lambda: "x = a" + ".b()" * count,
        "sums": lambda: "x = " + " + ".join(["a"] * count),
        "signs": lambda: "x = " + "-" * count + "1",
        "nots": lambda: "x = " + "not " * count + "1",
        "lambdas": lambda: "x = " + "lambda a, b: " * count + "1",
        "conditions": lambda: "x = " + "a if b else " * count + "1",
        "dense conditions": lambda: "x = " + "1if 1else " * count + "1",
        "comparisons": lambda: "x = " + " < ".join(["a"] * count),
        "indents": lambda: "".join(" " * each + "if x:\n" for each in range(count)) + " " * count + "pass\n",
        "elif": lambda: "if a:\n    b\n" + "elif a:\n    b\n" * count,
        "strings": lambda: "x = (" + "'a' " * count + ")",
        "f-strings": lambda: "x = " + "f'{" * count + "1" + "}'" * count,
        "brackets in an f-string": lambda: 'x = f"{a["b"] + ' + "(" * count + "1" + ")" * count + '}"',
        "patterns": lambda: "match x:\n    case " + "{1:" * count + "y" + "}" * count + ":\n        pass\n",
        "loops": lambda: "x = [a " + "for a, b in c " * count + "]",
        "awaits": lambda: "async def f():\n    " + "await " * count + "x",
    }[kind]()


KINDS = [
    "parentheses", "lists", "open", "calls", "dots", "chained calls", "sums", "signs", "nots", "lambdas", "conditions",
    "dense conditions", "comparisons", "indents", "elif", "strings", "f-strings", "brackets in an f-string", "patterns",
    "loops", "awaits",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [30, 2_000, 20_000])
def test_deep_nesting_is_an_error_or_a_program_but_no_crash(kind: str, count: int) -> None:
    if kind == "indents":
        count = min(count, 2_000)  # a quadratic text
    try:
        parsed = parse(deep(kind, count))
    except UnparsableError as error:
        assert "cannot be parsed" in str(error)  # noqa: PT017  (an error is one of two right answers)
    else:
        assert isinstance(parsed.tree, nodes.Module)


@pytest.mark.parametrize("kind", KINDS)
def test_what_passes_the_guard_needs_no_large_stack(kind: str) -> None:
    """The largest program of a kind that libcst is trusted with, parsed in a thread of 1 MB."""
    count = max(count for count in range(1, 500) if not is_too_deep(deep(kind, count)))
    program = (
        "import sys, threading\nimport libcst\nfrom clip_lint.syntax.lowering import lowered\nthreading.stack_size(1 << 20)\n"
        "thread = threading.Thread(target=lambda: print(len(libcst.parse_module(sys.stdin.read()).body)))\n"
        "thread.start()\nthread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=deep(kind, count), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.strip() == "1" or "ParserSyntaxError" in done.stderr


def test_ordinary_programs_are_not_taken_for_deep_ones() -> None:
    table = (
        "TABLE = {\n"
        + "".join(f'    "key{each}": lambda x, y=-1: [x, (y, {each})],\n' for each in range(2_000))
        + "}\n"
    )
    texts = 'TEXT = """' + "((((" * 500 + '"""\n# ' + "[" * 1_000 + "\n"
    formatted = "".join(f'x{each} = f"{{a[{each}]:>{{w}}}} {{b!r}} {{{{ {{c}}"\n' for each in range(500))
    assert not is_too_deep(table + texts + formatted)


def test_programs_can_be_parsed_in_several_threads_at_once() -> None:
    found: list[Any] = []
    text = "def f(a):\n    return [a.b(c) for c in (1, 2)]\n" * 50
    threads = [threading.Thread(target=lambda: found.append(parse(text).tree)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [repr(each) for each in found] == [repr(parse(text).tree)] * 4


def test_the_program_of_a_module_has_that_very_module_behind_it() -> None:
    module = cst.parse_module("x = clip.tokenize(\r\n    ['a cat'])\r\n")
    program = Program.of(module)
    call = find(program.tree, nodes.Call)
    assert (
        call.origin
        is cst.ensure_type(cst.ensure_type(module.body[0], cst.SimpleStatementLine).body[0], cst.Assign).value
    )
    assert program.editable is not None
    with pytest.raises(UnparsableError):
        Program.of(cst.Module([cst.SimpleStatementLine([cst.Expr(cst.Integer("1" * 5_000))])]))


def test_escapes_and_joined_strings_mean_what_they_mean_in_python() -> None:
    written = [
        '"\\x41\\u0042\\U00000043\\104\\N{BULLET}\\q\\\n"',
        "b'\\x41\\102\\q'",
        "r'\\d' 'a' \"b\"",
        "'\\400'",
        "'''a\n'''",
    ]
    for each in written:
        value = find(parse(f"x = {each}\n").tree, nodes.Constant).value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert value == eval(each, {}), each  # noqa: S307  (literals of this test)
    assert find(parse("x = '\\N{NO SUCH NAME}'\n").tree, nodes.Constant).value == "\\N{NO SUCH NAME}"


def test_an_expression_in_a_string_is_parsed_alone() -> None:
    assert unparse(parse_expression(" Optional[ CLIPModel ]")) == "Optional[CLIPModel]"
    for text in ("", "x = 1", "a b", "(" * 500, "x\0"):
        with pytest.raises(UnparsableError):
            parse_expression(text)


def test_what_is_asked_without_libcst() -> None:
    assert set(strings("setup(requires=['torch>=2'], name='y')")) == {"torch>=2", "y"}
    assert list(strings("x = = 1")) == []
    assert set(strings("type X = 'a'\n")) == {"a"}
    assert same_program("x = 1  # a\n", "x=1")
    assert not same_program("x = 1", "x = 2")
    assert same_program("type X = int # a\n", "type X = int")
