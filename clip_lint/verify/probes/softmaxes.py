"""Scores turned into probabilities: CLP202 to CLP205, CLP207, CLP208 and CLP211."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Fault
from clip_lint.verify.measuring import Measurement, not_run, share
from clip_lint.verify.probes.labelled import Labels, accuracy, compared, cosines_of, finite
from clip_lint.verify.statistics import happens
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench

_RARE = 0.05
"""A label that changes on more images than this is a fault; on fewer it is noise."""
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_SURE = 0.999
"""A probability above this is shown as 100%."""


def flat_softmax(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP202: softmax over bare cosines."""
    proper = cosines_of(bench, labels)
    written = proper.softmax(dim=1).max(dim=1).values
    scaled = (bench.towers.scoring.scale * proper).softmax(dim=1).max(dim=1).values
    flat = min(2 / labels.number, 0.5 + 0.5 / labels.number)
    interval = share((written < flat).tolist())
    return Measurement(
        happens(interval, _MOSTLY),
        len(labels.pictures),
        f"share of images whose highest probability stays below {flat:.2f} (even would be {1 / labels.number:.2f})",
        interval,
        extra={
            "highest probability as written": float(written.max()),
            "mean highest probability as written": float(written.mean()),
            "accuracy of both": accuracy(proper, labels.right),
        },
        alternative=float(scaled.mean()),
        alternative_name="mean highest probability with the checkpoint's scale",
    )


def wrong_axis(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP203: softmax over the images of a batch where labels were meant (or the other way)."""
    logits = bench.towers.scoring.scale * cosines_of(bench, labels)
    proper = logits.softmax(dim=1)
    written = torch.cat(
        [part.softmax(dim=0) for part in (logits[i : i + 16] for i in range(0, len(logits), 16))]
    )
    off = (written.sum(dim=1) - 1).abs() > 0.01
    interval = share(off.tolist())
    return Measurement(
        happens(interval, _MOSTLY),
        len(labels.pictures),
        "share of images whose label probabilities do not add up to one, in batches of 16",
        interval,
        extra=compared(written, proper, labels),
        alternative=accuracy(proper, labels.right),
        alternative_name="accuracy over the labels",
    )


def single_label(request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP204: softmax over one label."""
    only = request.prompts[0] if request.prompts else labels.prompts[0]
    images = bench.directions_of(labels.pictures)
    logits = bench.towers.scoring.scale * (images @ unit(bench.texts([only])).T)
    probability = logits.softmax(dim=1)[:, 0]
    interval = share((probability == 1.0).tolist())
    cosines = logits[:, 0] / bench.towers.scoring.scale
    return Measurement(
        happens(interval, _NEARLY_ALL),
        len(probability),
        f"share of images with probability 1.0 for the only label, {only!r}",
        interval,
        extra={
            "lowest cosine among them": float(cosines.min()),
            "highest cosine among them": float(cosines.max()),
        },
        alternative=accuracy(cosines_of(bench, labels), labels.right),
        alternative_name=f"accuracy with {labels.number} labels to compare",
    )


def sigmoid_family(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP205: softmax where the checkpoint was trained with a sigmoid."""
    scoring = bench.towers.scoring
    if not scoring.is_sigmoid:
        return not_run(
            f"{bench.towers.name} was trained with a softmax, so it cannot show what one does to a sigmoid model"
        )
    cosines = cosines_of(bench, labels)
    # Take the right label away: nothing that is left is true of the image.
    mask = torch.nn.functional.one_hot(labels.right, labels.number).bool()
    logits = (scoring.scale * cosines + scoring.bias).masked_fill(mask, -torch.inf)
    confident = logits.softmax(dim=1).max(dim=1).values > 0.5
    refused = logits.sigmoid().max(dim=1).values < 0.5
    interval = share((confident & refused).tolist())
    return Measurement(
        happens(interval, _RARE),
        len(labels.pictures),
        "share of images with no true label where softmax is sure of one and the sigmoid of none",
        interval,
        extra={"top label changes": 0.0, "softmax above one half": float(confident.float().mean())},
        alternative=float(refused.float().mean()),
        alternative_name="share that the sigmoid rightly refuses",
    )


def as_probability(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP207: a raw cosine shown as a confidence."""
    cosines = cosines_of(bench, labels)
    shown = cosines.max(dim=1).values
    right = cosines.argmax(dim=1) == labels.right
    proper = (bench.towers.scoring.scale * cosines).softmax(dim=1).max(dim=1).values
    accuracy = float(right.float().mean())
    # A confidence is wrong where it lies on the other side of one half than the answer's correctness.
    misleading = (shown >= 0.5) != right
    interval = share(misleading.tolist())
    return Measurement(
        happens(interval, 0.25),
        len(shown),
        "share of answers whose cosine, read as a confidence, is below one half and right or above it and wrong",
        interval,
        extra={"mean cosine shown": float(shown.mean()), "accuracy": accuracy},
        alternative=float(proper.mean()),
        alternative_name=f"mean softmax probability (accuracy {accuracy:.2f})",
    )


def scaled_twice(request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP208: softmax of a softmax, or the scale applied twice."""
    logits = bench.towers.scoring.scale * cosines_of(bench, labels)
    proper = logits.softmax(dim=1)
    is_softmax = request.written.fault is not Fault.SCALE_TWICE
    written = proper.softmax(dim=1) if is_softmax else (bench.towers.scoring.scale * logits).softmax(dim=1)
    once, twice = proper.max(dim=1).values, written.max(dim=1).values
    if is_softmax:
        hits = (twice - once).abs() > 0.1
        metric = "share of images whose highest probability moves by more than 0.1"
    else:
        # Where the model is as sure with the scale once, the second changes nothing.
        unsure = once <= _SURE
        hits = twice[unsure] > _SURE if unsure.any() else unsure
        metric = f"share of images with a highest probability up to {_SURE} that lies above it with the scale twice"
    interval = share(hits.tolist())
    return Measurement(
        happens(interval, _MOSTLY),
        len(hits),
        metric,
        interval,
        extra={
            "highest probability as written": float(twice.max()),
            "mean highest probability as written": float(twice.mean()),
        },
        alternative=float(once.mean()),
        alternative_name="mean highest probability, softmax once",
    )


def temperature(request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP211: a factor picked by hand instead of the checkpoint's own scale."""
    factor = finite(request.written.temperature)
    if factor is None:
        return not_run("the code's temperature is not known")
    cosines = cosines_of(bench, labels)
    written = (factor * cosines).softmax(dim=1).max(dim=1).values
    proper = (bench.towers.scoring.scale * cosines).softmax(dim=1).max(dim=1).values
    interval = share(((written - proper).abs() > 0.1).tolist())
    return Measurement(
        happens(interval, _MOSTLY),
        len(written),
        f"share of images whose highest probability moves by more than 0.1 (factor {factor:g}, own {bench.towers.scoring.scale:.1f})",
        interval,
        extra={
            "mean highest probability as written": float(written.mean()),
            "accuracy of both": accuracy(cosines, labels.right),
        },
        alternative=float(proper.mean()),
        alternative_name="mean highest probability with the checkpoint's scale",
    )
