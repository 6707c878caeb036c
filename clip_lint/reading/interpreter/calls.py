"""Calls."""

from __future__ import annotations

import re
from dataclasses import replace

from clip_lint.reading import texts
from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.facts import HandedOut
from clip_lint.reading.forms import dotted_path
from clip_lint.reading.interpreter.objects import Objects
from clip_lint.reading.lattice import join, join_all, one_of
from clip_lint.reading.operations import dispatch, fields, models
from clip_lint.reading.operations.call import text_of
from clip_lint.reading.operations.gradients import outlives
from clip_lint.reading.operations.shared import shared
from clip_lint.reading.operations.shown import stored
from clip_lint.reading.operations.table import perform
from clip_lint.reading.values import (
    UNKNOWN,
    Bound,
    Class,
    Const,
    Dict,
    External,
    Function,
    Inputs,
    Instance,
    ModuleRef,
    OneOf,
    Partial,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes

_FACTORY = re.compile(r"(?:load_)?from_\w+")


class Calls(Objects):
    """A call's arguments, and where the call goes."""

    def eval_Call(self, node: nodes.Call) -> Value:
        arguments = self.arguments(node)
        func = node.func
        if isinstance(func, nodes.Attribute):
            path = dotted_path(func)
            if path and path in self.scope.values:
                return self.call(self.scope.values[path], arguments, node)
            receiver = models.able(self, self.eval(func.value), func.attr)
            if func.attr == "get" and isinstance(receiver, (Unknown, External)) and arguments.positional:
                held = shared(self, func.value, text_of(arguments.positional[0].value) or "")
                if held is not None:
                    return held
            found = [self.call_method(option, func.attr, arguments, node) for option in options(receiver)]
            if isinstance(receiver, OneOf) and receiver.loop and len(found) > 1:
                return texts.in_rows(one_of(found, receiver.loop), [receiver])
            return join_all(found)
        if isinstance(func, nodes.Name) and func.id == "super" and not node.args:
            return self._super()
        # What is called may differ from round to round: `WAYS[name]()`.
        control = self.frame.control
        self.frame.control = control | self.depends(func)
        made = self.call(self.eval(func), arguments, node)
        self.frame.control = control
        return made

    def _super(self) -> Value:
        owner, receiver = self.frame.owner, self.frame.receiver
        if owner is None or receiver is None:
            return UNKNOWN
        for base in owner.bases:
            for option in options(base):
                if isinstance(option, Class):
                    return Bound(option, "super") if not isinstance(receiver, Instance) else Instance(option)
        return UNKNOWN

    def arguments(self, node: nodes.Call) -> Arguments:
        """Evaluate a call's arguments, spreading what is known of ``*`` and ``**``."""
        positional: list[Argument] = []
        keywords: dict[str, Argument] = {}
        has_more = False
        for item in node.args:
            if isinstance(item, nodes.Starred):
                inner = self.eval(item.value)
                if isinstance(inner, Seq) and inner.is_whole:
                    positional.extend(Argument(value, item.value) for value in inner.items)
                else:
                    has_more = True
            else:
                positional.append(Argument(self.eval(item), item))
        for keyword in node.keywords:
            value = self.eval(keyword.value)
            if keyword.arg is None and isinstance(value, OneOf):
                value = next(
                    (option for option in value.options if isinstance(option, (Inputs, Dict))), value
                )
            if keyword.arg is not None:
                keywords[keyword.arg] = Argument(value, keyword.value)
                stored(self, keyword.value, value, keyword.arg)
            elif isinstance(value, Dict):
                has_more |= not value.is_whole
                for key, item_value in value.entries:
                    if isinstance(key, Text):
                        keywords[key.text] = Argument(item_value, keyword.value)
            elif isinstance(value, Inputs):
                keywords["**"] = Argument(value, keyword.value)
            else:
                has_more = True
                if not isinstance(value, Const):
                    keywords["**"] = Argument(value, keyword.value)
        return Arguments(positional, keywords, has_more)

    def call_method(self, receiver: Value, name: str, arguments: Arguments, node: nodes.Call) -> Value:
        """``receiver.name(...)``."""
        if isinstance(receiver, Instance):
            method = self.attribute(receiver, name, None)
            if isinstance(method, Bound) and isinstance(method.receiver, Instance):
                return models.module_method(self, receiver, name, arguments, node)
            inherited = self.libraries.anywhere(name) if isinstance(method, Unknown) else None
            if inherited is not None and self._is_of_library(receiver.cls):
                return perform(self, inherited, arguments, node, None)
            if isinstance(node.func, nodes.Attribute):
                root = dotted_path(node.func.value)
                result = self.call(method, arguments, node)
                if root and isinstance(method, Function):
                    self.scope.forget(root)
                return result
            return self.call(method, arguments, node)
        if isinstance(receiver, Class) and self._is_factory(receiver, name):
            instance = self._instantiate(receiver, Arguments([], {}, has_more=True), node)
            for model in self.models(instance):
                self.recorder.reload(model)
            return instance
        if isinstance(receiver, (ModuleRef, Class, External)):
            return self.call(self.attribute(receiver, name, None), arguments, node)
        if isinstance(receiver, Dict) and (held := fields.entry(receiver, name)) is not None:
            return self.call(held, arguments, node)
        return dispatch.call_method(self, receiver, name, arguments, node)

    def _is_of_library(self, cls: Class) -> bool:
        """Whether a class has a base that is not read, of which it may have what it does not define."""
        return any(isinstance(base, (External, Unknown)) for each in self.mro(cls) for base in each.bases)

    def _is_factory(self, cls: Class, name: str) -> bool:
        """Whether a method that a class has of a base that is not read makes an object of it: ``load_from_checkpoint``."""
        return (
            _FACTORY.fullmatch(name) is not None
            and self._class_attribute(cls, name) is None
            and self._is_of_library(cls)
        )

    def call(self, function: Value, arguments: Arguments, node: nodes.Call) -> Value:
        """Call any value."""
        results = [self._call_one(option, arguments, node) for option in options(function)]
        return join_all(results)

    def _call_one(self, function: Value, arguments: Arguments, node: nodes.Call) -> Value:
        if isinstance(function, Function):
            return self.call_function(function, arguments, node)
        if isinstance(function, Class):
            return self._instantiate(function, arguments, node)
        if isinstance(function, Partial):
            merged = Arguments(
                [*(Argument(value, None) for value in function.args), *arguments.positional],
                {**{name: Argument(value, None) for name, value in function.keywords}, **arguments.keywords},
                arguments.has_more,
            )
            return self.call(function.function, merged, node)
        if isinstance(function, Bound):
            return self.call_method(function.receiver, function.name, arguments, node)
        if isinstance(function, Instance):
            for name in ("__call__", "forward"):
                found = self._class_attribute(function.cls, name)
                if isinstance(found, Function):
                    return self.call_function(replace(found, receiver=function), arguments, node)
            return UNKNOWN
        return dispatch.call_value(self, function, arguments, node)

    def _instantiate(self, cls: Class, arguments: Arguments, node: nodes.Call) -> Value:
        instance = Instance(cls)
        init = self._class_attribute(cls, "__init__")
        if isinstance(init, Function):
            self.call_function(replace(init, receiver=instance), arguments, node)
        elif arguments.keywords or arguments.positional:
            fields = [
                s.target.id
                for s in cls.node.body
                if isinstance(s, nodes.AnnAssign) and isinstance(s.target, nodes.Name)
            ]
            store = self.program.attributes.setdefault(id(cls.node), {})
            given = dict(zip(fields, arguments.positional, strict=False)) | arguments.keywords
            for name, argument in given.items():
                outlives(self, HandedOut, argument.value, node)
                store[name] = join(store[name], argument.value) if name in store else argument.value
        return instance
