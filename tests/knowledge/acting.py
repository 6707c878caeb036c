"""What an entry of a library table does: a program that uses it, read with the entry and without it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.specs import Spec
from clip_lint.knowledge.tables import Libraries, load_libraries
from clip_lint.knowledge.versions import Versions
from clip_lint.reading.events import Recorder
from clip_lint.reading.interpreter import Interpreter
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.operations import OPERATIONS
from clip_lint.reading.operations.call import Call
from clip_lint.reading.values import Component, Features, Hits, Index, Model, Value
from clip_lint.source.model import Source
from clip_lint.syntax.nodes import Module
from clip_lint.syntax.parse import parse

HEAD = """\
import faiss, given, open_clip, torch
from datasets import load_dataset
from PIL import Image
model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
tokenizer = open_clip.get_tokenizer("ViT-B-32")
image = Image.open("a.jpg")
pixels = preprocess(image)
labels = ["a red kite", "a blue cup"]
tokens = tokenizer(labels)
f = model.encode_image(pixels)
g = model.encode_text(tokens)
scores = f @ g.T
index = faiss.IndexFlatIP(512)
body = {"inputs": labels, "texts": labels, "input": {"text": labels, "image": "a.jpg"}}
it = given.it()
"""
ROWS = """
def embed(row):
    row["v"] = model.encode_image(preprocess(row["image"]))
    return row
