"""What is open, linted together: each document sees the others as they are typed, not as they lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.engine.funnel import FileResult, default_steps, lint_bytes
from clip_lint.engine.lint import merge
from clip_lint.engine.pins import ProjectVersions
from clip_lint.engine.workers import Scope
from clip_lint.settings.configuration import CONFIG_NAMES, ConfigError, Configuration, Overrides, rules
from clip_lint.source.discovery import Target, is_excluded
from clip_lint.source.load import display_name, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.problem import Problem
    from clip_lint.knowledge.versions import Versions
    from clip_lint.settings.configuration import Settings
    from clip_lint.source.model import Source

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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document's result, and what it holds for."""

    data: bytes
    settings: Settings
    versions: Versions
    result: FileResult
    stamps: Mapping[str, bytes | Stamp]


def path_of(name: str) -> str:
    """The absolute path of the file that a finding's place names."""
    return os.path.normpath(os.path.join(ROOT, name))


class Desk:
    """The open documents' findings; a document is read again only if it, or what it imports, has changed."""

    def __init__(self) -> None:
        self._overrides = Overrides()
        self._base = ROOT
        self._file: str | None = None
        self._configuration: Configuration | None = None
        self._stamps: dict[str, Stamp] = {}
        self._complaint = ""
        self._versions: dict[tuple[tuple[str, str], ...], ProjectVersions] = {}
        self._sources: dict[str, tuple[bytes, Source | None]] = {}
        self._kept: dict[str, _Kept] = {}
        self._origins: Mapping[str, tuple[str, ...]] = {}

    def configure(self, overrides: Overrides, base: str, file: str | None = None) -> None:
        """Take an editor's settings: they come after the project's, unless ``file`` stands in for those."""
        self._overrides, self._base, self._file = overrides, base, file
        self._stamps = {}

    def refresh(self) -> None:
        """Look again at which versions the project pins."""
        self._versions.clear()

    def lint(self, opened: Sequence[Opened]) -> Report:
        """The findings in all open documents."""
        configuration = self._current(opened)
        if configuration is None:
            return Report(complaint=self._complaint)
        targets = self._targets(opened, configuration)
        data = {each.path: each.data for each in opened}
        overlay = self._overlay(opened)
        scopes = {each.path: _scope(each, targets[each.path]) for each in opened if each.path in targets}
        workspaces = {scope: scope.workspace(overlay) for scope in dict.fromkeys(scopes.values())}
        results: dict[str, FileResult] = {}
        for path, target in targets.items():
            workspace = workspaces[scopes[path]]
            versions = self._versions_of(target)
            kept = self._kept.get(path)
            if (
                kept is None
                or (kept.data, kept.settings, kept.versions) != (data[path], target.settings, versions)
                or any(_stamp(other, data) != stamp for other, stamp in kept.stamps.items())
                or not workspace.still_answers(kept.result.lookups)
            ):
                result = lint_bytes(path, target.name, data[path], workspace, versions, default_steps())
                stamps = {other: _stamp(other, data) for other in result.dependencies}
                kept = self._kept[path] = _Kept(data[path], target.settings, versions, result, stamps)
            results[path] = kept.result
        for closed in self._kept.keys() - targets.keys():
            del self._kept[closed]
        outcome = merge(results.values(), list(targets.values()), rules, data)
        self._origins = outcome.origins
        findings: dict[str, list[Finding]] = {each.path: [] for each in opened}
        for finding in outcome.reported:
            findings[path_of(finding.place.path)].append(finding)
        return Report(
            {path: tuple(found) for path, found in findings.items()},
            {path: result.problems for path, result in results.items() if result.problems},
            self._complaint,
        )

    def is_proved(self, opened: Sequence[Opened], finding: Finding) -> bool:
        """Whether a finding's fix does what it promises: linted again, the fault is gone and no other came."""
        from clip_lint.fixing.rounds import mend  # noqa: PLC0415 (only where there is something to repair)

        key = (finding.code, finding.fingerprint)
        asked = False

        def choose(proposal: Proposal) -> bool:
            nonlocal asked
            is_meant = not asked and (proposal.finding.code, proposal.finding.fingerprint) == key
            asked = asked or is_meant
            return is_meant

        tree, target = self._tree(opened, path_of(finding.place.path))
        return target is not None and bool(mend(tree, target, unsafe=True, choose=choose).fixed)

    def mended(self, opened: Sequence[Opened], path: str) -> bytes | None:
        """A document with all safe fixes; None where there is none to make."""
        from clip_lint.fixing.rounds import mend  # noqa: PLC0415 (only where there is something to repair)

        tree, target = self._tree(opened, path)
        if target is None:
            return None
        mended = mend(tree, target, unsafe=False)
        return mended.new if mended.fixed else None

    def _tree(self, opened: Sequence[Opened], path: str) -> tuple[Tree, Target | None]:
        from clip_lint.fixing.rounds import Tree  # noqa: PLC0415

        configuration = self._current(opened)
        targets = self._targets(opened, configuration) if configuration is not None else {}
        target = targets.get(path)
        folders = [folder for each in opened if each.path == path for folder in _roots(each)]
        tree = Tree(
            list(targets.values()),
            tuple(folders),
            ROOT,
            isolated=False,
            origins=self._origins,
            contents={each.path: each.data for each in opened if each.path in targets},
        )
        return tree, target

    def _current(self, opened: Iterable[Opened]) -> Configuration | None:
        """The configuration as it is on disk now; where that is wrong, the one before."""
        folders = list(dict.fromkeys(os.path.dirname(each.path) for each in opened))
        stamps = _config_stamps(folders, self._file and os.path.join(self._base, self._file))
        if stamps != self._stamps:
            self._stamps = stamps
            self._versions.clear()
            try:
                configuration = Configuration(self._overrides, self._base, file=self._file)
                for folder in folders:
                    configuration.for_folder(folder)
            except ConfigError as error:
                self._complaint = str(error)
            else:
                self._configuration = configuration
                self._complaint = ""
        return self._configuration

    def _targets(self, opened: Iterable[Opened], configuration: Configuration) -> dict[str, Target]:
        """The documents that are to be linted, by path."""
        targets: dict[str, Target] = {}
        for each in opened:
            try:
                settings = configuration.for_folder(os.path.dirname(each.path))
            except ConfigError:
                continue  # a folder that a faulty configuration is the first to speak for; it was complained about
            if not (is_excluded(each.path, settings) or _is_installed(each)):
                targets[each.path] = Target(each.path, display_name(each.path, ROOT), settings)
        return targets

    def _overlay(self, opened: Iterable[Opened]) -> dict[str, Source]:
        found: dict[str, tuple[bytes, Source | None]] = {}
        for each in opened:
            known = self._sources.get(each.path)
            if known is None or known[0] != each.data:
                source = load(Path(each.path), display_name(each.path, ROOT), each.data).source
                known = each.data, source
            found[each.path] = known
        self._sources = found
        return {path: source for path, (_, source) in found.items() if source is not None}

    def _versions_of(self, target: Target) -> Versions:
        pinned = target.settings.target_versions
        if pinned not in self._versions:
            self._versions[pinned] = ProjectVersions(targets=dict(pinned))
        return self._versions[pinned].for_folder(os.path.dirname(target.path))


if TYPE_CHECKING:
    from clip_lint.fixing.rounds import Proposal, Tree


def _roots(opened: Opened) -> tuple[str, ...]:
    own = os.path.dirname(opened.path)
    return tuple(dict.fromkeys(filter(None, (own, opened.folder))))


def _scope(opened: Opened, target: Target) -> Scope:
    return Scope(_roots(opened), ROOT, target.settings.extra_libraries)


def _is_installed(opened: Opened) -> bool:
    """Whether somebody only looks into a library: it is not theirs to mend."""
    inside = opened.path.removeprefix(opened.folder) if opened.folder else opened.path
    return f"{os.sep}site-packages{os.sep}" in inside


def _stamp(path: str, data: Mapping[str, bytes]) -> bytes | Stamp:
    """What tells one state of a file from another: an open one's content, else the disk's word."""
    return data[path] if path in data else _stamp_on_disk(path)


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
