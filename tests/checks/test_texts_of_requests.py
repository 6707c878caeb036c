"""CLP305 on texts that come with a request: a program for each way that they come, and what a server chooses itself."""

from __future__ import annotations

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
from typing import Optional
import clip
import torch
from transformers import CLIPModel, CLIPProcessor
from fastapi import Depends, FastAPI, File, Form, UploadFile
from flask import Flask, request
from pydantic import BaseModel

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
SHELVES = {"harbour": ["a ferry", "a tug"], "field": ["a plough", "a barn"]}
app = FastAPI()

class Wanted(BaseModel):
    kind: str
    caption: str
    labels: list[str]

@torch.inference_mode()
def compare(picture, texts):
    inputs = processor(text=texts, images=picture, return_tensors="pt", padding=True)
    return model(**inputs).logits_per_image

def known_labels():
    return ["a ferry", "a tug"]

"""
OPEN = {
    "a field of a form": """
        @app.post("/search")
        def search(picture: UploadFile = File(None), caption: str = Form(None)):
            return compare(picture, [caption])
    """,
    "labels between commas": """
        @app.post("/sort")
        async def sort(picture: UploadFile = File(...), labels: str = ""):
            names = [each.strip() for each in labels.split(",") if each.strip()]
            return compare(picture, [f"a photo of a {name}" for name in names])
    """,
    "the body of a request": """
        @app.post("/sort")
        def sort(picture: UploadFile, wanted: Wanted):
            return compare(picture, wanted.labels)
    """,
    "one field of the body": """
        @app.put("/caption")
        def fits(picture: UploadFile, wanted: Wanted):
            return compare(picture, [wanted.caption])
    """,
    "what Flask keeps for the thread": """
        def sort(picture):
            labels = list(filter(None, request.form["labels"].splitlines()))
            return compare(picture, labels)
        app.add_url_rule("/sort", view_func=sort)
    """,
    "a request as JSON": """
        server = Flask(__name__)
        @server.route("/sort", methods=["POST"])
        def sort():
            body = request.get_json()
            return compare(body["picture"], body["labels"])
    """,
    "through an object": """
        class Sorter:
            def sort(self, picture, labels):
                return compare(picture, ["a photo of a " + label for label in labels])
        sorter = Sorter()
        @app.post("/sort")
        def sort(picture: UploadFile, labels: str = Form("")):
            return sorter.sort(picture, labels.split(","))
    """,
}
CLOSED = {
    "a shelf that the request names": """
        @app.post("/sort")
        def sort(picture: UploadFile, kind: str = Form("")):
            return compare(picture, SHELVES.get(kind, ["a cup", "a plate"]))
    """,
    "one of two sets": """
        @app.post("/sort")
        def sort(picture: UploadFile, is_at_sea: bool = False):
            return compare(picture, SHELVES["harbour"] if is_at_sea else SHELVES["field"])
    """,
    "what the application provides": """
        @app.post("/sort")
        def sort(picture: UploadFile, labels: list = Depends(known_labels)):
            return compare(picture, labels)
    """,
    "labels of a function that nobody asks": """
        def sort(picture, labels):
            return compare(picture, [f"a photo of a {label}" for label in labels])
    """,
    "cut to its first letters": """
        @app.post("/search")
        def search(picture: UploadFile = File(None), caption: str = Form(None)):
            return compare(picture, [caption[:100]])
    """,
}


def found(write: Writer, body: str) -> list[Severity]:
    folder = write({"program.py": HEAD + textwrap.dedent(body)})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    outcome = lint((".",), settings, str(folder), isolated=True)
    return [each.severity for each in outcome.reported if each.code == "CLP305"]


@pytest.mark.parametrize("body", OPEN.values(), ids=OPEN)
def test_a_request_may_bring_texts_of_any_length(write: Writer, body: str) -> None:
    assert len(found(write, body)) == 1


@pytest.mark.parametrize("body", CLOSED.values(), ids=CLOSED)
def test_what_a_server_chooses_itself_is_short(write: Writer, body: str) -> None:
    assert found(write, body) == []


def test_labels_are_short_more_often_than_captions(write: Writer) -> None:
    assert found(write, OPEN["labels between commas"]) == [Severity.NOTE]
    assert found(write, OPEN["a field of a form"]) == [Severity.WARNING]


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        ("tests/test_search.py", True),
        ("test_search.py", True),
        ("checks/search_test.py", True),
        ("tests/conftest.py", True),
        ("demo.py", False),
        ("test.py", False),
    ],
)
def test_what_tests_pass_is_not_all_that_comes(write: Writer, path: str, *, is_told: bool) -> None:
    search = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\ndef find(text):\n    return model.encode_text(clip.tokenize(text))\n"
    caller = "from search import find\n\ndef test_find():\n    assert find('a ferry').shape == (1, 512)\n\ntest_find()\n"
    folder = write({"search.py": search, path: caller})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    outcome = lint((".",), settings, str(folder), isolated=True)
    assert any(each.code == "CLP305" for each in outcome.reported) is is_told
