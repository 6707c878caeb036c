"""Files are written whole, with what belongs to them, and never over somebody else's change."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clip_lint.fixing.atomic_write import PREFIX, StaleError, write


def test_the_mode_stays_and_nothing_lies_around(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited by somebody")
    with pytest.raises(StaleError, match="changed"):
        write(str(path), b"old", b"new")
    assert path.read_bytes() == b"edited by somebody"
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_a_change_while_writing_is_seen_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    flush = os.fsync

    def interfering(descriptor: int) -> None:
        path.write_bytes(b"edited by somebody")
        flush(descriptor)

    monkeypatch.setattr("clip_lint.fixing.atomic_write.os.fsync", interfering)
    with pytest.raises(StaleError, match="changed"):
        write(str(path), b"old", b"new")
    assert path.read_bytes() == b"edited by somebody"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "a.py"
    real.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(real)
    write(str(link), b"old", b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise error

    monkeypatch.setattr("clip_lint.fixing.atomic_write.os.replace", interrupted)
    with pytest.raises((KeyboardInterrupt, StaleError)):
        write(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(PREFIX)]


def test_a_file_that_went_away_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StaleError, match="cannot be written"):
        write(str(tmp_path / "gone.py"), b"", b"new")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be put off")
@pytest.mark.parametrize("kind", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_that_ends_the_run_waits_until_the_file_is_written(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    program = (
        "import os, signal\nfrom clip_lint.fixing import atomic_write\n\nflush = os.fsync\n\n\n"
        f"def interrupted(descriptor):\n    os.kill(os.getpid(), signal.{kind})\n    flush(descriptor)\n\n\n"
        "os.fsync = interrupted\natomic_write.write('a.py', b'old', b'new')\nprint('still here')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert run.returncode == -getattr(signal, kind)
    assert b"still here" not in run.stdout
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"a.py": b"new"}
