"""`python -m clip_lint.reading FILE` prints what is known of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_facts_of_a_program_are_printed_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "search.py"
    program.write_text(
        'import clip\nmodel, _ = clip.load("RN50")\nprint(model.encode_text(clip.tokenize("a heron")))\n'
    )
    assert main([str(program)]) is None
    kinds = [line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["loads", "encodes", "tokenizes", "prompt_sets"]


def test_what_is_no_program_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def (:\n")
    assert "broken.py" in str(main([str(broken)]))
    assert "usage" in str(main([]))
