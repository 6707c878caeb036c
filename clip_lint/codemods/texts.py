"""The texts in the call in which they reach a model, and what a repair may write there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import place_of
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import argument, loops
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_KEYWORDS = ("text", "texts", "candidate_labels", "sentences", "labels")
_QUOTES = ('"', "'")


def by_call(finding: Finding) -> Iterator[Finding]:
    """A finding once for each call that encodes its texts: who mends one and leaves the other mends nothing."""
    calls = [each for each in finding.details if each.key == "call"]
    others = [each for each in finding.details if each.key != "call"]
    return (replace(finding, details=(call, *others)) for call in calls)


def texts_of(program: Program, finding: Finding) -> cst.BaseExpression:
    """The argument that holds the texts, in the call that a finding names; NoFixError where it is not written there."""
    call = program.node(place_of(finding, "call"), cst.Call)
    texts = argument(call, _KEYWORDS)
    if texts is None:
        raise NoFixError("the texts are not written in the call")
    return texts


def mentions(program: Program, node: cst.CSTNode, name: str) -> bool:
    """Whether a name occurs in a node, as a name of its own."""
    return any(isinstance(each, cst.Name) and each.value == name for each in program.names.below(node))


def is_loop_variable(program: Program, name: cst.Name) -> bool:
    """Whether a name is one item of a loop or comprehension around it; NoFixError for the values of a dictionary.

    Those may be texts, or lists of them.
    """
    for above in program.names.above(name):
        around: list[cst.For | cst.CompFor] = list(loops(above)) if isinstance(above, COMPREHENSIONS) else []
        if isinstance(above, cst.For):
            around = [above]
        for loop in around:
            if mentions(program, loop.target, name.value):
                if _is_value(program, loop, name.value):
                    raise NoFixError("the values of a dictionary may be lists")
                return True
    return False


def _is_value(program: Program, loop: cst.For | cst.CompFor, name: str) -> bool:
    func = loop.iter.func if isinstance(loop.iter, cst.Call) else None
    method = func.attr.value if isinstance(func, cst.Attribute) else ""
    if method == "items" and isinstance(loop.target, cst.Tuple) and len(loop.target.elements) == 2:
        return mentions(program, loop.target.elements[1].value, name)
    return method == "values"


def quote_at(program: Program, node: cst.CSTNode) -> str:
    """The quotes for a string at a node: in an f-string those that do not end it; NoFixError where both would."""
    around = "".join(
        each.start for each in program.names.above(node) if isinstance(each, cst.FormattedString)
    )
    for quote in sorted(_QUOTES, key=lambda each: each != program.quote(node)):
        if quote not in around:
            return quote
    raise NoFixError("there are no quotes left in the f-string")
