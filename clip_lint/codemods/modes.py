"""Under which modes code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program


def is_off_already(program: Program, node: cst.CSTNode) -> bool:
    """Whether a node lies visibly under `no_grad` or `inference_mode`, whosever they are and however they are spelled."""
    for above in program.names.above(node):
        entered: list[cst.BaseExpression] = []
        if isinstance(above, cst.With):
            entered = [item.item for item in above.items]
        elif isinstance(above, cst.FunctionDef):
            entered = [each.decorator for each in above.decorators]
        texts = [program.code(each).replace("_", "").lower() for each in entered]
        if any(word in text for text in texts for word in ("nograd", "inferencemode")):
            return True
    return False
