"""The language server, as an editor meets it: over standard input and output."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from editor import LIMIT, Editor, capabilities, editing, run
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.workspace import TextDocument
from scenes_of_code import (
    CALLER,
    GRADIENTS,
    HELPER,
    LOADING,
    MENDED,
    MENDED_HELPER,
    RAW,
    RAW_LINE,
)

Kind = types.PositionEncodingKind
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(999, 0))


def applied(text: str, uri: str, action: types.CodeAction) -> str:
    """The text after an action's edits, the last first, as editors do it."""
    assert action.edit is not None
    if action.edit.changes is not None:
        edits = list(action.edit.changes[uri])
    else:
        (change,) = action.edit.document_changes or []
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == uri
        edits = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
    document = TextDocument(uri, text)
    for edit in sorted(
        edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True
    ):
        document.apply_change(types.TextDocumentContentChangePartial(edit.range, edit.new_text))
    return document.source


def test_typing(tmp_path: Path) -> None:
    """Findings come and go with the text; half a program leaves them as they were; closing takes them away."""

    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("app.py", RAW)
            (found,) = await editor.diagnostics(uri)
            assert (found.code, found.source, found.severity) == (
                "CLP201",
                "clip-lint",
                types.DiagnosticSeverity.Error,
            )
            assert "help: " in found.message
            assert {each.location.uri for each in found.related_information or []} == {uri}
            editor.type(uri, MENDED, 2)
            assert await editor.codes(uri, 2) == []
            editor.type(uri, RAW, 3)
            assert await editor.codes(uri, 3) == [("CLP201", RAW_LINE)]
            count = editor.count
            for version, broken in enumerate((RAW + "if (", RAW + "def f(:", "'''" + RAW), 4):
                editor.type(uri, broken, version)
                assert await editor.hover(uri, RAW_LINE, 15) == ""  # an answer, so this version was looked at
            assert editor.count == count
            editor.type(uri, RAW.replace("(pictures", "1 + (pictures"), 9)
            assert await editor.codes(uri, 9) == [("CLP201", RAW_LINE)]
            editor.client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
            )
            assert await editor.diagnostics(uri, None) == []
            broken_from_the_start = editor.open("new.py", "import clip\nmodel = clip.load(")
            assert await editor.diagnostics(broken_from_the_start) == []
            assert not editor.messages
            assert not editor.logged

    run(story())


def test_many_keys(tmp_path: Path) -> None:
    """What was overtaken is not answered, what stands at the end is."""

    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("app.py", RAW)
            for version in range(2, 60):
                editor.type(uri, RAW + "#" * version + "\n", version)
            assert await editor.codes(uri, 59) == [("CLP201", RAW_LINE)]
            assert editor.count < 30

    run(story())


@pytest.mark.parametrize(
    ("encodings", "width"), [(None, 2), ([Kind.Utf8, Kind.Utf16], 4), ([Kind.Utf32], 1)], ids=str
)
def test_columns(tmp_path: Path, encodings: list[Kind | str] | None, width: int) -> None:
    """Columns are UTF-16 units, or what the client prefers; lines end only where the protocol says so."""
    line = RAW.splitlines()[RAW_LINE]
    emoji = RAW.replace(line, '    note = "\N{SPARKLES}\N{GRINNING FACE}"; ' + line.strip())
    column = emoji.splitlines()[RAW_LINE].index("pictures @") - 2
    wide = {1: 2, 2: 3, 4: 3 + 4}[width]  # the sparkles lie in the basic plane, the face does not

    async def story() -> None:
        async with editing(tmp_path, able=capabilities(encodings)) as editor:
            uri = editor.open("app.py", emoji)
            (found,) = await editor.diagnostics(uri)
            start = column + wide
            assert (found.range.start.line, found.range.start.character) == (RAW_LINE, start)
            assert found.range.end.character == start + len("pictures @ texts.T")
            assert "CLP201" in await editor.hover(uri, RAW_LINE, start + 2)
            # A page break and a line separator are characters of their line to an editor.
            at = types.Range(types.Position(0, 0), types.Position(0, 0))
            strange = "# \f \N{LINE SEPARATOR} \x85\n"
            editor.edit(uri, 2, types.TextDocumentContentChangePartial(at, strange))
            assert await editor.codes(uri, 2) == [("CLP201", RAW_LINE + 1)]
            line = RAW_LINE + 1
            at = types.Range(
                types.Position(line, start), types.Position(line, start + len("pictures @ texts.T"))
            )
            new = "torch.cosine_similarity(pictures, texts)"
            editor.edit(uri, 3, types.TextDocumentContentChangePartial(at, new))
            assert await editor.codes(uri, 3) == []

    run(story())


