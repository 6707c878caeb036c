"""One finding silenced where it stands: what an editor offers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.core.finding import Edit
from clip_lint.syntax.comments import takers_of
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from clip_lint.core.place import Place
    from clip_lint.source.model import Source

_NOQA = re.compile(r"#\s*noqa\s*:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*\s*$", re.IGNORECASE)


def silencing(source: Source, place: Place, code: str) -> Edit | None:
    """The edit that puts ``# noqa: CODE`` on the statement in which a finding of ``source`` begins.

    A noqa with codes that ends the line already gets one more. None where no line of the statement takes a comment.
    """
    try:
        line = takers_of(source.text).get(source.program_line(place.cell, place.start.line))
    except UnparsableError:
        return None
    if line is None:
        return None
    text = source.lines[line - 1].rstrip()
    added = f", {code}" if _NOQA.search(text) else f"  # noqa: {code}"
    cell, position = source.position(line, len(text))
    return Edit(position, position, added, cell or None)
