"""The folder of what is kept between runs: a new one, or one that clip-lint made, and never what a link leads to."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from clip_lint.settings.model import Settings

FOLDER = ".clip_lint_cache"
_TAG_NAME = "CACHEDIR.TAG"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file is a cache directory tag created by clip-lint.\n"
    "# For information about cache directory tags see https://bford.info/cachedir/\n"
)
_IGNORE = "# Made by clip-lint.\n*\n"


def cache_folder(settings: Settings, base: str) -> str:
    """Where a run in the folder ``base`` keeps what it found."""
    return settings.cache_dir or os.path.join(project_root(base), FOLDER)


def refusal(folder: str) -> str:
    """Why nothing may be kept in a folder, empty where it may: there is none yet, it is empty, or it is ours."""
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        return str(error)
    if stat.S_ISLNK(status.st_mode):
        return "it is a link"
    if not stat.S_ISDIR(status.st_mode):
        return "it is not a folder"
    try:
        tag = read_bytes(os.path.join(folder, _TAG_NAME), 1_000, follow=False)
    except UnreadableError:
        return "" if _is_empty(folder) else "it is no cache folder of clip-lint"
    return "" if tag == _TAG.encode() else "it is no cache folder of clip-lint"


def prepare(folder: str) -> bool:
    """Make the folder, which tells git and backup programs to pass over it; false where nothing may be kept there."""
    if refusal(folder):
        return False
    os.makedirs(folder, exist_ok=True)
    for name, text in ((_TAG_NAME, _TAG), (".gitignore", _IGNORE)):
        try:
            descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue  # a link, even one that leads nowhere, counts as a file here
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    return not refusal(folder)


def _is_empty(folder: str) -> bool:
    try:
        with os.scandir(folder) as scan:
            return next(scan, None) is None
    except OSError:
        return False