def test_actions(tmp_path: Path) -> None:
    """Fixes say whether they are safe and do what they say; comments silence what they name."""

    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("gradients.py", GRADIENTS)
            (found,) = await editor.diagnostics(uri)
            safe, ignore = await editor.actions(uri, found.range)
            assert safe.kind == types.CodeActionKind.QuickFix
            assert safe.is_preferred
            assert "unsafe" not in safe.title
            assert [each.code for each in safe.diagnostics or []] == ["CLP402"]
            (everything,) = await editor.actions(uri, EVERYWHERE, ["source.fixAll"])
            assert everything.kind == "source.fixAll.clip-lint"
            for version, action in enumerate((safe, ignore, everything), 2):
                mended = applied(GRADIENTS, uri, action)
                assert mended != GRADIENTS
                editor.type(uri, mended, version)
                assert await editor.codes(uri, version) == []
            assert "# noqa: CLP402" in applied(GRADIENTS, uri, ignore)
            assert applied(GRADIENTS, uri, everything) == applied(GRADIENTS, uri, safe)

            uri = editor.open("raw.py", RAW)
            await editor.diagnostics(uri)
            unsafe, ignore = await editor.actions(uri, EVERYWHERE)
            assert "unsafe" in unsafe.title
            assert not unsafe.is_preferred
            assert not ignore.is_preferred
            assert await editor.actions(uri, EVERYWHERE, [types.CodeActionKind.Source]) == []
            assert await editor.actions(uri, EVERYWHERE, [types.CodeActionKind.Refactor]) == []
            editor.type(uri, RAW + "def (", 2)
            assert await editor.actions(uri, EVERYWHERE) == []
            editor.type(uri, applied(RAW, uri, unsafe), 3)
            assert await editor.codes(uri, 3) == []
            assert await editor.actions(editor.uri("never_opened.py"), EVERYWHERE) == []

    run(story())


def test_hover(tmp_path: Path) -> None:
    async def story() -> None:
        async with editing(tmp_path) as editor:
            text = RAW + "\n\nx = 1  # noqa: E501,CLP303\n"
            uri = editor.open("app.py", text)
            card = await editor.hover(uri, RAW_LINE, 20)
            assert "### CLP201: unnormalized-similarity" in card
            assert "unsafe fix: normalise" in card
            assert "#### Why it is bad" in card
            assert "../references" not in card
            line = text.splitlines().index("x = 1  # noqa: E501,CLP303")
            named = await editor.hover(uri, line, text.splitlines()[line].index("CLP303") + 3)
            assert "### CLP303: bgr-image" in named
            assert await editor.hover(uri, line, 0) == ""
            assert await editor.hover(uri, 900, 7) == ""

    run(story())


def test_helpers_of_open_files(tmp_path: Path) -> None:
    """A helper counts as it is typed while it is open, and as it lies on disk after that."""
    (tmp_path / "helper.py").write_text(HELPER, encoding="utf-8")

    async def story() -> None:
        async with editing(tmp_path) as editor:
            caller = editor.open("caller.py", CALLER)
            assert [code for code, _ in await editor.codes(caller)] == ["CLP201"]
            helper = editor.open("helper.py", HELPER)
            await editor.diagnostics(helper)
            editor.type(helper, MENDED_HELPER, 2)
            await editor.until(lambda: not editor.published[caller].diagnostics)
            editor.client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(helper))
            )
            await editor.until(lambda: bool(editor.published[caller].diagnostics))
            (tmp_path / "helper.py").write_text(MENDED_HELPER, encoding="utf-8")
            change = types.FileEvent(helper, types.FileChangeType.Changed)
            editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
            await editor.until(lambda: not editor.published[caller].diagnostics)

    run(story())


