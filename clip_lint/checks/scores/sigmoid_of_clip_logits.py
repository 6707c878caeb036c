"""CLP214: a sigmoid over scores that were trained for a softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.knowledge.checkpoints import is_softmax_trained
from clip_lint.reading.values import Model, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts

_MOST_TEMPERATURE = 0.05
"""Divided by so much at most, a cosine that matches nothing (0.15) is 3 or more, of which the sigmoid is above 0.95."""
_LEARNED = 0.01
"""The temperature that OpenAI's training ended at."""
_LEAST, _MOST = 0.11, 0.35
"""Between these lie the cosines of pictures and texts, fitting or not, of OpenAI's ViT-B/32 (`knowledge/models.toml`); others lie elsewhere."""


@check("CLP214")
def sigmoid_of_clip_logits(facts: Facts) -> Iterator[Finding]:
    """Sigmoid over the logits or cosines of a checkpoint trained with a softmax."""
    for each in facts.normalizeds:
        scores = each.of
        if (
            each.via != "sigmoid"
            or not isinstance(scores, Scores)
            or scores.pair != "image-text"
            or scores.metric not in {"dot", "cosine"}
            or scores.is_sigmoid
            or scores.is_transformed
            or not _is_softmax_trained(scores, facts)
            or each.site.key in facts.order_only
            or in_tests(each.site)
        ):
            continue
        if _is_scaled(scores, facts):
            least = _sigmoid(_LEAST / (scores.temperature or _LEARNED))
            what = f"values near 1 say nothing, because training did not teach it where zero is (with OpenAI's ViT-B/32 and nine pictures, texts that fit and texts that do not all got above {least:.5g})"
        elif scores.is_cosine:
            what = (
                "every text gets nearly the same value, whether it fits or not (with OpenAI's ViT-B/32 and nine pictures,"
                f" {_sigmoid(_LEAST):.2f} to {_sigmoid(_MOST):.2f})"
            )
        else:
            continue
        yield report(
            "CLP214",
            each.site,
            message=f"a sigmoid of the scores of a model that was trained with a softmax: {what}",
            help="take `softmax(dim=-1)` over labels that exclude each other, compare the cosine with a threshold found on your own images,"
            " or use a checkpoint that was trained with a sigmoid (SigLIP)",
            related=[(scores.origin, "the scores come from here")],
            checkpoint=scores.checkpoint,
        )


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def _is_scaled(scores: Scores, facts: Facts) -> bool:
    """Whether these are cosines times the trained scale, or about as much."""
    if scores.is_scaled is not Tristate.YES or scores.is_unit is not Tristate.YES:
        return False
    if any(
        isinstance(each.of, Scores)
        and each.of.origin == scores.origin
        and each.factor is None
        and not each.is_learned
        for each in facts.scaled
    ):
        return False  # a temperature that is not known
    return scores.temperature is None or 0 < scores.temperature <= _MOST_TEMPERATURE


def _is_softmax_trained(scores: Scores, facts: Facts) -> bool:
    """Whether the family is known, and the weights are those of its training, not of one that the program does or loads."""
    checkpoint = scores.checkpoint
    is_open = checkpoint.name is None and facts.libraries.of(checkpoint.library).names_decide
    if is_open or not is_softmax_trained(checkpoint, facts.libraries.trait(checkpoint.family)):
        return False
    others = facts.trained | facts.reloaded
    models = [each.model for each in facts.encodes if each.site == scores.origin]
    models += [
        model
        for compare in facts.compares
        if compare.site == scores.origin
        for side in (compare.left, compare.right)
        if isinstance(model := getattr(side, "model", None), Model)
    ]
    return all(model.load is None or model.load.key not in others for model in models) and not facts.trains
