"""`--add-ignore`: the comment stands where it silences the finding and changes nothing else."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import HEAD, clip_lint, module, places

from clip_lint.fixing.add_ignore import complaint_about
from clip_lint.syntax.comments import takers_of

if TYPE_CHECKING:
    from conftest import Writer

REASON = "the images are drawn"
MARK = f"  # clip-lint: ignore[CLP204] {REASON}"
LOAD = (
    HEAD
    + '\n\n@torch.inference_mode()\ndef check(image):\n    inputs = processor(text=["a photo of a cat"], images=image)\n'
)


def added(top: Path, *arguments: str, status: int = 0) -> str:
    return clip_lint(top, "--add-ignore", REASON, *arguments, status=status).stderr


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "    return model(**inputs).logits_per_image.softmax(dim=1)\n",
            f"    return model(**inputs).logits_per_image.softmax(dim=1){MARK}\n",
        ),
        (
            "    return model(**inputs).logits_per_image.softmax(dim=1)",
            f"    return model(**inputs).logits_per_image.softmax(dim=1){MARK}",
        ),
        (
            "    return model(**inputs).logits_per_image.softmax(dim=1)   # the odds\n",
            f"    return model(**inputs).logits_per_image.softmax(dim=1)   # the odds{MARK}\n",
        ),
        (
            "    return (\n        model(**inputs).logits_per_image.softmax(dim=1)\n    )\n",
            f"    return (\n        model(**inputs).logits_per_image.softmax(dim=1){MARK}\n    )\n",
        ),
        (
            "    return model(**inputs).logits_per_image.softmax(dim=1) + \\\n        1\n",
            f"    return model(**inputs).logits_per_image.softmax(dim=1) + \\\n        1{MARK}\n",
        ),
        (
            '    return model(**inputs).logits_per_image.softmax(dim=1), """\n    text\n    """\n',
            f'    return model(**inputs).logits_per_image.softmax(dim=1), """\n    text\n    """{MARK}\n',
        ),
        (
            '    return f"""{\n        model(**inputs).logits_per_image.softmax(dim=1)\n    }"""\n',
            f'    return f"""{{\n        model(**inputs).logits_per_image.softmax(dim=1)\n    }}"""{MARK}\n',
        ),
        (
            "    if model(**inputs).logits_per_image.softmax(dim=1)[0, 0] > 0.5:\n        return True\n",
            f"    if model(**inputs).logits_per_image.softmax(dim=1)[0, 0] > 0.5:{MARK}\n        return True\n",
        ),
    ],
)
def test_the_comment_stands_where_a_comment_can(write: Writer, statement: str, expected: str) -> None:
    top = write({"a.py": LOAD + statement})
    assert added(top, "--ignore", "CLP207,CLP305") == "Suppressed 1 finding in 1 file.\n"
    assert (top / "a.py").read_text() == LOAD + expected
    assert places(top) == []


def test_rules_that_share_a_line_share_a_comment(write: Writer) -> None:
    call = 'processor(text=["a cat"], images=image, return_tensors="pt")'
    code = HEAD + f"\n\ndef check(image):\n    return model(**{call}).logits_per_image.softmax(dim=1)\n"
    top = write({"a.py": code})
    assert places(top) == ["a.py:9 CLP402", "a.py:9 CLP204"]
    added(top)
    both = MARK.replace("CLP204", "CLP402, CLP204")
    assert (top / "a.py").read_text() == code.rstrip("\n") + both + "\n"
    assert places(top) == []


def test_several_files_line_ends_and_encodings_stay(write: Writer) -> None:
    dos = module("cat").replace("\n", "\r\n").encode()
    latin = b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + module("dog").encode()
    top = write(
        {
            "dos.py": dos,
            "latin.py": latin,
            "bom.py": b"\xef\xbb\xbf" + module("cow").encode(),
            "clean.py": "x = 1\n",
        }
    )
    assert added(top) == "Suppressed 3 findings in 3 files.\n"
    for name, old in (("dos.py", dos), ("latin.py", latin)):
        assert (top / name).read_bytes().replace(MARK.encode(), b"") == old
    assert places(top) == []


def test_a_reason_that_the_file_cannot_hold_is_told(write: Writer) -> None:
    top = write({"latin.py": b"# -*- coding: latin-1 -*-\n" + module("dog").encode()})
    done = clip_lint(top, "--add-ignore", "画像", status=2)
    assert "latin.py: not suppressed: the fix cannot be written in iso-8859-1" in done.stderr
    assert b"clip-lint" not in (top / "latin.py").read_bytes()


def test_notebooks(write: Writer) -> None:
    lines = module("cat").splitlines(keepends=True)
    magic = ["%matplotlib inline\n", *lines[5:]]
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": part} for part in (lines[:5], magic)
    ]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    top = write({"n.ipynb": book})
    assert places(top) == ["n.ipynb:cell 2:8 CLP204"]
    added(top)
    assert (top / "n.ipynb").read_text().replace(MARK, "") == book
    assert places(top) == []


def test_a_line_of_magic_is_left_alone(write: Writer) -> None:
    lines = module("cat").splitlines(keepends=True)
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": part}
        for part in (lines[:5], [line.replace("return cat", "%time cat").lstrip() for line in lines[9:]])
    ]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    top = write({"n.ipynb": book})
    assert places(top, "--select", "CLP204") == ["n.ipynb:cell 2:3 CLP204"]
    assert "is no plain Python" in added(top, "--select", "CLP204", status=2)
    assert (top / "n.ipynb").read_text() == book


def test_the_difference_can_be_looked_at_first(write: Writer) -> None:
    top = write({"a.py": module("cat")})
    done = clip_lint(top, "--add-ignore", REASON, "--diff", status=1)
    assert f"+    return cat_logits.softmax(dim=1){MARK}" in done.stdout.splitlines()
    assert done.stderr == "Would suppress 1 finding in 1 file.\n"
    assert (top / "a.py").read_text() == module("cat")


def test_what_is_known_or_unchanged_is_left_alone(write: Writer) -> None:
    top = write({"a.py": module("cat")})
    clip_lint(top, "baseline", "create", status=0)
    assert added(top, "--baseline", "clip-lint-baseline.json") == "Suppressed 0 findings in 0 files.\n"
    assert (top / "a.py").read_text() == module("cat")


def test_an_unused_suppression_is_not_suppressed(write: Writer) -> None:
    top = write({"a.py": module("cat") + "x = 1  # clip-lint: ignore[CLP201]\n"})
    said = added(top, status=1)
    assert said.splitlines()[0] == "Suppressed 1 finding in 1 file."
    assert said.splitlines()[1].startswith("1 finding left")
    assert places(top) == ["a.py:13 CLP001"]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "a # noqa", "\x1b[31m", "\u202e", "a\tb"])
def test_bad_reasons_are_one_clear_line(write: Writer, reason: str) -> None:
    top = write({"a.py": module("cat")})
    done = clip_lint(top, "--add-ignore", reason, status=2)
    assert "reason" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (top / "a.py").read_text() == module("cat")


def test_what_does_not_go_together(write: Writer) -> None:
    top = write({"a.py": module("cat")})
    assert "exclude each other" in clip_lint(top, "--add-ignore", REASON, "--fix", status=2).stderr
    assert "standard input" in clip_lint(top, "--add-ignore", REASON, "-", status=2).stderr


VALUES = st.recursive(
    st.sampled_from(["x", "1", '"s"', '"""a\nb"""', "f'{x}'", 'f"""{x}\n"""', "x \\\n + 1"]),
    lambda inner: st.tuples(inner, inner).map(lambda two: f"[{two[0]},  # c\n {two[1]}\n]") | inner.map(lambda one: f"(\n{one})"),
    max_leaves=5,
)  # fmt: skip
PIECES = st.one_of(
    VALUES.map(lambda value: f"y = {value}\n"), st.sampled_from(["# c\n", "\n", "if x:\n  x; y\n", "x; y = (\n 1)\n"])
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_comment_at_any_offered_line_changes_no_program(program: str) -> None:
    tree = ast.dump(ast.parse(program))
    takers = takers_of(program)
    for line, taker in takers.items():
        lines = program.split("\n")
        lines[taker - 1] += "  # clip-lint: ignore[CLP201] why"
        assert taker >= line
        assert ast.dump(ast.parse("\n".join(lines))) == tree


@settings(deadline=None)
@given(st.text())
def test_a_reason_that_is_taken_stays_a_comment(reason: str) -> None:
    if complaint_about(reason) is None:
        assert ast.dump(ast.parse(f"x = 1  # {reason.strip()}\ny = 2\n")) == ast.dump(
            ast.parse("x = 1\ny = 2\n")
        )
        assert "#" not in reason
