"""CLP404: text features that never change, made once before the loop or beside the function."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.page import FUNCTIONS, SCOPES, Change, NoFixError, Page
from clip_lint.codemods.textual.scores import is_repeated
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_MESSAGE = "encode the texts once, before the loop; wrong if labels or model change in between unseen"


@dataclass(frozen=True)
class _Slice:
    """Statements of a region that can move out of it together, in order, and what is left of the call's own."""

    statements: tuple[ast.stmt, ...]
    names: frozenset[str]
    """What they assign."""


def hoist(page: Page, finding: Finding) -> Fix:
    """Move the encoding, what it needs and what is made of it alone, out of the loop or the function."""
    call = page.node(finding.place, ast.Call)
    if not (
        isinstance(call.func, ast.Attribute) and ("text" in call.func.attr or call.func.attr == "encode")
    ):
        raise NoFixError("the texts are encoded together with the images")
    statement = page.statement(call)
    if is_repeated(page, call, statement):
        raise NoFixError("the call may run several times in its statement")
    loops = _loops(page, statement)
    function = page.function(statement)
    for loop in [*reversed(loops)]:
        try:
            return _moved(page, call, statement, loop, loop)
        except NoFixError:
            continue
    if isinstance(function, (ast.FunctionDef,)) and page.parents[function] is page.tree and not loops:
        return _moved(page, call, statement, function, function)
    raise NoFixError("what it depends on changes in the loop")


def load_once(page: Page, finding: Finding) -> Fix:
    """CLP405: the load before the loop or the function; shown only, for where a model should live is a decision."""
    message = finding.help
    try:
        call = page.node(finding.place, ast.Call)
        statement = page.statement(call)
        regions: list[ast.stmt] = [*reversed(_loops(page, statement))]
        function = page.function(statement)
        if (
            isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            and page.parents[function] is page.tree
        ):
            regions.insert(0, function)
        for region in regions:
            try:
                lines, removals = _load_lines(page, statement, region)
            except NoFixError:
                continue
            if isinstance(region, FUNCTIONS):
                lines += ["", ""]
            return Fix(Applicability.SUGGESTION, message, page.edits([page.before(region, lines), *removals]))
    except NoFixError:
        pass  # the words alone are a suggestion too
    return Fix(Applicability.SUGGESTION, message)


def _load_lines(page: Page, statement: ast.stmt, region: ast.stmt) -> tuple[list[str], list[Change]]:
    """The lines of a load that move out of a region, with their removal: names of a tuple all move."""
    if not isinstance(statement, ast.Assign) or page.block(statement) is not getattr(region, "body", None):
        raise NoFixError("the load is not a statement of its own")
    names = set(_assigned_names(statement))
    assigns = _assignments(page, region)
    if any(name in assigns for name in _loads(statement) if name not in names):
        raise NoFixError("what it depends on changes in the loop")
    if any(assigns.get(name, []) != [statement] for name in names) or len(page.block(statement)) == 1:
        raise NoFixError("its names are given to something else too")
    if isinstance(region, FUNCTIONS):
        _check_global(page, frozenset(names), region)
        _check_defined(page, statement, region, frozenset(names))
    lines, removal = _lines_of(page, statement)
    return lines, [removal]


def _loops(page: Page, statement: ast.stmt) -> list[ast.stmt]:
    """The loops around a statement within its function, the innermost first."""
    found: list[ast.stmt] = []
    for each in page.above(statement):
        if isinstance(each, (*FUNCTIONS, ast.ClassDef)):
            break
        if isinstance(each, _LOOPS):
            found.append(each)
    return found


def _moved(page: Page, call: ast.Call, statement: ast.stmt, region: ast.stmt, target: ast.stmt) -> Fix:
    heads = _heads(page, statement, region)
    try:
        lines, changes = _statements(page, statement, region)
    except NoFixError:
        lines, changes = _call_alone(page, call, region)
    if isinstance(region, (ast.FunctionDef, ast.AsyncFunctionDef)):
        heads = [*(page.code(each) for each in region.decorator_list if _is_no_grad(each)), *heads]
    for head in reversed(heads):
        lines = [f"with {head}:", *(f"{page.step}{line}" if line else "" for line in lines)]
    if isinstance(region, (ast.FunctionDef, ast.AsyncFunctionDef)):
        lines += ["", ""]
    return Fix(Applicability.UNSAFE, _MESSAGE, page.edits([page.before(target, lines), *changes]))


