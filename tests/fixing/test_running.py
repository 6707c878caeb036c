"""Programs run before and after their fixes, on tiny models and drawn pictures: what the fix promises really happens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tiny_models
from mended import mend

from clip_lint.fixing.session import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

CLIP = "openai/clip-vit-base-patch32"
LARGE = "openai/clip-vit-large-patch14"
SIGLIP = "google/siglip-base-patch16-224"
HEAD = f"""
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("{CLIP}")
processor = CLIPProcessor.from_pretrained("{CLIP}")
labels = ["a photo of a dog", "a photo of a cat", "a photo of a red car"]
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny checkpoints under their real names and a few pictures."""
    folder = tmp_path_factory.mktemp("models")
    for name in (
        CLIP,
        LARGE,
        SIGLIP,
        "facebook/detr-resnet-50",
        "facebook/dinov2-small",
        "IDEA-Research/grounding-dino-tiny",
    ):
        tiny_models.build(name, folder)
    for number in range(5):
        tiny_models.draw(folder / f"{number}.jpg", number)
        for kind in ("dog", "cat"):
            tiny_models.draw(folder / "examples" / kind / f"{number}.jpg", number + 10 * (kind == "cat"))
    return folder


@pytest.fixture(autouse=True)
def _there(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(models)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    before = torch.is_grad_enabled()
    yield
    torch.set_grad_enabled(before)


def run(program: str) -> dict[str, Any]:
    """The names of a program after it ran."""
    torch.manual_seed(0)
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(program, "program.py", "exec", dont_inherit=True), names)  # noqa: S102 - our own programs
    return names


def fixed(program: str, *codes: str) -> tuple[str, Repair]:
    """A program after its fixes, all of which were written."""
    repair, mended = mend(program, *codes)
    assert not repair.refused
    assert repair.fixed
    assert not [each for each in repair.outcome.reported if each.code in codes]
    return mended, repair


def test_clp307_no_exception_on_transformers_5() -> None:
    program = HEAD + (
        "with torch.no_grad():\n"
        "    features = model.get_image_features(**processor(images=Image.open('0.jpg'), return_tensors='pt'))\n"
        "    unit = features / features.norm(dim=-1, keepdim=True)\n"
    )
    with pytest.raises((AttributeError, TypeError)):
        run(program)
    names = run(fixed(program, "CLP307")[0])
    assert torch.allclose(names["unit"].norm(dim=-1), torch.ones(1))


def test_clp307_the_form_for_both_versions_runs_on_output_objects_and_tensors() -> None:
    program = HEAD + (
        "def embed(path):\n"
        "    with torch.no_grad():\n"
        "        return model.get_image_features(**processor(images=Image.open(path), return_tensors='pt')).norm(dim=-1)\n"
        "length = embed('0.jpg')\n"
    )
    _, mended = mend(program, "CLP307", versions={"transformers": ">=4.40"})
    names = run(mended)
    assert names["length"].shape == (1,)
    helper = next(value for name, value in names.items() if name.startswith("pooled_features"))
    tensor = torch.ones(2, 3)
    assert helper(tensor) is tensor


@pytest.mark.parametrize("code", ["CLP201", "CLP202"])
def test_scores_have_the_order_of_the_full_model(code: str) -> None:
    program = HEAD + (
        "with torch.no_grad():\n"
        "    image = model.get_image_features(**processor(images=Image.open('0.jpg'), return_tensors='pt')).pooler_output * 3\n"
        "    text = model.get_text_features(**processor(text=labels, return_tensors='pt', padding=True)).pooler_output\n"
        "    scores = image @ text.T\n"
        "    shares = scores.softmax(dim=-1)\n"
        "    full = model(**processor(text=labels, images=Image.open('0.jpg'), return_tensors='pt', padding=True)).logits_per_image\n"
    ).replace(" * 3", "")
    before = run(program)
    assert before["scores"].abs().max() > 1
    after = run(fixed(program, "CLP201", "CLP202")[0])
    assert after["scores"].abs().max() <= 1.0001
    assert after["scores"].argsort().tolist() == after["full"].argsort().tolist()
    if code == "CLP202":
        assert torch.allclose(after["shares"], after["full"].softmax(dim=-1), atol=1e-4)


def test_clp203_every_image_gets_a_distribution_over_the_labels() -> None:
    program = HEAD + (
        "inputs = processor(text=labels, images=Image.open('0.jpg'), return_tensors='pt', padding=True)\n"
        "with torch.no_grad():\n    probs = model(**inputs).logits_per_image.softmax(dim=0)\n"
    )
    assert run(program)["probs"].tolist() == [[1.0, 1.0, 1.0]]
    assert run(fixed(program, "CLP203")[0])["probs"].sum().item() == pytest.approx(1.0)


SIGLIP_HEAD = (
    HEAD.replace("CLIPModel, CLIPProcessor", "AutoModel, AutoProcessor")
    .replace(CLIP, SIGLIP)
    .replace("CLIPModel.", "AutoModel.")
    .replace("CLIPProcessor.", "AutoProcessor.")
)


def test_clp205_the_probabilities_are_those_of_the_sigmoid_in_the_same_order() -> None:
    program = SIGLIP_HEAD + (
        "inputs = processor(text=labels, images=Image.open('0.jpg'), return_tensors='pt', padding='max_length')\n"
        "with torch.no_grad():\n    logits = model(**inputs).logits_per_image\n    probs = logits.softmax(dim=1)\n"
    )
    before, after = run(program), run(fixed(program, "CLP205")[0])
    assert torch.allclose(after["probs"], torch.sigmoid(after["logits"]))
    assert before["probs"].argsort().tolist() == after["probs"].argsort().tolist()


def test_clp302_the_embedding_no_longer_depends_on_the_neighbours() -> None:
    program = SIGLIP_HEAD + (
        "def embed(texts):\n"
        "    tokens = processor(text=texts, padding=True, truncation=True, return_tensors='pt')\n"
        "    with torch.no_grad():\n        return model.get_text_features(**tokens).pooler_output\n"
        "alone, together = embed(['a dog'])[0], embed(['a dog', 'a cat on a sofa in the living room'])[0]\n"
    )
    before, after = run(program), run(fixed(program, "CLP302")[0])
    assert not torch.allclose(before["alone"], before["together"], atol=1e-4)
    assert torch.allclose(after["alone"], after["together"], atol=1e-4)


def test_clp305_long_text_no_longer_raises_and_short_text_is_the_same() -> None:
    program = HEAD + (
        "def tokens(text: str):\n    return processor(text=[text], return_tensors='pt', padding=True)\n"
        "def embed(text: str):\n    with torch.no_grad():\n        return model.get_text_features(**tokens(text)).pooler_output\n"
    )
    before, after = run(program), run(fixed(program, "CLP305")[0])
    long = "a photo of a dog " * 60
    with pytest.raises((ValueError, RuntimeError, IndexError)):
        before["embed"](long)
    assert after["embed"](long).shape[0] == 1
    assert torch.equal(before["embed"]("a dog"), after["embed"]("a dog"))


@pytest.mark.parametrize("inside", [True, False])
def test_clp402_the_numbers_stay_and_the_graph_goes(inside: bool) -> None:
    use = (
        "features /= features.norm(dim=-1, keepdim=True)\n"
        if inside
        else "unit = features / features.norm(dim=-1, keepdim=True)\n"
    )
    program = HEAD + (
        "inputs = processor(images=Image.open('0.jpg'), return_tensors='pt')\n"
        "features = model.get_image_features(**inputs).pooler_output\n"
        + ("features = features.detach()\n" if inside else "")
        + use
    )
    before, after = run(program), run(fixed(program, "CLP402")[0])
    assert torch.equal(before["features"], after["features"])
    assert not after["features"].requires_grad


def test_clp402_a_returned_tensor_may_meet_gradients_later() -> None:
    program = HEAD + (
        "def embed(path):\n"
        "    return model.get_image_features(**processor(images=Image.open(path), return_tensors='pt')).pooler_output\n"
        "features = embed('0.jpg')\n"
    )
    assert run(program)["features"].requires_grad
    features = run(fixed(program, "CLP402")[0])["features"]
    head = torch.nn.Linear(features.shape[1], 2)
    head(features).sum().backward()
    features += 1.0


def test_clp301_one_checkpoint_for_both() -> None:
    program = HEAD.replace(
        f'CLIPProcessor.from_pretrained("{CLIP}")', f'CLIPProcessor.from_pretrained("{LARGE}")'
    ) + (
        "with torch.no_grad():\n"
        "    logits = model(**processor(text=labels, images=Image.open('0.jpg'), return_tensors='pt', padding=True)).logits_per_image\n"
    )
    mended, _ = fixed(program, "CLP301")
    assert LARGE not in mended
    assert run(mended)["logits"].shape == (1, 3)


def test_clp403_the_batch_gives_the_same_vectors() -> None:
    program = HEAD + (
        "paths = [f'{number}.jpg' for number in range(5)]\n"
        "rows = []\nfor path in paths:\n"
        "    inputs = processor(images=Image.open(path), return_tensors='pt')\n"
        "    with torch.no_grad():\n        rows.append(model.get_image_features(**inputs).pooler_output.cpu())\n"
        "vectors = torch.cat(rows)\n"
    )
    before, after = run(program), run(fixed(program, "CLP403")[0])
    assert len(before["rows"]) == 5
    assert len(after["rows"]) == 1
    assert torch.allclose(before["vectors"], after["vectors"], atol=1e-5)


def test_clp404_the_hoisted_text_features_are_the_same() -> None:
    program = HEAD + (
        "best = []\nfor number in range(4):\n"
        "    pixels = processor(images=Image.open(f'{number}.jpg'), return_tensors='pt')\n"
        "    with torch.no_grad():\n"
        "        image = model.get_image_features(**pixels).pooler_output\n"
        "        tokens = processor(text=labels, return_tensors='pt', padding=True)\n"
        "        text = model.get_text_features(**tokens).pooler_output\n"
        "        text /= text.norm(dim=-1, keepdim=True)\n"
        "    best.append((image @ text.T).argmax().item())\n"
    )
    mended, _ = fixed(program, "CLP404")
    calls = []

    def count(names: dict[str, Any]) -> None:
        original = names["CLIPModel"].get_text_features

        def counting(*arguments: Any, **keywords: Any) -> Any:
            calls.append(1)
            return original(*arguments, **keywords)

        names["CLIPModel"].get_text_features = counting
        names["restore"] = lambda: setattr(names["CLIPModel"], "get_text_features", original)

    before = run(program)
    count(before)
    try:
        after = run(mended)
    finally:
        before["restore"]()
    assert len(calls) == 1
    assert torch.equal(before["text"], after["text"])
    assert before["best"] == after["best"]


def test_clp110_and_clp112_change_the_texts_that_are_encoded_and_not_the_list() -> None:
    program = HEAD.replace(
        '["a photo of a dog", "a photo of a cat", "a photo of a red car"]', '["red_car", "cat", "dog"]'
    ) + (
        "inputs = processor(text=labels, return_tensors='pt', padding=True)\n"
        "texts = processor.batch_decode(inputs.input_ids, skip_special_tokens=True)\n"
    )
    after = run(fixed(program, "CLP110")[0])
    assert after["labels"] == ["red_car", "cat", "dog"]
    assert [text.replace(" ", "") for text in after["texts"]] == [
        "aphotoofared_car.",
        "aphotoofacat.",
        "aphotoofadog.",
    ]
    after = run(fixed(program, "CLP112")[0])
    assert after["labels"] == ["red_car", "cat", "dog"]
    assert [text.strip() for text in after["texts"]] == ["red car", "cat", "dog"]
