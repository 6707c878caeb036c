"""Findings beside sightings: each is observed, contradicted or not reached, and what no finding speaks of was missed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from clip_lint.observation.texts import is_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.observation.seen import Sighting


class Seen(Enum):
    """What a run says of a finding."""

    OBSERVED = "observed"
    """The run did what the finding says."""
    CONTRADICTED = "contradicted"
    """The run came by, and did it right every time."""
    NOT_REACHED = "not reached"
    """The run did not come by, or with nothing that would show it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finding, what the run says of it, and in which words."""

    finding: Finding
    seen: Seen
    words: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says of all findings. ``missed`` are faults that it showed where the linter says nothing.

    ``failures`` are what watching itself stumbled over, in short: the program never noticed.
    """

    outcomes: tuple[Outcome, ...]
    missed: tuple[Sighting, ...]
    failures: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether a reported finding was observed, or a fault that was missed: what an exit status is made of."""
        return bool(self.missed) or any(
            each.seen is Seen.OBSERVED and not each.finding.suppressed for each in self.outcomes
        )

    def of(self, seen: Seen) -> tuple[Outcome, ...]:
        """The findings of which the run says this."""
        return tuple(each for each in self.outcomes if each.seen is seen)


def judged(
    reported: Iterable[Finding], known: Sequence[Finding], sightings: Sequence[Sighting], base: Path
) -> tuple[tuple[Outcome, ...], tuple[Sighting, ...]]:
    """The outcome of each reported finding, and the sightings of plain faults that no ``known`` finding speaks of."""
    outcomes = tuple(_outcome(finding, sightings, base) for finding in reported)
    missed = tuple(
        each
        for each in sightings
        if each.is_fault
        and each.is_plain
        and not any(each.code == finding.code and _speaks_of(finding, each) for finding in known)
    )
    return outcomes, missed


def _outcome(finding: Finding, sightings: Sequence[Sighting], base: Path) -> Outcome:
    here = [each for each in sightings if each.code == finding.code and _meets(finding, each, base)]
    faults = [each for each in here if each.is_fault]
    if faults:
        return Outcome(finding, Seen.OBSERVED, faults[0].words, sum(each.times for each in faults))
    if here:
        return Outcome(finding, Seen.CONTRADICTED, here[0].words, sum(each.times for each in here))
    return Outcome(finding, Seen.NOT_REACHED)


def _speaks_of(finding: Finding, sighting: Sighting) -> bool:
    """Whether a finding tells of a fault that was seen; one about prompts stands where they are written."""
    if sighting.texts:
        return any(finding.place.path == place.path for place in sighting.places)
    return any(_overlaps(finding.place, place) for place in sighting.places)


def _meets(finding: Finding, sighting: Sighting, base: Path) -> bool:
    """Whether a sighting is about the expression, or the text, that a finding is about."""
    if sighting.texts:
        return is_about(finding, sighting, base)
    return any(_overlaps(finding.place, place) for place in sighting.places)


def _overlaps(one: Place, other: Place) -> bool:
    return one.path == other.path and one.start < other.end and other.start < one.end
