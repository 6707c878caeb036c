"""Findings become Evidence: the one entry that the engine calls. Importing it imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.verify.installed import check_installed
from clip_lint.verify.unmeasured import without_probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.evidence import Evidence, EvidenceRequest
    from clip_lint.core.finding import Finding
    from clip_lint.verify.options import VerifyOptions


def verify_findings(
    findings: Sequence[Finding], requests: Sequence[EvidenceRequest | None], options: VerifyOptions
) -> list[Evidence]:
    """Evidence for each finding, in order.

    ``requests`` goes with ``findings``, None where a finding carries none. A model that cannot be had gives the verdict
    "not run" with the reason as its note; VerifyProblem is raised only for what concerns the whole run: missing
    packages, a device that is not there, a fixture folder that cannot be read, a ``--model`` that cannot be loaded.
    """
    wanted = [request for request in requests if request is not None]
    if not wanted:
        return [without_probe(finding.code) for finding in findings]
    check_installed()
    from clip_lint.verify.run import measure  # noqa: PLC0415 (brings torch, which may be missing until here)

    results = measure(wanted, options)
    return [
        results.get(request) or without_probe(finding.code)
        if request is not None
        else without_probe(finding.code)
        for finding, request in zip(findings, requests, strict=True)
    ]
