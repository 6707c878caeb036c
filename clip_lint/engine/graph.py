"""Who imports whom in a project: which files must be read, and which others have a say in what is found in them."""

from __future__ import annotations

import os
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from clip_lint.engine.scan import deeds_of
from clip_lint.source.imports import Import
from clip_lint.source.load import NOTEBOOK_SUFFIX
from clip_lint.source.symbols import definitions, leading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from clip_lint.engine.scan import Deeds, Links
    from clip_lint.source.modules import Modules

MOST_FOLLOWED = 200
"""How many files are looked at to find who imports some."""
MOST_BYTES = 500_000
"""How much text is read because of what it imports, nearest first: a few seconds' worth."""

_PROGRAM_OF_NOTEBOOK = 50_000
"""The rest of a notebook is pictures."""


class ImportGraph:
    """The imports of a project's files, resolved where they matter.

    ``uses`` are the files that use CLIP themselves, ``text`` gives a file's bytes, ``tells`` says whether a piece of text
    uses CLIP, ``data_names`` which data files there are (None: too many to tell). From the names that do, who imports them is followed upward: a file is *concerned* if it uses CLIP or imports
    a name that leads to it. A package that only hands a name on is passed through name by name.
    """

    def __init__(
        self,
        links: Mapping[str, Links],
        uses: Iterable[str],
        modules: Modules,
        text: Callable[[str], bytes],
        tells: Callable[[bytes], bool],
        data_names: Callable[[], frozenset[str] | None],
    ) -> None:
        self._links = links
        self._modules = modules
        self._text = text
        self._tells = tells
        self._data_names = data_names
        self._uses = [path for path in uses if path in links]
        self._importers: dict[str, list[tuple[str, Import, str]]] = {}
        self._needed: dict[str, set[str]] = {}
        self._done: dict[str, Deeds] = {}
        self.left_out: set[str] = set()
        """The files that import what uses CLIP and are not read: the budget did not last."""
        self._mentions: dict[str, list[tuple[str, Import]]] = {}
        for path, each in links.items():
            for statement in each.imports:
                for word in _last_words(statement):
                    self._mentions.setdefault(word, []).append((path, statement))
        self.concerned = frozenset(self._spread())

    @cached_property
    def trained(self) -> frozenset[str]:
        """The files whose CLIP names a training program imports, directly or not."""
        trainers = [path for path in self.concerned if self._deeds(path).trains]
        found = {other for path in trainers for other in self._needed.get(path, ())}
        return frozenset(_closure(found, lambda path: self._needed.get(path, ())))

    @cached_property
    def imported(self) -> frozenset[str]:
        """The files whose CLIP names another file imports."""
        return frozenset(other for needed in self._needed.values() for other in needed)

    def involved(self, files: Iterable[str]) -> set[str]:
        """The files whose reading may say something about ``files``: themselves, and who imports them."""
        found = set(files)
        pending = deque(found)
        while pending:
            if len(found) > MOST_FOLLOWED or found >= self.concerned:
                return found | self.concerned  # to read too much is to find the same
            new = set(self._touched_by(pending.popleft())) - found
            found |= new
            pending += new
        return found

    def importers(self, path: str) -> set[str]:
        """The files that import a file, directly or not."""
        return _closure([path], lambda each: (importer for importer, _, _ in self._importers_of(each))) - {
            path
        }

    def _touched_by(self, path: str) -> Iterator[str]:
        """The files that import a file in any way, and those that may read what it writes."""
        yield from {importer for importer, _, _ in self._importers_of(path)}
        if self._may_have_written(path):
            yield from (other for other in self.concerned if self._deeds(other).reads_data)

    def _may_have_written(self, path: str) -> bool:
        """Whether a program writes data files and names one that is there: what it writes elsewhere nobody has read."""
        if path not in self._links or not self._deeds(path).writes_data:
            return False
        names = self._data_names()
        text = self._text(path)
        return names is None or any(name.encode() in text for name in names)

    def _deeds(self, path: str) -> Deeds:
        """What a file does."""
        if path not in self._done:
            self._done[path] = deeds_of(self._text(path))
        return self._done[path]

    def _spread(self) -> set[str]:
        """Follow the names that lead to CLIP from file to file."""
        names: dict[str, set[str]] = {}
        budget = MOST_BYTES
        found = set(self._uses)
        pending = deque((path, self._own_names(path)) for path in self._uses if self._importers_of(path))
        while pending:
            path, new = pending.popleft()
            known = names.setdefault(path, set())
            new -= known
            known |= new
            if not new:
                continue
            gained: dict[str, set[str]] = {}
            for importer, statement, there in self._importers_of(path):
                if there and there != "*" and there not in new:
                    continue
                here = (
                    _bound_by(statement, there)
                    if there and there != "*"
                    else self._used(importer, there, new)
                )
                if here:
                    gained.setdefault(importer, set()).update(here)
            for importer in sorted(gained):
                is_notebook = importer.endswith(NOTEBOOK_SUFFIX)
                if importer not in found:
                    size = len(self._text(importer))
                    budget -= min(size, _PROGRAM_OF_NOTEBOOK) if is_notebook else size
                    if budget < 0:
                        self.left_out.add(importer)
                        continue
                    found.add(importer)
                self._needed.setdefault(importer, set()).add(path)
                if not is_notebook:
                    seeds = gained[importer] | names.get(importer, set())
                    pending.append((importer, leading(definitions(self._text(importer)), seeds)))
        return found

    def _used(self, importer: str, there: str, names: set[str]) -> set[str]:
        """The names that a file uses of a module that it imports whole, or hands on where it imports all of them."""
        names = {name for name in names if not name.startswith("_")}
        if there == "*":
            return names
        text = self._text(importer)
        return {name for name in names if name.encode() in text}

    def _own_names(self, path: str) -> set[str]:
        """The names of a file that uses CLIP whose definitions do."""
        if path.endswith(NOTEBOOK_SUFFIX):
            return set()
        parts = definitions(self._text(path))
        sure = [part for part in parts if self._tells(part.text)]
        seeds = {
            here
            for statement in self._links[path].imports
            if self._resolve(path, statement.module, statement.level) is None
            and self._tells(_line(statement))
            for name, _ in statement.names or (("", ""),)
            for here in _bound_by(statement, name)
        }
        return leading(parts, seeds, sure)

    def _importers_of(self, path: str) -> list[tuple[str, Import, str]]:
        """Who imports a file: the importer, its statement, and the name that is taken from the file (none: all of it)."""
        if path not in self._importers:
            found: list[tuple[str, Import, str]] = []
            stem = os.path.splitext(os.path.basename(path))[0]
            is_package = stem == "__init__"
            words = [os.path.basename(os.path.dirname(path)), ""] if is_package else [stem]
            for importer, statement in dict.fromkeys(
                each for word in words for each in self._mentions.get(word, ())
            ):
                if importer != path:
                    found += self._taken(path, importer, statement)
            self._importers[path] = found
        return self._importers[path]

    def _taken(self, path: str, importer: str, statement: Import) -> Iterator[tuple[str, Import, str]]:
        """What a statement takes from a file."""
        if self._resolve(importer, statement.module, statement.level) == path:
            for there, _ in statement.names or (("", ""),):
                yield importer, statement, there
            return
        for there, _ in statement.names:
            part = f"{statement.module}.{there}" if statement.module else there
            if there != "*" and self._resolve(importer, part, statement.level) == path:
                yield importer, Import(part, statement.level, ((there, _),)), ""
        if not statement.names:
            parts = statement.module.split(".")
            for end in range(1, len(parts)):
                if self._resolve(importer, ".".join(parts[:end]), 0) == path:
                    yield importer, statement, ""

    def _resolve(self, path: str, module: str, level: int) -> str | None:
        links = self._links.get(path)
        found = self._modules.resolve(module, level, path)
        if found is None and not level and links is not None and links.folders:
            more = self._modules.script_folders(links.folders, path)
            found = self._modules.resolve(module, level, path, more)
        return found


def _last_words(statement: Import) -> set[str]:
    """The words by which the modules that a statement means may be called."""
    words = set(statement.module.split(".")) if not statement.names else {statement.module.rpartition(".")[2]}
    return words | {there for there, _ in statement.names}


def _bound_by(statement: Import, there: str) -> set[str]:
    """The names that a statement binds for what it takes."""
    if statement.names:
        return {here for name, here in statement.names if not there or name == there}
    return {statement.alias or statement.module.partition(".")[0]}


def _line(statement: Import) -> bytes:
    """A statement as a line, for the gate."""
    if not statement.names:
        return f"import {statement.module}\n".encode()
    names = ", ".join(there for there, _ in statement.names)
    return f"from {'.' * statement.level}{statement.module} import {names}\n".encode()


def _closure(start: Iterable[str], ties: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that the ties lead to from ``start``, itself included."""
    found = set(start)
    pending = deque(found)
    while pending:
        for other in ties(pending.popleft()):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found
