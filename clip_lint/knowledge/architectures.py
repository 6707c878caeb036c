"""What is known of open_clip's architectures beyond their names."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files


def train_mode_changes(architecture: str) -> str | None:
    """What acts in train mode only, such as ``batch norm``; empty where nothing does, None where it is not known."""
    name = architecture.rpartition("/")[2] if architecture.startswith("hf-hub:") else architecture
    return next((effect for pattern, effect in _train_mode().items() if fnmatchcase(name, pattern)), None)


@cache
def _train_mode() -> dict[str, str]:
    text = files("clip_lint.knowledge").joinpath("train_mode.toml").read_text("utf-8")
    found: dict[str, str] = tomllib.loads(text)["architectures"]
    return found
