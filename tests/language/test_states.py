"""Single captions that hang on a state are in doubt; what only looks like one is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request
from clip_lint.language import doubts, read_prompt
from clip_lint.language.state_phrases import PHRASES
from clip_lint.language.states import state_of

LABELLED = Path(__file__).parents[1] / "bench" / "labelled"


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
        "a blurry photo of a forest",
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


@pytest.mark.parametrize("name", ["prompts", "written", "prompts_fourth", "questions_second"])
def test_every_match_of_a_phrase_holds_one_of_its_hints(name: str) -> None:
    lines = (LABELLED / f"{name}.jsonl").read_text("utf-8").splitlines()
    texts = [
        text.lower() for row in map(json.loads, lines) for text in row.get("labels", [row.get("prompt", "")])
    ]
    for _, pattern, hints, _ in PHRASES:
        if hints:
            matched = [text for text in texts if pattern.search(text)]
            assert [text for text in matched if not any(hint in text for hint in hints)] == []


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("a smug winner", "emotion"),
        ("an ominous scene", "emotion"),
        ("a splintered plank", "condition"),
        ("a shed in poor repair", "condition"),
        ("brake wear", "condition"),
        ("loss of plaster", "condition"),
        ("a hungover builder", "sobriety"),
        ("a menacing bouncer", "safety"),
        ("low water level", "degree"),
        ("heavy congestion", "amount"),
        ("an elderly man", "age"),
        ("an unlatched lid", "state"),
    ],
)
def test_states_of_whoever_a_word_names_and_of_shape_and_level(text: str, theme: str) -> None:
    assert [doubt.theme for doubt in doubts.of_text(text, None)] == [theme]


@pytest.mark.parametrize(
    "text",
    [
        "a cosy cabin",
        "a heavy lorry",
        "dense crowd",
        "light bulb",
        "a new sign in the shape of a star",
        "a curious hat",
        "an old man on a bench",
    ],
)
def test_what_only_looks_like_a_state_of_shape_or_degree(text: str) -> None:
    assert state_of(read_prompt(text)) is None


@pytest.mark.parametrize(
    ("labels", "theme"),
    [
        (("0-2", "3-9", "10-19"), "degree"),
        (("aged 20 to 30", "aged 30 to 40"), "degree"),
        (("stage 1", "stage 2", "stage 3"), "degree"),
        (("0 degrees", "90 degrees"), "degree"),
        (("a whole plate", "a cracked plate"), "condition"),
        (("low quality", "high quality"), "degree"),
    ],
)
def test_steps_of_a_scale_and_states_without_a_rival_word(labels: tuple[str, ...], theme: str) -> None:
    found = answer(Request(labels, is_set=True))
    assert found.verdict is Verdict.UNKNOWN
    assert found.doubts[0].theme == theme


@pytest.mark.parametrize("label", ["group photo", "clean image", "a display picture"])
def test_what_a_picture_is_called_is_no_order(label: str) -> None:
    assert answer(Request((label, "selfie", "landscape"), is_set=True)).verdict is not Verdict.ALTERNATIVE


@pytest.mark.parametrize("text", ["group photos by place", "describe picture", "find image"])
def test_orders_about_pictures_stay_orders(text: str) -> None:
    asked = read_prompt(text).question
    assert asked is not None
    assert asked.kind == "instruction"
