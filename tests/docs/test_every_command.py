"""Every command on every page is run: here, by a test that is named here, or not, for a reason that stands here."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from packaged import PROJECT, copy_project
from quick import clip_lint
from scratch import commit, git, module

from clip_lint.cli.main import cli
from clip_lint.core.escaping import printable

MADE = {"index.md", "changelog.md", "commands.md", "contributing.md", "models.md", "security.md"}
PAGES = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(page for page in (PROJECT / "docs").glob("*.md") if page.name not in MADE),
    *sorted((PROJECT / "fixtures").glob("*/README.md")),
]
PROGRAMS = r"(?:clip-lint|python3?|pip3?|flake8|git|pre-commit)"

ELSEWHERE = {
    "python -m pip install . && clip-lint fixtures/example/": "tests/test_wheel.py::test_the_installed_command_lints_lists_and_explains",
    "python -m pip install ./fixtures/models": "tests/test_ci.py::installed",
    "clip-lint libraries check shopvision.toml": "tests/knowledge/test_libraries_page.py::test_commands_answer_as_the_page_says",
    "clip-lint libraries check slip.toml": "tests/knowledge/test_libraries_page.py::test_commands_answer_as_the_page_says",
    "clip-lint --output-format concise search.py": "tests/knowledge/test_libraries_page.py::test_commands_answer_as_the_page_says",
    "clip-lint doctor --speed": "tests/verify/test_speed.py::test_the_command_prints_it",
    "clip-lint server": "tests/server/test_server.py::test_typing",
    "clip-lint mcp": "tests/assistants/test_mcp.py::test_tools",
    "pytest --clip-lint": "tests/observation/test_pytest_plugin.py::test_a_finding_that_the_tests_show_is_observed_and_fails_the_run",
    "clip-lint scan sources.parquet --output results": "tests/scan/test_same_findings.py::test_parquet_spread_over_shards_and_row_groups",
    "RAY_ADDRESS=ray-head:6379 clip-lint scan s3://bucket/sources/ --engine ray --output results": "tests/scan/test_ray.py::test_the_rows_are_those_of_one_machine_though_a_worker_is_killed",
    "clip-lint scan report results": "tests/scan/test_scan_page.py::results",
    "clip-lint --watch": "tests/test_watching.py::test_reports_after_each_change",
    "python -m sphinx -W docs site": "tests/docs/test_site.py::site",
    "python changelog.d/release.py 0.2.0 --date 2027-01-31 > notes.md": "tests/test_release.py::released",
    "python tests/bench/ecosystem.py OLD/bin/clip-lint NEW/bin/clip-lint CHECKOUTS/* --details changes.md": "tests/bench/test_ecosystem.py::test_details_show_the_code",
}
"""Commands that other tests run, by the function that does."""
NOT_RUN = {
    'python -m pip install -c constraints.txt -e ".[dev,verify,lsp,mcp,watch,docs]" && python -m pytest -n auto': "it runs these tests",
    "python -m pytest -q tests/reading": "it runs these tests",
    'python -m pytest -q tests/test_cards.py -k "CLP299 or every_check"': "it runs these tests",
    'python -m pip install ".[verify]" ./fixtures/models': "needs the network",
    'python -m pip install ".[lsp]"': "needs the network",
    'python -m pip install ".[mcp]"': "needs the network",
    'python -m pip install ".[watch]"': "needs the network",
    'python -m pip install ".[scan]"': "needs the network",
    'python -m pip install ".[scan,scan-ray]"': "needs the network",
    "git tag --annotate v0.2.0 --file notes.md": "it makes a release",
    "clip-lint --verify": "loads a checkpoint from the network",
    "clip-lint --verify --model openai/clip-vit-large-patch14": "loads a checkpoint from the network",
    "clip-lint --verify --detector hustvl/yolos-tiny": "loads a checkpoint from the network",
    "python -m training.clip --minutes 30 --seed 1 --peak-rate 1.5e-3 ONE": "takes half an hour",
    "python -m training.clip --minutes 30 --seed 2 --start ONE TWO": "takes half an hour",
    "python -m training.clip --minutes 40 --seed 3 --peak-rate 1e-3 --start TWO THREE": "takes 40 minutes",
    "python -m training.clip --minutes 55 --seed 4 --peak-rate 1e-3 --start THREE FOUR": "takes 55 minutes",
    "python -m training.detector --minutes 40 --seed 1 DIR": "takes 40 minutes",
    "python -m training.evaluate --n 2600 --seed 90210": "takes ten minutes",
    "python tests/bench/learn_opinion.py --hands": "takes four minutes",
    "clip-lint --select CLP299 --preview --min-severity note --unsafe-fixes --diff FILE": "CLP299 is the rule that its reader writes",
}
"""Commands that no test runs, and why. Those of clip-lint are parsed all the same, and extras are looked up."""
BARE = ("clip-lint query", "clip-lint scan", "clip-lint diagnose", "clip-lint fixtures make")
"""Commands that are only named: they want more, and say so with --help."""
MEANT = {
    "FILE": "app.py",
    "PATH": "app.py",
    "NAME": "encode",
    "DIR": "made",
    "2000": "20",
    "FILE.jsonl": "rows.jsonl",
}
"""What the words in capitals stand for here; and fewer scenes do."""
OFFLINE = ("--offline", "--select", "CLP204", "moderate.py")


def commands(page: Path) -> Iterator[str]:
    """The lines of a page's shell blocks, what consoles show as typed, and commands in the text."""
    text = page.read_text(encoding="utf-8")
    for block in re.finditer(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
        lines = [line.strip() for line in block[3].splitlines() if line.strip()]
        if block[2] in ("bash", "sh", "shell"):
            yield from lines
        elif block[2] == "console":
            yield from (line.removeprefix("$ ") for line in lines if line.startswith("$ "))
    prose = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (line.strip() for line in re.findall(rf"^    +({PROGRAMS} .*)$", prose, re.MULTILINE))
    for found in re.findall(rf"`({PROGRAMS}\s[^`]+)`", prose):
        yield " ".join(found.split())


ALL = {command: page for page in reversed(PAGES) for command in commands(page)}
HERE = sorted(ALL.keys() - ELSEWHERE.keys() - NOT_RUN.keys())
OURS = [command for command in HERE if command.startswith("clip-lint")]
OTHERS = [command for command in HERE if not command.startswith("clip-lint")]


def test_pages_have_commands_and_the_lists_name_no_others() -> None:
    assert len(OURS) > 40
    assert not (ELSEWHERE.keys() | NOT_RUN.keys()) - ALL.keys()


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_what_runs_elsewhere_runs_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (PROJECT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(NOT_RUN))
def test_what_is_not_run_could_be(command: str) -> None:
    program, *words = shlex.split(command)
    if program == "clip-lint":
        cli.make_context("clip-lint", words)
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in ",".join(re.findall(r'"\.\[([a-z,]+)\]"', command)).split(","):
        assert not extra or f"\n{extra} = [" in project


@pytest.fixture
def desk(tmp_path: Path, scenes_folder: Path) -> Path:
    """The example project as a repository that has been pushed, with the folders that pages name."""
    top = tmp_path / "desk"
    shutil.copytree(PROJECT / "fixtures" / "example", top, ignore=shutil.ignore_patterns(".clip_lint_cache"))
    for folder, name in (
        ("src", "app.py"),
        ("notebooks", "explore.ipynb"),
        (".", "train.py"),
        ("icons", "drawn.py"),
    ):
        (top / folder).mkdir(exist_ok=True)
        source = top / name
        (top / folder / name).write_text(source.read_text() if source.is_file() else module("cat"))
    shutil.copy(min(scenes_folder.glob("*.png")), top / "cat.jpg")
    (top / "table.toml").write_text(
        'package = "ours"\n[calls]\n"ours.load" = { op = "load", returns = "model", family = "clip" }\n'
    )
    (top / "rows.jsonl").write_text('{"prompt": "three geese", "phenomena": ["count"]}\n')
    commit(top)
    git(top, "update-ref", "refs/remotes/origin/main", "HEAD")
    return top


def contents(top: Path) -> Mapping[str, bytes]:
    """The files of a folder, without what programs keep for themselves."""
    return {
        str(path): path.read_bytes()
        for path in top.rglob("*")
        if path.is_file() and not {".git", "__pycache__", ".clip_lint_cache"} & {*path.parts}
    }


@pytest.mark.parametrize("command", OURS)
def test_it_runs(command: str, desk: Path, scenes_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [MEANT.get(word, word) for word in shlex.split(command)[1:]]
    if command in BARE:
        words = [*words, "--help"]
    if "baseline" in command and words[:2] != ["baseline", "create"]:
        clip_lint(desk, "baseline", "create", status=0)
    if "--fixtures" in words or "--images" in words:
        words[-1] = str(scenes_folder)
    if "--verify" in words and "--select" not in words:
        words += OFFLINE
    if words[0] == "diagnose":
        words.append("--offline")
    if words[:2] == ["libraries", "check"]:
        words[-1] = "table.toml"
    typed = b"y\n" * 40 if "--review" in words else module("cat").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    before = contents(desk)
    done = clip_lint(desk, *words)
    assert done.status in (0, 1), done.stderr
    assert done.stdout or contents(desk) != before, "a page shows no command that does nothing"


def test_the_example_of_verification_prints_what_the_page_says(desk: Path) -> None:
    page = (PROJECT / "docs" / "verify.md").read_text(encoding="utf-8")
    ((line, answer),) = re.findall(
        r"^```console\n\$ clip-lint (.*?)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    done = clip_lint(desk, *shlex.split(line), status=1)
    assert done.stdout.startswith(answer + "\n")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, for commands that write into it."""
    return copy_project(tmp_path_factory.mktemp("copy") / "project")


@pytest.mark.parametrize("command", OTHERS)
def test_it_runs_in_a_shell(command: str, desk: Path, copy: Path) -> None:
    """What writes a page of the project anew finds it as it is."""
    program, *words = shlex.split(command)
    is_ours = any((copy / word).is_file() for word in words)
    if is_ours:
        words = [str(desk / MEANT["FILE.jsonl"]) if word.startswith("FILE") else word for word in words]
    typed = [MEANT.get(word, word) for word in words]
    line = [sys.executable, *typed] if program == "python" else [sys.executable, "-m", program, *typed]
    before = contents(copy)
    done = subprocess.run(
        line, cwd=copy if is_ours else desk, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip
    assert done.returncode in (0, 1), printable(done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    assert contents(copy) == before
