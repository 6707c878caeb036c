"""Who uses vectors: whether they are only compared, so that nobody minds when they get length one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.known import listed
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import dotted, targets
from clip_lint.codemods.stored import Stored

if TYPE_CHECKING:
    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program

_MOST_NODES = 2_000
_CARRYING = (cst.Element, cst.StarredElement, cst.Tuple, cst.List, cst.IfExp, *COMPREHENSIONS)
_COMPARING = (cst.MatrixMultiply, cst.Subtract)


def opened(program: Program, call: cst.Call) -> cst.BaseExpression:
    """What takes the vectors out of the output object that a call gives, where it is called; the call itself where nothing does."""
    above = program.parent(call)
    if isinstance(above, cst.Attribute) and above.attr.value in listed("vectors", "fields"):
        return above
    if isinstance(above, cst.Subscript) and above.value is call and is_field(program, above):
        return above
    if isinstance(above, cst.Arg):
        helper = program.parent(above)
        if isinstance(helper, cst.Call) and dotted(helper.func).startswith("pooled_features"):
            return helper
    return call


def is_field(program: Program, node: cst.Subscript) -> bool:
    """Whether an output object is indexed for its vectors."""
    index = program.code(node.slice[0]).strip() if len(node.slice) == 1 else ""
    return index == "0" or index.strip("'\"") in listed("vectors", "fields")


class Vectors:
    """The vectors of one program and their users, without regard to order. What is not known is a use that minds."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self.program = program
        self.stored = Stored(calls)
        self.names = program.names
        self.calls = calls
        self.is_imported = program.project.is_imported(program.source.path)
        self._pending: list[cst.BaseExpression] = []
        self._seen: set[int] = set()

    def are_only_compared(self, node: cst.BaseExpression) -> bool:
        """Whether everybody who gets the value of an expression compares it with something, or asks for its shape."""
        self._pending, self._seen = [], set()
        self._follow(node)
        while self._pending:
            if len(self._seen) > _MOST_NODES or not self._is_compared(self._pending.pop()):
                return False
        return True

    def _follow(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseExpression) and id(node) not in self._seen:
            self._seen.add(id(node))
            self._pending.append(node)
        return True

    def _is_compared(self, node: cst.BaseExpression) -> bool:
        above = self.names.parent(node)
        while isinstance(above, (cst.Element, cst.StarredElement)):
            above = self.names.parent(above)
        if isinstance(above, cst.Attribute):
            return self._member(above)
        if isinstance(above, cst.Arg):
            return self._argument(above)
        if isinstance(above, cst.BinaryOperation):
            return isinstance(above.operator, _COMPARING)
        if isinstance(above, (cst.Assign, cst.AnnAssign, cst.NamedExpr)):
            return self._assigned(above)
        if isinstance(above, (cst.For, cst.CompFor)):
            return self._bind(above.target)
        if isinstance(above, cst.Subscript):
            return self._follow(above)
        if isinstance(above, cst.Return):
            return self._given_back(above)
        if isinstance(above, cst.Comparison):
            return all(isinstance(each.operator, (cst.Is, cst.IsNot)) for each in above.comparisons)
        if isinstance(above, _CARRYING):
            return self._follow(above)
        return isinstance(above, cst.Expr)

    def _member(self, above: cst.Attribute) -> bool:
        name = above.attr.value
        if name in listed("vectors", "shapes"):
            return True
        user = self.names.parent(above)
        is_called = isinstance(user, cst.Call) and user.func is above
        if name in listed("vectors", "comparing"):
            return is_called
        if name in listed("vectors", "keeping") or name in listed("vectors", "fields"):
            return self._follow(user if is_called else above)
        return is_called and name in listed("methods", "keeping")  # a container that takes something else in

    def _argument(self, argument: cst.Arg) -> bool:
        call = self.names.parent(argument)
        if not isinstance(call, cst.Call):
            return False
        path = self.calls.origin(call.func)
        if path in listed("vectors", "joining"):
            return self._follow(call)
        if path:
            return compares(path)
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if name in listed("vectors", "comparing"):
            return True
        if name in listed("methods", "keeping") and isinstance(call.func, cst.Attribute):
            return isinstance(call.func.value, (cst.Name, cst.Attribute)) and self._bind(call.func.value)
        own = self.calls.defined(call.func)
        return bool(own) and all(self._enters(each, call, argument) for each in own)

    def _enters(self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg) -> bool:
        """A function of this program gets the vectors."""
        if any(each.star for each in call.args):
            return False
        chosen = self.calls.receiving(function, call, argument)
        return bool(chosen) and all(
            not each.star and self._read(self.names.inside(function), each.name.value) for each in chosen
        )

    def _assigned(self, above: cst.Assign | cst.AnnAssign | cst.NamedExpr) -> bool:
        if isinstance(above, cst.Assign):
            return all(self._bind(each.target) for each in above.targets)
        if isinstance(above, cst.NamedExpr):
            self._follow(above)
        return self._bind(above.target)

    def _bind(self, target: cst.BaseExpression) -> bool:
        for each in targets(target):
            if self.stored.is_stored(each):
                return False  # at other times it holds vectors that were read from a file
            if isinstance(each, cst.Name):
                owner = self.names.owner(each.value, self.names.scope(each))
                if owner is None or not self._read(owner, each.value):
                    return False
            elif isinstance(each, cst.Attribute):
                if self.is_imported:
                    return False
                for read in self.calls.members.get(each.attr.value, ()):
                    if not isinstance(self.names.parent(read), cst.AssignTarget):
                        self._follow(read)
            else:
                return False
        return True

    def _read(self, owner: Scope, name: str) -> bool:
        if self.is_imported and owner is self.names.top:
            return False
        for node in owner.reads.get(name, ()):
            self._follow(node)
        return True

    def _given_back(self, above: cst.Return) -> bool:
        """Whoever calls the function has the vectors; somebody must be seen to."""
        function = self.names.function(above)
        if self.is_imported or not isinstance(function, cst.FunctionDef):
            return False
        for each in function.decorators:
            decorator = each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator
            if self.calls.origin(decorator) not in listed("decorators", "quiet"):
                return False
        owner, name = self.names.scope(function), function.name.value
        uses = self.calls.members.get(name, []) if owner.is_class else owner.reads.get(name, [])
        for use in uses:
            user = self.names.parent(use)
            if not (isinstance(user, cst.Call) and user.func is use):
                return False
            self._follow(user)
        return bool(uses)


def compares(path: str) -> bool:
    """Whether a call by its dotted path only compares vectors."""
    return any(
        path == each or (each.endswith("*") and path.startswith(each[:-1]))
        for each in listed("vectors", "calls")
    )
