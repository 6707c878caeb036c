"""A whole module: its body, then whatever nothing has called."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.facts import PromptUse
from clip_lint.reading.forms import writes_files
from clip_lint.reading.interpreter.assigning import Assigning
from clip_lint.reading.interpreter.call_budget import CALL_BUDGET
from clip_lint.reading.interpreter.calls import Calls
from clip_lint.reading.interpreter.comprehensions import Comprehensions
from clip_lint.reading.interpreter.contexts import Contexts
from clip_lint.reading.interpreter.definitions import Definitions
from clip_lint.reading.interpreter.expressions import Expressions
from clip_lint.reading.interpreter.flow import Flow
from clip_lint.reading.interpreter.frames import Frame
from clip_lint.reading.interpreter.functions import Functions
from clip_lint.reading.interpreter.statements import Statements
from clip_lint.reading.lattice import one_of
from clip_lint.reading.own_object import calls_of_self, sets_attributes
from clip_lint.reading.scope import Scope
from clip_lint.reading.values import Class, Dict, Function, Imported, Instance, Seq, Text, Value, options
from clip_lint.syntax import nodes

_GIVES_LABELS = re.compile(
    r"^(?:get|load|read|make|build)_.*(?:labels|class_?names|classes|captions|descriptions|descriptors)$"
)


MOST_WRITERS = 3
"""How many programs that may have written a file are read for what they put there."""


@nodes.by_form
def _order(cls: nodes.AST) -> dict[int, int]:
    """The functions in a class, numbered as they stand in the text."""
    return {
        id(node): number
        for number, node in enumerate(nodes.in_order(cls))
        if isinstance(node, (nodes.FunctionDef, nodes.AsyncFunctionDef))
    }


def _items(value: Seq | Dict) -> tuple[Value, ...]:
    return value.items if isinstance(value, Seq) else tuple(item for _, item in value.entries)


class Interpreter(
    Statements, Assigning, Flow, Contexts, Definitions, Expressions, Comprehensions, Calls, Functions
):
    """Runs one root module, and those parts of others that it calls."""

    def run(self, tree: nodes.Module) -> None:
        """Run the module, then every function and method that nothing has called."""
        scope = Scope(self.source)
        scope.values["__name__"] = Text("__main__")
        scope.values["__file__"] = Text(str(self.source.file))
        self.program.modules[self.source.file] = scope
        self.frames.append(Frame(scope))
        self.block(tree.body)
        self._collect(scope)
        self.program.functions.sort(key=lambda function: not writes_files(function.node))
        self.run_setters(scope)
        for cls in list(self.program.classes):
            self._run_class(cls)
        for function in self.program.functions:  # it grows: what a function defines is run after it
            if not self.program.is_followed(self.key(function)):
                self._run_alone(function)
        self._run_unused(scope)
        self.frames.pop()

    def _run_unused(self, scope: Scope) -> None:
        """Imported functions that give labels and that no call uses: what they return is meant for the model all the same."""
        for name, value in list(scope.values.items()):
            if not isinstance(value, Imported) or _GIVES_LABELS.search(name) is None:
                continue
            function = self._resolve(value, self.source)
            if not isinstance(function, Function) or isinstance(function.node, nodes.Lambda):
                continue
            if self.key(function) in self.program.entered or self.effort.abroad < 0:
                continue
            trip = self.leave(CALL_BUDGET)
            with self.recorder.paused(True):
                given = self.call_function(function, Arguments([], {}), None, alone=True)
            self.come_back(trip)
            site = self.site(function.node)
            lists = [option for option in options(given) if isinstance(option, (Seq, Dict))]
            if lists:
                # Lists of lists are no set of labels: each class has its own, and shares descriptions with others.
                nested = any(isinstance(item, Seq) for each in lists for item in _items(each))
                use = PromptUse(site, one_of(lists), None, name, function.qualname, is_paired=nested)
                self.record(use, site)

    def run_writers(self, path: str) -> None:
        """Run the other programs of the tree that put something into a file, for what they put there."""
        if self.workspace is None or path in self.memory.written or self.effort.abroad < 0:
            return
        self.memory.written.add(path)
        entered = set(self.program.entered)
        for file in self.workspace.writers(PurePath(path).name, self.source.file)[:MOST_WRITERS]:
            if file in self.program.modules or not self.workspace.is_concerned(file):
                continue
            scope = self.module_scope(file)
            for value in list(scope.values.values()):
                if isinstance(value, Function) and value.source.file == file and writes_files(value.node):
                    trip = self.leave(CALL_BUDGET)
                    with self.recorder.paused(True):
                        self.call_function(value, Arguments([], {}), None, alone=True)
                    self.come_back(trip)
        self.program.entered = entered

    def _collect(self, scope: Scope) -> None:
        """Find the module's own classes and functions, those in branches included."""
        for value in list(scope.values.values()):
            for option in options(value):
                if not isinstance(option, Class | Function) or option.source is not self.source:
                    continue
                if isinstance(option, Class) or option.receiver is None:
                    self.program.define(option)

    def _run_class(self, cls: Class) -> None:
        """Run a class's methods by themselves: twice, since any may set attributes that others read."""
        everywhere = self.global_grad
        instance = Instance(cls)
        methods = [m for m in self._own_methods(cls) if not isinstance(m.node, nodes.Lambda)]
        order = _order(cls.node)
        methods.sort(
            key=lambda method: (
                method.qualname.rpartition(".")[2] != "__init__",
                order.get(id(method.node), -1),
            )
        )
        for is_last in (False, True):
            self.memory.results.clear()
            self._run_inherited_start(cls, instance)
            if not is_last:
                self._run_bases_abroad(cls)
            for method in methods:
                if self.program.is_followed(self.key(method)) and not (
                    is_last is False and method.qualname.endswith("__init__")
                ):
                    continue
                with self.recorder.paused(not is_last):
                    bound = replace(
                        method, receiver=None if self._is_called(method, "staticmethod") else instance
                    )
                    self._run_alone(bound, keeps_switch=method.qualname.endswith(".__init__"))
        self._run_completed(cls, instance)
        self.global_grad = everywhere

    def _run_completed(self, cls: Class, instance: Instance) -> None:
        """Run the methods of bases that call what this class makes of them: a base alone does not know what those give."""
        own = {method.qualname.rpartition(".")[2] for method in self._own_methods(cls)} - {"__init__"}
        if not own:
            return
        seen = {"__init__"} | own
        for base in self.mro(cls)[1:]:
            for method in self._own_methods(base):
                name = method.qualname.rpartition(".")[2]
                if name in seen or not own & calls_of_self(method.node):
                    continue
                seen.add(name)
                entered = set(self.program.entered)
                self.call_function(replace(method, receiver=instance), Arguments([], {}), None, alone=True)
                self.program.entered = entered

    def _run_inherited_start(self, cls: Class, instance: Instance) -> None:
        """Run the `__init__` of a base for the attributes that it sets; what it calls of the class still runs by itself."""
        start = self._class_attribute(cls, "__init__")
        if isinstance(start, Function) and start.owner != cls:
            entered = set(self.program.entered)
            with self.recorder.paused(True):
                self.call_function(replace(start, receiver=instance), Arguments([], {}, has_more=True), None)
            self.program.entered = entered

    def _run_bases_abroad(self, cls: Class) -> None:
        """Run the methods by which bases in other files make ready what their subclasses use, if nothing has called them."""
        entered = set(self.program.entered)
        for base in self.mro(cls)[1:]:
            if base.source is self.source or id(base.node) in self.program.bases_abroad:
                continue
            self.program.bases_abroad.add(id(base.node))
            for method in self._own_methods(base):
                is_entered = self.key(method) in entered or isinstance(method.node, nodes.Lambda)
                if is_entered or not sets_attributes(method.node):
                    continue
                receiver = None if self._is_called(method, "staticmethod") else Instance(base)
                with self.recorder.paused(True):
                    self.call_function(
                        replace(method, receiver=receiver), Arguments([], {}, has_more=True), None
                    )
        self.program.entered = entered

    def _run_alone(self, function: Function, *, keeps_switch: bool = False) -> None:
        """Run what nothing calls; gradients that it switches off for good stay off where ``keeps_switch``."""
        everywhere = self.global_grad
        self.call_function(function, Arguments([], {}), None, alone=True)
        if not keeps_switch:
            self.global_grad = everywhere

    def _own_methods(self, cls: Class) -> list[Function]:
        scope = self._class_scope(cls)
        return [
            option
            for value in scope.values.values()
            for option in options(value)
            if isinstance(option, Function) and option.owner == cls
        ]
