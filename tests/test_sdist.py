"""The source distribution: it holds what git holds, and its tests run where it was unpacked."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
from pathlib import Path

import pytest
from packaged import PROJECT, copy_project, offline

BUILD = "import sys; from setuptools.build_meta import build_sdist; print(build_sdist(sys.argv[1]))"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist's one folder."""
    top = tmp_path_factory.mktemp("sdist")
    project = copy_project(top / "project")
    subprocess.run([sys.executable, "-c", BUILD, str(top)], cwd=project, capture_output=True, check=True)
    (archive,) = top.glob("*.tar.gz")
    assert archive.stat().st_size < 20_000_000
    with tarfile.open(archive) as held:
        held.extractall(top / "unpacked", filter="data")
    (folder,) = (top / "unpacked").iterdir()
    return folder


def test_it_holds_what_git_holds_and_nothing_else(unpacked: Path, tmp_path: Path) -> None:
    def files(top: Path) -> set[str]:
        return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}

    made = {"PKG-INFO", "setup.cfg"}
    held = {name for name in files(unpacked) if not name.startswith("clip_lint.egg-info/")}
    assert held - made == files(copy_project(tmp_path / "copy")) - {".git"}


def test_its_tests_run_where_it_was_unpacked(unpacked: Path, tmp_path: Path) -> None:
    """A part of them, in an environment that has only what these need."""
    environment = offline(tmp_path / "dependencies", "pytest", "_pytest", "py", "pluggy", "iniconfig")
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-e", "."], cwd=unpacked, env=environment, check=True, timeout=300
    )  # fmt: skip
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_cards.py", "tests/test_rulebook.py", "tests/settings/test_keys.py",
         "tests/knowledge/test_libraries_page.py", "-k", "CLP204 or rulebook or keys or libraries_page"],
        cwd=unpacked, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(PROJECT) not in done.stdout
