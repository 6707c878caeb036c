"""What watching costs: a random model of ViT-B/32's size encodes pictures and texts, alone and observed.

``python tests/bench/observe_bench.py [ROUNDS]`` prints the processor's time of one round and the ratio, the two taken by turns on one thread: a busy machine hardly counts.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()


def _model() -> Any:
    import torch

    from clip_lint.verify.installed import leave_out_misfit

    leave_out_misfit()
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    model: Any = CLIPModel(CLIPConfig())
    return model.eval()  # the defaults are ViT-B/32


def _search(model: Any, pixels: Any, tokens: Any, queries: int) -> None:
    """A little search: vectors made, normalised, compared, put through a softmax, and taken out."""
    import torch

    with torch.no_grad():
        image = model.get_image_features(pixel_values=pixels)
        text = model.get_text_features(input_ids=tokens)
        image, text = (getattr(each, "pooler_output", each) for each in (image, text))
        image = image / image.norm(dim=-1, keepdim=True)
        text = text / text.norm(dim=-1, keepdim=True)
        for _ in range(queries):
            shares = (model.logit_scale.exp() * image @ text.T).softmax(dim=-1)
            shares.max(dim=-1).values.tolist()


def _seconds(function: Any, *args: Any) -> float:
    started = time.process_time()
    function(*args)
    return time.process_time() - started


def main(rounds: int) -> None:
    """Measure and print."""
    import torch

    import clip_lint

    torch.set_num_threads(1)
    model = _model()
    pixels, tokens = torch.rand(1, 3, 224, 224), torch.randint(1000, 40_000, (3, 77))
    gallery = torch.rand(100_000, 512)
    cases: dict[str, Callable[[], object]] = {
        "one picture, three texts": lambda: _search(model, pixels, tokens, 1),
        "one picture, three texts, 100 queries": lambda: _search(model, pixels, tokens, 100),
        "operations on tensors that come from no tower": lambda: [gallery.mean(dim=1) for _ in range(20)],
    }
    for name, run in cases.items():
        run()
        alone, seen = [], []
        for _ in range(rounds):
            alone.append(_seconds(run))
            with clip_lint.observe([HERE], findings=()):
                seen.append(_seconds(run))
        one, other = statistics.median(alone), statistics.median(seen)
        print(f"{name}: {one * 1e3:.1f} ms alone, {other * 1e3:.1f} ms watched, {other / one - 1:+.1%}")
    started = time.process_time()
    with clip_lint.observe([HERE], findings=()):
        begun = time.process_time() - started
    print(f"to start: {begun * 1e3:.0f} ms, to stop: {(time.process_time() - started - begun) * 1e3:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
