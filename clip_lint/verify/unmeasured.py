"""The evidence of what no probe measures."""

from __future__ import annotations

from clip_lint.core.evidence import Evidence, Verdict


def without_probe(code: str) -> Evidence:
    """The evidence of a finding that no probe can measure."""
    return Evidence(code, "", Verdict.NOT_RUN, note="this finding has nothing that could be measured")
