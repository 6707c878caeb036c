"""A loop that prepares one item, encodes it and collects the row, made a loop over batches of items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.feeding import prepared
from clip_lint.codemods.gathering import Gathering
from clip_lint.codemods.left_over import check_left
from clip_lint.codemods.nodes import callee
from clip_lint.codemods.program import NoFixError, expression
from clip_lint.codemods.texts import mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.names import Binding, Scope
    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change

_SIZE = 32
_ROW_WISE = frozenset(
    {
        "cpu", "cuda", "float", "half", "detach", "numpy", "to", "norm", "pooler_output", "normalize", "append", "clone",
    }
)  # fmt: skip
"""What may be done with a batch as with one item: rows stay rows."""
_JOINERS = frozenset({"cat", "concatenate", "concat", "vstack"})
_SEQUENCES = frozenset({"sorted", "list", "tuple", "listdir"})
_BARS = frozenset({"tqdm", "trange", "track"})
_APART = (
    cst.Subscript, cst.IfExp, cst.Comparison, cst.ListComp, cst.GeneratorExp, cst.StarredElement, cst.Await,
)  # fmt: skip
"""What may look into rows, or at one of them."""
_UNLIKE = "rows are not treated alike"
_MORE = "the loop does more than encode"

Simple = cst.Assign | cst.AugAssign | cst.Expr


class Batching:
    """One encoding in a loop; NoFixError where the loop is of another form, or a batch might give something else."""

    def __init__(self, program: Program, call: cst.Call) -> None:
        self.program = program
        self.names = program.names
        self.call = call
        self.loop, self.variable = self._loop()
        self.statements = list(_flat(self.loop.body))
        self.preparing = self._preparation()

    def changes(self) -> list[Change]:
        """The loop over batches."""
        self._check_rows()
        self._check_list()
        if not isinstance(self.loop.body, cst.IndentedBlock):
            raise NoFixError("the loop is written in one line")
        batch = self.program.fresh("batch")
        changes, piece = self._head()
        if isinstance(self.preparing, Gathering):
            return [*changes, *self.preparing.changes(batch, piece)]
        first = self.program.before(self.loop.body.body[0], _assigned(batch, piece))
        return [*changes, first, *prepared(self.program, self.preparing, self.variable, batch)]

    def _loop(self) -> tuple[cst.For, str]:
        loop = next(
            (
                each
                for each in self.names.above(self.call)
                if isinstance(each, (cst.For, cst.While, cst.FunctionDef))
            ),
            None,
        )
        if (
            not isinstance(loop, cst.For)
            or loop.orelse is not None
            or loop.asynchronous is not None
            or not isinstance(loop.target, cst.Name)
        ):
            raise NoFixError("the loop is not over single items")
        return loop, loop.target.value

    def _preparation(self) -> cst.Assign | Gathering:
        """The statement that makes of the item what the encoder takes, or several where one is not enough."""
        users = [each for each in self.statements if mentions(self.program, each, self.variable)]
        only = users[0] if len(users) == 1 else None
        if isinstance(only, cst.Assign) and len(only.targets) == 1:
            target = only.targets[0].target
            given = [each.value for each in self.call.args]
            if isinstance(target, cst.Name) and any(
                isinstance(each, cst.Name) and each.value == target.value for each in given
            ):
                return only
        return Gathering(self.program, self.statements, self.call, self.variable)

    # --- what a batch must not change

    def _check_rows(self) -> None:
        """NoFixError unless everything but the preparation treats rows alike."""
        inside = {id(each) for each in self.names.below(self.call)}
        several = self.preparing.rest if isinstance(self.preparing, Gathering) else self.statements
        for statement in several:
            if statement is self.preparing:
                continue
            for node in self.names.below(statement):
                if id(node) in inside:
                    continue
                if isinstance(node, _APART) or (isinstance(node, cst.Arg) and node.star == "*"):
                    raise NoFixError(_UNLIKE)
                if isinstance(node, cst.Call) and not self._keeps_rows(node):
                    raise NoFixError(_UNLIKE)

    def _keeps_rows(self, call: cst.Call) -> bool:
        """Whether a call does the same to each row; norms must be taken along the last axis, and keep it."""
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if name not in {"norm", "normalize"}:
            return name in _ROW_WISE
        given = {each.keyword.value: self.program.code(each.value) for each in call.args if each.keyword}
        axis = given.get("dim", given.get("axis", ""))
        is_kept = "True" in (given.get("keepdim"), given.get("keepdims"))
        return axis in {"-1", "1"} and (name == "normalize" or is_kept)

    def _check_list(self) -> None:
        """NoFixError unless the rows go into a list that is only concatenated."""
        lists = {name.value: name for name in map(_appended, self.statements) if name is not None}
        if len(lists) != 1:
            raise NoFixError("the rows are not collected in one list")
        rows = next(iter(lists.values()))
        inside = {id(each) for each in self.names.below(self.loop)}
        check_left(self.program, self.loop, self.names.below(self.loop))
        owner = self._owner(rows)
        if owner is self.names.top and self.program.project.is_imported(self.program.source.path):
            raise NoFixError("another file may use the list")
        reads = [each for each in owner.reads.get(rows.value, ()) if id(each) not in inside]
        if not all(map(self._is_list, owner.bindings[rows.value])) or not all(map(self._is_joined, reads)):
            raise NoFixError("the list is used in another way than by concatenating it")
        if not reads:
            raise NoFixError("the list is never concatenated")

    def _owner(self, name: cst.Name) -> Scope:
        owner = self.names.owner(name.value, self.names.scope(name))
        if owner is None:
            raise NoFixError(f"{name.value} comes from elsewhere")
        return owner

    def _is_list(self, binding: Binding) -> bool:
        """Whether a name gets a list, empty or with rows that come before all others."""
        return isinstance(self._value(binding), cst.List)

    def _value(self, binding: Binding) -> cst.BaseExpression | None:
        """What a name gets by an assignment to it alone; None for anything else."""
        if binding.kind != "assignment":
            return None
        above = self.program.parent(binding.node)
        statement = self.program.parent(above) if isinstance(above, cst.AssignTarget) else above
        return statement.value if isinstance(statement, (cst.Assign, cst.AnnAssign)) else None

    def _is_joined(self, read: cst.Name) -> bool:
        argument = self.program.parent(read)
        call = self.program.parent(argument) if isinstance(argument, cst.Arg) else None
        if not isinstance(call, cst.Call) or call.args[0] is not argument:
            return False
        along = [each.value for each in call.args[1:]]
        return callee(call) in _JOINERS and all(
            isinstance(each, cst.Integer) and each.value == "0" for each in along
        )

    # --- the loop anew

    def _head(self) -> tuple[list[Change], cst.BaseExpression]:
        """The loop's head over slices of the items, and a slice; items that may be no sequence become a list first."""
        source, bar = self._items()
        changes: list[Change] = []
        if isinstance(source, cst.Name) and self._is_sequence(source):
            items = source.value
        else:
            items = self.program.fresh("items")
            is_list = isinstance(source, (cst.List, cst.Tuple)) or callee(source) in _SEQUENCES
            value = source if is_list else cst.Call(cst.Name("list"), [cst.Arg(source)])
            changes.append(self.program.before(self.loop, _assigned(items, value)))
        start = self.program.fresh("start")
        counted = expression(f"range(0, len({items}), {_SIZE})")
        if bar is not None:
            counted = bar.with_changes(args=[bar.args[0].with_changes(value=counted), *bar.args[1:]])
        changes += [
            self.program.replaced(self.loop.target, cst.Name(start)),
            self.program.replaced(self.loop.iter, counted),
        ]
        return changes, expression(f"{items}[{start} : {start} + {_SIZE}]")

    def _items(self) -> tuple[cst.BaseExpression, cst.Call | None]:
        """What the loop goes through, and the progress bar around it."""
        source = self.loop.iter
        if not isinstance(source, cst.Call) or callee(source) not in _BARS or not source.args:
            return source, None
        if source.args[0].keyword is not None or source.args[0].star:
            return source, None
        if any(each.star or (each.keyword and each.keyword.value == "total") for each in source.args):
            raise NoFixError("the bar counts what the loop no longer does one by one")
        return source.args[0].value, source

    def _is_sequence(self, name: cst.Name) -> bool:
        """Whether a name surely holds a list or tuple."""
        owner = self.names.owner(name.value, self.names.scope(name))
        values = [self._value(each) for each in owner.bindings[name.value]] if owner is not None else []
        return bool(values) and all(
            isinstance(each, (cst.List, cst.Tuple, cst.ListComp)) or callee(each) in _SEQUENCES
            for each in values
        )


def _flat(body: cst.BaseSuite) -> Iterator[Simple]:
    """The simple statements of a body, those under `with` included; NoFixError for anything that branches."""
    lines: Sequence[cst.CSTNode] = body.body if isinstance(body, cst.IndentedBlock) else [body]
    for line in lines:
        if isinstance(line, cst.With):
            yield from _flat(line.body)
        elif isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            for each in line.body:
                if not isinstance(each, Simple):
                    raise NoFixError(_MORE)
                yield each
        else:
            raise NoFixError(_MORE)


def _appended(statement: Simple) -> cst.Name | None:
    """The list that a statement appends to."""
    call = statement.value if isinstance(statement, cst.Expr) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    is_append = call.func.attr.value == "append" and isinstance(call.func.value, cst.Name)
    return call.func.value if is_append and isinstance(call.func.value, cst.Name) else None


def _assigned(name: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])
