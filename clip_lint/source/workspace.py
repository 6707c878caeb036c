"""The linted tree as reading sees it: which file an import means, and what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.source.data_files import DATA_SUFFIXES, DataFiles
from clip_lint.source.imports import script_paths
from clip_lint.source.load import display_name, load
from clip_lint.source.modules import Modules
from clip_lint.source.recent import Recent
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.source.model import Source
    from clip_lint.syntax import nodes
    from clip_lint.syntax.outlined import AnyProgram
    from clip_lint.syntax.parse import Program

_MAX_TREE_CHARACTERS = 3_000_000
"""How much program text keeps its tree in memory; a tree takes about 30 bytes for each character."""
_MAX_SOURCE_CHARACTERS = 8_000_000


class Workspace:
    """Files of the linted tree, read on demand and kept while they are used.

    The tree is the linted folders and the project around them. ``overlay`` gives programs that differ from what lies
    on disk (standard input). ``extra_libraries`` are the user's own library tables. ``concerned`` are the files that
    use CLIP or import one that does, ``trained`` those that a training program imports, ``imported`` those whose CLIP names any other does.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        base: Path,
        overlay: Mapping[str, Source] | None = None,
        extra_libraries: Sequence[Path] = (),
        *,
        concerned: frozenset[str] = frozenset(),
        trained: frozenset[str] = frozenset(),
        imported: frozenset[str] = frozenset(),
    ) -> None:
        self._concerned = concerned
        self._trained = trained
        self._imported = imported
        self.extra_libraries = tuple(extra_libraries)
        self._base = str(base)
        self._overlay = dict(overlay or {})
        self._modules = Modules([str(root) for root in roots], self._overlay)
        self._data = DataFiles(self._modules, self._base)
        self._script_paths: dict[str, tuple[str, ...]] = {}
        self._sources: Recent[Source | None] = Recent(_MAX_SOURCE_CHARACTERS)
        self._programs: Recent[tuple[str, AnyProgram | UnparsableError]] = Recent(_MAX_TREE_CHARACTERS)
        self._lookups: dict[str, dict[str, str | None]] = {}

    def resolve(self, module: str, level: int, importer: Path) -> Path | None:
        """The file of the tree that ``importer`` means by ``module`` (``level`` leading dots); None if none does."""
        asker = str(importer)
        query = "." * level + module
        asked = self._lookups.setdefault(asker, {})
        if query not in asked:
            asked[query] = self._resolve(module, level, asker)
        found = asked[query]
        return Path(found) if found is not None else None

    def load(self, path: Path) -> Source | None:
        """The program of a file, None where it cannot be read."""
        key = str(path)
        if key in self._overlay:
            return self._overlay[key]
        if key not in self._sources:
            try:
                source = load(path, display_name(key, self._base), read_bytes(key)).source
            except UnreadableError:
                source = None
            self._sources.put(key, source, len(source.text) if source else 0)
        return self._sources.get(key)

    def program(self, path: Path) -> Program | None:
        """The program of a file, None where it cannot be read or parsed."""
        from clip_lint.syntax.parse import parse  # noqa: PLC0415  (libcst is slow to load, and most runs need none)

        source = self.load(path)
        try:
            return parse(source.text) if source is not None else None
        except UnparsableError:
            return None

    def tree(self, path: Path) -> nodes.Module | None:
        """The syntax tree of a file that is only looked into, None where it cannot be read or parsed."""
        source = self.load(path)
        try:
            return self.outlined(source).tree if source is not None else None
        except UnparsableError:
            return None

    def outlined(self, source: Source) -> AnyProgram:
        """The program of a source; UnparsableError says where and why there is none. Who reads a file and who looks into it share one."""
        from clip_lint.syntax.outlined import outlined  # noqa: PLC0415  (loads the nodes, which most runs do not need)

        key = str(source.file)
        text, known = self._programs.get(key) if key in self._programs else ("", None)
        if known is None or text != source.text:
            try:
                known = outlined(source.text)
            except UnparsableError as error:
                known = error
            self._programs.put(key, (source.text, known), len(source.text))
        if isinstance(known, UnparsableError):
            raise known
        return known

    def data_file(self, path: str, importer: Path) -> str | None:
        """The text of a label file that code names by a literal path, if it lies in the tree and is small.

        The path counts from the importer's folder or from any folder above it within the tree.
        """
        if not path.endswith(DATA_SUFFIXES) or "\0" in path:
            return None
        asker = str(importer)
        found = self._data.find(path, asker)
        self._lookups.setdefault(asker, {})["data:" + path] = found
        if found is None:
            return None
        try:
            return read_bytes(found).decode("utf-8-sig", "replace")
        except UnreadableError:
            return None

    def data_files(self, pattern: str, importer: Path) -> list[str]:
        """The label files whose paths fit a path with holes (``{}``) in its last part, such as ``classes/{}.txt``.

        A name that is all hole must stand in a folder of its own: any text beside a program would fit. Files
        beyond `MOST_FITTING` and `MAX_FITTING_BYTES` are data rather than labels.
        """
        if not pattern.endswith(DATA_SUFFIXES) or "\0" in pattern:
            return []
        asker = str(importer)
        found = self._data.fitting(pattern, asker)
        self._lookups.setdefault(asker, {})["fits:" + pattern] = "\n".join(found) or None
        return found

    def writers(self, shown: str, importer: Path) -> list[Path]:
        """The programs of the project that name a data file and write files: what may have made it.

        ``shown`` is the file as `data_name` prints it. Looked through are the folders from the file and up to the project's
        top, and those right below the top.
        """
        found = self._data.writers(shown)
        self._lookups.setdefault(str(importer), {})["writers:" + shown] = "\n".join(found) or None
        return [Path(each) for each in found]

    def data_name(self, path: str, importer: Path) -> str:
        """How reports print the file that `data_file` found; the path itself where it found none."""
        found = self._data.find(path, str(importer))
        return display_name(found, self._base) if found is not None else path

    def lookups(self, files: Iterable[str]) -> dict[str, dict[str, str | None]]:
        """What each of ``files`` asked for so far, and what it was told: an answer that changes outdates a finding."""
        return {file: dict(self._lookups[file]) for file in files if self._lookups.get(file)}

    def still_answers(self, lookups: Mapping[str, Mapping[str, str | None]]) -> bool:
        """Whether every recorded question still has its recorded answer."""
        for asker, asked in lookups.items():
            for query, answer in asked.items():
                if query.startswith("data:"):
                    now = self._data.find(query.removeprefix("data:"), asker)
                elif query.startswith("writers:"):
                    now = "\n".join(self._data.writers(query.removeprefix("writers:"))) or None
                elif query.startswith("fits:"):
                    now = "\n".join(self._data.fitting(query.removeprefix("fits:"), asker)) or None
                else:
                    module = query.lstrip(".")
                    now = self._resolve(module, len(query) - len(module), asker)
                if now != answer:
                    return False
        return True

    def is_concerned(self, file: Path) -> bool:
        """Whether a program uses CLIP, or imports a module of the project that does."""
        return str(file) in self._concerned

    def is_trained(self, file: Path) -> bool:
        """Whether a program that trains something imports this one: what it computes may need gradients."""
        return str(file) in self._trained

    def is_imported(self, file: Path) -> bool:
        """Whether another program imports from this one what uses CLIP."""
        return str(file) in self._imported

    def contains(self, path: str) -> bool:
        """Whether an absolute path lies in the tree."""
        return self._modules.contains(path)

    def _resolve(self, module: str, level: int, importer: str) -> str | None:
        found = self._modules.resolve(module, level, importer)
        if found is None and not level:
            more = self._paths_of(importer)
            found = self._modules.resolve(module, level, importer, more) if more else None
        return found

    def _paths_of(self, importer: str) -> tuple[str, ...]:
        """The folders that a program puts on its search path."""
        if importer not in self._script_paths:
            source = self.load(Path(importer))
            named = script_paths(source.text.encode("utf-8", "replace")) if source is not None else ()
            self._script_paths[importer] = self._modules.script_folders(named, importer)
        return self._script_paths[importer]
