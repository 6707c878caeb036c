from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from packaged import PROJECT, copy_project, offline

from clip_lint.knowledge.marks import from_text, load_marks


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that no old build folder adds to it."""
    top = tmp_path_factory.mktemp("wheel")
    environment = offline(top / "dependencies")
    copy_project(top / "project")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(top), str(top / "project")],
        check=True,
        env=environment,
    )
    (built,) = top.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The `clip-lint` command in a clean environment, and the variables to run it with."""
    top = tmp_path_factory.mktemp("clean")
    environment = offline(top / "dependencies")
    venv.create(top / "venv", with_pip=True)
    subprocess.run(
        [str(top / "venv/bin/python"), "-m", "pip", "install", "--quiet", str(wheel)],
        check=True,
        env=environment,
    )
    return top / "venv/bin/clip-lint", environment


JOINED = {
    "clip_lint/rules": ("rules", "*.md"),
    "clip_lint/references": ("references", "*.md"),
    "clip_lint/knowledge/libraries": ("clip_lint/knowledge/libraries", "*.toml"),
}
"""Folders of texts that are installed as one file each: where they lie in a wheel, and in the source."""


def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern in {"clip_lint/knowledge": "*.toml", "clip_lint/language/lexicon": "*"}.items():
        files = [path for path in (PROJECT / folder).glob(pattern) if path.is_file()]
        assert {path.relative_to(PROJECT).as_posix() for path in files} <= names
    assert {"clip_lint/py.typed", "clip_lint/cli/main.py"} <= names
    assert not [name for name in names if name.startswith("tests/") or ".clip_lint_cache" in name]
    assert wheel.stat().st_size < 1.5 * 1024 * 1024


def test_the_models_are_a_package_of_their_own(wheel: Path, tmp_path: Path) -> None:
    environment = offline(tmp_path / "dependencies")
    folder = tmp_path / "models"
    shutil.copytree(
        PROJECT / "fixtures" / "models", folder, ignore=shutil.ignore_patterns("build", "*.egg-info")
    )
    kept = {path for path in folder.rglob("*") if path.is_file() and path.parent != folder}
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(tmp_path), str(folder)],
        check=True, env=environment,
    )  # fmt: skip
    (built,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(built)
    names = {name for name in held.namelist() if name.startswith("clip_lint_models/")}
    assert names == {
        f"clip_lint_models/{path.relative_to(folder).as_posix()}" for path in kept
    } | {"clip_lint_models/README.md", "clip_lint_models/__init__.py"}  # fmt: skip
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "models/" in name]
    assert (folder / "LICENSE").read_text() == (PROJECT / "LICENSE").read_text()


def test_the_wheel_has_every_module(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / "clip_lint").rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert modules <= names


def test_the_installed_command_lints_lists_and_explains(
    installed: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    command, environment = installed

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(command), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    (tmp_path / "a.py").write_text(
        'import clip\nmodel, preprocess = clip.load("ViT-B/32")\n'
        "def compare(image, tokens):\n    return model.encode_image(image) @ model.encode_text(tokens).T\n"
    )
    result = run("--output-format", "json", "--min-severity", "note", ".")
    assert (result.returncode, result.stderr) == (1, "")
    assert "CLP201" in {finding["code"] for finding in json.loads(result.stdout)}
    assert "CLP201" in run("rules").stdout
    assert run("explain", "CLP201").stdout.startswith("# CLP201")
    query = run("query", "a photo of a dog")
    assert (query.returncode, query.stderr) == (0, "")


def test_texts_are_installed_as_one_file_a_folder_and_say_the_same(
    installed: tuple[Path, dict[str, str]], wheel: Path
) -> None:
    command, environment = installed
    names = zipfile.ZipFile(wheel).namelist()
    program = (
        "import json, sys; from importlib.resources import files; from clip_lint.core.texts import texts_in;"
        "print(json.dumps([texts_in(files(name), suffix) for name, suffix in json.loads(sys.argv[1])]))"
    )
    asked = [(folder.replace("/", "."), pattern.removeprefix("*")) for folder, (_, pattern) in JOINED.items()]
    done = subprocess.run(
        [command.with_name("python"), "-c", program, json.dumps(asked)], cwd=command.parent,
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for (folder, (source, pattern)), found in zip(JOINED.items(), json.loads(done.stdout), strict=True):
        held = {name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")}
        assert held - {"__init__.py"} == {"joined.txt"}
        files = sorted((PROJECT / source).glob(pattern))
        assert found == [[file.name, file.read_text("utf-8")] for file in files]
        assert len(found) > 10


def test_what_tells_clip_is_installed_as_the_tables_have_it(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).read("clip_lint/knowledge/marks.txt").decode()
    assert from_text(held) == load_marks()


@pytest.mark.parametrize("words", [("server",), ("mcp",), ("--watch",)])
def test_commands_with_extras_say_what_to_install(
    installed: tuple[Path, dict[str, str]], words: tuple[str, ...]
) -> None:
    """The environment holds none of the extras: one line, and no traceback."""
    command, environment = installed
    done = subprocess.run(
        [str(command), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert re.search(r": pip install '(pygls|mcp|watchfiles)>=\d+'$", line), (
        "no name on the index that is not ours"
    )


def test_the_skill_needs_no_extra(installed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    command, environment = installed
    subprocess.run([str(command), "skill", str(tmp_path)], env=environment, capture_output=True, check=True)
    assert "## The decision tree" in (tmp_path / "SKILL.md").read_text(encoding="utf-8")
