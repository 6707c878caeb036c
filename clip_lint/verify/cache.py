"""Measurements that were made before: one small JSON file each, keyed by everything that decides the result."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.evidence import Evidence

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.core.evidence import EvidenceRequest

_FORMAT = 4


def key(request: EvidenceRequest, *parts: str) -> str:
    """The name of a result: the request and ``parts`` (model, probe, fixtures, detector, device, versions)."""
    fields = [_FORMAT, request.code, list(request.prompts), request.written.to_json(), *parts]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class EvidenceCache:
    """A folder of results; None keeps nothing. A damaged or unreadable entry counts as missing."""

    folder: Path | None

    def get(self, name: str) -> Evidence | None:
        """The result called ``name``, or None."""
        if self.folder is None:
            return None
        try:
            data = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            return Evidence.from_json(data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def put(self, name: str, evidence: Evidence) -> None:
        """Keep ``evidence``; a folder that cannot be written keeps nothing, the run goes on."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(evidence.to_json(), stream)
            os.replace(temporary, self.folder / f"{name}.json")  # noqa: PTH105 (a string from mkstemp)
