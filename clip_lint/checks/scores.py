"""CLP201-211: how features are compared and what is made of the scores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.registry import check, quoted, report
from clip_lint.core.finding import Finding, Severity
from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Features, Probability, Scores, Three

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.facts import Compare, Facts

HIGHEST_COSINE = 0.5
"""OpenAI CLIP's image-text cosines end at about 0.35 (openai/CLIP notebook and issue 405); SigLIP's stay below that."""
LOWEST_COSINE = 0.15
"""Unrelated pairs of OpenAI CLIP score 0.11 to 0.24 (same source): a floor below this lets nearly everything pass."""


def _named(features: Features, otherwise: str) -> str:
    return quoted(features.name, otherwise)


def _raw(features: Features) -> bool:
    return features.is_unit is Three.NO and not features.is_wrapped


def _decides(compare: Compare) -> list[Features]:
    """The raw sides whose length changes the result; empty where it does not matter or is not sure."""
    left, right = compare.left, compare.right
    if not isinstance(left, Features) or not isinstance(right, Features):
        return []
    raw = [side for side in (left, right) if _raw(side)]
    if not raw or Three.MAYBE in (left.is_unit, right.is_unit):
        return []
    if len(raw) == 2 or compare.metric == "euclidean" or left.modality == right.modality:
        return raw
    side = raw[0]
    other = right if side is left else left
    # One raw side stretches all scores of one row of it alike; it decides only when its rows compete with each other.
    competes = side.count not in {None, 1} or (other.count == 1 and side.count != 1)
    return raw if competes else []


@check("CLP201")
def unnormalized_similarity(facts: Facts) -> Iterator[Finding]:
    """Raw features in a dot product."""
    for compare in facts.compares:
        if compare.metric != "euclidean":
            yield from _raw_comparison("CLP201", "product", compare)


def _raw_comparison(code: str, what: str, compare: Compare) -> Iterator[Finding]:
    sides = _decides(compare)
    if not sides or any(side.is_mean for side in sides):
        return
    names = " and ".join(
        dict.fromkeys(_named(side, f"the {side.modality or 'other'} features") for side in sides)
    )
    verb = "is" if sides[0].name and all(side.name == sides[0].name for side in sides) else "are"
    yield report(
        code,
        compare.site,
        f"{names} {verb} not normalised: this {what} depends on how long the vectors are, not only on what they show",
        "divide each by its norm first (`torch.nn.functional.normalize(x, dim=-1)`), or use a cosine similarity",
        related=[(side.origin, f"the {side.modality or 'raw'} features come from here") for side in sides],
        checkpoint=sides[0].checkpoint,
        details=[("features", side.checkpoint.library or "", side.origin) for side in sides],
        measure=[("metric", "l2")] if compare.metric == "euclidean" else (),
    )


@check("CLP202")
def softmax_without_scale(facts: Facts) -> Iterator[Finding]:
    """Softmax over cosines."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and softmax.site.key not in facts.order_only
            and isinstance(scores, Scores)
            and scores.is_scaled is Three.NO
            and scores.is_unit is not Three.MAYBE
            and scores.metric in {"dot", "cosine"}
            and not scores.is_transformed
            and scores.pair == "image-text"
            and not (softmax.axis == "text" and scores.label_count == 1)
        ):
            yield report(
                "CLP202",
                softmax.site,
                f"{quoted(scores.name, 'the similarity')} goes into softmax without the logit scale: cosines differ by"
                " about 0.1, so every label gets nearly the same probability",
                "multiply by the model's `logit_scale.exp()` (about 100) before the softmax",
                related=[(scores.origin, "the cosines are computed here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("encoder", side.checkpoint.library or "", side.origin)
                    for compare in facts.compares
                    if compare.scores.origin == scores.origin
                    for side in (compare.left, compare.right)
                    if isinstance(side, Features)
                ],
            )


@check("CLP203")
def softmax_wrong_dim(facts: Facts) -> Iterator[Finding]:
    """Softmax over a single image."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and isinstance(scores, Scores)
            and softmax.axis == "image"
            and scores.image_count == 1
            and scores.label_count != 1
        ):
            yield report(
                "CLP203",
                softmax.site,
                f"softmax runs over the images (dim={softmax.dim}), and there is one: every label gets 1.0",
                "take the softmax over the labels: the last axis of `logits_per_image`",
                related=[(scores.origin, "the scores come from here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("dim", str(axis), None) for axis, name in enumerate(scores.axes or ()) if name == "text"
                ],
            )


@check("CLP204")
def softmax_single_label(facts: Facts) -> Iterator[Finding]:
    """Softmax over one label is 1.0 whatever the image shows."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if softmax.via != "softmax" or not isinstance(scores, Scores) or scores.label_count != 1:
            continue
        if softmax.axis == "text" or (softmax.axis == "image" and scores.image_count == 1):
            name = quoted(softmax.site.name, "the probability")
            yield report(
                "CLP204",
                softmax.site,
                f"{name} is 1.0 for every image: softmax compares labels, and there is only one",
                "add a contrasting label, or compare the cosine with a threshold calibrated on your images",
                related=[(scores.origin, "the scores of the only label")],
                checkpoint=scores.checkpoint,
                prompts=[text.text for text in known_texts(scores.texts)] if scores.texts is not None else (),
            )


@check("CLP205")
def siglip_softmax(facts: Facts) -> Iterator[Finding]:
    """Softmax over the logits of a checkpoint trained with a sigmoid."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and softmax.site.key not in facts.order_only
            and isinstance(scores, Scores)
            and scores.is_sigmoid
            and softmax.axis in {"text", "?"}
            and scores.label_count != 1
        ):
            yield report(
                "CLP205",
                softmax.site,
                "softmax over SigLIP scores: the checkpoint was trained with a sigmoid for each pair, so these shares are not"
                " its probabilities (the ranking is unchanged)",
                "use `torch.sigmoid(logits)`; a label may then be unlikely although it is the best of the set",
                related=[(scores.origin, "the scores come from here")],
                checkpoint=scores.checkpoint,
                details=[("logits", "whole" if scores.is_whole_model or scores.has_bias else "part", None)],
            )


@check("CLP206")
def implausible_threshold(facts: Facts) -> Iterator[Finding]:
    """A cosine compared with a number that image-text cosines never reach, or always pass."""
    for threshold in facts.thresholds:
        scores = threshold.of
        if (
            not isinstance(scores, Scores)
            or scores.pair != "image-text"
            or scores.metric == "euclidean"
            or scores.is_unit is not Three.YES
            or scores.is_scaled is not Three.NO
            or scores.is_transformed
        ):
            continue
        number = threshold.number
        family = scores.checkpoint.family or ""
        too_high = HIGHEST_COSINE <= number <= 1
        too_low = 0 < number < LOWEST_COSINE and family == "clip"
        if not (too_high or too_low):
            continue
        what = "never reach that" if too_high else "nearly always pass that"
        yield report(
            "CLP206",
            threshold.number_site or threshold.site,
            f"{quoted(scores.name, 'the similarity')} is compared with {number:g}, but image-text cosines of this family"
            f" {what}: matches lie at about 0.25 to 0.35, other pairs at 0.11 to 0.24",
            "calibrate the threshold on your own images, or compare with a contrasting prompt's score",
            related=[(threshold.site, "compared here"), (scores.origin, "the cosine is computed here")],
            checkpoint=scores.checkpoint,
            measure=[("threshold", f"{number:g}")],
        )


_PROBABILITY_NAME = re.compile(
    r"conf(?:idence|s?$|_)|\bconf\b|prob|certainty|percent|likelihood", re.IGNORECASE
)


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
            or scores.is_transformed
            or scores.pair not in {"image-text", "?-text"}
        ):
            continue
        if scores.origin in seen:
            continue
        seen.add(scores.origin)
        kind = (
            "logit"
            if scores.is_scaled is Three.YES
            else "cosine"
            if scores.is_unit is Three.YES
            else "raw product"
        )
        place = {
            "stored": "stored as",
            "assigned": "called",
            "returned": "returned by",
            "printed": "printed as",
        }[shown.how]
        yield report(
            "CLP207",
            shown.site,
            f"{quoted(scores.name, 'the score')} is a {kind}, {place} `{shown.label.strip()}`: it is no probability, and a"
            " perfect match scores about 0.3 as a cosine",
            "take the softmax over contrasting labels (with the logit scale), or call it a similarity",
            related=[(scores.origin, "the score is computed here")],
            checkpoint=scores.checkpoint,
        )


@check("CLP208")
def double_scaling(facts: Facts) -> Iterator[Finding]:
    """Softmax of a softmax; a scale applied twice."""
    for softmax in facts.normalizeds:
        if softmax.via == "softmax" and isinstance(softmax.of, Probability) and softmax.of.via == "softmax":
            yield report(
                "CLP208",
                softmax.site,
                "softmax of what already is a softmax: the probabilities come out nearly equal",
                "drop one of the two",
                related=[(softmax.of.site, "the first softmax is here")],
                checkpoint=softmax.of.of.checkpoint,
                measure=[("kind", "softmax twice")],
            )
    for scaled in facts.scaled:
        scores = scaled.of
        if (
            isinstance(scores, Scores)
            and scores.is_scaled is Three.YES
            and (scaled.is_learned or (scaled.factor or 0) >= 2)
        ):
            source = "`logits_per_image` is" if scores.is_whole_model else "these scores are"
            yield report(
                "CLP208",
                scaled.site,
                f"the logit scale is applied twice: {source} already scaled, so softmax gives 0 or 1 for nearly every image",
                "use the logits as they are",
                related=[(scores.origin, "already scaled here")],
                checkpoint=scores.checkpoint,
                measure=[("kind", "scale twice")],
            )


@check("CLP209")
def index_metric_mismatch(facts: Facts) -> Iterator[Finding]:
    """Raw vectors in an inner-product or L2 index, or in a Euclidean distance."""
    for compare in facts.compares:
        if compare.metric == "euclidean":
            yield from _raw_comparison("CLP209", "distance", compare)
    for indexed in facts.indexed:
        features = indexed.features
        if not _raw(features) or features.is_mean or indexed.index.metric not in {"ip", "l2"}:
            continue
        metric = {"ip": "an inner-product", "l2": "an L2"}[indexed.index.metric]
        verb = "looked up in" if indexed.is_query else "added to"
        if indexed.is_query and indexed.index.metric == "ip":
            continue  # one query's length stretches all its scores alike
        yield report(
            "CLP209",
            indexed.site,
            f"{_named(features, 'raw features')} {'is' if features.name else 'are'} {verb} {metric} index without normalising:"
            " neighbours are ranked by vector length as well as by content",
            "normalise before adding and before searching (`faiss.normalize_L2`), or use a cosine metric",
            related=[
                (features.origin, "the features come from here"),
                (indexed.index.site, "the index is made here"),
            ],
            checkpoint=features.checkpoint,
            details=[("features", features.checkpoint.library or "", features.origin)],
            measure=[("metric", {"ip": "inner product", "l2": "l2"}[indexed.index.metric])],
        )


@check("CLP210")
def ensemble_not_renormalized(facts: Facts) -> Iterator[Finding]:
    """The mean of embeddings compared as if it had length one."""
    for compare in facts.compares:
        for side in (compare.left, compare.right):
            if isinstance(side, Features) and side.is_mean and _raw(side) and compare.metric == "dot":
                yield report(
                    "CLP210",
                    side.mean or compare.site,
                    f"{_named(side, 'the mean embedding')} is an average of embeddings and no longer has length one: classes"
                    " whose prompts disagree get lower scores",
                    "normalise the mean again before comparing",
                    related=[(compare.site, "compared here"), (side.origin, "the embeddings come from here")],
                    checkpoint=side.checkpoint,
                    details=[("library", side.checkpoint.library or "", side.origin)],
                )


@check("CLP211")
def guessed_temperature(facts: Facts) -> Iterator[Finding]:
    """A hand-picked temperature."""
    softened = {
        softmax.of.origin
        for softmax in facts.normalizeds
        if isinstance(softmax.of, Scores) and softmax.via in {"softmax", "exp"}
    }
    for scaled in facts.scaled:
        scores = scaled.of
        if (
            isinstance(scores, Scores)
            and scores.origin in softened
            and scaled.factor is not None
            and not scaled.is_learned
            and scores.is_scaled is Three.NO
            and scores.pair == "image-text"
            and abs(scaled.factor - 100) > 0.5
            and scaled.factor >= 2
        ):
            yield report(
                "CLP211",
                scaled.site,
                f"the temperature {1 / scaled.factor:.3g} is a guess: the checkpoint learned its own (about 0.01)",
                "use `model.logit_scale.exp()`, or calibrate the temperature on labelled images",
                severity=Severity.NOTE,
                related=[(scores.origin, "the cosines are computed here")],
                checkpoint=scores.checkpoint,
                measure=[("temperature", f"{scaled.factor:g}")],
            )


SCORE_CHECKS = (
    unnormalized_similarity,
    softmax_without_scale,
    softmax_wrong_dim,
    softmax_single_label,
    siglip_softmax,
    implausible_threshold,
    score_as_probability,
    double_scaling,
    index_metric_mismatch,
    ensemble_not_renormalized,
    guessed_temperature,
)
