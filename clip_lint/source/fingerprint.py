"""What a finding is called across versions of a file: the same when lines move, another when its code changes."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from clip_lint.source.load import display_name
from clip_lint.source.project_top import find_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.source.model import Source


def anchored(finding: Finding, source: Source | None) -> Finding:
    """The finding with the code it stands on as its fingerprint, whatever line that is on.

    Its file counts by its path in the project, so that it does not matter in which folder the command ran.
    """
    text = "\n".join(line.strip() for line in _lines(finding, source))
    path = finding.place.path if source is None else in_project(str(source.file), source.path)
    digest = blake2b(f"{finding.code}\0{path}\0{text}".encode("utf-8", "surrogatepass"), digest_size=12)
    return replace(finding, fingerprint=digest.hexdigest())


def in_project(file: str, name: str) -> str:
    """The path of ``file`` (absolute) in its project; ``name``, as reports print it, where it belongs to none."""
    top = find_project(os.path.dirname(file))
    return name if top is None else display_name(file, top)


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, in order, with equal anchors told apart by how often they occurred before."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        seen[finding.fingerprint] += 1
        count = seen[finding.fingerprint]
        found.append(
            finding if count == 1 else replace(finding, fingerprint=f"{finding.fingerprint}-{count}")
        )
    return found


def _lines(finding: Finding, source: Source | None) -> Sequence[str]:
    if source is None:
        return ()
    offset = 0
    for cell in source.cells:
        if cell.number == finding.place.cell:
            offset = cell.first_line - 1
    return source.lines[offset + finding.place.start.line - 1 : offset + finding.place.end.line]
