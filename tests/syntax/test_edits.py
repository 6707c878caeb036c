"""Where nodes stand, and repairs as edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
import libcst.matchers as m
import pytest

from clip_lint.core.finding import Edit
from clip_lint.core.place import Position
from clip_lint.syntax import edits
from clip_lint.syntax.edits import Change
from clip_lint.syntax.lines import Lines
from clip_lint.syntax.spans import NoEditError, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM = """\
import torch


class Scorer:
  # above
  @torch.no_grad()
  def score(self, image):
    # the picture
    features = (model.encode_image(image,  # here
        normalize=False))
    if features: return 1
    elif other(image):
      x = 1; y = 2
    else:
      return  2
    match image:
      case 1:
        pass"""


def spans_of(text: str) -> Spans:
    found = Spans(cst.parse_module(text))
    assert found.text == text
    return found


def all_of(spans: Spans, pattern: m.BaseMatcherNode) -> list[cst.CSTNode]:
    return list(m.findall(spans.module, pattern))


def first(spans: Spans, pattern: m.BaseMatcherNode) -> cst.CSTNode:
    """The first node in the text that matches."""
    return min(all_of(spans, pattern), key=lambda node: spans.span(node).start)


def made(spans: Spans, changes: Iterable[Change]) -> str:
    return edits.applied(spans.text, changes)


def test_spans_with_and_without_what_is_around() -> None:
    spans = spans_of(PROGRAM)
    call = first(spans, m.Call(func=m.Attribute(attr=m.Name("encode_image"))))
    assert spans.code(call).startswith("model.encode_image(")
    assert spans.code(call).endswith("False)")
    start, end = spans.outer(call)
    assert PROGRAM[start] == "("
    assert PROGRAM[end - 1] == ")"
    assert spans.at(call) == (9, 16)
    function = first(spans, m.FunctionDef())
    assert PROGRAM[spans.first(function) :].startswith("  @torch")  # type: ignore[arg-type]
    assert spans.code(function).startswith("def score")
    with pytest.raises(KeyError):
        spans.span(cst.Name("stranger"))


def test_what_is_above_a_node() -> None:
    spans = spans_of(PROGRAM)
    image = first(spans, m.Arg(value=m.Name("image")))
    assert [type(each).__name__ for each in spans.above(image)][:4] == [
        "Call",
        "Assign",
        "SimpleStatementLine",
        "IndentedBlock",
    ]
    assert isinstance(spans.statement(image), cst.Assign)
    assert spans.indent(image) == ("  ", "  ")
    assert spans.parent(spans.module) is None
    assert spans.indent(first(spans, m.Pass())) == ("  ", "  ", "  ", "  ")


def test_a_node_is_replaced_by_as_little_as_can_be() -> None:
    spans = spans_of(PROGRAM)
    call = cst.ensure_type(first(spans, m.Call(func=m.Attribute(attr=m.Name("encode_image")))), cst.Call)
    change = edits.replaced(spans, call, call.with_changes(func=cst.parse_expression("model.encode_text")))
    assert (spans.text[change.start : change.end], change.text) == ("encode_image", "encode_text")
    argument = call.args[1]
    change = edits.replaced(spans, argument, argument.with_changes(value=cst.Name("True")))
    assert (spans.text[change.start : change.end], change.text) == ("False", "True")
    assert edits.replaced(spans, call, call).text == ""
    swapped = call.with_changes(args=[cst.Arg(cst.Name("x"))])
    assert "(model.encode_image(x))\n    if" in made(spans, [edits.replaced(spans, call, swapped)])


def test_parts_that_their_parents_write_are_replaced_through_them() -> None:
    spans = spans_of("x = (a, b)\ny = {1: c}\n@d\ndef f(e, *, g): pass\n")
    element = first(spans, m.Element(value=m.Name("b")))
    assert made(spans, [edits.replaced(spans, element, cst.Element(cst.Name("bb")))]).startswith(
        "x = (a, bb)\n"
    )
    entry = first(spans, m.DictElement())
    assert "y = {2: c}" in made(
        spans, [edits.replaced(spans, entry, cst.DictElement(cst.Integer("2"), cst.Name("c")))]
    )
    parameter = first(spans, m.Param(name=m.Name("g")))
    assert "def f(e, *, h)" in made(spans, [edits.replaced(spans, parameter, cst.Param(cst.Name("h")))])
    decorator = first(spans, m.Decorator())
    assert "@dd\ndef" in made(spans, [edits.replaced(spans, decorator, cst.Decorator(cst.Name("dd")))])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_statements_are_put_in_with_the_indentation_and_line_ends_of_the_place(newline: str) -> None:
    text = PROGRAM.replace("\n", newline)
    spans = spans_of(text)
    call = first(spans, m.Call(func=m.Attribute(attr=m.Name("encode_image"))))
    guard = [cst.parse_statement("with lock:\n    wait()\n")]
    before = made(spans, [edits.inserted(spans, guard, before=call)])
    assert f"    # the picture{newline}    with lock:{newline}      wait(){newline}    features = " in before
    after = made(spans, [edits.inserted(spans, guard, after=call)])
    assert f"False)){newline}    with lock:{newline}      wait(){newline}    if features" in after
    last = made(spans, [edits.inserted(spans, [cst.parse_statement("done()")], after=spans.module.body[-1])])
    assert last == f"{text}{newline}done()"
    elif_test = first(spans, m.Call(func=m.Name("other")))
    assert f"    with lock:{newline}      wait(){newline}    if features:" in made(
        spans, [edits.inserted(spans, guard, before=elif_test)]
    )
    decorated = made(spans, [edits.inserted(spans, guard, before=first(spans, m.FunctionDef()))])
    assert f"# above{newline}  with lock:{newline}    wait(){newline}  @torch" in decorated


def test_what_shares_its_line_takes_no_neighbour() -> None:
    spans = spans_of(PROGRAM)
    for pattern in (m.Integer("1"), m.Assign(targets=[m.AssignTarget(m.Name("x"))])):
        with pytest.raises(NoEditError, match="shares its line"):
            edits.inserted(spans, [cst.parse_statement("a")], before=first(spans, pattern))
    with pytest.raises(NoEditError):
        edits.removed(spans, first(spans, m.Assign(targets=[m.AssignTarget(m.Name("y"))])))
    with pytest.raises(NoEditError):
        spans.statement(spans.module)


def test_a_statement_is_taken_out_and_no_block_stays_empty() -> None:
    spans = spans_of(PROGRAM)
    assert made(spans, [edits.removed(spans, spans.module.body[0])]) == PROGRAM.partition("\n")[2]
    twice = first(spans, m.Return(value=m.Integer("2")))
    assert "    else:\n      pass\n    match" in made(spans, [edits.removed(spans, twice)])
    only = spans_of("if a:\n    # why\n    b")
    assert made(only, [edits.removed(only, first(only, m.Name("b")))]) == "if a:\n    # why\n    pass"


def test_what_a_transformer_changed_is_found_line_by_line() -> None:
    class Renamer(m.MatcherDecoratableTransformer):
        @m.leave(m.Name("image"))
        def rename(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: ARG002
            return updated_node.with_changes(value="picture")

    spans = spans_of(PROGRAM)
    changes = edits.differences(spans, spans.module.visit(Renamer()))
    assert {spans.text[change.start : change.end] for change in changes} == {"image"}
    assert made(spans, changes) == PROGRAM.replace("(image", "(picture").replace(
        ", image", ", picture"
    ).replace("match image", "match picture")
    assert edits.differences(spans, spans.module) == ()


def test_edits_are_told_by_cell_and_stay_in_one() -> None:
    lines = Lines("a = 1\nb = é\nc = 3\n")

    def position(line: int, column: int) -> tuple[int, Position]:
        return (1, Position(line, column + 1)) if line < 3 else (4, Position(line - 2, column + 1))

    told = edits.edits(lines, [Change(10, 11, "x"), Change(10, 11, "x"), Change(3, 3, "")], position)
    assert told == (Edit(Position(2, 5), Position(2, 6), "x", 1),)
    assert edits.edits(lines, [Change(12, 13, "d")], position)[0].cell == 4
    with pytest.raises(NoEditError, match="cells"):
        edits.edits(lines, [Change(6, 14, "")], position)


def test_changes_that_meet_are_refused_and_words_stay_whole() -> None:
    with pytest.raises(NoEditError, match="meet"):
        edits.applied("abcdef", [Change(0, 3, "x"), Change(2, 4, "y")])
    assert edits.applied("abc", [Change(1, 1, "-"), Change(1, 1, "-")]) == "a-bc"
    assert edits.trimmed("model.eval()", Change(0, 12, "model.evaluate()")) == Change(6, 10, "evaluate")
    assert edits.trimmed("f(a, b)", Change(0, 7, "f(a, c, b)")) == Change(5, 5, "c, ")
    assert edits.trimmed("aaa", Change(0, 3, "aaaa")) == Change(0, 3, "aaaa")


def test_lines_and_offsets() -> None:
    lines = Lines("é = 1\n\nlast")
    assert [lines.at(offset) for offset in (0, 5, 6, 7, 11)] == [(1, 0), (1, 5), (2, 0), (3, 0), (3, 4)]
    assert [lines.of(line) for line in (1, 2, 3)] == ["é = 1", "", "last"]
    assert [lines.start(line) for line in (1, 3, 4)] == [0, 7, 11]
    assert len(lines) == 3


@pytest.mark.parametrize(
    "text",
    [
        "x = f(1)\n", "x = f(1)", "\n\n# a\nx = f(1)\n\n# b", "if a:\n\tx = f(1)\n", "if a :\r\n  x = f( 1 )\r\n", "x = f(1) ;\n",
        "class A:\n\n  def g(self): return f(1)\n\x0c\n", "x = f(1)\n    ", "# é\nx = 'é' + f(1)  # é\n",
    ],
)  # fmt: skip
def test_all_else_stays_byte_for_byte(text: str) -> None:
    spans = Spans(cst.parse_module(text))
    assert text.startswith(spans.text)
    argument = cst.ensure_type(first(spans, m.Arg(value=m.Integer("1"))), cst.Arg)
    changed = edits.applied(
        text, [edits.replaced(spans, argument, argument.with_changes(value=cst.Integer("23")))]
    )
    assert changed == text.replace("1", "23")
