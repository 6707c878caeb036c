"""`clip-lint query`: verdicts, JSON lines, exit statuses, and text that is safe to show."""

from __future__ import annotations

import json
import re
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.cli.query import query
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Severity
from clip_lint.engine.query import PHENOMENA, Verdict, answer
from clip_lint.engine.requests import Request
from clip_lint.report.answers import as_text, json_line


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(query, list(arguments), input=stdin, standalone_mode=False)


def rows(*requests: dict[str, Any], least: str = "note") -> list[dict[str, Any]]:
    result = run(
        "--stdin",
        "--min-severity",
        least,
        "--output-format",
        "jsonl",
        stdin="\n".join(map(json.dumps, requests)) + "\n",
    )
    assert result.exception is None, result.exception
    assert result.return_value == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def codes(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["code"], finding["severity"]) for finding in row["findings"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["How many cars are in this image?"], "CLP101"),
        (["Tom Hanks", "Brad Pitt", "Morgan Freeman"], "CLP105"),
        (["cat to the left of dog", "cat to the right of dog"], "CLP102"),
        (["--label", "red car and blue truck", "--label", "blue car and red truck"], "CLP103"),
        (["--template", "not a photo of a {}.", "--label", "dog", "--label", "cat"], "CLP104"),
        (["a dog chasing a cat", "a cat chasing a dog"], "CLP106"),
        (["a sign that says open"], "CLP107"),
        (["ein Hund auf dem Sofa mit einer Katze"], "CLP114"),
    ],
)
def test_clip_is_wrong(arguments: list[str], code: str) -> None:
    result = run(*arguments)
    assert result.return_value == 1
    assert code in result.stdout
    assert re.search(r"^Use .+ instead", result.stdout, re.MULTILINE)
    assert "pip install" in result.stdout
    assert re.search(r"^    (?:import|from) ", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["a dog on a beach"],
        ["two children on a beach at sunset"],
        ["--template", "a photo of a {}.", "dog", "cat"],
    ],
)
def test_clip_fits(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.return_value == 0
    assert "CLIP fits" in result.stdout
    assert "instead" not in result.stdout


def test_the_model_decides() -> None:
    cars = ["--template", "a photo of a {}.", "BMW 3 Series", "Audi A4", "Honda Civic"]
    assert run(*cars).return_value == 1
    assert run(*cars, "--model", "ViT-H-14-378-quickgelu:dfn5b").return_value == 0
    german = ["ein Hund auf dem Sofa mit einer Katze"]
    assert run(*german).return_value == 1
    assert run(*german, "--model", "google/siglip2-base-patch16-224").return_value == 0


@pytest.mark.parametrize(
    ("model", "verdict"),
    [("google/siglip2-base-patch16-224", "unknown"), ("openai/clip-vit-base-patch32", "alternative")],
)
@pytest.mark.parametrize("text", ["drei Hunde auf der Wiese", "trois chiens dans un jardin", "три собаки"])
def test_what_is_said_in_another_language_is_not_known(text: str, model: str, verdict: str) -> None:
    [row] = rows({"prompt": text, "model": model})
    assert row["verdict"] == verdict
    if verdict == "unknown":
        assert "is not read here" in json.dumps(row)


def test_notes_are_shown_where_clip_fits_or_when_asked_for() -> None:
    fitting = run("two children running along the beach")
    assert fitting.stdout.splitlines()[2].startswith("CLIP fits (openai/clip-vit-base-patch32): ")
    assert (
        "gets 63.3% right on ImageNet's 1,000 classes (source: open_clip's results table). Mind:\n\nCLP101 counting (note)"
        in fitting.stdout
    )
    assert fitting.return_value == 0
    text = "two children left of a red car, without shoes"
    assert "(note)" not in run(text).stdout
    assert "(note)" in run(text, "--min-severity", "note").stdout


def test_check_all_shows_every_phenomenon() -> None:
    shown = re.findall(r"^  (CLP\d+) (\S+) +(\w+)$", run("--check-all", "no dogs").stdout, re.MULTILINE)
    rules = load_rules()
    assert [(code, name) for code, name, _ in shown] == [(code, rules[code].name) for code in PHENOMENA]
    assert {code: verdict for code, _, verdict in shown if verdict != "fits"} == {"CLP104": "warning"}


def test_json_lines_are_answered_in_order() -> None:
    answers = rows(
        {"prompt": "a dog"},
        {"labels": ["one cup", "two cups"], "template": "a photo of {}."},
        {"prompt": "two dogs playing in the snow"},
        {"labels": ["dog", "cat"], "template": "a photo of a {}."},
        {"prompt": "a dog", "unknown": 1},
    )
    assert [row["verdict"] for row in answers] == ["clip", "alternative", "clip", "clip", "clip"]
    assert codes(answers[1]) == [("CLP101", "error")]
    assert codes(answers[2]) == [("CLP101", "note")]
    assert [set(row) for row in answers] == [{"findings", "verdict", "alternatives"}] * 5
    first = answers[1]["findings"][0]
    assert (first["prompt"], first["related"]) == ("one cup", ["two cups"])
    assert answers[1]["alternatives"][0]["checkpoint"] == "PekingU/rtdetr_r50vd"


def test_severities_below_the_least_are_left_out_but_do_not_change_the_verdict() -> None:
    (row,) = rows({"prompt": "no dogs"}, least="error")
    assert (row["findings"], row["verdict"]) == ([], "alternative")


def test_the_most_severe_comes_first_and_chooses_the_alternative() -> None:
    (row,) = rows(
        {
            "labels": [
                "two dogs playing in the garden",
                "a cup behind a bowl",
                "a car with a roof",
                "a car without a roof",
            ]
        }
    )
    severities = [Severity.named(severity) for _, severity in codes(row)]
    assert len(set(severities)) == 3
    assert severities == sorted(severities, reverse=True)
    assert row["alternatives"][0]["checkpoint"] == "IDEA-Research/grounding-dino-tiny"


def test_a_finding_on_the_whole_set_names_no_label() -> None:
    (row,) = rows({"labels": ["Tom Hanks", "Brad Pitt"]})
    assert [finding["prompt"] for finding in row["findings"] if finding["code"] == "CLP105"] == [None]


def test_blank_lines_and_a_byte_order_mark_are_skipped() -> None:
    result = run("--stdin", "--output-format", "jsonl", stdin=b'\xef\xbb\xbf\n{"prompt": "a dog"}\n   \n')
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{", "not JSON"),
        (b"[]", "write"),
        (b"{}", "write"),
        (b'{"prompt": "a", "labels": ["b"]}', "write"),
        (b'{"prompt": 3}', "prompt must be a text"),
        (b'{"labels": []}', "at least one"),
        (b'{"labels": ["a", 1]}', "at least one"),
        (b'{"labels": "dog"}', "at least one"),
        (b'{"labels": ["a"], "template": "a photo"}', "template"),
        (b'{"prompt": "a", "template": 1}', "template"),
        (b'{"prompt": "a", "model": null}', "model"),
        (b'{"prompt": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "line 2"),
    ],
)
def test_bad_lines_are_named(line: bytes, complaint: str) -> None:
    result = run("--stdin", "--output-format", "jsonl", stdin=b'{"prompt": "a dog"}\n' + line + b"\n")
    assert isinstance(result.exception, click.ClickException)
    assert complaint in result.exception.message
    assert "line 2" in result.exception.message
    assert len(result.stdout.splitlines()) == 1, "what came before is answered"


@pytest.mark.parametrize(
    "arguments",
    [[], ["--stdin", "a dog"], ["--template", "a photo", "dog"], ["--output-format", "xml", "dog"]],
)
def test_bad_usage(arguments: list[str]) -> None:
    assert isinstance(run(*arguments, stdin="").exception, click.UsageError)


def test_json_is_one_object_or_a_list() -> None:
    single = json.loads(run("--output-format", "json", "no dogs").stdout)
    assert single["verdict"] == "alternative"
    listed = json.loads(
        run("--stdin", "--output-format", "json", "--check-all", stdin='{"prompt": "a dog"}\n').stdout
    )
    assert [(row["verdict"], len(row["phenomena"])) for row in listed] == [("clip", len(PHENOMENA))]


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = "no dogs \x1b[31m \u202e \ud800 \x7f"
    given = answer(Request((text,)))
    assert not given.fits
    for written in (as_text(given, Severity.NOTE), json_line(given, Severity.NOTE)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", written)


@given(st.lists(st.text(st.characters(codec=None), max_size=40), min_size=1, max_size=5), st.booleans())
def test_every_request_is_answered(texts: list[str], is_set: bool) -> None:
    given = answer(Request(tuple(texts), is_set=is_set))
    assert json.loads(json_line(given, Severity.NOTE))["verdict"] == given.verdict.value
    assert as_text(given, Severity.NOTE, check_all=True)
    assert not given.alternatives or given.verdict is Verdict.ALTERNATIVE
    assert bool(given.doubts) or given.verdict is not Verdict.UNKNOWN


def test_one_finding_speaks_for_all_labels_of_a_contrast() -> None:
    (row,) = rows({"labels": ["two geese", "three geese", "a barn", "four geese"]})
    (counted,) = [finding for finding in row["findings"] if finding["code"] == "CLP101"]
    assert counted["prompt"] == "two geese"
    assert counted["related"] == ["three geese", "four geese"]


def test_what_no_picture_shows_fits_no_model() -> None:
    given = answer(Request(("a trustworthy person", "an untrustworthy person"), is_set=True))
    assert not given.fits
    assert given.alternatives == ()
    assert "no picture shows" in as_text(given, Severity.WARNING)


def test_an_empty_text_is_refused() -> None:
    result = run("a goose", "  ")
    assert isinstance(result.exception, click.UsageError)
    assert "empty" in str(result.exception)


@pytest.mark.parametrize(
    "labels",
    [
        ("a melanoma", "a benign nevus", "a keratosis"),
        ("a pileated woodpecker", "a downy woodpecker", "a hairy woodpecker"),
        ("a rose", "a tulip", "a daffodil", "a hyacinth"),
        ("Tom Hanks", "Brad Pitt"),
        ("France", "Spain", "Italy", "Chile"),
    ],
)
def test_the_headline_and_the_help_name_the_same(labels: tuple[str, ...]) -> None:
    answered = answer(Request(labels, "a photo of {}.", is_set=True))
    (finding,) = [finding for finding in answered.findings if finding.code == "CLP105"]
    best = answered.alternatives[0]
    assert (best.checkpoint or "insightface") in finding.help
    assert f"Use {best.checkpoint or best.name.split(',')[0]} instead" in as_text(answered, Severity.WARNING)


def test_no_model_is_named_where_no_picture_shows_it() -> None:
    answered = answer(Request(("what will happen next?",)))
    assert not answered.fits
    assert answered.alternatives == ()
    assert "Neither CLIP nor another model fits" in as_text(answered, Severity.WARNING)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("un gato sin cola", "Spanish"),
        ("un chat dans la rue", "French"),
        ("鳥と木", "Japanese"),
        ("公園の白い鳥", "Japanese"),
        ("公园里的白鸟", "Chinese"),
    ],
)
def test_languages_of_short_texts(text: str, language: str) -> None:
    (finding,) = [finding for finding in answer(Request((text,))).findings if finding.code == "CLP114"]
    assert f"is {language}, and" in finding.message


