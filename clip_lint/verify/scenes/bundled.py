"""The drawn scenes that verification measures on where nobody brings images."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

from clip_lint.verify.scenes import coco, compose

NUMBER = 260
SEED = 7


@cache
def bundled_scenes() -> Path:
    """Their folder: a checkout has them, what pip installed draws the same ones for as long as it runs."""
    folder = Path(str(resources.files("clip_lint.fixtures"))) / "scenes"
    if folder.is_dir():
        return folder
    drawn = Path(tempfile.mkdtemp(prefix="clip-lint-scenes-"))
    atexit.register(shutil.rmtree, drawn, ignore_errors=True)
    coco.write(list(compose.fixture_scenes(NUMBER, SEED)), drawn, SEED)
    return drawn
