"""How mended files look: long statements over several lines, and helper functions behind the imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mended import configuration, mend

from clip_lint.engine.project import Project
from clip_lint.engine.repairs import line_length
from clip_lint.fixing.session import fix_tree

if TYPE_CHECKING:
    from pathlib import Path

LOAD = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")


"""
EMBED = """\
def embed(text: str):
    with torch.no_grad():
        words_of_query = processor(text=[text], return_tensors="pt", padding=True)
        return model.get_text_features(**words_of_query).pooler_output
"""
ONE_LINE = (
    '        words_of_query = processor(text=[text], return_tensors="pt", padding=True, truncation=True)\n'
)
SEVERAL = (
    "        words_of_query = processor(\n"
    '            text=[text], return_tensors="pt", padding=True, truncation=True\n'
    "        )\n"
)


def fixed(folder: Path, text: str, name: str = "example.py") -> str:
    """A file on disk after its safe fixes."""
    file = folder / name
    file.write_bytes(text.encode())
    project = Project(configuration("CLP305"), str(folder), isolated=True)
    assert fix_tree(project, [name], unsafe=False).fixed
    return file.read_bytes().decode()


def test_a_file_that_keeps_to_the_usual_width_keeps_to_it(tmp_path: Path) -> None:
    assert SEVERAL in fixed(tmp_path, LOAD + EMBED)


@pytest.mark.parametrize(
    ("name", "content", "is_one_line"),
    [
        ("pyproject.toml", "[tool.black]\nline-length = 100\n", True),
        ("pyproject.toml", "[tool.ruff]\nline-length = 86\n", False),
        ("ruff.toml", "line-length = 120\n", True),
        (".ruff.toml", 'target-version = "py311"\n', False),
    ],
)
def test_the_projects_formatter_says_how_long_lines_may_be(
    tmp_path: Path, name: str, content: str, is_one_line: bool
) -> None:
    (tmp_path / name).write_text(content)
    assert (ONE_LINE in fixed(tmp_path, LOAD + EMBED)) is is_one_line


def test_the_nearest_formatter_counts(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "ruff.toml").write_text("line-length = 120\n")
    assert line_length(str(inner / "a.py")) is None or line_length(str(inner / "a.py")) == 120
    (inner / "pyproject.toml").write_text("[tool.black]\nline-length = 99\n")
    assert line_length(str(inner / "a.py")) == 99


MANY_LONG = "\n\n" + "".join(
    f"numbers_{each} = [{', '.join(map(str, range(1000, 1030)))}]\n" for each in range(9)
)
FEW_LONG = "\n\n" + "print()\n" * 99 + MANY_LONG[:400].rpartition("\n")[0] + "\n"
PARTED = "\n\n" + "".join(
    f"numbers_of_{each} = joined(\n    {', '.join(map(str, range(1000, 1012)))}\n)\n" for each in range(9)
)


def test_a_program_of_long_lines_keeps_them(tmp_path: Path) -> None:
    assert "padding=True, truncation=True)" in fixed(tmp_path, LOAD + EMBED + MANY_LONG)


def test_a_few_long_lines_show_that_nothing_parts_them(tmp_path: Path) -> None:
    assert ONE_LINE in fixed(tmp_path, LOAD + EMBED + FEW_LONG)


def test_a_formatted_program_may_have_a_few_long_lines(tmp_path: Path) -> None:
    assert SEVERAL in fixed(tmp_path, LOAD + EMBED + FEW_LONG + PARTED)


