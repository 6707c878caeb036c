"""Words that speak of the project, the page or the person, and not of what a picture shows; and tasks that stand behind an `and`."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import Verdict, answer, by_grammar
from clip_lint.engine.requests import Request


def read(text: str) -> Verdict:
    return by_grammar(Request((text,))).verdict


@pytest.mark.parametrize(
    "text",
    [
        "Delete the shots with nobody in them.",
        "Do not keep frames in which there is no squirrel.",
        "Throw away all clips that show no vehicle.",
        "Skip recordings without any animal.",
        "Leave out photos that contain nothing but grass.",
        "Never store images in which no boat can be seen.",
    ],
)
def test_who_throws_away_what_shows_nothing_looks_for_what_shows_something(text: str) -> None:
    assert read(text) is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "Delete photos of people without a helmet.",
        "Find streets with nobody on them.",
        "Show me kitchens without an oven.",
        "Hide the pictures of riders who wear no helmet.",
    ],
)
def test_what_a_thing_in_the_picture_lacks_is_still_an_absence(text: str) -> None:
    assert read(text) is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "text",
    [
        "Can I search an archive for motifs that nobody has described yet?",
        "Can I search a library for scenes that no-one ever tagged?",
        "Add a text box above the gallery in which one can type what a picture should show.",
        "List similar photos under the player.",
        "Given a photo of a room, which of the six styles (rustic, modern, plain ...) is it closest to?",
    ],
)
def test_what_is_said_of_the_archive_or_the_page_is_not_about_pictures(text: str) -> None:
    assert read(text) is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "Sort medical images by modality: CT, MRI, ultrasound.",
        "Tell flowers from leaves in macro shots.",
        "Separate birds from mammals.",
        "Classify fabrics as denim, leather or knit.",
        "Is there any way to recognise squirrels at the bird feeder?",
        "Make sure that the uploaded image is a plant before the next step runs.",
    ],
)
def test_kinds_that_differ_at_a_glance_need_no_specialist(text: str) -> None:
    assert read(text) is Verdict.CLIP


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("recognise birds at the feeder", "species"),
        ("Has this photo been uploaded before?", "duplicates"),
        ("Use CLIP to find where an apple is in the image and draw a box round it.", "open-detector"),
        ("Detect mugs from a webcam and log their bounding boxes.", "open-detector"),
        ("Work out meaningful alt text for pictures that users upload.", "captions"),
        ("Guess where a photo was taken from what it shows.", "places"),
    ],
)
def test_what_needs_another_tool_still_gets_it(text: str, key: str) -> None:
    assert answer(Request((text,))).alternatives[0].key == key


@pytest.mark.parametrize(
    "text",
    [
        "an abstract image with non-representational shapes",
        "a non-traditional kitchen",
        "non-commercial signage",
    ],
)
def test_a_manner_behind_non_is_no_absence(text: str) -> None:
    assert read(text) is not Verdict.ALTERNATIVE


def test_a_thing_behind_non_is() -> None:
    assert read("a non-vehicle on a road with no cars") is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a person over 60 years old",
        "a man under 30 years old",
        "a pond below 4 degrees",
        "a plain solid image with nothing in it",
    ],
)
def test_bounds_and_empty_pictures_are_no_places_and_no_absences(text: str) -> None:
    assert read(text) is not Verdict.ALTERNATIVE


@pytest.mark.parametrize("text", ["a lamp over two tables", "a bridge above 3 boats"])
def test_things_above_things_still_are(text: str) -> None:
    assert read(text) is Verdict.ALTERNATIVE
