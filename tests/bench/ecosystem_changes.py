"""Two versions of clip-lint in one checkout: what each says, and how that differs."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = ("came", "went", "changed")

Finding = dict[str, Any]
_Key = tuple[str, int]


@dataclass(frozen=True)
class Run:
    """What a version said of a checkout."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    seconds: float
    failure: str = ""


@dataclass(frozen=True)
class Change:
    """A difference: ``kind`` is one of `KINDS`, ``differs`` names the fields of a changed finding."""

    kind: str
    before: Finding | None
    after: Finding | None
    differs: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The later of the two."""
        return self.after or self.before or {}


@dataclass(frozen=True)
class Compared:
    """A checkout under both versions."""

    name: str
    folder: Path
    before: Run
    after: Run
    changes: tuple[Change, ...] = field(default=())


def lint(command: str, options: str, folder: Path, timeout: float) -> Run:
    """What a version says of a checkout when it runs inside it."""
    start = _seconds_of_children()
    program, *others = shlex.split(command)
    if os.path.dirname(program):  # noqa: PTH120
        program = os.path.abspath(program)  # noqa: PTH100 - a link stays a link: it says which environment is meant
    try:
        done = subprocess.run(
            [program, *others, *shlex.split(options)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Run((), (), _seconds_of_children() - start, str(error))
    seconds = _seconds_of_children() - start
    problems = tuple(done.stderr.splitlines())
    try:
        findings = tuple(json.loads(done.stdout))
    except ValueError:
        last = problems[-1] if problems else done.stdout[-200:].strip()
        return Run((), problems, seconds, f"exit status {done.returncode}, no JSON: {last}")
    return Run(findings, problems, seconds)


def _seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def keep(target: Path, name: str, run: Run) -> None:
    """Write what a version said where `kept` reads it: the findings, and beside them how the run went."""
    target.mkdir(parents=True, exist_ok=True)
    beside = {"seconds": round(run.seconds, 3), "failure": run.failure, "problems": run.problems}
    for file, value in ((f"{name}.json", run.findings), (f"{name}.run.json", beside)):
        (target / file).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def kept(source: Path, name: str) -> Run:
    """What a version said when `keep` wrote it down."""
    try:
        findings = json.loads((source / f"{name}.json").read_text(encoding="utf-8"))
        beside = json.loads((source / f"{name}.run.json").read_text(encoding="utf-8"))
        return Run(tuple(findings), tuple(beside["problems"]), beside["seconds"], beside["failure"])
    except (OSError, ValueError, KeyError) as error:
        return Run((), (), 0.0, f"{source} keeps no usable run of {name}: {error}")


def changes(before: Run, after: Run, fields: Sequence[str]) -> Iterator[Change]:
    """What changed, came and went."""
    olds, news = _by_fingerprint(before.findings), _by_fingerprint(after.findings)
    for key in [key for key in news if key in olds]:
        old, new = olds.pop(key), news.pop(key)
        if differs := _differing(old, new, fields):
            yield Change("changed", old, new, differs)
    places: dict[tuple[object, ...], list[_Key]] = {}
    for key, old in olds.items():
        places.setdefault(_line(old), []).append(key)
    for key, new in list(news.items()):
        if twins := places.get(_line(new)):
            old = olds.pop(twins.pop(0))
            del news[key]
            yield Change("changed", old, new, ("fingerprint", *_differing(old, new, fields)))
    for new in news.values():
        yield Change("came", None, new)
    for old in olds.values():
        yield Change("went", old, None)
    old_problems, new_problems = Counter(before.problems), Counter(after.problems)
    for text in (new_problems - old_problems).elements():
        yield Change("came", None, {"code": "problem", "message": text})
    for text in (old_problems - new_problems).elements():
        yield Change("went", {"code": "problem", "message": text}, None)


def _by_fingerprint(findings: Sequence[Finding]) -> dict[_Key, Finding]:
    """The findings by fingerprint, numbered in case that a version gives one twice."""
    seen: Counter[str] = Counter()
    found = {}
    for finding in findings:
        fingerprint = finding["fingerprint"]
        found[fingerprint, seen[fingerprint]] = finding
        seen[fingerprint] += 1
    return found


def _differing(old: Finding, new: Finding, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in fields if old.get(name) != new.get(name))


def _line(finding: Finding) -> tuple[object, ...]:
    return finding["code"], finding["path"], finding["cell"], finding["start"]["line"]
