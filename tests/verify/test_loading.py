"""The real loading paths on tiny random checkpoints, with the hub switched off; and what refuses to load, in one line."""

from __future__ import annotations

import json
import pickle
import struct
import sys
from typing import TYPE_CHECKING, Any

import pytest
import tiny_models
import torch
from PIL import Image

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.verify.detector import load_detector
from clip_lint.verify.image_encoder import load_image_encoder
from clip_lint.verify.loading import BUNDLED, choose_device, find, load
from clip_lint.verify.models import Models
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from pathlib import Path

IMAGES = [Image.new("RGB", (48, 40), colour) for colour in ("red", "blue")]


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return tiny_models.build("openai/clip-vit-base-patch32", tmp_path)


def problem(spec: object) -> str:
    """The one line with which ``spec`` is refused."""
    with pytest.raises(VerifyProblem) as caught:
        load(str(spec), "cpu", is_offline=True)
    line = str(caught.value)
    assert "\n" not in line
    assert line.isprintable()
    return line


def test_a_transformers_clip_gives_features_and_its_scale(clip: Path) -> None:
    towers = load(str(clip), "cpu")
    texts = towers.text_features(["a photo of a cat", "a red truck"])
    images = towers.image_features(towers.pixels(IMAGES))
    assert texts.shape == images.shape == (2, 16)
    assert towers.scoring.scale == pytest.approx(1 / 0.07, rel=1e-3)
    assert not towers.scoring.is_sigmoid
    assert towers.context == 77
    assert not towers.module().training
    assert towers.mean[0] == pytest.approx(0.48145466)


def test_the_features_are_those_of_the_library(clip: Path) -> None:
    from transformers import CLIPModel, CLIPProcessor

    model, processor = CLIPModel.from_pretrained(clip), CLIPProcessor.from_pretrained(clip)
    inputs = processor(text=["a photo of a cat", "truck"], images=IMAGES, return_tensors="pt", padding=True)
    with torch.no_grad():
        expected = model(**inputs)
    towers = load(str(clip), "cpu")
    texts = torch.nn.functional.normalize(towers.text_features(["a photo of a cat", "truck"]), dim=-1)
    images = torch.nn.functional.normalize(towers.image_features(towers.pixels(IMAGES)), dim=-1)
    assert torch.allclose(texts, expected.text_embeds, atol=1e-5)
    assert torch.allclose(images, expected.image_embeds, atol=1e-5)


def test_a_siglip_is_padded_and_scored_with_a_sigmoid(tmp_path: Path) -> None:
    towers = load(str(tiny_models.build("google/siglip-base-patch16-224", tmp_path)), "cpu")
    assert towers.scoring.is_sigmoid
    assert towers.context == 64
    padded, bare = towers.text_features(["a cat"]), towers.unpadded_features(["a cat"])
    assert not torch.allclose(padded, bare, atol=1e-4)


def test_a_siglip_2_that_reads_patches_loads(tmp_path: Path) -> None:
    import transformers

    tokenizer = tiny_models.siglip_tokenizer()
    width: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    text = width | ids | {"vocab_size": 64, "max_position_embeddings": 64, "projection_size": 16}
    vision = width | {"patch_size": 8, "num_patches": 16}
    transformers.Siglip2Model(
        transformers.Siglip2Config(text_config=text, vision_config=vision)
    ).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    transformers.Siglip2ImageProcessorPil(patch_size=8, max_num_patches=16).save_pretrained(tmp_path)
    towers = load(str(tmp_path), "cpu")
    assert towers.scoring.is_sigmoid
    features = towers.image_features(towers.pixels(IMAGES))
    assert features.shape == (2, 16)
    assert torch.allclose(towers.image_features(towers.pixels(IMAGES[1:])), features[1:], atol=1e-5)


def test_a_weights_file_stands_for_its_folder(clip: Path) -> None:
    assert load(str(clip / "model.safetensors"), "cpu").context == 77


def test_a_detector_and_an_image_encoder_load(tmp_path: Path) -> None:
    detector = load_detector(tiny_models.build("facebook/detr-resnet-50", tmp_path), "detr", "cpu")
    found = detector.detect(IMAGES)
    assert len(found) == 2
    assert all(detection.label in detector.labels for row in found for detection in row)
    assert all(row == sorted(row, key=lambda d: -d.score) for row in found)
    encoder = load_image_encoder(tiny_models.build("facebook/dinov2-small", tmp_path), "dinov2", "cpu")
    assert torch.allclose(encoder.directions(IMAGES).norm(dim=1), torch.ones(2), atol=1e-5)


def test_a_clip_is_no_detector(clip: Path) -> None:
    with pytest.raises(VerifyProblem, match="'clip' model is no object detector"):
        load_detector(clip, str(clip), "cpu")


def test_a_detector_is_no_image_text_model(tmp_path: Path) -> None:
    assert "needs an image-text model" in problem(tiny_models.build("facebook/detr-resnet-50", tmp_path))


