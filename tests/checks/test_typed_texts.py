"""Names that a user types may be sentences (CLP305, a note), what the program names is short; and pages and requests that load anew (CLP405)."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import argparse, json, sys
import clip
from flask import Flask, request

app = Flask(__name__)
model, preprocess = clip.load("ViT-B/32")


def told(names):
    return clip.tokenize({texts})


"""
TEMPLATES = (
    '[f"a photo of a {name}" for name in names]',
    '["a photo of a {}.".format(n) for n in names]',
    "names",
)
TYPED = (
    "told(sys.argv[2].split(','))",
    "told([each.strip() for each in input('Classes: ').split(',')])",
    "parser = argparse.ArgumentParser()\nparser.add_argument('--classes')\ntold(parser.parse_args().classes.split(','))",
    "@app.post('/ask')\ndef ask():\n    return told(request.form['labels'].split(','))",
    "@app.post('/ask')\ndef ask():\n    return told(request.args.get('labels', '').split(','))",
    "def handler(event, context):\n    return told(json.loads(event['body'])['labels'])",
    "import gradio as gr\ndef ask(picture, labels):\n    return told(labels.split(','))\ngr.Interface(ask, [gr.Image(), gr.Textbox()])",
)
KNOWN = (
    "told(['heron', 'weir', 'lock gate'])",
    "from shelf import CLASSES\ntold(CLASSES)",
    "def ask(dataset):\n    return told(dataset.classes)",
)


def found(folder: Path, program: str, code: str) -> list[tuple[str, str, int]]:
    (folder / "app.py").write_text(program, encoding="utf-8")
    done = clip_lint(
        folder,
        "--isolated",
        "--no-cache",
        "--select",
        code,
        "--min-severity",
        "note",
        "--exit-zero",
        "--output-format",
        "json",
        ".",
    )
    return [(each["severity"], each["path"], each["start"]["line"]) for each in json.loads(done.stdout)]


@pytest.mark.parametrize("texts", TEMPLATES)
@pytest.mark.parametrize("use", TYPED)
def test_names_that_are_typed_are_noted(tmp_path: Path, texts: str, use: str) -> None:
    assert [each[0] for each in found(tmp_path, HEAD.replace("{texts}", texts) + use, "CLP305")] == ["note"]


@pytest.mark.parametrize("texts", TEMPLATES)
@pytest.mark.parametrize("use", KNOWN)
def test_names_that_the_program_gives_are_short(tmp_path: Path, texts: str, use: str) -> None:
    assert found(tmp_path, HEAD.replace("{texts}", texts) + use, "CLP305") == []


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("caption = item['caption']", ["note"]),
        ("caption = item.get('caption')", ["note"]),
        ("caption_0 = item['caption_0']", []),
    ],
)
def test_captions_of_a_data_set_are_noted(tmp_path: Path, read: str, expected: list[str]) -> None:
    name = read.partition(" ")[0]
    program = HEAD.replace("{texts}", "names") + (
        f"for item in json.load(open('annotations.json')):\n    {read}\n    clip.tokenize([{name}])\n"
    )
    assert [each[0] for each in found(tmp_path, program, "CLP305")] == expected


def test_a_caption_that_is_passed_in_is_one_sentence(tmp_path: Path) -> None:
    program = HEAD.replace("{texts}", "names") + "def share(caption):\n    return clip.tokenize(caption)\n"
    assert found(tmp_path, program, "CLP305") == []


LOADS = """
import os, sys
import clip
from flask import Flask

app = Flask(__name__)
kept = {}


def seen(path):
{test}
    model, preprocess = clip.load("ViT-B/32")
    kept["model"] = model
    return model.encode_image(preprocess(path).unsqueeze(0))


@app.post("/seen")
def answer():
    return seen("one.png")
"""


@pytest.mark.parametrize(
    ("test", "is_told"),
    [
        ('if os.environ.get("DEMO"):\n    return 0', True),
        ('if os.environ["MODE"] != "full" or "DEMO" in os.environ:\n    return 0', True),
        ('if "--dry" in sys.argv:\n    return 0', True),
        ('if kept.get("model"):\n    return kept["model"]', False),
        ('if "model" in kept:\n    return kept["model"]', False),
    ],
)
def test_only_what_holds_the_model_is_asked_whether_it_is_there(
    tmp_path: Path, test: str, is_told: bool
) -> None:
    program = LOADS.replace("{test}", textwrap.indent(test, "    "))
    assert bool(found(tmp_path, program, "CLP405")) == is_told


