"""Fixes in notebooks: what one needs stands in a cell that is run with it, and no cell gets what belongs to another."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from mended import mend

NAME = "openai/clip-vit-base-patch32"
LOAD = f'model = CLIPModel.from_pretrained("{NAME}").eval()\nwords = CLIPProcessor.from_pretrained("{NAME}")'
IMPORT = "from transformers import CLIPModel, CLIPProcessor"
EMBED = 'rows = model.get_image_features(**words(images=picture, return_tensors="pt")).pooler_output.cpu().numpy()'
FIXED = f"with torch.no_grad():\n    {EMBED}"


def book(*cells: str) -> str:
    rows: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def fixed(cells: Sequence[str], code: str, version: str = "5") -> list[str]:
    """The cells of a notebook after its fixes."""
    versions = {"transformers": version}
    notebook = mend(book(*cells), code, unsafe=False, name="example.ipynb", versions=versions)[1]
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


@pytest.mark.parametrize(
    ("cells", "home"),
    [
        ([IMPORT, LOAD, EMBED], 0),
        (["print('first')", IMPORT, LOAD, EMBED], 1),
        (["!pip install transformers", f"%matplotlib inline\n{IMPORT}", LOAD, EMBED], 1),
        (["import os\nimport sys\n\nprint(os.sep, sys.argv)", f"{IMPORT}\n{LOAD}", EMBED], 1),
        (["import numpy as np", f"{IMPORT}\nfrom PIL import Image", f"%%time\n{LOAD}", EMBED], 1),
        (["import os", f"{IMPORT}\n{LOAD}", f"from PIL import Image\npicture = Image.open('a.png')\n{EMBED}"], 1),
        ([IMPORT, f"{IMPORT}\n{LOAD}\npicture = 1\n{EMBED}"], 1),
        ([f"{IMPORT}\nimport torch", f"{IMPORT}\n{LOAD}\npicture = 1\n{EMBED}"], 1),
        ([f"%%writefile part.py\n{IMPORT}", f"{IMPORT}\n{LOAD}", EMBED], 1),
        ([f"%%writefile part.py\nimport torch\n{IMPORT}", f"{IMPORT}\n{LOAD}", EMBED], 1),
        (["%%bash\nls", f"%%capture\n{IMPORT}\n{LOAD}\npicture = 1\n{EMBED}"], 1),
    ],
    ids=[
        "first", "after another cell", "after magics", "not with the standard library's", "not below a magic",
        "of the model", "alone", "alone beside one that has it", "not in a file", "not of a file", "below its magic",
    ],
)  # fmt: skip
def test_an_import_goes_where_the_imports_of_the_repaired_line_are(cells: list[str], home: int) -> None:
    after = fixed(cells, "CLP402")
    assert after[-1].endswith(FIXED)
    new = [
        index
        for index, (old, now) in enumerate(zip(cells, after, strict=True))
        if now.count("import torch\n") + now.endswith("import torch") > old.count("import torch")
    ]
    assert new == [home]
    lines = after[home].split("\n")
    kept = [line for line in cells[home].replace(EMBED, FIXED).split("\n") if line]
    assert [line for line in lines if line and line != "import torch"] == kept
    assert lines.index("import torch") < len(lines) - lines[::-1].index(
        next(line for line in lines[::-1] if "import" in line)
    )


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n# the rows"])
def test_a_line_behind_the_last_one_of_a_cell_stays_in_it(end: str) -> None:
    call = 'rows = model.get_image_features(**words(images=picture, return_tensors="pt"))'
    cells = [
        f"import torch\n{IMPORT}\n{LOAD}",
        f"with torch.no_grad():\n    {call}{end}",
        "print(rows @ rows.T)",
    ]
    after = fixed(cells, "CLP307", ">=4")
    assert after[2] == cells[2]
    assert (
        after[1] == f'with torch.no_grad():\n    {call}\n    rows = getattr(rows, "pooler_output", rows){end}'
    )
    cells[1] = f"{call}{end}"
    assert fixed(cells, "CLP307", ">=4")[1] == f'{call}\nrows = getattr(rows, "pooler_output", rows){end}'


SAVED = f"""\
!pip install transformers
%cd /content
import torch
{IMPORT}

{LOAD}
"""


def test_a_program_saved_from_a_notebook_keeps_its_magics_when_it_is_mended() -> None:
    program = f"{SAVED}def embed(picture):\n    {EMBED}\n    return rows\n"
    mended = mend(program, "CLP402", unsafe=False, name="saved.py", versions={"transformers": "5"})[1]
    assert mended.startswith(SAVED)
    assert "with torch.no_grad():" in mended


def test_no_fix_moves_a_line_that_is_no_python() -> None:
    body = f"def embed(picture):\n    {EMBED}\n    !nvidia-smi\n    return rows.mean(0)\n"
    mended = mend(SAVED + body, "CLP402", unsafe=True, name="saved.py", versions={"transformers": "5"})[1]
    assert mended.count("!nvidia-smi") == 1
    assert "pass" not in mended
