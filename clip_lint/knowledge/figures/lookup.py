"""What was measured on a checkpoint, by phenomenon: its own figure where there is one, else that of OpenAI's ViT-B/32.

The tables beside this module name their sources and licences. A checkpoint is looked up by architecture and weights,
whatever library names it, or by its id on the hub.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from clip_lint.knowledge.checkpoints import measured_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clip_lint.core.checkpoint import Checkpoint

USUAL = ("vit-b-32", "openai")
"""Whose figures are given where the checkpoint is not known or was not measured."""
_USUAL_NAME = "OpenAI's ViT-B/32"

_SOURCES = {
    "zero_shot": "open_clip's results table",
    "composition": "vl_compo's results table",
    "embedders": "MTEB's results",
    "negation": "Alhamoud et al., 2025",
    "swaps": "Hsieh et al., 2023",
}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A column of a table; ``chance`` and ``people`` are what guessing and people get, in percent.

    None where that is not known, or differs from case to case.
    """

    table: str
    column: str
    title: str
    chance: float | None = None
    people: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A published accuracy in percent, of ``model`` on a benchmark; ``is_own`` if it is the checkpoint's own."""

    percent: float
    benchmark: Benchmark
    model: str
    is_own: bool

    def __str__(self) -> str:
        on = self.benchmark
        beside = [f"guessing gives {on.chance:g}%"] if on.chance is not None else []
        beside += [f"people get {on.people:g}%"] if on.people is not None else []
        told = "; ".join((*beside, f"source: {_SOURCES[on.table]}"))
        return f"{self.model} gets {self.percent:.1f}% right on {on.title} ({told})"


_ATTRIBUTION = Benchmark("embedders", "aro_attribution", "ARO's attributes", 50)
_WINOGROUND = Benchmark("composition", "winoground", "Winoground", 16.7)

BENCHMARKS: Mapping[str, tuple[Benchmark, ...]] = {
    "counting": (
        Benchmark("zero_shot", "clevr_counts", "CLEVR Counts", 12.5),
        Benchmark("embedders", "clevr_counts", "CLEVR Counts", 12.5),
        Benchmark("embedders", "cvbench_count", "CV-Bench's counting"),
    ),
    "spatial": (
        Benchmark("composition", "whatsup", "What'sUp's three benchmarks", people=99),
        Benchmark("embedders", "cvbench_relation", "CV-Bench's places", 50),
    ),
    "attributes": (
        Benchmark("swaps", "attributes", "SugarCrepe's swapped attributes", 50),
        _ATTRIBUTION,
        _WINOGROUND,
    ),
    "roles": (
        Benchmark("swaps", "objects", "SugarCrepe's swapped objects", 50),
        Benchmark("embedders", "aro_relation", "ARO's relations", 50),
        _WINOGROUND,
    ),
    "negation": (Benchmark("negation", "negative", "NegBench's COCO questions with a negated answer", 25),),
    "text": (Benchmark("zero_shot", "svhn", "SVHN's digits of house numbers", 10),),
    "everyday": (Benchmark("zero_shot", "imagenet", "ImageNet's 1,000 classes"),),
    "dog": (Benchmark("zero_shot", "pets", "Oxford-IIIT Pet, averaged over its classes"),),
    "flower": (Benchmark("zero_shot", "flowers", "Oxford Flowers-102, averaged over its classes"),),
    "aircraft": (Benchmark("zero_shot", "aircraft", "FGVC Aircraft, averaged over its classes"),),
    "car": (Benchmark("zero_shot", "cars", "Stanford Cars"),),
    "food": (Benchmark("zero_shot", "food", "Food-101"),),
    "country": (Benchmark("zero_shot", "country211", "Country211"),),
    "tissue": (
        Benchmark("zero_shot", "patchcamelyon", "PatchCamelyon (tumour or not, in slides of tissue)", 50),
    ),
    "traffic sign": (Benchmark("zero_shot", "gtsrb", "GTSRB"),),
}
"""For a phenomenon or a narrow kind, the benchmarks nearest to it, the nearest first. People's names have none, nor birds, fish, plants or what X-rays show."""


@lru_cache(maxsize=512)
def figure(phenomenon: str, checkpoint: Checkpoint | None) -> Figure | None:
    """A checkpoint's figure on the nearest benchmark on which it was measured, else that of OpenAI's ViT-B/32.

    None where no table measures the phenomenon.
    """
    benchmarks = BENCHMARKS.get(phenomenon, ())
    for benchmark in benchmarks:
        for key in _keys(checkpoint):
            percent = _percent(benchmark, key)
            if percent is not None:
                return Figure(percent, benchmark, str(checkpoint), is_own=True)
    for benchmark in benchmarks:
        percent = _percent(benchmark, USUAL)
        if percent is not None:
            return Figure(percent, benchmark, _USUAL_NAME, is_own=False)
    return None


def measured(benchmark: Benchmark, checkpoint: Checkpoint | None) -> float | None:
    """What was published for just this checkpoint, in percent; None where nothing was."""
    return next((found for key in _keys(checkpoint) if (found := _percent(benchmark, key)) is not None), None)


def _keys(checkpoint: Checkpoint | None) -> Iterator[tuple[str, ...]]:
    """Under which keys the tables may have a checkpoint, in lower case."""
    if checkpoint is None or checkpoint.name is None:
        return
    for architecture, weights in measured_names(checkpoint):
        yield architecture, weights
        yield f"{architecture}-quickgelu", weights
        if (
            weights == USUAL[1]
        ):  # measured under the plain name while open_clip chose the activation by the tag
            yield architecture.removesuffix("-quickgelu"), weights
    yield (checkpoint.name.lower(),)


def _percent(benchmark: Benchmark, key: tuple[str, ...]) -> float | None:
    written = table(benchmark.table).get(key, {}).get(benchmark.column)
    return float(written) if written else None


@cache
def table(name: str) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """A table's rows by what names a checkpoint there: architecture and weights, or the id on the hub."""
    text = files("clip_lint.knowledge.figures").joinpath(f"{name}.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    keys = ("name",) if "name" in (rows.fieldnames or ()) else ("architecture", "weights")
    return {tuple(row[key].lower() for key in keys): row for row in rows}
