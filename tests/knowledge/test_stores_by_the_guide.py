"""Five more stores, described by the guide alone: raw vectors are told of, vectors of length one and angles are not."""

from __future__ import annotations

import pytest
from test_more_stores import codes

TURBOPUFFER = """
import turbopuffer
client = turbopuffer.Turbopuffer(region="gcp-us-central1")
shots = client.namespace("shots")
shots.write(upsert_rows=[{{"id": number, "vector": row.tolist()}} for number, row in enumerate(rows)]{metric})
print(shots.query(rank_by=("vector", "ANN", asked[0].tolist()), top_k=5).rows)
"""
TURBOPUFFER_COLUMNS = """
from turbopuffer import AsyncTurbopuffer
async def fill():
    shots = AsyncTurbopuffer().namespace("shots")
    await shots.write(upsert_columns={{"id": [1, 2], "vector": rows.tolist()}}{metric})
"""
ASTRA = """
from astrapy import DataAPIClient
from astrapy.constants import VectorMetric
from astrapy.info import CollectionDefinition
base = DataAPIClient().get_database("https://host", token="t")
about = CollectionDefinition.builder().set_vector_dimension(512){metric}.build()
shots = base.create_collection("shots", definition=about)
shots.insert_many([{{"path": "a.jpg", "$vector": row.tolist()}} for row in rows])
print(list(shots.find(sort={{"$vector": asked[0].tolist()}}, limit=5)))
"""
ASTRA_MAPPING = """
from astrapy import DataAPIClient
base = DataAPIClient("t").get_database_by_api_endpoint("https://host")
shots = base.create_collection("shots", definition={{"vector": {{"dimension": 512{metric}}}}})
shots.insert_one({{"$vector": rows[0].tolist()}})
"""
ASTRA_OPTIONS = """
from astrapy import DataAPIClient
from astrapy.constants import VectorMetric
from astrapy.info import CollectionDefinition, CollectionVectorOptions
base = DataAPIClient("t").get_database("https://host")
shots = base.create_collection("shots", definition=CollectionDefinition(vector=CollectionVectorOptions(dimension=512{metric})))
shots.insert_one({{"$vector": rows[0].tolist()}})
"""
CUVS = """
import cupy as cp
from cuvs.neighbors import brute_force
index = brute_force.build(cp.asarray(rows){metric})
distances, found = brute_force.search(index, cp.asarray(asked), 5)
"""
CAGRA = """
from cuvs.neighbors import cagra
index = cagra.build(cagra.IndexParams(graph_degree=32{metric}), rows)
distances, found = cagra.search(cagra.SearchParams(), index, asked, 5)
"""
IVF = """
from cuvs.neighbors import ivf_flat
index = ivf_flat.build(ivf_flat.IndexParams(n_lists=8{metric}), rows)
distances, found = ivf_flat.search(ivf_flat.SearchParams(), index, asked, 5)
"""
FIRESTORE = """
from google.cloud import firestore
from google.cloud.firestore_v1.base_vector_query import DistanceMeasure
from google.cloud.firestore_v1.vector import Vector
shots = firestore.Client().collection("shots")
for number, row in enumerate(rows):
    shots.document(str(number)).set({{"path": "a.jpg", "look": Vector(row.tolist())}})
found = shots.find_nearest(vector_field="look", query_vector=Vector(asked[0].tolist()), distance_measure=DistanceMeasure.{metric}, limit=5)
"""
CLICKHOUSE = """
import clickhouse_connect
client = clickhouse_connect.get_client(host="localhost")
client.command("CREATE TABLE IF NOT EXISTS shots (path String, look Array(Float32)) ENGINE = MergeTree ORDER BY path")
client.insert("shots", [["a.jpg", rows[0].tolist()]], column_names=["path", "look"])
found = client.query("SELECT path FROM shots ORDER BY {metric}(look, {{asked:Array(Float32)}}) LIMIT 5", parameters={{"asked": asked[0].tolist()}})
"""
WRONG = [
    (TURBOPUFFER, ", distance_metric='euclidean_squared'"),
    (TURBOPUFFER_COLUMNS, ", distance_metric='euclidean_squared'"),
    (ASTRA, ".set_vector_metric(VectorMetric.DOT_PRODUCT)"),
    (ASTRA, ".set_vector_metric('euclidean')"),
    (ASTRA_MAPPING, ", 'metric': 'dot_product'"),
    (ASTRA_OPTIONS, ", metric=VectorMetric.EUCLIDEAN"),
    (CUVS, ""),
    (CUVS, ", metric='inner_product'"),
    (CAGRA, ""),
    (CAGRA, ", metric='inner_product'"),
    (IVF, ", metric='euclidean'"),
    (FIRESTORE, "EUCLIDEAN"),
    (FIRESTORE, "DOT_PRODUCT"),
    (CLICKHOUSE, "L2Distance"),
    (CLICKHOUSE, "dotProduct"),
]
RIGHT = [
    (TURBOPUFFER, ", distance_metric='cosine_distance'"),
    (TURBOPUFFER, ", distance_metric=chosen"),
    (TURBOPUFFER_COLUMNS, ", distance_metric='cosine_distance'"),
    (ASTRA, ""),
    (ASTRA, ".set_vector_metric(VectorMetric.COSINE)"),
    (ASTRA_MAPPING, ""),
    (ASTRA_MAPPING, ", 'metric': 'cosine'"),
    (ASTRA_OPTIONS, ""),
    (ASTRA_OPTIONS, ", metric=VectorMetric.COSINE"),
    (CUVS, ", metric='cosine'"),
    (CAGRA, ", metric='cosine'"),
    (IVF, ", metric='cosine'"),
    (FIRESTORE, "COSINE"),
    (CLICKHOUSE, "cosineDistance"),
]


