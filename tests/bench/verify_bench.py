"""What verifying costs on checkpoints of true size, laid out as the hub's cache really is; the weights are random.

    python tests/bench/verify_bench.py --write CACHE openai/clip-vit-base-patch32     # or openai/clip-vit-large-patch14
    python tests/bench/verify_bench.py CACHE [--verify's own options]                 # the example project

The second prints the seconds of the clock and of the processor, the seconds until the first line of progress, and the most memory that was held.
Main holds a pickle (a few bytes that are none), the safetensors lie on the converter's pull request. The tokenizer's merges are open_clip's.
"""

from __future__ import annotations

import gzip
import json
import os
import pty
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "example"
MAIN, CONVERTED = "3d74acf9" + "0" * 32, "c237dc49" + "0" * 32
_PIXELS: dict[str, Any] = {
    "image_processor_type": "CLIPImageProcessor", "do_resize": True, "size": {"shortest_edge": 224}, "resample": 3,
    "do_center_crop": True, "crop_size": {"height": 224, "width": 224}, "do_rescale": True, "do_normalize": True,
    "do_convert_rgb": True, "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}  # fmt: skip


def _tokenizer() -> Any:
    """CLIP's byte-pair tokenizer with all its 49,408 pieces."""
    tokenizer: Any = import_module("transformers").CLIPTokenizer
    package = find_spec("open_clip")
    if package is None or package.origin is None:
        sys.exit("the merges are open_clip's: pip install open_clip_torch")
    with gzip.open(
        Path(package.origin).parent / "bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8"
    ) as stream:
        merges = [tuple(line.split()) for line in stream.read().split("\n")[1 : 49152 - 256 - 2 + 1]]
    known = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = [chr(code) for code in known] + [chr(256 + i) for i in range(256 - len(known))]
    pieces = [
        *letters,
        *(letter + "</w>" for letter in letters),
        *map("".join, merges),
        "<|startoftext|>",
        "<|endoftext|>",
    ]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return tokenizer(vocab=vocabulary, merges=merges, model_max_length=77)


def write(cache: Path, name: str) -> None:
    """A random checkpoint of the size that ``name`` has, laid out below ``cache``."""
    import torch

    from clip_lint.verify.installed import leave_out_misfit

    leave_out_misfit()
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    large: dict[str, Any] = {
        "projection_dim": 768,
        "text_config": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "projection_dim": 768},
        "vision_config": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "patch_size": 14, "projection_dim": 768},
    }  # fmt: skip
    model: Any = CLIPModel(CLIPConfig(**(large if "large" in name else {})))
    home = cache / f"models--{name.replace('/', '--')}"
    main, converted = home / "snapshots" / MAIN, home / "snapshots" / CONVERTED
    model.save_pretrained(converted)
    _tokenizer().save_pretrained(main)
    shutil.move(converted / "config.json", main / "config.json")
    (main / "preprocessor_config.json").write_text(json.dumps(_PIXELS), encoding="utf-8")
    (main / "pytorch_model.bin").write_bytes(b"not opened")
    (home / "refs" / "refs" / "pr").mkdir(parents=True)
    (home / "refs" / "main").write_text(MAIN, encoding="ascii")
    (home / "refs" / "refs" / "pr" / "62").write_text(CONVERTED, encoding="ascii")
    print(f"{name}: {sum(weight.numel() for weight in model.parameters()) / 1e6:.0f} M weights in {home}")


def run(cache: Path, words: list[str]) -> None:
    """Verify a copy of the example and print what it took; the report goes to standard output."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        command = [sys.executable, "-m", "clip_lint", "--no-cache", "--verify", "--offline", *words, "."]
        ours, theirs = pty.openpty()
        started = time.monotonic()
        environment = {**os.environ, "HF_HUB_CACHE": str(cache), "TERM": "xterm", "COLUMNS": "140"}
        program = subprocess.Popen(command, cwd=folder, env=environment, stderr=theirs)
        os.close(theirs)
        first = None
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            said += part
            if first is None and said.strip():
                first = time.monotonic() - started
        program.wait()
        seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = "no progress" if first is None else f"first progress after {first:.1f} s"
    print(
        f"{seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of the processor, {told},"
        f" {used.ru_maxrss / 1e6:.2f} GB at most, status {program.returncode}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]).absolute(), sys.argv[3])
    else:
        run(Path(sys.argv[1]).absolute(), sys.argv[2:])
