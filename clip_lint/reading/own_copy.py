"""What the encoders in a tree's own copy of a library do, by their form alone: copies are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.forms import target_name
from clip_lint.reading.values import Tristate
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.values import Site

_UNIT = frozenset({"normalize", "l2_normalize", "l2normalize", "l2norm"})
_LENGTHS = frozenset({"norm", "vector_norm"})
_QUOTIENTS = frozenset({"div", "div_", "divide", "true_divide"})


def makes_unit_vectors(run: Run, package: str, encoder: str, load: Site | None) -> Tristate | None:
    """Whether an encoder of the copy that the tree holds of a library normalises; None where the tree holds no copy.

    MAYBE where the copy is not built like the library, so that the encoder is not found in it, and where it depends.
    """
    importer = load.source.file if load is not None else run.scope.source.file
    files = _files_of_copy(run, package, importer)
    if files is None:
        return None
    found = {
        _returns_unit(definition)
        for file in files
        for definition in _methods(run, file)
        if definition.name == encoder
    }
    return found.pop() if len(found) == 1 else Tristate.MAYBE


def _files_of_copy(run: Run, package: str, importer: Path) -> Sequence[Path] | None:
    names = dict(run.libraries.vendored).get(package)
    if names is None or run.workspace is None:
        return None
    top = run.program.copies.get(package) or run.workspace.resolve(package, 0, importer)
    if top is None:
        return None
    files = [file for name in names if (file := run.workspace.resolve(name, 1, top)) is not None]
    # A program of the library's name, beside which nothing of the library lies, is no copy of it.
    return files if top.stem == "__init__" or len(files) >= len(names) - 1 else None


def _methods(run: Run, file: Path) -> Iterator[nodes.FunctionDef]:
    tree = run.workspace.tree(file) if run.workspace is not None else None
    run.recorder.depend(file)
    for each in tree.body if tree is not None else ():
        if isinstance(each, nodes.ClassDef):
            yield from (inner for inner in each.body if isinstance(inner, nodes.FunctionDef))


def _returns_unit(function: nodes.FunctionDef) -> Tristate:
    """Whether all that a function returns has length one."""
    off = _off_by_default(function.args)
    found = {
        _unit(node.value, function.body, off)
        for node in nodes.walk(function)
        if isinstance(node, nodes.Return) and node.value is not None
    }
    return found.pop() if len(found) == 1 else Tristate.MAYBE


def _unit(value: nodes.expr, body: Sequence[nodes.stmt], off: frozenset[str]) -> Tristate:
    """Whether a value has length one where the statements of a function have run; ``off``: its switches that are off."""
    if isinstance(value, nodes.IfExp):
        if isinstance(value.test, nodes.Name) and value.test.id in off:
            return _unit(value.orelse, body, off)
        return _unit(value.body, body, off).join(_unit(value.orelse, body, off))
    if not isinstance(value, nodes.Name):
        return Tristate.of(_divides(value))
    known = Tristate.NO
    for statement in body:
        if isinstance(statement, nodes.If):
            if not isinstance(statement.test, nodes.Name) or statement.test.id not in off:
                ways = {_unit(value, way, off) for way in (statement.body, statement.orelse)}
                known = known if ways == {Tristate.NO} else Tristate.MAYBE
        elif isinstance(statement, nodes.AugAssign) and target_name(statement.target) == value.id:
            known = Tristate.of(isinstance(statement.op, nodes.Div) and _measures(statement.value))
        elif isinstance(statement, nodes.Assign) and value.id in map(target_name, statement.targets):
            known = _unit(statement.value, (), off)
    return known


def _divides(value: nodes.expr) -> bool:
    """Whether an expression divides by a length: ``x / x.norm(dim=-1)``, ``F.normalize(x)``, ``x.div(x.norm())``."""
    if isinstance(value, nodes.BinOp):
        return isinstance(value.op, nodes.Div) and _measures(value.right)
    if not isinstance(value, nodes.Call):
        return False
    name = target_name(value.func)
    return name in _UNIT or (name in _QUOTIENTS and any(map(_measures, value.args)))


def _measures(value: nodes.expr) -> bool:
    return any(
        isinstance(node, nodes.Call) and target_name(node.func) in _LENGTHS for node in nodes.walk(value)
    )


def _off_by_default(args: nodes.arguments) -> frozenset[str]:
    """The parameters that are false unless somebody says otherwise."""
    named = [*args.posonlyargs, *args.args]
    pairs = [
        *zip(named[len(named) - len(args.defaults) :], args.defaults, strict=True),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ]
    return frozenset(
        each.arg for each, value in pairs if isinstance(value, nodes.Constant) and value.value is False
    )
