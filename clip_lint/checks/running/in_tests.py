"""Whether code is a test: what it costs, and whether its figures repeat, matters to nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.values import Site

_FOLDERS = frozenset({"test", "tests"})
_FILE = re.compile(r"(?:test_\w+|\w+_test)\.py")
_FUNCTION = re.compile(r"(?:^|\.)(?:test_|Test)")


def in_tests(site: Site) -> bool:
    """Whether a site lies in a folder of tests, in conftest.py, or in a test function of a file that pytest collects.

    ``test.py`` and its function ``test`` are no tests: so programs are called that measure a model on a test set.
    """
    *folders, file = site.place.path.split("/")
    if file == "conftest.py" or not _FOLDERS.isdisjoint(folders):
        return True
    return _FILE.fullmatch(file) is not None and _FUNCTION.search(site.function) is not None
