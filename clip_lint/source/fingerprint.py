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


class Anchors:
    """Findings get the code that they stand on as their fingerprint, whatever line that is on.

    Their file counts by its path in the project, so that it does not matter in which folder the command ran. Thousands of findings
    may share a line of a megabyte, which is then looked at once for each rule.
    """

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._digests: dict[tuple[str, str, int, int, int], str] = {}

    def anchored(self, finding: Finding, source: Source | None) -> Finding:
        """A finding with its fingerprint; ``source`` is the program that it stands in."""
        place = finding.place
        key = finding.code, place.path, place.cell, place.start.line, place.end.line
        if key not in self._digests:
            text = "\n".join(line.strip() for line in _lines(finding, source))
            named = f"{finding.code}\0{self._path(place.path, source)}\0{text}"
            digest = blake2b(named.encode("utf-8", "surrogatepass"), digest_size=12)
            self._digests[key] = digest.hexdigest()
        return replace(finding, fingerprint=self._digests[key])

    def _path(self, name: str, source: Source | None) -> str:
        if source is None:
            return name
        if name not in self._paths:
            self._paths[name] = in_project(str(source.file), source.path)
        return self._paths[name]


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
    place = finding.place
    first = source.program_line(place.cell, place.start.line) - 1
    return source.lines[first : source.program_line(place.cell, place.end.line)]
