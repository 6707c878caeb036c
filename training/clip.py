"""Train the bundled CLIP: contrastively, on drawn scenes with captions, on one processor core.

Run ``python -m training.clip --minutes 50 --seed 1 DIR``. DIR then holds a model that
``CLIPModel.from_pretrained`` and ``CLIPProcessor.from_pretrained`` load, and ``training.json`` with what was done.
"""

from __future__ import annotations

import json
import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
import torch
from torch.nn import functional
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from clip_lint.verify.scenes.draw import draw
from training.captions import captioned
from training.vocabulary import tokenizer

if TYPE_CHECKING:
    from PIL import Image

SIDE = 56
_BATCH = 128
_WARM_UP_S = 60.0


def build(words: CLIPTokenizer) -> CLIPModel:
    """A CLIP of 2.2 million random parameters: 56 px in patches of 8, towers of six and four layers."""
    text = {
        "vocab_size": len(words),
        "hidden_size": 128,
        "intermediate_size": 512,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "max_position_embeddings": 77,
        "hidden_act": "gelu",
        "bos_token_id": words.bos_token_id,
        "eos_token_id": words.eos_token_id,
        "pad_token_id": words.pad_token_id,
    }
    vision = {
        "hidden_size": 128,
        "intermediate_size": 512,
        "num_hidden_layers": 6,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": 8,
        "hidden_act": "gelu",
    }
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=128))


def pixels(images: list[Image.Image]) -> torch.Tensor:
    """Images of ``SIDE`` px as the processor gives them: (n, 3, SIDE, SIDE), from -1 to 1."""
    stacked = np.stack([np.asarray(image) for image in images]).astype(np.float32)
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).contiguous() / 127.5 - 1


def contrastive_loss(logits: torch.Tensor, captions: list[str]) -> torch.Tensor:
    """CLIP's symmetric loss over ``logits`` (n, n); an equal caption elsewhere in the batch is no negative."""
    numbers = torch.tensor([captions.index(caption) for caption in captions])
    twins = (numbers[:, None] == numbers[None, :]) & ~torch.eye(len(captions), dtype=torch.bool)
    logits = logits.masked_fill(twins, -torch.inf)
    right = torch.arange(len(captions))
    return (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2


def _save(model: CLIPModel, words: CLIPTokenizer, folder: Path, record: dict[str, object]) -> None:
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    CLIPImageProcessorPil(
        size={"shortest_edge": SIDE},
        crop_size={"height": SIDE, "width": SIDE},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    ).save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def train(folder: Path, minutes: float, seed: int, peak_rate: float, start: Path | None) -> None:
    """Train for ``minutes`` of processor time on one core and save into ``folder`` every three minutes.

    ``start`` is the folder of a model to go on with; its stages are kept in ``training.json``.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 (pictures, not secrets)
    if start is None:
        words, earlier = tokenizer(seed), []
        model = build(words)
    else:
        words, model = (
            CLIPTokenizer.from_pretrained(start),
            CLIPModel.from_pretrained(start, dtype=torch.float32),
        )
        earlier = json.loads((start / "training.json").read_text(encoding="utf-8"))["stages"]
    model.set_attn_implementation(
        "eager"
    )  # twice as fast as the fused one, whose backward pass is slow on processors
    model.train()
    plain = [p for p in model.parameters() if p.ndim < 2]
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=peak_rate, betas=(0.9, 0.98))
    started, saved, seen, recent = time.process_time(), time.process_time(), 0, 0.0
    while (spent := time.process_time() - started) < minutes * 60:
        rate = (
            peak_rate
            * min(1.0, (spent + 1) / _WARM_UP_S)
            * (0.02 + 0.98 * math.cos(math.pi / 2 * spent / (minutes * 60)) ** 2)
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        scenes = [captioned(chance) for _ in range(_BATCH)]
        captions = [caption for _, caption in scenes]
        images = pixels([draw(scene, SIDE, chance.choice((2, 3))) for scene, _ in scenes])
        inputs = words(captions, padding=True, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(**inputs, pixel_values=images).logits_per_image
        loss = contrastive_loss(logits.float(), captions)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=math.log(100))
        seen += _BATCH
        recent = 0.98 * recent + 0.02 * loss.item() if recent else loss.item()
        if seen % (50 * _BATCH) == 0:
            click.echo(
                f"{spent:6.0f} s  {seen:8d} scenes  loss {recent:.3f}  scale {model.logit_scale.exp().item():.1f}"
            )
        if time.process_time() - saved > 180:
            saved = time.process_time()
            stage = {
                "seed": seed,
                "peak_rate": peak_rate,
                "scenes": seen,
                "seconds": round(spent),
                "is_finished": False,
            }
            _save(model, words, folder, {"stages": [*earlier, stage]})
    stage = {
        "seed": seed,
        "peak_rate": peak_rate,
        "scenes": seen,
        "seconds": round(time.process_time() - started),
        "is_finished": True,
    }
    _save(model, words, folder, {"stages": [*earlier, stage]})


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--minutes", default=50.0, show_default=True, help="Minutes of processor time.")
@click.option("--seed", default=1, show_default=True)
@click.option("--peak-rate", default=1.5e-3, show_default=True, help="The highest learning rate.")
@click.option(
    "--start", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Go on with this model."
)
def main(folder: Path, minutes: float, seed: int, peak_rate: float, start: Path | None) -> None:
    """Train the bundled CLIP and save it into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    train(folder, minutes, seed, peak_rate, start)


if __name__ == "__main__":
    main()
