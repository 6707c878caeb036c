"""`text * times` is as long as it looks; and a test that writes filler knows it."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

PART = "a castle on a hill with towers and flags, "
HEAD = f"import open_clip\nPART = {PART!r}\nTIMES = 9\nread = open_clip.get_tokenizer('ViT-B-32')\n"


def codes(program: str, path: str = "draw.py") -> list[str]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    outcome = lint_text((HEAD + program).encode(), path, configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return [each.code for each in outcome.reported]


@pytest.mark.parametrize(
    "text",
    [
        "PART * 9",
        "9 * PART",
        "PART * TIMES",
        "(PART * 9).strip()",
        "PART * 9 + 'at dusk'",
        "f'{PART * 9}at dusk'",
        "[PART * 9]",
        "PART * 400",
        "'word ' * 80",
        "' '.join(['a tower'] * 60)",
    ],
)
def test_what_is_written_often_enough_is_too_long(text: str) -> None:
    assert codes(f"read({text})\n") == ["CLP109"]


@pytest.mark.parametrize(
    "text",
    [
        "PART * 2",
        "PART * 0",
        "PART * -3",
        "PART * True",
        "PART * times()",
        "PART * 10**9",
        "PART * 1.5",
        "'ab' * 200",
        "PART * PART",
    ],
)
def test_what_is_short_or_not_known_is_left_alone(text: str) -> None:
    assert codes(f"read({text})\n") == []


def test_filler_in_a_test_is_there_to_be_cut() -> None:
    for path in ("tests/test_draw.py", "src/tests/helpers.py"):
        assert codes("read('word ' * 80)\n", path) == []
        assert codes("read('word ' * 80 + 'at the end')\n", path) == ["CLP109"]
