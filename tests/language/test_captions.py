"""What captions and labels of public programs say, each kind with its near misses: what happens among people, what has failed, who is named."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.query import Answer, Verdict, answer
from clip_lint.engine.requests import Request


def asked(text: str) -> Answer:
    texts = tuple(text.split(" | "))
    return answer(Request(texts, is_set=len(texts) > 1))


def codes(text: str) -> set[str]:
    return {found.code for found in asked(text).findings}


def warned(text: str) -> set[str]:
    return {found.code for found in asked(text).findings if found.severity >= Severity.WARNING}


@pytest.mark.parametrize(
    "text",
    [
        "a heated argument among a group of students",
        "a quarrel breaking out between two women",
        "an interview between a man and a woman",
        "a photo of a conversation among friends",
        "a friendly match between children",
        "a long discussion amongst workers",
        "a deal being made between people",
        "a fight starting between boys",
        "a dialogue between a teacher and her students",
        "a race among women",
    ],
)
def test_what_people_do_among_themselves_is_no_place(text: str) -> None:
    assert "CLP102" not in codes(text)


@pytest.mark.parametrize(
    "text", ["a dog between two women", "a ball among the children", "a table between two men"]
)
def test_a_thing_among_people_is_at_a_place(text: str) -> None:
    assert "CLP102" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "three men sitting inside a van",
        "a child sitting inside a bus",
        "a dog sitting inside a car",
        "commuters standing inside a tram",
        "a woman asleep inside a taxi",
        "two nurses sitting inside an ambulance",
        "a pilot seated inside the cockpit",
        "people standing inside an elevator",
        "a market surrounded by parking lots",
        "a school surrounded by orchards",
        "a chapel surrounded by vineyards",
    ],
)
def test_where_people_ride_and_what_lies_around_is_a_setting(text: str) -> None:
    assert "CLP102" not in warned(text)


@pytest.mark.parametrize(
    "text", ["a ball inside a box", "a wallet inside a drawer", "a cup surrounded by spoons"]
)
def test_a_thing_inside_or_amid_things_is_at_a_place(text: str) -> None:
    assert "CLP102" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a parrot sitting on a perch",
        "a kitten sleeping on a cushion",
        "a puppy lying on a blanket",
        "a photo of an owl sitting on a branch at dusk",
        "an old husky resting on a porch",
        "a heap of cars parked in a parking lot",
        "a bee in its hive",
        "a snail in its shell",
        "a coat worn by a bride",
        "a song played by a busker",
        "a fridge in an apartment",
        "a piano in a foyer",
    ],
)
def test_where_an_animal_rests_and_whose_a_thing_is_are_no_places(text: str) -> None:
    assert "CLP102" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "the kitten is lying on the piano",
        "a book lying on a hat",
        "a bird perched on a teapot",
        "a kettle placed by a toaster",
    ],
)
def test_a_place_that_is_asserted_is_told(text: str) -> None:
    assert "CLP102" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "a lift that is not working",
        "the escalator is not functioning",
        "a water pump that isn't working",
        "a non-functioning lamp",
        "nonworking street lights",
        "a broken or nonfunctional printer",
        "an elevator out of order",
        "a power cut in a village",
        "water leakage on a ceiling",
        "moisture ingress in a cellar",
        "a leaf showing symptoms of rust",
        "a tree with signs of decay",
        "a potato plant showing evidence of blight",
        "a scratch capsule",
        "a photo of a crack tile",
        "a stain carpet",
        "a dirty floor",
        "a person falling over",
        "a worker lying on the floor",
        "a fake watch",
        "a cyclist with a counterfeit bag",
        "an ugly man",
        "a good-looking woman",
    ],
)
def test_what_has_failed_fallen_or_is_false_is_a_state(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a waterlogged meadow",
        "a hole punch",
        "a child in a fake beard",
        "fake snow",
        "a man lying on the grass",
        "a boy falling asleep",
        "a waterfall",
        "a vegan curry on a wooden tray",
        "a leaky tap drawn in pencil",
        "a film poster with a falling star",
        "a working dog",
    ],
)
def test_what_only_sounds_like_a_failure_is_for_clip(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize("text", ["a man who is not working", "a nurse not wearing gloves", "a non-smoker"])
def test_people_who_do_not_do_something_are_an_absence(text: str) -> None:
    assert "CLP104" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a dent | a smooth door",
        "a pothole | a clean road",
        "scratches | undamaged paint",
        "normal | scam | forgery",
        "safe | violent | fake",
        "a roomy kitchen | a cramped kitchen",
        "a bush with many dried leaves | a bush with some dead leaves",
        "a dog sitting | a dog lying | a dog standing",
        "a man falling | a man sitting",
        "a worker standing | a worker crouching | a worker lying on the ground",
        "a teenager | an adult | an old woman | a woman",
        "a girl who is 7 years old | a girl who is 9 years old",
        "a man aged 40 | a man aged 60",
        "the lamp is well placed | the lamp is not well placed",
        "an authentic photo | a cgi picture | an ai generated picture",
        "a photo of a black woman | a photo of an asian woman | a photo of a white woman",
        "an asian man | a hispanic man",
    ],
)
def test_labels_that_differ_in_a_state_are_unknown(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a white dog | a black dog",
        "an indian elephant | a white tiger",
        "a dog running | a dog sitting | a dog swimming",
        "a clean road | a forest | a beach",
        "a crack | a spoon | a clean wall",
        "a house | a church | a school",
        "a meme | a screenshot | a sticker",
        "a painting | a photo | a 3d render",
        "a white wall | a black wall",
    ],
)
def test_labels_that_differ_in_what_they_show_are_for_clip(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "two goats in a meadow",
        "a photo of three boats on a lake",
        "two buses on the street",
        "two cups and one spoon",
        "three cows and a dog standing in a field",
        "two zebras standing in the savanna",
        "one kettle and two cups",
        "a photo of two tents in the desert",
        "two penguins on the ice",
        "two ducks and three geese",
        "two people and one dog",
    ],
)
def test_a_number_of_things_and_where_they_are_is_a_number(text: str) -> None:
    assert "CLP101" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "two men playing chess",
        "two children building a sandcastle on the beach",
        "two women beside a market stall with fruit",
        "a view of the Seven Sisters cliffs, England",
        "a hotel in the Three Rivers district",
        "a plane over the Nine Dragons bridge",
        "two glasses of wine on a table by a window",
    ],
)
def test_a_number_in_passing_and_one_in_a_name_are_none(text: str) -> None:
    assert "CLP101" not in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a photo of Angela Merkel holding a speech",
        "Lionel Messi kicking a ball",
        "a portrait of Elvis Presley with a guitar",
        "a photo of Bill Gates and Steve Jobs on a stage",
        "Taylor Swift in a garden",
        "a picture of Albert Einstein riding a bicycle",
        "a photo of Serena Williams eating an apple",
        "Barack Obama reading a book",
        "a photo of Emma Watson smiling",
        "Tom Cruise on a motorcycle",
    ],
)
def test_whose_name_comes_first_is_who_is_asked_for(text: str) -> None:
    found = asked(text)
    assert found.verdict is Verdict.ALTERNATIVE
    assert found.alternatives[0].key == "faces"


@pytest.mark.parametrize(
    "text",
    [
        "a crowd in a square waving small flags with pictures of Barack Obama",
        "a boy with a Michael Jackson poster in a room full of toys",
        "the lady of the lake",
        "a dress in the style of the twenties",
    ],
)
def test_a_name_among_other_things_decides_nothing(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    "text",
    [
        "a red kite in a snowy field",
        "a blue sledge on an icy hill",
        "a tall man in a long coat",
        "a small woman wearing a big hat",
        "a wet road with a water puddle",
        "a yellow tractor in a muddy field",
        "a brown dog in a foggy forest",
        "a white horse on a sandy beach",
        "a tall bride in a short dress",
        "a green tent in a rocky valley",
    ],
)
def test_the_weather_of_a_place_and_the_length_of_clothes_bind_nothing(text: str) -> None:
    assert "CLP103" not in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a short bridge and a wide river",
        "a narrow door and a tall window",
        "a thick book and a tiny lamp",
        "a red kite and a blue sledge",
        "a purple giraffe wearing a green scarf",
        "two girls on a bench, one wearing a yellow raincoat and reading a newspaper, the other wearing a checked skirt and eating an apple",
        "two men talk in a bar full of people, one in a grey suit with a glass of beer, the other in a brown leather jacket with a phone",
        "a big dog beside a small cat",
    ],
)
def test_looks_of_two_things_bind(text: str) -> None:
    assert "CLP103" in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "a street that begins with B",
        "a brand that ends in the letter X",
        "a town starting with T",
        "a jersey with two identical digits",
        "a sign with three letters",
        "a licence plate with four numbers",
        "a street name that starts with the letter M",
        "a word that begins with Q",
    ],
)
def test_how_something_is_spelt_is_to_be_read(text: str) -> None:
    found = asked(text)
    assert "CLP107" in warned(text)
    assert found.alternatives[0].key == "reader"


@pytest.mark.parametrize(
    "text",
    [
        "a drawing with caption text",
        "a picture with text captions",
        "a child learning three letters",
        "a day that starts with a walk",
        "a street that ends in a park",
        "a concert that begins with a song",
        "a meme about dogs",
        "a meme with a cat",
    ],
)
def test_what_only_has_words_is_not_read(text: str) -> None:
    assert "CLP107" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "a chest x-ray showing ribs",
        "a radiograph of the lungs",
        "chest radiograph | abdominal CT | breast ultrasound",
        "a mammogram | an echocardiogram | a brain MRI",
        "an endoscopic picture | a CT scan | an x-ray",
    ],
)
def test_which_kind_of_medical_picture_it_is_asks_for_no_finding(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("a chest x-ray showing fluid", "medical"),
        ("an x-ray with pneumonia | an x-ray with edema", "medical"),
        ("normal | asthma | diabetes | hypertension", "medical"),
        ("retina: myopia | retina: glaucoma", "medical"),
        ("a field maple (Acer campestre) | a hornbeam (Carpinus) | a rowan (Sorbus)", "species"),
        ("a photo of a box (Buxus) bush | a photo of a privet (Ligustrum) bush", "species"),
        ("a photo of a Makita cordless drill | a photo of a Bosch cordless drill | a photo of an Einhell cordless drill", "head"),
        ("a photo of an Ikea folding chair | a photo of a Vitra folding chair | a photo of a Thonet folding chair", "head"),
    ],
)  # fmt: skip
def test_findings_species_and_makes_are_for_others(text: str, tool: str) -> None:
    found = asked(text)
    assert found.verdict is Verdict.ALTERNATIVE
    assert found.alternatives[0].key == tool


@pytest.mark.parametrize(
    "text",
    [
        "a chair (wooden) | a table (round) | a lamp (old)",
        "a photo of a garden chair | a photo of a folding chair | a photo of a rocking chair",
        "a wooden chair | a plastic chair | a metal chair",
    ],
)
def test_what_stands_in_brackets_or_before_a_noun_may_be_plain(text: str) -> None:
    assert "CLP105" not in warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "nudity or sexual content",
        "weapons or firearms",
        "gore, blood or violent content",
        "hate symbols or racist imagery",
        "drugs or narcotics",
        "adult or explicit material",
        "a vehicle like a car or truck",
        "a fruit such as an apple or pear",
        "Filter coffee in a glass",
        "Watch tower by the sea",
        "cut flowers on a table",
    ],
)
def test_names_of_one_thing_ask_for_no_choice(text: str) -> None:
    assert asked(text).verdict is Verdict.CLIP


@pytest.mark.parametrize("text", ["peaceful or violent crowd", "smoke or steam", "real or plastic flowers"])
def test_a_choice_between_two_is_one(text: str) -> None:
    assert asked(text).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text", ["a dangerous person", "a concealed knife", "autism", "an undetected intruder"]
)
def test_what_is_hidden_or_in_a_head_is_for_no_model(text: str) -> None:
    found = asked(text)
    assert found.verdict is Verdict.ALTERNATIVE
    assert found.alternatives == ()


@pytest.mark.parametrize(
    "text", ["a dangerous road", "a hidden path in a forest", "a concealed door in a wall of books"]
)
def test_what_is_dangerous_or_hidden_may_be_seen(text: str) -> None:
    assert asked(text).verdict is not Verdict.ALTERNATIVE


@pytest.mark.parametrize(
    "text",
    [
        "distinguish between a sketch and an etching",
        "differentiate between maps and aerial photographs",
        "choose between a portrait and a landscape",
        "decide between a cat and a dog",
        "pick posters by colour",
        "filter the shop's pictures by dominant color",
        "group my photos by season",
        "sort screenshots by topic",
    ],
)
def test_what_is_told_apart_or_sorted_by_lies_nowhere(text: str) -> None:
    assert "CLP102" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "search by a sentence instead of by keywords",
        "find pictures from a sample instead of a description",
        "find dents on doors without any defect examples",
        "sort leaves without manual labels",
        "look pictures up by meaning instead of filenames",
    ],
)
def test_how_something_is_searched_is_no_absence(text: str) -> None:
    assert "CLP104" not in codes(text)


@pytest.mark.parametrize("text", ["a kitchen with shelves instead of cupboards", "a bed without any pillows"])
def test_what_is_not_there_is_an_absence(text: str) -> None:
    assert "CLP104" in codes(text)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("check that the dinner plate is empty", Verdict.UNKNOWN),
        ("is the barrier up or down?", Verdict.UNKNOWN),
        ("is the lamp at the gate on or off?", Verdict.UNKNOWN),
        ("find the pictures which were taken on a certain day", Verdict.ALTERNATIVE),
        ("read the number plate of the van", Verdict.ALTERNATIVE),
        ("which of these three captions fits the photo best?", Verdict.CLIP),
    ],
)
def test_questions_are_about_their_object(text: str, verdict: Verdict) -> None:
    assert asked(text).verdict is verdict
