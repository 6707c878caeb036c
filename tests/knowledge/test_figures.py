"""Published figures: each that a message prints is one of a table, of the checkpoint that is named or of whom it says."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from clip_lint.checks.prompts.measured import published
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.place import Place, Position
from clip_lint.knowledge.figures.lookup import BENCHMARKS, figure, table
from clip_lint.reading.prompts import PromptSet

TABLES = ("zero_shot", "composition", "embedders", "negation", "swaps")


def written(name: str) -> list[dict[str, str]]:
    text = files("clip_lint.knowledge.figures").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def read_by(checkpoint: Checkpoint | None) -> PromptSet:
    """Nothing but who reads it."""
    start = Position(1, 1)
    return PromptSet((), Place("program.py", 0, start, start), checkpoint=checkpoint)


def checkpoint_of(row: dict[str, str]) -> Checkpoint:
    if "name" in row:
        return Checkpoint("transformers", row["name"])
    return Checkpoint("open_clip", row["architecture"], row["weights"])


@pytest.mark.parametrize("name", TABLES)
def test_each_table_says_where_it_comes_from(name: str) -> None:
    head = (
        files("clip_lint.knowledge.figures").joinpath(f"{name}.csv").read_text("utf-8").partition("\n\n")[0]
    )
    comment = " ".join(line for line in head.splitlines() if line.startswith("#"))
    assert "Source: " in comment
    assert "read 2026-" in comment
    assert "MIT" in comment or "CC0" in comment or "licence" in comment


def test_there_are_hundreds_of_checkpoints_and_every_phenomenon_has_a_benchmark() -> None:
    names = {str(checkpoint_of(row)) for name in TABLES for row in written(name)}
    assert len(names) >= 250
    assert {"counting", "spatial", "attributes", "roles", "negation", "text"} <= BENCHMARKS.keys()
    for phenomenon in BENCHMARKS:
        assert figure(phenomenon, None) is not None


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_found_by_the_name_of_its_checkpoint_and_printed_as_it_stands(name: str) -> None:
    for row in written(name):
        for phenomenon, benchmarks in BENCHMARKS.items():
            found = figure(phenomenon, checkpoint_of(row))
            assert found is not None
            if found.is_own and found.benchmark.table == name and found.benchmark in benchmarks:
                number = f"{float(row[found.benchmark.column]):.1f}"
                assert f" {number}% right on {found.benchmark.title}" in published(
                    phenomenon, read_by(checkpoint_of(row))
                )
        assert any(
            (own := figure(phenomenon, checkpoint_of(row))) is not None and own.is_own
            for phenomenon in BENCHMARKS
        ), row


def test_a_checkpoint_that_nobody_measured_gets_no_figure_of_its_own() -> None:
    unknown = Checkpoint("transformers", "someone/own-clip")
    for phenomenon in BENCHMARKS:
        assert "own-clip" not in published(phenomenon, read_by(unknown))
        assert "ViT-B/32" in published(phenomenon, read_by(unknown)) or "18 models" in published(
            phenomenon, read_by(unknown)
        )


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("open_clip", "RN50", "cc12m"),
        Checkpoint("open_clip", "RN50", "weights/mine.pt"),
        Checkpoint("open_clip", "RN50"),
        Checkpoint("cn_clip", "RN50", family="chinese-clip"),
    ],
    ids=str,
)
def test_other_weights_of_an_architecture_get_none_of_the_figures_of_openais(checkpoint: Checkpoint) -> None:
    """OpenAI's package calls weights by the architecture alone: there `RN50` is OpenAI's, and nowhere else."""
    openais = Checkpoint("clip", checkpoint.name)
    for phenomenon in BENCHMARKS:
        found, other = figure(phenomenon, checkpoint), figure(phenomenon, openais)
        assert found is not None
        assert other is not None
        assert not found.is_own or (found.percent, found.benchmark) != (other.percent, other.benchmark)
    assert any((each := figure(one, openais)) is not None and each.is_own for one in BENCHMARKS)


def test_a_hub_id_and_a_configuration_of_open_clip_lead_to_one_row() -> None:
    for one, other in (
        (
            Checkpoint("transformers", "openai/clip-vit-base-patch32"),
            Checkpoint("open_clip", "ViT-B-32", "openai"),
        ),
        (
            Checkpoint("transformers", "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"),
            Checkpoint("open_clip", "ViT-H-14", "laion2b_s32b_b79k"),
        ),
    ):
        for phenomenon in ("counting", "spatial", "negation", "text"):
            first, second = figure(phenomenon, one), figure(phenomenon, other)
            assert first is not None
            assert second is not None
            assert first.percent == second.percent


def test_tables_are_read_once() -> None:
    assert table("zero_shot") is table("zero_shot")
