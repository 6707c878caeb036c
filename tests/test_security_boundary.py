"""A linted tree is hostile: what its configuration asks for beside how it is linted is not done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from conftest import Writer

FAULT = """\
import clip

model, preprocess = clip.load("ViT-B/32")
features = model.encode_text(clip.tokenize(["a cat"])).cpu().numpy()
"""
PLAIN = "--output-format", "concise"


def tree(folder: Path) -> dict[str, str | None]:
    """Everything below a folder, by its path: contents, None for folders, where links lead."""
    found: dict[str, str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        else:
            found[name] = path.read_text("utf-8", "replace") if path.is_file() else None
    return found


@pytest.mark.parametrize("name", ["pyproject.toml", "clip-lint.toml", ".clip-lint.toml"])
@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('output-file = "../victim"', "output-file"),
        ('output-file = "inside.txt"', "output-file"),
        ('output-format = ["concise", "json:../victim"]', "output-format"),
        ('output-format = "sarif:{top}/victim"', "output-format"),
        ("fix = true", "fix"),
        ("unsafe-fixes = true", "unsafe-fixes"),
        ("fix-only = true", "fix-only"),
        ("verify = true", "verify"),
        ('cache-dir = "../victim"', "cache-dir"),
        ('cache-dir = "{top}/victim"', "cache-dir"),
        ('cache-dir = "out/deep"', "cache-dir"),
        ('baseline = "../known.json"', "baseline"),
        ('baseline = "out/known.json"', "baseline"),
        ('extra-libraries = ["../own.toml"]', "extra-libraries"),
        ('extra-libraries = ["out/own.toml"]', "extra-libraries"),
    ],
)
def test_what_a_found_configuration_asks_for_beside_linting_is_told_and_not_done(
    write: Writer, name: str, line: str, key: str
) -> None:
    top = write({"known.json": "SECRET", "own.toml": "SECRET", "a/m.py": FAULT, "a/b/n.py": FAULT})
    (top / "a/out").symlink_to(top)
    table = "[tool.clip-lint]\n" if name == "pyproject.toml" else ""
    (top / "a" / name).write_text(table + line.replace("{top}", str(top)) + "\n")
    before = tree(top)
    done = clip_lint(top / "a", "--no-cache" if key != "cache-dir" else "--cache", *PLAIN, status=1)
    told = [text for text in done.stderr.splitlines() if "warning:" in text]
    assert len(told) == 1
    assert told[0].startswith(str(top / "a" / name))
    assert f"{key}`" in told[0]
    assert "on the command line or with --config" in told[0]
    assert "SECRET" not in done.stdout + done.stderr
    after = {key: text for key, text in tree(top).items() if not key.startswith("a/.clip_lint_cache")}
    assert after == before
    assert "m.py:4:12: CLP402" in done.stdout or "format" in key


def test_the_command_line_names_a_configuration_that_may_say_everything(write: Writer) -> None:
    top = write({"a/m.py": FAULT, "a/own.toml": 'output-file = "../told"\noutput-format = "concise"\n'})
    done = clip_lint(top / "a", "--config", "own.toml", "--no-cache", status=1)
    assert done.stderr == ""
    assert "CLP402" in (top / "told").read_text()


def test_the_users_own_configuration_may_say_everything_where_no_other_is_found(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write(
        {
            "home/clip-lint/clip-lint.toml": 'output-file = "told"\nquiet = true\nexclude = ["gen"]\n',
            "a/m.py": FAULT,
            "a/gen/m.py": FAULT,
            "b/m.py": FAULT,
            "b/clip-lint.toml": 'output-format = "concise"\n',
        }
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(top / "home"))
    clip_lint(top / "a", "--no-cache", status=1)
    told = (top / "a/told").read_text()
    assert told.count("CLP402") == 1
    assert "gen" not in told
    assert "CLP402" in clip_lint(top / "b", "--no-cache", status=1).stdout
    assert "gen" in clip_lint(top / "a", "--no-cache", "--isolated", *PLAIN, status=1).stdout


def test_a_project_is_its_repository_but_no_home_folder_is_one(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write({"known.json": "", "a/clip-lint.toml": 'baseline = "../known.json"\n'})
    (top / ".git").mkdir()

    def baseline() -> str | None:
        return Configuration(Overrides(), str(top)).for_folder(str(top / "a")).baseline

    assert baseline() == str(top / "known.json")
    monkeypatch.setenv("HOME", str(top))
    assert baseline() is None


@pytest.mark.parametrize("name", ["pyproject.toml", "clip-lint.toml"])
def test_a_configuration_that_leads_out_is_not_read(write: Writer, name: str) -> None:
    top = write({"secrets": "[tool.clip-lint]\nPASSWORD = 1\n", "a/m.py": FAULT})
    (top / "a" / name).symlink_to(top / "secrets")
    done = clip_lint(top / "a", "--no-cache", *PLAIN, status=1)
    assert "PASSWORD" not in done.stdout + done.stderr
    assert done.stderr.count("it is a link that leads out of the project") == 1


@pytest.mark.parametrize(
    "kind", ["src", "link to a folder", "link to nothing", "file", "other's tag", "tag by link"]
)
def test_nothing_is_kept_where_something_lies_that_is_not_ours(write: Writer, kind: str) -> None:
    top = write({"a/m.py": FAULT, "elsewhere/x": ""})
    cache = top / "a/.clip_lint_cache"
    if kind == "src":
        (top / "a/src").mkdir()
        (top / "a/src/n.py").write_text("")
        (top / "a/clip-lint.toml").write_text('cache-dir = "src"\n')
        cache = top / "a/src"
    elif kind.startswith("link"):
        cache.symlink_to(top / ("elsewhere" if kind == "link to a folder" else "gone"))
    elif kind == "file":
        cache.write_text("mine")
    else:
        cache.mkdir()
        if kind == "other's tag":
            (cache / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
        else:
            (cache / "CACHEDIR.TAG").symlink_to(top / "gone")
    before = tree(top)
    done = clip_lint(top / "a", *PLAIN, status=1)
    assert f"{cache}: warning: nothing is kept between runs: " in done.stderr
    assert tree(top) == before
    assert clip_lint(top / "a", *PLAIN, status=1).stdout == done.stdout


def test_no_file_of_the_cache_folder_is_written_through_a_link(write: Writer) -> None:
    top = write({"a/m.py": FAULT})
    clip_lint(top / "a", *PLAIN, status=1)
    cache = top / "a/.clip_lint_cache"
    (kept,) = cache.glob("*.json")
    for name in (".gitignore", kept.name):
        (cache / name).unlink()
        (cache / name).symlink_to(top / f"victim-{name}")
    clip_lint(top / "a", *PLAIN, status=1)
    assert sorted(path.name for path in top.iterdir()) == ["a"]


def test_the_default_folder_is_made_and_used(write: Writer) -> None:
    top = write({"a/m.py": FAULT, "a/clip-lint.toml": 'cache-dir = "kept/here"\n'})
    (top / "a/kept/here").mkdir(parents=True)
    assert clip_lint(top / "a", *PLAIN, status=1).stderr == ""
    assert (top / "a/kept/here/CACHEDIR.TAG").is_file()
    assert clip_lint(top / "a", *PLAIN, status=1).stderr == ""
