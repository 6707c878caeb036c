"""CLP307: the tensor inside the output object, in the form that the project's versions need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst
import libcst.matchers as m

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import SAFE, UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.helpers import helper
from clip_lint.codemods.nodes import callee, parameters
from clip_lint.codemods.program import NoFixError, statement
from clip_lint.codemods.shapes import Unwrap, Wrap
from clip_lint.reading.marks import PROJECTED
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_FIELD = "pooler_output"
_FIELDS = frozenset(
    {
        _FIELD,
        "last_hidden_state",
        "hidden_states",
        "attentions",
        "to_tuple",
        "keys",
        "items",
        "values",
        *PROJECTED,
    }
)
_WORD = re.compile(r"\w+")
_LOOKING = frozenset({"hasattr", "getattr", "isinstance", "type"})
_ASKING = _LOOKING | {"is_tensor"}
_RAISING = frozenset({"TypeError", "ValueError", "RuntimeError"})
_INDEXED = "; an index, which raises nothing, means another thing then"
_BOTH = "take `.pooler_output` where there is one: works on both major versions of the library"


class TakePoolerOutput(Codemod):
    """Take the feature tensor out of the output object that newer versions give."""

    stage = Stage.OPEN

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)
        self._quotes: dict[int, str] = {}
        wanted = [each for each in findings if self._is_wanted(each)]
        # One form for the whole file: the field itself, a line behind each call, or a function round each.
        self.is_pinned = all(map(self._is_certain, wanted))
        self.has_lines = all(self._has_line(each) for each in wanted)

    def patch(self, finding: Finding) -> Patch:
        """``.pooler_output`` where the project pins the newer version, else a form that works on both."""
        program = self.program
        call = program.node(finding.place, cst.Call)
        self._check(call)
        grade, more = (UNSAFE, _INDEXED) if self._is_indexed(call) else (SAFE, "")
        if self.is_pinned:
            return Patch(
                grade, f"take `.pooler_output`{more}", (program.changed(call, Unwrap(call, _FIELD)),)
            )
        if not self.has_lines:
            try:
                function, changes = self._function(call)
                return Patch(
                    grade, _BOTH + more, (*changes, program.changed(call, Wrap(call, cst.Name(function))))
                )
            except NoFixError:
                if not self._has_line(finding):
                    raise  # there is no room for a function
        return Patch(grade, _BOTH + more, tuple(self._lines(call)))

    def _lines(self, call: cst.Call) -> Iterator[Change]:
        """A line behind the call's own; what is made of the result goes there too, or on one more where that would be long."""
        program, line, quote = self.program, self.program.line(call), self._quote(call)
        name, rest = self._named(call) or ("", call)
        taken = f"{name} = getattr({name}, {quote}{_FIELD}{quote}, {name})"
        end = program.spans.span(call).end
        tail = program.spans.text[end : program.spans.span(rest).end]
        if not tail:
            yield program.after(line, statement(taken))
            return
        yield Change(end, end + len(tail), "")
        if program.spans.at(line)[1] + len(taken) + len(tail) > program.width:
            yield program.after(line, statement(taken), statement(f"{name} = {name}{tail}"))
        else:
            yield program.after(line, statement(taken + tail))

    def _quote(self, call: cst.Call) -> str:
        """The quotes of the lines around; lines alike in one function, or one cell, have the same."""
        around = self.program.names.function(call)
        key = id(around) if around is not None else -self.program.cell_of(call)
        return self._quotes.setdefault(key, self.program.quote(call))

    def _is_wanted(self, finding: Finding) -> bool:
        """Whether there is a repair at all."""
        try:
            self._check(self.program.node(finding.place, cst.Call))
        except NoFixError:
            return False
        return True

    def _is_certain(self, finding: Finding) -> bool:
        """Whether it is certainly an output object, in whatever version the project may run."""
        versions = self.program.project.versions
        is_certain = said(finding, "model") == "known" and not versions.is_assumed("transformers")
        return is_certain and versions.requires("transformers", ">=5")

    def _has_line(self, finding: Finding) -> bool:
        """Whether the call's result has a name, on a line of its own."""
        call = self.program.node(finding.place, cst.Call)
        try:
            self.program.line(call)
        except NoFixError:
            return False
        return self._named(call) is not None

    def _named(self, call: cst.Call) -> tuple[str, cst.BaseExpression] | None:
        """The name that gets what is made of a call, and all that is made of it: the call itself, or what methods of its result give."""
        value: cst.BaseExpression = call
        above = self.program.parent(value)
        while isinstance(above, (cst.Attribute, cst.Subscript, cst.Call)) and not value.lpar:
            if (above.func if isinstance(above, cst.Call) else above.value) is not value:
                return None
            value, above = above, self.program.parent(above)
        if not isinstance(above, cst.Assign) or len(above.targets) != 1:
            return None
        target = above.targets[0].target
        if not isinstance(target, cst.Name) or value.lpar:
            return None
        start, end = self.program.spans.span(call).end, self.program.spans.span(value).end
        tail = self.program.spans.text[start:end]
        if "\n" in tail or target.value in _WORD.findall(tail):
            return None
        return target.value, value

    def _function(self, call: cst.Call) -> tuple[str, list[Change]]:
        """A function that takes the tensor out: one of the program's own that does nothing else, or a new one."""
        for line in self.program.module.body:
            if isinstance(line, cst.FunctionDef) and _is_opening(line) and self._is_in_reach(line, call):
                return line.name.value, []
        return helper(self.program, "pooled_features", _helper, call)

    def _is_in_reach(self, function: cst.FunctionDef, call: cst.Call) -> bool:
        """Whether a function of the module can be called in place of a call: it is there by then, and not what is around it."""
        names = self.program.names
        above = [each for each in names.above(call) if isinstance(each, cst.FunctionDef)]
        is_there = bool(above) or self.program.start(function) < self.program.start(call)
        return is_there and function not in above and len(names.top.bindings[function.name.value]) == 1

    def _is_indexed(self, call: cst.Call) -> bool:
        """Whether the object is indexed: newer versions raise no exception there, but give another field."""
        name = self._assigned(call)
        uses: Iterable[cst.CSTNode] = [call]
        if name is not None:
            owner = self.program.names.owner(name, self.program.names.scope(call))
            uses = owner.reads.get(name, ()) if owner is not None else ()
        return any(
            isinstance(above := self.program.parent(each), cst.Subscript) and above.value is each
            for each in uses
        )

    def _assigned(self, call: cst.Call) -> str | None:
        above = self.program.parent(call)
        if isinstance(above, cst.Assign) and len(above.targets) == 1:
            target = above.targets[0].target
            return target.value if isinstance(target, cst.Name) else None
        return None

    def _check(self, call: cst.Call) -> None:
        """NoFixError where the code may want the object, or has what it gets from another version."""
        above = self.program.parent(call)
        if isinstance(above, cst.Await):
            raise NoFixError("what is awaited is no output yet")
        if isinstance(above, cst.Attribute) and above.attr.value in PROJECTED:
            raise NoFixError("another field is read of it")
        if any(each.keyword is not None and each.keyword.value == "return_dict" for each in call.args):
            raise NoFixError("the call says itself what it gives")
        if self.calls.is_replaced(call.func):
            raise NoFixError("the program puts a method of its own in that place")
        below: cst.CSTNode = call
        for above in self.program.names.above(call):
            if (
                isinstance(above, (cst.If, cst.IfExp))
                and below is not above.test
                and self._asks_version(above.test)
            ):
                raise NoFixError("it stands in a branch for one version")
            if isinstance(above, cst.Try) and below is above.body and _expects_other_form(above):
                raise NoFixError("another version's form is expected around it")
            below = above
        name = self._assigned(call)
        if name is not None:
            owner = self.program.names.owner(name, self.program.names.scope(call))
            for read in owner.reads.get(name, ()) if owner is not None else ():
                self._check_use(read)

    def _asks_version(self, test: cst.BaseExpression) -> bool:
        """Whether a condition depends on a version: it says so, or a name in it was made of one."""
        if "version" in self.program.code(test).lower():
            return True
        names = self.program.names
        for each in names.below(test):
            if isinstance(each, cst.Name):
                owner = names.owner(each.value, names.scope(each))
                for binding in owner.bindings[each.value] if owner is not None else ():
                    made = self.program.statement(binding.node)
                    if isinstance(made, cst.Assign) and "version" in self.program.code(made.value).lower():
                        return True
        return False

    def _check_use(self, read: cst.Name) -> None:
        above = self.program.parent(read)
        if isinstance(above, cst.Attribute) and above.attr.value in _FIELDS:
            raise NoFixError("its fields are read elsewhere")
        if isinstance(above, cst.Arg):
            call = self.program.parent(above)
            if isinstance(call, cst.Call) and Calls(self.program).origin(call.func) in _LOOKING:
                raise NoFixError("the code looks itself at what it got")


