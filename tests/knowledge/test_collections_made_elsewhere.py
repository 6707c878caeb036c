"""Thresholds on what a collection gives that the program only opens: told of where no metric of the store makes sense of them."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

HEAD = """\
import open_clip
import torch

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")


def embed(words):
    with torch.no_grad():
        return model.encode_text(tokenizer([words]), normalize=True)[0].tolist()


"""
CHROMA = """\
import chromadb

held = chromadb.PersistentClient("db").get_collection({name!r})
found = held.query(query_embeddings=[embed("a red kite")], n_results=20)
near = [each for each, far in zip(found["ids"][0], found["distances"][0]) if far < {number}]
"""
CHROMA_BY_DEFAULT = """\
import chromadb

client = chromadb.HttpClient(host="vectors")
SHELF = client.get_collection(name={name!r})


def search(words, most={number}):
    found = SHELF.query(query_embeddings=embed(words), include=["distances", "documents"])
    return [text for text, far in zip(found["documents"][0], found["distances"][0]) if far <= most]
"""
QDRANT = """\
from qdrant_client import QdrantClient

client = QdrantClient("vectors")
for row in client.query_points({name!r}, query=embed("a red kite"), limit=5).points:
    if row.score > {number}:
        print(row.id)
"""
MILVUS = """\
from pymilvus import MilvusClient

client = MilvusClient("vectors.db")
for row in client.search({name!r}, data=[embed("a red kite")], limit=5)[0]:
    if row["distance"] >= {number}:
        print(row["id"])
"""


def told(program: str) -> list[tuple[str, Severity]]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    outcome = lint_text((HEAD + program).encode(), "find.py", configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return [(each.code, each.severity) for each in outcome.reported]


@pytest.mark.parametrize("name", ["photos", "product_images", "VideoFrames", "screenshots-v2"])
@pytest.mark.parametrize(
    ("program", "number"),
    [(CHROMA, 0.5), (CHROMA, 0.2), (CHROMA_BY_DEFAULT, 0.4), (QDRANT, 0.8), (MILVUS, 0.75)],
)
def test_a_number_that_no_metric_reaches(program: str, number: float, name: str) -> None:
    assert told(program.format(name=name, number=number)) == [("CLP206", Severity.WARNING)]


@pytest.mark.parametrize(
    ("program", "number"),
    [
        (CHROMA, 0.78),  # a cosine of 0.22, or of 0.61 where squared distances are given
        (CHROMA, 1.45),
        (CHROMA_BY_DEFAULT, 0.7),
        (QDRANT, 0.28),
        (QDRANT, 0.1),
        (MILVUS, 0.25),
    ],
)
def test_a_number_that_some_metric_reaches(program: str, number: float) -> None:
    assert not told(program.format(name="photos", number=number))


@pytest.mark.parametrize("program", [CHROMA, CHROMA_BY_DEFAULT, QDRANT, MILVUS])
@pytest.mark.parametrize("name", ["documents", "articles", "chunks"])
def test_a_collection_that_may_hold_texts(program: str, name: str) -> None:
    assert not told(program.format(name=name, number=0.5 if "chroma" in program else 0.8))


def test_a_store_of_whose_metrics_not_all_are_known() -> None:
    program = """\
from elasticsearch import Elasticsearch

es = Elasticsearch("vectors")
answer = es.search(index="photos", knn={"field": "look", "query_vector": embed("a kite"), "k": 5})
for row in answer["hits"]["hits"]:
    if row["_score"] > 0.95:
        print(row["_id"])
"""
    assert not told(program)


def test_lengths_that_are_not_known_say_nothing() -> None:
    program = CHROMA.format(name="photos", number=0.5).replace("embed(", "embedded_by_somebody(")
    assert not told(program)