def test_a_program_that_does_not_keep_to_its_formatter_keeps_its_lines(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 86\n")
    assert ONE_LINE in fixed(tmp_path, LOAD + EMBED + FEW_LONG)


def test_a_long_line_that_outgrows_every_width_is_parted(tmp_path: Path) -> None:
    text = EMBED.replace("words_of_query", "words_of_the_query_as_they_are")
    assert len(text.splitlines()[2]) in range(89, 101)
    assert "\n            text=[text], return_tensors" in fixed(tmp_path, LOAD + text + PARTED)


@pytest.mark.parametrize(
    ("unit", "end"),
    [("  ", ""), ("\t", ""), ("    ", "  # the words")],
    ids=["two blanks", "tabs", "comment"],
)
def test_blanks_tabs_and_comments_stay_as_the_program_has_them(tmp_path: Path, unit: str, end: str) -> None:
    text = EMBED.replace("words_of_query", "the_words_of_the_query").replace(
        "padding=True)", f"padding=True){end}"
    )
    several = SEVERAL.replace("words_of_query", "the_words_of_the_query").rstrip() + f"{end}\n"
    assert several.replace("    ", unit) in fixed(tmp_path, LOAD + (text + PARTED).replace("    ", unit))


def test_line_ends_stay(tmp_path: Path) -> None:
    mended = fixed(tmp_path, (LOAD + EMBED).replace("\n", "\r\n"))
    assert SEVERAL.replace("\n", "\r\n") in mended
    assert "\n" not in mended.replace("\r\n", "")


def test_a_helper_stands_behind_imports_that_other_lines_part() -> None:
    text = (
        "import sys\nfrom transformers import CLIPModel\n\nsys.path.append('..')\nimport torch\n\n"
        "name = 'openai/clip-vit-base-patch32'\nmodel = CLIPModel.from_pretrained(name)\n\n\n"
        "def embed(pixels):\n    with torch.no_grad():\n        return model.get_image_features(pixels).norm()\n"
    )
    mended = mend(text, "CLP307", versions={"transformers": ">=4"})[1]
    helper = mended.index("def pooled_features")
    assert mended.index("import torch\n") < helper < mended.index("def embed")
    assert mended.index("\nname = ") > helper


def test_a_helper_stands_before_what_calls_it() -> None:
    text = (
        "from transformers import CLIPModel\n\nmodel = CLIPModel.from_pretrained('openai/clip-vit-base-patch32')\n"
        "print(model.get_image_features(1).norm())\nimport torch\n"
    )
    mended = mend(text, "CLP307", versions={"transformers": ">=4"})[1]
    assert mended.index("def pooled_features") < mended.index("print(")


def _opened(text: str, name: str = "example.py") -> str:
    return mend(text, "CLP307", versions={"transformers": ">=4"}, name=name, unsafe=False)[1]


@pytest.mark.parametrize(
    ("call", "around", "far", "quote"),
    [
        ("inputs['pixels']", 'print("1", "2", "3")', '"', "'"),
        ('inputs["pixels"]', "print('1', '2', '3')", "'", '"'),
        ("inputs", "print('1')", '"', "'"),
        ("inputs", 'print("1")', "'", '"'),
        ("inputs", "print(f'{inputs}')", '"', "'"),
        ("inputs", "print('it is \"one\"')", '"', '"'),
        ("inputs", "print(f\"{inputs['pixels']}\")", "'", "'"),
    ],
)
def test_added_text_has_the_quotes_of_the_lines_around(call: str, around: str, far: str, quote: str) -> None:
    noise = "".join(f"    number_{each} = {far}a number{far}\n" for each in range(20))
    noise += "    print(len(inputs), len(inputs), len(inputs))\n" * 6
    before = (
        f"def embed(inputs):\n{noise}    {around}\n    rows = model.get_image_features({call})\n"
        "    return rows / rows.norm(dim=-1, keepdim=True)\n"
    )
    line = f"    rows = getattr(rows, {quote}pooler_output{quote}, rows)\n"
    assert line in _opened(LOAD + before)


def test_the_signs_of_assignments_stand_below_each_other() -> None:
    text = (
        "def embed(inputs):\n    inputs_of  = dict(inputs)\n    rows       = model.get_image_features(**inputs_of)\n"
        "    rows       = rows / 2\n    return rows\n"
    )
    assert '    rows       = getattr(rows, "pooler_output", rows)\n' in _opened(LOAD + text)