def _is_opening(function: cst.FunctionDef) -> bool:
    """Whether a function only looks whether it got an output object, and gives the tensor back."""
    required = [each for each in parameters(function.params) if each.default is None]
    code = cst.Module([]).code_for_node(function.body)
    if len(required) != 1 or required[0].star or function.decorators or function.asynchronous:
        return False
    calls = m.findall(function.body, m.Call())
    others = m.findall(
        function.body, m.BinaryOperation() | m.For() | m.While() | m.With() | m.Yield() | m.Try() | m.Await()
    )
    is_quiet = all(callee(each) in _ASKING | _RAISING for each in calls) and not others
    return is_quiet and _FIELD in code and any(callee(each) in _ASKING for each in calls)


def _expects_other_form(node: cst.Try) -> bool:
    """Whether a handler is there for a value without some attribute."""
    for handler in node.handlers:
        text = cst.Module([]).code_for_node(handler.type) if handler.type is not None else ""
        if "AttributeError" in text or "TypeError" in text:
            return True
    return False


def _helper(name: str, quote: str) -> str:
    return (
        f"def {name}(output):\n"
        f'    """The tensor inside an output object; older versions return the tensor itself."""\n'
        f"    return getattr(output, {quote}{_FIELD}{quote}, output)\n"
    )
