"""CLP101-116 on prompt sets made by hand: what is reported, where, how severely, and what is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from clip_lint.checks.discovery import prompt_checks
from clip_lint.core.cards import load_rules
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.finding import Severity
from clip_lint.core.place import Place, Position
from clip_lint.knowledge.checkpoints import context_length, languages
from clip_lint.knowledge.figures.lookup import figure, table
from clip_lint.reading.prompts import Intent, Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding

B32 = Checkpoint("transformers", "openai/clip-vit-base-patch32", None, "clip")
SIGLIP = Checkpoint("transformers", "google/siglip-so400m-patch14-384", None, "siglip")
DFN = Checkpoint("open_clip", "ViT-H-14-378-quickgelu", "dfn5b", "clip")
LIST = Place("app.py", 0, Position(1, 10), Position(40, 2))
NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR


def place(line: int) -> Place:
    return Place("app.py", 0, Position(line, 5), Position(line, 30))


def prompt_set(
    labels: Sequence[str],
    template: str | None = None,
    task: Task = Task.LABELS,
    checkpoint: Checkpoint | None = B32,
    *,
    is_whole: bool = True,
    adds_template: bool = False,
    intent: Intent = Intent(),  # noqa: B008 - frozen
) -> PromptSet:
    """A set with one label a line, the first on line 2."""
    prompts = tuple(
        Prompt(
            label if template is None else template.replace("{}", label),
            place(line),
            label if template else None,
            template,
        )
        for line, label in enumerate(labels, 2)
    )
    templates = (template,) if template else ()
    return PromptSet(prompts, LIST, task, checkpoint, templates, "labels", is_whole, adds_template, intent)


def run(code: str, prompts: PromptSet) -> list[Finding]:
    return [finding for check in prompt_checks() if check.code == code for finding in check.find(prompts)]


def lines(code: str, prompts: PromptSet) -> list[tuple[int, Severity]]:
    return [(finding.place.start.line, finding.severity) for finding in run(code, prompts)]


def codes(prompts: PromptSet, least: Severity = NOTE) -> set[str]:
    rules = load_rules()
    return {
        finding.code
        for check in prompt_checks()
        for finding in check.find(prompts)
        if finding.severity >= least and not rules[finding.code].is_preview
    }


def test_every_code_has_one_check() -> None:
    assert [check.code for check in prompt_checks()] == [f"CLP{number}" for number in range(101, 117)]


@pytest.mark.parametrize(
    ("code", "labels", "expected"),
    [
        ("CLP101", ["one bottle", "two bottles", "three bottles"], [(2, ERROR)]),
        ("CLP102", ["cat to the left of dog", "cat to the right of dog"], [(2, ERROR)]),
        ("CLP103", ["red car and blue truck", "blue car and red truck"], [(2, ERROR)]),
        ("CLP104", ["a rider with a helmet", "a rider without a helmet", "a horse"], [(3, ERROR)]),
        ("CLP106", ["a dog chasing a cat", "a cat chasing a dog", "a tree"], [(2, ERROR)]),
        ("CLP107", ["a sign that says open", "a sign that says closed"], [(2, WARNING)]),
        ("CLP101", ["two people", "a dog"], [(2, NOTE)]),
        ("CLP101", ["two friends hugging beside an old harbour wall", "a dog"], [(2, NOTE)]),
        ("CLP102", ["a lamp above a table", "a dog"], [(2, WARNING)]),
        ("CLP102", ["a building crane above a large muddy site", "a dog"], [(2, NOTE)]),
        ("CLP104", ["no fire", "smoke"], [(2, WARNING)]),
    ],
)
def test_severity_follows_contrast(
    code: str, labels: list[str], expected: list[tuple[int, Severity]]
) -> None:
    assert lines(code, prompt_set(labels)) == expected


def test_a_number_that_all_labels_share_tells_none_from_another() -> None:
    assert lines("CLP101", prompt_set(["two herons", "two swans"])) == [(2, NOTE)]
    assert lines("CLP101", prompt_set(["two herons", "two swans", "a harbour"])) == [(2, NOTE)]


def test_a_number_without_a_rival_is_a_note_and_by_itself_a_warning() -> None:
    assert lines("CLP101", prompt_set(["two herons", "a harbour", "a pier"])) == [(2, NOTE)]
    assert lines("CLP101", prompt_set(["two herons"])) == [(2, WARNING)]
    assert lines("CLP101", prompt_set(["two herons", "a heron", "a pier"])) == [(2, ERROR)]


def test_a_set_has_one_finding_that_lists_its_labels() -> None:
    numbers = ["zero", "one", "two", "three", "four", "five"]
    (finding,) = run("CLP101", prompt_set([f"{number} geese" for number in numbers]))
    assert (
        "`zero geese`, `one geese`, `two geese` and 3 more differ only in the number (`zero`, `one`, `two` and 3 more)"
        in finding.message
    )
    assert finding.place == place(2)
    assert [related.place for related in finding.related] == [place(line) for line in range(3, 8)]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["a person", "a group of five people"], "(`group of five`)"),
        (["a duck", "Two ducks"], "(`Two`)"),
        (
            ["a cup to the left of a plate", "a cup to the right of a plate"],
            "(`to the left of` and `to the right of`)",
        ),
    ],
)
def test_what_is_quoted_of_labels_stands_in_them(labels: list[str], words: str) -> None:
    (finding,) = [*run("CLP101", prompt_set(labels)), *run("CLP102", prompt_set(labels))]
    assert words in finding.message


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["NoHelmet", "Helmet"], "(`no`)"),
        (["withoutMask", "withMask"], "(`without`)"),
        (["LeftHand", "RightHand"], "(`left hand` and `right hand`)"),
    ],
)
def test_words_that_are_written_together_are_named_as_they_are_read(labels: list[str], words: str) -> None:
    (finding,) = [*run("CLP102", prompt_set(labels)), *run("CLP104", prompt_set(labels))]
    assert words in finding.message


def test_the_largest_group_is_told_first_and_the_others_after_it() -> None:
    (finding,) = run("CLP101", prompt_set(["one hen", "two hens", "one fox", "two foxes", "three foxes"]))
    assert finding.place == place(4)
    assert "`one fox`, `two foxes` and `three foxes` differ only in the number" in finding.message
    assert "(so do `one hen` and `two hens`)" in finding.message


def test_labels_with_the_same_fault_are_named_together() -> None:
    (finding,) = run("CLP104", prompt_set(["no fire", "smoke", "no flood", "no wind"]))
    assert finding.place == place(2)
    assert finding.message.endswith("; the same holds for `no flood` and `no wind`")
    assert [related.place for related in finding.related] == [place(4), place(5)]


def test_what_is_only_mentioned_in_a_label_is_left_out_beside_a_contrast() -> None:
    labels = ["two geese", "three geese", "two friends hugging beside an old harbour wall"]
    (finding,) = run("CLP101", prompt_set(labels))
    assert (finding.place, finding.severity) == (place(2), ERROR)
    assert "friends" not in finding.message


def test_searches_have_a_finding_each() -> None:
    assert lines("CLP104", prompt_set(["no fire", "smoke", "no flood"], task=Task.QUERY)) == [
        (2, WARNING),
        (4, WARNING),
    ]


def test_yes_and_no_answer_a_question() -> None:
    labels = prompt_set(["Yes", "no", "a harbour"])
    assert lines("CLP108", labels) == [(2, WARNING)]
    assert run("CLP104", labels) == []
    assert run("CLP108", prompt_set(["yes", "a harbour"])) == []


def test_a_contrast_names_both_labels_and_what_differs() -> None:
    (finding,) = run("CLP102", prompt_set(["hen left of fox", "hen right of fox"]))
    assert "`hen left of fox` and `hen right of fox`" in finding.message
    assert "(`left of` and `right of`)" in finding.message
    assert [related.place for related in finding.related] == [place(3)]


@pytest.mark.parametrize(
    ("code", "text", "severity"),
    [
        ("CLP101", "How many cars are in this image?", WARNING),
        ("CLP101", "three pears", WARNING),
        ("CLP101", "two children running along the beach", NOTE),
        ("CLP102", "a cup behind a laptop", WARNING),
        ("CLP102", "a small cup behind an old laptop in a cafe", NOTE),
        ("CLP103", "a woman in a yellow coat with a purple umbrella", WARNING),
        ("CLP104", "beach without people", WARNING),
        ("CLP107", 'an invoice with the word "overdue" on it', WARNING),
        ("CLP108", "Is there a dog in this picture?", WARNING),
        ("CLP105", "a photo of an osprey, a species of bird", NOTE),
        ("CLP105", "a picture of polyp", WARNING),
    ],
)
def test_queries(code: str, text: str, severity: Severity) -> None:
    assert lines(code, prompt_set([text], task=Task.QUERY)) == [(2, severity)]


def test_one_question_one_rule() -> None:
    """A question for a number or for text is reported by the rule that says what to use instead."""
    assert codes(prompt_set(["How many cars are there?"], task=Task.QUERY)) == {"CLP101"}
    assert codes(prompt_set(["What does the sign say?"], task=Task.QUERY)) == {"CLP107"}


def test_queries_are_not_compared() -> None:
    assert run("CLP106", prompt_set(["a dog chasing a cat", "a cat chasing a dog"], task=Task.QUERY)) == []


@pytest.mark.parametrize(
    "template",
    ["a photo of one {}.", "a photo of many {}.", "a {} left of the frame", "a red {} and a blue {}"],
)
def test_what_all_labels_share_tells_none_from_another(template: str) -> None:
    assert codes(prompt_set(["cup", "jug"], template)) <= {"CLP116"}


@pytest.mark.parametrize(
    ("code", "labels", "template"),
    [
        ("CLP101", ["two", "three"], "a photo of {} apples"),
        ("CLP102", ["left", "right"], "a person on the {} side of the car"),
        ("CLP104", ["dog", "cat"], "not a photo of a {}"),
        ("CLP107", ["7", "9"], "a jersey with the number {}"),
        ("CLP108", ["dog", "cat"], "is there a {} in the picture?"),
    ],
)
def test_label_and_template_together(code: str, labels: list[str], template: str) -> None:
    (finding,) = run(code, prompt_set(labels, template))
    assert finding.place == place(2)
    assert all(f"`{template.format(label)}`" in finding.message for label in labels)


def test_unfilled_templates_make_no_contrast() -> None:
    swapped = ["a dog chasing a cat", "a cat chasing a dog"]
    assert len(run("CLP106", prompt_set(swapped))) == 1
    assert run("CLP106", prompt_set([swapped[0] + " {}", swapped[1]])) == []


@pytest.mark.parametrize(
    ("intent", "expected", "reason"),
    [
        (Intent(names=("count_pears",)), ERROR, "count_pears"),
        (Intent(uses=("int(scores.argmax()) + 1",)), ERROR, "argmax"),
        (Intent(comments=("how many pears there are",)), ERROR, "comment"),
        (Intent(names=("country", "accounts", "discount")), WARNING, ""),
        (Intent(), WARNING, ""),
    ],
)
def test_intent_raises_by_one_step_and_says_why(intent: Intent, expected: Severity, reason: str) -> None:
    (finding,) = run("CLP101", prompt_set(["two pears"], intent=intent))
    assert finding.severity is expected
    assert reason in finding.message


def test_reading_is_a_warning_at_most() -> None:
    labels = ["a sign that says open", "a sign that says closed"]
    assert lines("CLP107", prompt_set(labels, intent=Intent(names=("ocr",)))) == [(2, WARNING)]
    assert lines("CLP101", prompt_set(["two dogs", "three dogs"])) == [(2, ERROR)]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (["a cat behind a sofa", "a cat in front of a sofa"], "depths"),
        (["a cat left of a sofa", "a cat right of a sofa"], "compare their boxes"),
        (["a cat behind a sofa", "a dog"], "depths"),
        (["a cat under a sofa", "a dog"], "compare their boxes"),
    ],
)
def test_what_is_nearer_takes_depth_and_the_rest_boxes(labels: list[str], told: str) -> None:
    (finding,) = run("CLP102", prompt_set(labels))
    assert finding.help is not None
    assert told in finding.help


@pytest.mark.parametrize("checkpoint", [None, B32])
def test_countries_are_a_warning_whatever_the_figure(checkpoint: Checkpoint | None) -> None:
    countries = ["France", "Spain", "Italy", "Chile"]
    (finding,) = run("CLP105", prompt_set(countries, "a photo taken in {}.", checkpoint=checkpoint))
    assert finding.severity is WARNING
    streetclip = Checkpoint("transformers", "geolocal/StreetCLIP", None, "clip")
    assert run("CLP105", prompt_set(countries, "a photo taken in {}.", checkpoint=streetclip)) == []


def test_bare_labels_are_worse_where_other_paths_have_a_template() -> None:
    mixed = replace(prompt_set(["dog", "cat"]), other_templates=("a photo of a {}.",))
    (finding,) = (each for each in run("CLP110", mixed) if each.severity is WARNING)
    assert finding.help == "put them into `a photo of a {}.` here too"


def test_intent_creates_nothing_and_stops_at_error() -> None:
    intent = Intent(names=("count_pears", "is_left"))
    assert codes(prompt_set(["a pear on a table", "a plum on a table"], intent=intent)) == set()
    assert lines("CLP101", prompt_set(["one pear", "two pears"], intent=intent)) == [(2, ERROR)]


def test_features_for_a_head_are_a_note() -> None:
    assert lines("CLP104", prompt_set(["no dogs"], task=Task.FEATURES)) == [(2, NOTE)]


@pytest.mark.parametrize(
    ("labels", "checkpoint", "severity", "number"),
    [
        (["Boeing 737-700", "Boeing 737-800", "Airbus A320"], B32, ERROR, "19.5%"),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], B32, WARNING, "59.6%"),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], DFN, NOTE, "96.0%"),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], SIGLIP, NOTE, "95.2%"),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], None, WARNING, "59.6%"),
        (["Norfolk terrier", "Norwich terrier", "Cairn terrier"], B32, WARNING, "87.0%"),
        (["Tom Hanks", "Brad Pitt", "Morgan Freeman"], B32, WARNING, "59.2%"),
    ],
)
def test_fine_grained_labels_by_what_was_measured(
    labels: list[str], checkpoint: Checkpoint | None, severity: Severity, number: str
) -> None:
    (finding,) = run("CLP105", prompt_set(labels, "a photo of a {}.", checkpoint=checkpoint))
    assert (finding.place, finding.severity) == (LIST, severity)
    assert number in finding.message


@pytest.mark.parametrize("name", ["breeds", "car_variants", "identify"])
def test_what_a_narrow_list_is_called_makes_its_model_no_worse(name: str) -> None:
    labels = prompt_set(["Norfolk terrier", "Norwich terrier", "Cairn terrier"], checkpoint=B32)
    (plain,) = run("CLP105", labels)
    assert run("CLP105", replace(labels, intent=Intent(names=(name,)))) == [plain]


@pytest.mark.parametrize(
    ("labels", "checkpoint", "told"),
    [
        (["Boeing 737-700", "Boeing 737-800", "Airbus A320"], B32, "which this model often mixes up: "),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], B32, "some of which this model mixes up: "),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], DFN, "which this model tells apart well: "),
        (["BMW 3 Series", "Audi A4", "Honda Civic"], None, "no figure of this checkpoint is known, but OpenAI's ViT-B/32 gets"),
        (["house sparrow", "barn swallow", "marsh wren"], B32, "no figure is known here"),
    ],
)  # fmt: skip
def test_what_a_figure_means_is_said(labels: list[str], checkpoint: Checkpoint | None, told: str) -> None:
    (finding,) = run("CLP105", prompt_set(labels, "a photo of a {}.", checkpoint=checkpoint))
    assert told in finding.message


@pytest.mark.parametrize("code", ["CLP101", "CLP102", "CLP103"])
def test_what_is_only_mentioned_is_advised_on_with_an_if(code: str) -> None:
    text = "a woman in a red coat and a man in a blue jacket, two dogs beside them under a tree, waiting for the ferry in the rain"
    (finding,) = run(code, prompt_set([text], task=Task.QUERY))
    assert finding.severity is NOTE
    assert finding.help is not None
    assert finding.help.startswith("if this matters here, ")


def test_a_model_made_for_the_kind_is_fine() -> None:
    birds = ["house sparrow", "barn swallow", "marsh wren"]
    bioclip = Checkpoint("open_clip", "hf-hub:imageomics/bioclip", None, "clip")
    assert run("CLP105", prompt_set(birds, checkpoint=bioclip)) == []
    assert run("CLP105", prompt_set(birds)) != []


def test_a_label_list_written_elsewhere_is_where_the_finding_stands() -> None:
    prompts = prompt_set(["dog", "crane", "boxer"])
    call = Place("app.py", 0, Position(90, 1), Position(90, 20))
    elsewhere = PromptSet(prompts.prompts, call, Task.LABELS, B32)
    assert [finding.place for finding in run("CLP110", elsewhere)] == [place(2)]
    assert [finding.place for finding in run("CLP110", prompts)] == [LIST]


LONG = "a quay with " + "boats, " * 40


@pytest.mark.parametrize(
    ("text", "checkpoint", "reported"),
    [
        (LONG, B32, True),
        ("a quay with " + "boats, " * 33, B32, False),
        ("a quay with " + "boats, " * 33, SIGLIP, False),  # its tokenizer drops the commas
        ("a quay with " + "boats, " * 61, SIGLIP, True),
        (
            "a quay with " + "boats, " * 20,
            Checkpoint("open_clip", "ViT-H-14-CLIPA", "datacomp1b", "clip"),
            True,
        ),
        (LONG, Checkpoint("transformers", "jinaai/jina-clip-v2", None, "jina"), False),
        (LONG, None, True),
        ("\u8239" * 90, B32, False),
    ],
)
def test_too_long(text: str, checkpoint: Checkpoint | None, *, reported: bool) -> None:
    assert bool(run("CLP109", prompt_set([text], task=Task.QUERY, checkpoint=checkpoint))) is reported


@pytest.mark.parametrize(
    ("checkpoint", "tokens", "words"),
    [
        (B32, 75, 62),
        (Checkpoint("open_clip", "ViT-H-14-CLIPA", "datacomp1b", "clip"), 30, 25),
        (Checkpoint("open_clip", "hf-hub:microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224", None, "clip"), 254, 211),
    ],
)  # fmt: skip
def test_the_advice_on_length_is_that_of_the_text_tower(
    checkpoint: Checkpoint, tokens: int, words: int
) -> None:
    text = "a quay with " + "boats, " * 150
    (finding,) = run("CLP109", prompt_set([text], task=Task.QUERY, checkpoint=checkpoint))
    assert finding.help is not None
    assert finding.help.startswith(f"keep it to {tokens} tokens (about {words} words)")
    assert f"reads {tokens + 2}:" in finding.message


def test_bare_labels() -> None:
    labels = ["dog", "crane", "boxer"]
    assert len(run("CLP110", prompt_set(labels))) == 1
    assert run("CLP110", prompt_set(labels, "a photo of a {}.")) == []
    assert run("CLP110", prompt_set(labels, adds_template=True)) == []
    assert run("CLP110", prompt_set(labels, is_whole=False)) == []
    assert run("CLP110", prompt_set(labels, task=Task.QUERY)) == []
    assert (
        run("CLP110", prompt_set(["a dog in shallow water", "a crane above a site", "a boxer at rest"])) == []
    )
    assert run("CLP110", prompt_set(["\u72d7", "\u732b"])) == []


@pytest.mark.parametrize(
    "label",
    [
        "other",
        "None of the above",
        "background",
        "something else",
        "an unknown object",
        "not applicable",
        "Other things",
    ],
)
def test_catch_alls(label: str) -> None:
    assert [line for line, _ in lines("CLP111", prompt_set(["shoes", label], "a photo of {}."))] == [3]
    assert [line for line, _ in lines("CLP111", prompt_set(["a photo of shoes", f"a photo of {label}"]))] == [
        3
    ]
    assert run("CLP104", prompt_set(["shoes", label])) == []


@pytest.mark.parametrize(
    ("use", "reported"),
    [
        ('[:, -1] = float("-inf")', False),
        ("[0, 2] = 0", False),
        ('[:, labels.index("other")] = -torch.inf', False),
        ('[:, 1] = float("-inf")', True),
        ("[-1] = 0", False),
        ("argmax(-1)", True),
    ],
)
def test_a_catch_all_that_is_masked_out_cannot_win(use: str, *, reported: bool) -> None:
    labels = prompt_set(["shoes", "hats", "other"], intent=Intent(uses=(use,)))
    assert bool(run("CLP111", labels)) is reported


@pytest.mark.parametrize(
    "label",
    ["a portrait with a blurred background", "two friends hugging each other", "an unknown planet", "mother"],
)
def test_no_catch_alls(label: str) -> None:
    assert run("CLP111", prompt_set(["shoes", label])) == []


@pytest.mark.parametrize(
    "label",
    [
        "using_laptop",
        "Fruit/Apple/Granny-Smith",
        "trafficLight",
        "n02084071",
        "a photo of a traffic_light",
        "class_3",
    ],
)
def test_keys(label: str) -> None:
    assert [line for line, _ in lines("CLP112", prompt_set(["a dog", label]))] == [3]


@pytest.mark.parametrize(
    "label",
    [
        "a t-shirt",
        "black-and-white",
        "a McDonald's",
        "an iPhone on a desk",
        "cats and/or dogs",
        "Sour/Tangy: lemons and limes",
        "shape/colour/pattern of the leaf",
        "on 3/4/2020",
        "<mask_1>",
        "see https://a.b/c_d",
        "{}",
    ],
)
def test_no_keys(label: str) -> None:
    assert run("CLP112", prompt_set(["a dog", label])) == []


@pytest.mark.parametrize(
    "label",
    [
        "a trustworthy person",
        "a photo of a criminal",
        "honesty",
        "lack of training",
        "failure to report incidents",
    ],
)
def test_not_visible(label: str) -> None:
    prompts = prompt_set(["a dog", label])
    assert [line for line, _ in lines("CLP113", prompts)] == ([3] if label != "lack of training" else [])
    assert "CLP113" not in codes(prompts), "in preview"


@pytest.mark.parametrize(
    "label", ["a smiling person", "a police officer", "a safety sign", "a rotten apple", "a training ground"]
)
def test_visible(label: str) -> None:
    assert run("CLP113", prompt_set(["a dog", label])) == []


def test_languages_of_the_checkpoint() -> None:
    german = ["ein Hund auf dem Sofa mit einer Katze"]
    assert lines("CLP114", prompt_set(german)) == [(2, WARNING)]
    assert lines("CLP114", prompt_set(german, checkpoint=None)) == [(2, NOTE)]
    for multilingual in (
        "google/siglip2-base-patch16-224",
        "sentence-transformers/clip-ViT-B-32-multilingual-v1",
        "M-CLIP/M-BERT-Base-ViT-B",
        "M-CLIP/LABSE-Vit-L-14",
    ):
        assert run("CLP114", prompt_set(german, checkpoint=Checkpoint(None, multilingual))) == []
    chinese = Checkpoint("transformers", "OFA-Sys/chinese-clip-vit-base-patch16", None, "chinese-clip")
    assert run("CLP114", prompt_set(["\u4e00\u53ea\u732b"], checkpoint=chinese)) == []
    (finding,) = run("CLP114", prompt_set(["a cat on the roof of a car"], checkpoint=chinese))
    assert "is made for captions in Chinese:" in finding.message
    assert run("CLP114", prompt_set(["Pikachu"], checkpoint=chinese)) == []


def test_a_text_without_kana_may_be_japanese() -> None:
    japanese = Checkpoint("transformers", "line-corporation/clip-japanese-base")
    assert run("CLP114", prompt_set(["\u8d64\u3044\u732b", "\u732b"], checkpoint=japanese)) == []
    (finding,) = run("CLP114", prompt_set(["a cat on the roof of a car"], checkpoint=japanese))
    assert "is made for captions in Japanese:" in finding.message


@pytest.mark.parametrize(
    ("library", "name", "is_cased"),
    [
        ("open_clip", "coca_roberta-ViT-B-32", True),
        ("open_clip", "ViT-B-16-SigLIP2", False),
        ("sentence_transformers", "sentence-transformers/clip-ViT-B-32-multilingual-v1", True),
        ("sentence_transformers", "sentence-transformers/clip-ViT-B-32", False),
    ],
)
def test_labels_that_differ_in_case(library: str, name: str, is_cased: bool) -> None:
    labels = prompt_set(["polish", "Polish"], checkpoint=Checkpoint(library, name))
    assert bool(run("CLP116", labels)) != is_cased


def test_a_single_template() -> None:
    labels = ["cat", "rabbit", "horse"]
    assert lines("CLP115", prompt_set(labels, "a photo of a {}.")) == [(1, NOTE)]
    assert run("CLP115", prompt_set(labels, "a photo of a {}.", adds_template=True)) == []
    assert run("CLP115", prompt_set(labels, "{}")) == []
    assert run("CLP115", prompt_set(labels)) == []


def test_duplicates() -> None:
    (finding,) = run("CLP116", prompt_set(["cat", "dog", " Cat "]))
    assert finding.place == place(4)
    assert [related.place for related in finding.related] == [place(2)]
    assert run("CLP116", prompt_set(["cat", "cats", "kitten"])) == []
    cased = Checkpoint("open_clip", "xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", "clip")
    assert run("CLP116", prompt_set(["polish", "Polish"], checkpoint=cased)) == []
    assert len(run("CLP116", prompt_set(["polish", "polish "], checkpoint=cased))) == 1
    for name, count in (
        ("siglip2-base-patch16-224", 0),
        ("siglip2-base-patch16-naflex", 1),
        ("siglip-base-patch16-224", 1),
    ):
        checkpoint = Checkpoint("transformers", f"google/{name}", None, "siglip")
        assert len(run("CLP116", prompt_set(["polish", "Polish"], checkpoint=checkpoint))) == count, name
    assert run("CLP116", prompt_set(["cat", "cat"], task=Task.QUERY)) == []


def test_ordinary_labels_and_queries_are_left_alone() -> None:
    rooms = prompt_set(["kitchen", "bathroom", "office", "forest"], "a photo of a {}.")
    assert codes(rooms) == set()
    for text in (
        "a dog running along a beach",
        "sunset",
        "a red sports car",
        "people in a market hall",
        "a golden retriever in the snow",
    ):
        assert codes(prompt_set([text], task=Task.QUERY)) == set(), text


def test_one_finding_for_a_place() -> None:
    """Labels of a comprehension share their place."""
    shared = tuple(
        Prompt(f"a photo of {n} apples", place(2), str(n), "a photo of {} apples") for n in range(2, 6)
    )
    assert len(run("CLP101", PromptSet(shared, LIST, Task.LABELS, B32, ("a photo of {} apples",)))) == 1


@pytest.mark.parametrize(
    ("checkpoint", "key"),
    [
        (B32, ("vit-b-32", "openai")),
        (Checkpoint("clip", "ViT-L/14@336px"), ("vit-l-14-336", "openai")),
        (Checkpoint("sentence_transformers", "clip-ViT-B-16"), ("vit-b-16", "openai")),
        (
            Checkpoint("transformers", "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"),
            ("vit-h-14", "laion2b_s32b_b79k"),
        ),
        (Checkpoint("open_clip", "ViT-B-16", "laion2b_s34b_b88k"), ("vit-b-16", "laion2b_s34b_b88k")),
        (
            Checkpoint("open_clip", "hf-hub:apple/DFN5B-CLIP-ViT-H-14-378"),
            ("vit-h-14-378-quickgelu", "dfn5b"),
        ),
        (Checkpoint("transformers", "google/siglip-base-patch16-224"), ("vit-b-16-siglip", "webli")),
        (Checkpoint("transformers", "facebook/metaclip-b32-400m"), ("vit-b-32-quickgelu", "metaclip_400m")),
        (Checkpoint("transformers", "someone/own-clip"), None),
        (Checkpoint(), None),
        (None, None),
    ],
)
def test_checkpoints_are_found_in_the_table(
    checkpoint: Checkpoint | None, key: tuple[str, str] | None
) -> None:
    found = figure("everyday", checkpoint)
    assert found is not None
    assert found.is_own == (key is not None)
    if key is not None:
        assert found.percent == float(table("zero_shot")[key]["imagenet"])


def test_figures_of_others_are_not_passed_off_as_the_checkpoints_own() -> None:
    unknown = figure("car", Checkpoint("transformers", "someone/own-clip"))
    assert unknown is not None
    assert (unknown.percent, unknown.model, unknown.is_own) == (59.6, "OpenAI's ViT-B/32", False)
    assert figure("person", B32) is None


@pytest.mark.parametrize(
    ("checkpoint", "length", "spoken"),
    [
        (None, 77, None),
        (B32, 77, {"en"}),
        (SIGLIP, 64, {"en"}),
        (Checkpoint("open_clip", "coca_ViT-L-14", "laion2b_s13b_b90k", "coca"), 76, {"en"}),
        (Checkpoint("open_clip", "PE-Core-bigG-14-448", "meta"), 72, None),
        (Checkpoint("open_clip", "ViT-SO400M-14-SigLIP", "webli", "siglip"), 16, {"en"}),
        (Checkpoint("transformers", "google/siglip-so400m-patch14-224", None, "siglip"), 16, {"en"}),
        (Checkpoint("open_clip", "hf-hub:timm/ViT-SO400M-14-SigLIP", None, "siglip"), 16, {"en"}),
        (Checkpoint("transformers", "BAAI/AltCLIP", None, "altclip"), 512, {"en", "zh"}),
        (Checkpoint("open_clip", "xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", "clip"), 77, {"*"}),
        (Checkpoint("transformers", "zer0int/LongCLIP-L", None, "clip"), None, None),
    ],
)
def test_what_text_towers_read(
    checkpoint: Checkpoint | None, length: int | None, spoken: set[str] | None
) -> None:
    assert context_length(checkpoint) == length
    assert languages(checkpoint) == spoken


def test_the_message_counts_the_labels_of_the_kind() -> None:
    mixed = ["house sparrow", "barn swallow", "marsh wren", "lighthouse"]
    (finding,) = run("CLP105", prompt_set(mixed))
    assert re.match(r"3 of 4 labels [(]of .*[)] are species of birds", finding.message)
    (finding,) = run("CLP105", prompt_set(mixed[:3]))
    assert re.match(r"all labels [(].*[)] are species of birds", finding.message)


def test_a_comment_is_shown_as_the_reason() -> None:
    intent = Intent(comments=("Count the boats in the harbour.",))
    (finding,) = run("CLP101", prompt_set(["three boats"], task=Task.QUERY, intent=intent))
    assert finding.severity is ERROR
    assert "`Count the boats in the harbour.` shows that the code relies on it" in finding.message


def test_a_label_of_a_file_is_shown_where_it_is_written() -> None:
    written = Place("labels.txt", 0, Position(7, 1), Position(7, 10))
    label = Prompt("no helmet", place(2), written=written)
    prompts = PromptSet((label, Prompt("helmet", place(2))), LIST, Task.LABELS, B32)
    (finding,) = run("CLP104", prompts)
    assert finding.place == place(2)
    assert finding.message.endswith("this text is read from labels.txt:7")
    assert written in [related.place for related in finding.related]


def test_medical_labels_among_others_are_one_finding() -> None:
    labels = [
        "a healthy garden",
        "pneumonia on an x-ray",
        "a melanoma",
        "a bus stop",
        "a kite",
        "a loaf",
        "a tram",
        "a glaucoma",
    ]
    (found,) = run("CLP105", prompt_set(labels, "a photo of {}."))
    assert (found.place.start.line, found.severity) == (3, WARNING)
    assert (
        "3 of 8 labels name medical findings (`pneumonia on an x-ray`, `a melanoma`, `a glaucoma`)"
        in found.message
    )
    (alone,) = run("CLP105", prompt_set([*labels[:2], *labels[3:-1]]))
    assert "`pneumonia on an x-ray` names one of many medical findings" in alone.message
    templates = prompt_set(["{}"] * 2, "a histopathology slide of {}.")
    patterns = tuple(replace(prompt, label=None) for prompt in templates.prompts)
    assert run("CLP105", replace(templates, prompts=patterns)) == []


@pytest.mark.parametrize(
    "text",
    [
        "a retinal photograph of non-proliferative disease",
        "a biopsy of non-small cell carcinoma",
        "a slide of non-hodgkin lymphoma",
        "non alcoholic hepatitis",
    ],
)
def test_names_of_diseases_are_no_negations(text: str) -> None:
    assert run("CLP104", prompt_set([text], task=Task.QUERY)) == []


@pytest.mark.parametrize(
    "text", ["a slide of non-cancer tissue", "a non-malignant lesion", "a non-fire scene"]
)
def test_what_a_label_denies_is_a_negation(text: str) -> None:
    assert [finding.severity for finding in run("CLP104", prompt_set([text], task=Task.QUERY))] == [WARNING]


@pytest.mark.parametrize("text", ["a crate loaded beyond capacity", "a van filled beyond its limits"])
def test_beyond_a_limit_is_no_place(text: str) -> None:
    assert run("CLP102", prompt_set([text], task=Task.QUERY)) == []


@pytest.mark.parametrize(
    ("labels", "is_medical"),
    [
        (["an x-ray or an MRI scan", "a harbour", "a forest", "a kitchen"], False),
        (["a fracture in a steel pier", "another fracture of steel", "a boat", "a crane", "a quay"], False),
        (["a chest x-ray with pneumonia", "a harbour", "a forest", "a kitchen"], True),
        (["a bone fracture", "a skin lesion", "a forest", "a harbour", "a kitchen"], True),
    ],
)
def test_medical_words_among_others(labels: list[str], *, is_medical: bool) -> None:
    """How a picture was taken is no finding, and metal breaks too."""
    assert bool(run("CLP105", prompt_set(labels))) is is_medical
