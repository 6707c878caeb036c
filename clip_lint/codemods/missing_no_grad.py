"""CLP402: encodings under `torch.no_grad()`, and nothing that might want a gradient beside them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.calls import Calls, listed
from clip_lint.codemods.codemod import SAFE, UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.flow import Fate, Flow
from clip_lint.codemods.imports import module
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Decorate, Replace, under
from clip_lint.syntax.edits import Change, trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_SIMPLE = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Expr)
_MAX_BETWEEN = 3
"""So many statements of another kind may come along into one `with` block."""

_UNSEEN = "code that is not seen gets the result, or helps to make it, and may want a gradient"


class _Line(NamedTuple):
    """A line of a block: the names it stores and reads, and the worst that becomes of what it makes."""

    stores: frozenset[str]
    reads: frozenset[str]
    fate: Fate
    is_quiet: bool


class RunWithoutGradients(Codemod):
    """Run encodings whose gradients nobody takes under `torch.no_grad()`."""

    stage = Stage.GRADIENTS

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        if program.project.is_trained_with(program.source.path):
            raise NoFixError("a file that imports this one takes gradients")
        self.calls = Calls(program)
        self.flow = Flow(program, self.calls)
        self._lines: dict[int, _Line] = {}
        self._patches: dict[int, Patch] = {}

    def patch(self, finding: Finding) -> Patch:
        """The encoding's lines under a `with`, or the function decorated where there is no room for one."""
        call = self.program.node(finding.place, cst.Call)
        line = self._wrapped(call)
        if line is None:
            return self._decorated(call)
        if self._strangers(call, line):
            return self._extracted(call, line)
        run = self._runs[id(line)]
        if id(run[0]) not in self._patches:
            self._patches[id(run[0])] = self._under(run)
        return self._patches[id(run[0])]

    def _under(self, run: list[cst.BaseStatement]) -> Patch:
        torch, changes = module(self.program, "torch", run[0])
        context = cst.Call(cst.Attribute(torch, cst.Name("no_grad")))
        changes.append(self._replaced(run, under(context, run)))
        if all(self._line(each).fate is Fate.ENDS and self._line(each).is_quiet for each in run):
            return Patch(SAFE, "run it under `torch.no_grad()`", tuple(changes))
        return Patch(UNSAFE, f"run it under `torch.no_grad()`; {_UNSEEN}", tuple(changes))

    def _replaced(self, run: list[cst.BaseStatement], block: cst.With) -> Change:
        spans = self.program.spans
        start, end = spans.outer(run[0]).start, spans.outer(run[-1]).end
        text = spans.written(block, run[0])
        if not spans.text[start:end].endswith(("\n", "\r")):
            text = text.removesuffix(self.program.module.default_newline)
        return trimmed(spans.text, Change(start, end, text))

    # --- one encoding

    def _wrapped(self, call: cst.Call) -> cst.BaseStatement | None:
        """The line to put under a `with`, None where there is no room for one; NoFixError where gradients may be wanted."""
        self._check(call)
        try:
            line = self.program.line(call)
        except NoFixError:
            return None
        if not isinstance(line, cst.SimpleStatementLine) or not isinstance(
            line.body[0], (*_SIMPLE, cst.Return)
        ):
            return None
        self.program.block(line)
        if _waits(self.program, line):
            raise NoFixError("the block would be left and entered again while the mode is on")
        if not self._strangers(call, line) and self._line(line).fate is Fate.WANTED:
            raise NoFixError("a gradient is taken of what the statement makes")
        return line

    def _strangers(self, call: cst.Call, line: cst.BaseStatement) -> bool:
        """Whether a line calls what is not known beside the encoding: what helps to make its arguments is not counted."""
        return any(
            not self.calls.is_quiet(each)
            and not any(above is call for above in self.program.names.above(each))
            for each in self.program.names.below(line)
            if isinstance(each, cst.Call) and each is not call and not self._is_encoding(each)
        )

    def _extracted(self, call: cst.Call, line: cst.BaseStatement) -> Patch:
        """The encoding alone, on lines of its own before those that call what is not known."""
        names = self.program.names
        for above in names.above(call):
            if above is line:
                break
            if isinstance(
                above, (*COMPREHENSIONS, cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.NamedExpr)
            ):
                raise NoFixError("the encoding may run never, or more than once")
        start = self.program.start(call)
        if any(
            self.program.spans.span(each).end <= start
            for each in names.below(line)
            if isinstance(each, (cst.Call, cst.NamedExpr, cst.Subscript))
        ):
            raise NoFixError("the encoding would run before what runs before it now")
        fate = self.flow.fate(call)
        modality = next((each for each in ("image", "text") if each in self.program.code(call.func)), "")
        name = self.program.fresh(f"{modality}_features".lstrip("_"))
        torch, changes = module(self.program, "torch", line)
        context = cst.Call(cst.Attribute(torch, cst.Name("no_grad")))
        alone = cst.Assign([cst.AssignTarget(cst.Name(name))], call.with_changes(lpar=(), rpar=()))
        changes.append(self.program.before(line, under(context, [cst.SimpleStatementLine([alone])])))
        changes.append(self.program.changed(call, Replace(call, lambda _: cst.Name(name))))
        safe = fate is Fate.ENDS and self.calls.are_quiet(call, call)
        message = "run the encoding alone under `torch.no_grad()`"
        return Patch(SAFE if safe else UNSAFE, message if safe else f"{message}; {_UNSEEN}", tuple(changes))

    def _check(self, call: cst.Call) -> None:
        function = self.program.names.function(call)
        if isinstance(function, cst.Lambda):
            raise NoFixError("a lambda has no room for it")
        for above in self.program.names.above(call):
            if isinstance(above, cst.BaseStatement):
                break
            if isinstance(above, cst.GeneratorExp) and not isinstance(self.program.parent(above), cst.Arg):
                raise NoFixError("the call runs later than its statement")
        if is_off_already(self.program, call):
            raise NoFixError("it lies under such a context already, of a module that is not imported")
        if self.flow.fate(call) is Fate.WANTED:
            raise NoFixError("a gradient is taken through it")

    @cached_property
    def _encodings(self) -> dict[int, cst.Call]:
        found = {}
        for finding in self.findings:
            try:
                call = self.program.node(finding.place, cst.Call)
            except NoFixError:
                continue
            found[id(call)] = call
        return found

    def _is_encoding(self, call: cst.Call) -> bool:
        return id(call) in self._encodings

    def _line(self, line: cst.BaseStatement) -> _Line:
        if id(line) not in self._lines:
            below = list(self.program.names.below(line))
            names = [each for each in below if isinstance(each, cst.Name)]
            stored = self.program.names.stored
            stores = frozenset(each.value for each in names if id(each) in stored)
            reads = frozenset(each.value for each in names)
            values = [each for each in below if isinstance(each, cst.Call)]
            statement = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
            value = getattr(statement, "value", None)
            fates = [
                self.flow.fate(each)
                for each in (*values, value)
                if isinstance(each, cst.BaseExpression) and not self.calls.gives_numbers(each)
            ]
            is_quiet = all(self._is_encoding(each) or self.calls.is_quiet(each) for each in values)
            self._lines[id(line)] = _Line(stores, reads, max(fates, default=Fate.ENDS), is_quiet)
        return self._lines[id(line)]

    # --- neighbours

    @cached_property
    def _runs(self) -> dict[int, list[cst.BaseStatement]]:
        """The lines that go into one `with`, for each line that needs it: those, and what ties one to the next."""
        needing: dict[int, cst.BaseStatement] = {}
        for call in self._encodings.values():
            try:
                line = self._wrapped(call)
            except NoFixError:
                continue
            if line is not None and not self._strangers(call, line):
                needing[id(line)] = line
        found: dict[int, list[cst.BaseStatement]] = {}
        done: set[int] = set()
        for line in needing.values():
            block = self.program.parent(line)
            if id(block) not in done:
                done.add(id(block))
                for run in self._runs_of(self.program.block(line), needing):
                    found.update((id(each), run) for each in run)
        return found

    def _runs_of(
        self, block: Sequence[cst.BaseStatement], needing: dict[int, cst.BaseStatement]
    ) -> list[list[cst.BaseStatement]]:
        runs: list[list[cst.BaseStatement]] = []
        between: list[cst.BaseStatement] = []
        for line in block:
            if id(line) not in needing:
                between.append(line)
                continue
            if runs and self._belong_together(runs[-1], between, line):
                runs[-1] += [*between, line]
            else:
                runs.append([line])
            between = []
        return runs

    def _belong_together(
        self, run: list[cst.BaseStatement], between: list[cst.BaseStatement], following: cst.BaseStatement
    ) -> bool:
        """Whether what stands between only finishes what the run made or prepares what follows, with no comment of its own."""
        last = self._line(run[-1])
        if (
            len(between) > _MAX_BETWEEN
            or not all(_is_simple(each) and not _waits(self.program, each) for each in between)
            or not _is_simple(run[-1])
            or (last.fate, last.is_quiet) != (self._line(following).fate, self._line(following).is_quiet)
            or not all(self._line(each).fate is Fate.ENDS and self._line(each).is_quiet for each in between)
            or any(_has_comment(each) for each in (*between, following))
            or self.program.cell_of(run[-1]) != self.program.cell_of(following)
        ):
            return False
        made = {name for each in run[-_MAX_BETWEEN:] for name in self._line(each).stores}
        wanted = set(self._line(following).reads)
        for each in reversed(between):
            stored = self._line(each).stores
            if stored & wanted:
                wanted |= self._line(each).reads
            elif not stored or not stored <= made:
                return False
        return True

    # --- where there is no room

    def _decorated(self, call: cst.Call) -> Patch:
        function = self.program.names.function(call)
        if not isinstance(function, cst.FunctionDef) or function.asynchronous is not None:
            raise NoFixError("there is no room for a block, and no function to decorate")
        if not self._is_harmless(function):
            raise NoFixError("the function does more than is known")
        torch, changes = module(self.program, "torch", function)
        decorate = Decorate(function, cst.Call(cst.Attribute(torch, cst.Name("no_grad"))))
        changes.append(self.program.changed(function, decorate))
        return Patch(SAFE, "run the function under `torch.no_grad()`", tuple(changes))

    def _is_harmless(self, function: cst.FunctionDef) -> bool:
        """Whether every statement of a function is known, and nothing that it makes has a gradient that matters."""
        for each in self.program.names.below(function.body):
            if isinstance(
                each, (cst.Yield, cst.Await, cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Global)
            ):
                return False
            if isinstance(each, cst.Attribute) and each.attr.value in listed("gradients", "members"):
                return False
            if isinstance(each, cst.Call):
                if not (self._is_encoding(each) or self.calls.is_quiet(each)):
                    return False
                if not self.calls.gives_numbers(each) and self.flow.fate(each) is not Fate.ENDS:
                    return False
        return True


