"""Odd values, odd files and odd surroundings cost one clear line: never a traceback, nor a plea to report a fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer

FAULT = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_text(clip.tokenize(['a'])).cpu().numpy()\n"
PLAIN = "--output-format", "concise"
DEEP = "[" * 20_000 + "]" * 20_000

ODD_TABLES = [
    f"select = {DEEP}",
    "workers = " + "9" * 5_000,
    "workers = 1e400",
    "workers = nan",
    "select = [[]]",
    "select = {a = 1}",
    "exclude = ['" + "a" * 2_000 + "']",
    "exclude = [" + "'a*'," * 1_500 + "]",
    'exclude = ["a\\u0000b*", "[z-a]"]',
    'cache-dir = "a\\u0000b"',
    'baseline = "a\\u0000b"',
    "target-versions = {transformers = '" + "1" * 5_000 + "'}",
    "target-versions = {transformers = 1979-05-27}",
    "target-versions = {transformers = inf}",
    "severity = {CLP402 = []}",
    "per-file-ignores = {a = {b = 1}}",
    "extra-libraries = [1]",
    "extra-libraries = ['.']",
    "output-format = [1]",
    "color = []",
    "color = {}",
    "a.b.c.d = 1",
    "'' = 1",
    "select = [\n",
    "[[tool]]",
]


@pytest.mark.parametrize("line", ODD_TABLES)
@pytest.mark.parametrize("name", ["clip-lint.toml", "pyproject.toml"])
def test_odd_configurations(write: Writer, name: str, line: str) -> None:
    table = "[tool.clip-lint]\n" if name == "pyproject.toml" else ""
    top = write({"a.py": FAULT, name: f"{table}{line}\n"})
    done = clip_lint(top, "--no-cache", *PLAIN)
    if r"\u0000" in line and "exclude" not in line:
        assert done.status == 1  # a path that is none lies nowhere
        assert "leads out of the project" in done.stderr
    else:
        assert done.status == 2, done
        assert done.stderr.startswith(f"clip-lint: {top}" if "'.'" in line else f"clip-lint: {top}/{name}: ")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 1_000


@pytest.mark.parametrize(
    "text", ["tool = 3\n", "[tool]\nclip-lint = 3\n", "[tool.clip-lint]\n\xff", "tool = '''clip-lint'''"]
)
def test_odd_tools(write: Writer, text: str) -> None:
    top = write({"a.py": FAULT, "pyproject.toml": text.encode("latin-1")})
    done = clip_lint(top, "--no-cache", *PLAIN)
    assert done.stderr.count("\n") <= 1
    assert done.status in (1, 2)


@pytest.mark.parametrize(
    "text",
    [
        f"package = {DEEP}",
        "package = " + "9" * 5_000,
        "package = 1",
        "calls = 1",
        "[calls]\nx = 1",
        "[[calls]]",
        "families = [1]",
        "package = 'a'\n[calls]\n'' = {}",
        "package = 'a\\u0000b'",
        "package = ['a']",
        "package = 'a'\n[calls.x]\noperation = []",
        "\ufeff= 1",
    ],
)
def test_odd_tables_of_libraries(write: Writer, text: str) -> None:
    top = write({"a.py": FAULT, "own.toml": text, "clip-lint.toml": "extra-libraries = ['own.toml']\n"})
    for arguments in (["--no-cache", *PLAIN], ["libraries", "check", "own.toml"], ["libraries"]):
        done = clip_lint(top, *arguments)
        if done.status == 2:
            assert "own.toml" in done.stderr


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "missing", "link in a circle"])
@pytest.mark.parametrize(
    "name",
    ["clip-lint.toml", ".clip-lint.toml", "pyproject.toml", ".gitignore", "requirements.txt", "setup.py", "uv.lock",
     "labels.txt", "helper.py", "known.json", "own.toml", ".git"],
)  # fmt: skip
def test_nothing_waits_for_what_is_no_file(write: Writer, name: str, kind: str) -> None:
    program = "import helper\n" + FAULT + "names = open('labels.txt').read().splitlines()\n"
    top = write({"a.py": program})
    if name in ("known.json", "own.toml"):
        key = {"known.json": "baseline = 'known.json'", "own.toml": "extra-libraries = ['own.toml']"}[name]
        (top / "clip-lint.toml").write_text(key + "\n")
    path = top / name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link in a circle":
        path.symlink_to(path)
    done = clip_lint(top, "--no-cache", *PLAIN)
    if name in ("known.json", "own.toml"):
        assert name in done.stderr or "it leads out of the project" in done.stderr
    else:
        assert "CLP402" in done.stdout
    assert done.stderr.count("\n") <= 1


@pytest.mark.parametrize(
    "change",
    [
        {"findings": [[["CLP402"], {}, 3, [], ["a.py", 0, [1, 1], [1, 2]], "", [], None, "", [], None, []]]},
        {"findings": [["CLP402", "x", 3, {}, ["a.py", 0, [1, 1], [1, 2]], "", [], None, "", [], None, []]]},
        {
            "findings": [
                ["CLP402", "x", 3, "m", ["a.py", 0, ["1", 1], [1, 2]], "", [], None, "", [], None, []]
            ]
        },
        {
            "findings": [
                ["CLP402", "x", 3, "m", ["a.py", 0, [1.5, 1], [1, 2]], "", [], None, "", [], None, []]
            ]
        },
        {"findings": [["CLP402", "x", 9, "m", ["a.py", 0, [1, 1], [1, 2]], "", [], None, "", [], None, []]]},
        {"findings": [1]},
        {"problems": [[1, 2, 3, 4, 5]]},
        {"problems": [["a.py", "m", None, 0, 0]]},
        {"comments": [1]},
        {"dependencies": [[1]]},
        {"lookups": {"a": {"b": 1}}},
        {"lookups": {"a": 1}},
        {"entered": [None]},
        {"entered": None},
    ],
)
def test_an_odd_entry_of_the_cache_is_refused(change: dict[str, object]) -> None:
    record = to_record(FileResult("/a.py"))
    assert from_record("/a.py", record) == FileResult("/a.py", comments=None)
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        from_record("/a.py", {**record, **change})


def test_an_odd_cache_is_made_anew(write: Writer) -> None:
    top = write({"a.py": FAULT})
    first = clip_lint(top, *PLAIN, status=1)
    (kept,) = (top / ".clip_lint_cache").glob("*.json")
    document = json.loads(kept.read_text())

    def spoiled(value: object) -> None:
        kept.write_text(
            json.dumps(
                {**document, "results": {str(top / "a.py"): value}, "scans": {str(top / "a.py"): value}}
            )
        )
        assert clip_lint(top, *PLAIN, status=1).stdout == first.stdout

    values: list[object] = [1, [], {}, [[]], {"findings": {}}, "x", None, -1, [1, [], {}], {"a": 1, "b": 2}]
    values.append({"findings": [], "lookups": [[]]})
    for value in values:
        spoiled(value)


def started(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    program = f"{sys.executable} -m clip_lint"
    done = subprocess.run(
        ["bash", "-c", command.replace("clip-lint", program)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert "please report it" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        (
            "clip-lint --no-cache a.py > /dev/full",
            2,
            "the output could not be written: No space left on device",
        ),
        ("clip-lint --help > /dev/full", 2, "the output could not be written: No space left on device"),
        ("clip-lint rules > /dev/full", 2, "the output could not be written: No space left on device"),
        ("clip-lint --no-cache --output-file /dev/full a.py", 2, "No space left on device"),
        ("clip-lint --no-cache a.py >&-", 1, ""),
        ("clip-lint --no-cache a.py 2>&-", 1, ""),
        ("clip-lint --no-cache - <&-", 2, "- (standard input) is closed"),
        ("COLUMNS=0 clip-lint --no-cache a.py", 1, "CLP402"),
        ("COLUMNS=-1 clip-lint --no-cache a.py", 1, "CLP402"),
        ("COLUMNS=x LINES=0 clip-lint explain CLP402", 0, "CLP402"),
        ("mkdir gone; cd gone; rmdir ../gone; clip-lint .", 2, "the current folder is gone"),
        ("ulimit -n 6; clip-lint --no-cache a.py", None, ""),
        ("clip-lint --no-cache a.py | true", None, ""),
        ("clip-lint --config /dev/zero a.py", 2, "/dev/zero: not a regular file"),
        ("clip-lint --baseline /dev/zero a.py", 2, "/dev/zero: not a regular file"),
        ("clip-lint libraries check /dev/zero", 2, "/dev/zero: cannot read the library table"),
    ],
)
def test_odd_surroundings(write: Writer, command: str, status: int | None, words: str) -> None:
    done = started(write({"a.py": FAULT}), command)
    assert status in (None, done.returncode), done
    assert words in done.stdout + done.stderr
