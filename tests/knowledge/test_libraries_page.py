"""docs/libraries.md, followed to the letter: every table, program, command and answer on the page."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from packaged import PROJECT

from clip_lint.knowledge.documents import parse_document
from clip_lint.knowledge.reference import MARK, reference, rewrite

PAGE = (PROJECT / "docs" / "libraries.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```\w+ (\S+\.\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
CONSOLE = re.findall(r"^```console\n\$ clip-lint (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLES = [name for name in FILES if name.endswith(".toml") and name not in {"pyproject.toml", "slip.toml"}]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clip_lint", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_page_has_what_it_is_for() -> None:
    assert {"search.py", "shopvision.toml", "slip.toml", "pyproject.toml"} <= set(FILES)
    assert len(TABLES) >= 6
    assert len(CONSOLE) == 3


@pytest.mark.parametrize(("command", "answer"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_commands_answer_as_the_page_says(folder: Path, command: str, answer: str) -> None:
    done = run(folder, *shlex.split(command))
    assert done.stdout + done.stderr == answer
    assert done.returncode == (2 if "slip" in command else 0 if "libraries" in command else 1)


def test_without_its_table_the_wrapper_hides_everything(folder: Path) -> None:
    done = run(folder, "--isolated", "--output-format", "concise", "search.py")
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_right_and_leaves_nothing_to_note(folder: Path, name: str) -> None:
    parse_document(FILES[name], name)
    done = run(folder, "libraries", "check", name)
    assert done.returncode == 0
    assert "note:" not in done.stdout


PROGRAMS = {
    "pair.toml": (
        ("import torch, lenskit\nmodel, preprocess = lenskit.build('x', 'y')\n"
        "with torch.no_grad():\n    words = model.text_tower(lenskit.words(['a dog without a leash', 'a dog']))\n"
        "    scores = model.image_tower(preprocess(photo).unsqueeze(0)) @ words.T\n"),
        {"CLP401", "CLP104"},
    ),
    "asker.toml": (
        ("from shopwindow import Asker\nasker = Asker('acme/window')\n"
        "print(asker.chances(photo, ['a photo of a knife'])[0] > 0.5)\nprint(asker.fit(photo, 'two dogs') > 0.7)\n"),
        {"CLP204", "CLP101", "CLP206"},
    ),
    "classes.toml": (
        ("from warehouse import ShelfModel, ShelfProcessor\nmodel = ShelfModel.from_pretrained('acme/shelf')\n"
        "processor = ShelfProcessor.from_pretrained('acme/shelf')\n"
        "image = model.get_image_features(**processor(images=photo, return_tensors='pt'))\n"
        "text = model.get_text_features(**processor(text=['two dogs', 'three dogs'], return_tensors='pt'))\n"
        "print(image @ text.T)\n"),
        {"CLP101", "CLP201", "CLP402"},
    ),
    "mapping.toml": (
        ("import allsenses\nfrom allsenses import Sense\nmodel = allsenses.huge()\n"
        "out = model({Sense.WORDS: allsenses.read_words(['a dog']), Sense.EYES: allsenses.read_pictures(['a.jpg'])})\n"
        "print((out[Sense.EYES] @ out[Sense.WORDS].T).softmax(dim=-1))\n"),
        {"CLP401", "CLP402", "CLP204"},
    ),
    "store.toml": (
        ("import clip, torch, vectorshed\nmodel, preprocess = clip.load('ViT-B/32', device='cpu')\nshed = vectorshed.Shed(512)\n"
        "with torch.no_grad():\n    shed.put(model.encode_image(preprocess(photo).unsqueeze(0)).numpy())\n"),
        {"CLP209"},
    ),
    "lens.toml": (
        ("import numpy as np\nfrom lensclient import Lens\nfrom scipy.special import softmax\nlens = Lens('http://lens')\n"
        "words = np.array([each.vector for each in lens.texts(['two dogs', 'three dogs']).items])\n"
        "print(softmax(np.array([lens.picture('a.jpg')]) @ words.T, axis=-1))\nlens.search('a street without cars')\n"),
        {"CLP101", "CLP104", "CLP202"},
    ),
    "address.toml": (
        ("import numpy as np, requests\nfrom scipy.special import softmax\n"
        "def embed(items):\n    answer = requests.post('https://api.lens.example/v1/embeddings', json={'input': items}).json()\n"
        "    return np.array([each['embedding'] for each in answer['data']])\n"
        "print(softmax(embed([{'image': 'https://x/a.jpg'}]) @ embed([{'text': 'two dogs'}, {'text': 'three dogs'}]).T, axis=-1))\n"),
        {"CLP101", "CLP202"},
    ),
    "sounds.toml": (
        ("import torch\nfrom transformers import AutoProcessor, AutoTokenizer, SoundTowers\nmodel = SoundTowers.from_pretrained('lab/sound-clip-base')\n"
        "processor = AutoProcessor.from_pretrained('lab/sound-clip-base')\n"
        "with torch.no_grad():\n    out = model(**processor(text=['two dogs', 'three dogs'], images=sounds, return_tensors='pt', padding=True))\n"
        "print((out.sound_embeds @ out.text_embeds.T).softmax(dim=-1))\n"),
        {"CLP101", "CLP202"},
    ),
    "names.toml": (
        ("from transformers import AutoModel, AutoProcessor\nprocessor = AutoProcessor.from_pretrained('acme/shoplip-2')\n"
        "model = AutoModel.from_pretrained('acme/shoplip-2')\n"
        "inputs = processor(text=['a dog', 'a cat'], images=photo, return_tensors='pt', padding=True)\n"),
        {"CLP302"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_table_does_what_it_says(folder: Path, name: str) -> None:
    program, expected = PROGRAMS[name]
    (folder / "program.py").write_text(program)
    (folder / "pyproject.toml").write_text(f'[tool.clip-lint]\nextra-libraries = ["{name}"]\n')
    arguments = (
        "--no-cache",
        "--preview",
        "--min-severity",
        "note",
        "--output-format",
        "concise",
        "program.py",
    )
    with_table = set(re.findall(r" (CLP\d+) ", run(folder, *arguments).stdout))
    without = set(re.findall(r" (CLP\d+) ", run(folder, "--isolated", *arguments).stdout))
    assert expected <= with_table
    assert not expected <= without


def test_the_reference_is_the_schemas(tmp_path: Path) -> None:
    assert PAGE.partition(MARK)[2] == "\n" + reference()
    copy = tmp_path / "libraries.md"
    copy.write_text(PAGE.partition(MARK)[0] + MARK + "old", encoding="utf-8")
    rewrite(copy)
    assert copy.read_text(encoding="utf-8") == PAGE


def test_every_operation_of_the_examples_is_explained() -> None:
    for name in set(re.findall(r'op = "(\w+)"', PAGE.partition(MARK)[0])):
        assert f"`{name}`" in reference()


def test_a_family_of_ones_own_says_how_much_its_text_tower_reads(folder: Path) -> None:
    def found(words: int) -> str:
        (folder / "program.py").write_text(
            "import torch\nfrom transformers import AutoModel, AutoProcessor\n"
            "processor = AutoProcessor.from_pretrained('acme/catalogue-v2')\n"
            "model = AutoModel.from_pretrained('acme/catalogue-v2')\n"
            f"inputs = processor(text=['a photo of {'a dog and ' * words}'], images=photo, return_tensors='pt', padding=True)\n"
            "with torch.no_grad():\n    print(model(**inputs).logits_per_image)\n"
        )
        (folder / "pyproject.toml").write_text('[tool.clip-lint]\nextra-libraries = ["names.toml"]\n')
        return run(folder, "--no-cache", "--output-format", "concise", "program.py").stdout

    assert "CLP109" not in found(30), "about 95 tokens: more than CLIP's 77, fewer than the table's 120"
    assert re.search(r"CLP109 .*120", found(45)), "about 140 tokens"