HELPER = """
import clip


class Shelf:
    def __init__(self):
        self.model, self.preprocess = clip.load("ViT-B/32")

    def told(self, wish):
        return self.model.encode_text(clip.tokenize([wish], truncate=True))
"""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("shelf = Shelf()\nwish = st.text_input('What?')\nshelf.told(wish)\n", [5]),
        (
            "if __name__ == '__main__':\n    shelf = Shelf()\n    shelf.told(st.selectbox('What?', NAMES))\n",
            [6],
        ),
        ("@st.cache_resource\ndef shelf():\n    return Shelf()\nshelf().told(st.text_input('What?'))\n", []),
        ("def ask(shelf):\n    return shelf.told(st.text_input('What?'))\nshelf = Shelf()\n", []),
    ],
)
def test_a_page_loads_anew_what_it_makes_at_its_top(tmp_path: Path, page: str, expected: list[int]) -> None:
    (tmp_path / "shelf.py").write_text(HELPER, encoding="utf-8")
    program = "import streamlit as st\nfrom shelf import Shelf\n\nNAMES = ['a heron', 'a weir']\n" + page
    assert found(tmp_path, program, "CLP405") == [("warning", "app.py", line) for line in expected]


ANSWERS = (
    "from django.http import JsonResponse\ndef seen(request):\n    {load}\n    return JsonResponse({{}})",
    "from rest_framework.views import APIView\nclass Seen(APIView):\n    def post(self, request):\n        {load}",
    "from flask_restful import Resource\nclass Seen(Resource):\n    def get(self):\n        {load}",
    "from flask_socketio import SocketIO\nsocket = SocketIO()\n@socket.on('frame')\ndef seen(data):\n    {load}",
    "from telegram.ext import MessageHandler\nasync def seen(update, context):\n    {load}\nMessageHandler(None, seen)",
    "import discord\nclient = discord.Client()\n@client.event\nasync def on_message(message):\n    {load}",
    "def handler(event, context):\n    {load}",
)
OTHERS = (
    "def seen(request):\n    {load}",
    "class Seen(Shelf):\n    def get(self):\n        {load}",
    "from flask_socketio import SocketIO\nsocket = SocketIO()\n@socket.on('connect')\ndef seen(data):\n    {load}",
)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_answers_loads_once_beforehand(tmp_path: Path, answer: str) -> None:
    program = "import clip\n" + answer.format(load="model, preprocess = clip.load('ViT-B/32')")
    assert [each[0] for each in found(tmp_path, program, "CLP405")] == ["warning"]


@pytest.mark.parametrize("other", OTHERS)
def test_what_answers_nobody_may_load(tmp_path: Path, other: str) -> None:
    program = "import clip\n" + other.format(load="model, preprocess = clip.load('ViT-B/32')")
    assert found(tmp_path, program, "CLP405") == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["CLP401", "CLP402"]),
        ("tune(model)", ["CLP401", "CLP402"]),
        ("from shelf import *\ntune(model)", []),
        ("def use(tune):\n    tune(model)", []),
    ],
)
def test_a_call_of_what_is_not_there_trains_nothing(tmp_path: Path, more: str, expected: list[str]) -> None:
    program = (
        "import open_clip\n"
        "model, _, preprocess = open_clip.create_model_and_transforms('RN50-quickgelu', pretrained='openai')\n"
        f"def look(pixels):\n    return model.encode_image(pixels)\n{more}\n"
    )
    assert sorted(code for code in ("CLP401", "CLP402") if found(tmp_path, program, code)) == expected


@pytest.mark.parametrize(
    "use",
    [
        "import os\nclip.tokenize(os.listdir('pictures'))",
        "from pathlib import Path\nclip.tokenize([each.stem for each in Path('pictures').iterdir()])",
        "import os\nfor path in open('list.txt'):\n    clip.tokenize([os.path.basename(path)])",
        "def encode(spec):\n    for prompt_group in spec.prompts:\n        clip.tokenize(prompt_group)",
        "def encode(settings):\n    return clip.tokenize(settings.ensemble_prompts)",
    ],
)
def test_names_of_files_and_wordings_of_a_class_are_noted(tmp_path: Path, use: str) -> None:
    program = HEAD.replace("{texts}", "names") + use
    assert [each[0] for each in found(tmp_path, program, "CLP305")] in ([], ["note"])
    assert [each[0] for each in found(tmp_path, program, "CLP305")] == ["note"]
