"""What messages say about how well a checkpoint does: its own published figure, or whose they give instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.knowledge.figures.lookup import Figure, figure
from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from clip_lint.reading.prompts import PromptSet

_FACES = "CLIP mixes up even famous faces (OpenAI's ViT-L/14 named 59.2% of celebrities right among 100 names, 43.3% among 1,000; CLIP paper, section 7) and does not know others"

_GENERAL = {
    "counting": "OpenAI's ViT-B/32 picks the right number of nine in 31.7% of CountBench's pictures (source: Paiss et al., 2023)",
    "spatial": "all 18 models measured did poorly on What'sUp's three benchmarks (people get 99%; source: Kamath et al., 2023)",
}
"""What is said where the checkpoint itself was not measured, if more is known than the figure of OpenAI's ViT-B/32."""

UNMEASURED = "no figure of this model is known: measure it on pictures of your own"


def is_closed(prompts: PromptSet) -> bool:
    """Whether the texts go to a service whose model nobody outside knows: CLIP's figures are none of its."""
    known = prompts.checkpoint.family if prompts.checkpoint is not None else None
    return (prompts.family or load_libraries().trait(known)).closed


def measured(phenomenon: str, prompts: PromptSet) -> Figure | None:
    """A figure that says something of the model that reads the texts; None where there is none."""
    return None if is_closed(prompts) else figure(phenomenon, prompts.checkpoint)


def faces(prompts: PromptSet) -> str:
    """What is known of naming people."""
    return f"it cannot know people who are not famous, and {UNMEASURED}" if is_closed(prompts) else _FACES


def because(claim: str, phenomenon: str, prompts: PromptSet) -> str:
    """The end of a message: what CLIP does badly, with a figure; no such claim where the checkpoint's own lies nearer to 100% than to guessing."""
    if is_closed(prompts):
        return f", which image-text models are mostly poor at; {UNMEASURED}"
    found = figure(phenomenon, prompts.checkpoint)
    if found is not None and found.is_own and (found.benchmark.chance or 100) + 100 <= 2 * found.percent:
        return f"; most CLIPs are poor at this, but {found}: measure it on pictures of your own"
    return f", {claim}: {published(phenomenon, prompts)}"


def published(phenomenon: str, prompts: PromptSet) -> str:
    """The figure of a checkpoint on a phenomenon of `BENCHMARKS`, as a message gives it."""
    found = measured(phenomenon, prompts)
    if found is None and is_closed(prompts):
        return UNMEASURED
    if found is None or not found.is_own:
        return _GENERAL.get(phenomenon, str(found))
    return str(found)
