"""CLP402: encodings under `torch.no_grad()`, and nothing that might want a gradient beside them."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import groupby, islice
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.awaiting import Awaited, awaited
from clip_lint.codemods.codemod import SAFE, UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.imports import module
from clip_lint.codemods.known import listed
from clip_lint.codemods.lines import MOST_TOGETHER, SIMPLE, Lines
from clip_lint.codemods.modes import is_off_already
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Decorate, under
from clip_lint.codemods.taken_out import Taken, taken_out
from clip_lint.syntax.edits import Change, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_MEASURES = re.compile(
    r"flop|profil|timer|timeit|benchmark|stopwatch|record_function|memory_stats", re.IGNORECASE
)
"""Names of contexts that count or time what runs in them: without gradients PyTorch takes other ways through attention."""
_MEASURED = "what runs there is counted or timed, and counts differ without gradients"
_UNSEEN = "code that is not seen gets the result, or helps to make it, and may want a gradient"


class RunWithoutGradients(Codemod):
    """Run encodings whose gradients nobody takes under `torch.no_grad()`."""

    stage = Stage.GRADIENTS

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        if program.project.is_trained_with(program.source.path):
            raise NoFixError("a file that imports this one takes gradients")
        self.lines = Lines(program, findings)
        self.calls, self.flow = self.lines.calls, self.lines.flow
        if not listed("gradients", "watching").isdisjoint(self.calls.sites):
            raise NoFixError("a hook sees what the layers make, and may take its gradient")
        if any(
            isinstance(each, cst.SimpleString) and "grad_fn" in each.value for each in program.names.nodes
        ):
            raise NoFixError("the program looks for a graph in what is printed")
        self._patches: dict[int, Patch] = {}
        self._extractions: dict[int, tuple[set[int], Patch | None]] = {}

    def patch(self, finding: Finding) -> Patch:
        """The encoding's lines under a `with`, or the function decorated where there is no room for one."""
        call = self.program.node(finding.place, cst.Call)
        made = awaited(self.program, call)
        if made is not None:
            return self._awaited(call, made)
        line = self._wrapped(call)
        if line is None:
            return self._decorated(call)
        if self.lines.has_strangers(call, line):
            return self._extracted(call, line)
        run = self._runs[id(line)]
        if id(run[0]) not in self._patches:
            self._patches[id(run[0])] = self._under(run)
        return self._patches[id(run[0])]

    def _under(self, run: list[cst.BaseStatement]) -> Patch:
        torch, changes = module(self.program, "torch", run[0])
        context = cst.Call(cst.Attribute(torch, cst.Name("no_grad")))
        joined = self._joined(run, context)
        block = under(context, run, self.program.spans.step(run[0]))
        changes.append(joined or self._replaced(run, block))
        if all(self.lines.of(each).fate is Fate.ENDS and self.lines.of(each).is_quiet for each in run):
            return Patch(SAFE, "run it under `torch.no_grad()`", tuple(changes))
        return Patch(UNSAFE, f"run it under `torch.no_grad()`; {_UNSEEN}", tuple(changes))

    def _joined(self, run: list[cst.BaseStatement], context: cst.Call) -> Change | None:
        """The mode as one more context of the `with` that holds these lines and no others, where its line has room."""
        block = self.program.parent(run[0])
        around = self.program.parent(block) if isinstance(block, cst.IndentedBlock) else None
        if (
            not isinstance(around, cst.With)
            or around.asynchronous is not None
            or isinstance(around.lpar, cst.LeftParen)
        ):
            return None
        if len(run) != len(self.program.block(run[0])):
            return None
        at = self.program.spans.span(around.items[-1]).end
        change = Change(at, at, f", {self.program.module.code_for_node(context)}")
        head = self.program.spans.text[self.program.start(around) : at]
        is_room = self.program.spans.at(around)[1] + len(head) + len(change.text) < self.program.width
        return change if is_room and "\n" not in head else None

    def _replaced(self, run: list[cst.BaseStatement], *lines: cst.BaseStatement) -> Change:
        spans = self.program.spans
        start, end = spans.outer(run[0]).start, spans.outer(run[-1]).end
        text = "".join(spans.written(each, run[0]) for each in lines)
        if not spans.text[start:end].endswith(("\n", "\r")):
            text = text.removesuffix(self.program.module.default_newline)
        return trimmed(spans.text, Change(start, end, text))

    def _awaited(self, call: cst.Call, made: Awaited) -> Patch:
        """What is waited for on a line of its own, so that nobody else runs while the mode is on."""
        self._check(call)
        if self.lines.has_strangers(call, made.line) or self.lines.of(made.line).fate is Fate.WANTED:
            raise NoFixError("a gradient may be taken of what the statement makes")
        torch, changes = module(self.program, "torch", made.line)
        context = cst.Call(cst.Attribute(torch, cst.Name("no_grad")))
        block = under(context, [made.rest], self.program.spans.step(made.line))
        first = made.first.with_changes(leading_lines=block.leading_lines)
        changes.append(self._replaced([made.line], first, block.with_changes(leading_lines=())))
        own = self.lines.of(made.line)
        if own.fate is Fate.ENDS and own.is_quiet:
            return Patch(SAFE, "wait first, then run it under `torch.no_grad()`", tuple(changes))
        return Patch(UNSAFE, f"wait first, then run it under `torch.no_grad()`; {_UNSEEN}", tuple(changes))

    # --- one encoding

    def _wrapped(self, call: cst.Call) -> cst.BaseStatement | None:
        """The line to put under a `with`, None where there is no room for one; NoFixError where gradients may be wanted."""
        self._check(call)
        try:
            line = self.program.line(call)
        except NoFixError:
            return None
        if not isinstance(line, cst.SimpleStatementLine) or not isinstance(
            line.body[0], (*SIMPLE, cst.Return)
        ):
            return None
        self.program.block(line)
        if self.lines.waits(line):
            raise NoFixError("the block would be left and entered again while the mode is on")
        if not self.lines.has_strangers(call, line) and self.lines.of(line).fate is Fate.WANTED:
            raise NoFixError("a gradient is taken of what the statement makes")
        return line

    def _extracted(self, call: cst.Call, line: cst.BaseStatement) -> Patch:
        """The line's encodings alone, on lines of their own before it: as many as may run before everything else in it."""
        if id(line) not in self._extractions:
            own = [each for each in self._by_line[id(line)] if self._goes_alone(each, line)]
            taken = islice(taken_out(self.program, line, own), MOST_TOGETHER)
            group = next((list(each) for _, each in groupby(taken, self._is_safe)), [])
            self._extractions[id(line)] = {id(each.call) for each in group}, self._taken_out(group, line)
        calls, patch = self._extractions[id(line)]
        if patch is None or id(call) not in calls:
            raise NoFixError(
                "the encoding would run before what runs before it now, never, or more than once"
            )
        return patch

    def _taken_out(self, group: Sequence[Taken], line: cst.BaseStatement) -> Patch | None:
        if not group:
            return None
        torch, changes = module(self.program, "torch", line)
        context = cst.Call(cst.Attribute(torch, cst.Name("no_grad")))
        block = under(context, [each.assigned() for each in group], self.program.spans.step(line))
        changes.append(self.program.before(line, block))
        changes += [each.replaced(self.program) for each in group]
        message = "run the encoding alone under `torch.no_grad()`"
        if self._is_safe(group[0]):
            return Patch(SAFE, message, tuple(changes))
        return Patch(UNSAFE, f"{message}; {_UNSEEN}", tuple(changes))

    def _is_safe(self, taken: Taken) -> bool:
        return self.flow.fate(taken.call) is Fate.ENDS and self.calls.are_quiet(taken.call, taken.call)

    def _goes_alone(self, call: cst.Call, line: cst.BaseStatement) -> bool:
        try:
            return (
                awaited(self.program, call) is None
                and self._wrapped(call) is line
                and self.lines.has_strangers(call, line)
            )
        except NoFixError:
            return False

    @cached_property
    def _by_line(self) -> dict[int, list[cst.Call]]:
        """The encodings of each line that is alone."""
        found: dict[int, list[cst.Call]] = {}
        for call in self.lines.encodings.values():
            try:
                found.setdefault(id(self.program.line(call)), []).append(call)
            except NoFixError:
                continue
        return found

    def _check(self, call: cst.Call) -> None:
        function = self.program.names.function(call)
        if isinstance(function, cst.Lambda):
            raise NoFixError("a lambda has no room for it")
        for above in self.program.names.above(call):
            if isinstance(above, cst.BaseStatement):
                break
            if isinstance(above, cst.GeneratorExp) and not isinstance(self.program.parent(above), cst.Arg):
                raise NoFixError("the call runs later than its statement")
        if any(
            _MEASURES.search(self.program.module.code_for_node(item.item)) for item in self._contexts(call)
        ):
            raise NoFixError(_MEASURED)
        if self._keeps_time and isinstance(self.program.parent(call), cst.Expr):
            raise NoFixError(_MEASURED)  # nobody looks at what it gives
        if is_off_already(self.program, call):
            raise NoFixError("it lies under such a context already, of a module that is not imported")
        if self.flow.fate(call) is Fate.WANTED:
            raise NoFixError("a gradient is taken through it")

    @cached_property
    def _keeps_time(self) -> bool:
        """Whether the program measures how long something takes."""
        return any(
            isinstance(each, cst.Call)
            and any(word in f".{dotted(each.func)}" for word in listed("repeating", "timing"))
            for each in self.program.names.nodes
        )

    def _contexts(self, call: cst.Call) -> Iterator[cst.WithItem]:
        """The contexts of the `with` statements that a call lies in, as far as its function goes."""
        for above in self.program.names.above(call):
            if isinstance(above, (cst.FunctionDef, cst.ClassDef)):
                return
            if isinstance(above, cst.With):
                yield from above.items

    @cached_property
    def _runs(self) -> dict[int, list[cst.BaseStatement]]:
        """The lines that go into one `with`, for each line that needs it: those, and what ties one to the next."""
        needing: dict[int, cst.BaseStatement] = {}
        for call in self.lines.encodings.values():
            try:
                line = self._wrapped(call)
            except NoFixError:
                continue
            if line is not None and not self.lines.has_strangers(call, line):
                needing[id(line)] = line
        found: dict[int, list[cst.BaseStatement]] = {}
        done: set[int] = set()
        for line in needing.values():
            block = self.program.parent(line)
            if id(block) not in done:
                done.add(id(block))
                for run in self.lines.runs(self.program.block(line), needing):
                    found.update((id(each), run) for each in run)
        return found

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
                if not (self.lines.is_encoding(each) or self.calls.is_quiet(each)):
                    return False
                if not self.calls.gives_numbers(each) and self.flow.fate(each) is not Fate.ENDS:
                    return False
        return True
