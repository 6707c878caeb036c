from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Writer


def test_the_benchmark_runs_on_any_tree(write: Writer) -> None:
    top = write({"a.py": "x = 1\n", "b/c.py": "y = 2\nz = 3\n"})
    script = Path(__file__).parent / "bench.py"
    done = subprocess.run(
        [sys.executable, str(script), str(top), "--rounds", "1"], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert ": 2 files, 3 lines" in lines[0]
    rows = {line[:22].strip(): line[22:].split() for line in lines[2:]}
    assert {"clip-lint --no-cache", "clip-lint, cold", "clip-lint, warm"} <= set(rows)
    assert all(row[-1] == "0" for name, row in rows.items() if name.startswith("clip-lint"))
    # another linter may take less than a hundredth of a second, which is shown as none
    assert all(float(row[0]) > 0 for name, row in rows.items() if name.startswith("clip-lint"))
    assert not (top / ".clip_lint_cache").exists()


def test_the_editor_benchmark_runs() -> None:
    script = Path(__file__).parent / "editor_bench.py"
    done = subprocess.run(
        [sys.executable, str(script), "--lines", "20", "--changes", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {line[:24].strip(): line[24:].split() for line in done.stdout.splitlines()[2:]}
    assert set(rows) == {"findings", "card", "code actions, proved", "a fresh process"}
    assert rows["a fresh process"][-1] == "1.00"


LABELLED = Path(__file__).parent / "labelled"


def score(*arguments: str) -> str:
    script = Path(__file__).parent / "prompts.py"
    line = [sys.executable, str(script), *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_the_figures_of_the_page_on_prompts_are_those_of_today() -> None:
    """A figure in docs/prompts.md may be lower than it is by a point of rounding, never higher."""
    page = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text("utf-8")
    made = json.loads(score(str(LABELLED / "prompts.jsonl"), "--json"))[str(LABELLED / "prompts.jsonl")]
    for line, figure in {
        "recall: counts": "recall of count",
        "recall: places": "recall of spatial",
        "recall: negation": "recall of negation",
        "recall: narrow kinds": "recall of fine",
        "recall: reading": "recall of text",
        "prompts: the right kind of alternative": "right kind of alternative",
    }.items():
        (said,) = re.findall(rf"^\| {line} \|[^|]*\| (\d+)% \|$", page, re.MULTILINE)
        hits, of = made[figure]
        assert int(said) <= 100 * hits / of + 0.5, figure
    sent, of = made["benign rows sent away"]
    assert sent <= 0.02 * of


def test_the_scorer_reads_both_forms_and_counts_mistakes(tmp_path: Path) -> None:
    rows = [
        {"prompt": "three geese", "phenomena": ["count"], "verdict": "alternative", "alternative": ["detector", "open-detector"]},
        {"prompt": "a goose on a pond", "phenomena": ["count"], "verdict": "unknown"},
        {"labels": ["one goose", "two geese"], "phenomena": ["count"]},
        {"text": "a goose", "labels": [], "complete": True},
        {"texts": ["goose", "no goose"], "templates": ["a {}"], "labels": ["negation"]},
    ]  # fmt: skip
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    made = json.loads(score(str(file), "--json"))[str(file)]
    assert made["recall of count"] == [2, 3]
    assert made["recall of negation"] == [1, 1]
    assert made["verdict right"] == [1, 2]
    assert made["right kind of alternative"] == [1, 1]
    assert made["benign rows sent away"] == [0, 1]
    assert "missed count; clip for unknown: a goose on a pond" in score(str(file), "--errors", "5")
