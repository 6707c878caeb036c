"""The second opinion: what it weighs, that it only rules where the grammar is unsure, and that its weights are those of the lists."""

from __future__ import annotations

import importlib.util
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request
from clip_lint.knowledge.alternatives import alternatives
from clip_lint.language.evidence import evidence
from clip_lint.language.opinion import (
    CAPTION,
    CLIP,
    FIRST,
    NOTHING,
    UNKNOWN,
    Opinion,
    features,
    opinion,
    values,
)
from clip_lint.report.answers import as_object, as_text

LEARNING = Path(__file__).parents[1] / "bench" / "learn_opinion.py"


def verdict(text: str) -> Verdict:
    return answer(Request((text,))).verdict


def learning() -> Any:
    spec = importlib.util.spec_from_file_location("learn_opinion", LEARNING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_words_stems_pairs_and_pieces_are_weighed() -> None:
    found = features("Counting the kegs?")
    assert {
        "counting",
        "count~",
        "kegs",
        "keg~",
        "< count",
        "count the",
        "keg ?",
        "^<cou",
        "^nting",
        "^egs>",
    } <= found
    assert not {feature for feature in found if feature[0] == "^" and not 4 <= len(feature) - 1 <= 5}
    assert features("") == {"< >"}


def test_kinds_of_features_count_by_their_number() -> None:
    counted = values({"a", "b", "c", "d", "^abcd", "#counts", "#denies"})
    assert counted["a"] == counted["d"] == pytest.approx(0.5)
    assert counted["^abcd"] == pytest.approx(1)
    assert counted["#counts"] == counted["#denies"]


def test_answers_are_alternatives_that_exist_and_shares_add_up() -> None:
    found = opinion("height of a barrel from one snapshot, in cm")
    assert set(found.shares) - {CLIP, UNKNOWN, CAPTION, NOTHING} <= alternatives().keys()
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.tool == "depth"


def test_words_weigh_by_themselves_their_stems_and_their_pieces() -> None:
    found = opinion("Let the vacuum robot drive around obstacles with CLIP.")
    assert found.tool == "robot"
    assert {"robot", "drive"} <= set(found.words)
    assert set(found.words) <= {
        "let",
        "the",
        "vacuum",
        "robot",
        "drive",
        "around",
        "obstacles",
        "with",
        "clip",
    }


def test_the_surer_the_grammar_the_more_it_counts() -> None:
    torn = Opinion({CLIP: 0.4, UNKNOWN: 0.13, CAPTION: 0.0, "reader": 0.47}, ())
    assert torn.verdict(CLIP, "") == "alternative"
    assert torn.verdict(CLIP, "weak") == CLIP
    clear = Opinion({CLIP: 0.14, UNKNOWN: 0.26, CAPTION: 0.0, "reader": 0.6}, ())
    assert clear.verdict(UNKNOWN, "weak") == "alternative"
    assert clear.verdict(UNKNOWN, "sure") == UNKNOWN
    clearer = Opinion({CLIP: 0.12, UNKNOWN: 0.18, CAPTION: 0.0, "reader": 0.7}, ())
    assert clearer.verdict(UNKNOWN, "sure") == "alternative"
    assert clearer.verdict(UNKNOWN, "search") == UNKNOWN
    certain = Opinion({CLIP: 0.05, UNKNOWN: 0.05, CAPTION: 0.0, "reader": 0.9}, ())
    assert certain.verdict(CLIP, "sure") == "alternative"


def test_tools_that_are_all_unlikely_count_half() -> None:
    scattered = {"reader": 0.15, "faces": 0.15, "depth": 0.15, "boxes": 0.15}
    found = Opinion({CLIP: 0.4, UNKNOWN: 0.0, CAPTION: 0.0, **scattered}, ())
    assert found.verdict(UNKNOWN, "weak") == CLIP
    gathered = Opinion({CLIP: 0.4, UNKNOWN: 0.0, CAPTION: 0.0, "reader": 0.45, "faces": 0.15}, ())
    assert gathered.verdict(UNKNOWN, "weak") == "alternative"


def test_a_tool_of_the_grammar_is_passed_over_for_a_clear_one_alone() -> None:
    shares = {CLIP: 0.1, UNKNOWN: 0.0, CAPTION: 0.0}
    assert Opinion({**shares, "reader": 0.85, "faces": 0.05}, ()).prefers("faces")
    assert not Opinion({**shares, "reader": 0.85, "faces": 0.05}, ()).prefers("reader")
    assert not Opinion({**shares, "reader": 0.6, "faces": 0.3}, ()).prefers("faces")


def test_a_text_stays_a_caption_unless_an_answer_is_much_likelier() -> None:
    shares = {CLIP: 0.0, UNKNOWN: 0.0}
    assert Opinion({**shares, CAPTION: 0.05, "reader": 0.4, "faces": 0.3}, ()).asks
    assert not Opinion({**shares, CAPTION: 0.04, "reader": 0.3, "faces": 0.3}, ()).asks
    assert Opinion({**shares, CAPTION: 0.24, "reader": 0.76}, ()).asks
    assert not Opinion({**shares, CAPTION: 0.26, "reader": 0.5, "faces": 0.24}, ()).asks


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("how many kegs are there?", {"#asks", "#opens-how", "#count-asked"}),
        ("is the barrel full?", {"#theme-fill", "#asks"}),
        ("a pier without boats", {"#denies"}),
        ("count the boats at the pier", {"#task-count", "#verb-count"}),
        ('find "a pier at dusk"', {"#quotes", "#mentions"}),
    ],
)
def test_what_the_grammar_sees_is_evidence(text: str, pieces: set[str]) -> None:
    assert pieces <= evidence(text)


