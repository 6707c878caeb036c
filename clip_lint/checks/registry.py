"""How a check is declared: a plain function over facts that knows its code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from clip_lint.finding import Finding

if TYPE_CHECKING:
    from clip_lint.reading.facts import Facts

Check = Callable[["Facts"], Iterator[Finding]]
