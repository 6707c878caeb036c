"""CLP304: pixels that were prepared otherwise than in the checkpoint's training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Related, Severity
from clip_lint.knowledge.checkpoints import PixelStatistics, pixel_statistics, usual_pixel_statistics
from clip_lint.reading.values.models import ALIASED, LESS_MEAN, RANDOM, UNIT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Component, Image, Site

_USUAL = PixelStatistics((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
"""Of OpenAI's CLIP (openai/CLIP clip.py), which most later ones kept."""
_IMAGENET = PixelStatistics((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_CHANNELS = 3
_OPEN = frozenset({"?", "normalize?", LESS_MEAN})
"""Steps after which nobody knows what the pixels are."""


@check("CLP304")
def wrong_preprocessing(facts: Facts) -> Iterator[Finding]:
    """Pixels that were prepared otherwise than in the checkpoint's training."""
    yield from _blended(facts)
    yield from _random(facts)
    yield from _once(_of_encodes(facts))


def _once(findings: Iterator[tuple[Finding, Image | None]]) -> Iterator[Finding]:
    """Of pictures that one pipeline makes ready the first place that takes them, with the others: the mistake is in the pipeline."""
    groups: dict[object, list[Finding]] = {}
    for number, (finding, image) in enumerate(findings):
        known = image is not None and image.origin is not None
        key = (
            (finding.place.path, image.origin, image.steps, image.stats)
            if image is not None and known
            else number
        )
        groups.setdefault(key, []).append(finding)
    for first, *others in groups.values():
        elsewhere = (Related(each.place, "and here") for each in others if each.place != first.place)
        yield replace(first, related=tuple(dict.fromkeys((*first.related, *elsewhere))))


def _of_encodes(facts: Facts) -> Iterator[tuple[Finding, Image | None]]:
    """What is wrong at each encoding, with the picture that is encoded."""
    for encode in facts.encodes:
        checkpoint = encode.model.checkpoint
        trained = pixel_statistics(checkpoint)
        if encode.pixels is None or (trained is None and facts.libraries.trait(checkpoint.family).own_pixels):
            continue
        if encode.model.load is not None and encode.model.load.key in facts.reloaded:
            continue
        image = encode.pixels.image
        if not encode.pixels.is_normalized:
            if not _is_bare(trained):
                yield _finding(encode, "pixels are not normalised (`do_normalize=False`)", trained), None
            continue
        if encode.pixels.by is not None or image is None or encode.model.load is None:
            continue
        if not _OPEN.isdisjoint(image.steps):
            continue
        if UNIT_LENGTH in image.steps:
            found = "each pixel's colour is scaled to length one, as is done with embeddings"
            yield _finding(encode, found, trained, image.origin), image
        elif "normalize" in image.steps:
            mean, deviation = image.stats[:_CHANNELS], image.stats[_CHANNELS:]
            if mean and not _fits(mean, deviation, trained):
                found = f"pixels are normalised with {_numbers(mean, deviation)}"
                yield _finding(encode, found, trained, image.origin, mean), image
            elif ALIASED in image.steps and image.channels:
                yield _aliased(encode, image), image
        elif ("to-tensor" in image.steps or "rescale" in image.steps) and not _is_bare(trained):
            yield (
                _finding(encode, "pixels are only scaled to 0..1", trained, image.origin),
                image,
            )


def _aliased(encode: Encode, image: Image) -> Finding:
    """A picture that was read from somewhere: how large it is, and so how much of this there is, is not known."""
    return report(
        "CLP304",
        encode.site,
        severity=Severity.NOTE,
        message="the picture is resized as a tensor without antialiasing, but the checkpoint's own preprocessing smooths a picture while"
        " it shrinks it: the model gets other pixels, and its embedding is off",
        help="pass `antialias=True`, or use the preprocessing that comes with the checkpoint",
        related=[(image.origin, "the picture is read here")],
        checkpoint=encode.model.checkpoint,
    )


def _random(facts: Facts) -> Iterator[Finding]:
    """The transform for training where nothing trains and the other one is not used."""
    used = [(each, each.pixels.by) for each in facts.encodes if each.pixels is not None]
    steady = {by.load for _, by in used if by is not None and not _is_random(by)}
    told: set[object] = set()
    for encode, by in used:
        if by is None or not _is_random(by) or by.load in steady or by.load in told or facts.trains:
            continue
        told.add(by.load)
        found = report(
            "CLP304",
            encode.site,
            severity=Severity.WARNING,
            message="the pictures go through the transform for training, which crops each at random: the same picture gives another"
            " embedding in every run",
            help="take the transform for validation, the last that the factory gives (`model, _, preprocess = ...`)",
            related=[(by.load, "the transforms come from here")],
            checkpoint=encode.model.checkpoint,
        )
        yield replace(found, request=None)  # the probe compares ways to prepare one picture


def _is_random(by: Component) -> bool:
    return any(name == RANDOM for name, _ in by.options)


def _blended(facts: Facts) -> Iterator[Finding]:
    """Pictures averaged before they are encoded: a note where the average goes out of sight."""
    encoded = {encode.pixels.blended for encode in facts.encodes if encode.pixels is not None}
    for blend in facts.blended:
        by = blend.pixels.by
        found = report(
            "CLP304",
            blend.site,
            severity=Severity.WARNING if blend.site in encoded else Severity.NOTE,
            message="several pictures are averaged into one before they are encoded: the model gets one blended picture, unlike those of its"
            " training, and its embedding is not the average of theirs",
            help="encode each picture, then average the normalised features",
            checkpoint=by.checkpoint if by is not None else None,
        )
        yield replace(found, request=None)  # the probe compares ways to prepare one picture


def _is_bare(trained: PixelStatistics | None) -> bool:
    """Whether the checkpoint takes pixels of 0..1 as they are."""
    return trained is not None and not any(trained.mean)


def _fits(mean: tuple[float, ...], deviation: tuple[float, ...], trained: PixelStatistics | None) -> bool:
    """Whether numbers are those of training, written as exactly as people do."""
    meant = usual_pixel_statistics(mean, deviation)
    return meant == (trained or _USUAL)


def _numbers(mean: tuple[float, ...], deviation: tuple[float, ...]) -> str:
    """A mean and a deviation as messages give them: in three digits, with whose they are if many know them."""
    shown = f"mean {' '.join(f'{each:.3g}' for each in mean)}"
    if deviation:
        shown += f" and deviation {' '.join(f'{each:.3g}' for each in deviation)}"
    is_imagenet = bool(deviation) and usual_pixel_statistics(mean, deviation) == _IMAGENET
    return f"{shown} (ImageNet's)" if is_imagenet else shown


def _finding(
    encode: Encode,
    found: str,
    trained: PixelStatistics | None,
    origin: Site | None = None,
    mean: tuple[float, ...] = (),
) -> Finding:
    checkpoint = encode.model.checkpoint
    off = "every embedding is off"
    if trained is None:
        wanted = f"most CLIPs were trained with {_numbers(_USUAL.mean, _USUAL.deviation)}"
        off += " if this one was as well"
    else:
        name = checkpoint if checkpoint.name else "the model"
        wanted = f"{name} was trained with {_numbers(trained.mean, trained.deviation)}"
    return report(
        "CLP304",
        encode.site,
        severity=None if trained is not None else Severity.WARNING,
        message=f"{found}, but {wanted}: no error is raised, and {off}",
        help="use the preprocessing that comes with the checkpoint: its processor, or the `preprocess` that is loaded with the model",
        related=[(origin, "preprocessed here")],
        checkpoint=checkpoint,
        written=AsWritten(mean=(mean[0], mean[1], mean[2])) if mean else AsWritten(),
    )
