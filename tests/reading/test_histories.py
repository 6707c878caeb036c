"""What a value went through decides what it is: scores, models, batches, settings. Findings are exactly the marked lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_flow import lint, marked
from test_training import facts

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import clip
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
"""
SCORES = (
    HEAD
    + """\
with torch.no_grad():
    pictures = F.normalize(model.encode_image(preprocess(Image.open("quay.jpg")).unsqueeze(0)), dim=-1)
    words = F.normalize(model.encode_text(clip.tokenize(["a photo of a ferry", "a photo of a tug"])), dim=-1)
    logits, _ = model(preprocess(Image.open("quay.jpg")).unsqueeze(0), clip.tokenize(["a photo of a ferry", "a photo of a tug"]))
scores = (pictures @ words.T)[0]
"""
)


def check(folder: Path, codes: str, program: str, **others: str) -> None:
    """Write the files and compare what is found in the program with its marks."""
    for name, text in {"program": program, **others}.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert lint(folder, codes=codes) == marked(program)


NO_COSINE = {
    "best minus second": "scores[0] - scores[1]",
    "best minus mean": "scores.max() - scores.mean()",
    "spread": "max(scores) - min(scores)",
    "sorted": "sorted(scores)[-1] - sorted(scores)[-2]",
    "topk": "scores.topk(2).values[0] - scores.topk(2).values[1]",
    "two comparisons": "(pictures @ words[0]) - (pictures @ words[1])",
    "z-score": "(scores - scores.mean()) / scores.std()",
    "min-max": "(scores - scores.min()) / (scores.max() - scores.min())",
    "to 0..1": "(scores + 1) / 2",
    "half a distance": "(1 - scores[0]) / 2",
    "distance from two": "2 - 2 * scores[0]",
    "squared distance": "(1 - scores[0]) ** 2",
    "negated": "-scores[0]",
    "ratio": "scores[0] / scores[1]",
    "rank": "scores.argsort()[0]",
    "percentile": "np.percentile(scores.numpy(), 95)",
    "standard deviation": "scores.std()",
    "weighted": "0.7 * scores[0] + 0.3 * scores[1]",
    "product of two": "scores[0] * scores[1]",
    "squared": "scores[0] ** 2",
    "difference by numpy": "np.subtract(scores[0], scores[1])",
}


@pytest.mark.parametrize("made", NO_COSINE)
def test_what_is_made_of_cosines_is_none(made: str, tmp_path: Path) -> None:
    check(
        tmp_path,
        "CLP206 CLP207",
        f"{SCORES}made = {NO_COSINE[made]}\nprint(made > 0.02, made > 0.9)\nconfidence = made\n",
    )


@pytest.mark.parametrize(
    "made", ["1 - scores[0]", "1.0 - float(scores[0])", "(1 - scores)[0]", "1 - scores.max()"]
)
def test_one_minus_a_cosine_is_a_distance_of_known_size(made: str, tmp_path: Path) -> None:
    check(
        tmp_path,
        "CLP206",
        f"{SCORES}made = {made}\nprint(made < 0.3)  # CLP206\nprint(made < 0.75)\n",
    )


