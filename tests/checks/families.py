"""Programs that use a checkpoint as it is meant to be used, for every checkpoint that the libraries offer; and faults in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.checks import run
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.model import Source
from clip_lint.syntax.parse import parse

if TYPE_CHECKING:
    from clip_lint.core.finding import Severity


@dataclass(frozen=True)
class Lines:
    """A program in parts, each of which may be put wrong."""

    load: str
    prepare: str
    tokens: str
    image: str
    text: str
    scores: str
    labels: str = '["a photo of a heron", "a photo of a stork"]'

    def __str__(self) -> str:
        return "\n".join(
            (
                "import torch",
                "import torch.nn.functional as F",
                "import torchvision.transforms as T",
                "from PIL import Image",
                self.load,
                f"labels = {self.labels}",
                'photo = Image.open("pond.jpg").convert("RGB")',
                self.prepare,
                self.tokens,
                "with torch.inference_mode():",
                *(f"    {line}" for line in f"{self.image}\n{self.text}\n{self.scores}".split("\n")),
                "print(dict(zip(labels, shown[0].tolist())))",
                "",
            )
        )


SOFTMAX = "shown = (100.0 * images @ texts.T).softmax(dim=-1)"
SIGMOID = "shown = torch.sigmoid(images @ texts.T * model.logit_scale.exp() + model.logit_bias)"


def of_open_clip(architecture: str, tag: str) -> Lines:
    """As open_clip's own page has it."""
    is_sigmoid = "siglip" in architecture.lower()
    return Lines(
        load=f"import open_clip\nmodel, _, preprocess = open_clip.create_model_and_transforms({architecture!r}, pretrained={tag!r})\n"
        f"model.eval()\ntokenizer = open_clip.get_tokenizer({architecture!r})",
        prepare="pixels = preprocess(photo).unsqueeze(0)",
        tokens="tokens = tokenizer(labels)",
        image="images = model.encode_image(pixels)\nimages = images / images.norm(dim=-1, keepdim=True)",
        text="texts = model.encode_text(tokens)\ntexts = texts / texts.norm(dim=-1, keepdim=True)",
        scores=SIGMOID if is_sigmoid else SOFTMAX,
    )


def of_openai(name: str) -> Lines:
    """As the page of OpenAI's package has it."""
    return replace(
        of_open_clip("ViT-B-32", "openai"),
        load=f"import clip\nmodel, preprocess = clip.load({name!r}, device='cpu')",
        tokens="tokens = clip.tokenize(labels)",
    )


def of_transformers(
    cls: str, processor: str, name: str, *, pads: str = "padding=True", sigmoid: bool = False
) -> Lines:
    """The whole model on both inputs, as the model cards have it."""
    return Lines(
        load=f"from transformers import {cls}, {processor}\nmodel = {cls}.from_pretrained({name!r}).eval()\n"
        f"processor = {processor}.from_pretrained({name!r})",
        prepare="",
        tokens=f'inputs = processor(text=labels, images=photo, return_tensors="pt", {pads})',
        image="outputs = model(**inputs)",
        text="logits = outputs.logits_per_image",
        scores="shown = torch.sigmoid(logits)" if sigmoid else "shown = logits.softmax(dim=1)",
    )


PADDED = 'padding="max_length", max_length=64, truncation=True'
TRANSFORMERS = {
    "CLIP": of_transformers("CLIPModel", "CLIPProcessor", "openai/clip-vit-base-patch32"),
    "CLIP, LAION": of_transformers("CLIPModel", "CLIPProcessor", "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"),
    "CLIP, automatic": of_transformers("AutoModel", "AutoProcessor", "openai/clip-vit-large-patch14-336"),
    "MetaCLIP": of_transformers("CLIPModel", "CLIPProcessor", "facebook/metaclip-b32-400m"),
    "MetaCLIP 2": of_transformers(
        "AutoModel", "AutoProcessor", "facebook/metaclip-2-worldwide-huge-quickgelu"
    ),
    "SigLIP": of_transformers(
        "SiglipModel", "SiglipProcessor", "google/siglip-base-patch16-224", pads=PADDED, sigmoid=True
    ),
    "SigLIP 2": of_transformers(
        "AutoModel", "AutoProcessor", "google/siglip2-base-patch16-224", pads=PADDED, sigmoid=True
    ),
    "SigLIP 2 NaFlex": of_transformers(
        "Siglip2Model", "Siglip2Processor", "google/siglip2-base-patch16-naflex", pads="", sigmoid=True
    ),
    "Chinese-CLIP": replace(
        of_transformers("ChineseCLIPModel", "ChineseCLIPProcessor", "OFA-Sys/chinese-clip-vit-base-patch16"),
        labels='["一张苍鹭的照片", "一张鹳的照片"]',
    ),
    "AltCLIP": of_transformers("AltCLIPModel", "AltCLIPProcessor", "BAAI/AltCLIP"),
}


def found(program: Lines) -> dict[str, Severity]:
    """The codes that are reported, each with its severity; for Transformers 5."""
    text = str(program)
    source = Source("program.py", Path("/nowhere/program.py"), text)
    return {each.code: each.severity for each in run(read(source, parse(text), None, Versions()))}
