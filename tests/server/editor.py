"""An editor as far as a language server can tell: a client on the other end of its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

LIMIT = 60
"""Seconds after which a test gives up waiting; nothing waits for them to pass."""

T = TypeVar("T")


class Editor:
    """One client with what the server told it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient("test-editor", "1")
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.count = 0
        """How often diagnostics came."""
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.settings: dict[str, Any] | None = None
        self.registered: list[str] = []
        self._news = asyncio.Condition()
        self._listen()

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str, version: int = 1, language: str = "python") -> str:
        uri = name if ":" in name else self.uri(name)
        document = types.TextDocumentItem(uri, language, version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return uri

    def type(self, uri: str, text: str, version: int) -> None:
        """Replace the whole text."""
        self.edit(uri, version, types.TextDocumentContentChangeWholeDocument(text))

    def edit(self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        document = types.VersionedTextDocumentIdentifier(version, uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for the server to say something that makes it so."""
        async with asyncio.timeout(LIMIT), self._news:
            await self._news.wait_for(is_so)

    async def diagnostics(self, uri: str, version: int | None = 1) -> list[types.Diagnostic]:
        """What the server says of this version of a text."""
        await self.until(lambda: uri in self.published and self.published[uri].version == version)
        return list(self.published[uri].diagnostics)

    async def codes(self, uri: str, version: int | None = 1) -> list[tuple[str, int]]:
        """Code and line (from 0) of each finding."""
        found = await self.diagnostics(uri, version)
        return sorted((str(each.code), each.range.start.line) for each in found)

    async def actions(
        self, uri: str, at: types.Range, only: list[types.CodeActionKind | str] | None = None
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext([], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), at, context)
        async with asyncio.timeout(LIMIT):
            found = await self.client.text_document_code_action_async(params)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]

    async def hover(self, uri: str, line: int, character: int) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        async with asyncio.timeout(LIMIT):
            found = await self.client.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def _listen(self) -> None:
        async def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.count += 1
            await self._tell()

        async def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            await self._tell()

        async def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            await self._tell()

        def settings(_: types.ConfigurationParams) -> list[Any]:
            return [self.settings]

        async def registered(params: types.RegistrationParams) -> None:
            self.registered += [each.method for each in params.registrations]
            await self._tell()

        handlers = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
            types.WINDOW_SHOW_MESSAGE: shown,
            types.WINDOW_LOG_MESSAGE: logged,
            types.WORKSPACE_CONFIGURATION: settings,
            types.CLIENT_REGISTER_CAPABILITY: registered,
        }
        for method, handler in handlers.items():
            self.client.feature(method)(handler)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def capabilities(
    encodings: list[types.PositionEncodingKind | str] | None = None, *, modern: bool = True
) -> types.ClientCapabilities:
    """What the editor can do; one that is not ``modern`` only the least."""
    general = types.GeneralClientCapabilities(position_encodings=encodings)
    if not modern:
        return types.ClientCapabilities(general=general)
    return types.ClientCapabilities(
        general=general,
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(
                dynamic_registration=True
            ),
        ),
        notebook_document=types.NotebookDocumentClientCapabilities(
            types.NotebookDocumentSyncClientCapabilities()
        ),
    )


@asynccontextmanager
async def editing(
    root: Path,
    *,
    options: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    able: types.ClientCapabilities | None = None,
) -> AsyncIterator[Editor]:
    """An editor with a running server; the server must have nothing to say on standard error and end by itself."""
    editor = Editor(root)
    editor.settings = settings
    client = editor.client
    async with asyncio.timeout(LIMIT):
        await client.start_io(sys.executable, "-m", "clip_lint", "server", cwd=root)
        await client.initialize_async(
            types.InitializeParams(
                able or capabilities(),
                root_uri=root.as_uri(),
                workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name)],
                initialization_options=options,
            )
        )
    client.initialized(types.InitializedParams())
    process = client._server
    assert process is not None
    assert process.stderr is not None
    try:
        yield editor
        async with asyncio.timeout(LIMIT):
            await client.shutdown_async(None)
            client.exit(None)
            complaints = await process.stderr.read()
            await process.wait()
        assert not complaints, complaints.decode()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        stop: Any = client.stop  # not typed
        await stop()


def run(story: Coroutine[Any, Any, T]) -> T:
    """Play a test to its end."""
    return asyncio.run(story)
