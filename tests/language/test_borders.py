"""Both sides of borders: what no picture shows and what it does, what is denied and what only looks so, whose look is whose."""

from __future__ import annotations

import pytest
from queries import asked, warned

from clip_lint.engine.query import Verdict
from clip_lint.language import narrow_kind, read_prompt
from clip_lint.language.invisible import invisible


@pytest.mark.parametrize(
    "text",
    [
        "an honest baker",
        "the driver is corrupt",
        "a portrait of an illiterate woman",
        "this boy is noncriminal",
        "an impostor",
        "a photo of a kind person",
        "a hard-working nurse",
        "there is internet",
        "a faint odour",
        "a ring worth three thousand euros",
        "two men plotting a burglary",
        "soup that tastes salty",
        "a man with a low income",
        "more likely to resign",
        "a future offender",
    ],
)
def test_what_nobody_sees_is_no_task_for_any_model(text: str) -> None:
    found = asked(text)
    assert found.verdict is Verdict.ALTERNATIVE
    assert found.alternatives == ()


@pytest.mark.parametrize(
    "text",
    [
        "an honest portrait of a baker",
        "a rich dark soil",
        "a smart watch",
        "a criminal court",
        "a spy running over a roof",
        "a person who looks honest",
        "an internet cafe",
        "a loud orange jacket",
        "is this an honest man?",
        'a sign that says "honest people"',
        "a reliable old tractor in a barn",
    ],
)
def test_a_trait_of_things_or_of_a_longer_story_is_not_taken_for_one_of_a_person(text: str) -> None:
    assert invisible(read_prompt(text)) == ""


def test_one_unseen_label_of_many_decides_nothing() -> None:
    assert asked("a dog | a cat | a horse | a cow | noise").verdict is Verdict.CLIP
    assert asked("a dog | noise").verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "text",
    [
        "a nonhuman shape",
        "nonfood",
        "a dog-free lawn",
        "a maskless visitor",
        "no one in the yard",
        "no one is waving, the crowd watches",
        "a spoon with nothing else around it",
        "a wall minus its door",
        "barely any snow on the roof",
        "a cook who forgot her apron",
        "a climber failing to wear a helmet",
        "a pot with the lid removed",
        "non-smiling people",
    ],
)
def test_absence_in_any_shape(text: str) -> None:
    assert read_prompt(text).negations
    assert "CLP104" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a nonstick wok",
        "nonsense poems",
        "a nonagonal box",
        "sugar-free jam",
        "a wireless lamp",
        "a sleeveless shirt",
        "there is no one answer",
        "minus ten degrees",
        "a nonmelanoma skin cancer",
        "a sofa removed from a van",
    ],
)
def test_what_only_looks_like_absence(text: str) -> None:
    assert read_prompt(text).negations == ()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a spotless mug without stains", Verdict.UNKNOWN),
        ("an intact pane with no cracks", Verdict.UNKNOWN),
        ("a mug without stains", Verdict.ALTERNATIVE),
        ("an intact pane with no frame", Verdict.ALTERNATIVE),
    ],
)
def test_flaws_denied_of_what_is_said_to_be_sound(text: str, verdict: Verdict) -> None:
    assert asked(text).verdict is verdict


def test_a_caption_of_absences_is_about_them_however_long_it_is() -> None:
    told = "an advertisement of one copper kettle on a grey cloth, the light soft and even, seen from above at a short distance, in the manner of an old dictionary or a catalogue of tools"
    assert asked(f"{told}, no lid").verdict is Verdict.CLIP
    assert asked(f"{told}, no lid, no steam, no hands and no logo").verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize("labels", ["carriage | noncarriage", "a skater with a helmet | a helmetless skater", "cat | non-cat"])  # fmt: skip