def test_a_long_text_is_shown_by_its_beginning() -> None:
    shown = as_text(answer(Request(("a heron on a post, " * 40,))), Severity.WARNING)
    assert max(map(len, shown.splitlines())) < 300
    assert shown.startswith('"a heron on a post, a heron')


def test_a_text_with_a_hole_is_a_template() -> None:
    result = run("a photo of a {}")
    assert isinstance(result.exception, click.UsageError)
    assert "--template" in result.exception.message
    assert run("--template", "a photo of a {}", "heron", "stork").return_value in (0, 1)


def test_figures_that_a_sign_says_are_writing() -> None:
    (finding,) = answer(Request(("a price tag saying 4.50",))).findings
    assert finding.code == "CLP107"
    assert "Use Qwen/Qwen3-VL-2B-Instruct instead:" in as_text(
        answer(Request(("a price tag saying 4.50",))), Severity.WARNING
    )


@pytest.mark.parametrize(
    ("arguments", "theme"),
    [
        (["a happy clerk", "a sad clerk", "an angry clerk"], "emotion"),
        (["a flawless tile", "a cracked tile"], "condition"),
        (["ai-generated", "real"], "authenticity"),
        (["a full crate", "an empty crate"], "fill"),
        (["registered", "unregistered"], "condition"),
        (["more geese than ducks"], "comparison"),
        (["is the gate open or closed?"], "state"),
        (["Can CLIP tell whether the pear is ripe?"], "ripeness"),
        (["does the waiter whistle?"], "no known task"),
    ],
)
def test_what_no_figure_is_known_of_is_unknown(arguments: list[str], theme: str) -> None:
    """The exit status is 0 as where CLIP fits; the word, the doubt and what to measure tell the difference."""
    result = run(*arguments)
    assert result.return_value == 0
    assert (
        f"Unknown: no figure is known here for or against openai/clip-vit-base-patch32 at this ({theme}: "
        in result.stdout
    )
    assert "label 50 of your own images" in result.stdout
    assert "CLIP fits" not in result.stdout
    assert "instead" not in result.stdout
    made = json.loads(run(*arguments, "--output-format", "json").stdout)
    assert (made["verdict"], made["doubts"][0]["theme"], made["alternatives"]) == ("unknown", theme, [])
    assert "50" in made["measure"]


