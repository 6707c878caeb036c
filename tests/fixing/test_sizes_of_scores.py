"""What reads how large scores are: there a repair that changes their size is left to the author."""

from __future__ import annotations

import pytest
from mended import findings, mend

IMPORTS = """\
import clip
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from transformers import AutoModel, AutoProcessor

"""
SIGLIP = """\
siglip = AutoModel.from_pretrained("google/siglip-base-patch16-224").eval()
processor = AutoProcessor.from_pretrained("google/siglip-base-patch16-224")
labels = ["a photo of a kiln", "a photo of a loom", "a photo of an anvil"]
inputs = processor(text=labels, images=Image.open("shop.jpg"), padding="max_length", return_tensors="pt")
with torch.no_grad():
    logits = siglip(**inputs).logits_per_image
p = logits.softmax(dim=1)
"""
CLIP = """\
model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    a = model.encode_image(preprocess(Image.open("shop.jpg")).unsqueeze(0))
    b = model.encode_text(clip.tokenize(["a kiln", "a loom", "an anvil"]))
"""
UNIT = "a = a / a.norm(dim=-1, keepdim=True)\nb = b / b.norm(dim=-1, keepdim=True)\n"

SHOWN = [
    "print(p)\n",
    "print(p.tolist())\n",
    "for label, share in zip(labels, p[0].tolist()):\n    print(f'{label}: {share:.3f}')\n",
    "for label, share in zip(labels, p[0]):\n    print(f'{label}: {share.item():.1%}')\n",
    "for label, share in zip(labels, p[0]):\n    print(f'{label}: {share.item() * 100:.1f}')\n",
    "best = p[0].max()\nprint(round(float(best), 3), labels[p.argmax()])\n",
    "values, places = p[0].topk(2)\nprint([labels[i] for i in places], values)\n",
    "top, kept = '', 0.0\nfor label, share in zip(labels, p[0]):\n    if share > kept:\n        top, kept = label, share\nprint(top, kept)\n",
    "def table(shares):\n    return [round(float(each), 2) for each in shares]\n\n\nprint(table(p[0]))\n",
    "found = {label: float(share) for label, share in zip(labels, p[0])}\nprint(sorted(found.items(), key=lambda pair: -pair[1]))\n",
]
READ = [
    "if p[0, 0] > 0.5:\n    print('kiln')\n",
    "if p.max().item() < 0.4:\n    print('none')\nelse:\n    print(labels[p.argmax()])\n",
    "LIMIT = 0.3\nprint([label for label, share in zip(labels, p[0].tolist()) if share >= LIMIT])\n",
    "print([labels[i] for i in range(3) if p[0][i].item() > 0.2])\n",
    "kept = (p > 0.1).nonzero()\nprint(kept)\n",
    "print(p.gt(0.25).sum())\n",
    "print(torch.where(p > 0.5, 1, 0))\n",
    "print(-(p * p.log()).sum())\n",
    "print(torch.distributions.Categorical(p).entropy())\n",
    "print(torch.special.entr(p).sum())\n",
    "print((p * torch.tensor([1.0, 2.0, 3.0])).sum())\n",
    "print(1 - p[0, 0].item())\n",
    "print(p[0, :2].sum())\n",
    "print(0.5 * p + 0.5 * torch.full((1, 3), 1 / 3))\n",
    "print(np.random.choice(3, p=p[0].numpy()))\n",
    "print(torch.multinomial(p[0], 1))\n",
    "def verdict(share, minimum=0.6):\n    return 'yes' if share > minimum else 'no'\n\n\nprint(verdict(p[0, 0].item()))\n",
    "class Rule:\n    def __init__(self):\n        self.minimum = 0.7\n\n    def holds(self, share):\n        return share >= self.minimum\n\n\nprint(Rule().holds(p[0, 1].item()))\n",
    "print(p[0, 0] - p[0, 1] > 0.3)\n",
    "import json\n\njson.dump(p.tolist(), open('shares.json', 'w'))\n",
    "def shares():\n    return p.tolist()\n",
    "assert abs(p.sum().item() - 1) < 1e-4\n",
]


