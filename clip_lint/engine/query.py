"""Is CLIP right for this? The answer to one prompt or one set of labels, and how it is written out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clip_lint.checks.discovery import prompt_checks
from clip_lint.core.cards import load_rules
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.core.place import Place, Position
from clip_lint.knowledge.alternatives import BY_CODE, BY_KIND, Alternative
from clip_lint.knowledge.tables import load_libraries
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.checks.rule import PromptCheck
    from clip_lint.core.finding import Finding

DEFAULT_MODEL = "openai/clip-vit-base-patch32"
PHENOMENA = (
    "CLP101",
    "CLP102",
    "CLP103",
    "CLP104",
    "CLP105",
    "CLP106",
    "CLP107",
    "CLP108",
    "CLP109",
    "CLP114",
)
"""The codes that speak of what CLIP can do, in the order of ``--check-all``."""

_ANYWAY = frozenset({"CLP113"})
"""Rules in preview that a question is answered with all the same: what no picture shows is no task for any model."""
_DECIDING = frozenset(BY_CODE) | _ANYWAY
_PATH = "query"


class RequestError(ValueError):
    """A request that cannot be answered; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: one prompt, or labels that are told apart; ``template`` has one ``{}`` for the label."""

    texts: tuple[str, ...]
    template: str = "{}"
    model: str = DEFAULT_MODEL
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings (most severe first), and whether CLIP fits."""

    request: Request
    findings: tuple[Finding, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing that carries the meaning is beyond CLIP."""
        return not any(
            finding.severity >= Severity.WARNING and finding.code in _DECIDING for finding in self.findings
        )

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What to use instead, for the most severe finding first; empty where CLIP fits."""
        if self.fits:
            return ()
        found: dict[Alternative, None] = {}
        for finding in self.findings:
            if finding.severity >= Severity.WARNING:
                kind = next((each.value for each in finding.details if each.key == "kind"), "")
                found.update(dict.fromkeys(BY_KIND.get(kind, BY_CODE.get(finding.code, ()))))
        return tuple(found)


@lru_cache(maxsize=64)
def checkpoint_of(model: str) -> Checkpoint:
    """The checkpoint that ``NAME`` or ``ARCHITECTURE:WEIGHTS`` stands for."""
    name, _, tag = model.partition(":") if not model.startswith("hf-hub:") else (model, "", "")
    return Checkpoint(None, name, tag or None, load_libraries().related(name) or "clip")


def answer(request: Request) -> Answer:
    """Every finding about a request; rules in preview are left out, but for what no picture shows."""
    prompts = _prompt_set(request)
    findings = [finding for check in _stable_checks() for finding in check.find(prompts)]
    findings.sort(key=lambda finding: (-finding.severity, finding.code))
    return Answer(request, tuple(findings))


@lru_cache(maxsize=1)
def _stable_checks() -> tuple[PromptCheck, ...]:
    rules = load_rules()
    return tuple(
        check for check in prompt_checks() if not rules[check.code].is_preview or check.code in _ANYWAY
    )


def _place(line: int, text: str = "") -> Place:
    return Place(_PATH, 0, Position(line, 1), Position(line, len(text) + 1))


def _prompt_set(request: Request) -> PromptSet:
    has_template = request.template != "{}"
    prompts = tuple(
        Prompt(
            request.template.replace("{}", text),
            _place(number, text),
            text if has_template else None,
            request.template if has_template else None,
        )
        for number, text in enumerate(request.texts, 1)
    )
    return PromptSet(
        prompts,
        Place(_PATH, 0, Position(0, 1), Position(len(prompts) + 1, 1)),
        Task.LABELS if request.is_set else Task.QUERY,
        checkpoint_of(request.model),
        (request.template,) if has_template else (),
    )


# --- requests from JSON lines -----------------------------------------------------------------------------------------


def requests(lines: Iterable[str], template: str, model: str) -> Iterator[Request]:
    """One request for each line that is not blank; RequestError with the line's number if one is not understood."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _request(json.loads(line), template, model)
            except json.JSONDecodeError as error:
                raise RequestError(f"line {number}: not JSON: {error.msg} at column {error.colno}") from None
            except RecursionError:
                raise RequestError(f"line {number}: nested too deeply") from None
            except RequestError as error:
                raise RequestError(f"line {number}: {error}") from None


def _request(row: Any, template: str, model: str) -> Request:
    if not isinstance(row, dict) or ("prompt" in row) == ("labels" in row):
        raise RequestError(
            'write {"prompt": TEXT} or {"labels": [TEXT, ...], "template": "a photo of a {}."}'
        )
    template, model = row.get("template", template), row.get("model", model)
    if not isinstance(template, str) or "{}" not in template:
        raise RequestError("the template must be a text with {} where the label goes")
    if not isinstance(model, str):
        raise RequestError("the model must be a text")
    if "prompt" in row:
        if not isinstance(row["prompt"], str):
            raise RequestError("the prompt must be a text")
        return Request((row["prompt"],), template, model)
    labels = row["labels"]
    if not isinstance(labels, list) or not labels or not all(isinstance(label, str) for label in labels):
        raise RequestError("the labels must be a list of at least one text")
    return Request(tuple(labels), template, model, is_set=True)


# --- answers as JSON --------------------------------------------------------------------------------------------------


def as_object(given: Answer, least: Severity, *, check_all: bool = False) -> dict[str, Any]:
    """An answer as JSON values; findings below ``least`` are left out."""
    made: dict[str, Any] = {
        "findings": [
            _finding_object(finding, given.request) for finding in given.findings if finding.severity >= least
        ],
        "verdict": "clip" if given.fits else "alternative",
        "alternatives": [alternative_object(alternative) for alternative in given.alternatives],
    }
    if check_all:
        made["phenomena"] = [
            {"code": code, "name": name, "verdict": verdict} for code, name, verdict in phenomena(given)
        ]
    return made


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
        "name": alternative.name,
        "checkpoint": alternative.checkpoint,
        "licence": alternative.licence,
        "install": alternative.install,
        "topic": alternative.topic,
        "snippet": alternative.snippet,
    }


def json_line(given: Answer, least: Severity, *, check_all: bool = False) -> str:
    """An answer as one line of JSON, ASCII only and without control characters."""
    if not given.findings and not check_all:
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
    shown = [finding for finding in given.findings if finding.severity >= least or given.fits]
    lines = [f"- {_short(text)}" for text in request.texts[:20]]
    if not request.is_set:
        lines = [f'"{_short(request.texts[0])}"']
    if len(request.texts) > 20:
        lines.append(f"  and {len(request.texts) - 20} more")
    lines += ["", _verdict(given), ""]
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
    if given.fits:
        return f"CLIP fits ({printable(given.request.model)}).{' Mind:' if given.findings else ''}"
    if not given.alternatives:
        return "Neither CLIP nor another model fits: no picture shows this reliably."
    best = given.alternatives[0]
    name = best.checkpoint or best.name.split(",")[0]
    return f"Use {name} instead: {printable(given.request.model)} is not reliable at this."


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
