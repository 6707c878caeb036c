"""Correct programs with findings forced on them: the run contradicts each, however the right thing is done."""

from __future__ import annotations

from pathlib import Path

import more_right_programs as more
import pytest
import right_programs

from clip_lint.observation.verdicts import Seen

pytest.importorskip("transformers")
watched = pytest.importorskip("watched")

PROGRAMS = {**right_programs.RIGHT, **more.MORE}


def test_there_are_programs_near_most_rules() -> None:
    codes = {each.code for story in PROGRAMS for each in right_programs.forced(PROGRAMS[story])[1]}
    assert len(PROGRAMS) >= 50
    assert len(codes) >= 40


@pytest.mark.parametrize("story", PROGRAMS)
def test_a_run_contradicts_what_is_wrongly_said_of_it(story: str, libraries: Path) -> None:
    program, findings = right_programs.forced(PROGRAMS[story])
    result, ended = watched.watch(program, libraries, findings)
    assert (ended, result.failures) == (None, ())
    expected = Seen.NOT_REACHED if story in more.UNSEEN else Seen.CONTRADICTED
    assert {each.finding.code: each.seen for each in result.outcomes} == {
        each.code: expected for each in findings
    }
    assert [(each.code, each.words) for each in result.missed] == []


STILL_TOLD = {"gradients off by a decorator of its own": "CLP402"}
"""What linting says of them all the same, wrongly: a run is the way out."""


@pytest.mark.usefixtures("nothing_around")
def test_linting_says_nothing_of_most_of_them() -> None:
    told: dict[str, str] = {}
    for story, marked in PROGRAMS.items():
        program, findings = right_programs.forced(marked)
        wrong = {each.code for each in findings} & {each.code for each in watched.linted(program)}
        if wrong:
            told[story] = ", ".join(sorted(wrong))
    assert told == STILL_TOLD
