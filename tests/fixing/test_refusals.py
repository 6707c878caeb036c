"""Why a fault is told and not repaired: each reason, with a program of which the repair would change more than it should."""

from __future__ import annotations

import pytest
from mended import findings, mend

from clip_lint.codemods.program import NoFixError

CLIP = """\
import clip
import numpy as np
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32")
image = preprocess(Image.open("a.jpg")).unsqueeze(0)
labels = ["fox", "hen", "owl", "pig"]
"""
UNIT = """\
with torch.no_grad():
    a = model.encode_image(image)
    b = model.encode_text(clip.tokenize(["a fox", "a hen"]))
a = a / a.norm(dim=-1, keepdim=True)
b = b / b.norm(dim=-1, keepdim=True)
"""
SIGLIP = """\
import torch
from transformers import AutoModel, AutoProcessor

model = AutoModel.from_pretrained("google/siglip-base-patch16-224")
processor = AutoProcessor.from_pretrained("google/siglip-base-patch16-224")
inputs = processor(text=["a fox", "a hen"], images=x, padding="max_length", return_tensors="pt")
with torch.no_grad():
    logits = model(**inputs).logits_per_image
"""
OPEN = """\
import open_clip
import torch

"""
LOADED = 'open_clip.create_model_and_transforms("RN50", pretrained="cc12m")'
SEEN = "with torch.no_grad():\n    print({}.encode_image(x))\n"
LOOP = "rows = []\nwith torch.no_grad():\n    for path in paths:\n        {}\n{}"
READ = "x = preprocess(Image.open(path)).unsqueeze(0)"
ONE = f"{READ}\n        rows.append(model.encode_image(x))"
HF = """\
import torch
import transformers
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(images=x, return_tensors="pt")
"""
ENCODED = "b = model.encode_text(clip.tokenize(['a fox', 'a hen']))"
COMPARED = "print(model.encode_image(x) @ b.T)"
SENTENCES = 'from sentence_transformers import SentenceTransformer\nfrom PIL import Image\n\nmodel = SentenceTransformer("clip-ViT-B-32")\n'

CV = CLIP.replace("import clip\n", "import clip\nimport cv2\n")
LOOK = "def look(img):\n    with torch.no_grad():\n        return model.encode_image(preprocess(Image.fromarray(img)).unsqueeze(0))\n"


def loop(*lines: str, before: str = "") -> str:
    """A loop over pictures with these lines in it."""
    body = "".join(f"        {line}\n" for line in lines)
    return f"{CLIP}{before}with torch.no_grad():\n    for path in paths:\n        {READ}\n{body}"


