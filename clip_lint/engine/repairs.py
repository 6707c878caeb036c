"""Findings -> findings with fixes, for whoever asks: the programs are read once more, and their project looked at."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.core.bounds import BoundError, bounded
from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.finding import Applicability
from clip_lint.core.problem import Problem
from clip_lint.core.toml import loads
from clip_lint.engine.cache import digest
from clip_lint.engine.cache_format import fix_from_record, fix_to_record
from clip_lint.settings.selection import matches
from clip_lint.source.load import load
from clip_lint.source.own_pins import own_pins
from clip_lint.source.project_top import project_root
from clip_lint.syntax.width import usual_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.core.finding import Finding, Fix
    from clip_lint.engine.cache import Cache
    from clip_lint.engine.files import ProjectFiles
    from clip_lint.settings.model import Settings
    from clip_lint.source.discovery import Target

_TAKES_GRADIENTS = re.compile(
    rb"\bbackward\s*\(|\bautograd\b|\boptim\b|requires_grad_?\b|\benable_grad\b|\.grad\b|\bTrainer\b|\bfinetune|\bcaptum\b"
    rb"|GradCAM|\.train\(\s*\)|training_step"
)
USUAL_LENGTH = 88
"""How long Ruff and Black let lines be where nobody says otherwise."""


class Memory:
    """The fixes that were made last for each file, in this run (``made``) and in earlier ones (``cache``, if there is one).

    Who repairs a file asks for what was just reported of it.
    """

    def __init__(self, made: dict[str, tuple[str, Any]], cache: Cache | None) -> None:
        self._made = made
        self._cache = cache

    def fixes(self, path: str, key: str) -> Any:
        """The fixes of a file's findings as records, None where they were made for other circumstances (``key``)."""
        if self._made.get(path, ("",))[0] != key:
            records = self._cache.fixes(path, key) if self._cache is not None else None
            if records is None:
                return None
            self._made[path] = (key, records)
        return self._made[path][1]

    def keep(self, path: str, key: str, records: Any) -> None:
        """Remember the fixes of a file's findings."""
        self._made[path] = (key, records)
        if self._cache is not None:
            self._cache.keep_fixes(path, key, records)


class Surroundings:
    """The project around one file, as codemods ask about it."""

    def __init__(
        self,
        target: Target,
        project: ProjectFiles,
        importers: Callable[[str], set[str]],
        concerned: Callable[[], set[str]],
    ) -> None:
        self.versions = project.versions(target)
        self.line_length = line_length(target.path)
        self.kept_width = project.widths.get(target.path)
        self._project = project
        self._importers = importers
        self._concerned = concerned

    def width(self, text: str) -> int:
        """How long the file lets its lines be, whose program is ``text``."""
        return (self.kept_width or usual_width(text, self.line_length)).limit

    def is_trained_with(self, path: str) -> bool:
        """Whether a file that imports this one, at whatever remove, trains something or takes gradients."""
        importers = self._importers(self._project.named(path).path)
        return any(_TAKES_GRADIENTS.search(self._text(each)) for each in importers)

    def is_imported(self, path: str) -> bool:
        """Whether another file of the project imports this one."""
        return bool(self._importers(self._project.named(path).path))

    def names_elsewhere(self, path: str, text: str) -> bool:
        """Whether another file of the project that uses CLIP has a string that is this text; in a notebook its quotes are escaped."""
        written = re.compile(rb"[\"']%s\\?[\"']" % re.escape(text.encode()))
        others = self._concerned() - {self._project.named(path).path}
        return any(written.search(self._text(each)) for each in others)

    def read(self, path: str) -> bytes:
        """A file's content; UnreadableError as `read_bytes`."""
        return self._project.read(path)

    def _text(self, path: str) -> bytes:
        try:
            return self._project.read(path)
        except UnreadableError:
            return b""


def line_length(path: str) -> int | None:
    """How long the project's formatter (Ruff or Black, as its files say) lets lines be; None where it has none."""
    folder = os.path.dirname(path)
    top = project_root(folder)
    while True:
        tools = (_table(folder, "pyproject.toml") or {}).get("tool", {})
        tables = [_table(folder, name) for name in ("ruff.toml", ".ruff.toml")]
        tables += [tools.get(name) for name in ("ruff", "black")] if isinstance(tools, dict) else []
        for table in tables:
            if isinstance(table, dict):
                length = table.get("line-length", USUAL_LENGTH)
                return length if isinstance(length, int) else None
        if folder == top or os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)


def _table(folder: str, name: str) -> dict[str, Any] | None:
    try:
        return loads(read_bytes(os.path.join(folder, name)).decode("utf-8", "replace"))
    except (UnreadableError, ValueError):
        return None


def with_fixes(
    findings: Sequence[Finding],
    project: ProjectFiles,
    importers: Callable[[str], set[str]],
    concerned: Callable[[], set[str]],
    memory: Memory,
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """Findings with their fixes, as applicable as the settings of their files say; and the files it takes too long for.

    ``importers`` gives the files that import a file, directly or not, ``concerned`` those that use CLIP; ``memory`` has what was made before.
    """
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.place.path, []).append(finding)
    made: dict[int, Finding] = {}
    slow: list[Problem] = []
    for name, own in grouped.items():
        target = project.named(name)
        found: Sequence[Fix | None] = [None] * len(own)
        try:
            with bounded(target.path):
                found = _fixes(own, Surroundings(target, project, importers, concerned), target, memory)
        except BoundError as error:
            slow.append(Problem(name, f"how to repair it is not known: {error}"))
        for before, fix in zip(own, found, strict=True):
            made[id(before)] = replace(before, fix=_trusted(replace(before, fix=fix), target.settings))
    return tuple(made[id(each)] for each in findings), tuple(slow)


def _fixes(
    findings: list[Finding], surroundings: Surroundings, target: Target, memory: Memory
) -> Sequence[Fix | None]:
    """The fixes of one file's findings, those that were made before where nothing that they depend on has changed."""
    path = target.path
    try:
        data = surroundings.read(path)
    except UnreadableError:
        return [None] * len(findings)
    surroundings.versions = surroundings.versions.with_own(own_pins(data))
    around = (surroundings.is_imported(target.name), surroundings.is_trained_with(target.name))
    named = [
        surroundings.names_elsewhere(target.name, detail.value)
        for finding in findings
        for detail in finding.details
        if detail.key == "written"
    ]
    facts = (
        digest(data),
        surroundings.line_length,
        surroundings.kept_width,
        surroundings.versions.record(),
        around,
        named,
        findings,
    )
    key = digest(repr(facts).encode("utf-8", "replace"))
    try:
        known = [fix_from_record(record) for record in memory.fixes(path, key) or ()]
    except (TypeError, ValueError):
        known = []  # an entry that this version did not write
    if len(known) == len(findings):
        return known
    source = load(Path(path), target.name, data).source
    if source is None:
        return [None] * len(findings)
    from clip_lint.codemods import fixes  # noqa: PLC0415  (only where something was found)

    made = [each.fix for each in fixes(findings, source, surroundings)]
    memory.keep(path, key, [fix_to_record(fix) for fix in made])
    return made


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
