"""Functions of the tree, run where they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.forms import keeps_results
from clip_lint.reading.interpreter.annotations import annotated, as_handed
from clip_lint.reading.interpreter.call_budget import CALL_BUDGET, Following
from clip_lint.reading.interpreter.contexts import GENERATED, given_by_generator
from clip_lint.reading.interpreter.frames import Frame
from clip_lint.reading.lattice import join, join_all
from clip_lint.reading.marks import CACHES, promises_no_gradient
from clip_lint.reading.operations.taking_gradients import key_of
from clip_lint.reading.operations.text_counts import of_field
from clip_lint.reading.operations.widgets import asked, given, written
from clip_lint.reading.scope import NOTHING, Scope
from clip_lint.reading.shortening import cut_short, says_it_shortens
from clip_lint.reading.values import (
    NONE,
    NOT_YET,
    UNKNOWN,
    Const,
    Dict,
    External,
    Function,
    GradContext,
    Inputs,
    Instance,
    OneOf,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Argument, Arguments


MOST_CALLS_DEEP = 10


class Functions(Following):
    """A function's body on a call's arguments."""

    def call_function(
        self, function: Function, arguments: Arguments, node: nodes.AST | None, alone: bool = False
    ) -> Value:
        """Run a function of the tree on these arguments and return what it returns."""
        definition = function.node
        if definition in self.stack and not self._is_given_other_code(definition, arguments):
            return Unknown(source=NOT_YET)
        if len(self.stack) >= MOST_CALLS_DEEP or self.effort.left < 0:
            self.program.cut_short.update(map(key_of, self.frames))
            return UNKNOWN
        if not alone and not self.is_worth_following(function, arguments):
            return UNKNOWN
        scope = Scope(function.source, function.scope)
        caller = self.frame if self.frames else None
        names = self.program.decorator_names.get(id(definition), frozenset())
        self._bind(function, arguments, scope, alone, "classmethod" in names)
        if self.loops and not alone and isinstance(function.receiver, Instance):
            self._bind_receiver(function, scope, node)
        grad = caller.grad if caller is not None and not alone else Tristate.YES
        if grad is Tristate.YES and any(map(promises_no_gradient, names)):
            grad = Tristate.MAYBE
        for value in self.program.decorators.get(id(definition), ()):
            for option in options(value):
                if isinstance(option, GradContext):
                    grad = Tristate.of(option.on)
                elif isinstance(option, External) and option.path.endswith((".no_grad", ".inference_mode")):
                    grad = Tristate.NO
        key = self.key(function)
        entry = key if alone else caller.entry if caller is not None else ""
        handler = caller.handler if caller is not None and not alone else ""
        if key in self.interface.handlers:
            handler = function.qualname
        memo: tuple[object, ...] | None = None
        if not alone:
            self.program.entered.add(key)
            if caller is not None:
                self.recorder.training.called(key_of(caller), key)
            memo = (
                id(definition),
                function.receiver,
                tuple(scope.values.items()),
                grad,
                entry,
                handler,
                tuple(loop.key for loop in self.loops),
                tuple(scope.depends.items()),
            )
            if memo in self.memory.results and not isinstance(function.receiver, Instance):
                return self.memory.results[memo]
        loops = self.loops
        is_cached = bool(names & CACHES) or keeps_results(function.node)
        if alone or is_cached:
            self.loops = []
        called_at = (
            self.site(node) if isinstance(node, nodes.Call) and caller is not None and not alone else None
        )
        frame = Frame(
            scope,
            function.qualname,
            function.owner,
            function.receiver,
            grad=grad,
            is_under=caller is not None and not alone and caller.grad is Tristate.NO,
            thread=caller.thread if caller is not None and not alone else None,
            entry=entry,
            handler=handler,
            called_at=called_at,
            loops_around=len(self.loops),
            is_cached=is_cached or (caller is not None and not alone and caller.is_cached),
        )
        target, self.target = self.target, ""
        trip = self.leave(CALL_BUDGET) if not alone and function.source is not self.source else None
        self.frames.append(frame)
        self.stack.append(definition)
        self.calls.append(id(node))
        outside = len(self.branches)
        if isinstance(definition, nodes.Lambda):
            frame.returns.append(self.eval(definition.body))
        else:
            self.block(definition.body)
        self.stack.pop()
        self.calls.pop()
        del self.branches[outside:]
        self.frames.pop()
        self.loops = loops
        self.target = target
        is_cut_short = self.effort.left < 0
        self.come_back(trip)
        if is_cut_short:
            self.program.cut_short.add(key)
        if is_cut_short and trip is not None:
            result: Value = UNKNOWN
        elif frame.grads_at_yields and names & GENERATED:
            result = given_by_generator(frame.yields, frame.grads_at_yields)
        elif frame.yields:
            result = Seq((join_all(frame.yields),), "generator", is_whole=False)
        else:
            returned = [value for value in frame.returns if value != NONE] or frame.returns
            result = join_all(returned) if returned else NONE
            result = self._as_annotated(function, result)
            if says_it_shortens(function.qualname.rpartition(".")[2]):
                result = cut_short(result)
        if memo is not None:
            self.memory.results[memo] = result
        return result

    def _is_given_other_code(self, definition: nodes.AST, arguments: Arguments) -> bool:
        """Whether a helper that runs what it is given (``cached(key, load)``) is inside itself, with something else to run."""
        return self.stack.count(definition) == 1 and any(
            isinstance(value, Function) and value.node not in self.stack for value in arguments.values()
        )

    def _as_annotated(self, function: Function, result: Value) -> Value:
        """What a function returns; where its body does not tell, what its annotation says."""
        definition = function.node
        if isinstance(definition, nodes.Lambda) or definition.returns is None:
            return result
        if any(not isinstance(option, Unknown) and option != NONE for option in options(result)):
            return result
        told = self._told(function, definition.returns, result.name if isinstance(result, Unknown) else "")
        return result if isinstance(told, Unknown) else told

    def _told(self, function: Function, annotation: nodes.expr, name: str) -> Value:
        """What an annotation of a function tells, by the names of the file that it stands in."""
        self.frames.append(Frame(function.scope))
        told = annotated(self, annotation, name)
        self.frames.pop()
        return told

    def _bind_receiver(self, function: Function, scope: Scope, node: nodes.AST | None) -> None:
        """What an object made anew in each round holds differs from round to round, in its methods as well."""
        called = node.func if isinstance(node, nodes.Call) else None
        parameters = [*function.node.args.posonlyargs, *function.node.args.args]
        if isinstance(called, nodes.Attribute) and parameters:
            depends = self.depends(called.value)
            if depends:
                scope.depends[parameters[0].arg] = depends

    def _bind(
        self, function: Function, arguments: Arguments, scope: Scope, alone: bool, is_class_method: bool
    ) -> None:
        """Give a function's parameters their values."""
        args = function.node.args
        parameters = [*args.posonlyargs, *args.args]
        defaults = dict(function.defaults)
        positional = list(arguments.positional)
        if function.receiver is not None and parameters and function.owner is not None:
            first = parameters.pop(0)
            receiver = function.receiver
            if is_class_method and isinstance(receiver, Instance):
                receiver = receiver.cls
            scope.values[first.arg] = receiver
        if alone:
            for position, value in given(self, function).items():
                if position < len(parameters):
                    defaults[parameters[position].arg] = value
            scope.depends.update(asked(self, function, [*parameters, *args.kwonlyargs], defaults))
        texts = (
            {parameters[at].arg for at in written(self, function) if at < len(parameters)} if alone else ()
        )
        caller_depends = self.depends if self.frames and not alone else (lambda _node: NOTHING)
        for parameter in parameters:
            name = parameter.arg
            argument = positional.pop(0) if positional else arguments.keywords.get(name)
            self._bind_one(
                function, scope, parameter, argument, defaults.get(name), alone, arguments.has_more
            )
            if argument is not None and (argument.node is not None or argument.depends):
                depends = argument.depends
                if argument.node is not None:
                    depends |= caller_depends(argument.node)
                if depends:
                    scope.depends[name] = depends
            if name in texts:
                scope.values[name] = of_field(scope.values[name])
        for parameter in args.kwonlyargs:
            argument = arguments.keywords.get(parameter.arg)
            default = defaults.get(parameter.arg)
            self._bind_one(function, scope, parameter, argument, default, alone, arguments.has_more)
            if argument is not None and argument.node is not None:
                scope.depends[parameter.arg] = caller_depends(argument.node)
        if args.vararg is not None:
            items = tuple(argument.value for argument in positional)
            scope.values[args.vararg.arg] = Seq(items, "tuple", not alone and not arguments.has_more)
        if args.kwarg is not None:
            known = {parameter.arg for parameter in (*parameters, *args.kwonlyargs)}
            extra = tuple(
                (Text(name), argument.value)
                for name, argument in arguments.keywords.items()
                if name not in known and name != "**"
            )
            spread = arguments.keywords.get("**")
            # What a processor gave and the caller spreads is handed on as it is.
            is_handed_on = spread is not None and isinstance(spread.value, Inputs) and not extra
            scope.values[args.kwarg.arg] = (
                spread.value
                if spread is not None and is_handed_on
                else Dict(extra, not alone and not arguments.has_more)
            )

    def _bind_one(
        self,
        function: Function,
        scope: Scope,
        parameter: nodes.arg,
        argument: Argument | None,
        default: Value | None,
        alone: bool,
        has_more: bool,
    ) -> None:
        name = parameter.arg
        if argument is not None:
            value = argument.value
            if isinstance(value, Unknown) and parameter.annotation is not None:
                value = as_handed(value, self._told(function, parameter.annotation, value.name or name))
            elif isinstance(value, Unknown) and not value.name:
                value = Unknown(name)
        elif default is not None and not alone and not has_more:
            value = default
        elif default is not None and default != NONE and not isinstance(default, (Const, Unknown)):
            value = join(default, Unknown(name, is_parameter=True))
        elif isinstance(default, Const) and isinstance(default.value, float):
            value = OneOf((default, Unknown(name, is_parameter=True)))
        elif parameter.annotation is not None:
            value = self._told(function, parameter.annotation, name)
        else:
            value = Unknown(name, is_parameter=True)
        scope.values[name] = value
        if argument is not None:
            scope.given[name] = value
