"""The one place that holds the project's addresses, and what is said while there are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from packaged import PROJECT
from quick import clip_lint
from scratch import module

from clip_lint.core import home
from clip_lint.core.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

INSTALLS = re.compile(r"pip3? install(?:[ \t]+[^\s&;|`]+)*?[ \t]+['\"]*clip[-_]lint(?:-models)?(?![\w/.-])")


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ("lsp", "pip install 'pygls>=2'"),
        ("watch", "pip install 'watchfiles>=1'"),
        ("mcp", "pip install 'mcp>=2'"),
    ],
)
def test_until_it_is_public_hints_name_the_libraries_themselves(extra: str, line: str) -> None:
    assert not home.REPOSITORY
    assert home.install(extra) == line
    assert home.card_url("CLP204-softmax-single-label.md") == ""


def test_afterwards_they_name_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "REPOSITORY", "https://example.org/a/clip-lint")
    assert home.install("lsp") == "pip install 'clip-lint[lsp]'"
    assert home.install_models() == "pip install clip-lint-models"
    assert (
        home.card_url("CLP204-x.md")
        == f"https://example.org/a/clip-lint/blob/v{__version__}/rules/CLP204-x.md"
    )
    monkeypatch.setattr(home, "SITE", "https://example.org/site")
    assert home.card_url("CLP204-x.md") == "https://example.org/site/rules/CLP204-x.html"


def test_reports_lead_to_the_pages_of_rules_as_soon_as_there_are_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def links(format_: str) -> list[str]:
        return re.findall(
            r"https://example\.org/\S*?(?=\")", clip_lint(tmp_path, "--output-format", format_).stdout
        )

    (tmp_path / "a.py").write_text(module("cat"))
    assert links("sarif") + links("rdjson") == []
    monkeypatch.setattr(home, "REPOSITORY", "https://example.org/a/clip-lint")
    page = f"https://example.org/a/clip-lint/blob/v{__version__}/rules/CLP204-softmax-single-label.md"
    assert links("sarif") == ["https://example.org/a/clip-lint", page]
    assert links("rdjson") == [page]
    assert home.rule_url("CLP000") == "", "what cannot be read has no card"


def test_where_no_metadata_are_a_checkout_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "NAME", "no-such-distribution-anywhere")
    assert home.install("lsp") == "pip install '.[lsp]'"


@pytest.mark.parametrize(
    "line", ["pip install 'clip-lint[lsp]'", "python -m pip install clip-lint", "pip install -q clip_lint"]
)
def test_names_on_an_index_are_seen(line: str) -> None:
    assert INSTALLS.search(line)


def test_no_page_and_no_hint_names_a_package_that_nobody_owns() -> None:
    """While there is no release: a name on the index that is not ours may be taken by anybody."""
    if home.REPOSITORY:
        return
    texts = [
        path
        for pattern in (
            "*.md",
            "docs/*.md",
            "references/*.md",
            "rules/*.md",
            "fixtures/**/*.md",
            "clip_lint/**/*.*",
            "*.yml",
            "templates/*",
        )
        for path in PROJECT.glob(pattern)
        if path.suffix in (".md", ".py", ".toml", ".yml", ".txt") and path.name != "home.py"
    ]
    assert len(texts) > 300
    named = [
        f"{path.relative_to(PROJECT)}: {found[0]}"
        for path in texts
        for found in INSTALLS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not named
