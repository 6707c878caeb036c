"""Who takes gradients: only what a trainer runs is left alone, not every function of a file that trains."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.checks import run
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.facts import Facts

HEAD = """\
import clip
import torch
import torch.nn.functional as F
model, preprocess = clip.load("ViT-B/32")
"""
EVALUATE = """
def evaluate(images):
    for image in images:
        features = model.encode_image(preprocess(image).unsqueeze(0))
"""


def facts(folder: Path, name: str = "program.py", trained_elsewhere: frozenset[str] = frozenset()) -> Facts:
    """What is read of one file in a folder."""
    workspace = Workspace((folder,), folder)
    source, program = workspace.load(folder / name), workspace.program(folder / name)
    assert source is not None
    assert program is not None
    return read(source, program, workspace, Versions(), trained_elsewhere=trained_elsewhere)


def found(of: Facts, code: str = "CLP402") -> list[int]:
    """The lines of one code's findings."""
    return sorted(finding.place.start.line for finding in run(of) if finding.code == code)


TRAINING = {
    "a loss on the features themselves": """
        def step(images):
            loss = -model.encode_image(images).mean()
            loss.backward()
        """,
    "a product of features": """
        def step(images, texts):
            loss = (model.encode_image(images) * model.encode_text(texts)).sum()
            loss.backward()
        """,
    "a criterion that is not known": """
        def step(images, texts, criterion, scale):
            loss = criterion(model.encode_image(images), model.encode_text(texts), scale)
            return loss
        """,
    "a function that returns its loss": """
        def contrastive_loss(images, texts):
            a, b = model.encode_image(images), model.encode_text(texts)
            return F.cross_entropy(a @ b.T, torch.arange(len(a)))
        """,
    "a mapping with the loss": """
        def forward(images, labels):
            features = model.encode_image(images)
            return {"loss": F.cross_entropy(features, labels), "features": features}
        """,
    "accelerate": """
        def step(images, accelerator):
            loss = model.encode_image(images).sum()
            accelerator.backward(loss)
        """,
    "fabric": """
        def step(images, fabric):
            fabric.backward(model.encode_image(images).sum())
        """,
    "a gradient scaler": """
        def step(images, scaler):
            loss = model.encode_image(images).sum()
            scaler.scale(loss).backward()
        """,
    "the gradient of a value": """
        def saliency(images):
            score = model.encode_image(images).sum()
            return torch.autograd.grad(score, images)[0]
        """,
    "the gradient of a function": """
        def score(images):
            return model.encode_image(images).sum()

        saliency = torch.func.grad(score)
        """,
    "a trainer that calls another function": """
        def towers(images, texts):
            return model.encode_image(images), model.encode_text(texts)

        def step(images, texts):
            a, b = towers(images, texts)
            loss = (a * b).sum()
            loss.backward()
        """,
    "a helper that steps": """
        def update(loss, optimizer):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        def step(images, optimizer):
            update(model.encode_image(images).sum(), optimizer)
        """,
    "a function within the trainer": """
        def train(loader, optimizer):
            def closure():
                return model.encode_image(batch).sum()
            for batch in loader:
                loss = closure()
                loss.backward()
        """,
    "the top level": """
        for images in loader:
            loss = model.encode_image(images).sum()
            loss.backward()
        """,
    "gradients switched on": """
        @torch.enable_grad()
        def guide(images):
            return model.encode_image(images).norm(dim=-1)
        """,
    "a class that trains": """
        class Trainer:
            def towers(self, images):
                return model.encode_image(images)

            def step(self, images):
                loss = self.towers(images).sum()
                loss.backward()
        """,
}


@pytest.mark.parametrize("story", TRAINING)
def test_what_trains_wants_its_gradients(story: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HEAD + textwrap.dedent(TRAINING[story]), encoding="utf-8")
    assert found(facts(tmp_path)) == []


@pytest.mark.parametrize("story", TRAINING)
def test_an_evaluation_beside_it_does_not(story: str, tmp_path: Path) -> None:
    program = HEAD + textwrap.dedent(TRAINING[story]) + EVALUATE
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    line = 1 + next(
        index
        for index, text in enumerate(program.splitlines())
        if "features = model.encode_image(preprocess" in text
    )
    of = facts(tmp_path)
    assert found(of) == [line]
    assert found(of, "CLP403") == [line]


def test_a_trainer_that_evaluates_now_and_then(tmp_path: Path) -> None:
    program = (
        HEAD
        + EVALUATE
        + textwrap.dedent(
            """
        def main(loader, images):
            for batch in loader:
                loss = model.encode_image(batch).sum()
                loss.backward()
            evaluate(images)
        """
        )
    )
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    assert found(facts(tmp_path)) == [8]


def test_a_trainer_in_another_file_says_what_it_runs(tmp_path: Path) -> None:
    (tmp_path / "towers.py").write_text(
        HEAD + "def embed(images):\n    return model.encode_image(images)\n\n"
        "def other(images):\n    return model.encode_image(images)\n",
        encoding="utf-8",
    )
    (tmp_path / "train.py").write_text(
        "from towers import embed\ndef step(images):\n    loss = embed(images).sum()\n    loss.backward()\n",
        encoding="utf-8",
    )
    elsewhere = facts(tmp_path, "train.py").trainers
    assert found(facts(tmp_path, "towers.py")) == [6, 9]
    assert found(facts(tmp_path, "towers.py", elsewhere)) == [9]