def _statements(page: Page, statement: ast.stmt, region: ast.stmt) -> tuple[list[str], list[Change]]:
    """The lines that move with a statement, and their removal."""
    if not (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
    ):
        raise NoFixError("the features have no name of their own")
    part = _slice(page, statement, region)
    lines: list[str] = []
    removals: list[Change] = []
    for each in part.statements:
        moved, removed = _lines_of(page, each)
        lines += moved
        removals.append(removed)
    if isinstance(region, FUNCTIONS):
        _check_global(page, part.names, region)
        for each in part.statements:
            _check_defined(page, each, region, part.names)
    return lines, _without_empty_blocks(page, part.statements, removals)


def _call_alone(page: Page, call: ast.Call, region: ast.stmt) -> tuple[list[str], list[Change]]:
    """The call under a name of its own, which takes its place."""
    assigns = _assignments(page, region)
    if any(name in assigns for name in _loads(call)):
        raise NoFixError("what it depends on changes in the loop")
    if isinstance(region, FUNCTIONS):
        _check_defined(page, call, region, frozenset())
    if "\n" in page.code(call):
        raise NoFixError("the call spans several lines")
    name = page.fresh("text_features")
    return [f"{name} = {page.code(call)}"], [page.replace(call, name)]


def _check_defined(page: Page, node: ast.AST, function: ast.AST, own: frozenset[str]) -> None:
    """NoFixError where a global that an expression needs is not there yet when the function is defined."""
    stored: dict[str, list[ast.Name]] = {}
    for each in ast.walk(page.tree):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            stored.setdefault(each.id, []).append(each)
        elif isinstance(each, ast.Global) and set(each.names) & set(_loads(node)):
            raise NoFixError("what it depends on is set somewhere else")
    for name in set(_loads(node)) - own:
        bindings = [each for each in stored.get(name, ()) if page.function(each) is None]
        late = [each for each in bindings if each.lineno > getattr(function, "lineno", 0)]
        if late or len(bindings) > 1:
            raise NoFixError("what it depends on is set somewhere else")
        defined = next((each for each in page.tree.body if getattr(each, "name", None) == name), None)
        if defined is not None and defined.lineno > getattr(function, "lineno", 0):
            raise NoFixError("what it depends on is defined later")


def _heads(page: Page, statement: ast.stmt, region: ast.stmt) -> list[str]:
    """The contexts without gradients between a region and a statement, outermost first; nothing else may be between."""
    heads: list[str] = []
    for each in page.above(statement):
        if each is region:
            return heads[::-1]
        if isinstance(each, ast.With) and all(item.optional_vars is None for item in each.items):
            heads.append(", ".join(page.code(item.context_expr) for item in each.items))
            if not all(_is_no_grad(item.context_expr) for item in each.items):
                raise NoFixError("it runs under a condition or a context of its own")
        elif not isinstance(each, ast.expr):
            raise NoFixError("it runs under a condition or a context of its own")
    raise NoFixError("it is not in that region")


def _is_no_grad(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return text.removesuffix("()").rpartition(".")[2] in {"no_grad", "inference_mode"}


def _slice(page: Page, statement: ast.stmt, region: ast.stmt) -> _Slice:
    """The statement with all others of the region that it needs and that only change what it makes."""
    assigns = _assignments(page, region)
    chosen: dict[ast.stmt, None] = {statement: None}
    while True:
        names = {name for each in chosen for name in _stores(each)}
        more = [each for name in names for each in assigns.get(name, ()) if each not in chosen]
        for each in chosen:
            for name in _loads(each):
                if name not in names:
                    more += [other for other in assigns.get(name, ()) if other not in chosen]
        if not more:
            break
        for each in more:
            if not isinstance(each, (ast.Assign, ast.AugAssign)) or not _is_plain(each):
                raise NoFixError("what it depends on changes in the loop")
            _heads(page, each, region)
            chosen[each] = None
    names = {name for each in chosen for name in _stores(each)}
    ordered = sorted(chosen, key=lambda each: each.lineno)
    for name in names:
        first = next(each for each in ordered if name in _stores(each))
        if isinstance(first, ast.AugAssign) or (
            isinstance(first, ast.Assign) and name in _loads(first.value)
        ):
            raise NoFixError("it builds on the round before")
    if any(page.cell_of(each) != page.cell_of(region) for each in ordered):
        raise NoFixError("it lies in another cell")
    # A change in place would act on the kept value again and again; it has to move along, and did if it is an assignment.
    for node in ast.walk(region):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in names
            and node.func.attr
            in {"append", "extend", "add_", "mul_", "div_", "copy_", "pop", "update", "insert"}
        ):
            raise NoFixError("what it makes is changed in the loop")
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in names
        ):
            raise NoFixError("what it makes is changed in the loop")
    return _Slice(tuple(ordered), frozenset(names))


