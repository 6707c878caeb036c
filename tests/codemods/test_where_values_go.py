"""Where the value of an encoding goes: every way out is told, and what only prints or compares is none."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.program import Program
from clip_lint.codemods.project import Alone
from clip_lint.codemods.uses import Uses
from clip_lint.source.model import Source

HEAD = """\
import clip
import torch
import torch.nn.functional as F
from somewhere import stranger

model, preprocess = clip.load("ViT-B/32")
head = torch.nn.Linear(512, 2)
"""


class Imported(Alone):
    """A file that another one imports."""

    def is_imported(self, path: str) -> bool:
        return bool(path)


def fate(text: str, project: Alone | None = None) -> Fate:
    """What becomes of `encode()`, wherever it stands; of the model where the text says `load()`."""
    program = Program(Source("a.py", Path("a.py"), HEAD + text), project or Alone())
    name = "load" if "load()" in text else "encode"
    call = next(
        node
        for node in program.names.nodes
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == name
    )
    calls = Calls(program)
    return Flow(program, calls, Uses(calls, is_model=name == "load")).fate(call)


@pytest.mark.parametrize(
    "text",
    [
        "print(encode())\n",
        "f = encode()\nf = f / f.norm(dim=-1, keepdim=True)\nprint((f @ f.T).softmax(dim=-1).tolist())\n",
        "f = encode()\nif f.mean() > 0.5:\n    print('yes')\n",
        "stranger(encode().detach())\n",
        "stranger(encode().argmax())\n",
        "stranger(encode().cpu().numpy())\n",
        "rows = []\nfor _ in range(3):\n    rows.append(encode())\nprint(torch.cat(rows).shape)\n",
        "def embed():\n    return encode()\n\n\nprint(embed().tolist())\n",
        "def unit(x):\n    return F.normalize(x, dim=-1)\n\n\nprint(unit(encode()).tolist())\n",
        "class Index:\n    def fill(self):\n        self.rows = encode()\n\n    def show(self):\n        print(self.rows)\n\n\nIndex().show()\n",
        "best = max(zip(encode(), 'ab'))\nprint(f'{best}')\n",
        "cache = {}\ncache['a'] = encode()\nprint(cache['a'].sum().item())\n",
        "print(head(encode()).argmax())\n",
        "torch.save(encode(), 'x.pt')\n",
        "if (f := encode()).sum() > 0:\n    print(f)\n",
        "print([float(x) for x in encode()])\n",
        "@property\ndef never():\n    pass\n\n\nclass A:\n    @property\n    def it(self):\n        return encode()\n\n\nprint(A().it.tolist())\n",
    ],
)
def test_ends(text: str) -> None:
    assert fate(text) is Fate.ENDS


@pytest.mark.parametrize(
    "text",
    [
        "stranger(encode())\n",
        "def embed():\n    return encode()\n",
        "def embed():\n    return encode()\n\n\nstranger(embed)\n",
        "def rows():\n    yield encode()\n",
        "get = lambda: encode()\n",
        "class Net(torch.nn.Module):\n    def forward(self, x):\n        return encode() @ x\n",
        "class Tuner:\n    def score(self):\n        return encode()\n\n\nstranger(Tuner())\nprint(Tuner().score().item())\n",
        "class Tuner:\n    def __init__(self):\n        self.x = encode()\n\n\nstranger(Tuner())\n",
        "rows = []\nrows.append(encode())\nstranger(rows)\n",
        "@stranger\ndef embed():\n    return encode()\n\n\nprint(embed())\n",
        "stranger(*encode())\n",
        "async def f():\n    await stranger(encode())\n",
        "score = lambda x: embed(x)\n\n\ndef embed(x):\n    return encode()\n\n\nstranger(score)\n",
    ],
)
def test_leaves(text: str) -> None:
    assert fate(text) is Fate.LEAVES


@pytest.mark.parametrize(
    "text",
    [
        "encode().sum().backward()\n",
        "loss = F.mse_loss(head(encode()), torch.ones(2))\nloss.backward()\n",
        "def loss():\n    return 1 - encode()\n\n\ntotal = sum([loss()])\ntotal.backward()\n",
        "torch.autograd.grad(encode().sum(), head.weight)\n",
        "f = encode()\nf.register_hook(print)\n",
        "print(encode().requires_grad)\n",
        "w = torch.nn.Parameter(encode())\n",
        "accelerator.backward(encode())\n",
        "f = encode()\nf.retain_grad()\n",
        "opt = torch.optim.SGD([encode()], lr=1)\n",
    ],
)
def test_wanted(text: str) -> None:
    assert fate(text) is Fate.WANTED


def test_a_function_that_other_files_import_gives_its_result_to_them() -> None:
    text = "def embed():\n    return encode()\n\n\nprint(embed().tolist())\n"
    assert fate(text) is Fate.ENDS
    assert fate(text, Imported()) is Fate.LEAVES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m = load()\nprint(m.encode_image(1).tolist())\n", Fate.ENDS),
        ("m = torch.compile(load().to('cuda'))\nm(1)\n", Fate.ENDS),
        ("def get():\n    return load(), 1\n\n\nm, _ = get()\nm(2)\n", Fate.ENDS),
        ("m = load()\nfor p in m.parameters():\n    p.requires_grad_(True)\n", Fate.WANTED),
        ("m = load()\nm.train()\n", Fate.WANTED),
        ("m = load()\nm.requires_grad_(False)\n", Fate.ENDS),
        ("m = load()\nm.visual.train()\n", Fate.WANTED),
        ("def get():\n    return load(), 1\n\n\nstranger(get()[0])\n", Fate.LEAVES),
        ("class T:\n    def __init__(self):\n        self.m = load()\n\n\nstranger(T().m)\n", Fate.LEAVES),
    ],
)
def test_models(text: str, expected: Fate) -> None:
    assert fate(text) is expected
