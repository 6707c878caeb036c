"""Lowered from libcst, a program has the nodes and places that `ast` gives it."""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from same_tree import differences, located

from clip_lint.syntax import nodes
from clip_lint.syntax.outlined import outlined
from clip_lint.syntax.parse import parse
from clip_lint.syntax.unparse import unparse

STATEMENTS = """\
x[a : b ], x[:], x[ : : ], x[a:], x[::2 ], x[ a , ], x[*a], x[1:2, ...], x[(a), (b) ,]
class A(B, metaclass=M, **k): pass
def f(a, /, b: int = 1, *args: int, c, d=2, **kw) -> (int): pass
lambda a, *b, c=1, **d: (yield)
f(x for x in y)
f( x for x in y )
g = ((x) for x in y if (a) if b for z in (w))
with (a as (b, c), d as e[0]): pass
with (yield): pass
with (a, b) as c: pass
with ((a)): pass
with (a), (b): pass
a = b, = (c, *d) = *e, f
x.y: int; x[0]: int = 2
del a, (b), (c, d)
del (a, b)
del (a)
del a,
global q, r
from . import a as b, c
from ..a.b import (c, d,)
from a import *
import a.b.c as d, e
raise A from (b)
assert (a), (b)
a if (b) else c
not a
a < b <= (c) is not d not in e
-1 ** -x
(1), (2,), ()
for x in 1, 2: pass
for (x), *y in z: pass
for x, in (a,): pass
print(*a, b, *c, d=1, **e, f=2)
u"a" "b"
b"a\\xff" rb'\\d'
"\\N{EN DASH}\\x41\\u0041\\101\\q"
f"a{x!r:>{w}}{{}}{y = }{z=!s:^4}" 'b' f'{1}' "c"
0xFF, 0b11, 0o17, 1_000.5e-3, 1j, 00, .5, 5., 1e400
{**a, 'b': 1, **c}, {*a, b}, {1}, {}
{a: b for a, b in c}, {a for a in b}
x = yield_ = lambda: 0
((a)).b, (a)(b), (a)[b]
a and b and c or d and (e and f) or not g
f(a)(b)[c].d
"é" + naïve(ünder=1)  # é
async def h(): return [x async for x in y], await z
x += (yield_)
f"{x:{'a'}}{(lambda: 1)}" f"{ {1:2}[1] }"
""".splitlines()

BLOCKS = [
    "try: pass\nexcept A as e: pass\nexcept: pass\nelse: pass\nfinally: pass\n",
    "try: pass\nexcept* (A, B) as e: pass\n",
    "if (a := (b)): pass\nelif c: pass\nelif d:\n    e\nelse: pass\n",
    "while a:\n    continue\nelse:\n    break\n",
    "async def g():\n    async with a as b, (c): pass\n    async for x in y: pass\n    else: pass\n",
    "@ (a.b)\n@c(1)\nclass A:\n    @d\n    async def h(self): ...\n",
    "def f():\n    x = yield\n    y = yield from a\n    yield a, b\n    return a, *b\n",
    'x = (  # c\n  a  # d\n  , b\n)\n("a"\n "b")\n"a" \\\n "b"\n',
    'f"""\n{\nx\n}\n"""\nf( # c\n  (x for x in y) )\n',
    (
        "match x:\n    case [a, *_, b] | (c, d) as e if z: pass\n    case {'a': 1, **rest}: pass\n"
        "    case A.B | -1 | 1+2j | None: pass\n    case A(1, b=(2 | 3)): pass\n    case (a): pass\n    case _: pass\n"
        "    case 'a' 'b': pass\n    case [*a]: pass\n    case a, *b: pass\n    case a,: pass\n    case (a, b),: pass\n    case {}: pass\n"
        "    case A(): pass\n"
    ),
    "if a:\n\tb\n\tif c:\n\t\td\n",
    "x = 1\n\x0c\ny = 2\n",
    "x = 1; y = 2; z\nif a: b; c\n",
]


