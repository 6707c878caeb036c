"""The real open_clip loading path on a tiny random checkpoint, where open_clip can be imported.

open_clip needs torchvision, of which there is no CPU build for every torch. The CUDA build will do: open_clip uses only
its Python code, so the operators that it fails to register on a CPU-only torch are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from typing import TYPE_CHECKING, Any

import misfit
import pytest
import torch
from PIL import Image
from program import (
    TRAIN_MODE,
    Runner,
    assert_one_line_and_status_2,
    changed,
    cut,
    garbled,
    pickled,
    undefined,
)

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.verify import open_clip_towers
from clip_lint.verify.loading import load
from clip_lint.verify.models import Models
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if not misfit.importable() or importlib.util.find_spec("open_clip") is None:
    pytest.skip("open_clip or torchvision is not installed", allow_module_level=True)

open_clip: Any = importlib.import_module("open_clip")

IMAGES = [Image.new("RGB", (48, 40), colour) for colour in ("red", "blue")]


def problem(spec: object) -> str:
    """The one line with which ``spec`` is refused."""
    with pytest.raises(VerifyProblem) as caught:
        load(str(spec), "cpu", is_offline=True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def open_clip_folder(folder: Path, **changes: Any) -> Path:
    """A tiny open_clip model as open_clip's own hub tools save it."""
    from safetensors.torch import save_file

    config: dict[str, Any] = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 8, "head_width": 16},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
        **changes,
    }
    folder.mkdir(parents=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = open_clip.CLIP(**config)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    preprocess = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": preprocess})
    )
    return folder


def test_an_open_clip_folder_loads_through_open_clip(tmp_path: Path) -> None:
    towers = load(str(open_clip_folder(tmp_path / "oc")), "cpu")
    assert type(towers).__name__ == "OpenClipTowers"
    assert towers.text_features(["a cat"]).shape == (1, 16)
    assert towers.image_features(towers.pixels(IMAGES)).shape == (2, 16)
    assert towers.mean == (0.5, 0.5, 0.5)
    assert not towers.module().training


def test_half_precision_gives_nearly_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a GPU would be given, tried on the CPU."""
    folder = open_clip_folder(tmp_path / "oc")
    full = load(str(folder), "cpu")
    assert full.image_features(full.pixels(IMAGES)).dtype is torch.float32
    assert open_clip_towers.precision_on("cuda") == "fp16"
    monkeypatch.setattr(open_clip_towers, "precision_on", lambda _device: "fp16")
    half = load(str(folder), "cpu")
    for whole, part in (
        (full.image_features(full.pixels(IMAGES)), half.image_features(half.pixels(IMAGES))),
        (full.text_features(["a cat"]), half.text_features(["a cat"])),
    ):
        assert part.dtype is torch.float16
        assert torch.cosine_similarity(whole, part.float()).min() > 0.999


def test_an_open_clip_architecture_loads_a_weights_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_clip_folder(tmp_path / "oc")
    config = json.loads((folder / "open_clip_config.json").read_text())["model_cfg"]
    (tmp_path / "Tiny-Test.json").write_text(json.dumps(config))
    monkeypatch.setattr(open_clip.factory, "_MODEL_CONFIG_PATHS", [*open_clip.factory._MODEL_CONFIG_PATHS])
    monkeypatch.setattr(open_clip.factory, "_MODEL_CONFIGS", {**open_clip.factory._MODEL_CONFIGS})
    open_clip.add_model_config(tmp_path / "Tiny-Test.json")
    file = folder / "open_clip_model.safetensors"
    models = Models()
    towers = models.towers(Checkpoint("open_clip", "Tiny-Test", str(file)))
    assert towers.name == f"Tiny-Test ({file})"
    assert models.towers(Checkpoint("open_clip", "Tiny-Test", str(file))) is towers


def test_what_open_clip_does_not_know_is_said_in_one_line() -> None:
    assert "knows no such architecture" in problem("open_clip:ViT-Z-99:openai")
    assert "random weights" in problem("open_clip:ViT-B-32")
    assert "no pretrained tag" in problem("open_clip:ViT-B-32:neverland")
    assert "no safetensors weights in the local cache" in problem("open_clip:ViT-B-32:laion2b_s34b_b79k")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (pickled, "a pickle can run code"),
        (cut, "truncated"),
        (garbled, "not a safetensors file"),
        (undefined, "infinite or undefined features"),
        (changed("model_cfg", embed_dim=24), "cannot be loaded"),
        (changed("model_cfg", "vision_cfg", layers="\x1b[31m"), "cannot be loaded"),
        (changed(auto_map={"AutoModel": "evil.Model"}), "asks to run code of its own"),
        (changed("model_cfg", "vision_cfg", width=10**12), "is no size that a model has"),
        (changed("model_cfg", "vision_cfg", width=8192), "the configuration describes"),
        (changed("model_cfg", "text_cfg", hf_model_name="someone/else"), "another repository"),
        (changed(model_cfg=["ViT-B-32"]), "describes no model"),
    ],
)
def test_a_bad_open_clip_model_is_one_line_and_status_2(
    spoil: Callable[[Path], None],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(open_clip_folder(tmp_path / "model"))
    monkeypatch.chdir(tmp_path)
    run = Runner(tmp_path, capsys)
    run.write("a.py", TRAIN_MODE)
    assert_one_line_and_status_2(run("--verify", "--model", "model", "a.py"), said)


def test_a_good_open_clip_model_is_measured(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_clip_folder(tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    run = Runner(tmp_path, capsys)
    run.write("a.py", TRAIN_MODE)
    found = run("--verify", "--model", "model", "a.py")
    assert "evidence: not demonstrated on model in place of ViT-B-32-quickgelu (openai) (" in found.out
    assert (found.status, found.err, caplog.text) == (1, "", "")
