"""The scale without its `exp()`, and sigmoids over what was trained for a softmax."""

from __future__ import annotations

import math
import re

import pytest
from told import told

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.checkpoints import cosine_band

HEAD = """\
import math

import clip
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from scipy.special import expit

model, preprocess = clip.load("ViT-B/32", device="cpu")
pixels = preprocess(Image.open("street.jpg")).unsqueeze(0)
tokens = clip.tokenize(["a photo of a tram", "a photo of a taxi"])
with torch.no_grad():
    logits, by_text = model(pixels, tokens)
    image = F.normalize(model.encode_image(pixels), dim=-1)
    text = F.normalize(model.encode_text(tokens), dim=-1)
    cosines = image @ text.T
"""
SURE_OF_ALL = [
    "torch.sigmoid(logits)",
    "by_text.sigmoid()",
    "torch.nn.Sigmoid()(logits)",
    "expit(logits.numpy())",
    "1 / (1 + torch.exp(-logits))",
    "1 / (np.exp(-logits.numpy()) + 1)",
    "torch.sigmoid(100 * cosines)",
    "torch.sigmoid(cosines / 0.01)",
    "torch.sigmoid(model.logit_scale.exp() * cosines)",
    "torch.sigmoid(cosines)",
    "torch.sigmoid(F.cosine_similarity(image, text))",
]
LEVELLED = [
    "torch.sigmoid(100 * (cosines - 0.25))",
    "torch.sigmoid(100 * cosines - 25)",
    "torch.sigmoid((logits - 20) / 4)",
    "1 / (1 + torch.exp(-(logits - 25)))",
    "torch.sigmoid((cosines - cosines.mean()) / cosines.std())",
    "torch.sigmoid(logits[:, 0] - logits[:, 1])",
    "torch.sigmoid(cosines * slope + level)",
    "torch.sigmoid(cosines / temperature)",
    "torch.sigmoid(logits).argmax()",
    "torch.sigmoid(image)",
    "torch.sigmoid(image @ image.T)",
    "torch.sigmoid(5 * cosines)",
    "1 / (2 + torch.exp(-logits))",
]


@pytest.mark.parametrize("use", SURE_OF_ALL)
def test_a_sigmoid_says_yes_to_all(use: str) -> None:
    assert len(told(f"{HEAD}print({use})", "CLP214")) == 1


@pytest.mark.parametrize("use", LEVELLED)
def test_a_level_of_ones_own_is_fine(use: str) -> None:
    assert told(f"{HEAD}print({use})", "CLP214") == []


def test_weights_that_are_trained_or_loaded_may_fit_a_sigmoid() -> None:
    use = "print(torch.sigmoid(model(pixels, tokens)[0]))"
    assert len(told(f"{HEAD}{use}", "CLP214")) == 1
    assert told(f'{HEAD}model.load_state_dict(torch.load("tags.pt"))\n{use}', "CLP214") == []
    assert told(f"{HEAD}torch.optim.SGD(model.parameters())\n{use}", "CLP214") == []


@pytest.mark.parametrize(("name", "count"), [('"ViT-B-32"', 1), ('"ViT-B-16-SigLIP"', 0), ("name", 0)])
def test_the_name_tells_the_loss(name: str, count: int) -> None:
    program = (
        "import open_clip\nimport torch\n"
        f"model, _, preprocess = open_clip.create_model_and_transforms({name}, pretrained=tag)\n"
        f"tokenizer = open_clip.get_tokenizer({name})\n"
        "image = model.encode_image(pixels, normalize=True)\n"
        'text = model.encode_text(tokenizer(["a tram", "a taxi"]), normalize=True)\n'
        "print(torch.sigmoid(100 * image @ text.T))\n"
    )
    assert len(told(program, "CLP214")) == count


