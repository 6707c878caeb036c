"""Correct programs near each rule: what the rule looks for is there in other words, or looks like it and is not."""

from __future__ import annotations

from right_programs import CLIP, TRANSFORMERS

SIGLIP = """\
import torch
from PIL import Image
from transformers import AutoModel, AutoProcessor

name = "google/siglip-base-patch16-224"
model, processor = AutoModel.from_pretrained(name).eval(), AutoProcessor.from_pretrained(name)
"""
ENCODED = """\
with torch.no_grad():
    image, text = model.encode_image(pixels), model.encode_text(tokens)
"""


def _said(code: str, *labels: str) -> str:
    """A program that compares these labels; the first is wrongly said to be what the rule is about."""
    rows = ",\n    ".join([f'§{code}§"{labels[0]}"§', *(f'"{label}"' for label in labels[1:])])
    return (
        CLIP
        + f"""\
labels = [
    {rows},
]
with torch.no_grad():
    print(model(pixels, clip.tokenize(labels))[0].softmax(dim=-1))
"""
    )


TEXTS = {
    "a number that counts nothing": _said(
        "CLP101", "a photo of a two-tone shirt", "a photo of a plain shirt"
    ),
    "a side that is a name": _said("CLP102", "a photo of a left-handed pitcher", "a photo of a catcher"),
    "an attribute with one thing": _said("CLP103", "a photo of a red car", "a photo of a blue car"),
    "no that is on the sign": _said("CLP104", "a photo of a no-parking sign", "a photo of a stop sign"),
    "kinds that are far apart": _said("CLP105", "a photo of a dog", "a photo of a lighthouse"),
    "other things in the same place": _said(
        "CLP106", "a photo of a dog on a sofa", "a photo of a cat on a sofa"
    ),
    "a thing with letters on it": _said("CLP107", "a photo of a newspaper", "a photo of a magazine"),
    "an unusual thing to ask for": _said("CLP108", "a photo of a question mark", "a photo of a comma"),
    "nearly as long as may be": _said(
        "CLP109", "a photo of a small boat with a red sail on a calm lake", "a photo of a train"
    ),
    "other within a word": _said("CLP111", "a photo of a mother with her child", "a photo of a child"),
    "a mood that shows": _said("CLP113", "a photo of a smiling person", "a photo of a crying person"),
    "a foreign word that English has": _said("CLP114", "a photo of a croissant", "a photo of a baguette"),
    "a template put on in a loop": CLIP
    + """\
names = ["boat", §CLP110§"train"§]
prompts = []
for each in names:
    prompts.append("a photo of a " + each)
with torch.no_grad():
    print(model(pixels, clip.tokenize(prompts))[0].softmax(dim=-1))
""",
    "keys made into words": CLIP
    + """\
keys = [§CLP112§"fishing_boat"§, "freight_train"]
words = [f"a photo of a {key.replace('_', ' ')}" for key in keys]
with torch.no_grad():
    print(model(pixels, clip.tokenize(words))[0].softmax(dim=-1))
""",
    "doubles taken out": CLIP
    + """\
names = ["a photo of a boat", "a photo of a train", §CLP116§"a photo of a boat"§]
with torch.no_grad():
    print(model(pixels, clip.tokenize(list(dict.fromkeys(names))))[0].softmax(dim=-1))
""",
}

