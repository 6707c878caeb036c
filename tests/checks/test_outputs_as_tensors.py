"""CLP307 where a program asks what it has: of the output itself, or of what was made of it."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from conftest import Writer

HEAD = """
import numpy as np
import torch
from transformers import CLIPModel
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()

@torch.inference_mode()
def embed(pixels):
    out = model.get_image_features(pixel_values=pixels)
"""
ASKED_LATE = {
    "whether the array has a method": """
        vector = out[0].cpu().numpy()
        return vector.tolist() if hasattr(vector, "tolist") else vector
    """,
    "whether the unit vector is a tensor": """
        vector = out / out.norm(dim=-1, keepdim=True)
        return vector.cpu().numpy() if isinstance(vector, torch.Tensor) else vector
    """,
    "whether it is an array": """
        return out if isinstance(out, np.ndarray) else out.cpu().numpy()
    """,
    "whether it is a list or an array": """
        if isinstance(out, (list, np.ndarray)):
            return out
        return out.cpu().numpy()
    """,
    "by getattr of the array": """
        vector = out.detach().cpu().numpy()
        return vector.reshape(getattr(vector, "shape", (1, -1)))
    """,
}
ASKED_IN_TIME = {
    "whether it is a tensor": """
        if not isinstance(out, torch.Tensor):
            out = out.pooler_output
        return out.cpu().numpy()
    """,
    "whether it is a tensor or an array": """
        if not isinstance(out, (torch.Tensor, np.ndarray)):
            out = out.pooler_output
        return out.cpu().numpy()
    """,
    "whether it can be moved": """
        out = out if hasattr(out, "cpu") else out.pooler_output
        return out.cpu().numpy()
    """,
    "in a helper": """
        def tensor(it):
            return it if torch.is_tensor(it) else it.pooler_output
        return tensor(out)[0].cpu().numpy()
    """,
}


def codes(write: Writer, body: str) -> list[str]:
    folder = write({"program.py": HEAD + textwrap.indent(textwrap.dedent(body), "    ")})
    outcome = lint((".",), Configuration(Overrides(), str(folder)), str(folder), isolated=True)
    return [each.code for each in outcome.reported if each.code == "CLP307"]


@pytest.mark.parametrize("body", ASKED_LATE.values(), ids=ASKED_LATE)
def test_a_question_that_comes_too_late_helps_nothing(write: Writer, body: str) -> None:
    assert codes(write, body) == ["CLP307"]


@pytest.mark.parametrize("body", ASKED_IN_TIME.values(), ids=ASKED_IN_TIME)
def test_a_question_in_time_serves_both_versions(write: Writer, body: str) -> None:
    assert codes(write, body) == []


HANDED_OVER = [
    "torch.mean(out, dim=0)",
    "torch.abs(out)",
    "torch.linalg.matrix_norm(out)",
    "torch.nn.functional.relu(out)",
    "out.size(0)",
    "out.numel()",
    "faiss.IndexFlatIP(512).add(out)",
    "normalize(out)",
    "cosine_similarity(out, out)",
    "np.linalg.norm(out)",
    "np.vstack([out])",
]
KEPT = [
    "torch.save(out, 'out.pt')",
    "torch.is_tensor(out)",
    "out.keys()",
    "out.to_tuple()",
    "dict(out)",
    "print(out)",
    "torch.mean(out.pooler_output, dim=0)",
    "faiss.IndexFlatIP(512).add(out['pooler_output'].numpy())",
]
IMPORTS = """
import faiss
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize
"""


@pytest.mark.parametrize("use", HANDED_OVER)
def test_functions_on_arrays_take_no_output(write: Writer, use: str) -> None:
    assert codes(write, f"{IMPORTS}\nreturn {use}\n") == ["CLP307"]


@pytest.mark.parametrize("use", KEPT)
def test_what_takes_anything_takes_an_output(write: Writer, use: str) -> None:
    assert codes(write, f"{IMPORTS}\nreturn {use}\n") == []


@pytest.mark.parametrize(
    ("remark", "is_told"),
    [
        ("# written for transformers==4.48.3", False),
        ("# pip install 'transformers<5'", False),
        ("# written for transformers>=5", True),
        ("# written for a shop", True),
    ],
)
def test_each_file_says_which_version_it_is_written_for(write: Writer, remark: str, *, is_told: bool) -> None:
    caller = "from embedding import embed\nfor picture in open('pictures'):\n    print(embed(picture))\n"
    program = f"{remark}\n{HEAD}    return out / out.norm(dim=-1, keepdim=True)\n"
    folder = write({"embedding.py": program, "caller.py": caller})
    outcome = lint((".",), Configuration(Overrides(), str(folder)), str(folder), isolated=True)
    assert any(each.code == "CLP307" for each in outcome.reported) is is_told


NOTEBOOK = """
from transformers import CLIPModel
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()
"""
AT_THE_TOP = NOTEBOOK + "vector = model.get_image_features(pixel_values=None).cpu()\n"
FIRST = NOTEBOOK + "vector = model.get_image_features(pixel_values=None)[0]\nprint(vector / 2)\n"
IN_A_FUNCTION = (
    NOTEBOOK + "def embed(pixels):\n    return model.get_image_features(pixel_values=pixels).cpu()\n"
)
CALLED = IN_A_FUNCTION + "print(embed(None).shape)\n"
TAKEN = CALLED.replace(".cpu()", "")
HANDED_ON = IN_A_FUNCTION + "serve(embed)\n"
DEAD = (
    IN_A_FUNCTION
    + """
