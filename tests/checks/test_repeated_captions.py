"""Row numbers as targets: for captions of classes, and for captions of pictures."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import clip
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import CIFAR10, ImageFolder

model, preprocess = clip.load("ViT-B/32", device="cuda", jit=False)
model.float()
data = ImageFolder("d", transform=preprocess)
known = CIFAR10("d", transform=preprocess)
NAMES = ["oak", "beech", "birch"]
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-6)
for images, labels in DataLoader(data, batch_size=64, shuffle=True):
"""
STEP = """
    per_image, per_text = model(images, clip.tokenize(captions))
    loss = {loss}
    loss.backward()
    optimizer.step()
"""
LOSS = "criterion(per_image, torch.arange(len(images)))"
OF_CLASSES = [
    'captions = [f"a photo of a {data.classes[each]}" for each in labels.tolist()]',
    "captions = [data.classes[each] for each in labels]",
    'captions = [f"a photo of a {NAMES[each]}" for each in labels]',
    'captions = ["a photo of a " + known.classes[each] for each in labels]',
    'captions = []\n    for each in labels:\n        captions.append(f"a photo of a {data.classes[each]}")',
]
OF_PICTURES = [
    "captions = captions_of(labels)",
    "captions = [given[each] for each in labels]",
    'captions = [f"a photo of a {name}" for name in NAMES]',
    'captions = [f"a {data.classes[each]} {words[each]}" for each in labels]',
]


@pytest.mark.parametrize("captions", OF_CLASSES)
def test_captions_of_classes_repeat(captions: str) -> None:
    assert len(told(f"{HEAD}    {captions}{STEP.format(loss=LOSS)}", "CLP502")) == 1


@pytest.mark.parametrize("captions", OF_PICTURES)
def test_others_may_not(captions: str) -> None:
    assert told(f"{HEAD}    {captions}{STEP.format(loss=LOSS)}", "CLP502") == []


@pytest.mark.parametrize(
    ("loss", "count"),
    [
        ("F.cross_entropy(per_text, torch.arange(len(images)).long().cuda())", 1),
        ("criterion(input=per_image, target=torch.arange(len(images)))", 1),
        ("F.cross_entropy(per_image, labels)", 0),
        ("F.mse_loss(per_image, torch.arange(len(images)))", 0),
        ("criterion(per_image, targets)", 0),
    ],
)
def test_the_targets_decide(loss: str, count: int) -> None:
    assert len(told(f"{HEAD}    {OF_CLASSES[0]}{STEP.format(loss=loss)}", "CLP502")) == count


def test_a_data_set_may_have_a_caption_for_each_picture() -> None:
    program = (
        "import clip\nimport torch\nimport torch.nn.functional as F\nfrom PIL import Image\nfrom torch.utils.data import DataLoader, Dataset\n"
        'model, preprocess = clip.load("ViT-B/32", device="cpu", jit=False)\n\n\n'
        'class Pairs(Dataset):\n    captions = ["a red kite", "a blue kite", "two kites"]\n\n'
        "    def __getitem__(self, i):\n        return preprocess(Image.open(files[i])), self.captions[i]\n\n\n"
        "for images, captions in DataLoader(Pairs(), batch_size=3):\n"
        "    per_image, _ = model(images, clip.tokenize(captions))\n"
        "    F.cross_entropy(per_image, torch.arange(3)).backward()\n"
    )
    assert told(program, "CLP502") == []
