"""What the checks of one rule say of a program, preview and notes included."""

from __future__ import annotations

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage


def told(program: str, code: str, name: str = "program.py") -> list[Finding]:
    """The findings of ``code`` in a program, which is the content of the file ``name``."""
    values = {"min_severity": Severity.NOTE, "preview": True}
    configuration = Configuration(Overrides(values, Stage(select=(code,))), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), name, configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return [each for each in outcome.reported if each.code == code]
