"""CLP401: weights loaded in train mode and never switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.checks.running.model_use import uses
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import train_mode_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Model, Site


_OF_TEXTS = "text tower"


@check("CLP401")
def train_mode(facts: Facts) -> Iterator[Finding]:
    """Weights loaded in train mode and never switched."""
    for key, (site, model) in _loaded(facts).items():
        if model.mode != "train" or key in facts.evaluated or key in facts.trained:
            continue
        running = [encode for encode in facts.encodes if uses(encode, key)]
        used = next((encode for encode in running if not in_tests(encode.site)), None)
        if used is None or any(encode.wants_gradient for encode in running):
            continue
        checkpoint = model.checkpoint
        changes = train_mode_changes(checkpoint)
        kinds = {encode.modality for encode in running if not in_tests(encode.site)}
        untouched = _untouched(changes, checkpoint, kinds)
        factory = f"{checkpoint.library}'s factory" if checkpoint.library is not None else "what loads it"
        yield report(
            "CLP401",
            site,
            message=f"{checkpoint} stays in train mode, because {factory} never calls `eval()`: {_consequence(changes, untouched)}",
            help="call `model.eval()` after loading",
            severity=None if changes and not untouched else Severity.NOTE,
            related=[(used.site, "used for inference here")],
            checkpoint=checkpoint,
            place=site.place,
        )


def _loaded(facts: Facts) -> dict[int, tuple[Site, Model]]:
    """The models that were loaded: here, or at the top of another file whose model this one uses."""
    found = {load.site.key: (load.site, load.model) for load in facts.loads}
    for encode in facts.encodes:
        if encode.model.load is not None:
            found.setdefault(encode.model.load.key, (encode.model.load, encode.model))
    return found


def _untouched(changes: str | None, checkpoint: Checkpoint, modalities: set[str]) -> str:
    """What alone is encoded, ``pictures`` or ``texts``, where train mode changes the other tower; empty where it may matter."""
    if not changes or (_OF_TEXTS in changes and (checkpoint.name or "").startswith("RN")):
        return ""  # a ResNet has batch norm beside what its texts have
    spared = {"pictures": {"image"}} if _OF_TEXTS in changes else {"texts": {"text"}}
    return next((inputs for inputs, kinds in spared.items() if modalities == kinds), "")


def _consequence(changes: str | None, untouched: str) -> str:
    """What train mode does to the features, by what the architecture has that acts only then."""
    if untouched:
        others = "texts" if untouched == "pictures" else "pictures"
        return f"its {changes} acts on {others}, and here only {untouched} are encoded, whose features are right; those of {others} would change"
    if changes is None:
        return "if the architecture has dropout or batch norm, an image's features change from call to call or with the rest of its batch"
    if not changes:
        return "this architecture has neither dropout nor batch norm, so the features are right; an architecture that has them would give wrong ones"
    if changes == "batch norm":
        return "its batch norm makes an image's features depend on the rest of the batch"
    given = "text" if "text" in changes else "picture" if changes == "stochastic depth" else "input"
    return f"its {changes} stays active, so the same {given} gets other features at each call"
