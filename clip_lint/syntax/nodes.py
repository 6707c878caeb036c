"""The syntax tree that reading walks: the standard library's node and field names."""

from __future__ import annotations

from ast import *  # noqa: F403
