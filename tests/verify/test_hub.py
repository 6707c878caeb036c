"""Checkpoints as the hub's cache really holds them, a hub that says nothing, and folders that want more than to be read."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import socket
from functools import partial
from typing import TYPE_CHECKING

import huggingface_hub.constants
import pytest
import tiny_models
from program import Runner

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import EvidenceRequest, Verdict
from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.verify import hub
from clip_lint.verify.entry import verify_findings
from clip_lint.verify.loading import STAND_IN, find, load
from clip_lint.verify.models import Models
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "openai/clip-vit-base-patch32"
MAIN, CONVERTED, OLDER = "3d74acf9" + "0" * 32, "c237dc49" + "0" * 32, "1" * 40


ONE_LABEL = f"""\
import torch
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained("{NAME}", revision="v1")
processor = CLIPProcessor.from_pretrained("{NAME}")
model.eval()
def score(image):
    inputs = processor(text=["a photo of a cat"], images=image, return_tensors="pt", padding=True, truncation=True)
    with torch.no_grad():
        return model(**inputs).logits_per_image.softmax(dim=1)
"""


class _Trap:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (type(self.mark).touch, (self.mark,))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.build(NAME, tmp_path_factory.mktemp("built"))


@pytest.fixture
def clip(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "clip")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def published(cache: Path, clip: Path, tmp_path: Path) -> Path:
    """Main holds a pickle, the safetensors lie on the converter's pull request, and an older commit is whole."""
    home = cache / f"models--{NAME.replace('/', '--')}"
    for commit in (MAIN, CONVERTED):
        (home / "snapshots" / commit).mkdir(parents=True)
    for file in clip.iterdir():
        commit = CONVERTED if file.suffix == ".safetensors" else MAIN
        shutil.copy(file, home / "snapshots" / commit)
    (home / "snapshots" / MAIN / "pytorch_model.bin").write_bytes(pickle.dumps(_Trap(tmp_path / "opened")))
    shutil.copytree(clip, home / "snapshots" / OLDER)
    (home / "refs" / "refs" / "pr").mkdir(parents=True)
    (home / "refs" / "main").write_text(MAIN)
    (home / "refs" / "refs" / "pr" / "62").write_text(CONVERTED)
    (home / "refs" / "v1").write_text(OLDER)
    return home


def asked(revision: str | None = None) -> Checkpoint:
    return Checkpoint("transformers", NAME, None, "clip", revision)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(VerifyProblem) as caught:
        work()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.usefixtures("published")
def test_a_published_pickle_is_read_from_its_converted_revision_and_the_commits_are_told(
    tmp_path: Path,
) -> None:
    place = Place("app.py", 0, Position(3, 1), Position(3, 9))
    finding = Finding("CLP204", "a-name", Severity.ERROR, "wrong", place)
    request = EvidenceRequest("CLP204", asked(), ("a cat",))
    (found,) = verify_findings([finding], [request], VerifyOptions("cpu", is_offline=True))
    assert (found.checkpoint, found.in_place_of) == (NAME, "")
    assert found.verdict is Verdict.HARMFUL
    assert found.revision == "3d74acf9, weights converted at c237dc49"
    assert f"{NAME} at 3d74acf9" in found.model
    assert not (tmp_path / "opened").exists()


@pytest.mark.usefixtures("published")
def test_the_names_of_the_other_libraries_mean_the_same_files() -> None:
    for name in ("ViT-B/32", "clip-ViT-B-32"):
        found = Models(is_offline=True).found(Checkpoint("clip", name))
        assert (found.path.name, found.weights and found.weights.name) == (MAIN, CONVERTED)


@pytest.mark.usefixtures("published")
def test_the_revision_of_the_code_is_the_one_that_is_loaded() -> None:
    models = Models(is_offline=True)
    assert models.found(asked("v1")).path.name == OLDER
    assert models.found(asked(OLDER[:9])).path.name == OLDER
    assert models.found(asked("v1")).identity != models.found(asked()).identity
    assert models.found(asked("v2")).source == STAND_IN
    assert find(f"{NAME}@v1", is_offline=True).path.name == OLDER
    assert "not in the local cache" in refused(lambda: find(NAME, is_offline=True, revision="v2"))
    for climbing in ("../../x", "a/../../b", "/etc"):
        assert "is no revision" in refused(partial(find, NAME, revision=climbing))


