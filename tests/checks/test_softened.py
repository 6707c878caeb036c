"""What sentences of a data set say is a note: two of a hundred differ by chance. A choice of labels is judged, wherever it is written."""

from __future__ import annotations

import pytest

from clip_lint.checks.discovery import prompt_checks
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.finding import Severity
from clip_lint.core.place import Place, Position
from clip_lint.reading.prompts import Prompt, PromptSet, Task

_FILE = Place("search.py", 0, Position(3, 1), Position(3, 20))
_PAIRS = tuple(
    f"a {one} scarf beside a {other} {worn} in the hall"
    for worn in ("coat", "hat", "skirt", "shirt", "bag", "belt", "glove", "cap")
    for one, other in (("red", "blue"), ("blue", "red"))
)
"""More than a few, of whatever list they are in."""
_B32 = Checkpoint("clip", "ViT-B/32", None, "clip")


def _worst(texts: tuple[str, ...], *, in_file: bool) -> Severity:
    prompts = tuple(
        Prompt(
            text,
            _FILE if in_file else Place("search.py", 0, Position(9 + row, 1), Position(9 + row, 9)),
            written=Place("rows.csv", 0, Position(row + 1, 1), Position(row + 1, 9)) if in_file else None,
        )
        for row, text in enumerate(texts)
    )
    given = PromptSet(prompts, _FILE, Task.LABELS, _B32)
    check = next(each for each in prompt_checks() if each.code == "CLP103")
    return max(finding.severity for finding in check.find(given))


@pytest.mark.parametrize(
    ("rows", "in_file", "wanted"),
    [
        (tuple(f"an old thing of kind {row} on a stone floor" for row in range(120)), True, Severity.NOTE),
        (tuple(f"an old thing of kind {row} on a stone floor" for row in range(20)), True, Severity.ERROR),
        (tuple(f"an old thing of kind {row} on a stone floor" for row in range(120)), False, Severity.ERROR),
        (tuple(f"kind {row}" for row in range(120)), True, Severity.ERROR),
    ],
)
def test_only_many_sentences_of_a_file_are_a_data_set(
    rows: tuple[str, ...], wanted: Severity, *, in_file: bool
) -> None:
    assert _worst((*rows, *_PAIRS), in_file=in_file) is wanted


def test_two_labels_of_very_many_decide_little_wherever_they_are_written() -> None:
    rows = tuple(f"kind {row}" for row in range(120))
    assert _worst((*rows, *_PAIRS[:2]), in_file=False) is Severity.NOTE
    assert _worst((*rows[:20], *_PAIRS[:2]), in_file=False) is Severity.ERROR
