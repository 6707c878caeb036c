"""Transformers of a few forms, from which the repairs are put together. Each changes one node and leaves the rest."""

from __future__ import annotations

from clip_lint.codemods.shapes.arguments import AddArgument, spread
from clip_lint.codemods.shapes.expressions import Replace, Unwrap, Wrap, each_of
from clip_lint.codemods.shapes.statements import Decorate, called, under

__all__ = ["AddArgument", "Decorate", "Replace", "Unwrap", "Wrap", "called", "each_of", "spread", "under"]
