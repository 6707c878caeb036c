"""What calls do: whether a call does nothing that gradients matter for, and whether a known library made what is called."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import Definitions, assigned_value
from clip_lint.codemods.known import listed, packages, takes_gradients

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program

_MOST_STEPS = 12
"""How far the origin of a value is followed."""


def _is_function(call: cst.Call, argument: cst.Arg) -> bool:
    """Whether an argument is a function that the call of a builtin calls."""
    if argument.keyword is not None:
        return argument.keyword.value == "key"
    is_first = argument is call.args[0]
    return is_first and isinstance(call.func, cst.Name) and call.func.value in {"map", "filter"}


class Calls(Definitions):
    """The calls of one program."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._quiet: dict[int, bool] = {}
        self._component: dict[int, bool] = {}

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
                return path not in {"exec", "eval", "__import__"} and self._calls_back_quietly(call)
            return root in packages() and not takes_gradients(path) and self._calls_back_quietly(call)
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

    def _calls_back_quietly(self, call: cst.Call) -> bool:
        """Whether the functions that a call hands on, to `map`, `sorted` or a library, are quiet."""
        return all(
            self._is_known(each.value) if _is_function(call, each) else True
            for each in call.args
            if isinstance(each.value, (cst.Name, cst.Attribute))
        ) and all(
            self._is_quiet_inside(function) for each in call.args for function in self.defined(each.value)
        )

    def _is_known(self, node: cst.BaseExpression) -> bool:
        """Whether a function is of this program or of a known package."""
        return bool(self.defined(node)) or self.origin(node).partition(".")[0] in {
            *packages(),
            *dir(builtins),
        }

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
                return path.partition(".")[0] in packages() and not takes_gradients(path) and "." in path
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
                path = self.imported(bound)
                if path.partition(".")[0] not in packages() or takes_gradients(path):
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
