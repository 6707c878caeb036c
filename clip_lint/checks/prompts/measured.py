"""What has been measured on a checkpoint: zero-shot accuracies, and published figures on CLIP's weak sides.

The accuracies lie in ``language/lexicon/zero_shot.csv`` (from open_clip's ``docs/openclip_results.csv``). A checkpoint is
looked up there by architecture and weights, whatever library names it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from clip_lint.knowledge.checkpoints import measured_names

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint

SOURCE = "open_clip's results table"
DEFAULT = ("ViT-B-32", "openai")
"""What figures are given for where the checkpoint is not known or was not measured."""

BENCHMARKS = {
    "person": None, "dog": ("pets", "Oxford-IIIT Pet"), "bird": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "flower": ("flowers", "Oxford Flowers-102"), "insect": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "mushroom": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "plant": ("flowers", "Oxford Flowers-102"), "tree": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "fish": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "snake": ("flowers", "Oxford Flowers-102, the nearest benchmark of species"),
    "aircraft": ("aircraft", "FGVC Aircraft"), "car": ("cars", "Stanford Cars"), "food": ("food", "Food-101"),
    "country": ("country211", "Country211"), "medical": ("patchcamelyon", "PatchCamelyon (two classes)"),
    "traffic sign": ("gtsrb", "GTSRB"), "counting": ("clevr_counts", "CLEVR Counts"), "text": ("rendered_sst2", "Rendered SST2"),
    "everyday": ("imagenet", "ImageNet's 1,000 classes"),
}  # fmt: skip
"""The benchmark (column and name) nearest to a narrow kind; None where no table row measures it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A zero-shot accuracy in percent, of ``model`` on ``benchmark``; ``is_own`` if it is the checkpoint's own."""

    percent: float
    benchmark: str
    model: str
    is_own: bool

    def __str__(self) -> str:
        return f"{self.model} gets {self.percent:.1f}% on {self.benchmark} ({SOURCE})"


@cache
def _table() -> dict[tuple[str, str], dict[str, str]]:
    text = files("clip_lint.language").joinpath("lexicon", "zero_shot.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(row["architecture"].lower(), row["weights"].lower()): row for row in rows}


def measured(kind: str, checkpoint: Checkpoint | None) -> Measured | None:
    """The accuracy of a checkpoint (else of OpenAI's ViT-B/32) on the benchmark nearest to a kind, or None."""
    benchmark = BENCHMARKS.get(kind)
    if benchmark is None:
        return None
    column, title = benchmark
    key = measured_as(checkpoint)
    row = _table().get(key) if key is not None else None
    is_own = row is not None
    if row is None:
        row = _table()[DEFAULT[0].lower(), DEFAULT[1]]
    name = str(checkpoint) if is_own and checkpoint is not None else "OpenAI's ViT-B/32"
    return Measured(float(row[column]), title, name, is_own)


@cache
def measured_as(checkpoint: Checkpoint | None) -> tuple[str, str] | None:
    """A checkpoint's architecture and weights as the table has them, in lower case; None if it is not there."""
    if checkpoint is None or checkpoint.name is None:
        return None
    for architecture, weights in measured_names(checkpoint):
        for suffix in ("", "-quickgelu"):
            key = (architecture + suffix, weights)
            if key in _table():
                return key
    return None


_SWAPS = {
    "vit-b-32": (64.0, 61.4), "rn50": (68.5, 61.8), "vit-l-14": (62.3, 60.2), "vit-bigg-14": (74.9, 62.2),
}  # fmt: skip
"""SugarCrepe, swapped attributes and swapped objects, percent right of two."""


def _size(checkpoint: Checkpoint | None) -> tuple[str, str]:
    key = measured_as(checkpoint)
    if key is not None:
        architecture = key[0].removesuffix("-quickgelu")
        if architecture in _SWAPS and key[1] == (
            "laion2b_s39b_b160k" if architecture == "vit-bigg-14" else "openai"
        ):
            return architecture, str(checkpoint)
    return "vit-b-32", "OpenAI's ViT-B/32"


def swapped_attributes(checkpoint: Checkpoint | None) -> str:
    """How often the right one of two captions with swapped attributes wins."""
    architecture, model = _size(checkpoint)
    return f"{model} picks the right one of two such captions in {_SWAPS[architecture][0]:.1f}% of SugarCrepe's cases, guessing 50%"


def swapped_roles(checkpoint: Checkpoint | None) -> str:
    """How often the right one of two captions with swapped objects wins."""
    architecture, model = _size(checkpoint)
    return f"{model} picks the right one of two such captions in {_SWAPS[architecture][1]:.1f}% of SugarCrepe's cases, guessing 50%"


def counted(checkpoint: Checkpoint | None) -> str:
    """How often the number is right."""
    found = measured("counting", checkpoint)
    if found is not None and found.is_own:
        return f"{found}"
    return "OpenAI's ViT-B/32 picks the right number in 31.7% of CountBench (Paiss et al., 2023)"


SPATIAL = (
    "all 18 models of this kind did poorly on What'sUp (Kamath et al., 2023), where people get 99% right"
)
NEGATED = "on NegBench's negated answers CLIP is right in 6.8% of cases (Alhamoud et al., 2025), guessing 25%"
FACES = "CLIP named 59.2% of celebrities right among 100 names and 43.3% among 1,000 (CLIP paper, section 7)"