def search(text):
    return text

if __name__ == "__main__":
    search("a lighthouse")
"""
)
ALIVE = DEAD.replace('search("a lighthouse")', "run(embed)")
MODULE = IN_A_FUNCTION + "def search(text):\n    return text\n"
DECORATED = DEAD.replace("def embed", "@app.get('/')\ndef embed")


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"a.py": DEAD}, Severity.NOTE),
        ({"a.py": DEAD, "b.py": "from a import embed\nprint(embed(1))\n"}, Severity.ERROR),
        ({"a.py": ALIVE}, Severity.ERROR),
        ({"a.py": MODULE}, Severity.ERROR),
        ({"a.py": DECORATED}, Severity.ERROR),
        ({"tests/test_a.py": ALIVE}, Severity.NOTE),
    ],
)
def test_what_nobody_calls_and_what_a_test_says_itself(
    write: Writer, files: dict[str, str], severity: Severity
) -> None:
    """A function that a program names nowhere again never runs; a module without anything that runs is there for others."""
    folder = write(files)
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    outcome = lint((".",), settings, str(folder), isolated=True)
    assert [each.severity for each in outcome.reported if each.code == "CLP307"] == [severity]


@pytest.mark.parametrize(
    ("code", "count", "severity"),
    [
        (AT_THE_TOP, None, Severity.ERROR),
        (AT_THE_TOP, 2, Severity.NOTE),
        (FIRST, 2, Severity.ERROR),
        (IN_A_FUNCTION, 2, Severity.NOTE),
        (CALLED, 2, Severity.NOTE),
        (TAKEN, 2, Severity.NOTE),
        (CALLED, None, Severity.ERROR),
        (HANDED_ON, 2, Severity.ERROR),
    ],
)
def test_what_a_notebook_keeps_the_outputs_of_worked_then(
    write: Writer, code: str, count: int | None, severity: Severity
) -> None:
    """An index raises nothing on any release, and of a function a run says only that it was defined, unless it calls it."""
    cell: dict[str, object] = {
        "cell_type": "code",
        "source": code,
        "execution_count": count,
        "outputs": [],
        "metadata": {},
    }
    folder = write({"look.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4})})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    outcome = lint(("look.ipynb",), settings, str(folder), isolated=True)
    assert [each.severity for each in outcome.reported if each.code == "CLP307"] == [severity]
