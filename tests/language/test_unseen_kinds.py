"""Kinds that lists of strangers hold and the first readings missed, each with its near misses: sizes, makers, dates, what has happened before."""

from __future__ import annotations

import pytest
from queries import asked, warned

from clip_lint.engine.query import Verdict


@pytest.mark.parametrize(
    "text",
    [
        "a crate of 30 kg",
        "a room of 18 square metres",
        "a python 4 m long",
        "the pot holds 2 litres",
        "400 grams of flour | 800 grams of flour",
        "a gap of 4 mm | a gap of 6 mm",
    ],
)
def test_sizes_in_figures_are_for_a_depth_model(text: str) -> None:
    assert asked(text).alternatives[0].key == "depth"


@pytest.mark.parametrize(
    "text",
    [
        "a 200 m sprint",
        "85mm lens, f/1.8, bokeh",
        "a 9 mm pistol",
        "a 1998 car",
        "a photo taken at iso 400 with 50 mm",
        "one apple | one pear",
    ],
)
def test_what_a_figure_is_the_name_of_is_no_size(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "a cheque dated June 2019",
        "a form numbered 12",
        "the score is 21",
        "a price tag showing $12.50",
        "a wall with homophobic writing",
        "a vulgar slogan",
        "a dialog with an error message saying out of disk",
    ],
)
def test_what_papers_and_screens_say_is_read(text: str) -> None:
    assert "CLP107" in warned(text)


@pytest.mark.parametrize(
    "text",
    ["a trail marked with flags", "a marked police van", "a funny picture", "a long text", "a high score"],
)
def test_what_only_bears_marks_is_not(text: str) -> None:
    assert not warned(text)


@pytest.mark.parametrize(
    "text",
    ["a shelf with a missing bracket", "a fence has two missing boards", "a doll with missing buttons"],
)
def test_what_a_thing_should_have_is_absent(text: str) -> None:
    assert "CLP104" in warned(text)


def test_who_is_missing_is_looked_for() -> None:
    assert not warned("a wall with a missing person poster")


@pytest.mark.parametrize(
    "text",
    [
        "a print by Hokusai | a print by Hiroshige",
        "a bottle of Fizzo | a bottle of Kola Max",
        "a car with a Skoda badge | a car with a Seat badge",
        "Rosa canina | Rosa glauca | Rosa gallica",
        "the goat named Lotte",
        "my sister Ann",
        "the same woman as in the other picture",
    ],
)
def test_names_of_makers_brands_and_single_beings_are_narrow(text: str) -> None:
    assert "CLP105" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a Gothic church | a Baroque church",
        "a dog in Paris | a dog in Rome",
        "a flag of France | a flag of Italy",
        "a CT scan | an MRI scan",
        "a bar called Rosie",
        "a Christmas dinner | an Easter dinner",
    ],
)
def test_what_pictures_show_as_any_word_is_not(text: str) -> None:
    assert "CLP105" not in warned(text)


@pytest.mark.parametrize(
    "text", ["a hand with seven fingers", "a calf with three heads", "a cat with three eyes"]
)
def test_more_parts_than_such_things_have_are_counted(text: str) -> None:
    assert "CLP101" in warned(text)


def test_parts_of_every_body_are_not() -> None:
    assert not warned("a hand with five fingers")


def test_numbers_within_a_word_set_labels_apart() -> None:
    assert "CLP101" in warned("a two-lane road | a six-lane road")
    assert not warned("a two-lane road")


@pytest.mark.parametrize(
    "text",
    [
        "the ice has melted",
        "the drone has crashed into a tree",
        "a half eaten pear",
        "a heavily loaded donkey",
        "a field before the storm | a field after the storm",
        "a jug of the 4th century | a jug of the 7th century",
        "the signal light is red | the signal light is green",
        "an empty nest | a nest with eggs",
        "a driver looking to his left",
        "mildew on a ceiling",
        "a poor landing",
    ],
)
def test_what_has_happened_before_is_in_doubt(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a partly cloudy sky",
        "a half-timbered house",
        "somebody has left a bicycle at the canal",
        "a man who has long hair",
        "a red car | a green car",
        "an empty street | a crowded market",
        "a horse looking at a fence",
    ],
)
def test_what_a_picture_shows_is_not(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


def test_labels_whose_roles_alone_differ_are_told_by_their_words() -> None:
    assert "CLP106" in warned("the red team beating the blue team | the blue team beating the red team")


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("which sculptor made this bust", "head"),
        ("inventory of tins in the cupboard", "detector"),
        ("return the count of birds as an integer", "detector"),
        ("photos made with my old scanner", "metadata"),
        ("which drawings lack a frame", "open-detector"),
    ],
)
def test_requests_of_few_words_name_their_tool(text: str, tool: str) -> None:
    assert tool in [each.key for each in asked(text).alternatives]


