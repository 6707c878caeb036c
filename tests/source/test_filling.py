"""What may have filled the fields of a text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from clip_lint.source.path_patterns import is_filled

PIECE = st.text("ab", max_size=2)


@given(st.lists(PIECE, min_size=1, max_size=4), st.text("ab", max_size=9))
def test_like_the_regular_expression(pieces: list[str], text: str) -> None:
    assert is_filled(pieces, text) == (re.fullmatch("(.+)".join(map(re.escape, pieces)), text) is not None)


def test_many_fields_and_many_places_for_them_take_no_time() -> None:
    """A regular expression would try 10 ** 30 ways here and never end."""
    assert not is_filled(["a", *[", "] * 40, " end"], "a" + ", b" * 400)
    assert is_filled(["a", *[", "] * 40, " end"], "a" + ", b" * 400 + " end")