SCORES = {
    "divided by the root of the squares": CLIP
    + ENCODED
    + """\
    image = image / image.pow(2).sum(-1, keepdim=True).sqrt()
    text = text * text.square().sum(dim=-1, keepdim=True).rsqrt()
    print(§CLP201§torch.matmul(image, text.mT)§)
""",
    "the cosine by its own function": CLIP
    + ENCODED
    + """\
    print(§CLP201§F.cosine_similarity(image, text)§)
""",
    "the scale in one of the features": CLIP
    + ENCODED
    + """\
    image = F.normalize(image) * model.logit_scale.exp()
    print(§CLP202§(image @ F.normalize(text).T).softmax(dim=-1)§)
""",
    "turned twice": TRANSFORMERS
    + """\
texts = processor(text=["a boat", "a train"], return_tensors="pt", padding=True)
with torch.no_grad():
    logits = model(**inputs, **texts).logits_per_image
    print(§CLP203§torch.softmax(logits.T.T, 1)§)
""",
    "one label beside another": TRANSFORMERS
    + """\
others = ["a photo of something else"]
texts = processor(text=["a boat"] + others, return_tensors="pt", padding=True)
with torch.no_grad():
    print(§CLP204§model(**inputs, **texts).logits_per_image.softmax(dim=-1)§)
""",
    "a sigmoid for pairs": SIGLIP
    + """\
inputs = processor(text=["a boat"], images=Image.open("boat.jpg"), padding="max_length", return_tensors="pt")
with torch.no_grad():
    print(§CLP205§torch.sigmoid(model(**inputs).logits_per_image)§)
""",
    "a threshold that was calibrated": CLIP
    + ENCODED
    + """\
    cosine = F.cosine_similarity(image, text)
print([value for value in cosine.tolist() if §CLP206§value > 0.27§])
""",
    "a share that is shown": TRANSFORMERS
    + """\
texts = processor(text=["a boat", "a train"], return_tensors="pt", padding=True)
with torch.no_grad():
    shares = model(**inputs, **texts).logits_per_image.softmax(dim=-1)
print(f"{§CLP207§shares[0, 0].item()§:.0%}")
""",
    "scaled by a helper, once": CLIP
    + """\
def scaled(scores):
    return scores * model.logit_scale.exp()


"""
    + ENCODED
    + """\
    print(§CLP208§scaled(F.normalize(image) @ F.normalize(text).T).softmax(dim=-1)§)
""",
    "made unit vectors in place, then stored": CLIP
    + """\
import faiss
import numpy as np

index = faiss.IndexFlatIP(16)
with torch.no_grad():
    vectors = model.encode_text(tokens).numpy()
vectors /= np.linalg.norm(vectors, axis=1)[:, None]
§CLP209§index.add(vectors)§
""",
    "summed and made a unit vector": CLIP
    + ENCODED
    + """\
    mean = §CLP210§F.normalize(text).mean(0, keepdim=True)§
    print(F.normalize(image) @ F.normalize(mean).T)
""",
    "the model's own scale under another name": CLIP
    + """\
warmth = float(model.logit_scale.detach().exp())
"""
    + ENCODED
    + """\
    print((§CLP211§warmth * (F.normalize(image) @ F.normalize(text).T)§).softmax(dim=-1))
""",
}

