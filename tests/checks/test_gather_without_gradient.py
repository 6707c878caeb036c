"""Vectors of all devices in a loss: as copies without a gradient, and with it."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import copy

import clip
import torch
import torch.distributed as dist
import torch.distributed.nn
import torch.nn.functional as F
from torch import nn

model, preprocess = clip.load("ViT-B/32", device="cuda", jit=False)
model.float()
rank, size = dist.get_rank(), dist.get_world_size()
criterion = nn.CrossEntropyLoss()


class Keeping(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        parts = [torch.empty_like(x) for _ in range(size)]
        dist.all_gather(parts, x)
        return tuple(parts)

    @staticmethod
    def backward(ctx, *grads):
        return torch.stack(grads)[rank]


def everywhere(x):
{gather}


def step(pixels, captions):
    image = F.normalize(model.encode_image(pixels.cuda()), dim=-1)
    text = F.normalize(model.encode_text(clip.tokenize(captions).cuda()), dim=-1)
    scale = model.logit_scale.exp()
    {loss}
    loss.backward()
"""
BOTH = (
    "logits = scale * everywhere(image) @ everywhere(text).T\n"
    "    loss = F.cross_entropy(logits, torch.arange(len(logits)).cuda())"
)
LOCAL = "loss = F.cross_entropy(scale * image @ everywhere(text).T, torch.arange(len(image)).cuda() + rank * len(image))"


def gathering(*lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines)


LIST = "parts = [torch.zeros_like(x) for _ in range(size)]"
WITHOUT = [
    (LIST, "dist.all_gather(parts, x)", "return torch.cat(parts)"),
    (LIST, "dist.all_gather(tensor_list=parts, tensor=x.contiguous())", "return torch.cat(parts, dim=0)"),
    (LIST, "torch.distributed.all_gather(parts, x, group=None)", "return torch.vstack(parts)"),
    (LIST, "with torch.no_grad():", "    dist.all_gather(parts, x)", "return torch.cat(parts)"),
    ("if size == 1:", "    return x", LIST, "dist.all_gather(parts, x)", "return torch.cat(parts)"),
    (
        "parts = list(torch.zeros_like(x) for _ in range(size))",
        "dist.all_gather(parts, x)",
        "return torch.cat(parts)",
    ),
    (
        "made = torch.empty(size * len(x), x.shape[1]).cuda()",
        "dist.all_gather_into_tensor(made, x)",
        "return made",
    ),
]
WITH = [
    (LIST, "dist.all_gather(parts, x)", "parts[rank] = x", "return torch.cat(parts)"),
    (LIST, "dist.all_gather(parts, x)", "if options.own:", "    parts[rank] = x", "return torch.cat(parts)"),
    (LIST, "dist.all_gather(parts, x)", "return torch.cat([x] + parts[:rank] + parts[rank + 1 :])"),
    (LIST, "dist.all_gather(parts, x)", "return torch.cat([*parts[:rank], x, *parts[rank + 1 :]])"),
    (LIST, "dist.all_gather(parts, x)", "parts[rank][0:4] = x[0:4]", "return torch.cat(parts)"),
    (LIST, "dist.all_gather(parts, x)", "mine = list(parts)", "mine[rank] = x", "return torch.cat(mine)"),
    (
        LIST,
        "dist.all_gather(parts, x)",
        "mine = copy.deepcopy(parts)",
        "mine[rank][: len(x)] = x",
        "return torch.cat(mine)",
    ),
    (
        LIST,
        "dist.all_gather(parts, x)",
        "return torch.cat([x if at == rank else part for at, part in enumerate(parts)])",
    ),
    (LIST, "dist.all_gather(parts, x)", "parts.pop(rank)", "return torch.cat([x, *parts])"),
    (LIST, "dist.all_gather(parts, x)", "parts.insert(rank, x)", "return torch.cat(parts)"),
    ("return torch.cat(torch.distributed.nn.all_gather(x))",),
    ("return torch.cat(torch.distributed.nn.functional.all_gather(x), dim=0)",),
    ("return torch.cat(Keeping.apply(x))",),
    (
        "if options.keeps:",
        "    return torch.cat(torch.distributed.nn.all_gather(x))",
        LIST,
        "dist.all_gather(parts, x)",
        "return torch.cat(parts)",
    ),
    (
        "made = torch.empty(size * len(x), x.shape[1]).cuda()",
        "dist.all_gather_into_tensor(made, x)",
        "made[rank * len(x) : (rank + 1) * len(x)] = x",
        "return made",
    ),
]


