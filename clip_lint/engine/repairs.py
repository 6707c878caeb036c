"""Findings -> findings with fixes, for whoever asks: the programs are read once more, and their project looked at."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.finding import Applicability
from clip_lint.settings.selection import matches
from clip_lint.source.load import UnreadableError, load
from clip_lint.source.workspace import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.core.finding import Finding, Fix
    from clip_lint.engine.project import Project
    from clip_lint.knowledge.versions import Versions
    from clip_lint.settings.configuration import Settings

_TAKES_GRADIENTS = re.compile(
    rb"\bbackward\s*\(|\bautograd\b|\boptim\b|requires_grad_?\b|\benable_grad\b|\.grad\b|\bTrainer\b|\bfinetune|\bcaptum\b"
    rb"|GradCAM|\.train\(\s*\)|training_step"
)
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+[^\n#]*(?:\([^)]*\))?", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_SKIPPED = frozenset(
    {".git", ".hg", ".tox", ".venv", "venv", "node_modules", "site-packages", "__pycache__", "build", "dist"}
)
MOST_FILES = 5_000


class Surroundings:
    """The project around one file, as codemods ask about it: looked at when asked, and kept for the next file."""

    def __init__(self, versions: Versions, imports: Imports) -> None:
        self.versions = versions
        self._imports = imports

    def is_trained_with(self, path: str) -> bool:
        """Whether a file that imports this one, at whatever remove, trains something or takes gradients."""
        return any(file.takes_gradients for file in self._imports.importers(path))

    def is_imported(self, path: str) -> bool:
        """Whether another file of the project imports this one."""
        return bool(self._imports.importers(path))


class _File:
    """What importing means of a file: the words of its imports, and whether it takes gradients."""

    __slots__ = ("path", "takes_gradients", "words")

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.takes_gradients = bool(_TAKES_GRADIENTS.search(data))
        self.words = frozenset(
            word for found in _IMPORT.finditer(data) for word in _WORD.findall(found.group())
        )


class Imports:
    """Who imports whom in the projects of a run, by the words of import statements: rather one too many than one missed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._projects: dict[str, list[_File]] = {}
        self._answers: dict[str, list[_File]] = {}

    def importers(self, shown: str) -> list[_File]:
        """The files that import a file, directly or through others."""
        if shown not in self._answers:
            self._answers[shown] = self._importers(self._project.named(shown).path)
        return self._answers[shown]

    def _importers(self, path: str) -> list[_File]:
        files = self._files(project_root(os.path.dirname(path)))
        found: dict[str, _File] = {}
        pending = [path]
        while pending:
            name = _module_name(pending.pop())
            if not name:
                continue
            for file in files:
                if name in file.words and file.path != path and file.path not in found:
                    found[file.path] = file
                    pending.append(file.path)
        return list(found.values())

    def _files(self, root: str) -> list[_File]:
        if root not in self._projects:
            self._projects[root] = list(self._read(root))
        return self._projects[root]

    def _read(self, root: str) -> Iterator[_File]:
        count = 0
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in _SKIPPED]
            for name in names:
                if not name.endswith((".py", ".ipynb")):
                    continue
                count += 1
                if count > MOST_FILES:
                    return
                path = os.path.join(folder, name)
                try:
                    yield _File(path, self._project.read(path))
                except UnreadableError:
                    continue


def _module_name(path: str) -> bytes:
    """The last word by which a file is imported: its own name, a package's that of its folder."""
    name, _ = os.path.splitext(os.path.basename(path))
    return os.path.basename(
        os.path.dirname(path) if name == "__init__" else path.removesuffix(".py")
    ).encode()


def with_fixes(findings: Sequence[Finding], project: Project) -> list[Finding]:
    """Findings with their fixes, as applicable as the settings of their files say."""
    if not findings:
        return []
    from clip_lint.codemods import fixes  # noqa: PLC0415  (only where something was found)

    imports = Imports(project)
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.place.path, []).append(finding)
    made: dict[int, Finding] = {}
    for name, own in grouped.items():
        target = project.named(name)
        try:
            source = load(Path(target.path), name, project.read(target.path)).source
        except UnreadableError:
            source = None
        if source is not None:
            repaired = fixes(own, source, Surroundings(project.versions(target), imports))
            for before, after in zip(own, repaired, strict=True):
                made[id(before)] = replace(after, fix=_trusted(after, target.settings))
    return [made.get(id(each), each) for each in findings]


def _trusted(finding: Finding, settings: Settings) -> Fix | None:
    """A finding's fix, as applicable as the settings say; a suggestion stays one."""
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.SUGGESTION:
        return fix
    level = fix.applicability
    if any(matches(selector, finding.code, finding.name) for selector in settings.extend_safe_fixes):
        level = Applicability.SAFE
    if any(matches(selector, finding.code, finding.name) for selector in settings.extend_unsafe_fixes):
        level = Applicability.UNSAFE
    return fix if level is fix.applicability else replace(fix, applicability=level)
