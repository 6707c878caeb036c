"""What prompts mean: one table for each phenomenon, hits beside look-alikes."""

from __future__ import annotations

import pytest

from clip_lint.language import count_tokens, count_words, read_prompt
from clip_lint.language.roles import roles_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("three small boats", [(3, "boats")]),
        ("a photo of 4 cup", [(4, "cup")]),
        ("a set of six spoons", [(6, "spoons")]),
        ("a family of five in a garden", [(5, "family")]),
        ("thousands of starlings", [(1000, "starlings")]),
        ("forty-two starlings", [(42, "starlings")]),
        ("twenty-one ferries", [(21, "ferries")]),
        ("4boys and 5x lamps", [(4, "boys"), (5, "lamps")]),
        ("a pair of swans", [(2, "swans")]),
        ("one lighthouse and two ferries", [(1, "lighthouse"), (2, "ferries")]),
        ("exactly one swan", [(1, "swan")]),
        ("two red, round lanterns", [(2, "lanterns")]),
        ("a 3x3 grid of 9 icons", [(9, "icons")]),
        ("How many buses are there?", [(None, "buses")]),
        ("the number of chairs in the hall", [(None, "chairs")]),
        ("does the spider have 8 legs?", [(8, "legs")]),
        ("there are exactly 0 ducks", [(0, "ducks")]),
    ],
)
def test_numbers_of_things(text: str, expected: list[tuple[int | None, str]]) -> None:
    assert [(count.value, count.noun) for count in read_prompt(text).counts] == expected


@pytest.mark.parametrize(
    "text",
    [
        "a street in the 1980s",
        "a 35mm photograph of a harbour",
        "a photo of one lamp",
        "a pair of glasses on a nose",
        "a pair of boots",
        "a table with four legs",
        "an animal on all fours",
        "a four-poster bed",
        "a clock at 12:43",
        "flight 19 over the sea",
        "a jersey for 10 years",
        "no one at the station",
        "several kites",
        "a render, 8 k, high detail",
        "a two story house",
        "a three toed sloth",
        "a poster --ar 16:9 --w 512",
        "a price of $10",
        "two types of bread",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert read_prompt(text).counts == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a fox to the left of a hen", "left"),
        ("a fox on the far right-hand side of a hen", "right"),
        ("a moon in the bottom-left corner of a flag", "bottom-left"),
        ("a mill to the north of a weir", "north"),
        ("a mill among poplars", "among"),
        ("a mug right of a kettle", "right"),
        ("a lamp above a desk", "above"),
        ("the goat is on the roof", "on"),
        ("the goat is in the car", "inside"),
        ("a fountain in front of a church", "front"),
        ("a child between two trees", "between"),
        ("a bridge over a canal", "above"),
        ("a moth in a jar", "inside"),
        ("boat on sand", "on"),
        ("owl is left to fox", "left"),
        ("a scene with a pear on the left and a plum on the right", "left"),
        ("In the background there are cranes", "behind"),
        ("On the table is a letter", "on"),
        ("is the kettle near the window?", "beside"),
    ],
)
def test_where_things_are(text: str, value: str) -> None:
    assert value in [relation.value for relation in read_prompt(text).relations]


@pytest.mark.parametrize(
    "text",
    [
        "a woman looking over the shoulder",
        "a plane flying over a city",
        "a mountain against a dark sky",
        "a field under a blue sky",
        "runners with the right arm up",
        "a boy sitting on a sofa",
        "behind the scenes of a theatre",
        "a bright kitchen",
        "a dancer leaning to the left",
        "there are no swans in the picture",
        "mountains in the background",
        "the cow is in the picture",
        "an island in the style of a woodcut",
    ],
)
def test_what_is_no_place_of_one_thing_by_another(text: str) -> None:
    assert read_prompt(text).relations == ()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a green door and a yellow window", [("green", "door"), ("yellow", "window")]),
        ("a wooden chair and a metal lamp", [("wooden", "chair"), ("metal", "lamp")]),
        ("the bus is blue and the tram is red", [("blue", "bus"), ("red", "tram")]),
        ("a huge tent and a tiny van", [("huge", "tent"), ("tiny", "van")]),
        ("a man in a grey coat with a purple bag", [("grey", "coat"), ("purple", "bag")]),
        ("a red potted plant beside a white stool", [("red", "plant"), ("white", "stool")]),
        ("a leather glove and a rubber glove", [("leather", "glove"), ("rubber", "glove")]),
        ("a blue orange on a green plate", [("blue", "orange"), ("green", "plate")]),
        ("A grey mug. The cup on top of the stack is blue and pink.", [("grey", "mug"), ("pink", "cup")]),
        ("The scarf is red white and green and the hat is purple.", [("green", "scarf"), ("purple", "hat")]),
    ],
)
def test_bindings(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(pair.words[-1], pair.noun) for pair in read_prompt(text).bindings] == pairs


