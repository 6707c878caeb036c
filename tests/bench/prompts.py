"""Score the reading of prompts on any labelled file.

    python tests/bench/prompts.py FILE.jsonl ... [--command CLIP_LINT] [--errors 5] [--json]

A row is a request as ``clip-lint query --stdin`` reads it, with what a person says of it::

    {"prompt": "two dogs", "phenomena": ["count"], "verdict": "alternative", "alternative": "detector"}
    {"labels": ["happy", "sad"], "template": "a {} face", "verdict": "unknown"}

``phenomena`` are among count, spatial, attribute, negation, fine, role and text. ``verdict`` is clip, alternative or unknown,
``alternative`` the key of the alternative that must come first (or a list of keys, any of which will do). What a row does not
say is not scored. Rows ``{"text": ..., "labels": [phenomena], "complete": true}`` and ``{"texts": [...], "templates": [...],
"labels": [phenomena]}`` are read as well; of those that are not complete only the recall is scored. So are rows
``{"text": ..., "kind": "prompt" | "question", "verdict": ..., "phenomena": [...], "note": [...], "alternative": KIND OF TOOL}``:
phenomena under ``note`` are only mentioned, and reporting them is neither right nor wrong; ``kind`` splits the figures. A phenomenon
counts as found if its finding is reported, or if the answer takes the task as one of it (reading, counting, where something is).
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CODES = {
    "count": "CLP101", "spatial": "CLP102", "attribute": "CLP103", "negation": "CLP104", "fine": "CLP105", "role": "CLP106", "text": "CLP107",
}  # fmt: skip
NAMES = {"order": "role", "identity": "fine"}
"""Other names of phenomena."""
TOOLS = {
    "ocr": ("reader",), "detector": ("detector", "open-detector", "boxes", "crops"), "tracker": ("boxes", "detector", "open-detector"),
    "vqa": ("questions", "captions"), "captioner": ("captions", "questions"), "face-recognition": ("faces",), "depth": ("depth",),
    "segmentation": ("segmenter",), "classifier-finetuned": ("head", "species", "medical", "anomaly"),
    "embedding-specialised": ("multilingual", "medical", "species", "head", "duplicates"), "threshold": ("head", "threshold"),
}  # fmt: skip
"""The alternatives that are of a kind of tool."""
TASKS = {
    "count": "count", "read": "text", "relate": "spatial", "absent": "negation", "identify-person": "fine", "identify-kind": "fine",
}  # fmt: skip
"""The phenomenon that a task is about."""
PHENOMENON_OF = {code: phenomenon for phenomenon, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """A request and what a person says of it; None where nothing is said."""

    request: dict[str, Any]
    phenomena: frozenset[str] | None
    is_complete: bool
    verdict: str | None
    alternatives: frozenset[str] | None
    mentioned: frozenset[str] = frozenset()
    kind: str = ""
    is_benign: bool | None = None
    """Whether a person says that it holds nothing that CLIP fails on; None where that follows from the verdict."""

    @property
    def shown(self) -> str:
        """The request on one line."""
        return str(self.request.get("prompt") or " | ".join(self.request["labels"]))[:150]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the command answered to a row."""

    phenomena: frozenset[str]
    verdict: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} = {self.hits / self.of:.3f}" if self.of else "none"