class Notebook:
    """A notebook in an editor."""

    def __init__(self, editor: Editor, texts: dict[str, str]) -> None:
        self.editor = editor
        self.uri = editor.uri("book.ipynb")
        self.version = 1
        cells = [types.NotebookCell(types.NotebookCellKind.Code, self.cell(name)) for name in texts]
        documents = [
            types.TextDocumentItem(self.cell(name), "python", 1, text) for name, text in texts.items()
        ]
        notebook = types.NotebookDocument(self.uri, "jupyter-notebook", 1, cells)
        editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, documents))

    def cell(self, name: str) -> str:
        return f"{self.uri.replace('file:', 'vscode-notebook-cell:')}#{name}"

    def change(self, change: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        document = types.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        event = types.NotebookDocumentChangeEvent(cells=change)
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(document, event)
        )

    def type(self, name: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        cell = types.VersionedTextDocumentIdentifier(version, self.cell(name))
        content = types.NotebookDocumentCellContentChanges(cell, list(changes))
        self.change(types.NotebookDocumentCellChanges(text_content=[content]))


def test_notebooks(tmp_path: Path) -> None:
    """Cells are one program; each has its own findings, and one that is half typed does not silence the others."""
    loading = LOADING + HELPER
    ranking = CALLER.partition(LOADING.partition("\n")[2])[2].strip("\n") + "\n"
    last = len(ranking.splitlines()) - 1

    async def story() -> None:
        async with editing(tmp_path) as editor:
            book = Notebook(editor, {"one": "%matplotlib inline\n" + loading, "two": ranking})
            one, two = book.cell("one"), book.cell("two")
            assert await editor.codes(one) == []
            assert await editor.codes(two) == [("CLP201", last)]
            repair, ignore = await editor.actions(two, EVERYWHERE)
            assert repair.edit is not None
            changes = repair.edit.document_changes or ()
            changed = [each.text_document.uri for each in changes if isinstance(each, types.TextDocumentEdit)]
            assert changed == [one, two]  # the texts are encoded in one cell, the pictures in the other
            assert "# noqa: CLP201" in applied(ranking, two, ignore)

            # Typed within a line, behind a page break.
            book.type("two", 2, types.TextDocumentContentChangePartial(_at(0, 0), "# \f\n"))
            assert await editor.codes(two, 2) == [("CLP201", last + 1)]
            book.type("one", 2, types.TextDocumentContentChangePartial(_at(0, 0), "x = (\n"))
            assert "CLP" not in await editor.hover(one, 0, 0)
            assert await editor.codes(two, 2) == [("CLP201", last + 1)]
            book.type("one", 3, types.TextDocumentContentChangeWholeDocument(loading))
            await editor.until(lambda: editor.published[one].version == 3)

            # A cell before the others: numbers move, findings stay where they are.
            new = types.NotebookCell(types.NotebookCellKind.Code, book.cell("zero"))
            text = types.TextDocumentItem(book.cell("zero"), "python", 1, "import numpy\n")
            array = types.NotebookCellArrayChange(0, 0, [new])
            structure = types.NotebookDocumentCellChangeStructure(array, did_open=[text])
            book.change(types.NotebookDocumentCellChanges(structure=structure))
            assert await editor.codes(book.cell("zero")) == []
            assert "CLP201" in await editor.hover(two, last + 1, 15)

            # Without the cell that makes the vectors they are unknown.
            array = types.NotebookCellArrayChange(1, 1, [])
            gone = [types.TextDocumentIdentifier(one)]
            structure = types.NotebookDocumentCellChangeStructure(array, did_close=gone)
            book.change(types.NotebookDocumentCellChanges(structure=structure))
            await editor.until(
                lambda: "CLP201" not in {each.code for each in editor.published[two].diagnostics}
            )
            editor.client.notebook_document_did_close(
                types.DidCloseNotebookDocumentParams(
                    types.NotebookDocumentIdentifier(book.uri),
                    [types.TextDocumentIdentifier(two), types.TextDocumentIdentifier(book.cell("zero"))],
                )
            )
            assert await editor.diagnostics(two, None) == []

    run(story())


def _at(line: int, character: int) -> types.Range:
    return types.Range(types.Position(line, character), types.Position(line, character))


def test_settings(tmp_path: Path) -> None:
    """The project's file and the editor's settings count, the newest of each; what is wrong is said once."""
    project = tmp_path / "pyproject.toml"

    async def story() -> None:
        async with editing(tmp_path, settings={"ignore": ["CLP201"]}) as editor:
            await editor.until(lambda: len(editor.registered) == 2)
            uri = editor.open("app.py", RAW)
            await editor.until(lambda: uri in editor.published)
            editor.settings = {"min-severity": "error"}
            editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: bool(editor.published[uri].diagnostics))

            project.write_text("[tool.clip-lint]\nignore = ['CLP2']\n", encoding="utf-8")
            editor.save(project.as_uri())
            await editor.until(lambda: not editor.published[uri].diagnostics)
            project.write_text("[tool.clip-lint]\nignroe = ['CLP2']\n", encoding="utf-8")
            for version in (2, 3):
                editor.type(uri, RAW + "\n" * version, version)
                assert await editor.codes(uri, version) == []  # the configuration before the faulty one holds
            (complaint,) = editor.messages
            assert "unknown key" in complaint
            project.unlink()
            editor.type(uri, RAW, 4)
            assert await editor.codes(uri, 4) == [("CLP201", RAW_LINE)]

            editor.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"clip-lint": {"select": ["CLP999"]}})
            )
            await editor.until(lambda: len(editor.messages) == 2)
            assert "CLP999" in editor.messages[1]
            editor.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"clip-lint": {"run": "onSave"}})
            )
            editor.type(uri, MENDED, 5)
            editor.save(uri)
            assert await editor.codes(uri, 5) == []

    run(story())