@pytest.mark.parametrize(
    "text",
    [
        "a big red wooden door",
        "a leather bag on a white background",
        "a green field below a blue sky",
        "a black bird with a yellow beak",
        "a black and white photo of a silver spoon",
        "a large hall with high windows",
        "a bowl of oranges",
        "red, blue, glossy, wooden, dark, matte, silver rims, gold chains",
        "grey heron, gray heron, Ardea cinerea",
        "a broken steel pier joint with rust",
    ],
)
def test_what_binds_nothing(text: str) -> None:
    assert read_prompt(text).bindings == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a room with no windows", "no"),
        ("beach without people", "without"),
        ("a rider not wearing a helmet", "not"),
        ("not a hot dog", "not"),
        ("a car missing its wheels", "missing its"),
        ("a suit with nobody inside", "nobody"),
        ("it does not have a roof", "not"),
        ("no evidence of a fracture", "no evidence of"),
        ("absence of clouds", "absence of"),
        ("lack of lighting", "lack of"),
        ("a floor that was never swept", "never"),
        ("a photo of a non-tool.", "non-tool"),
        ("a van, a non-taxi", "non-taxi"),
    ],
)
def test_absence(text: str, word: str) -> None:
    meaning = read_prompt(text)
    assert [negation.word for negation in meaning.negations] == [word]
    assert not meaning.text[slice(*meaning.negations[0].span)].endswith((".", ","))


@pytest.mark.parametrize(
    "text",
    [
        "a no parking sign",
        "a do not enter sign",
        "a picture that is not safe for work",
        "a page not found",
        "a flacon of perfume no 5",
        "a Nothing phone on a table",
        "a place never seen before",
        "without doubt a heron",
        "a missing person poster",
        "a house with or without a garden",
        "a badge that reads 'no comment'",
        "people who cannot swim",
        "a barn that is no longer red",
        "it broke because it wasn't fixed",
        "a face with a lack of symmetry",
        "a seedless grape",
        "a cathedral named Notre-Dame",
        "no one answers the phone",
    ],
)
def test_what_denies_nothing_in_the_picture(text: str) -> None:
    assert read_prompt(text).negations == ()


@pytest.mark.parametrize(
    "text", ["a quiet book reading scene", "a newspaper reading room", "a poetry reading group"]
)
def test_who_reads_a_book_asks_for_no_writing(text: str) -> None:
    assert read_prompt(text).writings == ()


@pytest.mark.parametrize(
    "text",
    [
        'a sign that says "open"',
        "a mug with the word hello on it",
        "a clock that reads 9:15",
        "the letters A B C on a wall",
        "a jersey with the number 7",
        "a shop window with the text \u2018closed\u2019",
        "what does the sign say?",
        "a poster saying please knock",
        "a captcha",
    ],
)
def test_writing(text: str) -> None:
    assert read_prompt(text).asks_for_text


