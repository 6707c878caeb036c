'''Repairs: from findings to edits, made when somebody asks for them and never while linting.

A check declares what a repair must know in ``Finding.details``: roles with their places and values. `fixes` turns the
findings of one program into findings with a `Fix`. It parses the program once with libcst, finds the nodes again by their
exact place, and lets the codemod of each rule make a patch.

To write a repair, put a module beside this one, named as the rule with underscores (``untruncated_text.py`` for the rule
``untruncated-text``); nothing else has to know about it. In it stands one subclass of `Codemod` with a readable name::

    class TruncateText(Codemod):
        """Let the tokenizer cut over-long text."""           # libcst's tool shows this

        stage = Stage.FEED                                    # who goes first where repairs meet

        def patch(self, finding: Finding) -> Patch:
            call = self.program.node(finding.place, cst.Call)  # NoFixError where there is no such node
            ...                                                # raise NoFixError("why") where it is not proved
            change = self.program.changed(call, AddArgument(call, "truncation", expression("True")))
            return Patch(SAFE, "pass `truncation=True`", (change,))

What there is to build on: `shapes` (transformers of a few forms), `imports.module` (the name of a module here, and the import
it needs), `Program` (nodes, statements, blocks, names, quotes, changes), `flow.Flow` (where a value goes: whether
anybody takes its gradient, and whether it leaves the program), `calls.Calls` (which calls do nothing but what they say),
``self.program.project`` (versions, who imports this file, who trains with it). `said` and `place_of` read what the check
declares. Patches for several findings may share a change, which is then made once.

Safe means proved: what a repair cannot rule out makes it unsafe or no fix at all, and the card says under which conditions.
The proof (`clip_lint.fixing.proof`) looks at the result once more, whatever was believed before.
'''

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from clip_lint.core.bounds import check
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Applicability, Fix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.codemod import Codemod
    from clip_lint.codemods.program import Program
    from clip_lint.codemods.project import Project
    from clip_lint.core.finding import Finding
    from clip_lint.source.model import Source


def fixes(findings: Sequence[Finding], source: Source, project: Project) -> list[Finding]:
    """The findings of one program, each with its fix where there is one that is sure to be right."""
    made = {id(each): each.fix for each in findings}
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix is None and not finding.suppressed:
            by_rule.setdefault(finding.name, []).append(finding)
    program: Program | None = None
    for rule, own in by_rule.items():
        kind = codemod_of(rule)
        if kind is not None:
            if program is None:
                program = _parsed(source, project)
            if program is not None:
                made.update(_patched(kind, program, own))
    return [replace(each, fix=made[id(each)] or _suggestion(each)) for each in findings]


def _parsed(source: Source, project: Project) -> Program | None:
    from clip_lint.codemods.program import Program, UnreadableError  # noqa: PLC0415  (libcst is slow to load)

    try:
        return Program(source, project)
    except UnreadableError:
        return None


def _patched(kind: type[Codemod], program: Program, findings: Sequence[Finding]) -> dict[int, Fix]:
    from clip_lint.codemods.program import NoFixError  # noqa: PLC0415

    found = {}
    try:
        own = kind(program, findings)
    except NoFixError:
        return {}
    for finding in findings:
        check()
        try:
            patch = own.patch(finding)
            edits = program.edits(patch.changes)
        except NoFixError:
            continue
        found[id(finding)] = Fix(patch.applicability, patch.message, edits, int(kind.stage))
    return found


def _suggestion(finding: Finding) -> Fix | None:
    """What a card that only suggests has to say."""
    if finding.suppressed or load_rules()[finding.code].fix is not Applicability.SUGGESTION:
        return None
    return Fix(Applicability.SUGGESTION, finding.help)


@cache
def codemod_of(rule: str) -> type[Codemod] | None:
    """The codemod of a rule (by its name), None where it has none."""
    from clip_lint.codemods.codemod import Codemod  # noqa: PLC0415

    name = f"{__name__}.{rule.replace('-', '_')}"
    if find_spec(name) is None:
        return None
    members = vars(import_module(name)).values()
    return next(
        each
        for each in members
        if isinstance(each, type) and issubclass(each, Codemod) and each.__module__ == name
    )