def test_a_word_and_its_denial_are_a_contrast(labels: str) -> None:
    assert asked(labels).verdict is Verdict.ALTERNATIVE
    assert asked(" | ".join(reversed(labels.split(" | ")))).verdict is Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "text",
    [
        "a skirt below the knee",
        "a coat cut above the ankles",
        "a handshake between two women",
        "a bead held between three fingers",
        "paint bleeding between neighbouring areas",
        "a seam that flickers between frames",
        "a lynx hiding under a bush",
        "a girl running behind a cow",
        "a dented suitcase beside a pile of maps",
        "a bus in front of a burning factory",
    ],
)
def test_places_that_tell_a_scene(text: str) -> None:
    assert "CLP102" not in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a kettle under the table",
        "a kettle next to a toaster",
        "a kettle next to a toaster, front view",
        "the lantern is next to the red door",
        "a lynx lying under a bench",
        "a kettle between two toasters",
        "a bead between the thumb and two fingers",
    ],
)
def test_places_that_are_asked_for(text: str) -> None:
    assert "CLP102" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a boy in a yellow jumper and black boots",
        "a woman with a red scarf and a brown bag crossing a bridge",
        "a nurse in a white coat, green trousers and blue shoes",
    ],
)
def test_the_clothes_of_one_person_bind_nothing(text: str) -> None:
    assert "CLP103" not in warned(text)
    assert read_prompt(text).bindings


@pytest.mark.parametrize(
    "text",
    [
        "a boy in a yellow jumper holding a black kite",
        "a woman in a white dress beside a black horse",
        "a girl in a red coat and a boy in a blue coat",
        "a red kettle and a blue mug",
        "one cook shouts angrily while another smiles happily",
        "two ponies, one black and one white",
        "one gate is green and the other is yellow",
        "a boy with brown hair talking to a tall girl with blond hair near a grey stone wall",
    ],
)
def test_two_things_each_with_its_own_look_bind(text: str) -> None:
    assert "CLP103" in warned(text)


@pytest.mark.parametrize(
    "text",
    ["one cook smiles happily while another smiles happily", "another red kettle", "two ponies, one of them black", "a dog and another dog"],
)  # fmt: skip
def test_one_look_for_all_binds_nothing(text: str) -> None:
    assert read_prompt(text).bindings == ()


@pytest.mark.parametrize(
    "text",
    [
        "a mass in the left kidney",
        "an x-ray of a fractured elbow",
        "no fracture",
        "Atelectasis | no Atelectasis",
        "NoDR | MildNPDR | SevereNPDR",
        "Covid | Normal",
        "left-sided pneumothorax | right-sided pneumothorax",
    ],
)
def test_a_doctors_question_goes_to_a_model_for_doctors(text: str) -> None:
    assert [each.key for each in asked(text).alternatives][:1] == ["medical"]


@pytest.mark.parametrize(("text", "sided"), [("a tumor in the left lung", True), ("a tumor in the lung", False), ("a left-hand glove", False)])  # fmt: skip
def test_the_side_of_the_body_is_a_place_where_a_finding_is(text: str, sided: bool) -> None:
    assert any(relation.value == "left" for relation in read_prompt(text).relations) is sided


def test_everyday_dishes_are_no_narrow_kind() -> None:
    assert narrow_kind(("pizza", "tacos", "steak", "sushi", "pancakes")) is None
    assert narrow_kind(("gnocchi", "ravioli", "lasagna", "tiramisu", "pizza")) is not None


@pytest.mark.parametrize("text", ["a page of text about segmentation", "a slide on object detection", "a robot arm", "robot arm", "point cloud depth map of a sofa"])  # fmt: skip
def test_what_a_page_is_about_asks_for_nothing(text: str) -> None:
    assert asked(text).task is None


@pytest.mark.parametrize("text", ["road segmentation for drones", "robot arm should lift the lid", "estimate the depth map of a photo"])  # fmt: skip
def test_the_name_of_a_work_asks_for_it(text: str) -> None:
    assert asked(text).task is not None


