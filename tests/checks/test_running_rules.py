"""CLP401-404 where nobody is served by them: tests, plain architectures, key presses, batches."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint, lint_text
from clip_lint.knowledge.checkpoints import train_mode_changes
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

if TYPE_CHECKING:
    from conftest import Writer

    from clip_lint.core.finding import Finding

LOAD = """\
import clip
import torch
model, preprocess = clip.load("ViT-B/32")
"""
OPEN_CLIP = """\
import open_clip
import torch

model, _, preprocess = open_clip.create_model_and_transforms({name!r}, pretrained="somewhere")


def {function}(image):
    with torch.no_grad():
        assert model.encode_image(image).shape == (1, 512)
"""
RECORDS = """\
import clip
import torch


def {function}(image):
    model, preprocess = clip.load("ViT-B/32")
    assert model.encode_image(image).shape == (1, 512)
"""


def severities(code: str, program: str, name: str = "app.py") -> dict[int, Severity]:
    """The lines on which a code is reported, and how severely."""
    return {each.place.start.line: each.severity for each in found(program, code, name)}


def found(program: str, code: str, name: str = "app.py") -> list[Finding]:
    """The findings of one code, notes among them."""
    overrides = Overrides({"min_severity": Severity.NOTE}, Stage(select=("ALL",)))
    outcome = lint_text(
        program.encode(), name, Configuration(overrides, "/nowhere", isolated=True), "/nowhere", isolated=True
    )
    assert not outcome.problems
    return [each for each in outcome.reported if each.code == code]


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("RN50", Severity.WARNING),
        ("convnext_base_w", Severity.WARNING),
        ("xlm-roberta-base-ViT-B-32", Severity.NOTE),
        ("ViT-B-32", Severity.NOTE),
        ("hf-hub:somebody/something", Severity.NOTE),
    ],
)
def test_train_mode_weighs_as_much_as_it_changes(name: str, severity: Severity) -> None:
    assert severities("CLP401", OPEN_CLIP.format(name=name, function="embed")) == {4: severity}


@pytest.mark.parametrize(
    ("architecture", "changes"),
    [
        ("RN50x4-quickgelu", "batch norm"),
        ("MobileCLIP2-S2", "batch norm"),
        ("MobileCLIP2-L-14", "stochastic depth"),
        ("coca_roberta-ViT-B-32", "dropout in the text tower"),
        ("nllb-clip-base-siglip", "dropout in the text tower"),
        ("hf-hub:laion/CLIP-convnext_base_w-laion2B-s13B-b82K", "stochastic depth"),
        ("hf-hub:timm/ViT-B-16-SigLIP", ""),
        ("PE-Core-L-14-336", ""),
        ("ViT-L/14", ""),
        ("RNext-of-mine", None),
        ("", None),
    ],
)
def test_what_train_mode_changes_is_known_by_architecture(architecture: str, changes: str | None) -> None:
    assert train_mode_changes(Checkpoint("open_clip", architecture)) == changes
    assert train_mode_changes(Checkpoint("open_clip", architecture, "weights", "clip")) == changes


FACTORIES = {
    "open_clip": (
        "import open_clip\nmodel, preprocess = open_clip.create_model_from_pretrained('xlm-roberta-base-ViT-B-32')\n",
        "dropout in the text tower",
    ),
    "cn_clip": (
        "from cn_clip.clip import load_from_name\nmodel, preprocess = load_from_name('ViT-B-16')\n",
        "dropout in the text tower",
    ),
}
IMAGEBIND = (
    "import torch\nfrom imagebind.models import imagebind_model\nfrom imagebind.models.imagebind_model import ModalityType\n"
    "model = imagebind_model.imagebind_huge(pretrained=True)\n"
    "with torch.no_grad():\n    print(model({ModalityType.VISION: pixels}))\n"
)
USED = "import torch\nwith torch.no_grad():\n    print(model.encode_text(tokens).norm(dim=-1))\n"


@pytest.mark.parametrize(("library", "load", "acts"), [(name, *of) for name, of in FACTORIES.items()])
def test_each_factory_that_leaves_a_model_in_train_mode_is_told_by_its_name(
    library: str, load: str, acts: str
) -> None:
    [finding] = found(load + USED, "CLP401")
    assert finding.severity is Severity.WARNING
    assert f"{library}'s factory never calls `eval()`: its {acts} stays active" in finding.message
    assert not found(f"{load}model.eval()\n{USED}", "CLP401")
    [of_another] = found(IMAGEBIND, "CLP401")
    assert "because imagebind's factory never calls" in of_another.message


@pytest.mark.parametrize(
    ("name", "function", "is_test"),
    [
        ("app.py", "embed", False),
        ("tests/helpers.py", "embed", True),
        ("package/test/embedding.py", "embed", True),
        ("conftest.py", "embed", True),
        ("test_embedding.py", "test_shape", True),
        ("embedding_test.py", "test_shape", True),
        ("test_embedding.py", "embed", False),
        ("test.py", "test", False),
        ("evaluate.py", "test_on_pets", False),
        ("contests/app.py", "embed", False),
    ],
)
@pytest.mark.parametrize(("code", "program"), [("CLP401", OPEN_CLIP), ("CLP402", RECORDS)])
def test_tests_may_record_gradients_and_stay_in_train_mode(
    code: str, program: str, name: str, function: str, *, is_test: bool
) -> None:
    found = severities(code, program.format(name="RN50", function=function), name)
    assert bool(found) is not is_test


@pytest.mark.parametrize(
    ("test", "reported"),
    [
        ('key == ord("d")', False),
        ('event == "Search"', False),
        ("pressed", False),
        ("frame is not None", True),
        ("count % 10 == 0", True),
    ],
)
def test_prompts_encoded_when_somebody_asks_for_it(test: str, *, reported: bool) -> None:
    program = f"""{LOAD}
