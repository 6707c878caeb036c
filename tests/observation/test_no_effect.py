"""A program that is watched does what it does alone: values, random numbers, gradients, exceptions, files."""

from __future__ import annotations

import io
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import clip_lint

pytest.importorskip("transformers")
np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
watched = pytest.importorskip("watched")

HEAD = """\
import clip
import numpy as np
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
pixels = preprocess(Image.open("boat.jpg")).unsqueeze(0)
tokens = clip.tokenize(["a photo of a boat", "a photo of a very long train"])
"""
PROGRAMS = {
    "scores": """\
with torch.no_grad():
    image, text = model.encode_image(pixels), model.encode_text(tokens)
seen = [image @ text.T, (100 * torch.cosine_similarity(image, text)).softmax(0), torch.rand(3), model.training]
""",
    "training": """\
head = torch.nn.Linear(16, 2)
opt = torch.optim.SGD([*head.parameters(), *model.parameters()], lr=0.1)
for _ in range(3):
    loss = torch.nn.functional.cross_entropy(head(model.encode_image(pixels)), torch.tensor([1]))
    opt.zero_grad()
    loss.backward()
    opt.step()
seen = [loss.detach(), model.image.grad, *(each.detach() for each in head.parameters()), torch.rand(2)]
""",
    "arrays": """\
with torch.no_grad():
    image, text = model.encode_image(pixels).numpy(), model.encode_text(tokens).numpy()
image /= np.linalg.norm(image, axis=-1, keepdims=True)
text = np.stack([row / np.linalg.norm(row) for row in text])
scores = image @ text.T
best = scores.argsort(axis=1)[:, ::-1]
seen = [scores, best, scores.mean(axis=0), float(scores.max()), repr(scores), str(text[0]), f"{scores[0, 0]:.3f}"]
seen += [np.concatenate([image, text]), np.percentile(scores, 50), scores > 0.1, scores.dtype, np.exp(scores).sum(1)]
seen += [scores.tolist(), np.allclose(scores, scores), np.where(scores > 0, scores, 0), np.random.rand(2)]
""",
    "an error": """\
seen = [1]
model.encode_image(pixels) @ model.encode_image(pixels)
""",
    "a wrong attribute": """\
from transformers import CLIPModel, CLIPProcessor

name = "openai/clip-vit-base-patch32"
seen = [2]
CLIPModel.from_pretrained(name).get_image_features(
    **CLIPProcessor.from_pretrained(name)(images=Image.open("boat.jpg"), return_tensors="pt")
).norm()
""",
}


def _run(program: str, folder: Path) -> tuple[Any, Any]:
    torch.manual_seed(3)
    np.random.seed(3)
    names: dict[str, Any] = {"__name__": "program"}
    try:
        exec(compile(program, str(folder / watched.NAME), "exec", dont_inherit=True), names)  # noqa: S102
    except Exception as error:
        return names["seen"], (type(error), error.args, str(error))
    return names["seen"], torch.rand(1).item()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, torch.Tensor):
        return type(one) is type(other) and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other)) and one.dtype == other.dtype and one.strides == other.strides
    return bool(one == other)


@pytest.mark.parametrize("story", PROGRAMS)
def test_watching_changes_nothing(story: str, libraries: Path) -> None:
    program = HEAD + PROGRAMS[story]
    (libraries / watched.NAME).write_text(program)
    alone, end = _run(program, libraries)
    with clip_lint.observe([watched.NAME], base=libraries, findings=()) as seen:
        watched_values, watched_end = _run(program, libraries)
    assert seen.result.failures == ()
    assert end == watched_end
    assert [_same(*pair) for pair in zip(alone, watched_values, strict=True)] == [True] * len(alone)


def test_an_array_that_is_followed_looks_and_is_stored_like_any_other(libraries: Path) -> None:
    program = HEAD + "with torch.no_grad():\n    found = model.encode_text(tokens).numpy()\n"
    (libraries / watched.NAME).write_text(program)
    names: dict[str, Any] = {"__name__": "program"}
    with clip_lint.observe([watched.NAME], base=libraries, findings=()):
        exec(compile(program, str(libraries / watched.NAME), "exec"), names)  # noqa: S102 - our own program
        found = names["found"]
        plain = np.array(found.tolist(), dtype=found.dtype)
        assert (repr(found), str(found)) == (repr(plain), str(plain))
        assert pickle.dumps(found) == pickle.dumps(plain)
        written = io.BytesIO()
        np.save(written, found)
        assert type(np.load(io.BytesIO(written.getvalue()))) is np.ndarray
        assert isinstance(found.sum(), np.floating)
        assert type(torch.from_numpy(found)) is torch.Tensor
    assert np.array_equal(found @ found.T, plain @ plain.T)  # and it goes on when nobody looks any more


def test_everything_is_put_back(libraries: Path) -> None:
    from PIL import Image
    from transformers import CLIPModel

    clip = sys.modules["clip"]
    owners = [clip, Image, CLIPModel, torch.nn.Module, sys.modules["stand_ins"].Clip]
    before = [dict(vars(owner)) for owner in owners]
    with clip_lint.observe([watched.NAME], base=libraries, findings=()):
        assert dict(vars(clip)) != before[0]
        assert dict(vars(CLIPModel)) != before[2]
    assert [dict(vars(owner)) for owner in owners] == before
    assert not [finder for finder in sys.meta_path if "clip_lint.observation" in type(finder).__module__]


def test_a_function_that_the_program_took_before_is_seen_too(libraries: Path) -> None:
    (libraries / "earlier.py").write_text("from clip import tokenize\n")
    names: dict[str, Any] = {"__name__": "earlier", "__file__": str(libraries / "earlier.py")}
    module = type(sys)("earlier")
    vars(module).update(names)
    exec("from clip import tokenize", vars(module))  # noqa: S102
    sys.modules["earlier"] = module
    try:
        taken = module.tokenize
        with clip_lint.observe(["earlier.py"], base=libraries, findings=()):
            assert module.tokenize is not taken
        assert module.tokenize is taken
    finally:
        del sys.modules["earlier"]


def test_columns_count_letters_and_not_bytes(libraries: Path) -> None:
    program = (
        HEAD
        + 'with torch.no_grad():\n    größe = ("ü", model.encode_text(tokens) @ model.encode_text(tokens).T)\n'
    )
    result, _ = watched.watch(program, libraries)
    (found,) = [each for each in result.outcomes if each.finding.code == "CLP201"]
    assert found.seen.value == "observed"
    line = program.splitlines()[found.finding.place.start.line - 1]
    assert re.match(r"model\.encode_text\(tokens\) @", line[found.finding.place.start.column - 1 :])
