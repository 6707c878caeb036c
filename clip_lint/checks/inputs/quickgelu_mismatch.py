"""CLP306: open_clip architecture and weights disagree on QuickGELU."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.reading.facts import Facts, Load


def _constant(load: Load) -> Place | None:
    """Where the architecture is written, if that is outside the call: who mends it there mends every load of it."""
    written, call = load.named.place if load.named is not None else None, load.site.place
    if written is None or (
        (written.path, written.cell) == (call.path, call.cell) and call.start <= written.start < call.end
    ):
        return None
    return written


_FILE = re.compile(r"[./\\]")
"""What is in the name of a file and in no tag."""


def _what_follows(quickgelu: str, weights: str, affected: str) -> str:
    """Which two activations meet, and what open_clip does: it warns of tags that it knows for the architecture, and loads any file."""
    is_file = _FILE.search(weights) is not None
    if quickgelu == "needless" and not is_file:
        return f"QuickGELU, and the weights {weights!r} were trained with GELU: open_clip has no such pair, so this raises an error"
    built, needed = ("GELU", "QuickGELU") if quickgelu == "missing" else ("QuickGELU", "GELU")
    told = "open_clip does not warn of a file" if is_file else "open_clip only warns"
    return f"{built}, but the weights {weights!r} were trained with {needed}: {affected} is off, and {told}"


@check("CLP306")
def quickgelu_mismatch(facts: Facts) -> Iterator[Finding]:
    """open_clip architecture and weights disagree on QuickGELU."""
    for load in facts.loads:
        checkpoint = load.model.checkpoint
        if not load.quickgelu or (load.model.load is not None and load.model.load.key in facts.reloaded):
            continue
        name = checkpoint.name or ""
        right = f"{name}-quickgelu" if load.quickgelu == "missing" else name.removesuffix("-quickgelu")
        # A ResNet's pictures go through ReLU in either case.
        affected = "every text embedding" if name.startswith("RN") else "every embedding"
        constant = _constant(load)
        yield report(
            "CLP306",
            load.site,
            message=f"{name!r} uses {_what_follows(load.quickgelu, checkpoint.tag or '', affected)}",
            help=f"load {right!r} with these weights",
            checkpoint=checkpoint,
            place=load.site.place,
            group=f"{constant.path}:{constant.start}" if constant is not None else "",
            details=[
                ("written", name, None),
                ("architecture", right, None),
                ("weights", checkpoint.tag or "", None),
            ],
        )