INPUTS = {
    "a tokenizer of the same checkpoint": """\
import torch
from transformers import AutoTokenizer, CLIPModel

where = {"model": "openai/clip-vit-base-patch32"}
model = CLIPModel.from_pretrained(where["model"]).eval()
words = AutoTokenizer.from_pretrained(§CLP301§where.get("model")§)
with torch.no_grad():
    print(model.get_text_features(**words(["a boat"], return_tensors="pt")).pooler_output)
""",
    "padded by a habit of the tokenizer": SIGLIP
    + """\
words = processor.tokenizer
words.model_max_length = 64
how = dict(padding="max_length", truncation=True, max_length=64)
with torch.no_grad():
    texts = §CLP302§words(["a boat"], return_tensors="pt", **how)§
    print(model.get_text_features(**texts).pooler_output)
""",
    "channels turned by hand": CLIP
    + """\
import cv2

_, frame = cv2.VideoCapture(0).read()
with torch.no_grad():
    model.encode_image(preprocess(§CLP303§Image.fromarray(frame[..., ::-1].copy())§).unsqueeze(0))
""",
    "channels taken by number": CLIP
    + """\
import cv2

frame = cv2.imread("boat.jpg").take([2, 1, 0], axis=2)
with torch.no_grad():
    model.encode_image(preprocess(§CLP303§Image.fromarray(frame)§).unsqueeze(0))
""",
    "mean and deviation by hand": TRANSFORMERS
    + """\
import numpy as np

mean, std = (torch.tensor(each).view(3, 1, 1) for each in (processor.image_processor.image_mean, processor.image_processor.image_std))
picture = Image.open("boat.jpg").convert("RGB").resize((32, 32))
raw = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1) / 255
with torch.no_grad():
    §CLP304§model.get_image_features(pixel_values=((raw - mean) / std).unsqueeze(0))§
""",
    "cut by the words' number": CLIP
    + """\
def short(text):
    return " ".join(text.split()[:12])


with torch.no_grad():
    model.encode_text(§CLP305§clip.tokenize([short("a very long tale of a boat " * 40)])§)
""",
    "the activation that the weights were trained with": """\
import open_clip
import torch
from PIL import Image

model, _, preprocess = §CLP306§open_clip.create_model_and_transforms("ViT-B-32-quickgelu", pretrained="openai")§
model.eval()
with torch.no_grad():
    model.encode_image(preprocess(Image.open("boat.jpg")).unsqueeze(0))
""",
    "the tensor asked for by name": TRANSFORMERS
    + """\
with torch.no_grad():
    found = §CLP307§model.get_image_features(**inputs)§
vectors = getattr(found, "pooler_output")
print(vectors / vectors.norm(dim=-1, keepdim=True))
""",
    "floats that are not rescaled again": TRANSFORMERS
    + """\
import numpy as np

floats = np.asarray(Image.open("boat.jpg").convert("RGB"), dtype=np.float32) / 255
with torch.no_grad():
    model.get_image_features(**§CLP308§processor(images=floats, do_rescale=False, return_tensors="pt")§)
""",
    "inputs taken to the weights' kind": CLIP
    + """\
model.double()
weight = next(model.parameters())
with torch.no_grad():
    §CLP309§model.encode_image(pixels.to(weight))§
""",
}

RUNNING = {
    "eval mode from a function": """\
import open_clip
import torch
from PIL import Image


def ready(pair):
    return pair[0].train(mode=False), pair[1]


model, preprocess = ready(§CLP401§open_clip.create_model_from_pretrained("ViT-B-32", pretrained="laion2b_s34b_b79k")§)
with torch.no_grad():
    print(model.encode_image(preprocess(Image.open("boat.jpg")).unsqueeze(0)))
""",
    "gradients off for the whole program": CLIP
    + """\
torch.set_grad_enabled(False)
print(§CLP402§model.encode_image(pixels)§)
""",
    "gradients off by a decorator of its own": CLIP
    + """\
def quietly(function):
    def inner(*given):
        with torch.inference_mode():
            return function(*given)

    return inner


@quietly
def vector(batch):
    return §CLP402§model.encode_image(batch)§


print(vector(pixels))
""",
    "a picture a minute": CLIP
    + """\
def seen(name):
    with torch.no_grad():
        return §CLP403§model.encode_image(preprocess(Image.open(name)).unsqueeze(0))§


print(seen("boat.jpg"))
""",
    "prompts that a cache keeps": CLIP
    + """\
from functools import lru_cache


@lru_cache
def prompts():
    with torch.no_grad():
        return §CLP404§model.encode_text(tokens)§


for _ in range(3):
    print(pixels.shape, prompts().shape)
""",
    "a model that a cache keeps": """\
from functools import cache

from PIL import Image
from transformers import CLIPModel, CLIPProcessor


@cache
def model():
    return §CLP405§CLIPModel.from_pretrained("openai/clip-vit-base-patch32")§


for _ in range(3):
    print(model().config.model_type)
""",
}
MORE = {**TEXTS, **SCORES, **INPUTS, **RUNNING}
UNSEEN = {
    *TEXTS,
    "a threshold that was calibrated",
    "the activation that the weights were trained with",
    "a tokenizer of the same checkpoint",
    "mean and deviation by hand",
    "cut by the words' number",
    "inputs taken to the weights' kind",
    "a picture a minute",
    "prompts that a cache keeps",
    "a model that a cache keeps",
}
"""Of which a run says that it did not come by the fault: there is nothing of it to see, neither wrong nor right."""
