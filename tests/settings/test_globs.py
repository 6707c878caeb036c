from __future__ import annotations

import pytest

from clip_lint.settings.globs import globs


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("build", "/p/build", True),
        ("build", "/p/a/build", True),
        ("build", "/p/builder", False),
        ("*_pb2.py", "/p/a/x_pb2.py", True),
        ("tests/*", "/p/tests/a/b.py", True),
        ("tests/*", "/p/a/tests/b.py", False),
        ("./tests/x.py", "/p/tests/x.py", True),
        ("**/tests/*.py", "/p/tests/b.py", True),
        ("**/tests/*.py", "/p/a/tests/b.py", True),
        ("a/**/b.py", "/p/a/b.py", True),
        ("a/**/b.py", "/p/a/c/d/b.py", True),
        ("a/**/b.py", "/p/a/xb.py", False),
        ("x?.py", "/p/x1.py", True),
        ("x[!0-9].py", "/p/x1.py", False),
        ("x[0-9].py", "/p/x1.py", True),
        ("x[.py", "/p/x[.py", True),
        ("/abs/*.py", "/abs/x.py", True),
        ("/abs/*.py", "/p/abs/x.py", False),
        ("docs/", "/p/docs", True),
        ("a.py", "/p/axpy", False),
    ],
)
def test_patterns_mean_names_or_paths_from_their_base(pattern: str, path: str, matches: bool) -> None:
    assert globs((pattern,), "/p").match(path, path.rpartition("/")[2]) is matches
