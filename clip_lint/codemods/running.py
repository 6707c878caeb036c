"""Fixes for CLP401 and CLP402: how the model is run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from clip_lint.codemods.imports import module
from clip_lint.codemods.program import Change, NoFixError, Page
from clip_lint.codemods.scores import is_evaluated_later, records_nothing
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Sequence

SAFE, UNSAFE, SUGGESTION = Applicability.SAFE, Applicability.UNSAFE, Applicability.SUGGESTION
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)
_MAX_BETWEEN = 3
"""So many statements of another kind may come along into one `with` block."""
_CHAIN = frozenset({"to", "cuda", "cpu", "float", "half", "bfloat16", "requires_grad_"})
_IN_PLACE = re.compile(r"[a-z]\w*_$")
_LEAVES = (".numpy()", ".tolist()", ".item()")
_TRAINING = re.compile(r"forward|train|loss|fit|step", re.IGNORECASE)


def evaluation(page: Page, finding: Finding) -> Fix:
    """CLP401: `eval()` after the load."""
    call = page.node(finding.place, ast.Call)
    statement = page.statement(call)
    message = "call `eval()` after loading"
    value: ast.AST = call
    subscripted = False
    while value is not statement:
        parent = page.parents[value]
        if parent is statement:
            break
        if isinstance(parent, ast.Attribute) and parent.attr in _CHAIN:
            value = page.parents[parent]
        elif (
            isinstance(parent, ast.Subscript)
            and isinstance(parent.slice, ast.Constant)
            and parent.slice.value == 0
        ):
            value, subscripted = parent, True
        else:
            break
    is_tuple = _gives_several(call) and not subscripted
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is value:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        target = targets[0]
        if is_tuple:
            if not isinstance(target, (ast.Tuple, ast.List)) or not target.elts:
                raise NoFixError("the model stays inside a tuple")
            target = target.elts[0]
        if isinstance(target, (ast.Name, ast.Attribute)) and not isinstance(
            page.parents[statement], ast.ClassDef
        ):
            if not page.stands_alone(statement):
                end = page.span(statement)[1]
                change = Change(end, end, f"; {page.code(target)}.eval()")
            else:
                change = page.after(statement, [f"{page.code(target)}.eval()"])
            return Fix(SAFE, message, page.edits([change]))
    if is_tuple:
        raise NoFixError("the model stays inside a tuple")
    end = page.span(value)[1]
    return Fix(SAFE, message, page.edits([Change(end, end, ".eval()")]))


def _gives_several(call: ast.Call) -> bool:
    """Whether an open_clip factory gives the model first and its transforms after it."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if any(keyword.arg == "return_transform" for keyword in call.keywords):
        raise NoFixError("what the call gives depends on an argument")
    return name in {"create_model_and_transforms", "create_model_from_pretrained"}


def without_gradients(page: Page, finding: Finding, others: Sequence[Finding]) -> Fix:
    """CLP402: put the calls of one block under a `with`, or decorate the function."""
    call = page.node(finding.place, ast.Call)
    statement = page.statement(call)
    if is_evaluated_later(page, call, statement):
        raise NoFixError("the call runs later than its statement")
    if records_nothing(page, call):
        raise NoFixError("it lies under such a context already, of a module that is not imported")
    function = page.function(call)
    if isinstance(function, ast.Lambda):
        raise NoFixError("a lambda has no room for it")
    applicability = UNSAFE if function is not None and _TRAINING.search(function.name) else SAFE
    siblings = _siblings(page, statement, others)
    if (
        function is not None
        and not isinstance(function, ast.AsyncFunctionDef)
        and _wants_decorator(page, statement)
    ):
        return _decorated(page, function, applicability)
    run = _run(page, siblings, statement)
    torch, changes = module(page, "torch", statement)
    # Under somebody's own context (a profiler, a counter of operations) inference mode shows other operations.
    is_plain = not any(isinstance(each, (ast.With, ast.AsyncWith)) for each in page.above(statement))
    mode = "inference_mode" if is_plain and _stays(page, function, run) else "no_grad"
    changes += indented(page, run, f"with {torch}.{mode}():")
    return Fix(applicability, f"run it under `torch.{mode}()`", page.edits(changes))


def _siblings(page: Page, statement: ast.stmt, others: Sequence[Finding]) -> list[ast.stmt]:
    """The statements of the same block that lack it too."""
    block = page.block(statement)
    found = {statement}
    for other in others:
        if other.code != "CLP402" or other.suppressed:
            continue
        try:
            call = page.node(other.place, ast.Call)
            if page.statement(call) in block and not is_evaluated_later(page, call, page.statement(call)):
                found.add(page.statement(call))
        except NoFixError:
            continue
    return [each for each in block if each in found]


def _run(page: Page, siblings: list[ast.stmt], statement: ast.stmt) -> list[ast.stmt]:
    """The statements around one that go into the same `with`: those that need it, and what ties one to the next."""
    block = page.block(statement)
    runs: list[list[ast.stmt]] = []
    for each in siblings:
        if runs:
            between = block[block.index(runs[-1][-1]) + 1 : block.index(each)]
            if isinstance(runs[-1][-1], _SIMPLE) and _belong_together(page, runs[-1], between, each):
                runs[-1] += [*between, each]
                continue
        runs.append([each])
    return next(run for run in runs if statement in run)