def _is_simple(line: cst.BaseStatement) -> bool:
    return (
        isinstance(line, cst.SimpleStatementLine)
        and len(line.body) == 1
        and isinstance(line.body[0], _SIMPLE)
    )


def _waits(program: Program, line: cst.CSTNode) -> bool:
    return any(
        isinstance(each, (cst.Await, cst.Yield)) or (isinstance(each, COMPREHENSIONS) and _is_async(each))
        for each in program.names.below(line)
    )


def _is_async(node: cst.CSTNode) -> bool:
    loop = getattr(node, "for_in", None)
    while isinstance(loop, cst.CompFor):
        if loop.asynchronous is not None:
            return True
        loop = loop.inner_for_in
    return False


def _has_comment(line: cst.BaseStatement) -> bool:
    return any(each.comment is not None for each in getattr(line, "leading_lines", ()))


def is_off_already(program: Program, node: cst.CSTNode) -> bool:
    """Whether a node lies visibly under `no_grad` or `inference_mode`, whosever they are."""
    for above in program.names.above(node):
        entered: list[cst.BaseExpression] = []
        if isinstance(above, cst.With):
            entered = [item.item for item in above.items]
        elif isinstance(above, cst.FunctionDef):
            entered = [each.decorator for each in above.decorators]
        if any(word in program.code(each) for each in entered for word in ("no_grad", "inference_mode")):
            return True
    return False
