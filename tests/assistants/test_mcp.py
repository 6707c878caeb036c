"""The server for coding assistants, spoken to with the SDK's own client over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import TextContent, TextResourceContents

from clip_lint.report.pages import references

LIMIT = 60

RAW = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")


def rank(image, labels):
    with torch.no_grad():
        pictures = model.encode_image(image)
        texts = model.encode_text(clip.tokenize(["a beach", "a forest"]))
    return (pictures @ texts.T).argmax()
"""
GRADIENTS = RAW.replace("    with torch.no_grad():\n    ", "").replace("        texts", "    texts")


@asynccontextmanager
async def assistant(folder: Path) -> AsyncIterator[Client]:
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "clip_lint", "mcp"], cwd=str(folder)
    )
    async with asyncio.timeout(LIMIT), Client(stdio_client(parameters)) as client:
        yield client


async def asked(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool answers: its structure, or its text."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """What a tool says that it does not do."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert "Traceback" not in content.text
    return content.text


def test_tools(tmp_path: Path) -> None:
    async def story() -> None:
        async with assistant(tmp_path) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert {"lint_code", "query", "explain"} <= tools.keys()
            assert all(tool.description for tool in tools.values())
            assert "counting" in (client.instructions or "")

            linted = await asked(client, "lint_code", code=RAW)
            assert [each["code"] for each in linted["findings"]] == ["CLP201"]
            assert "fixed" not in linted
            mended = await asked(client, "lint_code", code=GRADIENTS, fix=True)
            assert "no_grad" in mended["fixed"] or "inference_mode" in mended["fixed"]
            assert "CLP402" not in {each["code"] for each in mended["findings"]}
            broken = await asked(client, "lint_code", code="import clip\nx = (")
            assert broken["findings"] == []
            assert "cannot be parsed" in broken["problems"][0]

            counting = await asked(client, "query", prompt="How many cars are in this image?")
            assert counting["verdict"] == "alternative"
            assert "detr" in counting["alternatives"][0]["checkpoint"]
            fits = await asked(client, "query", labels=["beach", "forest"], template="a photo of a {}.")
            assert fits["verdict"] == "clip"
            assert "either" in await refused(client, "query")
            assert "{}" in await refused(client, "query", prompt="a dog", template="a photo")

            card = await asked(client, "explain", topic="CLP101")
            assert card["result"].startswith("# CLP101: counting")
            assert "CLP101" in await refused(client, "explain", topic="CLP1O1")

    asyncio.run(story())


def test_settings_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "clip-lint.toml").write_text("ignore = ['CLP201']\n", encoding="utf-8")

    async def story() -> None:
        async with assistant(tmp_path) as client:
            assert (await asked(client, "lint_code", code=RAW))["findings"] == []
            (tmp_path / "clip-lint.toml").write_text("ignroe = []\n", encoding="utf-8")
            assert "unknown key" in await refused(client, "lint_code", code=RAW)

    asyncio.run(story())


def test_references_are_resources(tmp_path: Path) -> None:
    async def story() -> None:
        async with assistant(tmp_path) as client:
            listed = (await client.list_resources()).resources
            assert {str(each.uri) for each in listed} == {
                f"clip-lint://references/{topic}" for topic in references()
            }
            for uri, text in (
                ("clip-lint://references/alternatives", references()["alternatives"]),
                ("clip-lint://rules/CLP204", "# CLP204"),
            ):
                (content,) = (await client.read_resource(uri)).contents
                assert isinstance(content, TextResourceContents)
                assert content.text.startswith(text)
                assert content.mime_type == "text/markdown"

    asyncio.run(story())


def test_diagnosing(tmp_path: Path) -> None:
    """Measured with the models that come along; what cannot be measured is said in a line."""
    from PIL import Image

    Image.new("RGB", (64, 64), "white").save(tmp_path / "white.png")

    async def story() -> None:
        async with assistant(tmp_path) as client:
            found = await asked(
                client, "diagnose", image="white.png", query="three cars", labels=["a dog"], offline=True
            )
            assert {each["text"]: each["role"] for each in found["scores"]}["a dog"] == "label"
            assert "CLP101" in {each["code"] for each in found["findings"]}
            assert found["unrelated"]["of"] > 10
            assert all(cause["advice"] for cause in found["causes"])
            assert "query" in await refused(client, "diagnose", image="white.png", query=" ")
            assert "none.png" in await refused(
                client, "diagnose", image="none.png", query="a dog", offline=True
            )

    asyncio.run(story())


def test_no_diagnosing_without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    from clip_lint.assistants import serving
    from clip_lint.verify import installed

    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "torch" else object())

    async def story() -> None:
        async with Client(serving.make_server()) as client:
            assert {each.name for each in (await client.list_tools()).tools} == {
                "lint_code",
                "query",
                "explain",
            }

    asyncio.run(story())


@pytest.mark.parametrize("topic", references())
def test_pages_have_titles(topic: str) -> None:
    assert references()[topic].startswith("# ")
