"""What a check reports: the value that flows on to reports, fixes and verification."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.core.evidence import Evidence, EvidenceRequest
    from clip_lint.core.place import Place, Position


class Severity(IntEnum):
    """How much a finding matters; ordered, so that ``--min-severity`` is a comparison."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def named(cls, name: str) -> Severity:
        """The severity called ``name`` (note, warning, error); KeyError if there is none."""
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()


class Applicability(Enum):
    """Whether a fix may be written: by ``--fix``, only with ``--unsafe-fixes``, or never."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text from ``start`` to ``end`` (exclusive) of the finding's file by ``text``.

    ``cell`` is the notebook cell in which it happens; None stands for the finding's own.
    """

    start: Position
    end: Position
    text: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: what it does, whether it may be applied unasked, and its edits (none for a pure suggestion)."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...] = ()
    order: int = 0
    """Where fixes meet, the one with the lower number goes first."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains the finding, such as where the features came from."""

    place: Place
    message: str


WRITTEN = "written here"
"""What is related as the line of a data file that a finding is about, which itself stands where a program opens the file."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What a check declares to whoever repairs the finding: a role (``key``), what is known (``value``), and its place."""

    key: str
    value: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One reported fault.

    ``message`` names the variable and says what happens to the result; ``help`` says what to write instead.
    ``model`` is the checkpoint or architecture as the code names it, if known. ``fingerprint`` stays the same when
    lines move (set by the engine, empty in checks).
    """

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    help: str = ""
    related: tuple[Related, ...] = ()
    model: str | None = None
    fingerprint: str = ""
    suppressed: bool = False
    known: bool = False
    """Whether a baseline holds it; it is then suppressed as well."""
    run_alone: tuple[str, ...] = ()
    """The functions (``path::qualified.name``) whose reading by themselves gave this: void where other files call them."""
    group: str = ""
    """Findings of one rule with the same one are mended together: by a decorator of their function, in the constant that they share."""
    fix: Fix | None = None
    details: tuple[Detail, ...] = ()
    """What a repair must know that cannot be read off the place: no edits, those are made when somebody asks."""
    request: EvidenceRequest | None = None
    """What verification needs to measure it; None where nothing can be measured."""
    evidence: Evidence | None = None
    """What verification measured; None where it did not run."""
