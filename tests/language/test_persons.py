"""Names of people by their form, medical findings by the kind of picture, and what only looks like either."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.language import read_prompt


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a photo of Angela Abernathy", "person"),
        ("a picture of Walter T. Quimby", "person"),
        ("President Lincoln", "person"),
        ("a portrait of Picasso", "person"),
        ("a normal radiograph of the wrist", "medical"),
        ("an MRI of a healthy knee", "medical"),
        ("diseased lungs", "medical"),
    ],
)
def test_names_and_findings_are_narrow_by_themselves(text: str, kind: str) -> None:
    assert [found.name for found in read_prompt(text).kinds] == [kind]
    assert answer(Request((text,))).findings[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    "text",
    ["a king crab", "Daisy Meadow", "Victoria Falls", "a queen bee", "healthy food", "a chest x-ray", "an ultrasound of a fetus", "angela"],
)  # fmt: skip
def test_what_is_written_like_a_name_is_none(text: str) -> None:
    assert not read_prompt(text).kinds


def test_a_name_in_a_longer_caption_is_mentioned() -> None:
    given = answer(Request(("Tom Hanks opening a library with children and balloons",)))
    assert [finding.severity for finding in given.findings if finding.code == "CLP105"] == [Severity.NOTE]
    assert not read_prompt("Angela Abernathy opening a library with children and balloons").kinds
