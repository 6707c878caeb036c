"""`doctor --speed`: times of towers with random weights, with all that a reader needs to believe them."""

from __future__ import annotations

import re

import pytest
import torch
from click.testing import CliRunner

from clip_lint.cli import evidence
from clip_lint.verify import speed
from clip_lint.verify.speed import SIZES, Size, measure

TINY = Size("ViT-tiny", 16, (1, 32, 2, 64), (1, 32, 2, 64), 16, pixels=32)


def test_each_row_says_what_was_measured_and_how_often() -> None:
    machine, weights, *rows = measure("cpu", (TINY,), runs=3)
    assert machine[0] == "machine"
    assert "(cpu), " in machine[1]
    assert f"{torch.get_num_threads()} threads" in machine[1]
    assert torch.__version__ in machine[1]
    assert "random" in weights[1]
    assert [re.findall(r"batch of \d+|one text", words)[0] for _, words in rows] == [
        "batch of 1",
        "batch of 8",
        "one text",
    ]
    for name, words in rows:
        assert name == TINY.name
        middle, least, most = map(float, re.findall(r"(\d+\.\d)(?= ms| to|\))", words))
        assert "median of 3" in words
        assert least <= middle <= most


def test_the_time_is_of_one_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "_timed", lambda *_: [0.8, 0.2, 0.4])
    rows = dict(zip(("one", "eight", "text"), list(measure("cpu", (TINY,)))[2:], strict=True))
    assert "400.0 ms (median of 3, 200.0 to 800.0) an image" in rows["one"][1]
    assert "50.0 ms (median of 3, 25.0 to 100.0) an image" in rows["eight"][1]
    assert rows["text"][1].endswith("400.0 ms (median of 3, 200.0 to 800.0)")


def test_slow_runs_are_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 20))
    monkeypatch.setattr(speed, "perf_counter", lambda: next(clock))
    ran = []
    assert speed._timed(lambda: ran.append(1), "cpu", 7) == [20, 20, 20]
    assert len(ran) == 4, "the first does not count"


def test_what_does_not_fit_into_memory_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "_free_memory", lambda _: 10_000)
    monkeypatch.setattr(speed, "_model", lambda _: pytest.fail("it was built"))
    rows = list(measure("cpu"))[2:]
    assert [name for name, _ in rows] == ["ViT-B/32", "ViT-L/14", "ViT-g/14"]
    assert all("left out: needs about" in words for _, words in rows)


def test_the_sizes_are_those_of_the_checkpoints() -> None:
    """Millions of weights, from open_clip's results table."""
    for size, million in zip(SIZES, (151.3, 427.6, 1366.7), strict=True):
        assert size.weights / 1e6 == pytest.approx(million, rel=0.02)


def test_the_command_prints_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "measure", lambda device: [("machine", device), ("ViT", "1 ms")])
    told = CliRunner().invoke(evidence.doctor, ["--speed", "--device", "cpu"])
    assert told.exit_code == 0
    assert told.output.splitlines() == ["machine   cpu", "ViT       1 ms"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_one_line() -> None:
    told = CliRunner().invoke(evidence.doctor, ["--speed", "--device", "cuda"])
    assert told.exit_code == 1
    assert "--device cuda: torch sees no such device here" in told.output
