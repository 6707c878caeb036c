"""CLP404: constant prompts encoded again for every image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.model_use import uses
from clip_lint.core.finding import Severity
from clip_lint.reading.prompt_sets import known_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.scope import LoopSite


@check("CLP404")
def reencoded_prompts(facts: Facts) -> Iterator[Finding]:
    """Constant prompts encoded again for every image."""
    for encode in facts.encodes:
        if (
            encode.wants_gradient
            or encode.modality not in {"text", "both"}
            or not encode.loops
            or encode.texts is None
        ):
            continue
        loaded_in = {
            load.loop.key for load in facts.loads if load.loop is not None and uses(encode, load.site.key)
        }
        constant = [
            loop
            for loop in encode.loops
            if loop.key not in encode.text_varying and loop.site.key not in loaded_in
        ]
        inner = encode.loops[-1]
        if not constant or (constant[-1] is not inner and inner.batches):
            continue
        if (
            encode.site.via is not None
            and not known_texts(encode.texts)
            and not _in_one(constant[-1], encode)
        ):
            continue  # how another file's function finds its texts is not looked at in full
        if any(site.key in constant[-1].on_demand for site in (encode.site, *encode.calls)):
            continue
        yield report(
            "CLP404",
            encode.site,
            message="the same prompts are encoded again in every round of the loop, which takes time and gives the same result",
            help="encode and normalise the texts once before the loop and keep the features",
            severity=Severity.NOTE,
            related=[(constant[-1].site, "the loop is here")],
            checkpoint=encode.model.checkpoint,
            prompts=[text.text for text in known_texts(encode.texts)],
        )


def _in_one(loop: LoopSite, encode: Encode) -> bool:
    """Whether one function loops and encodes."""
    return loop.site.source is encode.site.source and loop.site.function == encode.site.function
