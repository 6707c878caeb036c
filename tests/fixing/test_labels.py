"""Repairs of the labels themselves."""

from __future__ import annotations

import pytest
from mended import findings, mend

from clip_lint.core.finding import Applicability

ASK = """\
from transformers import pipeline

ask = pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")
"""
BY_POSITION = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")
labels = ["a photo of a dog", "a photo of a cat", "a photo of a dog", "a photo of a horse"]
with torch.no_grad():
    logits, _ = model(pixels, clip.tokenize(labels))
probabilities = logits.softmax(dim=-1)
"""


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('["dog", "cat", "dog"]', '["dog", "cat"]'),
        ('["dog", "dog", "cat"]', '["dog", "cat"]'),
        ('[\n    "dog", "cat",\n    "dog",\n]', '[\n    "dog", "cat",\n]'),
        ('[\n    "dog", "dog",\n    "cat"\n]', '[\n    "dog",\n    "cat"\n]'),
        (
            '[\n    "dog",  # one\n    "cat",  # two\n    "dog",\n]',
            '[\n    "dog",  # one\n    "cat",  # two\n]',
        ),
        ('("dog", "cat", "dog")', '("dog", "cat")'),
    ],
)
def test_a_duplicate_goes_where_scores_come_with_their_labels(written: str, left: str) -> None:
    for program in (
        f"{ASK}ask('a.jpg', candidate_labels={{}})\n",
        f"{ASK}KINDS = {{}}\nprint(ask(x, candidate_labels=KINDS))\n",
    ):
        repair, mended = mend(program.format(written), "CLP116")
        assert not repair.refused
        assert mended == program.format(left)


@pytest.mark.parametrize(
    "written", ['["dog", "cat", "dog"  # again\n]', '[\n    "dog",\n    "dog",  # the big one\n    "cat",\n]']
)
def test_a_comment_beside_it_keeps_a_duplicate(written: str) -> None:
    program = f"{ASK}ask('a.jpg', candidate_labels={written})\n"
    assert findings(program, "CLP116")
    assert mend(program, "CLP116")[1] == program


@pytest.mark.parametrize(
    "rest", ["", "groups = ['pet', 'pet', 'working', 'farm']\nprint(groups[int(probabilities.argmax())])\n"]
)
def test_where_scores_have_the_order_of_the_list_removing_is_only_shown(rest: str) -> None:
    (found,) = findings(BY_POSITION + rest, "CLP116")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.SUGGESTION
    assert found.fix.edits
    assert mend(BY_POSITION + rest, "CLP116")[1] == BY_POSITION + rest


def test_a_list_that_is_also_counted_stays() -> None:
    program = (
        f"{ASK}KINDS = ['dog', 'cat', 'dog']\nprint(ask(x, candidate_labels=KINDS), KINDS.index('cat'))\n"
    )
    assert findings(program, "CLP116")
    assert mend(program, "CLP116")[1] == program


@pytest.mark.parametrize(
    "labels",
    ['["something sweet", "green jacket", "shoes"]', '["red shoes", "place to draw", "cat"]'],
)
def test_no_article_goes_before_what_is_no_noun(labels: str) -> None:
    program = f"""import clip

model, preprocess = clip.load("ViT-B/32")
labels = {labels}
tokens = clip.tokenize(labels)
"""
    assert mend(program, "CLP110")[1] == program


@pytest.mark.parametrize("head", ["for style, prompts in styles.items()", "for prompts in styles.values()"])
def test_the_values_of_a_dictionary_may_be_lists(head: str) -> None:
    program = f"""from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
styles = {{"bare": ["jacket", "footwear", "handbag"], "more": ["coat", "shoes", "purse"]}}
{head}:
    inputs = processor(text=prompts, images=Image.open("a.jpg"), return_tensors="pt", padding=True)
    print(model(**inputs).logits_per_image.softmax(dim=1))
"""
    repair, mended = mend(program, "CLP110")
    assert "CLP110" in {each.code for each in repair.outcome.reported}
    assert not repair.refused
    assert mended == program


SEEN = """\
import clip
from PIL import Image

model, preprocess = clip.load("ViT-B/32")
image = model.encode_image(preprocess(Image.open("shop.jpg")).unsqueeze(0))
"""


@pytest.mark.parametrize(
    ("labels", "is_mended"),
    [
        ('["kiln", "loom", "anvil"]', True),
        ('["pottery kiln", "hand loom", "anvil"]', True),
        ('["pottery ceramics clay", "loom", "anvil"]', False),
        ('["traffic light", "loom", "anvil"]', True),
    ],
)
def test_rows_of_key_words_get_no_article(labels: str, is_mended: bool) -> None:
    program = (
        SEEN
        + f"labels = {labels}\nfeatures = model.encode_text(clip.tokenize(labels))\nprint((image @ features.T).argmax())\n"
    )
    assert (mend(program, "CLP110")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("name", "is_mended"), [("labels", True), ("names", True), ("texts", False), ("prompts", False)]
)
def test_a_function_that_may_get_sentences_adds_no_template(name: str, is_mended: bool) -> None:
    program = (
        SEEN
        + f"\n\ndef embed({name}):\n    return model.encode_text(clip.tokenize({name}))\n\n\nprint((image @ embed(['kiln', 'loom', 'anvil']).T).argmax())\n"
    )
    assert (mend(program, "CLP110")[1] != program) is is_mended


TWICE = """\
import open_clip
import torch

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")
KINDS = {labels}
with torch.no_grad():
    image = model.encode_image(pixels, normalize=True)
    first = image @ model.encode_text(tokenizer({texts}), normalize=True).T
    second = image @ model.encode_text(tokenizer({again}), normalize=True).T
print(KINDS[int(first.argmax())], KINDS[int(second.argmax())])
"""


@pytest.mark.parametrize(
    ("code", "labels", "texts", "made"),
    [
        ("CLP110", '["beach", "mountain", "desk"]', "KINDS", 'f"a photo of a {label}."'),
        ("CLP110", '["beach", "mountain", "desk"]', "[kind for kind in KINDS]", 'f"a photo of a {kind}."'),
        ("CLP112", '["sea_lion", "polar_bear"]', "KINDS", '.replace("_", " ")'),
        ("CLP112", '["Sea/SeaLion", "Ice/PolarBear"]', "KINDS", "readable_words(key) for key in KINDS"),
    ],
)
def test_labels_that_two_calls_encode_are_mended_in_both(
    code: str, labels: str, texts: str, made: str
) -> None:
    repair, mended = mend(TWICE.format(labels=labels, texts=texts, again=texts), code)
    assert not repair.refused
    assert mended.count(made) == 2


def test_what_cannot_be_mended_in_one_of_its_calls_is_left_in_both() -> None:
    text = TWICE.format(labels='["beach", "mountain", "desk"]', texts="KINDS", again="sorted(KINDS)")
    assert mend(text, "CLP110")[1] == text
