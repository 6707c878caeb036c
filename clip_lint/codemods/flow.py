"""Where a value goes from the expression that makes it: whether anybody takes its gradient, and whether it leaves the program.

Followed are names, attributes, containers, and the functions of the program in both directions, without regard to order:
what may happen counts as happening.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import listed, takes_gradients, targets
from clip_lint.codemods.names import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program

_MOST_NODES = 5_000
_FRAMEWORK = ("forward", "__call__")
_OPERATIONS = (
    cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.Tuple, cst.List, cst.Set, cst.Element, cst.StarredElement,
    cst.Dict, cst.Subscript, cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp,
)  # fmt: skip
_ENDS = (
    cst.Expr, cst.If, cst.While, cst.Assert, cst.Comparison, cst.ComparisonTarget, cst.FormattedStringExpression, cst.Index, cst.Slice,
    cst.SubscriptElement, cst.Del, cst.CompIf, cst.Match, cst.NameItem,
    cst.AssignTarget,
)  # fmt: skip


class Fate(IntEnum):
    """What becomes of a value's graph, the worst last."""

    ENDS = 0
    """It ends in this program: numbers, prints, comparisons."""
    LEAVES = 1
    """It is handed to code that is not seen."""
    WANTED = 2
    """Somebody takes a gradient through it, or asks whether there is one."""


