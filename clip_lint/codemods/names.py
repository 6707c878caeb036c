"""The nodes of a module in one walk: what is above each, which names each scope binds, and where they are read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.nodes import imported_as, meaningful_fields, nodes_of, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition = cst.FunctionDef | cst.Lambda
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef, *COMPREHENSIONS)
_VALUES = (cst.Attribute, cst.Arg)
_IMPORTS = (cst.Import, cst.ImportFrom)
_ELSEWHERE = (cst.Global, cst.Nonlocal)
_CARRYING = (cst.Tuple, cst.List, cst.Element, cst.StarredElement, cst.AssignTarget)


class Binding(NamedTuple):
    """A name gets a value: by an ``import``, as a ``parameter``, a ``function``, a ``class``, or by an ``assignment``.

    ``node`` is the alias, parameter or definition; of an assignment the name.
    """

    kind: str
    node: cst.CSTNode


class Scope:
    """A module, function, class, lambda or comprehension with the names it binds and the reads that mean those."""

    __slots__ = ("bindings", "elsewhere", "node", "parent", "reads")

    def __init__(self, node: cst.CSTNode, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.reads: dict[str, list[cst.Name]] = {}
        self.elsewhere: dict[str, bool] = {}
        """Names declared global (True) or nonlocal (False)."""

    @property
    def is_class(self) -> bool:
        """Whether functions inside do not see its names."""
        return isinstance(self.node, cst.ClassDef)

    def chain(self) -> Iterator[Scope]:
        """The scope and those around it, as a name here is looked up in them."""
        yield self
        current = self.parent
        while current is not None:
            if not current.is_class:
                yield current
            current = current.parent


class Names:
    """All of a module. Reads are found under the scope that binds their name; unknown names belong to the module's."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self.nodes: list[cst.CSTNode] = []
        self.parents: dict[int, cst.CSTNode] = {}
        self.top = Scope(module, None)
        self._scopes: dict[int, Scope] = {id(module): self.top}
        self._where: dict[int, Scope] = {}
        self._below: dict[int, list[cst.CSTNode]] = {}
        self.stored: set[int] = set()
        """The names that are written, not read, by their identity."""
        self._read: list[tuple[cst.Name, Scope]] = []
        self._bound: list[tuple[str, Binding, Scope]] = []
        for statement in module.body:
            self._walk(statement, module, self.top, store=False)
        self._settle()

    # --- what is asked for

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        """The node right above."""
        return self.parents[id(node)]

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes above a node, from the nearest to the module."""
        while node is not self.module:
            node = self.parents[id(node)]
            yield node

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope in which an expression is evaluated."""
        return self._where.get(id(node), self.top)

    def inside(self, definition: cst.CSTNode) -> Scope:
        """The scope that a function, class, lambda or comprehension opens."""
        return self._scopes[id(definition)]

    def owner(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose ``name`` is meant in ``scope``, None where the program binds none."""
        if scope.elsewhere.get(name):
            return self.top if name in self.top.bindings else None
        return next((each for each in scope.chain() if name in each.bindings), None)

    def function(self, node: cst.CSTNode) -> Definition | None:
        """The innermost function or lambda in whose body a node stands."""
        scope: Scope | None = self.scope(node)
        while scope is not None:
            if isinstance(scope.node, (cst.FunctionDef, cst.Lambda)):
                return scope.node
            scope = scope.parent
        return None

    def below(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """A node and all nodes below it."""
        pending = [node]
        while pending:
            each = pending.pop()
            yield each
            pending.extend(self._below.get(id(each), ()))

    def binds(self, name: str) -> bool:
        """Whether any scope of the program gives a name a meaning."""
        return any(name in scope.bindings for scope in self._scopes.values())

    def scopes(self) -> Iterator[Scope]:
        """All scopes, the module's first."""
        yield from self._scopes.values()

    # --- the walk

    def _walk(self, node: cst.CSTNode, above: cst.CSTNode, scope: Scope, *, store: bool) -> None:
        self.nodes.append(node)
        self.parents[id(node)] = above
        self._where[id(node)] = scope
        self._below.setdefault(id(above), []).append(node)
        kind = type(node)  # asked for every node: the classes of the tree are abstract ones, and slow to ask
        if kind is cst.Name and isinstance(node, cst.Name):
            if store:
                self.stored.add(id(node))
                self._bound.append((node.value, Binding("assignment", node), scope))
            else:
                self._read.append((node, scope))
        elif kind in _VALUES and isinstance(node, (cst.Attribute, cst.Arg)):
            self._walk(node.value, node, scope, store=False)
        elif kind in _SCOPES:
            self._open(node, scope)
        elif kind in _IMPORTS and isinstance(node, (cst.Import, cst.ImportFrom)):
            for alias in nodes_of(node.names):
                self._walk(alias, node, scope, store=False)
        elif kind is cst.ImportStar:
            pass
        elif kind is cst.ImportAlias and isinstance(node, cst.ImportAlias):
            self._bound.append((imported_as(node), Binding("import", node), scope))
        elif kind in _ELSEWHERE and isinstance(node, (cst.Global, cst.Nonlocal)):
            scope.elsewhere.update((item.name.value, isinstance(node, cst.Global)) for item in node.names)
        elif kind is cst.MatchKeywordElement and isinstance(node, cst.MatchKeywordElement):
            self._walk(node.pattern, node, scope, store=store)
        else:
            stores = _STORING.get(kind, ())
            is_carried = kind in _CARRYING
            for name in meaningful_fields(type(node)):
                for child in nodes_of(getattr(node, name)):
                    into = name in stores or (store and is_carried)
                    inner = (
                        self._outer_of_walrus(scope) if into and isinstance(node, cst.NamedExpr) else scope
                    )
                    self._walk(child, node, inner, store=into)
            if (
                kind is cst.AugAssign
                and isinstance(node, cst.AugAssign)
                and isinstance(node.target, cst.Name)
            ):
                self._read.append((node.target, scope))

    def _open(self, node: cst.CSTNode, scope: Scope) -> None:
        """A node that opens a scope: what stands in its head belongs to the scope around it."""
        own = self._scopes[id(node)] = Scope(node, scope)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            kind = "class" if isinstance(node, cst.ClassDef) else "function"
            self._bound.append((node.name.value, Binding(kind, node), scope))
        for name in meaningful_fields(type(node)):
            if name == "name":
                continue
            inside = name == "body" or isinstance(node, COMPREHENSIONS)
            for child in nodes_of(getattr(node, name)):
                if isinstance(child, cst.Parameters):
                    self._parameters(child, node, own, scope)
                else:
                    self._walk(child, node, own if inside else scope, store=False)

    def _parameters(self, node: cst.Parameters, above: cst.CSTNode, own: Scope, outer: Scope) -> None:
        self.nodes.append(node)
        self.parents[id(node)] = above
        self._below.setdefault(id(above), []).append(node)
        for parameter in parameters(node):
            self.nodes.append(parameter)
            self.parents[id(parameter)] = node
            self._below.setdefault(id(node), []).append(parameter)
            self._where[id(parameter)] = own
            self._bound.append((parameter.name.value, Binding("parameter", parameter), own))
            for child in (parameter.annotation, parameter.default):
                if child is not None:
                    self._walk(child, parameter, outer, store=False)

    @staticmethod
    def _outer_of_walrus(scope: Scope) -> Scope:
        while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        return scope

    def _settle(self) -> None:
        """Give each binding and each read to the scope that is meant, when all scopes are known."""
        later = []
        for name, binding, scope in self._bound:
            if name in scope.elsewhere:
                later.append((name, binding, scope))
            else:
                scope.bindings.setdefault(name, []).append(binding)
        for name, binding, scope in later:
            meant = self.top
            if not scope.elsewhere[name]:
                meant = next(
                    (each for each in scope.chain() if each is not scope and name in each.bindings), self.top
                )
            meant.bindings.setdefault(name, []).append(binding)
        for node, scope in self._read:
            meant = self.owner(node.value, scope) or self.top
            meant.reads.setdefault(node.value, []).append(node)
        self._bound.clear()
        self._read.clear()


@lru_cache(maxsize=8)
def names_of(module: cst.Module) -> Names:
    """The names of a module; the last few are kept, for a program is looked at before its repairs and behind them."""
    return Names(module)


_STORING: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.AssignTarget: ("target",),
    cst.AnnAssign: ("target",),
    cst.AugAssign: ("target",),
    cst.For: ("target",),
    cst.CompFor: ("target",),
    cst.AsName: ("name",),
    cst.NamedExpr: ("target",),
    cst.Del: ("target",),
    cst.MatchAs: ("name",),
    cst.MatchStar: ("name",),
    cst.MatchMapping: ("rest",),
    cst.TypeAlias: ("name",),
    cst.TypeVar: ("name",),
    cst.TypeVarTuple: ("name",),
    cst.ParamSpec: ("name",),
}
"""The fields whose names are written, not read."""
