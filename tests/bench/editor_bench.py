"""How long the language server takes to answer a change in a 300-line file, next to a fresh process on the same text.

    python tests/bench/editor_bench.py [--lines 300] [--changes 30]

Timed as an editor sees it: from sending the change to having the findings, the pause for further keys included. Hovering
and code actions are asked for after each change.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from editor import editing
from lsprotocol import types
from scenes_of_code import LOADING, RAW, RAW_LINE

BODY = RAW.removeprefix(LOADING)


def program(lines: int) -> str:
    """A program of so many lines with a faulty function in every thirty."""
    text = RAW
    while len(text.splitlines()) < lines:
        number = len(text.splitlines())
        text += BODY.replace("def rank(", f"def rank_{number}(")
        text += f"\n\ndef size_{number}(pictures):\n"
        text += "".join(f"    height_{row} = len(pictures[{row}])\n" for row in range(15))
        text += "    return height_0\n"
    return "\n".join(text.splitlines()[:lines]) + "\n"


async def answers(text: str, changes: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds until findings, a card and code actions came, for each change."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    with tempfile.TemporaryDirectory() as folder:
        async with editing(Path(folder).resolve()) as editor:
            uri = editor.open("app.py", text)
            await editor.diagnostics(uri)
            place = types.Range(types.Position(RAW_LINE, 15), types.Position(RAW_LINE, 15))
            for version in range(2, changes + 2):
                start = time.perf_counter()
                editor.type(uri, f"{text}# {'x' * version}\n", version)
                await editor.diagnostics(uri, version)
                found[0].append(time.perf_counter() - start)
                start = time.perf_counter()
                await editor.hover(uri, RAW_LINE, 15)
                found[1].append(time.perf_counter() - start)
                start = time.perf_counter()
                await editor.actions(uri, place)
                found[2].append(time.perf_counter() - start)
    return found


def fresh(text: str, rounds: int) -> list[float]:
    """Seconds that a process of its own takes for the same text."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        command = (
            sys.executable, "-m", "clip_lint", "-", "--stdin-filename", "app.py", "--isolated", "--exit-zero",
            "--output-format", "concise",
        )  # fmt: skip
        subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        found.append(time.perf_counter() - start)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--changes", type=int, default=30)
    options = parser.parse_args()
    text = program(options.lines)
    findings, cards, actions = asyncio.run(answers(text, options.changes))
    process = fresh(text, 5)
    print(f"{len(text.splitlines())} lines, {options.changes} changes; milliseconds")
    print(f"{'':24}{'median':>8}{'best':>8}{'worst':>8}{'of a process':>14}")
    rows = {"findings": findings, "card": cards, "code actions, proved": actions, "a fresh process": process}
    for name, values in rows.items():
        middle, best, worst = (1000 * each for each in (statistics.median(values), min(values), max(values)))
        share = min(values) / min(process)
        print(f"{name:24}{middle:8.0f}{best:8.0f}{worst:8.0f}{share:14.2f}")


if __name__ == "__main__":
    main()
