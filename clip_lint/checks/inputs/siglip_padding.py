"""CLP302: SigLIP text without padding="max_length"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.inputs.tokenizers import lacks_padding, of_other_models, of_several_libraries
from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import context_length
from clip_lint.reading.values.models import NO_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP302")
def siglip_padding(facts: Facts) -> Iterator[Finding]:
    """SigLIP text without padding="max_length"."""
    mixed = of_several_libraries(facts) | of_other_models(facts)
    encoded = {encode.tokens.site for encode in facts.encodes if encode.tokens is not None}
    for tokenize in facts.tokenizes:
        tokens = tokenize.tokens
        by = tokens.by
        if tokenize.site.key in mixed or by is None or not lacks_padding(tokenize, facts.libraries):
            continue
        if tokenize.site.key in facts.measured and tokens.site not in encoded:
            continue  # somebody counts tokens
        given = (
            'padding="max_length" and no `max_length`, which pads nothing here'
            if tokens.padding == NO_LENGTH
            else f'padding="{tokens.padding}"'
            if tokens.padding not in {"", "True"}
            else "padding=True"
            if tokens.padding
            else "no padding"
        )
        length = context_length(by.checkpoint) or facts.libraries.trait(by.checkpoint.family).context or 64
        yield report(
            "CLP302",
            tokenize.site,
            message=f"SigLIP text with {given}: SigLIP reads the embedding off the last of {length} positions, so a text that is not padded to {length} tokens gets a wrong embedding and wrong scores",
            help=f'pass `padding="max_length", max_length={length}, truncation=True`',
            related=[(by.load, "the SigLIP checkpoint is named here")],
            checkpoint=by.checkpoint,
            details=[] if by.checkpoint.family == "siglip" else [("length", str(length), None)],
        )
