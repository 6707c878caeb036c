"""CLP116: the second of two equal labels goes, where each score comes back with its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import SUGGESTION, UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding

_NAMED = "candidate_labels"
"""The argument of calls that give each score back with its label."""
_ASKING = frozenset({"set", "sorted", "print"})
_COMMENT = "a comment belongs to the label"


class RemoveDuplicate(Codemod):
    """Take the second of two equal labels out of its list."""

    stage = Stage.LABEL

    def patch(self, finding: Finding) -> Patch:
        """The list without the label: to be written where scores are told by their labels, else only shown."""
        label = self.program.node(finding.place, cst.BaseString)  # type: ignore[type-abstract]
        element = self.program.parent(label)
        holder = self.program.parent(element)
        if not isinstance(element, cst.Element) or not isinstance(holder, (cst.List, cst.Tuple)):
            raise NoFixError("the label is no item of a list")
        if len(holder.elements) <= (2 if isinstance(holder, cst.Tuple) else 1):
            raise NoFixError("a tuple of one would need its comma")
        change = self.program.replaced(holder, _without(holder, element))
        if self._is_told_by_label(holder):
            return Patch(
                UNSAFE,
                "remove the duplicate; the probabilities that a softmax gives the other labels change",
                (change,),
            )
        message = "remove the duplicate, unless scores or other lists are used by their position in this one"
        return Patch(SUGGESTION, message, (change,))

    def _is_told_by_label(self, holder: cst.BaseExpression) -> bool:
        """Whether a list goes only into calls that give each score back with its label; positions then mean nothing."""
        above = self.program.parent(holder)
        if isinstance(above, cst.Arg):
            return above.keyword is not None and above.keyword.value == _NAMED
        if not isinstance(above, cst.Assign) or len(above.targets) != 1:
            return False
        target, names = above.targets[0].target, self.program.names
        owner = names.owner(target.value, names.scope(target)) if isinstance(target, cst.Name) else None
        if owner is None or not isinstance(target, cst.Name) or len(owner.bindings[target.value]) > 1:
            return False
        if owner is names.top and self.program.project.is_imported(self.program.source.path):
            return False
        reads = owner.reads.get(target.value, [])
        return bool(reads) and all(self._minds_no_position(each) for each in reads)

    def _minds_no_position(self, read: cst.Name) -> bool:
        above = self.program.parent(read)
        if not isinstance(above, cst.Arg):
            return isinstance(above, cst.For) and above.iter is read
        call = self.program.parent(above)
        if above.keyword is not None:
            return above.keyword.value == _NAMED
        return isinstance(call, cst.Call) and Calls(self.program).origin(call.func) in _ASKING


def _without(holder: cst.List | cst.Tuple, element: cst.BaseElement) -> cst.List | cst.Tuple:
    """A list without an element and without its line, where it has one to itself."""
    elements = list(holder.elements)
    index = next(number for number, each in enumerate(elements) if each is element)
    gone = elements.pop(index)
    after = gone.comma.whitespace_after if isinstance(gone.comma, cst.Comma) else None
    if _has_comment(after):
        raise NoFixError(_COMMENT)
    if index == len(elements):
        return _without_last(holder, elements, gone)
    if isinstance(after, cst.ParenthesizedWhitespace) and index:
        previous = elements[index - 1]
        between = previous.comma.whitespace_after if isinstance(previous.comma, cst.Comma) else None
        if not isinstance(between, cst.ParenthesizedWhitespace):  # it ended a line that now ends earlier
            elements[index - 1] = previous.with_changes(comma=gone.comma)
    return holder.with_changes(elements=elements)


def _without_last(
    holder: cst.List | cst.Tuple, elements: list[cst.BaseElement], gone: cst.BaseElement
) -> cst.List | cst.Tuple:
    """A list without its last element, closed as it was."""
    closing = holder.rbracket if isinstance(holder, cst.List) else next(iter(holder.rpar), None)
    end = closing.whitespace_before if closing is not None else None
    if _has_comment(end):
        raise NoFixError(_COMMENT)
    previous = elements[-1]
    between = previous.comma.whitespace_after if isinstance(previous.comma, cst.Comma) else None
    elements[-1] = previous.with_changes(comma=gone.comma)
    if not isinstance(between, cst.ParenthesizedWhitespace) or between.first_line.comment is None:
        return holder.with_changes(elements=elements)
    if not isinstance(holder, cst.List) or not isinstance(end, cst.ParenthesizedWhitespace):
        raise NoFixError(_COMMENT)
    kept = between.with_changes(
        indent=end.indent, last_line=end.last_line
    )  # what is said beside the one before
    return holder.with_changes(
        elements=elements, rbracket=holder.rbracket.with_changes(whitespace_before=kept)
    )


def _has_comment(space: cst.BaseParenthesizableWhitespace | None) -> bool:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return False
    return space.first_line.comment is not None or any(each.comment is not None for each in space.empty_lines)
