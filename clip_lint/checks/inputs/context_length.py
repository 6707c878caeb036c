"""CLP313: texts of another length than the checkpoint reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import context_length as length_of
from clip_lint.knowledge.checkpoints import names_of_weights, reads_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts

_OWN_POSITIONS = "positional_embedding"
"""Whoever changes those of a model changes what it reads."""


@check("CLP313")
def context_length(facts: Facts) -> Iterator[Finding]:
    """Texts of another length than the checkpoint reads."""
    cut = {sliced.tokens.site for sliced in facts.sliced}
    for encode in facts.encodes:
        tokens, reads = encode.tokens, _reads(encode, facts)
        if (
            tokens is None
            or tokens.site is None
            or tokens.length is None
            or reads is None
            or tokens.site in cut
        ):
            continue
        library = facts.libraries.of(encode.model.checkpoint.library)
        if tokens.length > reads or (library.full_length and tokens.length != reads):
            only = " exactly" if library.full_length else ""
            yield report(
                "CLP313",
                tokens.site,
                message=f"each text becomes {tokens.length} tokens, and {encode.model.checkpoint} takes{only} {reads}: it raises an error",
                help=f"leave the length out, or make it {reads}",
                related=[(encode.site, "they are encoded here")],
                checkpoint=encode.model.checkpoint,
            )


def _reads(encode: Encode, facts: Facts) -> int | None:
    """How many tokens the model takes, where its weights are known and nothing was changed about them."""
    model = encode.model
    is_changed = model.load is not None and model.load.key in facts.reloaded
    if (
        is_changed
        or reads_on(model.checkpoint)
        or not names_of_weights(model.checkpoint)
        or _OWN_POSITIONS in encode.site.source.text
    ):
        return None
    return length_of(model.checkpoint, facts.libraries.trait(model.checkpoint.family))