def test_missing_weights_are_not_made_up(clip: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(clip / "model.safetensors")
    weights.pop("visual_projection.weight")
    save_file(weights, clip / "model.safetensors", metadata={"format": "pt"})
    assert "visual_projection.weight" in problem(clip)


def test_weights_of_another_shape_are_refused(clip: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(clip / "model.safetensors")
    weights["visual_projection.weight"] = torch.zeros(3, 3)
    save_file(weights, clip / "model.safetensors", metadata={"format": "pt"})
    assert "cannot be loaded" in problem(clip)


def test_undefined_weights_are_refused(clip: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(clip / "model.safetensors")
    weights["visual_projection.weight"].fill_(float("nan"))
    save_file(weights, clip / "model.safetensors", metadata={"format": "pt"})
    assert "infinite or undefined" in problem(clip)


class _Trap:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (type(self.mark).touch, (self.mark,))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.safetensors"])
def test_a_pickle_is_never_opened(clip: Path, tmp_path: Path, name: str) -> None:
    mark = tmp_path / "opened"
    (clip / "model.safetensors").unlink()
    (clip / name).write_bytes(pickle.dumps(_Trap(mark)))
    assert "safetensors" in problem(clip)
    assert "safetensors" in problem(clip / name)
    assert not mark.exists()


def test_a_truncated_file_says_so(clip: Path) -> None:
    file = clip / "model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "truncated" in problem(clip)
    file.write_bytes(whole[:20])
    assert "cut off in its header" in problem(clip)
    file.write_bytes(b"")
    assert "cut off in its header" in problem(clip)


def test_a_header_that_lies_is_refused(clip: Path) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1000], "data_offsets": [0, 8]}}).encode()
    (clip / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    assert "shape and length disagree" in problem(clip)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"auto_map": {"AutoModel": "evil.Model"}}, "run code of its own"),
        ({"trust_remote_code": True}, "run code of its own"),
        ({"projection_dim": 10**12}, "no size that a model has"),
        ({"projection_dim": 10**6}, "describes"),
        ({"projection_dim": "wide"}, "cannot be loaded"),
        ({"model_type": "bert"}, "needs an image-text model"),
        ({"model_type": "\x1b[31mred"}, "needs an image-text model"),
        ({"model_type": None}, "needs an image-text model"),
    ],
)
def test_a_hostile_config_is_refused(clip: Path, change: dict[str, object], words: str) -> None:
    file = clip / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert words in problem(clip)


@pytest.mark.parametrize("text", ["", "[]", "{", "nonsense", '{"a": ' * 5000])
def test_a_config_that_is_none_is_refused(clip: Path, text: str) -> None:
    (clip / "config.json").write_text(text)
    assert "config.json" in problem(clip)


def test_what_is_nowhere_is_said_in_one_line(tmp_path: Path) -> None:
    assert "no config.json" in problem(tmp_path)
    assert "not in the local cache" in problem("someone/never-was-there")
    assert "neither a file, a folder nor a hub id" in problem("no such thing")
    assert "pickle" in problem("RN50")


def test_which_model_stands_for_a_finding(clip: Path) -> None:
    known = Checkpoint("transformers", "openai/clip-vit-base-patch32")
    assert Models().spec(known) == "openai/clip-vit-base-patch32"
    assert Models(override="other/model").spec(known) == "other/model"
    assert Models(is_offline=True).spec(known) == BUNDLED
    assert Models(is_offline=True).spec(None) == BUNDLED
    assert Models(is_offline=True).spec(Checkpoint("transformers", str(clip))) == str(clip)
    assert (
        Models().spec(Checkpoint("open_clip", "ViT-B-32", "laion2b_s34b_b79k"))
        == "open_clip:ViT-B-32:laion2b_s34b_b79k"
    )
    with pytest.raises(VerifyProblem, match="--model"):
        Models().spec(None)


def test_a_problem_is_found_once_and_told_again() -> None:
    models = Models(is_offline=True, override="someone/never-was-there")
    for _ in range(2):
        with pytest.raises(VerifyProblem, match="never-was-there"):
            models.towers(None)


def test_the_identity_changes_with_the_files(clip: Path) -> None:
    before = find(str(clip)).identity
    assert find(str(clip)).identity == before
    (clip / "config.json").write_text((clip / "config.json").read_text() + " ")
    assert find(str(clip)).identity != before


def test_a_device_that_is_not_there_is_refused() -> None:
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") in {"cpu", "cuda", "mps"}
    with pytest.raises(VerifyProblem, match="no such device"):
        choose_device("tpu")


@pytest.mark.parametrize(
    ("torchvision", "advice"),
    [
        (None, "the torchvision that it needs does not fit this torch"),
        (object(), "pip install open_clip_torch"),
    ],
)
def test_why_open_clip_is_not_there_is_said(
    torchvision: object, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", torchvision)  # None: left out
    monkeypatch.setitem(sys.modules, "open_clip", None)  # what import takes for "not there"
    assert advice in problem("open_clip:ViT-B-32:openai")