CASES = [
    # CLP205
    ("CLP205", "the softmax is a module that other code may use", SIGLIP + "print(torch.nn.Softmax(dim=1)(logits))\n"),
    ("CLP205", "the softmax is told to do more", SIGLIP + "print(torch.softmax(logits, dim=1, out=z))\n"),
    ("CLP205", "the softmax is told to do more, or has a comment", SIGLIP + "print(torch.softmax(\n    logits,\n    dim=1,  # over labels\n))\n"),
    ("CLP205", "without the model's scale and bias a sigmoid is no better", SIGLIP.replace("    logits = model(**inputs).logits_per_image\n", "    a = model.get_image_features(pixel_values=inputs.pixel_values).pooler_output\n    b = model.get_text_features(input_ids=inputs.input_ids).pooler_output\na = a / a.norm(dim=-1, keepdim=True)\nb = b / b.norm(dim=-1, keepdim=True)\n") + "print((100 * a @ b.T).softmax(dim=1))\n"),
    # CLP203
    ("CLP203", "the axis is not written out", CLIP + UNIT + "axes = (0,)\nprint((100 * a @ b.T).softmax(*axes))\n"),
    # CLP202
    ("CLP202", "the argument of the softmax is not written out", CLIP + UNIT + "given = [a @ b.T]\nprint(torch.softmax(*given, dim=-1))\n"),
    # CLP401
    ("CLP401", "the model stays inside a tuple", OPEN + f"parts = {LOADED}\n" + SEEN.format("parts[0]")),
    ("CLP401", "the body of a class holds no calls", OPEN + f"class Finder:\n    model, _, preprocess = {LOADED}\n\n    def look(self, x):\n        with torch.no_grad():\n            return self.model.encode_image(x)\n\nprint(Finder().look(x))\n"),
    ("CLP401", "a loop that only counts asks the model for the same, and gets another draw each time", OPEN + f"model, _, _ = {LOADED}\nwith torch.no_grad():\n    draws = [model.encode_image(x) for _ in range(10)]\nprint(torch.stack(draws).std(0))\n"),
    # CLP116
    ("CLP116", "a tuple of one would need its comma", CLIP + 'with torch.no_grad():\n    print(model(image, clip.tokenize(("a fox", "a fox")))[0].softmax(-1))\n'),
    ("CLP116", "a comment belongs to the label", CLIP + 'texts = [\n    "a fox",\n    "a fox",  # the red one\n    "a hen",\n]\nwith torch.no_grad():\n    print(model(image, clip.tokenize(texts))[0].softmax(-1))\n'),
    ("CLP116", "a comment belongs to the label", CLIP + 'texts = [\n    "a hen",\n    "a fox",\n    "a fox"  # the red one\n]\nwith torch.no_grad():\n    print(model(image, clip.tokenize(texts))[0].softmax(-1))\n'),
    # CLP210
    ("CLP210", "there is no name to normalise the array under", CLIP + UNIT + "a, b = a.numpy(), b.numpy()\nprint(a @ np.mean(b, axis=0))\n"),
    ("CLP210", "the mean is taken elsewhere", CLIP + UNIT + "from numpy import mean as middle\na, b = a.numpy(), b.numpy()\nc = middle(b, axis=0)\nprint(a @ c)\n"),
    # CLP110
    ("CLP110", "the labels are already made of something", CLIP + "with torch.no_grad():\n    print(model(image, clip.tokenize([each.lower() for each in labels]))[0].softmax(-1))\n"),
    ("CLP110", "the labels span several lines", CLIP + 'with torch.no_grad():\n    print(model(image, clip.tokenize([\n        "fox",\n        "hen",\n        "owl",\n    ]))[0].softmax(-1))\n'),
    # CLP403
    ("CLP403", "the loop is written in one line", CLIP + f"rows = []\nwith torch.no_grad():\n    for path in paths: {READ}; rows.append(model.encode_image(x))\nprint(torch.cat(rows))\n"),
    ("CLP403", "the rows are not collected in one list", CLIP + LOOP.format(READ + "\n        v = model.encode_image(x)\n        rows.append(v)\n        others.append(v)", "print(torch.cat(rows))\n")),
    ("CLP403", "the list is never concatenated", CLIP + LOOP.format(ONE, "")),
    ("CLP403", "rows comes from elsewhere", CLIP + "from elsewhere import *\nwith torch.no_grad():\n    for path in paths:\n        " + ONE + "\nprint(torch.cat(rows))\n"),
    ("CLP403", "the comprehension is not simple", 'from sentence_transformers import SentenceTransformer\nfrom PIL import Image\n\nmodel = SentenceTransformer("clip-ViT-B-32")\nrows = [model.encode(Image.open(path)) for folder in folders for path in folder]\n'),
    ("CLP403", "the argument is not written out", 'from sentence_transformers import SentenceTransformer\nfrom PIL import Image\n\nmodel = SentenceTransformer("clip-ViT-B-32")\nrows = [model.encode(*[Image.open(path)]) for path in paths]\n'),
    # CLP402
    ("CLP402", "a lambda has no room for it", CLIP + "look = lambda x: model.encode_image(x)\nprint(look(image))\n"),
    ("CLP402", "a hook sees what the layers make, and may take its gradient", CLIP + "model.visual.register_forward_hook(keep)\nprint(model.encode_image(image))\n"),
    ("CLP402", "the program looks for a graph in what is printed", CLIP + "a = model.encode_image(image)\nprint('no grad_fn here')\nprint(a.argmax())\n"),
    # CLP301
    ("CLP301", "the processor belongs to another model of this program", 'from transformers import CLIPModel, CLIPProcessor\n\nlarge = CLIPModel.from_pretrained("openai/clip-vit-large-patch14-336")\nmodel = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\nprocessor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\nprint(large(**processor(text=["a fox"], images=x, return_tensors="pt")).logits_per_image)\n'),
    ("CLP301", "the checkpoint is not written in the call", 'import sys\nfrom transformers import CLIPModel, CLIPProcessor\n\nNAMES = ["openai/clip-vit-base-patch32"]\nmodel = CLIPModel.from_pretrained("openai/clip-vit-large-patch14-336")\nprocessor = CLIPProcessor.from_pretrained(*NAMES)\nprint(model(**processor(text=["a fox"], images=x, return_tensors="pt")).logits_per_image)\n'),
    # CLP404
    ("CLP404", "the texts are encoded together with the images", CLIP + 'with torch.no_grad():\n    for path in paths:\n        x = preprocess(Image.open(path)).unsqueeze(0)\n        print(model(x, clip.tokenize(["a fox", "a hen"]))[0])\n'),
    # CLP302
    ("CLP302", "somebody asks how many tokens there are", SIGLIP.replace(', padding="max_length"', ', padding=True') + "print(inputs.input_ids.shape[1])\nprint(logits)\n"),
    # CLP307
    ("CLP307", "what is awaited is no output yet", HF + "async def look():\n    a = await model.get_image_features(**inputs)\n    return a @ a.T\n"),
    ("CLP307", "the call says itself what it gives", HF + "a = model.get_image_features(**inputs, return_dict=True)\nprint(a @ a.T)\n"),
    ("CLP307", "it stands in a branch for one version", HF + "if transformers.__version__ < '5':\n    a = model.get_image_features(**inputs)\n    print(a @ a.T)\n"),
    # CLP305
    # CLP306
    ("CLP306", "the architecture is not written in one piece", OPEN + 'model, _, _ = open_clip.create_model_and_transforms("ViT-" "B-32", pretrained="openai")\nmodel.eval()\n' + SEEN.format("model")),
    ("CLP306", "other callers rely on the default", OPEN + 'def load(name="ViT-B-32"):\n    model, _, _ = open_clip.create_model_and_transforms(name, pretrained="openai")\n    return model.eval()\n\nmodel = load()\nother = load("RN50")\n' + SEEN.format("model")),
    # CLP404
    ("CLP404", "the call may run several times in its statement", CLIP + "with torch.no_grad():\n    for path in paths:\n        " + READ + "\n        b = torch.cat([model.encode_text(clip.tokenize(['a fox', 'a hen'])) for _ in range(2)])\n        print(model.encode_image(x) @ b.T)\n"),
    # CLP201
    # CLP112
    ("CLP112", "the keys are not named in the call", CLIP + "KEYS = ['using_laptop', 'riding_bike', 'walking_dog']\nwith torch.no_grad():\n    for key in KEYS:\n        print(model.encode_text(clip.tokenize(key)))\n"),
    # CLP402
    ("CLP402", "the call runs later than its statement", CLIP + "rows = (model.encode_image(x) for x in images)\nprint(list(rows)[0].argmax())\n"),
    # CLP401
    # CLP203
    ("CLP203", "the softmax stands elsewhere", CLIP + UNIT + "from torch import softmax as shares\nprint(shares(100 * a @ b.T, 0))\n"),
    # CLP209
    ("CLP209", "how far neighbours are is held against a number", CLIP + UNIT.split("a = a", maxsplit=1)[0] + "import faiss\nindex = faiss.IndexFlatL2(512)\nindex.add(b.numpy())\nfar, ids = index.search(a.numpy(), 2)\nif far[0][0] < 50:\n    print(ids)\n"),
    ("CLP404","others run while the loop waits", CLIP+"async def main():\n    with torch.no_grad():\n        async for path in paths():\n            "+READ+"\n            "+ENCODED+"\n            "+COMPARED+"\n"),
    ("CLP404","it runs under a condition", loop("if x.sum() > 0:","    "+ENCODED,"    "+COMPARED)),
    ("CLP404","it runs after a loop, or under a condition", loop("if x.sum() > 0:","    print(x)","else:","    "+ENCODED,"    "+COMPARED)),
    ("CLP404","it runs in a context of its own", CLIP+"for path in paths:\n    with torch.no_grad(), open(path) as file:\n        "+READ.replace("path","file")+"\n        "+ENCODED+"\n        "+COMPARED+"\n"),
    ("CLP404","it does more than compute", loop("b = model.encode_text(clip.tokenize(found := ['a fox', 'a hen']))",COMPARED)),
    ("CLP404","another container holds it too", loop("b = model.encode_text(clip.tokenize(words))",COMPARED,"kept.append(words)",before="words = ['a fox', 'a hen']\nkept = []\n")),
    ("CLP404","what it depends on changes in the loop", CLIP+"def look(path, words=('a fox', 'a hen')):\n    with torch.no_grad():\n        "+READ+"\n        b = model.encode_text(clip.tokenize(words))\n        return model.encode_image(x) @ b.T\n\nfor path in paths:\n    print(look(path))\n"),
    ("CLP404","the features have no name of their own", CLIP+"with torch.no_grad():\n    for path in paths:\n        "+READ+"\n        for word in ['a fox']:\n            b = model.encode_text(clip.tokenize([word]))\n            print(model.encode_image(x) @ b.T)\n"),
    ("CLP403","what is called in the loop is no encoder", 'from sentence_transformers import SentenceTransformer\nfrom PIL import Image\n\nmodel = SentenceTransformer("clip-ViT-B-32")\nlook = model.encode\nrows = [look(Image.open(path)) for path in paths]\n'),
    ("CLP403","the loop does more than encode", SENTENCES+"rows = []\nfor path in paths:\n    rows.append(model.encode(Image.open(path)))\n    print(path)\n"),
    ("CLP403","the loop does more than encode", SENTENCES+"rows = []\nfor path in paths:\n    rows.insert(0, model.encode(Image.open(path)))\n"),
    ("CLP403","the loop does more than encode", CLIP+LOOP.format(ONE+"\n        if path:\n            print(path)","print(torch.cat(rows))\n")),
    ("CLP403","rows are not treated alike", CLIP+LOOP.format(READ+"\n        v = model.encode_image(x)\n        print(v.mean())\n        rows.append(v)","print(torch.cat(rows))\n")),
    ("CLP403","the bar counts what the loop no longer does one by one", CLIP+"from tqdm import tqdm\nrows = []\nwith torch.no_grad():\n    for path in tqdm(paths, total=len(paths)):\n        "+ONE+"\nprint(torch.cat(rows))\n"),
    ("CLP403","the item is not prepared in the loop", CLIP+"rows = []\nwith torch.no_grad():\n    for path in paths:\n        x = preprocess(Image.open(path))\n        rows.append(model.encode_image(x[None]))\nprint(torch.cat(rows))\n"),
    ("CLP201","somebody reads how large the scores are", CLIP+UNIT.split("a = a", maxsplit=1)[0]+"scores = a @ b.T\nif scores[0, 0] > 25:\n    print('fox')\n"),
    ("CLP201","the variable holds something else at other times", CLIP+"with torch.no_grad():\n    a = model.encode_image(image)\n    b = model.encode_text(clip.tokenize(['a fox']))\n    print(torch.cat([a, b]).shape)\nprint(a @ b.T)\na = None\nprint(a)\n"),
    ("CLP201","vectors that were read from a file are compared with these", CLIP+"kept = torch.load('a.pt')\nwith torch.no_grad():\n    b = model.encode_text(clip.tokenize(['a fox']))\n    a = torch.cat([model.encode_image(image), kept])\nprint(a @ b.T)\n"),
    ("CLP110","several words for one thing are no noun", CLIP+"names = ['fox', 'hen', 'owl', 'red vixen kit']\nwith torch.no_grad():\n    print(model(image, clip.tokenize(names))[0].softmax(-1))\n"),
    ("CLP110","whole sentences may be given to the function as well", CLIP+"def look(texts):\n    with torch.no_grad():\n        return model(image, clip.tokenize(texts))[0].softmax(-1)\nprint(look(['fox', 'hen', 'owl']))\n"),
    ("CLP110","the values of a dictionary may be lists", CLIP+"NAMES = {'f': 'fox', 'h': 'hen', 'o': 'owl'}\nwith torch.no_grad():\n    for key, name in NAMES.items():\n        print(model(image, clip.tokenize(name))[0])\n"),
    ("CLP110","the texts are not written in the call", CLIP+"given = {'texts': ['fox', 'hen', 'owl']}\nwith torch.no_grad():\n    print(model(image, clip.tokenize(**given))[0].softmax(-1))\n"),
    ("CLP112","the key is not written in the call", CLIP+"K = 'using_laptop'\nwith torch.no_grad():\n    print(model(image, clip.tokenize([K, 'riding_bike', 'walking_dog']))[0].softmax(-1))\n"),
    ("CLP402","there is no room for a block, and no function to decorate", CLIP+"if model.encode_image(image).argmax() > 3: print('x')\n"),
    ("CLP402","the function does more than is known", CLIP+"def look(x):\n    train(x)\n    while model.encode_image(x).argmax() > 3:\n        x = x * 2\nlook(image)\n"),
    ("CLP116","a comment belongs to the label", CLIP+'texts = (\n    "a hen",\n    "a fox",  # red\n    "a fox"\n)\nwith torch.no_grad():\n    print(model(image, clip.tokenize(texts))[0].softmax(-1))\n'),
    ("CLP110", "no article goes before such a label", CLIP + "names = ['fox', 'hen', 'owl', 'something to drink']\nwith torch.no_grad():\n    print(model(image, clip.tokenize(names))[0].softmax(-1))\n"),
    ("CLP404", "what it depends on is set somewhere else", CLIP + "def look(path):\n    with torch.no_grad():\n        " + READ + "\n        b = model.encode_text(clip.tokenize(WORDS))\n        return model.encode_image(x) @ b.T\n\nif paths:\n    WORDS = ['a fox', 'a hen']\nfor path in paths:\n    print(look(path))\n"),
    ("CLP303","other callers may give it RGB pixels", CV+LOOK.replace("    with","    print(img.shape)\n    with")+"print(look(cv2.imread('a.jpg')), look(np.array(Image.open('b.jpg'))))\n"),
    ("CLP303","the array is not named in the call", HF.replace("import torch\n","import cv2\nimport torch\n")+"def all_of(paths):\n    return [cv2.imread(path) for path in paths]\nmore = processor(images=(each for each in all_of(paths)), return_tensors='pt')\nprint(model.get_image_features(**more))\n"),
    ("CLP401","the model stays inside a tuple", OPEN+f"parts, more = [{LOADED}], 1\n"+SEEN.format("parts[0][0]")),
    ("CLP404","what it depends on may change in between", CLIP+"class Finder:\n    def __init__(self):\n        self.words = ['a fox', 'a hen']\n\n    def other(self):\n        self.words = ['a pig']\n\n    def look(self, paths):\n        with torch.no_grad():\n            for path in paths:\n                "+READ+"\n                b = model.encode_text(clip.tokenize(self.words))\n                print(model.encode_image(x) @ b.T)\n"),
    ("CLP404","what it depends on may change in between", loop("b = model.encode_text(clip.tokenize(words))",COMPARED,"show(*[1], words)",before="def show(n, given):\n    print(n, given)\nwords = ['a fox', 'a hen']\n")),
    ("CLP404","what it depends on may change in between", loop("b = model.encode_text(clip.tokenize(words))",COMPARED,"show(1, 2, words)",before="def show(n):\n    print(n)\nwords = ['a fox', 'a hen']\n")),
    ("CLP405","the load is not a statement of its own", CLIP+"for path in paths:\n    print(clip.load('ViT-B/32')[0].encode_image(image))\n"),
    ("CLP405","what it depends on is defined later", CLIP+"def look(path):\n    other, _ = clip.load(NAME)\n    with torch.no_grad():\n        return other.encode_image(path)\n\nNAME = 'ViT-B/32'\nfor path in paths:\n    print(look(path))\n"),
    ("CLP307","the code looks itself at what it got", HF+"a = model.get_image_features(**inputs)\nprint(a @ a.T)\nprint(type(a))\n"),
    ("CLP307","its fields are read elsewhere", HF+"a = model.get_image_features(**inputs)\nprint(a @ a.T)\nprint(a.pooler_output)\n"),
    ("CLP307","another field is read of it", HF+"a = model.get_image_features(**inputs).image_embeds\nprint(a @ a.T)\n"),
    ("CLP112","the key is written in pieces", CLIP+"with torch.no_grad():\n    print(model(image, clip.tokenize([r'using_laptop', 'riding_bike', 'walking_dog']))[0].softmax(-1))\n"),
    ("CLP112","the key is written in pieces", CLIP+"with torch.no_grad():\n    print(model(image, clip.tokenize(['using_\\x6captop', 'riding_bike', 'walking_dog']))[0].softmax(-1))\n"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "why", "text"), CASES, ids=[f"{code}: {why}" for code, why, _ in CASES])
def test_each_reason_keeps_a_repair_from_its_program(
    code: str, why: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code in {each.code for each in findings(text, code)}
    said: list[str] = []
    monkeypatch.setattr(NoFixError, "__init__", lambda _, reason: said.append(reason))
    assert mend(text, code)[1] == text
    assert why in said
