"""What the tests of the installed package share: a copy of the project, and its dependencies without the network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
DEPENDENCIES = (
    "click",
    "rich",
    "packaging",
    "markdown_it",
    "mdurl",
    "pygments",
    "setuptools",
    "libcst",
    "yaml",
    "_yaml",
)
"""Import names of what clip-lint and its build need, indirect ones included."""


def copy_project(to: Path) -> Path:
    """The files of the project that git knows or would add, without its history; in an unpacked sdist, what it holds."""
    if not (PROJECT / ".git").exists():
        made = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", ".*_cache", ".venv")
        return Path(shutil.copytree(PROJECT, to, ignore=made, dirs_exist_ok=True))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout
    for name in filter(None, os.fsdecode(listed).split("\0")):
        if (PROJECT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, to / name)
    return to


def offline(folder: Path, *more: str) -> dict[str, str]:
    """An environment in which other Pythons find this one's copies of the dependencies and of ``more``, and pip asks nobody."""
    folder.mkdir()
    for name in (*DEPENDENCIES, *more):
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        assert spec.origin is not None, name
        found = Path(spec.origin)
        package = found.parent if found.name == "__init__.py" else found
        (folder / package.name).symlink_to(package)
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_", "GIT_", "PYTHON"))
        },
        "PYTHONPATH": str(folder),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "false",  # pip's odd spelling of --no-build-isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def closure(extra: str) -> set[str]:
    """The names of all that is installed with an extra here, with what that needs in turn; "" for none."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [("clip-lint", frozenset({extra}))]
    while waiting:
        name, extras = here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += [
                (canonicalize_name(item.name), frozenset(item.extras))
                for item in map(Requirement, metadata.requires(name) or [])
                if item.marker is None or any(item.marker.evaluate({"extra": each}) for each in ("", *extras))
            ]
    return {name for name, _ in found}
