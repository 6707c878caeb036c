"""Which files hold tests, by their paths."""

from __future__ import annotations

import re

_FOLDERS = frozenset({"test", "tests"})
_FILE = re.compile(r"(?:test_\w+|\w+_test)\.py")


def is_for_tests(path: str) -> bool:
    """Whether a file lies in a folder of tests, or is what pytest reads before them."""
    *folders, file = path.split("/")
    return file == "conftest.py" or not _FOLDERS.isdisjoint(folders)


def is_collected(path: str) -> bool:
    """Whether pytest looks for tests in a file of this name; ``test.py`` measures a model on a test set in many programs."""
    return _FILE.fullmatch(path.rpartition("/")[2]) is not None
