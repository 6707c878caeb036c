"""What changed since a git revision: files, and their lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from clip_lint.settings.model import ConfigError
from clip_lint.source.excerpts import Excerpts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clip_lint.core.finding import Finding

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb'\\([abfnrtv"\\]|[0-7]{3})')
_ESCAPED = {
    b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b'"': b'"', b"\\": b"\\",
}  # fmt: skip
_ALWAYS = (
    "-c", "core.fsmonitor=false", "-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false",
)  # fmt: skip
"""What a user's or a repository's configuration must not change; no program that it names is run."""


_NO_REPOSITORY = "--diff-base and --changed-only ask git what changed"


@dataclass(frozen=True)
class Changes:
    """The changed files by their real path, each with its changed ranges of lines (first and last); None is all of it."""

    files: Mapping[str, tuple[tuple[int, int], ...] | None]

    def has(self, path: str) -> bool:
        """Whether a file (absolute path) changed."""
        return os.path.realpath(path) in self.files

    def touched(self, findings: Iterable[Finding], base: str) -> tuple[Finding, ...]:
        """The findings of a run in ``base`` that stand on changed lines, or that a changed line explains."""
        excerpts = Excerpts(base)
        return tuple(
            finding
            for finding in findings
            if any(
                self._holds(
                    os.path.join(base, place.path),
                    excerpts.file_line(place, place.start.line),
                    excerpts.file_line(place, place.end.line),
                )
                for place in (finding.place, *(related.place for related in finding.related))
            )
        )

    def _holds(self, path: str, first: int, last: int) -> bool:
        real = os.path.realpath(path)
        if real not in self.files:
            return False
        ranges = self.files[real]
        return ranges is None or any(start <= last and first <= end for start, end in ranges)


def changes_since(revision: str | None, base: str) -> Changes:
    """What changed in the repository around the folder ``base`` since ``revision`` (None: the last commit).

    On a branch of its own, since it left that of ``revision``. What is not committed counts, files that git does not
    know yet included. ConfigError where there is no git, no repository, no such revision.
    """
    if revision is not None and (not revision or revision.startswith("-")):
        raise ConfigError(f"--diff-base: {revision!r} is not a revision")
    top = os.fsdecode(_git(base, "rev-parse", "--show-toplevel", told=_NO_REPOSITORY)).rstrip("\n")
    files: dict[str, tuple[tuple[int, int], ...] | None] = {}
    listed = ["ls-files", "-z", "--others", "--exclude-standard"]
    start = _start(revision, top)
    if start is None:
        listed.append("--cached")
    else:
        patch = _git(
            top, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules", "--unified=0",
            "--inter-hunk-context=0", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", start, "--",
        )  # fmt: skip
        for name, ranges in _ranges(patch):
            files[_real(top, name)] = ranges
    for name in _git(top, *listed).split(b"\0"):
        if name:
            files[_real(top, name)] = None
    return Changes(files)


def _start(revision: str | None, top: str) -> str | None:
    """The commit that the working tree is compared with; None where nothing is committed yet."""
    if revision is None:
        found = _try(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return None if found is None else found.decode("ascii").strip()
    commit = _git(
        top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}",
        told=f"--diff-base: git knows no revision {revision!r} here",
    )  # fmt: skip
    told = f"--diff-base: {revision!r} and HEAD have no commit in common; a shallow clone needs more history (git fetch --unshallow)"
    return _git(top, "merge-base", commit.decode("ascii").strip(), "HEAD", told=told).decode("ascii").strip()


def _ranges(patch: bytes) -> Iterator[tuple[bytes, tuple[tuple[int, int], ...]]]:
    """Each file of a patch without context that still exists, with the ranges of its new lines."""
    lines = patch.split(b"\n")
    name: bytes | None = None
    ranges: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.startswith(b"diff --git "):
            if name is not None:
                yield name, tuple(ranges)
            name, ranges = None, []
        elif line.startswith(b"+++ "):
            path = _unquoted(line[4:].removesuffix(b"\t"))
            name = None if path == b"/dev/null" else path.removeprefix(b"b/")
        elif line.startswith(b"rename to "):
            name = _unquoted(line[10:])
        else:
            hunk = _HUNK.match(line)
            if hunk:
                removed, first, added = (int(part) if part else 1 for part in hunk.groups())
                if added:
                    ranges.append((first, first + added - 1))
                else:  # lines are gone: the two around the gap stand in for them
                    ranges.append((first, first + 1))
                index = _behind(lines, index, removed + added)
    if name is not None:
        yield name, tuple(ranges)


def _behind(lines: list[bytes], index: int, count: int) -> int:
    """Where the ``count`` lines of a hunk end, which may look like headers; remarks between them do not count."""
    while count and index < len(lines):
        count -= not lines[index].startswith(b"\\")
        index += 1
    return index


def _unquoted(name: bytes) -> bytes:
    """A path as git prints it; one with special characters stands in quotes."""
    if not (name.startswith(b'"') and name.endswith(b'"')):
        return name
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1]) or bytes([int(match[1], 8)]), name[1:-1])


def _real(top: str, name: bytes) -> str:
    return os.path.realpath(os.path.join(top, os.fsdecode(name)))


def _git(folder: str, *arguments: str, told: str = "") -> bytes:
    """What git prints; ConfigError with ``told`` (or git's own words) where it fails."""
    done = _run(folder, arguments)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        words = lines[0].removeprefix("fatal: ") if lines else ""
        raise ConfigError(": ".join(filter(None, [told or f"git {arguments[0]} failed", words])))
    return done.stdout


def _try(folder: str, *arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    done = _run(folder, arguments)
    return None if done.returncode else done.stdout


def _run(folder: str, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise ConfigError("git is not installed, and --diff-base and --changed-only ask it what changed")
    return _done([program, *_ALWAYS, *arguments], folder, _without_filters(program, folder))


@cache
def _without_filters(program: str, folder: str) -> tuple[str, ...]:
    """The filters that the repository's own configuration names, and that `git diff` would run."""
    command = [program, "config", "-z", "--show-scope", "--name-only", "--get-regexp", r"^filter\."]
    parts = _done(command, folder).stdout.split(b"\0")
    names = (os.fsdecode(name) for scope, name in pairwise(parts) if scope in (b"local", b"worktree"))
    return tuple(dict.fromkeys(names))


def _done(
    command: list[str], folder: str, switched_off: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """A run of git with some keys of its configuration empty; a name may hold what an option ``-c`` could not."""
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    off = {f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(switched_off, first)}
    off |= {f"GIT_CONFIG_VALUE_{first + number}": "" for number in range(len(switched_off))}
    # Nothing is fetched: a repository may name a program for that as well.
    fixed = {"GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "none", "LC_ALL": "C"}
    environment = {**os.environ, **fixed, **off, "GIT_CONFIG_COUNT": str(first + len(switched_off))}
    return subprocess.run(  # noqa: S603  (no shell; a revision is resolved to a commit before it is used)
        command, cwd=folder, env=environment, capture_output=True, check=False
    )
