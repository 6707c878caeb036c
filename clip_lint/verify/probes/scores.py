"""CLP201-211: the code's own scoring against the corrected one, on the same images and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Verdict
from clip_lint.verify.measuring import Measurement, not_run, share, unless_guessing
from clip_lint.verify.probes import softmaxes
from clip_lint.verify.probes.labelled import Labels, accuracy, compared, cosines_of, finite, labels_of
from clip_lint.verify.scenes.model import article
from clip_lint.verify.statistics import happens
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench

_RARE = 0.05
"""A label that changes on more images than this is a fault; on fewer it is noise."""
_NEARLY_ALL = 0.9
_NEEDS_KNOWLEDGE = frozenset({"CLP205", "CLP206", "CLP207"})
"""What only a model that tells the labels apart can prove; the other harms follow from the formula, and no guesser shows that there is none."""
_NEAR = 10
"""How many nearest images an index answers with."""


@dataclass(frozen=True)
class ScoresProbe:
    """Each code has its own harm, stated in the metric; the share of images it befalls decides."""

    name: str = "scores"
    version: int = 5
    codes: tuple[str, ...] = tuple(f"CLP{number}" for number in range(201, 212))

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Rebuild the scoring of ``request.code`` on the fixtures."""
        labels = labels_of(request, bench)
        if labels is None:
            return not_run(f"no image of {bench.fixtures.name} shows just one of two kinds or more")
        found = _MEASURES[request.code](request, bench, labels)
        if request.code not in _NEEDS_KNOWLEDGE and found.verdict is not Verdict.HARMLESS:
            return found
        hits = cosines_of(bench, labels).argmax(dim=1) == labels.right
        return unless_guessing(found, hits.tolist(), 1 / labels.number)


def _raw_products(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP201: the dot product of raw features instead of the cosine."""
    proper = cosines_of(bench, labels)
    written = bench.features_of(labels.pictures) @ labels.texts.T
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
            **compared(written, proper, labels),
            "images whose top label changes": changed,
            f"labels whose {best} best images change": sum(nearest) / len(nearest),
            "lowest score": float(written.min()),
            "highest score": float(written.max()),
        },
        alternative=accuracy(proper, labels.right),
        alternative_name="accuracy with normalised features",
        note=f"the top label changes on {changed:.0%} of the images" if changed else "",
    )


def _threshold(request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP206: a cosine threshold that matching pairs never reach, or that all pairs pass."""
    threshold = finite(request.written.threshold)
    if threshold is None:
        return not_run("the code's threshold is not known")
    cosines = cosines_of(bench, labels)
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


def _neighbours(distances: torch.Tensor, most: int) -> list[frozenset[int]]:
    """The nearest images of each query, itself left out; ``distances`` (n, n), small is near."""
    own = torch.eye(len(distances), dtype=torch.bool)
    rows = distances.masked_fill(own, torch.inf).topk(most, largest=False).indices
    return [frozenset(row) for row in rows.tolist()]


def _index_metric(request: EvidenceRequest, bench: Bench, _labels: Labels) -> Measurement:
    """CLP209: raw vectors in an inner-product or L2 index."""
    pictures = sorted(range(len(bench.fixtures.pictures)), key=bench.turn)[: bench.most]
    raw = bench.features_of(pictures)
    is_product = not request.written.is_distance
    most = min(_NEAR, len(raw) - 1)
    directions = unit(raw)
    proper = _neighbours(-(directions @ directions.T), most)
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


def _ensemble(_request: EvidenceRequest, bench: Bench, labels: Labels) -> Measurement:
    """CLP210: the mean of prompt embeddings, used without normalising it again."""
    kinds = bench.fixtures.kinds
    prompts = [pattern.format(article(kind)) for kind in kinds for pattern in _ENSEMBLE]
    means = unit(bench.texts(prompts)).reshape(len(kinds), len(_ENSEMBLE), -1).mean(dim=1)
    images = bench.directions_of(labels.pictures)
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
            **compared(written, proper, labels),
            "top label changes": float(changed.float().mean()),
            "shortest mean": float(means.norm(dim=1).min()),
            "longest mean": float(means.norm(dim=1).max()),
        },
        alternative=accuracy(proper, labels.right),
        alternative_name="accuracy with the mean normalised again",
    )


_MEASURES: dict[str, Callable[[EvidenceRequest, Bench, Labels], Measurement]] = {
    "CLP201": _raw_products,
    "CLP202": softmaxes.flat_softmax,
    "CLP203": softmaxes.wrong_axis,
    "CLP204": softmaxes.single_label,
    "CLP205": softmaxes.sigmoid_family,
    "CLP206": _threshold,
    "CLP207": softmaxes.as_probability,
    "CLP208": softmaxes.scaled_twice,
    "CLP209": _index_metric,
    "CLP210": _ensemble,
    "CLP211": softmaxes.temperature,
}