class Flow:
    """The ways of values in one program; what was found for one is kept for the next."""

    def __init__(self, program: Program, calls: Calls, *, is_model: bool = False) -> None:
        self.program = program
        self.names = program.names
        self.calls = calls
        self.is_model = is_model
        self.is_imported = program.project.is_imported(program.source.path)
        self._seen: set[int] = set()
        self._pending: list[cst.BaseExpression] = []
        self._fate = Fate.ENDS
        self._callers_seen: set[int] = set()
        self._readers_seen: set[tuple[int, str]] = set()

    def fate(self, node: cst.BaseExpression) -> Fate:
        """The worst that may become of the value of an expression."""
        self._seen, self._pending, self._fate = set(), [], Fate.ENDS
        self._callers_seen, self._readers_seen = set(), set()
        self._follow(node)
        return self._run()

    def _run(self) -> Fate:
        while self._pending and self._fate < Fate.WANTED:
            if len(self._seen) > _MOST_NODES:
                self._meet(Fate.LEAVES)
                break
            self._step(self._pending.pop())
        return self._fate

    def fate_of_target(self, target: cst.BaseExpression) -> Fate:
        """The worst that may become of what is assigned to a name or an attribute."""
        self._seen, self._pending, self._fate = set(), [], Fate.ENDS
        self._callers_seen, self._readers_seen = set(), set()
        self._bind(target)
        return self._run()

    def _meet(self, fate: Fate) -> None:
        self._fate = max(self._fate, fate)

    def _follow(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression) and id(node) not in self._seen:
            self._seen.add(id(node))
            self._pending.append(node)

    def _step(self, node: cst.BaseExpression) -> None:
        """Look at what uses an expression."""
        above: cst.CSTNode = self.names.parent(node)
        below: cst.CSTNode = node
        while isinstance(above, (cst.Element, cst.DictElement, cst.StarredElement, cst.StarredDictElement)):
            if isinstance(above, cst.DictElement) and above.key is below:
                return
            below, above = above, self.names.parent(above)
        if isinstance(above, cst.Attribute):
            self._member(above)
        elif isinstance(above, cst.Arg):
            self._argument(above)
        elif isinstance(above, cst.Call):
            if self.is_model:
                return  # the model is called
            self._meet(Fate.LEAVES)
        elif isinstance(above, (cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.AugAssign)):
            self._assigned(above, node)
        elif isinstance(above, cst.IfExp):
            if node is not above.test:
                self._follow(above)
        elif isinstance(above, (cst.For, cst.CompFor)):
            if node is above.iter:
                self._bind(above.target)
        elif isinstance(above, (cst.Return, cst.Yield)):
            self._given_back(above, node)
        elif isinstance(above, cst.Subscript):
            if below is above.value or node is above.value:
                self._follow(above)
        elif isinstance(above, _OPERATIONS):
            if isinstance(above, cst.DictComp) and node is above.key:
                return
            self._follow(above)
        elif isinstance(above, _ENDS):
            return
        elif isinstance(above, cst.Await):
            self._follow(above)
        else:
            self._meet(Fate.LEAVES)

    # --- attributes and methods

    def _member(self, above: cst.Attribute) -> None:
        name = above.attr.value
        user = self.names.parent(above)
        is_called = isinstance(user, cst.Call) and user.func is above
        if self.is_model:
            if name in listed("gradients", "training"):
                if not (is_called and isinstance(user, cst.Call) and _is_switched_off(user)):
                    self._meet(Fate.WANTED)
            elif is_called and name in listed("methods", "of_models") and isinstance(user, cst.Call):
                self._follow(user)
            elif not is_called:
                self._follow(above)  # a tower, a layer
            return
        if name in listed("gradients", "members"):
            if not (is_called and isinstance(user, cst.Call) and _is_switched_off(user)):
                self._meet(Fate.WANTED)
            return
        if name in listed("numbers", "members"):
            return
        self._follow(user if is_called and isinstance(user, cst.Call) else above)

    # --- calls

    def _argument(self, argument: cst.Arg) -> None:
        call = self.names.parent(argument)
        if not isinstance(call, cst.Call):
            self._meet(Fate.LEAVES)  # the bases of a class
            return
        func = call.func
        path = self.calls.origin(func)
        if path:
            self._known(call, path)
            return
        own = self.calls.defined(func)
        if own and not (isinstance(func, cst.Attribute) and func.attr.value in listed("methods", "plain")):
            for function in own:
                self._enters(function, call, argument)
            self._follow(call)
            return
        if isinstance(func, cst.Attribute):
            name = func.attr.value
            if name in listed("gradients", "members"):
                self._meet(Fate.WANTED)
                return
            if name in listed("methods", "keeping"):
                self._kept(func.value)
                self._follow(call)
                return
            if name in listed("methods", "combining"):
                self._follow(call)
                return
            if not self.is_model and self.calls.is_component(func):
                self._follow(call)  # a layer, a model, a head
                return
        elif not self.is_model and self.calls.is_component(func):
            self._follow(call)
            return
        self._meet(Fate.LEAVES)

    def _known(self, call: cst.Call, path: str) -> None:
        """A call of a library gets the value."""
        if takes_gradients(path):
            if self.is_model and path in listed("gradients", "wrappers"):
                self._follow(call)
            else:
                self._meet(Fate.WANTED)
        elif path in listed("numbers", "calls") or path in listed("numbers", "builtins"):
            return
        elif not self.calls.is_quiet(call):
            self._meet(Fate.LEAVES)
        else:
            self._follow(call)

    def _enters(self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg) -> None:
        """A function of this program gets the value: its parameter has it."""
        every = parameters(function.params)
        if argument.keyword is not None:
            chosen = [each for each in every if each.name.value == argument.keyword.value]
        elif argument.star or any(each.star for each in call.args):
            chosen = every
        else:
            is_method = self.names.scope(function).is_class and isinstance(call.func, cst.Attribute)
            index = [each for each in call.args if each.keyword is None].index(argument) + int(is_method)
            chosen = [every[index]] if index < len(every) else every
        for each in chosen or every:
            self._read(self.names.inside(function), each.name.value)

    def _kept(self, container: cst.BaseExpression) -> None:
        """A container gets the value: wherever it goes, the value goes."""
        while isinstance(container, cst.Subscript):
            container = container.value
        if isinstance(container, (cst.Name, cst.Attribute)):
            self._bind(container)
        else:
            self._meet(Fate.LEAVES)

    # --- names

    def _assigned(self, above: cst.CSTNode, node: cst.BaseExpression) -> None:
        if isinstance(above, cst.Assign):
            for target in above.targets:
                self._bind(target.target)
        elif isinstance(above, (cst.AnnAssign, cst.NamedExpr, cst.AugAssign)):
            if node is above.value:
                self._bind(above.target)
            if isinstance(above, cst.NamedExpr):
                self._follow(above)

    def _bind(self, target: cst.BaseExpression) -> None:
        for each in targets(target):
            if isinstance(each, cst.Name):
                owner = self.names.owner(each.value, self.names.scope(each))
                if owner is None:
                    self._meet(Fate.LEAVES)
                else:
                    self._read(owner, each.value)
            elif isinstance(each, cst.Attribute):
                self._attribute(each.attr.value)
                holder = self.names.scope(each).parent
                if (
                    holder is not None
                    and isinstance(holder.node, cst.ClassDef)
                    and self._is_handed_out(holder.node)
                ):
                    self._meet(Fate.LEAVES)
            elif isinstance(each, cst.Subscript):
                self._kept(each)
            else:
                self._meet(Fate.LEAVES)

    def _read(self, owner: Scope, name: str) -> None:
        """All reads of a name have the value."""
        if (id(owner), name) in self._readers_seen:
            return
        self._readers_seen.add((id(owner), name))
        if self.is_imported and owner is self.names.top:
            self._meet(Fate.LEAVES)
        for node in owner.reads.get(name, ()):
            self._follow(node)
        if owner.is_class:
            self._attribute(name)

    def _attribute(self, name: str) -> None:
        """All attributes of a name have the value, whosever they are."""
        if (0, name) in self._readers_seen:
            return
        self._readers_seen.add((0, name))
        if self.is_imported:
            self._meet(Fate.LEAVES)
        for node in self.calls.members.get(name, ()):
            if not self._is_written(node):
                self._follow(node)

    def _is_written(self, node: cst.CSTNode) -> bool:
        above = self.names.parent(node)
        return isinstance(above, cst.AssignTarget)

    # --- functions

    def _given_back(self, above: cst.CSTNode, node: cst.BaseExpression) -> None:
        function = self.names.function(node)
        if isinstance(above, cst.Yield) or not isinstance(function, cst.FunctionDef):
            self._meet(Fate.LEAVES)
            return
        self._callers(function)

    def _callers(self, function: cst.FunctionDef) -> None:
        """Whoever calls a function has the value."""
        if id(function) in self._callers_seen:
            return
        self._callers_seen.add(id(function))
        name = function.name.value
        owner = self.names.scope(function)
        quiet = listed("decorators", "quiet")
        decorators = [
            self.calls.origin(each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator)
            for each in function.decorators
        ]
        if self.is_imported or name in _FRAMEWORK or not all(each in quiet for each in decorators):
            self._meet(Fate.LEAVES)
        uses: Iterable[cst.CSTNode]
        if owner.is_class:
            uses = self.calls.members.get(name, [])
            if isinstance(owner.node, cst.ClassDef) and self._is_handed_out(owner.node):
                self._meet(Fate.LEAVES)
        else:
            uses = owner.reads.get(name, [])
        is_property = any(each.rpartition(".")[2] in ("property", "cached_property") for each in decorators)
        found = False
        for use in uses:
            user = self.names.parent(use)
            if isinstance(user, cst.Call) and user.func is use:
                found = True
                self._follow(user)
            elif is_property:
                found = True
                self._follow(use)
            else:
                self._meet(Fate.LEAVES)
        if not found:
            self._meet(Fate.LEAVES)  # whoever calls it is not seen

    def _is_handed_out(self, cls: cst.ClassDef) -> bool:
        """Whether objects of a class go to code that is not seen, which may call any method."""
        owner = self.names.scope(cls)
        for use in owner.reads.get(cls.name.value, ()):
            user = self.names.parent(use)
            if not (isinstance(user, cst.Call) and user.func is use):
                return True
            fate = Flow(self.program, self.calls, is_model=True)
            fate._callers_seen = self._callers_seen
            if fate.objects(user) is not Fate.ENDS:
                return True
        return False

    def objects(self, node: cst.Call) -> Fate:
        """Whether an object of a class of this program leaves it; what its methods do is not asked."""
        self._follow(node)
        while self._pending and self._fate is Fate.ENDS and len(self._seen) < _MOST_NODES:
            each = self._pending.pop()
            if not isinstance(self.names.parent(each), cst.Attribute):
                self._step(each)
        return self._fate


def _is_switched_off(call: cst.Call) -> bool:
    """Whether a switch such as ``requires_grad_(False)`` is turned off."""
    return (
        len(call.args) == 1
        and isinstance(call.args[0].value, cst.Name)
        and call.args[0].value.value == "False"
    )
