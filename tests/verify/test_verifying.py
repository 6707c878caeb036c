"""`clip-lint --verify` from the command line to the reports, on the bundled models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
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

from clip_lint.core.cards import load_rules
from clip_lint.core.home import install
from clip_lint.verify import installed
from clip_lint.verify.loading import bundled_folder
from clip_lint.verify.run import probe_for

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "example"

THRESHOLD = """\
import torch
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
def fits(image, text):
    inputs = processor(text=[text], images=image, return_tensors="pt", padding=True, truncation=True)
    with torch.inference_mode():
        out = model(**inputs)
    a = out.image_embeds / out.image_embeds.norm(dim=-1, keepdim=True)
    b = out.text_embeds / out.text_embeds.norm(dim=-1, keepdim=True)
    similarity = (a @ b.T).item()
    return similarity > 0.5
"""


ONE_LABEL = THRESHOLD.replace(
    "out = model(**inputs)", "return model(**inputs).logits_per_image.softmax(dim=1)"
)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.chdir(tmp_path)
    return Runner(tmp_path, capsys)


def test_every_card_names_the_probe_that_can_prove_it() -> None:
    for code, rule in load_rules().items():
        probe = probe_for(code)
        assert rule.probe == (probe.name if probe is not None else None), code


def test_the_example_is_verified_offline(run: Runner) -> None:
    """Verdicts for fifteen codes at least, train mode rightly harmless, the same again from the caches."""
    shutil.copytree(EXAMPLE, run.folder / "example")
    words = (
        "--verify", "--offline", "--output-format", "json:found.json", "--output-format", "text", "--evidence-report", "why.html", "example",
    )  # fmt: skip
    first = run(*words)
    rows: list[dict[str, Any]] = json.loads((run.folder / "found.json").read_text())
    assert first.status == 1
    assert first.err == ""
    assert first.out.count("\n   evidence: ") == len(rows)
    judged = {row["code"] for row in rows if row["evidence"]["verdict"] in {"harmful", "harmless"}}
    by_code = {row["code"]: row["evidence"] for row in rows}
    # What the clock decides may stay open on a busy machine; it is measured all the same.
    assert by_code["CLP405"]["value"] > 0
    assert len(judged - {"CLP405"}) >= 15
    assert by_code["CLP401"]["verdict"] == "harmless"
    assert (by_code["CLP401"]["clears"], by_code["CLP401"]["standing"]) == (False, "not demonstrated")
    assert {by_code[code]["standing"] for code in ("CLP203", "CLP204", "CLP208")} == {"certain"}
    assert by_code["CLP201"]["standing"] == "demonstrated"
    for code in ("CLP201", "CLP202", "CLP203", "CLP204", "CLP208", "CLP209", "CLP303", "CLP402"):
        assert by_code[code]["verdict"] == "harmful", by_code[code]
    assert by_code["CLP110"]["verdict"] == "not run"
    assert "bundled model in place of openai/clip-vit-base-patch32" in first.out
    page = (run.folder / "why.html").read_text()
    assert page.count("<section>") == len(rows)
    again = run(*words)
    assert again.out == first.out
    assert json.loads((run.folder / "found.json").read_text()) == rows


def test_what_the_bundled_model_does_not_show_still_fails_the_run(run: Runner) -> None:
    run.write("a.py", TRAIN_MODE)
    found = run("--verify", "--offline", "a.py")
    assert found.status == 1
    assert (
        "evidence: not demonstrated: the bundled model in place of ViT-B-32-quickgelu (openai)" in found.out
    )
    assert "Verified: 1 not demonstrated.\nNot demonstrated says nothing against a finding" in found.out


def test_a_stand_in_cannot_clear_what_the_weights_decide(run: Runner) -> None:
    """The bundled model's cosines say nothing of OpenAI's."""
    run.write("a.py", THRESHOLD)
    run.write("b.py", TRAIN_MODE.replace("ViT-B-32-quickgelu", "RN50-quickgelu"))
    found = run("--verify", "--offline", "--output-format", "json", ".")
    evidence = {row["code"]: row["evidence"] for row in json.loads(found.out)}
    assert set(evidence) == {"CLP206", "CLP401"}
    assert {row["verdict"] for row in evidence.values()} == {"harmless"}
    assert not any(row["clears"] for row in evidence.values())
    assert "so the finding stands" in evidence["CLP206"]["note"]
    assert found.status == 1


def test_verified_only_keeps_what_is_certain_and_not_what_another_model_demonstrates(run: Runner) -> None:
    """The bundled model's figures decide neither what is reported nor the exit status."""
    gradients = TRAIN_MODE.replace("torch.no_grad", "contextlib.nullcontext")
    run.write("a.py", gradients.replace("import torch", "import contextlib"))
    words = ("--verify", "--offline", "--output-format", "json", ".")
    shown = {row["code"]: row["evidence"]["standing"] for row in json.loads(run(*words).out)}
    assert shown["CLP402"] == "demonstrated"
    found = run("--verified-only", *words)
    assert (found.status, json.loads(found.out)) == (0, [])
    run.write("b.py", ONE_LABEL)
    found = run("--verified-only", *words)
    assert {row["code"] for row in json.loads(found.out)} == {"CLP204"}
    assert found.status == 1