LOGARITHM = [
    "model.logit_scale * cosines",
    "(cosines * model.logit_scale).softmax(dim=-1)",
    "model.logit_scale * image @ text.T",
    "torch.mul(cosines, model.logit_scale)",
    "cosines.mul(model.logit_scale.item())",
    "cosines * float(model.logit_scale)",
    "cosines.numpy() * model.logit_scale.detach().cpu().numpy()",
    "cosines * model.logit_scale.data",
]
SCALE = [
    "model.logit_scale.exp() * cosines",
    "cosines * torch.exp(model.logit_scale)",
    "cosines * math.exp(model.logit_scale)",
    "cosines * np.exp(float(model.logit_scale))",
    "cosines * math.e**model.logit_scale",
    "cosines + model.logit_bias",
    "cosines * torch.clamp(model.logit_scale.exp(), max=100)",
    "open(f'{model.logit_scale}')",
]


@pytest.mark.parametrize("use", LOGARITHM)
def test_the_logarithm_is_no_scale(use: str) -> None:
    assert len(told(f"{HEAD}print({use})", "CLP213")) == 1


@pytest.mark.parametrize("use", SCALE)
def test_its_exponential_is(use: str) -> None:
    assert told(f"{HEAD}print({use})", "CLP213") == []


@pytest.mark.parametrize(
    ("use", "factor"),
    [
        ("torch.sigmoid(logits)", 100),
        ("torch.sigmoid(model.logit_scale.exp() * cosines)", 100),
        ("torch.sigmoid(cosines / 0.05)", 20),
        ("torch.sigmoid(50 * cosines)", 50),
    ],
)
def test_the_value_that_is_told_is_that_of_the_lowest_cosine_of_vit_b_32(use: str, factor: float) -> None:
    """The lower end of the band, times what the program multiplies it by: a softer scale leaves lower values."""
    band = cosine_band(Checkpoint("clip", "ViT-B/32"))
    assert band is not None
    low, _, _, high = sorted(float(each) for each in re.findall(r"0\.\d+", band.matches))
    [finding] = told(f"{HEAD}print({use})", "CLP214")
    [least] = [float(each) for each in re.findall(r"above (0\.\d+)", finding.message)]
    assert least == pytest.approx(1 / (1 + math.exp(-low * factor)), abs=1e-4)
    [finding] = told(f"{HEAD}print(torch.sigmoid(cosines))", "CLP214")
    shown = [float(each) for each in re.findall(r"0\.\d+", finding.message)]
    assert shown == [round(1 / (1 + math.exp(-each)), 2) for each in (low, high)]


NAMED = """
import torch
from transformers import AutoModel, AutoProcessor
model = AutoModel.from_pretrained("{name}").eval()
processor = AutoProcessor.from_pretrained("{name}")
with torch.no_grad():
    scores = model(**processor(text=["a tram", "a taxi"], images=image, padding=True, return_tensors="pt")).logits_per_image
chances = torch.sigmoid(scores)
print(chances)
"""


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("openai/clip-vit-large-patch14", 1),
        ("patrickjohncyh/fashion-clip", 1),
        ("somebody/clip-vit-base-patch32-cars", 1),
        ("lcybuaa/Git-RSCLIP", 0),  # SigLIP by its configuration
        ("somebody/harbourCLIP", 0),
    ],
)
def test_a_name_with_clip_in_it_says_little_of_the_training(name: str, count: int) -> None:
    assert len(told(NAMED.format(name=name), "CLP214")) == count


ORDERED = """
with torch.no_grad():
    scores = {scores}
    {use}
"""


@pytest.mark.parametrize(
    "scores",
    [
        "model.logit_scale * image @ text.T",
        "(image @ text.T) * model.logit_scale",
    ],
)
@pytest.mark.parametrize(
    ("use", "count"),
    [
        ("print(scores.argmax(-1).item())", 0),
        ("print(torch.argmax(scores, dim=-1))", 0),
        ("best = scores.topk(1, 1, True, True)[1].t()", 0),
        ("print(scores.softmax(-1))", 1),
        ("print(scores.argmax(-1), scores)", 1),
        ("values, places = scores.topk(2)\n    print(values)", 1),
        ("loss = F.cross_entropy(scores, labels)", 1),
    ],
)
def test_a_factor_does_not_change_an_order(scores: str, use: str, count: int) -> None:
    assert len(told(HEAD + ORDERED.format(scores=scores, use=use), "CLP213")) == count
