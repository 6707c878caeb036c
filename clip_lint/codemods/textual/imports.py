"""Modules that a fix needs: the name under which the program has them, or one import in the right place."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.page import COMPREHENSIONS, FUNCTIONS, Change, NoFixError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.textual.page import Page

USUAL = {
    "torch": "torch",
    "torch.nn.functional": "F",
    "numpy": "np",
    "cv2": "cv2",
}
"""The names under which people know these modules."""


def module(page: Page, name: str, at: ast.AST) -> tuple[str, list[Change]]:
    """An expression for a module that holds at a node, and the import it needs (none where the program has it)."""
    known = _known(page, name, at)
    if known is not None:
        return known, []
    alias = USUAL.get(name, name.rpartition(".")[2])
    if alias in page.words and _binds_anywhere(page, alias):
        alias = page.fresh(alias)
    line = f"import {name}" if alias == name else f"import {name} as {alias}"
    return alias, [add(page, line)]


def imported(page: Page, origin: str, name: str) -> tuple[str, list[Change]]:
    """A name imported from a module at the top of the program, and the import it needs."""
    for statement in _top(page.tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.module == origin and not statement.level:
            for alias in statement.names:
                if alias.name == name and _is_sole_binding(page, alias.asname or name):
                    return alias.asname or name, []
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name
                if alias.name == origin and _is_sole_binding(page, bound.partition(".")[0]):
                    return f"{bound}.{name}", []
    if name in page.words and _binds_anywhere(page, name):
        fresh = page.fresh(name)
        return fresh, [add(page, f"from {origin} import {name} as {fresh}")]
    return name, [add(page, f"from {origin} import {name}")]


def several(page: Page, origin: str, names: tuple[str, ...]) -> list[Change]:
    """Names imported from a module under just these names; NoFixError where one means something else already."""
    here = next(
        (
            each
            for each in page.tree.body
            if isinstance(each, ast.ImportFrom) and each.module == origin and not each.level
        ),
        None,
    )
    has = {alias.name for alias in here.names if alias.asname is None} if here is not None else set()
    missing = [name for name in names if name not in has]
    for name in missing:
        if name in page.words and _binds_anywhere(page, name):
            raise NoFixError(f"{name} means something else already")
    if not missing:
        return []
    if (
        here is None
        or here.lineno != here.end_lineno
        or page.code(here).endswith(")")
        or not page.stands_alone(here)
    ):
        return [add(page, f"from {origin} import {', '.join(missing)}")]
    written = [page.code(alias) for alias in here.names]
    joined = [*written, *missing]
    if written == sorted(written):
        joined.sort()
    start, end = page.span(here.names[0])[0], page.span(here.names[-1])[1]
    return [Change(start, end, ", ".join(joined))]


def add(page: Page, line: str) -> Change:
    """One import line among the others: in the group of the model libraries or of the standard library, in order."""
    root = line.split()[1].partition(".")[0]
    is_standard = root in sys.stdlib_module_names
    group = _standard_group(page) if is_standard else _group(page)
    if is_standard and not group:
        others = _group(page)
        if others:
            start = page.line_start(page.line_of(page.span(others[0])[0]))
            return Change(start, start, f"{line}\n\n")
    if not group:
        return _on_top(page, line)
    wanted = _order(ast.parse(line).body[0])
    before = [statement for statement in group if _order(statement) < wanted]
    alike = [
        each for each in before if _roots(each) == [root] and isinstance(each, ast.Import) is not wanted[0]
    ]
    before = alike or before  # beside its like, where the group is in no order
    if before:
        last = page.line_of(page.span(before[-1])[1])
        at = page.line_start(last) + len(page.line(last))
        return Change(at, at, f"\n{line}")
    start = page.line_start(page.line_of(page.span(group[0])[0]))
    return Change(start, start, f"{line}\n")


def _order(statement: ast.stmt) -> tuple[bool, str]:
    """Isort's and Ruff's order within a group: `import`s first, then `from`s, each by module."""
    if isinstance(statement, ast.Import):
        return False, statement.names[0].name.lower()
    return True, (getattr(statement, "module", None) or "").lower()


_LIBRARIES = frozenset(
    {
        "torch", "transformers", "open_clip", "clip", "PIL", "numpy", "sentence_transformers", "torchvision", "cv2",
        "faiss", "sklearn", "scipy", "mobileclip", "cn_clip", "pandas", "requests", "tqdm",
    }
)  # fmt: skip


def _group(page: Page) -> list[ast.stmt]:
    """The run of imports, without an empty line between, in which a library's import belongs."""
    groups: list[list[ast.stmt]] = []
    for statement in page.tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            if groups and not _is_docstring(statement):
                break  # what is imported later may come too late
            continue
        if isinstance(statement, ast.ImportFrom) and (statement.module == "__future__" or statement.level):
            continue
        if not page.stands_alone(statement):
            continue
        previous = groups[-1][-1] if groups else None
        if (
            previous is not None
            and page.cell_of(previous) == page.cell_of(statement)
            and statement.lineno - (previous.end_lineno or previous.lineno) == 1
        ):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    for group in groups:
        if any(root in _LIBRARIES for statement in group for root in _roots(statement)):
            return group
    return groups[-1] if groups else []


