"""Kill a fixing run at random moments, again and again, and see whether any file is half written.

    python tests/fixing/killing.py --files 500 --times 50

Every file must hold its old content or its mended content, whole. Nothing is printed but the tally, and the exit status
is 1 if a file held anything else.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OLD = """\
import clip

model, preprocess = clip.load("ViT-B/32", device="cpu")


def tokens_{number}(text: str):
    return clip.tokenize([text])
"""
NEW = OLD.replace("clip.tokenize([text])", "clip.tokenize([text], truncate=True)")


def contents(number: int, size: int) -> tuple[bytes, bytes]:
    """A file before and after its fix; ``size`` lines of comment make it longer than one block of a disk."""
    tail = "".join(f"# line {line} of file {number}\n" for line in range(size))
    old, new = (text.replace("{number}", str(number)) + tail for text in (OLD, NEW))
    return old.encode(), new.encode()


def killed_once(folder: Path, count: int, size: int, delay: float) -> tuple[int, int, list[str]]:
    """Fix a fresh tree and kill the run after ``delay`` seconds: files mended, temporary files left, files broken."""
    expected = {f"m{number}.py": contents(number, size) for number in range(count)}
    for name, (old, _) in expected.items():
        (folder / name).write_bytes(old)
    command = [sys.executable, "-m", "clip_lint", "--fix-only", "--min-severity=note"]
    command += ["--no-cache", "--isolated", "--quiet", "."]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    started = time.monotonic()
    # Half of the runs are killed by the clock, the others once the first file was written: both are random moments.
    while process.poll() is None and time.monotonic() - started < delay:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    mended, broken = 0, []
    for name, (old, new) in expected.items():
        found = (folder / name).read_bytes()
        mended += found == new
        if found not in (old, new):
            broken.append(name)
    left = [each for each in folder.iterdir() if each.name not in expected]
    for each in left:
        each.unlink()
    return mended, len(left), broken


def whole_run(folder: Path, count: int, size: int) -> float:
    """How many seconds a run takes that nobody kills."""
    started = time.monotonic()
    mended, _, broken = killed_once(folder, count, size, 600)
    if mended != count or broken:
        raise SystemExit(f"a run that was not killed mended {mended} of {count} files")
    return time.monotonic() - started


def main() -> int:
    """Run the trial; 1 if any file was half written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    bad: list[str] = []
    partly = temporary = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        total = whole_run(folder, arguments.files, arguments.lines)
        for _ in range(arguments.times):
            mended, left, broken = killed_once(
                folder, arguments.files, arguments.lines, moments.uniform(0.2, 1.0) * total
            )
            partly += 0 < mended < arguments.files
            temporary += left
            bad += broken
    print(
        f"{arguments.times} kills of a run over {arguments.files} files ({total:.1f} s): {partly} hit it between two files,"
        f" {temporary} temporary files stayed behind, {len(bad)} files were half written"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
