"""Generated programs, run before and after `--fix` on stand-ins: a safe fix breaks none, and all orders give one text."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mended import mend
from surroundings import Surrounded, surrounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

pytest.importorskip("torch")
worlds = pytest.importorskip("worlds")

PROGRAMS = int(os.environ.get("CLIP_LINT_GENERATED", "200"))
"""How many programs are made; more than the usual number are other programs each time."""

GENERATED = settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize=PROGRAMS <= 200,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_WIDTH = 88
_LEAST_FIXED = 0.4
"""The share of programs that a safe fix must have changed, or the proof is worth nothing."""


def _notebook(cells: tuple[str, ...]) -> str:
    rows: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": str(number),
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": cell.splitlines(True),
        }
        for number, cell in enumerate(cells)
    ]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _mended(program: Surrounded) -> tuple[str, ...]:
    """The cells of a program after its safe fixes; one that is no notebook has one."""
    if len(program.parts) == 1:
        return (mend(program.parts[0], unsafe=False, width=_WIDTH)[1],)
    notebook = mend(_notebook(program.parts), unsafe=False, name="example.ipynb")[1]
    return tuple("".join(cell["source"]) for cell in json.loads(notebook)["cells"])


def test_a_safe_fix_breaks_no_program() -> None:
    tally: Counter[bool] = Counter()

    @GENERATED
    @given(surrounded())
    def run(program: Surrounded) -> None:
        after = _mended(program)
        tally[after != program.parts] += 1
        if after == program.parts:
            return
        (fault, was), (error, now) = worlds.observed(program.parts), worlds.observed(after)
        meant_fault, meant = worlds.observed(program.meant)
        is_meant = not meant_fault and program.meant != program.parts and worlds.same(meant, now)
        if not fault:
            assert not error, f"{program.stories}: {error}: {now}\n{after}"
            assert is_meant or worlds.same(was, now), f"{program.stories}: {was} -> {now}\n{after}"
        elif not error and not meant_fault:
            assert is_meant or worlds.same(meant, now), (
                f"{program.stories}: {meant} was meant, not {now}\n{after}"
            )

    run()
    assert tally[True] >= _LEAST_FIXED * tally.total(), tally


def _one_by_one(text: str, codes: Sequence[str]) -> str:
    """A program after the fixes of one code after the other, until there are none."""
    before = ""
    while before != text:
        before = text
        for code in codes:
            text = mend(text, code, width=_WIDTH)[1]
    return text


def test_all_fixes_at_once_and_code_by_code_in_any_order_give_one_text() -> None:
    tally: Counter[bool] = Counter()

    @settings(GENERATED, max_examples=PROGRAMS // 5)
    @given(surrounded(is_calm=True), st.randoms(use_true_random=False))
    def run(program: Surrounded, random: Random) -> None:
        text = "".join(program.parts)
        repair, whole = mend(text, width=_WIDTH)
        codes = sorted({each.code for each in repair.fixed})
        if len(codes) > 1:
            for order in (codes, codes[::-1], random.sample(codes, len(codes))):
                tally[_one_by_one(text, order) == whole] += 1

    run()
    assert tally.total() >= PROGRAMS // 10
    assert tally[True] >= 0.99 * tally.total(), tally
