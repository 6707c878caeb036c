"""`clip_lint.observe()`: a run inside the context is watched, and then the findings about it are judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from clip_lint.core.finding import Severity
from clip_lint.observation.flow import Flow
from clip_lint.observation.frames import Scope
from clip_lint.observation.judge import Judge
from clip_lint.observation.patches import Patches
from clip_lint.observation.seen import Record
from clip_lint.observation.tags import Tags
from clip_lint.observation.texts import sightings as text_sightings
from clip_lint.observation.verdicts import Result, judged

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from clip_lint.core.finding import Finding

    StrPath = str | os.PathLike[str]


class Observation:
    """A run that is watched between ``start`` and ``stop``, most easily as a context.

    Values, random numbers, gradients and exceptions are those of the program alone.
    """

    def __init__(
        self,
        paths: Sequence[StrPath],
        base: StrPath | None = None,
        findings: Sequence[Finding] | None = None,
    ) -> None:
        self.base = Path(base or ".").absolute()
        self.paths = tuple(str(Path(path)) for path in paths)
        self.record = Record()
        self._findings = findings
        self._scope = Scope([Path(path) for path in self.paths], self.base)
        self._patches = Patches(self._scope)
        self._stops: list[Callable[[], None]] = []
        self._result: Result | None = None

    def start(self) -> None:
        """Watch from here on; ImportError where torch is missing."""
        import torch  # noqa: F401, PLC0415 - only who watches needs it

        from clip_lint.observation.arrays import ndarray  # noqa: PLC0415
        from clip_lint.observation.calls import Calls  # noqa: PLC0415
        from clip_lint.observation.feeding import Feeding  # noqa: PLC0415
        from clip_lint.observation.modules import OnImport  # noqa: PLC0415
        from clip_lint.observation.tensors import Following, TensorKit  # noqa: PLC0415
        from clip_lint.observation.towers import Depth, Towers  # noqa: PLC0415

        if self._stops:
            raise RuntimeError("this observation is running already")
        depth = Depth()
        tags = Tags()
        flow = Flow(tags, Judge(self.record, self._scope), TensorKit())
        calls = Calls(self.record, self._scope, tags)
        feeding = Feeding(tags, self.record, self._scope, self._patches)
        imports = OnImport(feeding.changes())
        Towers(tags, calls, self._scope, depth).watch(self._patches)
        imports.start()
        following = Following(flow, depth, calls)
        following.__enter__()  # type: ignore[no-untyped-call]
        ndarray.flow = flow

        def stop() -> None:
            ndarray.flow = None
            following.__exit__(None, None, None)  # type: ignore[no-untyped-call]
            imports.stop()
            self._patches.undo()
            calls.finish()

        self._stops = [stop]

    def part(self) -> None:
        """Another part of the run begins: what it does again is no repetition."""
        self._scope.part += 1

    def stop(self) -> None:
        """Watch no longer; everything is as it was."""
        while self._stops:
            self._stops.pop()()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def result(self) -> Result:
        """What the run says of the findings; they are linted for when this is first asked."""
        if self._result is None:
            reported, known = self._linted()
            sightings = (*self.record.sightings, *text_sightings(self.record.texts))
            outcomes, missed = judged(reported, known, sightings, self.base)
            self._result = Result(outcomes, missed, tuple(self.record.failures))
        return self._result

    def lines(self) -> list[str]:
        """The report for people."""
        from clip_lint.observation.report import lines  # noqa: PLC0415

        return list(lines(self.result))

    def to_json(self) -> dict[str, object]:
        """The report as JSON values."""
        from clip_lint.observation.report import to_json  # noqa: PLC0415

        return to_json(self.result)

    def _linted(self) -> tuple[Sequence[Finding], Sequence[Finding]]:
        if self._findings is not None:
            return self._findings, self._findings
        from clip_lint.api import lint_paths  # noqa: PLC0415 - reading is for afterwards

        said = lint_paths(self.paths, base=self.base)
        all_of_it = lint_paths(
            self.paths, base=self.base, select=["CLP"], preview=True, min_severity=Severity.NOTE
        )
        reported = (*said.findings, *said.suppressed)
        return reported, (*all_of_it.findings, *all_of_it.suppressed, *reported)


def observe(
    paths: Sequence[StrPath] = (".",),
    *,
    base: StrPath | None = None,
    findings: Sequence[Finding] | None = None,
) -> Observation:
    """Watch what is run inside ``with clip_lint.observe() as seen:``; ``seen.result`` says what of the findings is true.

    ``paths`` are the files and folders of yours that are linted and watched, counted from ``base`` (default: the current
    folder). ``findings`` are judged in place of what linting gives.
    """
    if isinstance(paths, (str, bytes)):
        raise TypeError("paths is a sequence of paths, not one path")
    return Observation(paths, base, findings)
