"""Attributes of other people's classes and modules, replaced for a while and put back."""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.observation.frames import Scope


class Patches:
    """What was replaced, in order."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._undo: list[Callable[[], None]] = []
        self._done: set[tuple[int, str]] = set()

    def wrap(self, owner: Any, name: str, around: Callable[..., Any]) -> None:
        """Replace the function ``name`` in the owner's own table by one that calls ``around(original, *args, **kwargs)``."""
        original = vars(owner).get(name)
        key = (id(owner), name)
        function = original.__func__ if isinstance(original, (staticmethod, classmethod)) else original
        if key in self._done or not callable(function):
            return
        self._done.add(key)

        @functools.wraps(function)
        def replaced(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return around(function, *args, **kwargs)

        made = type(original)(replaced) if isinstance(original, (staticmethod, classmethod)) else replaced
        self.put(owner, name, made)
        if isinstance(owner, ModuleType):
            self._handed_on(function, replaced, owner)

    def _handed_on(self, function: Any, replaced: Any, owner: ModuleType) -> None:
        """The user's modules that took the function by its name before."""
        for module in list(sys.modules.values()):
            if isinstance(module, ModuleType) and module is not owner and self._scope.has(module):
                for key in [key for key, value in vars(module).items() if value is function]:
                    self.put(module, key, replaced)

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute until everything is put back."""
        table = vars(owner)
        if name in table:
            old = table[name]
            self._undo.append(lambda: setattr(owner, name, old))
        else:
            self._undo.append(lambda: delattr(owner, name))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put everything back, the last one first."""
        while self._undo:
            self._undo.pop()()
        self._done.clear()
