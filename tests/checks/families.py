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


def of_package(load: str, tokens: str = "tokens = tokenizer(labels)", labels: str = Lines.labels) -> Lines:
    """A package of its own that has open_clip's two methods."""
    return replace(of_open_clip("ViT-B-32", "openai"), load=load, tokens=tokens, labels=labels)


CHINESE = '["一张苍鹭的照片", "一张鹳的照片"]'
PACKAGES = {
    "cn_clip": of_package(
        "import cn_clip.clip as clip\nfrom cn_clip.clip import load_from_name\n"
        "model, preprocess = load_from_name('ViT-B-16', device='cpu')\nmodel.eval()",
        "tokens = clip.tokenize(labels)",
        CHINESE,
    ),
    "mobileclip": of_package(
        "import mobileclip\nmodel, _, preprocess = mobileclip.create_model_and_transforms('mobileclip_s1', pretrained='mobileclip_s1.pt')\n"
        "tokenizer = mobileclip.get_tokenizer('mobileclip_s1')"
    ),
    "longclip": of_package(
        "from model import longclip\nmodel, preprocess = longclip.load('checkpoints/longclip-B.pt', device='cpu')",
        "tokens = longclip.tokenize(labels)",
    ),
    "eva_clip": of_package(
        "from eva_clip import create_model_and_transforms, get_tokenizer\n"
        "model, _, preprocess = create_model_and_transforms('EVA02-CLIP-B-16', 'eva_clip', force_custom_clip=True)\nmodel.eval()\n"
        "tokenizer = get_tokenizer('EVA02-CLIP-B-16')"
    ),
    "perception_models": of_package(
        "import core.vision_encoder.pe as pe\nimport core.vision_encoder.transforms as transforms\n"
        "model = pe.CLIP.from_config('PE-Core-B16-224', pretrained=True).eval()\n"
        "preprocess = transforms.get_image_transform(model.image_size)\ntokenizer = transforms.get_text_tokenizer(model.context_length)"
    ),
}


OPENAI = (
    "RN50",
    "RN101",
    "RN50x4",
    "RN50x16",
    "RN50x64",
    "ViT-B/32",
    "ViT-B/16",
    "ViT-L/14",
    "ViT-L/14@336px",
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
        labels=CHINESE,
    ),
    "AltCLIP": of_transformers("AltCLIPModel", "AltCLIPProcessor", "BAAI/AltCLIP"),
    "CLIP, LAION's L/14": of_transformers(
        "CLIPModel", "CLIPProcessor", "laion/CLIP-ViT-L-14-laion2B-s32B-b82K"
    ),
    "FashionCLIP": of_transformers("CLIPModel", "CLIPProcessor", "patrickjohncyh/fashion-clip"),
    "TinyCLIP": of_transformers("CLIPModel", "CLIPProcessor", "wkcn/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M"),
    "StreetCLIP": of_transformers("CLIPModel", "CLIPProcessor", "geolocal/StreetCLIP"),
    "SigLIP, 16 tokens": of_transformers(
        "AutoModel",
        "AutoProcessor",
        "google/siglip-so400m-patch14-224",
        pads='padding="max_length", max_length=16, truncation=True',
        sigmoid=True,
    ),
    "SigLIP, many languages": of_transformers(
        "AutoModel",
        "AutoProcessor",
        "google/siglip-base-patch16-256-multilingual",
        pads=PADDED,
        sigmoid=True,
    ),
    "SigLIP 2, large": of_transformers(
        "AutoModel", "AutoProcessor", "google/siglip2-so400m-patch14-384", pads=PADDED, sigmoid=True
    ),
    "ALIGN": of_transformers("AlignModel", "AlignProcessor", "kakaobrain/align-base", pads="truncation=True"),
    "GroupViT": of_transformers("GroupViTModel", "AutoProcessor", "nvidia/groupvit-gcc-yfcc"),
    "AIMv2": of_transformers("Aimv2Model", "AutoProcessor", "apple/aimv2-large-patch14-224-lit-clip"),
}


def found(program: Lines) -> dict[str, Severity]:
    """The codes that are reported, each with its severity; for Transformers 5."""
    text = str(program)
    source = Source("program.py", Path("/nowhere/program.py"), text)
    return {each.code: each.severity for each in run(read(source, parse(text), None, Versions()))}
