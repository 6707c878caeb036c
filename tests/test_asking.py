"""What a run would do, asked without doing it; values given with --config; configurations that build on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

if TYPE_CHECKING:
    from conftest import Writer

FAULT = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_text(clip.tokenize(['a'])).cpu().numpy()\n"
PLAIN = "--no-cache", "--output-format", "concise"


def test_show_files(write: Writer) -> None:
    top = write(
        {
            "a.py": FAULT,
            "b/n.ipynb": "{",
            "b/c.txt": "",
            "gen/d.py": "",
            "clip-lint.toml": "extend-exclude = ['gen']\n",
        }
    )
    assert clip_lint(top, "--show-files", status=0).stdout == "a.py\nb/n.ipynb\n"
    assert clip_lint(top, "--show-files", "b", status=0).stdout == "b/n.ipynb\n"
    assert clip_lint(top, "--show-files", "gone.py", status=2).stderr == "gone.py: no such file or folder\n"


def test_show_settings(write: Writer) -> None:
    top = write(
        {
            "a.py": "",
            "b/c.py": "",
            "b/clip-lint.toml": "select = ['CLP4']\nseverity = {CLP402 = 'note'}\nworkers = 1\n",
        }
    )
    lines = clip_lint(
        top, "--show-settings", "b/c.py", "--min-severity", "note", status=0
    ).stdout.splitlines()
    for line in (
        'select = ["CLP4"]',
        'severity = {"CLP402": "note"}',
        "workers = 1",
        'min-severity = "note"',
        f'file = "{top}/b/clip-lint.toml"',
    ):
        assert line in lines
    assert 'file = ""' in clip_lint(top, "--show-settings", status=0).stdout


def test_values_on_the_command_line(write: Writer) -> None:
    top = write({"a.py": FAULT, "clip-lint.toml": "min-severity = 'error'\n", "own.toml": "quiet = true\n"})
    assert clip_lint(top, *PLAIN, status=1).stdout
    assert not clip_lint(top, *PLAIN, "--config", "ignore = ['CLP402']", status=0).stdout
    assert not clip_lint(
        top, *PLAIN, "--config", "own.toml", "--config", "ignore = ['CLP402']", status=0
    ).stdout
    assert (
        "[note]"
        in clip_lint(
            top, *PLAIN, "--config", "severity.CLP402 = 'note'", "--min-severity", "note", status=1
        ).stdout
    )
    told = clip_lint(
        top,
        "--no-cache",
        "--config",
        "output-file = 'told'",
        "--config",
        "output-format = 'concise'",
        status=1,
    )
    assert told.stdout == ""
    assert "CLP402" in (top / "told").read_text()
    for value, words in (
        ("selct = []", "did you mean 'select'?"),
        ("a = ", "neither a file nor KEY = VALUE in TOML"),
    ):
        assert words in clip_lint(top, "--config", value, status=2).stderr
    assert (
        "names two files"
        in clip_lint(top, "--config", "own.toml", "--config", "clip-lint.toml", status=2).stderr
    )


def test_the_short_name_of_the_output_file(write: Writer) -> None:
    top = write({"a.py": FAULT})
    clip_lint(top, *PLAIN, "-o", "told", status=1)
    assert "CLP402" in (top / "told").read_text()


def test_clean(write: Writer) -> None:
    top = write({"a.py": FAULT, "victim/x": "mine"})
    assert clip_lint(top, "clean", status=0).stderr == "nothing is kept here\n"
    clip_lint(top, status=1)
    cache = top / ".clip_lint_cache"
    (cache / "link").symlink_to(top / "victim")
    clip_lint(top, "clean", status=0)
    assert not cache.exists()
    assert (top / "victim/x").read_text() == "mine"
    cache.mkdir()
    (cache / "other").write_text("mine")
    assert "left alone: it is no cache folder of clip-lint" in clip_lint(top, "clean", status=2).stderr
    (cache / "other").unlink()
    cache.rmdir()
    cache.symlink_to(top / "victim")
    assert "left alone: it is a link" in clip_lint(top, "clean", status=2).stderr
    assert (top / "victim/x").read_text() == "mine"


@pytest.mark.parametrize(
    ("wanted", "status"), [(">=0.1", 1), ("<0.1", 2), (">=9", 2), ("nonsense", 2), ("0.0.1", 2), ("", 2)]
)
def test_required_version(write: Writer, wanted: str, status: int) -> None:
    top = write({"a.py": FAULT, "clip-lint.toml": f"required-version = {wanted!r}\n"})
    done = clip_lint(top, *PLAIN, status=status)
    assert ("clip-lint.toml: `required-version`: " in done.stderr) == (status == 2)


def test_a_configuration_builds_on_another(write: Writer) -> None:
    top = write(
        {
            ".git/HEAD": "",
            "lint/base.toml": "select = ['CLP4']\nexclude = ['gen/*.py']\nquiet = true\nfix = true\n",
            "lint/gen/d.py": FAULT,
            "app/clip-lint.toml": "extend = '../lint/base.toml'\nextend-select = ['CLP201']\nquiet = false\n",
            "app/a.py": FAULT,
        }
    )
    lines = clip_lint(top / "app", "--show-settings", status=0).stdout.splitlines()
    for line in (
        'select = ["CLP4"]',
        'extend-select = ["CLP201"]',
        "quiet = false",
        "fix = false",
        f'exclude = ["{top}/lint/gen/*.py"]',
    ):
        assert line in lines
    done = clip_lint(top / "app", *PLAIN, status=1)
    assert "base.toml: warning: `fix`: not obeyed" in done.stderr
    assert (top / "app/a.py").read_text() == FAULT
    (top / "lint/base.toml").write_text("extend = '../app/clip-lint.toml'\n")
    assert "build on each other" in clip_lint(top / "app", *PLAIN, status=2).stderr
    (top / "app/clip-lint.toml").write_text("extend = '../../outside.toml'\n")
    assert (
        "`extend`: not obeyed, it leads out of the project" in clip_lint(top / "app", *PLAIN, status=1).stderr
    )
    (top / "app/clip-lint.toml").write_text("extend = 'gone.toml'\n")
    assert "gone.toml: cannot be read" in clip_lint(top / "app", *PLAIN, status=2).stderr


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["ru"], {"file,ru", "plain,rules"}),
        (["base"], {"file,base", "plain,baseline"}),
        (["explain", "CLP00"], {"plain,CLP000", "plain,CLP001"}),
        (["explain", "unused-s"], {"plain,unused-suppression"}),
        (["explain", "counti"], {"plain,counting"}),
        (["--select", "CLP20"], {f"plain,CLP20{digit}" for digit in range(1, 10)}),
        (["--ignore", "CLP305,CLP21"], {f"plain,CLP305,CLP21{number}" for number in (0, 1, 2, 3, 4, 6)}),
        (["--output-format", "git"], {"plain,github", "plain,gitlab"}),
    ],
)
def test_completions(
    write: Writer, monkeypatch: pytest.MonkeyPatch, words: list[str], kinds: set[str]
) -> None:
    monkeypatch.setenv("_CLIP_LINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(["clip-lint", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    lines = clip_lint(write({})).stdout.splitlines()
    assert set(lines) == kinds
    # bash forgets what it was told before it is told to look for files
    assert all(line.startswith("plain") for line in lines[1:])


def test_cards_as_json(write: Writer) -> None:
    import json

    top = write({})
    every = json.loads(clip_lint(top, "explain", "--all", "--output-format", "json", status=0).stdout)
    assert {"CLP001", "CLP201"} <= {each["code"] for each in every}
    assert all(each["sections"]["Why it is bad"] and each["markdown"] for each in every)
    two = json.loads(
        clip_lint(top, "explain", "CLP201", "alternatives", "--output-format", "json", status=0).stdout
    )
    assert [each["topic"] for each in two] == ["CLP201", "alternatives"]
    assert clip_lint(top, "explain", "CLP201", "CLP202", status=0).stdout.count("\n# CLP202") == 1
    assert "name a rule or a topic" in clip_lint(top, "explain", status=2).stderr
