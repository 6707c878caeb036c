"""A scratch repository with findings that need nothing but the text, for tests of what teams do with them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HEAD = """\
import torch
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
"""


def module(*names: str) -> str:
    """A program with one CLP204 for each name, in a function of that name; the finding is on the last line of each."""
    return HEAD + "".join(
        f"\n\n@torch.inference_mode()\ndef {name}(image):\n"
        f'    inputs = processor(text=["a photo of a {name}"], images=image, return_tensors="pt")\n'
        f"    {name}_logits = model(**inputs).logits_per_image\n"
        f"    return {name}_logits.softmax(dim=1)\n"
        for name in names
    )


def git(folder: Path, *arguments: str) -> str:
    """What git prints, whatever the user's configuration."""
    fixed = (
        "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main",
    )  # fmt: skip
    done = subprocess.run(["git", *fixed, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path) -> None:
    """Commit all that lies in a folder, which becomes a repository if it is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", "all")


def clip_lint(folder: Path, *arguments: str, status: int | None = None) -> subprocess.CompletedProcess[str]:
    """A run of the command line; what it says without a traceback, and with this exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "clip_lint", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    if status is not None:
        assert done.returncode == status, done.stdout + done.stderr
    return done


def places(folder: Path, *arguments: str) -> list[str]:
    """``path:line CODE`` of each reported finding (``path:cell N:line`` in notebooks)."""
    lines = clip_lint(folder, "--output-format", "concise", *arguments).stdout.splitlines()
    return [re.sub(r":\d+: (CLP\d+) .*", r" \1", line) for line in lines]
