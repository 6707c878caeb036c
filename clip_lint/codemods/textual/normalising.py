"""Bringing vectors to length one where they are made."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.imports import module
from clip_lint.codemods.textual.page import Change, NoFixError

if TYPE_CHECKING:
    from clip_lint.codemods.textual.page import Page

_KEYWORDS = {
    ("open_clip", "encode_image"): "normalize",
    ("open_clip", "encode_text"): "normalize",
    ("sentence-transformers", "encode"): "normalize_embeddings",
    ("sentence_transformers", "encode"): "normalize_embeddings",
}
"""Libraries whose encoders normalise when asked to."""

_TENSOR_CHAIN = frozenset(
    {
        "pooler_output",
        "float",
        "half",
        "double",
        "to",
        "type",
        "cpu",
        "cuda",
        "detach",
        "squeeze",
        "clone",
        "contiguous",
    }
)
_ARRAY_CHAIN = frozenset({"astype", "copy", "squeeze"})


def at_origin(page: Page, call: ast.Call, library: str) -> list[Change]:
    """Normalise what an encoder's call gives, in the way its surroundings suggest."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    keyword = _KEYWORDS.get((library, name))
    if keyword is not None:
        return [page.keyword(call, keyword, "True")]
    statement = page.statement(call)
    target, is_array = _assigned(page, call, statement)
    if target is not None:
        return divided(page, _last_form(page, statement, target), target, is_array=is_array)
    inner: ast.expr = call
    parent = page.parents[inner]
    if (isinstance(parent, ast.Attribute) and parent.attr == "pooler_output") or (
        isinstance(parent, ast.Call) and inner in parent.args and _is_pooling(parent)
    ):
        inner = parent
    if isinstance(page.parents[inner], ast.Await):
        raise NoFixError("what is awaited is no tensor yet")
    functional, changes = module(page, "torch.nn.functional", call)
    return [*changes, *page.wrap(inner, f"{functional}.normalize(", ", dim=-1)")]


def divided(page: Page, statement: ast.stmt, name: str, *, is_array: bool) -> list[Change]:
    """A line behind a statement that divides a variable by its norm."""
    if is_array:
        numpy, changes = module(page, "numpy", statement)
        return [
            *changes,
            page.after(statement, [f"{name} = {name} / {numpy}.linalg.norm({name}, axis=-1, keepdims=True)"]),
        ]
    return [page.after(statement, [f"{name} = {name} / {name}.norm(dim=-1, keepdim=True)"])]


def _assigned(page: Page, call: ast.Call, statement: ast.stmt) -> tuple[str | None, bool]:
    """The variable that receives a call's vectors unchanged but for type, device and empty axes; whether as an array."""
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
        or not page.stands_alone(statement)
    ):
        return None, False
    node: ast.AST = call
    is_array = False
    while node is not statement:
        parent = page.parents[node]
        if parent is statement:
            return statement.targets[0].id, is_array
        if isinstance(parent, ast.Attribute):
            if parent.attr == "numpy":
                is_array = True
            elif parent.attr not in (_ARRAY_CHAIN if is_array else _TENSOR_CHAIN):
                return None, False
        elif isinstance(parent, ast.Call):
            if node in parent.args and not _is_pooling(parent):
                return None, False
        else:
            return None, False
        node = parent
    return None, False


def _is_pooling(call: ast.Call) -> bool:
    """The helper that CLP307's fix writes, or ``getattr(x, "pooler_output", x)``."""
    return isinstance(call.func, ast.Name) and call.func.id.startswith("pooled_features")


def _last_form(page: Page, statement: ast.stmt, name: str) -> ast.stmt:
    """The statement after which a variable's vectors have their form: its output object may be opened on the next line."""
    block = page.block(statement)
    for following in block[block.index(statement) + 1 :][:1]:
        if (
            isinstance(following, ast.Assign)
            and len(following.targets) == 1
            and isinstance(following.targets[0], ast.Name)
            and following.targets[0].id == name
            and _opens(following.value, name)
            and page.stands_alone(following)
        ):
            return following
    return statement


def _opens(value: ast.expr, name: str) -> bool:
    match value:
        case ast.Attribute(value=ast.Name(id=found), attr="pooler_output"):
            return found == name
        case ast.Call(
            func=ast.Name(id="getattr"), args=[ast.Name(id=found), ast.Constant("pooler_output"), *_]
        ):
            return found == name
    return False
