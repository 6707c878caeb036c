"""CLP403: one item a call in a loop over a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.reading.scope import carried
from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.scope import LoopSite
    from clip_lint.reading.values import Site


@check("CLP403")
def unbatched_encoding(facts: Facts) -> Iterator[Finding]:
    """One item a call in a loop over a collection."""
    told: set[tuple[int, str]] = set()
    for encode in facts.encodes:
        loop = _item_loop(encode)
        is_training = encode.wants_gradient and encode.grad is not Tristate.NO
        if loop is None or is_training or (loop.key, encode.modality) in told:
            continue
        call = _call_in(loop, encode)
        if call is None:
            continue
        told.add((loop.key, encode.modality))
        what = {"image": "image", "text": "text"}.get(encode.modality, "image")
        yield report(
            "CLP403",
            call,
            message=f"the model runs for one {what} at a time: batches give the same vectors, up to rounding, and commonly take less time",
            help=f"collect the {what}s and encode them in batches (32 to 256)",
            severity=Severity.NOTE,
            related=[(loop.site, "the loop is here"), (encode.site, "the model runs here")],
            checkpoint=encode.model.checkpoint,
        )


def _call_in(loop: LoopSite, encode: Encode) -> Site | None:
    """What the loop itself calls: the encoding, or the function of the tree that does it.

    None where more lies between: a batch would mean to rebuild what is called.
    """
    for depth, call in enumerate(reversed(encode.calls)):
        if call.source is loop.site.source and call.function == loop.site.function:
            return call if depth < _MOST_FUNCTIONS_BETWEEN else None
    return encode.site


_MOST_FUNCTIONS_BETWEEN = 2


def _item_loop(encode: Encode) -> LoopSite | None:
    """The loop over single items that an encoding follows round by round."""
    if not encode.is_single or not encode.loops:
        return None
    varying = encode.text_varying if encode.modality == "text" else encode.varying
    loop = encode.loops[-1]
    if carried(loop.key) in varying:
        return None  # each round needs what the one before found
    if loop.key in varying and loop.kind != "while" and not loop.batches:
        return loop
    return None
