"""The page about a scan: figures with what they are a part of, examples that nobody picked, and nothing of the sources that runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sources import BAD, REPOSITORIES, Files, findings, rows_of, scan, write_parquet

from clip_lint.scan.intervals import wilson

HOSTILE = BAD.replace('"ViT-B/32")', '"ViT-B/32")  # <script>alert(1)</script> | [x](javascript:alert(1)) `')
HOSTILE = HOSTILE.replace(
    "return pictures @ words.T", "return pictures @ words.T  # <img src=x onerror=alert(1)> ``` |"
)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("page")
    names = ("imports/across", "pins/new", "plain/python", "no/python")
    repositories: dict[str, Files] = {name: REPOSITORIES[name] for name in names}
    repositories["broken/file"] = {"bad.py": "import clip\nmodel = clip.load('ViT-B/32'\n"}
    repositories |= {"<b>/x": {"a <i>.py": HOSTILE}, "owner/one": {"a.py": BAD}}
    write_parquet(top / "in.parquet", rows_of(repositories))
    assert scan("in.parquet", "-o", "out", cwd=top).status == 0
    done = scan("report", "out", "--link", "https://example.org/{repo}/blob/{commit}/{path}#L{line}", cwd=top)
    assert done.status == 0, done.stderr
    assert done.stdout.split() == ["out/report.html", "out/report.md"]
    return top / "out"


def test_the_page_needs_nothing_and_runs_nothing(results: Path) -> None:
    text = (results / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert not {"script", "img", "iframe", "link", "i>", "object"} & set(page.tags)
    assert all(link.startswith(("#CLP", "https://example.org/")) for link in page.links)
    assert "url(" not in text
    assert "<img src=x" not in text
    assert any("/%3Cb%3E/x/blob/c0ffee/a%20%3Ci%3E.py#L" in link for link in page.links)


def test_figures_are_those_of_the_tables(results: Path) -> None:
    rows = findings(results)
    having = len({row["repo"] for row in rows})
    page = _Page()
    page.feed((results / "report.html").read_text(encoding="utf-8"))
    markdown = (results / "report.md").read_text(encoding="utf-8")
    users = int(re.findall(r"Of ([\d,]+) repositories that use", markdown)[0])
    share, low, high = wilson(having, users)
    sentence = f"{having} have at least one finding: {share:.1%} (95% interval {low:.1%} to {high:.1%})"
    assert sentence in page.text
    assert sentence in markdown
    for code in {row["code"] for row in rows}:
        count = len({row["repo"] for row in rows if row["code"] == code})
        line = next(line for line in markdown.splitlines() if line.startswith(f"| {code} "))
        assert line.split(" | ")[1] == str(count)
        assert line.split(" | ")[-1] == f"{sum(row['code'] == code for row in rows)} |"


def test_examples_are_of_different_repositories(results: Path) -> None:
    text = (results / "report.md").read_text(encoding="utf-8")
    part = text.split("### CLP201", 1)[1].split("\n##", 1)[0]
    places = re.findall(r"^- \[(.+?): ", part, re.MULTILINE)
    assert len(places) == 3
    assert len(set(places)) == 3


def test_what_is_no_complete_scan_has_no_page(tmp_path: Path, results: Path) -> None:
    done = scan("report", tmp_path, cwd=tmp_path)
    assert (done.status, "no results of a scan" in done.stderr) == (2, True)
    done = scan("report", results, "-o", "page.pdf", cwd=tmp_path)
    assert done.status == 2
    write_parquet(tmp_path / "in.parquet", rows_of({"a/b": {"a.py": "print()"}}))
    assert scan("in.parquet", "-o", "none", cwd=tmp_path).status == 0
    assert scan("report", "none", "-o", "none.md", cwd=tmp_path).status == 0
    assert "None of the 1 repositories uses CLIP" in (tmp_path / "none.md").read_text(encoding="utf-8")


def test_intervals_are_wilsons() -> None:
    """Against the formula solved otherwise: the bounds are where the share is Z standard errors away."""
    for count, total in ((1, 10), (5, 10), (30, 1000), (999, 1000)):
        share, low, high = wilson(count, total)
        for bound in (low, high):
            assert abs(share - bound) == pytest.approx(1.959964 * (bound * (1 - bound) / total) ** 0.5)
    assert wilson(0, 0) == (0.0, 0.0, 1.0)
    assert wilson(0, 50)[1] == 0.0
    assert wilson(50, 50)[2] == 1.0
