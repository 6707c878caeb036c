"""`--fix` and its relatives from the command line, on files."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from clip_lint.cli.main import main

Writer = Callable[[Mapping[str, str | bytes]], Path]

HEAD = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
"""
FAULTY = (
    HEAD
    + """

@torch.inference_mode()
def similarity(path, description):
    image = model.get_image_features(**processor(images=Image.open(path), return_tensors="pt")).pooler_output
    text = model.get_text_features(**processor(text=[description], return_tensors="pt")).pooler_output  # the query
    return (image @ text.T).tolist()


print(similarity("a.jpg", input()))
"""
)
SAFE = FAULTY.replace(
    '(text=[description], return_tensors="pt")', '(text=[description], return_tensors="pt", truncation=True)'
)
ALL = SAFE.replace(
    "  # the query\n", "  # the query\n    text = text / text.norm(dim=-1, keepdim=True)\n"
).replace("    text = model", "    image = image / image.norm(dim=-1, keepdim=True)\n    text = model")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in a folder: exit status, standard output and error."""

    def runner(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.chdir(folder)

        class Input(io.TextIOWrapper):
            def __init__(self) -> None:
                super().__init__(io.BytesIO(stdin), encoding="utf-8")

        monkeypatch.setattr("sys.stdin", Input())
        with pytest.raises(SystemExit) as leaving:
            main(
                [*arguments, "--no-cache", "--target-version", "transformers=5"]
                + ["--isolated"] * ("--config" not in arguments)
            )
        captured = capsys.readouterr()
        code = leaving.value.code
        assert isinstance(code, int)
        return code, captured.out, captured.err

    return runner


Runner = Callable[..., tuple[int, str, str]]


def test_fix_writes_safe_fixes_and_reports_the_rest(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY, "b.py": "print('nothing here')\n"})
    status, out, err = run(folder, "--fix")
    assert (folder / "a.py").read_text() == SAFE
    assert status == 1
    assert "CLP201" in out
    assert "CLP305" not in out
    assert "Fixed 1 finding in 1 file." in err
    assert "1 finding can be repaired with --fix --unsafe-fixes." in out


def test_unsafe_fixes_too_and_the_second_run_has_nothing_to_do(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    status, _, err = run(folder, "--fix", "--unsafe-fixes")
    assert (status, (folder / "a.py").read_text()) == (0, ALL)
    assert "Fixed 2 findings in 1 file." in err
    before = (folder / "a.py").stat()
    status, _, err = run(folder, "--fix", "--unsafe-fixes")
    assert (status, "Fixed" in err) == (0, False)
    assert (folder / "a.py").stat().st_ino == before.st_ino


def test_without_fix_nothing_is_written_and_the_report_says_what_could_be(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    status, out, _ = run(folder)
    assert (status, (folder / "a.py").read_text()) == (1, FAULTY)
    assert "[*] 1 finding can be repaired with --fix (1 more with --unsafe-fixes)." in out
    assert "  unsafe: CLP201: normalise the vectors where they are made; scores and thresholds change" in out
    assert [line.partition(" [*] ")[0].split()[1] for line in out.splitlines() if "] [*] " in line] == [
        "CLP305"
    ]
    _, out, _ = run(folder, "--unsafe-fixes")
    assert out.count("] [*] ") == 2
    assert "[*] 2 findings can be repaired with --fix --unsafe-fixes." in out


def test_fixes_are_shown_below_their_findings_and_listed_when_they_are_made(
    write: Writer, run: Runner
) -> None:
    folder = write({"a.py": FAULTY})
    _, out, _ = run(folder, "--show-fixes")
    assert "   safe fix: pass `truncation=True`\n" in out
    changed = [line[3:] for line in out.splitlines() if line.startswith(("   +", "   -"))]
    assert any(line.startswith("+") and "truncation=True" in line for line in changed)
    assert (folder / "a.py").read_text() == FAULTY
    _, _, err = run(folder, "--fix", "--show-fixes")
    assert "Fixed 1 finding in 1 file.\n  a.py:" in err
    assert "CLP305 pass `truncation=True`" in err


def test_diff_shows_and_writes_nothing(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    status, out, err = run(folder, "--diff")
    assert (status, (folder / "a.py").read_text()) == (1, FAULTY)
    changed = [line for line in out.splitlines() if line[:1] in "+-"]
    assert changed[:2] == ["--- a/a.py", "+++ b/a.py"]
    assert len(changed) == 4
    assert "truncation=True" in changed[3]
    assert "Would fix 1 finding in 1 file." in err
    (folder / "a.py").write_text(ALL)
    assert run(folder, "--diff", "--unsafe-fixes") == (0, "", "Nothing would be changed.\n")


def test_diff_says_what_it_leaves_out(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    run(folder, "--fix")
    status, out, err = run(folder, "--diff")
    assert (status, out) == (0, "")
    assert err.startswith("Nothing would be changed.\n1 finding can be repaired with --fix --unsafe-fixes.\n")


def test_the_diff_of_a_file_elsewhere_is_one_that_patch_takes(write: Writer, run: Runner) -> None:
    folder = write({"src/a.py": FAULTY, "elsewhere/b.txt": ""})
    out = run(folder / "elsewhere", "--diff", str(folder / "src" / "a.py"))[1]
    assert "//" not in out.splitlines()[0]


def test_fix_only_reports_nothing_and_exit_non_zero_on_fix_says_that_it_fixed(
    write: Writer, run: Runner
) -> None:
    folder = write({"a.py": FAULTY})
    assert run(folder, "--fix-only")[:2] == (0, "")
    assert (folder / "a.py").read_text() == SAFE
    (folder / "a.py").write_text(FAULTY)
    assert run(folder, "--fix", "--unsafe-fixes", "--exit-non-zero-on-fix")[0] == 1
    assert run(folder, "--fix", "--unsafe-fixes", "--exit-non-zero-on-fix")[0] == 0


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (b"y\ny\n", ALL),
        (b"a\n", ALL),
        (b"?\ny\nq\n", SAFE),
        (b"q\n", FAULTY),
        (b"", FAULTY),
        (b"n\nn\n", FAULTY),
    ],
)
def test_review_asks_about_each_fix(write: Writer, run: Runner, answers: bytes, expected: str) -> None:
    folder = write({"a.py": FAULTY})
    _, _, err = run(folder, "--review", "--unsafe-fixes", stdin=answers)
    assert (folder / "a.py").read_text() == expected
    assert "truncation=True" in err
    assert "safe fix: pass `truncation=True`" in err


RELOADING = """\
import clip
import torch
from PIL import Image

