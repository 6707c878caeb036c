"""Transformations that spell the same arithmetic otherwise."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from rewriting import Files, Transformation, bound

PROGRAM = "program.py"
Rewrite = Callable[[ast.AST], ast.AST | None]
"""A node -> the node that stands for it, or None where it stays."""


class _Each(ast.NodeTransformer):
    def __init__(self, rewrite: Rewrite) -> None:
        self.rewrite = rewrite
        self.count = 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        made = self.rewrite(node)
        if made is None:
            return node
        self.count += 1
        return made


def _expression(text: str, **parts: ast.expr) -> ast.expr:
    """An expression whose names in capitals are replaced by other expressions."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(parts[node.id]) if node.id in parts else node

    made = Fill().visit(ast.parse(text, mode="eval").body)
    assert isinstance(made, ast.expr)
    return made


def _respelled(rewrite: Rewrite, *, imports: str = "", needs: str = "torch") -> Transformation:
    def change(text: str) -> Files | None:
        tree = ast.parse(text)
        if needs and needs not in bound(tree.body):
            return None
        each = _Each(rewrite)
        each.visit(tree)
        if not each.count:
            return None
        tree.body[_after_future(tree) : _after_future(tree)] = ast.parse(imports).body
        return {PROGRAM: ast.unparse(ast.fix_missing_locations(tree)) + "\n"}

    return change


def _after_future(tree: ast.Module) -> int:
    return next(
        (
            i
            for i, node in enumerate(tree.body)
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__") and not _is_text(node)
        ),
        0,
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _matmul(text: str) -> Rewrite:
    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return _expression(text, A=left, B=right)
        return None

    return rewrite


def _transposed(text: str) -> Rewrite:
    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.BinOp(left=left, op=ast.MatMult(), right=ast.Attribute(value=right, attr="T")):
                return _expression(text, A=left, B=right)
            case ast.BinOp(
                left=left,
                op=ast.MatMult(),
                right=ast.Call(func=ast.Attribute(value=right, attr="t"), args=[]),
            ):
                return _expression(text, A=left, B=right)
        return None

    return rewrite


def _is_norm_of(norm: ast.expr, value: ast.expr) -> bool:
    match norm:
        case ast.Call(func=ast.Attribute(value=inner, attr="norm"), keywords=[_, *_]):
            return ast.unparse(inner) == ast.unparse(value)
    return False


def _divided(text: str) -> Rewrite:
    """``x / x.norm(dim=-1, keepdim=True)`` otherwise."""

    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=norm) if _is_norm_of(norm, left):
                return _expression(text, X=left)
            case ast.AugAssign(target=ast.Name() as target, op=ast.Div(), value=norm) if _is_norm_of(
                norm, ast.Name(target.id, ast.Load())
            ):
                return ast.Assign([target], _expression(text, X=ast.Name(target.id, ast.Load())))
        return None

    return rewrite


