"""What all commands share: the program's name, its exit statuses, whether to colour."""

from __future__ import annotations

import os
import sys

PROGRAM = "clip-lint"
CLEAN, FINDINGS, FAILED, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""
COMPLETE = "_CLIP_LINT_COMPLETE"
"""The environment variable in which a shell asks for completions."""
HELP = {"help_option_names": ["-h", "--help"]}
"""Context settings of every command."""


def is_colored(choice: str) -> bool:
    """Whether to colour standard output: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
