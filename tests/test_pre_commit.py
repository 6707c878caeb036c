from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from packaged import PROJECT, copy_project, offline

(CONFIG,) = re.findall(
    r"^```yaml\n(repos:\n.*?)^```$", (PROJECT / "docs/ci.md").read_text(), re.MULTILINE | re.DOTALL
)
"""The configuration as the guide gives it."""


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def repository(folder: Path) -> str:
    """Commit all that lies in a folder; the commit's name."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


def test_the_hook_lints_what_is_committed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    revision = repository(copy_project(project))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    config = CONFIG.replace("URL-OF-THIS-REPOSITORY", str(project)).replace("v0.1.0", revision)
    (scratch / ".pre-commit-config.yaml").write_text(config)
    (scratch / "pyproject.toml").write_text('[tool.clip-lint]\nextend-exclude = ["excluded.py"]\n')
    idle = "x = 1  # clip-lint: ignore[CLP201]\n"
    for name in ("good.py", "bad.py", "excluded.py", "text.txt"):
        (scratch / name).write_text("x = 1\n" if name == "good.py" else idle)
    repository(scratch)
    environment = {**offline(tmp_path / "dependencies"), "PRE_COMMIT_HOME": str(tmp_path / "home")}

    def hook(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--verbose", *arguments],
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    failed = hook("--all-files")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "bad.py:1:8: CLP001" in failed.stdout
    assert "excluded.py" not in failed.stdout
    assert "text.txt" not in failed.stdout
    idle_again = hook("--files", "bad.py")
    assert idle_again.returncode == 1
    known = [sys.executable, "-m", "clip_lint", "baseline", "create"]
    subprocess.run(known, cwd=scratch, check=True, capture_output=True)
    (scratch / "pyproject.toml").write_text('[tool.clip-lint]\nbaseline = "clip-lint-baseline.json"\n')
    assert hook("--files", "bad.py").returncode == 0, "the hook obeys the baseline"
    passed = hook("--files", "good.py")
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout
    assert (PROJECT / ".pre-commit-hooks.yaml").is_file()