def test_a_figure_that_comes_near_is_not_denied() -> None:
    """Whether 17% of Country211 are good enough is open; that there is a figure is not."""
    said = run("what country was this taken in?").stdout
    assert "no figure known here decides for or against" in said
    assert "17.2% right on Country211" in said
    assert "no figure is known" not in said


@pytest.mark.parametrize(
    ("arguments", "elsewhere"),
    [
        (["two cats", "--model", "jinaai/jina-embeddings-v5-omni-small"], "80.1% right on CLEVR Counts"),
        (["--label", "tomato leaf blight", "--label", "healthy tomato leaf"], "no figure is known here"),
        (["find duplicates of this photo"], "facebook/dinov2-small"),
    ],
)
def test_another_model_is_named_without_a_figure_that_nobody_has(
    arguments: list[str], elsewhere: str
) -> None:
    """What is measured stands in the findings; where nothing is, or a checkpoint is good, it is not called unreliable."""
    said = run(*arguments).stdout
    assert "is not made for this" in said
    assert "is not reliable at this" not in said
    assert elsewhere in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["a happy clerk"],
        ["a rusty old gate"],
        ["a happy clerk", "a red gate"],
        ["find pictures of happy children"],
        ["day", "night"],
    ],
)
def test_a_state_that_nothing_hangs_on_is_no_doubt(arguments: list[str]) -> None:
    assert "CLIP fits" in run(*arguments).stdout