it = load_dataset("beans", split="train").map(embed)
"""
_FIRST = {"x": "f", "a": "f", "images": "[image]"}
_OTHERS = (
    *({"x": "scores", "a": "scores", "b": "scores"}, {"x": "image", "images": "image", "items": "[image]"}, {"x": "model"}),
    *({"x": "labels"}, {"x": "index"}, {"x": "tokens"}, {"x": "pixels"}, {"x": "(f ** 2)", "a": "f[0]", "b": "g[0]"}),
    *({"x": "(f ** 2).sum(-1, keepdim=True)"}, {"x": "f.norm(dim=-1, keepdim=True)"}),
)  # fmt: skip
"""What is given besides for the arguments that may be anything."""
_USUAL = {
    "text": '"a red kite"', "texts": "labels", "items": "labels", "pixels": "pixels", "tokens": "tokens", "b": "g",
    "checkpoint": '"openai/clip-vit-base-patch32"', "dim": "-1", "name": '"shots"', "id": '"1"', "metric": '"cosine"',
    "dimension": "512", "default": '"a red kite"', "function": "print", "transform": "preprocess", "ids": "[1]",
    "exponent": "2", "inputs": "dict(text=tokens)", "body": "body", "column": '"v"', "path": '"a.jpg"',
}  # fmt: skip
_ADDRESSES = {
    "requests": '"https://api.jina.ai/v1/embeddings"',
    "replicate": '"andreasjansson/clip-features"',
}
"""Where a service is that the tables know, for what asks services."""
_RECEIVERS = {
    "tensor": ("f", "scores", "pixels", "tokens", "(f ** 2)", "(f ** 2).sum(-1, keepdim=True)", "f.norm(dim=-1)", "f[0]", "(f * g)", "model.visual(pixels)"),
    "image": ("image", "image.convert('L')"),
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """An expression that uses an entry, and what stands before it."""

    before: str
    expression: str
    receiver: Callable[[Run], Value] | None = None


@functools.cache
def libraries() -> Libraries:
    """All tables, and one call whose value the test makes."""
    known = load_libraries()
    return replace(known, calls={**known.calls, "given.it": Spec("given", "given")})


@functools.cache
def _parsed(program: str) -> tuple[Source, Module]:
    return Source("program.py", Path("/nowhere/program.py"), program), parse(program).tree


def is_noticed(uses: Iterator[Use], without: Libraries) -> bool:
    """Whether one of these uses is read otherwise where the entry is not there."""
    return any(_trace(use, libraries()) != _trace(use, without) for use in uses)


def _trace(use: Use, known: Libraries) -> str:
    """What is known at the end of a program that uses an entry, and what happened in it."""
    source, tree = _parsed(f"{HEAD}{use.before}\nmade = {use.expression}\n")
    recorder = Recorder()
    interpreter = Interpreter(source, None, known, Versions(), recorder)

    def given(run: Run, _: Call) -> Value:
        return use.receiver(run) if use.receiver is not None else Index("", "")

    OPERATIONS["given"] = given
    try:
        interpreter.run(tree)
    finally:
        del OPERATIONS["given"]
    values = interpreter.program.modules[source.file].values
    seen = [values.get(name) for name in ("made", "f", "g", "model", "image", "it", "labels")]
    interface, memory = vars(interpreter.interface), vars(interpreter.memory)
    kept = {name: value for name, value in vars(recorder).items() if name not in ("events", "training")}
    happened = [*map(repr, recorder.events.values()), *kept.items(), *vars(recorder.training).items()]
    return repr((seen, happened, interface, memory, interpreter.global_grad))


def uses_of_call(path: str, entry: Mapping[str, Any]) -> Iterator[Use]:
    """Calls of a function of a library."""
    package = path.partition(".")[0]
    for given in _arguments(entry, package):
        yield Use(f"import {package}", f"{path}({given})")


def uses_of_class(path: str, factory: str) -> Iterator[Use]:
    """An object that a class makes."""
    package = path.partition(".")[0]
    yield Use(f"import {package}", f"{path}.{factory}('openai/clip-vit-base-patch32')")


def uses_of_annotation(path: str) -> Iterator[Use]:
    """A parameter that is said to be of a class."""
    package = path.partition(".")[0]
    yield Use(
        f"import {package}\ndef show(x: {path}):\n    return model.encode_image(preprocess(x)), x.encode_text(tokens)",
        "0",
    )


def uses_of_method(library: str, kind: str, name: str, entry: Mapping[str, Any]) -> Iterator[Use]:
    """Calls of a method on whatever has it."""
    receiver = None if kind in _RECEIVERS else functools.partial(_receiver, kind, library)
    before = ROWS if kind == "data-set" else ""
    for place in _RECEIVERS.get(kind, ("it",)):
        if kind == "hits":
            yield Use(before, f"{place}[{name!r}]", receiver)
        if kind == "image":
            yield Use(
                f"for each in labels:\n    Image.open(each).{name}('a.jpg')\n    preprocess(Image.open('a.jpg'))",
                "0",
            )
        if not name.replace(".", "").isidentifier():
            continue
        for given in _arguments(entry, library):
            yield Use(
                before, f"{place}({given})" if name == "__call__" else f"{place}.{name}({given})", receiver
            )


def _arguments(entry: Mapping[str, Any], package: str) -> Iterable[str]:
    """What may be given to it, each once: by place, by name, and as mappings of inputs."""
    given = []
    for chosen in (_FIRST, *_OTHERS):
        known = {**_USUAL, "where": _ADDRESSES.get(package, "''"), **_FIRST, **chosen}
        names = entry.get("signature", ())
        given += [
            ", ".join(known.get(name, "None") for name in names) if names else chosen.get("x", ""),
            ", ".join(f"{own}={known.get(name, 'None')}" for own, name in entry.get("keywords", {}).items()),
        ]
    given.append(
        "{'text': labels, 'images': [image], 'pixel_values': pixels, 'input_ids': tokens, 'image': pixels}"
    )
    return dict.fromkeys((*given, "text=labels, images=[image]"))


def _receiver(kind: str, library: str, run: Run) -> Value:
    found = run.scope.values["g"], run.scope.values["f"]
    if kind == "model":
        return Model(Checkpoint(library, "m", None, "clip"))
    if kind == "index":
        return Index("", library)
    if kind == "hits":
        assert isinstance(found[0], Features)
        assert isinstance(found[1], Features)
        index = Index("cosine", library)
        run.memory.stored[index.key] = found[1]
        return Hits(index, found[0], found[0].site if hasattr(found[0], "site") else None)
    family = "yolo-world" if kind == "detector" else "clip"
    name = "yolov8s-world.pt" if kind == "detector" else None
    return Component(kind, Checkpoint(library, name, None, family))
