"""What a piece of syntax says by its form or its names alone."""

from __future__ import annotations

import re
from typing import TypeAlias

from clip_lint.reading.marks import IMPURE, OUTPUT_FIELD
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

Loop: TypeAlias = nodes.For | nodes.AsyncFor | nodes.While


def dotted_path(node: nodes.AST) -> str:
    """``a.b`` or ``a['b']`` for a chain of names, else the empty string."""
    parts: list[str] = []
    while True:
        if isinstance(node, nodes.Attribute):
            parts.append(node.attr)
            node = node.value
        elif (
            isinstance(node, nodes.Subscript)
            and isinstance(node.slice, nodes.Constant)
            and isinstance(node.slice.value, str)
        ):
            parts.append(f"[{node.slice.value}]")
            node = node.value
        else:
            break
    if not isinstance(node, nodes.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def receivers(tree: nodes.AST, methods: frozenset[str]) -> frozenset[str]:
    """The chains of names on which any of these methods is called, wherever that is written."""
    found = (
        dotted_path(node.func.value)
        for node in nodes.in_order(tree)
        if isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Attribute)
        and node.func.attr in methods
    )
    return frozenset(filter(None, found))


_COMPREHENSIONS = (nodes.ListComp, nodes.SetComp, nodes.GeneratorExp, nodes.DictComp)


@nodes.by_form
def names_read(node: nodes.AST) -> tuple[frozenset[str], bool]:
    """The names and attribute paths in an expression, and whether it calls what gives something else each time.

    What a comprehension or a lambda in it binds is no name of the expression.
    """
    names: set[str] = set()
    is_impure = False
    stack = [node]
    while stack:
        inner = stack.pop()
        if inner is not node and isinstance(inner, (*_COMPREHENSIONS, nodes.Lambda)):
            within, impure = names_read(inner)
            names |= within
            is_impure |= impure
            continue
        if isinstance(inner, nodes.Name):
            names.add(inner.id)
        elif isinstance(inner, nodes.Call):
            func = inner.func
            name = func.attr if isinstance(func, nodes.Attribute) else getattr(func, "id", "")
            is_impure |= name in IMPURE and not (name == "get" and inner.args)
        elif isinstance(inner, nodes.Attribute):
            names.add(dotted_path(inner))
        stack.extend(nodes.iter_child_nodes(inner))
    own = _bound_in(node)
    return frozenset(name for name in names if name and name.partition(".")[0] not in own), is_impure


def _bound_in(node: nodes.AST) -> frozenset[str]:
    """The names that a comprehension or a lambda binds; none for any other node."""
    if isinstance(node, nodes.Lambda):
        return frozenset(
            each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        )
    if not isinstance(node, _COMPREHENSIONS):
        return frozenset()
    return frozenset(
        name.id
        for generator in node.generators
        for name in nodes.walk(generator.target)
        if isinstance(name, nodes.Name)
    )


@nodes.by_form
def arguments_read(node: nodes.AST) -> frozenset[str]:
    """What the calls in an expression are given by position, as written."""
    return frozenset(
        unparse(argument)
        for inner in nodes.walk(node)
        if isinstance(inner, nodes.Call)
        for argument in inner.args
    )


