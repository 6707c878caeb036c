"""What stands in old versions of files is a note, whichever files are named, and a run says what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.cli.main import main

LIVE = """\
import clip

model, preprocess = clip.load("ViT-B/32", device="cpu")


def look(pixels):
    return model.encode_image(pixels).mean()
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--isolated", "--no-cache", "--select", "CLP402", *arguments])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_a_run_says_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("app.py", "archive/app.py", "vendor/see.py"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(LIVE)
    status, text = told(capsys, ".")
    assert status == 1
    assert "archive" not in text
    assert "2 findings in old versions of files and in copied libraries left out" in text
    status, text = told(capsys, "archive/app.py")
    assert status == 0
    assert "Found nothing in 1 file." in text
    assert "1 finding in old versions" in text
    status, text = told(capsys, ".", "--min-severity", "note")
    assert "archive/app.py" in text
    assert "left out" not in text


def test_a_silenced_finding_is_not_left_out_once_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old").mkdir()
    Path("app.py").write_text(LIVE)
    Path("old/app.py").write_text(LIVE.replace(".mean()", ".mean()  # noqa: CLP402"))
    assert "left out" not in told(capsys, ".")[1]


def test_a_file_that_cannot_be_read_is_no_counterpart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app_v1.py").write_text(LIVE)
    Path("app_v2.py").write_bytes(LIVE.encode("utf-16"))
    assert "app_v1.py:7" in told(capsys, ".")[1]
