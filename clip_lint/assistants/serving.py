"""A Model Context Protocol server: lint a program, ask about prompts, read cards and references."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from clip_lint.core.files import leads_out
from clip_lint.core.finding import Severity
from clip_lint.core.version import __version__
from clip_lint.engine.project import Project
from clip_lint.engine.query import answer
from clip_lint.engine.requests import DEFAULT_MODEL, Request, RequestError
from clip_lint.fixing.session import fix_text
from clip_lint.report.answers import alternative_object
from clip_lint.report.answers import as_object as answer_object
from clip_lint.report.json import as_object as finding_object
from clip_lint.report.pages import page, references, title
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides

if TYPE_CHECKING:
    from collections.abc import Callable

INSTRUCTIONS = """\
clip-lint knows when CLIP-style image-text models (CLIP, OpenCLIP, SigLIP) work and when they do not. Before you propose \
one, ask `query` with the texts that the program would compare: counting, places, who has which colour, negation, reading \
and narrow kinds need other models, which the answer names. After you wrote code that uses one, pass it to `lint_code`. \
`explain` gives the reasons, with figures and sources."""

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

_MEASURES = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=True)
"""Checkpoints that are not here yet are downloaded."""


def make_server() -> MCPServer:
    """The server, waiting to be run."""
    server = MCPServer("clip-lint", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")
    tools: list[Callable[..., Any]] = [lint_code, query, explain]
    for tool in tools:
        server.add_tool(tool, annotations=_READS)
    if _can_verify():
        server.add_tool(diagnose, annotations=_MEASURES)
    for topic, text in references().items():
        _add_page(server, topic, text)
    server.resource("clip-lint://rules/{code}", title="A rule's card", mime_type="text/markdown")(rule)
    return server


def lint_code(
    code: Annotated[str, Field(description="The whole program (for a notebook: its JSON).")],
    filename: Annotated[
        str, Field(description="Its name or path in the project: settings and imports are found from there.")
    ] = "snippet.py",
    fix: Annotated[bool, Field(description="Return the program with all safe fixes, too.")] = False,
) -> dict[str, Any]:
    """Find faults in Python code that uses CLIP-style image-text models. Nothing is run.

    Returns findings (with place, message, help and fix), problems that kept the code from being read, and with `fix` the
    repaired program.
    """
    base = os.getcwd()
    if leads_out(os.path.normpath(os.path.join(base, filename)), base):
        raise ToolError(f"{filename}: the name must lie in the folder that the server runs in, {base}")
    data = code.encode("utf-8", "replace")
    mended = data
    try:
        project = Project(Configuration(Overrides(), base), base)
        if fix:
            repair, mended = fix_text(project, data, filename, unsafe=False)
            outcome = repair.outcome
        else:
            outcome = project.lint_text(data, filename, fixes=True)
    except (ConfigError, ValueError) as error:
        raise ToolError(str(error)) from None
    result: dict[str, Any] = {
        "findings": [finding_object(finding) for finding in outcome.reported],
        "problems": [str(problem) for problem in outcome.problems],
    }
    if fix:
        result["fixed"] = mended.decode("utf-8", "replace")
    return result


def query(
    prompt: Annotated[str, Field(description="A text to search images with. Give this or labels.")] = "",
    labels: Annotated[
        list[str] | None, Field(description="Labels that the model shall tell apart on an image.")
    ] = None,
    template: Annotated[str, Field(description="What stands around each label, {} for it.")] = "{}",
    model: Annotated[str, Field(description="The checkpoint, or ARCHITECTURE:WEIGHTS.")] = "",
) -> dict[str, Any]:
    """Say whether CLIP is the right model for a prompt or a set of labels, before any code is written.

    The verdict is "clip" (taken to work), "alternative" (then `alternatives` names models that do it, with a program that asks
    this very question) or "unknown": no figure is known here for or against CLIP, and `measure` says what to do before it is trusted.
    """
    if bool(prompt.strip()) == bool(labels):
        raise ToolError("give either a prompt or labels")
    if "{}" not in template:
        raise ToolError("the template needs {} where the label goes")
    texts = tuple(labels) if labels else (prompt,)
    request = Request(texts, template, model or DEFAULT_MODEL, is_set=bool(labels))
    try:
        return answer_object(answer(request), Severity.WARNING)
    except RequestError as error:
        raise ToolError(str(error)) from None


def explain(
    topic: Annotated[
        str, Field(description="A rule's code or name (CLP201, counting) or a reference topic.")
    ],
) -> str:
    """Print a rule's card or a page of the references: why, with figures and sources, and what to do instead."""
    try:
        heading, text = page(topic)
    except LookupError as error:
        raise ToolError(str(error.args[0])) from None
    return f"{heading}\n\n{text.strip()}\n"


def rule(code: str) -> str:
    """A rule's card as Markdown."""
    return explain(code)


def diagnose(
    image: Annotated[str, Field(description="Path of the image file.")],
    query: Annotated[str, Field(description="The text that the image is compared with.")],
    labels: Annotated[list[str] | None, Field(description="Rival texts.")] = None,
    model: Annotated[str, Field(description="The checkpoint.")] = "",
    offline: Annotated[
        bool, Field(description="Download nothing; use the little models that come along.")
    ] = False,
) -> dict[str, Any]:
    """Measure why a CLIP model answers as it does on one image: likely causes, most likely first, with the scores.

    Runs the model and an object detector on the query, on wordings of it, and on texts that differ in what CLIP misses.
    """
    from clip_lint.verify.explaining import diagnose_file  # noqa: PLC0415 (brings torch)
    from clip_lint.verify.problem import VerifyProblem  # noqa: PLC0415

    if not query.strip():
        raise ToolError("the query is empty")
    try:
        _, found = diagnose_file(Path(image), query, labels or [], model=model or None, offline=offline)
    except VerifyProblem as problem:
        raise ToolError(str(problem)) from None
    return {
        "model": found.checkpoint,
        "causes": [asdict(cause) for cause in found.causes],
        "scores": [asdict(scored) for scored in found.scored],
        "unrelated": {
            "best": max(found.unrelated),
            "at_least_as_high": found.rank,
            "of": len(found.unrelated),
        },
        "findings": [
            {"code": each.code, "severity": str(each.severity), "message": each.message}
            for each in found.findings
        ],
        "alternatives": [alternative_object(each) for each in found.alternatives],
        "detector": found.detector,
        "detections": [asdict(each) for each in found.detections],
    }


def _can_verify() -> bool:
    """Whether models can be run here."""
    from clip_lint.verify.installed import check_installed  # noqa: PLC0415
    from clip_lint.verify.problem import VerifyProblem  # noqa: PLC0415

    try:
        check_installed()
    except VerifyProblem:
        return False
    return True


def _add_page(server: MCPServer, topic: str, text: str) -> None:
    @server.resource(
        f"clip-lint://references/{topic}", name=topic, title=title(text), mime_type="text/markdown"
    )
    def read() -> str:
        return text
