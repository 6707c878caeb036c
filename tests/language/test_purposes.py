"""What an embedder wants before a text is no key of a data set."""

from __future__ import annotations

import pytest

from clip_lint.language.labels import is_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("search_query: a mill", ""),
        ("search_document: a barn in the snow", ""),
        ("search_query: using_laptop", "using_laptop"),
        ("search_query", "search_query"),
    ],
)
def test_the_purpose_of_a_text_is_no_key(text: str, key: str) -> None:
    assert is_key(text) == key