def _belong_together(page: Page, run: list[ast.stmt], between: list[ast.stmt], following: ast.stmt) -> bool:
    """Whether what stands between only finishes what the run made or prepares what follows, with no comment of its own.

    A line that has nothing to do with the model stays as it is: it is not indented, and a comment keeps its place.
    """
    if (
        len(between) > _MAX_BETWEEN
        or not all(isinstance(each, _SIMPLE) for each in between)
        or page.cell_of(run[-1]) != page.cell_of(following)
        or page.has_comment_lines(run[-1], following)
    ):
        return False
    made = {name for each in run for name in _names(each, ast.Store)}
    wanted = _names(following, ast.Load)
    for each in reversed(between):
        stored = _names(each, ast.Store)
        if stored & wanted:
            wanted |= _names(each, ast.Load)
        elif not stored or not stored <= made:
            return False
    return True


def _names(statement: ast.stmt, context: type[ast.expr_context]) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


def _wants_decorator(page: Page, statement: ast.stmt) -> bool:
    """Whether the call stands where no `with` can be put: in the head of a compound statement, or beside others."""
    return not isinstance(statement, (*_SIMPLE, ast.Return)) or not page.stands_alone(statement)


def _decorated(page: Page, function: ast.FunctionDef, applicability: Applicability) -> Fix:
    torch, changes = module(page, "torch", function)
    start = page.line_start(function.lineno)
    if page.text[start : page.span(function)[0]].strip():
        raise NoFixError("the function shares its line with another statement")
    changes.append(Change(start, start, f"{page.indent(function)}@{torch}.no_grad()\n"))
    return Fix(applicability, "run the function under `torch.no_grad()`", page.edits(changes))


def indented(page: Page, run: list[ast.stmt], head: str) -> list[Change]:
    """Put statements of one block, each with its lines to itself, one level deeper under ``head``."""
    if not all(page.stands_alone(each) for each in run):
        raise NoFixError("a statement shares its line with another")
    first = page.line_of(page.first(run[0]))
    last = page.line_of(page.span(run[-1])[1])
    indent = page.indent(run[0])
    start = page.line_start(first)
    changes = [Change(start, start, f"{indent}{head}\n")]
    for number in range(first, last + 1):
        line = page.line(number)
        if line.strip() and number not in page.inside_strings:
            at = page.line_start(number)
            if number == first:
                changes[0] = Change(at, at, f"{indent}{head}\n{page.step}")
            else:
                changes.append(Change(at, at, page.step))
    return changes


def _stays(page: Page, function: ast.AST | None, run: list[ast.stmt]) -> bool:
    """Whether the tensors made in ``run`` stay in the function, or leave it as arrays or numbers, and nothing changes them.

    Tensors of inference mode may not be changed in place, nor meet a gradient, outside of it.
    """
    if any(isinstance(each, ast.Return) and not _leaves(page, each.value) for each in run):
        return False
    names = {
        node.id
        for each in run
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if any(
        isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)
        for each in run
        for node in ast.walk(each)
    ):
        return False
    if any(isinstance(node, ast.Call) and _keeps(node) for each in run for node in ast.walk(each)):
        return False
    carried = _carried(function or page.tree, names)
    for node in ast.walk(function or page.tree):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, ast.Return) and _mentions(node, carried) and not _leaves(page, node.value):
            return False
        if isinstance(node, ast.AugAssign) and _mentions(node.target, carried):
            return False
        if (
            isinstance(node, (ast.Attribute, ast.Subscript))
            and isinstance(node.ctx, ast.Store)
            and _mentions(node, carried)
        ):
            return False
        if (
            isinstance(node, ast.Assign)
            and function is not None
            and not all(isinstance(target, (ast.Name, ast.Tuple)) for target in node.targets)
            and _mentions(node.value, carried)
        ):
            return False
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and _IN_PLACE.fullmatch(node.func.attr)
            and _mentions(node.func.value, carried)
        ):
            return False
        if (
            isinstance(node, ast.Call)
            and _keeps(node)
            and any(_mentions(argument, carried) for argument in node.args)
        ):
            return False
    return True


def _keeps(call: ast.Call) -> bool:
    """Whether a call puts its arguments into a collection that may outlive the function."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in {
        "append",
        "extend",
        "add",
        "update",
        "put",
        "insert",
    }


def _carried(scope: ast.AST, names: set[str]) -> set[str]:
    """The names that may hold the same storage: what is computed from the names, two steps far."""
    found = set(names)
    for _ in range(3):
        for node in ast.walk(scope):
            if (
                isinstance(node, (ast.Assign, ast.AnnAssign))
                and node.value is not None
                and _mentions(node.value, found)
            ):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(
                    each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
                )
    return found


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))


def _leaves(page: Page, value: ast.expr | None) -> bool:
    """Whether a returned value is no tensor any more."""
    return (
        value is None
        or any(page.code(value).endswith(end) for end in _LEAVES)
        or isinstance(value, (ast.Constant, ast.Compare))
    )
