"""Attributes of modules, classes and their instances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading import texts
from clip_lint.reading.arguments import Arguments
from clip_lint.reading.forms import decorator_name, dotted_path
from clip_lint.reading.interpreter.imports import Imports
from clip_lint.reading.lattice import join_all, one_of
from clip_lint.reading.marks import DEFAULT
from clip_lint.reading.operations import fields
from clip_lint.reading.operations.shared import shared
from clip_lint.reading.own_object import attributes_set
from clip_lint.reading.values import (
    Bound,
    Class,
    Const,
    External,
    Function,
    Imported,
    Instance,
    ModuleRef,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.reading.scope import Scope
    from clip_lint.syntax import nodes


class Objects(Imports):
    """Attributes of what the tree defines; all instances of a class share theirs."""

    def eval_Attribute(self, node: nodes.Attribute) -> Value:
        path = dotted_path(node)
        if path and path in self.scope.values:
            return self.scope.values[path]
        value = self.eval(node.value)
        if (
            isinstance(value, (Unknown, External))
            and (held := shared(self, node.value, node.attr)) is not None
        ):
            return held
        found = [self.attribute(option, node.attr, node) for option in options(value)]
        if isinstance(value, OneOf) and value.loop and all(isinstance(each, (Text, Const)) for each in found):
            return texts.in_rows(one_of(found, value.loop), [value])
        return join_all(found)

    def attribute(self, value: Value, name: str, node: nodes.Attribute | None) -> Value:
        """``value.name``."""
        if isinstance(value, External):
            path = f"{value.path}.{name}"
            constant = self.libraries.constant(path)
            return External(path) if constant is None else Text(constant)
        if isinstance(value, ModuleRef):
            scope = self.module_scope(value.file)
            found = scope.values.get(name)
            if found is not None and any(isinstance(each, Imported) for each in options(found)):
                scope.values[name] = Unknown(name)  # a cycle of re-exports ends here
                scope.values[name] = found = self._settled(found, scope.source)
            if found is not None:
                return found
            if scope.stars:
                scope.values[name] = Unknown(name)  # a cycle of star imports ends here
                starred = self._from_star(scope, name)
                if starred is not None:
                    return starred
            if self.workspace is not None and value.file.name == "__init__.py":
                submodule = value.file.parent / f"{name}.py"
                package = value.file.parent / name / "__init__.py"
                for candidate in (submodule, package):
                    if self.workspace.load(candidate) is not None:
                        return ModuleRef(candidate)
            return Unknown(name)
        if isinstance(value, Instance):
            return self._instance_attribute(value, name, node)
        if isinstance(value, Class):
            found = self._class_attribute(value, name)
            if isinstance(found, Function) and self._is_called(found, "classmethod"):
                return replace(found, receiver=value)
            return found if found is not None else Unknown(name)
        return fields.attribute(self, value, name, node)

    def _instance_attribute(self, instance: Instance, name: str, node: nodes.Attribute | None) -> Value:
        for cls in self.mro(instance.cls):
            store = self.program.attributes.get(id(cls.node))
            if store is not None and name in store:
                return self._so_far(cls, name, store[name])
        found = self._class_attribute(instance.cls, name)
        if isinstance(found, Function):
            names = {decorator_name(d) for d in getattr(found.node, "decorator_list", ())}
            if "staticmethod" in names:
                return found
            bound = replace(found, receiver=instance)
            if names & {"property", "cached_property"}:
                return self.call_function(bound, Arguments([], {}), node)
            return bound
        if isinstance(found, Text) and self._has_fields(instance.cls):
            return replace(found, source=DEFAULT)
        if found is not None:
            return found
        if name in {
            "eval",
            "train",
            "to",
            "cuda",
            "cpu",
            "half",
            "float",
            "parameters",
            "requires_grad_",
            "load_state_dict",
        }:
            return Bound(instance, name)
        # What a program puts into `DistributedDataParallel` is taken out of it so.
        return instance if name == "module" else Unknown(name)

    def _so_far(self, cls: Class, name: str, held: Value) -> Value:
        """What an attribute holds; an empty list for as long as the methods that set it were not run: a thread may read it later."""
        if not isinstance(held, Seq) or held.items or not held.is_whole:
            return held
        for value in self._class_scope(cls).values.values():
            for each in options(value):
                if not isinstance(each, Function) or each.qualname.endswith(".__init__"):
                    continue
                is_pending = each.node not in self.stack and self.key(each) not in self.program.entered
                if is_pending and name in attributes_set(each.node):
                    return replace(held, is_whole=False)
        return held

    def method(self, instance: Instance, name: str) -> Function | None:
        """A method that the class of an object defines, bound to it."""
        found = self._class_attribute(instance.cls, name)
        return replace(found, receiver=instance) if isinstance(found, Function) else None

    def _class_scope(self, cls: Class) -> Scope:
        scope: Scope = cls.scope
        return scope

    def _class_attribute(self, cls: Class, name: str) -> Value | None:
        for candidate in self.mro(cls):
            found = self._class_scope(candidate).values.get(name)
            if found is not None:
                return found
        return None

    def _has_fields(self, cls: Class) -> bool:
        """Whether a class of a library checks what fills its objects: `pydantic.BaseModel`."""
        return any(
            isinstance(base, External) and base.path.partition(".")[0] in self.libraries.field_makers
            for candidate in self.mro(cls)
            for value in candidate.bases
            for base in options(value)
        )

    def _is_called(self, function: Function, decorator: str) -> bool:
        """Whether a function has a decorator of this name."""
        return decorator in {decorator_name(d) for d in getattr(function.node, "decorator_list", ())}