def read_row(row: dict[str, Any]) -> Row:
    """A row in either form."""
    if "text" in row and "verdict" in row:
        wanted = row.get("alternative")
        return Row(
            {"prompt": row["text"]},
            frozenset(NAMES.get(name, name) for name in row["phenomena"]),
            is_complete=True,
            verdict=row["verdict"],
            alternatives=None if wanted is None else frozenset(TOOLS.get(wanted, (wanted,))),
            mentioned=frozenset(NAMES.get(name, name) for name in row.get("note", ())),
            kind=row.get("kind", ""),
            is_benign=row.get("benign") if row.get("kind") == "prompt" else None,
        )
    if "text" in row or "texts" in row:
        request = (
            {"labels": row["texts"], "template": (row.get("templates") or ["{}"])[0]}
            if "texts" in row
            else {"prompt": row["text"]}
        )
        return Row(request, frozenset(row["labels"]), bool(row.get("complete")), None, None)
    request = {key: row[key] for key in ("prompt", "labels", "template", "model") if key in row}
    wanted = row.get("alternative")
    phenomena = row.get("phenomena")
    return Row(
        request,
        None if phenomena is None else frozenset(phenomena),
        is_complete=True,
        verdict=row.get("verdict"),
        alternatives=None if wanted is None else frozenset([wanted] if isinstance(wanted, str) else wanted),
    )


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file."""
    return [read_row(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]


def ask(rows: Sequence[Row], command: str) -> list[Reply]:
    """The command's answers, in the order of the rows."""
    asked = "".join(json.dumps(row.request) + "\n" for row in rows)
    line = [*shlex.split(command), "query", "--stdin", "--min-severity", "note", "--output-format", "jsonl"]
    answers = subprocess.run(line, input=asked, capture_output=True, text=True, check=True).stdout
    replies = [_reply(json.loads(answer)) for answer in answers.splitlines()]
    if len(replies) != len(rows):
        raise SystemExit(f"{len(rows)} rows went in, {len(replies)} answers came out")
    return replies


def _reply(answer: dict[str, Any]) -> Reply:
    codes = {finding["code"] for finding in answer["findings"]}
    by_task = (
        {TASKS[answer["task"]]}
        if answer.get("task") in TASKS and answer["verdict"] == "alternative"
        else set()
    )
    return Reply(
        frozenset(PHENOMENON_OF[code] for code in codes if code in PHENOMENON_OF) | by_task,
        answer["verdict"],
        tuple(each.get("key", each["name"]) for each in answer["alternatives"]),
    )


def figures(rows: Sequence[Row], replies: Sequence[Reply]) -> dict[str, Share]:
    """Every figure of a file by its name."""
    both = list(zip(rows, replies, strict=True))
    made: dict[str, Share] = {}
    labelled = [(row, reply) for row, reply in both if row.phenomena is not None]
    for name in CODES:
        carrying = [(row, reply) for row, reply in labelled if row.phenomena and name in row.phenomena]
        if carrying:
            made[f"recall of {name}"] = _share(name in reply.phenomena for _, reply in carrying)
    pairs = [
        name in reply.phenomena for row, reply in labelled for name in row.phenomena or () if name in CODES
    ]
    made["recall of all phenomena"] = _share(pairs)
    complete = [(row, reply) for row, reply in labelled if row.is_complete]
    made["phenomena reported that are not there"] = _share(
        name in reply.phenomena
        for row, reply in complete
        for name in CODES
        if name not in (row.phenomena or ()) and name not in row.mentioned
    )
    benign = [reply for row, reply in complete if not row.phenomena and not row.mentioned]
    benign_rows = [reply for row, reply in both if _is_benign(row)]
    made["rows without phenomenon that get any"] = _share(bool(reply.phenomena) for reply in benign)
    made["benign rows sent away"] = _share(reply.verdict == "alternative" for reply in benign_rows)
    judged = [(row, reply) for row, reply in both if row.verdict is not None]
    made["verdict right"] = _share(row.verdict == reply.verdict for row, reply in judged)
    elsewhere = [reply for row, reply in judged if row.verdict == "alternative"]
    made['"CLIP fits" where something else is needed'] = _share(
        reply.verdict == "clip" for reply in elsewhere
    )
    kinds = [(row, reply) for row, reply in both if row.alternatives is not None]
    made["right kind of alternative"] = _share(_is_right(row, reply) for row, reply in kinds)
    return {name: share for name, share in made.items() if share.of}


def _is_benign(row: Row) -> bool:
    if row.is_benign is not None:
        return row.is_benign
    return row.verdict == "clip" or (row.verdict is None and row.is_complete and not row.phenomena)