@pytest.mark.parametrize(
    "text",
    [
        "a gravel path or dirt track in the woods",
        "a pond or lake with reeds",
        "a framed picture",
        "a collapsed building",
        "a blurry photo of a forest",
    ],
)
def test_several_names_of_a_thing_ask_for_no_choice(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "fog or steam",
        "a blurry photo",
        "a hideous lamp",
        "a shed with hail damage",
        "an AI generated picture of a cat",
        "a toy car or a real car",
        "the boy is laughing because he won",
        "a well-lit photograph | a poorly lit photograph",
        "a sealed letter | an opened letter",
        "fitted | relaxed | boxy",
        "Can it tell sonar pictures of reefs from those of sand?",
    ],
)
def test_what_a_stranger_takes_for_a_state_is_in_doubt(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


def test_numbers_of_what_lies_about_are_counted() -> None:
    assert "CLP101" in warned("two spoons in a drawer")
    assert "CLP101" in warned("six canoes moored at a jetty")
    assert "CLP101" not in warned("two people in a kitchen")


def test_what_is_put_on_the_wrong_side_is_placed() -> None:
    assert "CLP102" in warned("a label on the wrong side of the crate")
    assert "CLP102" not in warned("a photo of a child between 1 and 3 years old")


def test_what_is_misspelt_is_read() -> None:
    assert asked("a banner whose title is misspelled").alternatives[0].key == "reader"
    assert asked("'OPEN' in red letters").alternatives[0].key == "reader"


@pytest.mark.parametrize(
    "text",
    [
        "a slow stream | a fast stream",
        "iced tea | hot tea",
        "the stove is lit | the stove is out",
        "plastic fruit | real fruit",
        "the gates are opening",
        "butter melting",
        "a hedge that needs trimming",
        "a van parked across two spaces",
        "barley ready for harvest",
        "a motionless swimmer",
    ],
)
def test_steps_of_a_scale_and_what_is_under_way_are_in_doubt(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a red door | a green door",
        "a photo of a man | a photo of a woman",
        "a baker kneading dough",
        "the sun sinking",
        "a photo of my cat",
        "a hairless cat",
        "a wireless mouse",
        "a crane sorting colourful boxes on a grey pier",
        "a school located near an industrial zone",
    ],
)
def test_looks_deeds_and_neighbourhoods_are_not(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize("text", ["an unhelmeted skater", "a meatless pizza", "a treeless hill"])
def test_words_that_end_in_less_deny(text: str) -> None:
    assert "CLP104" in warned(text)


def test_what_is_written_denies_nothing() -> None:
    assert warned("a wall that reads no way") == {"CLP107"}
    assert "CLP107" in warned("a calendar showing October")


def test_my_own_people_are_told_by_their_faces() -> None:
    assert asked("a photo of my aunt").alternatives[0].key == "faces"


@pytest.mark.parametrize(
    "text",
    [
        "a satellite picture of a burned vineyard",
        "a frost-damaged orchard",
        "a hail damaged roof",
        "a man having a seizure",
        "a woman slipping on a wet floor",
        "a person of Andean descent",
        "a street light that is out",
        "a form that has been signed",
        "a hungry dog",
        "a yawning pilot",
    ],
)
def test_what_befell_somebody_or_something_is_in_doubt(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a satellite picture of a vineyard",
        "a weatherproof jacket",
        "a plant-eating animal",
        "faded jeans",
        "a yawning kitten",
        "red fish | blue fish",
        "Lincoln Memorial at night",
    ],
)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "Messi lifting a cup",
        "Federer | Nadal | Djokovic",
        "a photo of a tree sparrow | a photo of a house sparrow",
        "an eye scan with hemorrhages",
    ],
)
def test_single_surnames_and_two_named_birds_are_narrow(text: str) -> None:
    assert "CLP105" in warned(text)


def test_sums_and_beginnings_are_read() -> None:
    assert "CLP107" in warned("a bill with a total of $41")
    assert "CLP107" in warned("a number plate starting with MX")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("two goats and a pig", "CLP101"),
        ("12+ boats", "CLP101"),
        ("an EKG with tachycardia", "CLP105"),
        ("visitor 1 | visitor 2", "CLP105"),
        ("a sheet with the heading Costs", "CLP107"),
    ],
)
def test_one_more_thing_numbered_people_and_headings_are_found(text: str, code: str) -> None:
    assert code in warned(text)


@pytest.mark.parametrize("text", ["a pot with its lid off", "a forced smile", "a house at risk of flooding"])
def test_what_a_thing_is_left_like_is_in_doubt(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text", ["an open book", "a silly machine made out of tin", "a goat and a pig", "a kettle"]
)
def test_everyday_looks_are_not(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


def test_a_comparison_with_a_size_is_measured() -> None:
    assert asked("a hedge taller than 2 m").alternatives[0].key == "depth"
