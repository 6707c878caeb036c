"""CLP207: a raw cosine or logit under a name that promises a probability."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import cosine_band
from clip_lint.reading.values import Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Shown
    from clip_lint.reading.values import Site


_PROBABILITY_NAME = re.compile(
    r"conf(?:idence|s?$|_)|\bconf\b|prob|certainty|percent|likelihood", re.IGNORECASE
)
_PERCENT = 100
_PROBABILITY_VARIABLE = re.compile(r"confidence|probability|certainty|percent", re.IGNORECASE)
"""Stricter for plain variables: `probs = logits` is often followed by its softmax."""


@check("CLP207")
def score_as_probability(facts: Facts) -> Iterator[Finding]:
    """A raw cosine or logit under a name that promises a probability."""
    seen: set[object] = set()
    for shown in facts.shown:
        scores = shown.of
        names = _PROBABILITY_VARIABLE if shown.how == "assigned" else _PROBABILITY_NAME
        if not names.search(shown.label):
            continue
        if (
            scores.metric == "euclidean"
            or (scores.is_transformed and scores.mixed is None)
            or scores.pair not in {"image-text", "?-text"}
        ):
            continue
        if (scores.origin, scores.mixed) in seen:
            continue
        seen.add((scores.origin, scores.mixed))
        if scores.mixed is not None:
            yield _mixture(shown, scores, scores.mixed)
            continue
        yield report(
            "CLP207",
            shown.site,
            message=f"{_placed(shown)} is {_kind(scores, facts)}",
            help=_help(scores),
            related=[(scores.origin, "the score is computed here")],
            checkpoint=scores.checkpoint,
        )


def _mixture(shown: Shown, scores: Scores, site: Site) -> Finding:
    """Cosines averaged with what has another range, under the name of a probability."""
    found = report(
        "CLP207",
        site,
        message=f"`{shown.label.strip()}` adds a cosine to another score: the two have different ranges, so the weights do not mean what they"
        " seem to say, and the sum is no probability",
        help="take the softmax over contrasting labels (with the logit scale) before mixing, or combine the ranks",
        related=[(shown.site, "called so here"), (scores.origin, "the cosine is computed here")],
        checkpoint=scores.checkpoint,
    )
    return replace(found, request=None)  # the probe looks at cosines by themselves


def _placed(shown: Shown) -> str:
    """What is shown, and as what, up to the verb."""
    label = shown.label.strip()
    called = "a percentage" if shown.how == "printed" and label == "percent" else f"`{label}`"
    name = quoted(shown.of.name, "the score")
    if name == called:
        return name
    how = {"stored": "stored as", "assigned": "called", "returned": "returned by", "printed": "printed as"}
    return f"{name}, {how[shown.how]} {called},"


def _kind(scores: Scores, facts: Facts) -> str:
    """What a score is that is no probability, and where its values lie if that is known."""
    band = cosine_band(scores.checkpoint)
    lies = f": {band.matches}" if band is not None else ""
    if scores.is_scaled is Tristate.YES:
        is_percentage = scores.is_unit is Tristate.YES and any(
            scaled.factor == _PERCENT and isinstance(scaled.of, Scores) and scaled.of.origin == scores.origin
            for scaled in facts.scaled
        )
        if is_percentage:
            return f"a hundred times a cosine and no probability{lies}"
        return "a logit and no probability: it may be negative or far above 1"
    if scores.is_unit is not Tristate.YES:
        return "a raw dot product and no probability: it depends on the lengths of the vectors"
    return f"a cosine and no probability{lies}"


def _help(scores: Scores) -> str:
    if scores.is_sigmoid:
        return "take the sigmoid of the logits (`cosine * model.logit_scale.exp() + model.logit_bias`), or call it a similarity"
    return "take the softmax over contrasting labels (with the logit scale), or call it a similarity"
