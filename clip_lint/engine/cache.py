"""The findings of earlier runs, by content: a file that did not change is not read again.

One JSON file for each version of clip-lint, set of settings and working folder. It is written whole and moved into place,
so two runs at once cost each other at most some entries; whatever cannot be read counts as no cache.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, read_bytes
from clip_lint.core.version import __version__
from clip_lint.engine.cache_folder import cache_folder, prepare, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.settings.model import Settings

_FORMAT = 3
_MAX_BYTES = 500_000_000
_SETTLED_NS = 2_000_000_000
"""A file younger than this when it was read may change again without its time stamp showing it."""

Stamp = list[int]


def digest(data: bytes) -> str:
    """The name of some content."""
    return blake2b(data, digest_size=16).hexdigest()


class Cache:
    """What is remembered of each file (stamp, digest of its content, scan, result), and what is seen of it now."""

    def __init__(self, folder: str, key: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, f"{key}.json")
        self._files: dict[str, tuple[Stamp | None, str]] = {}
        self._scans: dict[str, Any] = {}
        self._results: dict[str, Any] = {}
        self._fixes: dict[str, Any] = {}
        self._now: dict[str, tuple[Stamp | None, str] | None] = {}
        self._changed = False
        self._load()

    def is_current(self, path: str) -> bool:
        """Whether what is remembered of the file at ``path`` holds for the content that it has now."""
        known = self._files.get(path)
        return known is not None and self.content(path) == known[1]

    def content(self, path: str) -> str | None:
        """The digest of the content of a file now, None where it cannot be read."""
        if path not in self._now:
            known = self._files.get(path)
            if known is not None and known[0] is not None and known[0] == _stamp(path):
                self._now[path] = known
            else:
                try:
                    self.read(path)
                except UnreadableError:
                    self._now[path] = None
        now = self._now[path]
        return now[1] if now is not None else None

    def scan(self, path: str) -> Any:
        """What its bytes told, None where nobody looked."""
        return self._scans.get(path)

    def result(self, path: str) -> Any:
        """What was kept for a file, None where it was not linted."""
        return self._results.get(path)

    def fixes(self, path: str, key: str) -> Any:
        """The fixes of a file's findings, None where they were made for other circumstances (``key``)."""
        known = self._fixes.get(path)
        return known[1] if isinstance(known, list) and len(known) == 2 and known[0] == key else None

    def keep_fixes(self, path: str, key: str, fixes: Any) -> None:
        """Remember the fixes of a file's findings."""
        self._fixes[path] = [key, fixes]
        self._changed = True

    def read(self, path: str) -> bytes:
        """The content of a file; UnreadableError as `read_bytes`."""
        # The stamp first: should the file change meanwhile, the next run finds an old stamp and looks again.
        stamp = _settled(_stamp(path))
        data = read_bytes(path)
        now = (stamp, digest(data))
        self._now[path] = now
        known = self._files.get(path)
        if known is not None and known[1] == now[1] and known[0] != stamp:
            self._files[path] = now  # the same content under a new time stamp
            self._changed = True
        return data

    def keep(self, path: str, result: Any) -> None:
        """Remember what the content that `read` gave led to; None for nothing."""
        now = self._now.get(path)
        if now is None:
            return
        self._update(path, now)
        if result is None:
            self._results.pop(path, None)
        else:
            self._results[path] = result

    def keep_scan(self, path: str, found: Any) -> None:
        """Remember what the bytes that `read` gave tell."""
        now = self._now.get(path)
        if now is not None:
            self._update(path, now)
            self._scans[path] = found

    def _update(self, path: str, now: tuple[Stamp | None, str]) -> None:
        known = self._files.get(path)
        if known is not None and known[1] != now[1]:
            self._scans.pop(path, None)
            self._results.pop(path, None)
        self._files[path] = now
        self._changed = True

    def save(self, visited: Iterable[str]) -> None:
        """Write the cache if it changed. Files that are gone and were not visited in this run are dropped.

        A cache that cannot be written (a read-only tree) is no error: the next run is slower, nothing else.
        """
        if not self._changed:
            return
        seen = set(visited)
        files = {path: known for path, known in self._files.items() if path in seen or os.path.exists(path)}
        scans = {path: found for path, found in self._scans.items() if path in files}
        results = {path: result for path, result in self._results.items() if path in files}
        fixes = {path: made for path, made in self._fixes.items() if path in files}
        document = {"format": _FORMAT, "files": files, "scans": scans, "results": results, "fixes": fixes}
        text = json.dumps(document, separators=(",", ":"))
        with contextlib.suppress(OSError):
            if not prepare(self._folder):
                return
            descriptor, temporary = tempfile.mkstemp(".tmp", "cache-", self._folder)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                    stream.write(text)
                os.replace(temporary, self._path)
            except BaseException:
                os.unlink(temporary)
                raise

    def _load(self) -> None:
        try:
            document = json.loads(read_bytes(self._path, _MAX_BYTES, follow=False))
            if document["format"] != _FORMAT:
                return
            files = {path: (stamp, str(name)) for path, (stamp, name) in document["files"].items()}
            scans, results, fixes = document["scans"], document["results"], document["fixes"]
            if isinstance(scans, dict) and isinstance(results, dict) and isinstance(fixes, dict):
                self._files, self._scans, self._results, self._fixes = files, scans, results, fixes
        except (UnreadableError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return  # no cache, or one that was cut short: start afresh


def _stamp(path: str) -> Stamp | None:
    """Times and size of a file, None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size]


def _settled(stamp: Stamp | None) -> Stamp | None:
    """None for a stamp too young to tell the next change by."""
    return stamp if stamp is not None and time.time_ns() - max(stamp[:2]) > _SETTLED_NS else None


def open_cache(settings: Settings, base: str) -> tuple[Cache | None, str]:
    """The cache of everything that results depend on besides the files themselves; None, and why, where there is none."""
    folder = cache_folder(settings, base)
    reason = refusal(folder)
    if reason:
        return None, f"{folder}: warning: nothing is kept between runs: {reason}"
    key = "\0".join([__version__, sys.version, base, *_own_files()])
    extra = [_table(path) for path in settings.extra_libraries]
    return Cache(folder, digest(b"\0".join([key.encode("utf-8", "surrogateescape"), *extra]))), ""


def _table(path: str) -> bytes:
    try:
        return read_bytes(path, MAX_SETTINGS)
    except UnreadableError:
        return b""  # whoever reads it next says so


def _own_files() -> Iterator[str]:
    """The stamps of clip-lint's own sources, tables and cards: who develops them must not see old findings."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            yield f"{name}:{status.st_mtime_ns}:{status.st_size}"
