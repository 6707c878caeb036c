"""The thin syntax tree: nodes of the standard library's names and fields, made from libcst's tree, the same on every Python."""

from __future__ import annotations

from clip_lint.syntax.base import *  # noqa: F403
from clip_lint.syntax.expressions import *  # noqa: F403
from clip_lint.syntax.operators import *  # noqa: F403
from clip_lint.syntax.parts import *  # noqa: F403
from clip_lint.syntax.statements import *  # noqa: F403