def target_name(node: nodes.AST | None) -> str:
    """A short name of an expression for messages and heuristics."""
    if isinstance(node, nodes.Name):
        return node.id
    if isinstance(node, nodes.Attribute):
        return node.attr
    if isinstance(node, nodes.Subscript):
        if isinstance(node.slice, nodes.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        return target_name(node.value)
    if isinstance(node, nodes.Call):
        return target_name(node.func)
    if isinstance(node, (nodes.Tuple, nodes.List)) and node.elts:
        return target_name(node.elts[-1])
    return ""


def decorator_name(node: nodes.expr) -> str:
    """A decorator's name, called or not."""
    return target_name(node.func if isinstance(node, nodes.Call) else node)


def as_load(node: nodes.expr) -> nodes.expr:
    """The same place read instead of written."""
    if isinstance(node, nodes.Name):
        return nodes.Name(node.origin, nodes.OneSpot(node), node.id, nodes.LOAD)
    if isinstance(node, nodes.Attribute):
        return nodes.Attribute(node.origin, nodes.OneSpot(node), node.value, node.attr, nodes.LOAD)
    if isinstance(node, nodes.Subscript):
        return nodes.Subscript(node.origin, nodes.OneSpot(node), node.value, node.slice, nodes.LOAD)
    return node


def tests_absence(test: nodes.expr) -> bool:
    """``x is None``, ``key not in cache``, ``not self.model``: what comes under it is done once."""
    if isinstance(test, nodes.Compare):
        return any(isinstance(op, (nodes.Is, nodes.NotIn)) for op in test.ops)
    if isinstance(test, nodes.BoolOp):
        return any(tests_absence(value) for value in test.values)
    return isinstance(test, nodes.UnaryOp) and isinstance(test.op, nodes.Not)


_ASKS_PRESENCE = re.compile(r"^(?:hasattr|getattr|get|bool)$|loaded|ready|initiali[sz]ed|cached|exists")


_ENVIRONMENT = re.compile(r"environ|request|sys\.(?:argv|platform|modules)|\bargs\b")
"""What says how the program runs or what it is asked for, and holds nothing that was loaded before."""


def tests_presence(test: nodes.expr) -> bool:
    """``self.loaded``, ``key in cache``, ``_model is not None``, ``hasattr(self, "model")``: an early return when it is there."""
    if isinstance(test, nodes.NamedExpr):
        return tests_presence(test.value)
    if isinstance(test, nodes.Call):
        name = target_name(test.func).lower()
        return bool(_ASKS_PRESENCE.search(name)) and not (
            name == "get" and _ENVIRONMENT.search(unparse(test.func))
        )
    if isinstance(test, nodes.Compare):
        if any(_ENVIRONMENT.search(unparse(each)) for each in (test.left, *test.comparators)):
            return False
        return any(isinstance(op, (nodes.IsNot, nodes.In)) for op in test.ops)
    if isinstance(test, nodes.BoolOp):
        return any(tests_presence(value) for value in test.values)
    return isinstance(test, (nodes.Attribute, nodes.Name))


def is_main_test(test: nodes.Compare) -> bool:
    """``__name__ == ...``: taken to hold, so that scripts are read whole."""
    return isinstance(test.left, nodes.Name) and test.left.id == "__name__"


_BATCH_WORDS = ("batch", "loader", "chunk", "minibatch")


def runs_over_batches(iterable: nodes.expr, target: nodes.expr) -> bool:
    """Whether a loop runs over batches rather than single items, by its names and by ``range`` with a step."""
    text = unparse(iterable).lower() + " " + unparse(target).lower()
    if any(word in text for word in _BATCH_WORDS) or _is_plural(target):
        return True
    return any(
        isinstance(inner, nodes.Call) and target_name(inner.func) == "range" and len(inner.args) == 3
        for inner in nodes.walk(iterable)
    )


_PLURAL = re.compile(r"(?:^|_)[a-z]{2,}[^\Waisu_]s$")


def _is_plural(target: nodes.expr) -> bool:
    """Whether a loop's variable is named after several things, as in ``for images, texts in data``."""
    names = target.elts if isinstance(target, (nodes.Tuple, nodes.List)) else [target]
    return any(isinstance(name, nodes.Name) and _PLURAL.search(name.id.lower()) for name in names)


_DEMAND = re.compile(r"\bord\(|key|event|press|click|button|command|\bcmd\b|choice", re.IGNORECASE)


@nodes.by_form
def tests_request(test: nodes.expr) -> bool:
    """Whether a condition asks what a person pressed, such as ``if st.button("Go")``, or ``if submitted`` that holds it."""
    return any(
        _PRESSED.search(target_name(inner.func if isinstance(inner, nodes.Call) else inner)) is not None
        for inner in nodes.walk(test)
        if isinstance(inner, (nodes.Call, nodes.Name, nodes.Attribute))
    )


_PRESSED = re.compile(r"press|click|button|submit", re.IGNORECASE)


_OF_FILES = re.compile(
    r"(?:^|_)(?:ext|exts|extensions?|suffix|suffixes|formats?|filetypes)(?:_|$)", re.IGNORECASE
)
"""What lists of the endings of files are called."""
_OF_A_FILE = frozenset({"endswith", "exists", "is_dir", "is_file", "isdir", "isfile"})

_MADE_ONCE = frozenset({"exists", "is_file", "isfile"})
"""What is asked of a file that a program writes if it is not there yet."""


def selects_files(test: nodes.expr) -> bool:
    """Whether a condition chooses files by name or kind: ``name.endswith(".png")``, ``path.suffix in SUFFIXES``."""
    if isinstance(test, nodes.BoolOp):
        return all(selects_files(each) for each in test.values)
    if isinstance(test, nodes.UnaryOp):
        return selects_files(test.operand) and target_name(test.operand) not in _MADE_ONCE
    if isinstance(test, nodes.Call):
        return isinstance(test.func, nodes.Attribute) and test.func.attr in _OF_A_FILE
    if not isinstance(test, nodes.Compare) or not isinstance(test.ops[0], (nodes.In, nodes.NotIn)):
        return False
    kinds = test.comparators[0]
    if isinstance(kinds, (nodes.Tuple, nodes.List, nodes.Set)):
        return all(
            isinstance(each, nodes.Constant) and str(each.value).startswith(".") for each in kinds.elts
        )
    return _OF_FILES.search(dotted_path(kinds).rpartition(".")[2]) is not None


def sorts_out(test: nodes.expr) -> bool:
    """Whether a condition lets rounds through for how much there is, and chooses no kind: ``score > 0.5``, ``len(boxes)``, an ending."""
    if isinstance(test, nodes.BoolOp):
        return all(sorts_out(each) for each in test.values)
    if isinstance(test, nodes.UnaryOp) and isinstance(test.op, nodes.Not) and not selects_files(test):
        return sorts_out(test.operand)
    if isinstance(test, nodes.Compare):
        is_ordered = all(isinstance(op, (nodes.Lt, nodes.LtE, nodes.Gt, nodes.GtE)) for op in test.ops)
        return is_ordered or selects_files(test)
    return selects_files(test) or (isinstance(test, nodes.Call) and target_name(test.func) == "len")


@nodes.by_form
def on_demand(loop: Loop) -> frozenset[int]:
    """The calls in a loop's body that stand under a test of what a person does, such as ``if key == ord("s")``."""
    return frozenset(
        id(inner)
        for statement in loop.body
        for test in nodes.walk(statement)
        if isinstance(test, nodes.If) and _DEMAND.search(unparse(test.test))
        for held in test.body
        for inner in nodes.walk(held)
        if isinstance(inner, nodes.Call)
    )


def expects_other_output(handler: nodes.ExceptHandler) -> bool:
    """Whether a handler is there for what a model gives in another version: an attribute is missing, or the vector is in a field."""
    if handler.type is not None and "AttributeError" in unparse(handler.type):
        return True
    return any(
        (isinstance(inner, nodes.Attribute) and inner.attr == OUTPUT_FIELD)
        or (isinstance(inner, nodes.Constant) and inner.value == OUTPUT_FIELD)
        for inner in nodes.walk(handler)
    )


_CHANGING = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popleft", "remove", "update"}
)


