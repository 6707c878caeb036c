"""Labels that prompts look up in a table of the program: ``f"a photo of a {NAMES[i]}"`` for each ``i``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.nodes import loops

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program

_ASKING = frozenset({"len", "range", "enumerate", "sorted", "list", "print", "zip", "max", "min"})
_VIEWS = frozenset({"items", "keys", "values", "get", "index", "count"})


def looked_up(program: Program, maker: cst.ListComp) -> cst.Subscript | None:
    """The one entry of a table of texts that a comprehension fills into its texts; None where it is not sure to be a text."""
    names = program.names
    found = [each for each in names.below(maker.elt) if isinstance(each, cst.Subscript)]
    if len(found) != 1 or len(list(loops(maker))) != 1 or not isinstance(found[0].value, cst.Name):
        return None
    entry, table = found[0], found[0].value
    above = program.parent(entry)
    if not isinstance(above, cst.FormattedStringExpression) or above.equal is not None:
        return None
    owner = names.owner(table.value, names.scope(table))
    bindings = owner.bindings[table.value] if owner is not None else []
    if owner is None or len(bindings) != 1 or bindings[0].kind != "assignment":
        return None
    if owner is names.top and program.project.is_imported(program.source.path):
        return None  # another file may put anything into it
    if not _holds_texts(assigned_value(program, bindings[0].node)):
        return None
    return entry if all(_is_asked(program, each) for each in owner.reads.get(table.value, ())) else None


def _holds_texts(value: cst.BaseExpression | None) -> bool:
    """Whether a table is written out, with texts alone."""
    if isinstance(value, (cst.List, cst.Tuple)):
        entries = [each.value if isinstance(each, cst.Element) else None for each in value.elements]
    elif isinstance(value, cst.Dict):
        entries = [each.value if isinstance(each, cst.DictElement) else None for each in value.elements]
    else:
        return False
    return bool(entries) and all(
        isinstance(each, (cst.SimpleString, cst.ConcatenatedString)) for each in entries
    )


def _is_asked(program: Program, read: cst.Name) -> bool:
    """Whether a use of a table only looks at it."""
    above = program.parent(read)
    if isinstance(above, cst.Subscript) and above.value is read:
        return not isinstance(
            program.parent(above), (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Del, cst.Element)
        )
    if isinstance(above, cst.Attribute):
        return above.attr.value in _VIEWS
    if isinstance(above, cst.Arg):
        call = program.parent(above)
        return isinstance(call, cst.Call) and Calls(program).origin(call.func) in _ASKING
    return isinstance(above, (cst.For, cst.CompFor, cst.ComparisonTarget))