@pytest.mark.parametrize("uses", SHOWN)
def test_shares_that_are_shown_or_put_in_order_become_sigmoids(uses: str) -> None:
    program = IMPORTS + SIGLIP + uses
    assert "p = torch.sigmoid(logits)\n" in mend(program, "CLP205")[1]


@pytest.mark.parametrize("uses", READ)
def test_shares_whose_size_is_read_stay_shares(uses: str) -> None:
    program = IMPORTS + SIGLIP + uses
    assert findings(program, "CLP205")
    assert mend(program, "CLP205")[1] == program


@pytest.mark.parametrize(
    ("labels", "uses", "is_mended"),
    [
        ('["indoors", "outdoors"]', "print(f'indoors: {p[0, 0]:.0%}')\n", False),
        ('["indoors", "outdoors"]', "print('%.2f' % p[0, 0].item())\n", False),
        ('["indoors", "outdoors"]', "print(p)\n", True),
        ('["a kiln", "a loom", "something else"]', "print(f'kiln: {p[0, 0]:.0%}')\n", False),
        ('["a kiln", "a loom", "an anvil"]', "print(f'kiln: {p[0, 0]:.0%}')\n", True),
    ],
)
def test_shares_of_a_set_that_leaves_nothing_out_stay_shares_where_they_are_told(
    labels: str, uses: str, is_mended: bool
) -> None:
    program = (
        IMPORTS
        + SIGLIP.replace('["a photo of a kiln", "a photo of a loom", "a photo of an anvil"]', labels)
        + uses
    )
    assert findings(program, "CLP205")
    assert (mend(program, "CLP205")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("print(s.argmax())\n", True),
        ("print(s.max().item())\n", True),
        ("print(s.max() > 0.25)\n", True),  # a cosine was meant
        ("LIMIT = 0.28\nprint([i for i in range(3) if s[0, i] >= LIMIT])\n", True),
        ("print(s.max() > 25)\n", False),
        ("LIMIT = 20.0\nprint([i for i in range(3) if s[0, i] >= LIMIT])\n", False),
        ("import sys\n\nprint(s.max() > float(sys.argv[1]))\n", False),
        ("print(torch.sigmoid(s))\n", False),
        ("print(1 / (1 + torch.exp(-s)))\n", False),
        ("print((s / 100).softmax(dim=1))\n", False),
        ("print((100 * s).softmax(dim=1))\n", True),
        ("print((s / 0.07).softmax(dim=1))\n", True),
        ("torch.nn.functional.relu(s - 30).sum().backward()\n", False),
    ],
)
def test_products_of_raw_vectors_are_held_against_numbers_of_their_own(uses: str, is_mended: bool) -> None:
    program = IMPORTS + CLIP + "s = a @ b.T\n" + uses
    if is_mended:
        assert findings(program, "CLP201")
    assert (mend(program, "CLP201")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("number", "is_mended"), [("0.9", True), ("2", True), ("8.5", False), ("float(input())", False)]
)
def test_distances_of_raw_vectors_too(number: str, is_mended: bool) -> None:
    two = CLIP.replace(
        'model.encode_text(clip.tokenize(["a kiln", "a loom", "an anvil"]))',
        'model.encode_image(preprocess(Image.open("b.jpg")).unsqueeze(0))',
    )
    program = IMPORTS + two + f"d = torch.dist(a, b)\nprint(d < {number})\n"
    assert findings(program, "CLP209")
    assert (mend(program, "CLP209")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("print(p)\n", True),
        ("print(p.max() > 0.5)\n", True),
        ("print(p.max() > 0.34)\n", False),
        ("import sys\n\nprint(p.max() > float(sys.argv[1]))\n", False),
        ("h = -(p * p.log()).sum()\nprint(h < 1.09)\n", False),
    ],
)
def test_flat_probabilities_are_held_against_numbers_of_their_own(uses: str, is_mended: bool) -> None:
    program = IMPORTS + CLIP + UNIT + "p = (a @ b.T).softmax(dim=1)\n" + uses
    assert (mend(program, "CLP202")[1] != program) is is_mended


