"""CLP101-104, 106, 107: whether the model tells apart what the code asks it to tell apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.evidence import Verdict
from clip_lint.language.reading import read_prompt
from clip_lint.verify import trials as ask
from clip_lint.verify.counterfactuals import counterfactual, numbers_in, relations_in, template_of
from clip_lint.verify.detecting import ALTERNATIVES, detector_answers
from clip_lint.verify.measuring import FIRST, Measurement, not_run, share
from clip_lint.verify.statistics import Z_95, Z_99, bar, cannot
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench
    from clip_lint.verify.trials import Question

_ENOUGH = 30
"""Fewer questions than this about just the user's numbers or directions, and all of them are asked."""


def about_own_things(
    questions: list[Question], note: str, prompts: Sequence[str]
) -> tuple[list[Question], str]:
    """Only what is asked about the things that the code names, where the images show enough of them."""
    nouns = {noun for prompt in prompts for noun in read_prompt(prompt).objects}
    own = [
        question
        for question in questions
        if any(kind in nouns or ask.plural(kind) in nouns for kind in question.about)
    ]
    if len(own) < _ENOUGH or len(own) == len(questions):
        return questions, note
    kinds = sorted(
        {kind for question in own for kind in question.about if kind in nouns or ask.plural(kind) in nouns}
    )
    return own, f"{note}, on images of {', '.join(kinds[:4])}"


def told_apart(figures: Mapping[str, float]) -> str:
    """How far the text tower tells the code's own pair apart, beside a pair that it must tell apart."""
    if not figures:
        return ""
    moved, other = figures["text moved"], figures["text moved by another noun"]
    if not other > 0:
        return ""
    return f"the code's own pair of texts lies {moved:.2f} apart, with another noun {other:.2f}"


def _beside(asked: Sequence[Question], possible: Sequence[Question], bench: Bench) -> list[Question]:
    """The control on the pictures that are asked about; on further ones where those are few."""
    here = {question.picture for question in asked}
    own = [question for question in possible if question.picture in here]
    others = [question for question in possible if question.picture not in here]
    wanted = min(_ENOUGH, bench.most)
    return own + bench.chosen(others, wanted - len(own)) if len(own) < wanted else own


@dataclass(frozen=True)
class ContrastProbe:
    """The true prompt against its counterfactual, on images with known truth, beside a control the model must pass.

    Harmful where the accuracy lies below half of what guessing leaves to be won while the control (which of two
    kinds is there?) lies above it; harmless where the accuracy lies above it.
    """

    name: str = "contrast"
    version: int = 4
    codes: tuple[str, ...] = ("CLP101", "CLP102", "CLP103", "CLP104", "CLP106", "CLP107")

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Ask the questions of ``request.code`` with the frame of the user's prompts."""
        template = template_of(request.prompts)
        questions, note = self._questions(request, bench, template)
        if not questions:
            return not_run(f"the fixtures {bench.fixtures.name} hold nothing to ask about for {request.code}")
        is_published = bool(bench.fixtures.published)
        possible = [] if is_published else ask.presence(bench.fixtures, template)
        looks = ((FIRST, Z_99), (None, Z_95)) if bench.most > FIRST else ((None, Z_95),)
        for most, z in looks:
            # A benchmark's own items are all asked: its figure is on all of them.
            asked = questions if is_published else bench.chosen(questions, most)
            control_questions = ask.other_captions(asked) if is_published else _beside(asked, possible, bench)
            passed = bench.answers(control_questions)
            near, asked = len(asked), bench.told_apart(asked)
            near -= len(asked)
            if not asked:
                return not_run(f"all {near} cases lie nearer than what it is computed in tells apart")
            answers = bench.answers(asked)
            chance = math.fsum(1 / len(question.prompts) for question in asked) / len(asked)
            verdict = cannot(share(answers, z), share(passed, z), chance, 0.5)
            fails = bool(passed) and share(passed, z).high <= bar(0.5)
            if verdict is not Verdict.UNDECIDED or fails:
                break
        questions, control, accuracy = asked, share(passed), share(answers)
        if near:
            note += f"; {near} more lie nearer than what it is computed in tells apart"
        verdict = cannot(accuracy, control, chance, 0.5)
        if not control_questions:
            note += "; the images show one kind only, so there is no control"
        elif verdict is Verdict.UNDECIDED and control.low <= bar(0.5):
            note += "; the model fails at the control too, so these images say nothing about it"
        alternative, name, more = (
            (None, "", "") if is_published else self._alternative(request.code, questions, bench)
        )
        text_side = self._text_side(request, bench)
        note = "; ".join(part for part in (note, told_apart(text_side)) if part)
        return Measurement(
            verdict,
            len(questions),
            "accuracy, true prompt against its counterfactual",
            accuracy,
            chance,
            alternative,
            name,
            "; ".join(part for part in (note.strip("; "), more) if part),
            {
                "control accuracy": control.value,
                "control low": control.low,
                **text_side,
            },
            bench.exhibits(questions, answers),
        )

    def _questions(self, request: EvidenceRequest, bench: Bench, template: str) -> tuple[list[Question], str]:
        fixtures = bench.fixtures
        if fixtures.published:
            return ask.published(fixtures, request.code), "the benchmark's own captions"
        made, note = self._made(request, bench, template)
        return about_own_things(made, note, request.prompts)

    def _made(self, request: EvidenceRequest, bench: Bench, template: str) -> tuple[list[Question], str]:
        fixtures = bench.fixtures
        match request.code:
            case "CLP101":
                if len(numbers := numbers_in(request.prompts)) > 1:
                    own = ask.counting(fixtures, template, numbers)
                    if len(own) >= _ENOUGH:
                        return own, f"the numbers of the code ({', '.join(map(str, numbers))})"
                return ask.counting(fixtures, template), "each number against a neighbour, one to ten"
            case "CLP102":
                if names := relations_in(request.prompts):
                    own = ask.direction(fixtures, template, names)
                    if len(own) >= _ENOUGH:
                        return own, f"the directions of the code ({', '.join(names)})"
                return ask.direction(fixtures, template), "left, right, above and below"
            case "CLP103":
                return ask.binding(fixtures, template), "colours and sizes of two things exchanged"
            case "CLP104":
                return ask.negation(fixtures, template), "with against without"
            case "CLP106":
                return ask.roles(fixtures, template), "the two nouns of a relation exchanged"
            case _:
                return ask.reading(fixtures, template), "one written word against another"

    def _alternative(
        self, code: str, questions: list[Question], bench: Bench
    ) -> tuple[float | None, str, str]:
        """The detector's accuracy on the same questions, its name, and why there is none."""
        if code not in ALTERNATIVES:
            return None, "", ""
        results = detector_answers(code, questions, bench)
        if isinstance(results, str):
            return None, "", results
        part = "" if len(results) == len(questions) else f" ({len(results)} of them)"
        return sum(results) / len(results), f"{ALTERNATIVES[code]}{part}", ""

    def _text_side(self, request: EvidenceRequest, bench: Bench) -> dict[str, float]:
        """How far the changed prompt moves the embedding, against another noun, and the largest gap it can give."""
        pair = counterfactual(request.code, request.prompts)
        if pair is None:
            return {}
        own, changed, other = unit(bench.texts([pair.prompt, pair.changed, pair.other_noun]))
        moved = float((own - changed).norm())
        return {
            "text moved": moved,
            "text moved by another noun": float((own - other).norm()),
            # |scale * v.(a - b)| is at most scale * |a - b| for any image v of length one.
            "largest logit gap": bench.towers.scoring.scale * moved,
        }