@pytest.mark.parametrize("lines", WITHOUT)
def test_copies_on_both_sides_train_nothing(lines: tuple[str, ...]) -> None:
    (found,) = told(HEAD.format(gather=gathering(*lines), loss=BOTH), "CLP503")
    assert found.severity.name == "ERROR"


@pytest.mark.parametrize("lines", WITH)
@pytest.mark.parametrize("loss", [BOTH, LOCAL])
def test_what_keeps_the_gradient_is_fine(lines: tuple[str, ...], loss: str) -> None:
    assert told(HEAD.format(gather=gathering(*lines), loss=loss), "CLP503") == []


def test_own_vectors_against_copies_are_a_warning() -> None:
    (found,) = told(HEAD.format(gather=gathering(*WITHOUT[0]), loss=LOCAL), "CLP503")
    assert found.severity.name == "WARNING"


@pytest.mark.parametrize(
    "lines",
    [
        (LIST, "dist.all_gather(parts, x.detach())", "return torch.cat(parts)"),
        (LIST, "with torch.no_grad():", "    dist.all_gather(parts, x)", "return torch.cat(parts)"),
    ],
)
def test_own_vectors_against_copies_that_are_meant_as_such(lines: tuple[str, ...]) -> None:
    assert told(HEAD.format(gather=gathering(*lines), loss=LOCAL), "CLP503") == []


@pytest.mark.parametrize(
    ("loss", "count"),
    [
        ("loss = criterion(scale * everywhere(image) @ everywhere(text).T, targets)", 1),
        ("loss = -F.logsigmoid(signs * (scale * everywhere(image) @ everywhere(text).T)).mean()", 1),
        (
            "loss = F.binary_cross_entropy_with_logits(scale * everywhere(image) @ everywhere(text).T, targets)",
            1,
        ),
        ("found = (everywhere(image) @ everywhere(text).T).argmax(dim=1)\n    loss = other(image)", 0),
        ("loss = F.cross_entropy(scale * image @ text.T, targets)\n    everywhere(image)", 0),
    ],
)
def test_only_what_a_loss_is_taken_of(loss: str, count: int) -> None:
    assert len(told(HEAD.format(gather=gathering(*WITHOUT[0]), loss=loss), "CLP503")) == count


def test_a_tower_without_gradients_has_none_to_lose() -> None:
    loss = (
        "with torch.no_grad():\n        image = F.normalize(model.encode_image(pixels.cuda()), dim=-1)\n"
        "    logits = scale * everywhere(image) @ text.T\n    loss = F.cross_entropy(logits.T, targets)"
    )
    assert told(HEAD.format(gather=gathering(*WITHOUT[0]), loss=loss), "CLP503") == []


@pytest.mark.parametrize("name", ["validate", "validation_step", "evaluate"])
def test_losses_that_are_measured(name: str) -> None:
    program = HEAD.format(gather=gathering(*WITHOUT[0]), loss=BOTH).replace("def step", f"def {name}")
    assert told(program.replace("    loss.backward()\n", "    return loss.item()\n"), "CLP503") == []


OWN_MODEL = """\
import torch
import torch.distributed as dist
import torch.nn.functional as F
from transformers import CLIPModel, CLIPProcessor

from .towers import Towers

processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
start = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
model = Towers(start)


def loss_of({image}, {text}, scale):
    of_images = [torch.zeros_like({image}) for _ in range(dist.get_world_size())]
    of_texts = [torch.zeros_like({text}) for _ in range(dist.get_world_size())]
    dist.all_gather(of_images, {image})
    dist.all_gather(of_texts, {text})
    logits = scale * torch.cat(of_images) @ torch.cat(of_texts).t()
    return F.cross_entropy(logits, torch.arange(len(logits)))
"""


@pytest.mark.parametrize(
    ("image", "text", "count"),
    [
        ("image_features", "text_features", 1),
        ("img_emb", "caption_emb", 1),
        ("x", "y", 0),
        ("image_ids", "text_ids", 0),
    ],
)
def test_a_model_of_ones_own_is_known_by_what_its_vectors_are_called(
    image: str, text: str, count: int
) -> None:
    assert len(told(OWN_MODEL.format(image=image, text=text), "CLP503")) == count
    assert told(OWN_MODEL.format(image=image, text=text), "CLP201") == []
