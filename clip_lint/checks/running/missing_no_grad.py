"""CLP402: inference that builds a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.core.finding import Severity
from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts


@check("CLP402")
def missing_no_grad(facts: Facts) -> Iterator[Finding]:
    """Inference that builds a graph."""
    for encodes in _by_site(facts).values():
        if not all(_records_graph(encode, facts) for encode in encodes):
            continue
        encode = encodes[0]
        if in_tests(encode.site):
            continue
        yield report(
            "CLP402",
            encode.site,
            message="inference builds a graph for gradients that nobody uses: it costs memory and time with every call",
            help="put it under `torch.inference_mode()` (a `with` block or a decorator)",
            related=[(encode.model.load, "the model is loaded here")],
            checkpoint=encode.model.checkpoint,
            severity=Severity.NOTE if encode.site.key in facts.detached else None,
        )


def _records_graph(encode: Encode, facts: Facts) -> bool:
    load = encode.model.load
    if encode.grad is not Tristate.YES or encode.wants_gradient:
        return False
    if encode.is_self_managed or encode.in_framework:
        return False
    if load is None and encode.model.checkpoint.name is None and encode.model.is_given:
        return False  # whoever passes the model in may have switched gradients off
    return load is None or not ({load.key} & (facts.frozen | facts.trained))


def _by_site(facts: Facts) -> dict[int, list[Encode]]:
    found: dict[int, list[Encode]] = {}
    for encode in facts.encodes:
        found.setdefault(encode.site.key, []).append(encode)
    return found
