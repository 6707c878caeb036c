"""What is read of a program before libcst is asked, and that libcst then says the same as when it is asked at once."""

from __future__ import annotations

import subprocess
import sys

import libcst as cst
import pytest

from clip_lint.syntax import nodes
from clip_lint.syntax.outlined import Outlined, outlined
from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError

PROGRAM = (
    "def rank(model, words):\n"
    '    """Which word fits."""\n'
    "    scores = model(f'é {words[0]}')\n"
    "    return scores.argmax().item() + 1\n"
)


def call_in(tree: nodes.Module) -> nodes.Call:
    return next(each for each in nodes.walk(tree) if isinstance(each, nodes.Call) and each.args)


def test_a_program_is_read_without_libcst() -> None:
    code = (
        "import sys; from clip_lint.engine import deep; from clip_lint.syntax.outlined import outlined;"
        "outlined('import clip\\nx: \"Tensor\" = 1\\n'); print('libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_place_outside_f_strings_needs_no_libcst_and_one_inside_does() -> None:
    program, exact = outlined(PROGRAM), parse(PROGRAM)
    assert isinstance(program, Outlined)
    assert call_in(program.tree).extent == call_in(exact.tree).extent
    assert "exact" not in vars(program)
    inside, same = (
        next(each for each in nodes.walk(tree) if isinstance(each, nodes.Subscript))
        for tree in (program.tree, exact.tree)
    )
    assert inside.extent == same.extent
    assert "exact" in vars(program)


def test_the_words_around_a_call_are_those_of_the_exact_program() -> None:
    found = []
    for program in (outlined(PROGRAM), parse(PROGRAM)):
        origin = program.origin(call_in(program.tree))
        assert isinstance(origin, cst.Call)
        assert program.calls is not None
        found.append(program.calls.around(origin, 5))
    assert found[0] == found[1]
    assert found[0].docstring == "Which word fits."
    assert found[0].uses == ("argmax().item() + 1",)


def test_what_libcst_does_not_take_has_places_but_no_words() -> None:
    program = outlined("(x): int = 1\nmodel(x)\n")
    call = call_in(program.tree)
    assert call.extent == (2, 0, 2, 8)
    assert program.calls is None
    assert program.origin(call) is None


def test_what_the_running_python_is_too_old_for_goes_to_libcst_at_once() -> None:
    program = outlined("lazy import a\nmodel(x)\n")
    assert not isinstance(program, Outlined)
    assert program.origin(call_in(program.tree)) is not None
    with pytest.raises(UnparsableError, match="invalid syntax"):
        outlined("x = = 1\n")
