"""What all shards give together: the rules, the repositories and the rates, each with what it is a part of."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from clip_lint.core.cards import load_rules
from clip_lint.core.version import __version__
from clip_lint.scan import store
from clip_lint.scan.intervals import wilson
from clip_lint.scan.ledger import STATISTICS
from clip_lint.scan.results import write_table
from clip_lint.scan.schema import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.scan.ledger import Ledger


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule was found: in so many repositories, which is this share of those that use CLIP."""

    code: str
    name: str
    findings: int
    repositories: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of a scan. ``linted`` are the repositories that were read, ``with_clip`` those with a source that uses CLIP."""

    version: str
    repositories: int
    sources: int
    bytes: int
    linted: int
    with_clip: int
    clip_sources: int
    with_findings: int
    findings: int
    suppressed: int
    failed: int
    failures: int
    rules: tuple[RuleCount, ...]


def read_statistics(folder: str) -> Statistics:
    """The statistics of a folder of results."""
    with open(os.path.join(folder, STATISTICS), encoding="utf-8") as stream:
        values: dict[str, Any] = json.load(stream)
    values["rules"] = tuple(RuleCount(**each) for each in values["rules"])
    return Statistics(**values)


def summarise(ledger: Ledger) -> None:
    """Count, and write the counts: as JSON, the rules as a table too; and all failures as one file."""
    counts: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    repositories: Counter[str] = Counter()
    linted = with_clip = with_findings = failed = known_sources = 0
    for path in ledger.parts("repositories", ".parquet"):
        table = pq.read_table(path)
        for row in table.to_pylist():
            linted += 1
            with_clip += row["clip_sources"] > 0
            with_findings += row["findings"] > 0
            failed += row["failure"] is not None
            known_sources += row["sources"]
            counts.update({name: row[name] for name in ("clip_sources", "findings", "suppressed")})
    for path in ledger.parts("findings", ".parquet"):
        columns = ("repo", "code", "suppressed")
        seen: set[tuple[str, str]] = set()
        table = pq.read_table(path, columns=list(columns)).to_pydict()
        for repo, code, suppressed in zip(*(table[name] for name in columns), strict=True):
            if not suppressed:
                findings[code] += 1
                seen.add((repo, code))
        repositories.update(code for _, code in seen)
    cards = load_rules()
    rules = tuple(
        RuleCount(
            code,
            cards[code].name if code in cards else "",
            findings[code],
            repositories[code],
            *wilson(repositories[code], with_clip),
        )
        for code in sorted(findings, key=lambda code: (-repositories[code], -findings[code], code))
    )
    known = ledger.state["input_counts"]
    failures = sum(1 for _ in _all_failures(ledger))
    made = Statistics(
        __version__, known["repositories"], max(known["sources"], known_sources), known["bytes"], linted, with_clip,
        counts["clip_sources"], with_findings, counts["findings"], counts["suppressed"], failed, failures, rules,
    )  # fmt: skip
    write_table(os.path.join(ledger.folder, "rules.parquet"), [asdict(each) for each in rules], RULES)
    with store.written(os.path.join(ledger.folder, "failures.jsonl")) as stream:
        stream.writelines(_all_failures(ledger))
    store.write_json(os.path.join(ledger.folder, STATISTICS), asdict(made))


def _all_failures(ledger: Ledger) -> Iterator[bytes]:
    """The lines of all files of failures: those of the input first."""
    for path in ledger.parts("failures", ".jsonl"):
        with open(path, "rb") as stream:
            yield from stream