def test_least_client(tmp_path: Path) -> None:
    """A client that can do next to nothing: settings at the start, edits without versions."""

    async def story() -> None:
        able = capabilities(modern=False)
        async with editing(tmp_path, options={"settings": {"ignore": ["CLP402"]}}, able=able) as editor:
            uri = editor.open("gradients.py", GRADIENTS)
            assert await editor.codes(uri) == []
            uri = editor.open("untitled:Untitled-1", RAW)
            assert await editor.codes(uri) == [("CLP201", RAW_LINE)]
            fix, _ = await editor.actions(uri, EVERYWHERE)
            assert fix.edit is not None
            assert fix.edit.document_changes is None
            editor.type(uri, applied(RAW, uri, fix), 2)
            assert await editor.codes(uri, 2) == []
            assert not editor.registered

    run(story())


def test_cancelling(tmp_path: Path) -> None:
    """A request that is no longer wanted is dropped at once, and the server lives on."""
    slow = RAW + "".join(f"\n\ndef copy_{number}(image):\n    return rank(image)\n" for number in range(1000))

    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("slow.py", slow)
            position = types.Position(RAW_LINE, 15)
            params = types.HoverParams(types.TextDocumentIdentifier(uri), position)
            asked = editor.client.protocol.send_request_async("textDocument/hover", params, "asked")
            editor.client.protocol.notify("$/cancelRequest", types.CancelParams("asked"))
            async with asyncio.timeout(LIMIT):
                with pytest.raises(JsonRpcException, match="cancel"):
                    await asked
            assert ("CLP201", RAW_LINE) in await editor.codes(uri)

    run(story())


@pytest.mark.parametrize(
    "text",
    [
        "\0import clip\n",
        "import clip\n" + "(" * 3000,
        "import clip\nx = " + "-" * 5000 + "1\n",
        "# -*- coding: latin-1 -*-\nimport clip  # \xe9 \N{GRINNING FACE}\n",
        "# -*- coding: no-such-thing -*-\nimport clip\n",
        "import clip\r\nx = '''\r\n",
        "import clip\rx = 1\r",
        "",
    ],
    ids=range(8),
)
def test_hostile_text(tmp_path: Path, text: str) -> None:
    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("app.py", text)
            assert await editor.diagnostics(uri) == []
            editor.type(uri, text + RAW, 2)
            assert await editor.actions(uri, EVERYWHERE, ["source.fixAll", "quickfix"]) is not None
            editor.type(uri, RAW, 3)
            assert await editor.codes(uri, 3) == [("CLP201", RAW_LINE)]
            assert not any("fault" in line or "Traceback" in line for line in editor.logged)

    run(story())


def test_half_characters(tmp_path: Path) -> None:
    """JSON can carry half of a surrogate pair; nothing else can."""

    async def story() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.uri("app.py")
            document = {"uri": uri, "languageId": "python", "version": 1, "text": "x = '\ud83d'\n" + RAW}
            message = {
                "jsonrpc": "2.0",
                "method": "textDocument/didOpen",
                "params": {"textDocument": document},
            }
            body = json.dumps(message)
            writer = editor.client.protocol.writer
            assert writer is not None
            writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            assert await editor.codes(uri) == [("CLP201", RAW_LINE + 1)]

    run(story())


def test_excluded(tmp_path: Path) -> None:
    """What the project leaves out, and installed libraries, are nobody's to mend."""
    (tmp_path / "pyproject.toml").write_text("[tool.clip-lint]\nextend-exclude = ['gen']\n", encoding="utf-8")

    async def story() -> None:
        async with editing(tmp_path) as editor:
            for name in ("gen/deep/app.py", ".venv/lib/site-packages/lib.py"):
                assert await editor.codes(editor.open(name, RAW)) == []
            assert await editor.codes(editor.open("generous.py", RAW)) == [("CLP201", RAW_LINE)]

    run(story())


def test_client_that_vanishes(tmp_path: Path) -> None:
    """The server ends with its editor, with a status that says so, and without a word."""

    async def story() -> None:
        editor = Editor(tmp_path)
        async with asyncio.timeout(LIMIT):
            import sys

            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "clip_lint", "server",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            output, errors = await process.communicate(b"Content-Length: 10\r\n\r\n{]")
        assert process.returncode == 1
        assert errors == b""
        assert not re.search(rb"Traceback", output)
        assert not editor.published

    run(story())
