"""What one run of the interpreter keeps, grouped by what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.reading.values import Class, Function

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.knowledge.versions import Versions
    from clip_lint.reading.scope import Scope
    from clip_lint.reading.values import Features, Index, Site, Value
    from clip_lint.syntax import nodes

BUDGET = 100_000
"""Evaluated nodes for one root file: most need a few thousand."""
ABROAD_BUDGET = 40_000
"""How many of them outside the root file."""
BLIND_BUDGET = 30_000
"""How many of them before anything of CLIP was seen: a file that only names such models may be long."""


@dataclass
class Effort:
    """How many nodes may still be evaluated."""

    left: int = BLIND_BUDGET
    abroad: int = ABROAD_BUDGET
    is_blind: bool = True

    def see(self) -> None:
        """Something of CLIP was seen: the file is worth all that is allowed."""
        if self.is_blind:
            self.is_blind = False
            self.left += BUDGET - BLIND_BUDGET


@dataclass
class Memory:
    """What was worked out once about a node, a file or a call.

    Nodes are told apart by identity, so those that are asked about are kept alive.
    """

    speaks_of_clip: dict[str, bool] = field(default_factory=dict)
    sites: dict[tuple[int, str, str], Site] = field(default_factory=dict)
    results: dict[tuple[object, ...], Value] = field(default_factory=dict)
    kept: list[nodes.AST] = field(default_factory=list)
    collections: dict[tuple[str, str], Index] = field(default_factory=dict)
    """The collections of vector stores that were made, by what tells each from others."""
    stored: dict[tuple[str, str], Features] = field(default_factory=dict)
    """The vectors that went into each of them."""
    rewritten: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """By function and expression of a path, the loops that write the file anew in every round."""

    saved: dict[str, Value] = field(default_factory=dict)
    """What the program puts into files, by what tells them apart."""
    versions: dict[str, Versions] = field(default_factory=dict)
    """By file, the versions that its code may run with."""
    written: set[str] = field(default_factory=set)
    """The files whose other writers were looked for."""


@dataclass
class Program:
    """What the program defines, and which of its functions were called."""

    modules: dict[Path, Scope] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    cut_short: set[str] = field(default_factory=set)
    """Functions of which a call was not followed to its end."""
    decorators: dict[int, list[Value]] = field(default_factory=dict)
    decorator_names: dict[int, frozenset[str]] = field(default_factory=dict)
    bases_abroad: set[int] = field(default_factory=set)
    """Base classes in other files (by definition's identity) whose methods were run for what they keep."""
    attributes: dict[int, dict[str, Value]] = field(default_factory=dict)
    """Of each class (by its definition's identity), the attributes of its objects."""

    copies: dict[str, Path] = field(default_factory=dict)
    """Of each library that the tree has a copy of, a file of the copy that it imports."""
    shared: dict[tuple[str, str], Value] = field(default_factory=dict)
    """What is kept with the application, whichever function put it there: ``app.state.model``, ``st.session_state["vectors"]``."""
    defined: set[Class | Function] = field(default_factory=set)
    """The classes and functions again, to find them by."""

    def define(self, what: Class | Function) -> None:
        """Keep a class or a function of the program, once."""
        if what in self.defined:
            return
        self.defined.add(what)
        if isinstance(what, Class):
            self.classes.append(what)
        else:
            self.functions.append(what)

    def is_followed(self, function: str) -> bool:
        """Whether a function was read in the calls made to it: reading it by itself tells no more."""
        return function in self.entered and function not in self.cut_short

    def followed(self) -> set[str]:
        """All functions of which that holds."""
        return self.entered - self.cut_short


WiredFields = tuple[tuple["Value", ...], tuple[tuple["Value", ...], ...]]
"""The fields that a user interface passes to a function, and the examples of each."""


@dataclass
class Interface:
    """How users reach the program: options of a command line, fields and buttons, request handlers."""

    command_lines: dict[int, dict[str, Value]] = field(default_factory=dict)
    handlers: set[str] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)
    """The handlers of requests that come over the network: all that they are given was written elsewhere."""
    wired: dict[str, list[WiredFields]] = field(default_factory=dict)
    examples: dict[int, list[Value]] = field(default_factory=dict)
    has_widgets: bool = False
    is_rerun: bool = False
    """A library was called that runs the program from its top at every interaction."""

    @property
    def serves(self) -> bool:
        """Whether somebody else than the program's own top runs its functions: requests, events, fields of a page."""
        return bool(self.handlers or self.wired or self.has_widgets or self.is_rerun)
