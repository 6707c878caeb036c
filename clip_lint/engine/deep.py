"""Reading and checks under one name, so that they are loaded together, and only where a file needs them."""

from clip_lint.checks import run
from clip_lint.checks.discovery import modules
from clip_lint.reading import read

__all__ = ["modules", "read", "run"]
