"""Names of a program changed everywhere: those that it gives itself, and those under which it imports."""

from __future__ import annotations

import ast
import re

from rewriting import BUILTINS, Functions, Imports

TELLING = re.compile(r"prob|conf|percent|certain|likelihood", re.IGNORECASE)
"""What a name may say by itself: CLP207 asks what a score is called."""
HOOKS = frozenset({
    "forward", "encode", "encode_image", "encode_text", "fit", "predict", "transform", "setup", "main", "collate_fn",
    "training_step", "validation_step", "test_step", "configure_optimizers", "embed_documents", "embed_query",
})  # fmt: skip


class _Own(ast.NodeVisitor):
    """The names that a program gives to its own things."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.kept: set[str] = set()
        self.based = 0

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_arg(self, node: ast.arg) -> None:
        self.names.add(node.arg)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.names.add(node.name)
        if node.decorator_list:  # routes, tests and fixtures go by names
            self.kept |= {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
        if node.name.startswith("test") or self.based:
            self.kept.add(node.name)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names.add(node.name)
        hooked = bool(node.bases or node.decorator_list)
        if hooked:
            fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
            self.kept |= {each.id for each in fields if isinstance(each, ast.Name)}
            plain = [each.targets[0] for each in node.body if isinstance(each, ast.Assign)]
            self.kept |= {each.id for each in plain if isinstance(each, ast.Name)}
        self.based += hooked
        self.generic_visit(node)
        self.based -= hooked

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if (
            isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"self", "cls"}
        ):
            self.attributes.add(node.attr)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.kept |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.kept |= {alias.asname or alias.name for alias in node.names}


class _Rename(ast.NodeTransformer):
    def __init__(self, new: dict[str, str], attributes: dict[str, str], own: set[str]) -> None:
        self.new, self.attributes, self.own = new, attributes, own

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.new.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.name = self.new.get(node.name, node.name)
        return super().generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        node.attr = self.attributes.get(node.attr, node.attr)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        called = node.func
        is_own = (isinstance(called, ast.Name) and called.id in self.own) or (
            isinstance(called, ast.Attribute) and called.attr in self.own
        )
        for keyword in node.keywords:
            if is_own and keyword.arg:
                keyword.arg = self.new.get(keyword.arg, keyword.arg)
        self.generic_visit(node)
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self.new.get(name, name) for name in node.names]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        node.names = [self.new.get(name, name) for name in node.names]
        return node


def neutral_names(text: str) -> str | None:
    """The program with neutral words for what it names itself; None where names are read as text."""
    tree = ast.parse(text)
    if any(
        isinstance(node, ast.Name) and node.id in {"locals", "globals", "vars", "getattr", "setattr"}
        for node in ast.walk(tree)
    ):
        return None
    if any(isinstance(node, Functions) and node.name.startswith("test") for node in ast.walk(tree)):
        return None
    own = _Own()
    own.visit(tree)
    used_otherwise = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    } - own.attributes
    stay = own.kept | BUILTINS | HOOKS | {"self", "cls", "_"}
    names = sorted(
        name
        for name in own.names
        if name not in stay and not name.startswith("__") and not TELLING.search(name)
    )
    methods = {
        each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.bases
        for each in node.body
        if isinstance(each, Functions)
    }
    on_others = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name | ast.Call)
    }
    methods -= on_others
    names = [name for name in names if name not in used_otherwise or name in methods]
    callables = {node.name for node in ast.walk(tree) if isinstance(node, (*Functions, ast.ClassDef))}
    new = {name: f"v{number}" for number, name in enumerate(names, 1)}
    attributes = {
        name: new.get(name, f"a{number}")
        for number, name in enumerate(sorted((own.attributes | (methods & set(names))) - stay), 1)
        if not TELLING.search(name) and not name.startswith("__")
    }
    renamed = _Rename(new, attributes, callables).visit(tree)
    return ast.unparse(renamed) + "\n"


class _Alias(ast.NodeTransformer):
    def __init__(self) -> None:
        self.new: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if alias.asname or "." not in alias.name:
                self._alias(alias, alias.asname or alias.name)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        for alias in node.names:
            if node.module != "__future__" and alias.name != "*":
                self._alias(alias, alias.asname or alias.name)
        return node

    def _alias(self, alias: ast.alias, name: str) -> None:
        self.new[name] = alias.asname = f"lib{len(self.new)}"


def aliased_imports(text: str) -> str:
    """The program with every import under another name."""
    tree = ast.parse(text)
    dotted = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if "." in alias.name and not alias.asname
    }
    aliases = _Alias()
    for node in ast.walk(tree):
        if isinstance(node, Imports):
            aliases.visit(node)
    new = {name: other for name, other in aliases.new.items() if name not in dotted}
    for node in ast.walk(tree):
        if isinstance(node, Imports):
            for alias in node.names:
                if alias.asname and alias.asname not in new.values():
                    alias.asname = None
    return ast.unparse(_Rename(new, {}, set()).visit(tree)) + "\n"
