"""How findings differ between two versions of clip-lint, as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from ecosystem_changes import KINDS, Change, Compared, Finding


def place(finding: Finding) -> str:
    """Where a finding stands: ``path:line``, with the cell in a notebook; nothing for a problem."""
    if "path" not in finding:
        return ""
    cell = f"cell {finding['cell']}:" if finding["cell"] else ""
    return f"{finding['path']}:{cell}{finding['start']['line']}"


def tables(compared: list[Compared]) -> Iterator[list[tuple[str, ...]]]:
    """The rows to print: first one a checkout, then one a rule; the last of each is the sum."""
    head = ("before", "after", *KINDS)
    rows = [(each.name, *_counts([each], lambda _: True), *_seconds([each])) for each in compared]
    total = ("all", *_counts(compared, lambda _: True), *_seconds(compared))
    yield [("checkout", *head, "CPU before", "CPU after"), *rows, total]
    found = (f for each in compared for run in (each.before, each.after) for f in run.findings)
    codes = {f["code"] for f in found} | {c.finding["code"] for each in compared for c in each.changes}
    yield [("rule", *head), *((code, *_counts(compared, code.__eq__)) for code in sorted(codes))]


def _counts(compared: list[Compared], is_counted: Callable[[str], object]) -> tuple[str, ...]:
    """How many findings before and after, and how many changes of each kind; problems are no findings."""
    counts: Counter[str] = Counter()
    for each in compared:
        counts["before"] += sum(bool(is_counted(finding["code"])) for finding in each.before.findings)
        counts["after"] += sum(bool(is_counted(finding["code"])) for finding in each.after.findings)
        counts.update(change.kind for change in each.changes if is_counted(change.finding["code"]))
    return tuple(str(counts[name]) for name in ("before", "after", *KINDS))


def _seconds(compared: list[Compared]) -> tuple[str, str]:
    before, after = (sum(getattr(each, name).seconds for each in compared) for name in ("before", "after"))
    return f"{before:.2f}", f"{after:.2f}"


def aligned(rows: list[tuple[str, ...]]) -> str:
    """A table for the terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def one_line(change: Change) -> str:
    """A change for the terminal."""
    sign = {"came": "+", "went": "-", "changed": "~"}[change.kind]
    what = f" ({', '.join(change.differs)})" if change.differs else ""
    finding = change.finding
    severity = finding.get("severity", "")
    return " ".join(
        filter(None, (sign, finding["code"], severity, place(finding) + what, finding["message"]))
    )


def markdown(compared: list[Compared], versions: tuple[str, str]) -> str:
    """Everything, to be read by people: the tables, then each change with the code that it stands on."""
    parts = [f"# From `{versions[0]}` to `{versions[1]}`"]
    for head, *rows in tables(compared):
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)))
    for each in compared:
        failures = [(name, getattr(each, name).failure) for name in ("before", "after")]
        texts = [f"- **no answer** {name}: {failure}" for name, failure in failures if failure]
        texts += [_item(change, each.folder) for change in each.changes]
        if texts:
            parts.extend((f"## {each.name}", "\n".join(texts)))
    return "\n\n".join(parts) + "\n"


def _item(change: Change, folder: Path) -> str:
    finding = change.finding
    lines = [f"- **{change.kind}** {finding['code']} {finding.get('severity', '')} `{place(finding)}`"]
    if "message" not in change.differs:
        lines.append(f"  {finding['message']}")
    for name in change.differs:
        old, new = ((side or {}).get(name) for side in (change.before, change.after))
        lines += [f"  - {name} before: {old}", f"  - {name} after: {new}"]
    code = excerpt(finding, folder)
    if code:
        lines += ["", "  ```python", *(f"  {line}" for line in code), "  ```"]
    return "\n".join(lines)


def excerpt(finding: Finding, folder: Path, around: int = 3) -> list[str]:
    """The lines on which a finding stands and some around them, as far as they can be read."""
    if "path" not in finding:
        return []
    try:
        text = (folder / finding["path"]).read_text(encoding="utf-8", errors="replace")
        if finding["cell"]:
            source = json.loads(text)["cells"][finding["cell"] - 1]["source"]
            text = source if isinstance(source, str) else "".join(source)
    except (OSError, ValueError, LookupError) as error:
        return [f"# cannot be shown: {error}"]
    lines = text.splitlines()
    first, last = finding["start"]["line"], finding["end"]["line"]
    start = max(first - 1 - around, 0)
    return [
        f"{'>' if first <= number <= last else ' '} {number:5} {line}"
        for number, line in enumerate(lines[start : last + around], start=start + 1)
    ]


def as_json(compared: list[Compared], versions: tuple[str, str]) -> str:
    """Everything, for programs."""
    rows = [
        {
            "checkout": each.name,
            "seconds": {"before": each.before.seconds, "after": each.after.seconds},
            "failures": {"before": each.before.failure, "after": each.after.failure},
            "changes": [vars(change) for change in each.changes],
        }
        for each in compared
    ]
    return json.dumps({"before": versions[0], "after": versions[1], "checkouts": rows}, indent=1) + "\n"
