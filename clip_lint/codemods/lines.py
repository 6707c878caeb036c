"""The lines of a block around encodings: what they store, read and make, and which of them go under one `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import loops
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.uncalled import Uncalled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

SIMPLE = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Expr)
_MAX_BETWEEN = 3
"""So many statements of another kind may come along into one `with` block."""
MOST_TOGETHER = 50
"""So many lines go into one block: each finding tells of the whole block that it would share with thousands of others."""


class Line(NamedTuple):
    """A line of a block: the names it stores and reads, and the worst that becomes of what it makes."""

    stores: frozenset[str]
    reads: frozenset[str]
    fate: Fate
    is_quiet: bool


class Lines:
    """The lines of one program, with the encodings that findings are about."""

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        self.program = program
        self.calls = Calls(program)
        self.flow = Flow(program, self.calls)
        self.uncalled = Uncalled(self.calls)
        self.encodings = _encodings(program, findings)
        self._known: dict[int, Line] = {}
        self._strangers: dict[int, list[cst.Call]] = {}
        self._waiting: dict[int, bool] = {}

    def is_encoding(self, call: cst.Call) -> bool:
        """Whether a finding is about a call."""
        return id(call) in self.encodings

    def of(self, line: cst.BaseStatement) -> Line:
        """What a line stores, reads and makes."""
        if id(line) not in self._known:
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
            is_quiet = all(
                self.is_encoding(each) or self.calls.is_quiet(each) for each in values
            ) and self.uncalled.is_quiet(line)
            self._known[id(line)] = Line(stores, reads, max(fates, default=Fate.ENDS), is_quiet)
        return self._known[id(line)]

    def has_strangers(self, call: cst.Call, line: cst.BaseStatement) -> bool:
        """Whether a line calls what is not known beside the encoding, changes it, or a notebook shows its value.

        What helps to make the encoding's arguments is not counted.
        """
        if id(line) not in self._strangers:
            self._strangers[id(line)] = [
                each
                for each in self.program.names.below(line)
                if isinstance(each, cst.Call) and not self.is_encoding(each) and not self.calls.is_quiet(each)
            ]
        return (
            self.program.is_shown(line)
            or self.uncalled.writes_into_graphs(line)
            or any(
                each is not call and not any(above is call for above in self.program.names.above(each))
                for each in self._strangers[id(line)]
            )
        )

    def waits(self, line: cst.BaseStatement) -> bool:
        """Whether a line may be left and entered again while it runs."""
        if id(line) not in self._waiting:
            self._waiting[id(line)] = waits(self.program, line)
        return self._waiting[id(line)]

    def runs(
        self, block: Sequence[cst.BaseStatement], needing: Mapping[int, cst.BaseStatement]
    ) -> list[list[cst.BaseStatement]]:
        """The lines of a block that go under one `with`: those that need it, and what ties one to the next."""
        runs: list[list[cst.BaseStatement]] = []
        between: list[cst.BaseStatement] = []
        for line in block:
            if id(line) not in needing:
                between.append(line)
                continue
            is_room = bool(runs) and len(runs[-1]) + len(between) < MOST_TOGETHER
            if is_room and self._belong_together(runs[-1], between, line):
                runs[-1] += [*between, line]
            else:
                self._finish(runs, between)
                runs.append([line])
            between = []
        self._finish(runs, between)
        return runs

    def _finish(self, runs: list[list[cst.BaseStatement]], following: list[cst.BaseStatement]) -> None:
        """Take the lines into the last run that only finish what it made: vectors that are brought to length one."""
        for line in following[:_MAX_BETWEEN] if runs else ():
            made = {name for each in runs[-1][-_MAX_BETWEEN:] for name in self.of(each).stores}
            stored = self.of(line).stores
            if not self._goes_along(runs[-1], line) or not stored or not stored <= made:
                return
            runs[-1].append(line)

    def _goes_along(self, run: list[cst.BaseStatement], line: cst.BaseStatement) -> bool:
        """Whether a line that needs no block of its own may stand in that of a run before it."""
        last = self.of(run[-1])
        return (
            _is_simple(line)
            and _is_simple(run[-1])
            and not self.waits(line)
            and not _has_comment(line)
            and self.of(line).is_quiet
            and self.of(line).fate <= last.fate < Fate.WANTED
            and self.program.cell_of(run[-1]) == self.program.cell_of(line)
            and not self.program.is_shown(line)
        )

    def _belong_together(
        self, run: list[cst.BaseStatement], between: list[cst.BaseStatement], following: cst.BaseStatement
    ) -> bool:
        """Whether what stands between only finishes what the run made or prepares what follows, with no comment of its own."""
        last = self.of(run[-1])
        if (
            len(between) > _MAX_BETWEEN
            or not all(self._goes_along(run, each) for each in between)
            or not _is_simple(run[-1])
            or (last.fate, last.is_quiet) != (self.of(following).fate, self.of(following).is_quiet)
            or _has_comment(following)
            or self.program.cell_of(run[-1]) != self.program.cell_of(following)
        ):
            return False
        made = {name for each in run[-_MAX_BETWEEN:] for name in self.of(each).stores}
        wanted = set(self.of(following).reads)
        for each in reversed(between):
            stored = self.of(each).stores
            if stored & wanted:
                wanted |= self.of(each).reads
            elif not stored or not stored <= made:
                return False
        return True


def _encodings(program: Program, findings: Sequence[Finding]) -> dict[int, cst.Call]:
    found = {}
    for finding in findings:
        try:
            call = program.node(finding.place, cst.Call)
        except NoFixError:
            continue
        found[id(call)] = call
    return found


def _is_simple(line: cst.BaseStatement) -> bool:
    return (
        isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 and isinstance(line.body[0], SIMPLE)
    )


def waits(program: Program, line: cst.CSTNode) -> bool:
    """Whether a line may be left and entered again while it runs."""
    return any(
        isinstance(each, (cst.Await, cst.Yield)) or (isinstance(each, COMPREHENSIONS) and _is_async(each))
        for each in program.names.below(line)
    )


def _is_async(node: cst.CSTNode) -> bool:
    return any(each.asynchronous is not None for each in loops(node))


def _has_comment(line: cst.BaseStatement) -> bool:
    return any(each.comment is not None for each in getattr(line, "leading_lines", ()))
