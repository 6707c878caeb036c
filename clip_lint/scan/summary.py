"""What a page about a scan says: counts with what they are a part of, and examples that nobody picked."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow.parquet as pq

from clip_lint.core.cards import load_rules
from clip_lint.scan.intervals import wilson
from clip_lint.scan.ledger import MANIFEST
from clip_lint.scan.options import ScanError
from clip_lint.scan.statistics import RuleCount, Statistics, read_statistics

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = 3
"""So many of a rule, from as many repositories."""
MOST_MODELS = 10
_COLUMNS = ("repo", "commit", "path", "cell", "line", "code", "severity", "message", "model", "fingerprint", "fixable",
            "suppressed", "excerpt")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One finding as it is shown."""

    repo: str
    place: str
    message: str
    excerpt: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A count in a total, with the 95% interval of its share."""

    name: str
    count: int
    total: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, name: str, count: int, total: int) -> Share:
        """The share and its interval."""
        return cls(name, count, total, *wilson(count, total))


@dataclass(frozen=True, slots=True)
class RulePart:
    """A rule on the page."""

    count: RuleCount
    summary: str
    severity: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that a page says."""

    statistics: Statistics
    any_fault: Share
    severities: tuple[Share, ...]
    fixable: Share
    models: tuple[tuple[str, int], ...]
    rules: tuple[RulePart, ...]
    failures: tuple[tuple[str, int], ...]
    settings: dict[str, Any] = field(default_factory=dict)


def summary_of(folder: str, link: str = "") -> Summary:
    """What the results in a folder say; ScanError where they are not complete.

    ``link`` is the address of a line, with {repo}, {commit}, {path} and {line} in it.
    """
    state = _state(folder)
    if state.get("state") != "complete":
        raise ScanError(f"{folder}: the scan is not complete; the same `clip-lint scan` goes on with it")
    if not state.get("parquet", True):
        raise ScanError(f"{folder}: holds no findings as Parquet, which a page is made from")
    statistics = read_statistics(folder)
    severities: Counter[str] = Counter()
    fixable: Counter[str] = Counter()
    models: Counter[str] = Counter()
    having: Counter[str] = Counter()
    chosen: dict[str, list[tuple[bytes, str, dict[str, Any]]]] = {}
    for part in _parts(folder):
        seen: set[tuple[str, str]] = set()
        using: set[tuple[str, str]] = set()
        for row in part:
            severities[row["severity"]] += 1
            fixable[row["fixable"] or ""] += 1
            seen.add((row["repo"], row["severity"]))
            if row["model"]:
                using.add((row["repo"], row["model"]))
            _choose(chosen.setdefault(row["code"], []), row)
        having.update(severity for _, severity in seen)
        models.update(model for _, model in using)
    cards = load_rules()
    rules = tuple(
        RulePart(
            count,
            cards[count.code].summary if count.code in cards else "",
            str(cards[count.code].severity) if count.code in cards else "",
            tuple(
                _example(row, link)
                for *_, row in sorted(chosen.get(count.code, ()), key=lambda each: each[:2])
            ),
        )
        for count in statistics.rules
    )
    with_clip = statistics.with_clip
    return Summary(
        statistics,
        Share.of("at least one finding", statistics.with_findings, with_clip),
        tuple(
            Share.of(name, having[name], with_clip) for name in ("error", "warning", "note") if having[name]
        ),
        Share.of("safe fixes", fixable["safe"], sum(fixable.values())),
        tuple(sorted(models.items(), key=lambda each: (-each[1], each[0]))[:MOST_MODELS]),
        rules,
        tuple(sorted(_failures(folder).items())),
        dict(state.get("settings", {})),
    )


def _choose(kept: list[tuple[bytes, str, dict[str, Any]]], row: dict[str, Any]) -> None:
    """Keep the examples with the lowest digests: as good as drawn by lot, and the same each time."""
    digest = blake2b(row["fingerprint"].encode(), digest_size=8).digest()
    same = next((each for each in kept if each[1] == row["repo"]), None)
    if same is not None:
        if digest >= same[0]:
            return
        kept.remove(same)
    kept.append((digest, row["repo"], row))
    kept.sort(key=lambda each: each[:2])
    del kept[EXAMPLES:]


def _example(row: dict[str, Any], link: str) -> Example:
    cell = f", cell {row['cell']}" if row["cell"] else ""
    place = f"{row['path']}{cell}, line {row['line']}"
    named = {
        "repo": row["repo"],
        "commit": row["commit"] or "HEAD",
        "path": row["path"],
        "line": str(row["line"]),
    }
    url = link
    for name, value in named.items():
        url = url.replace("{" + name + "}", quote(value))
    return Example(row["repo"], place, row["message"], row["excerpt"] or "", url)


def _parts(folder: str) -> Iterator[list[dict[str, Any]]]:
    """The findings that nobody silenced, a part at a time."""
    where = os.path.join(folder, "findings")
    for name in sorted(os.listdir(where)):
        if name.endswith(".parquet"):
            table = pq.read_table(os.path.join(where, name), columns=list(_COLUMNS))
            yield [row for row in table.to_pylist() if not row["suppressed"]]


def _failures(folder: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with open(os.path.join(folder, "failures.jsonl"), encoding="utf-8") as stream:
        for line in stream:
            counts[json.loads(line)["kind"]] += 1
    return counts


def _state(folder: str) -> dict[str, Any]:
    try:
        with open(os.path.join(folder, MANIFEST), encoding="utf-8") as stream:
            value = json.load(stream)
    except (OSError, ValueError):
        raise ScanError(f"{folder}: no results of a scan") from None
    return value if isinstance(value, dict) else {}
