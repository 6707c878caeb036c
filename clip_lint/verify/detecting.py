"""The same questions answered by a detector: counting boxes, comparing their places, scoring crops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.model import OPPOSITE, article
from clip_lint.verify.towers import embed_images, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.verify.detector import Detection
    from clip_lint.verify.measuring import Bench
    from clip_lint.verify.scenes.model import Box
    from clip_lint.verify.trials import Question

ALTERNATIVES = {
    "CLP101": "detector, boxes counted",
    "CLP102": "detector, boxes compared",
    "CLP103": "detector, each crop scored",
    "CLP104": "detector, presence",
    "CLP106": "detector, boxes compared",
}
"""What replaces CLIP for a code."""
_CROPPED = 24
"""Questions for which crops are scored: each takes two images more, for a figure that nothing is decided by."""


def detector_answers(code: str, questions: Sequence[Question], bench: Bench) -> list[bool] | str:
    """Whether the detector answers each question right; a sentence where it cannot be asked.

    Only questions about classes that the detector knows are asked, and only if those are at least half of them.
    """
    detector = bench.detector
    if isinstance(detector, VerifyProblem):
        return f"no detector to compare with: {detector}"
    asked = [question for question in questions if all(kind in detector.labels for kind in _kinds(question))]
    if 2 * len(asked) < len(questions):
        return f"{detector.name} knows the classes of {len(asked)} of {len(questions)} questions, too few to compare"
    if code == "CLP103":
        if bench.is_hurried:
            return "no crops to compare with: the time does not last for them"
        asked = bench.chosen(asked, _CROPPED)
    try:
        found = bench.detect([question.picture for question in asked])
    except VerifyProblem as problem:
        return f"no detector to compare with: {problem}"
    return [_answer(code, question, found[question.picture], bench) == question.right for question in asked]


def _kinds(question: Question) -> tuple[str, ...]:
    """The kinds that a question is about; a binding question's third word is the attribute's name."""
    return question.about[:2]


def count_of(detections: Sequence[Detection], kind: str) -> int:
    """How many of ``kind`` were found."""
    return sum(detection.label == kind for detection in detections)


def _best(detections: Sequence[Detection], kind: str) -> Box | None:
    return next((detection.box for detection in detections if detection.label == kind), None)


def _answer(code: str, question: Question, found: Sequence[Detection], bench: Bench) -> int | None:
    """The number of the prompt that the detector chooses; None where it does not find what it needs."""
    match code:
        case "CLP101":
            number = count_of(found, question.about[0])
            return question.facts.index(number) if number in question.facts else None
        case "CLP102" | "CLP106":
            one, other = (_best(found, kind) for kind in question.about)
            if one is None or other is None:
                return None
            return _by_place(one, other, question.facts)
        case "CLP103":
            one, other = (_best(found, kind) for kind in question.about[:2])
            if one is None or other is None:
                return None
            if question.about[2] == "size":
                is_first_bigger = one.width * one.height > other.width * other.height
                return question.facts.index(("big", "small") if is_first_bigger else ("small", "big"))
            return _by_crop(question, (one, other), bench)
        case _:
            return question.facts.index(count_of(found, question.about[0]) > 0)


def _by_place(one: Box, other: Box, offered: Sequence[object]) -> int | None:
    """Which of two opposite relations holds between the boxes' middles."""
    across, down = one.centre[0] - other.centre[0], one.centre[1] - other.centre[1]
    names = {"left of": across < 0, "right of": across > 0, "above": down < 0, "below": down > 0}
    return next(
        (i for i, name in enumerate(offered) if isinstance(name, str) and name in OPPOSITE and names[name]),
        None,
    )


def _by_crop(question: Question, boxes: tuple[Box, Box], bench: Bench) -> int:
    """Which colours the two crops have, each scored alone by the image-text model."""
    image = bench.fixtures.images[question.picture]
    crops = [
        image.crop(
            (
                round(max(0.0, box.left) * image.width),
                round(max(0.0, box.top) * image.height),
                max(round(max(0.0, box.left) * image.width) + 1, round(min(1.0, box.right) * image.width)),
                max(round(max(0.0, box.top) * image.height) + 1, round(min(1.0, box.bottom) * image.height)),
            )
        )
        for box in boxes
    ]
    seen = unit(embed_images(bench.towers, crops))
    totals: list[float] = []
    for values in question.facts:
        colours = values if isinstance(values, tuple) else ()
        texts = [
            f"a photo of {article(f'{colour} {kind}')}"
            for colour, kind in zip(colours, question.about, strict=False)
        ]
        totals.append(float((unit(bench.texts(texts)) * seen).sum()))
    return totals.index(max(totals))
