"""Repositories as they are scanned: small ones, each with what a scan may get wrong, and ways to hand them over."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from quick import Done, clip_lint

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Files = Mapping[str, str | bytes]
Row = dict[str, Any]
Key = tuple[str, str, int | None, int, int, str]

BAD = """import clip
import torch

model, preprocess = clip.load("ViT-B/32")
model.eval()


def score(image, texts):
    with torch.no_grad():
        pictures = model.encode_image(image)
        words = model.encode_text(clip.tokenize(texts))
    return pictures @ words.T
"""

_ENCODER = """import clip
import torch

model, preprocess = clip.load("ViT-B/32")
model.eval()


def encode(image):
    with torch.no_grad():
        return model.encode_image(image)
"""
_CALLER = """import clip
import torch
from shop.encoder import encode, model


def compare(image, texts):
    with torch.no_grad():
        words = model.encode_text(clip.tokenize(texts))
    return encode(image) @ words.T
"""
_LABELS = """import open_clip
import torch

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="openai")
tokenizer = open_clip.get_tokenizer("ViT-B-32")
labels = open("labels.txt").read().splitlines()


def classify(image):
    with torch.no_grad():
        words = model.encode_text(tokenizer(labels))
    return words
"""
_FEATURES = """from transformers import CLIPModel

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()


def embed(inputs):
    features = model.get_image_features(**inputs)
    return features / features.norm(dim=-1, keepdim=True)
"""


def _notebook(*cells: str) -> str:
    made: list[Row] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": str(number),
            "metadata": {},
            "outputs": [],
            "source": cell,
        }
        for number, cell in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


REPOSITORIES: dict[str, Files] = {
    "imports/across": {
        "shop/__init__.py": "",
        "shop/encoder.py": _ENCODER,
        "shop/search.py": _CALLER,
        "README.md": "# Shop\n",
    },
    "labels/beside": {
        "app.py": _LABELS,
        "labels.txt": "two dogs\nthree dogs\nOther\n",
        "data/notes.txt": "nothing",
    },
    "note/book": {"demo.ipynb": _notebook("import clip, torch\n!pip list", BAD)},
    "pins/old": {"use.py": _FEATURES, "requirements.txt": "transformers==4.40.0\n"},
    "pins/new": {"use.py": _FEATURES, "requirements.txt": "transformers==5.3.0\n"},
    "ignored/by-git": {".gitignore": "generated/\n", "generated/a.py": BAD, "kept.py": BAD},
    "set/up": {
        "pyproject.toml": '[tool.clip-lint]\npreview = true\nignore = ["CLP201"]\n',
        "a.py": BAD,
        "b.py": 'LABELS = ["a", "b"]\n',
    },
    "silenced/here": {
        "a.py": BAD.replace("words.T\n", "words.T  # noqa: CLP201\n"),
        "b.py": "x = 1  # noqa: CLP201\n",
    },
    "broken/file": {"bad.py": "import clip\nmodel = clip.load('ViT-B/32'\n", "good.py": BAD},
    "latin/one": {"a.py": b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + BAD.encode()},
    "plain/python": {"a.py": "print('hello')\n", "b.py": "import os\n"},
    "no/python": {"main.c": "int main(void) { return 0; }\n"},
}


def rows_of(repositories: Mapping[str, Files] = REPOSITORIES, *, commit: str | None = "c0ffee") -> list[Row]:
    """All files as rows, those of the repositories mixed."""
    made = [
        {
            "repo": repo,
            "path": path,
            "content": data.encode() if isinstance(data, str) else data,
            "commit": commit,
        }
        for repo, files in repositories.items()
        for path, data in files.items()
    ]
    return made[::2] + made[1::2]


def write_parquet(path: Path, rows: Iterable[Row], *, group: int = 7) -> Path:
    """Rows as a table of small row groups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=group)
    return path


def check_out(repositories: Mapping[str, Files], top: Path) -> Path:
    """The repositories as folders; each is a repository of git's."""
    for repo, files in repositories.items():
        for path, data in files.items():
            file = top / repo / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)
        subprocess.run(["git", "init", "-q", str(top / repo)], check=True)
    return top


def scan(*words: str | Path, cwd: Path) -> Done:
    """`clip-lint scan` with one worker, unless it is told otherwise."""
    given = [str(word) for word in words]
    few = [] if "-j" in given or given[0] == "report" else ["-j", "1"]
    return clip_lint(cwd, "scan", *given, *few)


def findings(results: Path) -> list[Row]:
    """All rows of findings, in the order of the parts."""
    rows: list[Row] = []
    for part in sorted((results / "findings").glob("*.parquet")):
        rows += pq.read_table(part).to_pylist()
    return rows


def failures(results: Path) -> list[Row]:
    """What could not be linted."""
    return [json.loads(line) for line in (results / "failures.jsonl").read_text().splitlines()]


def linted(folder: Path) -> set[Key]:
    """What `clip-lint .` finds in a checkout, by fingerprint and place."""
    done = clip_lint(folder, "--output-format", "json", "--no-cache", ".")
    return {
        (
            each["fingerprint"],
            each["path"],
            each["cell"],
            each["start"]["line"],
            each["start"]["column"],
            each["code"],
        )
        for each in json.loads(done.stdout)
        if each["code"] != "CLP000"
    }


def keys(rows: Iterable[Row], repo: str) -> set[Key]:
    """The same of a scan's rows."""
    return {
        (row["fingerprint"], row["path"], row["cell"], row["line"], row["column"], row["code"])
        for row in rows
        if row["repo"] == repo
    }
