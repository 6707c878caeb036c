"""Pictures that a program puts together itself stay where they were made; those of a loader may be moved by whoever drives it."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import clip
import torch
from PIL import Image
from torch.utils.data import DataLoader

device = "cuda" if torch.cuda.is_available() else "cpu"
model, preprocess = clip.load("ViT-B/32", device=device)
paths = ["quay.jpg", "harbour.jpg"]
pictures = [preprocess(Image.open(path)) for path in paths]


class Views(torch.utils.data.Dataset):
    def __len__(self):
        return len(paths)

    def __getitem__(self, index):
        return preprocess(Image.open(paths[index]))


@torch.no_grad()
def rows():
    return model.encode_image({pixels})


@torch.no_grad()
def rows_of(driver):
    return [model.encode_image(batch) for batch in {loader}]
"""


def is_told(pixels: str, loader: str = "[]") -> bool:
    """Whether inputs are said to stay behind."""
    program = PROGRAM.format(pixels=pixels, loader=loader)
    return bool(lint_source(program, isolated=True, select=["CLP309"]).findings)


@pytest.mark.parametrize(
    "pixels",
    [
        "torch.stack(pictures)",
        "torch.stack([preprocess(Image.open(path)) for path in paths])",
        "torch.cat([picture.unsqueeze(0) for picture in pictures])",
        "pictures[0].unsqueeze(0)",
    ],
)
def test_pictures_that_the_program_stacks(pixels: str) -> None:
    assert is_told(pixels)
    assert not is_told(f"{pixels}.to(device)")


@pytest.mark.parametrize(
    "loader",
    [
        "driver.prepare(DataLoader(Views(), batch_size=8))",
        "DataLoader(Views(), batch_size=8)",
        "DataLoader(Views(), batch_size=8, collate_fn=lambda items: torch.stack(items))",
    ],
)
def test_batches_of_a_loader_are_left_alone(loader: str) -> None:
    assert not is_told("torch.stack(pictures).to(device)", loader)


@pytest.mark.parametrize(
    "program",
    [
        "def build():\n    model, preprocess = clip.load('ViT-B/32', device='cuda')\n    def go():\n        model.float()\n        return torch.optim.AdamW(model.parameters())\n    return go\nbuild()()",
        "class Parts:\n    model, preprocess = clip.load('ViT-B/32', device='cuda')\nParts.model.float()\nrate = torch.optim.AdamW(Parts.model.parameters())",
        "parts = dict(model=clip.load('ViT-B/32', device='cuda')[0])\nparts['model'].float()\nrate = torch.optim.AdamW(parts['model'].parameters())",
        "parts = types.SimpleNamespace(model=clip.load('ViT-B/32', device='cuda')[0])\nparts.model.float()\nrate = torch.optim.AdamW(parts.model.parameters())",
    ],
)
def test_weights_that_were_widened_where_something_else_holds_the_model(program: str) -> None:
    head = "import types\n\nimport clip\nimport torch\n\n"
    assert not lint_source(head + program, isolated=True, select=["CLP309"]).findings
    narrow = "\n".join(line for line in program.split("\n") if ".float()" not in line)
    assert lint_source(head + narrow, isolated=True, select=["CLP309"]).findings
