"""How fast are CLIPs of usual sizes on this machine? Measured with random weights: nothing is downloaded, and time does not depend on what was learnt."""

# ruff: noqa: PLC0415 (transformers is slow to import and may be missing)
from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch

from clip_lint.verify.loading import choose_device

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Size:
    """The shape of a CLIP: (layers, width, heads, width of the inner layer) of both towers."""

    name: str
    patch: int
    vision: tuple[int, int, int, int]
    text: tuple[int, int, int, int]
    width: int
    pixels: int = 224

    @property
    def weights(self) -> int:
        """About how many weights it has."""
        blocks = sum(
            layers * (4 * width * width + 2 * width * inner)
            for layers, width, _, inner in (self.vision, self.text)
        )
        return blocks + 49408 * self.text[1] + 3 * self.patch**2 * self.vision[1]


SIZES = (
    Size("ViT-B/32", 32, (12, 768, 12, 3072), (12, 512, 8, 2048), 512),
    Size("ViT-L/14", 14, (24, 1024, 16, 4096), (12, 768, 12, 3072), 768),
    Size("ViT-g/14", 14, (40, 1408, 16, 6144), (24, 1024, 16, 4096), 1024),
)
"""OpenAI's smallest and largest, and LAION's giant (open_clip's configurations)."""

BATCHES = (1, 8)
RUNS = 7
_LONGEST = 30.0
"""Seconds that one row may take: then three runs are enough."""
_FEWEST = 3


def measure(
    device: str = "auto", sizes: tuple[Size, ...] = SIZES, runs: int = RUNS
) -> Iterator[tuple[str, str]]:
    """Topic and words, line by line: the machine, then a row for each size and batch."""
    device = choose_device(device)
    yield "machine", f"{_machine(device)}; torch {torch.__version__}, float32"
    yield (
        "weights",
        "random, of the sizes named: nothing is downloaded, and nothing is said of how good they are",
    )
    for size in sizes:
        free = _free_memory(device)
        needed = size.weights * 4 * 1.3
        if free is not None and free < needed:
            yield size.name, f"left out: needs about {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free"
            continue
        yield from ((size.name, words) for words in _rows(size, device, runs))


def _rows(size: Size, device: str, runs: int) -> Iterator[str]:
    model = _model(size).to(device)
    count = f"{sum(parameter.numel() for parameter in model.parameters()) / 1e6:5.0f} M weights"
    for batch in BATCHES:
        pixels = torch.rand(batch, 3, size.pixels, size.pixels, device=device)
        seconds = _timed(partial(model.get_image_features, pixel_values=pixels), device, runs)
        yield f"{count}, batch of {batch}: {_said(seconds, batch)} an image"
    tokens = torch.randint(0, 1000, (1, 77), device=device)
    seconds = _timed(partial(model.get_text_features, input_ids=tokens), device, runs)
    yield f"{count}, one text of 77 tokens: {_said(seconds, 1)}"


def _said(seconds: list[float], batch: int) -> str:
    each = [1000 * second / batch for second in seconds]
    return f"{statistics.median(each):.1f} ms (median of {len(each)}, {min(each):.1f} to {max(each):.1f})"


def _timed(run: Callable[[], object], device: str, runs: int) -> list[float]:
    """Seconds of each run after one that does not count; fewer runs where one takes long."""
    found: list[float] = []
    with torch.inference_mode():
        run()
        _wait(device)
        while len(found) < runs and (len(found) < _FEWEST or sum(found) < _LONGEST):
            start = perf_counter()
            run()
            _wait(device)
            found.append(perf_counter() - start)
    return found


def _wait(device: str) -> None:
    """Until the device has done what it was told."""
    if device == "cuda":
        torch.cuda.synchronize()
    elif device == "mps":
        torch.mps.synchronize()


def _model(size: Size) -> Any:
    """A model of the size, with random weights."""
    from transformers import CLIPConfig, CLIPModel

    def tower(shape: tuple[int, int, int, int]) -> dict[str, int]:
        layers, width, heads, inner = shape
        names = ("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size")
        return dict(zip(names, (layers, width, heads, inner), strict=True))

    vision = {**tower(size.vision), "patch_size": size.patch, "image_size": size.pixels}
    config = CLIPConfig(text_config=tower(size.text), vision_config=vision, projection_dim=size.width)
    model: Any = CLIPModel(config)
    return model.eval()


def _machine(device: str) -> str:
    """The device by its name; of a processor, how many cores this program may use and how many threads torch takes."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()} ({device}), {usable} cores usable, {torch.get_num_threads()} threads"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _free_memory(device: str) -> int | None:
    """Bytes that are free; None where the system does not say."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
