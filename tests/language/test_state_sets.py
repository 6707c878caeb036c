"""One thing in several states: what labels differ in decides, whatever else they say; and single captions that hang on a state."""

from __future__ import annotations

import pytest

from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request


def verdict(*texts: str, template: str = "{}") -> Verdict:
    return answer(Request(texts, template, "ViT-B-32:openai", is_set=len(texts) > 1)).verdict


@pytest.mark.parametrize(
    "labels",
    [
        ("a cheerful face", "a face with tears", "a worried or anxious face", "a furious face with bared teeth"),
        ("a pear that is still unripe", "a pear, perfectly ripe", "a rotten pear with mould", "a plum"),
        ("a van with a dented door", "a flawless van", "a scratched white van"),
        ("stone", "small stone", "huge stone", "rough stone"),
        ("an upright bottle", "an upside-down bottle", "a tilted bottle"),
        ("lifting a crate", "lowering a crate"),
        ("mini", "knee-length", "ankle-length"),
        ("gouache", "tempera", "oil painting", "acrylic painting"),
        ("good", "dent", "hole", "bent_pin"),
        ("a hi-res scan", "a lo-res scan"),
        ("a crisp, well-exposed shot", "a hazy, poorly-exposed shot"),
        ("she waits calmly", "she waits furiously"),
        ("awe", "contentment", "despair", "none of these"),
        ("nod-head", "tilt-head"),
        ("a man kneeling", "a man crouching"),
        ("a rich street", "a poor street"),
        ("positive", "negative"),
        ("a crane moving", "a crane parked"),
        ("gaze going up", "gaze going down"),
        ("collapsed roof", "wall with cracks", "burnt house full of rubble"),
    ],
)  # fmt: skip
def test_one_thing_in_several_states_is_unknown(labels: tuple[str, ...]) -> None:
    assert verdict(*labels) is Verdict.UNKNOWN
    assert verdict(*reversed(labels)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "labels",
    [
        ("a smiling child", "a broken fence", "an empty beach", "a plate of pasta"),
        ("short sleeves", "long sleeves"),
        ("thumbs up", "thumbs down"),
        ("close-up", "wide shot", "medium shot"),
        ("a girl", "a boy", "a baby"),
        ("sitting", "cooking", "reading", "standing"),
        ("a clean kitchen", "a garden", "an old bridge", "a market"),
        ("a big dog on a lawn", "a small boat", "a tall tower"),
        ("collapsed building", "forest fire", "flood", "traffic jam"),
    ],
)
def test_different_things_are_told_apart_whatever_their_states(labels: tuple[str, ...]) -> None:
    assert verdict(*labels) is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a long crack in a concrete floor",
        "dents along the door of a van",
        "an unbuckled seat belt",
        "a toaster, unplugged",
        "a sad puppy",
        "a tram slowing down at a crossing",
        "a dark, unsafe staircase",
        "an unauthorised market stall",
        "a half occluded stop sign",
        "a toppled bin",
    ],
)
def test_a_caption_that_hangs_on_a_state_is_unknown(text: str) -> None:
    assert verdict(text) is Verdict.UNKNOWN


@pytest.mark.parametrize("text", ["an unpaved road", "a united team", "an unidentified bird", "a dog leaving paw prints in the snow"])  # fmt: skip
def test_what_looks_undone_may_be_a_look(text: str) -> None:
    assert verdict(text) is Verdict.CLIP


@pytest.mark.parametrize("rival", ["something else", "other", "none of the above", "anything else"])
def test_a_catch_all_as_the_only_rival_needs_a_threshold(rival: str) -> None:
    found = answer(
        Request(("a photo of a kettle", f"a photo of {rival}"), "{}", "ViT-B-32:openai", is_set=True)
    )
    assert [each.key for each in found.alternatives][:1] == ["threshold"]
    assert verdict("kettle", "toaster", rival) is Verdict.CLIP


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        (("a mammogram with clear tissue", "a mammogram showing a mass"), "medical"),
        (("an ultrasound demonstrating gallstones", "an ultrasound with no stones"), "medical"),
        (("a vine leaf with downy mildew", "a healthy vine leaf", "a vine leaf infected with black rot"), "head"),
        (("Grey Heron bird with a long yellow bill", "Sand Martin bird with brown back", "Tawny Owl bird that looks round"), "species"),
        (("a selfie of one woman alone", "two women together", "three people on a bench", "a mountain"), "open-detector"),
        (("uma fotografia de algo bonito", "uma imagem de algo feio"), "multilingual"),
    ],
)  # fmt: skip
def test_narrow_kinds_numbers_and_languages_in_longer_labels(labels: tuple[str, ...], key: str) -> None:
    found = answer(Request(labels, "{}", "ViT-B-32:openai", is_set=True))
    assert found.verdict is Verdict.ALTERNATIVE
    assert [each.key for each in found.alternatives][:1] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "missing bolt",
        "a missing back wheel",
        "the left tower",
        "the right red kettle",
        "a green jar between the toaster and the kettle",
        "three or more swans on a lake",
        "four people in a row, on the left a nurse in blue, on the right a pilot with a white hat",
        "a knee x-ray showing a fissure",
    ],
)
def test_what_a_short_caption_hangs_on_sends_it_away(text: str) -> None:
    assert verdict(text) is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "labels",
    [
        (
            "a bridge",
            "a field of cracked soil with dry shrubs and no grass",
            "a village",
            "a dam",
            "a pond with reeds",
        ),
        ("a photo of one child", "a photo of a group of children", "a street", "a meal", "a car", "a temple"),
        ("a cartoon with text overlaid", "a screenshot of a text message", "a photo of a harbour"),
    ],
)
def test_what_one_of_many_unlike_labels_mentions_decides_nothing(labels: tuple[str, ...]) -> None:
    assert verdict(*labels) is Verdict.CLIP


def test_names_of_a_living_kind_are_found_before_what_they_look_like() -> None:
    labels = (
        "Marbled Owlet bird with barred wings",
        "Painted Quelea bird that has a red face",
        "Sooty Hoopoe bird, all grey",
    )
    found = answer(Request(labels, is_set=True))
    assert [each.key for each in found.alternatives][:1] == ["species"]


@pytest.mark.parametrize(
    "text",
    [
        "Group scans into contracts, letters and drawings with no labels",
        "does the picture show a kettle? no position needed",
        "a tool that moves pictures into topics that I name myself",
    ],
)
def test_scans_of_paper_and_what_is_not_needed_send_nothing_away(text: str) -> None:
    assert verdict(text) is Verdict.CLIP


@pytest.mark.parametrize("text", ["cars parked illegally on a pavement", "an unauthorized shed behind a house", "unlicensed vendors selling fruit"])  # fmt: skip
def test_what_is_forbidden_is_in_no_picture(text: str) -> None:
    assert verdict(text) is Verdict.UNKNOWN
