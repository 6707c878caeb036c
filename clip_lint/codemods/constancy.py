"""Whether things stay what they are while a loop runs, or from one call of a function to the next.

A thing is a variable, or an attribute of `self`. It stays what it is if nobody in reach binds it again, changes it in place, or
hands it to code that might. What is not known counts as a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import dotted, parameters
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program

Region = cst.For | cst.While | cst.FunctionDef
_CHANGES = "what it depends on may change in between"


class Constancy:
    """What changes in one region of a program."""

    def __init__(self, program: Program, calls: Calls, region: Region) -> None:
        self.program = program
        self.names = program.names
        self.calls = calls
        self.region = region
        self.inside = frozenset(map(id, self.names.below(region)))
        self._seen: set[tuple[int, str]] = set()

    def is_inside(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in the region."""
        return id(node) in self.inside

    def check_rounds(self) -> None:
        """NoFixError where a loop repeats the same on purpose, or measures how long it takes, or names are reached by text."""
        if self.calls.reads_by_text:
            raise NoFixError("what stands in a text may change anything")
        if isinstance(self.region, cst.For):
            written = {
                each.value for each in self.names.below(self.region.target) if isinstance(each, cst.Name)
            }
            read = {each.value for each in self.names.below(self.region.body) if isinstance(each, cst.Name)}
            if not written & read:
                raise NoFixError("the loop repeats the same, as measurements do")
        for each in self.names.below(self.region):
            if isinstance(each, cst.Call) and any(
                word in f".{dotted(each.func)}" for word in listed("repeating", "timing")
            ):
                raise NoFixError("the loop measures time")

    def check_expression(self, node: cst.CSTNode, moving: Iterable[cst.CSTNode] = ()) -> None:
        """NoFixError unless an expression gives the same each time: its names stay, and its calls do nothing else."""
        own = {id(each) for part in (node, *moving) for each in self.names.below(part)}
        for each in self.names.below(node):
            if isinstance(each, cst.Call):
                self._check_call(each)
            elif isinstance(each, (cst.Await, cst.Yield, cst.NamedExpr, cst.Lambda)):
                raise NoFixError("it does more than compute")
            elif isinstance(each, cst.Name) and id(each) not in self.names.stored:
                self._check_name(each, own)

    def _check_call(self, call: cst.Call) -> None:
        path = self.calls.origin(call.func)
        if (
            not self.calls.is_quiet(call)
            or self.calls.defined(call.func)
            or self.calls.is_replaced(call.func)
        ):
            raise NoFixError("it calls what is not known")
        if path and any(word in path for word in listed("repeating", "random")):
            raise NoFixError("it gives something else each time")

    # --- names

    def _check_name(self, name: cst.Name, own: set[int]) -> None:
        scope = self.names.scope(name)
        owner = self.names.owner(name.value, scope)
        if owner is None or id(owner.node) in own:
            return  # Python's own, or of a comprehension in the expression
        if self._is_self(owner, name.value):
            self._check_member(name, own)
            return
        kinds = {each.kind for each in owner.bindings[name.value]}
        if kinds == {"import"}:
            return
        for binding in owner.bindings[name.value]:
            if id(binding.node) in own:
                return  # made by what moves
            if self.is_inside(binding.node) or (
                owner is self.names.top and self.names.function(binding.node) is not None
            ):
                raise NoFixError(_CHANGES)
        for read in owner.reads.get(name.value, ()):
            if id(read) not in own and self._is_in_reach(read):
                self._check_use(read)
            self._check_mode(read)
        for other in self._same(owner, name.value):
            for read in self._reads(other):
                if id(read) not in own and self._is_in_reach(read):
                    self._check_use(read)

    def _same(self, owner: Scope, name: str) -> Iterator[cst.Name]:
        """Other names that stand for what a variable holds: those that got it, and those that calls of the function hand to it."""
        bindings = owner.bindings[name]
        written = (self.names.parent(each.node) for each in bindings if each.kind == "assignment")
        above = [
            *map(self.names.parent, owner.reads.get(name, ())),
            *(self.names.parent(each) for each in written if isinstance(each, cst.AssignTarget)),
        ]
        for line in above:
            for target in line.targets if isinstance(line, cst.Assign) else ():
                other = target.target
                if isinstance(other, cst.Name) and other.value != name:
                    yield other
        for binding in bindings:
            for given in (assigned_value(self.program, binding.node), *self.calls.arguments(binding.node)):
                if isinstance(given, cst.Name):
                    yield given

    def _reads(self, name: cst.Name) -> Iterable[cst.Name]:
        owner = self.names.owner(name.value, self.names.scope(name))
        return owner.reads.get(name.value, ()) if owner is not None else ()

    def _is_self(self, owner: Scope, name: str) -> bool:
        function = owner.node
        if not isinstance(function, cst.FunctionDef) or not self.names.scope(function).is_class:
            return False
        return [each.name.value for each in parameters(function.params)[:1]] == [name]

    def _check_member(self, name: cst.Name, own: set[int]) -> None:
        """An attribute of `self`: nobody but the constructor gives it a value, and nobody changes it."""
        above = self.names.parent(name)
        if not isinstance(above, cst.Attribute) or above.value is not name:
            raise NoFixError(_CHANGES)
        for each in self.calls.members.get(above.attr.value, ()):
            if id(each) in own:
                continue
            if isinstance(self.names.parent(each), (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)):
                function = self.names.function(each)
                if not isinstance(function, cst.FunctionDef) or function.name.value != "__init__":
                    raise NoFixError(_CHANGES)
            else:
                self._check_use(each)
                self._check_mode(each)

    def _is_in_reach(self, read: cst.Name) -> bool:
        """Whether a use may happen while the region runs: in it, or in a function, which it may call."""
        if isinstance(self.region, cst.FunctionDef) or self.is_inside(read):
            return True
        function = self.names.function(read)
        return function is not None and function is not self.names.function(self.region)

    def _check_mode(self, read: cst.BaseExpression) -> None:
        """NoFixError for a model in training mode, which may give something else each time."""
        for user in self._users(read):
            if isinstance(user, cst.Attribute) and user.attr.value == "train":
                raise NoFixError("the model is in training mode")

    def _users(self, node: cst.BaseExpression) -> Iterator[cst.CSTNode]:
        above = self.names.parent(node)
        while isinstance(above, cst.Attribute):
            yield above
            above = self.names.parent(above)
        yield above

    # --- what is done with it

    def check_uses(self, reads: Iterable[cst.BaseExpression]) -> None:
        """NoFixError where one of these uses may change what is used."""
        for read in reads:
            self._check_use(read)

    def _check_use(self, read: cst.BaseExpression) -> None:
        node: cst.CSTNode = read
        above = self.names.parent(node)
        while isinstance(above, (cst.Attribute, cst.Subscript)) and above.value is node:
            node, above = above, self.names.parent(above)
        if node is not read and isinstance(above, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Del)):
            raise NoFixError(_CHANGES)
        if isinstance(above, cst.Call) and above.func is node:
            if isinstance(node, cst.Attribute) and not _keeps(node.attr.value):
                raise NoFixError(_CHANGES)
        elif isinstance(above, cst.Arg):
            self._check_argument(above)
        elif isinstance(above, cst.AugAssign) and above.target is read:
            raise NoFixError(_CHANGES)
        elif node is read and isinstance(
            above, (cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.Return, cst.Yield, cst.Global, cst.Nonlocal)
        ):
            raise NoFixError("another name stands for it too")

    def _check_argument(self, argument: cst.Arg) -> None:
        call = self.names.parent(argument)
        if not isinstance(call, cst.Call):
            raise NoFixError(_CHANGES)
        path = self.calls.origin(call.func)
        own = self.calls.defined(call.func)
        if own and not path:
            for function in own:
                self._check_parameter(function, call, argument)
            return
        method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if not self.calls.is_quiet(call) or path.rpartition(".")[2] in listed("repeating", "writing"):
            raise NoFixError(_CHANGES)
        if not path and method in listed("methods", "keeping"):
            raise NoFixError("another container holds it too")

    def _check_parameter(self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg) -> None:
        """A function of this program gets the thing: it must leave its parameter as it is."""
        every = parameters(function.params)
        if any(each.star for each in call.args) or any(each.star for each in every):
            raise NoFixError(_CHANGES)
        chosen = self.calls.receiving(function, call, argument)
        if not chosen:
            raise NoFixError(_CHANGES)
        scope = self.names.inside(function)
        name = chosen[0].name.value
        key = (id(scope), name)
        if key in self._seen:
            return
        self._seen.add(key)  # a function that calls itself leaves alone what its other statements leave alone
        try:
            self.check_uses(scope.reads.get(name, ()))
        except NoFixError:
            self._seen.discard(key)
            raise


def _keeps(method: str) -> bool:
    """Whether a method leaves its object as it is, so far as its name is known."""
    if method in listed("repeating", "changing") or (method.endswith("_") and not method.startswith("_")):
        return False
    return method in listed("methods", "plain") or method.startswith(tuple(listed("repeating", "asking")))
