"""Fixes for CLP201 to CLP210: how features are compared and what is made of the scores."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.imports import imported, module
from clip_lint.codemods.textual.normalising import at_origin, divided
from clip_lint.codemods.textual.page import COMPREHENSIONS, FUNCTIONS, Change, NoFixError, Page
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from clip_lint.core.finding import Detail

UNSAFE, SUGGESTION = Applicability.UNSAFE, Applicability.SUGGESTION
_DIMENSIONS = ("dim", "axis")


def detail(finding: Finding, key: str) -> str:
    """What the check says under a key, empty where it says nothing."""
    return next((each.value for each in finding.details if each.key == key), "")


def all_details(finding: Finding, key: str) -> list[Detail]:
    """All that the check says under a key."""
    return [each for each in finding.details if each.key == key]


def normalise(page: Page, finding: Finding) -> Fix:
    """CLP201, CLP209: divide the vectors by their norm where they are made."""
    changes: list[Change] = []
    for side in all_details(finding, "features"):
        changes += at_origin(page, page.node(side.place, ast.Call), side.value)
    if not changes:
        raise NoFixError("it is not known where the vectors come from")
    return Fix(
        UNSAFE, "normalise the vectors where they are made; scores and thresholds change", page.edits(changes)
    )


def renormalise(page: Page, finding: Finding) -> Fix:
    """CLP210: bring the mean back to length one."""
    mean = page.node(finding.place, ast.Call)
    if not any(word in page.code(mean.func) for word in ("mean", "average")):
        raise NoFixError("the mean is taken elsewhere")
    statement = page.statement(mean)
    message = "normalise the mean again; scores change a little"
    is_array = _is_array(page, mean)
    if (
        isinstance(statement, ast.Assign)
        and statement.value is mean
        and isinstance(statement.targets[0], ast.Name)
        and len(statement.targets) == 1
        and page.stands_alone(statement)
    ):
        return Fix(
            UNSAFE, message, page.edits(divided(page, statement, statement.targets[0].id, is_array=is_array))
        )
    if is_array:
        raise NoFixError("there is no name to normalise the array under")
    functional, changes = module(page, "torch.nn.functional", mean)
    return Fix(
        UNSAFE, message, page.edits([*changes, *page.wrap(mean, f"{functional}.normalize(", ", dim=-1)")])
    )


def _is_array(page: Page, call: ast.Call) -> bool:
    """Whether a reduction or softmax is NumPy's or SciPy's; NoFixError where that cannot be told from a tensor's."""
    names = {keyword.arg for keyword in call.keywords}
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name):
        module_name = _origin(page, root.id)
        if module_name.partition(".")[0] in {"numpy", "scipy"}:
            return True
        if module_name.partition(".")[0] == "torch":
            return False
    if names & {"axis", "keepdims"}:
        return True
    if names & {"dim", "keepdim"}:
        return False
    function = page.function(call)
    text = page.code(function) if function is not None else page.text
    if "numpy" in text or "np." in text or "sentence_transformers" in page.text:
        raise NoFixError("it may be an array or a tensor")
    return False


