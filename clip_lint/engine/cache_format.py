"""FileResult <-> plain JSON values, for the cache."""

from __future__ import annotations

from typing import Any

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import AsWritten, EvidenceRequest
from clip_lint.core.finding import Applicability, Detail, Edit, Finding, Fix, Related, Severity
from clip_lint.core.place import Place, Position
from clip_lint.core.problem import Problem
from clip_lint.engine.funnel import FileResult
from clip_lint.source.directives import Directive


def to_record(result: FileResult) -> dict[str, Any]:
    """The result without its path, as lists and strings."""
    return {
        "findings": [_finding(each) for each in result.findings],
        "problems": [
            [each.path, each.message, each.line, each.column, each.cell, each.is_aside]
            for each in result.problems
        ],
        "comments": None if result.comments is None else [_comment(each) for each in result.comments],
        "dependencies": list(result.dependencies),
        "lookups": result.lookups,
        "entered": list(result.entered),
    }


def from_record(path: str, record: dict[str, Any]) -> FileResult:
    """What `to_record` was given; KeyError, TypeError or ValueError where ``record`` is something else."""
    comments = record["comments"]
    result = FileResult(
        path,
        tuple(_read_finding(each) for each in record["findings"]),
        tuple(Problem(*each) for each in record["problems"]),
        None if comments is None else tuple(_read_comment(each) for each in comments),
        tuple(record["dependencies"]),
        record["lookups"],
        tuple(record["entered"]),
    )
    hash((result.findings, result.problems, result.comments))
    _check(result)
    return result


def _check(result: FileResult) -> None:
    """TypeError where a value is not of the kind that was written: reports and comparisons would stumble over it."""
    texts: list[object] = [*result.dependencies, *result.entered, *result.lookups]
    numbers: list[object] = []
    places = [comment.place for comment in result.comments or ()]
    for problem in result.problems:
        texts += (problem.path, problem.message)
        numbers += (problem.line, problem.column, problem.cell)
    for finding in result.findings:
        texts += (
            finding.code,
            finding.name,
            finding.message,
            finding.help,
            finding.fingerprint,
            *finding.run_alone,
        )
        texts += (each.message for each in finding.related)
        texts += (finding.model or "", *(text for each in finding.details for text in (each.key, each.value)))
        places += (finding.place, *(each.place for each in finding.related))
        places += (each.place for each in finding.details if each.place is not None)
    for comment in result.comments or ():
        texts += (*comment.codes, *comment.foreign, comment.kind)
        numbers += (comment.first, comment.last)
        places += (
            Place("", 0, *span) for span in (comment.removal, comment.listed, *(comment.closing or ()))
        )
    for asked in result.lookups.values():
        texts += (*asked, *(answer or "" for answer in asked.values()))
    for place in places:
        texts.append(place.path)
        numbers += (place.cell, place.start.line, place.start.column, place.end.line, place.end.column)
    if not all(isinstance(text, str) for text in texts) or not all(type(each) is int for each in numbers):
        raise TypeError("an entry that this version did not write")


def fix_to_record(fix: Fix | None) -> list[Any] | None:
    """A fix as lists and strings."""
    if fix is None:
        return None
    edits = [[_position(each.start), _position(each.end), each.text, each.cell] for each in fix.edits]
    return [fix.applicability.value, fix.message, edits, fix.order]


def fix_from_record(record: list[Any] | None) -> Fix | None:
    """What `fix_to_record` was given; TypeError or ValueError where it is something else."""
    if record is None:
        return None
    applicability, message, edits, order = record
    return Fix(
        Applicability(applicability),
        message,
        tuple(Edit(Position(*start), Position(*end), text, cell) for start, end, text, cell in edits),
        order,
    )


def _position(position: Position) -> list[int]:
    return [position.line, position.column]


def _place(place: Place) -> list[Any]:
    return [place.path, place.cell, _position(place.start), _position(place.end)]


def _read_place(value: Any) -> Place:
    path, cell, start, end = value
    return Place(path, cell, Position(*start), Position(*end))


def _finding(finding: Finding) -> list[Any]:
    return [
        finding.code,
        finding.name,
        int(finding.severity),
        finding.message,
        _place(finding.place),
        finding.help,
        [[_place(related.place), related.message] for related in finding.related],
        finding.model,
        finding.fingerprint,
        finding.run_alone,
        finding.group,
        finding.request and _request(finding.request),
        [[each.key, each.value, each.place and _place(each.place)] for each in finding.details],
    ]


def _request(request: EvidenceRequest) -> list[Any]:
    checkpoint = request.checkpoint
    return [
        checkpoint
        and [checkpoint.library, checkpoint.name, checkpoint.tag, checkpoint.family, checkpoint.revision],
        list(request.prompts),
        request.written.to_json(),
    ]


def _read_request(code: str, value: Any) -> EvidenceRequest:
    checkpoint, prompts, written = value
    return EvidenceRequest(
        code,
        checkpoint and Checkpoint(*checkpoint),
        tuple(prompts),
        AsWritten.from_json(written),
    )


def _read_finding(value: Any) -> Finding:
    (
        code,
        name,
        severity,
        message,
        place,
        help_text,
        related,
        model,
        fingerprint,
        run_alone,
        group,
        request,
        details,
    ) = value
    return Finding(
        code,
        name,
        Severity(severity),
        message,
        _read_place(place),
        help_text,
        tuple(Related(_read_place(where), text) for where, text in related),
        model,
        fingerprint,
        run_alone=tuple(run_alone),
        group=group,
        request=request and _read_request(code, request),
        details=tuple(Detail(key, text, where and _read_place(where)) for key, text, where in details),
    )


def _comment(comment: Directive) -> list[Any]:
    return [
        _place(comment.place),
        [_position(position) for position in comment.removal],
        comment.codes,
        comment.first,
        comment.last,
        comment.is_noqa,
        comment.foreign,
        [_position(position) for position in comment.listed],
        comment.kind,
        [[_position(position) for position in span] for span in comment.closing or ()],
    ]


def _read_comment(value: Any) -> Directive:
    place, removal, codes, first, last, is_noqa, foreign, listed, kind, closing = value
    return Directive(
        _read_place(place),
        _read_span(removal),
        tuple(codes),
        first,
        last,
        is_noqa,
        tuple(foreign),
        _read_span(listed),
        kind,
        (_read_span(closing[0]), _read_span(closing[1])) if closing else None,
    )


def _read_span(value: Any) -> tuple[Position, Position]:
    start, end = value
    return Position(*start), Position(*end)