def test_what_is_known_against_it_outweighs_a_doubt() -> None:
    labels = ("mild retinopathy", "severe retinopathy")
    assert answer(Request(labels, is_set=True)).verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    ("text", "verdict", "key"),
    [
        ("show me pictures of harbours", "clip", None),
        ("Is this a harbour or a market?", "clip", None),
        ("Can I use CLIP to sort holiday photos into beach and city?", "clip", None),
        ("how many barrels are left?", "alternative", "open-detector"),
        ("Can CLIP read the serial number?", "alternative", "reader"),
        ("unlock the door for my face", "alternative", "faces"),
        ("which mushroom is this?", "alternative", "species"),
        ("diagnose skin lesions", "alternative", "medical"),
        ("has this drawing been uploaded before?", "alternative", "duplicates"),
        ("write a caption for the picture", "alternative", "captions"),
        ("why is the baker laughing?", "alternative", "questions"),
        ("will the barn burn down next year?", "alternative", None),
    ],
)
def test_the_kind_of_task_chooses_the_alternative(text: str, verdict: str, key: str | None) -> None:
    given = answer(Request((text,)))
    assert given.verdict.value == verdict
    assert (given.alternatives[0].key if given.alternatives else None) == key


def test_the_help_says_which_status_is_which() -> None:
    shown = " ".join(CliRunner().invoke(query, ["--help"]).output.split())
    assert "CLIP fits (exit status 0), something else is needed (1" in shown
    assert "unknown" in shown