def verdicts(rows: Sequence[Row], replies: Sequence[Reply]) -> dict[str, Share]:
    """How often the verdict is right, by what a person said of the row: its verdict, and each of its phenomena."""
    found: dict[str, list[bool]] = {}
    for row, reply in zip(rows, replies, strict=True):
        if row.verdict is not None:
            for name in (f"all {row.verdict}", *sorted(row.phenomena or ())):
                found.setdefault(name, []).append(row.verdict == reply.verdict)
    return {name: _share(found[name]) for name in sorted(found)}


def confusions(rows: Sequence[Row], replies: Sequence[Reply]) -> dict[str, int]:
    """How many rows of a verdict got another one, and how many got a phenomenon that nobody named."""
    counted: Counter[str] = Counter()
    for row, reply in zip(rows, replies, strict=True):
        if row.verdict not in (None, reply.verdict):
            counted[f"{row.verdict} told {reply.verdict}"] += 1
        if row.phenomena is not None and row.is_complete:
            counted.update(
                f"{row.verdict}: false {name}" for name in reply.phenomena - row.phenomena - row.mentioned
            )
    return dict(sorted(counted.items()))


def parts(rows: Sequence[Row], replies: Sequence[Reply]) -> dict[str, tuple[list[Row], list[Reply]]]:
    """All rows with their replies, and those of each kind where a file tells kinds."""
    both = list(zip(rows, replies, strict=True))
    made = {"": (list(rows), list(replies))}
    for kind in sorted({row.kind for row in rows} - {""}):
        chosen = [(row, reply) for row, reply in both if row.kind == kind]
        made[kind] = ([row for row, _ in chosen], [reply for _, reply in chosen])
    return made


def _is_right(row: Row, reply: Reply) -> bool:
    wanted = row.alternatives or frozenset()
    first = reply.alternatives[0] if reply.alternatives else "nothing"
    return reply.verdict == "alternative" and first in wanted


def _share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def mistakes(rows: Sequence[Row], replies: Sequence[Reply]) -> list[str]:
    """A line for every row that is read otherwise than labelled."""
    lines = []
    for row, reply in zip(rows, replies, strict=True):
        said = []
        if row.phenomena is not None:
            said += [f"missed {name}" for name in sorted((row.phenomena & CODES.keys()) - reply.phenomena)]
            known = row.phenomena | row.mentioned
            said += [f"false {name}" for name in sorted(reply.phenomena - known) if row.is_complete]
        if row.verdict not in (None, reply.verdict):
            said.append(f"{reply.verdict} for {row.verdict}")
        elif row.alternatives is not None and not _is_right(row, reply):
            said.append(
                f"{', '.join(reply.alternatives) or 'nothing'} for {', '.join(sorted(row.alternatives))}"
            )
        if said:
            lines.append(f"{'; '.join(said)}: {row.shown}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--command", default=f"{shlex.quote(sys.executable)} -m clip_lint", help="the clip-lint to ask"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N mistakes of each file")
    parser.add_argument(
        "--verdicts", action="store_true", help="also say how often the verdict is right for each label"
    )
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    options = parser.parse_args(arguments)
    made = {}
    for path in options.files:
        rows = read_rows(path)
        began = time.perf_counter()
        replies = ask(rows, options.command)
        seconds = time.perf_counter() - began
        made[str(path)] = {
            f"{kind}: {name}" if kind else name: [share.hits, share.of]
            for kind, (some, answers) in parts(rows, replies).items()
            for name, share in figures(some, answers).items()
        }
        if options.json:
            continue
        print(f"{path}: {len(rows)} rows in {seconds:.2f} s")
        for kind, (some, answers) in parts(rows, replies).items():
            if kind:
                print(f"  of kind {kind}:")
            for name, share in figures(some, answers).items():
                print(f"  {name:45} {share}")
        if options.verdicts:
            print("  verdict right, by label:")
            for kind, (some, answers) in parts(rows, replies).items():
                for name, share in verdicts(some, answers).items():
                    print(f"  {f'{kind}: {name}' if kind else name:45} {share}")
                print(f"  confusions of {kind or 'all'}: {confusions(some, answers)}")
        for line in mistakes(rows, replies)[: options.errors]:
            print(f"    {line}")
    if options.json:
        print(json.dumps(made, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