def _origin(page: Page, name: str) -> str:
    """The dotted path that an import of the program gives to a name, empty where none does."""
    for node in ast.walk(page.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if (alias.asname or alias.name.partition(".")[0]) == name:
                    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                    return prefix + alias.name
    return ""


def operand(call: ast.Call) -> ast.expr:
    """What a softmax is taken of: the receiver of a method, else the first argument."""
    if isinstance(call.func, ast.Attribute) and not _is_module(call.func.value):
        return call.func.value
    for keyword in call.keywords:
        if keyword.arg in {"input", "x", "a"}:
            return keyword.value
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    raise NoFixError("the argument of the softmax is not written out")


def _is_module(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return text in {
        "torch",
        "F",
        "nn.functional",
        "torch.nn.functional",
        "scipy.special",
        "special",
        "np",
        "functional",
    } or (isinstance(node, ast.Name) and node.id.startswith("F_"))


def _softmax(page: Page, finding: Finding) -> ast.Call:
    """The softmax a finding stands at; NoFixError where it stands at a call that leads there."""
    call = page.node(finding.place, ast.Call)
    function = call.func.func if isinstance(call.func, ast.Call) else call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if "softmax" not in name.lower():
        raise NoFixError("the softmax stands elsewhere")
    return call


def scale(page: Page, finding: Finding) -> Fix:
    """CLP202: multiply the cosines by the model's own scale."""
    call = _softmax(page, finding)
    scores = operand(call)
    factor = _scale_in_reach(page, finding, call) or "100.0"
    is_receiver = isinstance(call.func, ast.Attribute) and call.func.value is scores
    start, end = page.parenthesised(scores) if is_receiver else page.span(scores)
    inner = _needs_parentheses(scores) and (start, end) == page.span(scores)
    before, after = f"{factor} * {'(' * inner}", ")" * inner
    if is_receiver:
        before, after = f"({before}", f"{after})"
    changes = [Change(start, start, before), Change(end, end, after)]
    return Fix(
        UNSAFE, "multiply by the logit scale; probabilities and thresholds change", page.edits(changes)
    )


def _needs_parentheses(node: ast.expr) -> bool:
    return isinstance(
        node,
        (
            ast.BinOp,
            ast.UnaryOp,
            ast.BoolOp,
            ast.Compare,
            ast.IfExp,
            ast.Lambda,
            ast.NamedExpr,
            ast.Await,
            ast.Starred,
        ),
    )


def _scale_in_reach(page: Page, finding: Finding, call: ast.Call) -> str | None:
    """The model's own scale as an expression that holds at the softmax, None where that is not sure."""
    for origin in all_details(finding, "encoder"):
        if origin.value not in {"clip", "open_clip", "transformers"} or _is_array(page, call):
            return None
        try:
            encoder = page.node(origin.place, ast.Call)
        except NoFixError:
            continue
        model = encoder.func
        if isinstance(model, ast.Attribute) and model.attr.startswith(("encode_", "get_")):
            model = model.value
        if page.function(call) is not page.function(encoder) or not _is_plain(model):
            continue
        first, last = sorted((page.span(encoder)[0], page.span(call)[0]))
        text = page.text[first:last] + page.code(operand(call))
        if ".cpu()" in text or ".numpy()" in text or "to('cpu')" in text or 'to("cpu")' in text:
            return None  # the scale may lie on another device than the scores, or be no array
        found = f"{page.code(model)}.logit_scale.exp()"
        return found if records_nothing(page, call) else f"{found}.detach()"
    return None


def _is_plain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def records_nothing(page: Page, node: ast.AST) -> bool:
    """Whether a node lies visibly under `no_grad` or `inference_mode`."""
    for each in page.above(node):
        if isinstance(each, (ast.With, ast.AsyncWith)):
            entered = [item.context_expr for item in each.items]
        elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            entered = each.decorator_list
        else:
            continue
        if any(
            word in ast.unparse(expression)
            for expression in entered
            for word in ("no_grad", "inference_mode")
        ):
            return True
    return False


def dimension(page: Page, finding: Finding) -> Fix:
    """CLP203: softmax over the labels' axis."""
    call = _softmax(page, finding)
    right = detail(finding, "dim")
    if not right:
        raise NoFixError("it is not known which axis the labels are")
    if isinstance(call.func, ast.Call):  # nn.Softmax(dim=0)(scores)
        call = call.func
        positional = 0
    else:
        positional = 0 if isinstance(call.func, ast.Attribute) and not _is_module(call.func.value) else 1
    for keyword in call.keywords:
        if keyword.arg in _DIMENSIONS:
            change = page.replace(keyword.value, right)
            break
    else:
        if len(call.args) <= positional:
            raise NoFixError("the axis is not written out")
        change = page.replace(call.args[positional], right)
    return Fix(UNSAFE, "take the softmax over the labels; the numbers change", page.edits([change]))


def sigmoid(page: Page, finding: Finding) -> Fix:
    """CLP205: the function the checkpoint was trained with."""
    call = _softmax(page, finding)
    if detail(finding, "logits") != "whole":
        raise NoFixError("without the model's scale and bias a sigmoid is no better")
    scores = page.code(operand(call))
    message = "use the sigmoid; the values no longer add up to one, thresholds change"
    if isinstance(call.func, ast.Call):
        raise NoFixError("the softmax is a module that other code may use")
    if _is_array(page, call):
        function, changes = imported(page, "scipy.special", "expit")
    else:
        torch, changes = module(page, "torch", call)
        function = f"{torch}.sigmoid"
    return Fix(UNSAFE, message, page.edits([*changes, page.replace(call, f"{function}({scores})")]))


def single_label(page: Page, finding: Finding) -> Fix:
    """CLP204: a contrasting label, shown where the only label stands."""
    call = _softmax(page, finding)
    scores = page.code(operand(call))
    message = (
        'add a label that contrasts, such as `"a photo of something else"`, or judge the one score by itself:'
        f" `torch.sigmoid({scores})` for SigLIP, a cosine threshold calibrated on your images for CLIP"
    )
    return Fix(SUGGESTION, " ".join(message.split()))


def is_evaluated_later(page: Page, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether an expression runs another time than its statement: in a lambda, or in a generator that is kept."""
    for each in page.above(node):
        if each is statement:
            return False
        if isinstance(each, ast.Lambda):
            return True
        if isinstance(each, ast.GeneratorExp) and not isinstance(page.parents[each], ast.Call):
            return True
    return False


def is_repeated(page: Page, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether an expression may run never or several times when its statement runs."""
    for each in page.above(node):
        if each is statement:
            return False
        if isinstance(each, (*FUNCTIONS, *COMPREHENSIONS, ast.IfExp, ast.BoolOp)):
            return True
    return False
