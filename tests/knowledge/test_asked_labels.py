"""Labels that Hugging Face's client sends to be compared with a picture: they go into a template there."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

HEAD = "from huggingface_hub import AsyncInferenceClient, InferenceClient\nlabels = {labels!r}\n"
CALLS = (
    "InferenceClient().zero_shot_image_classification('a.jpg', candidate_labels=labels, model='openai/clip-vit-base-patch32')",
    "client = InferenceClient(model='openai/clip-vit-base-patch32')\nclient.zero_shot_image_classification('a.jpg', labels)",
    "client = InferenceClient('openai/clip-vit-large-patch14', token=key)\nprint(client.zero_shot_image_classification(image=photo, candidate_labels=labels)[0].label)",
    "InferenceClient(provider='hf-inference').zero_shot_image_classification(photo, labels, hypothesis_template='a drawing of {}')",
    "import huggingface_hub\nclient = huggingface_hub.InferenceClient()\nclient.zero_shot_image_classification('a.jpg', candidate_labels=labels)",
    "async def ask(photo):\n    client = AsyncInferenceClient()\n    return await client.zero_shot_image_classification(photo, candidate_labels=labels)",
)


def codes(program: str) -> list[str]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "ask.py", configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return [each.code for each in outcome.reported]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (["one dog", "two dogs"], "CLP101"),
        (["a room with a window", "a room without a window"], "CLP104"),
        (["a dog"], "CLP204"),
    ],
)
def test_what_the_service_compares_is_read(call: str, labels: list[str], code: str) -> None:
    assert codes(f"{HEAD.format(labels=labels)}{call}\n") == [code]


@pytest.mark.parametrize("call", CALLS)
def test_bare_labels_are_fine(call: str) -> None:
    assert codes(f"{HEAD.format(labels=['dog', 'cat', 'tram'])}{call}\n") == []


def test_what_else_the_client_does_is_left_alone() -> None:
    program = (
        HEAD.format(labels=[])
        + "client = InferenceClient('openai/clip-vit-base-patch32')\n"
        + "client.text_to_image('two dogs without a leash', model='stabilityai/stable-diffusion-xl-base-1.0')\n"
        + "client.zero_shot_classification('two dogs', candidate_labels=['one', 'two'])\n"
    )
    assert codes(program) == []
