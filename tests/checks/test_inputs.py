"""Inputs that do not fit: the right programs beside the wrong ones, whose lines are marked."""

from __future__ import annotations

import re
import textwrap

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

MARK = re.compile(r"#\s*(CLP\d{3})$")
PREAMBLE = """\
import clip
import sys
import torch
from PIL import Image
device = "cuda" if torch.cuda.is_available() else "cpu"
"""
STORIES = {
    "pictures left behind": """
        model, preprocess = clip.load("ViT-B/32")
        words = model.encode_text(clip.tokenize(["a ferry", "a tug"]).to(device))
        def look(path):
            return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))  # CLP309
    """,
    "pictures put on the CPU": """
        model, preprocess = clip.load("ViT-B/32")
        words = model.encode_text(clip.tokenize(["a ferry", "a tug"]).cuda())
        look = model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0).to("cpu"))  # CLP309
    """,
    "texts left behind": """
        class Searcher:
            def __init__(self):
                self.model, self.preprocess = clip.load("ViT-B/32", device=device)
            def picture(self, path):
                return self.model.encode_image(self.preprocess(Image.open(path)).unsqueeze(0).to(device))
            def words(self):
                return self.model.encode_text(clip.tokenize(["a ferry", "a tug"]))  # CLP309
    """,
    "nothing moved to a GPU that may be there": """
        from transformers import CLIPModel, CLIPProcessor
        model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").to(device)
        processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
        inputs = processor(text=["a ferry"], images=Image.open("harbour.jpg"), return_tensors="pt", truncation=True)
        print(model(**inputs))  # CLP309
    """,
    "moved part by part": """
        from transformers import CLIPModel, CLIPProcessor
        model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").to(device)
        processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
        inputs = processor(images=Image.open("harbour.jpg"), return_tensors="pt")
        for key in inputs:
            inputs[key] = inputs[key].to(device)
        print(model.get_image_features(**inputs))
        others = processor(images=Image.open("harbour.jpg"), return_tensors="pt")
        others = {key: value.to(device) for key, value in others.items()}
        print(model.get_image_features(**others))
        third = processor(images=Image.open("harbour.jpg"), return_tensors="pt")
        third.pixel_values = third.pixel_values.to(device)
        print(model.get_image_features(**third))
    """,
    "a device that a caller chooses": """
        def load(device="cpu"):
            model, preprocess = clip.load("ViT-B/32", device=device)
            return model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0))
    """,
    "both moved": """
        model, preprocess = clip.load("ViT-B/32", device=device)
        words = model.encode_text(clip.tokenize(["a ferry", "a tug"]).to(device))
        pixels = preprocess(Image.open("harbour.jpg")).unsqueeze(0)
        if device == "cuda":
            pixels = pixels.cuda()
        look = model.encode_image(pixels)
    """,
    "both on the CPU": """
        model, preprocess = clip.load("ViT-B/32", device="cpu")
        words = model.encode_text(clip.tokenize(["a ferry", "a tug"]))
        look = model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0))
    """,
    "moved to a device that may be the CPU": """
        model, preprocess = clip.load("ViT-B/32", device="cpu")
        words = model.encode_text(clip.tokenize(["a ferry", "a tug"]).to(device))
        look = model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0))
    """,
    "weights that are float32 for each step": """
        model, preprocess = clip.load("ViT-B/32", device="cuda")
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
        def widen(model):
            for each in model.parameters():
                each.data = each.data.float()
        widen(model)
        optimizer.step()
        clip.model.convert_weights(model)
    """,
    "weights that no gradient reaches": """
        model, preprocess = clip.load("ViT-B/32", device="cuda")
        class Head(torch.nn.Module):
            def __init__(self, inner):
                super().__init__()
                self.inner = inner
                self.last = torch.nn.Linear(512, 10)
            def forward(self, pixels):
                with torch.no_grad():
                    look = self.inner.encode_image(pixels).float()
                return self.last(look)
        net = Head(model)
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
        for pixels, label in loader:
            torch.nn.functional.cross_entropy(net(pixels.cuda()), label.cuda()).backward()
            optimizer.step()
    """,
    "weights that stay as they are": """
        model, preprocess = clip.load("ViT-B/32", device="cuda")  # CLP309
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
        optimizer.step()
    """,
    "what a page shows before a user writes": """
        import streamlit as st
        model, preprocess = clip.load("ViT-B/32")
        query = st.text_input("Search for", "a ferry at the pier")
        words = model.encode_text(clip.tokenize([query]))  # CLP305
    """,
    "a text and its weight": """
        from flask import request
        model, preprocess = clip.load("ViT-B/32")
        for description in request.args.getlist("q"):
            text, weight = [*description.rsplit(":", 1), "", "1"][:2]
            joined = description.rsplit(":", 2)[0] + ":" + description.rsplit(":", 2)[1]
            words = model.encode_text(clip.tokenize(joined))  # CLP305
    """,
    "a prefix before each name": """
        model, preprocess = clip.load("ViT-B/32")
        def learn(classnames, prefix):
            classnames = [name.replace("_", " ") for name in classnames]
            prompts = [prefix.replace("_", " ") + " " + name + "." for name in classnames]
            return torch.cat([model.encode_text(clip.tokenize(prompt)) for prompt in prompts])
    """,
    "tokens that are counted": """
        from transformers import CLIPProcessor
        processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
        def shortened(caption):
            while len(processor(text=caption)["input_ids"]) > 77:
                caption = " ".join(caption.split()[:-1])
            return caption
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_what_a_model_is_given(story: str) -> None:
    program = PREAMBLE + textwrap.dedent(story)
    wanted = {
        (number, match.group(1))
        for number, line in enumerate(program.splitlines(), 1)
        if (match := MARK.search(line))
    }
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    found = {(each.place.start.line, each.code) for each in outcome.reported}
    assert {each for each in found if each[1] in {"CLP305", "CLP309"}} == wanted
