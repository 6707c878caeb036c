"""Fixes of one kind have one form in a file."""

from __future__ import annotations

import pytest
from mended import mend

HEAD = """\
import torch
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")


"""
NAMED = """\
def picture(image):
    with torch.no_grad():
        vector = model.get_image_features(**processor(images=image, return_tensors="pt"))
    return vector / vector.norm(dim=-1, keepdim=True)
"""
NESTED = """\
def words(text):
    with torch.no_grad():
        return model.get_text_features(**processor(text=text, return_tensors="pt", padding=True, truncation=True)).cpu()
"""
OWN = '''\
def {name}(output, name=""):
    """The tensor."""
    if {test}:
        return output
    return {value}


'''


@pytest.mark.parametrize(
    ("parts", "lines", "calls"),
    [
        ((NAMED,), 1, 0),
        ((NESTED,), 0, 1),
        ((NAMED, NESTED), 0, 2),
        ((NESTED, NAMED, NAMED.replace("picture", "other")), 0, 3),
    ],
)
def test_both_versions_are_served_in_one_form(parts: tuple[str, ...], lines: int, calls: int) -> None:
    mended = mend(HEAD + "\n\n".join(parts), "CLP307", versions={"transformers": ">=4"})[1]
    assert mended.count(" = getattr(") == lines
    assert mended.count("pooled_features(model.") == calls


def test_a_file_where_one_call_is_guessed_has_no_field_beside_a_function() -> None:
    guessed = "\n\ndef any_words(other, tokens):\n    return other.get_text_features(**tokens).norm()\n"
    mended = mend(HEAD + NAMED + guessed, "CLP307", versions={"transformers": ">=5"})[1]
    assert (").pooler_output" in mended) != ("pooled_features(" in mended)


@pytest.mark.parametrize(
    ("test", "value", "is_used"),
    [
        ("isinstance(output, torch.Tensor)", "output.pooler_output", True),
        ("torch.is_tensor(output)", "output.pooler_output", True),
        ('not hasattr(output, "pooler_output")', "output.pooler_output", True),
        ("isinstance(output, torch.Tensor)", "output.pooler_output / output.pooler_output.norm()", False),
        ("isinstance(output, torch.Tensor)", "normal(output.pooler_output)", False),
    ],
)
def test_what_the_program_has_for_it_is_used(test: str, value: str, is_used: bool) -> None:
    own = OWN.format(name="tensor_of", test=test, value=value)
    mended = mend(HEAD + own + NESTED, "CLP307", versions={"transformers": ">=4"})[1]
    assert ("tensor_of(model.get_text_features" in mended) is is_used


CHAIN = """\
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(images=None, return_tensors="pt")
"""
_TAKEN = 'rows = getattr(rows, "pooler_output", rows)'


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        (
            "rows = model.get_image_features(**inputs).cpu().numpy()",
            ["rows = model.get_image_features(**inputs)", f"{_TAKEN}.cpu().numpy()"],
        ),
        (
            "rows = model.get_image_features(**inputs)[0].tolist()  # the first",
            ["rows = model.get_image_features(**inputs)  # the first", f"{_TAKEN}[0].tolist()"],
        ),
        (
            "rows = model.get_image_features(**inputs).to(device, copy=True).float().numpy().copy().T",
            [
                "rows = model.get_image_features(**inputs)",
                _TAKEN,
                "rows = rows.to(device, copy=True).float().numpy().copy().T",
            ],
        ),
        (
            "rows = model.get_image_features(\n    **inputs\n).tolist()",
            ["rows = model.get_image_features(\n    **inputs\n)", f"{_TAKEN}.tolist()"],
        ),
    ],
)
def test_methods_of_the_result_follow_on_a_line_behind(statement: str, lines: list[str]) -> None:
    text = f"{CHAIN}{statement}\nprint(rows)\n"
    mended = mend(text, "CLP307", versions={"transformers": ">=4"}, width=88)[1]
    assert mended == CHAIN + "\n".join([*lines, "print(rows)\n"])


@pytest.mark.parametrize(
    "statement",
    [
        "rows = 1\nrows = model.get_image_features(**inputs).add(rows)",
        "rows = [model.get_image_features(**inputs).tolist()]",
        "rows = (\n    model.get_image_features(**inputs)\n    .tolist()\n)",
        "rows: list = model.get_image_features(**inputs).tolist()",
        "rows = other = model.get_image_features(**inputs).tolist()",
        "rows = len(inputs) and model.get_image_features(**inputs).tolist()",
    ],
)
def test_a_function_takes_the_tensor_out_where_no_line_can(statement: str) -> None:
    text = f"{CHAIN}{statement}\nprint(rows)\n"
    mended = mend(text, "CLP307", versions={"transformers": ">=4"}, width=88)[1]
    assert "pooled_features(" in mended
    assert "rows = getattr(rows" not in mended
