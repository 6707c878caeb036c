"""The main verb of a request and its object, whatever stands around them."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.language.clauses import clauses
from clip_lint.language.tasks import request
from clip_lint.language.verbs import wish


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("From a scan of a ledger, estimate the rainfall.", "estimate the rainfall"),
        ("When a hiker uploads a snapshot, return the trail in it.", "return the trail in it"),
        ("Group boats by rig with SigLIP, because our editors ask for it.", "group boats by rig"),
        ("Ferries in dry dock must be held back until Monday.", "held back ferries in dry dock until monday"),
        ("A harbour master would like to know how many yachts there are.", "how many yachts there are"),
        ("Is CLIP good enough to separate sails from kites?", "separate sails from kites"),
        ("Do not show wrecks to passengers.", "show wrecks to passengers"),
        ("If a canoe drifts by, ping me.", "know whether a canoe drifts by"),
    ],
)
def test_what_stands_around_the_main_clause_is_left_out(text: str, clause: str) -> None:
    assert clauses(text)[0][0] == clause


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bring up the frames with a canoe in the rapids.", "find"),
        ("Locate all snapshots that show a ferry.", "find"),
        ("Jump to the moment in the film where the mast breaks.", "find"),
        ("Locate the mooring ring.", "detect"),
        ("Arrange drawings by the material that is depicted.", "classify"),
        ("Arrange drawings by who made the voyage.", "identify-person"),
        ("Label each frame with the name of the sailor in it.", "identify-person"),
        ("Copy out the serial number engraved on the winch.", ""),
        ("Pull the serial number off the winch.", "read"),
        ("Compute the number of buoys in the bay.", "count"),
        ("Work out the width of the lock.", "measure"),
        ("Estimate the decade in which each print was made.", "date"),
        ("Say whether the sailor is under sixteen.", "state"),
        ("Judge from a photo whether the hull needs repainting.", "state"),
        ("Notice when two sailors start to quarrel.", "motion"),
        ("Write a sentence about each etching.", "describe"),
        ("Tell if somebody is holding a rope.", "classify"),
        ("Is anybody fishing?", "classify"),
        ("Have all ugly snapshots removed, that is: remove ugly snapshots.", "state"),
        ("Fetch me photos of a dinghy and transcribe the name on its stern.", "read"),
    ],
)
def test_verb_and_object_make_the_kind_of_task(text: str, kind: str) -> None:
    found = wish(text)
    assert (found.kind if found else "") == kind


@pytest.mark.parametrize(
    "text",
    [
        "a gull that needs a rest", "catch of the day", "sort of blue", "mark on a wall", "a boat, look out tower",
    ],
)  # fmt: skip
def test_captions_want_nothing(text: str) -> None:
    assert request(text) is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # what stands around the clause is not about the picture
        ("I have two discs, one beneath the other, and want to find drawings that look alike.", "clip"),
        ("Put the hits of a search for gulls above the others.", "clip"),
        ("My scans have no tags, and I want to search them for anchors.", "clip"),
        ("I'd like a search for knots that does not rely on folder names.", "clip"),
        ("Find all shots of the regatta in which there is a lighthouse behind us.", "clip"),
        ("Find shots in which a boy stands behind a girl.", "alternative"),
        # a thing is one and not the other: nothing is missing
        ("Make sure that what was seen is a seal and not a dog.", "clip"),
        ("List the jetties with no railing.", "alternative"),
        # words of captions that are none of a picture
        ("Score how well a drawing and its caption match.", "clip"),
        ("Find drawings in which a flag says ahoy.", "alternative"),
        # a choice is no open question
        ("What is in the net: a crab, a cod or an eel?", "clip"),
        ("What is in the net?", "alternative"),
        # where on earth, odd sensors, looks
        ("Find pictures taken in Norway.", "alternative"),
        ("Search my snaps from Lake Garda.", "unknown"),
        ("Find pictures taken in sunlight.", "clip"),
        ("Can it sort sonar pictures into wrecks and rocks?", "unknown"),
        ("Delete blurry, that is: delete bad photos.", "unknown"),
        ("Which of the pictures would make the best postcard?", "unknown"),
        ("Search for pictures of mum.", "alternative"),
        ("Find the slide that mentions tides.", "alternative"),
        ("Our captains search in Danish.", "alternative"),
    ],
)
def test_the_clause_decides(text: str, verdict: str) -> None:
    assert answer(Request((text,))).verdict.value == verdict