@pytest.mark.parametrize(
    "kept", ["scores[0]", "scores.max()", "float(scores[0])", "scores.mean()", "scores.clamp(min=0)[0]"]
)
def test_what_keeps_them_is_one(kept: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP206", f"{SCORES}made = {kept}\nprint(made > 0.9)  # CLP206\n")


UNDONE = [
    "logits / model.logit_scale.exp()",
    "logits / model.logit_scale.exp().item()",
    "logits.cpu() / model.logit_scale.exp().cpu()",
    "logits / float(model.logit_scale.exp())",
    "logits * (1 / model.logit_scale.exp())",
    "logits * model.logit_scale.exp() ** -1",
    "torch.div(logits, model.logit_scale.exp())",
    "logits / np.exp(model.logit_scale.item())",
    "logits / 100",
    "logits / 100.0",
    "logits * 0.01",
    "0.01 * logits",
]


@pytest.mark.parametrize("undone", UNDONE)
def test_logits_without_their_scale_are_cosines_again(undone: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP208 CLP206", f"{SCORES}cosine = {undone}\nprint(cosine[0, 0] > 0.8)  # CLP206\n")


def test_a_scale_that_is_undone_by_name(tmp_path: Path) -> None:
    check(
        tmp_path,
        "CLP208",
        f"{SCORES}scale = model.logit_scale.exp()\nlogits = logits / scale\nprint(logits)\n",
    )


@pytest.mark.parametrize(
    "again", ["logits * model.logit_scale.exp()", "model.logit_scale.exp() * logits", "100 * logits"]
)
def test_a_scale_that_is_applied_again(again: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP208", f"{SCORES}made = {again}  # CLP208\nprint(made.softmax(dim=-1))\n")


@pytest.mark.parametrize(
    "lines",
    [
        "p = np.exp(scores) / np.exp(scores).sum()  # CLP202",
        "e = torch.exp(scores)\np = e / e.sum()  # CLP202",
        "e = np.exp(scores - scores.max())\np = e / np.sum(e)  # CLP202",
        "p = scores.exp() / torch.sum(scores.exp(), dim=-1)  # CLP202",
        "e = np.exp(100 * scores)\np = e / e.sum()",
    ],
)
def test_a_softmax_written_out_is_one(lines: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP202", f"{SCORES}{lines}\n")


def test_the_mean_of_pictures_is_meant(tmp_path: Path) -> None:
    means = "mean = pictures.mean(dim=0)\nprint(pictures @ mean)\n"
    check(tmp_path, "CLP210", SCORES + means)
    texts = "mean = words.mean(dim=0)  # CLP210\nprint(pictures @ mean)\n"
    check(tmp_path, "CLP210", SCORES + texts)


STRANGERS = {
    "a speech synthesiser": "from tts import Synthesizer\nmodel = Synthesizer.load('voice')\n",
    "a client of a server": "from search_client import connect\nmodel = connect('http://localhost')\n",
    "a class of another package": "from embeddings import Embedder\nmodel = Embedder()\n",
    "a factory of another package": "import ourlib\nmodel = ourlib.load_clip('vit')\n",
    "a model of another kind": (
        "from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained('a/moon')\n"
    ),
    "a model of another framework": (
        "from transformers import FlaxCLIPModel\nmodel = FlaxCLIPModel.from_pretrained('openai/clip-vit-base-patch32')\n"
    ),
    "an annotation": "from embeddings import Embedder\ndef made(): ...\nmodel: Embedder = made()\n",
    "something passed on": "from embeddings import Embedder\nclass Box:\n    model = Embedder()\nmodel = Box().model\n",
}
USES = """
import torch
first, second = model.encode_image(pixels), model.encode_text(ids)
print(first @ second.T, model.get_image_features(pixels).norm(dim=-1))
"""


@pytest.mark.parametrize("stranger", STRANGERS)
def test_the_name_of_a_method_makes_no_model(stranger: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP", STRANGERS[stranger] + USES)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nor_does_it_in_a_file_that_uses_clip(stranger: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP", "import clip\n" + STRANGERS[stranger] + USES)


KNOWN = {
    "a parameter, in a file that imports a library": "import clip\ndef similar(model, pixels, ids):\n",
    "a parameter that gets what a tokenizer made": (
        "from helpers import tokenizer\nimport open_clip\ntokenizer = open_clip.get_tokenizer('ViT-B-32')\n"
        "def similar(model, pixels, ids):\n    ids = tokenizer(['a boat'])\n"
    ),
    "an annotation": "import clip\ndef similar(model: clip.model.CLIP, pixels, ids):\n",
    "a copy of the library": "from vendor.clip import load\nmodel, _ = load('ViT-B/32')\ndef similar(pixels, ids):\n",
}
COPY = {
    "vendor/clip/__init__": "from .clip import *\n",
    "vendor/clip/clip": "def load(name, device='cpu'):\n    return build_model(name), None\n",
    "vendor/clip/model": (
        "class CLIP:\n    def encode_image(self, image):\n        return self.visual(image)\n"
        "    def encode_text(self, text):\n        return self.transformer(text)\n"
    ),
    "vendor/clip/simple_tokenizer": "class SimpleTokenizer: ...\n",
}


@pytest.mark.parametrize("known", KNOWN)
def test_what_speaks_for_a_model(known: str, tmp_path: Path) -> None:
    program = KNOWN[known] + "    return model.encode_image(pixels) @ model.encode_text(ids).T  # CLP201\n"
    check(tmp_path, "CLP201", program, **COPY)


def test_a_class_that_comes_with_the_checkpoint_may_do_anything(tmp_path: Path) -> None:
    program = """\
from transformers import AutoModel
model = AutoModel.from_pretrained("someone/fashion-siglip", trust_remote_code=True)
print(model.get_image_features(pixels) / 2)
"""
    check(tmp_path, "CLP307 CLP201", program)
    check(
        tmp_path,
        "CLP307",
        program.replace(", trust_remote_code=True", "").replace(
            "features(pixels) / 2)", "features(pixels) / 2)  # CLP307"
        ),
    )


RELOADS = {
    "a patch in a test": "from unittest import mock\n@mock.patch('requests.get')\ndef test(get):\n    clip.load('ViT-B/32')\n",
    "a route": "@app.patch('/find')\ndef find():\n    clip.load('ViT-B/32')  # CLP405\n",
    "a route of a variable": "@app.get(PATH)\ndef find():\n    clip.load('ViT-B/32')  # CLP405\n",
    "what is given is not loaded": (
        "def find(path, known=None):\n    if known is None:\n        known = clip.load('ViT-B/32')\n    return known\n"
        "known = clip.load('ViT-B/32')\nfor path in paths:\n    find(path, known)\n"
    ),
    **{
        f"a guard that asks: {guard}": (
            f"class Finder:\n    def __init__(self):\n        if {guard}:\n            return\n"
            "        self.model = clip.load('ViT-B/32')\n"
            "for path in paths:\n    Finder()\n"
        )
        for guard in (
            "hasattr(self, 'model')",
            "getattr(self, '_done', False)",
            "self.is_loaded()",
            "(found := MODELS.get('b'))",
        )
    },
    "a call that asks for something else": (
        "def find(path):\n    if path.startswith('.'):\n        return\n    clip.load('ViT-B/32')  # CLP405\n"
        "for path in paths:\n    find(path)\n"
    ),
    "a lazy guard in another file": "from lazy import Lazy\nlazy = Lazy()\nfor path in paths:\n    lazy.find(path)\n",
}
LAZY = """
import clip
class Lazy:
    def __init__(self):
        self.model = None
    def load(self):
        if self.model is not None:
            return
        self.model, _ = clip.load("ViT-B/32")
    def find(self, path):
        self.load()
"""


@pytest.mark.parametrize("story", RELOADS)
def test_what_is_loaded_again(story: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP405", "import clip\n" + RELOADS[story], lazy=LAZY)


def test_what_is_loaded_lazily_is_loaded(tmp_path: Path) -> None:
    program = """\
import open_clip
class Finder:
    def __init__(self):
        self.model = None
    def load(self):
        if self.model is None:
            self.model, _, self.preprocess = open_clip.create_model_and_transforms("ViT-B-32", "laion2b_s34b_b79k")  # CLP401
    def find(self, pixels):
        self.load()
        return self.model.encode_image(pixels)
"""
    check(tmp_path, "CLP401", program)


def test_the_trees_own_encoder_is_no_model_by_its_name(tmp_path: Path) -> None:
    """A service that somebody else puts into the object: it is called like CLIP, and has the method of this very class."""
    program = """\
import numpy as np
from services import ClipService
class Engine:
    def encode_text(self, text):
        return self._clip.encode_text(text)
"""
    check(tmp_path, "CLP402", program)
    known = program.replace("import numpy as np", "import clip")
    check(tmp_path, "CLP402", known.replace("encode_text(text)\n", "encode_text(text)  # CLP402\n"))


SETTINGS = {
    "argparse": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--least', type=float, default=0.8)
args = parser.parse_args()
print(scores[0] > args.least)  # CLP206
""",
    "click": """
import click
@click.command()
@click.option('--least', default=0.8)
def main(least):
    print(scores[0] > least)  # CLP206
""",
    "typer": """
import typer
def main(least: float = typer.Option(0.8)):
    print(scores[0] > least)  # CLP206
""",
    "a dataclass": """
from dataclasses import dataclass, field
@dataclass
class Settings:
    least: float = field(default=0.8)
print(scores[0] > Settings().least)  # CLP206
""",
    "pydantic": """
from pydantic import BaseModel, Field
class Settings(BaseModel):
    least: float = Field(0.8)
print(scores[0] > Settings().least)  # CLP206
""",
    "a module": """
import settings
print(scores[0] > settings.LEAST)  # CLP206
""",
    "an object of a module": """
from settings import config
print(scores[0] > config.least)  # CLP206
""",
    "the environment": """
import os
least = float(os.environ.get('LEAST', '0.8'))
print(scores[0] > least)  # CLP206
""",
    "a default": """
def sure(least=0.8):
    return scores[0] > least  # CLP206
""",
    "a namespace": """
from types import SimpleNamespace
config = SimpleNamespace(least=0.8)
print(scores[0] > config.least)  # CLP206
""",
    "hydra": """
import hydra
@hydra.main(config_path='.', config_name='conf')
def main(cfg):
    print(scores[0] > cfg.find.least)  # CLP206
""",
    "OmegaConf": """
from omegaconf import OmegaConf
cfg = OmegaConf.load('conf.yaml')
print(scores[0] > cfg.find.least)  # CLP206
""",
}


@pytest.mark.parametrize("story", SETTINGS)
def test_numbers_come_through_settings(story: str, tmp_path: Path) -> None:
    program = SCORES + SETTINGS[story]
    for name, text in {
        "settings.py": "LEAST = 0.8\nclass Config:\n    least = 0.8\nconfig = Config()\n",
        "conf.yaml": "find:\n  least: 0.8\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    # The finding stands where the number is written, in this file or the comparison where that is another.
    found = lint(tmp_path, codes="CLP206")
    assert len(found) <= 1
    numbers = {each.number for each in facts(tmp_path).thresholds}
    assert numbers == {0.8}


BATCHES = {
    "a loader of a library's data set": """
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
with torch.no_grad():
    for images, targets in DataLoader(ImageFolder("x", transform=preprocess), batch_size=8):
        model.encode_image(images)
""",
    "the data set itself": """
from torchvision.datasets import ImageFolder
with torch.no_grad():
    for image, target in ImageFolder("x", transform=preprocess):
        model.encode_image(image.unsqueeze(0))  # CLP403
""",
    "a data set by its numbers": """
from torchvision.datasets import ImageFolder
data = ImageFolder("x", transform=preprocess)
with torch.no_grad():
    for number in range(len(data)):
        image, target = data[number]
        model.encode_image(image.unsqueeze(0))  # CLP403
""",
    "one's own data set": """
from tqdm import tqdm
from torch.utils.data import DataLoader, Dataset
class Photos(Dataset):
    def __init__(self, paths):
        self.paths = paths
    def __getitem__(self, number):
        return preprocess(Image.open(self.paths[number])), clip.tokenize(self.paths[number], truncate=True)[0]
with torch.no_grad():
    for pixels, ids in tqdm(DataLoader(Photos(paths))):
        model.encode_image(pixels)
        model.encode_text(ids)
""",
    "a column": """
def embed(path):
    with torch.no_grad():
        return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
table["vector"] = table["path"].apply(embed)  # CLP403
""",
    "a pool": """
def embed(path):
    with torch.no_grad():
        return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
vectors = list(pool.map(embed, paths))  # CLP403
""",
    "map": """
def embed(path):
    with torch.no_grad():
        return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
vectors = [*map(lambda path: embed(path), paths)]  # CLP403
""",
}


@pytest.mark.parametrize("story", BATCHES)
def test_batches_and_single_items(story: str, tmp_path: Path) -> None:
    check(tmp_path, "CLP403 CLP404", HEAD + BATCHES[story])


def test_a_collate_object_of_another_file(tmp_path: Path) -> None:
    collate = """
class Collate:
    def __init__(self, processor):
        self.processor = processor
    def __call__(self, rows):
        return self.processor(text=[row["text"] for row in rows], padding=True, truncation=True, return_tensors="pt")
"""
    program = """
import torch
from transformers import AutoProcessor
from collate import Collate
processor = AutoProcessor.from_pretrained("google/siglip-base-patch16-224")
loader = torch.utils.data.DataLoader(rows, collate_fn=Collate(processor))
"""
    (tmp_path / "collate.py").write_text(collate, encoding="utf-8")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    assert [each.tokens.padding for each in facts(tmp_path).tokenizes] == ["True"]


PIXELS = ["", ".astype('uint8')", ".copy()"]


@pytest.mark.parametrize(
    "made",
    [
        "Image.fromarray(frame.astype('uint8'))",
        "Image.fromarray(np.uint8(frame))",
        "Image.fromarray(np.asarray(frame, dtype=np.uint8))",
        "Image.fromarray(np.ascontiguousarray(frame)).convert('RGB')",
        "Image.fromarray(cv2.resize(frame, (224, 224)))",
        "next(Image.fromarray(f) for f in [frame])",
    ],
)
def test_blue_stays_first_whatever_the_way(made: str, tmp_path: Path) -> None:
    program = (
        HEAD
        + f"import cv2\nframe = cv2.imread('quay.jpg')\npicture = {made}  # CLP303\npreprocess(picture)\n"
    )
    check(tmp_path, "CLP303", program)
    right = program.replace(
        "cv2.imread('quay.jpg')", "cv2.cvtColor(cv2.imread('quay.jpg'), cv2.COLOR_BGR2RGB)"
    )
    check(tmp_path, "CLP303", right.replace("  # CLP303", ""))


@pytest.mark.parametrize(
    "made",
    [
        "pixels.unfold(1, 224, 224).permute(1, 0, 2, 3)",
        "F.pad(pixels, (1, 1)).unsqueeze(0)",
        "F.interpolate(pixels.unsqueeze(0), 224)",
        "pixels[:, :224, :224].unsqueeze(0)",
        "torch.stack([pixels, pixels])",
    ],
)
def test_pixels_stay_pixels(made: str, tmp_path: Path) -> None:
    program = HEAD + (
        "from torchvision import transforms\npixels = transforms.ToTensor()(Image.open('quay.jpg'))\n"
        f"with torch.no_grad():\n    model.encode_image({made})  # CLP304\n"
    )
    check(tmp_path, "CLP304", program)


@pytest.mark.parametrize(
    ("made", "array"),
    [
        ("model.encode_image(pixels)", "torch"),
        ("model.encode_image(pixels).cpu().numpy()", "numpy"),
        ("np.asarray(model.encode_image(pixels).cpu())", "numpy"),
        ("model.encode_image(pixels).cpu().numpy().astype('float32')", "numpy"),
        ("torch.from_numpy(model.encode_image(pixels).numpy())", "torch"),
        ("model.encode_image(pixels)[0].tolist()", "list"),
        ("F.normalize(model.encode_image(pixels), dim=-1)", "torch"),
        ("words.encode('a boat')", "numpy"),
        ("words.encode('a boat', convert_to_tensor=True)", "torch"),
        ("words.encode('a boat', convert_to_tensor=flag)", ""),
    ],
)
def test_what_holds_the_numbers(made: str, array: str, tmp_path: Path) -> None:
    program = HEAD + (
        "from sentence_transformers import SentenceTransformer\nwords = SentenceTransformer('clip-ViT-B-32')\n"
        f"left = {made}\nright = {made}\nprint(left @ right)\n"
    )
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    (compare,) = facts(tmp_path).compares
    assert getattr(compare.left, "array") == array  # noqa: B009 - a value of any kind


def test_classes_of_a_well_known_data_set(tmp_path: Path) -> None:
    program = HEAD + (
        "from torchvision.datasets import CIFAR10, OxfordIIITPet\n"
        "pets, things = OxfordIIITPet('x'), CIFAR10('x')\n"
        "clip.tokenize([f'a photo of a {name}.' for name in pets.classes])\nclip.tokenize(things.classes)\n"
    )
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    pets, things = (each.texts for each in facts(tmp_path).prompt_sets)
    assert (len(pets), pets[0], things[-1]) == (37, "a photo of a Abyssinian.", "truck")


@pytest.mark.parametrize(
    ("score", "mark"),
    [
        ("score > 0.3", "  # CLP206"),
        ("score.item() > 0.3", "  # CLP206"),
        ("score > 28", ""),
        ("score / 100 > 0.28", ""),
    ],
)
def test_a_clip_score_has_its_own_range(score: str, mark: str, tmp_path: Path) -> None:
    program = (
        "from torchmetrics.functional.multimodal import clip_score\n"
        "score = clip_score(picture, 'a jetty at dusk', model_name_or_path='openai/clip-vit-base-patch16')\n"
        f"print({score}){mark}\n"
    )
    check(tmp_path, "CLP206", program)
