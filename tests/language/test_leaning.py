"""Captions that hang on what nobody measured, though no rule says so: told by the kinds of their words, never by a word itself."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.query import Verdict, answer, by_grammar
from clip_lint.engine.requests import Request
from clip_lint.language.leaning import features, kinds_of, leaning
from clip_lint.report.answers import as_object

LEARNING = Path(__file__).parents[1] / "bench" / "learn_leaning.py"


def verdict(text: str) -> Verdict:
    return answer(Request((text,))).verdict


def learning() -> Any:
    spec = importlib.util.spec_from_file_location("learn_leaning", LEARNING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a well maintained garden shed",
        "a sophisticated lobby",
        "a hilarious video still",
        "a visitor behaving oddly",
        "a distressed passenger",
        "an overdue maintenance issue",
        "a photo of a diseased rose leaf with holes",
        "an inappropriate outfit",
        "a malfunctioning lamp post",
    ],
)
def test_what_is_judged_felt_or_abstract_is_unknown_though_no_rule_holds_the_words(text: str) -> None:
    assert verdict(text) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a wooden rowing boat",
        "children playing football on a beach",
        "a train station at night",
        "a charcoal sketch of a violinist",
        "a chest x-ray",
        "firefighters spraying water on a burning barn",
        "a red double-decker bus",
        "a satellite image of a river delta",
        "a wedding ceremony in a garden",
        "an abstract painting",
        "a person riding a horse through a river",
    ],
)
def test_things_scenes_and_what_people_do_in_one_frame_stay_known(text: str) -> None:
    assert verdict(text) is Verdict.CLIP


def test_the_answer_names_the_word_that_spoke_and_its_kind() -> None:
    text = "a sophisticated lobby"
    assert by_grammar(Request((text,))).verdict is Verdict.CLIP
    assert as_object(answer(Request((text,))), Severity.NOTE)["doubts"] == [
        {"theme": "judgement", "phrase": "sophisticated"}
    ]


def test_an_abstract_noun_counts_where_it_is_what_a_caption_is_about() -> None:
    assert "sense:abstract" in features("a photo of an emergency")
    assert "sense:abstract" not in features("an emergency exit")


def test_words_of_a_kind_are_read_alike() -> None:
    assert "sense:judgement" in kinds_of("sophisticated")
    assert "state:condition" in kinds_of("undamaged")
    assert "ends:ness" in kinds_of("kindness")
    assert kinds_of("lighthouse") == () == kinds_of("off")
    assert leaning("a photo of a rusted boat").odds == leaning("a photo of a rusted barrel").odds


def test_no_word_is_a_feature_and_an_empty_text_leans_nowhere() -> None:
    assert not {
        feature for feature in features("a wooden rowing boat") if feature != "any" and ":" not in feature
    }
    assert not leaning("").is_unsure
    assert leaning("").word == ""


@pytest.mark.parametrize(
    "text",
    [
        "exactly two distressed dogs",
        "a distressed man to the left of a car",
        "a lobby without sophisticated chairs",
    ],
)
def test_a_known_failure_comes_before_what_is_unknown(text: str) -> None:
    assert verdict(text) is Verdict.ALTERNATIVE


def test_the_weights_are_those_of_the_lists() -> None:
    module = learning()
    rows = [
        row for name in module.LISTS for row in module.rows(LEARNING.parent / "labelled" / f"{name}.jsonl")
    ]
    assert module.TARGET.read_text("utf-8") == module.written(module.learn(rows))


def test_what_was_put_away_is_read_better_with_the_leaning() -> None:
    module = learning()
    held = module.rows(LEARNING.parent / "labelled" / "prompts_held.jsonl")
    given = [by_grammar(Request((text,))).verdict.value == verdict for text, verdict, _ in held]
    leant = [answer(Request((text,))).verdict.value == verdict for text, verdict, _ in held]
    assert sum(leant) >= sum(given) + 12


def test_learning_tells_kinds_that_speak_for_unknown() -> None:
    module = learning()
    rows = [
        (text, verdict, features(text))
        for text, verdict in [
            ("a sophisticated lobby", "unknown"),
            ("an elegant lobby", "unknown"),
            ("a wooden lobby", "clip"),
            ("a lobby", "clip"),
        ]
        * 3
    ]
    found = module.rounded(module.learn(rows))
    assert found["sense:judgement"] > 5
    assert module.written({"any": -1.23, "says:1": 0.01, "ends:ity": 0.4}).splitlines()[1:] == [
        "-12 any",
        "4 ends:ity",
    ]
    assert "verdict right" in module.judged(rows, module.learn(rows))
