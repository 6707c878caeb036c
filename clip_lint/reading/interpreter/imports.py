"""Modules and the names taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.interpreter.call_budget import Following
from clip_lint.reading.interpreter.frames import Frame
from clip_lint.reading.lattice import join_all
from clip_lint.reading.own_module import sets_globals
from clip_lint.reading.scope import Scope
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    External,
    Function,
    Imported,
    ModuleRef,
    Text,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.source.model import Source
    from clip_lint.syntax import nodes


DEPENDENCY_BUDGET = 20_000
"""Evaluated nodes for the body of one imported module."""
MOST_MODULES = 25
"""How many other files of the tree are read for one."""


class Imports(Following):
    """Imports: a module of the tree is read when a name of it is first used."""

    def do_Import(self, node: nodes.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            self.scope.set(alias.asname or name, self.module_value(name, 0))

    def do_ImportFrom(self, node: nodes.ImportFrom) -> None:
        name = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append((name, node.level))
            elif self.workspace is None or (
                not node.level and self.libraries.describes(f"{name}.{alias.name}")
            ):
                self.scope.set(
                    alias.asname or alias.name,
                    External(f"{name}.{alias.name}") if not node.level else UNKNOWN,
                )
            else:
                self.scope.set(alias.asname or alias.name, Imported(name, node.level, alias.name))

    def _settled(self, value: Value, source: Source) -> Value:
        """A value whose alternatives are looked up where they are imported (``try: from a import x``, else from ``b``)."""
        found = [
            self._resolve(option, source) if isinstance(option, Imported) else option
            for option in options(value)
        ]
        known = {_last(each.path) for each in found if isinstance(each, External) and self._knows(each)}
        # A copy that is not there (`from submodule.clip import clip`) is what the library beside it is.
        return join_all(
            each
            for each in found
            if not isinstance(each, External) or self._knows(each) or _last(each.path) not in known
        )

    def _knows(self, external: External) -> bool:
        return self.libraries.describes(external.path)

    def _resolve(self, imported: Imported, source: Source) -> Value:
        """The value behind a name imported from the tree into ``source``, or the external it turns out to be."""
        if self.workspace is None:
            return UNKNOWN
        name, level = imported.module, imported.level
        file = self.workspace.resolve(name, level, source.file)
        part = f"{name}.{imported.name}" if name else imported.name
        if file is None:  # a folder without `__init__`, or a package that imports from itself
            inner = self.workspace.resolve(part, level, source.file)
            if inner is not None:
                return ModuleRef(inner)
            return External(f"{name}.{imported.name}") if not level else Unknown(imported.name)
        if file == source.file:
            return Unknown(imported.name)
        copied = self._vendored(file)
        if copied is not None:
            return External(f"{copied.path}.{imported.name}")
        value = self.attribute(ModuleRef(file), imported.name, None)
        if isinstance(value, Unknown):
            inner = self.workspace.resolve(part, level, source.file)
            return ModuleRef(inner) if inner is not None else value
        return value

    def _from_star(self, scope: Scope, name: str) -> Value | None:
        """A name that a module got by ``from ... import *``."""
        for module, level in scope.stars:
            value = self.module_value(module, level, scope.source)
            if isinstance(value, ModuleRef) and value.file != scope.source.file:
                found = self.attribute(value, name, None)
                if not isinstance(found, Unknown):
                    scope.values[name] = found
                    return found
        return None

    def module_value(self, name: str, level: int, importer: Source | None = None) -> Value:
        """A module by its dotted name, as ``importer`` (the running file) sees it: one of the tree, else an external one."""
        if self.workspace is not None and (level or not self.libraries.describes(name)):
            file = self.workspace.resolve(name, level, (importer or self.scope.source).file)
            if file is not None:
                return self._vendored(file) or ModuleRef(file)
        return External(name) if not level else UNKNOWN

    def _vendored(self, file: Path) -> External | None:
        """The library's own module where a file of the tree is a copy of it, as seen from outside the copy."""
        if self.scope.source.file.parent == file.parent or self.workspace is None:
            return None
        for package, names in self.libraries.vendored:
            if all(name == file.stem or self.workspace.resolve(name, 1, file) is not None for name in names):
                self.program.copies[package] = file
                return External(package if file.stem == "__init__" else f"{package}.{file.stem}")
        return None

    def module_scope(self, file: Path) -> Scope:
        """The names of another module of the tree, running it first if need be (without recording)."""
        known = self.program.modules.get(file)
        if known is not None:
            return known
        if len(self.program.modules) > MOST_MODULES:
            return Scope(self.source)
        source = self.workspace.load(file) if self.workspace is not None else None
        tree = self.workspace.tree(file) if source is not None and self.workspace is not None else None
        if source is None or tree is None:
            scope = Scope(self.source)
            self.program.modules[file] = scope
            return scope
        self.recorder.depend(file)
        scope = Scope(source)
        scope.values["__name__"] = Text(file.stem)
        scope.values["__file__"] = Text(str(file))
        self.program.modules[file] = scope
        trip = self.leave(DEPENDENCY_BUDGET)
        loops, self.loops = self.loops, []
        self.frames.append(Frame(scope))
        with self.recorder.paused(True):
            self.block(tree.body)
            self.run_setters(scope)
        self.frames.pop()
        self.loops = loops
        self.come_back(trip)
        return scope

    def run_setters(self, scope: Scope) -> None:
        """Run a module's functions that fill variables which hold nothing, such as a model, for what the others find there."""
        if not self._speaks_of_clip(scope.source):
            return
        entered, everywhere, before = set(self.program.entered), self.global_grad, dict(scope.values)
        with self.recorder.paused(True):
            for value in list(scope.values.values()):
                if isinstance(value, Function) and value.source is scope.source and sets_globals(value.node):
                    self.call_function(value, Arguments([], {}), None, alone=True)
        held = {
            name: value for name, value in before.items() if value != NONE and not isinstance(value, Unknown)
        }
        scope.values.update(held)  # a list that grows has not grown yet
        self.program.entered, self.global_grad = entered, everywhere
        self.memory.results.clear()


def _last(path: str) -> str:
    return path.rpartition(".")[2]