labels = ["a photo of a cat", "a photo of a dog"]
while True:
    key, event, pressed, frame, count = window.read()
    if {test}:
        with torch.no_grad():
            features = model.encode_text(clip.tokenize(labels))
"""
    assert bool(severities("CLP404", program)) is reported


@pytest.mark.parametrize(
    ("target", "reported"),
    [
        ("image, caption", True),
        ("image, cls", True),
        ("image, canvas", True),
        ("images, captions", False),
        ("key, batch_of_captions", False),
    ],
)
def test_a_loop_over_batches_encodes_no_single_texts(target: str, *, reported: bool) -> None:
    last = target.rpartition(" ")[2]
    program = f"""{LOAD}
def embed(stream):
    found = []
    with torch.no_grad():
        for {target} in stream:
            found.append(model.encode_text(clip.tokenize({last}, truncate=True)))
    return found
"""
    assert bool(severities("CLP403", program)) is reported


@pytest.mark.parametrize(
    ("result", "severity"),
    [
        ("model.encode_image(image).cpu().numpy()", Severity.ERROR),
        ("np.asarray(model.encode_image(image))", Severity.ERROR),
        ("model.encode_image(image).detach().cpu().numpy()", Severity.WARNING),
        ("model.encode_image(image).data.numpy()", Severity.WARNING),
        ("model.encode_image(image).tolist()", Severity.WARNING),
        ("[found.append(model.encode_image(each)) for each in image]", Severity.WARNING),
    ],
)
def test_a_graph_matters_as_much_as_what_is_done_with_the_result(result: str, severity: Severity) -> None:
    program = f"""{LOAD}
import numpy as np

found = []


def embed(image):
    return {result}
"""
    assert list(severities("CLP402", program).values()) == [severity]


@pytest.mark.parametrize(
    ("kept", "grows"),
    [
        ("logits", True),
        ("logits[0].cpu()", True),
        ("logits[0][0].item() + logits[0][1].item()", False),
        ("float(logits[0, 0])", False),
        ("logits[0].tolist()", False),
    ],
)
def test_numbers_hold_no_graph(kept: str, *, grows: bool) -> None:
    program = f"""{LOAD}
