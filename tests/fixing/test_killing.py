"""The small version of `killing`: no file is half written when the run dies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from killing import contents, killed_once, whole_run


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_run_leaves_whole_files(tmp_path: Path) -> None:
    total = whole_run(tmp_path, 40, 50)
    for step in range(1, 9):
        _, _, broken = killed_once(tmp_path, 40, 50, total * (0.5 + step / 20))
        assert not broken


def test_the_trial_would_see_a_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = contents(0, 1)
    monkeypatch.setattr("killing.contents", lambda *_: (old, new))
    monkeypatch.setattr("killing.subprocess.Popen", _Writer)
    _Writer.path = tmp_path / "m0.py"
    assert killed_once(tmp_path, 1, 1, 0.0)[2] == ["m0.py"]


class _Writer:
    """A process that was killed halfway through the file."""

    path = Path()

    def __init__(self, *_: object, **__: object) -> None:
        self.path.write_bytes(self.path.read_bytes()[:10])

    def poll(self) -> int:
        return 0

    def send_signal(self, _: int) -> None: ...

    def wait(self) -> None: ...
