"""What transformations of programs share: which names statements bind and read, and programs cut in two."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Files = Mapping[str, str]
"""Name of a file -> its text."""
Transformation = Callable[[str], Files | None]
"""A program -> the same program otherwise, or None where it cannot be done."""

BUILTINS = frozenset(dir(builtins))
Functions = (ast.FunctionDef, ast.AsyncFunctionDef)
Scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
Imports = (ast.Import, ast.ImportFrom)


def bound(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that statements of a module bind there."""
    found: set[str] = set()
    for node in _of_this_scope(statements):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {alias.asname or alias.name.partition(".")[0] for alias in names}
            case ast.ExceptHandler(name=str() as name):
                found.add(name)
    return found


def _of_this_scope(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of statements, but not those inside functions, classes and comprehensions."""
    todo: list[ast.AST] = list(statements)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            todo.extend(each.target for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
        elif not isinstance(node, Scopes):
            todo.extend(ast.iter_child_nodes(node))


def read_names(statements: Iterable[ast.AST]) -> set[str]:
    """The names that are read anywhere in statements."""
    return {
        node.id
        for each in statements
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }


def read_inside(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that functions and classes in statements read."""
    return read_names(node for each in statements for node in ast.walk(each) if isinstance(node, Scopes))


def has(tree: ast.AST, *kinds: type[ast.AST]) -> bool:
    """Whether a node of these kinds is in the tree."""
    return any(isinstance(node, kinds) for node in ast.walk(tree))


def is_main(node: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__":``."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def flat(text: str) -> list[ast.stmt]:
    """The statements of a program, what stands below ``if __name__ == "__main__"`` among them."""
    return [
        each
        for node in ast.parse(text).body
        for each in (node.body if isinstance(node, ast.If) and is_main(node) else [node])
    ]


def text_of(statements: Iterable[ast.stmt]) -> str:
    """A program of these statements."""
    body: list[ast.stmt] = list(statements)
    module = ast.Module(body, [])
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def parsed(text: str) -> list[ast.stmt]:
    """The statements of a text."""
    return ast.parse(text).body


@dataclass(frozen=True)
class Halves:
    """A program cut in two: the imports, what is made ready, and what is done with it."""

    imports: Sequence[ast.stmt]
    first: list[ast.stmt]
    second: list[ast.stmt]

    @property
    def shared(self) -> list[str]:
        """What the second half needs of the first."""
        return sorted(bound(self.first) & read_names(self.second))


def halves(text: str) -> Halves | None:
    """The program cut where neither half's functions need what the other half binds later."""
    body = flat(text)
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in body):
        return None
    if has(ast.Module(body, []), ast.Global):
        return None
    imports = [node for node in body if isinstance(node, Imports)]
    rest = [node for node in body if not isinstance(node, Imports)]
    cuts = range(1, len(rest))
    for cut in sorted(cuts, key=lambda each: abs(each - len(rest) / 2)):
        first, second = rest[:cut], rest[cut:]
        if read_inside(first) & bound(second) or not bound(first) & read_names(second):
            continue
        if augmented(second) & bound(first):
            continue
        return Halves(imports, first, second)
    return None


def augmented(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that statements change in place (``x += 1``)."""
    return {
        node.target.id
        for each in statements
        for node in ast.walk(each)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }


def imports_first(text: str) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The imports at the top level, and all the rest."""
    body = flat(text)
    return (
        [node for node in body if isinstance(node, Imports)],
        [node for node in body if not isinstance(node, Imports)],
    )
