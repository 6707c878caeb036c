"""The one error that verification shows to people."""

from __future__ import annotations


class VerifyProblem(Exception):  # noqa: N818 (a problem of the user's set-up, not of the program)
    """Something that keeps verification from running: one line that says what, where and what to do."""
