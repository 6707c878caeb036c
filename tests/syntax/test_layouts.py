"""Statements over several lines: as the formatter of this repository writes them."""

from __future__ import annotations

import ast
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from clip_lint.syntax.layouts import laid_out
from clip_lint.syntax.leaves import AsItIsError

TOP = Path(__file__).parents[2]
PLAIN = {
    "scores = (scale.exp() * mean_of_cosines).softmax(dim=0).cpu()": (
        "scores = (\n    (scale.exp() * mean_of_cosines)\n    .softmax(dim=0)\n    .cpu()\n)"
    ),
    "scores = (9.0 * (images @ all.T)).softmax(dim=-1)": (
        "scores = (9.0 * (images @ all.T)).softmax(\n    dim=-1\n)"
    ),
    "tokens = process(texts, padding=True, cut=True).to(device)": (
        "tokens = process(\n    texts, padding=True, cut=True\n).to(device)"
    ),
    "tokens = torch.cat([tokenize(f'a {kind} of it') for kind in kinds_of_things])": (
        "tokens = torch.cat(\n    [\n        tokenize(f'a {kind} of it')\n        for kind in kinds_of_things\n    ]\n)"
    ),
    "for name, score in zip(names_of_labels, scores.tolist()):": (
        "for name, score in zip(\n    names_of_labels, scores.tolist()\n):"
    ),
    "if score_of_the_best > threshold and not names[0] in others:": (
        "if (\n    score_of_the_best > threshold\n    and not names[0] in others\n):"
    ),
    "return images_of_the_batch, texts_of_the_batch @ texts.T": (
        "return (\n    images_of_the_batch,\n    texts_of_the_batch @ texts.T,\n)"
    ),
    "tokens = process(text=texts_of_the_batch, kind='pt', padding=1)": (
        "tokens = process(\n    text=texts_of_the_batch,\n    kind='pt',\n    padding=1,\n)"
    ),
    "wanted = {key: value for key, value in every.items() if key not in (1, 2)}": (
        "wanted = {\n    key: value\n    for key, value in every.items()\n    if key not in (1, 2)\n}"
    ),
    "scores = images_of_the_batch @ texts.T - mean_of_everything": (
        "scores = (\n    images_of_the_batch @ texts.T\n    - mean_of_everything\n)"
    ),
    "scores = (images_of_batch @ texts.T if texts is not None else None)": (
        "scores = (\n    images_of_batch @ texts.T\n    if texts is not None\n    else None\n)"
    ),
}


@pytest.mark.parametrize("text", PLAIN)
def test_statements_are_parted_where_formatters_part_them(text: str) -> None:
    assert laid_out(text, "", 42) == PLAIN[text].split("\n")


@pytest.mark.parametrize("text", PLAIN)
def test_tabs_count_as_four(text: str) -> None:
    made = laid_out(text, "\t", 46, "\t")
    assert [each.removeprefix("\t").replace("\t", "    ") for each in made] == PLAIN[text].split("\n")


def test_what_has_no_brackets_stays() -> None:
    with pytest.raises(AsItIsError):
        laid_out("raise NotImplementedError('no room for any of these many words')", "", 30)


def joined(lines: list[str]) -> str:
    """A statement of several lines on one."""
    line = lines[0]
    for before, after in pairwise(map(str.strip, lines)):
        is_closing = after.startswith((")", "]", "}"))
        if is_closing and before.endswith(","):
            line = line[:-1]
        line += ("" if is_closing or before.endswith(("(", "[", "{")) or after[0] == "." else " ") + after
    return line


def test_statements_of_this_repository_are_laid_out_as_they_are() -> None:
    limit = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    same, other = 0, []
    for file in sorted((TOP / "clip_lint").rglob("*.py")):
        lines = file.read_text().split("\n")
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, (ast.Assign, ast.Return, ast.Expr)) and node.end_lineno != node.lineno:
                own = lines[node.lineno - 1 : node.end_lineno]
                text = "\n".join(own)
                has_last_comma = any(each.strip()[-1:] == "," for each in own)
                if "#" in text or '"""' in text or has_last_comma:
                    continue
                try:
                    made = laid_out(joined(own).strip(), own[0][: node.col_offset], limit)
                except AsItIsError:
                    continue
                same += made == own
                other += [] if made == own else [(own, made)]
    assert same > 100
    assert len(other) <= same // 50, other
