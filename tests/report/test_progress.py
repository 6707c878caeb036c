from __future__ import annotations

import io
from typing import TYPE_CHECKING

from clip_lint.report import progress
from clip_lint.report.progress import Progress

if TYPE_CHECKING:
    import pytest


def drawn(*, enabled: bool) -> str:
    stream = io.StringIO()
    with Progress(stream, enabled=enabled) as bar:
        bar.update(1, 3)
        bar.update(2, 3)
    return stream.getvalue()


def test_a_short_run_shows_nothing() -> None:
    assert drawn(enabled=True) == ""


def test_a_long_run_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PERIOD", 0)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    assert "2/3" in drawn(enabled=True)
    assert drawn(enabled=False) == ""
