"""Programs of the shape that the libraries' own pages have, in words of our own: at most notes are said of them.

Whoever tries the linter first runs it on such a page. A warning there is read as a false one, whatever it says.
"""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

_FETCH = """\
import requests
import torch
from PIL import Image
photo = Image.open(requests.get("https://example.org/pond.jpg", stream=True).raw)
"""
_OPEN_CLIP = """\
import open_clip
import torch
from PIL import Image
model, _, preprocess = open_clip.create_model_and_transforms("{name}", pretrained="{tag}")
model.eval()  # train mode is the factory's default, and matters for batch norm
tokenizer = open_clip.get_tokenizer("{name}")
picture = preprocess(Image.open("pond.png")).unsqueeze(0)
words = tokenizer(["a chart", "a heron", "a frog"])
with torch.no_grad(), torch.autocast("cuda"):
    picture_features = model.encode_image(picture)
    word_features = model.encode_text(words)
    picture_features /= picture_features.norm(dim=-1, keepdim=True)
    word_features /= word_features.norm(dim=-1, keepdim=True)
    shares = (100.0 * picture_features @ word_features.T).softmax(dim=-1)
print("Label probs:", shares)
"""
SAMPLES = {
    "transformers CLIP, whole model": _FETCH
    + """\
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(text=["a photo of a heron", "a photo of a frog"], images=photo, return_tensors="pt", padding=True)
outputs = model(**inputs)
logits_per_image = outputs.logits_per_image  # image-text similarity
probs = logits_per_image.softmax(dim=1)
""",
    "transformers CLIP, automatic, on a device": _FETCH
    + """\
from transformers import AutoModel, AutoProcessor
model = AutoModel.from_pretrained("openai/clip-vit-base-patch32", dtype=torch.bfloat16, attn_implementation="sdpa")
processor = AutoProcessor.from_pretrained("openai/clip-vit-base-patch32")
labels = ["a photo of a heron", "a photo of a frog", "a photo of a boat"]
inputs = processor(text=labels, images=photo, return_tensors="pt", padding=True)
outputs = model(**inputs)
probs = outputs.logits_per_image.softmax(dim=1)
likeliest = probs.argmax(dim=1)
print(labels[likeliest.item()])
""",
    "transformers CLIP, text features": """\
import torch
from transformers import AutoTokenizer, CLIPModel
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
tokenizer = AutoTokenizer.from_pretrained("openai/clip-vit-base-patch32")
inputs = tokenizer(["a photo of a heron", "a photo of a frog"], padding=True, return_tensors="pt")
with torch.inference_mode():
    text_features = model.get_text_features(**inputs)
""",
    "transformers CLIP, image features": _FETCH
    + """\
from transformers import AutoProcessor, CLIPModel
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = AutoProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(images=photo, return_tensors="pt")
with torch.inference_mode():
    image_features = model.get_image_features(**inputs)
""",
    "transformers pipeline": """\
import torch
from transformers import pipeline
classify = pipeline(task="zero-shot-image-classification", model="openai/clip-vit-base-patch32", dtype=torch.bfloat16, device=0)
labels = ["a photo of a heron", "a photo of a frog", "a photo of a boat"]
classify("https://example.org/pond.jpg", candidate_labels=labels)
""",
    "SigLIP, whole model": _FETCH
    + """\
from transformers import AutoModel, AutoProcessor
model = AutoModel.from_pretrained("google/siglip-base-patch16-224")
processor = AutoProcessor.from_pretrained("google/siglip-base-patch16-224")
texts = ["a photo of 2 herons", "a photo of 2 frogs"]
# padding to the maximum, since the model was trained with it
inputs = processor(text=texts, images=photo, padding="max_length", return_tensors="pt")
with torch.no_grad():
    outputs = model(**inputs)
probs = torch.sigmoid(outputs.logits_per_image)
print(f"{probs[0][0]:.1%} that image 0 is '{texts[0]}'")
""",
    "SigLIP, pipeline": _FETCH
    + """\
from transformers import pipeline
classify = pipeline(task="zero-shot-image-classification", model="google/siglip-base-patch16-224")
outputs = classify(photo, candidate_labels=["2 herons", "a boat", "a remote"])
print([{"score": round(each["score"], 4), "label": each["label"]} for each in outputs])
""",
    "SigLIP 2, whole model": _FETCH
    + """\
from transformers import AutoModel, AutoProcessor
model = AutoModel.from_pretrained("google/siglip2-base-patch16-224", dtype=torch.float16, device_map="auto", attn_implementation="sdpa")
processor = AutoProcessor.from_pretrained("google/siglip2-base-patch16-224")
labels = ["a heron", "a frog", "a boat", "a bridge"]
texts = [f"This is a photo of {label}." for label in labels]
inputs = processor(text=texts, images=photo, padding="max_length", max_length=64, return_tensors="pt").to(model.device)
with torch.no_grad():
    outputs = model(**inputs)
probs = torch.sigmoid(outputs.logits_per_image)
""",
    "SigLIP 2, NaFlex": _FETCH
    + """\
from transformers import AutoModel, AutoProcessor
model = AutoModel.from_pretrained("google/siglip2-base-patch16-naflex", dtype=torch.float16, device_map="auto")
processor = AutoProcessor.from_pretrained("google/siglip2-base-patch16-naflex")
texts = [f"This is a photo of {label}." for label in ("a heron", "a frog")]
inputs = processor(text=texts, images=photo, padding="max_length", max_num_patches=256, return_tensors="pt").to("cuda")
with torch.no_grad():
    outputs = model(**inputs)
probs = torch.sigmoid(outputs.logits_per_image)
""",
    "open_clip, LAION": _OPEN_CLIP.format(name="ViT-B-32", tag="laion2b_s34b_b79k"),
    "open_clip, OpenAI": _OPEN_CLIP.format(name="ViT-B-32-quickgelu", tag="openai"),
    "open_clip, DFN": _OPEN_CLIP.format(name="ViT-B-16-quickgelu", tag="dfn2b"),
    "open_clip, CoCa writes": """\
import open_clip
import torch
from PIL import Image
model, _, transform = open_clip.create_model_and_transforms(model_name="coca_ViT-L-14", pretrained="mscoco_finetuned_laion2B-s13B-b90k")
photo = transform(Image.open("pond.jpg").convert("RGB")).unsqueeze(0)
with torch.no_grad(), torch.autocast("cuda"):
    written = model.generate(photo)
print(open_clip.decode(written[0]).split("<end_of_text>")[0].replace("<start_of_text>", ""))
""",
    "open_clip, SigLIP as on its model card": """\
from urllib.request import urlopen
import torch
import torch.nn.functional as F
from PIL import Image
from open_clip import create_model_from_pretrained, get_tokenizer
model, preprocess = create_model_from_pretrained("hf-hub:timm/ViT-B-16-SigLIP2")
tokenizer = get_tokenizer("hf-hub:timm/ViT-B-16-SigLIP2")
picture = preprocess(Image.open(urlopen("https://example.org/pond.png"))).unsqueeze(0)
labels = ["a heron", "a frog", "a boat", "a bridge"]
words = tokenizer(labels, context_length=model.context_length)
with torch.no_grad(), torch.cuda.amp.autocast():
    image_features = F.normalize(model.encode_image(picture), dim=-1)
    text_features = F.normalize(model.encode_text(words), dim=-1)
    text_probs = torch.sigmoid(image_features @ text_features.T * model.logit_scale.exp() + model.logit_bias)
print(list(zip(labels, [100 * round(p.item(), 3) for p in text_probs[0]])))
""",
    "openai/CLIP, usage": """\
import clip
import torch
from PIL import Image
device = "cuda" if torch.cuda.is_available() else "cpu"
model, preprocess = clip.load("ViT-B/32", device=device)
picture = preprocess(Image.open("pond.png")).unsqueeze(0).to(device)
words = clip.tokenize(["a chart", "a heron", "a frog"]).to(device)
with torch.no_grad():
    image_features = model.encode_image(picture)
    text_features = model.encode_text(words)
    logits_per_image, logits_per_text = model(picture, words)
    probs = logits_per_image.softmax(dim=-1).cpu().numpy()
print("Label probs:", probs)
""",
    "openai/CLIP, zero-shot": """\
import os
import clip
import torch
from torchvision.datasets import CIFAR100
device = "cuda" if torch.cuda.is_available() else "cpu"
model, preprocess = clip.load("ViT-B/32", device)
pictures = CIFAR100(root=os.path.expanduser("~/.cache"), download=True, train=False)
picture, truth = pictures[3637]
image_input = preprocess(picture).unsqueeze(0).to(device)
text_inputs = torch.cat([clip.tokenize(f"a photo of a {name}") for name in pictures.classes]).to(device)
with torch.no_grad():
    image_features = model.encode_image(image_input)
    text_features = model.encode_text(text_inputs)
image_features /= image_features.norm(dim=-1, keepdim=True)
text_features /= text_features.norm(dim=-1, keepdim=True)
similarity = (100.0 * image_features @ text_features.T).softmax(dim=-1)
values, indices = similarity[0].topk(5)
for value, index in zip(values, indices):
    print(f"{pictures.classes[index]:>16s}: {100 * value.item():.2f}%")
""",
    "openai/CLIP, linear probe": """\
import os
import clip
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch.utils.data import DataLoader
from torchvision.datasets import CIFAR100
from tqdm import tqdm
device = "cuda" if torch.cuda.is_available() else "cpu"
model, preprocess = clip.load("ViT-B/32", device)
root = os.path.expanduser("~/.cache")
train = CIFAR100(root, download=True, train=True, transform=preprocess)
test = CIFAR100(root, download=True, train=False, transform=preprocess)
def get_features(dataset):
    all_features = []
    all_labels = []
    with torch.no_grad():
        for images, labels in tqdm(DataLoader(dataset, batch_size=100)):
            features = model.encode_image(images.to(device))
            all_features.append(features)
            all_labels.append(labels)
    return torch.cat(all_features).cpu().numpy(), torch.cat(all_labels).cpu().numpy()
train_features, train_labels = get_features(train)
test_features, test_labels = get_features(test)
classifier = LogisticRegression(random_state=0, C=0.316, max_iter=1000, verbose=1)
classifier.fit(train_features, train_labels)
accuracy = np.mean((test_labels == classifier.predict(test_features)).astype(float)) * 100.0
print(f"Accuracy = {accuracy:.3f}")
""",
    "sentence-transformers, pictures and texts": """\
from PIL import Image
from sentence_transformers import SentenceTransformer, util
model = SentenceTransformer("clip-ViT-B-32")
picture = model.encode(Image.open("heron_in_reeds.jpg"))
texts = model.encode(["Two herons in the reeds", "A frog on a table", "A picture of London at night"])
print(util.cos_sim(picture, texts))
""",
    "sentence-transformers, similarity": """\
from PIL import Image
from sentence_transformers import SentenceTransformer
model = SentenceTransformer("clip-ViT-L-14")
pictures = model.encode([Image.open(name) for name in ("pond.jpg", "bridge.jpg")])
texts = model.encode(["A heron in the reeds", "A bridge at dusk"])
print(model.similarity(pictures, texts))
""",
    "sentence-transformers, search": """\
import glob
import torch
from PIL import Image
from sentence_transformers import SentenceTransformer, util
model = SentenceTransformer("clip-ViT-B-32")
names = list(glob.glob("photos/*.jpg"))
vectors = model.encode([Image.open(name) for name in names], batch_size=128, convert_to_tensor=True, show_progress_bar=True)
def search(query, k=3):
    asked = model.encode([query], convert_to_tensor=True, show_progress_bar=False)
    hits = util.semantic_search(asked, vectors, top_k=k)[0]
    for hit in hits:
        print(names[hit["corpus_id"]])
search("a heron in the reeds")
""",
    "sentence-transformers, many languages": """\
import torch
from PIL import Image
from sentence_transformers import SentenceTransformer, util
img_model = SentenceTransformer("clip-ViT-B-32")
text_model = SentenceTransformer("sentence-transformers/clip-ViT-B-32-multilingual-v1")
pictures = [Image.open(name) for name in ("heron.jpg", "frog.jpg", "beach.jpg")]
img_embeddings = img_model.encode(pictures)
texts = ["A heron in the reeds", "Ein Frosch auf dem Tisch", "Una playa con palmeras"]
text_embeddings = text_model.encode(texts)
cos_sim = util.cos_sim(text_embeddings, img_embeddings)
for text, scores in zip(texts, cos_sim):
    print(text, scores[torch.argmax(scores)])
""",
}


