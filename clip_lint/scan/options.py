"""What a scan is asked to do: small frozen values that travel to workers."""

from __future__ import annotations

from dataclasses import dataclass, field

from clip_lint.settings.model import Overrides


class ScanError(Exception):
    """A scan cannot be made as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table of sources are called. ``commit`` need not be there."""

    repo: str = "repo"
    path: str = "path"
    content: str = "content"
    commit: str = "commit"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one repository may cost, and when a worker is replaced."""

    seconds: float = 300.0
    """Of processor time, for one repository; ten times as many may pass on the clock."""
    megabytes: int = 600
    """Of memory, for one worker process; a repository that takes more costs its worker."""
    repository_megabytes: int = 200
    """Of files, for one repository."""
    repositories: int = 2_000
    """After so many repositories a worker is replaced by a new one."""


@dataclass(frozen=True, slots=True)
class Linting:
    """How each repository is linted: what the command line says, and what is wanted of the findings."""

    overrides: Overrides = field(default_factory=Overrides)
    file: str | None = None
    """A configuration for all of them, in place of their own."""
    isolated: bool = False
    """Neither their own configurations nor the versions that they pin are obeyed."""
    fixes: bool = True
    """Whether it is worked out how each finding is repaired."""
    sarif: bool = False
    suppressed: bool = False
    """Whether silenced findings are kept, too."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What comes in place of an answer where a task cost its worker: why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be linted: an input, a row, a file or a whole repository, and why."""

    kind: str
    reason: str
    repo: str | None = None
    path: str | None = None

    def key(self) -> tuple[str, str, str, str]:
        """What failures are put in order by."""
        return self.repo or "", self.path or "", self.kind, self.reason