def test_probabilities_beside_those_that_are_held_against_a_number_stay_as_they_are() -> None:
    one = "p = (a @ b.T).softmax(dim=1)\nprint(p)\n"
    other = "q = (a @ b.T).softmax(dim=1)\nprint(q.max() < 0.3)\n"
    program = IMPORTS + CLIP + UNIT
    assert mend(program + one * 2, "CLP202")[1].count("* (a @ b.T)") == 2
    assert len(findings(program + one + other, "CLP202")) == 2
    assert mend(program + one + other, "CLP202")[1] == program + one + other


@pytest.mark.parametrize(("uses", "is_mended"), [("print(p)\n", True), ("print(p[0, 0] > 0.2)\n", False)])
def test_shares_of_pictures_are_held_against_numbers_of_their_own(uses: str, is_mended: bool) -> None:
    program = IMPORTS + CLIP + UNIT + "p = (100.0 * a @ b.T).softmax(dim=0)\n" + uses
    assert findings(program, "CLP203")
    assert (mend(program, "CLP203")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("print({'model': NAME})\n", True),
        ("print(f'made by {NAME}')\n", True),
        ("print(open(f'{NAME}.txt').read())\n", False),
        ("print(NAME == 'ViT-B-32')\n", False),
    ],
)
def test_an_architecture_is_renamed_where_it_is_written_if_others_only_tell_it(
    uses: str, is_mended: bool
) -> None:
    program = f"import open_clip\n\nNAME = 'ViT-B-32'\nmodel = open_clip.create_model(NAME, pretrained='openai').eval()\n{uses}"
    assert findings(program, "CLP306")
    assert ("NAME = 'ViT-B-32-quickgelu'" in mend(program, "CLP306")[1]) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"), [("print(s.argmax())\n", True), ("print(s.max() > 0.25)\n", False)]
)
def test_a_mean_that_is_held_against_a_number_stays(uses: str, is_mended: bool) -> None:
    program = IMPORTS + CLIP + UNIT + "m = b.mean(dim=0)\ns = a @ m\n" + uses
    assert findings(program, "CLP210")
    assert (mend(program, "CLP210")[1] != program) is is_mended


INDEX = """\
import faiss

model, preprocess = clip.load("ViT-B/32", device="cpu")


def embed(path):
    with torch.no_grad():
        v = model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
    return v.cpu().numpy()


"""


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        (
            "index = faiss.IndexFlatIP(512)\nindex.add(embed('a.jpg'))\nprint(index.search(embed('b.jpg'), 1))\n",
            True,
        ),
        (
            "index = faiss.IndexFlatIP(512)\nindex.add(embed('a.jpg'))\nD, I = index.search(embed('b.jpg'), 1)\nprint(D[0][0] > 0.8, I[0][0] != -1)\n",
            True,
        ),
        (
            "index = faiss.IndexFlatIP(512)\nindex.add(embed('a.jpg'))\nD, I = index.search(embed('b.jpg'), 1)\nprint(D[0][0] > 70)\n",
            False,
        ),
        (
            "index = faiss.IndexFlatL2(512)\nindex.add(embed('a.jpg'))\nfor d in index.search(embed('b.jpg'), 1)[0][0]:\n    if d < 40.0:\n        print(d)\n",
            False,
        ),
        (
            "index = faiss.IndexFlatL2(512)\nindex.add(embed('a.jpg'))\nprint(index.range_search(embed('b.jpg'), 90.0))\n",
            False,
        ),
        (
            "index = faiss.IndexFlatL2(512)\nindex.add(np.load('old.npy'))\nprint(index.search(embed('b.jpg'), 1))\n",
            False,
        ),
        (
            "index = faiss.IndexFlatL2(512)\nrows = np.load('old.npy')\nindex.add(rows)\nindex.add(embed('a.jpg'))\nprint(index.search(embed('b.jpg'), 1))\n",
            False,
        ),
        (
            "def ready():\n    index = faiss.IndexFlatL2(512)\n    for row in np.load('old.npy'):\n        index.add(row[None])\n    return index\n\n\nprint(ready().search(embed('b.jpg'), 1))\n",
            False,
        ),
        (
            "import os\n\nindex = faiss.read_index('i') if os.path.exists('i') else faiss.IndexFlatL2(512)\nindex.add(embed('a.jpg'))\nprint(index.search(embed('b.jpg'), 1))\n",
            False,
        ),
    ],
)
def test_an_index_of_vectors_that_nobody_sees_made_is_left_alone(uses: str, is_mended: bool) -> None:
    program = IMPORTS + INDEX + uses
    assert (mend(program, "CLP209")[1] != program) is is_mended


