"""A copy of a library in the project's own tree takes what that copy takes, and not what the installed one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

if TYPE_CHECKING:
    from conftest import Writer

PROGRAM = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")


def ask(description: str):
    with torch.no_grad():
        return model.encode_text(clip.tokenize(description))
"""
OLD = "def load(name):\n    ...\n\n\ndef tokenize(texts, context_length=77):\n    ...\n"
NEW = OLD.replace("77)", "77, truncate=False)")


@pytest.mark.parametrize("program", ["search.py", "server/search.py"])
@pytest.mark.parametrize("copy", ["clip.py", "clip/clip.py", "clip/__init__.py"])
@pytest.mark.parametrize(("text", "is_mended"), [(OLD, False), (NEW, True)])
def test_an_old_copy_does_not_get_an_argument_that_it_has_not(
    write: Writer, program: str, copy: str, text: str, is_mended: bool
) -> None:
    top = write({program: PROGRAM, copy: text})
    clip_lint(top, "--no-cache", "--fix", "--select", "CLP305", "--exit-zero", status=0)
    assert ("truncate=True" in (top / program).read_text()) is is_mended


def test_a_copy_above_what_is_linted_is_not_looked_at(write: Writer) -> None:
    top = write({"clip.py": OLD, "project/search.py": PROGRAM})
    clip_lint(top / "project", "--no-cache", "--fix", "--select", "CLP305", "--exit-zero", status=0)
    assert "truncate=True" in (top / "project/search.py").read_text()
