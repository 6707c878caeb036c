"""Where what a program calls comes from: from which module, or which function, class or assignment of its own."""

from __future__ import annotations

import builtins
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import dotted, imported_as, parameters, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.program import Program


class Definitions:
    """The functions, attributes and calls of one program, by their names."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = program.names

    def origin(self, node: cst.BaseExpression) -> str:
        """The dotted path that imports give an expression (``F.normalize``: ``torch.nn.functional.normalize``), or nothing."""
        text = dotted(node)
        if not text:
            return ""
        root, _, rest = text.partition(".")
        owner = self.names.owner(root, self.names.scope(node))
        if owner is None:
            return text if hasattr(builtins, root) else ""
        paths = {self.imported(each.node) if each.kind == "import" else "" for each in owner.bindings[root]}
        if len(paths) != 1 or not (path := paths.pop()):
            return ""
        return f"{path}.{rest}" if rest else path

    def imported(self, alias: cst.CSTNode) -> str:
        """The dotted path that an alias of an import brings, or nothing."""
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
    def reads_by_text(self) -> bool:
        """Whether the program reads names that stand in texts, as `exec` and `globals` do."""
        names = listed("handling", "by_text")
        return any(
            isinstance(each, cst.Name) and each.value in names and self.origin(each) in ("", each.value)
            for each in self.names.nodes
        )

    @cached_property
    def sites(self) -> dict[str, list[cst.Call]]:
        """The calls of the program by the last word of what is called."""
        found: dict[str, list[cst.Call]] = {}
        for node in self.names.nodes:
            if isinstance(node, cst.Call):
                name = node.func.attr.value if isinstance(node.func, cst.Attribute) else dotted(node.func)
                found.setdefault(name, []).append(node)
        return found

    def is_replaced(self, func: cst.BaseExpression) -> bool:
        """Whether the program writes the method or function that is called: as an attribute, or by its name in a text."""
        name = func.attr.value if isinstance(func, cst.Attribute) else ""
        return any(
            isinstance(self.names.parent(each), cst.AssignTarget) for each in self.members.get(name, ())
        ) or any(
            isinstance(each, cst.SimpleString) and each.raw_value.rpartition(".")[2] == name
            for site in listed("handling", "putting")
            for call in self.sites.get(site, ())
            for each in self.names.below(call)
        )

    def receiving(self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg) -> list[cst.Param]:
        """The parameters of a function of this program that an argument of a call without stars goes to; none that fits: none."""
        every = parameters(function.params)
        if argument.keyword is not None:
            return [each for each in every if each.name.value == argument.keyword.value]
        is_method = self.names.scope(function).is_class and isinstance(call.func, cst.Attribute)
        index = [each for each in call.args if each.keyword is None].index(argument) + int(is_method)
        return every[index : index + 1]

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
