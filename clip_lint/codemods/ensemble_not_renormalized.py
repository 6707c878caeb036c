"""CLP210: a mean of vectors brought back to length one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Patch, said
from clip_lint.codemods.compared_with import check_sizes
from clip_lint.codemods.imports import module
from clip_lint.codemods.normalizing import LAST, Normalize, divided
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Wrap
from clip_lint.codemods.shapes.expressions import keyword
from clip_lint.codemods.sizes import Meaning

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding

_MESSAGE = "normalise the mean again; scores change a little"


class RenormalizeMean(Normalize):
    """Divide the mean of vectors by its length again."""

    def patch(self, finding: Finding) -> Patch:
        """A line behind the mean where it has a name, else round the mean itself."""
        mean = self.program.node(finding.place, cst.Call)
        name = (
            mean.func.attr.value if isinstance(mean.func, cst.Attribute) else getattr(mean.func, "value", "")
        )
        if name not in ("mean", "average"):
            raise NoFixError("the mean is taken elsewhere")
        if not self.vectors.are_only_compared(mean):
            raise NoFixError("the mean is used for more than comparing")
        check_sizes(self.program, self.calls, mean, Meaning())
        array = said(finding, "array")
        if array not in ("torch", "numpy"):
            raise NoFixError("it may be an array or a tensor")
        above = self.program.parent(mean)
        if (
            isinstance(above, cst.Assign)
            and len(above.targets) == 1
            and isinstance(above.targets[0].target, cst.Name)
        ):
            target = above.targets[0].target.value
            changes = divided(self.program, self.program.line(above), target, is_array=array == "numpy")
            return Patch(UNSAFE, _MESSAGE, tuple(changes))
        if array == "numpy":
            raise NoFixError("there is no name to normalise the array under")
        functional, changes = module(self.program, "torch.nn.functional", mean)
        wrapped = Wrap(mean, cst.Attribute(functional, cst.Name("normalize")), keyword("dim", LAST))
        return Patch(UNSAFE, _MESSAGE, (*changes, self.program.changed(mean, wrapped)))
