"""CLP403: a simple loop over single items, run in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.batching import Batching
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.left_over import check_left
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import each_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change

_MESSAGE = "encode in batches; memory grows with the batch, and one unreadable item stops all of it"
_MORE = "the loop does more than encode"


class EncodeInBatches(Codemod):
    """Encode many items a call."""

    stage = Stage.BATCH

    def patch(self, finding: Finding) -> Patch:
        """The loop around an encoding over batches, or one call for all of its items, which makes its own batches."""
        call = self.program.node(finding.place, cst.Call)
        if not isinstance(call.func, cst.Attribute):
            raise NoFixError("what is called in the loop is no encoder")
        if call.func.attr.value == "encode":
            return Patch(UNSAFE, _MESSAGE, (self._at_once(call),))
        return Patch(UNSAFE, _MESSAGE, tuple(Batching(self.program, call).changes()))

    def _at_once(self, call: cst.Call) -> Change:
        """``encode`` takes a list and makes its own batches."""
        by_position = [each for each in call.args if each.keyword is None and each.star != "**"]
        if len(by_position) != 1 or by_position[0].star:
            raise NoFixError("the argument is not written out")
        item = by_position[0]

        def encoded(items: cst.BaseExpression) -> cst.Call:
            given = [each.with_changes(value=items) if each is item else each for each in call.args]
            return call.with_changes(args=given, lpar=(), rpar=())

        above = self.program.parent(call)
        if isinstance(above, cst.ListComp) and above.elt is call:
            if above.for_in.inner_for_in is not None or above.for_in.asynchronous is not None:
                raise NoFixError("the comprehension is not simple")
            items = above.with_changes(elt=item.value, lpar=(), rpar=())
            return self.program.replaced(above, cst.Call(cst.Name("list"), [cst.Arg(encoded(items))]))
        loop, line = self._loop(call)
        check_left(self.program, loop, self.program.names.below(loop.target))
        encoding = encoded(each_of(item.value, loop.target, loop.iter))
        new = cst.Expr(_collected(loop, line.body[0], call, encoding))
        return self.program.replaced(loop, _in_place(loop, line, new))

    def _loop(self, call: cst.Call) -> tuple[cst.For, cst.SimpleStatementLine | cst.SimpleStatementSuite]:
        """The loop around an encoding, and the only statement in it."""
        line = self.program.parent(self.program.statement(call))
        body = line if isinstance(line, cst.SimpleStatementSuite) else self.program.parent(line)
        if not isinstance(body, cst.BaseSuite):
            raise NoFixError("it is in no loop")
        loop = self.program.parent(body)
        if (
            not isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite))
            or not isinstance(loop, cst.For)
            or loop.orelse is not None
            or loop.asynchronous is not None
            or len(body.body) > 1
            or len(line.body) > 1
        ):
            raise NoFixError(_MORE)
        return loop, line


def _collected(
    loop: cst.For, statement: cst.CSTNode, call: cst.Call, encoding: cst.Call
) -> cst.BaseExpression:
    """What the statement of a loop does with each vector, done with all of them."""
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call):
        append = statement.value
        func = append.func
        if (
            isinstance(func, cst.Attribute)
            and isinstance(func.value, cst.Name)
            and func.attr.value == "append"
            and [each.value for each in append.args] == [call]
        ):
            return append.with_changes(
                func=func.with_changes(attr=cst.Name("extend")),
                args=[append.args[0].with_changes(value=encoding)],
            )
    if isinstance(statement, cst.Assign) and statement.value is call and len(statement.targets) == 1:
        target = statement.targets[0].target
        if (
            isinstance(target, cst.Subscript)
            and isinstance(target.value, cst.Name)
            and isinstance(loop.iter, cst.Name)
            and _is_key(target.slice, loop.target)
        ):
            pairs = cst.Call(cst.Name("zip"), [cst.Arg(loop.iter), cst.Arg(encoding)])
            return cst.Call(cst.Attribute(target.value, cst.Name("update")), [cst.Arg(pairs)])
    raise NoFixError(_MORE)


def _is_key(slices: Sequence[cst.SubscriptElement], variable: cst.BaseExpression) -> bool:
    index = slices[0].slice if len(slices) == 1 else None
    key = index.value if isinstance(index, cst.Index) else None
    return isinstance(key, cst.Name) and isinstance(variable, cst.Name) and key.value == variable.value


def _in_place(
    loop: cst.For, line: cst.SimpleStatementLine | cst.SimpleStatementSuite, new: cst.BaseSmallStatement
) -> cst.SimpleStatementLine:
    """A statement in place of a loop, with the comments above and beside it; NoFixError for comments that have no place."""
    leading = list(loop.leading_lines)
    if isinstance(loop.body, cst.IndentedBlock):
        lost = [loop.body.header.comment, *(each.comment for each in loop.body.footer)]
        if any(each is not None for each in lost):
            raise NoFixError("there is a comment in the loop")
        leading += [each for each in getattr(line, "leading_lines", ()) if each.comment is not None]
    return cst.SimpleStatementLine([new], leading_lines=leading, trailing_whitespace=line.trailing_whitespace)
