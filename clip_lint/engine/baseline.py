"""The findings that a project knows of already: a file that can only shrink."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.settings.model import ConfigError
from clip_lint.source.fingerprint import in_project

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clip_lint.core.finding import Finding

DEFAULT_NAME = "clip-lint-baseline.json"
_KEY = "clip-lint-baseline"
_VERSION = 1
_FIELDS = ("path", "code", "fingerprint", "message")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding. Only ``fingerprint`` counts; the rest is for people and for `prune`.

    ``path`` counts from the top of the project, or from where the command ran if there is none.
    """

    path: str
    code: str
    fingerprint: str
    message: str


def entry_of(finding: Finding, base: str) -> Entry:
    """A finding of a run in the folder ``base`` as an entry."""
    path = finding.place.path
    file = os.path.normpath(os.path.join(base, path))
    return Entry(in_project(file, path), finding.code, finding.fingerprint, finding.message)


def read_baseline(path: str) -> tuple[Entry, ...]:
    """The entries of a baseline file; ConfigError where it is none."""
    try:
        data = read_bytes(path)
    except UnreadableError as error:
        if not os.path.lexists(path):
            raise ConfigError(f"{path}: no such baseline; `clip-lint baseline create` makes one") from None
        raise ConfigError(f"{path}: {error}") from None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not a baseline: {error}") from None
    if not isinstance(document, dict) or document.get(_KEY) != _VERSION:
        raise ConfigError(f"{path}: not a baseline of this version of clip-lint: `{_KEY}` is not {_VERSION}")
    rows = document.get("findings")
    if not isinstance(rows, list):
        raise ConfigError(f"{path}: not a baseline: `findings` is no list")
    entries = []
    for number, row in enumerate(rows, 1):
        found = [row.get(name) for name in _FIELDS] if isinstance(row, dict) else []
        values = [value for value in found if isinstance(value, str)]
        if len(values) != len(_FIELDS):
            raise ConfigError(f"{path}: not a baseline: finding {number} lacks one of {', '.join(_FIELDS)}")
        entries.append(Entry(*values))
    return tuple(entries)


def write_baseline(path: str, entries: Iterable[Entry]) -> None:
    """Put the entries in a file, one a line and in order, so that versions compare and merge well; all or nothing."""
    rows = ",\n  ".join(
        json.dumps({name: getattr(entry, name) for name in _FIELDS}) for entry in sorted(set(entries))
    )
    body = f"[\n  {rows}\n ]" if rows else "[]"
    text = f'{{\n "{_KEY}": {_VERSION},\n "findings": {body}\n}}\n'
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".clip-lint-", dir=os.path.dirname(path))
        try:
            with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as stream:
                stream.write(text)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from None


def marked(findings: Iterable[Finding], entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """The findings, those that the baseline holds marked as known and suppressed."""
    known = {entry.fingerprint for entry in entries}
    return tuple(
        replace(finding, suppressed=True, known=True)
        if finding.fingerprint in known and not finding.suppressed
        else finding
        for finding in findings
    )


def remaining(
    entries: Iterable[Entry], found: Iterable[Entry], linted: Collection[str], exists: Collection[str]
) -> list[Entry]:
    """The entries that still stand.

    Gone is what was not ``found`` in a file that was ``linted``, and what stood in a file that ``exists`` no more.
    Nothing is ever added.
    """
    current = {entry.fingerprint for entry in found}
    return [
        entry
        for entry in entries
        if entry.path in exists and (entry.path not in linted or entry.fingerprint in current)
    ]