for path in ["a.jpg", "b.jpg"]:
    # the model
    model, preprocess = clip.load("ViT-B/32", device="cpu")
    with torch.no_grad():
        logits, _ = model(preprocess(Image.open(path)).unsqueeze(0), clip.tokenize(["a photo of a dog"]))
    print(logits.softmax(dim=-1))
"""


def test_suggestions_are_shown_in_a_review_and_never_written(write: Writer, run: Runner) -> None:
    folder = write({"a.py": RELOADING})
    _, _, err = run(folder, "--review", "--unsafe-fixes", "--select", "CLP204,CLP405")
    assert (folder / "a.py").read_text() == RELOADING
    assert "CLP405 suggestion: " in err
    assert '+model, preprocess = clip.load("ViT-B/32", device="cpu")' in err
    assert '-    model, preprocess = clip.load("ViT-B/32", device="cpu")' in err
    assert "CLP204 suggestion: add a label that contrasts" in err
    assert "something else" not in err, "CLP111 reports it: it is no contrast"
    run(folder, "--fix", "--unsafe-fixes", "--select", "CLP204,CLP405")
    assert (folder / "a.py").read_text() == RELOADING


def test_silenced_findings_are_not_fixed(write: Writer, run: Runner) -> None:
    silenced = (
        FAULTY.replace("  # the query", "  # noqa: CLP305")
        .replace("    return (image", "    return (image")
        .replace(".tolist()", ".tolist()  # clip-lint: ignore[CLP201] lengths matter here")
    )
    folder = write({"a.py": silenced})
    assert run(folder, "--fix", "--unsafe-fixes")[0] == 0
    assert (folder / "a.py").read_text() == silenced


def test_a_suppression_that_silences_nothing_goes(write: Writer, run: Runner) -> None:
    folder = write({"a.py": ALL.replace("  # the query", "  # the query  # noqa: CLP305")})
    assert run(folder, "--fix")[0] == 0
    assert (folder / "a.py").read_text() == ALL


def test_standard_input_is_fixed_to_standard_output(write: Writer) -> None:
    command = [sys.executable, "-m", "clip_lint", "-", "--stdin-filename", "a.py", "--fix", "--isolated"]
    data = FAULTY.replace("\n", "\r\n").encode()
    done = subprocess.run(command, cwd=write({}), input=data, capture_output=True, timeout=60, check=False)
    assert done.stdout.decode() == SAFE.replace("\n", "\r\n")
    assert b"CLP201" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("table", "unsafe", "expected"),
    [
        ('extend-safe-fixes = ["CLP201"]', False, ALL),
        ('extend-unsafe-fixes = ["CLP305"]', False, FAULTY),
        ('extend-safe-fixes = ["CLP2"]\nextend-unsafe-fixes = ["unnormalized-similarity"]', False, SAFE),
        ("fix = true\nunsafe-fixes = true", None, ALL),
    ],
)
def test_the_configuration_decides_what_is_safe(
    write: Writer, run: Runner, table: str, unsafe: bool | None, expected: str
) -> None:
    folder = write({"a.py": FAULTY, "pyproject.toml": f"[tool.clip-lint]\n{table}\n"})
    run(folder, *(["--fix"] if unsafe is not None else []), "--config", "pyproject.toml")
    assert (folder / "a.py").read_text() == expected


def test_a_helper_in_another_file_is_mended_where_it_stands(write: Writer, run: Runner) -> None:
    helper = (
        HEAD
        + """

