"""What a command does: the fixer with one rule selected, on the program that LibCST's tool hands over."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.codemod import SkipFile, VisitorBasedCodemodCommand

from clip_lint.codemods import codemod_of
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Severity
from clip_lint.engine.project import Project
from clip_lint.fixing.session import fix_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

if TYPE_CHECKING:
    import argparse

    from libcst.codemod import CodemodContext

    from clip_lint.codemods.codemod import Codemod
    from clip_lint.core.cards import Rule


class RepairCommand(VisitorBasedCodemodCommand):
    """Lint a file and repair what one rule finds in it, or what a report of clip-lint says was found.

    A command is the fixer with this one rule selected: what it writes has passed the same proof as with ``--fix``.
    """

    rule: ClassVar[Rule]

    def __init__(
        self, context: CodemodContext, *, unsafe_fixes: bool = False, findings: str | None = None
    ) -> None:
        super().__init__(context)
        self.is_unsafe = unsafe_fixes
        self.findings = findings

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """The options besides libcst's own."""
        arg_parser.add_argument(
            "--unsafe-fixes", action="store_true", help="repair what is not proved to be safe too"
        )
        arg_parser.add_argument(
            "--findings", metavar="FILE", help="repair only what this JSON report of clip-lint lists"
        )

    def visit_Module(self, node: cst.Module) -> bool:  # noqa: ARG002, N802  (libcst's name)
        """Nothing below is visited: `leave_Module` has the whole program."""
        return False

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        """The program repaired."""
        path = os.path.abspath(self.context.filename or "program.py")
        base = os.path.dirname(path)
        wanted = _listed(self.findings, path, self.rule.code) if self.findings else None
        if wanted is not None and not wanted:
            raise SkipFile("the report lists nothing for this rule here")
        configuration = Configuration(
            Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=(self.rule.code,))), base
        )
        data = original_node.code.encode(original_node.encoding)
        project = Project(configuration, base)
        repair, mended = fix_text(project, data, os.path.basename(path), unsafe=self.is_unsafe, only=wanted)
        for problem in repair.refused:
            self.warn(str(problem))
        if mended == data:
            return updated_node
        return cst.parse_module(mended, config=original_node.config_for_parsing)


def _listed(report: str, path: str, code: str) -> frozenset[str]:
    """The fingerprints of a rule's findings in a file that a JSON report lists, its paths relative to the current folder."""
    with open(report, encoding="utf-8") as stream:
        rows = json.load(stream)
    return frozenset(
        row["fingerprint"] for row in rows if row["code"] == code and os.path.abspath(row["path"]) == path
    )


@cache
def command(name: str) -> type[RepairCommand]:
    """The command called ``name``; AttributeError where there is no such codemod."""
    if name not in _codemods():
        raise AttributeError(
            f"clip_lint.commands has no codemod {name}; there are {', '.join(sorted(_codemods()))}"
        )
    rule, kind = _codemods()[name]
    about = (kind.__doc__ or "").strip()
    members = {"DESCRIPTION": f"{rule.code} {rule.name}: {about}", "rule": rule, "__doc__": about}
    # Workers find the class again by its module and name.
    return type(name, (RepairCommand,), {**members, "__module__": "clip_lint.commands"})


@cache
def _codemods() -> dict[str, tuple[Rule, type[Codemod]]]:
    """All codemods by the name of their class, with their rules."""
    pairs = ((rule, codemod_of(rule.name)) for rule in load_rules().values())
    return {kind.__name__: (rule, kind) for rule, kind in pairs if kind is not None}
