"""CLP403: a simple loop over single items, run in batches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.page import Change, NoFixError, Page
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 32
_MESSAGE = "encode in batches; memory grows with the batch, and one unreadable item stops all of it"
_ROW_WISE = frozenset(
    {
        "cpu",
        "cuda",
        "float",
        "half",
        "detach",
        "numpy",
        "to",
        "norm",
        "pooler_output",
        "normalize",
        "append",
        "clone",
    }
)
"""What may be done with a batch as with one item: rows stay rows."""
_JOINERS = frozenset({"cat", "concatenate", "concat", "vstack"})
_SEQUENCES = frozenset({"sorted", "list", "tuple", "listdir"})


def batch(page: Page, finding: Finding) -> Fix:
    """Rewrite the loop around an encoding, if its shape is one of the three that are understood."""
    call = page.node(finding.place, ast.Call)
    if not isinstance(call.func, ast.Attribute):
        raise NoFixError("what is called in the loop is no encoder")
    if call.func.attr == "encode":
        return _sentence_transformers(page, call)
    return _chunks(page, call)


def _sentence_transformers(page: Page, call: ast.Call) -> Fix:
    """``encode`` takes a list and makes its own batches."""
    if len(call.args) != 1 or isinstance(call.args[0], ast.Starred):
        raise NoFixError("the argument is not written out")
    parent = page.parents[call]
    item = page.code(call.args[0])
    if isinstance(parent, ast.ListComp) and parent.elt is call and len(parent.generators) == 1:
        generator = parent.generators[0]
        rest = page.text[page.span(call)[1] : page.span(parent)[1] - 1]
        if generator.is_async or "\n" in rest:
            raise NoFixError("the comprehension is not simple")
        items = f"[{item}{rest}]"
        text = f"list({_with_argument(page, call, items)})"
        return Fix(Applicability.UNSAFE, _MESSAGE, page.edits([page.replace(parent, text)]))
    statement = page.statement(call)
    loop = page.parents[statement]
    if (
        not isinstance(loop, ast.For)
        or loop.body != [statement]
        or loop.orelse
        or not page.stands_alone(loop)
    ):
        raise NoFixError("the loop does more than encode")
    _check_comments(page, loop, statement)
    target, source = page.code(loop.target), page.code(loop.iter)
    items = f"[{item} for {target} in {source}]"
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[argument])
        ) if argument is call:
            text = f"{name}.extend({_with_argument(page, call, items)})"
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=key))], value=value
        ) if value is call and key == target and isinstance(loop.iter, ast.Name):
            text = f"{name}.update(zip({source}, {_with_argument(page, call, items)}))"
        case _:
            raise NoFixError("the loop does more than encode")
    return Fix(Applicability.UNSAFE, _MESSAGE, page.edits([page.replace(loop, text)]))


def _with_argument(page: Page, call: ast.Call, argument: str) -> str:
    start, end = page.span(call)
    first, last = page.span(call.args[0])
    return page.text[start:first] + argument + page.text[last:end]


def _check_comments(page: Page, loop: ast.For, statement: ast.stmt) -> None:
    """A loop that is written anew has no room for comments inside."""
    for number in range(loop.lineno, (statement.end_lineno or statement.lineno) + 1):
        if "#" in page.line(number):
            raise NoFixError("there is a comment in the loop")


def _chunks(page: Page, call: ast.Call) -> Fix:
    """A loop that prepares one item, encodes it and appends the row to a list that is concatenated in the end."""
    loop = next(
        (each for each in page.above(call) if isinstance(each, (ast.For, ast.While, ast.FunctionDef))), None
    )
    if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
        raise NoFixError("the loop is not over single items")
    variable = loop.target.id
    statements = list(_flat(loop.body))
    users = [each for each in statements if _mentions(each, variable)]
    prepare = users[0] if len(users) == 1 else None
    target = prepare.targets[0] if isinstance(prepare, ast.Assign) else None
    if not isinstance(prepare, ast.Assign) or not isinstance(target, ast.Name):
        raise NoFixError("the item is used in more than one place")
    prepared = target.id
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not any(isinstance(each, ast.Name) and each.id == prepared for each in arguments):
        raise NoFixError("the item is not prepared in the loop")
    _check_rows(page, loop, statements, prepare, call)
    _check_list(page, loop, statements)
    batch_name = page.fresh("batch")
    changes = _head(page, loop, batch_name)
    changes += _prepared(page, prepare, variable, batch_name)
    return Fix(Applicability.UNSAFE, _MESSAGE, page.edits(changes))


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The simple statements of a body, those under `with` included; NoFixError for anything that branches."""
    for statement in body:
        if isinstance(statement, ast.With):
            yield from _flat(statement.body)
        elif isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)):
            yield statement
        else:
            raise NoFixError("the loop does more than encode")


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _check_rows(
    page: Page, loop: ast.For, statements: list[ast.stmt], prepare: ast.stmt, call: ast.Call
) -> None:
    """NoFixError unless everything but the preparation treats rows alike."""
    inside = set(ast.walk(call))
    for statement in statements:
        if statement is prepare:
            continue
        for node in ast.walk(statement):
            if node in inside and node is not call:
                continue
            if isinstance(
                node, (ast.Subscript, ast.IfExp, ast.Compare, ast.ListComp, ast.GeneratorExp, ast.Starred)
            ):
                raise NoFixError("rows are not treated alike")
            if isinstance(node, ast.Call) and node is not call:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if name not in _ROW_WISE or not _keeps_rows(node, name):
                    raise NoFixError("rows are not treated alike")
    del page, loop


