"""Each promise of SECURITY.md names a test that is there; and the promises that are tested nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint
from scratch import commit, git

if TYPE_CHECKING:
    from conftest import Writer

PROJECT = Path(__file__).resolve().parent.parent
FAULT = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_text(clip.tokenize(['a'])).cpu().numpy()\n"


def test_every_promise_names_its_tests() -> None:
    text = (PROJECT / "SECURITY.md").read_text()
    model = text.partition("### Nothing of the tree is run")[2].partition("## Reporting")[0]
    known = {
        name
        for path in PROJECT.joinpath("tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    promises = re.split(r"^- ", model, flags=re.MULTILINE)[1:]
    assert len(promises) > 15
    for promise in promises:
        named = re.findall(r"`(test_\w+)`", promise)
        assert named, promise
        assert set(named) <= known, set(named) - known


@pytest.mark.parametrize(
    "name",
    [
        "setup.py",
        "conftest.py",
        "clip.py",
        "torch.py",
        "sitecustomize.py",
        "libcst.py",
        "rich/__init__.py",
        "click.py",
        "json.py",
        "helper.py",
    ],
)
def test_no_code_of_the_tree_is_run(write: Writer, name: str) -> None:
    touching = f"import pathlib\npathlib.Path({str(write({}) / 'ran')!r}).touch()\nimport clip\n"
    top = write({name: touching, "a.py": f"import {Path(name).stem}, helper\n" + FAULT})
    for options in (["."], ["--fix", "."], ["a.py"], ["libraries"], ["--show-fixes", "."]):
        clip_lint(top, *options)
    assert not (top / "ran").exists()


def test_no_program_of_the_repository_is_run(write: Writer) -> None:
    top = write(
        {"a.py": FAULT, ".gitattributes": "*.py diff=evil filter=evil\nb.py filter=a=b\n", "b.py": FAULT}
    )
    program = f"touch {top}/ran; cat"
    commit(top)
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "core.pager",
        "core.sshCommand",
        "filter.evil.clean",
        "filter.evil.process",
        "filter.a=b.clean",
    ):
        git(top, "config", key, program)
    for name in ("a.py", "b.py"):
        (top / name).write_text(FAULT + "y = 1\n")
    clip_lint(top, "--no-cache", "--diff-base", "HEAD", status=0)
    clip_lint(top, "--no-cache", "--changed-only", status=1)
    assert not (top / "ran").exists()


def test_linting_writes_nothing_but_its_cache(write: Writer) -> None:
    top = write(
        {"a.py": FAULT, "b/c.py": FAULT, "labels.txt": "cat\n", "pyproject.toml": "[tool.clip-lint]\n"}
    )
    before = {path: path.read_bytes() for path in top.rglob("*") if path.is_file()}
    for options in (
        [],
        ["--diff"],
        ["--show-fixes"],
        ["--statistics"],
        ["--output-format", "sarif"],
        ["b/c.py"],
    ):
        clip_lint(top, *options)
    after = {path: path.read_bytes() for path in top.rglob("*") if path.is_file()}
    assert {path: data for path, data in after.items() if ".clip_lint_cache" not in path.parts} == before
