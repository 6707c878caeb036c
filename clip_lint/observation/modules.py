"""Modules that are to be changed when they are imported, and those that are there already."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class OnImport:
    """Calls a function with each module of some names, now or as soon as it is imported."""

    def __init__(self, wanted: Mapping[str, Callable[[Any], None]]) -> None:
        self._wanted = wanted
        self._is_searching = False

    def start(self) -> None:
        """Begin with what there is."""
        for name, change in self._wanted.items():
            module = sys.modules.get(name)
            if module is not None:
                change(module)
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """What is imported from now on stays as it is."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        """Python's question for a module: what the others answer, with the change behind its loading."""
        del path, target
        if name not in self._wanted or self._is_searching:
            return None
        self._is_searching = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._is_searching = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Changing(spec.loader, self._wanted[name])  # type: ignore[assignment]
        return spec


class _Changing:
    """A loader that loads as another does, and then changes the module; the module keeps the other."""

    def __init__(self, loader: Loader, change: Callable[[Any], None]) -> None:
        self._loader = loader
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run it, and change it."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._change(module)
