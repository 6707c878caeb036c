"""The changelog's fragments become one section."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from packaged import PROJECT


@pytest.fixture
def gather() -> dict[str, Any]:
    return runpy.run_path(str(PROJECT / "changelog.d" / "gather.py"))


def test_entries_stand_under_their_heading_whatever_fragment_they_come_from(gather: dict[str, Any]) -> None:
    made = gather["section"](
        "1.0", {"b.md": "### Added\n\n- two", "a.md": "### Fixed\n- mended\n\n### Added\n- one"}
    )
    assert made == "## 1.0\n\n### Added\n\n- one\n- two\n\n### Fixed\n\n- mended\n"


def test_text_under_no_heading_is_an_error_that_names_the_fragment(gather: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a\.md: text under 'no heading'"):
        gather["section"]("1.0", {"a.md": "- lost"})
    with pytest.raises(ValueError, match=r"a\.md: text under 'Mended'"):
        gather["section"]("1.0", {"a.md": "### Mended\n- lost"})


def test_the_fragments_here_are_well_formed(gather: dict[str, Any]) -> None:
    fragments = {path.name: path.read_text("utf-8") for path in (PROJECT / "changelog.d").glob("*.md")}
    assert fragments
    for name, text in fragments.items():
        assert gather["section"]("1.0", {name: text}).count("\n- ") >= 1
