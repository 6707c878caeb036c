"""Vectors that go from where they are made to where they are compared by way of something that holds them.

Every way is tried with raw vectors, which must be found, and with vectors of length one, which must not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import asyncio, heapq, queue, threading
from collections import OrderedDict, defaultdict, deque

import clip
import numpy as np
import pandas as pd
import streamlit as st
import torch
import torch.nn.functional as F
from fastapi import FastAPI, Request
from flask import Flask, current_app

model, preprocess = clip.load("ViT-B/32")


@torch.no_grad()
def pictured(path):
    made = model.encode_image(preprocess(path).unsqueeze(0))
    return {made}


@torch.no_grad()
def worded(wish):
    made = model.encode_text(clip.tokenize([wish], truncate=True))
    return {made}


"""
RAW, UNIT = "made", "F.normalize(made, dim=-1)"

WAYS = {
    "gather": """
async def rank(path, wish):
    async def one(path):
        return pictured(path)
    async def other(wish):
        return worded(wish)
    a, b = await asyncio.gather(one(path), other(wish))
    return (a @ b.T).argsort()
""",
    "gather of many": """
async def one(path):
    return pictured(path)
async def rank(paths, wish):
    rows = await asyncio.gather(*[one(path) for path in paths])
    return (torch.cat(rows) @ worded(wish).T).argsort()
""",
    "gather of tasks": """
async def one(path):
    return pictured(path)
async def rank(paths, wish):
    tasks = [asyncio.create_task(one(path)) for path in paths]
    return (torch.cat(await asyncio.gather(*tasks)) @ worded(wish).T).argsort()
""",
    "task": """
async def one(path):
    return pictured(path)
async def rank(path, wish):
    task = asyncio.create_task(one(path))
    return ((await task) @ worded(wish).T).argsort()
""",
    "task group": """
async def one(path):
    return pictured(path)
async def rank(path, wish):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(one(path))
    return (task.result() @ worded(wish).T).argsort()
""",
    "waited for": """
async def one(path):
    return pictured(path)
async def rank(path, wish):
    return (await asyncio.wait_for(one(path), timeout=5) @ worded(wish).T).argsort()
""",
    "array of NumPy": """
def rank(paths, wish):
    rows = np.zeros((len(paths), 512), dtype=np.float32)
    for place, path in enumerate(paths):
        rows[place] = pictured(path).numpy()
    return np.argsort(rows @ worded(wish).numpy().T)
""",
    "array of torch": """
def rank(paths, wish):
    rows = torch.empty((len(paths), 512)).cuda()
    for place, path in enumerate(paths):
        rows[place, :] = pictured(path)
    return (rows @ worded(wish).T).argsort(dim=0)
""",
    "heap": """
def rank(paths, wish):
    heap = []
    for place, path in enumerate(paths):
        heapq.heappush(heap, (place, pictured(path)))
    best = heapq.nlargest(4, heap, key=lambda one: one[1] @ worded(wish).T)
    return best
""",
    "deque": """
recent = deque(maxlen=50)
def keep(path):
    recent.append(pictured(path))
def rank(wish):
    return (torch.cat(list(recent)) @ worded(wish).T).argsort()
""",
    "queue": """
waiting = queue.Queue()
def fill(paths):
    for path in paths:
        waiting.put(pictured(path))
threading.Thread(target=fill, args=([],)).start()
def rank(wish):
    return (waiting.get() @ worded(wish).T).argsort()
""",
    "queue that somebody else fills": """
class Worker:
    def __init__(self):
        self.waiting = deque()
    def rank(self, wish):
        while True:
            if len(self.waiting) == 0:
                continue
            print((pictured(self.waiting.popleft()) @ worded(wish).T).argsort())
""",
    "mapping of lists": """
def rank(pairs, wish):
    groups = defaultdict(list)
    for name, path in pairs:
        groups[name].append(pictured(path))
    return {name: (torch.cat(rows) @ worded(wish).T).argmax() for name, rows in groups.items()}
""",
    "ordered mapping": """
def rank(paths, wish):
    known = OrderedDict()
    for path in paths:
        known[path] = pictured(path)
    return (torch.cat(list(known.values())) @ worded(wish).T).argmax()
""",
    "column": """
table = pd.read_parquet("shelf.parquet")
table["vector"] = table["path"].apply(lambda path: pictured(path)[0].numpy())
def rank(wish):
    return np.argsort(np.vstack(table["vector"].values) @ worded(wish)[0].numpy())
""",
    "column as attribute": """
def rank(table, wish):
    table["vector"] = table.path.map(lambda path: pictured(path)[0].numpy())
    return np.argsort(np.stack(table.vector.to_numpy()) @ worded(wish)[0].numpy())
""",
    "column by column": """
def rank(table, wish):
    table["vector"] = [pictured(path)[0].numpy() for path in table["path"]]
    asked = worded(wish)[0].numpy()
    table["score"] = table["vector"].apply(lambda one: np.dot(one, asked))
    return table.sort_values("score")
""",
    "rows": """
def rank(table, wish):
    table["vector"] = [pictured(path)[0].numpy() for path in table["path"]]
    asked = worded(wish)[0].numpy()
    return sorted((float(row["vector"] @ asked), row["path"]) for _, row in table.iterrows())
""",
    "rows by a function": """
def rank(paths, wish):
    table = pd.DataFrame({"path": paths, "vector": [pictured(path)[0].numpy() for path in paths]})
    asked = worded(wish)[0].numpy()
    table["score"] = table.apply(lambda row: np.dot(row["vector"], asked), axis=1)
    return table.sort_values("score")
""",
    "given mapping": """
def fill(batch):
    batch["seen"] = pictured(batch["path"])
    batch["told"] = worded(batch["wish"])
    return batch
def rank(batch):
    batch = fill(batch)
    return (batch["seen"] @ batch["told"].T).argmax(dim=1)
""",
    "state of the application": """
app = FastAPI()
@app.on_event("startup")
def start():
    app.state.shelf = torch.cat([pictured(path) for path in ()])
@app.get("/rank")
def rank(request: Request, wish: str):
    return (request.app.state.shelf @ worded(wish).T).argsort(dim=0)
""",
    "configuration of the application": """
app = Flask(__name__)
app.config["SHELF"] = torch.cat([pictured(path) for path in ()])
@app.route("/rank")
def rank(wish):
    return (current_app.config["SHELF"] @ worded(wish).T).argsort(dim=0)
""",
    "session": """
def fill(paths):
    st.session_state["shelf"] = torch.cat([pictured(path) for path in paths])
def rank(wish):
    shelf = st.session_state.get("shelf")
    return None if shelf is None else (shelf @ worded(wish).T).argsort(dim=0)
""",
    "session as attribute": """
def fill(paths):
    st.session_state.shelf = torch.cat([pictured(path) for path in paths])
def rank(wish):
    return (st.session_state.shelf @ worded(wish).T).argsort(dim=0)
""",
    "method that a subclass completes": """
class Search:
    def look(self, path):
        raise NotImplementedError
    def read(self, wish):
        raise NotImplementedError
    def rank(self, path, wish):
        return (self.look(path) @ self.read(wish).T).argsort()
class Own(Search):
    def look(self, path):
        return pictured(path)
    def read(self, wish):
        return worded(wish)
""",
}


def found(folder: Path) -> list[dict[str, object]]:
    done = clip_lint(
        folder,
        "--isolated",
        "--no-cache",
        "--select",
        "CLP201",
        "--exit-zero",
        "--output-format",
        "json",
        ".",
    )
    told: list[dict[str, object]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("made", "expected"), [(RAW, 1), (UNIT, 0)])
def test_vectors_are_followed(tmp_path: Path, way: str, made: str, expected: int) -> None:
    program = HEAD.replace("{made}", made) + WAYS[way]
    (tmp_path / "app.py").write_text(program, encoding="utf-8")
    assert len(found(tmp_path)) == expected


@pytest.mark.parametrize(("made", "expected"), [(RAW, ["base.py"]), (UNIT, [])])
def test_a_base_in_another_file_compares_what_its_subclass_gives(
    tmp_path: Path, made: str, expected: list[str]
) -> None:
    base, own = WAYS["method that a subclass completes"].split("class Own")
    (tmp_path / "base.py").write_text(base, encoding="utf-8")
    (tmp_path / "own.py").write_text(
        HEAD.replace("{made}", made) + "from base import Search\nclass Own" + own, encoding="utf-8"
    )
    assert [each["path"] for each in found(tmp_path)] == expected