def judge(images, texts):
    found = []
    for image in images:
        logits, _ = model(image, texts)
        found.append({kept})
    return found
"""
    overrides = Overrides({}, Stage(select=("CLP402",)))
    configuration = Configuration(overrides, "/nowhere", isolated=True)
    [found] = lint_text(program.encode(), "app.py", configuration, "/nowhere", isolated=True).reported
    assert ("memory grows" in found.message) is grows


def test_a_graph_kept_in_a_loop_is_a_warning() -> None:
    program = f"""{LOAD}
def embed(images):
    found = []
    for image in images:
        features = model.encode_image(image)
        found.append(features.cpu())
    return torch.cat(found)
"""
    assert severities("CLP402", program) == {8: Severity.WARNING}


SERVED = {
    "a function of the cloud": """
        def lambda_handler(event, context):
            model, preprocess = clip.load("ViT-B/32")
            return model.encode_text(clip.tokenize(event["labels"]))  # CLP305
    """,
    "a handler by its parameters": """
        def handler(event, context):
            model, preprocess = clip.load("ViT-B/32")
            return model.encode_text(clip.tokenize([f"a photo of a {each}" for each in event["labels"]]))  # CLP305
    """,
    "a button of a page": """
        import gradio as gr
        def find(picture):
            model, preprocess = clip.load("ViT-B/32")
            return model.encode_image(preprocess(picture).unsqueeze(0))
        with gr.Blocks() as page:
            picture, answer = gr.Image(), gr.Label()
            gr.Button("Find").click(find, inputs=[picture], outputs=[answer])
    """,
}
LOADED_ONCE = {
    "before the cloud calls": """
        model, preprocess = clip.load("ViT-B/32")
        def lambda_handler(event, context):
            return model.encode_text(clip.tokenize(["a ferry", "a tug"]))
    """,
    "events of a window": """
        def handler(window, event):
            model, preprocess = clip.load("ViT-B/32")
    """,
    "what a page is given": """
        import gradio as gr
        model, preprocess = clip.load("ViT-B/32")
        def find(picture):
            return model.encode_image(preprocess(picture).unsqueeze(0))
        with gr.Blocks() as page:
            picture, answer = gr.Image(), gr.Label()
            gr.Button("Find").click(find, inputs=[picture], outputs=[answer])
    """,
}


def loads_for_a_request(write: Writer, story: str) -> list[str]:
    folder = write({"program.py": "import clip\n" + textwrap.dedent(story)})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    found = lint((".",), settings, str(folder), isolated=True).reported
    return sorted(each.code for each in found if each.code in {"CLP305", "CLP405"})


@pytest.mark.parametrize("story", SERVED.values(), ids=SERVED)
def test_what_runs_for_every_event_loads_nothing(write: Writer, story: str) -> None:
    assert loads_for_a_request(write, story) == ["CLP305"] * story.count("# CLP305") + ["CLP405"]


@pytest.mark.parametrize("story", LOADED_ONCE.values(), ids=LOADED_ONCE)
def test_what_is_loaded_once_serves_every_event(write: Writer, story: str) -> None:
    assert loads_for_a_request(write, story) == []


@pytest.mark.parametrize(
    ("use", "is_per_call"),
    [
        ("processor(text=text, return_tensors='pt', truncation=True)", True),
        ("processor(text=[text], return_tensors='pt', truncation=True)", True),
        ("processor(text=['a ferry', 'a tug'], return_tensors='pt')", False),
    ],
)
@pytest.mark.parametrize("method", ["get_text_features", "__call__"])
def test_a_function_loads_for_each_text(write: Writer, use: str, method: str, *, is_per_call: bool) -> None:
    story = f"""
        from transformers import CLIPModel, CLIPProcessor
        def embed(text):
            model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
            processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
            return model{"" if method == "__call__" else "." + method}(**{use})
    """
    assert ("CLP405" in loads_for_a_request(write, story)) is is_per_call