@pytest.mark.parametrize(
    "text",
    [
        "a road sign showing 70",
        "a screen that displays error 502",
        "a price tag of 4.50",
        "an invoice with a total of 99.95",
        "flat number 12",
        "number plate XYZ 987",
        "a watch showing noon",
        "a clock showing quarter past two",
        "expiry date 2031-07",
        "a tram with line 6 on its display",
        "the brand name Nordwind stamped on a crate",
        "a text saying hello",
    ],
)
def test_figures_on_what_bears_them_are_to_be_read(text: str) -> None:
    assert read_prompt(text).writings
    assert "CLP107" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a sign with 3 arrows",
        "a sign that shows two children",
        "a display of 20 watches",
        "a label with two colours",
        "a dress printed with flowers",
        "a date palm by the sea",
        "a plate of 6 dumplings",
        "a clock showing its hands",
        "people saying hello",
    ],
)
def test_figures_that_count_and_pictures_of_signs_are_not(text: str) -> None:
    assert read_prompt(text).writings == ()


@pytest.mark.parametrize("text", ["a van 15 meters away", "a mast 30 m high", "a crate at a distance of 2 meters"])  # fmt: skip
def test_measures_are_for_other_models(text: str) -> None:
    assert [each.key for each in asked(text).alternatives] == ["depth"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a village in Portugal", Verdict.UNKNOWN),
        ("summer in Kenya", Verdict.UNKNOWN),
        ("a picture from Norway", Verdict.UNKNOWN),
        ("the flag of Norway", Verdict.CLIP),
        ("The Atomium in Brussels", Verdict.CLIP),
        ("a cat in a Panama hat", Verdict.CLIP),
        ("a good screw", Verdict.UNKNOWN),
        ("a good friend", Verdict.CLIP),
        ("raw chicken", Verdict.UNKNOWN),
        ("a raw diamond", Verdict.CLIP),
        ("a horse running towards the camera", Verdict.UNKNOWN),
        ("a pony standing still", Verdict.UNKNOWN),
        ("a pony running on a beach", Verdict.CLIP),
        ("an incorrect squat", Verdict.UNKNOWN),
        ("a slouching student", Verdict.UNKNOWN),
        ("exactly one kettle", Verdict.ALTERNATIVE),
        ("one kettle", Verdict.CLIP),
        ("a tricycle has three wheels", Verdict.CLIP),
        ("three wheels", Verdict.ALTERNATIVE),
        ("the arm is moving to the left", Verdict.ALTERNATIVE),
        ("a man leaning to the left", Verdict.CLIP),
    ],
)
def test_short_captions_by_what_they_hang_on(text: str, verdict: Verdict) -> None:
    assert asked(text).verdict is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It is a heron: a yellow beak and black legs on a slender grey body.", Verdict.CLIP),
        ("This is a kettle: a wooden handle and a black lid.", Verdict.CLIP),
        ("a squid: white tentacles and a red body", Verdict.CLIP),
        ("It is a market: a red car and a blue van.", Verdict.ALTERNATIVE),
        ("toy shop: red car and blue van", Verdict.ALTERNATIVE),
    ],
)
def test_parts_of_a_thing_that_is_named_first_bind_nothing(text: str, verdict: Verdict) -> None:
    assert asked(text).verdict is verdict


@pytest.mark.parametrize(
    "text",
    [
        "My gut says this is fake",
        "my instinct says it was staged",
        "rumour says the house is haunted",
        "experts say this is rare",
        "they say it is haunted",
        "needless to say a cat",
        "the model says it is a dog",
    ],
)
def test_what_somebody_says_is_not_written_anywhere(text: str) -> None:
    assert "CLP107" not in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a man wearing a shirt that says love",
        'a man says "stop"',
        "a person holding a sign that says help",
        "a tattoo which says mom",
        "the clock says 12:30",
    ],
)
def test_what_a_thing_says_is_written_on_it(text: str) -> None:
    assert "CLP107" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a small shrub growing in large clusters",
        "a tiny flower that grows in large clusters",
        "small fish swimming in a big school",
        "small flowers arranged in large heads",
    ],
)
def test_how_things_stand_together_is_no_second_thing(text: str) -> None:
    assert "CLP103" not in warned(text)


@pytest.mark.parametrize("text", ["a big truck and a small car", "a small dog in a large box"])
def test_two_things_of_two_sizes_are(text: str) -> None:
    assert "CLP103" in warned(text)
