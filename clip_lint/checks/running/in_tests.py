"""Whether code is a test: what it costs, and whether its figures repeat, matters to nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.source.test_files import is_collected, is_for_tests

if TYPE_CHECKING:
    from clip_lint.reading.values import Site

_FUNCTION = re.compile(r"(?:^|\.)(?:test_|Test)")


def in_tests(site: Site) -> bool:
    """Whether a site lies in a folder of tests, in conftest.py, or in a test function of a file that pytest collects.

    ``test.py`` and its function ``test`` are no tests: so programs are called that measure a model on a test set.
    """
    path = site.place.path
    return is_for_tests(path) or (is_collected(path) and _FUNCTION.search(site.function) is not None)
