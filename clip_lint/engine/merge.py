"""What is made of all files' results: duplicates dropped, comments obeyed, rules selected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.finding import Severity
from clip_lint.engine.outcome import Outcome
from clip_lint.settings.selection import ALL, matches
from clip_lint.source.directives import directives
from clip_lint.source.fingerprint import Anchors, numbered
from clip_lint.source.load import load
from clip_lint.source.suppressions import (
    UNUSED_CODE,
    UNUSED_NAME,
    silence,
    unknown_codes,
    unused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from clip_lint.core.cards import Rule
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.core.problem import Problem
    from clip_lint.engine.funnel import FileResult
    from clip_lint.source.directives import Directive
    from clip_lint.source.discovery import Target
    from clip_lint.source.model import Source


def merge(
    results: Iterable[FileResult],
    targets: Sequence[Target],
    load_rules: Callable[[], Mapping[str, Rule]],
    contents: Mapping[str, bytes] | None,
    is_aside: Callable[[Target], bool],
) -> Outcome:
    """The findings in ``targets`` from all files' results: duplicates dropped, comments obeyed, rules selected.

    A finding may come from reading another file than the one it stands in, which need not be a target itself. It comes
    under the settings and comments of the file it stands in. What a function gives when it is read by itself
    does not count where another file calls it: that file's reading knows its arguments and the switches around it.
    ``is_aside`` says of a file that nobody mends what is found there.
    """
    results = tuple(results)
    entered = {name for result in results for name in result.entered}
    by_name = {target.name: target for target in targets}
    by_path = {target.path: target for target in targets}
    findings: dict[str, dict[tuple[str, Place], Finding]] = {}
    comments: dict[str, tuple[Directive, ...]] = {}
    problems: list[Problem] = []
    skipped: list[Problem] = []
    half_read: set[str] = set()
    # Workers answer in any order; of two findings alike the graver stays, then the file's own, else that of the first path.
    for result in sorted(results, key=lambda result: result.path):
        own = by_path.get(result.path)
        reader = own.name if own is not None else ""
        if own is not None:
            if not own.settings.allows_unreadable(own.path):
                problems += [each for each in result.problems if not each.is_aside]
                skipped += [each for each in result.problems if each.is_aside]
            if result.problems:
                half_read.add(reader)
            if result.comments:
                comments[reader] = result.comments
        for finding in result.findings:
            name = finding.place.path
            if name not in by_name or (finding.run_alone and entered.issuperset(finding.run_alone)):
                continue
            own_findings = findings.setdefault(name, {})
            known = own_findings.get((finding.code, finding.place))
            if (
                known is None
                or finding.severity > known.severity
                or (reader == name and finding.severity == known.severity)
            ):
                own_findings[finding.code, finding.place] = finding
    if not (findings or comments):
        return Outcome(problems=tuple(problems), skipped=tuple(skipped))
    rules = load_rules()
    shown: list[Finding] = []
    set_aside = 0
    warnings: list[str] = []
    for name in sorted({*findings, *comments}):
        target = by_name[name]
        found = list(findings.get(name, {}).values())
        data = (contents or {}).get(target.path)
        if found and name not in comments:
            comments[name] = _comments(target, data)
        found = _accounted(found, comments[name], target, rules, data, is_half_read=name in half_read)
        selected = list(_selected(found, target, rules))
        if selected and is_aside(target):
            mild = [replace(each, severity=min(each.severity, Severity.NOTE)) for each in found]
            before, selected = selected, list(_selected(mild, target, rules))
            set_aside += _open(before) - _open(selected)
        shown += selected
        warnings += [
            f"{_where(place)}: warning: {message}"
            for place, message in unknown_codes(comments[name], rules)
            if not target.settings.ignore_noqa
        ]
    shown.sort(key=lambda finding: (finding.place, finding.code))
    return Outcome(
        tuple(numbered(shown)),
        (),
        tuple(problems),
        tuple(warnings),
        skipped=tuple(skipped),
        set_aside=set_aside,
    )


def _open(findings: Iterable[Finding]) -> int:
    return sum(not finding.suppressed for finding in findings)


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
    if not comments or target.settings.ignore_noqa:
        return findings
    # Of a file that does not parse as a whole nobody can say what its comments silence.
    idle = [] if is_half_read else unused(findings, comments, rules)
    named = [comment for comment in comments if comment.codes]
    if idle:
        source = _source(target, data)
        anchors = Anchors()
        idle = [anchors.anchored(finding, source) for finding in idle]
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
            yield finding if severity == finding.severity else replace(finding, severity=severity)


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
