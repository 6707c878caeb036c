"""Makes a table of many small sources to scan: Python files of what is installed here, cut small, and some that use CLIP.

    python tests/bench/make_sources.py 10000 sources.parquet

One source in a hundred uses CLIP: an example of a rule's card, right or wrong. Repositories hold 20 files on average, and their rows
are spread over the table as a crawl would leave them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clip_lint.core.cards import load_rules

SCHEMA = pa.schema(
    [
        ("repo", pa.string()),
        ("commit", pa.string()),
        ("path", pa.string()),
        ("content", pa.string()),
        ("language", pa.string()),
    ]
)
FILES_EACH = 20
CLIP_SHARE = 0.01
_LONGEST, _SHORTEST = 6_000, 200
_GROUP = 10_000
_SPREAD = 40
"""Row groups over which the rows of one repository are spread, at most."""


def plain_sources(folders: list[Path], most: int) -> list[str]:
    """Pieces of installed programs, from one definition to another."""
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    random.Random(0).shuffle(files)
    found: list[str] = []
    for file in files:
        text = file.read_text(encoding="utf-8", errors="ignore")
        start = 0
        while start < len(text) and len(found) < most:
            end = text.find("\n\n\n", start + _SHORTEST)
            end = min(end if end > 0 else len(text), start + _LONGEST)
            if end - start >= _SHORTEST:
                found.append(text[start:end])
            start = end + 3
    return found


def clip_sources() -> list[str]:
    """The examples of all cards."""
    return [example.text for rule in load_rules().values() for example in rule.examples]


def rows(count: int, plain: list[str], clip: list[str], seed: int) -> Iterator[dict[str, str]]:
    """So many rows; those of neighbouring repositories are mixed."""
    chance = random.Random(seed)
    window = max(_SPREAD * FILES_EACH, 1)
    held: list[dict[str, str]] = []
    repository = 0
    made = 0
    while made < count:
        repository += 1
        for number in range(min(chance.randint(1, 2 * FILES_EACH - 1), count - made)):
            made += 1
            content = chance.choice(clip) if chance.random() < CLIP_SHARE else chance.choice(plain)
            held.append(
                {
                    "repo": f"owner{repository % 997}/project{repository}",
                    "commit": f"{repository:040x}",
                    "path": f"src/module_{number}.py",
                    "content": content,
                    "language": "Python",
                }
            )
        if len(held) > window:
            chance.shuffle(held)
            yield from held[: len(held) // 2]
            del held[: len(held) // 2]
    yield from held


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, help="how many sources")
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folders = [Path(each) for each in sys.path if Path(each).name == "site-packages"]
    plain = plain_sources([*folders, Path(random.__file__).parent], 60_000)
    size = 0
    batch: list[dict[str, str]] = []
    with pq.ParquetWriter(arguments.output, SCHEMA, compression="zstd") as writer:
        for row in rows(arguments.count, plain, clip_sources(), arguments.seed):
            size += len(row["content"])
            batch.append(row)
            if len(batch) == _GROUP:
                writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
    print(f"{arguments.count:,} sources, {size / 1e6:,.0f} MB, made from {len(plain):,} pieces")


if __name__ == "__main__":
    main()
