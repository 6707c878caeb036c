"""What a run says, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.escaping import printable
from clip_lint.observation.verdicts import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.place import Place
    from clip_lint.observation.verdicts import Outcome, Result


def lines(result: Result) -> Iterator[str]:
    """The report for people: what was observed first, then what was missed, contradicted, and a count of the rest."""
    for seen in (Seen.OBSERVED, Seen.CONTRADICTED):
        for each in result.of(seen):
            yield printable(f"{_at(each.finding.place)}: {each.finding.code} {seen.value}{_told(each)}")
            if seen is Seen.OBSERVED and each.finding.help:
                yield printable(f"   help: {each.finding.help}")
    for sighting in result.missed:
        times = _times(sighting.times)
        yield printable(
            f"{_at(sighting.places[0])}: {sighting.code} observed, not found by linting: {sighting.words}{times}"
        )
    yield summary(result)
    for failure in result.failures:
        yield printable(f"could not be watched: {failure}")


def summary(result: Result) -> str:
    """The count in one line."""
    counts = [f"{len(result.of(seen))} {seen.value}" for seen in Seen]
    if result.missed:
        counts.insert(1, f"{len(result.missed)} observed that linting did not find")
    number = len(result.outcomes)
    return f"{number} finding{'' if number == 1 else 's'}: {', '.join(counts)}"


def to_json(result: Result) -> dict[str, object]:
    """The report as JSON values; places are those of findings."""
    return {
        "findings": [
            {
                "code": each.finding.code,
                "name": each.finding.name,
                "severity": str(each.finding.severity),
                "suppressed": each.finding.suppressed,
                "fingerprint": each.finding.fingerprint,
                **_place(each.finding.place),
                "run": each.seen.value,
                "words": each.words,
                "times": each.times,
            }
            for each in result.outcomes
        ],
        "missed": [
            {"code": each.code, **_place(each.places[0]), "words": each.words, "times": each.times}
            for each in result.missed
        ],
        "failures": list(result.failures),
        "fails": result.fails,
    }


def _at(place: Place) -> str:
    return f"{place.path}:{place.start.line}:{place.start.column}"


def _times(times: int) -> str:
    return f" ({times} times)" if times > 1 else ""


def _told(outcome: Outcome) -> str:
    is_silenced = " (suppressed)" if outcome.finding.suppressed else ""
    return f"{is_silenced}: {outcome.words}{_times(outcome.times)}"


def _place(place: Place) -> dict[str, object]:
    return {
        "path": place.path,
        "start": {"line": place.start.line, "column": place.start.column},
        "end": {"line": place.end.line, "column": place.end.column},
    }
