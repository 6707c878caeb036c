"""What thousands of findings in one file cost grows with their number, and not with its square: work is counted here, not seconds."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quick import clip_lint
from rich.cells import cell_len

from clip_lint.api import lint_source
from clip_lint.codemods.calls import Calls
from clip_lint.codemods.lines import MOST_TOGETHER
from clip_lint.codemods.program import Program
from clip_lint.codemods.project import Alone
from clip_lint.codemods.stored import Stored
from clip_lint.core import bounds
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Edit, Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.engine import tree
from clip_lint.engine.scan import scan
from clip_lint.fixing import diff
from clip_lint.fixing.buffers import Text, open_document
from clip_lint.report import report, text
from clip_lint.report.text import TextReport
from clip_lint.source import fingerprint
from clip_lint.source.directives import directives
from clip_lint.source.excerpts import Excerpts
from clip_lint.source.model import Cell, Source
from clip_lint.source.suppressions import silence, unused
from clip_lint.syntax.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import Writer

    from clip_lint.engine.scan import Scan

MANY = 2_000
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Counted(list[Any]):
    """A list that knows how often somebody went through it."""

    walks = 0

    def __iter__(self) -> Iterator[Any]:
        Counted.walks += 1
        return super().__iter__()


def finding(line: int, column: int = 1, code: str = "CLP102", cell: int = 0) -> Finding:
    place = Place("a.py", cell, Position(line, column), Position(line, column + 3))
    return Finding(code, "negation", Severity.WARNING, "no", place)


def test_comments_and_findings_meet_without_looking_at_all_of_each_other() -> None:
    program = "".join(f"x{i} = 1  # noqa: CLP102\n" for i in range(900))
    comments = Counted(directives(Source("a.py", Path("/a.py"), program)))
    findings = Counted(finding(line) for line in range(1, MANY))
    Counted.walks = 0
    marked = silence(findings, comments)
    assert unused(findings, comments, load_rules()) == []
    assert Counted.walks < 10
    assert sum(each.suppressed for each in marked) == 900


def test_a_line_that_thousands_of_findings_share_is_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []

    def counted(data: bytes, **options: int) -> Any:
        hashed.append(len(data))
        return blake2b(data, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(fingerprint, "blake2b", counted)
    source = Source("a.py", Path("/nowhere/a.py"), "x" * 50_000)
    anchors = fingerprint.Anchors()
    made = [anchors.anchored(finding(1, column), source) for column in range(1, MANY)]
    assert sum(hashed) < 60_000
    assert len({each.fingerprint for each in made}) == 1


def test_the_cells_of_a_notebook_are_not_searched_for_each_place() -> None:
    cells = Counted(Cell(number, number * 2 - 1, 2) for number in range(1, MANY))
    source = Source("a.ipynb", Path("/a.ipynb"), "x\n" * 2 * MANY, cells)  # type: ignore[arg-type]
    Counted.walks = 0
    for number in range(1, MANY):
        assert source.position(number * 2, 4) == (number, Position(2, 5))
        assert source.program_line(number, 2) == number * 2
    assert Counted.walks < 10


# --- diffs

LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e\n", "f\n"]) | st.text("xyz", max_size=3), max_size=30
)


@PATIENT
@given(LINES, LINES, st.sampled_from([0, 4, 250_000]))
def test_changes_make_the_new_text_of_the_old_one(old: list[str], new: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(diff, "_MOST_COMPARED", most)
        made, done = [], 0
        for first, end, begin, stop in diff.changes(old, new):
            assert done <= first
            made += [*old[done:first], *new[begin:stop]]
            done = end
        assert [*made, *old[done:]] == new


def test_a_diff_compares_lines_near_each_other_only(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    class Counting(SequenceMatcher[str]):
        def __init__(self, junk: None, old: Sequence[str], new: Sequence[str]) -> None:
            compared.append(len(old) * len(new))
            super().__init__(junk, old, new)

    monkeypatch.setattr(diff, "SequenceMatcher", Counting)
    old = [f"x{i} = f({i})\n" if i % 3 else "y = g()\n" for i in range(9_000)]
    new = [line.replace("g()", "g(1)") for line in old]
    assert len(diff.changes(old, new)) == 3_000
    assert sum(compared) < 10 * len(old)
    assert diff.changes(["a\n"] * 9_000 + ["b\n"], ["c\n"] * 9_000 + ["d\n"]) == [(0, 9_001, 0, 9_001)]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [f"line {i} {draw(st.sampled_from(['', 'é', 'x' * 9]))}" for i in range(draw(st.integers(1, 40)))]
    raw = end.join(lines) + draw(st.sampled_from(["", end]))
    edits = []
    at = 1
    while at <= len(lines):
        at += draw(st.integers(0, 12))
        last = min(at + draw(st.integers(0, 2)), len(lines))
        if at <= len(lines):
            columns = sorted(draw(st.lists(st.integers(1, 6), min_size=2, max_size=2)))
            start, stop = Position(at, columns[0]), Position(last, columns[1])
            edits.append(Edit(start, stop, draw(st.sampled_from(["", "new", "one\ntwo\n", "\n"])), 0))
        at = last + 1
    return raw, edits


def patched(old: list[str], lines: list[str]) -> list[str]:
    """The old text after a diff, every line of which must fit."""
    made: list[str] = []
    done = now = 0
    for line in (each.removesuffix("\n\\ No newline at end of file\n") for each in lines[2:]):
        if line.startswith("@@"):
            first, count = re.match(r"@@ -(\d+)(,0)?", line).groups()  # type: ignore[union-attr]
            start = int(first) - (count is None)
            made += old[done:start]
            done = start
            now = int(re.search(r"\+(\d+)(,0)?", line)[1]) - (re.search(r"\+\d+(,0)", line) is None)  # type: ignore[index]
            assert now == len(made)
        elif line[0] in " -":
            assert old[done].rstrip("\n") == line[1:].rstrip("\n")
            made += [line[1:]] if line[0] == " " else []
            done += 1
        else:
            made.append(line[1:])
    return [*made, *old[done:]]


@PATIENT
@given(documents())
def test_the_diff_of_a_fix_needs_only_what_stands_around_it(made: tuple[str, list[Edit]]) -> None:
    raw, edits = made
    before = open_document("a.py", raw.encode())
    after = before.edited(edits)[0].texts[0].raw.replace("\r\n", "\n")
    lines = [*diff.of_edits("a.py", before, edits)]
    assert "".join(patched(diff._lines(raw), lines)).rstrip("\n") == after.rstrip("\n")
    assert [*diff.between("a.py", before, before.edited(edits)[0])][:2] == lines[:2]


@PATIENT
@given(documents(), st.booleans())
def test_where_an_offset_goes(made: tuple[str, list[Edit]], behind: bool) -> None:
    raw, edits = made
    old = Text(raw)
    _, moved = old.edited(edits)
    for offset in range(len(raw) + 1):
        shift, inside = 0, False
        for edit in edits:
            start, end = old.offset(edit.start), old.offset(edit.end)
            if end < offset or (end == offset and (behind or start < end)):
                shift += len(edit.text.replace("\n", old.newline)) - (end - start)
            elif start < offset < end:
                inside = True
                assert moved(offset, behind) == start + shift
                break
        assert inside or moved(offset, behind) == offset + shift


# --- reports


def excerpts(folder: Path, line: str) -> Excerpts:
    (folder / "a.py").write_text(line + "\n", encoding="utf-8")
    return Excerpts(str(folder))


@pytest.mark.parametrize("name", ["html", "text", "rdjson", "sarif", "json", "junit", "markdown", "concise"])
@pytest.mark.parametrize("letter", ["x", "é", "\u0301", "\t"])
def test_what_is_shown_of_a_long_line_is_short(tmp_path: Path, name: str, letter: str) -> None:
    found = tuple(finding(1, column * 900 + 1, code=f"CLP{100 + column}") for column in range(100))
    stream = io.StringIO()
    made = TextReport(difference=lambda _: ()) if name == "text" else report(name)
    made.write(found, excerpts(tmp_path, letter * 100_000), stream, color=False)
    assert len(stream.getvalue()) < 300_000


def test_marks_that_take_no_room_are_not_measured_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = 0

    def counted(shown: str) -> int:
        nonlocal measured
        measured += len(shown)
        return cell_len(shown)

    monkeypatch.setattr(text, "cell_len", counted)
    TextReport().write(
        (finding(1, 90_000),), excerpts(tmp_path, "\u0301" * 200_000), io.StringIO(), color=False
    )
    assert measured < 1_000_000


@PATIENT
@given(st.text("aé漢\U0001d431", min_size=1, max_size=60), st.data())
def test_columns_in_bytes(line: str, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("clip_lint.source.excerpts._PART", 7)
        shown = Excerpts("/nowhere", {"a.py": line.encode()})
        for column in data.draw(st.lists(st.integers(1, len(line) + 1), max_size=5)):
            place = Place("a.py", 0, Position(1, column), Position(1, column))
            before = line[: column - 1]
            assert shown.wider(place, place.start) == len(before.encode()) - len(before)


def test_thousands_of_encodings_share_no_fix_that_tells_of_all(write: Writer) -> None:
    lines = "".join(f"x{i} = model.encode_text(clip.tokenize(['a dog {i}']))\n" for i in range(400))
    top = write({"a.py": f"import clip\nmodel, p = clip.load('ViT-B/32')\n{lines}"})
    # A report tells lines of the same words once; the findings are asked for themselves.
    found = lint_source(
        (top / "a.py").read_text(), isolated=True, select=["CLP402"], min_severity=Severity.NOTE
    )
    texts = [edit.text for each in found.findings if each.fix is not None for edit in each.fix.edits]
    assert len(texts) >= 400
    assert max(map(len, texts)) < MOST_TOGETHER * 80
    clip_lint(
        top, "--no-cache", "--fix", "--unsafe-fixes", "--min-severity", "note", "--select", "CLP402", status=0
    )
    mended = (top / "a.py").read_text()
    assert mended.count("torch.no_grad()") == 400 // MOST_TOGETHER
    assert [*accumulate(mended.count(f"x{i} =") for i in range(400))][-1] == 400


@pytest.mark.parametrize("options", [(), ("-j", "2")])
def test_looking_at_a_large_file_counts_as_time_for_it(
    write: Writer, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    def slow(path: str, *rest: Any) -> Scan:
        end = time.thread_time() + (3.2 if path.endswith("large.py") else 0)
        while time.thread_time() < end:
            pass
        return replace(scan(path, *rest), uses_clip=True)

    monkeypatch.setattr(tree, "scan", slow)
    monkeypatch.setattr(bounds, "_tick", lambda *_: None)
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "3")  # ten times what a small file takes on a slow machine
    top = write({"large.py": "x = 1\n" * 20_000, "a.py": "import clip\n", "b.py": "import clip\n"})
    done = clip_lint(top, "--no-cache", "--output-format", "concise", *options, status=2)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["large.py"]


def test_what_cannot_be_interrupted_is_not_begun_where_it_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The native parser takes its time for each token, and no signal reaches it."""

    def begun(_: str) -> None:
        pytest.fail("it is parsed")

    monkeypatch.setattr(cst, "parse_module", begun)
    monkeypatch.setattr(bounds, "_tick", lambda *_: None)
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.9")
    with pytest.raises(bounds.TooSlowError), bounds.bounded("a.py"):
        parse(f"x = [{'a,' * 70_000}]\n")


def test_where_vectors_come_from_is_followed_once_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are written again and again, each from the last: every way through them would be a way too many."""
    asked = []
    sources = Stored._sources

    def counted(self: Stored, node: cst.BaseExpression) -> Any:
        asked.append(node)
        return sources(self, node)

    monkeypatch.setattr(Stored, "_sources", counted)
    step = "a = encode(a) @ a.T\nb = a / a.norm()\na = b + a @ b.T\n"
    program = Source("a.py", Path("/nowhere/a.py"), "import torch\nfrom towers import encode\n" + step * 25)
    Stored(Calls(Program(program, Alone()))).check_program()
    assert len(asked) < 1_000