def test_the_configuration_can_ask_for_it(run: Runner) -> None:
    run.write("a.py", TRAIN_MODE)
    run.write("own.toml", "verify = true\n")
    assert "evidence: " in run("--config", "own.toml", "--offline", "a.py").out
    assert "evidence: " not in run("--no-verify", "a.py").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--verified-only",), "--verified-only goes with --verify"),
        (("--device", "cpu"), "--device goes with --verify"),
        (("--evidence-report", "x.html"), "--evidence-report goes with --verify"),
        (("--verify", "--model", "nowhere"), "neither a file, a folder nor a hub id"),
        (("--verify", "--offline", "--fixtures", "nowhere"), "no such folder of fixtures"),
        (("--verify", "--offline", "--evidence-report", "no/such/x.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(run: Runner, words: tuple[str, ...], said: str) -> None:
    run.write("a.py", TRAIN_MODE)
    if words == ("--device", "cpu"):
        words = ("--device", "cuda")
    found = run(*words, "a.py")
    assert found.status == 2
    assert said.replace("cpu", "cuda") in found.err
    assert found.err.count("\n") == 1
    assert found.out == ""


def test_without_the_extra_one_line_says_what_to_install(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "transformers" else object())
    run.write("a.py", TRAIN_MODE)
    for words in (("--verify", "a.py"), ("doctor",), ("diagnose", "--image", "x.png", "--query", "x")):
        found = run(*words)
        if words == ("doctor",):
            continue
        assert found.status == 2
        assert found.err == f"clip-lint: verification needs transformers: {install('verify')}\n"


def test_without_findings_there_is_nothing_to_load(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda _name: None)
    run.write("a.py", "print('no model here')\n")
    assert run("--verify", "a.py").status == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (pickled, "a pickle can run code"),
        (cut, "truncated"),
        (garbled, "not a safetensors file"),
        (undefined, "infinite or undefined features"),
        (changed(model_type="bert"), "needs an image-text model"),
        (changed(auto_map={"AutoModel": "evil.Model"}), "asks to run code of its own"),
        (changed(projection_dim=10**12), "is no size that a model has"),
        (changed(projection_dim=64), "cannot be loaded"),
    ],
)
def test_a_bad_model_is_one_line_and_status_2(run: Runner, spoil: Callable[[Path], None], said: str) -> None:
    folder = run.folder / "model"
    shutil.copytree(bundled_folder("clip"), folder)
    spoil(folder)
    run.write("a.py", TRAIN_MODE)
    assert_one_line_and_status_2(run("--verify", "--model", folder, "a.py"), said)
