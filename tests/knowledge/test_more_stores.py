"""Stores of which most tables were written by the guide alone: raw vectors are told of, vectors of length one and angles are not."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

HEAD = """\
import open_clip
import torch
from PIL import Image

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")
with torch.no_grad():
    photos = torch.stack([preprocess(Image.open(path)) for path in ("a.jpg", "b.jpg")])
    rows = model.encode_image(photos, normalize={unit}).numpy()
    asked = model.encode_text(tokenizer(["a red kite"]), normalize={unit}).numpy()
"""
PYNNDESCENT = """
from pynndescent import NNDescent
index = NNDescent(rows, {metric}n_neighbors=10)
index.update(xs_fresh=rows)
print(index.query(asked, k=5)[0])
"""
PYNNDESCENT_STEP = """
from pynndescent import PyNNDescentTransformer
step = PyNNDescentTransformer({metric}n_neighbors=10).fit(rows)
print(step.transform(asked))
"""
VECS = """
import vecs
base = vecs.create_client("postgresql://user@host/base")
shots = base.get_or_create_collection(name="shots", dimension=512)
shots.upsert(records=[(str(number), row, {{}}) for number, row in enumerate(rows)])
shots.create_index({metric})
"""
VECS_SEARCH = """
import vecs
with vecs.create_client("postgresql://user@host/base") as base:
    shots = base.create_collection("shots", 512)
    shots.upsert([("a", rows[0], {{"year": 2020}})])
    print(shots.query(asked[0], 5, {{}}{metric}))
"""
AZURE = """
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient
from azure.search.documents.indexes.models import HnswAlgorithmConfiguration, HnswParameters, SearchIndex, VectorSearch, VectorSearchAlgorithmMetric
from azure.search.documents.models import VectorizedQuery
way = HnswAlgorithmConfiguration(name="hnsw", parameters=HnswParameters(m=4{metric}))
SearchIndexClient(URL, KEY).create_or_update_index(SearchIndex(name="shots", fields=FIELDS, vector_search=VectorSearch(algorithms=[way])))
client = SearchClient(endpoint=URL, index_name="shots", credential=KEY)
client.upload_documents(documents=[{{"id": str(number), "look": row.tolist()}} for number, row in enumerate(rows)])
found = client.search(search_text=None, vector_queries=[VectorizedQuery(vector=asked[0].tolist(), k_nearest_neighbors=5, fields="look")])
"""
# The actions of a bulk name their collection themselves.
BULK = """
import asyncio
from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_bulk
class Shots:
    FIELDS = {{"properties": {{"look": {{"type": "dense_vector", "dims": 512{metric}}}}}}}
    def __init__(self):
        self.search = AsyncElasticsearch("http://localhost:9200")
    async def fill(self):
        await self.search.indices.create(index="shots", mappings=self.FIELDS)
        await async_bulk(self.search, ({{"_index": "shots", "_source": {{"look": row.tolist()}}}} for row in rows))
asyncio.run(Shots().fill())
"""
BULK_OF_PAIRS = """
from opensearchpy import OpenSearch
client = OpenSearch("http://localhost:9200")
client.indices.create("shots", body={{"mappings": {{"properties": {{"look": {{"type": "knn_vector", "method": {{"name": "hnsw"{metric}}}}}}}}}}})
actions = []
for row in rows:
    actions.append({{"index": {{"_index": "shots"}}}})
    actions.append({{"look": row.tolist()}})
client.bulk(body=actions)
"""
# Rows are objects of a class that the program writes.
MODELS = """
import lancedb
from lancedb.pydantic import LanceModel, Vector
class Shot(LanceModel):
    path: str
    look: Vector(512)
