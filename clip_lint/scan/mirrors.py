"""Bare repositories, read through git's plumbing: nothing of them is run, fetched or checked out."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Self

from clip_lint.scan.reading import Row
from clip_lint.source.discovery import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_CONFIG = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never", "safe.directory=*",
    "core.useReplaceRefs=false", "core.alternateRefsCommand=", "core.sshCommand=false", "credential.helper=", "gc.auto=0",
)  # fmt: skip
"""What the repository's own configuration cannot say: no program that it names is run, and nothing is fetched."""
_REGULAR = (b"100644", b"100755", b"100664")
_SOURCE_BYTES = 50_000_000
_OTHER_BYTES = 5_000_000
"""Larger files are there by name and size only, as nothing reads more of them."""
_UNREAD = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".ico", ".mp4", ".mp3", ".wav", ".zip", ".gz", ".xz", ".bz2", ".7z",
    ".pt", ".pth", ".bin", ".onnx", ".safetensors", ".npy", ".npz", ".pkl", ".h5", ".so", ".pdf", ".woff", ".woff2", ".ttf",
)  # fmt: skip
_SECONDS = 600
_INCOMPLETE = "git cannot read one of its files: the mirror is damaged or incomplete"


class MirrorError(Exception):
    """A mirror cannot be read; the message says why."""


class Mirror:
    """The files of the commit that a bare repository's HEAD names."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.abspath(folder)
        self._git = shutil.which("git")
        self._reader: subprocess.Popen[bytes] | None = None
        self.commit = ""
        self._files: list[tuple[bytes, bytes, int]] = []

    def __enter__(self) -> Self:
        if self._git is None:
            raise MirrorError("git is not installed")
        if not os.path.isdir(self._folder):
            raise MirrorError("no such mirror")
        self.commit = (
            self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
            .decode("ascii")
            .strip()
        )
        listing = self._ask("ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)
        for entry in listing.split(b"\0"):
            about, _, path = entry.partition(b"\t")
            words = about.split()
            if len(words) == 4 and words[0] in _REGULAR:
                if not words[3].isdigit():
                    raise MirrorError(_INCOMPLETE)
                self._files.append((path, words[2], int(words[3])))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.kill()
            self._reader.communicate()

    @property
    def size(self) -> int:
        """Bytes of the files whose content is read."""
        return sum(size for path, _, size in self._files if _is_read(path, size))

    def sources(self, repo: str) -> Iterator[Row]:
        """What says whether it is worth linting: its programs and configurations, in git's order."""
        for path, name, size in self._files:
            shown = os.fsdecode(path)
            if shown.endswith((*SUFFIXES, ".toml")) and _is_read(path, size):
                yield Row(repo, shown, self._blob(name, size), self.commit)

    def files(self) -> Iterator[tuple[str, bytes | int]]:
        """All of its files, of what nothing reads only the size. Links and submodules are left out."""
        for path, name, size in self._files:
            yield os.fsdecode(path), self._blob(name, size) if _is_read(path, size) else size

    def _blob(self, name: bytes, size: int) -> bytes:
        if self._reader is None:
            self._reader = subprocess.Popen(  # noqa: S603  (git with our own words only)
                self._command("cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=self._folder,
            )
        if self._reader.stdin is None or self._reader.stdout is None:
            raise MirrorError("git cannot be asked")
        try:
            self._reader.stdin.write(name + b"\n")
            self._reader.stdin.flush()
            header = self._reader.stdout.readline().split()
            if len(header) != 3 or header[1] != b"blob" or int(header[2]) != size:
                raise MirrorError(_INCOMPLETE)
            data = self._reader.stdout.read(size + 1)
        except (OSError, ValueError) as error:
            raise MirrorError(f"git cannot be asked: {error}") from None
        if len(data) != size + 1:
            raise MirrorError("git ended while one of its files was read: the mirror is damaged")
        return data[:-1]

    def _ask(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  (git with our own words only)
                self._command(*arguments),
                capture_output=True,
                env=_environment(),
                cwd=self._folder,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MirrorError(f"git cannot be asked: {error}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise MirrorError(f"git cannot read it: {said[-1] if said else 'it has no commit at HEAD'}")
        return done.stdout

    def _command(self, *arguments: str) -> list[str]:
        options = [word for each in _CONFIG for word in ("-c", each)]
        fixed = ["--git-dir", self._folder, "--no-replace-objects", "--no-optional-locks", "--no-pager"]
        return [self._git or "git", *options, *fixed, *arguments]


def _is_read(path: bytes, size: int) -> bool:
    name = os.fsdecode(path).lower()
    return size <= (
        _SOURCE_BYTES if name.endswith(SUFFIXES) else 0 if name.endswith(_UNREAD) else _OTHER_BYTES
    )


def _environment() -> dict[str, str]:
    """An environment in which git obeys nobody but us."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "LC_ALL": "C",
    }
