"""CLP201-211: the code's own scoring against the corrected one, on the same images and labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Fault
from clip_lint.verify import trials as ask
from clip_lint.verify.counterfactuals import template_of
from clip_lint.verify.measuring import Measurement, not_run, share, unless_guessing
from clip_lint.verify.scenes.model import article
from clip_lint.verify.statistics import happens, rank_correlation
from clip_lint.verify.towers import embed_texts, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench

_RARE = 0.05
"""A label that changes on more images than this is a fault; on fewer it is noise."""
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_SURE = 0.999
"""A probability above this is shown as 100%."""
_NEEDS_KNOWLEDGE = frozenset({"CLP205", "CLP206", "CLP207"})
"""What only a model that tells the labels apart can prove; the other harms follow from the formula."""
_NEAR = 10
"""How many nearest images an index answers with."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """A label set on the fixtures: raw text features (k, d), images that show exactly one label, and which."""

    prompts: tuple[str, ...]
    texts: torch.Tensor
    pictures: tuple[int, ...]
    right: torch.Tensor

    @property
    def number(self) -> int:
        """How many labels."""
        return len(self.prompts)


def _labels(request: EvidenceRequest, bench: Bench) -> _Labels | None:
    """The fixtures' kinds as labels in the user's frame; None where no image shows just one of two or more."""
    questions = ask.naming(bench.fixtures, template_of(request.prompts))
    if not questions or len(questions[0].prompts) < 2:
        return None
    prompts = questions[0].prompts
    return _Labels(
        prompts,
        embed_texts(bench.towers, prompts),
        tuple(question.picture for question in questions),
        torch.tensor([question.right for question in questions]),
    )


def _accuracy(scores: torch.Tensor, right: torch.Tensor) -> float:
    return float((scores.argmax(dim=1) == right).float().mean())


def _compared(code_scores: torch.Tensor, proper: torch.Tensor, labels: _Labels) -> dict[str, float]:
    """Rank correlation (mean over images) and the accuracy of both ways."""
    correlations = [
        rank_correlation(a, b) for a, b in zip(code_scores.tolist(), proper.tolist(), strict=True)
    ]
    known = [value for value in correlations if not math.isnan(value)]
    return {
        "rank correlation": sum(known) / len(known) if known else math.nan,
        "accuracy as written": _accuracy(code_scores, labels.right),
        "accuracy corrected": _accuracy(proper, labels.right),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


@dataclass(frozen=True)
class ScoresProbe:
    """Each code has its own harm, stated in the metric; the share of images it befalls decides."""

    name: str = "scores"
    version: int = 3
    codes: tuple[str, ...] = tuple(f"CLP{number}" for number in range(201, 212))

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Rebuild the scoring of ``request.code`` on the fixtures."""
        labels = _labels(request, bench)
        if labels is None:
            return not_run(f"no image of {bench.fixtures.name} shows just one of two kinds or more")
        found = _MEASURES[request.code](request, bench, labels)
        if request.code not in _NEEDS_KNOWLEDGE:
            return found
        hits = _cosines(bench, labels).argmax(dim=1) == labels.right
        return unless_guessing(found, hits.tolist(), 1 / labels.number)


def _cosines(bench: Bench, labels: _Labels) -> torch.Tensor:
    return bench.directions[list(labels.pictures)] @ unit(labels.texts).T


def _raw_products(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP201: the dot product of raw features instead of the cosine."""
    proper = _cosines(bench, labels)
    written = bench.features[list(labels.pictures)] @ labels.texts.T
    changed = float((written.argmax(dim=1) != proper.argmax(dim=1)).float().mean())
    best = min(_NEAR, len(proper))
    nearest = [
        frozenset(one.tolist()) != frozenset(other.tolist())
        for one, other in zip(
            written.topk(best, dim=0).indices.T, proper.topk(best, dim=0).indices.T, strict=True
        )
    ]
    # By image: the scores of one image are no independent cases.
    interval = share(((written - proper).abs() > 0.01).any(dim=1).tolist())
    return Measurement(
        happens(interval, _RARE),
        len(proper),
        "share of images with a score that is off the cosine by more than 0.01",
        interval,
        extra={
            **_compared(written, proper, labels),
            "images whose top label changes": changed,
            f"labels whose {best} best images change": sum(nearest) / len(nearest),
            "lowest score": float(written.min()),
            "highest score": float(written.max()),
        },
        alternative=_accuracy(proper, labels.right),
        alternative_name="accuracy with normalised features",
        note=f"the top label changes on {changed:.0%} of the images",
    )


def _flat_softmax(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP202: softmax over bare cosines."""
    proper = _cosines(bench, labels)
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
            "accuracy of both": _accuracy(proper, labels.right),
        },
        alternative=float(scaled.mean()),
        alternative_name="mean highest probability with the checkpoint's scale",
    )


def _wrong_axis(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP203: softmax over the images of a batch where labels were meant (or the other way)."""
    logits = bench.towers.scoring.scale * _cosines(bench, labels)
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
        extra=_compared(written, proper, labels),
        alternative=_accuracy(proper, labels.right),
        alternative_name="accuracy over the labels",
    )


def _single_label(request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP204: softmax over one label."""
    only = request.prompts[0] if request.prompts else labels.prompts[0]
    logits = bench.towers.scoring.scale * (bench.directions @ unit(embed_texts(bench.towers, [only])).T)
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
        alternative=_accuracy(_cosines(bench, labels), labels.right),
        alternative_name=f"accuracy with {labels.number} labels to compare",
    )


