"""Texts that an interface, a setting, an enumeration, a metric or a vector store brings to the text tower."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.prompts import Task
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.prompts import PromptSet

HEAD = """
import dataclasses, enum
import clip, gradio as gr
from dataclasses import dataclass, field
from pydantic import BaseModel, Field
from fastapi import Query

model, preprocess = clip.load("ViT-B/32")


def use(texts):
    return model.encode_text(clip.tokenize(texts))


"""


def sets_of(tmp_path: Path, program: str) -> list[PromptSet]:
    file = tmp_path / "app.py"
    file.write_text(program, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, parsed = workspace.load(file), workspace.program(file)
    assert source is not None
    assert parsed is not None
    return list(read(source, parsed, workspace, Versions()).prompt_sets)


INTERFACE = "gr.Interface(find, [gr.Image(), gr.Textbox({})], 'number'{})\n"
BLOCKS = """
with gr.Blocks() as page:
    picture, words = gr.Image(), gr.Textbox("five rowing boats")
    button = gr.Button()
"""
CLICK = "    button.click(find, inputs=[picture, words], outputs=None)\n"
EXAMPLES = "    gr.Examples([['a.png', 'a jetty without boats'], ['b.png', 'jetty']], [picture, words])\n"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (INTERFACE.format('value="five rowing boats"', ""), {"five rowing boats"}),
        (INTERFACE.format('"five rowing boats"', ""), {"five rowing boats"}),
        (INTERFACE.format('value="boat"', ""), set()),
        (
            INTERFACE.format('"five rowing boats"', ', examples=[["x.png", "a jetty without boats"]]'),
            {"five rowing boats", "a jetty without boats"},
        ),
        (BLOCKS + CLICK, {"five rowing boats"}),
        (BLOCKS + CLICK + EXAMPLES, {"five rowing boats", "a jetty without boats"}),
        (BLOCKS + EXAMPLES + CLICK, {"five rowing boats", "a jetty without boats"}),
        (BLOCKS + "    words.submit(find, [picture, words], None)\n", {"five rowing boats"}),
        (BLOCKS + "    words.submit(fn=find, inputs=[words, picture], outputs=None)\n", set()),
        (BLOCKS, set()),
    ],
)
def test_gradio_gives_its_fields_to_functions(tmp_path: Path, page: str, expected: set[str]) -> None:
    program = HEAD + "def find(picture, query):\n    return use([query])\n\n\n" + page
    found = sets_of(tmp_path, program)
    assert {text for prompts in found for text in prompts.texts} == expected
    # What one user asks for and what another does are never told apart by one call.
    assert all(prompts.task is Task.QUERY and not prompts.is_whole for prompts in found)


def test_choices_of_gradio_are_texts_or_lists(tmp_path: Path) -> None:
    program = HEAD + (
        "def one(choice):\n    return use(choice)\n\n\ndef many(choices):\n    return use(choices)\n\n\n"
        "KINDS = ['an open door', 'a closed door']\n"
        "gr.Interface(one, gr.Dropdown(KINDS), 'text')\n"
        "gr.Interface(many, [gr.CheckboxGroup(choices=KINDS)], 'text')\n"
    )
    one, many = sets_of(tmp_path, program)
    words = program.replace("['an open door', 'a closed door']", "['open', 'closed']")
    assert [prompts.texts for prompts in sets_of(tmp_path, words)] == [("open", "closed")]
    assert one.texts == many.texts == ("an open door", "a closed door")
    assert (one.task, many.task) == (Task.QUERY, Task.LABELS)


SETTINGS = """
@dataclass
class Settings:
    query: str = field(default="a bench behind a tree")
    labels: list[str] = field(default_factory=lambda: ["one bench", "two benches"])


class Request(BaseModel):
    query: str = Field("a bench beside a tree", max_length=80)


class Kind(enum.Enum):
    FEW = "one swan"
    MANY = "nine swans"
"""


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("use(Settings().query)", [("a bench behind a tree",)]),
        ("use(Settings().labels)", [("one bench", "two benches")]),
        ("def answer(request: Request):\n    return use(request.query)", [("a bench beside a tree",)]),
        ("def answer(q: str = Query('a bench on a hill')):\n    return use(q)", [("a bench on a hill",)]),
        ("use(Kind.MANY.value)", [("nine swans",)]),
        ("use([kind.value for kind in Kind])", [("one swan", "nine swans")]),
        ("use([str(kind.value) for kind in list(Kind)])", [("one swan", "nine swans")]),
        (
            "for kind in Kind:\n    use(f'a photo of {kind.value}')",
            [("a photo of one swan", "a photo of nine swans")],
        ),
    ],
)
def test_settings_and_enumerations(tmp_path: Path, uses: str, expected: list[tuple[str, ...]]) -> None:
    found = sets_of(tmp_path, HEAD + SETTINGS + uses + "\n")
    assert [prompts.texts for prompts in found] == expected


LANGCHAIN = """
from langchain_experimental.open_clip import OpenCLIPEmbeddings
from langchain_chroma import Chroma
from langchain_community.vectorstores import FAISS
from langchain_openai import OpenAIEmbeddings

clips = OpenCLIPEmbeddings(model_name="ViT-B-32", checkpoint="laion2b_s34b_b79k")
store = Chroma(collection_name="pictures", embedding_function=clips)
other = Chroma(collection_name="pages", embedding_function=OpenAIEmbeddings())
"""


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ('store.similarity_search("a kite above a roof", k=3)', ["a kite above a roof"]),
        ('store.similarity_search_with_score(query="a kite above a roof")', ["a kite above a roof"]),
        ('store.as_retriever(search_kwargs={"k": 2}).invoke("a kite above a roof")', ["a kite above a roof"]),
        ('FAISS.from_texts([], clips).similarity_search("a kite above a roof")', ["a kite above a roof"]),
        ('other.similarity_search("a page without dates")', []),
    ],
)
def test_searches_of_langchain(tmp_path: Path, search: str, expected: list[str]) -> None:
    found = sets_of(tmp_path, LANGCHAIN + search + "\n")
    assert [text for prompts in found for text in prompts.texts] == expected
    for prompts in found:
        assert prompts.checkpoint is not None
        assert prompts.checkpoint.name == "ViT-B-32"


def test_texts_of_a_clip_score_have_a_picture_each(tmp_path: Path) -> None:
    program = (
        "from torchmetrics.multimodal.clip_score import CLIPScore\n\nscore = CLIPScore()\n"
        'prompts = ["four spoons", "five spoons"]\nscore.update(load(), prompts)\n'
    )
    (prompts,) = sets_of(tmp_path, program)
    assert prompts.texts == ("four spoons", "five spoons")
    assert prompts.task is Task.QUERY


KEPT = """
import clip

cache = {}


def load():
    try:
        HOLDER["model"] = clip.load("ViT-B/16")[0]
    except OSError:
        HOLDER["model"] = None
    return HOLDER["model"]


load().encode_text(clip.tokenize(["a kite above a roof"]))
"""


def test_what_is_none_where_loading_failed_is_the_model_elsewhere(tmp_path: Path) -> None:
    """A mapping of the module keeps what other branches and calls put there; one of the function follows its branches."""
    for holder, local in (("cache", ""), ("held", "    held = {}\n")):
        program = KEPT.replace("HOLDER", holder).replace("load():\n", f"load():\n{local}", 1)
        (prompts,) = sets_of(tmp_path, program)
        assert prompts.checkpoint is not None, holder
        assert prompts.checkpoint.name == "ViT-B/16"
