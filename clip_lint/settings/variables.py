"""Environment variables: what they mean, and what they say about the cache. Only who starts clip-lint sets them, never the linted tree."""

from __future__ import annotations

import os
from typing import Any

from clip_lint.core.bounds import MEGABYTES, MEMORY_VARIABLE, SECONDS, SECONDS_VARIABLE
from clip_lint.settings.model import ConfigError

CACHE_DIR, NO_CACHE, OUTPUT_FORMAT = "CLIP_LINT_CACHE_DIR", "CLIP_LINT_NO_CACHE", "CLIP_LINT_OUTPUT_FORMAT"
VARIABLES = {
    CACHE_DIR: "Where findings are remembered, as `--cache-dir` says it.",
    NO_CACHE: "Remember nothing from run to run, as with `--no-cache`: true or false.",
    OUTPUT_FORMAT: "How findings are written, as `--output-format` says it; several with blanks between.",
    SECONDS_VARIABLE: f"The processor time that one file may take, in seconds. [default: {SECONDS:g}]",
    MEMORY_VARIABLE: f"The memory by which a run may grow, in megabytes. [default: {MEGABYTES}]",
    "NO_COLOR": "No colours, where it is set to anything.",
    "FORCE_COLOR": "Colours even where nobody looks, where it is set to anything and NO_COLOR is not.",
}
"""An option goes before its variable, the variable before the configuration."""

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


def cache_values(base: str) -> dict[str, Any]:
    """The settings about the cache that the environment gives; relative paths count from the folder ``base``."""
    values: dict[str, Any] = {}
    word = os.environ.get(NO_CACHE, "").strip().lower()
    if word in _YES:
        values["cache"] = False
    elif word not in _NO:
        raise ConfigError(f"{NO_CACHE} is true or false, not {word!r}")
    folder = os.environ.get(CACHE_DIR, "")
    if folder:
        values["cache_dir"] = os.path.normpath(os.path.join(base, folder))
    return values
