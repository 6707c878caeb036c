"""`extend`: a configuration that builds on another one."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clip_lint.settings.model import Settings
    from clip_lint.settings.selection import Stage

DEEPEST = 10
"""So many configurations may build on each other."""


def extended(below: Settings, base: str, file: str, values: dict[str, Any], stage: Stage) -> Settings:
    """The settings ``below`` with what a file that builds on them says itself; their patterns still count from their folder."""
    kept = {
        "exclude": tuple(_placed(each, below.base) for each in below.exclude),
        "extend_exclude": tuple(_placed(each, below.base) for each in below.extend_exclude),
        "per_file_ignores": tuple(
            (_placed(each, below.base), codes) for each, codes in below.per_file_ignores
        ),
    }
    return replace(below, **{**kept, **values}, base=base, file=file, stages=(*below.stages, stage))


def _placed(pattern: str, base: str) -> str:
    mark, bare = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    return (
        pattern
        if "/" not in bare or os.path.isabs(bare)
        else mark + os.path.join(base, bare.removeprefix("./"))
    )
