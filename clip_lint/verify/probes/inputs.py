"""CLP302-309: the model fed as the code feeds it against the model fed as it was trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import transformers

from clip_lint.core.evidence import Fault, Interval, Verdict
from clip_lint.verify import trials as ask
from clip_lint.verify.counterfactuals import template_of
from clip_lint.verify.measuring import Measurement, not_run, share, unless_guessing
from clip_lint.verify.probes.activation import other_activation
from clip_lint.verify.probes.precision import half
from clip_lint.verify.scenes.model import article
from clip_lint.verify.statistics import happens
from clip_lint.verify.towers import embed_texts, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench
    from clip_lint.verify.towers import Towers
    from clip_lint.verify.trials import Question

_RARE = 0.05


@dataclass(frozen=True, slots=True)
class _Task:
    """Images whose right label is known, the labels' directions, and which pictures they are."""

    questions: tuple[Question, ...]
    texts: torch.Tensor
    pictures: tuple[int, ...]

    @property
    def right(self) -> torch.Tensor:
        """The right label's number, an image each."""
        return torch.tensor([question.right for question in self.questions])


def _task(request: EvidenceRequest, bench: Bench, *, by_colour: bool) -> _Task | None:
    """Name the colour where the fixtures know it and colour is the point, else the kind."""
    template = template_of(request.prompts)
    kinds = ask.naming(bench.fixtures, template)
    colours = [
        ask.Question(
            q.picture,
            tuple(template.format(article(c)) for c in bench.fixtures.colours),
            q.right,
            q.about,
        )
        for q in ask.colouring(bench.fixtures, template)
    ]
    chosen = bench.chosen(colours if by_colour and colours else kinds)
    if not chosen or len(chosen[0].prompts) < 2:
        return None
    pictures = tuple(question.picture for question in chosen)
    return _Task(tuple(chosen), unit(bench.texts(chosen[0].prompts)), pictures)


def _compare(
    task: _Task, written: torch.Tensor, proper: torch.Tensor, cosine: float, what: str, tie: float
) -> Measurement:
    """Both ways' scores (images, labels) by top label and accuracy; ``cosine`` is that of their embeddings.

    A label that overtakes another by less than ``tie``, in either way, may do so by rounding and does not count.
    """
    tops, rights = written.argmax(dim=1), proper.argmax(dim=1)
    is_sure = (_lead_over(written, tops, rights) > tie) & (_lead_over(proper, rights, tops) > tie)
    interval = share((((tops != rights) & is_sure) | ~torch.isfinite(written).all(dim=1)).tolist())
    hits = rights == task.right
    accuracy = float(hits.float().mean())
    found = Measurement(
        happens(interval, _RARE),
        len(tops),
        f"share of images whose top label changes, {what}",
        interval,
        extra={
            "mean cosine of the two embeddings": cosine,
            "accuracy as written": float((tops == task.right).float().mean()),
            "accuracy corrected": accuracy,
        },
        alternative=accuracy,
        alternative_name="accuracy, fed as trained",
    )
    return unless_guessing(found, hits.tolist(), 1 / len(task.texts))


def _lead_over(scores: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """By how much one label (n,) leads another (n,) in scores (n, k)."""
    rows = torch.arange(len(scores))
    return scores[rows, one] - scores[rows, other]


def _mean_cosine(one: torch.Tensor, other: torch.Tensor) -> float:
    """The mean cosine of the rows (n, d), of length one, of two tensors; undefined rows are left out."""
    return float((one * other).sum(dim=1).nanmean())


def _raw(towers: Towers, pixels: torch.Tensor) -> torch.Tensor:
    """Preprocessed pixels taken back to 0..1."""
    mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (towers.mean, towers.std))
    return pixels * std + mean


def _normal(towers: Towers, raw: torch.Tensor) -> torch.Tensor:
    mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (towers.mean, towers.std))
    return (raw - mean) / std


def _pixels_changed(
    request: EvidenceRequest, bench: Bench, change: Callable[[Towers, torch.Tensor], torch.Tensor], what: str
) -> Measurement:
    task = _task(request, bench, by_colour=True)
    if task is None:
        return not_run(f"no image of {bench.fixtures.name} has one right label of two or more")
    if bench.pixels(task.pictures).ndim != 4:
        return not_run(f"{bench.towers.name} reads patches, not squares of pixels")
    proper = bench.directions_of(task.pictures)
    written = bench.fed(what, task.pictures, lambda pixels: change(bench.towers, pixels))
    return _compare(
        task,
        written @ task.texts.T,
        proper @ task.texts.T,
        _mean_cosine(written, proper),
        what,
        _sure(bench),
    )


def _sure(bench: Bench) -> float:
    """The lead that counts: any in float32, more than the rounding in less."""
    return -math.inf if bench.towers.rounding is None else bench.tie


