"""An abstract interpreter over `ast`: runs a module on abstract values and records what happens to models and scores.

Each function is run where it is called, with the arguments it gets there, and once by itself with unknown arguments if
nothing calls it. Loops are run twice, branches both ways unless their condition is known; where paths meet, values join.
Work is bounded by a budget of evaluated nodes, so that no input can make it hang.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clip_lint.reading import arithmetic, operations, texts
from clip_lint.reading.facts import LoopSite, PromptUse
from clip_lint.reading.joining import element, join, join_all, one_of
from clip_lint.reading.scope import NOTHING, Scope, State, merge
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Autocast,
    Bound,
    Class,
    Component,
    Const,
    Dict,
    External,
    Features,
    Function,
    GradContext,
    Image,
    Imported,
    Inputs,
    Instance,
    LazyPlace,
    Model,
    ModuleRef,
    OneOf,
    Parameters,
    Partial,
    Probability,
    Scores,
    Seq,
    Site,
    Text,
    Three,
    Tokens,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from clip_lint.reading.checkpoint import Checkpoint
    from clip_lint.reading.recorder import Recorder
    from clip_lint.reading.tables import Libraries
    from clip_lint.source.model import Source
    from clip_lint.source.versions import Versions
    from clip_lint.source.workspace import Workspace

MOST_CALLS_DEEP = 10
BUDGET = 150_000
ENCODER_DEFINITIONS = ("def encode_image", "def encode_text", "def get_image_features", "def get_text_features")
DEPENDENCY_BUDGET = 60_000
MOST_MODULES = 25
"""How many other files of the tree are read for one."""
MOST_UNROLLED = 3000

_IMPURE = frozenset(
    {"read", "get", "recv", "next", "pop", "popleft", "popitem", "readline", "capture", "grab", "retrieve", "input", "random"}
    | {"choice", "sample", "get_frame", "now", "time"}
)
_REQUEST_DECORATORS = frozenset({"get", "post", "put", "delete", "patch", "route", "websocket", "api_route", "on_message", "on_event_"})
_CACHE_DECORATORS = frozenset({"cache", "lru_cache", "cached_property", "cache_resource", "singleton", "memoize", "cached", "cache_data"})


@dataclass
class Frame:
    """One activation of a module body or function."""

    scope: Scope
    function: str = ""
    owner: Class | None = None
    receiver: Value | None = None
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    breaks: list[list[State]] = field(default_factory=list)
    grad: Three = Three.YES
    handler: str = ""
    is_cached: bool = False
    entry: str = ""
    lazy: int = 0
    """How many tests for something's absence ("not loaded yet") enclose the running statement."""
    autocast: bool = False
    control: frozenset[int] = NOTHING
    """The loops whose round the conditions around the running statement depend on."""
    called_at: Site | None = None


@dataclass
class Argument:
    """A call's evaluated argument and the expression it came from."""

    value: Value
    node: ast.expr | None


@dataclass
class Arguments:
    """A call's arguments, bound to an operation's canonical names by `named`."""

    positional: list[Argument]
    keywords: dict[str, Argument]
    has_more: bool = False
    """There are ``*args`` or ``**kwargs`` whose content is not known."""

    @classmethod
    def of(cls, *values: Value) -> Arguments:
        """Arguments without syntax behind them."""
        return cls([Argument(value, None) for value in values], {})

    def values(self) -> Iterable[Value]:
        """All argument values."""
        yield from (argument.value for argument in self.positional)
        yield from (argument.value for argument in self.keywords.values())


