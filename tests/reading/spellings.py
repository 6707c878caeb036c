"""The many ways in which people write the same arithmetic, made by putting its parts together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

HEAD = """\
import math
import clip
import numpy as np
import torch
import torch.nn.functional as F
from numpy.linalg import norm
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    picture = model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0))
    words = model.encode_text(clip.tokenize(["a photo of a ferry", "a photo of a tug", "a photo of a buoy"]))
"""
NUMPY = "picture, words = picture.cpu().numpy(), words.cpu().numpy()\n"
VECTORS = "picture = picture[0].numpy()\nwords = words[0].numpy()\n"


@dataclass(frozen=True)
class Spelling:
    """A product of ``picture`` and ``words``, their norms, and how the one is divided by the others."""

    name: str
    setup: str
    product: str
    divided: str
    """Lines that leave a cosine in ``sim``."""

    @property
    def cosine(self) -> str:
        """A program with the cosine."""
        return HEAD + self.setup + self.divided

    @property
    def raw(self) -> str:
        """The same program where nothing is divided."""
        return HEAD + self.setup + f"sim = {self.product}\n"


_TORCH_PRODUCTS = {
    "at": "picture @ words.T",
    "matmul": "torch.matmul(picture, words.t())",
    "mm": "picture.mm(words.T)",
    "einsum": 'torch.einsum("id,td->it", picture, words)',
    "bmm": "torch.bmm(picture.unsqueeze(0), words.T.unsqueeze(0)).squeeze(0)",
    "linear": "F.linear(picture, words)",
    "inner": "torch.inner(picture, words)",
    "sum": "(picture * words).sum(dim=-1)",
    "torch-sum": "torch.sum(torch.mul(picture, words), dim=1)",
}
_TORCH_NORMS = {
    "norm": "{x}.norm(dim=-1{k})",
    "norm-2": "{x}.norm(2, -1{k})",
    "torch-norm": "torch.norm({x}, dim=1{k})",
    "linalg": "torch.linalg.norm({x}, dim=-1{k})",
    "vector": "torch.linalg.vector_norm({x}, dim=-1{k})",
    "squares": "({x} ** 2).sum(-1{k}).sqrt()",
    "pow": "{x}.pow(2).sum(dim=-1{k}).pow(0.5)",
    "square": "torch.sqrt(torch.square({x}).sum(dim=-1{k}))",
    "times": "torch.sqrt(({x} * {x}).sum(-1{k}))",
    "clamped": "{x}.norm(dim=-1{k}).clamp(min=1e-8)",
    "at-least": "torch.maximum({x}.norm(dim=-1{k}), torch.tensor(1e-8))",
}
_NUMPY_PRODUCTS = {
    "at": "picture @ words.T",
    "dot": "np.dot(picture, words.T)",
    "method": "picture.dot(words.T)",
    "inner": "np.inner(picture, words)",
    "einsum": 'np.einsum("id,td->it", picture, words)',
    "matmul": "np.matmul(picture, words.transpose())",
    "sum": "np.sum(picture * words, axis=1)",
    "multiply": "np.multiply(picture, words).sum(axis=-1)",
}
_NUMPY_NORMS = {
    "linalg": "np.linalg.norm({x}, axis=1{k})",
    "from": "norm({x}, axis=-1{k})",
    "squares": "np.sqrt(({x} ** 2).sum(axis=1{k}))",
    "square": "np.sqrt(np.sum(np.square({x}), axis=1{k}))",
    "times": "np.sqrt(np.sum({x} * {x}, axis=-1{k}))",
    "half": "np.sum({x} ** 2, axis=1{k}) ** 0.5",
    "einsum": 'np.sqrt(np.einsum("ij,ij->i", {x}, {x}))[:, None]',
    "at-least": "np.maximum(np.linalg.norm({x}, axis=1{k}), 1e-12)",
    "clipped": "np.clip(np.linalg.norm({x}, axis=1{k}), 1e-9, None)",
}
_VECTOR_PRODUCTS = {
    "at": "picture @ words",
    "dot": "np.dot(picture, words)",
    "vdot": "np.vdot(picture, words)",
    "sum": "sum(picture * words)",
    "zip": "sum(a * b for a, b in zip(picture, words))",
    "einsum": 'np.einsum("i,i->", picture, words)',
}
_VECTOR_NORMS = {
    "linalg": "np.linalg.norm({x})",
    "from": "norm({x})",
    "dot": "np.sqrt(np.dot({x}, {x}))",
    "at": "({x} @ {x}) ** 0.5",
    "math": "math.sqrt(sum(v * v for v in {x}))",
    "pow": "math.sqrt(sum(v ** 2 for v in {x}))",
    "sum": "np.sum({x} ** 2) ** (1 / 2)",
}
_TOGETHER = {
    "product": "sim = {product} / ({a} * {b})\n",
    "eps": "sim = {product} / ({a} * {b} + 1e-8)\n",
    "named": "left_norm = {a}\nright_norm = {b}\nsim = {product} / (left_norm * right_norm)\n",
    "denominator": "denominator = {a} * {b}\nsim = {product}\nsim = sim / denominator\n",
    "in-place": "sim = {product}\nsim /= {a} * {b}\n",
    "one-by-one": "sim = {product} / {a} / {b}\n",
    "steps": "sim = {product}\nsim = sim / {a}\nsim /= {b}\n",
    "inverse": "sim = {product} * (1.0 / {a}) * (1 / {b})\n",
    "greater": "sim = {product} / max({a} * {b}, 1e-8)\n",
}
_OF_MATRICES = {
    "outer": "sim = {product} / {lib}.outer({a}, {b})\n",
    "columns": "sim = {product} / ({a}[:, None] * {b}[None, :])\n",
    "at": "sim = {product} / ({ak} @ {bk}.T)\n",
    "einsum": 'sim = {product} / {lib}.einsum("i,t->it", {a}, {b})\n',
    "divide": "sim = {lib}.divide({product}, {ak} * {bk}.T)\n",
}


def _of(
    kind: str,
    setup: str,
    products: dict[str, str],
    norms: dict[str, str],
    divisions: dict[str, str],
    keep: str,
    lib: str,
) -> list[Spelling]:
    made = []
    for (product, product_text), (norm, norm_text), (division, text) in itertools.product(
        products.items(), norms.items(), divisions.items()
    ):
        parts = {
            "product": product_text,
            "lib": lib,
            "a": f"({norm_text.format(x='picture', k='')})",
            "b": f"({norm_text.format(x='words', k='')})",
            "ak": f"({norm_text.format(x='picture', k=keep)})",
            "bk": f"({norm_text.format(x='words', k=keep)})",
        }
        made.append(
            Spelling(f"{kind}-{product}-{norm}-{division}", setup, product_text, text.format(**parts))
        )
    return made


def cosines() -> list[Spelling]:
    """Every spelling of a cosine of raw features, a few hundred of them."""
    torch = _of(
        "torch", "", _TORCH_PRODUCTS, _TORCH_NORMS, _TOGETHER | _OF_MATRICES, ", keepdim=True", "torch"
    )
    numpy = _of(
        "numpy", NUMPY, _NUMPY_PRODUCTS, _NUMPY_NORMS, _TOGETHER | _OF_MATRICES, ", keepdims=True", "np"
    )
    vectors = _of("vector", VECTORS, _VECTOR_PRODUCTS, _VECTOR_NORMS, _TOGETHER, "", "np")
    return torch + numpy + vectors


def in_helper(spelling: Spelling) -> str:
    """The arithmetic in a function of its own."""
    body = "".join(
        f"    {line}\n"
        for line in spelling.divided.replace("picture", "a").replace("words", "b").splitlines()
    )
    head, _, rest = HEAD.partition("model, ")
    return (
        f"{head}\ndef similarity(a, b):\n{body}    return sim\n\nmodel, {rest}"
        f"{spelling.setup}sim = similarity(picture, words)\n"
    )


def across_files(spelling: Spelling) -> dict[str, str]:
    """The arithmetic in a file of its own."""
    body = "".join(
        f"    {line}\n"
        for line in spelling.divided.replace("picture", "x1").replace("words", "x2").splitlines()
    )
    imports = "import math\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom numpy.linalg import norm\n"
    return {
        "measures.py": f"{imports}\n\ndef similarity(x1, x2):\n{body}    return sim\n",
        "program.py": f"from measures import similarity\n{HEAD}{spelling.setup}sim = similarity(picture, words)\n",
    }
