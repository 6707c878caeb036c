"""`--verify` and the options that go with it: findings get evidence before they are reported."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from clip_lint.verify.options import DEVICES, Verifying

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from clip_lint.core.evidence import Evidence
    from clip_lint.core.finding import Finding
    from clip_lint.engine.outcome import Outcome
    from clip_lint.settings.model import Settings
    from clip_lint.verify.options import Tell

_FOLDER = click.Path(path_type=str, file_okay=False)

VERIFY_OPTIONS = (
    click.option(
        "--verify/--no-verify",
        default=None,
        help="Measure each finding on the model that the code loads, and show the evidence.",
    ),
    click.option(
        "--verified-only", is_flag=True, default=None, help="With --verify: report only what was confirmed."
    ),
    click.option(
        "--evidence-report",
        type=click.Path(path_type=str, dir_okay=False),
        help="With --verify: write images and figures into one HTML file.",
    ),
    click.option(
        "--model",
        metavar="MODEL",
        help="With --verify: measure on this one: a hub id, a folder, a file, open_clip:NAME:TAG, or bundled.",
    ),
    click.option(
        "--detector",
        metavar="MODEL",
        help="With --verify: the detector to compare with.  [default: facebook/detr-resnet-50]",
    ),
    click.option(
        "--device", type=click.Choice(DEVICES), help="With --verify: where models run.  [default: auto]"
    ),
    click.option(
        "--offline",
        is_flag=True,
        default=None,
        help="With --verify: no network; the small bundled models stand in for those on the hub.",
    ),
    click.option("--fixtures", type=_FOLDER, help="With --verify: measure on these images (COCO format)."),
    click.option(
        "--images",
        type=_FOLDER,
        help="With --verify, for CLP105: your own images, a folder for each class.",
    ),
)


def taken(options: dict[str, Any]) -> Verifying:
    """Take what goes with ``--verify`` out of the parsed options; ``--verify`` itself is a setting and stays."""
    given = {name: options.pop(name) for name in Verifying.names()}
    return Verifying(**{name: value for name, value in given.items() if value is not None})


def check_verifying(settings: Settings) -> None:
    """UsageError where an option asks for something that only ``--verify`` does."""
    given = settings.verifying.given
    if given and not settings.verify:
        raise click.UsageError(f"{given[0]} goes with --verify")


def verified(outcome: Outcome, settings: Settings, base: str) -> Outcome:
    """The outcome with evidence for every finding that nobody silenced; ClickException where nothing can be measured.

    Where an evidence report is wanted, it is written. With ``--verified-only`` the rest is left out.
    """
    from clip_lint.core.evidence import Verdict  # noqa: PLC0415
    from clip_lint.verify.entry import verify_findings  # noqa: PLC0415
    from clip_lint.verify.problem import VerifyProblem  # noqa: PLC0415

    how = settings.verifying
    findings = outcome.reported
    is_shown = sys.stderr.isatty() and not settings.quiet
    try:
        with _telling() if is_shown else nullcontext() as tell:
            options = how.options(base, _cache_folder(settings, base), tell)
            evidence = verify_findings(findings, [finding.request for finding in findings], options)
            if how.evidence_report is not None:
                _write_report(os.path.join(base, how.evidence_report), findings, evidence)
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from None
    measured = {
        finding: replace(finding, evidence=own) for finding, own in zip(findings, evidence, strict=True)
    }
    rows = [measured.get(finding, finding) for finding in outcome.findings]
    if how.verified_only:
        rows = [row for row in rows if row.evidence is not None and row.evidence.verdict is Verdict.CONFIRMED]
    return replace(outcome, findings=tuple(rows))


def _telling() -> AbstractContextManager[Tell]:
    from clip_lint.verify.progress import telling  # noqa: PLC0415

    return telling()


def _cache_folder(settings: Settings, base: str) -> str | None:
    """Where measurements are kept: beside the findings of earlier runs."""
    from clip_lint.engine.cache import FOLDER  # noqa: PLC0415
    from clip_lint.source.project_top import project_root  # noqa: PLC0415

    if not settings.cache:
        return None
    return os.path.join(settings.cache_dir or os.path.join(project_root(base), FOLDER), "evidence")


def _write_report(path: str, findings: Sequence[Finding], evidence: Sequence[Evidence]) -> None:
    from clip_lint.verify.installed import check_installed  # noqa: PLC0415

    check_installed()
    from clip_lint.verify.html import evidence_report  # noqa: PLC0415

    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(evidence_report(findings, evidence))
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from None


def is_refuted(finding: Finding) -> bool:
    """Whether the measurement refutes the finding for what the code loads, so that it does not fail the run."""
    return finding.evidence is not None and finding.evidence.clears
