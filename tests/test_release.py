"""A release, made in a copy of the project, and the workflow that publishes it."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaged import PROJECT, copy_project

SCRIPT = PROJECT / "changelog.d" / "release.py"
WORKFLOW = PROJECT / ".github" / "workflows" / "publish.yml"
REPOSITORY = "https://example.org/acme/clip-lint"


@pytest.fixture
def release() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def made(top: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(SCRIPT), "--top", str(top), *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_entries_stand_under_their_heading_whatever_fragment_they_come_from(release: dict[str, Any]) -> None:
    section = release["section"](
        "1.0", {"b.md": "### Added\n\n- two", "a.md": "### Fixed\n- mended\n\n### Added\n- one"}
    )
    assert section == "## 1.0\n\n### Added\n\n- one\n- two\n\n### Fixed\n\n- mended\n"


def test_text_under_no_heading_is_an_error_that_names_the_fragment(release: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a\.md: text under 'no heading'"):
        release["section"]("1.0", {"a.md": "- lost"})
    with pytest.raises(ValueError, match=r"a\.md: text under 'Mended'"):
        release["section"]("1.0", {"a.md": "### Mended\n- lost"})


def test_the_fragments_here_are_well_formed(release: dict[str, Any]) -> None:
    fragments = {path.name: path.read_text("utf-8") for path in (PROJECT / "changelog.d").glob("*.md")}
    assert fragments
    for name, text in fragments.items():
        assert release["section"]("1.0", {name: text}).count("\n- ") >= 1


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The first release, and its notes."""
    top = copy_project(tmp_path_factory.mktemp("release") / "project")
    done = made(
        top,
        "0.2.0",
        "--date",
        "2027-01-31",
        "--repository",
        f"{REPOSITORY}/",
        "--site",
        "https://example.org/site",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return top, done.stdout


def test_the_changelog_takes_all_fragments_in_and_nothing_is_lost(released: tuple[Path, str]) -> None:
    top, notes = released
    changelog = (top / "CHANGELOG.md").read_text()
    assert changelog.startswith("# Changelog\n")
    assert re.findall(r"^## .*$", changelog, re.MULTILINE) == ["## 0.2.0 (2027-01-31)"]
    assert not list((top / "changelog.d").glob("*.md"))
    assert notes.strip() in changelog
    before = [PROJECT / "CHANGELOG.md", *(PROJECT / "changelog.d").glob("*.md")]
    for entry in (line for path in before for line in path.read_text().splitlines() if line.startswith("- ")):
        assert entry in notes


def test_the_next_release_comes_before_the_last(released: tuple[Path, str], tmp_path: Path) -> None:
    top = tmp_path / "again"
    subprocess.run(["cp", "-r", str(released[0]), str(top)], check=True)
    (top / "changelog.d" / "new.md").write_text("### Fixed\n\n- A thing.\n")
    assert made(top, "0.2.1", "--date", "2027-02-01").stdout == "### Fixed\n\n- A thing.\n"
    heads = re.findall(r"^## .*$", (top / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads == ["## 0.2.1 (2027-02-01)", "## 0.2.0 (2027-01-31)"]
    assert "@v0.2.1" in (top / "docs" / "ci.md").read_text()


def test_the_version_and_the_addresses_are_everywhere(released: tuple[Path, str]) -> None:
    top, _ = released
    assert '__version__ = "0.2.0"' in (top / "clip_lint/core/version.py").read_text()
    assert f'REPOSITORY = "{REPOSITORY}"\n' in (top / "clip_lint/core/home.py").read_text()
    for file in ("pyproject.toml", "fixtures/models/pyproject.toml"):
        project = tomllib.loads((top / file).read_text())["project"]
        assert project["urls"]["Source"] == REPOSITORY
        assert project["urls"]["Documentation"] == "https://example.org/site"
    assert (
        "clip-lint-models>=0.1"
        in tomllib.loads((top / "pyproject.toml").read_text())["project"]["optional-dependencies"]["verify"]
    )
    texts = {
        path: path.read_text()
        for path in (*top.glob("*.md"), *(top / "docs").glob("*.md"), *(top / "templates").iterdir())
    }
    for path, text in texts.items():
        assert not re.search(r"URL-OF-THIS-REPOSITORY|\bOWNER\b|\bGROUP\b|v0\.1\.0", text), path.name
    guide = texts[top / "docs" / "ci.md"]
    assert f"  - repo: {REPOSITORY}\n    rev: v0.2.0\n" in guide
    assert "uses: acme/clip-lint@v0.2.0" in guide
    assert "component: $CI_SERVER_FQDN/acme/clip-lint/clip-lint@v0.2.0" in guide
    assert "python -m pip install 'clip-lint[lsp]'" in texts[top / "docs" / "editors.md"]


def test_links_of_the_readme_lead_somewhere_on_an_index(released: tuple[Path, str], tmp_path: Path) -> None:
    top = tmp_path / "absolute"
    subprocess.run(["cp", "-r", str(released[0]), str(top)], check=True)
    assert made(top, "--absolute").returncode == 0
    links = re.findall(r"\]\(([^)]+)\)", (top / "README.md").read_text())
    assert len(links) > 30
    assert all(link.startswith(f"{REPOSITORY}/blob/v0.2.0/") for link in links)
    assert made(top, "--notes", "0.2.0").stdout == released[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["0.2.0"], "--date YYYY-MM-DD"),
        (["0.2.0", "--date", "soon"], "--date YYYY-MM-DD"),
        (["--notes", "9.9"], "the code is of version 0.1.0, not 9.9"),
        (["--notes", "0.1.0"], "no dated section"),
        (["--absolute"], "names no repository"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_changed(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    for name in ("CHANGELOG.md", "README.md", "clip_lint/core/version.py", "clip_lint/core/home.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((PROJECT / name).read_bytes())
    done = made(tmp_path, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert (tmp_path / "CHANGELOG.md").read_bytes() == (PROJECT / "CHANGELOG.md").read_bytes()


def test_a_draft_changes_nothing() -> None:
    done = made(PROJECT, "0.2.0", "--draft")
    assert done.stdout.startswith("## 0.2.0\n\n### ")
    assert list((PROJECT / "changelog.d").glob("*.md"))


def test_the_workflow_follows_its_schema_and_keeps_no_password() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    text = WORKFLOW.read_text()
    assert "secrets." not in text
    assert "://" not in text, "the standard action knows its index"
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["publish"]["permissions"]["id-token"] == "write"
    assert "id-token" not in workflow["jobs"]["build"].get("permissions", {}), (
        "what builds may publish nothing"
    )
    for command in re.findall(r"python (changelog\.d/\S+)", text):
        assert (PROJECT / command).is_file()


def test_the_metadata_are_complete() -> None:
    for file in ("pyproject.toml", "fixtures/models/pyproject.toml"):
        project = tomllib.loads((PROJECT / file).read_text())["project"]
        assert project["authors"] == [{"name": "clip-lint contributors"}]
        assert project["license"] == "MIT"
        assert project["license-files"] == ["LICENSE"]
        assert {"description", "readme", "keywords", "classifiers", "requires-python"} <= project.keys()
        assert "urls" not in project, "until they lead somewhere"
        assert not [line for line in project["classifiers"] if line.startswith("License ::")], (
            "the expression says it"
        )
