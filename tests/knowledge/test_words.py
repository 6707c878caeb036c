"""Words are found in bytes whichever way they are searched for, wherever they stand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.knowledge import words as room
from clip_lint.knowledge.words import AtOnce, ByStems, words

KNOWN = [b"clip", b"clip_feature_extractor", b"lip", b"owlvit", b"encode_image", b"image", b"sd-turbo", b"x"]


def lines(way: AtOnce | ByStems, data: bytes) -> set[tuple[bytes, int]]:
    """The words found, each with the number of its line."""
    return {(word, data.count(b"\n", 0, at)) for word, at in way.places(data)}


@given(
    st.lists(
        st.sampled_from([*KNOWN, b" ", b"\n", b"cli", b"p", b"_feature_extractor", b"\x00\xff"]), max_size=60
    )
)
def test_both_ways_find_the_same_words_in_the_same_lines(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    expected = {
        (word, number) for number, line in enumerate(data.split(b"\n")) for word in KNOWN if word in line
    }
    assert lines(AtOnce(KNOWN), data) == lines(ByStems(KNOWN), data) == expected


@pytest.mark.parametrize("before", range(-25, 3))
def test_a_word_that_stands_across_two_parts_is_found_where_it_begins(before: int) -> None:
    at = room._AT_ONCE + before
    data = b"." * at + b"clip_feature_extractor" + b"." * 10
    assert (b"clip_feature_extractor", at) in set(AtOnce(KNOWN).places(data))


def test_no_words_are_found_nowhere() -> None:
    assert list(AtOnce([]).places(b"clip")) == list(ByStems([]).places(b"clip")) == []


def test_the_quicker_way_is_taken_where_its_library_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(words(KNOWN), AtOnce)
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert isinstance(words(KNOWN), ByStems)


def test_without_the_library_all_works() -> None:
    program = "import sys; sys.modules['ahocorasick_rs'] = None; from clip_lint.knowledge.gate import may_use_clip; print(may_use_clip(b'import clip'))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"