@nodes.by_form
def bound_names(loop: Loop) -> frozenset[str]:
    """The names that a round of a loop binds or whose containers it changes, those of functions within it left out."""
    names: set[str] = set()
    pending: list[nodes.AST] = list(loop.body)
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Name) and isinstance(node.ctx, nodes.Store):
            names.add(node.id)
            continue
        if (
            isinstance(node, nodes.Call)
            and isinstance(node.func, nodes.Attribute)
            and node.func.attr in _CHANGING
            and isinstance(node.func.value, nodes.Name)
        ):
            names.add(node.func.value.id)
        if not isinstance(node, (nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef, nodes.Lambda)):
            pending.extend(nodes.iter_child_nodes(node))
    return frozenset(names)


@nodes.by_form
def keeps_results(function: nodes.AST) -> bool:
    """Whether a function looks for its result in a mapping, gives what it finds there, and puts there what it had to work out."""
    filled: set[str] = set()
    asked: set[str] = set()
    given: set[str] = set()
    found: dict[str, str] = {}
    for node in nodes.walk(function):
        if isinstance(node, nodes.Assign):
            filled.update(unparse(each.value) for each in node.targets if isinstance(each, nodes.Subscript))
            call = node.value
            if (
                isinstance(call, nodes.Call)
                and isinstance(call.func, nodes.Attribute)
                and call.func.attr == "get"
            ):
                asked.add(holder := unparse(call.func.value))
                found.update({each.id: holder for each in node.targets if isinstance(each, nodes.Name)})
        elif isinstance(node, nodes.Compare) and isinstance(node.ops[0], (nodes.In, nodes.NotIn)):
            asked.add(unparse(node.comparators[0]))
        elif isinstance(node, nodes.Return) and isinstance(node.value, nodes.Subscript):
            given.add(unparse(node.value.value))
        elif isinstance(node, nodes.Return) and isinstance(node.value, nodes.Name):
            given.add(node.value.id)
    given |= {found[name] for name in given & found.keys()}
    return bool(filled & asked & given)


@nodes.by_form
def writes_files(function: nodes.AST) -> bool:
    """Whether a function puts something into a file, which others may read back."""
    return any(
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Attribute)
        and node.func.attr in {"dump", "save", "savez", "savez_compressed"}
        for node in nodes.walk(function)
    )
