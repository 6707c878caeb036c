"""A run that fixes: lint, mend file by file, write each, and lint again for what is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clip_lint.core import bounds
from clip_lint.fixing.rounds import is_wanted, mend, write_mended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.problem import Problem
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.project import Progress, Project
    from clip_lint.fixing.rounds import Chooser, Mended, Proposal

_MAX_TRIES = 3
"""So often a file is mended anew that somebody changes meanwhile."""

_MAX_PASSES = 10
"""A fix in one file can bring up or settle a fault in another; trees come to rest in two or three passes."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What a fixing run did.

    ``outcome`` is what is left (of a run that writes nothing: what was found), ``mended`` the files that changed with
    their content before and after, ``refused`` the fixes that did not pass their proof, ``failed`` the files that could
    not be written, or whose repair takes too long.
    """

    outcome: Outcome
    mended: tuple[Mended, ...] = ()
    refused: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """The findings that were repaired."""
        return tuple(finding for each in self.mended for finding in each.fixed)


@bounds.run()
def fix_tree(
    project: Project,
    paths: Sequence[str],
    *,
    unsafe: bool,
    dry: bool = False,
    choose: Chooser | None = None,
    progress: Progress | None = None,
) -> Repair:
    """Mend all files that ``paths`` stand for; ``dry`` writes nothing, ``choose`` is asked about each fix."""
    outcome = project.lint(paths, progress=progress, fixes=True)
    total: dict[str, Mended] = {}
    refused: dict[Problem, None] = {}
    failed = {each.path: each for each in outcome.unrepaired}
    stale: Counter[str] = Counter()
    names = _names(outcome, unsafe=unsafe)
    for _ in range(_MAX_PASSES):
        changed = is_outdated = False
        for name in names:
            if name in failed:
                continue
            target = project.named(name)
            mended = mend(project, target, unsafe=unsafe, choose=choose)
            refused.update(dict.fromkeys(mended.problems))
            if mended.cut_short is not None:
                failed[name] = mended.cut_short
            if mended.new == mended.old:
                is_outdated |= not (dry or mended.problems or mended.cut_short)  # somebody else has mended it
                continue
            problem = None if dry else write_mended(mended)
            if problem is not None and choose is None and stale[name] < _MAX_TRIES:
                # Somebody else wrote it, another fixer perhaps: it is looked at anew.
                stale[name] += 1
                project.refresh()
                changed = True
                continue
            if problem is not None:
                failed[name] = problem
                continue
            if dry:
                project.overlay[target.path] = mended.new
            project.refresh()
            changed = True
            before = total.get(name)
            total[name] = mended if before is None else _joined(before, mended)
        if not dry and not changed:
            # Somebody else wrote a file after it was linted: what is told of it may be mended by now.
            is_outdated |= project.is_outdated(each.place.path for each in outcome.reported)
        if is_outdated:
            project.refresh()
            changed = True
        if not changed:
            break
        if not dry:
            outcome = project.lint(paths, fixes=True)
            names = [] if choose is not None else _names(outcome, unsafe=unsafe)
    return Repair(outcome, tuple(total.values()), tuple(refused), tuple(failed.values()))


@bounds.run()
def fix_text(
    project: Project, data: bytes, name: str, *, unsafe: bool, only: frozenset[str] | None = None
) -> tuple[Repair, bytes]:
    """Mend ``data`` as if it were the content of the file ``name``, and the mended content.

    ``only`` are the fingerprints of the findings to repair, None for all.
    """

    def is_listed(proposal: Proposal) -> bool:
        return only is not None and proposal.finding.fingerprint in only

    outcome = project.lint_text(data, name, fixes=True)
    if not _names(outcome, unsafe=unsafe):
        return Repair(outcome, failed=outcome.unrepaired), data
    target = project.named(name)
    with project.holding(target.path, data):
        mended = mend(project, target, unsafe=unsafe, choose=None if only is None else is_listed)
    left = outcome if mended.new == data else project.lint_text(mended.new, name, fixes=True)
    changed = (replace(mended, problems=()),) if mended.new != mended.old else ()
    failed = (mended.cut_short,) if mended.cut_short is not None else ()
    return Repair(left, changed, mended.problems, failed), mended.new


def _names(outcome: Outcome, *, unsafe: bool) -> list[str]:
    """The files with fixes that may be written, in order."""
    return list(dict.fromkeys(each.place.path for each in outcome.findings if is_wanted(each, unsafe=unsafe)))


def _joined(first: Mended, second: Mended) -> Mended:
    return replace(first, new=second.new, fixed=(*first.fixed, *second.fixed))
