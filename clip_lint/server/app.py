"""The messages of an editor: pygls carries them, `Session` answers."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from clip_lint.core.faults import fault
from clip_lint.core.version import __version__
from clip_lint.server.actions import FIX_ALL, KINDS, wants
from clip_lint.server.buffers import LspWorkspace
from clip_lint.server.hovers import code_at, hover
from clip_lint.server.session import Session
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.settings.table import overrides_in

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place, Position
    from clip_lint.server.buffers import Open, Part
    from clip_lint.server.session import Seen

SECTION = "clip-lint"
"""The name of our settings in an editor."""
SETTINGS = "editor settings"
"""What messages call them."""
_RUNS = ("onType", "onSave")
_WATCHED = "**/{*.py,*.toml,*.txt,*.lock,*.cfg,*.csv,*.json,*.yaml,*.yml}"


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
