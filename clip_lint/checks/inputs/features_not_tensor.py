"""CLP307: transformers 5 feature output used as a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.reading.marks import GIVEN_TO_NUMPY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Site


@check("CLP307")
def features_not_tensor(facts: Facts) -> Iterator[Finding]:
    """Transformers 5 feature output used as a tensor."""
    for use in facts.wrapped_uses:
        if use.site.key in facts.guarded:
            continue
        name = quoted(use.features.name or use.site.name, "the result")
        has_run = _would_raise(use.how) and _has_run(use.site) and _has_run(use.use)
        yield report(
            "CLP307",
            use.site,
            message=f"on Transformers 5 this call returns an output object, not a tensor, and {name} is used as a tensor ({use.how}): {_consequence(use.how)}{_SEEN if has_run else ''}",
            severity=Severity.NOTE if has_run else None,
            help="add `.pooler_output` to the call: that is the tensor",
            related=[(use.use, "used as a tensor here")],
            checkpoint=use.features.checkpoint,
            details=[("model", "known" if _is_known(use.features.checkpoint) else "guessed", None)],
            place=use.site.place,
        )


_SEEN = "; the outputs in this notebook are of an older release"


def _has_run(site: Site) -> bool:
    """Whether a notebook keeps what a run of a place gave, a record of what worked then; of a function a run says only that it was defined."""
    return not site.function and any(
        cell.has_run and cell.number == site.place.cell for cell in site.source.cells
    )


def _consequence(how: str) -> str:
    """What Transformers 5 makes of such a use; an index is taken for that of a member."""
    if _would_raise(how):
        return "this raises an error"
    if how == GIVEN_TO_NUMPY:
        return "NumPy takes it for one object, so it makes an array without numbers or raises an error"
    return "an index picks one of its fields, and `[0]` silently gives the hidden states of all tokens instead of the first embedding"


def _would_raise(how: str) -> bool:
    return how != GIVEN_TO_NUMPY and not how.startswith("indexed")


def _is_known(checkpoint: Checkpoint) -> bool:
    """Whether the code names the model's class or weights; else its methods' names alone tell what it is."""
    return checkpoint.name is not None or checkpoint.family is not None
