"""How the answer to a query is written out: as JSON, and as text for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from clip_lint.core.cards import load_rules
from clip_lint.core.escaping import printable
from clip_lint.engine.query import PHENOMENA, Verdict
from clip_lint.engine.requests import checkpoint_of
from clip_lint.knowledge.figures.lookup import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding, Severity
    from clip_lint.engine.query import Answer
    from clip_lint.engine.requests import Request
    from clip_lint.knowledge.alternatives import Alternative

TO_MEASURE = (
    "label 50 of your own images by hand, half of them each way, and see how often the higher score is right; "
    "`clip-lint check --verify` measures a program, `clip-lint diagnose` a single image"
)
"""What to do before CLIP is trusted with something of which no figure is known here."""


def as_object(given: Answer, least: Severity, *, check_all: bool = False) -> dict[str, Any]:
    """An answer as JSON values; findings below ``least`` are left out."""
    made: dict[str, Any] = {
        "findings": [
            _finding_object(finding, given.request) for finding in given.findings if finding.severity >= least
        ],
        "verdict": given.verdict.value,
        "alternatives": [alternative_object(alternative) for alternative in given.alternatives],
    }
    if given.task is not None:
        made["task"] = given.task.kind.value
    if given.ruling is not None:
        made["weighed"] = list(given.ruling.words)
        if given.verdict is Verdict.ALTERNATIVE:
            made["task"] = _TASK_OF_TOOL.get(given.ruling.tool, "other")
    if given.verdict is Verdict.UNKNOWN:
        made["doubts"] = [{"theme": doubt.theme, "phrase": doubt.phrase} for doubt in given.doubts]
        made["measure"] = TO_MEASURE
    if check_all:
        made["phenomena"] = [
            {"code": code, "name": name, "verdict": verdict} for code, name, verdict in phenomena(given)
        ]
    return made


_TASK_OF_TOOL = {
    "detector": "count", "open-detector": "detect", "boxes": "relate", "reader": "read", "faces": "identify-person", "head": "identify-kind",
    "species": "identify-kind", "medical": "identify-kind", "segmenter": "segment", "depth": "measure", "captions": "describe", "questions": "answer",
    "anomaly": "anomaly", "duplicates": "duplicates", "robot": "steer", "metadata": "date", "multilingual": "language",
}  # fmt: skip
"""The kind of task, where only the words of a request told which alternative it needs."""


def _finding_object(finding: Finding, request: Request) -> dict[str, Any]:
    line = finding.place.start.line
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        "help": finding.help,
        "prompt": request.texts[line - 1] if line else None,
        "related": [
            request.texts[related.place.start.line - 1]
            for related in finding.related
            if related.place.start.line
        ],
        "model": finding.model,
    }


def alternative_object(alternative: Alternative) -> dict[str, Any]:
    """An alternative as JSON values."""
    return {
        "key": alternative.key,
        "name": alternative.name,
        "checkpoint": alternative.checkpoint,
        "licence": alternative.licence,
        "install": alternative.install,
        "topic": alternative.topic,
        "snippet": alternative.snippet,
    }


def json_line(given: Answer, least: Severity, *, check_all: bool = False) -> str:
    """An answer as one line of JSON, ASCII only and without control characters."""
    if not given.findings and given.task is None and given.verdict is Verdict.CLIP and not check_all:
        return '{"findings": [], "verdict": "clip", "alternatives": []}'
    return json.dumps(as_object(given, least, check_all=check_all)).replace("\x7f", "\\u007f")


# --- answers as text --------------------------------------------------------------------------------------------------


def phenomena(given: Answer) -> list[tuple[str, str, str]]:
    """Code, name and verdict of every phenomenon: ``fits``, or the severity of the worst finding."""
    rules = load_rules()
    worst: dict[str, Severity] = {}
    for finding in given.findings:
        worst[finding.code] = max(finding.severity, worst.get(finding.code, finding.severity))
    return [(code, rules[code].name, str(worst[code]) if code in worst else "fits") for code in PHENOMENA]


def as_text(given: Answer, least: Severity, *, check_all: bool = False) -> str:
    """An answer for people."""
    request = given.request
    shown = [
        finding for finding in given.findings if finding.severity >= least or given.verdict is Verdict.CLIP
    ]
    lines = [f"- {_short(text)}" for text in request.texts[:20]]
    if not request.is_set:
        lines = [f'"{_short(request.texts[0])}"']
    if len(request.texts) > 20:
        lines.append(f"  and {len(request.texts) - 20} more")
    lines += ["", _verdict(given), ""]
    if given.ruling is not None and given.ruling.words:
        weighed = ", ".join(f"`{printable(word)}`" for word in given.ruling.words)
        lines += [
            f"(Judged by its words, of which {weighed} weighed most: its grammar was not understood for certain.)",
            "",
        ]
    if check_all:
        width = max(len(name) for _, name, _ in phenomena(given))
        lines += [f"  {code} {name:<{width}}  {verdict}" for code, name, verdict in phenomena(given)]
        lines.append("")
    for finding in shown:
        lines.append(f"{finding.code} {finding.name} ({finding.severity})")
        lines.append(f"  {printable(finding.message)}")
        lines.append(f"  help: {printable(finding.help)}")
        lines.append("")
    for position, alternative in enumerate(given.alternatives):
        lines += _alternative_text(alternative, with_snippet=position == 0 or check_all)
    return "\n".join(lines).rstrip() + "\n"


_WIDEST = 200


def _short(text: str) -> str:
    """A text as it is shown: its beginning, where it is long, and without control characters."""
    return printable(text if len(text) <= _WIDEST else text[:_WIDEST].rstrip() + " ...")


def _verdict(given: Answer) -> str:
    model = printable(given.request.model)
    if given.verdict is Verdict.CLIP:
        return f"CLIP fits ({model}): {_figure(given.request.model)}.{' Mind:' if given.findings else ''}"
    if given.verdict is Verdict.UNKNOWN:
        doubt = given.doubts[0]
        nearest = _nearest(doubt.theme, given.request.model)
        unknown = "no figure known here decides" if nearest else "no figure is known here"
        return (
            f"Unknown: {unknown} for or against {model} at this ({doubt.theme}: `{printable(doubt.phrase)}`).{nearest}\n"
            f"Measure before you trust it: {TO_MEASURE}."
        )
    if not given.alternatives:
        return "Neither CLIP nor another model fits: no picture shows this reliably."
    best = given.alternatives[0]
    name = best.checkpoint or best.name.split(",")[0]
    return f"Use {name} instead: {model} is not made for this."


_NEAREST = {"place": "country"}
"""Themes of doubts beside which something was measured, and the kind that was."""


def _nearest(theme: str, model: str) -> str:
    """What was measured that comes near to what is in doubt."""
    found = figure(_NEAREST[theme], checkpoint_of(model)) if theme in _NEAREST else None
    return f" The nearest that was measured: {found}." if found is not None else ""


def _figure(model: str) -> str:
    """What is known to work, with its figure."""
    found = figure("everyday", checkpoint_of(model))
    return (
        f"naming what everyday pictures show is what CLIPs are trained for; {found}"
        if found is not None
        else ""
    )


def _alternative_text(alternative: Alternative, *, with_snippet: bool) -> list[str]:
    named = f" ({alternative.checkpoint})" if alternative.checkpoint else ""
    lines = [f"instead: {alternative.name}{named}, {alternative.licence}"]
    if with_snippet:
        lines += [f"  {alternative.install}", ""]
        lines += [f"    {line}".rstrip() for line in alternative.snippet.splitlines()]
        lines += ["", f"  more: clip-lint explain {alternative.topic}", ""]
    return lines


def text_of(answers: Sequence[Answer], least: Severity, *, check_all: bool = False) -> str:
    """Several answers for people, a line between them."""
    return "\n".join(as_text(given, least, check_all=check_all) for given in answers)
