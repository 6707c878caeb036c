"""Programs mended in memory, for the tests of fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.engine.project import Project
from clip_lint.fixing.session import Repair, fix_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import target_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.core.finding import Finding

BASE = "/nowhere"
USUAL: Mapping[str, str] = {"transformers": "5"}
WIDE = 1_000
"""Nothing is laid out anew: what a test expects is then written as the repair itself writes it."""


def configuration(*codes: str, versions: Mapping[str, str] | None = None) -> Configuration:
    """Every severity; all rules, or those of ``codes``; Transformers 5 unless another version is given."""
    values = {
        "min_severity": Severity.NOTE,
        "preview": True,
        "target_versions": tuple(
            target_version(name, text) for name, text in {**USUAL, **(versions or {})}.items()
        ),
    }
    return Configuration(Overrides(values, Stage(select=codes or ("ALL",))), BASE, isolated=True)


def mend(
    text: str | bytes,
    *codes: str,
    unsafe: bool = True,
    versions: Mapping[str, str] | None = None,
    name: str = "example.py",
    width: int | None = WIDE,
) -> tuple[Repair, str]:
    """What fixing did to a program, and the program; ``width`` is that of its project's formatter."""
    data = text.encode() if isinstance(text, str) else text
    project = Project(configuration(*codes, versions=versions), BASE, isolated=True)
    made = ("wrapped", lambda _, after, __: after) if width == WIDE else ("line_length", lambda _: width)
    with patch(f"clip_lint.fixing.rounds.{made[0]}", made[1]):
        repair, mended = fix_text(project, data, name, unsafe=unsafe)
    return repair, mended.decode()


def findings(text: str, *codes: str, versions: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What is found in a program."""
    return lint_text(
        text.encode(), "example.py", configuration(*codes, versions=versions), BASE, isolated=True
    ).findings
