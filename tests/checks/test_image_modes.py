"""Pictures with the channels of their files: what converts them on the way to the model, and what does not."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import clip
import numpy as np
import torch
import torchvision.transforms.functional as TF
from PIL import Image
from torchvision import transforms as T
from torchvision.datasets import ImageFolder
from torchvision.io import ImageReadMode, read_image

model, preprocess = clip.load("ViT-B/32", device="cpu")
M, S = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
prepare = T.Compose([T.Resize(224), T.CenterCrop(224), T.ToTensor(), T.Normalize(M, S)])


def encode(pixels):
    return model.encode_image(pixels)


"""
KEPT = [
    'encode(prepare(Image.open("a.png")).unsqueeze(0))',
    "encode(prepare(Image.open(path))[None])",
    "encode(torch.stack([prepare(Image.open(path)) for path in paths]))",
    "encode(TF.normalize(TF.to_tensor(Image.open(path)), M, S).unsqueeze(0))",
    "with Image.open(path) as image:\n    encode(prepare(image.resize((224, 224)))[None])",
    'encode(prepare(Image.open("a.jpg").convert("L"))[None])',
    'encode(prepare(Image.open(path).convert("RGBA"))[None])',
    "encode(TF.normalize(read_image(path) / 255.0, M, S)[None])",
    (
        "class Data(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n        return prepare(Image.open(paths[i]))\n\n\n"
        "for batch in torch.utils.data.DataLoader(Data()):\n    encode(batch)"
    ),
]
THREE = [
    'encode(prepare(Image.open("a.jpg")).unsqueeze(0))',
    'encode(prepare(Image.open(f"{folder}/{name}.jpeg")).unsqueeze(0))',
    'encode(prepare(Image.open(path).convert("RGB"))[None])',
    'encode(prepare(Image.open(path).convert(mode="RGB"))[None])',
    "encode(preprocess(Image.open(path))[None])",
    'image = Image.open(path)\nif image.mode != "RGB":\n    image = image.convert("RGB")\nencode(prepare(image)[None])',
    "pixels = prepare(Image.open(path))\nif pixels.shape[0] == 1:\n    pixels = pixels.repeat(3, 1, 1)\nencode(pixels[None])",
    "encode(prepare(Image.open(path))[:3][None])",
    "encode(prepare(Image.open(path)).expand(3, -1, -1)[None])",
    "encode(prepare(Image.fromarray(np.array(Image.open(path))[..., :3]))[None])",
    "encode(prepare(Image.fromarray(array))[None])",
    'encode(prepare(Image.new("RGB", (224, 224)))[None])',
    "encode(TF.normalize(read_image(path, ImageReadMode.RGB) / 255.0, M, S)[None])",
    "encode(TF.normalize(read_image(path, mode=ImageReadMode.RGB) / 255.0, M, S)[None])",
    'for batch, _ in torch.utils.data.DataLoader(ImageFolder("d", transform=prepare)):\n    encode(batch)',
]
STEPS = ["T.Grayscale(3)", 'T.Lambda(lambda image: image.convert("RGB"))', "to_rgb"]


@pytest.mark.parametrize("use", KEPT)
def test_the_channels_of_the_file_reach_the_model(use: str) -> None:
    assert len(told(HEAD + use, "CLP312")) == 1


@pytest.mark.parametrize("use", THREE)
def test_three_channels_are_fine(use: str) -> None:
    assert told(HEAD + use, "CLP312") == []


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_may_convert_is_left_alone(step: str) -> None:
    program = f"{HEAD}own = T.Compose([{step}, T.ToTensor(), T.Normalize(M, S)])\nencode(own(Image.open(path))[None])"
    assert told(program, "CLP312") == []
