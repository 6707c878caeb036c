"""The conversation with an editor: pygls carries the messages, `Session` decides what is linted when."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from clip_lint import __version__
from clip_lint.core.faults import fault
from clip_lint.server.actions import FIX_ALL, KINDS, Actions, wants
from clip_lint.server.buffers import LspWorkspace, snapshot
from clip_lint.server.diagnostics import Translator
from clip_lint.server.hovers import code_at, hover
from clip_lint.server.open_files import Desk, Report
from clip_lint.settings.configuration import ConfigError, Overrides, overrides_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place, Position
    from clip_lint.server.buffers import Open, Part

SECTION = "clip-lint"
"""The name of our settings in an editor."""
PAUSE = 0.05
"""Seconds without a key before linting begins."""
SETTINGS = "editor settings"
"""What messages call them."""
_RUNS = ("onType", "onSave")
_WATCHED = "**/{*.py,*.toml,*.txt,*.lock,*.cfg,*.csv,*.json,*.yaml,*.yml}"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """The open documents at one moment, and what was found in them."""

    documents: tuple[Open, ...]
    report: Report

    def find(self, uri: str) -> tuple[Open, Part] | None:
        """The document, and the part of it, that a client means by ``uri``."""
        wanted = unquote(uri)
        for document in self.documents:
            for part in document.parts:
                if unquote(part.uri) == wanted:
                    return document, part
        return None


class Session:
    """Linting for one client: in a thread of its own, after a pause, one run at a time, the newest text only."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._desk = Desk()
        self._thread = ThreadPoolExecutor(1, "clip-lint")
        self._timer: asyncio.TimerHandle | None = None
        self._run: asyncio.Task[Seen] | None = None
        self._seen = Seen((), Report())
        self._is_current = False
        self._published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._looked: dict[str, dict[str, int | None]] = {}
        """For each document the versions of its texts when it was last linted."""
        self._told: set[str] = set()
        self._complaint = ""
        self.on_save = False
        self.is_stopped = False

    async def work(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something that takes its time in the session's thread; waiting for it can be cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def changed(self, *, at_once: bool = False) -> None:
        """Something was typed, opened or set: lint after the pause."""
        self._is_current = False
        if self._timer is not None:
            self._timer.cancel()
        delay = 0.0 if at_once else PAUSE
        self._timer = asyncio.get_running_loop().call_later(delay, self._start)

    def typed(self) -> None:
        """A text was changed but not saved."""
        if self.on_save:
            self._is_current = False
        else:
            self.changed()

    def closed(self, uris: list[str]) -> None:
        """Texts were closed: nothing is said of them any more."""
        for uri in uris:
            self._published.pop(unquote(uri), None)
            self._publish(uri, None, [])
        self.changed()

    def refresh(self) -> None:
        """Files on disk changed: the project may pin other versions now."""
        self._desk.refresh()
        self.changed()

    def configure(self, overrides: Overrides, base: str, file: str | None) -> None:
        """Take over the client's settings."""
        self._desk.configure(overrides, base, file)

    def stop(self) -> None:
        """No more work: what runs may end, what waits is dropped."""
        self.is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def now(self) -> Seen:
        """The documents as they are now and their findings; waits for no pause, and can be cancelled."""
        while self._run is not None or not self._is_current:
            if not self._is_current:
                self._start()
            if self._run is not None:
                await asyncio.shield(self._run)
        return self._seen

    def actions(self, seen: Seen) -> Actions:
        """The code actions for what was seen."""
        edits = self._server.client_capabilities.workspace
        has_versions = bool(edits and edits.workspace_edit and edits.workspace_edit.document_changes)
        return Actions(self._desk, seen.documents, self.translator(seen.documents), has_versions=has_versions)

    def translator(self, documents: tuple[Open, ...]) -> Translator:
        """A translator into the client's columns."""
        return Translator(
            documents, self._server.workspace.position_encoding or types.PositionEncodingKind.Utf16
        )

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._run is None:
            self._run = asyncio.get_running_loop().create_task(self._lint())
            self._run.add_done_callback(self._ended)

    def _ended(self, run: asyncio.Task[Seen]) -> None:
        self._run = None
        if not run.cancelled() and (error := run.exception()) is not None:
            self._log(fault(error))

    async def _lint(self) -> Seen:
        """Lint until nothing was typed meanwhile, and publish."""
        while True:
            self._is_current = True
            documents = tuple(snapshot(self._server.workspace))
            report = await self.work(self._desk.lint, [each.opened for each in documents])
            seen = Seen(documents, report)
            if self._is_current or self._timer is not None:
                break
        self._seen = seen
        # What was typed meanwhile will be linted after its pause; until then nothing is said of those texts.
        current = {
            unquote(part.uri): part.version
            for each in snapshot(self._server.workspace)
            for part in each.parts
        }
        translator = self.translator(documents)
        for document in documents:
            self._report(document, seen, translator, current)
        self._complain(report.complaint)
        return seen

    def _report(
        self, document: Open, seen: Seen, translator: Translator, current: dict[str, int | None]
    ) -> None:
        path = document.opened.path
        if path not in seen.report.findings:
            return
        problems = seen.report.problems.get(path, ())
        for problem in problems:
            if not problem.line:
                self._log(str(problem))
        broken = {problem.cell for problem in problems}
        before = self._looked.get(path, {})
        self._looked[path] = {part.uri: part.version for part in document.parts}
        # Half a program says nothing about the faults of the whole: while a cell is typed in, nothing new is said.
        is_half = any(
            part.cell in broken and before.get(part.uri, part.version) != part.version
            for part in document.parts
        )
        for part, diagnostics in translator.by_uri(document, seen.report.findings[path]):
            uri = unquote(part.uri)
            if uri not in current or current[uri] != part.version:
                continue
            if uri in self._published and (is_half or 0 in broken or part.cell in broken):
                continue
            if self._published.get(uri) != (part.version, diagnostics):
                self._published[uri] = (part.version, diagnostics)
                self._publish(part.uri, part.version, diagnostics)

    def _publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, diagnostics, version)
        )

    def _complain(self, complaint: str) -> None:
        """Show what is wrong with the configuration, once."""
        if complaint and complaint != self._complaint:
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, complaint))
        self._complaint = complaint

    def _log(self, message: str) -> None:
        """Write to the client's log, each message once."""
        if message not in self._told:
            self._told.add(message)
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def tell(self, message: str) -> None:
        """Show a message about the client's own settings."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))


class ClipLintServer(LanguageServer):
    """pygls' server, with our session and without tracebacks."""

    def __init__(self) -> None:
        python = types.NotebookCellLanguage("python")
        jupyter = types.NotebookDocumentFilterNotebookType("jupyter-notebook")
        notebooks = types.NotebookDocumentFilterWithNotebook(jupyter, cells=[python])
        super().__init__(
            SECTION,
            __version__,
            types.TextDocumentSyncKind.Incremental,
            types.NotebookDocumentSyncOptions([notebooks]),
        )
        self.session = Session(self)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A message that was not understood, or a fault of ours: one line in the client's log."""
        del source
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, fault(error)))