@pytest.mark.usefixtures("published")
def test_offline_measures_what_is_cached_at_the_revision_that_the_code_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = Runner(tmp_path, capsys)
    run.write("a.py", ONE_LABEL)
    found = run(
        "--verify", "--offline", "--no-cache", "--select", "CLP204", "--output-format", "json", "a.py"
    )
    evidence = json.loads(found.out)[0]["evidence"]
    assert (evidence["checkpoint"], evidence["revision"], evidence["in_place_of"]) == (NAME, OLDER[:8], "")


def test_a_pickle_alone_is_refused_with_the_reason(published: Path, tmp_path: Path) -> None:
    shutil.rmtree(published / "snapshots" / CONVERTED)
    assert "as a pickle, which is not opened" in refused(lambda: find(NAME, is_offline=True))
    assert not (tmp_path / "opened").exists()


def test_shards_are_read_by_their_own_headers_and_not_by_their_index(clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(clip / "model.safetensors")
    names = sorted(weights)
    for number, part in enumerate((names[::2], names[1::2]), 1):
        save_file(
            {name: weights[name] for name in part},
            clip / f"model-0000{number}-of-00002.safetensors",
            metadata={"format": "pt"},
        )
    expected = load(str(clip), "cpu").text_features(["a cat"])
    (clip / "model.safetensors").unlink()
    (tmp_path / "evil.bin").write_bytes(pickle.dumps(_Trap(tmp_path / "opened")))
    index = {"metadata": {}, "weight_map": dict.fromkeys(names, "../evil.bin")}
    (clip / "model.safetensors.index.json").write_text(json.dumps(index))
    assert load(str(clip), "cpu").text_features(["a cat"]).allclose(expected, atol=1e-5)
    assert not (tmp_path / "opened").exists()


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """An address where the system takes connections and nobody answers them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("cache")
def test_a_hub_that_never_answers_is_given_up_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hub.ANSWER_WITHIN <= 15
    monkeypatch.setattr(hub, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    questions: list[object] = []
    patient = hub.Hub._patiently

    def counted(self: hub.Hub, work: Callable[[], object], home: Path) -> object:
        def asking() -> object:
            questions.append(work)
            return work()

        return patient(self, asking, home)

    monkeypatch.setattr(hub.Hub, "_patiently", counted)
    with silent() as address:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
        models = Models()
        for name in ("some/one", "some/other"):
            said = refused(partial(models.found, Checkpoint("transformers", name)))
            assert said == f"{name}: the hub does not answer"
        # As weights of open_clip are fetched: one file by its name.
        said = refused(lambda: models._hub.file("some/third", ["a.safetensors"], "ViT-B-32"))
        assert "the hub does not answer" in said
    assert len(questions) <= 2  # the second looks into the cache


def test_a_time_out_of_the_http_library_is_silence_too(tmp_path: Path) -> None:
    def asks() -> None:
        raise type("ReadTimeout", (Exception,), {})  # as the library calls its own

    one = hub.Hub()
    for _ in range(2):
        assert refused(lambda: one._patiently(asks, tmp_path)) == "the hub does not answer"
    assert not hub.Hub()._silent


@pytest.mark.usefixtures("published")
def test_a_hub_that_never_answers_leaves_what_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with silent() as address:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
        assert Models().found(asked()).path.name == MAIN


def put(name: str, **values: object) -> Callable[[Path], None]:
    """Keys added to one of the folder's JSON files; ``text_config__x`` reaches one level down."""

    def change(folder: Path) -> None:
        file = folder / name
        data = json.loads(file.read_text()) if file.exists() else {}
        for key, value in values.items():
            outer, _, inner = key.partition("__")
            if inner:
                data.setdefault(outer, {})[inner] = value
            else:
                data[key] = value
        file.write_text(json.dumps(data))

    return change


def gone(*names: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in names:
            for file in folder.glob(name):
                file.unlink()

    return change


def pipe(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return change


def endless(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to("/dev/zero")

    return change


def written(name: str, data: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return change


_CODE, _OTHER, _SIZE = "asks to run code of its own", "code of another package or repository", "is no size"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (put("config.json", _attn_implementation="evil/kernels"), _OTHER),
        (put("config.json", text_config___attn_implementation="evil/kernels"), _OTHER),
        (put("config.json", attn_implementation="flash_attention_2"), _OTHER),
        (put("config.json", _experts_implementation="evil/kernels"), _OTHER),
        (put("config.json", quantization_config={"quant_method": "evil"}), _OTHER),
        (put("config.json", use_kernels=True), _OTHER),
        (put("config.json", auto_map={"AutoModel": "evil/repo--m.M"}), _CODE),
        (put("config.json", vision_config__auto_map={"AutoModel": "m.M"}), _CODE),
        (put("tokenizer_config.json", auto_map={"AutoTokenizer": ["m.T", None]}), _CODE),
        (put("preprocessor_config.json", auto_map={"AutoImageProcessor": "m.P"}), _CODE),
        (put("processor_config.json", auto_map={"AutoProcessor": "m.P"}), _CODE),
        (put("preprocessor_config.json", size={"shortest_edge": 100_000}), _SIZE),
        (put("preprocessor_config.json", crop_size=100_000), _SIZE),
        (put("preprocessor_config.json", size={"height": -1, "width": 3}), _SIZE),
        (put("preprocessor_config.json", max_num_patches=10**6), _SIZE),
        (put("config.json", text_config__num_hidden_layers=2_000_000), _SIZE),
        (put("config.json", vision_config__hidden_size=10**9), _SIZE),
        (put("config.json", vision_config__image_size=2_000_000), "the configuration describes"),
        (pipe("config.json"), "neither"),
        (pipe("model.safetensors"), "no *.safetensors file"),
        (pipe("preprocessor_config.json"), "not a regular file"),
        (pipe("tokenizer.json"), "not a regular file"),
        (pipe("special_tokens_map.json"), "not a regular file"),
        (endless("merges.txt"), "not a regular file"),
        (endless("model.safetensors"), "no *.safetensors file"),
        (written("config.json", b"[" * 100_000), "not valid JSON"),
        (written("config.json", b"[]"), "an object was expected"),
        (written("config.json", b"\xff\xfe"), "not valid JSON"),
        (written("preprocessor_config.json", b"{"), "not valid JSON"),
        (written("tokenizer_config.json", b"7"), "an object was expected"),
        (gone("tokenizer*", "vocab*", "merges*"), "no tokenizer lies beside the weights; name one with --processor"),
        (gone("*processor*"), "no image processor lies beside the weights; name one with --processor"),
        (gone("model.safetensors"), "no *.safetensors file"),
    ],
)  # fmt: skip
def test_a_hostile_folder_is_refused_in_one_line(
    spoil: Callable[[Path], None], said: str, clip: Path
) -> None:
    for name in ("preprocessor_config.json",):
        if not (clip / name).exists():
            images = json.loads((clip / "processor_config.json").read_text())["image_processor"]
            (clip / name).write_text(json.dumps(images))
            (clip / "processor_config.json").unlink()
    spoil(clip)
    line = refused(lambda: load(str(clip), "cpu", is_offline=True))
    assert said in line or (said == "neither" and "no config.json" in line)


def test_an_adapter_that_names_another_repository_is_not_seen(clip: Path) -> None:
    expected = load(str(clip), "cpu").text_features(["a cat"])
    (clip / "adapter_config.json").write_text(
        json.dumps({"base_model_name_or_path": "evil/base", "peft_type": "LORA", "task_type": "X"})
    )
    assert load(str(clip), "cpu").text_features(["a cat"]).allclose(expected, atol=1e-5)


def test_a_processor_that_is_named_takes_the_place_of_a_missing_one(clip: Path, built: Path) -> None:
    gone("tokenizer*", "vocab*", "merges*", "*processor*")(clip)
    models = Models(processor=str(built))
    found = models.towers(Checkpoint("transformers", str(clip)))
    expected = load(str(built), "cpu").text_features(["a cat"])
    assert found.text_features(["a cat"]).allclose(expected, atol=1e-5)


def test_a_tokenizer_that_reads_everything_as_one_is_told(clip: Path) -> None:
    tokens = json.loads((clip / "tokenizer.json").read_text())
    tokens["model"] = {"type": "WordLevel", "vocab": {"<|endoftext|>": 0}, "unk_token": "<|endoftext|>"}
    tokens["pre_tokenizer"] = None
    tokens["post_processor"] = None
    tokens["added_tokens"] = []
    gone("vocab*", "merges*")(clip)
    (clip / "tokenizer.json").write_text(json.dumps(tokens))
    said = refused(lambda: load(str(clip), "cpu"))
    assert "tokenizer" in said
