"""Paths -> findings: discovery, cache, the funnel in this process or in workers, and what is made of all files' results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint import __version__
from clip_lint.core.finding import Applicability
from clip_lint.core.problem import Problem
from clip_lint.engine.cache import FOLDER, Cache, digest
from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult, Steps, default_steps, lint_bytes, lint_file
from clip_lint.engine.pins import ProjectVersions
from clip_lint.engine.workers import Scope, Task, in_workers
from clip_lint.settings.configuration import rules
from clip_lint.settings.selection import ALL, matches
from clip_lint.source.discovery import Target, discover
from clip_lint.source.fingerprint import anchored, numbered
from clip_lint.source.load import UnreadableError, display_name, load, read_bytes
from clip_lint.source.suppressions import (
    UNUSED_CODE,
    UNUSED_NAME,
    directives,
    may_suppress,
    silence,
    unknown_codes,
    unused,
)
from clip_lint.source.workspace import project_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clip_lint.core.cards import Rule
    from clip_lint.core.finding import Finding, Fix
    from clip_lint.core.place import Place
    from clip_lint.knowledge.versions import Versions
    from clip_lint.settings.configuration import Configuration, Settings
    from clip_lint.source.model import Source
    from clip_lint.source.suppressions import Directive
    from clip_lint.source.workspace import Workspace

PARALLEL_BYTES = 500_000
"""Below this much text to parse, workers cost more than they save: starting them takes 0.1 s of processor time."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: findings in order of place, paths that do not exist, files that could not be linted, warnings.

    ``findings`` are those that are selected and severe enough, silenced ones included and marked.
    """

    findings: tuple[Finding, ...] = ()
    missing: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    files: int = 0
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each file the other files whose reading gave findings in it, by name."""

    @property
    def reported(self) -> tuple[Finding, ...]:
        """The findings that nobody silenced."""
        return tuple(finding for finding in self.findings if not finding.suppressed)