def _standard_group(page: Page) -> list[ast.stmt]:
    """The run of imports that are of the standard library, from the first on."""
    group: list[ast.stmt] = []
    for statement in page.tree.body:
        roots = _roots(statement)
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            continue
        if roots and all(root in sys.stdlib_module_names for root in roots) and page.stands_alone(statement):
            group.append(statement)
        elif group or not (roots or _is_docstring(statement)):
            break
    return [each for each in group if page.cell_of(each) == page.cell_of(group[0])]


def _roots(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name.partition(".")[0] for alias in statement.names]
    return [(statement.module or "").partition(".")[0]] if isinstance(statement, ast.ImportFrom) else []


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _on_top(page: Page, line: str) -> Change:
    """Before the first statement that is neither the docstring nor about the future."""
    body = page.tree.body
    index = 0
    while index < len(body) and (
        (index == 0 and _is_docstring(body[0]))
        or (isinstance(body[index], ast.ImportFrom) and body[index].module == "__future__")  # type: ignore[attr-defined]
    ):
        index += 1
    if index == 0:
        first = body[0]
        start = page.line_start(page.line_of(page.first(first)))
        return Change(start, start, f"{line}\n\n")
    previous = body[index - 1]
    if not page.stands_alone(previous):
        raise NoFixError("there is no room for an import")
    last = page.line_of(page.span(previous)[1])
    at = page.line_start(last) + len(page.line(last))
    return Change(at, at, f"\n\n{line}")


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, whatever happens."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _top(statement.body)


def _known(page: Page, name: str, at: ast.AST) -> str | None:
    """How the program reaches a module at a node, None where it does not or the name means something else there."""
    scopes = [each for each in page.above(at) if isinstance(each, FUNCTIONS)]
    for scope in [*scopes, page.tree]:
        body = scope.body if isinstance(scope.body, list) else []
        for statement in _top(body):
            if scope is not page.tree and statement.lineno > getattr(at, "lineno", 0):
                continue
            for bound, expression in _bindings(statement, name):
                inner = scopes[: scopes.index(scope)] if scope in scopes else scopes
                if not any(_binds(each, bound) for each in inner) and _bound_once(scope, bound, name):
                    return expression
    return None


def _bindings(statement: ast.stmt, name: str) -> Iterator[tuple[str, str]]:
    """The names an import statement binds, with the expression that is the module ``name``."""
    parent, _, last = name.rpartition(".")
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.name == name:
                yield (alias.asname, alias.asname) if alias.asname else (name.partition(".")[0], name)
            elif alias.asname is None and alias.name.startswith(name + ".") and "." not in name:
                yield name, name
    elif (
        isinstance(statement, ast.ImportFrom)
        and statement.module == parent
        and not statement.level
        and parent
    ):
        for alias in statement.names:
            if alias.name == last:
                yield alias.asname or last, alias.asname or last


def _bound_once(scope: ast.AST, name: str, wanted: str) -> bool:
    """Whether nothing but imports of the same module gives ``name`` a value in a scope."""
    for node in _own_nodes(scope):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            root = wanted.partition(".")[0]
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                same = (
                    isinstance(node, ast.Import)
                    and (
                        alias.name == wanted
                        or (alias.asname is None and alias.name.partition(".")[0] == root == name)
                    )
                ) or (isinstance(node, ast.ImportFrom) and f"{node.module}.{alias.name}" == wanted)
                if bound == name and not same:
                    return False
        elif _names(node, name):
            return False
    return True


def _binds(scope: ast.AST, name: str) -> bool:
    """Whether a function gives a name its own meaning."""
    arguments = getattr(scope, "args", None)
    if isinstance(arguments, ast.arguments) and any(
        argument is not None and argument.arg == name
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        )
    ):
        return True
    return any(_names(node, name) or _imports(node, name) for node in _own_nodes(scope))


def _imports(node: ast.AST, name: str) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom)) and any(
        (alias.asname or alias.name.partition(".")[0]) == name for alias in node.names
    )


def _names(node: ast.AST, name: str) -> bool:
    """Whether a node other than an import binds a name."""
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, (ast.Store, ast.Del))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return node.name == name
    return False


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the scopes inside it; the inner definitions themselves are included."""
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS)):
            pending.extend(ast.iter_child_nodes(node))


def _binds_anywhere(page: Page, name: str) -> bool:
    """Whether any scope of the program gives a name a meaning."""
    for node in ast.walk(page.tree):
        if _names(node, name) or _imports(node, name) or (isinstance(node, ast.arg) and node.arg == name):
            return True
    return False


def _is_sole_binding(page: Page, name: str) -> bool:
    """Whether a name is bound by imports alone, in the whole program."""
    return not any(
        _names(node, name) or (isinstance(node, ast.arg) and node.arg == name) for node in ast.walk(page.tree)
    )
