"""Faults that are told and not repaired, because the repair might be wrong for this program."""

from __future__ import annotations

import pytest
from mended import findings, mend

CLIP = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32")
"""
OPEN_CLIP = """\
import open_clip
import torch

model, _, preprocess = open_clip.create_model_and_transforms("{}", pretrained="{}")
"""


def is_left(text: str, code: str) -> bool:
    """Whether a fault of a code is found and no fix of it changes the program."""
    assert code in {each.code for each in findings(text, code)}
    return mend(text, code)[1] == text


def test_products_of_raw_vectors_get_no_scale() -> None:
    scores = (
        "with torch.no_grad():\n    a = model.encode_image(x)\n    b = model.encode_text(y)\n{}"
        "print((a @ b.T).softmax(dim=-1))\n"
    )
    unit = "    a = a / a.norm(dim=-1, keepdim=True)\n    b = b / b.norm(dim=-1, keepdim=True)\n"
    assert is_left(CLIP + scores.format("    print(a.norm())\n"), "CLP202")
    assert not is_left(CLIP + scores.format(unit), "CLP202")


def test_a_strangers_checkpoint_may_come_without_a_processor() -> None:
    text = (
        "from transformers import CLIPModel, CLIPProcessor\n\n"
        'model = CLIPModel.from_pretrained("{}")\n'
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\n'
        'print(model(**processor(text=["a fox"], images=x, return_tensors="pt")).logits_per_image)\n'
    )
    assert is_left(text.format("somebody/herbarium-clip"), "CLP301")
    assert not is_left(text.format("openai/clip-vit-large-patch14-336"), "CLP301")


def test_a_model_whose_mode_is_asked_for_keeps_it() -> None:
    load = OPEN_CLIP.format("RN50", "cc12m")
    look = "with torch.no_grad():\n    print(model.encode_image(x))\n"
    assert is_left(f"{load}print(model.training)\n{look}", "CLP401")
    assert is_left(f"{load}print([each for each in model.modules()])\n{look}", "CLP401")
    assert not is_left(load + look, "CLP401")


@pytest.mark.parametrize(
    ("kind", "is_kept"), [("RuntimeError", True), ("(OSError, RuntimeError)", True), ("OSError", False)]
)
def test_a_program_that_finds_out_by_an_exception_whether_there_is_a_graph_keeps_it(
    kind: str, is_kept: bool
) -> None:
    text = f"{CLIP}rows = model.encode_image(x)\ntry:\n    print(rows.numpy())\nexcept {kind}:\n    print('a graph')\n"
    assert is_left(text, "CLP402") is is_kept


@pytest.mark.parametrize(
    "context",
    [
        "FlopCounterMode()",
        "counted_flops",
        "torch.profiler.profile() as found",
        "Timer('encode')",
        "tools.benchmark(3)",
    ],
)
def test_what_is_counted_or_timed_is_measured_as_it_was(context: str) -> None:
    program = CLIP + (
        "def cost(paths):\n    for path in paths:\n        picture = preprocess(Image.open(path)).unsqueeze(0)\n"
        "        with {}:\n            print(model.encode_image(picture).shape)\n"
    )
    assert is_left(program.format(context), "CLP402")
    assert not is_left(program.format("open('log.txt', 'w') as log"), "CLP402")


def test_a_comment_goes_from_a_file_that_nobody_can_parse() -> None:
    text = "  # clip-lint: ignore\nimport torch\n    return output\n"
    repair, mended = mend(text, "CLP001")
    assert not repair.refused
    assert mended == "import torch\n    return output\n"


@pytest.mark.parametrize(
    ("statement", "is_timed", "is_mended"),
    [
        ("model(picture, words)", True, False),
        ("model(picture, words)", False, True),
        ("rows = model(picture, words)\n    print(rows[0].tolist())", True, True),
    ],
)
def test_what_runs_only_to_see_how_long_it_takes_is_left_alone(
    statement: str, is_timed: bool, is_mended: bool
) -> None:
    clock = "time.time()" if is_timed else "len(words)"
    text = (
        "import time\n\nimport clip\nimport torch\n\nmodel, preprocess = clip.load('ViT-B/32')\n\n\n"
        f"def forward(picture, words):\n    {statement}\n\n\n"
        "def took(run):\n    words = clip.tokenize(['a heron'])\n"
        f"    start = {clock}\n    run(torch.zeros(1, 3, 224, 224), words)\n    return {clock} - start\n\n\nprint(took(forward))\n"
    )
    assert findings(text, "CLP402")
    assert (mend(text, "CLP402")[1] != text) is is_mended


@pytest.mark.parametrize(
    ("written", "is_kept"),
    [
        ("CLIPModel.get_image_features = of_own", True),
        ("setattr(CLIPModel, 'get_image_features', of_own)", True),
        ("mock.patch.object(CLIPModel, 'get_image_features', of_own).start()", True),
        ("mock.patch('transformers.CLIPModel.get_image_features', of_own).start()", True),
        ("setattr(CLIPModel, 'get_text_features', of_own)", False),
    ],
)
def test_a_method_that_the_program_puts_in_place_gives_what_it_gives(written: str, is_kept: bool) -> None:
    text = (
        "from unittest import mock\n\nfrom somewhere import of_own\nfrom transformers import CLIPModel\n\n"
        f"{written}\nmodel = CLIPModel.from_pretrained('openai/clip-vit-base-patch32')\n"
        "print(model.get_image_features(x).norm())\n"
    )
    assert (mend(text, "CLP307")[1] == text) is is_kept


def test_a_function_that_imports_a_module_later_has_it_under_another_name_before() -> None:
    text = (
        'import clip\n\nmodel, preprocess = clip.load("ViT-B/32")\n\n\ndef look(x):\n'
        "    print(model.encode_image(x).tolist())\n    if x is None:\n        pass\n    else:\n        import torch\n"
    )
    mended = mend(text, "CLP402")[1]
    assert "import torch as torch_2\n" in mended
    assert "    with torch_2.no_grad():\n        print(model.encode_image(x)" in mended
