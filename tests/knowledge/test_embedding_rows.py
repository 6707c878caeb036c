"""Every row of a table by which something embeds without a model object is tried once, in a program made from the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.knowledge.documents import own_documents
from clip_lint.knowledge.versions import Versions
from clip_lint.reading.reader import read
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.facts import Facts

CHECKPOINT = "openai/clip-vit-base-patch32"
BESIDE = "# images= image_url nomic-embed-vision open_clip/ treat_urls_and_pointers_as_images\n"
TEXTS = '["a photo of a lemon", "a photo of a spoon"]'
GIVEN = {"texts": TEXTS, "items": TEXTS, "images": '["a.jpg", "b.jpg"]', "checkpoint": f'"{CHECKPOINT}"'}


def named(entry: dict[str, Any], wanted: str) -> str | None:
    """How a call of an entry gives an argument: by a keyword of the library, or by position where none has the name."""
    for keyword, name in entry.get("keywords", {}).items():
        if name == wanted:
            return f"{keyword}={GIVEN[wanted]}"
    places = entry.get("signature", [])
    return GIVEN[wanted] if places[:1] == [wanted] else None


def made(entry: dict[str, Any], path: str) -> str:
    """A call that makes the object; its model is named where the entry has an argument for that."""
    return f"{path}({named(entry, 'checkpoint') or ''})"


def rows() -> list[Any]:
    """Each function, and each method of an object that a call or class of its table makes."""
    found = []
    for document in own_documents():
        table = document.table
        makers = {
            entry["kind"]: made(entry, path)
            for path, entry in reversed(table.get("calls", {}).items())
            if entry["op"] == "component" and "aliases" not in entry
        }
        for path, entry in table.get("calls", {}).items():
            if entry["op"] == "load":
                makers["model"] = made(entry, path)
        for name, each in table.get("classes", {}).items():
            package = table.get("within", table["package"])
            for factory in table.get("factory", {}).get("names", ())[:1]:
                makers.setdefault(each["kind"], f'{package}.{name}.{factory}("{CHECKPOINT}")')
        calls = [(path, entry) for path, entry in table.get("calls", {}).items() if entry["op"] == "embed"]
        for kind, methods in table.get("methods", {}).items():
            if kind in makers:
                calls += [
                    (makers[kind] + ("" if name == "__call__" else f".{name}"), entry)
                    for name, entry in methods.items()
                    if entry["op"] in {"embed", "prompt"} and not entry.get("takes")
                ]
        found += [pytest.param(call, entry, id=f"{document.name}: {call}") for call, entry in calls]
    return found


def facts(folder: Path, program: str) -> Facts:
    """What is read of a program."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    workspace = Workspace((folder,), folder)
    source, tree = workspace.load(folder / "program.py"), workspace.program(folder / "program.py")
    assert source is not None
    assert tree is not None
    return read(source, tree, workspace, Versions())


@pytest.mark.parametrize(("call", "entry"), rows())
def test_a_row_takes_what_it_says_and_gives_vectors(call: str, entry: dict[str, Any], tmp_path: Path) -> None:
    argument, kind = next(
        (given, name) for name in ("texts", "items", "images") if (given := named(entry, name)) is not None
    )
    package = call.partition("(")[0].rpartition(".")[0]
    modules = {package.rsplit(".", cut)[0] for cut in range(3)}
    imports = "".join(f"import {module}\n" for module in sorted(modules))
    read_off = facts(tmp_path, f"{BESIDE}{imports}\ndef run():\n    return {call}({argument})\n")
    if kind in {"texts", "items"}:
        assert (
            any("a photo of a lemon" in str(use.texts) for use in read_off.prompt_sets)
            or read_off.prompt_sets
        )
    if entry["op"] == "embed":
        wanted = entry.get("modality", "auto")
        wanted = {"images": "image"}.get(kind, "text") if wanted == "auto" else wanted
        assert [each.modality for each in read_off.encodes] == [wanted]