@pytest.mark.parametrize(
    "text",
    [
        "a newspaper on a chair",
        "a wall with text on it",
        "a person reading a book",
        "a boy who reads a comic",
        "text messages on a phone",
        'a 12" record',
        "joyful: 'merry', 'jovial', 'glad', 'sunny'",
        "the dog's bone and the cats' bowl",
        "number of seats",
        "a terminal window with text lines",
        "a screen that shows message bubbles",
        "a screenshot of a word counting program",
        "a plain text editor",
        "a table with letter tiles",
        "a caption contest",
    ],
)
def test_what_carries_writing_without_asking_for_it(text: str) -> None:
    assert not read_prompt(text).asks_for_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Is there a kite in the sky?", "question"),
        ("what colour is the gate", "question"),
        ("Describe the image in detail.", "instruction"),
        ("find images of tulips", "instruction"),
        ("Who is on stage?", "question"),
    ],
)
def test_questions_and_instructions(text: str, kind: str) -> None:
    question = read_prompt(text).question
    assert question is not None
    assert question.kind == kind


@pytest.mark.parametrize(
    "text", ["a question mark on a wall", "a show of hands", "can of beans", "a quiz show"]
)
def test_captions_ask_nothing(text: str) -> None:
    assert read_prompt(text).question is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a photo of a larkspur, a type of flower", "flower"),
        ("a portrait of Serena Williams", "person"),
        ("a Welsh terrier in the grass", "dog"),
        ("my 2011 Toyota in the drive", "car"),
        ("a chest x-ray with pneumonia", "medical"),
        ("a photo i took while visiting Peru", "country"),
    ],
)
def test_members_of_narrow_kinds(text: str, kind: str) -> None:
    assert kind in [member.name for member in read_prompt(text).kinds]


@pytest.mark.parametrize(
    "text", ["a dog in a park", "a golden retriever on a beach", "a rose", "a plate of pizza", "a big hound"]
)
def test_everyday_things_are_no_narrow_kind(text: str) -> None:
    assert read_prompt(text).kinds == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ein Boot auf dem See mit einem Segel", "de"),
        ("un perro con una pelota en la calle", "es"),
        ("une maison sous la neige avec un arbre", "fr"),
        ("\u4e00\u53ea\u732b", "zh"),
        ("\u043a\u043e\u0448\u043a\u0430 \u043d\u0430 \u043a\u0440\u044b\u0448\u0435", "ru"),
        ("a plate of jalape\u00f1o tacos", "en"),
        ("a slice of Sachertorte", "en"),
        ("sky over van", "en"),
        ("la la land", "en"),
        ("a quay with 3 boats (no people, no cars)", "en"),
        ("y = sin(x)", "en"),
        ("o barco dorme no rio e na praia", "pt"),
        ("", "en"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert read_prompt(text).language == language


def test_nothing_but_the_language_is_read_of_a_foreign_prompt() -> None:
    meaning = read_prompt("zwei Katzen auf dem Dach ohne Schnee und ein Hund")
    assert meaning.language == "de"
    assert [meaning.counts, meaning.negations, meaning.relations] == [(), (), ()]


def test_evidence_is_where_it_says() -> None:
    text = "Two  dogs left\u00a0of a \u201cwet\u201d cat without collars"
    meaning = read_prompt(text)
    assert text[slice(*meaning.counts[0].span)] == "Two  dogs"
    assert text[slice(*meaning.relations[0].span)] == "left\u00a0of"
    assert text[slice(*meaning.negations[0].span)] == "without collars"
    assert [text[slice(*span)] for span in meaning.quotes] == ["\u201cwet\u201d"]


def test_roles_and_objects() -> None:
    meaning = read_prompt("a nurse feeding a goat")
    assert [(role.agent, role.action, role.patient) for role in roles_of(meaning.text)] == [
        ("nurse", "feeding", "goat")
    ]
    assert meaning.objects == ("nurse", "goat")


def test_tokens_are_words_and_marks_and_two() -> None:
    assert count_tokens("a cat, a dog.") == 8
    assert count_tokens("tree " * 3000) == 3002
    assert count_words("a cat, a well-fed dog -") == 6


def test_what_stands_in_quotes_has_tokens_too() -> None:
    """A list of quoted words is as long as its words and marks, however it is quoted."""
    assert count_tokens("calm: 'still', 'even'") == 2 + 2 + 6
    assert count_tokens('calm: "still", "even"') == 2 + 2 + 6
    assert count_tokens("it's a sign that says 'keep out'") == 2 + 6 + 4
