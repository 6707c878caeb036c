"""Every codemod runs under libcst's own tool, on a folder, and writes what `--fix` would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import clip_lint.commands

Writer = Callable[[Mapping[str, str | bytes]], Path]

HUB = """\
import torch
from PIL import Image
from transformers import AutoModel, AutoProcessor

model = AutoModel.from_pretrained("{model}").eval()
processor = AutoProcessor.from_pretrained("{processor}")
"""
LIBCST = (sys.executable, "-m", "libcst.tool", "codemod")
CLIP = "openai/clip-vit-base-patch32"
SIGLIP = "google/siglip-base-patch16-224"
OPEN_CLIP = """\
import open_clip
import torch
from PIL import Image

model, _, preprocess = open_clip.create_model_and_transforms("{name}", pretrained="{weights}")
"""

CLIP_HEAD = 'import clip\nimport torch\nfrom PIL import Image\n\nmodel, preprocess = clip.load("ViT-B/32")\n'

PROGRAMS = {
    "AddTemplate": (
        CLIP_HEAD
        + 'labels = ["dog", "crane", "boxer"]\nimage = preprocess(Image.open("a.jpg")).unsqueeze(0)\n'
        + "with torch.no_grad():\n    logits, _ = model(image, clip.tokenize(labels))\nprint(labels[int(logits.argmax())])\n",
        'clip.tokenize([f"a photo of a {label}." for label in labels])',
    ),
    "WriteKeysAsWords": (
        CLIP_HEAD
        + 'keys = ["using_laptop", "drinking_coffee"]\nwith torch.no_grad():\n'
        + '    print(model.encode_text(clip.tokenize([f"a person {key}" for key in keys])))\n',
        "[f\"a person {key.replace('_', ' ')}\" for key in keys]",
    ),
    "EncodeInBatches": (
        CLIP_HEAD
        + 'rows = []\nfor path in ["a.jpg", "b.jpg"]:\n    pixels = preprocess(Image.open(path)).unsqueeze(0)\n'
        + "    with torch.no_grad():\n        rows.append(model.encode_image(pixels))\nprint(torch.cat(rows).shape)\n",
        "    pixels = torch.cat([preprocess(Image.open(path)).unsqueeze(0) for path in batch])\n",
    ),
    "LoadOneCheckpoint": (
        HUB.format(model=CLIP, processor="openai/clip-vit-large-patch14")
        + '\nwith torch.no_grad():\n    print(model(**processor(text=["a cat"], images=Image.open("a.jpg"), return_tensors="pt")))\n',
        f'processor = AutoProcessor.from_pretrained("{CLIP}")',
    ),
    "PadToFullLength": (
        HUB.format(model=SIGLIP, processor=SIGLIP)
        + '\nwith torch.no_grad():\n    print(model.get_text_features(**processor(text=["a cat"], return_tensors="pt")).pooler_output)\n',
        'processor(text=["a cat"], return_tensors="pt", padding="max_length")',
    ),
    "ConvertToRgb": (
        (
            'import clip\nimport cv2\nimport torch\nfrom PIL import Image\n\nmodel, preprocess = clip.load("ViT-B/32")\n'
            'frame = cv2.imread("a.jpg")\nwith torch.no_grad():\n    print(model.encode_image(preprocess(Image.fromarray(frame)).unsqueeze(0)))\n'
        ),
        "rgb_frame = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)",
    ),
    "TruncateText": (
        "import clip\n\n\ndef tokens(summary):\n\treturn clip.tokenize([summary])  # one text\n",
        "\treturn clip.tokenize([summary], truncate=True)  # one text",
    ),
    "MatchQuickGelu": (
        OPEN_CLIP.format(name="ViT-B-32", weights="openai")
        + 'model.eval()\nwith torch.no_grad():\n    print(model.encode_image(preprocess(Image.open("a.jpg")).unsqueeze(0)))\n',
        'create_model_and_transforms("ViT-B-32-quickgelu", pretrained="openai")',
    ),
    "TakePoolerOutput": (
        HUB.format(model=CLIP, processor=CLIP)
        + '\nwith torch.no_grad():\n    print(model.get_image_features(**processor(images=Image.open("a.jpg"), return_tensors="pt")).norm())\n',
        'return_tensors="pt")).pooler_output.norm()',
    ),
    "SwitchToEvaluation": (
        OPEN_CLIP.format(name="ViT-B-32", weights="laion2b_s34b_b79k")
        + 'with torch.no_grad():\n    print(model.encode_image(preprocess(Image.open("a.jpg")).unsqueeze(0)))\n',
        "\nmodel.eval()\n",
    ),
    "RunWithoutGradients": (
        OPEN_CLIP.format(name="ViT-B-32", weights="laion2b_s34b_b79k")
        + 'model.eval()\nprint(model.encode_image(preprocess(Image.open("a.jpg")).unsqueeze(0)).tolist())\n',
        "with torch.no_grad():\n    print(model.encode_image(",
    ),
}


def codemod(folder: Path, name: str, *options: str) -> str:
    """What libcst's tool says of a run in a folder; the run is a process of its own, as with users."""
    done = subprocess.run(
        [
            *LIBCST,
            "-x",
            f"clip_lint.commands.{name}",
            ".",
            "--no-format",
            "--hide-progress",
            "-j",
            "1",
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_command_repairs_a_folder(write: Writer, name: str) -> None:
    before, expected = PROGRAMS[name]
    folder = write(
        {
            "faulty.py": before,
            "other.py": "import os\n",
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["transformers>=5"]\n[tool.ruff]\nline-length = 140\n',
        }
    )
    codemod(folder, name, "--unsafe-fixes")
    after = (folder / "faulty.py").read_text()
    assert expected in after
    assert before.count("\n") <= after.count("\n")
    assert (folder / "other.py").read_text() == "import os\n"


def test_without_the_option_nothing_unsafe_is_written(write: Writer) -> None:
    before, _ = PROGRAMS["MatchQuickGelu"]
    folder = write({"faulty.py": before})
    codemod(folder, "MatchQuickGelu")
    assert (folder / "faulty.py").read_text() == before


def test_a_report_says_what_is_repaired(write: Writer) -> None:
    before, expected = PROGRAMS["TruncateText"]
    twice = before + "\n\ndef more(summary):\n\treturn clip.tokenize([summary, summary])\n"
    folder = write({"faulty.py": twice})
    command = [sys.executable, "-m", "clip_lint", "--no-cache", "--exit-zero", "--output-format", "json", "."]
    found = json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)
    (folder / "report.json").write_text(json.dumps([row for row in found if row["start"]["line"] == 5]))
    codemod(folder, "TruncateText", "--findings", "report.json")
    after = (folder / "faulty.py").read_text()
    assert expected in after
    assert "clip.tokenize([summary, summary])\n" in after


def test_a_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"no codemod Nonsense; there are .*TruncateText"):
        _ = clip_lint.commands.Nonsense
