"""One repository -> what a scan keeps of it: findings as rows, counts, and what could not be linted."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clip_lint.core.bounds import BoundError
from clip_lint.core.escaping import printable
from clip_lint.core.faults import fault
from clip_lint.engine.baseline import marked, read_baseline
from clip_lint.engine.project import Project
from clip_lint.report.sarif import SarifReport
from clip_lint.scan.layout import lay_out, private_folder
from clip_lint.scan.options import Failure
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError
from clip_lint.source.excerpts import Excerpts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding
    from clip_lint.engine.outcome import Outcome
    from clip_lint.scan.layout import File
    from clip_lint.scan.options import Linting

_LONGEST_EXCERPT = 200
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What one repository gave. ``rows`` are findings by the columns of `schema.FINDINGS`, ``counts`` one row of `schema.REPOSITORIES`."""

    repo: str
    rows: tuple[Row, ...]
    counts: Row
    failures: tuple[Failure, ...]
    sarif: dict[str, Any] | None = None


def lint_files(
    repo: str,
    commit: str | None,
    files: Iterable[File],
    linting: Linting,
    scratch: str | None = None,
) -> Result:
    """Lint a repository that is given as paths and contents."""
    with private_folder(scratch) as top:
        refused = tuple(Failure("row", reason, repo, printable(path)) for path, reason in lay_out(files, top))
        return _linted(repo, commit, top, linting, refused, is_private=True)


def lint_checkout(repo: str, commit: str | None, folder: str, linting: Linting) -> Result:
    """Lint a repository that lies in a folder, as `clip-lint .` does there."""
    return _linted(repo, commit, os.path.abspath(folder), linting, (), is_private=False)


def lost(repo: str, commit: str | None, reason: str, failures: tuple[Failure, ...] = ()) -> Result:
    """A repository of which nothing is known but why."""
    return Result(
        repo, (), _counts(repo, commit, failure=reason), (*failures, Failure("repository", reason, repo))
    )


def _linted(
    repo: str,
    commit: str | None,
    top: str,
    linting: Linting,
    refused: tuple[Failure, ...],
    *,
    is_private: bool,
) -> Result:
    values = {**linting.overrides.values, "cache": False, "workers": 1}
    overrides = replace(linting.overrides, values=values)
    try:
        configuration = Configuration(
            overrides, top, file=linting.file, isolated=linting.isolated, top=top if is_private else None
        )
        project = Project(configuration, top, isolated=linting.isolated)
        outcome = project.lint(["."], fixes=linting.fixes)
        settings = configuration.for_folder(top)
        if settings.baseline is not None:
            outcome = replace(outcome, findings=marked(outcome.findings, read_baseline(settings.baseline)))
    except (ConfigError, BoundError) as error:
        return lost(repo, commit, printable(str(error).replace(top + os.sep, "")), refused)
    except Exception as error:
        return lost(repo, commit, f"not linted, {fault(error)}", refused)
    return _result(repo, commit, top, outcome, len(project.users()), linting, refused)


def _result(
    repo: str,
    commit: str | None,
    top: str,
    outcome: Outcome,
    users: int,
    linting: Linting,
    refused: tuple[Failure, ...],
) -> Result:
    kept = tuple(each for each in outcome.findings if linting.suppressed or not each.suppressed)
    excerpts = Excerpts(top)
    problems = (*outcome.missing, *outcome.problems)
    failures = tuple(
        Failure("file", printable(each.message).replace(top + os.sep, ""), repo, printable(each.path))
        for each in problems
    )
    counts = _counts(
        repo,
        commit,
        sources=outcome.files,
        clip_sources=users,
        findings=len(outcome.reported),
        suppressed=len(outcome.findings) - len(outcome.reported),
        unreadable=len(problems),
    )
    rows = tuple(_row(repo, commit, finding, excerpts) for finding in kept)
    sarif = _sarif(repo, commit, kept, excerpts) if linting.sarif else None
    return Result(repo, rows, counts, (*refused, *failures), sarif)


def _counts(repo: str, commit: str | None, *, failure: str | None = None, **counts: int) -> Row:
    names = ("sources", "clip_sources", "findings", "suppressed", "unreadable")
    return {
        "repo": repo,
        "commit": commit,
        **{name: counts.get(name, 0) for name in names},
        "failure": failure,
    }


def _row(repo: str, commit: str | None, finding: Finding, excerpts: Excerpts) -> Row:
    place = finding.place
    line = excerpts.line(place, place.start.line)
    return {
        "repo": repo,
        "commit": commit,
        "path": printable(place.path),
        "cell": place.cell or None,
        "line": place.start.line,
        "column": place.start.column,
        "end_line": place.end.line,
        "end_column": place.end.column,
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": _text(finding.message),
        "help": _text(finding.help),
        "model": _text(finding.model) if finding.model else None,
        "fingerprint": finding.fingerprint,
        "fixable": finding.fix.applicability.value if finding.fix is not None else None,
        "suppressed": finding.suppressed,
        "excerpt": _text(line.strip()[:_LONGEST_EXCERPT]) if line is not None else None,
    }


def _text(text: str) -> str:
    """Text that a table can hold: half a surrogate pair is none."""
    return text.encode("utf-8", "backslashreplace").decode()


def _sarif(
    repo: str, commit: str | None, findings: tuple[Finding, ...], excerpts: Excerpts
) -> dict[str, Any] | None:
    """The findings as one run of a SARIF log."""
    if not findings:
        return None
    stream = io.StringIO()
    SarifReport().write(findings, excerpts, stream, color=False)
    made: dict[str, Any] = json.loads(stream.getvalue())["runs"][0]
    made["automationDetails"] = {"id": f"{repo}/"}
    made["properties"] = {"repository": repo, **({"commit": commit} if commit else {})}
    return made
