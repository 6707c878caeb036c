"""Correct programs with marks that force findings on them, and the way to take the marks out."""

from __future__ import annotations

import re

from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position

NAME = "program.py"
CLIP = """\
import clip
import torch
import torch.nn.functional as F
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
pixels = preprocess(Image.open("boat.jpg")).unsqueeze(0)
tokens = clip.tokenize(["a photo of a boat", "a photo of a very long train"])
"""
TRANSFORMERS = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(images=Image.open("boat.jpg"), return_tensors="pt")
"""
RIGHT = {
    "normalised in place by an argument": CLIP
    + """\
with torch.no_grad():
    image, text = model.encode_image(pixels), model.encode_text(tokens)
    for vectors in (image, text):
        F.normalize(vectors, dim=-1, out=vectors)
    print(§CLP201§image @ text.T§)
""",
    "normalised by a function from a table": CLIP
    + """\
steps = {"unit": lambda vectors: vectors.div_(vectors.norm(dim=-1, keepdim=True))}
with torch.no_grad():
    image, text = (steps["unit"](each) for each in (model.encode_image(pixels), model.encode_text(tokens)))
    scores = §CLP201§torch.einsum("id,td->it", image, text)§
    print(§CLP202§(model.logit_scale.exp() * scores).softmax(dim=-1)§)
""",
    "normalised as an array": CLIP
    + """\
import numpy as np

with torch.no_grad():
    image, text = model.encode_image(pixels).numpy(), model.encode_text(tokens).numpy()
image /= np.linalg.norm(image, axis=-1, keepdims=True)
np.divide(text, np.linalg.norm(text, axis=-1, keepdims=True), out=text)
print(§CLP201§image @ text.T§, §CLP201§np.dot(text[0], image[0])§)
""",
    "converted into itself": CLIP
    + """\
import cv2

capture = cv2.VideoCapture(0)
_, frame = capture.read()
cv2.cvtColor(frame, cv2.COLOR_BGR2RGB, dst=frame)
with torch.no_grad():
    model.encode_image(preprocess(§CLP303§Image.fromarray(frame)§).unsqueeze(0))
""",
    "stored with length one": CLIP
    + """\
import faiss

index = faiss.IndexFlatIP(16)
with torch.no_grad():
    vectors = model.encode_text(tokens)
    torch.nn.functional.normalize(vectors, dim=-1, out=vectors)
§CLP209§index.add(vectors.numpy())§
""",
    "a method of the model replaced": TRANSFORMERS
    + """\
plain = model.get_image_features


def wrapped(**given):
    with torch.no_grad():
        return plain(**given).pooler_output


model.get_image_features = wrapped
vectors = §CLP307§§CLP402§model.get_image_features(**inputs)§§
print(vectors / vectors.norm(dim=-1, keepdim=True))
""",
    "gradients that are used": CLIP
    + """\
head = torch.nn.Linear(16, 2)
features = §CLP402§model.encode_image(pixels)§
torch.nn.functional.cross_entropy(head(features), torch.tensor([1])).backward()
""",
    "one softmax over the labels": TRANSFORMERS
    + """\
texts = processor(text=["a boat", "a train"], return_tensors="pt", padding=True)
with torch.no_grad():
    logits = model(**inputs, **texts).logits_per_text
    print(§CLP203§§CLP204§§CLP208§logits.T.softmax(dim=1)§§§)
""",
    "in eval mode by a detour": """\
import open_clip
import torch
from PIL import Image

model, preprocess = §CLP401§open_clip.create_model_from_pretrained("ViT-B-32", pretrained="laion2b_s34b_b79k")§
getattr(model, "tr" + "ain")(False)
with torch.no_grad():
    print(model.encode_image(preprocess(Image.open("boat.jpg")).unsqueeze(0)))
""",
    "a batch at once": CLIP
    + """\
batches = [torch.cat([pixels, pixels]), torch.cat([pixels, pixels + 1])]
with torch.no_grad():
    for batch in batches:
        §CLP403§model.encode_image(batch)§
""",
    "other texts each time": CLIP
    + """\
with torch.no_grad():
    for word in ("boat", "train"):
        §CLP404§model.encode_text(clip.tokenize([f"a photo of a {word}", "a photo"]))§
""",
    "averaged and normalised again": CLIP
    + """\
with torch.no_grad():
    text, image = F.normalize(model.encode_text(tokens)), F.normalize(model.encode_image(pixels))
    mean = §CLP210§text.mean(dim=0)§
    mean.div_(mean.norm())
    print(image @ mean)
""",
    "padded to the whole context": """\
import torch
from transformers import AutoModel, AutoProcessor

name = "google/siglip-base-patch16-224"
model, processor = AutoModel.from_pretrained(name), AutoProcessor.from_pretrained(name)
how = {"padding": "max_length", "return_tensors": "pt"}
texts = §CLP302§processor(text=["a boat"], **how)§
with torch.no_grad():
    print(model.get_text_features(**texts).pooler_output)
""",
    "whole numbers, divided once": TRANSFORMERS
    + """\
import numpy as np

array = np.asarray(Image.open("boat.jpg").convert("RGB"))
with torch.no_grad():
    model.get_image_features(**§CLP308§processor(images=array, return_tensors="pt")§)
""",
}
"""Programs with marks: §CODE§ begins what a finding is forced on, § ends it."""


def forced(program: str) -> tuple[str, tuple[Finding, ...]]:
    """The program without its marks, and the findings that they force."""
    text = ""
    begun: list[tuple[str, Position]] = []
    found = []
    for part in re.split(r"(§CLP\d{3}§|§)", program):
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        if part == "§":
            code, start = begun.pop()
            place = Place(NAME, 0, start, Position(line, column))
            found.append(Finding(code, "forced", Severity.ERROR, "a fault", place))
        elif part.startswith("§"):
            begun.append((part.strip("§"), Position(line, column)))
        else:
            text += part
    return text, tuple(found)
