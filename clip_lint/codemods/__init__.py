"""Fixes: from findings to edits, and from edits to files.

`propose` is called where findings are made, with the program still at hand. `clip_lint.fixing.rounds` applies what it
proposed: composed without conflicts, proved harmless by linting again, written whole or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.codemods.program import NoFixError, Page
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Applicability, Fix

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.knowledge.versions import Versions
    from clip_lint.source.model import Source

    Maker = Callable[[Page, Finding], Fix]


def propose(
    findings: Sequence[Finding], source: Source, tree: ast.Module, versions: Versions
) -> list[Finding]:
    """The findings of one program, each with its fix where there is one that is sure to be right."""
    makers = _makers()
    page = Page(source, tree, versions)
    others = _unsilenced(findings, source)
    return [replace(each, fix=_fix(page, each, others, makers), details=()) for each in findings]


def _unsilenced(findings: Sequence[Finding], source: Source) -> list[Finding]:
    """The findings that no comment silences: a fix of one may take its neighbours along."""
    lowered = source.text.lower()
    if "noqa" not in lowered and "clip-lint" not in lowered:
        return list(findings)
    from clip_lint.source.suppressions import directives, silence  # noqa: PLC0415

    return [finding for finding in silence(findings, directives(source)) if not finding.suppressed]


def _fix(page: Page, finding: Finding, others: Sequence[Finding], makers: dict[str, Maker]) -> Fix | None:
    if finding.fix is not None:
        return finding.fix
    fix = _edited(page, finding, others, makers)
    if fix is None and load_rules()[finding.code].fix is Applicability.SUGGESTION:
        return Fix(Applicability.SUGGESTION, finding.help)
    return fix


def _edited(page: Page, finding: Finding, others: Sequence[Finding], makers: dict[str, Maker]) -> Fix | None:
    try:
        if finding.code == "CLP402":
            from clip_lint.codemods.running import without_gradients  # noqa: PLC0415

            return without_gradients(page, finding, others)
        maker = makers.get(finding.code)
        return maker(page, finding) if maker is not None else None
    except NoFixError:
        return None


def _makers() -> dict[str, Maker]:
    from clip_lint.codemods import batching, hoisting, inputs, prompts, running, scaffolds, scores  # noqa: PLC0415  (only where something was found)

    return {
        "CLP101": scaffolds.scaffold,
        "CLP102": scaffolds.scaffold,
        "CLP103": scaffolds.scaffold,
        "CLP104": scaffolds.scaffold,
        "CLP105": scaffolds.scaffold,
        "CLP110": prompts.template,
        "CLP112": prompts.readable,
        "CLP116": prompts.without_duplicate,
        "CLP201": scores.normalise,
        "CLP202": scores.scale,
        "CLP203": scores.dimension,
        "CLP204": scores.single_label,
        "CLP205": scores.sigmoid,
        "CLP209": scores.normalise,
        "CLP210": scores.renormalise,
        "CLP301": inputs.checkpoint,
        "CLP302": inputs.padding,
        "CLP303": inputs.to_rgb,
        "CLP305": inputs.truncate,
        "CLP306": inputs.quickgelu,
        "CLP307": inputs.pooler_output,
        "CLP403": batching.batch,
        "CLP404": hoisting.hoist,
        "CLP405": hoisting.load_once,
        "CLP401": running.evaluation,
    }
