"""Comments, and the statements that they stand in."""

from __future__ import annotations

import io
import tokenize

import pytest

from clip_lint.syntax.comments import tokenized_comments
from clip_lint.syntax.parse import parse

PROGRAM = '''\
#!/usr/bin/env python
"""Not a # comment."""
import a  # one

# two
@decorated  # three
# four
def f(
    x,  # five
    # six
    y="# no",
):  # seven
    # eight
    return [  # nine
        x,

        y  # ten
    ]  # eleven
    # twelve

    # thirteen
if a: b; c  # fourteen
else:  # fifteen
    d = \\
        e  # sixteen
match x:  # seventeen
    # eighteen
    case 1:  # nineteen
        pass  # é twenty
# last'''


def test_comments_come_from_the_tree_with_their_statements() -> None:
    found = {each.text: (each.line, each.first, each.last) for each in parse(PROGRAM).comments}
    assert found["# one"] == (3, 3, 3)
    assert found["# two"] == (5, 5, 5)
    assert found["# three"] == (6, 6, 6)
    assert found["# four"] == (7, 7, 7)
    assert found["# five"] == (*found["# five"][:1], 8, 12)
    assert found["# six"] == (10, 8, 12)
    assert found["# seven"] == (12, 8, 12)
    assert found["# eight"] == (13, 13, 13)
    assert found["# nine"] == (14, 14, 18)
    assert found["# ten"] == (17, 14, 18)
    assert found["# twelve"] == (19, 19, 19)
    assert found["# fourteen"] == (22, 22, 22)
    assert found["# sixteen"] == (25, 24, 25)
    assert found["# last"] == (30, 30, 30)


@pytest.mark.parametrize(
    "program",
    [
        PROGRAM,
        PROGRAM + "\n",
        "",
        "\n",
        "# a",
        "# a\n\n# b\n",
        "x  # a",
        "x\n# a\n",
        "if x:\n  y\n  # a\nz # b\n",
    ],
)
def test_they_are_those_of_the_tokens(program: str) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(program).readline)
    expected = [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]
    parsed = parse(program)
    assert parsed.spans is not None
    assert [(each.line, each.column, each.text) for each in parsed.comments] == expected
    assert parsed.comments == tokenized_comments(program)


def test_a_program_without_tokens_has_none() -> None:
    assert tokenized_comments("x = '''a\n# b") == ()
