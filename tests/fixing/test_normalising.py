"""Vectors of length one: where they are made if only comparisons use them, else in the comparison, and never where it is unsure."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from mended import findings, mend

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.program import Program
from clip_lint.codemods.project import Alone
from clip_lint.codemods.vectors import Vectors
from clip_lint.source.model import Source

HEAD = """\
import clip
import faiss
import numpy as np
import torch
import torch.nn.functional as F

model, preprocess = clip.load("ViT-B/32")
with torch.no_grad():
    image = model.encode_image(pixels)
    text = model.encode_text(clip.tokenize(["a photo of a dog", "a photo of a cat"]))
"""
DIVIDED = "    image = image / image.norm(dim=-1, keepdim=True)\n"


def only_compared(text: str) -> bool:
    """Whether `encode()` is only compared."""
    program = Program(Source("a.py", Path("a.py"), HEAD + text), Alone())
    call = next(
        node
        for node in program.names.nodes
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "encode"
    )
    return Vectors(program, Calls(program)).are_only_compared(call)


@pytest.mark.parametrize(
    "text",
    [
        "f = encode()\nprint((f @ g.T).argmax())\n",
        "f = encode().float().cpu().numpy()\nindex = faiss.IndexFlatIP(f.shape[1])\nindex.add(f)\n",
        "rows = []\nfor path in paths:\n    rows.append(encode())\nsims = torch.cat(rows) @ g.T\n",
        "def embed():\n    return encode()\n\n\nprint(np.dot(embed(), g))\n",
        "def near(a, b):\n    return F.cosine_similarity(a, b)\n\n\nprint(near(encode(), g))\n",
        "class A:\n    def fill(self):\n        self.rows = encode()\n\n    def ask(self, q):\n        return self.rows @ q\n",
        "sims = np.linalg.norm(encode() - g)\n",
    ],
)
def test_comparisons_and_questions_for_the_shape_do_not_mind(text: str) -> None:
    assert only_compared(text)


@pytest.mark.parametrize(
    "text",
    [
        "torch.save(encode(), 'f.pt')\n",
        "f = encode()\nprint(f @ g.T)\nprint(f.norm())\n",
        "f = encode()\nnp.save('f.npy', f.cpu().numpy())\n",
        "probe(encode())\n",
        "print(encode())\n",
        "f = encode()\nf = f * 2\n",
        "def embed():\n    return encode()\n",
        "def embed():\n    return encode()\n\n\njobs = map(embed, paths)\n",
        "def embed():\n    yield encode()\n",
        "found = {}\nfound['a'] = encode()\n",
        "def near(*vectors):\n    return vectors[0] @ vectors[1]\n\n\nnear(encode(), g)\n",
    ],
)
def test_whoever_keeps_measures_or_hands_them_on_minds(text: str) -> None:
    assert not only_compared(text)


@pytest.mark.parametrize(
    "other",
    ["    torch.save(image, 'raw.pt')\n", "    print(image.norm())\n", "    probe.fit(image)\n"],
)
def test_vectors_that_others_use_are_normalised_in_the_comparison_alone(other: str) -> None:
    program = HEAD + other + "    scores = image @ text.T\n"
    repair, mended = mend(program, "CLP201")
    assert not repair.refused
    assert "F.normalize(image, dim=-1) @ text.T" in mended
    assert DIVIDED not in mended
    assert "text = text / text.norm(dim=-1, keepdim=True)" in mended


def test_arrays_are_divided_by_the_norm_of_arrays() -> None:
    program = HEAD.replace("(pixels)", "(pixels).cpu().numpy()").replace('cat"]))', 'cat"])).numpy()')
    mended = mend(program + "np.save('f.npy', image)\nscores = image @ text.T\n", "CLP201")[1]
    assert "(image / np.linalg.norm(image, axis=-1, keepdims=True)) @ text.T" in mended
    assert "text = text / np.linalg.norm(text, axis=-1, keepdims=True)" in mended


def test_a_vector_is_divided_after_its_output_object_is_opened() -> None:
    program = (
        "import torch\nfrom transformers import CLIPModel, CLIPProcessor\n\n"
        'model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\n'
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\n'
        "with torch.no_grad():\n"
        "    image = model.get_image_features(**processor(images=[x, y], return_tensors='pt'))\n    size = 3\n"
        "    image = image.pooler_output\n"
        "    text = model.get_text_features(**processor(text=['a dog'], return_tensors='pt')).pooler_output\n"
        "    scores = image @ text.T\n"
    )
    mended = mend(program, "CLP201")[1]
    assert "image = image.pooler_output\n    image = image / image.norm(dim=-1, keepdim=True)\n" in mended


def test_where_the_comparison_names_something_else_nothing_is_written() -> None:
    program = HEAD + "    torch.save(image, 'raw.pt')\n    scores = change(image) @ text.T\n"
    program = program.replace("change(image)", "(image if flag else image)")
    assert findings(program, "CLP201")
    assert mend(program, "CLP201")[1] == program


@pytest.mark.parametrize(
    ("mean", "changed"),
    [
        ("    mean = text.mean(dim=0)\n", "    mean = mean / mean.norm(dim=-1, keepdim=True)\n"),
        (
            "    mean = np.mean(text.numpy(), axis=0)\n",
            "mean = mean / np.linalg.norm(mean, axis=-1, keepdims=True)\n",
        ),
        (
            "    mean = text.mean(dim=0)  # like np.mean\n",
            "    mean = mean / mean.norm(dim=-1, keepdim=True)\n",
        ),
        ("    mean = text.mean(dim=0)\n    print(mean.norm())\n", ""),
    ],
)
def test_a_mean_is_divided_as_what_it_is(mean: str, changed: str) -> None:
    program = (
        HEAD.replace("(pixels)", "(pixels)\n" + DIVIDED.rstrip())
        + "    text = text / text.norm(dim=-1, keepdim=True)\n"
        + mean
        + "    scores = image @ mean\n"
    )
    assert findings(program, "CLP210")
    mended = mend(program, "CLP210")[1]
    assert (changed in mended) if changed else (mended == program)
