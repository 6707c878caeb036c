"""Division and multiplication that are called by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.operations.arithmetic import divide, multiply
from clip_lint.reading.operations.call import receiver_node

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.reading.values import Value


def op_divide(run: Run, call: Call) -> Value:
    """``torch.div`` and ``.div``."""
    left = call.receiver if call.receiver is not None else call.value("a")
    node = call.node_of("b") or call.node
    first = (receiver_node(call.node) if call.receiver is not None else call.node_of("a")) or call.node
    value = divide(run, call.node, left, call.value("b"), (first, node))
    return _in_place(run, call, value)


def op_multiply(run: Run, call: Call) -> Value:
    """``torch.mul`` and ``.mul``."""
    left = call.receiver if call.receiver is not None else call.value("a")
    first = (receiver_node(call.node) if call.receiver is not None else call.node_of("a")) or call.node
    value = multiply(run, call.node, left, call.value("b"), (first, call.node_of("b") or call.node))
    return _in_place(run, call, value)


def _in_place(run: Run, call: Call, value: Value) -> Value:
    holder = receiver_node(call.node)
    if call.spec.get("in_place") and holder is not None:
        run.store(holder, value, call.node)
    return value
