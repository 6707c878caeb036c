"""Absence that only repeats what is there, and pictures named in other languages."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request
from clip_lint.language import read_prompt


@pytest.mark.parametrize(
    "text",
    [
        "a deserted quay with nobody on it",
        "an empty lecture hall with no students",
        "a bare wall with nothing on it",
        "a clear sky without clouds",
        "a bald sailor with no hair",
    ],
)
def test_a_scene_that_says_twice_that_it_is_empty_denies_nothing(text: str) -> None:
    assert read_prompt(text).negations
    assert answer(Request((text,))).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text", ["an empty quay without a lighthouse", "a bald sailor without a boat", "a quay with nobody on it"]
)
def test_any_other_absence_counts(text: str) -> None:
    assert answer(Request((text,))).verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    ("text", "language"),
    [("zdjęcie latarni", "pl"), ("kuva majakasta", "fi"), ("obrázek lodi", "cs"), ("immagine faro", "it"), ("a photo of a lighthouse", "en"), ("bild", "en")],
)  # fmt: skip
def test_the_word_for_a_picture_shows_the_language(text: str, language: str) -> None:
    assert read_prompt(text).language == language
