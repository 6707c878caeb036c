"""What users of other linters take for granted: short explanations, pages of rules, completion, and a word where theirs is another."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.cli.group import COMMANDS
from clip_lint.core import home
from clip_lint.core.cards import load_rules
from clip_lint.settings.formats import FORMATS

if TYPE_CHECKING:
    from conftest import Writer

FAULT = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_text(clip.tokenize(['a'])).cpu().numpy()\n"


@pytest.mark.parametrize("code", load_rules())
def test_an_explanation_is_short(code: str, tmp_path: Path) -> None:
    rule = load_rules()[code]
    text = clip_lint(tmp_path, "explain", code, status=0).stdout
    assert len(text.splitlines()) <= 124
    for title in rule.sections:
        assert f"## {title}\n" in text
    bad = next(each for each in rule.examples if each.kind == "bad")
    assert bad.written.strip() in text
    assert f"clip-lint explain {code} --examples" in text
    assert "../references" not in text
    full = clip_lint(tmp_path, "explain", rule.name, "--examples", status=0).stdout
    assert all(each.written.strip() in full for each in rule.examples)


def test_all_rules_as_json(tmp_path: Path) -> None:
    rows = json.loads(clip_lint(tmp_path, "explain", "--all", "--output-format", "json", status=0).stdout)
    assert [row["code"] for row in rows] == list(load_rules())
    assert all(row["sections"]["Examples"] in row["markdown"] for row in rows)


@pytest.mark.parametrize("is_public", [False, True])
def test_each_rule_has_its_page_where_there_is_one(
    write: Writer, monkeypatch: pytest.MonkeyPatch, *, is_public: bool
) -> None:
    url = "https://example.org/site/rules/CLP402-missing-no-grad.html"
    if is_public:
        monkeypatch.setattr(home, "SITE", "https://example.org/site")
        monkeypatch.setattr(home, "REPOSITORY", "https://example.org/code")
    top = write({"a.py": FAULT, "bad.py": "import clip\n(\n"})

    def made(name: str) -> str:
        return clip_lint(top, "--no-cache", "--output-format", name, status=2).stdout

    (run,) = json.loads(made("sarif"))["runs"]
    pages = {each["id"]: each.get("helpUri") for each in run["tool"]["driver"]["rules"]}
    assert pages == {"CLP000": None, "CLP402": url if is_public else None}
    assert run["tool"]["driver"].get("informationUri") == ("https://example.org/site" if is_public else None)
    rows = {row["code"]: row["url"] for row in json.loads(made("json"))}
    assert rows == {"CLP000": None, "CLP402": url if is_public else None}
    found = {
        each["code"]["value"]: each["code"].get("url") for each in json.loads(made("rdjson"))["diagnostics"]
    }
    assert found == {"CLP000": None, "CLP402": url if is_public else None}
    assert (url in clip_lint(top, "explain", "CLP402").stdout) == is_public


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("help", "--help"),
        ("config", "clip-lint settings"),
        ("rule", "clip-lint explain CODE"),
        ("linter", "clip-lint rules"),
        ("format", "--fix"),
        ("version", "--version"),
    ],
)
def test_commands_of_other_linters_are_answered(word: str, hint: str, write: Writer) -> None:
    top = write({"a.py": FAULT})
    assert hint in clip_lint(top, word, status=2).stderr
    write({f"{word}/b.py": FAULT})
    assert f"{word}/b.py:3" in clip_lint(top, word, status=1).stdout


def test_a_group_alone_prints_its_help_as_it_is(tmp_path: Path) -> None:
    done = clip_lint(tmp_path, "baseline", status=2)
    assert done.stderr.startswith("Usage: clip-lint baseline")
    assert "clip-lint: " not in done.stderr.replace("Usage: clip-lint: ", "")


def test_no_workers_are_as_many_as_pay(write: Writer) -> None:
    assert "a.py:3" in clip_lint(write({"a.py": FAULT}), "-j", "0", "--no-cache", status=1).stdout


def test_two_formats_are_not_mixed(write: Writer) -> None:
    top = write({"a.py": FAULT})
    done = clip_lint(top, "--output-format", "json", "--output-format", "text", status=2)
    assert (
        done.stderr
        == "clip-lint: two formats would be mixed on standard output; give one a file, as in text:FILE\n"
    )
    both = clip_lint(top, "--output-format", "json:found.json", "--output-format", "concise", status=1)
    assert both.stdout.startswith("a.py:3:")


def test_a_misspelt_table_is_told(write: Writer) -> None:
    top = write({"a.py": FAULT, "pyproject.toml": "[tool.clip_lint]\nignore = ['CLP402']\n"})
    assert "the table is [tool.clip-lint]" in clip_lint(top, "--no-cache", status=1).stderr


def test_flake8_is_told_of_a_wrong_key_in_one_line(write: Writer) -> None:
    top = write({"a.py": FAULT, "clip-lint.toml": "selct = []\n"})
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--jobs=1", "--select", "CLP", "."],
        cwd=top, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (line,) = done.stdout.splitlines()
    assert re.match(r"\./a\.py:1:1: CLP000 .*selct", line)
    assert not done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("",), set(COMMANDS) | {"check"}),
        (("explain", ""), {*load_rules(), *(rule.name for rule in load_rules().values()), "counting", "prompting"}),
        (("--select", ""), {*load_rules(), "ALL"}),
        (("--output-format", ""), set(FORMATS)),
        (("completion", ""), {"bash", "zsh", "fish"}),
    ],
)  # fmt: skip
def test_every_shell_completes(shell: str, words: tuple[str, ...], offered: set[str], tmp_path: Path) -> None:
    line = " ".join(("clip-lint", *words))
    word = {"COMP_CWORD": words[-1] if shell == "fish" else str(len(words))}
    env = {**os.environ, "_CLIP_LINT_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, **word}
    program = "from clip_lint.cli.main import main; main([])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    if shell == "zsh":
        values = set(done.stdout.split("\n")[1::3])
    else:
        rows = [row.partition(",")[2] for row in done.stdout.splitlines()]
        values = {row.partition("\t")[0] for row in rows}
    assert offered <= values, offered - values


def test_bash_itself_completes(tmp_path: Path) -> None:
    """The script that is printed, in the shell that it is for."""
    script = tmp_path / "completion.bash"
    script.write_text(clip_lint(tmp_path, "completion", "bash", status=0).stdout)
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "clip-lint"
    program.write_text(f"#!{sys.executable}\nfrom clip_lint.cli.main import main\nmain()\n")
    program.chmod(0o755)
    asked = (
        f"source {script}; COMP_WORDS=(clip-lint expl); COMP_CWORD=1; _clip_lint_completion clip-lint; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", asked], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["explain"], done
