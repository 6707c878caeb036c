"""What changes in the findings on other people's code: two versions of clip-lint over the same checkouts.

    python tests/bench/ecosystem.py BEFORE AFTER CHECKOUT... [--details changes.md] [--keep FOLDER] [--strict]

BEFORE and AFTER are commands, such as ``old/bin/clip-lint`` or ``"new/bin/python -m clip_lint"``, or folders that --keep
filled earlier, which saves running the old version again. Each runs once inside each CHECKOUT, as

    COMMAND check --preview --min-severity note --no-cache --exit-zero --output-format json -j 1 .

Findings are paired by their fingerprint. One that only AFTER has "came", one that only BEFORE has "went", and a pair that
says something else "changed": by default its message or severity, see --fields. Of what is left, two findings of one rule on
the same line are a pair too, whose fingerprint changed. What the versions print to standard error (files that cannot be
read, tracebacks) comes and goes in the same way, under the rule "problem".

CPU seconds are user and system time of the command and of the processes that it waited for.

The exit status is 0; 1 where something came, went or changed and --strict is given; 2 where a version did not answer.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from ecosystem_changes import Compared, Run, changes, keep, kept, lint
from ecosystem_report import aligned, as_json, markdown, one_line, tables

OPTIONS = "check --preview --min-severity note --no-cache --exit-zero --output-format json -j 1 ."
FIELDS = ("message", "severity", "name", "help", "start", "end", "related", "model", "suppressed", "fix")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("before", help="command, or folder of kept runs")
    add("after", help="command, or folder of kept runs")
    add(
        "checkouts", nargs="+", type=Path, metavar="CHECKOUT", help="folder to lint; its name must be its own"
    )
    add("--options", default=OPTIONS, help="what follows the command, in place of the line above")
    add("--fields", default="message,severity", help=f"what counts as changed, of {','.join(FIELDS)}")
    add(
        "--details",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="write all to a .md or .json",
    )
    add("--keep", type=Path, metavar="FOLDER", help="write what AFTER said, to be BEFORE another time")
    add("--show", type=int, default=40, metavar="N", help="print so many changes (default: 40)")
    add("--timeout", type=float, default=1800, metavar="SECONDS", help="for one run (default: 1800)")
    add("--strict", action="store_true", help="exit with 1 where something differs")
    arguments = parser.parse_args()
    fields = tuple(arguments.fields.split(","))
    folders = [path.resolve() for path in arguments.checkouts]
    if unknown := [name for name in fields if name not in FIELDS]:
        parser.error(f"--fields: {', '.join(unknown)} not among {', '.join(FIELDS)}")
    if absent := [str(path) for path in folders if not path.is_dir()]:
        parser.error(f"no such folder: {', '.join(absent)}")
    if twice := [name for name, count in Counter(path.name for path in folders).items() if count > 1]:
        parser.error(f"several checkouts are called {', '.join(twice)}")
    if bad := [str(path) for path in arguments.details if path.suffix not in {".md", ".json"}]:
        parser.error(f"--details: neither .md nor .json: {', '.join(bad)}")

    versions = (arguments.before, arguments.after)
    compared = []
    for folder in folders:
        before, after = (_answer(version, folder, arguments) for version in versions)
        if arguments.keep:
            keep(arguments.keep, folder.name, after)
        found = () if before.failure or after.failure else tuple(changes(before, after, fields))
        compared.append(Compared(folder.name, folder, before, after, found))

    print("\n\n".join(map(aligned, tables(compared))), end="\n\n")
    lines = [f"{each.name}: {one_line(change)}" for each in compared for change in each.changes]
    print(*lines[: arguments.show], sep="\n")
    if len(lines) > arguments.show:
        print(f"... and {len(lines) - arguments.show} more; --details FILE has all")
    for path in arguments.details:
        render = markdown if path.suffix == ".md" else as_json
        path.write_text(render(compared, versions), encoding="utf-8")
    failures = [
        (each.name, run.failure) for each in compared for run in (each.before, each.after) if run.failure
    ]
    for name, failure in failures:
        print(f"{name}: {failure}", file=sys.stderr)
    if failures:
        return 2
    return 1 if arguments.strict and lines else 0


def _answer(version: str, folder: Path, arguments: argparse.Namespace) -> Run:
    """What a version, a command or a folder of kept runs, says of a checkout."""
    if Path(version).is_dir():
        return kept(Path(version), folder.name)
    return lint(version, arguments.options, folder, arguments.timeout)


if __name__ == "__main__":
    sys.exit(main())
