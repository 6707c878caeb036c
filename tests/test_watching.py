"""`--watch`, as a user sees it: a report, another one after each change, an end with Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from clip_lint.cli import main as cli
from clip_lint.cli import watch
from clip_lint.core.home import install

LIMIT = 60
RAW = """\
import clip

model, preprocess = clip.load("ViT-B/32")
print(model.encode_image(image) @ model.encode_text(text).T)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_reports_after_each_change(tmp_path: Path) -> None:
    async def story() -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clip_lint", "--watch", "--output-format", "concise", "--ignore", "CLP402", ".",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output = process.stdout
        assert output is not None

        async def round_() -> list[str]:
            """The lines of one run."""
            lines: list[str] = []
            async with asyncio.timeout(LIMIT):
                while not lines or "watching" not in lines[-1]:
                    line = (await output.readline()).decode()
                    assert line, lines
                    lines.append(line)
            return lines[:-1]

        async def until(word: str) -> list[str]:
            """The first run that says so (or nothing at all): one change may be seen in two steps."""
            while True:
                lines = await round_() or ["nothing"]
                if any(word in line for line in lines):
                    return lines

        try:
            assert any("no Python files" in line for line in await round_())
            (tmp_path / "app.py").write_text(RAW, encoding="utf-8")
            assert [line for line in await until("CLP201") if line.startswith("app.py:4")]
            (tmp_path / "pyproject.toml").write_text("[tool.clip-lint]\nignroe = []\n", encoding="utf-8")
            assert any("did you mean" in line for line in await until("unknown key"))
            (tmp_path / "pyproject.toml").write_text(
                "[tool.clip-lint]\nextend-select = []\nmin-severity = 'error'\n", encoding="utf-8"
            )
            await until("CLP201")
            (tmp_path / "app.py").write_text("import clip\n", encoding="utf-8")
            await until("nothing")
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(LIMIT):
                rest = (await output.read()).decode()
                assert await process.wait() == 130
            assert "Traceback" not in rest
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    asyncio.run(story())


def test_a_name_that_is_no_text_ends_it_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("import clip\n", encoding="utf-8")

    def changes(*_: object, **__: object) -> Iterator[set[object]]:
        yield set()
        raise RuntimeError('Unable to decode path "bad\\xFF.py" to string')

    monkeypatch.setattr(watch, "watch", changes)
    with pytest.raises(SystemExit) as ended:
        cli.main(["--watch", "--no-cache", "."])
    assert ended.value.code == 2
    told = capsys.readouterr().err.splitlines()
    assert told[-1].startswith("clip-lint: watching ended: Unable to decode path")
    assert "fault" not in told[-1]


@pytest.mark.parametrize("option", ["--fix", "--diff", "--review", "-"])
def test_only_reports(option: str) -> None:
    result = CliRunner().invoke(cli.cli, ["--watch", option])
    assert result.exit_code == 2
    assert "--watch" in result.output


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["--watch"], "watchfiles", "watch"),
        (["server"], "pygls", "lsp"),
        (["mcp"], "mcp", "mcp"),
    ],
)
def test_without_the_extra(
    arguments: list[str],
    package: str,
    extra: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line that says what to install, and status 2."""
    from clip_lint.cli import extras

    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == package else object())
    with pytest.raises(SystemExit) as leaving:
        cli.main(arguments)
    assert leaving.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert package in line
    assert line.endswith(install(extra))
