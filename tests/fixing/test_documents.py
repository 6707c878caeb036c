"""Edits on files as they lie on disk: bytes that no edit touches stay, in modules and in notebooks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.core.finding import Edit
from clip_lint.core.place import Position
from clip_lint.fixing.buffers import UneditableError, open_document

LINES = st.lists(st.text(alphabet="ab é\t'\"\\#", max_size=8), min_size=1, max_size=8)


def insertion(line: int, column: int, text: str, cell: int = 0) -> Edit:
    return Edit(Position(line, column), Position(line, column), text, cell)


def notebook(sources: list[object], indent: int | None = 1, *, ascii_only: bool = False) -> str:
    cells = [
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {"tags": ["x"]},
            "outputs": [{"text": ["1\n"]}],
            "source": source,
        }
        for source in sources
    ]
    document = {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\n"


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_a_module_gets_its_own_line_ends_and_keeps_its_mark(
    lines: list[str], newline: str, bom: bool, last: bool
) -> None:
    text = newline.join(lines) + newline * last
    data = b"\xef\xbb\xbf" * bom + text.encode()
    document, _ = open_document("a.py", data).edited([insertion(1, 1, "x = 1\ny = 2\n")])
    has_line_end = newline in text
    end = newline if has_line_end else "\n"
    assert document.bytes() == b"\xef\xbb\xbf" * bom + f"x = 1{end}y = 2{end}{text}".encode()


def test_mixed_line_ends_stay_mixed() -> None:
    document, _ = open_document("a.py", b"a\r\nb\nc\rd").edited([insertion(3, 2, "!")])
    assert document.bytes() == b"a\r\nb\nc!\rd"


def test_other_encodings_are_kept_and_what_they_cannot_write_is_refused() -> None:
    data = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    document = open_document("a.py", data)
    assert document.edited([insertion(2, 1, "y = 1\n")])[
        0
    ].bytes() == "# coding: latin-1\ny = 1\nx = 'é'\n".encode("latin-1")
    with pytest.raises(UneditableError, match="iso-8859-1"):
        document.edited([insertion(2, 1, "'\u20ac'\n")])[0].bytes()


def test_overlapping_edits_and_places_beyond_the_end_are_refused() -> None:
    document = open_document("a.py", b"abc\n")
    overlapping = [Edit(Position(1, 1), Position(1, 3), "x", 0), Edit(Position(1, 2), Position(1, 3), "y", 0)]
    with pytest.raises(UneditableError):
        document.edited(overlapping)
    with pytest.raises(UneditableError):
        document.edited([insertion(9, 1, "x")])


@given(LINES, st.integers(0, 8), st.sampled_from([None, 1, 4]), st.booleans(), st.booleans())
def test_of_a_notebook_only_the_changed_lines_change(
    lines: list[str],
    at: int,
    indent: int | None,
    as_list: bool,
    ascii_only: bool,
) -> None:
    at = min(at, len(lines) - 1)
    source = "\n".join(lines)
    kept = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    untouched = ["print('\\u00e9 ünï')\n", "!pip list"]
    new = "\n".join([*lines[:at], "new line", *lines[at:]])
    new_list = [line + "\n" for line in new.split("\n")[:-1]] + (
        [new.split("\n")[-1]] if new.split("\n")[-1] else []
    )
    text = notebook([kept if as_list else source, untouched], indent, ascii_only=ascii_only)
    document, _ = open_document("a.ipynb", text.encode()).edited([insertion(at + 1, 1, "new line\n", 1)])
    written = document.bytes().decode()
    assert json.loads(written) == json.loads(notebook([new_list if as_list else new, untouched], indent))
    tail = '"cell_type": "code"'
    assert written[written.rindex(tail) :] == text[text.rindex(tail) :]
    assert written[: written.index('"source"')] == text[: text.index('"source"')]
    if indent is not None and as_list and kept:
        assert written == notebook([new_list, untouched], indent, ascii_only=ascii_only)


def test_a_notebook_of_format_3_and_odd_key_orders() -> None:
    text = '{"nbformat": 3, "worksheets": [{"cells": [{"input": ["a = 1\\n", "b"], "cell_type": "code", "x": 1.0e5}]}]}'
    document, _ = open_document("a.ipynb", text.encode()).edited([insertion(2, 2, "2", 1)])
    assert document.bytes().decode() == text.replace('"b"', '"b2"')


def test_a_cell_that_is_no_code_cannot_be_edited() -> None:
    text = json.dumps({"cells": [{"cell_type": "markdown", "source": "x"}], "metadata": {}, "nbformat": 4})
    with pytest.raises(UneditableError, match="cell 1"):
        open_document("a.ipynb", text.encode()).edited([insertion(1, 1, "x", 1)])


def test_offsets_move_with_the_text() -> None:
    document = open_document("a.py", b"one\ntwo\nthree\n")
    edits = [insertion(1, 1, "zero\n"), Edit(Position(2, 1), Position(2, 4), "2", 0), insertion(3, 1, "<")]
    _, moved = document.edited(edits)
    assert moved((0, 1, 1), False) == (0, 1, 1)
    assert moved((0, 1, 1), True) == (0, 2, 1)
    assert moved((0, 2, 4), False) == (0, 3, 2)
    assert moved((0, 3, 3), False) == (0, 4, 4)
