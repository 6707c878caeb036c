"""The state of a run, and what the operations on values may ask of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.forms import arguments_read, is_main_test, names_read
from clip_lint.reading.interpreter.records import Effort, Interface, Memory, Program
from clip_lint.reading.marks import ENCODER_DEFINITIONS, is_framework
from clip_lint.reading.scope import ASKED, NOTHING, LoopSite, Scope
from clip_lint.reading.values import (
    Class,
    External,
    Function,
    Instance,
    LazyPlace,
    Model,
    Seq,
    Site,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth
from clip_lint.source.own_pins import own_pins
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.knowledge.tables import Libraries
    from clip_lint.knowledge.versions import Versions
    from clip_lint.reading.events import Recorder
    from clip_lint.reading.interpreter.frames import Frame
    from clip_lint.source.model import Source
    from clip_lint.source.workspace import Workspace


class Run(ABC):
    """One root module's run: its frames, loops and budget. The parts of the interpreter build on it and on each other."""

    def __init__(
        self,
        source: Source,
        workspace: Workspace | None,
        libraries: Libraries,
        versions: Versions,
        recorder: Recorder,
    ) -> None:
        self.source = source
        self.workspace = workspace
        self.libraries = libraries
        self.versions = versions
        self.recorder = recorder
        self.effort = Effort()
        self.memory = Memory()
        self.program = Program()
        self.interface = Interface()
        self.frames: list[Frame] = []
        self.loops: list[LoopSite] = []
        self.rounds = 1  # of all comprehensions around what is read, where each round is gone through
        self.stack: list[nodes.AST] = []
        self.calls: list[int] = []
        self.branches: list[tuple[int, int]] = []  # of the conditions around what is read, which branch
        self.is_fallback = (
            False  # what is read stands in for a try that failed, and saves what the next one finds
        )
        self.target = ""
        self.global_grad = Tristate.YES
        self._encoder_defined: bool | None = None

    def key(self, function: Function | Class) -> str:
        """A function's name across files."""
        return f"{function.source.path}::{function.qualname}"

    def handle(self, arguments: Arguments) -> None:
        """Functions given to a user interface are called for every request."""
        for value in arguments.values():
            for option in options(value):
                if isinstance(option, Function):
                    self.interface.handlers.add(self.key(option))

    @property
    def frame(self) -> Frame:
        """The running activation."""
        return self.frames[-1]

    @property
    def scope(self) -> Scope:
        """The names of the running activation."""
        return self.frames[-1].scope

    @property
    def versions_here(self) -> Versions:
        """The versions that the running code may run with: another file says itself which it is written for."""
        source = self.scope.source
        if source is self.source:
            return self.versions
        known = self.memory.versions.get(source.path)
        if known is None:
            known = self.versions.with_own(own_pins(source.text.encode(errors="replace")))
            self.memory.versions[source.path] = known
        return known

    def is_beside(self, family: str | None) -> bool:
        """Whether checkpoints of a family compare pictures with texts in this program: some are text models as well."""
        words = self.libraries.trait(family).beside
        here = (self.source.text, self.scope.source.text)
        return not words or any(word in text for word in words for text in here)

    @property
    def grad(self) -> Tristate:
        """Whether gradients are being recorded here."""
        if self.global_grad is Tristate.NO:
            return Tristate.NO
        return self.frame.grad

    def site(self, node: nodes.expr | nodes.stmt, name: str = "") -> Site:
        """The site of a node in the running entry."""
        frame = self.frame
        via: Site | None = None
        if frame.scope.source is not self.source:
            calls = [one.called_at for one in self.frames if one.called_at is not None]
            via = next((call for call in reversed(calls) if call.source is self.source), None)
        key = (id(node), frame.entry, f"{name}@{via.key if via is not None else ''}")
        known = self.memory.sites.get(key)
        if known is None:
            known = Site(
                frame.scope.source, node, id(node), frame.entry, frame.function, name or self.target, via
            )
            self.memory.sites[key] = known
            self.memory.kept.append(node)
        return known

    def _place(self, node: nodes.expr) -> LazyPlace:
        return LazyPlace(self.scope.source, node)

    def record(self, event: object, site: Site) -> None:
        """Keep an event of a site in the running call context."""
        self.effort.see()
        functions = tuple((frame.scope.source.path, frame.function) for frame in self.frames)
        self.recorder.add(event, site, (functions, tuple(self.calls)))

    def models(self, value: Value, depth: int = 0) -> Iterator[Model]:
        """The models inside a value: itself, or attributes of an object."""
        for option in options(value):
            if isinstance(option, Model):
                yield option
            elif isinstance(option, Instance) and depth < 3:
                for cls in self.mro(option.cls):
                    for inner in list(self.program.attributes.get(id(cls.node), {}).values()):
                        yield from self.models(inner, depth + 1)
            elif isinstance(option, Seq) and depth < 3:
                for inner in option.items[:10]:
                    yield from self.models(inner, depth + 1)

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
                    if any(
                        isinstance(option, (External, Unknown)) and is_framework(option)
                        for option in options(base)
                    ):
                        return True
        return False

    def mro(self, cls: Class) -> list[Class]:
        """The class and its bases in the tree, nearest first, and the subclasses' attributes left to themselves."""
        order: list[Class] = []
        pending = [cls]
        while pending and len(order) < 20:
            current = pending.pop(0)
            if current in order:
                continue
            order.append(current)
            pending.extend(
                option for base in current.bases for option in options(base) if isinstance(option, Class)
            )
        return order

    def depends(self, node: nodes.AST | None) -> frozenset[int]:
        """The loops whose round an expression depends on, and `ASKED` where it does on a request."""
        if node is None or not (self.loops or self.frame.handler or self._has_requests):
            return NOTHING
        names, is_impure = names_read(node)
        found: set[int] = set()
        for name in names:
            found |= self.scope.depends_on(name)
            if name == "request" and isinstance(self.scope.find(name), External):
                found.add(ASKED)
        if is_impure:
            found.update(loop.key for loop in self.loops)
        if self.memory.rewritten:
            found |= self._rewritten(node)
        return frozenset(found)

    @property
    def _has_requests(self) -> bool:
        """Whether the program imports the request that its library keeps for the running thread."""
        return isinstance(self.frames[0].scope.values.get("request"), External)

    def _rewritten(self, node: nodes.AST) -> frozenset[int]:
        """The loops whose rounds write a file that an expression reads."""
        home = self.key_of_frame
        passed = arguments_read(node)
        return NOTHING.union(*(self.memory.rewritten.get((home, path), NOTHING) for path in passed))

    @property
    def key_of_frame(self) -> str:
        """The running function's name across files."""
        return f"{self.scope.source.path}::{self.frame.function}"

    def rewrite(self, path: nodes.expr, written: nodes.AST | None) -> None:
        """A file is written: what is read from it later in the round differs as much as what was written."""
        depends = self.depends(written) | self.depends(path)
        if depends:
            key = (self.key_of_frame, unparse(path))
            self.memory.rewritten[key] = self.memory.rewritten.get(key, NOTHING) | depends

    def truth(self, value: Value, test: nodes.expr) -> bool | None:
        """The truth value of a condition where it is known."""
        known = truth(value)
        if known is not Tristate.MAYBE:
            return known is Tristate.YES
        if isinstance(test, nodes.Compare) and len(test.ops) == 1 and is_main_test(test):
            return True
        return None

    def defines_encoder(self) -> bool:
        """Whether classes of the tree define ``encode_image`` and the like, so that the name alone proves nothing."""
        if self._encoder_defined is None:
            programs = [scope.source.text for scope in self.program.modules.values()]
            self._encoder_defined = any(name in text for text in programs for name in ENCODER_DEFINITIONS)
        return self._encoder_defined

    @abstractmethod
    def block(self, body: Sequence[nodes.stmt]) -> bool:
        """Run statements; False when control does not reach the end."""

    @abstractmethod
    def eval(self, node: nodes.expr) -> Value:
        """The abstract value of an expression."""

    @abstractmethod
    def assign(self, target: nodes.expr, value: Value, depends: frozenset[int] = NOTHING) -> None:
        """Bind a target to a value."""

    @abstractmethod
    def store(self, holder: nodes.expr, value: Value, node: nodes.AST) -> None:
        """Put a value changed in place back where it came from."""

    @abstractmethod
    def attribute(self, value: Value, name: str, node: nodes.Attribute | None) -> Value:
        """``value.name``."""

    def each(self, function: Value, item: Value, node: nodes.Call, batches: bool = False) -> Value:
        """Call a function on the members of something, one after the other: ``map(f, items)``, ``column.apply(f)``."""
        loop = LoopSite(id(node), self.site(node), "map", batches, "")
        self.memory.kept.append(node)
        self.loops.append(loop)
        made = self.call(function, Arguments([Argument(item, None, frozenset({loop.key}))], {}), node)
        self.loops.pop()
        return made

    @abstractmethod
    def method(self, instance: Instance, name: str) -> Function | None:
        """A method that the class of an object defines, bound to it."""

    @abstractmethod
    def call(self, function: Value, arguments: Arguments, node: nodes.Call) -> Value:
        """Call any value."""

    @abstractmethod
    def call_function(
        self, function: Function, arguments: Arguments, node: nodes.AST | None, alone: bool = False
    ) -> Value:
        """Run a function of the tree on these arguments and return what it returns."""

    @abstractmethod
    def run_writers(self, path: str) -> None:
        """Run the other programs of the tree that put something into a file, for what they put there."""