class Interpreter:
    """Runs one root module, and those parts of others that it calls."""

    def __init__(
        self, source: Source, workspace: Workspace | None, libraries: Libraries, versions: Versions, recorder: Recorder
    ) -> None:
        self.source = source
        self.workspace = workspace
        self.libraries = libraries
        self.versions = versions
        self.recorder = recorder
        self.budget = BUDGET
        self.frames: list[Frame] = []
        self.loops: list[LoopSite] = []
        self.stack: list[ast.AST] = []
        self.calls: list[int] = []
        self.modules: dict[Path, Scope] = {}
        self.attributes: dict[int, dict[str, Value]] = {}
        self.decorators: dict[int, list[Value]] = {}
        self.memo: dict[tuple[object, ...], Value] = {}
        self.target = ""
        self.sites: dict[tuple[int, str, str], Site] = {}
        self.keep: list[ast.AST] = []
        self.global_grad = Three.YES
        self.handlers: set[str] = set()
        self.classes: list[Class] = []
        self.functions: list[Function] = []
        self.entered: set[str] = set()
        self._encoder_defined: bool | None = None

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, tree: ast.Module) -> None:
        """Run the module, then every function and method that nothing has called."""
        scope = Scope(self.source)
        scope.values["__name__"] = Text("__main__")
        self.modules[self.source.file] = scope
        self.frames.append(Frame(scope))
        self.block(tree.body)
        self._collect(tree.body, scope)
        for cls in list(self.classes):
            self._run_class(cls)
        for function in list(self.functions):
            if self.key(function) not in self.entered:
                self._run_alone(function)
        self.frames.pop()

    def handle(self, arguments: Arguments) -> None:
        """Functions given to a user interface are called for every request."""
        for value in arguments.values():
            for option in options(value):
                if isinstance(option, Function):
                    self.handlers.add(self.key(option))

    def key(self, function: Function | Class) -> str:
        """A function's name across files."""
        return f"{function.source.path}::{function.qualname}"

    def _collect(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Find the module's own classes and functions, those in branches included."""
        for value in list(scope.values.values()):
            for option in options(value):
                if isinstance(option, Class) and option.source is self.source and option not in self.classes:
                    self.classes.append(option)
                elif (
                    isinstance(option, Function)
                    and option.source is self.source
                    and option.receiver is None
                    and option not in self.functions
                ):
                    self.functions.append(option)

    def _run_class(self, cls: Class) -> None:
        """Run a class's methods by themselves: twice, since any may set attributes that others read."""
        instance = Instance(cls)
        methods = [m for m in self._own_methods(cls) if not isinstance(m.node, ast.Lambda)]
        methods.sort(key=lambda method: (method.qualname.rpartition(".")[2] != "__init__", method.node.lineno))
        for is_last in (False, True):
            self.memo.clear()
            for method in methods:
                if self.key(method) in self.entered and not (is_last is False and method.qualname.endswith("__init__")):
                    continue
                with self.recorder.paused(not is_last):
                    bound = replace(method, receiver=None if self._is_static(method) else instance)
                    self._run_alone(bound)

    def _run_alone(self, function: Function) -> None:
        arguments = Arguments([], {})
        self.call_function(function, arguments, None, alone=True)

    def _own_methods(self, cls: Class) -> list[Function]:
        scope = self._class_scope(cls)
        return [
            option
            for value in scope.values.values()
            for option in options(value)
            if isinstance(option, Function) and option.owner == cls
        ]

    def _class_scope(self, cls: Class) -> Scope:
        scope: Scope = cls.scope
        return scope

    # -- helpers for operations ----------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The running activation."""
        return self.frames[-1]

    @property
    def scope(self) -> Scope:
        """The names of the running activation."""
        return self.frames[-1].scope

    @property
    def grad(self) -> Three:
        """Whether gradients are being recorded here."""
        if self.global_grad is Three.NO:
            return Three.NO
        return self.frame.grad

    def site(self, node: ast.expr | ast.stmt, name: str = "") -> Site:
        """The site of a node in the running entry."""
        frame = self.frame
        reached: Site | None = None
        if frame.scope.source is not self.source:
            calls = [one.called_at for one in self.frames if one.called_at is not None]
            reached = next((call for call in reversed(calls) if call.source is self.source), None)
        key = (id(node), frame.entry, f"{name}@{reached.key if reached is not None else ''}")
        known = self.sites.get(key)
        if known is None:
            known = Site(
                frame.scope.source, node, id(node), frame.entry, frame.function, name or self.target, reached
            )
            self.sites[key] = known
            self.keep.append(node)
        return known

    def call_sites(self) -> tuple[Site, ...]:
        """The calls of the tree's functions that led to the running one, outermost first."""
        return tuple(frame.called_at for frame in self.frames if frame.called_at is not None)

    def in_framework(self) -> bool:
        """Whether a method of a class with an unread base is running on behalf of nobody known."""
        for frame in self.frames:
            if frame.owner is None or frame.called_at is not None:
                continue
            for cls in self.mro(frame.owner):
                for base in cls.bases:
                    if any(isinstance(option, (External, Unknown)) and _is_framework(option) for option in options(base)):
                        return True
        return False

    def depends(self, node: ast.AST | None) -> frozenset[int]:
        """The loops whose round an expression depends on."""
        if node is None or not self.loops:
            return NOTHING
        found: set[int] = set()
        stack: list[ast.AST] = [node]
        while stack:
            inner = stack.pop()
            if isinstance(inner, ast.Name):
                found |= self.scope.depends_on(inner.id)
            elif isinstance(inner, ast.Call):
                name = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
                if name in _IMPURE and not (name == "get" and inner.args):
                    found.update(loop.key for loop in self.loops)
            elif isinstance(inner, ast.Attribute):
                path = _path(inner)
                if path:
                    found |= self.scope.depends_on(path)
            stack.extend(ast.iter_child_nodes(inner))
        return frozenset(found)

    # -- statements ------------------------------------------------------------------------------------------------

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Run statements; False when control does not reach the end."""
        return all(self.statement(statement) for statement in body)

    def statement(self, node: ast.stmt) -> bool:
        """Run one statement; False when control does not go on after it."""
        self.budget -= 1
        if self.budget < 0:
            return True
        method: Callable[[ast.stmt], bool | None] | None = getattr(self, "do_" + type(node).__name__, None)
        if method is None:
            return True
        return method(node) is not False

    def do_Expr(self, node: ast.Expr) -> None:
        self.eval(node.value)

    def do_Return(self, node: ast.Return) -> bool:
        value = self.eval(node.value) if node.value is not None else NONE
        if node.value is not None:
            self.recorder.result(self, node, value, self.frame.function.rpartition(".")[2])
        self.frame.returns.append(value)
        return False

    def do_Raise(self, node: ast.Raise) -> bool:
        if node.exc is not None:
            self.eval(node.exc)
        return False

    def do_Break(self, _node: ast.Break) -> bool:
        if self.frame.breaks:
            self.frame.breaks[-1].append(self.scope.snapshot())
        return False

    def do_Continue(self, _node: ast.Continue) -> bool:
        if self.frame.breaks:
            self.frame.breaks[-1].append(self.scope.snapshot())
        return False

    def do_Global(self, node: ast.Global) -> None:
        self.scope.outer.update(node.names)

    def do_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.outer.update(node.names)

    def do_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.values.pop(target.id, None)

    def do_Assert(self, node: ast.Assert) -> None:
        self.eval(node.test)

    def do_Assign(self, node: ast.Assign) -> None:
        first = node.targets[0]
        before, self.target = self.target, "" if isinstance(first, (ast.Tuple, ast.List)) else _target_name(first)
        value = self.eval(node.value)
        self.target = before
        depends = self.depends(node.value)
        for target in node.targets:
            self.assign(target, value, depends, node.value)

    def do_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            before, self.target = self.target, _target_name(node.target)
            value = self.eval(node.value)
            self.target = before
            self.assign(node.target, value, self.depends(node.value), node.value)
        elif isinstance(node.target, ast.Name) and node.target.id not in self.scope.values:
            self.scope.set(node.target.id, self.annotated(node.annotation, node.target.id))

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        load = ast.copy_location(_as_load(node.target), node.target)
        left = self.eval(load)
        right = self.eval(node.value)
        before, self.target = self.target, _target_name(node.target)
        value = arithmetic.binary(self, node, node.op, left, right, (load, node.value))
        self.target = before
        depends = self.depends(node.value) | self.depends(load)
        self.assign(node.target, value, depends, None, strong=True)

    def assign(
        self,
        target: ast.expr,
        value: Value,
        depends: frozenset[int] = NOTHING,
        source: ast.expr | None = None,
        strong: bool = False,
    ) -> None:
        """Bind a target to a value."""
        if isinstance(target, ast.Name):
            if (isinstance(value, (Features, Scores)) and not value.name) or (isinstance(value, (Seq, Dict)) and not value.name):
                value = replace(value, name=target.id)
            elif isinstance(value, Unknown) and not value.name:
                value = Unknown(target.id)
            self.scope.set(target.id, value, depends)
            self.recorder.stored(self, target, value, target.id)
        elif isinstance(target, ast.Attribute):
            receiver = self.eval(target.value)
            self.set_attribute(target, receiver, value, depends)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, depends)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, UNKNOWN, depends)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, depends)

    def _unpack(self, targets: Sequence[ast.expr], value: Value, depends: frozenset[int]) -> None:
        parts: list[Value] = []
        choices = options(value)
        for index in range(len(targets)):
            found = []
            for choice in choices:
                if isinstance(choice, Seq) and choice.is_whole and len(choice.items) == len(targets):
                    found.append(choice.items[index])
                elif isinstance(choice, (Features, Scores, Seq)):
                    found.append(element(choice))
                else:
                    found.append(Unknown())
            parts.append(join_all(found))
        for target, part in zip(targets, parts, strict=True):
            self.assign(target, part, depends)

    def _assign_item(self, target: ast.Subscript, value: Value, depends: frozenset[int]) -> None:
        holder = self.eval(target.value)
        key = self.eval(target.slice)
        if isinstance(key, Text):
            self.recorder.stored(self, target, value, key.text)
        path = _path(target.value)
        updated: Value = UNKNOWN
        if isinstance(holder, Dict):
            if isinstance(key, (Text, Const)):
                entries = tuple((k, v) for k, v in holder.entries if k != key)
                updated = replace(holder, entries=(*entries, (key, value)))
            else:
                updated = replace(holder, entries=(*holder.entries, (key, value))[-200:], is_whole=False)
        elif isinstance(holder, Seq):
            updated = replace(holder, items=(*holder.items, value)[-200:], is_whole=False)
        elif isinstance(holder, (Tokens, Inputs)):
            updated = holder
        elif isinstance(holder, Features):
            updated = join(holder, value) if isinstance(value, Features) else holder
        if path and not isinstance(updated, Unknown):
            self._store_path(target.value, updated, self.scope.depends_on(path) | depends)

    def store(self, holder: ast.expr, value: Value, node: ast.AST) -> None:
        """Put a value changed in place back where it came from."""
        depends = self.depends(holder) | (self.depends(node) if self.loops else NOTHING)
        self._store_path(holder, value, depends)

    def defines_encoder(self) -> bool:
        """Whether classes of the tree define ``encode_image`` and the like, so that the name alone proves nothing."""
        if self._encoder_defined is None:
            programs = [scope.source.text for scope in self.modules.values()]
            self._encoder_defined = any(name in text for text in programs for name in ENCODER_DEFINITIONS)
        return self._encoder_defined

    def prompts(self, value: Value, node: ast.Call, checkpoint: Checkpoint | None, argument: ast.expr | None) -> None:
        """Texts reach a text tower."""
        site = self.site(node)
        name = _target_name(argument) if argument is not None else ""
        use = PromptUse(site, value, checkpoint, name, self.frame.function, tuple(self.loops))
        self.recorder.add(self, use, site)

    def labels(
        self, labels: Value, template: Value, node: ast.Call, checkpoint: Checkpoint | None, adds_template: bool
    ) -> None:
        """Labels reach an API that puts them into templates by itself."""
        known = labels.items if isinstance(labels, Seq) else options(element(labels))
        pattern = element(template) if isinstance(template, Seq) else template
        filled = [texts.fill(pattern, [label], {}, None) for label in known]
        whole = isinstance(labels, Seq) and labels.is_whole
        value = Seq(tuple(filled), "list", whole, labels.place if isinstance(labels, (Seq, Dict)) else None)
        site = self.site(node)
        name = labels.name if isinstance(labels, (Seq, Dict)) else ""
        use = PromptUse(site, value, checkpoint, name, self.frame.function, (), adds_template, is_labels=True)
        self.recorder.add(self, use, site)

    def _store_path(self, node: ast.expr, value: Value, depends: frozenset[int] = NOTHING) -> None:
        """Put a changed container back where it came from."""
        if isinstance(node, ast.Name):
            if node.id in self.scope.values:
                self.scope.set(node.id, value, depends)
            else:
                module = self.scope.module()
                if node.id in module.values:
                    module.values[node.id] = value
        elif isinstance(node, ast.Attribute):
            receiver = self.eval(node.value)
            if isinstance(receiver, Instance):
                self.set_attribute(node, receiver, value, depends, strong=True)

    def set_attribute(
        self, target: ast.Attribute, receiver: Value, value: Value, depends: frozenset[int], strong: bool = False
    ) -> None:
        """``receiver.attr = value``."""
        parameters = [option for option in options(receiver) if isinstance(option, Parameters)]
        if parameters and target.attr == "requires_grad":
            if value == Const(False):
                for option in parameters:
                    self.recorder.freeze(option.model)
            return
        path = _path(target)
        if path:
            self.scope.set_path(path, value, depends)
        for option in options(receiver):
            if isinstance(option, Instance):
                store = self.attributes.setdefault(id(option.cls.node), {})
                if isinstance(value, (Features, Scores, Seq, Dict)) and not value.name:
                    value = replace(value, name=target.attr)
                known = store.get(target.attr)
                store[target.attr] = value if known is None or strong else join(known, value)
        self.recorder.stored(self, target, value, target.attr)

    def do_If(self, node: ast.If) -> bool:
        known = self.truth(self.eval(node.test), node.test)
        if known is True:
            return self.block(node.body)
        if known is False:
            return self.block(node.orelse)
        lazy = _tests_absence(node.test)
        if isinstance(node.body[-1], ast.Return) and not node.orelse and _tests_presence(node.test):
            self.frame.lazy += 1  # "loaded already": what follows is done once

        def body() -> bool:
            self.frame.lazy += lazy
            alive = self.block(node.body)
            self.frame.lazy -= lazy
            return alive

        control = self.frame.control
        self.frame.control = control | self.depends(node.test)
        alive = self._alternatives([body, lambda: self.block(node.orelse)])
        self.frame.control = control
        return alive

    def _alternatives(self, branches: Sequence[Callable[[], bool]]) -> bool:
        """Run alternatives from the same state and join where they meet."""
        scope = self.scope
        start = scope.snapshot()
        ends: list[State] = []
        for branch in branches:
            scope.restore(start)
            if branch():
                ends.append(scope.snapshot())
        end = merge(ends)
        scope.restore(end if end is not None else start)
        return end is not None

    def truth(self, value: Value, test: ast.expr) -> bool | None:
        """The truth value of a condition where it is known."""
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Text) and not value.is_holed:
            return bool(value.text)
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_main_test(test):
            return True
        return None

    def do_For(self, node: ast.For) -> bool:
        iterable = self.eval(node.iter)
        batches = _runs_over_batches(node.iter, node.target)
        return self._loop(node, "for", node.target, iterable, batches, node.body, node.orelse, node.iter)

    def do_AsyncFor(self, node: ast.AsyncFor) -> bool:
        return self._loop(node, "for", node.target, self.eval(node.iter), False, node.body, node.orelse, node.iter)

    def do_While(self, node: ast.While) -> bool:
        self.eval(node.test)
        return self._loop(node, "while", None, UNKNOWN, False, node.body, node.orelse, None, node.test)

    def _loop(
        self,
        node: ast.stmt,
        kind: str,
        target: ast.expr | None,
        iterable: Value,
        batches: bool,
        body: Sequence[ast.stmt],
        orelse: Sequence[ast.stmt],
        iterated: ast.expr | None,
        test: ast.expr | None = None,
    ) -> bool:
        scope = self.scope
        loop = LoopSite(id(node), self.site(node), kind, batches, _target_name(target) if target else "")
        self.keep.append(node)
        inherited = self.depends(iterated) | {loop.key}
        before = scope.snapshot()
        ends: list[State] = [before]
        self.loops.append(loop)
        for _ in range(2):
            self.frame.breaks.append([])
            if target is not None:
                self.assign(target, element(iterable, loop.key), frozenset(inherited))
            elif test is not None:
                self.eval(test)
            alive = self.block(body)
            round_ends = self.frame.breaks.pop()
            if alive:
                round_ends.append(scope.snapshot())
            ends.extend(round_ends)
            state = merge(ends)
            unchanged = state is not None and all(
                name not in state[0] or state[0][name] is value or state[0][name] == value
                for name, value in before[0].items()
            )
            if state is not None:
                scope.restore(state)
            if unchanged:
                break
        self.loops.pop()
        if orelse:
            self.block(orelse)
        return True

    def do_With(self, node: ast.With) -> bool:
        return self._with(node)

    def do_AsyncWith(self, node: ast.AsyncWith) -> bool:
        return self._with(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        before, autocast = self.frame.grad, self.frame.autocast
        for item in node.items:
            value = self.eval(item.context_expr)
            for option in options(value):
                if isinstance(option, GradContext):
                    self.frame.grad = Three.of(option.on)
                elif isinstance(option, Autocast):
                    self.frame.autocast = True
            if item.optional_vars is not None:
                self.assign(item.optional_vars, Unknown(_target_name(item.optional_vars)), self.depends(item.context_expr))
        alive = self.block(node.body)
        self.frame.grad, self.frame.autocast = before, autocast
        return alive

    def do_Try(self, node: ast.Try) -> bool:
        scope = self.scope
        start = scope.snapshot()
        ends: list[State] = []
        if self.block(node.body) and self.block(node.orelse):
            ends.append(scope.snapshot())
        middle = merge([start, scope.snapshot()]) or start
        for handler in node.handlers:
            scope.restore(middle if not ends else start)
            if handler.name:
                scope.set(handler.name, UNKNOWN)
            if self.block(handler.body):
                ends.append(scope.snapshot())
        end = merge(ends)
        scope.restore(end if end is not None else middle)
        alive = self.block(node.finalbody)
        return alive and end is not None

    do_TryStar = do_Try

    def do_Match(self, node: ast.Match) -> bool:
        self.eval(node.subject)

        def case(body: Sequence[ast.stmt], pattern: ast.pattern) -> Callable[[], bool]:
            def run() -> bool:
                for inner in ast.walk(pattern):
                    name = getattr(inner, "name", None)
                    if isinstance(name, str):
                        self.scope.set(name, UNKNOWN)
                return self.block(body)

            return run

        branches = [case(item.body, item.pattern) for item in node.cases]
        return self._alternatives([*branches, lambda: True])

    def do_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        frame = self.frame
        decorators = [self._decorator(decorator) for decorator in node.decorator_list]
        self.decorators[id(node)] = decorators
        self.keep.append(node)
        qualname = f"{frame.function}.{node.name}" if frame.function else node.name
        owner = frame.owner if self.scope.is_class else None
        function = Function(
            node, self.scope, self.scope.source, qualname, owner, None, tuple(self._defaults(node.args))
        )
        self.scope.set(node.name, function)
        if self.scope.source is self.source and not self.scope.is_class and function not in self.functions:
            self.functions.append(function)
        for value, decorator in zip(decorators, node.decorator_list, strict=True):
            name = _decorator_name(decorator)
            self.recorder.trains |= name == "enable_grad"
            if name in _REQUEST_DECORATORS and isinstance(decorator, ast.Call):
                self.handlers.add(self.key(function))
            del value

    do_AsyncFunctionDef = do_FunctionDef

    def _decorator(self, node: ast.expr) -> Value:
        """A decorator's value; one of the tree's own is not worth reading another file for."""
        root: ast.expr = node
        while isinstance(root, (ast.Call, ast.Attribute)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and isinstance(known := self.scope.find(root.id), Imported):
            resolved = self.workspace.resolve(known.module, known.level, self.scope.source.file) if self.workspace else None
            if resolved is not None:
                return UNKNOWN
        return self.eval(node)

    def _defaults(self, args: ast.arguments) -> Iterable[tuple[str, Value]]:
        positional = [*args.posonlyargs, *args.args]
        for arg, default in zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True):
            yield arg.arg, self.eval(default)
        for arg, keyword_default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            if keyword_default is not None:
                yield arg.arg, self.eval(keyword_default)

    def do_ClassDef(self, node: ast.ClassDef) -> None:
        bases = tuple(self.eval(base) for base in node.bases)
        frame = self.frame
        qualname = f"{frame.function}.{node.name}" if frame.function else node.name
        scope = Scope(self.scope.source, self.scope, is_class=True)
        cls = Class(node, scope, self.scope.source, qualname, bases)
        self.keep.append(node)
        self.frames.append(Frame(scope, qualname, cls, entry=frame.entry, grad=frame.grad))
        self.block(node.body)
        self.frames.pop()
        self.scope.set(node.name, cls)
        if self.scope.source is self.source and cls not in self.classes:
            self.classes.append(cls)

    # -- imports ---------------------------------------------------------------------------------------------------

    def do_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            self.scope.set(alias.asname or name, self.module_value(name, 0))

    def do_ImportFrom(self, node: ast.ImportFrom) -> None:
        name = node.module or ""
        external = not node.level and name.split(".")[0] in self.libraries.roots
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append((name, node.level))
            elif external or self.workspace is None:
                self.scope.set(alias.asname or alias.name, External(f"{name}.{alias.name}") if not node.level else UNKNOWN)
            else:
                self.scope.set(alias.asname or alias.name, Imported(name, node.level, alias.name))

    def _resolve(self, imported: Imported, source: Source) -> Value:
        """The value behind a name imported from the tree into ``source``, or the external it turns out to be."""
        if self.workspace is None:
            return UNKNOWN
        name, level = imported.module, imported.level
        file = self.workspace.resolve(name, level, source.file)
        if file is None:
            return External(f"{name}.{imported.name}") if not level else Unknown(imported.name)
        if file == source.file:
            return Unknown(imported.name)
        value = self.attribute(ModuleRef(file), imported.name, None)
        if isinstance(value, Unknown):
            inner = self.workspace.resolve(f"{name}.{imported.name}" if name else imported.name, level, source.file)
            return ModuleRef(inner) if inner is not None else value
        return value

    def _from_star(self, scope: Scope, name: str) -> Value | None:
        """A name that a module got by ``from ... import *``."""
        for module, level in scope.stars:
            value = self.module_value(module, level)
            if isinstance(value, ModuleRef) and value.file != scope.source.file:
                found = self.attribute(value, name, None)
                if not isinstance(found, Unknown):
                    scope.values[name] = found
                    return found
        return None

    def module_value(self, name: str, level: int) -> Value:
        """A module by its dotted name: one of the linted tree, else an external one."""
        if self.workspace is not None and (level or name.split(".", maxsplit=1)[0] not in self.libraries.roots):
            file = self.workspace.resolve(name, level, self.scope.source.file)
            if file is not None:
                return ModuleRef(file)
        return External(name) if not level else UNKNOWN

    def module_scope(self, file: Path) -> Scope:
        """The names of another module of the tree, running it first if need be (without recording)."""
        known = self.modules.get(file)
        if known is not None:
            return known
        if len(self.modules) > MOST_MODULES:
            return Scope(self.source)
        source = self.workspace.load(file) if self.workspace is not None else None
        tree = self.workspace.tree(file) if source is not None and self.workspace is not None else None
        if source is None or tree is None:
            scope = Scope(self.source)
            self.modules[file] = scope
            return scope
        self.recorder.depend(file)
        scope = Scope(source)
        scope.values["__name__"] = Text(file.stem)
        self.modules[file] = scope
        budget, self.budget = self.budget, min(self.budget, DEPENDENCY_BUDGET)
        allowed = self.budget
        loops, self.loops = self.loops, []
        self.frames.append(Frame(scope))
        with self.recorder.paused(True):
            self.block(tree.body)
        self.frames.pop()
        self.loops = loops
        self.budget = budget - (allowed - self.budget)
        return scope

    # -- expressions -----------------------------------------------------------------------------------------------

    def eval(self, node: ast.expr) -> Value:
        """The abstract value of an expression."""
        self.budget -= 1
        if self.budget < 0:
            return UNKNOWN
        method: Callable[[ast.expr], Value] | None = getattr(self, "eval_" + type(node).__name__, None)
        if method is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.eval(child)
            return UNKNOWN
        return method(node)

    def eval_Constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str):
            return Text(node.value, self._place(node))
        return Const(node.value, self.site(node) if isinstance(node.value, float) else None)

    def _place(self, node: ast.expr) -> LazyPlace:
        return LazyPlace(self.scope.source, node)

    def eval_JoinedStr(self, node: ast.JoinedStr) -> Value:
        parts: list[Value] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.eval(part.value)
                self.recorder.formatted(self, part, value, node)
                if isinstance(value, Unknown) and not value.name:
                    value = Unknown(_target_name(part.value))
                parts.append(value if part.conversion == -1 or isinstance(value, Text) else Unknown(_target_name(part.value)))
            else:
                parts.append(self.eval(part))
        return texts.concatenate(parts, self._place(node))

    def eval_Name(self, node: ast.Name) -> Value:
        value = self.scope.find(node.id)
        if isinstance(value, Imported):
            found = self._resolve(value, self.scope.source)
            home: Scope | None = self.scope
            while home is not None and home.values.get(node.id) is not value:
                home = home.parent
            if home is not None:
                home.values[node.id] = found
            return found
        if isinstance(value, Probability) and value.site is not None:
            self.recorder.read[value.site.key] += 1
        if value is not None:
            return value
        if node.id in operations.BUILTINS:
            return External(f"builtins.{node.id}")
        module = self.scope.module()
        starred = self._from_star(module, node.id) if module.stars else None
        return Unknown(node.id) if starred is None else starred

    def eval_List(self, node: ast.List) -> Value:
        return self._sequence(node, "list")

    def eval_Tuple(self, node: ast.Tuple) -> Value:
        return self._sequence(node, "tuple")

    def eval_Set(self, node: ast.Set) -> Value:
        return self._sequence(node, "set")

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set, kind: str) -> Value:
        items: list[Value] = []
        whole = True
        for item in node.elts:
            if isinstance(item, ast.Starred):
                inner = self.eval(item.value)
                if isinstance(inner, Seq):
                    items.extend(inner.items)
                    whole &= inner.is_whole
                else:
                    whole = False
            else:
                items.append(self.eval(item))
        return Seq(tuple(items), kind, whole, self._place(node))

    def eval_Dict(self, node: ast.Dict) -> Value:
        entries: list[tuple[Value, Value]] = []
        whole = True
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.eval(value)
                if isinstance(inner, Dict):
                    entries.extend(inner.entries)
                    whole &= inner.is_whole
                else:
                    whole = False
                continue
            known = self.eval(key)
            if isinstance(known, Text):
                before, self.target = self.target, known.text
                item = self.eval(value)
                self.target = before
                self.recorder.stored(self, value, item, known.text)
            else:
                item = self.eval(value)
            entries.append((known, item))
        return Dict(tuple(entries), whole, self._place(node))

    def eval_BinOp(self, node: ast.BinOp) -> Value:
        left, right = self.eval(node.left), self.eval(node.right)
        return arithmetic.binary(self, node, node.op, left, right, (node.left, node.right))

    def eval_UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.eval(node.operand)
        if isinstance(node.op, ast.Not):
            known = self.truth(value, node.operand)
            return UNKNOWN if known is None else Const(not known)
        if isinstance(node.op, ast.USub):
            if isinstance(value, Const) and isinstance(value.value, (int, float)):
                return Const(-value.value, value.site)
            if isinstance(value, Scores):
                return replace(value, is_transformed=True)
        return value if isinstance(node.op, ast.UAdd) else UNKNOWN

    def eval_BoolOp(self, node: ast.BoolOp) -> Value:
        values = []
        for operand in node.values:
            value = self.eval(operand)
            known = self.truth(value, operand)
            if isinstance(node.op, ast.And) and known is False:
                return value
            if isinstance(node.op, ast.Or) and known is True:
                return join_all([*values, value])
            if isinstance(node.op, ast.Or) and known is False:
                continue
            values.append(value)
        return join_all(values) if isinstance(node.op, ast.Or) else UNKNOWN

    def eval_IfExp(self, node: ast.IfExp) -> Value:
        known = self.truth(self.eval(node.test), node.test)
        if known is True:
            return self.eval(node.body)
        if known is False:
            return self.eval(node.orelse)
        return join(self.eval(node.body), self.eval(node.orelse))

    def eval_NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.eval(node.value)
        self.assign(node.target, value, self.depends(node.value))
        return value

    def eval_Await(self, node: ast.Await) -> Value:
        return self.eval(node.value)

    def eval_Yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            self.frame.yields.append(self.eval(node.value))
        return UNKNOWN

    def eval_YieldFrom(self, node: ast.YieldFrom) -> Value:
        self.frame.yields.append(element(self.eval(node.value)))
        return UNKNOWN

    def eval_Starred(self, node: ast.Starred) -> Value:
        return self.eval(node.value)

    def eval_Lambda(self, node: ast.Lambda) -> Value:
        self.keep.append(node)
        frame = self.frame
        name = f"{frame.function}.<lambda>" if frame.function else "<lambda>"
        return Function(node, self.scope, self.scope.source, name, None, None, tuple(self._defaults(node.args)))

    def eval_Compare(self, node: ast.Compare) -> Value:
        left = self.eval(node.left)
        right = UNKNOWN
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.eval(comparator)
            operations.compare(self, node, operator, left, right, (node.left, comparator))
            if len(node.ops) > 1:
                left = right
        if len(node.ops) != 1:
            return UNKNOWN
        return _known_comparison(node.ops[0], left, right)

    def eval_Subscript(self, node: ast.Subscript) -> Value:
        path = _path(node)
        if path and path in self.scope.values:
            return self.scope.values[path]
        value = self.eval(node.value)
        if isinstance(node.slice, ast.Slice):
            for part in (node.slice.lower, node.slice.upper, node.slice.step):
                if part is not None:
                    self.eval(part)
            index: Value = UNKNOWN
        else:
            index = self.eval(node.slice)
        return join_all(operations.subscript(self, node, option, index) for option in options(value))

    def eval_ListComp(self, node: ast.ListComp) -> Value:
        return self._comprehension(node, node.generators, node.elt, "list")

    def eval_SetComp(self, node: ast.SetComp) -> Value:
        return self._comprehension(node, node.generators, node.elt, "set")

    def eval_GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return self._comprehension(node, node.generators, node.elt, "list")

    def eval_DictComp(self, node: ast.DictComp) -> Value:
        entries: list[tuple[Value, Value]] = []

        def body() -> bool:
            entries.append((self.eval(node.key), self.eval(node.value)))
            return True

        whole = self._generate(node, node.generators, body)
        return Dict(tuple(entries), whole, self._place(node))

    def _comprehension(
        self, node: ast.expr, generators: Sequence[ast.comprehension], elt: ast.expr, kind: str
    ) -> Value:
        items: list[Value] = []

        def body() -> bool:
            items.append(self.eval(elt))
            return True

        whole = self._generate(node, generators, body)
        own = {id(generator) for generator in generators}
        flat = [option for item in items for option in (item.options if isinstance(item, OneOf) and item.loop in own else (item,))]
        return Seq(tuple(flat[:MOST_UNROLLED]), kind, whole, self._place(node))

    def _generate(
        self, node: ast.expr, generators: Sequence[ast.comprehension], body: Callable[[], bool]
    ) -> bool:
        """Run a comprehension: over each item of a known sequence of plain values, else once on any of them."""
        saved = Scope(self.scope.source, self.scope)
        frame = self.frame
        outer_scope, frame.scope = frame.scope, saved
        whole = self._generator(node, list(generators), body)
        frame.scope = outer_scope
        return whole

    def _generator(self, node: ast.expr, generators: list[ast.comprehension], body: Callable[[], bool]) -> bool:
        if not generators:
            return body()
        first, *rest = generators
        iterable = self.eval(first.iter)
        loop = LoopSite(
            id(first), self.site(node), "comprehension", _runs_over_batches(first.iter, first.target), _target_name(first.target)
        )
        self.keep.append(first)
        inherited = frozenset(self.depends(first.iter) | {loop.key})
        whole = not first.ifs and not first.is_async
        plain = (
            isinstance(iterable, Seq)
            and iterable.is_whole
            and len(iterable.items) <= MOST_UNROLLED
            and all(isinstance(item, (Text, Const, Seq)) for item in iterable.items)
        )
        self.loops.append(loop)
        if plain and isinstance(iterable, Seq) and iterable.items:
            for item in iterable.items:
                if self.budget < 0:
                    whole = False
                    break
                self.assign(first.target, item, inherited)
                keep = [self.truth(self.eval(test), test) for test in first.ifs]
                if first.ifs and all(known is not None for known in keep):
                    whole = not first.is_async
                if any(known is False for known in keep):
                    continue
                whole &= self._generator(node, rest, body)
        else:
            whole = False
            self.assign(first.target, element(iterable, loop.key), inherited)
            for test in first.ifs:
                self.eval(test)
            self._generator(node, rest, body)
        self.loops.pop()
        return whole

    # -- attributes ------------------------------------------------------------------------------------------------

    def eval_Attribute(self, node: ast.Attribute) -> Value:
        path = _path(node)
        if path and path in self.scope.values:
            return self.scope.values[path]
        value = self.eval(node.value)
        return join_all(self.attribute(option, node.attr, node) for option in options(value))

    def attribute(self, value: Value, name: str, node: ast.Attribute | None) -> Value:
        """``value.name``."""
        if isinstance(value, External):
            return External(f"{value.path}.{name}")
        if isinstance(value, ModuleRef):
            scope = self.module_scope(value.file)
            found = scope.values.get(name)
            if isinstance(found, Imported):
                scope.values[name] = Unknown(name)  # a cycle of re-exports ends here
                scope.values[name] = found = self._resolve(found, scope.source)
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
            return found if found is not None else Unknown(name)
        return operations.attribute(self, value, name, node)

    def _instance_attribute(self, instance: Instance, name: str, node: ast.Attribute | None) -> Value:
        for cls in self.mro(instance.cls):
            store = self.attributes.get(id(cls.node))
            if store is not None and name in store:
                return store[name]
        found = self._class_attribute(instance.cls, name)
        if isinstance(found, Function):
            names = {_decorator_name(d) for d in getattr(found.node, "decorator_list", ())}
            if "staticmethod" in names:
                return found
            bound = replace(found, receiver=instance)
            if names & {"property", "cached_property"}:
                return self.call_function(bound, Arguments([], {}), node)
            return bound
        if found is not None:
            return found
        if name in {"eval", "train", "to", "cuda", "cpu", "half", "float", "parameters", "requires_grad_"}:
            return Bound(instance, name)
        return Unknown(name)

    def mro(self, cls: Class) -> list[Class]:
        """The class and its bases in the tree, nearest first, and the subclasses' attributes left to themselves."""
        order: list[Class] = []
        pending = [cls]
        while pending and len(order) < 20:
            current = pending.pop(0)
            if current in order:
                continue
            order.append(current)
            pending.extend(option for base in current.bases for option in options(base) if isinstance(option, Class))
        return order

    def _class_attribute(self, cls: Class, name: str) -> Value | None:
        for candidate in self.mro(cls):
            found = self._class_scope(candidate).values.get(name)
            if found is not None:
                return found
        return None

    def _is_static(self, function: Function) -> bool:
        return "staticmethod" in {_decorator_name(d) for d in getattr(function.node, "decorator_list", ())}

    # -- calls -----------------------------------------------------------------------------------------------------

    def eval_Call(self, node: ast.Call) -> Value:
        arguments = self.arguments(node)
        func = node.func
        if isinstance(func, ast.Attribute):
            path = _path(func)
            if path and path in self.scope.values:
                return self.call(self.scope.values[path], arguments, node)
            receiver = operations.able(self, self.eval(func.value), func.attr)
            found = [self.call_method(option, func.attr, arguments, node) for option in options(receiver)]
            if isinstance(receiver, OneOf) and receiver.loop and len(found) > 1:
                return one_of(found, receiver.loop)
            return join_all(found)
        if isinstance(func, ast.Name) and func.id == "super" and not node.args:
            return self._super()
        return self.call(self.eval(func), arguments, node)

    def _super(self) -> Value:
        owner, receiver = self.frame.owner, self.frame.receiver
        if owner is None or receiver is None:
            return UNKNOWN
        for base in owner.bases:
            for option in options(base):
                if isinstance(option, Class):
                    return Bound(option, "super") if not isinstance(receiver, Instance) else Instance(option)
        return UNKNOWN

    def arguments(self, node: ast.Call) -> Arguments:
        """Evaluate a call's arguments, spreading what is known of ``*`` and ``**``."""
        positional: list[Argument] = []
        keywords: dict[str, Argument] = {}
        has_more = False
        for item in node.args:
            if isinstance(item, ast.Starred):
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
                value = next((option for option in value.options if isinstance(option, (Inputs, Dict))), value)
            if keyword.arg is not None:
                keywords[keyword.arg] = Argument(value, keyword.value)
                self.recorder.stored(self, keyword.value, value, keyword.arg)
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

    def call_method(self, receiver: Value, name: str, arguments: Arguments, node: ast.Call) -> Value:
        """``receiver.name(...)``."""
        if isinstance(receiver, Instance):
            method = self.attribute(receiver, name, None)
            if isinstance(method, Bound):
                return operations.module_method(self, receiver, name, arguments, node)
            if isinstance(node.func, ast.Attribute):
                root = _path(node.func.value)
                result = self.call(method, arguments, node)
                if root and isinstance(method, Function):
                    self.scope.forget(root)
                return result
            return self.call(method, arguments, node)
        if isinstance(receiver, (ModuleRef, Class, External)):
            return self.call(self.attribute(receiver, name, None), arguments, node)
        return operations.call_method(self, receiver, name, arguments, node)

    def call(self, function: Value, arguments: Arguments, node: ast.Call) -> Value:
        """Call any value."""
        results = [self._call_one(option, arguments, node) for option in options(function)]
        return join_all(results)

    def _call_one(self, function: Value, arguments: Arguments, node: ast.Call) -> Value:
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
        return operations.call_value(self, function, arguments, node)

    def _instantiate(self, cls: Class, arguments: Arguments, node: ast.Call) -> Value:
        instance = Instance(cls)
        init = self._class_attribute(cls, "__init__")
        if isinstance(init, Function):
            self.call_function(replace(init, receiver=instance), arguments, node)
        elif arguments.keywords or arguments.positional:
            fields = [s.target.id for s in cls.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
            store = self.attributes.setdefault(id(cls.node), {})
            given = dict(zip(fields, arguments.positional, strict=False)) | arguments.keywords
            for name, argument in given.items():
                store[name] = join(store[name], argument.value) if name in store else argument.value
        return instance

    def call_function(
        self, function: Function, arguments: Arguments, node: ast.AST | None, alone: bool = False
    ) -> Value:
        """Run a function of the tree on these arguments and return what it returns."""
        definition = function.node
        if definition in self.stack or len(self.stack) >= MOST_CALLS_DEEP or self.budget < 0:
            return UNKNOWN
        scope = Scope(function.source, function.scope)
        caller = self.frame if self.frames else None
        decorators = [] if isinstance(definition, ast.Lambda) else definition.decorator_list
        names = {_decorator_name(decorator) for decorator in decorators}
        self._bind(function, arguments, scope, alone, "classmethod" in names)
        grad = caller.grad if caller is not None and not alone else Three.YES
        for value in self.decorators.get(id(definition), ()):
            for option in options(value):
                if isinstance(option, GradContext):
                    grad = Three.of(option.on)
                elif isinstance(option, External) and option.path.endswith((".no_grad", ".inference_mode")):
                    grad = Three.NO
        key = self.key(function)
        entry = key if alone else caller.entry if caller is not None else ""
        handler = caller.handler if caller is not None and not alone else ""
        if key in self.handlers:
            handler = function.qualname
        memo: tuple[object, ...] | None = None
        if not alone:
            self.entered.add(key)
            memo = (
                id(definition), function.receiver, tuple(scope.values.items()), grad, entry, handler,
                tuple(loop.key for loop in self.loops), tuple(scope.depends.items()),
            )
            if memo in self.memo and not isinstance(function.receiver, Instance):
                return self.memo[memo]
        loops = self.loops
        is_cached = bool(names & _CACHE_DECORATORS)
        if alone or is_cached:
            self.loops = []
        called_at = self.site(node) if isinstance(node, ast.Call) and caller is not None and not alone else None
        frame = Frame(
            scope, function.qualname, function.owner, function.receiver, grad=grad, entry=entry, handler=handler,
            called_at=called_at, is_cached=is_cached or (caller is not None and not alone and caller.is_cached),
        )
        target, self.target = self.target, ""
        self.frames.append(frame)
        self.stack.append(definition)
        self.calls.append(id(node))
        if isinstance(definition, ast.Lambda):
            frame.returns.append(self.eval(definition.body))
            falls_through = False
        else:
            falls_through = self.block(definition.body)
        self.stack.pop()
        self.calls.pop()
        self.frames.pop()
        self.loops = loops
        self.target = target
        if frame.yields:
            result: Value = Seq((join_all(frame.yields),), "generator", is_whole=False)
        else:
            returned = [value for value in frame.returns if value != NONE] or frame.returns
            del falls_through
            result = join_all(returned) if returned else NONE
        if memo is not None:
            self.memo[memo] = result
        return result

    def _bind(self, function: Function, arguments: Arguments, scope: Scope, alone: bool, is_class_method: bool) -> None:
        """Give a function's parameters their values."""
        args = function.node.args
        parameters = [*args.posonlyargs, *args.args]
        defaults = dict(function.defaults)
        positional = list(arguments.positional)
        if function.receiver is not None and parameters and function.owner is not None:
            first = parameters.pop(0)
            receiver = function.receiver
            if is_class_method and isinstance(receiver, Instance):
                receiver = receiver.cls
            scope.values[first.arg] = receiver
        caller_depends = self.depends if self.frames and not alone else (lambda _node: NOTHING)
        for parameter in parameters:
            name = parameter.arg
            argument: Argument | None = None
            if positional:
                argument = positional.pop(0)
            elif name in arguments.keywords:
                argument = arguments.keywords[name]
            self._bind_one(scope, parameter, argument, defaults.get(name), alone, arguments.has_more)
            if argument is not None and argument.node is not None:
                depends = caller_depends(argument.node)
                if depends:
                    scope.depends[name] = depends
        for parameter in args.kwonlyargs:
            argument = arguments.keywords.get(parameter.arg)
            self._bind_one(scope, parameter, argument, defaults.get(parameter.arg), alone, arguments.has_more)
            if argument is not None and argument.node is not None:
                scope.depends[parameter.arg] = caller_depends(argument.node)
        if args.vararg is not None:
            items = tuple(argument.value for argument in positional)
            scope.values[args.vararg.arg] = Seq(items, "tuple", not alone and not arguments.has_more)
        if args.kwarg is not None:
            known = {parameter.arg for parameter in (*parameters, *args.kwonlyargs)}
            extra = tuple(
                (Text(name), argument.value)
                for name, argument in arguments.keywords.items()
                if name not in known and name != "**"
            )
            scope.values[args.kwarg.arg] = Dict(extra, not alone and not arguments.has_more)

    def _bind_one(
        self, scope: Scope, parameter: ast.arg, argument: Argument | None, default: Value | None, alone: bool, has_more: bool
    ) -> None:
        name = parameter.arg
        if argument is not None:
            value = argument.value
            if isinstance(value, Unknown) and parameter.annotation is not None:
                value = self.annotated(parameter.annotation, value.name or name)
            elif isinstance(value, Unknown) and not value.name:
                value = Unknown(name)
        elif default is not None and not alone and not has_more:
            value = default
        elif default is not None and default != NONE and not isinstance(default, (Const, Unknown)):
            value = join(default, Unknown(name, is_parameter=True))
        elif parameter.annotation is not None:
            value = self.annotated(parameter.annotation, name)
        else:
            value = Unknown(name, is_parameter=True)
        scope.values[name] = value

    def annotated(self, annotation: ast.expr, name: str) -> Value:
        """What a type annotation tells about a value."""
        unknown = Unknown(name, is_parameter=True)
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return unknown
        if isinstance(annotation, ast.BinOp):
            return self.annotated(annotation.left, name)
        if isinstance(annotation, ast.Subscript):
            if _target_name(annotation.value) in {"Optional", "Annotated"}:
                inner = annotation.slice
                return self.annotated(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner, name)
            return unknown
        if not isinstance(annotation, (ast.Name, ast.Attribute)):
            return unknown
        value = self.eval(annotation)
        if isinstance(value, Class):
            return Instance(value)
        if isinstance(value, External):
            if value.path in {"PIL.Image.Image", "PIL.Image"}:
                return Image("", "pil")
            spec = self.libraries.class_of(value.path)
            if spec is not None and spec.family is not None:
                checkpoint = self.libraries.checkpoint(spec.library, None, None, spec.family)
                return Model(checkpoint, part=spec.part) if spec.kind == "model" else Component(spec.kind, checkpoint)
        return unknown


def _path(node: ast.AST) -> str:
    """``a.b`` or ``a['b']`` for a chain of names, else the empty string."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            parts.append(f"[{node.slice.value}]")
            node = node.value
        else:
            break
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def _target_name(node: ast.AST | None) -> str:
    """A short name of an expression for messages and heuristics."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        return _target_name(node.value)
    if isinstance(node, ast.Call):
        return _target_name(node.func)
    if isinstance(node, (ast.Tuple, ast.List)) and node.elts:
        return _target_name(node.elts[-1])
    return ""


def _decorator_name(node: ast.expr) -> str:
    return _target_name(node.func if isinstance(node, ast.Call) else node)


def _as_load(node: ast.expr) -> ast.expr:
    """The same place read instead of written."""
    if isinstance(node, ast.Name):
        return ast.Name(node.id, ast.Load())
    if isinstance(node, ast.Attribute):
        return ast.Attribute(node.value, node.attr, ast.Load())
    if isinstance(node, ast.Subscript):
        return ast.Subscript(node.value, node.slice, ast.Load())
    return node


def _tests_absence(test: ast.expr) -> bool:
    """``x is None``, ``key not in cache``, ``not self.model``: what comes under it is done once."""
    if isinstance(test, ast.Compare):
        return any(isinstance(op, (ast.Is, ast.NotIn)) for op in test.ops)
    if isinstance(test, ast.BoolOp):
        return any(_tests_absence(value) for value in test.values)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


_PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict", "Enum", "BaseModel", "Dataset"})


def _is_framework(base: External | Unknown) -> bool:
    name = base.path.rpartition(".")[2] if isinstance(base, External) else base.name
    return name not in _PLAIN_BASES


def _tests_presence(test: ast.expr) -> bool:
    """``self.loaded``, ``key in cache``, ``_model is not None``: an early return when something is there."""
    if isinstance(test, ast.Compare):
        return any(isinstance(op, (ast.IsNot, ast.In)) for op in test.ops)
    if isinstance(test, ast.BoolOp):
        return any(_tests_presence(value) for value in test.values)
    return isinstance(test, (ast.Attribute, ast.Name))


def _is_main_test(test: ast.Compare) -> bool:
    return isinstance(test.left, ast.Name) and test.left.id == "__name__"


_BATCH_WORDS = ("batch", "loader", "chunk", "minibatch")


def _runs_over_batches(iterable: ast.expr, target: ast.expr) -> bool:
    """Whether a loop runs over batches rather than single items, by its names and by ``range`` with a step."""
    text = ast.unparse(iterable).lower() + " " + ast.unparse(target).lower()
    if any(word in text for word in _BATCH_WORDS):
        return True
    return any(
        isinstance(inner, ast.Call) and _target_name(inner.func) == "range" and len(inner.args) == 3
        for inner in ast.walk(iterable)
    )


def _known_comparison(operator: ast.cmpop, left: Value, right: Value) -> Value:
    """The result of a comparison between known constants."""
    if isinstance(operator, (ast.Is, ast.IsNot)) and NONE in (left, right):
        other = right if left == NONE else left
        if isinstance(other, (Unknown, OneOf, Instance)):
            return UNKNOWN
        return Const((other == NONE) is isinstance(operator, ast.Is))
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        if isinstance(left, Text) and isinstance(right, Text) and not left.is_holed and not right.is_holed:
            return Const((left.text == right.text) is isinstance(operator, ast.Eq))
        if isinstance(left, Const) and isinstance(right, Const):
            return Const((left.value == right.value) is isinstance(operator, ast.Eq))
    return UNKNOWN


