"""The words around a call, found in libcst's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.syntax import nodes
from clip_lint.syntax.calls import Around
from clip_lint.syntax.parse import Program, parse

if TYPE_CHECKING:
    from clip_lint.syntax.calls import Calls

PROGRAM = '''
class Counter:
    """Counts."""

    def run(self, image):
        r"""
        Count the geese, "all" of them.

        Slowly.
        """
        # C# is no comment of this line
        texts = encode(
            # the numbers
            ["a goose # one", "two geese"],  # in words
        )
        scores = model(texts)
        scores[:, -1] = -float("inf")
        number = int(scores.argmax(dim=-1).item()) + 1

        def inner():
            return helper() == "left"

        return number, look(
            image
        ) == 'right side'


text = "#"
found = encode([text])
if found.argmax() + 1 == 2:
    side = where(found) == "above"
found[0] = 0.0
'''


def calls_of(program: Program) -> Calls:
    assert program.calls is not None
    return program.calls


def call(program: Program, name: str, number: int = 0) -> nodes.Call:
    """The call of a function by its name, in the order of the text."""
    found = [
        each
        for each in nodes.walk(program.tree)
        if isinstance(each, nodes.Call) and isinstance(each.func, nodes.Name) and each.func.id == name
    ]
    return sorted(found, key=lambda each: each.lineno)[number]


def around(program: Program, node: nodes.Call, lines: int = 15) -> Around:
    assert node.origin is not None
    return calls_of(program).around(node.origin, lines)


def test_names_docstring_and_uses_are_those_of_the_function() -> None:
    program = parse(PROGRAM)
    found = around(program, call(program, "encode"))
    assert found.names == ("run", "Counter")
    assert found.docstring == 'Count the geese, "all" of them.'
    assert found.uses == ('[:, -1] = -float("inf")', "argmax(dim=-1).item()) + 1", "== 'right side'")


def test_an_inner_function_has_words_of_its_own() -> None:
    program = parse(PROGRAM)
    assert around(program, call(program, "helper")) == Around(("inner", "run", "Counter"), "", ('== "left"',))


def test_what_follows_counts_within_some_lines_only() -> None:
    program = parse(PROGRAM)
    assert around(program, call(program, "encode"), 5).uses == ()
    assert around(program, call(program, "encode"), 6).uses == ('[:, -1] = -float("inf")',)


def test_a_script_is_one_function_though_its_statements_are_many() -> None:
    program = parse(PROGRAM)
    found = around(program, call(program, "encode", 1))
    assert found == Around((), "", ("argmax() + 1", '== "above"', "[0] = 0.0"))


def test_comments_stand_on_the_line_or_alone_above_it() -> None:
    program = parse(PROGRAM)
    comments = calls_of(program).comments_at
    line = min(each.lineno for each in nodes.walk(program.tree) if isinstance(each, nodes.List))
    assert comments(line) == ("the numbers", "in words")
    assert comments(line - 2) == ("C# is no comment of this line",)
    assert comments(line + 1) == ()  # the comment above shares its line
    assert comments(1) == ()


def test_a_call_of_another_program_has_no_words() -> None:
    own = parse("def f():\n    '''Says.'''\n    g()\n")
    assert around(own, call(own, "g")).docstring == "Says."
    stranger = parse("if a:\n    'Says.'\n    g()\n")
    assert around(own, call(own, "g")) != around(stranger, call(stranger, "g")) == Around()


def test_what_libcst_does_not_take_has_no_words() -> None:
    assert parse("(x): int = f()\n").calls is None
