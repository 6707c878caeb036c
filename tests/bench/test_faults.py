"""The bench of small faults: it finds the one that no test notices, and leaves the tree as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Writer

sys.path.insert(0, str(Path(__file__).parent))

from fault_kinds import draw, faults_of

TALL = '''"""Who may ride."""

FREE = frozenset({"baby", "guide"})


def fare(height: int, kind: str, *, full: int = 4) -> int | None:
    """What it costs; nothing where nobody may ride."""
    if height < 100:
        return None
    if kind in FREE and not height > 200:
        return 0
    return full
'''
ASKED = """from house.hall.riding import fare


def test_who_rides():
    assert fare(150, "guide") == 0
    assert fare(99, "guide") is None
    assert fare(150, "anybody") == 4
    assert fare(201, "guide") == 4
    assert fare(200, "guide") == 0
"""


def kinds_of(program: str) -> list[str]:
    return [f"{fault.kind}: {fault.before} -> {fault.text}" for fault in faults_of("a.py", program)]


def test_faults_of_each_kind_are_put_where_they_can_act() -> None:
    assert kinds_of("def f(x, n=2):\n    if not x and n > 1:\n        return\n    return n\n") == [
        "default changed: 2 -> 3",
        "abstention removed: return -> pass",
        "and or or: not x and n > 1 -> (not x or n > 1)",
        "condition dropped: not x and n > 1 -> (n > 1)",
        "condition dropped: not x and n > 1 -> (not x)",
        "not dropped: not x -> (x)",
        "border moved: n > 1 -> (n >= 1)",
        "number changed: 1 -> (0)",
        "number changed: 1 -> (2)",
    ]
    assert kinds_of(
        "def f(x):\n    for y in x:\n        if y is None:\n            continue\n        yield any(y)\n"
    ) == [
        "None let by: y is None -> False",
        "continue or break: continue -> break",
        "any or all, min or max: any -> all",
    ]
    assert kinds_of("KEYS = {'a': ('b', 'c')}\n") == [
        "key changed: 'a' -> 'a_'",
        "member dropped: ('b', 'c') -> ('c',)",
        "member dropped: ('b', 'c') -> ('b',)",
    ]


def test_messages_types_and_docstrings_are_left_alone() -> None:
    quiet = '"""One of 2."""\nfrom typing import Literal\n__all__ = ("a", "b")\nx: Literal[1, 2]\nraise ValueError(f"{1} of 2")\n'
    assert kinds_of(quiet) == []


def test_the_same_seed_draws_the_same_faults_and_each_line_once() -> None:
    drawn = draw({"a.py": TALL}, 5, 1)
    assert drawn == draw({"a.py": TALL}, 5, 1)
    assert drawn != draw({"a.py": TALL}, 5, 2)
    assert sorted(fault.line for fault in draw({"a.py": TALL}, 50, 1)) == [3, 6, 8, 9, 10, 11]


def test_what_no_test_notices_is_printed_and_the_tree_stays_as_it_is(write: Writer) -> None:
    pytest.importorskip("coverage")
    house = write(
        {
            "tree/pyproject.toml": "[tool.pytest.ini_options]\n",
            "tree/house/__init__.py": "",
            "tree/house/hall/__init__.py": "",
            "tree/house/hall/riding.py": TALL,
            "tree/tests/hall/test_riding.py": ASKED,
        }
    )
    script = Path(__file__).parent / "faults.py"
    told = ["hall", "--package", "house", "--root", str(house / "tree"), "--folder", str(house / "work")]
    done = subprocess.run(
        [sys.executable, str(script), *told, "--faults", "6", "--seed", "1", "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told_of = done.stdout.splitlines()
    assert told_of[0].startswith("recorded tests/hall/test_riding.py: 1 passed")
    assert told_of[1:] == [
        "hall         4 of 6 noticed, 67%; 0 run by none of these tests",
        "             not noticed: 1 member dropped, 1 border moved",
        "  house/hall/riding.py:3: member dropped: `'baby'` (1 tests near it, 1 asked)",
        "  house/hall/riding.py:8: border moved: `height < 100` -> `(height <= 100)` (1 tests near it, 1 asked)",
        "all: 4 of 6 noticed",
    ]
    assert (house / "tree/house/hall/riding.py").read_text("utf-8") == TALL