@pytest.mark.parametrize("program", [*STATEMENTS, *BLOCKS])
def test_each_form_of_syntax_is_lowered_to_what_ast_makes_of_it(program: str) -> None:
    parsed = parse(program)
    assert parsed.spans is not None
    assert not differences(parsed.tree, standard(program), program)


@pytest.mark.parametrize("program", [*STATEMENTS, *BLOCKS])
def test_from_ast_comes_the_same_tree(program: str) -> None:
    quick, exact = outlined(program).tree, parse(program).tree
    assert repr(quick) == repr(exact)
    assert [each.extent for each in located(quick)] == [each.extent for each in located(exact)]


def files() -> list[Path]:
    """A few of the standard library's own files, others each day: what fails prints its name."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    found = sorted(
        path
        for path in folder.glob("*/*.py")
        if "bad" not in path.name and 2_000 < path.stat().st_size < 40_000
    )
    return random.Random(7).sample(found, 12)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_standard_library_is_lowered_to_what_ast_makes_of_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = parse(text)
    assert not differences(parsed.tree, standard(text), text)
    assert repr(outlined(text).tree) == repr(parsed.tree)
    if parsed.editable is not None:
        assert parsed.editable.module.code == text


@pytest.mark.parametrize("path", files()[:4], ids=lambda path: path.name)
def test_expressions_read_as_the_standard_library_writes_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = [each for each in nodes.walk(parse(text).tree) if isinstance(each, nodes.expr)]
    theirs = [each for each in ast.walk(standard(text)) if isinstance(each, ast.expr)]
    for one, other in zip(ours, theirs, strict=True):
        if not any(
            isinstance(each, ast.JoinedStr) for each in ast.walk(other)
        ):  # their spelling changes with Python's
            assert unparse(one) == ast.unparse(other)


NAMES = st.sampled_from(["a", "bb", "ccc", "_", "é", "model"])
LITERALS = st.sampled_from(
    ["1", "2.5", "'x'", '"é"', "b'y'", "None", "...", "0x1f", "1j", "'a' \"b\"", "f'{a}'", "f'x{a!r:>{bb}}y'"]
)


def extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blank = st.sampled_from(["", " ", "  "])
    two = st.tuples(inner, inner, blank)
    return st.one_of(
        two.map(lambda p: f"{p[0]} +{p[2]}{p[1]}"),
        two.map(lambda p: f"{p[0]} and {p[1]}"),
        two.map(lambda p: f"({p[2]}{p[0]},{p[2]}{p[1]},)"),
        two.map(lambda p: f"[{p[0]}, *({p[1]}){p[2]}]"),
        two.map(lambda p: f"{{{p[0]}:{p[2]}{p[1]}, **({p[0]})}}"),
        two.map(lambda p: f"({p[0]}){p[2]}.attr({p[1]}, *({p[0]}), key={p[2]}{p[1]})"),
        two.map(lambda p: f"({p[0]})[{p[2]}{p[1]}:{p[2]}]"),
        two.map(lambda p: f"({p[0]} if {p[1]} else{p[2]} {p[0]})"),
        two.map(lambda p: f"(a{p[2]} for a in ({p[0]}) if {p[1]})"),
        two.map(lambda p: f"(lambda a, *b,{p[2]}c=({p[0]}): ({p[1]}))"),
        two.map(lambda p: f"-({p[0]}){p[2]}**({p[1]})"),
        two.map(lambda p: f"({p[0]}) < ({p[1]}){p[2]} is not ({p[0]})"),
        two.map(lambda p: f"(\n  {p[0]}  # {p[2]}é\n  ,{p[1]})"),
        two.map(lambda p: f"(x{p[2]}:= ({p[0]}, {p[1]}))"),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, LITERALS), extended, max_leaves=10)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EXPRESSIONS, NAMES)
def test_any_expression_is_lowered_to_what_ast_makes_of_it(expression: str, name: str) -> None:
    program = f"{name} = {expression}\nprint({expression})\n"
    assert not differences(parse(program).tree, standard(program), program)


def standard(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
