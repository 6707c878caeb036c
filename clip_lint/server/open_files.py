"""What is open, linted together: each document sees the others as they are typed, not as they lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.engine.project import Project
from clip_lint.fixing.rounds import mend
from clip_lint.settings.configuration import CONFIG_NAMES, Configuration
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.source.discovery import is_excluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.problem import Problem
    from clip_lint.fixing.rounds import Proposal
    from clip_lint.source.discovery import Target

ROOT = os.path.abspath(os.sep)
"""What findings' paths count from: several folders of a workspace have nothing nearer in common."""

Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A document in an editor: its absolute path, the content a file of it would have, its folder of the workspace."""

    path: str
    data: bytes
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be said of the open documents, by their absolute paths.

    A document in ``problems`` could not be read as a whole: what was found before may still stand. ``complaint`` is what
    is wrong with the configuration; then the one before it was used, and where there was none, nothing was linted.
    """

    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    complaint: str = ""


def path_of(name: str) -> str:
    """The absolute path of the file that a finding's place names."""
    return os.path.normpath(os.path.join(ROOT, name))


class Desk:
    """The open documents' findings: a project that sees them as they are typed."""

    def __init__(self) -> None:
        self._overrides = Overrides()
        self._base = ROOT
        self._file: str | None = None
        self._project: Project | None = None
        self._stamps: dict[str, Stamp] = {}
        self._complaint = ""

    def configure(self, overrides: Overrides, base: str, file: str | None = None) -> None:
        """Take an editor's settings: they come after the project's, unless ``file`` stands in for those."""
        self._overrides, self._base, self._file = overrides, base, file
        self._stamps = {}

    def refresh(self) -> None:
        """Look again at what lies on disk."""
        if self._project is not None:
            self._project.refresh()

    def lint(self, opened: Sequence[Opened]) -> Report:
        """The findings in all open documents."""
        project = self._current(opened)
        if project is None:
            return Report(complaint=self._complaint)
        outcome = project.lint_files(self._targets(opened, project), fixes=True)
        findings: dict[str, list[Finding]] = {each.path: [] for each in opened}
        for finding in outcome.reported:
            findings[path_of(finding.place.path)].append(finding)
        problems: dict[str, list[Problem]] = {}
        for problem in outcome.problems:
            problems.setdefault(path_of(problem.path), []).append(problem)
        return Report(
            {path: tuple(found) for path, found in findings.items()},
            {path: tuple(found) for path, found in problems.items()},
            self._complaint,
        )

    def is_proved(self, opened: Sequence[Opened], finding: Finding) -> bool:
        """Whether a finding's fix does what it promises: linted again, the fault is gone and no other came."""
        key = (finding.code, finding.fingerprint)
        asked = False

        def choose(proposal: Proposal) -> bool:
            nonlocal asked
            is_meant = not asked and (proposal.finding.code, proposal.finding.fingerprint) == key
            asked = asked or is_meant
            return is_meant

        project = self._current(opened)
        target = self._target(opened, project, path_of(finding.place.path))
        if project is None or target is None:
            return False
        return bool(mend(project, target, unsafe=True, choose=choose).fixed)

    def mended(self, opened: Sequence[Opened], path: str) -> bytes | None:
        """A document with all safe fixes; None where there is none to make."""
        project = self._current(opened)
        target = self._target(opened, project, path)
        if project is None or target is None:
            return None
        mended = mend(project, target, unsafe=False)
        return mended.new if mended.fixed else None

    def _current(self, opened: Sequence[Opened]) -> Project | None:
        """The project with the open documents as they are now; where its configuration is wrong, with the one before."""
        folders = list(dict.fromkeys(os.path.dirname(each.path) for each in opened))
        stamps = _config_stamps(folders, self._file and os.path.join(self._base, self._file))
        if stamps != self._stamps:
            self._stamps = stamps
            try:
                configuration = Configuration(self._overrides, self._base, file=self._file)
                for folder in folders:
                    configuration.for_folder(folder)
            except ConfigError as error:
                self._complaint = str(error)
                if self._project is not None:
                    self._project.refresh()
            else:
                self._project = Project(configuration, ROOT)
                self._complaint = ""
        if self._project is not None:
            self._project.overlay = {each.path: each.data for each in opened}
            self._project.folders = tuple(dict.fromkeys(each.folder for each in opened if each.folder))
        return self._project

    def _targets(self, opened: Iterable[Opened], project: Project) -> list[Target]:
        """The documents that are to be linted."""
        found: dict[str, Target] = {}
        for each in opened:
            try:
                target = project.target(each.path)
            except ConfigError:
                continue  # a folder that a faulty configuration is the first to speak for; it was complained about
            if not (is_excluded(each.path, target.settings) or _is_installed(each)):
                found[each.path] = target
        return list(found.values())

    def _target(self, opened: Iterable[Opened], project: Project | None, path: str) -> Target | None:
        targets = self._targets(opened, project) if project is not None else []
        return next((target for target in targets if target.path == path), None)


def _is_installed(opened: Opened) -> bool:
    """Whether somebody only looks into a library: it is not theirs to mend."""
    inside = opened.path.removeprefix(opened.folder) if opened.folder else opened.path
    return f"{os.sep}site-packages{os.sep}" in inside


def _stamp_on_disk(path: str) -> Stamp:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _config_stamps(folders: Iterable[str], file: str | None) -> dict[str, Stamp]:
    """The state of every file that could configure these folders."""
    stamps: dict[str, Stamp] = {file: _stamp_on_disk(file)} if file else {}
    seen: set[str] = set()
    for start in folders:
        folder = start
        while folder not in seen:
            seen.add(folder)
            for name in CONFIG_NAMES:
                path = os.path.join(folder, name)
                stamps[path] = _stamp_on_disk(path)
            folder = os.path.dirname(folder)
    return stamps
