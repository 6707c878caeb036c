"""Single captions that hang on a state are in doubt; what only looks like one is not."""

from __future__ import annotations

import pytest

from clip_lint.language import doubts, read_prompt
from clip_lint.language.states import state_of


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("a mouldy loaf of bread", "ripeness"),
        ("an overripe or rotten pear", "ripeness"),
        ("a photo of a dented mailbox", "condition"),
        ("the drainpipe is broken", "condition"),
        ("a bolt with a defect", "condition"),
        ("a terrified passenger", "emotion"),
        ("a nurse with a gloomy expression", "emotion"),
        ("a portrait that expresses sadness", "emotion"),
        ("deepfake", "authenticity"),
        ("a counterfeit banknote", "authenticity"),
        ("a poster made by a neural network", "authenticity"),
        ("a low-quality snapshot", "quality"),
        ("a badly framed picture", "quality"),
        ("an open gate", "state"),
        ("the shutters are closed", "state"),
        ("a drowsy pilot", "sobriety"),
        ("a suspicious package", "safety"),
        ("an overflowing bucket", "fill"),
        ("severe acne", "degree"),
        ("a sonar image of a wreck", "domain"),
        ("a woman between 30 and 35 years old", "age"),
        ("a man in his fifties", "age"),
        ("a photo taken in Lisbon", "place"),
        ("clickbait", "unseen"),
    ],
)
def test_a_state_that_a_caption_hangs_on_is_in_doubt(text: str, theme: str) -> None:
    assert [doubt.theme for doubt in doubts.of_text(text, None)] == [theme]


@pytest.mark.parametrize(
    "text",
    [
        "a rusty gate",
        "a messy kitchen",
        "a blurry photo",
        "an empty beach",
        "a real photo of a badger",
        "a high-quality picture of a harbour",
        "a bowl full of plums",
        "healthy food",
        "a cat next to a broken chair and a lamp",
        "a rescuer carrying an injured man",
        "a smiling woman",
        "an old bridge",
        "an open field",
        "a fake fur coat",
    ],
)
def test_what_pictures_are_full_of_is_not(text: str) -> None:
    assert state_of(read_prompt(text)) is None


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("a tray with cracks", "condition"),
        ("a well-lit portrait", "quality"),
        ("the lamp is off", "state"),
        ("a teenager between 13 and 17", "age"),
        ("a man walking suspiciously", "safety"),
    ],
)
def test_phrases_say_states_too(text: str, theme: str) -> None:
    assert [doubt.theme for doubt in doubts.of_text(text, None)] == [theme]
    assert not read_prompt(text).relations
