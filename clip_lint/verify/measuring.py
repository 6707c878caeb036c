"""What a probe works with: one loaded model, the fixtures, and what has already been computed of them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Exhibit, Interval, Verdict
from clip_lint.verify.fixtures import Images
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.statistics import Z_95, wilson
from clip_lint.verify.towers import embed_images, embed_pixels, embed_texts, pixels_of, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from clip_lint.verify.detector import Detection, Detector
    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.image_encoder import ImageEncoder
    from clip_lint.verify.towers import Towers
    from clip_lint.verify.trials import Question

FIRST, MOST = 40, 80
"""Cases that a finding is measured on: first so many, then, if they do not decide, so many in all.

An accuracy of one half on 40 cases is known to 0.15, and none of 80 is less than one in twenty, with 95% confidence.
"""
_ONE_READING = 32
_SECONDS = 3.0
"""So many images are encoded between two estimates of the time that is left; with slow ones, so many seconds' worth."""
_FEW = 2
"""Fewer images than this say little of how long one takes."""
_TIE = 1e-5
"""Cosines closer than this are a tie: float32 does not tell them apart."""


@dataclass
class Bench:
    """A model at work on a fixture set. ``reload`` loads the same model once more, ``clock`` gives seconds."""

    towers: Towers
    fixtures: FixtureSet
    find_detector: Callable[[], Detector]
    reload: Callable[[], object]
    find_encoder: Callable[[], ImageEncoder]
    class_folder: Path | None = None
    clock: Callable[[], float] = time.perf_counter
    tell: Callable[[str], object] = lambda _words: None
    is_slow: bool = False
    """Whether an image takes so long that what is timed is timed on fewer."""
    pace: float = 0.0
    """Seconds that an image takes, 0 where that is not known."""
    text_pace: float = 0.0
    """Seconds that a text takes, likewise."""
    is_hurried: bool = False
    """Whether the time does not last for as many images as usual: then those that are encoded already are taken first."""
    loading: float = 0.0
    """Seconds that it took to load the model."""
    done: int = 0
    """Images encoded so far."""
    expected: int = 0
    """Images that will be encoded for all findings of this model, at most."""
    afford: Callable[[float], object] = lambda _seconds: None
    """Asked before something takes so many seconds; VerifyProblem where there are not so many left."""
    most: int = MOST
    """Cases that a finding is measured on, where the images are not a benchmark's own."""
    missing: list[str] = field(default_factory=list)
    """What could not be had: results that lack it are not kept."""

    def features_of(self, pictures: Sequence[int]) -> torch.Tensor:
        """Raw features (n, d) of some pictures, each encoded once however many findings ask."""
        fresh = [i for i in dict.fromkeys(pictures) if i not in self._known_images]
        start = 0
        while start < len(fresh):
            self.afford(self.pace * (len(fresh) - start))
            part = fresh[start : start + self._reading]
            images = [self.fixtures.pictures[i] for i in part]
            self._tell(f"image {start} of {len(fresh)}", len(fresh) - start)
            start += len(part)
            started = self.clock()
            found = embed_images(self.towers, Images(images))
            self._encoded(len(part), self.clock() - started)
            self._known_images.update(zip(part, found, strict=True))
        return torch.stack([self._known_images[i] for i in pictures])

    def directions_of(self, pictures: Sequence[int]) -> torch.Tensor:
        """Features (n, d) of length one of some pictures."""
        return unit(self.features_of(pictures))

    def pixels(self, pictures: tuple[int, ...]) -> torch.Tensor:
        """Some pictures as the model wants them; those asked for last are kept."""
        if pictures not in self._known_pixels:
            self._known_pixels.clear()
            images = Images([self.fixtures.pictures[i] for i in pictures])
            self._known_pixels[pictures] = pixels_of(self.towers, images)
        return self._known_pixels[pictures]

    def fed(
        self, name: str, pictures: tuple[int, ...], change: Callable[[torch.Tensor], torch.Tensor]
    ) -> torch.Tensor:
        """Directions (n, d) of pictures whose pixels were changed, once for each ``name`` of a change."""
        key = (name, pictures)
        if key not in self._known_feeds:
            self.afford(self.pace * len(pictures))
            changed = change(self.pixels(pictures))
            parts: list[torch.Tensor] = []
            while (start := sum(map(len, parts))) < len(pictures):
                self.afford(self.pace * (len(pictures) - start))
                self._tell(f"image {start} of {len(pictures)}", len(pictures) - start)
                part = changed[start : start + self._reading]
                started = self.clock()
                parts.append(unit(embed_pixels(self.towers, part)))
                self._encoded(len(part), self.clock() - started)
            self._known_feeds[key] = torch.cat(parts)
        return self._known_feeds[key]

    @property
    def _reading(self) -> int:
        return max(_FEW, min(_ONE_READING, int(_SECONDS / self.pace))) if self.is_slow else _ONE_READING

    def _encoded(self, images: int, seconds: float) -> None:
        self.done += images
        if images >= _FEW:
            self.pace = seconds / images

    def _tell(self, words: str, these: int) -> None:
        left = self.pace * max(these, self.expected - self.done)
        self.tell(f"{words}, about {left:.0f} s left for this model" if left >= 1 else words)

    @cached_property
    def _known_images(self) -> dict[int, torch.Tensor]:
        return {}

    @cached_property
    def _known_pixels(self) -> dict[tuple[int, ...], torch.Tensor]:
        return {}

    @cached_property
    def _known_feeds(self) -> dict[tuple[str, tuple[int, ...]], torch.Tensor]:
        return {}

    @cached_property
    def detector(self) -> Detector | VerifyProblem:
        """The detector, or why there is none."""
        try:
            return self.find_detector()
        except VerifyProblem as problem:
            self.missing.append(str(problem))
            return problem

    def detect(self, pictures: Sequence[int]) -> dict[int, list[Detection]]:
        """What the detector finds on some pictures; only to be asked where there is a detector."""
        if isinstance(self.detector, VerifyProblem):
            raise self.detector
        fresh = [i for i in dict.fromkeys(pictures) if i not in self._known_detections]
        seconds = 0.0
        for start in range(0, len(fresh), _ONE_READING // 4):
            self.afford(seconds * (len(fresh) - start))
            part = fresh[start : start + _ONE_READING // 4]
            started = self.clock()
            found = self.detector.detect(Images([self.fixtures.pictures[i] for i in part]))
            seconds = (self.clock() - started) / len(part)
            self._known_detections.update(zip(part, found, strict=True))
        return self._known_detections

    @cached_property
    def _known_detections(self) -> dict[int, list[Detection]]:
        return {}

    def chosen(self, questions: Sequence[Question], most: int | None = None) -> list[Question]:
        """At most so many (None: as many as a finding is measured on), the same pictures wherever they serve.

        Which ones is drawn once for all findings, so that a picture that is encoded for one serves the others too.
        """
        number = self.most if most is None else min(most, self.most)
        few = sorted(questions, key=lambda question: self.turn(question.picture))[:number]
        return sorted(few, key=lambda question: question.picture)

    def turn(self, picture: int) -> tuple[bool, int]:
        """When a picture's turn comes: in an order drawn once, and where the time is short, the encoded ones first."""
        return self.is_hurried and picture not in self._known_images, self._order[picture]

    @cached_property
    def _order(self) -> list[int]:
        order = list(range(len(self.fixtures.pictures)))
        random.Random(self.fixtures.digest).shuffle(order)  # noqa: S311 (a sample, not a secret)
        return order

    def cosines(self, question: Question) -> torch.Tensor:
        """The cosine of the question's image with each of its prompts."""
        return unit(self.texts(question.prompts)) @ self.directions_of([question.picture])[0]

    @cached_property
    def _known_texts(self) -> dict[str, torch.Tensor]:
        return {}

    def texts(self, prompts: Sequence[str]) -> torch.Tensor:
        """Raw features (n, d) of texts, each encoded once however many findings ask."""
        fresh = [prompt for prompt in dict.fromkeys(prompts) if prompt not in self._known_texts]
        for start in range(0, len(fresh), _ONE_READING):
            self.afford(self.text_pace * (len(fresh) - start))
            part = fresh[start : start + _ONE_READING]
            started = self.clock()
            self._known_texts.update(zip(part, embed_texts(self.towers, part), strict=True))
            self.text_pace = (self.clock() - started) / len(part)
        return torch.stack([self._known_texts[prompt] for prompt in prompts])

    def prepare(self, questions: Sequence[Question]) -> None:
        """Encode all prompts and images of ``questions`` in batches."""
        self.texts([prompt for question in questions for prompt in question.prompts])
        if questions:
            self.features_of([question.picture for question in questions])

    def answers(self, questions: Sequence[Question]) -> list[bool]:
        """Whether the model ranks the true prompt first; ties go right and wrong in turn."""
        if not questions:
            return []
        self.prepare(questions)
        found: list[bool] = []
        for i, question in enumerate(questions):
            lead = _lead(self.cosines(question), question)
            found.append(lead > self.tie or (abs(lead) <= self.tie and i % 2 == 0))
        return found

    @property
    def tie(self) -> float:
        """Cosines closer than this are not told apart by the numbers that the model computes in."""
        rounding = self.towers.rounding
        return _TIE if rounding is None else max(_TIE, rounding.lead)

    def told_apart(self, questions: Sequence[Question]) -> list[Question]:
        """Those whose answer the rounding leaves open left out; all of them in float32."""
        if self.towers.rounding is None:
            return list(questions)
        self.prepare(questions)
        return [question for question in questions if abs(_lead(self.cosines(question), question)) > self.tie]

    def exhibits(
        self, questions: Sequence[Question], answers: Sequence[bool], most: int = 3
    ) -> tuple[Exhibit, ...]:
        """A few questions to show: wrong answers first, then right ones."""
        order = sorted(range(len(questions)), key=lambda i: (answers[i], i))
        wrong = [i for i in order if not answers[i]][: most - 1]
        right = [i for i in order if answers[i]][: most - len(wrong)]
        return tuple(self._exhibit(questions[i]) for i in (*wrong, *right))

    def _exhibit(self, question: Question) -> Exhibit:
        picture = self.fixtures.pictures[question.picture]
        boxes = tuple(
            (item.kind, item.box.left, item.box.top, item.box.width, item.box.height)
            for item in picture.items
        )
        scores = tuple(round(score, 4) for score in self.cosines(question).tolist())
        return Exhibit(str(picture.path), question.prompts, scores, question.right, boxes)


def _lead(scores: torch.Tensor, question: Question) -> float:
    """By how much the true prompt leads the best of the others."""
    known: list[float] = scores.tolist()
    return known[question.right] - max(score for j, score in enumerate(known) if j != question.right)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a probe found; the runner adds checkpoint, device, fixtures and seconds."""

    verdict: Verdict
    n: int = 0
    metric: str = ""
    interval: Interval | None = None
    chance: float | None = None
    alternative: float | None = None
    alternative_name: str = ""
    note: str = ""
    extra: Mapping[str, float] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()


def not_run(note: str) -> Measurement:
    """The probe does not apply here, and why."""
    return Measurement(Verdict.NOT_RUN, note=note)


def unless_guessing(found: Measurement, hits: Sequence[bool], chance: float, hint: str = "") -> Measurement:
    """``found``, but no verdict from a model that does no better than ``chance`` at ``hits``: it knows nothing here.

    Such a model can neither show harm nor clear a finding: who sees no colours takes no harm from exchanged ones.
    """
    if found.verdict not in {Verdict.HARMFUL, Verdict.HARMLESS} or share(hits).low > chance:
        return found
    notes = (f"the model does no better than guessing on these images{hint}", found.note)
    return replace(found, verdict=Verdict.UNDECIDED, note="; ".join(note for note in notes if note))


def share(hits: Sequence[bool], z: float = Z_95) -> Interval:
    """The share of hits with its interval."""
    return wilson(sum(hits), len(hits), z)
