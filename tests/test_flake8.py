"""The plugin through flake8 itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scratch import module

if TYPE_CHECKING:
    from conftest import Writer


def flake8(folder: Path, *arguments: str, stdin: str | None = None) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--jobs=1", "--max-line-length=200", *arguments],
        cwd=folder, input=stdin, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_findings_are_flake8s_own(write: Writer) -> None:
    top = write({"a.py": module("cat"), "b.py": "x = 1\n"})
    (line,) = flake8(top, ".")
    assert line.startswith("./a.py:12:12: CLP204 ")
    assert flake8(top, "--extend-ignore=CLP2", ".") == []
    assert flake8(top, "--select=E", ".") == []
    assert "clip-lint" in "".join(flake8(top, "--version"))


def test_both_kinds_of_suppressions_hold(write: Writer) -> None:
    text = module("cat").rstrip()
    top = write({"a.py": text + "  # noqa: CLP204\n", "b.py": text + "  # clip-lint: ignore[CLP204] drawn\n"})
    assert flake8(top, ".") == []


def test_the_configuration_is_clip_lints(write: Writer) -> None:
    top = write({"pyproject.toml": '[tool.clip-lint]\nignore = ["CLP204"]\n', "a.py": module("cat")})
    assert flake8(top, ".") == []


def test_standard_input_and_declared_encodings(write: Writer) -> None:
    top = write({"a.py": "# coding: latin-1\n# é\n".encode("latin-1") + module("cat").encode()})
    (line,) = flake8(top, "a.py")
    assert line.startswith("a.py:14:12: CLP204 ")
    (line,) = flake8(top, "-", stdin=module("cat"))
    assert line.startswith("stdin:12:12: CLP204 ")
