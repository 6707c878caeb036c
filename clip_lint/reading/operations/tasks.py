"""Functions that are handed over to be called: by threads, by processes, on every member of something."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.lattice import element, join_all
from clip_lint.reading.operations.data_frames import row
from clip_lint.reading.operations.datasets import mapped
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Bound,
    Component,
    Dict,
    Function,
    Partial,
    Seq,
    Task,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call

_EACH = frozenset(
    {"map", "apply", "progress_apply", "parallel_apply", "applymap", "imap", "imap_unordered", "starmap"}
)
"""Methods of columns, data sets and pools that call a function on every member."""
_THREADS = "thread-pool"
"""The kind of pools that hold threads alone."""
_RESULTS = frozenset({"result", "get"})


def on_each(run: Run, receiver: Value, name: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A function called on every member of a column, a data set or a list; None for any other method."""
    if name not in _EACH or not arguments.positional or not is_code(arguments.positional[0].value):
        return None
    values = [argument.value for argument in arguments.positional]
    batches = truth(arguments.keywords["batched"].value) if "batched" in arguments.keywords else Tristate.NO
    members = values[1] if len(values) > 1 else receiver
    item = (
        element(members)
        if isinstance(members, Seq)
        else row(members)
        if isinstance(members, Dict)
        else Unknown("item")
    )
    with _thread(run, node) if _is_thread_pool(receiver) else nullcontext():
        made = run.each(values[0], item, node, batches is not Tristate.NO)
    if name == "map" and (rows := mapped(receiver, made)) is not None:
        return rows
    return Seq((made,), "generator", is_whole=False)


def is_code(value: Value) -> bool:
    """Whether a function of the tree is given."""
    return any(isinstance(option, (Function, Partial)) for option in options(value))


def op_hand_over(run: Run, call: Call) -> Value:
    """A function that a thread or a process calls with the arguments that come along."""
    function = call.value("function")
    if not any(isinstance(option, (Function, Partial, Bound)) for option in options(function)):
        return UNKNOWN
    ahead = len(call.spec.signature)
    positional = call.arguments.positional[ahead:]
    given = call.value("arguments")
    if isinstance(given, Seq):
        positional = [Argument(item, call.node_of("arguments")) for item in given.items]
    keywords = {
        name: argument for name, argument in call.arguments.keywords.items() if name not in call.spec.keywords
    }
    named = call.value("keywords")
    if isinstance(named, Dict):
        keywords = {key.text: Argument(value, None) for key, value in named.entries if isinstance(key, Text)}
    with _thread(run, call.node) if _is_thread(call) else nullcontext():
        made = run.call(function, Arguments(positional, keywords, call.arguments.has_more), call.node)
    return Task(made)


def _is_thread(call: Call) -> bool:
    """Whether another thread runs the function, and no process: the default of an event loop is one."""
    if call.spec.get("thread"):
        return True
    return "loop" in call and (call.value("loop") == NONE or _is_thread_pool(call.value("loop")))


def _is_thread_pool(value: Value) -> bool:
    return isinstance(value, Component) and value.kind == _THREADS


@contextmanager
def _thread(run: Run, node: nodes.Call) -> Iterator[None]:
    """What runs in a thread of its own: gradients are recorded there, whatever is switched off around the call."""
    frame = run.frame
    before = frame.grad, frame.thread
    if frame.grad is Tristate.NO:
        frame.thread = run.site(node)
    frame.grad = Tristate.YES
    yield
    frame.grad, frame.thread = before


def op_awaited(_run: Run, call: Call) -> Value:
    """A coroutine that runs by itself from now on."""
    return Task(call.value("x"))


def op_gathered(run: Run, call: Call) -> Value:
    """What several coroutines or tasks give, in their order."""
    given = {id(argument.node): argument.value for argument in call.arguments.positional}
    found: list[Value] = []
    is_whole = True
    for node in call.node.args:
        if not isinstance(node, nodes.Starred):
            found.append(given.get(id(node), UNKNOWN))
            continue
        for option in options(run.eval(node.value)):
            known = option.items if isinstance(option, Seq) else (UNKNOWN,)
            is_whole &= isinstance(option, Seq) and option.is_whole
            found += known
    plain = (
        join_all(each.result if isinstance(each, Task) else each for each in options(value))
        for value in found
    )
    return Seq(tuple(plain), "list" if is_whole else "generator", is_whole)


def op_provided(run: Run, call: Call) -> Value:
    """What a parameter holds for a request: the value of a function, a generator's or an object's own."""
    run.handle(call.arguments)
    made = run.call(call.value("function"), Arguments([], {}), call.node)
    return join_all(
        option.items[0] if isinstance(option, Seq) and option.kind == "generator" and option.items else option
        for option in options(made)
    )


def of_task(task: Task, name: str) -> Value:
    """A method of what stands for a call that somebody else makes."""
    return task.result if name in _RESULTS else NONE
