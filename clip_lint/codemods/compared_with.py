"""What vectors are compared with, and what how far they are apart is held against: both decide whether a new length is a repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import said
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.sizes import Meaning, are_neighbours_measured, fate_of_scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.program import Program
    from clip_lint.codemods.stored import Stored
    from clip_lint.core.finding import Finding

_RANGES = {"": (-1.05, 1.05), "ip": (-1.05, 1.05), "euclidean": (0.0, 2.1), "l2": (0.0, 4.2)}
"""What vectors of length one score, by how they are compared, and a little more: a number beyond it was made for raw ones."""


def meaning_of(finding: Finding) -> Meaning:
    """What the scores of a comparison mean once its vectors have length one."""
    return Meaning(*_RANGES[said(finding, "metric")], were_long=True)


def check_others(
    program: Program, calls: Calls, stored: Stored, finding: Finding, comparison: cst.BaseExpression
) -> None:
    """NoFixError where vectors that were made elsewhere are compared with these, or how far they are is measured."""
    if said(finding, "metric") not in ("ip", "l2"):
        if stored.is_compared(comparison):
            raise NoFixError("vectors that were read from a file are compared with these")
    elif isinstance(comparison, cst.Call):
        if any(stored.is_stored(each) for each in _fed(program, calls, comparison.func)):
            raise NoFixError("the index holds vectors that were read from a file")
        if are_neighbours_measured(program, calls, meaning_of(finding)):
            raise NoFixError("how far neighbours are is held against a number")


def check_sizes(program: Program, calls: Calls, node: cst.BaseExpression, meaning: Meaning) -> None:
    """NoFixError where somebody holds the scores that are made of a value against a number that is made for other ones."""
    if fate_of_scores(program, calls, node, meaning) is Fate.WANTED:
        raise NoFixError("somebody reads how large the scores are")


def _fed(program: Program, calls: Calls, method: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """An index, by its method that is called, and all that goes into it under the same name."""
    index = method.value if isinstance(method, cst.Attribute) else None
    if index is None or not dotted(index):
        return
    yield index
    root = dotted(index).partition(".")[0]
    owner = program.names.owner(root, program.names.scope(index))
    for name in listed("vectors", "comparing"):
        for call in calls.sites.get(name, ()):
            holder = call.func.value if isinstance(call.func, cst.Attribute) else None
            if holder is not None and dotted(holder) == dotted(index):
                is_same = program.names.owner(root, program.names.scope(holder)) is owner
                if is_same or isinstance(index, cst.Attribute):
                    yield from (each.value for each in call.args)
