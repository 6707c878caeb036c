"""The next step of a value: what the code right around an expression does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.fate import Fate
from clip_lint.codemods.known import listed, refuses_graphs, takes_gradients
from clip_lint.codemods.nodes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.calls import Calls

_OPERATIONS = (
    cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.Tuple, cst.List, cst.Set, cst.Element, cst.StarredElement,
    cst.Dict, cst.Subscript, cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp,
)  # fmt: skip
_ENDS = (
    cst.Expr, cst.If, cst.While, cst.Assert, cst.Comparison, cst.ComparisonTarget, cst.FormattedStringExpression, cst.Index, cst.Slice,
    cst.SubscriptElement, cst.Del, cst.CompIf, cst.Match, cst.NameItem,
    cst.AssignTarget,
)  # fmt: skip


class Made(NamedTuple):
    """An expression made of the value has it."""

    node: cst.BaseExpression


class Written(NamedTuple):
    """A target gets the value."""

    target: cst.BaseExpression


class Entered(NamedTuple):
    """A parameter of a function of this program gets the value."""

    function: cst.FunctionDef
    name: str


class GivenBack(NamedTuple):
    """Whoever calls a function of this program gets the value."""

    function: cst.FunctionDef


Use = Made | Written | Entered | GivenBack | Fate


class Uses:
    """The uses of values in one program; with ``is_model`` those of models, whose outputs are not followed."""

    def __init__(self, calls: Calls, *, is_model: bool = False) -> None:
        self.calls = calls
        self.names = calls.names
        self.is_model = is_model
        self._found: dict[int, tuple[Use, ...]] = {}

    def of(self, node: cst.BaseExpression) -> tuple[Use, ...]:
        """What uses an expression; nothing where its value ends there."""
        if id(node) not in self._found:
            self._found[id(node)] = tuple(self._of(node))
        return self._found[id(node)]

    def _of(self, node: cst.BaseExpression) -> Iterator[Use]:
        above: cst.CSTNode = self.names.parent(node)
        below: cst.CSTNode = node
        while isinstance(above, (cst.Element, cst.DictElement, cst.StarredElement, cst.StarredDictElement)):
            if isinstance(above, cst.DictElement) and above.key is below:
                return
            below, above = above, self.names.parent(above)
        if isinstance(above, cst.Attribute):
            yield from self._member(above)
        elif isinstance(above, cst.Arg):
            yield from self._argument(above)
        elif isinstance(above, cst.Call):
            if not self.is_model:  # a model is called
                yield Fate.LEAVES
        elif isinstance(above, (cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.AugAssign)):
            yield from _assigned(above, node)
        elif isinstance(above, cst.IfExp):
            if node is not above.test:
                yield Made(above)
        elif isinstance(above, (cst.For, cst.CompFor)):
            if node is above.iter:
                yield Written(above.target)
        elif isinstance(above, (cst.Return, cst.Yield)):
            function = self.names.function(node)
            is_return = isinstance(above, cst.Return) and isinstance(function, cst.FunctionDef)
            yield GivenBack(function) if is_return and isinstance(function, cst.FunctionDef) else Fate.LEAVES
        elif isinstance(above, cst.Subscript):
            if below is above.value or node is above.value:
                yield Made(above)
        elif isinstance(above, _OPERATIONS):
            if not (isinstance(above, cst.DictComp) and node is above.key):
                yield from _made(above)
        elif isinstance(above, cst.Await):
            yield Made(above)
        elif not isinstance(above, _ENDS):
            yield Fate.LEAVES

    def _member(self, above: cst.Attribute) -> Iterator[Use]:
        """An attribute is read, or a method called."""
        name = above.attr.value
        user = self.names.parent(above)
        call = user if isinstance(user, cst.Call) and user.func is above else None
        if self.is_model:
            if name in listed("gradients", "training"):
                if call is None or not _is_switched_off(call):
                    yield Fate.WANTED
            elif call is None:
                yield Made(above)  # a tower, a layer
            elif name in listed("methods", "of_models"):
                yield Made(call)
        elif name in listed("gradients", "members"):
            if call is None or not _is_switched_off(call):
                yield Fate.WANTED
        elif name in listed("gradients", "refused") and self._is_tried(above):
            yield Fate.WANTED
        elif name not in listed("numbers", "members"):
            yield Made(call or above)

    def _is_tried(self, node: cst.BaseExpression) -> bool:
        """Whether a program finds out here that there is a graph: it handles what PyTorch raises then, by name."""
        below: cst.CSTNode = node
        for above in self.names.above(node):
            if isinstance(above, cst.FunctionDef):
                return False
            if isinstance(above, cst.Try) and below is above.body:
                kinds = [
                    each
                    for handler in above.handlers
                    if handler.type
                    for each in self.names.below(handler.type)
                ]
                if any(isinstance(each, cst.Name) and each.value == "RuntimeError" for each in kinds):
                    return True
            below = above
        return False

    def _argument(self, argument: cst.Arg) -> Iterator[Use]:
        call = self.names.parent(argument)
        if not isinstance(call, cst.Call):
            yield Fate.LEAVES  # the bases of a class
            return
        func = call.func
        name = func.attr.value if isinstance(func, cst.Attribute) else ""
        path = self.calls.origin(func)
        own = self.calls.defined(func) if not path and name not in listed("methods", "plain") else []
        if path:
            yield from self._known(call, path)
        elif own:
            for function in own:
                yield from self._enters(function, call, argument)
            yield Made(call)
        elif name in listed("gradients", "members"):
            yield Fate.WANTED
        elif isinstance(func, cst.Attribute) and name in listed("methods", "keeping"):
            yield kept(func.value)
            yield Made(call)
        elif name in listed("methods", "combining") or (not self.is_model and self.calls.is_component(func)):
            yield Made(call)  # a layer, a model, a head
        else:
            yield Fate.LEAVES

    def _known(self, call: cst.Call, path: str) -> Iterator[Use]:
        """A call of a library gets the value."""
        if refuses_graphs(path) and self._is_tried(call):
            yield Fate.WANTED
        elif takes_gradients(path):
            yield Made(call) if self.is_model and path in listed("gradients", "wrappers") else Fate.WANTED
        elif path not in listed("numbers", "calls") and path not in listed("numbers", "builtins"):
            yield Made(call) if self.calls.is_quiet(call) else Fate.LEAVES

    def _enters(self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg) -> Iterator[Use]:
        """A function of this program gets the value: its parameter has it."""
        is_open = argument.keyword is None and any(each.star for each in call.args)
        every = parameters(function.params)
        chosen = every if is_open else self.calls.receiving(function, call, argument)
        for each in chosen or every:
            yield Entered(function, each.name.value)


def kept(container: cst.BaseExpression) -> Use:
    """A container gets the value: wherever it goes, the value goes."""
    while isinstance(container, cst.Subscript):
        container = container.value
    return Written(container) if isinstance(container, (cst.Name, cst.Attribute)) else Fate.LEAVES


def _made(above: cst.CSTNode) -> Iterator[Use]:
    if isinstance(above, cst.BaseExpression):
        yield Made(above)


def _assigned(
    above: cst.Assign | cst.AnnAssign | cst.NamedExpr | cst.AugAssign, node: cst.BaseExpression
) -> Iterator[Use]:
    if isinstance(above, cst.Assign):
        for target in above.targets:
            yield Written(target.target)
        return
    if node is above.value:
        yield Written(above.target)
    if isinstance(above, cst.NamedExpr):
        yield Made(above)


def _is_switched_off(call: cst.Call) -> bool:
    """Whether a switch such as ``requires_grad_(False)`` is turned off."""
    return (
        len(call.args) == 1
        and isinstance(call.args[0].value, cst.Name)
        and call.args[0].value.value == "False"
    )