shots = lancedb.connect("shots").create_table("shots", schema=Shot)
shots.add([Shot(path=path, look=row) for path, row in zip(("a.jpg", "b.jpg"), rows)])
print(shots.search(asked[0]){metric}.limit(5).to_pandas())
"""
WRONG = [
    (BULK, ", 'similarity': 'l2_norm'"),
    (BULK, ", 'similarity': 'max_inner_product'"),
    (BULK_OF_PAIRS, ""),
    (BULK_OF_PAIRS, ", 'space_type': 'innerproduct'"),
    (MODELS, ""),
    (MODELS, ".distance_type('dot')"),
    (PYNNDESCENT, ""),
    (PYNNDESCENT, "metric='euclidean', "),
    (PYNNDESCENT, "metric='dot', "),
    (PYNNDESCENT_STEP, ""),
    (VECS, "measure=vecs.IndexMeasure.max_inner_product"),
    (VECS, "vecs.IndexMeasure.l2_distance"),
    (VECS_SEARCH, ", 'l2_distance'"),
    (VECS_SEARCH, ", measure=vecs.IndexMeasure.max_inner_product"),
    (AZURE, ", metric=VectorSearchAlgorithmMetric.DOT_PRODUCT"),
    (AZURE, ", metric='euclidean'"),
]
RIGHT = [
    (BULK, ""),
    (BULK, ", 'similarity': 'cosine'"),
    (BULK_OF_PAIRS, ", 'space_type': 'cosinesimil'"),
    (MODELS, ".distance_type('cosine')"),
    (PYNNDESCENT, "metric='cosine', "),
    (PYNNDESCENT_STEP, "metric='cosine', "),
    (VECS, ""),
    (VECS, "measure=vecs.IndexMeasure.cosine_distance"),
    (VECS_SEARCH, ""),
    (VECS_SEARCH, ", 'cosine_distance'"),
    (AZURE, ""),
    (AZURE, ", metric=VectorSearchAlgorithmMetric.COSINE"),
]


def codes(program: str, metric: str, *, unit: bool) -> set[str]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    text = HEAD.format(unit=unit) + program.format(metric=metric)
    outcome = lint_text(text.encode(), "find.py", configuration, "/nowhere", isolated=True)
    assert not outcome.problems
    return {each.code for each in outcome.reported}


@pytest.mark.parametrize(("program", "metric"), WRONG)
def test_raw_vectors_where_their_length_counts(program: str, metric: str) -> None:
    assert codes(program, metric, unit=False) == {"CLP209"}


@pytest.mark.parametrize(("program", "metric"), WRONG + RIGHT)
def test_vectors_of_length_one(program: str, metric: str) -> None:
    assert codes(program, metric, unit=True) == set()


@pytest.mark.parametrize(("program", "metric"), RIGHT)
def test_angles_do_not_feel_the_length(program: str, metric: str) -> None:
    assert codes(program, metric, unit=False) == set()


def test_actions_that_name_several_collections_fill_none_that_is_known() -> None:
    program = """
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
search = Elasticsearch("http://localhost:9200")
search.indices.create(index="shots", mappings={{"properties": {{"look": {{"type": "dense_vector", "similarity": "l2_norm"}}}}}})
bulk(search, [{{"_index": "shots", "title": "a"}}, {{"_index": "frames", "look": rows[0]}}])
"""
    assert codes(program, "", unit=False) == set()


LLAMA = """
from llama_index.core.indices import MultiModalVectorStoreIndex
from llama_index.embeddings.clip import ClipEmbedding
shots = MultiModalVectorStoreIndex.from_documents(documents{embedder})
print(shots.as_retriever(image_similarity_top_k=3).{ask}("a street without cars"))
"""


@pytest.mark.parametrize("ask", ["retrieve", "text_to_image_retrieve"])
def test_a_retriever_asks_what_its_index_encodes_with(ask: str) -> None:
    for embedder, found in (
        (", image_embed_model=ClipEmbedding()", {"CLP104"}),
        (", image_embed_model=given", set()),
    ):
        assert codes(LLAMA.format(embedder=embedder, ask=ask), "", unit=True) == found
