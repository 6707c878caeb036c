"""What holds for every program: it parses after fixing, nothing fixable is left, nothing else changed, and once is enough."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter

from hypothesis import HealthCheck, given, settings
from mended import mend
from programs import programs

GENERATED = settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=True,
)


def comments(text: str) -> Counter[str]:
    """Every comment of a program, and how often it stands there."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@GENERATED
@given(programs())
def test_fixing_leaves_nothing_to_fix_and_touches_nothing_else(program: str) -> None:
    repair, mended = mend(program)
    assert not repair.refused, repair.refused
    ast.parse(mended)
    left = [
        (each.code, each.place.start.line)
        for each in repair.outcome.reported
        if each.fix is not None and each.fix.edits
    ]
    assert not left, mended
    kept = [line for line in program.split("\n") if "untouched" in line or "long string" in line]
    assert [line for line in mended.split("\n") if "untouched" in line or "long string" in line] == kept
    assert comments(mended) >= comments(program) - Counter(
        {each: count for each, count in comments(program).items() if "noqa" in each or "clip-lint" in each}
    )
    assert mend(mended)[1] == mended


@settings(GENERATED, max_examples=60)
@given(programs())
def test_line_ends_and_marks_stay(program: str) -> None:
    for newline in ("\r\n", "\r"):
        data = b"\xef\xbb\xbf" + program.replace("\n", newline).encode()
        mended = mend(data)[1]
        assert mended == "\ufeff" + mend(program)[1].replace("\n", newline)


@settings(GENERATED, max_examples=60)
@given(programs())
def test_safe_fixes_write_no_unsafe_ones(program: str) -> None:
    repair, _ = mend(program, unsafe=False)
    assert {each.fix.applicability.value for each in repair.fixed if each.fix is not None} <= {"safe"}
