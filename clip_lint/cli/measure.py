"""`--verify`: findings measured on the model that the code loads."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from clip_lint.cli.verify import begun
from clip_lint.cli.warned import refuse_link
from clip_lint.engine.cache_folder import cache_folder, prepare
from clip_lint.verify.entry import verify_findings
from clip_lint.verify.installed import check_installed
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.progress import telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.evidence import Evidence
    from clip_lint.core.finding import Finding
    from clip_lint.engine.outcome import Outcome
    from clip_lint.settings.model import Settings


_SHOWN_TO_HARM = frozenset({"certain", "measured: harmful"})
"""What another model than the code's own demonstrates decides neither what is reported nor the exit status."""


def verified(outcome: Outcome, settings: Settings, base: str) -> Outcome:
    """The outcome with evidence for every finding that nobody silenced; ClickException where nothing can be measured.

    Where an evidence report is wanted, it is written. With ``--verified-only`` the rest is left out.
    """
    how = settings.verifying
    findings = outcome.reported
    is_shown = sys.stderr.isatty() and not settings.quiet
    try:
        with telling() if is_shown else nullcontext() as tell:
            options = VerifyOptions.of(how, base, _cache_folder(settings, base), tell, begun())
            evidence = verify_findings(findings, [finding.request for finding in findings], options)
            if how.evidence_report is not None:
                path = os.path.normpath(os.path.join(base, how.evidence_report))
                refuse_link(path, base)
                _write_report(path, findings, evidence)
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from None
    measured = {
        finding: replace(finding, evidence=own) for finding, own in zip(findings, evidence, strict=True)
    }
    rows = [measured.get(finding, finding) for finding in outcome.findings]
    if how.verified_only:
        rows = [row for row in rows if row.evidence is not None and row.evidence.standing in _SHOWN_TO_HARM]
    return replace(outcome, findings=tuple(rows))


def _cache_folder(settings: Settings, base: str) -> str | None:
    """Where measurements are kept: beside the findings of earlier runs."""
    if not settings.cache:
        return None
    folder = cache_folder(settings, base)
    evidence = os.path.join(folder, "evidence")
    with suppress(OSError):
        return None if not prepare(folder) or os.path.islink(evidence) else evidence
    return None


def _write_report(path: str, findings: Sequence[Finding], evidence: Sequence[Evidence]) -> None:
    check_installed()
    from clip_lint.verify.html import evidence_report  # noqa: PLC0415

    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(evidence_report(findings, evidence))
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from None
