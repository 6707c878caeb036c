"""What calls do: which module a function comes from, and whether a call does nothing that gradients matter for."""

from __future__ import annotations

import builtins
import sys
import tomllib
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import libcst as cst

from clip_lint.codemods.names import dotted, imported_as, parameters
from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.program import Program

_MOST_STEPS = 12
"""How far the origin of a value is followed."""


@cache
def known() -> dict[str, Any]:
    """The table of calls that are known without looking at them."""
    text = resources.files("clip_lint.codemods").joinpath("known.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def listed(section: str, entry: str) -> frozenset[str]:
    """One list of the table."""
    return frozenset(known()[section][entry])


@cache
def _packages() -> frozenset[str]:
    return frozenset({*load_libraries().roots, *known()["packages"], *sys.stdlib_module_names})


@cache
def takes_gradients(path: str) -> bool:
    """Whether a dotted path names what trains something or takes gradients."""
    for each in known()["gradients"]["calls"]:
        if path == each or (each.endswith("*") and path.startswith(each[:-1])):
            return True
    return False


class Calls:
    """The calls of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = program.names
        self._quiet: dict[int, bool] = {}
        self._component: dict[int, bool] = {}

    # --- where things come from

    def origin(self, node: cst.BaseExpression) -> str:
        """The dotted path that imports give an expression (``F.normalize``: ``torch.nn.functional.normalize``), or nothing."""
        text = dotted(node)
        if not text:
            return ""
        root, _, rest = text.partition(".")
        owner = self.names.owner(root, self.names.scope(node))
        if owner is None:
            return text if hasattr(builtins, root) else ""
        paths = {self._imported(each.node) if each.kind == "import" else "" for each in owner.bindings[root]}
        if len(paths) != 1 or not (path := paths.pop()):
            return ""
        return f"{path}.{rest}" if rest else path

    def _imported(self, alias: cst.CSTNode) -> str:
        if not isinstance(alias, cst.ImportAlias):
            return ""
        above = self.names.parent(alias)
        path = dotted(alias.name)
        if isinstance(above, cst.ImportFrom):
            return "" if above.relative else f"{dotted(above.module)}.{path}"
        return path if alias.asname is not None else imported_as(alias)

    def defined(self, func: cst.BaseExpression) -> list[cst.FunctionDef]:
        """The functions of this program that a callee may be: by its name, or for an attribute all methods of that name."""
        if isinstance(func, cst.Name):
            owner = self.names.owner(func.value, self.names.scope(func))
            bindings = owner.bindings[func.value] if owner is not None else []
            if all(each.kind == "function" for each in bindings):
                return [each.node for each in bindings if isinstance(each.node, cst.FunctionDef)]
            return []
        if isinstance(func, cst.Attribute) and not self.origin(func):
            return self._methods.get(func.attr.value, [])
        return []

    @cached_property
    def _methods(self) -> dict[str, list[cst.FunctionDef]]:
        found: dict[str, list[cst.FunctionDef]] = {}
        for scope in self.names.scopes():
            if scope.is_class:
                for name, bindings in scope.bindings.items():
                    found.setdefault(name, []).extend(
                        each.node for each in bindings if isinstance(each.node, cst.FunctionDef)
                    )
        return {name: functions for name, functions in found.items() if functions}

    @cached_property
    def attributes(self) -> dict[str, list[cst.BaseExpression | None]]:
        """What is assigned to attributes of a name, anywhere in the program; None for what is not seen."""
        found: dict[str, list[cst.BaseExpression | None]] = {}
        for node in self.names.nodes:
            if isinstance(node, cst.AssignTarget):
                statement = self.names.parent(node)
                value = statement.value if isinstance(statement, cst.Assign) else None
                for target in targets(node.target):
                    if isinstance(target, cst.Attribute):
                        found.setdefault(target.attr.value, []).append(value)
            elif isinstance(node, (cst.AnnAssign, cst.AugAssign)) and isinstance(node.target, cst.Attribute):
                value = node.value if isinstance(node, cst.AnnAssign) else None
                found.setdefault(node.target.attr.value, []).append(value)
        return found

    @cached_property
    def members(self) -> dict[str, list[cst.Attribute]]:
        """The attributes of the program by their name."""
        found: dict[str, list[cst.Attribute]] = {}
        for node in self.names.nodes:
            if isinstance(node, cst.Attribute):
                found.setdefault(node.attr.value, []).append(node)
        return found

    @cached_property
    def sites(self) -> dict[str, list[cst.Call]]:
        """The calls of the program by the last word of what is called."""
        found: dict[str, list[cst.Call]] = {}
        for node in self.names.nodes:
            if isinstance(node, cst.Call):
                name = node.func.attr.value if isinstance(node.func, cst.Attribute) else dotted(node.func)
                found.setdefault(name, []).append(node)
        return found

    # --- what they do

    def are_quiet(self, node: cst.CSTNode, but: cst.CSTNode | None = None) -> bool:
        """Whether all calls in a node do nothing that gradients matter for, ``but`` left aside."""
        return all(
            each is but or self.is_quiet(each)
            for each in self.names.below(node)
            if isinstance(each, cst.Call)
        )

    def is_quiet(self, call: cst.Call) -> bool:
        """Whether a call itself (its arguments left aside) takes no gradient and calls nobody who may."""
        if id(call) not in self._quiet:
            self._quiet[id(call)] = True  # a function that calls itself is as quiet as its other calls
            self._quiet[id(call)] = self._is_quiet(call)
        return self._quiet[id(call)]

    def _is_quiet(self, call: cst.Call) -> bool:
        func = call.func
        path = self.origin(func)
        if path:
            root = path.partition(".")[0]
            if isinstance(func, cst.Name) and hasattr(builtins, func.value) and root == func.value:
                return path not in {"exec", "eval", "__import__"}
            return root in _packages() and not takes_gradients(path)
        own = self.defined(func)
        if isinstance(func, cst.Attribute):
            name = func.attr.value
            if name in listed("gradients", "members") or name in listed("gradients", "training"):
                return False
            if own:
                return all(self._is_quiet_inside(each) for each in own)
            if name in listed("methods", "plain"):
                return True
            return self.is_component(func.value) or self.is_component(func)
        if own:
            return all(self._is_quiet_inside(each) for each in own)
        if isinstance(func, cst.Name) and self._makes_instance(func):
            return True
        return self.is_component(func)

    def gives_numbers(self, node: cst.BaseExpression) -> bool:
        """Whether what an expression gives has no gradient: numbers, arrays, texts, or a tensor that was detached."""
        if not isinstance(node, cst.Call):
            return False
        path = self.origin(node.func)
        if path:
            return path in listed("numbers", "calls") or path in listed("numbers", "builtins")
        return isinstance(node.func, cst.Attribute) and node.func.attr.value in listed("numbers", "members")

    def _is_quiet_inside(self, function: cst.FunctionDef) -> bool:
        for each in self.names.below(function.body):
            if isinstance(each, cst.Call) and not self.is_quiet(each):
                return False
            if isinstance(each, cst.Attribute) and each.attr.value in listed("gradients", "members"):
                return False
        return True

    def _makes_instance(self, func: cst.Name) -> bool:
        """Whether a name is a class of this program whose making is quiet."""
        owner = self.names.owner(func.value, self.names.scope(func))
        bindings = owner.bindings[func.value] if owner is not None else []
        if not bindings or any(each.kind != "class" for each in bindings):
            return False
        makers = [
            method.node
            for each in bindings
            for method in self.names.inside(each.node).bindings.get("__init__", ())
            if isinstance(method.node, cst.FunctionDef)
        ]
        return all(self._is_quiet_inside(each) for each in makers)

    # --- models, processors and other things of known libraries

    def is_component(self, node: cst.BaseExpression, steps: int = 0) -> bool:
        """Whether an expression is made by known libraries: a model, a processor, a transform, or part of one."""
        if steps > _MOST_STEPS:
            return False
        if id(node) not in self._component:
            self._component[id(node)] = False
            self._component[id(node)] = self._is_component(node, steps + 1)
        return self._component[id(node)]

    def _is_component(self, node: cst.BaseExpression, steps: int) -> bool:
        if isinstance(node, cst.Call):
            path = self.origin(node.func)
            if path:
                return path.partition(".")[0] in _packages() and not takes_gradients(path) and "." in path
            own = self.defined(node.func)
            if own:
                return all(self._gives_component(each, steps) for each in own)
            if isinstance(node.func, cst.Attribute):
                return node.func.attr.value in listed("methods", "of_models") and self.is_component(
                    node.func.value, steps
                )
            return False
        if isinstance(node, cst.Subscript):
            return self.is_component(node.value, steps)
        if isinstance(node, cst.IfExp):
            return self.is_component(node.body, steps) and self.is_component(node.orelse, steps)
        if isinstance(node, (cst.Tuple, cst.List)):
            return bool(node.elements) and any(self.is_component(each.value, steps) for each in node.elements)
        if isinstance(node, cst.Attribute):
            values = self.attributes.get(node.attr.value)
            if values:
                return all(value is not None and self.is_component(value, steps) for value in values)
            return self.is_component(node.value, steps)
        if isinstance(node, cst.Name):
            return self._is_component_name(node, steps)
        return False

    def _is_component_name(self, node: cst.Name, steps: int) -> bool:
        owner = self.names.owner(node.value, self.names.scope(node))
        if owner is None:
            return False
        for kind, bound in owner.bindings[node.value]:
            if kind == "import":
                path = self._imported(bound)
                if path.partition(".")[0] not in _packages() or takes_gradients(path):
                    return False
            elif kind == "assignment":
                value = assigned_value(self.program, bound)
                if value is None or not self.is_component(value, steps):
                    return False
            elif kind == "parameter":
                values = list(self.arguments(bound))
                if not values or not all(
                    value is not None and self.is_component(value, steps) for value in values
                ):
                    return False
            else:
                return False
        return True

    def _gives_component(self, function: cst.FunctionDef, steps: int) -> bool:
        values = [each.value for each in self.returns(function)]
        return bool(values) and all(value is not None and self.is_component(value, steps) for value in values)

    def returns(self, function: cst.FunctionDef) -> Iterator[cst.Return]:
        """The return statements of a function itself."""
        for each in self.names.below(function.body):
            if isinstance(each, cst.Return) and self.names.function(each) is function:
                yield each

    def arguments(self, parameter: cst.CSTNode) -> Iterator[cst.BaseExpression | None]:
        """What the calls in this program give a parameter; None where that is not seen."""
        if not isinstance(parameter, cst.Param):
            return
        function = self.names.parent(self.names.parent(parameter))
        if not isinstance(function, cst.FunctionDef):
            yield None
            return
        positional = [each.name.value for each in parameters(function.params)]
        is_method = self.names.scope(function).is_class
        name = function.name.value
        calls = self.sites.get(name, [])
        if name == "__init__" and is_method:
            above = self.names.scope(function).node
            calls = self.sites.get(above.name.value, []) if isinstance(above, cst.ClassDef) else []
        index = positional.index(parameter.name.value) - bool(
            is_method and positional[:1] in (["self"], ["cls"])
        )
        if parameter.star:
            yield None
            return
        for call in calls:
            given = [each for each in call.args if each.keyword is None and not each.star]
            by_name = [
                each for each in call.args if each.keyword and each.keyword.value == parameter.name.value
            ]
            if by_name:
                yield by_name[0].value
            elif any(each.star for each in call.args):
                yield None
            elif 0 <= index < len(given):
                yield given[index].value
            else:
                yield parameter.default


def targets(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The names, attributes and items that a target writes, one by one."""
    if isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from targets(element.value)
    else:
        yield node


def assigned_value(program: Program, name: cst.CSTNode) -> cst.BaseExpression | None:
    """What a name that is written gets (or what is unpacked into it); None where it comes from elsewhere."""
    for each in program.names.above(name):
        if isinstance(each, cst.Assign):
            return each.value
        if isinstance(each, (cst.AnnAssign, cst.NamedExpr)):
            return each.value
        if not isinstance(each, (cst.AssignTarget, cst.Tuple, cst.List, cst.Element, cst.StarredElement)):
            return None
    return None
