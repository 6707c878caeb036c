"""The folder of results: what was asked for, what is done, and that nobody else works there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from clip_lint.core.version import __version__
from clip_lint.scan import store
from clip_lint.scan.options import ScanError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
STATISTICS = "statistics.json"
_FORMAT = 1
_LOCK, _WORK, _SCRATCH = ".lock", "work", "scratch"
_KINDS = ("findings", "repositories", "failures", "sarif")


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes two scans the same one: input, settings, version."""

    input: str
    options: str

    @classmethod
    def of(cls, stamps: object, options: object) -> Plan:
        """The plan of an input and of options, each told apart by how it prints."""
        return cls(
            *(
                blake2b(repr(each).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
                for each in (stamps, options)
            )
        )


class Ledger:
    """One folder of results. ``is_new`` says whether nothing was done yet."""

    def __init__(self, folder: str, plan: Plan, *, restart: bool = False) -> None:
        self.folder = os.path.abspath(folder)
        self.work = os.path.join(self.folder, _WORK)
        self._plan = plan
        os.makedirs(self.folder, exist_ok=True)
        known = _manifest(os.path.join(self.folder, MANIFEST))
        if known is None and set(os.listdir(self.folder)) - {_LOCK}:
            raise ScanError(f"{folder}: holds other files; name a folder that is empty or not there yet")
        mine = {"format": _FORMAT, "version": __version__, "input": plan.input, "options": plan.options}
        if known is not None and restart:
            self._clear()
            known = None
        if known is not None and {key: known.get(key) for key in mine} != mine:
            differing = ", ".join(key for key, value in mine.items() if known.get(key) != value)
            raise ScanError(
                f"{folder}: holds another scan ({differing} differs); name another folder, or start anew with --restart"
            )
        self.state: dict[str, Any] = known if known is not None else {**mine, "state": "begun"}
        self.is_new = known is None
        if self.is_complete:
            shutil.rmtree(self.work, ignore_errors=True)  # who finished it was killed before
            return
        for name in ("sieve", "rows"):
            os.makedirs(os.path.join(self.work, name), exist_ok=True)
        for name in _KINDS:
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        self._remove_scratch()
        self.save()

    @property
    def is_complete(self) -> bool:
        """Whether all of it is done."""
        return bool(self.state["state"] == "complete")

    def save(self, **values: Any) -> None:
        """Write down how far it is."""
        self.state.update(values)
        store.write_json(os.path.join(self.folder, MANIFEST), self.state)

    def part(self, kind: str, shard: int, suffix: str) -> str:
        """The file of a shard's results of one kind."""
        return os.path.join(self.folder, kind, f"part-{shard:05}{suffix}")

    def parts(self, kind: str, suffix: str) -> list[str]:
        """All such files, in order."""
        folder = os.path.join(self.folder, kind)
        return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(suffix))

    @contextmanager
    def scratch(self) -> Iterator[str]:
        """A private folder for sources; where the process is killed, the next one removes it."""
        folder = tempfile.mkdtemp(prefix="clip-lint-scan-")
        self.save(**{_SCRATCH: folder})
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self.save(**{_SCRATCH: ""})

    def finish(self) -> None:
        """All is done: what was kept between the passes is of no more use."""
        self.save(state="complete")
        shutil.rmtree(self.work, ignore_errors=True)

    def _remove_scratch(self) -> None:
        """Remove what a killed process left behind, and only that."""
        left = self.state.get(_SCRATCH)
        if isinstance(left, str) and os.path.basename(left).startswith("clip-lint-scan-"):
            try:
                is_ours = not hasattr(os, "getuid") or os.lstat(left).st_uid == os.getuid()
            except OSError:
                return
            if is_ours and not os.path.islink(left):
                shutil.rmtree(left, ignore_errors=True)

    def _clear(self) -> None:
        for name in (*_KINDS, _WORK):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        for name in os.listdir(self.folder):
            if name in (MANIFEST, STATISTICS, "rules.parquet", "failures.jsonl"):
                os.unlink(os.path.join(self.folder, name))


@contextmanager
def alone(folder: str) -> Iterator[None]:
    """Inside, no other scan works in the folder; ScanError where one does."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, _LOCK), "ab") as stream:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415  (not on Windows)

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ScanError(f"{folder}: another scan works there") from None
        yield


def _manifest(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as stream:
            value = json.load(stream)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ScanError(f"{path}: cannot be read: {error}") from None
    return value if isinstance(value, dict) else None
