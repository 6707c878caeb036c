"""Where a configuration comes from, and what that lets it say.

A file that is found beside the linted code came with that code. It says how the code is linted, but it neither writes
files, nor repairs, nor loads models, and what it names lies in its own project. What the command line names with
``--config``, and the file in the user's own configuration folder, may say everything.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from clip_lint.core.files import leads_out

OWN_KEYS = frozenset({"output-file", "fix", "unsafe-fixes", "fix-only", "verify"})
"""Only the user's own configuration says these."""
INSIDE_KEYS = frozenset({"cache-dir", "baseline", "extra-libraries", "extend"})
"""What a found configuration names with these lies in its project."""
_REMEDY = "give it on the command line or with --config"


def user_folder() -> str | None:
    """The folder of the user's own configuration, None where the system has no place for one."""
    start = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if not os.path.isabs(start):
        start = os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(start, "clip-lint") if os.path.isabs(start) else None


def project_of(folder: str) -> str:
    """The project that a configuration in ``folder`` speaks for: the repository around it, else the folder itself.

    A home folder that is a repository is no project: everything of the user's lies in it.
    """
    current = folder
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return folder
        current = parent
    return folder if current == str(Path.home()) else current


def obeyed(key: str, value: Any, base: str, project: str) -> tuple[Any, str]:
    """What a found configuration may say with a key, and why not the rest; None where nothing of it is obeyed."""
    if key in OWN_KEYS and value is not False:
        return None, f"not obeyed in the configuration of a project: {_REMEDY}"
    if key == "workers" and isinstance(value, int):
        return value if isinstance(value, bool) else min(
            value, os.cpu_count() or 1
        ), ""  # a tree does not decide how many processes a machine bears
    if key == "output-format":
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            return value, ""
        kept = [each for each in given if not (isinstance(each, str) and ":" in each)]
        if len(kept) == len(given):
            return value, ""
        return kept or None, f"writes no file from the configuration of a project: {_REMEDY}"
    if key in INSIDE_KEYS:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            return value, ""
        kept = [each for each in given if not (isinstance(each, str) and _is_outside(each, base, project))]
        if len(kept) == len(given):
            return value, ""
        rest = kept if kept and isinstance(value, list) else None
        return rest, f"not obeyed, it leads out of the project: {_REMEDY}"
    return value, ""


def _is_outside(path: str, base: str, project: str) -> bool:
    return leads_out(os.path.normpath(os.path.join(base, path)), project)