def _in_place(node: ast.AST) -> ast.AST | None:
    """``x = x / n`` as ``x /= n``."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name) as target],
            value=ast.BinOp(left=ast.Name(id=other), op=ast.Div() | ast.Mult() as op, right=right),
        ) if name == other:
            return ast.AugAssign(target, op, right)
    return None


def _normalized_otherwise(text: str) -> Rewrite:
    """``F.normalize(x, dim=-1)`` otherwise."""

    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.Call(func=ast.Attribute(attr="normalize"), args=[value], keywords=keywords) if not any(
                keyword.arg not in {"dim", "p"} for keyword in keywords
            ):
                return _expression(text, X=value)
        return None

    return rewrite


def _dim(call: ast.Call) -> ast.expr | None:
    if len(call.args) == 1 and not call.keywords:
        return call.args[0]
    if not call.args and [each.arg for each in call.keywords] == ["dim"]:
        return call.keywords[0].value
    return None


def _softmax(text: str, *, of_names: bool = False) -> Rewrite:
    """``x.softmax(dim=-1)`` otherwise; ``of_names``: only where ``x`` is a name, since it is written twice."""

    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="softmax")) if not (
                isinstance(value, ast.Name) and value.id in {"torch", "F", "special", "scipy"}
            ):
                dim = _dim(node) if isinstance(value, ast.Name) or not of_names else None
                return None if dim is None else _expression(text, X=value, D=dim)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="torch" | "F"), attr="softmax"), args=[value, *rest]
            ):
                dim = _dim(ast.Call(node.func, rest, node.keywords))
                dim = dim if isinstance(value, ast.Name) or not of_names else None
                return None if dim is None else _expression(text, X=value, D=dim)
        return None

    return rewrite


def _swapped(node: ast.AST) -> ast.AST | None:
    """``a * b`` as ``b * a``, ``a > b`` as ``b < a``."""
    turned: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Gt: ast.Lt(),
        ast.Lt: ast.Gt(),
        ast.GtE: ast.LtE(),
        ast.LtE: ast.GtE(),
    }
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if not (
            {type(left), type(right)} & {ast.List, ast.Tuple} or _is_written(left) or _is_written(right)
        ):
            return ast.BinOp(right, ast.Mult(), left)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in turned:
            return ast.Compare(right, [turned[type(op)]], [left])
    return None


def _is_written(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _named_steps(text: str) -> Files | None:
    """Every argument of a call at the top level gets a name of its own first."""
    tree = ast.parse(text)
    made: list[ast.stmt] = []
    count = 0
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and not any(isinstance(each, ast.Lambda) for each in ast.walk(node.value))
        ):
            for place, argument in enumerate(node.value.args):
                if isinstance(argument, ast.Call | ast.BinOp):
                    count += 1
                    made.append(ast.Assign([ast.Name(f"step_{count}", ast.Store())], argument))
                    node.value.args[place] = ast.Name(f"step_{count}", ast.Load())
        made.append(node)
    tree.body = made
    return {PROGRAM: ast.unparse(ast.fix_missing_locations(tree)) + "\n"} if count else None


def _no_grad(text: str) -> Rewrite:
    def rewrite(node: ast.AST) -> ast.AST | None:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="torch"), attr="no_grad" | "inference_mode"), args=[]
            ):
                return _expression(text)
        return None

    return rewrite


FUNCTIONAL = "import torch.nn.functional as functional\n"
ARITHMETIC: dict[str, Transformation] = {
    "torch.matmul": _respelled(_matmul("torch.matmul(A, B)")),
    "matmul": _respelled(_matmul("A.matmul(B)")),
    "numpy.matmul": _respelled(_matmul("np.matmul(A, B)"), needs="np"),
    "einsum": _respelled(_transposed("torch.einsum('nd,md->nm', A, B)")),
    "linear": _respelled(_transposed("functional.linear(A, B)"), imports=FUNCTIONAL),
    "transpose": _respelled(_transposed("A @ B.transpose(0, 1)")),
    "turned and back": _respelled(_transposed("(B @ A.T).T")),
    "broadcast": _respelled(_transposed("(A[:, None, :] * B[None, :, :]).sum(dim=-1)")),
    "F.normalize": _respelled(_divided("functional.normalize(X, dim=-1)"), imports=FUNCTIONAL),
    "times the inverse": _respelled(_divided("X * (1.0 / X.norm(dim=-1, keepdim=True))")),
    "root of squares": _respelled(_divided("X / X.pow(2).sum(dim=-1, keepdim=True).sqrt()")),
    "linalg": _respelled(_divided("X / torch.linalg.vector_norm(X, dim=-1, keepdim=True).clamp(min=1e-12)")),
    "torch.div": _respelled(_divided("torch.div(X, torch.norm(X, p=2, dim=-1, keepdim=True))")),
    "in place": _respelled(_in_place),
    "norm for F.normalize": _respelled(_normalized_otherwise("X / X.norm(dim=-1, keepdim=True)")),
    "torch.softmax": _respelled(_softmax("torch.softmax(X, dim=D)")),
    "F.softmax": _respelled(_softmax("functional.softmax(X, dim=D)"), imports=FUNCTIONAL),
    "nn.Softmax": _respelled(_softmax("torch.nn.Softmax(dim=D)(X)")),
    "log_softmax and exp": _respelled(_softmax("X.log_softmax(dim=D).exp()")),
    "exp by its sum": _respelled(_softmax("X.exp() / X.exp().sum(dim=D, keepdim=True)", of_names=True)),
    "softmax by its old name": _respelled(_softmax("X.softmax(D)")),
    "operands swapped": _respelled(_swapped, needs=""),
    "named steps": _named_steps,
    "set_grad_enabled": _respelled(_no_grad("torch.set_grad_enabled(False)")),
}
