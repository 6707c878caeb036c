"""CLP301: model and processor of different checkpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP301")
def processor_mismatch(facts: Facts) -> Iterator[Finding]:
    """Model and processor of different checkpoints."""
    # Where one of several models may be in use with one of several processors, they are taken to be chosen together.
    fitting = {
        encode.site.key
        for encode in facts.encodes
        for by in (encode.processor, encode.tokens.by if encode.tokens is not None else None)
        if by is not None and by.checkpoint.name == encode.model.checkpoint.name
    }
    for encode in facts.encodes:
        by, model = encode.processor, encode.model.checkpoint
        if encode.modality == "text" and encode.tokens is not None:
            by = encode.tokens.by
        if by is None or not by.checkpoint.name or not model.name or by.checkpoint.library != model.library:
            continue
        has_hub_ids = facts.libraries.of(model.library).hub_ids
        if not _differ(by.checkpoint, model, has_hub_ids=has_hub_ids) or encode.site.key in fitting:
            continue
        yield report(
            "CLP301",
            by.load or encode.site,
            message=f"the {by.kind} is made for {by.checkpoint.name}, the model is {model.name}: vocabulary, resolution or pixel"
            " statistics may differ, and nothing warns",
            help="load both from one constant",
            related=[(encode.model.load, "the model is loaded here"), (encode.site, "used together here")],
            checkpoint=model,
            details=[("model", model.name, encode.model.load)],
        )


_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def _differ(component: Checkpoint, model: Checkpoint, *, has_hub_ids: bool) -> bool:
    """Whether two names surely stand for different vocabularies or pixels; local folders say nothing."""
    ours, theirs = component.name or "", model.name or ""
    if has_hub_ids:
        return ours != theirs and all(
            _HUB_ID.fullmatch(name) and name[0].isalnum() for name in (ours, theirs)
        )
    if "/" in ours + theirs:
        return False
    return vocabulary(ours) != vocabulary(theirs)
