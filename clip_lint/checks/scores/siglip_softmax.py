"""CLP205: logits of a checkpoint trained with a sigmoid, made probabilities in another way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.language.labels import is_catch_all
from clip_lint.language.narrow import bare
from clip_lint.reading.values import Scores, Seq, Text, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Normalized

_PAIR = 2


@check("CLP205")
def siglip_softmax(facts: Facts) -> Iterator[Finding]:
    """Softmax over the logits of a checkpoint trained with a sigmoid; a sigmoid without the bias of its training."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if isinstance(scores, Scores) and (scores.metric == "euclidean" or "text" not in scores.pair):
            continue  # pictures among themselves: no training says how likely they are
        if softmax.via == "sigmoid" and isinstance(scores, Scores) and _lacks_bias(scores):
            yield _without_bias(softmax, scores)
        elif (
            softmax.via == "softmax"
            and softmax.site.key not in facts.order_only
            and not in_tests(softmax.site)
            and isinstance(scores, Scores)
            and scores.is_sigmoid
            and softmax.axis in {"text", "?"}
            and scores.label_count != 1
        ):
            yield report(
                "CLP205",
                softmax.site,
                message=f"SigLIP was trained with a sigmoid for each pair, and this is a softmax: {_consequence(scores)} (the order of the"
                " labels is unchanged)",
                help=f"use `torch.sigmoid({_logits(scores)})`: each label then has a probability of its own, and all of them may be low",
                related=[(scores.origin, "the scores come from here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("logits", "whole" if scores.is_whole_model or scores.has_bias else "part", None),
                    ("array", scores.array, None),
                    ("labels", "all there is" if _are_all_there_is(scores) else "", None),
                ],
            )


def _consequence(scores: Scores) -> str:
    """What a softmax makes of them: of cosines, which differ by little, another thing than of logits."""
    if scores.is_unit is Tristate.YES and scores.is_scaled is Tristate.NO:
        return "of cosines without the scale it makes the probabilities far too equal"
    return "it shares out one probability even where no label fits"


def _are_all_there_is(scores: Scores) -> bool:
    """Whether the labels are two, one of which must hold, or leave nothing out because one of them is for the rest."""
    texts = scores.texts.items if isinstance(scores.texts, Seq) else ()
    return scores.label_count == _PAIR or any(
        isinstance(each, Text) and is_catch_all(bare(each.text)) for each in texts
    )


def _lacks_bias(scores: Scores) -> bool:
    """Whether surely nothing but a scale was applied to the cosines."""
    return (
        scores.is_sigmoid
        and scores.is_unit is Tristate.YES
        and scores.is_scaled is Tristate.YES
        and scores.pair == "image-text"
        and not (scores.has_bias or scores.is_whole_model or scores.is_transformed)
    )


def _without_bias(sigmoid: Normalized, scores: Scores) -> Finding:
    """The bias is below -10 in training; the probe measures a softmax, so nothing is to be verified."""
    found = report(
        "CLP205",
        sigmoid.site,
        message="this sigmoid lacks SigLIP's `logit_bias`, which was learned with the scale: every pair whose cosine is above"
        " zero gets more than 0.5 (the order is unchanged)",
        help="add the bias before the sigmoid: `cosines * model.logit_scale.exp() + model.logit_bias`",
        related=[(scores.origin, "the cosines are computed here")],
        checkpoint=scores.checkpoint,
        details=[("logits", "part", None), ("array", scores.array, None)],
    )
    return replace(found, request=None)


def _logits(scores: Scores) -> str:
    """What the sigmoid is taken of: a model's logits have its scale and bias, cosines do not."""
    has_both = scores.is_whole_model or scores.has_bias
    return "logits" if has_both else "cosines * model.logit_scale.exp() + model.logit_bias"
