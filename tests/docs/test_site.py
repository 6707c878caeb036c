"""The documentation site: built without a warning, every page there, no link that leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from packaged import PROJECT, copy_project

from clip_lint.cli.group import COMMANDS
from clip_lint.core.cards import load_cards

MADE = ("index.md", "changelog.md", "commands.md", "contributing.md", "models.md", "security.md")


class _Page(HTMLParser):
    """A page's links and the places in it that links can name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and name in ("id", "name"):
                self.places.add(value)
            if value and name in ("href", "src") and tag in ("a", "img", "script", "link"):
                self.links.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy: pages are made beside their neighbours."""
    top = tmp_path_factory.mktemp("site")
    copy_project(top / "project")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "docs", str(top / "site")],
        cwd=top / "project",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return top / "site"


def test_every_card_and_reference_has_a_page(site: Path) -> None:
    made = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    assert {f"rules/{rule.card.removesuffix('.md')}.html" for rule in load_cards().values()} <= made
    assert {f"references/{page.stem}.html" for page in (PROJECT / "references").glob("*.md")} <= made
    assert {f"{page.stem}.html" for page in (PROJECT / "docs").glob("*.md")} <= made
    card = (site / "rules/CLP204-softmax-single-label.html").read_text(encoding="utf-8")
    assert "Severity: error" in re.sub(r"<[^>]+>", "", card)
    assert "python bad" not in card
    assert "count exact, one to ten" in (site / "models.html").read_text(encoding="utf-8")


def test_links_lead_somewhere(site: Path) -> None:
    pages = {page: _Page(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    dead = []
    count = 0
    for page, content in pages.items():
        for link in content.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or page.name in ("search.html", "genindex.html"):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            place = unquote(parts.fragment)
            count += 1
            if not target.is_file() or (target in pages and place not in pages[target].places):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert not dead
    assert count > 1000


def test_search_knows_the_pages(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "softmax-single-label" in index
    assert "owlv2" in index


def test_pages_are_not_written_twice() -> None:
    """What the site takes from elsewhere is not in git: docs/ holds guides and one configuration."""
    ignored = (PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for made in (*MADE, "rules/", "references/"):
        assert f"/docs/{made}" in ignored


@pytest.mark.parametrize("guide", sorted(page.name for page in (PROJECT / "docs").glob("*.md")))
def test_guides_are_linked(guide: str) -> None:
    if guide in MADE:  # by a build of the site in this checkout
        return
    assert f"](docs/{guide})" in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_page_is_in_the_navigation(site: Path) -> None:
    """Each page is reached from the front page's navigation; Sphinx warns of a page in no toctree, but not of one that is hidden."""
    shown = {urlsplit(link).path for link in _Page((site / "index.html").read_text(encoding="utf-8")).links}
    made = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    apart = {"index.html", "search.html", "genindex.html"}
    assert {page for page in made - apart if "_static" not in page} <= shown


def test_every_command_is_explained(site: Path) -> None:
    text = re.sub(r"<[^>]+>", "", (site / "commands.html").read_text(encoding="utf-8"))
    for name in (*COMMANDS, "baseline prune", "libraries operations", "fixtures show"):
        assert f"Usage: clip-lint {name}" in text
    assert "--diff-base REV" in text


def test_links_between_files_become_links_between_pages(site: Path) -> None:
    front = _Page((site / "index.html").read_text(encoding="utf-8")).links
    assert {"security.html", "contributing.html", "changelog.html", "rules.html"} <= set(front)
    rules = _Page((site / "rules.html").read_text(encoding="utf-8")).links
    assert "rules/CLP204-softmax-single-label.html" in rules