def test_evidence_speaks_beside_words() -> None:
    plain = opinion("the barrel over there")
    asked = opinion("the barrel over there", frozenset({"#task-count", "#does-count", "#verb-count"}))
    detectors = ("detector", "open-detector")
    assert sum(map(asked.shares.__getitem__, detectors)) > sum(map(plain.shares.__getitem__, detectors))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("width of the gate from a snapshot, in centimetres", "depth"),
        ("serial numbers off a boiler plate", "reader"),
        ("makes and models of vans from adverts", "head"),
        ("moths by species", "species"),
        ("who is in these party pictures, names please", "faces"),
        ("number of crates per pallet, every hour", "detector"),
    ],
)
def test_names_of_work_without_a_verb_are_requests(text: str, key: str) -> None:
    found = answer(Request((text,)))
    assert found.verdict is Verdict.ALTERNATIVE
    assert key in [each.key for each in found.alternatives][:2]


@pytest.mark.parametrize(
    "text",
    [
        "is this stove on or off",
        "how worn are these boots, like new or shabby",
        "is the barrel full or empty",
        "plum ripe or not",
    ],
)
def test_states_in_few_words_are_unknown(text: str) -> None:
    assert verdict(text) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a heron on a pier",
        "an old lighthouse at dusk",
        "sailors mending a net",
        "a photo of a bakery",
        "a green barrel in a yard",
    ],
)
def test_captions_are_left_to_the_grammar(text: str) -> None:
    found = answer(Request((text,)))
    assert found.ruling is None
    assert found.verdict is Verdict.CLIP


def test_a_ruling_names_the_words_that_weighed() -> None:
    found = answer(Request(("height of a barrel from one snapshot, in cm",)))
    assert found.ruling is not None
    made = as_object(found, Severity.NOTE)
    assert made["weighed"] == list(found.ruling.words)
    assert made["task"] == "measure"
    assert "weighed most" in as_text(found, Severity.NOTE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the query 'a pier without boats' returns piers full of boats", Verdict.ALTERNATIVE),
        ("label 'the barrel on the left' marks both barrels", Verdict.ALTERNATIVE),
        ("search for 'a pier at dusk' gives nothing useful", Verdict.CLIP),
        ("does a picture hold a lighthouse? no boxes needed", Verdict.CLIP),
        ("is there any lettering at all in the shot", Verdict.CLIP),
        ("is a boat in the picture, yes/no will do", Verdict.CLIP),
    ],
)
def test_quoted_prompts_are_read_as_prompts_and_what_is_not_needed_denies_nothing(
    text: str, expected: Verdict
) -> None:
    assert verdict(text) is expected


def test_the_weights_are_small_and_in_order() -> None:
    path = files("clip_lint.language").joinpath("lexicon", "opinion.tsv")
    lines = path.read_text("utf-8").splitlines()
    assert len(path.read_bytes()) < 300_000
    names, before = [], ""
    for line in lines[1:]:
        before = before[: ord(line[0]) - FIRST] + line[1:].partition("\t")[0]
        names.append(before)
    assert names == sorted(set(names))


def test_learning_gives_weight_to_what_tells_answers_apart() -> None:
    module = learning()
    said = [
        ("count the kegs", "detector"),
        ("read the keg", "reader"),
        ("count the boats", "detector"),
        ("read the boat", "reader"),
    ] * 3
    rows = [module.Row(text, frozenset(features(text)), answer) for text, answer in said]
    answers, kept, found = module.learn(rows)
    weights = dict(zip(kept, found, strict=True))
    assert answers == ["detector", "reader"]
    assert weights["count"][0] > 0.5 > weights["count"][1]
    assert abs(weights["the"][0]) < weights["count"][0]
    few = module.learn(rows, 6)
    assert len(few[1]) == 7
    assert module.written(few).startswith("detector reader\n")


def test_what_is_written_is_read_as_it_was() -> None:
    names = ["#any", "count", "counter", "counting"]
    lines = learning().written(
        (["a", "b"], names, np.array([[1.0, 0.0], [0.0, -1.0], [2.0, 0.1], [0.1, 0.6]]))
    )
    assert lines == "a b\na#any\tUP\nacount\tPK\nfer\tZP\nfing\tPS\n"


@pytest.mark.parametrize("verb", ["locate", "find", "bring up", "look for", "show me"])
@pytest.mark.parametrize(
    "pictures",
    ["every holiday picture", "all holiday photos", "photos of harbours", "each snapshot of the garden"],
)
def test_words_name_no_other_tool_for_a_search_of_pictures(verb: str, pictures: str) -> None:
    assert verdict(f"{verb} {pictures}") is Verdict.CLIP


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("find photos that are blurry", Verdict.UNKNOWN),
        ("find photos where the dog looks sad", Verdict.UNKNOWN),
        ("find every picture with more than three people", Verdict.ALTERNATIVE),
        ("locate the valve", Verdict.ALTERNATIVE),
    ],
)
def test_what_the_pictures_must_show_may_still_be_in_doubt(text: str, right: Verdict) -> None:
    assert verdict(text) is right
