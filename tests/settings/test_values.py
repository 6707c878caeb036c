"""Single values at their borders, and what holds where nobody says anything."""

from __future__ import annotations

import pkgutil

import pytest

import clip_lint.report
from clip_lint.report import report
from clip_lint.settings.extending import extended
from clip_lint.settings.formats import FORMATS
from clip_lint.settings.globs import LONGEST, MOST
from clip_lint.settings.model import Settings
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import bad_format, bad_pattern, specifier_of
from clip_lint.settings.verifying import Verifying


def test_every_module_that_writes_findings_is_a_format_that_can_be_asked_for() -> None:
    """A report that no name leads to could be written by nobody."""
    modules = [each.name for each in pkgutil.iter_modules(clip_lint.report.__path__)]
    writers = {
        name
        for name in modules
        if hasattr(getattr(__import__(f"clip_lint.report.{name}").report, name), f"{name.capitalize()}Report")
    }
    assert set(FORMATS) == writers
    assert all(type(report(name)).__module__ == f"clip_lint.report.{name}" for name in FORMATS)


def test_a_version_may_have_two_hundred_characters() -> None:
    longest = "1.2.3+" + "a" * 194
    assert specifier_of(f"=={longest[:-2]}") == f"=={longest[:-2]}"
    assert specifier_of(f"=={longest[:-1]}") is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("5", "==5.*"),
        ("4.40", "==4.40.*"),
        ("4.40.1", "==4.40.1"),
        (" >=4,<5 ", "<5,>=4"),
        ("", None),
        ("new", None),
    ],
)
def test_a_version_is_meant_as_people_write_it(said: str, meant: str | None) -> None:
    assert specifier_of(said) == meant


def test_patterns_have_a_longest_and_there_is_a_most() -> None:
    assert bad_pattern(("a" * LONGEST,), "/p") is None
    assert "longer than 1,000 characters" in str(bad_pattern(("a" * (LONGEST + 1),), "/p"))
    assert bad_pattern(("a",) * MOST, "/p") is None
    assert bad_pattern(("a",) * (MOST + 1), "/p") == "more than 1,000 patterns"


def test_a_format_may_name_a_file_but_no_empty_one() -> None:
    assert bad_format("json") is None
    assert bad_format("json:out.json") is None
    assert bad_format("json:") == "'json:' names no file after the colon"


def test_patterns_count_from_the_configuration_that_says_them() -> None:
    """A name means a file anywhere; what has a slash stays where its own configuration put it."""
    below = Settings(
        base="/house",
        exclude=("gen", "./src/old/*", "/abs/x"),
        per_file_ignores=(("!tests/*", ("CLP4",)), ("conftest.py", ("CLP1",))),
    )
    above = extended(below, "/house/flat", "/house/flat/clip-lint.toml", {}, Stage())
    assert above.exclude == ("gen", "/house/src/old/*", "/abs/x")
    assert above.per_file_ignores == (("!/house/tests/*", ("CLP4",)), ("conftest.py", ("CLP1",)))
    assert above.base == "/house/flat"


def test_without_an_option_verification_leaves_no_finding_out_and_may_fetch() -> None:
    """`--verified-only` and `--offline` are asked for."""
    plain = Verifying()
    assert not plain.verified_only
    assert not plain.offline
    assert plain.given == ()
    assert Verifying(offline=True, sample=3).given == ("--offline", "--sample")
