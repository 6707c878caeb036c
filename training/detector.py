"""Train the bundled detector, a small RT-DETR, on drawn scenes with their boxes, on one processor core.

Run ``python -m training.detector --minutes 45 --seed 1 DIR`` (needs scipy, which transformers'
matching loss uses). DIR then holds a model that ``AutoModelForObjectDetection.from_pretrained`` loads.
"""

from __future__ import annotations

import json
import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import torch
from transformers import RTDetrConfig, RTDetrForObjectDetection, RTDetrResNetConfig
from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil

from clip_lint.verify.scenes import compose
from clip_lint.verify.scenes.draw import draw, extent
from clip_lint.verify.scenes.model import KINDS

if TYPE_CHECKING:
    from clip_lint.verify.scenes.model import Scene

SIDE = 96
_BATCH = 32
_PEAK_RATE = 1e-3
_WARM_UP_S = 60.0


def build() -> RTDetrForObjectDetection:
    """An RT-DETR of 1.2 million random parameters: 96 px, a small ResNet, two decoder layers, 24 queries."""
    sizes: dict[str, Any] = {
        "embedding_size": 32,
        "hidden_sizes": [32, 64, 96, 128],
        "depths": [1, 2, 2, 1],
        "layer_type": "basic",
        "out_features": ["stage2", "stage3", "stage4"],
    }
    backbone = RTDetrResNetConfig(**sizes)
    config = RTDetrConfig(
        backbone_config=backbone,
        freeze_backbone_batch_norms=False,
        encoder_in_channels=[64, 96, 128],
        encoder_hidden_dim=64,
        encoder_ffn_dim=128,
        encoder_attention_heads=4,
        hidden_expansion=0.5,
        d_model=64,
        decoder_in_channels=[64, 64, 64],
        decoder_ffn_dim=128,
        decoder_layers=2,
        decoder_attention_heads=4,
        num_queries=24,
        num_denoising=20,
        anchor_image_size=None,
        id2label=dict(enumerate(KINDS)),
        label2id={kind: i for i, kind in enumerate(KINDS)},
    )
    return RTDetrForObjectDetection(config)


def training_scene(chance: random.Random) -> Scene:
    """A scene with one to ten things; numbers above four are as frequent as those below."""
    draw_one = chance.random()
    if draw_one < 0.4:
        return compose.crowd(chance, chance.randint(1, 10))
    if draw_one < 0.75:
        return compose.count(chance, chance.randint(1, 10))
    if draw_one < 0.85:
        return compose.mixed(chance, chance.randint(2, 4))
    if draw_one < 0.9:
        return compose.direction(chance, chance.choice(("left of", "above")))
    if draw_one < 0.95:
        return compose.size_swap(chance)[0]
    return compose.text(chance) if chance.random() < 0.7 else compose.single(chance)


def truth(scene: Scene) -> dict[str, torch.Tensor]:
    """Class numbers (n,) and boxes (n, 4) as centre x, centre y, width, height in fractions of the side."""
    boxes = [extent(thing) for thing in scene.things]
    corners = [(*box.centre, box.width, box.height) for box in boxes]
    return {
        "class_labels": torch.tensor([KINDS.index(thing.kind) for thing in scene.things], dtype=torch.long),
        "boxes": torch.tensor(corners, dtype=torch.float32).reshape(-1, 4),
    }


def _save(model: RTDetrForObjectDetection, folder: Path, record: dict[str, object]) -> None:
    model.save_pretrained(folder)
    RTDetrImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def train(folder: Path, minutes: float, seed: int) -> None:
    """Train for ``minutes`` of processor time on one core and save into ``folder`` every three minutes."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 (pictures, not secrets)
    model = build().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=_PEAK_RATE, weight_decay=1e-4)
    started, saved, seen, recent = time.process_time(), time.process_time(), 0, 0.0
    while (spent := time.process_time() - started) < minutes * 60:
        rate = (
            _PEAK_RATE
            * min(1.0, (spent + 1) / _WARM_UP_S)
            * (0.02 + 0.98 * math.cos(math.pi / 2 * spent / (minutes * 60)) ** 2)
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        scenes = [training_scene(chance) for _ in range(_BATCH)]
        images = np.stack([np.asarray(draw(scene, SIDE, chance.choice((2, 3)))) for scene in scenes])
        tensor = torch.from_numpy(images.astype(np.float32)).permute(0, 3, 1, 2).contiguous() / 255
        loss = model(pixel_values=tensor, labels=[truth(scene) for scene in scenes]).loss
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen += _BATCH
        recent = 0.98 * recent + 0.02 * loss.item() if recent else loss.item()
        if seen % (50 * _BATCH) == 0:
            click.echo(f"{spent:6.0f} s  {seen:8d} scenes  loss {recent:.3f}")
        if time.process_time() - saved > 180:
            saved = time.process_time()
            stage = {"seed": seed, "scenes": seen, "seconds": round(spent), "is_finished": False}
            _save(model, folder, {"stages": [stage]})
    stage = {
        "seed": seed,
        "scenes": seen,
        "seconds": round(time.process_time() - started),
        "is_finished": True,
    }
    _save(model, folder, {"stages": [stage]})


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--minutes", default=45.0, show_default=True, help="Minutes of processor time.")
@click.option("--seed", default=1, show_default=True)
def main(folder: Path, minutes: float, seed: int) -> None:
    """Train the bundled detector and save it into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    train(folder, minutes, seed)


if __name__ == "__main__":
    main()
