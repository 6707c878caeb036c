"""Stores whose tables were written by the guide alone: raw vectors are told of, vectors of length one and angles are not."""

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
WRONG = [
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
