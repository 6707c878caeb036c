"""A reading with nothing behind it: every call of ``fault("CLP201")`` is a finding, so that the house can be tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clip_lint.core.finding import Finding, Related, Severity
from clip_lint.engine.funnel import FactsLike, Steps
from clip_lint.knowledge.gate import load_gate
from clip_lint.knowledge.versions import Versions
from clip_lint.source.model import Source
from clip_lint.source.workspace import Workspace
from clip_lint.syntax import nodes
from clip_lint.syntax.outlined import AnyProgram
from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError

NAMES = {
    "CLP201": "unnormalized-similarity",
    "CLP202": "softmax-without-scale",
    "CLP305": "untruncated-text",
    "CLP402": "missing-no-grad",
}
SEVERITIES = {"CLP201": Severity.ERROR, "CLP402": Severity.NOTE}


@dataclass(frozen=True)
class FakeFacts:
    """The findings of a file and of the helpers that it imports from the tree."""

    findings: tuple[Finding, ...]
    dependencies: frozenset[str]
    entered: frozenset[str] = frozenset()


def uses_clip(text: str, extra_libraries: Sequence[Path]) -> bool:
    if extra_libraries and load_gate(extra_libraries).admits(text):
        return True
    try:
        tree = parse(text).tree
    except UnparsableError:
        return True
    return any(isinstance(node, nodes.Import) and node.names[0].name == "clip" for node in nodes.walk(tree))


def read(source: Source, program: AnyProgram, workspace: Workspace, versions: Versions) -> FakeFacts:
    findings = list(_faults(source, program.tree, versions))
    dependencies = set()
    for node in nodes.walk(program.tree):
        if isinstance(node, nodes.ImportFrom):
            found = workspace.resolve(node.module or "", node.level, source.file)
            if found is None:
                continue
            dependencies.add(str(found))
            helper, body = workspace.load(found), workspace.tree(found)
            if helper is not None and body is not None:
                findings += _faults(helper, body, versions)
    return FakeFacts(tuple(findings), frozenset(dependencies))


def run(facts: FactsLike) -> list[Finding]:
    assert isinstance(facts, FakeFacts)
    return list(facts.findings)


def _faults(source: Source, tree: nodes.Module, versions: Versions) -> list[Finding]:
    found = []
    for node in nodes.walk(tree):
        match node:
            case nodes.Call(func=nodes.Name(id="fault"), args=[nodes.Constant(value=str(code)), *_]):
                message = f"a fault under transformers {dict(versions.specifiers)['transformers']}"
                severity = SEVERITIES.get(code, Severity.WARNING)
                found.append(
                    Finding(code, NAMES[code], severity, message, source.place(node), help="mend it")
                )
            case nodes.Call(func=nodes.Name(id="crash")):
                raise ZeroDivisionError("divided\nby \x1b[31mzero")
    return found


STEPS = Steps(lambda data: b"clip" in data, uses_clip, read, run)
"""Steps for `clip_lint.engine.lint.lint`."""


def finding(
    source: Source,
    first: tuple[int, int],
    last: tuple[int, int],
    message: str = "a message",
    **values: object,
) -> Finding:
    """A CLP201 on a range of ``source`` given by lines and columns from 1."""
    from clip_lint.core.place import Place, Position

    place = Place(source.path, 0, Position(*first), Position(*last))
    return Finding("CLP201", NAMES["CLP201"], Severity.ERROR, message, place, **values)  # type: ignore[arg-type]


def related(path: str, first: tuple[int, int], last: tuple[int, int], message: str) -> Related:
    """A related place."""
    from clip_lint.core.place import Place, Position

    return Related(Place(path, 0, Position(*first), Position(*last)), message)


def source_of(name: str, text: str) -> Source:
    """A program in memory."""
    return Source(name, Path("/nowhere") / name, text)