@pytest.mark.parametrize(
    "uses",
    [
        "if known:\n    b = torch.load('b.pt')\nprint((a @ b.T).argmax())\n",
        "if known:\n    b = torch.from_numpy(np.load('b.npy'))\nprint((a @ b.T).argmax())\n",
        "rows = np.load('b.npy', allow_pickle=True).item()\nif known:\n    b = torch.tensor(rows['b'])\nprint((a @ b.T).argmax())\n",
    ],
)
def test_vectors_that_were_read_from_a_file_are_of_no_known_length(uses: str) -> None:
    program = IMPORTS + "import sys\n\nknown = sys.argv[1:]\n" + CLIP + uses
    assert mend(program, "CLP201")[1] == program


def test_a_route_of_a_lambda_is_read() -> None:
    program = (
        IMPORTS
        + CLIP
        + "def route(path):\n    return lambda function: function\n\n\n@route('/s')\ndef score():\n    return a @ b.T\n\n\nprint(score())\n"
    )
    assert findings(program, "CLP201")


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("print((a @ b.T).argmax())\n", True),
        ("print((a @ torch.load('words.pt').T).argmax())\n", False),
        ("rows = np.load('rows.npy')\nprint((rows @ a.numpy().T).argmax())\n", False),
        (
            "class Rows:\n    def __init__(self):\n        self.rows = torch.load('rows.pt')\n\n    def best(self):\n        return torch.nn.functional.cosine_similarity(self.rows, a).argmax()\n",
            False,
        ),
        (
            "import faiss\n\nindex = faiss.read_index('rows.index')\nprint(index.search(a.numpy(), 3))\n",
            False,
        ),
        (
            "import yaml\n\nkinds = yaml.safe_load(open('kinds.yaml'))\nprint((a @ b.T).argmax(), kinds)\n",
            True,
        ),
    ],
)
def test_pictures_are_read_another_way_only_where_no_others_were_read_so(uses: str, is_mended: bool) -> None:
    frame = CLIP.replace('Image.open("shop.jpg")', 'Image.fromarray(cv2.imread("shop.jpg"))')
    program = "import cv2\n" + IMPORTS + frame + uses
    assert findings(program, "CLP303")
    assert (mend(program, "CLP303")[1] != program) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("tokens = words(text, return_tensors='pt')\nprint(siglip.get_text_features(**tokens))\n", True),
        (
            "tokens = words(text, add_special_tokens=False, return_tensors='pt')\nprint(siglip.get_text_features(**tokens))\n",
            False,
        ),
        (
            "tokens = words(text, return_tensors='pt')\nn = len(tokens.input_ids[0])\nprint(siglip.get_text_features(**tokens), n)\n",
            False,
        ),
        (
            "tokens = words(text, return_tensors='pt')\nn = tokens.input_ids.shape[1]\nprint(siglip.get_text_features(**tokens), n)\n",
            False,
        ),
    ],
)
def test_tokens_that_are_counted_are_not_padded(uses: str, is_mended: bool) -> None:
    program = IMPORTS + SIGLIP.split("labels", maxsplit=1)[0] + "from transformers import AutoTokenizer\n\n"
    program += (
        "import sys\n\ntext = sys.argv[1:]\nwords = AutoTokenizer.from_pretrained('google/siglip-base-patch16-224')\n"
        + uses
    )
    assert findings(program, "CLP302") or "add_special" in uses
    assert (mend(program, "CLP302")[1] != program) is is_mended
