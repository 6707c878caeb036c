"""One file down the funnel: syntax tree, reading, checks. What comes here passed the sieves of `scan`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from clip_lint.core.bounds import BoundError, bounded, is_at_work_on, spend, spent
from clip_lint.core.faults import fault
from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.problem import Problem
from clip_lint.engine.scan import tells
from clip_lint.knowledge.gate import load_gate, may_use_clip
from clip_lint.source.directives import directives, may_suppress
from clip_lint.source.fingerprint import Anchors
from clip_lint.source.load import load
from clip_lint.source.own_pins import own_pins
from clip_lint.source.test_files import is_collected, is_for_tests
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from clip_lint.core.finding import Finding
    from clip_lint.engine.task import Task
    from clip_lint.knowledge.versions import Versions
    from clip_lint.reading.facts import Facts
    from clip_lint.source.directives import Directive
    from clip_lint.source.load import Loaded
    from clip_lint.source.model import Source
    from clip_lint.source.workspace import Workspace
    from clip_lint.syntax.outlined import AnyProgram


class FactsLike(Protocol):
    """What the funnel asks of the facts about a file."""

    @property
    def dependencies(self) -> frozenset[str]:
        """Absolute paths of the other files that were read for them."""

    @property
    def entered(self) -> frozenset[str]:
        """Functions (``path::qualified.name``) that were read with known arguments."""


@dataclass(frozen=True)
class Steps:
    """The steps of reading, as functions, so that tests can put their own in."""

    may_use_clip: Callable[[bytes], bool]
    uses_clip: Callable[[str, Sequence[Path]], bool]
    read: Callable[[Source, AnyProgram, Workspace, Versions], FactsLike]
    run: Callable[[FactsLike], list[Finding]]


@dataclass(frozen=True)
class FileResult:
    """What one file gave, before any rule is selected: the part of a run that the cache keeps.

    ``findings`` may stand in other files. ``comments`` are the file's suppressions, None where nobody looked for them.
    ``entered`` are the functions of other files that were read with the arguments this file gives them.
    ``lookups`` are the imports and data files asked for while reading, with their answers.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Directive, ...] | None = None
    dependencies: tuple[str, ...] = ()
    lookups: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    entered: tuple[str, ...] = ()
    is_fault: bool = False
    """It came from a fault of clip-lint or of the machine, not from the file: another run may do better."""
    seconds: float = field(default=0.0, compare=False)
    """Of processor time, where that counts: in a worker."""


def default_steps() -> Steps:
    """The real steps. Reading is loaded at the first file that needs it: a run that finds all in the cache needs none."""
    return Steps(may_use_clip, _uses_clip, _read_facts, _run_checks)


def _uses_clip(text: str, extra_libraries: Sequence[Path]) -> bool:
    return load_gate(extra_libraries).admits(text)


def _read_facts(source: Source, program: AnyProgram, workspace: Workspace, versions: Versions) -> FactsLike:
    facts: FactsLike = _deep().read(source, program, workspace, versions)
    return facts


def _run_checks(facts: FactsLike) -> list[Finding]:
    findings: list[Finding] = _deep().run(cast("Facts", facts))
    return findings


def preload() -> None:
    """Load what reading takes, so that forked workers share it instead of each loading its own."""
    _deep().modules()
    import_module("clip_lint.syntax.parse")


def _deep() -> ModuleType:
    """What most files never need: the interpreter and the checks."""
    from clip_lint.engine import deep  # noqa: PLC0415  (slow to load)

    return deep


def lint_bytes(task: Task, data: bytes, workspace: Workspace, steps: Steps) -> FileResult:
    """The findings of a file that is worth reading, or that holds a suppression.

    A fault of clip-lint itself costs this file only: it becomes a problem that names the place in our code.
    """
    path, name = task.path, task.name
    if is_at_work_on(path):
        return _lint(task, data, workspace, steps)
    spend(path, max(task.seconds - spent(path), 0.0))  # a worker has not seen it
    try:
        with bounded(path):
            result = _lint(task, data, workspace, steps)
    except BoundError as error:
        result = FileResult(path, problems=(Problem(name, f"not linted: {error}"),), is_fault=True)
    return replace(result, seconds=spent(path))


def _lint(task: Task, data: bytes, workspace: Workspace, steps: Steps) -> FileResult:
    path, name = task.path, task.name
    loaded = load(Path(path), name, data)
    if loaded.source is None:
        return FileResult(path, problems=loaded.problems if task.is_read else ())
    source = loaded.source
    result = FileResult(path)
    if task.is_read:
        try:
            versions = task.versions.with_own(own_pins(data))
            result = _read(source, _weighed(loaded, task, steps), workspace, versions, steps)
        except RecursionError:
            result = FileResult(path, problems=(Problem(name, "cannot be read: it is nested too deeply"),))
        except MemoryError:
            result = FileResult(
                path, problems=(Problem(name, "cannot be read: not enough memory"),), is_fault=True
            )
        except BoundError:
            raise
        except Exception as error:
            result = FileResult(path, problems=(Problem(name, f"not linted, {fault(error)}"),), is_fault=True)
    if may_suppress(data) or (result.findings and b"noqa" in data.lower()):
        result = replace(result, comments=directives(source))
    return result


def _weighed(loaded: Loaded, task: Task, steps: Steps) -> tuple[Problem, ...]:
    """The cells that are no Python: what says nothing of CLIP lies beside a program that uses it."""
    if not loaded.broken or loaded.source is None:
        return loaded.problems
    tables = tuple(map(Path, task.scope.extra_libraries))
    if tells(loaded.broken.encode(), steps, tables) or not steps.uses_clip(loaded.source.text, tables):
        return loaded.problems
    return tuple(replace(each, is_aside=True) for each in loaded.problems)


def lint_file(task: Task, workspace: Workspace, steps: Steps) -> FileResult:
    """`lint_bytes` of a file on disk."""
    try:
        data = read_bytes(task.path)
    except UnreadableError as error:
        return FileResult(task.path, problems=(Problem(task.name, str(error)),))
    return lint_bytes(task, data, workspace, steps)


def _read(
    source: Source, problems: tuple[Problem, ...], workspace: Workspace, versions: Versions, steps: Steps
) -> FileResult:
    path = str(source.file)
    try:
        program = workspace.outlined(source)
    except UnparsableError as error:
        return FileResult(
            path, problems=(*problems, Problem(source.path, str(error), error.line, error.column))
        )
    facts = steps.read(source, program, workspace, versions)
    findings = []
    anchors = Anchors()
    for finding in dict.fromkeys(steps.run(facts)):
        origin = source if finding.place.path == source.path else _other(finding, workspace, facts, source)
        findings.append(anchors.anchored(finding, origin))
    dependencies = sorted(facts.dependencies - {path})
    lookups = workspace.lookups([path, *dependencies])
    data_files = sorted(
        {
            found
            for asked in lookups.values()
            for query, found in asked.items()
            if found is not None and query.startswith("data:")
        }
    )
    entered = sorted(name for name in facts.entered if not name.startswith(f"{source.path}::"))
    if is_for_tests(source.path) or is_collected(source.path):
        entered = []  # what a test passes to a function says nothing of what others pass
    return FileResult(
        path, tuple(findings), problems, None, (*dependencies, *data_files), lookups, tuple(entered)
    )


def _other(finding: Finding, workspace: Workspace, facts: FactsLike, source: Source) -> Source | None:
    """The program of another file in which a finding stands."""
    for path in facts.dependencies:
        other = workspace.load(Path(path))
        if other is not None and other.path == finding.place.path:
            return other
    return source if finding.place.path == source.path else None
