"""Which open_clip builds OpenAI's own model for the tag `openai`, in eval mode and whatever the architecture's name says: until 2.28."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """import open_clip

model = open_clip.create_model("RN50", pretrained="openai")
print(model.encode_image(pixels))
other = open_clip.create_model("RN50", pretrained="yfcc15m")
print(other.encode_image(pixels))
"""
OF_OPENAI, OF_OTHERS = 3, 5
"""Where the two are loaded."""


@pytest.mark.parametrize(
    ("pin", "is_reported"),
    [
        ("open_clip_torch==2.20.0", False),
        ("open_clip_torch==2.28.0", False),
        ("open_clip_torch<2.29", False),
        ("open_clip_torch==2.29.0", True),
        ("open_clip_torch==2.32.0", True),
        ("open_clip_torch>=2.20", True),
        ("open_clip_torch==3.3.0", True),
        ("torch", True),
    ],
)
def test_the_tag_openai_by_the_version(tmp_path: Path, pin: str, is_reported: bool) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text(f"{pin}\n", encoding="utf-8")
    configuration = Configuration(Overrides({"cache": False, "workers": 1}), str(tmp_path))
    found = {
        (each.code, each.place.start.line)
        for each in lint(["."], configuration, str(tmp_path), fixes=False).reported
    }
    assert {("CLP306", OF_OTHERS), ("CLP401", OF_OTHERS)} <= found
    assert (("CLP306", OF_OPENAI) in found) is is_reported
    assert (("CLP401", OF_OPENAI) in found) is is_reported
