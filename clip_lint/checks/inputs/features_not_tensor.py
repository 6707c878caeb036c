"""CLP307: transformers 5 feature output used as a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.core.finding import Severity
from clip_lint.reading.marks import GIVEN_TO_NUMPY, OUTPUT_FIELD, PROJECTED, field_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, WrappedUse
    from clip_lint.reading.values import Site


@check("CLP307")
def features_not_tensor(facts: Facts) -> Iterator[Finding]:
    """Transformers 5 feature output used as a tensor."""
    for use in facts.wrapped_uses:
        if use.site.key in facts.guarded:
            continue
        missing = _missing(use)
        name = quoted(use.features.name or use.site.name, "the result")
        mild = _mild(use, facts)
        yield report(
            "CLP307",
            use.site,
            message=f"on Transformers 5 this call returns an output object{_told(use, missing, name)}: {_consequence(use.how)}{mild}",
            severity=Severity.NOTE if mild else None,
            help=f"read `.{OUTPUT_FIELD}`: that is the projected vector"
            if missing
            else f"add `.{OUTPUT_FIELD}` to the call: that is the tensor",
            related=[(use.use, "read here" if missing else "used as a tensor here")],
            checkpoint=use.features.checkpoint,
            details=[("model", "known" if _is_known(use.features.checkpoint) else "guessed", None)],
            place=use.site.place,
        )


def _missing(use: WrappedUse) -> str:
    """The field that is read and that the output object has not; empty for other uses."""
    return next((name for name in PROJECTED if use.how == field_read(name)), "")


def _told(use: WrappedUse, missing: str, name: str) -> str:
    if missing:
        return f", which has no `{missing}`"
    return f", not a tensor, and {name} is used as a tensor ({use.how})"


def _mild(use: WrappedUse, facts: Facts) -> str:
    """Why nobody meets a use on Transformers 5, in words; empty where somebody does."""
    if in_tests(use.site):
        return "; the test says so itself when it runs there"
    if f"{use.site.source.path}::{use.site.function}" in facts.idle:
        return f"; nothing calls `{use.site.function}`"
    if _would_raise(use.how) and _has_run(use.site) and _has_run(use.use) and _was_called(use):
        return "; the outputs in this notebook are of an older release"
    return ""


def _has_run(site: Site) -> bool:
    """Whether a notebook keeps the record of a run of a place's cell."""
    return any(cell.has_run and cell.number == site.place.cell for cell in site.source.cells)


def _was_called(use: WrappedUse) -> bool:
    """Whether a run of the cell runs the use too: of a function that says only that it was defined, so that of a call counts."""
    if not use.use.function:
        return True
    first = use.calls[0] if use.calls else None
    return first is not None and not first.function and _has_run(first)


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