def make_server() -> ClipLintServer:
    """A language server that waits to be started."""
    # What pygls logs goes to the client as error or log message where it matters; standard error is for nobody.
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    server = ClipLintServer()
    _add_life(server)
    _add_documents(server)
    _add_requests(server)
    return server


def _add_life(server: ClipLintServer) -> None:
    """Beginning, settings and end."""
    session = server.session

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        old = server.workspace
        server.protocol._workspace = LspWorkspace(  # noqa: SLF001  (pygls has no other way to give it ours)
            old.root_uri,
            types.TextDocumentSyncKind.Incremental,
            params.workspace_folders or [],
            old.position_encoding,
        )
        options = params.initialization_options
        _apply(server, options.get("settings", options) if isinstance(options, dict) else {})

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        wanted: list[types.Registration] = []
        files = workspace.did_change_watched_files if workspace else None
        if files and files.dynamic_registration:
            watch = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
            wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watch))
        settings = workspace.did_change_configuration if workspace else None
        if settings and settings.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(SECTION)
            wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            server.client_register_capability(types.RegistrationParams(wanted))
        await pull()

    async def pull() -> bool:
        """Ask the client for its settings; False where it cannot be asked."""
        workspace = server.client_capabilities.workspace
        if not (workspace and workspace.configuration):
            return False
        asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        (settings,) = await server.workspace_configuration_async(asked)
        if settings is not None:
            _apply(server, settings)
            session.changed()
        return True

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings_changed(params: types.DidChangeConfigurationParams) -> None:
        settings = params.settings
        if isinstance(settings, dict) and SECTION in settings:
            _apply(server, settings[SECTION])
        else:
            await pull()
        session.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(_: types.DidChangeWorkspaceFoldersParams) -> None:
        session.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(_: types.DidChangeWatchedFilesParams) -> None:
        session.refresh()

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        session.stop()


