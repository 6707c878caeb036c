"""The conversation about what is open: `Session` decides what is linted when, and what the editor is told."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from lsprotocol import types

from clip_lint.core.faults import fault
from clip_lint.server.actions import Actions
from clip_lint.server.buffers import snapshot
from clip_lint.server.diagnostics import Translator
from clip_lint.server.open_files import Desk, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from pygls.lsp.server import LanguageServer

    from clip_lint.server.buffers import Open, Part
    from clip_lint.settings.model import Overrides

PAUSE = 0.05
"""Seconds without a key before linting begins."""

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