def _sigmoid_family(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP205: softmax where the checkpoint was trained with a sigmoid."""
    scoring = bench.towers.scoring
    if not scoring.is_sigmoid:
        return not_run(f"{bench.towers.name} was trained with a softmax, the finding is about sigmoid models")
    cosines = bench.directions[list(labels.pictures)] @ unit(labels.texts).T
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


def _threshold(request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP206: a cosine threshold that matching pairs never reach, or that all pairs pass."""
    threshold = _finite(request.written.threshold)
    if threshold is None:
        return not_run("the code's threshold is not known")
    cosines = _cosines(bench, labels)
    matches = cosines.gather(1, labels.right[:, None])[:, 0]
    # One wrong label an image, each in turn: the cosines of one image are no independent cases.
    turns = 1 + torch.arange(len(cosines)) % (labels.number - 1)
    others = cosines.gather(1, ((labels.right + turns) % labels.number)[:, None])[:, 0]
    is_high = threshold > float(cosines.mean())
    side = matches < threshold if is_high else others >= threshold
    interval = share(side.tolist())
    words = "matching pairs below" if is_high else "pairs that do not match above"
    best = max(
        (float((matches >= cut).float().mean() + (others < cut).float().mean()) / 2, float(cut))
        for cut in torch.linspace(float(cosines.min()), float(cosines.max()), 101)
    )
    return Measurement(
        happens(interval, _NEARLY_ALL),
        len(side),
        f"share of {words} the threshold {threshold:g}",
        interval,
        extra={
            "median cosine of matches": float(matches.median()),
            "median cosine of others": float(others.median()),
            "best threshold here": best[1],
        },
        alternative=best[0],
        alternative_name="balanced accuracy at the best threshold on these images",
    )


def _as_probability(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP207: a raw cosine shown as a confidence."""
    cosines = _cosines(bench, labels)
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


def _scaled_twice(request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP208: softmax of a softmax, or the scale applied twice."""
    logits = bench.towers.scoring.scale * _cosines(bench, labels)
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


def _neighbours(distances: torch.Tensor, most: int) -> list[frozenset[int]]:
    """The nearest images of each query, itself left out; ``distances`` (n, n), small is near."""
    own = torch.eye(len(distances), dtype=torch.bool)
    rows = distances.masked_fill(own, torch.inf).topk(most, largest=False).indices
    return [frozenset(row) for row in rows.tolist()]


def _index_metric(request: EvidenceRequest, bench: Bench, _labels: _Labels) -> Measurement:
    """CLP209: raw vectors in an inner-product or L2 index."""
    raw = bench.features
    is_product = not request.written.is_distance
    most = min(_NEAR, len(raw) - 1)
    proper = _neighbours(-(bench.directions @ bench.directions.T), most)
    written = _neighbours(-(raw @ raw.T) if is_product else torch.cdist(raw, raw), most)
    changed = [one != other for one, other in zip(written, proper, strict=True)]
    overlap = sum(len(one & other) for one, other in zip(written, proper, strict=True)) / (most * len(raw))
    interval = share(changed)
    return Measurement(
        happens(interval, _RARE),
        len(changed),
        f"share of queries whose {most} nearest images change ({'inner product' if is_product else 'L2'} on raw vectors)",
        interval,
        extra={
            "overlap of the nearest images": overlap,
            "length ratio": float(raw.norm(dim=1).max() / raw.norm(dim=1).min()),
        },
    )


_ENSEMBLE = (
    "{}", "a photo of {}", "a picture of {}", "an image of {}", "a drawing of {}", "a close up of {}", "there is {}",
)  # fmt: skip


def _ensemble(_request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP210: the mean of prompt embeddings, used without normalising it again."""
    kinds = bench.fixtures.kinds
    prompts = [pattern.format(article(kind)) for kind in kinds for pattern in _ENSEMBLE]
    means = unit(embed_texts(bench.towers, prompts)).reshape(len(kinds), len(_ENSEMBLE), -1).mean(dim=1)
    images = bench.directions[list(labels.pictures)]
    written, proper = images @ means.T, images @ unit(means).T
    scale = bench.towers.scoring.scale
    shift = ((scale * written).softmax(dim=1) - (scale * proper).softmax(dim=1)).abs().max(dim=1).values
    changed = written.argmax(dim=1) != proper.argmax(dim=1)
    interval = share(((shift > 0.01) | changed).tolist())
    return Measurement(
        happens(interval, _RARE),
        len(labels.pictures),
        "share of images with another top label or a probability off by more than 0.01",
        interval,
        extra={
            **_compared(written, proper, labels),
            "top label changes": float(changed.float().mean()),
            "shortest mean": float(means.norm(dim=1).min()),
            "longest mean": float(means.norm(dim=1).max()),
        },
        alternative=_accuracy(proper, labels.right),
        alternative_name="accuracy with the mean normalised again",
    )


def _temperature(request: EvidenceRequest, bench: Bench, labels: _Labels) -> Measurement:
    """CLP211: a factor picked by hand instead of the checkpoint's own scale."""
    factor = _finite(request.written.temperature)
    if factor is None:
        return not_run("the code's temperature is not known")
    cosines = _cosines(bench, labels)
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
            "accuracy of both": _accuracy(cosines, labels.right),
        },
        alternative=float(proper.mean()),
        alternative_name="mean highest probability with the checkpoint's scale",
    )


_MEASURES: dict[str, Callable[[EvidenceRequest, Bench, _Labels], Measurement]] = {
    "CLP201": _raw_products,
    "CLP202": _flat_softmax,
    "CLP203": _wrong_axis,
    "CLP204": _single_label,
    "CLP205": _sigmoid_family,
    "CLP206": _threshold,
    "CLP207": _as_probability,
    "CLP208": _scaled_twice,
    "CLP209": _index_metric,
    "CLP210": _ensemble,
    "CLP211": _temperature,
}