def told(text: str) -> dict[str, Severity]:
    everything = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))
    outcome = lint_text(
        text.encode(),
        "sample.py",
        Configuration(everything, "/nowhere", isolated=True),
        "/nowhere",
        isolated=True,
    )
    assert not outcome.problems
    return {finding.code: finding.severity for finding in outcome.reported}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_a_library_gets_notes_at_most(name: str) -> None:
    compile(SAMPLES[name], name, "exec")
    assert not {code for code, severity in told(SAMPLES[name]).items() if severity > Severity.NOTE}


def test_the_samples_are_read() -> None:
    """They are not silent because nothing of them is known: the same programs with one fault are reported."""
    broken = {
        "openai/CLIP, zero-shot": ("100.0 * ", "", "CLP202"),
        "open_clip, LAION": ("model.eval()", "pass", "CLP401"),
        "SigLIP, whole model": ('padding="max_length"', "padding=True", "CLP302"),
        "SigLIP 2, whole model": ("torch.sigmoid(outputs.logits_per_image)", "outputs.logits_per_image.softmax(dim=1)", "CLP205"),
        "transformers CLIP, whole model": ("softmax(dim=1)", "softmax(dim=0)", "CLP203"),
        "sentence-transformers, search": ("a heron in the reeds", "a heron without a fish", "CLP104"),
    }  # fmt: skip
    for name, (old, new, code) in broken.items():
        assert old in SAMPLES[name]
        assert code in told(SAMPLES[name].replace(old, new)), name
