from __future__ import annotations

import ast
import codecs
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.source.decoding import UndecodableError, decode


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"x = 1\n", "x = 1\n", "utf-8"),
        ("x = '\u00e9'\n".encode(), "x = '\u00e9'\n", "utf-8"),
        (
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "# -*- coding: latin-1 -*-\nx = '\u00e9'\n",
            "iso-8859-1",
        ),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1251 :\nx = '\xff'\n", None, "cp1251"),
        (
            "# coding: shift_jis\nx = '\u65e5'\n".encode("shift_jis"),
            "# coding: shift_jis\nx = '\u65e5'\n",
            "shift_jis",
        ),
        (b"# coding: UTF_8\nx = 1\n", None, "utf-8"),
        (b"", "", "utf-8"),
    ],
)
def test_encodings_as_python_reads_them(data: bytes, text: str | None, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert text is None or decoded.text == text
    assert decoded.text.count("\n") == data.count(b"\n")


def test_a_cookie_counts_only_in_a_comment_of_the_first_two_lines() -> None:
    late = b"\n\n# coding: latin-1\nx = '\xe9'\n"
    with pytest.raises(UndecodableError, match="not utf-8 text: byte 0xe9") as error:
        decode(late)
    assert error.value.line == 4
    after_code = b"x = 1\n# coding: latin-1\n'\xe9'\n"
    with pytest.raises(UndecodableError, match="not utf-8"):
        decode(after_code)


def test_a_byte_order_mark_is_dropped_and_remembered() -> None:
    decoded = decode(codecs.BOM_UTF8 + b"x = 1\n")
    assert (decoded.text, decoded.bom) == ("x = 1\n", True)
    with pytest.raises(UndecodableError, match="byte order mark says UTF-8"):
        decode(codecs.BOM_UTF8 + b"# coding: latin-1\n")


@pytest.mark.parametrize(
    ("data", "newline"), [(b"a\r\nb\r\n", "\r\n"), (b"a\rb\r", "\r"), (b"a\nb\r\n", "\n")]
)
def test_newlines_are_unified_and_remembered(data: bytes, newline: str) -> None:
    decoded = decode(data)
    assert decoded.text == "a\nb\n"
    assert decoded.newline == newline


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"x = 1\n\0\0\n", "binary", 2),
        ("x = 1\n".encode("utf-16"), "UTF-16", 0),
        (b"# coding: klingon\n", "unknown text encoding 'klingon'", 1),
        (b"# coding: base64\nx\n", "unknown text encoding 'base64'", 1),
        (b"x\n\xff\n", "byte 0xff", 2),
    ],
)
def test_what_is_no_source_is_said_with_its_line(data: bytes, message: str, line: int) -> None:
    with pytest.raises(UndecodableError, match=message) as error:
        decode(data)
    assert error.value.line == line


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UndecodableError:
        return
    assert "\r" not in decoded.text


PIECES = (
    *(b"\xef\xbb\xbf", b"# coding: latin-1\n", b"# coding: utf-8\r\n", b"# -*- coding: cp1252 -*-\n", b"# coding: no-such\n", b"x = 1"),
    *(b"\n", b"x = 1\r", b"\r\n", "é".encode(), "é".encode("latin-1"), b"# plain\n", b"\x0c", b"\x81"),
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_programs_are_decoded_as_python_decodes_them(data: bytes) -> None:
    """The same text, or refused by both."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
    except (SyntaxError, UnicodeDecodeError):
        with pytest.raises(UndecodableError):
            decode(data)
    else:
        assert decode(data).text == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=60))
def test_agrees_with_python_on_strings(text: str) -> None:
    data = f"x = {text!r}\n".encode()
    assert ast.dump(ast.parse(decode(data).text)) == ast.dump(ast.parse(data))
