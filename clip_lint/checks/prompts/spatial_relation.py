"""CLP102: left, right, above, below, inside, behind ... between objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import because
from clip_lint.checks.prompts.shared import (
    LONG,
    asked_for,
    if_needed,
    is_among_many,
    meanings,
    prompt_finding,
    quoted_text,
    things_in,
    touches,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference, read_prompt
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language import Meaning
    from clip_lint.language.meaning import Relation
    from clip_lint.reading.prompts import PromptSet


_SPACE_HELP = "detect the objects (`IDEA-Research/grounding-dino-tiny`, `facebook/detr-resnet-50`) and compare their boxes"
_DEPTH_HELP = "detect the objects (`IDEA-Research/grounding-dino-tiny`) and compare their depths, as `depth-anything/Depth-Anything-V2-Small-hf` estimates them: boxes alone have none"
_DEPTHS = frozenset(("front", "behind"))
_LOOKS = re.compile("[acmszt](?=[lgacmszt]*n)")
_WEAK = frozenset(
    ("in", "on", "at", "with", "by", "into", "onto", "out of", "touching", "facing", "contains", "hanging from", "hangs from", "hang from",
     "hung from", "suspended from", "in the background", "in background", "on both sides", "on either side", "on each side", "in the foreground", "in foreground",
     "side by side", "back to back", "face to face")
)  # fmt: skip
"""Relations that captions hold in passing."""


@prompt_check("CLP102", passes_mentions=True, of_meaning=True)
def spatial_relation(prompts: PromptSet) -> Iterator[Finding]:
    """Left, right, above, below, inside, behind ... between objects."""
    mixed_up = because("and CLIP often mixes arrangements up", "spatial", prompts)
    groups = contrasted(prompts, Difference.DIRECTION)
    depths = [label for group in groups for label in group.labels if _is_depth(label.text)]
    yield from contrast_findings(
        "CLP102",
        prompts,
        groups,
        differ=lambda words: f"differ only in where things are ({words})",
        because=because("which CLIP hardly tells apart", "spatial", prompts),
        help=_DEPTH_HELP if depths else _SPACE_HELP,
    )
    for prompt, asked in asked_for(prompts, TaskKind.RELATE):
        message = f"{quoted_text(prompt.text)} asks where things are (`{asked.phrase}`){mixed_up}"
        yield prompt_finding(
            "CLP102",
            prompts,
            prompt,
            severity=Severity.WARNING,
            message=message,
            help=_DEPTH_HELP if _is_depth(prompt.text) else _SPACE_HELP,
        )
    placed = sum(bool(meaning.relations) for _, _, meaning in meanings(prompts))
    for _, prompt, meaning in meanings(prompts):
        if any(prompt in group.labels for group in groups):
            continue
        for relation in meaning.relations:
            if not touches(prompt, relation.span):
                continue
            severity = Severity.NOTE if is_among_many(placed, prompts) else _severity(meaning, relation)
            if severity is Severity.NOTE and (prompts.fate.is_averaged or prompts.fate.is_learnt):
                break  # one wording of several, or a caption that a model is trained on: it decides nothing alone
            words = prompt.text[slice(*relation.span)]
            message = f"{quoted_text(prompt.text)} asks where things are (`{words}`){mixed_up}"
            if severity is Severity.NOTE:
                message = f"{quoted_text(prompt.text)} mentions where things are (`{words}`), which hardly changes the score"
            yield prompt_finding(
                "CLP102",
                prompts,
                prompt,
                severity=severity,
                message=message,
                help=if_needed(severity, _DEPTH_HELP if relation.value in _DEPTHS else _SPACE_HELP),
            )
            break


def _is_mentioned(meaning: Meaning, relation: Relation) -> bool:
    """Whether things with looks are merely said to be together: an old typewriter beside a stack of letters; `is beside` says it."""
    said = meaning.text[: relation.span[0]].split()
    asserted = bool(said) and said[-1].lower() in ("is", "are")
    return not asserted and any(
        not meaning.words[match.start()].endswith("ing")
        for match in _LOOKS.finditer(meaning.tags.partition(",")[0])
    )


def _is_depth(text: str) -> bool:
    """Whether a text tells what is nearer: boxes do not say that."""
    return any(relation.value in _DEPTHS for relation in read_prompt(text).relations)


def _severity(meaning: Meaning, relation: Relation) -> Severity:
    """A warning where two things and their places are all that a prompt says; a note in passing."""
    values = {each.value for each in meaning.relations}
    if {"left", "right"} <= values:
        return Severity.WARNING  # who stands where is what the description is about
    if relation.phrase in _WEAK or relation.is_setting:
        return Severity.NOTE
    if relation.value == "beside" and _is_mentioned(meaning, relation):
        return Severity.NOTE  # being together is what it says, and swapped it says the same
    most = 3 if relation.value in ("left", "right", "between") else 2
    return Severity.WARNING if things_in(meaning) <= most and meaning.content <= LONG else Severity.NOTE
