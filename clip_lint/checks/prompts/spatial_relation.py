"""CLP102: left, right, above, below, inside, behind ... between objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_finding, contrasted
from clip_lint.checks.prompts.measured import SPATIAL
from clip_lint.checks.prompts.shared import (
    SHORT,
    TINY,
    carries,
    meanings,
    prompt_finding,
    quoted_text,
    touches,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.prompts import PromptSet


_SPACE_HELP = "detect the objects (`IDEA-Research/grounding-dino-tiny`, `facebook/detr-resnet-50`) and compare their boxes"
_WEAK = frozenset(
    ("in", "on", "at", "with", "by", "into", "onto", "out of", "touching", "facing", "contains", "hanging from", "hangs from", "hang from",
     "hung from", "suspended from", "in the background", "in background", "in the foreground", "in foreground")
)  # fmt: skip
"""Relations that captions hold in passing."""


@prompt_check("CLP102", passes_mentions=True)
def spatial_relation(prompts: PromptSet) -> Iterator[Finding]:
    """Left, right, above, below, inside, behind ... between objects."""
    groups = contrasted(prompts, Difference.DIRECTION)
    if groups:
        yield contrast_finding(
            "CLP102",
            prompts,
            groups,
            differ=lambda words: f"differ only in where things are ({words})",
            because=f", which CLIP does not tell apart: {SPATIAL}",
            help=_SPACE_HELP,
        )
    for _, prompt, meaning in meanings(prompts):
        for relation in meaning.relations:
            if not touches(prompt, relation.span):
                continue
            severity = carries(meaning, SHORT if relation.value in ("left", "right") else TINY)
            if relation.phrase in _WEAK:
                severity = Severity.NOTE
            words = prompt.text[slice(*relation.span)]
            message = f"{quoted_text(prompt.text)} asks where things are (`{words}`), and CLIP scores it like any other arrangement: {SPATIAL}"
            if severity is Severity.NOTE:
                message = f"{quoted_text(prompt.text)} mentions where things are (`{words}`), which hardly changes the score"
            yield prompt_finding(
                "CLP102", prompts, prompt, severity=severity, message=message, help=_SPACE_HELP
            )
            break
