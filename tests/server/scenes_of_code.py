"""Programs that the editor's tests type."""

from __future__ import annotations

LOADING = """\
import torch
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
"""

RAW = (
    LOADING
    + """

def rank(image):
    with torch.no_grad():
        pixels = processor(images=image, return_tensors="pt")
        words = processor(text=["a photo of a beach", "a photo of a forest"], padding=True, return_tensors="pt")
        pictures = model.get_image_features(**pixels).pooler_output
        texts = model.get_text_features(**words).pooler_output
    return (pictures @ texts.T).argmax()
"""
)
"""CLP201 on its last line (13 from 0)."""

MENDED = RAW.replace("pictures @ texts.T", "torch.cosine_similarity(pictures, texts)")
RAW_LINE = 13

GRADIENTS = (
    LOADING
    + """

def score(image):
    inputs = processor(text=["a photo of a beach", "a photo of a forest"], images=image, padding=True, return_tensors="pt")
    return model(**inputs).logits_per_image.argmax().item()
"""
)
"""CLP402, with a safe fix, on line 9 (from 0)."""

HELPER = """\
def vectors(model, inputs):
    return model.get_text_features(**inputs).pooler_output
"""
MENDED_HELPER = """\
def vectors(model, inputs):
    found = model.get_text_features(**inputs).pooler_output
    return found / found.norm(dim=-1, keepdim=True)
"""
CALLER = RAW.replace("import torch\n", "import torch\nfrom helper import vectors\n").replace(
    "model.get_text_features(**words).pooler_output", "vectors(model, words)"
)
"""CLP201 as long as the helper does not normalise: one picture's own length stretches all its scores alike."""

COUNTING = (
    LOADING
    + """

def count(image):
    inputs = processor(text=["one dog", "two dogs"], images=image, padding=True, return_tensors="pt")
    with torch.no_grad():
        return model(**inputs).logits_per_image.argmax()
"""
)
"""CLP101 twice on line 8 (from 0)."""
