"""The editor's documents as content that could lie on disk: text in the encoding it declares, notebooks as JSON."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lsprotocol.types import NotebookCellKind
from pygls.uris import to_fs_path, urlparse
from pygls.workspace import TextDocument, Workspace

from clip_lint.core.files import Inside
from clip_lint.server.open_files import Opened
from clip_lint.source.decoding import declared_encoding
from clip_lint.source.load import NOTEBOOK_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lsprotocol.types import NotebookDocument

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGES = ("python", "")


class LspDocument(TextDocument):
    """A text whose lines end where the protocol says, not also at form feeds and Unicode's separators.

    pygls splits with `str.splitlines`; an incremental change would then go to the wrong line.
    """

    @property
    def lines(self) -> Sequence[str]:
        """The lines with their ends."""
        return tuple(_LINE.findall(self.source))


class LspWorkspace(Workspace):
    """A workspace of such texts."""

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return LspDocument(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self.position_codec,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One text that the editor shows: a file (cell 0) or a notebook's cell, with its state when it was looked at."""

    uri: str
    cell: int
    version: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """An open file or notebook: what the desk lints, and the texts its places refer to."""

    opened: Opened
    parts: tuple[Part, ...]

    def part(self, cell: int) -> Part | None:
        """The text of a cell (0: the file)."""
        return next((part for part in self.parts if part.cell == cell), None)

    @property
    def key(self) -> tuple[tuple[str, int, int | None], ...]:
        """What changes whenever a text does, or a cell moves."""
        return tuple((part.uri, part.cell, part.version) for part in self.parts)


def snapshot(workspace: Workspace) -> list[Open]:
    """Everything open that is Python, as it is now."""
    folders = [path for folder in workspace.folders.values() if (path := to_fs_path(folder.uri))]
    if not folders and workspace.root_path:
        folders = [workspace.root_path]
    cells = {cell.document for notebook in workspace.notebook_documents.values() for cell in notebook.cells}
    cells |= {unquote(uri) for uri in cells}
    found = [
        _file(document, folders)
        for uri, document in workspace.text_documents.items()
        if uri not in cells and _is_python(document)
    ]
    found += [_notebook(notebook, workspace, folders) for notebook in workspace.notebook_documents.values()]
    inside = Inside(folders)
    # What lies outside of the workspace would bring its own configuration and its own neighbours.
    return [each for each in found if not folders or inside.holds(each.opened.path)]


def _is_python(document: TextDocument) -> bool:
    """Whether it is Python text; a notebook's JSON, opened as such, is not."""
    return (document.language_id or "") in _LANGUAGES and not document.uri.endswith(NOTEBOOK_SUFFIX)


def _file(document: TextDocument, folders: Sequence[str]) -> Open:
    path, folder = _path(document.uri, folders, ".py")
    text = document.source
    part = Part(document.uri, 0, document.version, text)
    return Open(Opened(path, _encoded(text), folder), (part,))


def _notebook(notebook: NotebookDocument, workspace: Workspace, folders: Sequence[str]) -> Open:
    path, folder = _path(notebook.uri, folders, NOTEBOOK_SUFFIX)
    parts = tuple(_cells(notebook, workspace.text_documents))
    texts = {part.cell: part.text for part in parts}
    cells = [
        {"cell_type": "code", "source": _clean(texts[number])} if number in texts else {"cell_type": "raw"}
        for number in range(1, len(notebook.cells) + 1)
    ]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return Open(Opened(path, data, folder), parts)


def _cells(notebook: NotebookDocument, documents: Mapping[str, TextDocument]) -> Iterator[Part]:
    """The cells that hold Python."""
    for number, cell in enumerate(notebook.cells, 1):
        document = documents.get(unquote(cell.document))
        is_code = cell.kind is NotebookCellKind.Code
        if is_code and document is not None and (document.language_id or "") in _LANGUAGES:
            yield Part(cell.document, number, document.version, document.source)


def _path(uri: str, folders: Sequence[str], suffix: str) -> tuple[str, str]:
    """The absolute path of a document, and the folder of the workspace in which it lies.

    A document that was never saved gets a path of its own in the first folder: nothing is ever written there.
    """
    path = to_fs_path(uri) if uri.startswith("file:") else None
    if path is not None and ("\0" in path or (os.name != "nt" and path.startswith("//"))):
        path = None  # no file of this machine
    if path is None:
        name = re.sub(r"[^\w.-]", "_", unquote(urlparse(uri)[2])).strip("_") or "untitled"
        path = os.path.join(folders[0] if folders else os.path.abspath(os.sep), name)
        path = path if path.endswith(suffix) else path + suffix
    path = os.path.normpath(path)
    around = [folder for folder in folders if path.startswith(os.path.join(folder, ""))]
    return path, max(around, key=len, default="")


def _clean(text: str) -> str:
    """The text with half characters, which JSON can carry and no file can, replaced one for one."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _encoded(text: str) -> bytes:
    """The bytes of a file with this text, in the encoding that its first lines declare."""
    clean = _clean(text)
    encoding = declared_encoding(clean.encode()) or "utf-8"
    try:
        return clean.encode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):
        return clean.encode()
