"""CLP311: pictures into a checkpoint that has a text tower alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import pictures_of_text_tower

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP311")
def text_only_checkpoint(facts: Facts) -> Iterator[Finding]:
    """Pictures into a text tower."""
    for encode in facts.encodes:
        pictures = pictures_of_text_tower(encode.model.checkpoint)
        if pictures is None or encode.modality not in {"image", "both"}:
            continue
        other = f"`{pictures}`" if pictures else "the checkpoint that its card names"
        yield report(
            "CLP311",
            encode.site,
            message=f"`{encode.model.checkpoint.name}` encodes texts only, and here it gets pictures: this raises an error",
            help=f"encode pictures with {other} and texts with this one: their vectors lie in one space",
            related=[(encode.model.load, "the text tower is loaded here")],
            checkpoint=encode.model.checkpoint,
        )
