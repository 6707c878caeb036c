"""What a request is about, told from how it is searched, shown and said."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.language.tasks import TaskKind, request


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Search the archive for lighthouses without uploading it anywhere.", TaskKind.FIND),
        ("Show ten pictures that look like this one.", TaskKind.FIND),
        ("Enter a text query and get the nearest videos.", TaskKind.FIND),
        ("Locate the earlier photos of this harbour.", TaskKind.FIND),
        ("Search a huge volume of files for pictures like mine.", TaskKind.FIND),
        ("Find the most relevant shots of a regatta.", TaskKind.FIND),
        ("Which kind of vehicle is on the photo?", TaskKind.CLASSIFY),
        ("Detect whether a ferry lies at the pier.", TaskKind.CLASSIFY),
        ("Is our boat still in the harbour?", TaskKind.CLASSIFY),
        ("Notify me when a truck is at the gate.", TaskKind.CLASSIFY),
        ("Was the photo taken inside or outside?", TaskKind.CLASSIFY),
        ("Find the pictures from last autumn.", TaskKind.DATE),
        ("Sort my scans by when they were taken.", TaskKind.DATE),
        ("Does it understand queries in Portuguese?", TaskKind.LANGUAGE),
        ("We need a search with Korean keywords.", TaskKind.LANGUAGE),
        ("In which country was the picture taken?", TaskKind.PLACE),
        ("Detect loitering in camera footage.", TaskKind.MOTION),
        ("Recognise the emotions of the audience.", TaskKind.STATE),
        ("Tell real portraits from generated ones.", TaskKind.CLASSIFY),
        ("Click on a face and list every photo of that person.", TaskKind.PERSON),
        ("Given a picture of a sailor, I want to find that person in other videos.", TaskKind.PERSON),
        ("Find all the photos of my grandfather.", TaskKind.PERSON),
        ("Cluster people.", TaskKind.PERSON),
        ("Show pictures of both me and my sister.", TaskKind.PERSON),
        ("Check that the visitor is the registered owner.", TaskKind.PERSON),
        ("Look a shell up by its scientific name.", TaskKind.NARROW),
        ("Search pathology slides for similar cases.", TaskKind.NARROW),
        ("Detect sailors wearing masks.", TaskKind.CLASSIFY),
        ("Are the flags in the right order?", TaskKind.RELATE),
        ("I want to search my screenshots for a piece of text.", TaskKind.READ),
        ("Allow visitors to look for words inside scanned letters.", TaskKind.READ),
        ("Estimate the number of boats from embeddings.", TaskKind.COUNT),
        ("How full is the car park?", TaskKind.COUNT),
        ("Take a snapshot and measure the height of the mast.", TaskKind.MEASURE),
        ("The bell rang twice; what caused it?", TaskKind.ANSWER),
        ("Turn a photo into a prompt that draws it again.", TaskKind.DESCRIBE),
    ],
)  # fmt: skip
def test_the_task_is_what_is_wanted_of_the_picture(text: str, kind: TaskKind) -> None:
    found = request(text)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "text",
    [
        'Searching for "anchor" should bring up every photo of an anchor.',
        "Show at most twenty results above a score of your choice.",
        "Find photos of harbours without labelling any.",
        "Why does it not find lighthouses?",
        "Detect violent pictures among the uploads.",
        "Check whether somebody stands at the gate.",
        "Sort three photos into boats and cars.",
    ],
)
def test_how_it_is_asked_sends_nobody_away(text: str) -> None:
    assert answer(Request((text,))).fits


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Show photos taken last spring", "metadata"),
        ("Does the search work with Finnish queries?", "multilingual"),
        ("a random object", "threshold"),
        ("none of the above", "threshold"),
    ],
)
def test_the_alternative_is_made_for_the_task(text: str, key: str) -> None:
    assert answer(Request((text,))).alternatives[0].key == key
