"""CLP405: the load before the loop or beside the function; shown only, for where a model should live is a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import SUGGESTION, Codemod, Patch, Stage
from clip_lint.codemods.constancy import Constancy
from clip_lint.codemods.moving import above_line, is_used_elsewhere, regions, removed_lines, without_comments
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from clip_lint.codemods.constancy import Region
    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change


class LoadOnce(Codemod):
    """Load a model before the loop."""

    stage = Stage.HOIST

    def patch(self, finding: Finding) -> Patch:
        """The load where it happens once, or the words alone, which are a suggestion too."""
        try:
            line = self.program.line(self.program.node(finding.place, cst.Call))
        except NoFixError:
            return Patch(SUGGESTION, finding.help)
        for region in regions(self.program, line):
            try:
                return Patch(SUGGESTION, finding.help, tuple(self._moved(line, region)))
            except NoFixError:
                continue
        return Patch(SUGGESTION, finding.help)

    def _moved(self, line: cst.BaseStatement, region: Region) -> list[Change]:
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if not isinstance(small, cst.Assign) or self.program.parent(line) is not region.body:
            raise NoFixError("the load is not a statement of its own")
        constancy = Constancy(self.program, Calls(self.program), region)
        names = self.program.names
        for name in names.below(line):
            if not isinstance(name, cst.Name):
                continue
            owner = names.owner(name.value, names.scope(name))
            if owner is None or isinstance(owner.node, COMPREHENSIONS):
                continue
            bindings = owner.bindings[name.value]
            if id(name) in names.stored:
                if len(bindings) > 1 or (
                    isinstance(region, cst.FunctionDef) and is_used_elsewhere(self.program, name.value, owner)
                ):
                    raise NoFixError("its names are given to something else too")
            elif any(constancy.is_inside(each.node) for each in bindings):
                raise NoFixError("what it depends on changes in the loop")
            elif isinstance(region, cst.FunctionDef) and any(
                self.program.start(each.node) > self.program.start(region) for each in bindings
            ):
                raise NoFixError("what it depends on is defined later")
        moved = above_line(self.program, region, [without_comments(line)])
        return [moved, *removed_lines(self.program, [line])]
