"""Functions and classes where they are defined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.forms import decorator_name, target_name
from clip_lint.reading.interpreter.frames import Frame
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.operations.cli_defaults import decorated_defaults
from clip_lint.reading.scope import Scope
from clip_lint.reading.values import UNKNOWN, Class, External, Function, Imported, Value
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_REQUEST_DECORATORS = frozenset(
    {"get", "post", "put", "delete", "patch", "route", "websocket", "api_route", "on_message", "on_event_"}
)


_MESSAGE_DECORATORS = frozenset({"on", "event", "message_handler", "callback_query_handler"})
_VIEWS = re.compile(r"(?:View|ViewSet|Resource|RequestHandler|HTTPEndpoint)$")
_FRAMEWORKS = frozenset({"django", "rest_framework", "aiohttp", "sanic", "starlette", "ninja"})
"""Web frameworks whose views are functions that take the request first and need no decorator."""

_TASK_DECORATORS = frozenset({"task", "shared_task", "actor", "job"})
_QUEUES = frozenset({"celery", "dramatiq", "huey", "rq"})
"""What runs a function for every job of a queue."""


def _answers_messages(decorator: nodes.expr) -> bool:
    """Whether a decorator makes a function answer what comes in: ``@socket.on("frame")``, ``@client.event``."""
    called = decorator.func if isinstance(decorator, nodes.Call) else decorator
    if not isinstance(called, nodes.Attribute) or called.attr not in _MESSAGE_DECORATORS:
        return False
    first = decorator.args[0] if isinstance(decorator, nodes.Call) and decorator.args else None
    return not isinstance(first, nodes.Constant) or first.value not in {"startup", "shutdown", "connect"}


def _is_route(decorator: nodes.expr) -> bool:
    """Whether a decorator is a method of some application: called with a path, if with any text (``mock.patch`` is not)."""
    if not isinstance(decorator, nodes.Call) or not isinstance(decorator.func, nodes.Attribute):
        return False
    first = decorator.args[0] if decorator.args else None
    if isinstance(first, nodes.Constant) and isinstance(first.value, str):
        return not first.value or first.value.startswith("/")
    return not isinstance(first, (nodes.Name, nodes.Attribute)) or decorator.func.attr != "patch"


def _body(node: nodes.FunctionDef | nodes.AsyncFunctionDef | nodes.Lambda) -> Sequence[nodes.stmt]:
    """The statements of a function; a lambda has none."""
    return () if isinstance(node, nodes.Lambda) else node.body


class Definitions(Run):
    """Definitions make values; nothing runs yet but decorators, defaults and class bodies."""

    def do_FunctionDef(self, node: nodes.FunctionDef) -> None:
        self._define(node)

    def do_AsyncFunctionDef(self, node: nodes.AsyncFunctionDef) -> None:
        self._define(node)

    def _define(self, node: nodes.FunctionDef | nodes.AsyncFunctionDef) -> None:
        frame = self.frame
        decorators = [self._decorator(decorator) for decorator in node.decorator_list]
        names = [self._known_as(decorator) for decorator in node.decorator_list]
        self.program.decorators[id(node)] = decorators
        self.program.decorator_names[id(node)] = frozenset(names)
        self.memory.kept.append(node)
        for statement in node.body:
            if isinstance(statement, nodes.Nonlocal):
                frame.shared.update(statement.names)
        qualname = f"{frame.function}.{node.name}" if frame.function else node.name
        owner = frame.owner if self.scope.is_class else None
        parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        options = (
            (name or (parameters[0] if parameters else ""), value)
            for name, value in decorated_defaults(decorators)
        )
        defaults = (*self._defaults(node.args), *options)
        function = Function(node, self.scope, self.scope.source, qualname, owner, None, defaults)
        self.scope.set(node.name, function)
        if self.scope.source is self.source and not self.scope.is_class:
            self.program.define(function)
        self._register(function, decorators)
        for name, decorator in zip(names, node.decorator_list, strict=True):
            if name == "enable_grad":
                self.recorder.training.is_anywhere = True
                self.recorder.training.trainers.add(self.key(function))
            if name in _REQUEST_DECORATORS and _is_route(decorator):
                self.interface.handlers.add(self.key(function))
                self.interface.routes.add(self.key(function))
            elif _answers_messages(decorator) or (name in _TASK_DECORATORS and self._imports(_QUEUES)):
                self.interface.handlers.add(self.key(function))
        if self._is_view(node.name, parameters, owner):
            self.interface.handlers.add(self.key(function))
            self.interface.routes.add(self.key(function))

    def _is_view(self, name: str, parameters: list[str], owner: Class | None) -> bool:
        """Whether a web framework calls a function with a request, without being told so by a decorator."""
        if owner is not None:
            of_view = any(_VIEWS.search(target_name(base)) for base in owner.node.bases)
            return of_view and name in _REQUEST_DECORATORS and parameters[:1] == ["self"]
        if parameters[:2] == ["event", "context"]:
            return True  # what runs functions without a server calls them so
        if parameters[:1] != ["request"] or self.frame.function:
            return False
        return self._imports(_FRAMEWORKS)

    def _imports(self, packages: frozenset[str]) -> bool:
        """Whether the running file imports a name of one of these packages."""
        roots = (each.path if isinstance(each, External) else each.module for each in self._imported())
        return any(root.partition(".")[0] in packages for root in roots)

    def _imported(self) -> Iterable[External | Imported]:
        """What the running file imports by name."""
        return (
            each for each in self.scope.module().values.values() if isinstance(each, (External, Imported))
        )

    def _register(self, function: Function, decorators: Iterable[Value]) -> None:
        """Run the decorators that put a function into a mapping; what they return is taken to do the same."""
        for decorator in decorators:
            if isinstance(decorator, Function) and any(
                isinstance(each, nodes.Assign)
                and any(isinstance(target, nodes.Subscript) for target in each.targets)
                for each in _body(decorator.node)
            ):
                self.call_function(decorator, Arguments([Argument(function, None)], {}), None)

    def _decorator(self, node: nodes.expr) -> Value:
        """A decorator's value; one of the tree's own is not worth reading another file for, a switch of gradients is."""
        root: nodes.expr = node
        while isinstance(root, (nodes.Call, nodes.Attribute)):
            root = root.func if isinstance(root, nodes.Call) else root.value
        if isinstance(root, nodes.Name) and isinstance(known := self.scope.find(root.id), Imported):
            resolved = (
                self.workspace.resolve(known.module, known.level, self.scope.source.file)
                if self.workspace
                else None
            )
            if resolved is not None and self._known_as(node) not in self.libraries.gradient_switches:
                return UNKNOWN
        return self.eval(node)

    def _known_as(self, decorator: nodes.expr) -> str:
        """The name under which a decorator was defined, whatever the import calls it."""
        called = decorator.func if isinstance(decorator, nodes.Call) else decorator
        known = self.scope.find(called.id) if isinstance(called, nodes.Name) else None
        if isinstance(known, External):
            return known.path.rpartition(".")[2]
        return known.name if isinstance(known, Imported) else decorator_name(decorator)

    def _defaults(self, args: nodes.arguments) -> Iterable[tuple[str, Value]]:
        positional = [*args.posonlyargs, *args.args]
        for arg, default in zip(
            positional[len(positional) - len(args.defaults) :], args.defaults, strict=True
        ):
            yield arg.arg, self.eval(default)
        for arg, keyword_default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            if keyword_default is not None:
                yield arg.arg, self.eval(keyword_default)

    def do_ClassDef(self, node: nodes.ClassDef) -> None:
        bases = tuple(self.eval(base) for base in node.bases)
        frame = self.frame
        qualname = f"{frame.function}.{node.name}" if frame.function else node.name
        scope = Scope(self.scope.source, self.scope, is_class=True)
        cls = Class(node, scope, self.scope.source, qualname, bases)
        self.memory.kept.append(node)
        self.frames.append(Frame(scope, qualname, cls, entry=frame.entry, grad=frame.grad))
        self.block(node.body)
        self.frames.pop()
        self.scope.set(node.name, cls)
        if self.scope.source is self.source:
            self.program.define(cls)

    def eval_Lambda(self, node: nodes.Lambda) -> Value:
        self.memory.kept.append(node)
        frame = self.frame
        name = f"{frame.function}.<lambda>" if frame.function else "<lambda>"
        return Function(
            node, self.scope, self.scope.source, name, None, None, tuple(self._defaults(node.args))
        )
