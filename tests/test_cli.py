from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clip_lint import __version__
from clip_lint.cli import main as cli
from clip_lint.cli.group import COMMANDS
from clip_lint.engine.project import Project
from clip_lint.settings.formats import FORMATS

if TYPE_CHECKING:
    from conftest import Writer

# One finding that needs nothing but the text: a fault of the house itself, CLP001.
IDLE = "x = 1  # clip-lint: ignore[CLP201]\n"
BROKEN = "import clip\nx = = 1\n"
COMMAND = [sys.executable, "-m", "clip_lint"]


def run(
    *arguments: str, cwd: Path, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    result = subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
    assert "Traceback" not in result.stderr
    return result


@pytest.mark.parametrize(
    ("files", "arguments", "status"),
    [
        ({"a.py": "x = 1\n"}, [], 0),
        ({"a.py": IDLE}, [], 1),
        ({"a.py": BROKEN}, [], 2),
        ({"a.py": IDLE, "b.py": BROKEN}, [], 2),
        ({"a.py": IDLE}, ["--exit-zero"], 0),
        ({"a.py": BROKEN}, ["--exit-zero"], 0),
        ({"a.py": IDLE}, ["--exit-zero", "gone.py"], 2),
        ({"a.py": IDLE}, ["a.py", "gone.py"], 2),
        ({"a.py": IDLE}, ["--ignore", "CLP001"], 0),
        ({"a.py": IDLE}, ["--min-severity", "error"], 0),
        ({"a.py": IDLE}, ["--select", "CLP2"], 0),
        ({"a.py": IDLE}, ["--select", "CLP999"], 2),
        ({"a.py": IDLE}, ["--nonsense"], 2),
        ({"a.py": IDLE}, ["--output-format", "xml"], 2),
        ({"a.py": IDLE}, ["--target-version", "transformers"], 2),
        ({"a.py": IDLE}, ["--target-version", "numpy=1"], 2),
        ({"a.py": IDLE}, ["--exclude", "[z-a]"], 2),
        ({"a.py": IDLE}, ["--config", "gone.toml"], 2),
        ({"a.py": IDLE}, ["--config", "x.toml", "--isolated"], 2),
        ({"a.py": IDLE}, ["--output-format", "sarif:x", "--output-format", "html:./x"], 2),
        ({"a.py": IDLE}, ["--output-format", "sarif", "--output-format", "html", "--output-file", "x"], 2),
        ({"a.py": IDLE}, ["--output-format", "sarif:gone/x"], 2),
        ({"a.py": IDLE}, ["--output-format", "sarif:"], 2),
        ({"a.py": IDLE}, ["--workers", "0"], 1),
        ({"a.py": IDLE}, ["--workers", "-1"], 2),
        ({"a.py": IDLE}, ["--stdin-filename", "b.py"], 2),
        ({"a.py": IDLE}, ["-", "a.py"], 2),
        ({"a.py": IDLE, "pyproject.toml": "[tool.clip-lint]\nselct = 1\n"}, [], 2),
        ({"a.py": IDLE, "pyproject.toml": "[tool.clip-lint]\nselct = 1\n"}, ["--isolated"], 1),
        ({}, [], 0),
    ],
)
def test_exit_status(write: Writer, files: dict[str, str], arguments: list[str], status: int) -> None:
    assert run("--no-cache", *arguments, cwd=write(files)).returncode == status


def test_findings_go_out_and_troubles_go_to_stderr(write: Writer) -> None:
    top = write({"a.py": IDLE, "b.py": BROKEN})
    result = run("--output-format", "concise", "gone.py", ".", cwd=top)
    first, second = result.stdout.splitlines()
    assert (
        first == "a.py:1:8: CLP001 [warning] this suppression of `CLP201` silences nothing on this statement"
    )
    assert second.startswith("b.py:2:5: CLP000 [error] cannot be parsed as Python ")
    assert result.stderr.splitlines() == ["gone.py: no such file or folder"]


def test_the_word_check_may_be_left_out(write: Writer) -> None:
    top = write({"a.py": IDLE, "rules/b.py": IDLE})
    plain = run("--output-format", "concise", "a.py", cwd=top).stdout
    assert plain == run("check", "--output-format", "concise", "a.py", cwd=top).stdout
    assert "rules/b.py:1" in run("./rules", "--output-format", "concise", cwd=top).stdout
    assert "CLP201  unnormalized-similarity" in run("rules", cwd=top).stdout


def test_text_is_the_default_and_ends_with_a_summary(write: Writer) -> None:
    top = write({"a.py": IDLE})
    result = run("--statistics", cwd=top)
    assert "   1 | x = 1  # clip-lint: ignore[CLP201]" in result.stdout
    lines = result.stdout.splitlines()
    assert "1  CLP001  unused-suppression" in lines
    assert lines.index("Found 1 warning in 1 file.") == lines.index("1  CLP001  unused-suppression") + 1
    assert "Found" not in run("--quiet", cwd=top).stdout
    assert run(cwd=write({"a.py": "x = 1\n"})).stdout == "Found nothing in 1 file.\n"


def test_json_is_json_whatever_else_is_said(write: Writer) -> None:
    top = write({"a.py": IDLE.replace("CLP201", "CLP999")})
    result = run("--output-format", "json", "--statistics", cwd=top)
    assert [each["code"] for each in json.loads(result.stdout)] == ["CLP001"]
    assert "unknown code 'CLP999'" in result.stderr
    assert "1  CLP001" in result.stderr
    assert json.loads(run("--output-format", "json", cwd=write({"a.py": ""})).stdout) == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_through_the_command_line(write: Writer, name: str) -> None:
    top = write({"a.py": IDLE})
    found = run("--output-format", "text", "--output-format", f"{name}:out", cwd=top)
    assert (found.returncode, found.stdout.splitlines()[-2]) == (1, "Found 1 warning in 1 file.")
    assert "CLP001" in (top / "out").read_text(encoding="utf-8")
    assert run("--output-format", name, "--quiet", cwd=top).stdout == (top / "out").read_text(
        encoding="utf-8"
    )


def test_paths_for_the_repositorys_hosts_count_from_its_top(write: Writer) -> None:
    top = write({".git/HEAD": "", "app/a.py": IDLE})
    for name in ("github", "gitlab", "azure", "sarif"):
        assert "app/a.py" in run("--output-format", name, cwd=top / "app").stdout, name


def test_several_formats_and_files(write: Writer) -> None:
    top = write({"a.py": IDLE})
    result = run("--output-format", "github", "--output-format", "json:out.json", cwd=top)
    assert result.stdout.startswith("::warning file=a.py,line=1")
    assert len(json.loads((top / "out.json").read_text())) == 1
    assert run("--output-file", "out.txt", cwd=top).stdout == ""
    assert "CLP001" in (top / "out.txt").read_text()
    assert run("--output-file", "no/such/out.txt", cwd=top).returncode == 2


def test_silenced_findings_are_shown_on_request(write: Writer) -> None:
    top = write({"a.py": "x = 1  # clip-lint: ignore[CLP201, CLP001]\n"})
    assert json.loads(run("--output-format", "json", cwd=top).stdout) == []
    result = run("--output-format", "json", "--show-suppressed", cwd=top)
    assert [each["suppressed"] for each in json.loads(result.stdout)] == [True]
    assert result.returncode == 0


def test_standard_input_has_the_name_it_is_given(write: Writer) -> None:
    top = write({"pkg/pyproject.toml": "[tool.clip-lint]\nmin-severity = 'error'\n"})
    result = run("-", "--output-format", "concise", cwd=top, stdin=IDLE.encode())
    assert result.stdout.startswith("-:1:8: CLP001")
    assert run("-", "--stdin-filename", "pkg/a.py", cwd=top, stdin=IDLE.encode()).returncode == 0
    text = run("-", "--stdin-filename", "a.py", cwd=top, stdin=IDLE.encode()).stdout
    assert "   1 | x = 1  # clip-lint: ignore[CLP201]" in text
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": IDLE}]}).encode()
    result = run("-", "--stdin-filename", "n.ipynb", "--output-format", "concise", cwd=top, stdin=notebook)
    assert result.stdout.startswith("n.ipynb:cell 1:1:8")


def test_a_path_that_would_move_the_cursor_is_written_out(write: Writer) -> None:
    top = write({"\x1b[31m.py": IDLE, "\x1b[32m.py": BROKEN})
    for arguments in ([], ["\x1b[33m.py"], ["--select", "\x1b[34m"], ["--\x1b[35m"], ["explain", "\x1b[36m"]):
        result = (
            run("--no-cache", *arguments, cwd=top)
            if arguments[:1] != ["explain"]
            else run(*arguments, cwd=top)
        )
        assert "\x1b" not in result.stdout + result.stderr
        assert "\\x1b[3" in result.stdout + result.stderr


def test_names_and_code_in_other_encodings_do_not_stop_it(write: Writer) -> None:
    top = write({"日本.py": "日本 = 1  # clip-lint: ignore[CLP201]\n"})
    result = run("--no-cache", cwd=top, environment={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 1
    assert "\\u65e5" in result.stdout
    raw = os.fsencode(top) + b"/\xff.py"
    Path(os.fsdecode(raw)).write_text(IDLE)
    assert "\\udcff.py:1:8" in run(cwd=top).stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        (["--color", "always"], {}, True),
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(write: Writer, arguments: list[str], environment: dict[str, str], colored: bool) -> None:
    output = run("--no-cache", *arguments, cwd=write({"a.py": IDLE}), environment=environment).stdout
    assert ("\x1b[" in output) is colored


def test_a_terminal_gets_colours(write: Writer) -> None:
    top = write({"a.py": IDLE})
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, "--no-cache"], cwd=top, stdout=child, stderr=child, env=environment
    ) as process:
        os.close(child)
        output = b""
        while True:
            try:
                chunk = os.read(parent, 4096)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
        assert process.wait(timeout=60) == 1
    os.close(parent)
    assert b"\x1b[" in output


def test_a_reader_who_leaves_is_no_error(write: Writer) -> None:
    top = write({f"m{number}.py": IDLE * 200 for number in range(20)})
    with subprocess.Popen(
        [*COMMAND, "--no-cache", "--output-format", "json"],
        cwd=top,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=60)


def test_ctrl_c_ends_it_quietly(write: Writer) -> None:
    top = write({"a.py": IDLE})
    code = (
        "import os, signal, clip_lint.cli.main\n"
        "class Input:\n"
        "    class buffer:\n"
        "        read = staticmethod(lambda: os.kill(os.getpid(), signal.SIGINT) or signal.pause())\n"
        "import sys\nsys.stdin = Input\nclip_lint.cli.main.main(['-'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=top, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, b"", b"")


def test_a_fault_of_our_own_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(*_: object) -> None:
        raise ZeroDivisionError("divided\nby nothing")

    monkeypatch.setattr("clip_lint.cli.query.answer", answer)
    with pytest.raises(SystemExit) as leaving:
        cli.main(["query", "a harbour"])
    assert leaving.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "clip-lint: a fault in clip-lint (ZeroDivisionError: divided by nothing at test_cli.py:"
    )
    assert line.endswith("please report it")


def test_explain_prints_the_card_by_code_or_name(tmp_path: Path) -> None:
    by_code = run("explain", "clp201", cwd=tmp_path)
    assert by_code.stdout.startswith("# CLP201: unnormalized-similarity\n")
    assert "## Why it is bad" in by_code.stdout
    assert run("explain", "unnormalized-similarity", cwd=tmp_path).stdout == by_code.stdout
    assert "\x1b[" in run("explain", "CLP201", "--color", "always", cwd=tmp_path).stdout
    unknown = run("explain", "CLP2O1", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "did you mean 'CLP201'?" in unknown.stderr


def test_rules_are_listed_for_people_and_programs(tmp_path: Path) -> None:
    from clip_lint.settings.values import rules

    lines = run("rules", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(rules())
    listed = json.loads(run("rules", "--output-format", "json", cwd=tmp_path).stdout)
    assert [(each["code"], each["preview"]) for each in listed] == [
        (c, r.is_preview) for c, r in rules().items()
    ]


def test_images_that_are_not_there_are_told(tmp_path: Path) -> None:
    told = run("--verify", "--images", "no-such-folder", cwd=tmp_path)
    assert told.returncode == 2
    assert "'no-such-folder' does not exist" in told.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(tmp_path: Path, shell: str) -> None:
    result = run("completion", shell, cwd=tmp_path)
    assert result.returncode == 0
    assert "_CLIP_LINT_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("clip-lint ", ["rules", "explain", "query", "file"]),
        ("clip-lint --sel", ["--select"]),
        ("clip-lint --output-format json --exit", ["--exit-zero"]),
        ("clip-lint src --min-severity e", ["error"]),
        ("clip-lint completion f", ["fish"]),
    ],
)
def test_words_are_completed(tmp_path: Path, words: str, offered: list[str]) -> None:
    *_, last = parts = words.split(" ")
    environment = {
        "_CLIP_LINT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(parts) - 1),
    }
    lines = run(cwd=tmp_path, environment=environment).stdout
    assert all(word in lines for word in offered), (last, lines)


def test_help_names_every_option_and_command(tmp_path: Path) -> None:
    text = run("--help", cwd=tmp_path).stdout
    for option in cli.check.params:
        assert all(name in text for name in option.opts if name.startswith("--"))
    assert all(f"\n  {name} " in text for name in ("check", *COMMANDS))
    assert run("-h", cwd=tmp_path).stdout == text
    assert run("--version", cwd=tmp_path).stdout == f"clip-lint, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_they_say(tmp_path: Path, name: str) -> None:
    summary = COMMANDS[name][2]
    assert summary in " ".join(run(name, "--help", cwd=tmp_path).stdout.split())


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, contextlib, io\nfrom clip_lint.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main(['--help'])\n"
        "print(sorted({'rich', 'packaging', 'torch', 'transformers', 'tomllib', 'tokenize', 'multiprocessing'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() in ("[]", "['tokenize']")


def test_a_folder_without_clip_loads_no_reading(write: Writer) -> None:
    code = (
        "import sys, contextlib, io\nfrom clip_lint.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main([])\n"
        "print([name for name in sys.modules if name.startswith(('clip_lint.reading', 'clip_lint.checks', 'rich.'))])"
    )
    for program, is_read in (("x = 1\n", False), ("import clip\n", True)):
        top = write({"a.py": program})
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=top
        )
        assert (done.stdout.strip() != "[]") is is_read


