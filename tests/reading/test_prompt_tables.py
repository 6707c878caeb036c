"""Prompts kept in tables by label and domain, in this file or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
TEMPLATES = ["a photo of a {label}"]
LABELS = {"farm": ["goose", "goat"], "sea": ["seal", "crab"]}
EXACT = {"farm": {"goose": ["a goose without a beak"], "goat": ["a goat with horns"]}}
MANY = {f"key{number}": [f"text number {number}"] for number in range(12)}
"""

PROGRAM = """
import clip
from config import EXACT, LABELS, MANY, TEMPLATES

model, preprocess = clip.load("ViT-B/32")


def ensembles(labels, domain):
    rules = EXACT.get(domain, {})
    made = {}
    for label in labels:
        prompts = [template.format(label=label) for template in TEMPLATES]
        prompts.extend(rules.get(label, []))
        made[label] = prompts
    return made


def classify(domain):
    labels = LABELS.get(domain, ["thing"])
    made = ensembles(labels, domain)
    for label in labels:
        if label in made:
            model.encode_text(clip.tokenize(made[label]))


def look_up(key):
    model.encode_text(clip.tokenize(MANY[key]))
    for name in ("key1", "key3"):
        model.encode_text(clip.tokenize(MANY.get(name)))
"""


def test_any_prompt_of_a_table_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text(CONFIG, encoding="utf-8")
    file = tmp_path / "app.py"
    file.write_text(PROGRAM, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, program = workspace.load(file), workspace.program(file)
    assert source is not None
    assert program is not None
    sets = [set(prompts.texts) for prompts in read(source, program, workspace, Versions()).prompt_sets]
    ensembles = {"a goose without a beak", "a goat with horns", "a photo of a goose", "a photo of a crab"}
    assert any(ensembles <= texts for texts in sets)
    assert {f"text number {number}" for number in range(12)} in sets
    assert {"text number 1", "text number 3"} in sets
