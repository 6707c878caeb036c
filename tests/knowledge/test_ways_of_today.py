"""Spellings of the libraries' documentation of today: what a search gives, who asks for what, and which files are read at all."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.knowledge.gate import load_gate
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides


def codes(program: str) -> set[str]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "find.py", configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return {each.code for each in outcome.reported}


SEMANTIC = """
from PIL import Image
from sentence_transformers import SentenceTransformer, util
model = SentenceTransformer("clip-ViT-B-32")
album = model.encode([Image.open("a.jpg"), Image.open("b.jpg")], convert_to_tensor=True)
asked = model.encode({asked}, convert_to_tensor=True)
for hit in util.semantic_search(asked, album, top_k=5{how})[0]:
    if hit["score"] {limit}:
        print(hit["corpus_id"])
"""


@pytest.mark.parametrize(
    ("asked", "how", "limit", "found"),
    [
        ("'a snowy mountain'", "", "> 0.75", True),
        ("['a snowy mountain']", "", ">= 0.9", True),
        ("'a snowy mountain'", "", "> 0.25", False),
        ("'a snowy mountain'", ", score_function=util.dot_score", "> 0.75", False),
        ("Image.open('c.jpg')", "", "> 0.75", False),
        ("'a snowy mountain'", "", "> lowest", False),
    ],
)
def test_scores_of_a_semantic_search(asked: str, how: str, limit: str, found: bool) -> None:
    assert codes(SEMANTIC.format(asked=asked, how=how, limit=limit)) == ({"CLP206"} if found else set())


NOMIC = """
from PIL import Image
from sentence_transformers import SentenceTransformer
from transformers import AutoImageProcessor, AutoModel
import torch.nn.functional as F
import torch
processor = AutoImageProcessor.from_pretrained("nomic-ai/nomic-embed-vision-v1.5")
vision = AutoModel.from_pretrained("nomic-ai/nomic-embed-vision-v1.5", trust_remote_code=True)
text = SentenceTransformer("nomic-ai/nomic-embed-text-v1.5", trust_remote_code=True)
with torch.no_grad():
    image = F.normalize(vision(**processor(Image.open("a.jpg"), return_tensors="pt")).last_hidden_state[:, 0], dim=1)
    asked = F.normalize(text.encode(["{asked}"], convert_to_tensor=True), dim=1)
print(image @ asked.T)
"""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("search_query: a table and chairs", set()),
        ("search_document: a table and chairs", set()),
        ("search_query: a table without chairs", {"CLP104"}),
        ("search_query: dining_table", {"CLP112"}),
        ("dining_table: a table", {"CLP112"}),
    ],
)
def test_the_task_in_front_of_a_text_is_no_key(asked: str, found: set[str]) -> None:
    assert codes(NOMIC.format(asked=asked)) - {"CLP110"} == found


FIFTYONE = """
import fiftyone as fo
import fiftyone.brain as fob
album = fo.load_dataset("album")
fob.compute_similarity(album, model="clip-vit-base32-torch", brain_key="clip")
view = album.sort_by_similarity({asked}, k=25, brain_key="clip")
"""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("'a street without cars'", {"CLP104"}),
        ("query='a street without cars'", {"CLP104"}),
        ("'a busy street'", set()),
        ("['63ed9ed7a0b5f6f7d3c5a2b1', '63ed9ed7a0b5f6f7d3c5a2b2']", set()),
        ("'63ed9ed7a0b5f6f7d3c5a2b1'", set()),
    ],
)
def test_words_that_a_data_set_is_sorted_by(asked: str, found: set[str]) -> None:
    assert codes(FIFTYONE.format(asked=asked)) == found


@pytest.mark.parametrize(
    ("program", "is_read"),
    [
        (
            'import requests\nURL = "https://me.cognitiveservices.azure.com/computervision/retrieval:vectorizeText?api-version=2024-02-01&model-version=2023-04-15"\nrequests.post(URL)\n',
            True,
        ),
        (
            'import requests\nURL = "https://me.cognitiveservices.azure.com/computervision/imageanalysis:analyze?api-version=2024-02-01&features=caption,denseCaptions"\nrequests.post(URL)\n',
            False,
        ),
        (
            'words = CLIPTokenizerFast.from_pretrained("openai/clip-vit-base-patch32")\nlook = CLIPImageProcessor.from_pretrained("openai/clip-vit-base-patch32")\n',
            True,
        ),
        ('words = CLIPTokenizer.from_pretrained("openai/clip-vit-large-patch14")\n', False),
        (
            'words = CLIPTokenizer.from_pretrained("openai/clip-vit-large-patch14")\nlook = CLIPImageProcessor.from_pretrained("openai/clip-vit-base-patch32")\n',
            False,
        ),
    ],
)
def test_which_files_are_read(program: str, is_read: bool) -> None:
    assert load_gate().admits(program) is is_read
