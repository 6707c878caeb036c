"""Whatever parses can be read: no crash, no endless work, on programs that nobody would write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clip_lint.api import lint_source
from clip_lint.checks import run
from clip_lint.knowledge import gate
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.interpreter.expressions import Expressions
from clip_lint.reading.values import Unknown
from clip_lint.source.model import Source
from clip_lint.syntax.parse import parse

HEAD = "import clip, torch\nimport numpy as np\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_image(y)\n"


def lint(program: str) -> list[str]:
    source = Source("program.py", Path("/nowhere/program.py"), program)
    return [finding.code for finding in run(read(source, parse(program), None, Versions()))]


@pytest.mark.parametrize(
    "program",
    [
        "x = [x]\nfor x in x:\n    x = x @ x.T\n    x.append(x)\n",
        "def f(*a, **k):\n    return f(*a, **k)\nf(f, f=f)\n",
        "class A(A): pass\nclass B(B, A):\n    def __init__(self): self.x = self\nB().x.x.x()\n",
        "while True:\n    while True:\n        while True:\n            x = x / x.norm()\n            break\n",
        "a = {**{}, 1: x, 'b': x}\na['b'] = a\na[a] = a\nprint(a['b']['b'], a[0], a[x])\n",
        "t = ['{}' * 3, '%s %d', '{0[a]} {b.c!r:>10}']\nu = [s.format(x) for s in t for t in u for u in t]\nprint('%' % x, '{' .format())\n",
        "lambda: (yield)\nasync def g():\n    async with x as y, z: await x\n    async for i in x: yield i\n    return\n",
        "match x:\n    case [a, *b] | {'k': a, **b}: x = b\n    case _: pass\n",
        "x @= x\nx /= 0\nx **= x\nx[0] += 1\nx.y.z[1:2, ..., None] -= x\ndel x, x.y\n",
        "try:\n    raise x\nexcept* E as e:\n    x = e\nelse:\n    x = 1\nfinally:\n    pass\n",
        "global q\nq = 1\ndef f():\n    global q\n    q = x\n    nonlocal_ = q\nf()\n",
        "from . import nothing\nfrom .. import *\nimport a.b.c as d\nfrom os import *\nd.e()\n",
        "x = 1 / 0 + 2 ** 9999 % 'a' + b'' - ...\nprint(f'{x!r:{x}}{{}}')\n",
        "np.einsum('ij,kj', x, x); np.einsum(x); torch.einsum('', x, x); torch.stack(5); torch.cat(x, dim='a')\n",
        "x.softmax().softmax(1).softmax(dim=-9)[..., 0].mean(7).squeeze(99).T.T.norm(3).norm()\n",
    ],
)
def test_odd_programs_are_read(program: str) -> None:
    lint(HEAD + program)


def test_a_long_chain_of_calls_ends() -> None:
    program = HEAD + "".join(
        f"def f{i}(x):\n    for a in x:\n        f{i + 1}(x)\n        f{i + 1}(a)\n" for i in range(60)
    )
    lint(program + "def f60(x): return model.encode_text(x)\nf0([1, 2])\n")


def test_a_huge_product_of_templates_is_bounded() -> None:
    labels = [f"thing {number}" for number in range(900)]
    program = (
        HEAD
        + f"L = {labels}\nT = [t + ' {{}} ' + u for t in L for u in L]\ntokens = clip.tokenize([t.format(l) for t in T for l in L])\n"
    )
    lint(program)


NAMES = st.sampled_from(["x", "y", "model", "F", "np", "self"])
EXPRESSIONS = st.recursive(
    NAMES | st.sampled_from(["1", "'a {}'", "None", "[]", "{}", "-1", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} @ {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} / {p[1]})"),
        st.tuples(
            inner, st.sampled_from(["norm", "softmax", "T", "encode_text", "append", "format", "items"])
        ).map(lambda p: f"({p[0]}).{p[1]}"),
        st.tuples(inner, st.lists(inner, max_size=3)).map(lambda p: f"({p[0]})({', '.join(p[1])})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"[{p[0]} for x in {p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"(lambda x: {p[0]})({p[1]})"),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(NAMES, EXPRESSIONS), min_size=1, max_size=6))
def test_any_expressions_are_read(lines: list[tuple[str, str]]) -> None:
    program = HEAD + "".join(f"{name} = {expression}\n" for name, expression in lines)
    assert gate.load_gate().admits(program)
    lint(program)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import clip", True),
        ("from transformers import CLIPModel", True),
        (
            "from transformers import AutoModel\nAutoModel.from_pretrained('google/siglip-base-patch16-224')",
            True,
        ),
        ("def f(m, x): return m.get_image_features(x)", True),
        ("from project.clip_helpers import load", True),
        ("import numpy as np\nnp.clip(x, 0, 1)", False),
        (
            "from torch.nn.utils import clip_grad_norm_\nfrom .optim import clip_grads_with_norm_, grad_clip",
            False,
        ),
        ("from .boxes import clip_boxes_to_image\nfrom .film import video_clip", False),
        ("from .scoring import load_clip, clip_similarity", True),
        ("from ...modeling_utils import PreTrainedModel\nfrom ..clip.modeling_clip import CLIPModel", False),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('bert-base-uncased')", False),
        ("from transformers import CLIPTextModel, CLIPTokenizer", False),
        (
            "class P:\n    def encode_image(self, x): ...\n    def go(self, x): return self.encode_image(x)",
            False,
        ),
    ],
)
def test_the_gate_lets_in_what_compares_images_with_text(program: str, expected: bool) -> None:
    assert gate.load_gate().admits(program) is expected
    if expected:
        assert gate.may_use_clip(program.encode())


def test_pictures_by_number_are_not_gone_through_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(_: Expressions, node: object) -> Unknown:
        made.append(node)
        return Unknown("text")

    monkeypatch.setattr(Expressions, "eval_JoinedStr", counted)
    inner = "encode([f'tiles/{i}.png' for i in range(j, j + 50)])"
    lint(
        f"{HEAD}def encode(paths):\n    return model.encode_image(paths)\nx = [{inner} for j in range(0, 5000, 50)]\n"
    )
    assert 0 < len(made) <= 500
    made.clear()
    lint(f"{HEAD}x = model.encode_text(clip.tokenize([f'a photo of {{i}} cats' for i in range(1, 101)]))\n")
    assert len(made) == 100


@pytest.mark.usefixtures("nothing_around")
@pytest.mark.parametrize("target", ["features", "held.features", "features[0]", "features['x']"])
def test_what_is_divided_in_place_has_a_place(target: str) -> None:
    program = (
        "from transformers import CLIPModel\nmodel = CLIPModel.from_pretrained('openai/clip-vit-base-patch32')\n"
        f"features = model.get_image_features(pixels)\n{target} /= length\nprint(features.tolist())\n"
    )
    assert not lint_source(program, isolated=True).problems


def test_a_range_of_too_many_bounds_is_no_fault() -> None:
    program = (
        "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nfor x in range(1, 2, 3, 4):\n    print(x)\n"
    )
    assert not lint_source(program, isolated=True).problems
