"""What every repair is: a class that makes patches for the findings of its rule in one program."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from clip_lint.core.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.syntax.edits import Change

SAFE, UNSAFE, SUGGESTION = Applicability.SAFE, Applicability.UNSAFE, Applicability.SUGGESTION


class Stage(IntEnum):
    """Which repair goes first where several meet: what a value is comes before what is made of it."""

    OPEN = 1
    """Take the tensor out of an output object."""
    FEED = 2
    """What goes into tokenizers."""
    LOAD = 3
    """Which checkpoint, which pixels."""
    NORMALIZE = 4
    """Vectors of length one."""
    SCORE = 5
    """What is made of cosines."""
    LABEL = 6
    """The texts themselves."""
    EVALUATE = 7
    """Evaluation mode."""
    BATCH = 8
    """Many items a call."""
    HOIST = 9
    """What need not be done again and again."""
    GRADIENTS = 10
    """Which statements run without gradients, when all of them have their form."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A repair of one finding: what it does, whether it may be written unasked, and the changes."""

    applicability: Applicability
    message: str
    changes: tuple[Change, ...] = ()


class Codemod(ABC):
    """The repair of one rule in one program; made once for all findings of the rule.

    Subclasses live in `clip_lint.codemods`, in a module named as the rule with underscores. The name of the class says what
    it does: by that name libcst's tool runs it.
    """

    stage: ClassVar[Stage]

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        """Take up the findings of this rule that nobody silenced."""
        self.program = program
        self.findings = findings

    @abstractmethod
    def patch(self, finding: Finding) -> Patch:
        """The repair of one finding; NoFixError where it is not sure to be right."""


def said(finding: Finding, role: str) -> str:
    """What the check says under a role, empty where it says nothing."""
    return next((each.value for each in finding.details if each.key == role), "")


def place_of(finding: Finding, role: str) -> Place | None:
    """The first place that the check gives a role, None where there is none."""
    return next((each.place for each in finding.details if each.key == role), None)