def lint(
    paths: Sequence[str],
    configuration: Configuration,
    base: str,
    *,
    isolated: bool = False,
    steps: Steps | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """The findings in all files that ``paths`` (relative to the folder ``base``) stand for.

    ``steps`` stand in for reading and checks in tests; then nothing is cached or sent to workers. ``progress`` is told
    how many of how many files are done.
    """
    found = discover(paths, configuration, base)
    settings = configuration.for_folder(base)
    cache = _open_cache(settings, base) if steps is None and settings.cache else None
    run = _Run(
        found.roots, base, cache, steps or default_steps(), steps is None, _Pins(isolated=isolated), progress
    )
    try:
        results = run.results(found.targets, settings.workers)
    finally:
        if cache is not None:
            cache.save(target.path for target in found.targets)
    outcome = merge(results, found.targets, rules)
    problems = (*found.problems, *outcome.problems)
    return replace(outcome, missing=found.missing, problems=problems, files=len(found.targets))


def lint_text(
    data: bytes,
    name: str,
    configuration: Configuration,
    base: str,
    *,
    isolated: bool = False,
    steps: Steps | None = None,
) -> Outcome:
    """The findings in ``data``, linted as if it were the content of the file ``name``."""
    path = os.path.normpath(os.path.join(base, name))
    folder = os.path.dirname(path)
    settings = configuration.for_folder(folder)
    if settings.force_exclude and settings.excludes(path, os.path.basename(path)):
        return Outcome()
    target = Target(path, display_name(path, base), settings)
    source = load(Path(path), target.name, data).source
    scope = Scope((folder,), base, settings.extra_libraries)
    workspace = scope.workspace({path: source} if source is not None else None)
    versions = _Pins(isolated=isolated).of(target)
    result = lint_bytes(path, target.name, data, workspace, versions, steps or default_steps())
    return replace(merge([result], (target,), rules, {path: data}), files=1)


def merge(
    results: Iterable[FileResult],
    targets: Sequence[Target],
    load_rules: Callable[[], Mapping[str, Rule]],
    contents: Mapping[str, bytes] | None = None,
) -> Outcome:
    """All files' results as one: duplicates dropped, comments obeyed and held to account, rules selected.

    A finding may come from reading another file than the one it stands in. It is reported only where the file it
    stands in is linted too, under that file's settings and comments. What a function gives when it is read by itself
    does not count where another file calls it: that file's reading knows its arguments and the switches around it.
    """
    results = tuple(results)
    entered = {name for result in results for name in result.entered}
    by_name = {target.name: target for target in targets}
    by_path = {target.path: target for target in targets}
    findings: dict[str, dict[tuple[str, Place], Finding]] = {}
    comments: dict[str, tuple[Directive, ...]] = {}
    problems: list[Problem] = []
    origins: dict[str, dict[str, None]] = {}
    half_read: set[str] = set()
    # Workers answer in any order; of two findings alike the one of the file itself stays, else that of the first path.
    for result in sorted(results, key=lambda result: result.path):
        problems += result.problems
        reader = by_path[result.path].name
        if result.problems:
            half_read.add(reader)
        if result.comments:
            comments[reader] = result.comments
        for finding in result.findings:
            name = finding.place.path
            if name not in by_name or (finding.run_alone and entered.issuperset(finding.run_alone)):
                continue
            own_findings = findings.setdefault(name, {})
            if reader == name:
                own_findings[finding.code, finding.place] = finding
            else:
                own_findings.setdefault((finding.code, finding.place), finding)
                origins.setdefault(name, {})[reader] = None
    if not (findings or comments):
        return Outcome(problems=tuple(problems))
    rules = load_rules()
    shown: list[Finding] = []
    warnings: list[str] = []
    for name in sorted({*findings, *comments}):
        target = by_name[name]
        own = list(findings.get(name, {}).values())
        data = (contents or {}).get(target.path)
        if own and name not in comments:
            comments[name] = _comments(target, data)
        own = _accounted(own, comments[name], target, rules, data, is_half_read=name in half_read)
        shown += _selected(own, target, rules)
        warnings += [
            f"{_where(place)}: warning: {message}" for place, message in unknown_codes(comments[name], rules)
        ]
    shown.sort(key=lambda finding: (finding.place, finding.code))
    told = {name: tuple(others) for name, others in origins.items()}
    return Outcome(tuple(numbered(shown)), (), tuple(problems), tuple(warnings), origins=told)


def _accounted(
    findings: list[Finding],
    comments: Sequence[Directive],
    target: Target,
    rules: Mapping[str, Rule],
    data: bytes | None,
    *,
    is_half_read: bool,
) -> list[Finding]:
    """The findings of one file with silenced ones marked, and one more for each comment that silences nothing."""
    if not comments:
        return findings
    # Of a file that does not parse as a whole nobody can say what its comments silence.
    idle = [] if is_half_read else unused(findings, comments, rules)
    named = [comment for comment in comments if comment.codes]
    if idle:
        source = _source(target, data)
        idle = [anchored(finding, source) for finding in idle]
    return [*silence(findings, comments), *silence(idle, [each for each in named if _names_unused(each)])]


def _names_unused(comment: Directive) -> bool:
    return any(matches(code, UNUSED_CODE, UNUSED_NAME) and code.upper() != ALL for code in comment.codes)


def _selected(findings: Iterable[Finding], target: Target, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """The findings of one file that its settings want to see."""
    settings = target.settings
    codes = settings.codes(rules) - settings.ignored_in(target.path, rules)
    for finding in findings:
        severity = finding.severity
        for selector, level in settings.severity:
            if matches(selector, finding.code, finding.name):
                severity = level
        if finding.code in codes and severity >= settings.min_severity:
            fix = _trusted(finding, settings)
            if severity == finding.severity and fix is finding.fix:
                yield finding
            else:
                yield replace(finding, severity=severity, fix=fix)


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


def _comments(target: Target, data: bytes | None) -> tuple[Directive, ...]:
    """The suppressions of a file that nobody searched for them yet."""
    source = _source(target, data)
    if source is None or not ("noqa" in source.text.lower() or "clip-lint" in source.text.lower()):
        return ()
    return directives(source)


def _source(target: Target, data: bytes | None = None) -> Source | None:
    try:
        return load(Path(target.path), target.name, read_bytes(target.path) if data is None else data).source
    except UnreadableError:
        return None


def _where(place: Place) -> str:
    cell = f":cell {place.cell}" if place.cell else ""
    return f"{place.path}{cell}:{place.start.line}:{place.start.column}"


class _Pins:
    """Which library versions hold for a target: one reading of the project's files for each set of targets."""

    def __init__(self, *, isolated: bool) -> None:
        self._isolated = isolated
        self._readers: dict[tuple[tuple[str, str], ...], ProjectVersions] = {}

    def of(self, target: Target) -> Versions:
        pinned = target.settings.target_versions
        if pinned not in self._readers:
            self._readers[pinned] = ProjectVersions(use_pins=not self._isolated, targets=dict(pinned))
        return self._readers[pinned].for_folder(os.path.dirname(target.path))


class _Run:
    """The files of one run on their way through cache and funnel."""

    def __init__(
        self,
        roots: tuple[str, ...],
        base: str,
        cache: Cache | None,
        steps: Steps,
        may_fork: bool,
        pins: _Pins,
        progress: Progress | None,
    ) -> None:
        self._roots = roots
        self._base = base
        self._cache = cache
        self._steps = steps
        self._may_use_workers = may_fork
        self._pins = pins
        self._progress = progress or (lambda _done, _total: None)
        self._workspaces: dict[Scope, Workspace] = {}
        self._done = 0

    def results(self, targets: Sequence[Target], workers: int) -> list[FileResult]:
        """Each target's result, from the cache where it still holds."""
        results: list[FileResult] = []
        tasks: list[Task] = []
        total = size = 0
        for target in targets:
            remembered = self._remembered(target)
            if remembered is None:
                length = self._sieve(target, results)
                if length:
                    tasks.append(Task(target.path, target.name, self._pins.of(target), self._scope(target)))
                    size += length
                    continue
            else:
                results.append(remembered)
            total += 1
            self._progress(total, len(targets))
        self._done = total
        count = workers or os.cpu_count() or 1
        parallel = (
            self._may_use_workers and len(tasks) > 1 and count > 1 and (workers > 0 or size > PARALLEL_BYTES)
        )
        for task, result in in_workers(tasks, count) if parallel else self._here(tasks):
            self._keep(task, result)
            results.append(result)
            self._done += 1
            self._progress(self._done, len(targets))
        return results

    def _sieve(self, target: Target, results: list[FileResult]) -> int:
        """The bytes search: the length of a file worth reading; 0 for one whose (empty) result is settled."""
        try:
            data = self._cache.read(target.path) if self._cache is not None else read_bytes(target.path)
        except UnreadableError as error:
            results.append(FileResult(target.path, problems=(Problem(target.name, str(error)),)))
            return 0
        if (
            self._steps.may_use_clip(data)
            or may_suppress(data)
            or self._workspace(self._scope(target)).mentions(data)
        ):
            return len(data)
        if self._cache is not None:
            self._cache.keep(target.path, None)
        return 0

    def _here(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, FileResult]]:
        for task in tasks:
            yield (
                task,
                lint_file(task.path, task.name, self._workspace(task.scope), task.versions, self._steps),
            )

    def _scope(self, target: Target) -> Scope:
        return Scope(self._roots, self._base, target.settings.extra_libraries)

    def _workspace(self, scope: Scope) -> Workspace:
        if scope not in self._workspaces:
            self._workspaces[scope] = scope.workspace()
        return self._workspaces[scope]

    def _remembered(self, target: Target) -> FileResult | None:
        """The result of an earlier run, if neither the file nor anything its reading looked at has changed."""
        cache = self._cache
        if cache is None or not cache.is_current(target.path):
            return None
        kept = cache.result(target.path)
        if kept is None:
            return FileResult(target.path)
        try:
            if kept["versions"] != self._pins.of(target).record():
                return None
            if any(cache.content(path) != name for path, name in kept["contents"].items()):
                return None
            if not self._workspace(self._scope(target)).still_answers(kept["lookups"]):
                return None
            return from_record(target.path, kept)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None  # an entry that this version did not write

    def _keep(self, task: Task, result: FileResult) -> None:
        cache = self._cache
        if cache is None or result.is_fault:
            return
        if result.is_empty:
            cache.keep(task.path, None)
            return
        record = to_record(result)
        record["versions"] = task.versions.record()
        record["contents"] = {path: cache.content(path) for path in result.dependencies}
        cache.keep(task.path, record)


def _open_cache(settings: Settings, base: str) -> Cache:
    """The cache of everything that results depend on besides the files themselves."""
    folder = settings.cache_dir or os.path.join(project_root(base), FOLDER)
    key = "\0".join([__version__, sys.version, base, *_own_files()])
    extra = [table.read_bytes() for table in map(Path, settings.extra_libraries)]
    return Cache(folder, digest(b"\0".join([key.encode("utf-8", "surrogateescape"), *extra])))


def _own_files() -> Iterator[str]:
    """The stamps of clip-lint's own sources, tables and cards: who develops them must not see old findings."""
    top = os.path.dirname(os.path.abspath(__file__))
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            yield f"{name}:{status.st_mtime_ns}:{status.st_size}"