@torch.no_grad()
def embed_text(texts):
    tokens = processor(text=texts, return_tensors="pt", padding=True, truncation=True)
    return model.get_text_features(**tokens)
"""
    )
    folder = write(
        {
            "helper.py": helper,
            "main.py": "import clip\nfrom helper import embed_text\n\nleft = embed_text(['a', 'b'])\nprint(left @ left.T)\n",
        }
    )
    run(folder, "--fix")
    assert (folder / "helper.py").read_text() == helper.replace("(**tokens)", "(**tokens).pooler_output")
    assert run(folder, "--fix")[2] == ""


def test_a_notebook_keeps_everything_but_the_lines_that_change(write: Writer, run: Runner) -> None:
    lines = FAULTY.splitlines(keepends=True)
    book = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Search\n"]},
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "source": ["!pip install transformers\n", *lines[:6]],
            },
            {
                "cell_type": "code",
                "outputs": [{"data": {"text/plain": ["ü\n"]}}],
                "metadata": {"a": 1.50},
                "source": lines[6:],
            },
        ],
        "metadata": {"kernelspec": {"language": "python", "name": "x"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(book, indent=1, ensure_ascii=False) + "\n"
    folder = write({"a.ipynb": text})
    assert run(folder, "--fix", "--unsafe-fixes")[0] == 0
    mended = (folder / "a.ipynb").read_text(encoding="utf-8")
    book["cells"][2]["source"] = ALL.splitlines(keepends=True)[6:]  # type: ignore[index]
    assert mended == json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def test_json_says_how_and_how_safely(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    rows = json.loads(run(folder, "--output-format", "json")[1])
    fixes = {row["code"]: row["fix"] for row in rows}
    assert fixes["CLP305"]["applicability"] == "safe"
    assert fixes["CLP305"]["edits"][0]["text"] == ", truncation=True"
    assert fixes["CLP201"]["applicability"] == "unsafe"
    assert {edit["start"]["line"] for edit in fixes["CLP201"]["edits"]} == {12, 13}, (
        "a line behind each encoding"
    )


def test_a_file_that_cannot_be_written_is_said_so(
    write: Writer, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a.py": FAULTY})
    monkeypatch.setattr("clip_lint.fixing.atomic_write.os.access", lambda *_: False)
    status, _, err = run(folder, "--fix")
    assert status == 2
    assert "a.py: cannot be written: it is read-only" in err
    assert (folder / "a.py").read_text() == FAULTY


def test_contradicting_options_are_refused(write: Writer, run: Runner) -> None:
    folder = write({"a.py": FAULTY})
    assert run(folder, "--diff", "--review")[0] == 2
    assert run(folder, "-", "--review", stdin=b"")[0] == 2