def test_every_setting_has_its_option() -> None:
    import dataclasses

    from clip_lint.settings.model import Settings

    options = {option.name for option in cli.check.params}
    apart = {"base", "file", "stages", "per_file_ignores", "severity", "extra_libraries", "target_versions"}
    apart |= {"extend_safe_fixes", "extend_unsafe_fixes"}  # per rule, and so only in the configuration
    apart |= {"verifying"}  # everything that goes with --verify, option by option
    assert {field.name for field in dataclasses.fields(Settings)} - apart <= options
    assert {"select", "ignore", "extend_select", "target_version"} <= options


def test_the_real_steps_work_end_to_end(write: Writer) -> None:
    code = (
        "import torch\nfrom transformers import CLIPModel, CLIPProcessor\n"
        'model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\n'
        "def compare(pixels, ids):\n"
        "    with torch.no_grad():\n"
        "        image = model.get_image_features(pixel_values=pixels)\n"
        "        text = model.get_text_features(input_ids=ids)\n"
        "    return image @ text.T\n"
    )
    top = write({"a.py": code})
    found = json.loads(run("--target-version", "transformers=4", "--output-format", "json", cwd=top).stdout)
    assert [(each["code"], each["start"]["line"]) for each in found] == [("CLP201", 8)]
    newer = json.loads(run("--target-version", "transformers>=5", "--output-format", "json", cwd=top).stdout)
    assert "CLP307" in {each["code"] for each in newer}


def test_interrupts_and_faults_of_our_own_leave_no_traceback(
    write: Writer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(write({"a.py": IDLE}))
    monkeypatch.setattr(Project, "lint", interrupted)
    with pytest.raises(SystemExit) as leaving:
        cli.main(["."])
    assert leaving.value.code == 130
    assert capsys.readouterr().err.strip() == ""