def _is_plain(statement: ast.Assign | ast.AugAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return all(isinstance(target, ast.Name) for target in targets) and not any(
        isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)) for node in ast.walk(statement)
    )


def _assignments(page: Page, region: ast.stmt) -> dict[str, list[ast.stmt]]:
    """For each name that changes within a region the statements that change it; the region itself for its own names."""
    found: dict[str, list[ast.stmt]] = {}

    def note(name: str, statement: ast.stmt) -> None:
        found.setdefault(name, []).append(statement)

    for node in ast.walk(region):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if not _is_comprehension_variable(page, node, region):
                note(node.id, page.statement(node))
        elif isinstance(node, ast.arg):
            if page.function(node) is region:
                note(node.arg, region)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node is not region:
            note(node.name, node)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            note(node.name, region)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                note(alias.asname or alias.name.partition(".")[0], node)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                note(f"{root.id}.{node.attr}", page.statement(node))
    return found


def _is_comprehension_variable(page: Page, node: ast.Name, region: ast.stmt) -> bool:
    for each in page.above(node):
        if each is region:
            return False
        if isinstance(each, SCOPES) and not isinstance(each, (*FUNCTIONS, ast.ClassDef)):
            return True
        if isinstance(each, ast.stmt):
            return False
    return False


def _stores(statement: ast.stmt) -> Iterator[str]:
    for node in _top_names(statement):
        if isinstance(node.ctx, ast.Store):
            yield node.id


def _loads(statement: ast.AST) -> Iterator[str]:
    bound = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    } - set(_assigned_names(statement))
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id not in bound:
            yield node.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def _assigned_names(statement: ast.AST) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                yield node.id
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id


def _top_names(statement: ast.stmt) -> Iterator[ast.Name]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target


def _check_global(page: Page, names: frozenset[str], function: ast.stmt) -> None:
    """NoFixError where a local that becomes a module's name is used for anything else in the module."""
    for node in ast.walk(page.tree):
        if isinstance(node, ast.Name) and node.id in names and function not in set(page.above(node)):
            raise NoFixError("the module uses the name for something else")
        if isinstance(node, (ast.Global, ast.Nonlocal)) and names & set(node.names):
            raise NoFixError("the module uses the name for something else")
        if isinstance(node, ast.arg) and node.arg in names:
            raise NoFixError("the module uses the name for something else")


def _lines_of(page: Page, statement: ast.stmt) -> tuple[list[str], Change]:
    """A statement's lines without its indentation, with the comments right above it, and their removal."""
    if not page.stands_alone(statement):
        raise NoFixError("the statement shares its line with another")
    indent = page.indent(statement)
    first = page.line_of(page.span(statement)[0])
    last = page.line_of(page.span(statement)[1])
    while first > 1 and page.line(first - 1).startswith(f"{indent}#"):
        first -= 1
    numbers = range(first, last + 1)
    if any(number in page.inside_strings for number in numbers):
        raise NoFixError("its lines hold a string of several lines")
    lines = [page.line(number).removeprefix(indent) for number in numbers]
    start = page.line_start(first)
    if last < len(page.source.lines):
        return lines, Change(start, page.line_start(last + 1), "")
    raise NoFixError("it is the last line")


def _without_empty_blocks(
    page: Page, statements: tuple[ast.stmt, ...], removals: list[Change]
) -> list[Change]:
    """The removals, of whole `with` blocks where nothing would be left in them; other blocks may not be emptied."""
    gone = set(statements)
    changes = dict(zip(statements, removals, strict=True))
    for statement in statements:
        block = page.block(statement)
        if not all(each in gone for each in block):
            continue
        parent = page.parents[statement]
        if not isinstance(parent, ast.With):
            raise NoFixError("nothing would be left in its block")
        siblings = page.block(parent)
        if all(each in gone or each is parent for each in siblings):
            raise NoFixError("nothing would be left in its block")
        start = page.line_start(page.line_of(page.span(parent)[0]))
        end = max(changes[each].end for each in block)
        for each in block:
            changes[each] = Change(start, end, "")
    return list(dict.fromkeys(changes[each] for each in statements))