def _apply(server: ClipLintServer, settings: object) -> None:
    """Take over the client's settings: the keys of `[tool.clip-lint]`, `config` and `run`."""
    folders = [path for folder in server.workspace.folders.values() if (path := to_fs_path(folder.uri))]
    base = folders[0] if folders else server.workspace.root_path or os.path.abspath(os.sep)
    try:
        overrides, file, on_save = _settings(settings, base)
    except ConfigError as error:
        server.session.tell(str(error))
        return
    server.session.on_save = on_save
    server.session.configure(overrides, base, file)


def _settings(settings: object, base: str) -> tuple[Overrides, str | None, bool]:
    """Overrides, configuration file, and whether to wait for saving; ConfigError where a setting is wrong."""
    table = dict(settings) if isinstance(settings, dict) else {}
    file, run = table.pop("config", None), table.pop("run", _RUNS[0])
    if run not in _RUNS:
        raise ConfigError(f"{SETTINGS}: `run`: must be one of {', '.join(_RUNS)}")
    if file is not None and (not isinstance(file, str) or not file):
        raise ConfigError(f"{SETTINGS}: `config`: must be a path")
    return overrides_in(table, SETTINGS, base), file, run == "onSave"


def _add_documents(server: ClipLintServer) -> None:
    """Opening, typing, saving and closing."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(_: types.DidOpenTextDocumentParams) -> None:
        session.changed(at_once=True)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(_: types.DidOpenNotebookDocumentParams) -> None:
        session.changed(at_once=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(_: types.DidChangeTextDocumentParams) -> None:
        session.typed()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        structure = params.change.cells.structure if params.change.cells else None
        gone = [cell.uri for cell in structure.did_close or []] if structure else []
        if gone:
            session.closed(gone)
        session.typed()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        session.refresh()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def notebook_saved(_: types.DidSaveNotebookDocumentParams) -> None:
        session.refresh()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.closed([params.text_document.uri])

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        session.closed([cell.uri for cell in params.cell_text_documents])


def _add_requests(server: ClipLintServer) -> None:
    """Cards under the pointer and code actions."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        seen = await session.now()
        found = seen.find(params.text_document.uri)
        if found is None:
            return None
        document, part = found
        lines = session.translator(seen.documents).lines(part)
        position = lines.from_client(params.position)
        findings = [each for each in _findings(seen, document, part) if _covers(each.place, position)]
        typed = lines.text(position.line)
        markdown = hover(findings, code_at(typed, position.column))
        if markdown is None:
            return None
        around = lines.range_of(findings[0].place) if findings else None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, markdown), around)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(list(KINDS)))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        seen = await session.now()
        found = seen.find(params.text_document.uri)
        if found is None:
            return []
        document, part = found
        lines = session.translator(seen.documents).lines(part)
        start, end = lines.from_client(params.range.start), lines.from_client(params.range.end)
        offered = session.actions(seen)
        made: list[types.CodeAction] = []
        if wants(params.context.only, types.CodeActionKind.QuickFix.value):
            meant = [
                each
                for each in _findings(seen, document, part)
                if each.place.start <= end and start <= each.place.end
            ]
            if meant:
                made += await session.work(lambda: list(offered.at(document, meant)))
        if params.context.only is not None and wants(params.context.only, FIX_ALL):
            everything = await session.work(offered.all_safe, document)
            made += [everything] if everything is not None else []
        return made


def _findings(seen: Seen, document: Open, part: Part) -> list[Finding]:
    """The findings in a text."""
    found = seen.report.findings.get(document.opened.path, ())
    return [each for each in found if each.place.cell == part.cell]


def _covers(place: Place, position: Position) -> bool:
    return place.start <= position <= place.end
