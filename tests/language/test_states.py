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
        ("a wounded swan", "health"),
        ("stained napkins", "cleanliness"),
        ("a vacant stall", "occupancy"),
        ("worn brake discs", "condition"),
        ("an expression of despair", "emotion"),
        ("surprised face", "emotion"),
        ("a hopeless look", "emotion"),
        ("drowsy", "sobriety"),
        ("reckless", "safety"),
        ("a padlock that is unfastened", "state"),
        ("a seismic image", "domain"),
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
        "burnt orange cushions",
        "a worn leather armchair in an attic",
        "a photo of the clean fountain",
        "a lame excuse",
        "old",
        "a bad photo of a kettle",
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
        ("an ibex in an infrared photo", "domain"),
        ("a parked car", "motion"),
        ("a turbine rotating", "motion"),
        ("the crate has been lifted", "state"),
        ("medium severity", "degree"),
        ("grade iv", "degree"),
        ("a mirrored image", "orientation"),
        ("a poorly executed turn", "skill"),
        ("a shelf mounted incorrectly", "skill"),
        ("middle aged", "age"),
        ("dent. scratch.", "condition"),
        ("an awkward pose", "quality"),
        ("a man who looks wealthy", "unseen"),
    ],
)
def test_phrases_say_states_too(text: str, theme: str) -> None:
    assert [doubt.theme for doubt in doubts.of_text(text, None)] == [theme]
    assert not read_prompt(text).relations


@pytest.mark.parametrize(
    "text",
    [
        "a moving truck full of furniture",
        "a spinning wheel",
        "a stage",
        "before sunrise",
        "heavy rain",
        "a painter in a red coat entering a shop",
        "a thermal bath",
        "a hole in a fence",
        "a blurry photo of a level crossing",
    ],
)
def test_words_of_states_name_things_and_scenes_too(text: str) -> None:
    assert state_of(read_prompt(text)) is None
