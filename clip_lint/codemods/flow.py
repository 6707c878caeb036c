"""Where a value goes from the expression that makes it: whether anybody takes its gradient, and whether it leaves the program.

Followed are names, attributes, containers, and the functions of the program in both directions, without regard to order:
what may happen counts as happening.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.fate import Fate
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import targets
from clip_lint.codemods.uses import Entered, Made, Uses, Written, kept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program
    from clip_lint.codemods.uses import Use

_MOST_NODES = 5_000
_FRAMEWORK = ("forward", "__call__")


class Flow:
    """The ways of values in one program; what was found for one is kept for the next."""

    def __init__(self, program: Program, calls: Calls, uses: Uses | None = None) -> None:
        self.program = program
        self.names = program.names
        self.calls = calls
        self.uses = uses or Uses(calls)
        self.is_imported = program.project.is_imported(program.source.path)
        self._fates: dict[int, Fate] = {}
        self._seen: set[int] = set()
        self._pending: list[cst.BaseExpression] = []
        self._fate = Fate.ENDS
        self._callers_seen: set[int] = set()
        self._readers_seen: set[tuple[int, str]] = set()

    def fate(self, node: cst.BaseExpression) -> Fate:
        """The worst that may become of the value of an expression."""
        if id(node) not in self._fates:
            self._seen, self._pending, self._fate = set(), [], Fate.ENDS
            self._callers_seen, self._readers_seen = set(), set()
            self._follow(node)
            self._fates[id(node)] = self._run()
        return self._fates[id(node)]

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
        for use in self.uses.of(node):
            self._take(use)

    def _take(self, use: Use) -> None:
        if isinstance(use, Fate):
            self._meet(use)
        elif isinstance(use, Made):
            self._follow(use.node)
        elif isinstance(use, Written):
            self._bind(use.target)
        elif isinstance(use, Entered):
            self._read(self.names.inside(use.function), use.name)
        else:
            self._callers(use.function)

    # --- names

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
                self._take(kept(each))
            else:
                self._meet(Fate.LEAVES)

    def _read(self, owner: Scope, name: str) -> None:
        """All reads of a name have the value."""
        if (id(owner), name) in self._readers_seen:
            return
        self._readers_seen.add((id(owner), name))
        if (self.is_imported and owner is self.names.top) or self.calls.reads_by_text:
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
            fate = Flow(self.program, self.calls, Uses(self.calls, is_model=True))
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
