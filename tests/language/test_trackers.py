"""Requests as they stand in trackers, and captions that only look as if they asked for something."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request
from clip_lint.language.tasks import TaskKind, request


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Without opening a window, run the OCR on the selected region.", TaskKind.READ),
        ("ANPR for trailers", TaskKind.READ),
        ("A setting that scans every upload for text and keeps it.", TaskKind.READ),
        ("Currently there is no way to find duplicate pictures.", TaskKind.DUPLICATES),
        ("Warn me before I import another copy of a picture", TaskKind.DUPLICATES),
        ("It would be useful if users can sort shots by the number of people.", TaskKind.COUNT),
        ("I want to see the ones with specific people.", TaskKind.PERSON),
        ("We want that one person's pictures in an album.", TaskKind.PERSON),
        ("Can it predict the height of a fence?", TaskKind.MEASURE),
        ("How can an English model also understand Dutch?", TaskKind.LANGUAGE),
        ("The main thing I want is automatic tagging of uploads.", TaskKind.CLASSIFY),
        ("Is the cup cracked or not?", TaskKind.CLASSIFY),
    ],
)
def test_a_tracker_asks_for_a_kind_of_task(text: str, kind: TaskKind) -> None:
    found = request(text)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a walking path between trees", Verdict.CLIP),
        ("a lane between hedges", Verdict.CLIP),
        ("a bench between two trees", Verdict.ALTERNATIVE),
        ("a mug between books", Verdict.ALTERNATIVE),
        ("a busy view with no clear subject", Verdict.CLIP),
        ("a shirt with no logo", Verdict.ALTERNATIVE),
        ("relatives walking down a street", Verdict.CLIP),
        ("a man walking down", Verdict.UNKNOWN),
        ("a photo of a crashed tram", Verdict.UNKNOWN),
        ("a drawer in an open state", Verdict.UNKNOWN),
        ("a man with a neutral expression in a large and busy station hall", Verdict.UNKNOWN),
        ("handwritten postcards in a shoe box", Verdict.CLIP),
        ("find pictures in which the cook looks tired", Verdict.UNKNOWN),
        ("12 photos similar to this one", Verdict.CLIP),
    ],
)
def test_a_caption_is_read_for_what_it_shows(text: str, verdict: Verdict) -> None:
    assert answer(Request((text,))).verdict is verdict


def test_a_selfie_is_a_kind_of_picture() -> None:
    assert answer(Request(("a selfie of three people",))).verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    ("texts", "tool"),
    [
        (("a mug without any words",), "reader"),
        (("a wall with writing", "a wall without writing"), "reader"),
        (("a mug without a handle",), "open-detector"),
    ],
)
def test_a_reader_finds_out_whether_there_is_text(texts: tuple[str, ...], tool: str) -> None:
    assert answer(Request(texts, is_set=len(texts) > 1)).alternatives[0].key == tool


def test_a_name_for_work_outweighs_other_words() -> None:
    found = answer(
        Request(
            (
                "When pictures are duplicated in several folders, the gallery could show them and let me delete them",
            )
        )
    )
    assert found.verdict is Verdict.ALTERNATIVE
    assert found.alternatives[0].key == "duplicates"
