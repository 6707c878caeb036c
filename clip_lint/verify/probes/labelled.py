"""A label set on the fixtures, which every measurement of a scoring asks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.verify import trials as ask
from clip_lint.verify.counterfactuals import template_of
from clip_lint.verify.statistics import rank_correlation
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench


@dataclass(frozen=True, slots=True)
class Labels:
    """A label set on the fixtures: raw text features (k, d), images that show exactly one label, and which."""

    prompts: tuple[str, ...]
    texts: torch.Tensor
    pictures: tuple[int, ...]
    right: torch.Tensor

    @property
    def number(self) -> int:
        """How many labels."""
        return len(self.prompts)


def labels_of(request: EvidenceRequest, bench: Bench) -> Labels | None:
    """The fixtures' kinds as labels in the user's frame; None where no image shows just one of two or more."""
    questions = bench.chosen(ask.naming(bench.fixtures, template_of(request.prompts)))
    if not questions or len(questions[0].prompts) < 2:
        return None
    prompts = questions[0].prompts
    return Labels(
        prompts,
        bench.texts(prompts),
        tuple(question.picture for question in questions),
        torch.tensor([question.right for question in questions]),
    )


def accuracy(scores: torch.Tensor, right: torch.Tensor) -> float:
    """The share of rows of scores (n, k) whose highest is the right label's (n,)."""
    return float((scores.argmax(dim=1) == right).float().mean())


def compared(code_scores: torch.Tensor, proper: torch.Tensor, labels: Labels) -> dict[str, float]:
    """Rank correlation (mean over images) and the accuracy of both ways."""
    correlations = [
        rank_correlation(a, b) for a, b in zip(code_scores.tolist(), proper.tolist(), strict=True)
    ]
    known = [value for value in correlations if not math.isnan(value)]
    return {
        "rank correlation": sum(known) / len(known) if known else math.nan,
        "accuracy as written": accuracy(code_scores, labels.right),
        "accuracy corrected": accuracy(proper, labels.right),
    }


def finite(value: float | None) -> float | None:
    """The value, None where it is no number."""
    return value if value is not None and math.isfinite(value) else None


def cosines_of(bench: Bench, labels: Labels) -> torch.Tensor:
    """The cosine of each labelled image with each label, (n, k)."""
    return bench.directions_of(labels.pictures) @ unit(labels.texts).T