def _keeps_rows(call: ast.Call, name: str) -> bool:
    """Norms must be taken along the last axis, and keep it."""
    if name not in {"norm", "normalize"}:
        return True
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    axis = given.get("dim", given.get("axis", ""))
    return axis in {"-1", "1"} and (
        name == "normalize" or "True" in (given.get("keepdim"), given.get("keepdims"))
    )


def _check_list(page: Page, loop: ast.For, statements: list[ast.stmt]) -> None:
    """NoFixError unless the rows go into lists that are only concatenated."""
    collected = {
        each.value.func.value.id
        for each in statements
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Attribute)
        and each.value.func.attr == "append"
        and isinstance(each.value.func.value, ast.Name)
    }
    if len(collected) != 1:
        raise NoFixError("the rows are not collected in one list")
    name = collected.pop()
    inside = set(ast.walk(loop))
    local = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    scope = page.scope(loop)
    joined = False
    for node in ast.walk(scope):
        if not isinstance(node, ast.Name) or node in inside:
            continue
        if node.id in local and isinstance(node.ctx, ast.Load) and node.lineno > loop.lineno:
            raise NoFixError("what the last round leaves is used after the loop")
        if node.id != name:
            continue
        parent = page.parents[node]
        if isinstance(parent, ast.Assign) and isinstance(parent.value, ast.List) and not parent.value.elts:
            continue
        if isinstance(parent, ast.Call) and node in parent.args[:1] and _joins(parent):
            joined = True
            continue
        raise NoFixError("the list is used in another way than by concatenating it")
    if not joined:
        raise NoFixError("the list is never concatenated")


def _joins(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    along = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    return name in _JOINERS and all(isinstance(each, ast.Constant) and each.value == 0 for each in along)


def _head(page: Page, loop: ast.For, batch_name: str) -> list[Change]:
    """The loop's head over slices of the items; items that may be no sequence become a list first."""
    source = loop.iter
    wrapper, more = "", ")"
    if isinstance(source, ast.Call) and isinstance(source.func, (ast.Name, ast.Attribute)):
        called = source.func.id if isinstance(source.func, ast.Name) else source.func.attr
        if called in {"tqdm", "trange", "track"} and len(source.args) >= 1:
            if any(each.arg in {None, "total"} for each in source.keywords):
                raise NoFixError("the bar counts what the loop no longer does one by one")
            more = page.text[page.span(source.args[0])[1] : page.span(source)[1]]  # what else the bar is told
            wrapper, source = page.code(source.func), source.args[0]
    changes: list[Change] = []
    if isinstance(source, ast.Name) and _is_sequence(page, source, loop):
        items = source.id
    else:
        items = page.fresh("items")
        value = page.code(source)
        is_list = (
            isinstance(source, ast.Call)
            and getattr(source.func, "id", getattr(source.func, "attr", "")) in _SEQUENCES
        )
        is_list = is_list or isinstance(source, (ast.List, ast.Tuple))
        if "\n" in value:
            raise NoFixError("the items span several lines")
        changes.append(page.before(loop, [f"{items} = {value if is_list else f'list({value})'}"]))
    start = page.fresh("start")
    counted = f"range(0, len({items}), {SIZE})"
    if wrapper:
        counted = f"{wrapper}({counted}{more}"
    first = loop.body[0]
    if not page.stands_alone(first) or first.lineno == loop.lineno:
        raise NoFixError("the loop is written in one line")
    head_start, head_end = page.span(loop.target)[0], page.span(loop.iter)[1]
    changes.append(Change(head_start, head_end, f"{start} in {counted}"))
    changes.append(page.before(first, [f"{batch_name} = {items}[{start} : {start} + {SIZE}]"]))
    return changes


def _is_sequence(page: Page, name: ast.Name, loop: ast.For) -> bool:
    """Whether a name surely holds a list or tuple."""
    scope = page.scope(loop)
    found = False
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and node.id == name.id and isinstance(node.ctx, ast.Store):
            statement = page.statement(node)
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(value, (ast.List, ast.Tuple, ast.ListComp)) or (
                isinstance(value, ast.Call)
                and getattr(value.func, "id", getattr(value.func, "attr", "")) in _SEQUENCES
            ):
                found = True
            else:
                return False
    return found


def _prepared(page: Page, prepare: ast.Assign, variable: str, batch_name: str) -> list[Change]:
    """The preparation of a whole batch: a processor takes a list, tensors of single items are concatenated."""
    value = prepare.value
    if "\n" in page.code(value):
        raise NoFixError("the preparation spans several lines")
    loop = f" for {variable} in {batch_name}]"
    for node in ast.walk(value):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.arg not in {"images", "text"} or not _mentions(keyword.value, variable):
                continue
            item = keyword.value
            if isinstance(item, ast.List) and len(item.elts) == 1:
                item = item.elts[0]
            changes = [page.replace(keyword.value, f"[{page.code(item)}{loop}")]
            if keyword.arg == "text" and not any(each.arg == "padding" for each in node.keywords):
                changes.append(page.argument(node, "padding=True"))
            return changes
        if node.args and _mentions(node.args[0], variable) and _is_tokenizer(node):
            item = node.args[0]
            if isinstance(item, ast.List) and len(item.elts) == 1:
                item = item.elts[0]
            return [page.replace(node.args[0], f"[{page.code(item)}{loop}")]
    if "unsqueeze(0)" not in page.code(value):
        raise NoFixError("one item has no axis to put batches along")
    from clip_lint.codemods.textual.imports import module  # noqa: PLC0415

    torch, changes = module(page, "torch", prepare)
    return [*changes, page.replace(value, f"{torch}.cat([{page.code(value)}{loop})")]


def _is_tokenizer(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return "token" in name.lower()