@pytest.mark.parametrize(("program", "metric"), WRONG)
def test_raw_vectors_where_their_length_counts(program: str, metric: str) -> None:
    assert codes(program, metric, unit=False) == {"CLP209"}


@pytest.mark.parametrize(("program", "metric"), WRONG + RIGHT)
def test_vectors_of_length_one(program: str, metric: str) -> None:
    assert codes(program, metric, unit=True) == set()


@pytest.mark.parametrize(("program", "metric"), RIGHT)
def test_angles_do_not_feel_the_length(program: str, metric: str) -> None:
    assert codes(program, metric, unit=False) == set()


LIMITED = """
from qdrant_client import QdrantClient, models
client = QdrantClient(":memory:")
client.create_collection("shots", vectors_config=models.VectorParams(size=512, distance=models.Distance.{metric}))
client.upsert("shots", points=[models.PointStruct(id=1, vector=rows[0].tolist())])
found = client.query_points("shots", query=asked[0].tolist(), limit=5, score_threshold={limit})
"""
LIMITED_DISTANCE = """
import weaviate
from weaviate.classes.config import Configure, VectorDistances
shots = weaviate.connect_to_local().collections.create("Shot", vector_config=Configure.Vectors.self_provided())
shots.data.insert(properties={{}}, vector=rows[0].tolist())
found = shots.query.near_vector(near_vector=asked[0].tolist(), {metric}={limit}, limit=2)
"""


@pytest.mark.parametrize(
    ("program", "metric", "limit", "found"),
    [
        (LIMITED, "COSINE", "0.8", True),
        (LIMITED, "COSINE", "0.25", False),
        (LIMITED, "COSINE", "lowest", False),
        (LIMITED, "EUCLID", "0.5", True),
        (LIMITED, "EUCLID", "1.25", False),
        (LIMITED_DISTANCE, "distance", "0.2", True),
        (LIMITED_DISTANCE, "distance", "0.75", False),
        (LIMITED_DISTANCE, "certainty", "0.95", True),
        (LIMITED_DISTANCE, "certainty", "0.62", False),
    ],
)
def test_a_search_that_leaves_out_what_is_not_near_enough(
    program: str, metric: str, limit: str, found: bool
) -> None:
    wanted = {"CLP206"} if found else set()
    assert codes(program.replace("{limit}", limit), metric, unit=True) == wanted
