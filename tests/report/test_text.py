from __future__ import annotations

import io
import json
import unicodedata
from typing import TYPE_CHECKING

import pytest
from fakes import finding, related, source_of
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from clip_lint.core.finding import Finding
from clip_lint.report.text import TextReport
from clip_lint.source.excerpts import Excerpts

if TYPE_CHECKING:
    from conftest import Writer


def rendered(
    text: str, *findings: Finding, color: bool = False, others: dict[str, str] | None = None
) -> list[str]:
    files = {"a.py": text, **(others or {})}
    excerpts = Excerpts(
        "/nowhere", {name: content.encode("utf-8", "replace") for name, content in files.items()}
    )
    stream = io.StringIO()
    TextReport().write(findings, excerpts, stream, color=color)
    return stream.getvalue().split("\n")


def test_shows_the_line_its_cause_and_the_help() -> None:
    text = "\n" * 27 + 'inputs = f(["weapon"])\n\n\nprob = g(inputs)\n'
    found = finding(
        source_of("a.py", text),
        (31, 8),
        (31, 17),
        "`prob` is 1.0",
        help="add a label",
        related=(related("a.py", (28, 12), (28, 20), "the only label"),),
    )
    assert rendered(text, found) == [
        "a.py:31:8: CLP201 [error] `prob` is 1.0",
        '   28 | inputs = f(["weapon"])',
        "      |            -------- the only label",
        "   31 | prob = g(inputs)",
        "      |        ^^^^^^^^^",
        "   help: add a label",
        "",
        "",
    ]


def test_related_places_in_other_files_are_named() -> None:
    text, helper = "x = f()\n", "def f():\n    return 1\n"
    found = finding(
        source_of("a.py", text), (1, 5), (1, 8), related=(related("h.py", (2, 5), (2, 13), "from here"),)
    )
    assert rendered(text, found, others={"h.py": helper})[1:6] == [
        "   1 | x = f()",
        "     |     ^^^",
        "    ::: h.py:2:5",
        "   2 |     return 1",
        "     |     -------- from here",
    ]


def test_two_marks_on_one_line_share_it() -> None:
    text = "x = f(a)\n"
    found = finding(
        source_of("a.py", text), (1, 5), (1, 9), related=(related("a.py", (1, 7), (1, 8), "this"),)
    )
    assert rendered(text, found)[1:4] == ["   1 | x = f(a)", "     |     ^^^^", "     |       - this"]


def test_carets_stand_below_wide_characters_and_tabs() -> None:
    text = '\tx = "日本語", f(y)\n'
    column = text.index("f(") + 1
    lines = rendered(text, finding(source_of("a.py", text), (1, column), (1, column + 4)))
    code, carets = (line.partition("| ")[2] for line in lines[1:3])
    assert code == '    x = "日本語", f(y)'
    assert cell_len(code[: code.index("f(")]) == carets.index("^")
    assert carets.strip() == "^^^^"


def test_a_range_of_several_lines_is_marked_on_each() -> None:
    text = "x = f(\n    1,\n    2,\n)\n"
    assert rendered(text, finding(source_of("a.py", text), (1, 5), (3, 6)))[1:7] == [
        "   1 | x = f(",
        "     |     ^^",
        "   2 |     1,",
        "     |     ^^",
        "   3 |     2,",
        "     |     ^",
    ]


def test_of_a_long_range_the_middle_is_left_out() -> None:
    text = "f(\n" + "  1,\n" * 20 + ")\n"
    lines = rendered(text, finding(source_of("a.py", text), (1, 1), (22, 2)))
    assert [line[:5].strip() for line in lines[1:-2:2]] == ["1", "2", "3", "22"]


def test_a_long_line_is_cut_around_the_mark() -> None:
    text = "x = [" + "1, " * 400 + "f(y), " + "2, " * 400 + "]\n"
    column = text.index("f(") + 1
    code, carets = (
        line.partition("| ")[2]
        for line in rendered(text, finding(source_of("a.py", text), (1, column), (1, column + 4)))[1:3]
    )
    assert len(code) <= 170
    assert code.startswith("...")
    assert code.endswith("...")
    assert code[carets.index("^") : carets.index("^") + 4] == "f(y)"


def test_nothing_from_the_code_reaches_the_terminal_raw() -> None:
    text = 'x = "\x1b[31m\u202e", f("\x07")\n'
    nasty = "red \x1b[31m \u202e \x9b \u2028 \r\n end"
    found = finding(
        source_of("a.py", text),
        (1, 5),
        (1, 9),
        nasty,
        help=nasty,
        related=(related("a.py", (1, 1), (1, 2), nasty),),
    )
    output = "\n".join(rendered(text, found))
    assert "\\x1b[31m" in output
    assert "\\u202e" in output
    assert not set("\x1b\u202e\x07\x9b\u2028\r") & set(output)


def test_colours_are_used_only_on_request() -> None:
    text = "x = f()\n"
    found = finding(source_of("a.py", text), (1, 5), (1, 8), "[bold]not markup[/bold] :smile:")
    assert "\x1b[" in "\n".join(rendered(text, found, color=True))
    plain = rendered(text, found)
    assert "\x1b" not in "\n".join(plain)
    assert plain[0].endswith("[bold]not markup[/bold] :smile:")


def test_a_notebook_line_is_shown_as_it_was_typed(write: Writer) -> None:
    import dataclasses

    cells = [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "code", "source": "%time x = f()\n!ls"}]
    top = write({"n.ipynb": json.dumps({"cells": cells})})
    found = finding(source_of("n.ipynb", ""), (1, 11), (1, 14))
    found = dataclasses.replace(found, place=dataclasses.replace(found.place, cell=2))
    stream = io.StringIO()
    TextReport().write((found,), Excerpts(str(top)), stream, color=False)
    assert stream.getvalue().split("\n")[:3] == [
        "n.ipynb:cell 2:1:11: CLP201 [error] a message",
        "   1 | %time x = f()",
        "     |           ^^^",
    ]


def test_a_file_that_is_gone_or_shorter_by_now_is_no_trouble() -> None:
    found = finding(source_of("gone.py", ""), (5, 1), (5, 2), help="mend it")
    assert rendered("", found) == ["gone.py:5:1: CLP201 [error] a message", "   help: mend it", "", ""]
    short = finding(source_of("a.py", ""), (5, 1), (5, 2))
    assert rendered("x\n", short)[0].startswith("a.py:5:1")


@given(
    st.text(max_size=300),
    st.tuples(st.integers(1, 5), st.integers(1, 400)),
    st.tuples(st.integers(0, 5), st.integers(1, 400)),
)
def test_any_line_and_range_can_be_shown(text: str, start: tuple[int, int], size: tuple[int, int]) -> None:
    end = (start[0] + size[0], size[1] if size[0] else start[1] + size[1])
    lines = rendered(text, finding(source_of("a.py", text), start, end))
    characters = {character for line in lines for character in line}
    assert not {unicodedata.category(each) for each in characters} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(each) for each in characters} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "LRI",
        "RLI",
        "FSI",
    }


@pytest.mark.parametrize("cut", [100, 159, 160, 161, 200, 1000])
def test_marks_never_run_past_a_cut_line(cut: int) -> None:
    text = "é" * cut + "\n"
    code, carets = (
        line.partition("| ")[2]
        for line in rendered(text, finding(source_of("a.py", text), (1, 1), (1, cut + 1)))[1:3]
    )
    assert len(carets) <= len(code)
