"""The program run in this process, and what spoils a model folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from clip_lint.cli import main as cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAIN_MODE = """\
import open_clip
import torch
model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32-quickgelu", pretrained="openai")
def embed(image):
    with torch.no_grad():
        return model.encode_image(preprocess(image).unsqueeze(0), normalize=True)
"""


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str


class Runner:
    """Runs the program in this process, in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: object) -> Run:
        # A plain ViT has nothing that train mode changes: the finding that these tests verify is a note.
        notes = () if words and words[0] in {"fixtures", "diagnose", "doctor"} else ("--min-severity", "note")
        with pytest.raises(SystemExit) as leaving:
            cli.main([*map(str, words), *notes])
        read = self._capsys.readouterr()
        return Run(int(str(leaving.value.code)), read.out, read.err)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")


def _only(folder: Path, pattern: str) -> Path:
    (file,) = folder.glob(pattern)
    return file


def pickled(folder: Path) -> None:
    _only(folder, "*.safetensors").rename(folder / "pytorch_model.bin")


def cut(folder: Path) -> None:
    file = _only(folder, "*.safetensors")
    file.write_bytes(file.read_bytes()[:-1000])


def garbled(folder: Path) -> None:
    _only(folder, "*.safetensors").write_bytes(b"not weights" * 100)


def undefined(folder: Path) -> None:
    """All weights are NaN."""
    from safetensors.torch import load_file, save_file

    file = _only(folder, "*.safetensors")
    save_file(
        {name: weight * float("nan") for name, weight in load_file(file).items()},
        file,
        metadata={"format": "pt"},
    )


def changed(*path: str, **changes: object) -> Callable[[Path], None]:
    """A change of the table at ``path`` of the model's configuration."""

    def change(folder: Path) -> None:
        file = next(
            folder / name for name in ("open_clip_config.json", "config.json") if (folder / name).is_file()
        )
        config = json.loads(file.read_text())
        table = config
        for key in path:
            table = table[key]
        table.update(changes)
        file.write_text(json.dumps(config))

    return change


def assert_one_line_and_status_2(found: Run, said: str) -> None:
    """The program gave up with one clear line and no report."""
    assert found.status == 2
    assert said in found.err
    assert found.err.startswith("clip-lint: ")
    assert found.err.count("\n") == 1
    assert found.err.rstrip("\n").isprintable()
    assert found.out == ""
