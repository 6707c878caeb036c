from __future__ import annotations

import pytest

from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError


def test_a_fault_has_its_place_and_says_which_python() -> None:
    with pytest.raises(UnparsableError, match=r"cannot be parsed as Python 3\.\d+: ") as error:
        parse("x = 1\nprint 'x'\n")
    assert (error.value.line, error.value.column) == (2, 1)


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "x = " + "[" * 300 + "]" * 300, "x = " + "-" * 100_000 + "1", "a" + ".b" * 100_000, "1" * 5_000,
     "x = " + "1+" * 100_000 + "1", "x\0"],
)  # fmt: skip
def test_what_overwhelms_the_parser_is_an_error_like_any_other(text: str) -> None:
    with pytest.raises(UnparsableError, match="cannot be parsed"):
        parse(text)


def test_warnings_of_the_linted_code_stay_silent(recwarn: pytest.WarningsRecorder) -> None:
    parse('x = "\\d"\nx is 1\n')
    assert not recwarn.list
