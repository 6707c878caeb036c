"""Bare repositories, read at their HEAD: the findings of a checkout, and nothing of theirs is run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from scratch import commit, git
from sources import BAD, REPOSITORIES, check_out, failures, findings, keys, linted, scan


def _mirrors(top: Path, checkouts: Path) -> Path:
    for repo in REPOSITORIES:
        folder = checkouts / repo
        git(folder, "add", "-f", "-A", ".")
        git(folder, "commit", "-q", "-m", "all")
        subprocess.run(["git", "clone", "-q", "--bare", str(folder), str(top / f"{repo}.git")], check=True)
    return top


def test_mirrors_give_what_checkouts_give(tmp_path: Path) -> None:
    checkouts = check_out(REPOSITORIES, tmp_path / "checkouts")
    _mirrors(tmp_path / "mirrors", checkouts)
    done = scan("mirrors", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    rows = findings(tmp_path / "out")
    assert {repo: keys(rows, repo) for repo in REPOSITORIES} == {
        repo: linted(checkouts / repo) for repo in REPOSITORIES
    }
    heads = {repo: git(checkouts / repo, "rev-parse", "HEAD").strip() for repo in REPOSITORIES}
    assert {(row["repo"], row["commit"]) for row in rows} == {
        (repo, heads[repo]) for repo in {row["repo"] for row in rows}
    }


def test_a_list_of_mirrors_with_names(tmp_path: Path) -> None:
    checkouts = check_out({"a/b": {"a.py": BAD}}, tmp_path / "checkouts")
    commit(checkouts / "a/b")
    git(tmp_path, "clone", "-q", "--bare", str(checkouts / "a/b"), "one.git")
    git(tmp_path, "clone", "-q", "--bare", str(checkouts / "a/b"), "two.git")
    (tmp_path / "list.txt").write_text("# mirrors\none.git\ntwo.git\tgiven/name\ngone.git\n")
    done = scan("list.txt", "--input-format", "mirrors", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert {row["repo"] for row in findings(tmp_path / "out")} == {"one", "given/name"}
    assert [(each["repo"], each["kind"]) for each in failures(tmp_path / "out")] == [("gone", "repository")]


@pytest.mark.parametrize(
    "setting",
    [
        "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.alternateRefsCommand", "core.gitProxy",
        "filter.x.smudge", "filter.x.clean", "diff.external", "credential.helper", "core.hooksPath",
    ],
)  # fmt: skip
def test_what_a_mirror_says_is_not_run(tmp_path: Path, setting: str) -> None:
    checkouts = check_out(
        {"a/b": {"a.py": BAD, ".gitattributes": "*.py filter=x diff=x\n"}}, tmp_path / "checkouts"
    )
    commit(checkouts / "a/b")
    git(tmp_path, "clone", "-q", "--bare", str(checkouts / "a/b"), "m/a.git")
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    git(tmp_path / "m/a.git", "config", setting, str(script))
    hooks = tmp_path / "m/a.git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    done = scan("m", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert len(findings(tmp_path / "out")) > 0
    assert not (tmp_path / "ran").exists()


def test_a_mirror_that_lacks_objects_is_a_failure_and_fetches_nothing(tmp_path: Path) -> None:
    checkouts = check_out({"a/b": {"a.py": BAD}}, tmp_path / "checkouts")
    commit(checkouts / "a/b")
    git(tmp_path, "clone", "-q", "--bare", str(checkouts / "a/b"), "m/a.git")
    mirror = tmp_path / "m/a.git"
    blob = git(mirror, "rev-parse", "HEAD:a.py").strip()
    git(mirror, "repack", "-a", "-d", "-q")
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    script.chmod(0o755)
    for pack in (mirror / "objects/pack").glob("*.pack"):
        loose = tmp_path / "loose.pack"
        pack.rename(loose)
        pack.with_suffix(".idx").unlink()
        with loose.open("rb") as stream:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=mirror, stdin=stream, check=True)
    (mirror / "objects" / blob[:2] / blob[2:]).unlink()
    git(mirror, "config", "core.repositoryFormatVersion", "1")
    git(mirror, "config", "extensions.partialClone", "origin")
    git(mirror, "config", "remote.origin.promisor", "true")
    git(mirror, "config", "remote.origin.uploadpack", str(script))
    done = scan("m", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert [each["kind"] for each in failures(tmp_path / "out")] == ["repository"]
    assert not (tmp_path / "ran").exists()