def _blue_first(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP303: channels in the order in which OpenCV reads them."""
    return _pixels_changed(
        request, bench, lambda towers, p: _normal(towers, _raw(towers, p).flip(1)), "red and blue exchanged"
    )


def _not_normalised(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP304: pixels from 0 to 1 without the checkpoint's mean and deviation, or with another mean."""
    mean = request.written.mean
    if mean is None:
        return _pixels_changed(request, bench, _raw, "mean and deviation left out")

    def change(towers: Towers, pixels: torch.Tensor) -> torch.Tensor:
        other, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (mean, towers.std))
        return (_raw(towers, pixels) - other) / std

    return _pixels_changed(
        request, bench, change, f"mean {' '.join(f'{value:g}' for value in mean)} instead of the checkpoint's"
    )


def _rescaled_twice(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP308: pixels divided by 255 a second time."""
    return _pixels_changed(
        request,
        bench,
        lambda towers, p: _normal(towers, _raw(towers, p) / 255),
        "pixels divided by 255 twice",
    )


def _padding(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP302: prompts of a sigmoid-trained model without padding to its full length."""
    if not bench.towers.scoring.is_sigmoid:
        return not_run(
            f"{bench.towers.name} is no SigLIP, so it cannot show what missing padding does to one"
        )
    task = _task(request, bench, by_colour=False)
    if task is None:
        return not_run(f"no image of {bench.fixtures.name} has one right label of two or more")
    images = bench.directions_of(task.pictures)
    with torch.inference_mode():
        texts = unit(bench.towers.unpadded_features(task.questions[0].prompts).float().cpu())
    return _compare(
        task,
        images @ texts.T,
        images @ task.texts.T,
        _mean_cosine(texts, task.texts),
        "texts not padded",
        _sure(bench),
    )


def _long_texts(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP305: texts longer than the text tower reads, not truncated."""
    if request.written.fault is Fault.CUT_BY_HAND:
        return not_run("token ids that are cut by hand are not rebuilt")
    words = ("red", "blue", "green", "small", "large", "round", "old", "new", "bright", "dark")
    texts = [f"a photo of a {' '.join([word] * (bench.towers.context + 8))} thing" for word in words]
    failures: list[bool] = []
    reason = ""
    for text in texts:
        try:
            with torch.inference_mode():
                bench.towers.untruncated_features([text])
        # What the model raises on too long a text is its own choice; that it raises is what is measured.
        except Exception as error:
            failures.append(True)
            reason = f"{type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}"
        else:
            failures.append(False)
    interval = share(failures)
    return Measurement(
        happens(interval, 0.5),
        len(texts),
        f"share of texts over {bench.towers.context} tokens that raise",
        interval,
        alternative=0.0,
        alternative_name="share that raises with truncation",
        note=reason,
    )


def _activation(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP306: the weights run with the other kind of GELU."""
    task = _task(request, bench, by_colour=False)
    if task is None:
        return not_run(f"no image of {bench.fixtures.name} has one right label of two or more")
    proper = bench.directions_of(task.pictures)
    with other_activation(bench.towers.module()) as number:
        if number == 0:
            return not_run(f"{bench.towers.name} has no GELU to exchange")
        written = bench.fed("the other GELU", task.pictures, lambda pixels: pixels)
        texts = unit(embed_texts(bench.towers, task.questions[0].prompts))
    return _compare(
        task,
        written @ texts.T,
        proper @ task.texts.T,
        _mean_cosine(written, proper),
        "the other GELU in both towers",
        _sure(bench),
    )


def _not_a_tensor(_request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP307: what get_text_features returns with the installed transformers."""
    raw_output = getattr(bench.towers, "raw_output", None)
    if raw_output is None:
        return not_run(f"{bench.towers.name} does not come from transformers")
    with torch.inference_mode():
        kind = type(raw_output(["a photo"]))
    is_tensor = issubclass(kind, torch.Tensor)
    found = 0.0 if is_tensor else 1.0
    return Measurement(
        Verdict.HARMLESS if is_tensor else Verdict.HARMFUL,
        1,
        "get_text_features returns something else than a tensor (1 yes, 0 no)",
        Interval(found, found, found),
        note=f"{kind.__name__} in the installed transformers {transformers.__version__}",
    )


_MEASURES: dict[str, Callable[[EvidenceRequest, Bench], Measurement]] = {
    "CLP302": _padding,
    "CLP303": _blue_first,
    "CLP304": _not_normalised,
    "CLP305": _long_texts,
    "CLP306": _activation,
    "CLP307": _not_a_tensor,
    "CLP308": _rescaled_twice,
    "CLP309": half,
}


@dataclass(frozen=True)
class InputsProbe:
    """Harmful where the wrong feeding raises, or changes the top label of more than one image in twenty of a model that knows them."""

    name: str = "inputs"
    version: int = 4
    codes: tuple[str, ...] = tuple(_MEASURES)

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Feed the model both ways."""
        return _MEASURES[request.code](request, bench)
