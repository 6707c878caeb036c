"""The figures that cards and reference pages print are those of the tables beside the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clip_lint.knowledge.figures.lookup import table

ROOT = Path(__file__).parent.parent
B32, L14 = ("vit-b-32", "openai"), ("vit-l-14", "openai")
SO400M, DFN = ("vit-so400m-14-siglip-384", "webli"), ("vit-h-14-378-quickgelu", "dfn5b")
LAION, SIGLIP = ("vit-b-32", "laion2b_s34b_b79k"), ("vit-b-16-siglip", "webli")
BIGG, RN50 = ("vit-bigg-14", "laion2b_s39b_b160k"), ("rn50", "openai")
JINA = ("jinaai/jina-embeddings-v5-omni-small",)
MODELS = {
    "OpenAI RN50": RN50,
    "OpenAI ViT-B/32": B32,
    "OpenAI ViT-L/14": L14,
    "SigLIP SO400M-384": SO400M,
    "DFN ViT-H/14-378": DFN,
    "LAION-2B ViT-B/32": LAION,
    "LAION-2B ViT-bigG": BIGG,
    "SigLIP ViT-B/16": SIGLIP,
}
COLUMNS = {
    "imagenet, all": "imagenet",
    "imagenet": "imagenet",
    "stl-10": "stl10",
    "food": "food",
    "sun397": "sun397",
    "oxford-iiit": "pets",
    "pets": "pets",
    "clevr counts": "clevr_counts",
    "kitti": "kitti",
    "rendered sst2": "rendered_sst2",
    "svhn": "svhn",
    "aircraft": "aircraft",
    "cars": "cars",
    "flowers": "flowers",
    "dollar street": "dollar_street",
    "geode": "geode",
    "sketches": "sketch",
    "imagenet-r": "imagenet_r",
    "objectnet": "objectnet",
    "eurosat": "eurosat",
    "patchcamelyon": "patchcamelyon",
}
"""Words in the name of a row or column, and the column of the table; the longest that fits decides."""
SWAPS = {"swap object": "objects", "swap attribute": "attributes"}
KNOWN_ELSEWHERE = {"replace relation", "guessing"}
"""Rows and columns of other sources."""


def column_of(name: str) -> tuple[str, str] | None:
    """The table and the column that a row or column of a page is about."""
    if name in SWAPS:
        return "swaps", SWAPS[name]
    fitting = [words for words in COLUMNS if words in name.lower()]
    return ("zero_shot", COLUMNS[max(fitting, key=len)]) if fitting else None


def cells(page: Path) -> list[tuple[str, str, str]]:
    """Row, column and value of each cell with a figure in a table that has models in its rows or its columns."""
    found = []
    head: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        head = head if head and row else row
        is_of_models = bool({head[0] if head else "", *head, *row[:1]} & MODELS.keys())
        found += [
            (row[0], name, value)
            for name, value in zip(head[1:], row[1:], strict=True)
            if is_of_models and re.fullmatch(r"\d+\.\d", value)
        ]
    return found


PRINTED = [
    (page.name, *cell)
    for page in sorted((ROOT / "references").glob("*.md"))
    for cell in cells(page)
    if not KNOWN_ELSEWHERE & set(cell)
]


def test_there_are_many_figures() -> None:
    assert len(PRINTED) > 110


@pytest.mark.parametrize(("page", "row", "column", "value"), PRINTED)
def test_a_cell_is_that_of_the_table(page: str, row: str, column: str, value: str) -> None:
    model, measured = (MODELS[row], column_of(column)) if row in MODELS else (MODELS[column], column_of(row))
    assert measured is not None, f"{page}: {row}, {column}"
    assert table(measured[0])[model][measured[1]] == value, f"{page}: {row}, {column}"


SAID = [
    ("rules/CLP101", r"right count for (\S+)% of the CLEVR images", "zero_shot", B32, "clevr_counts"),
    ("rules/CLP101", r"ViT-L/14 gets (\S+)%, DFN", "zero_shot", L14, "clevr_counts"),
    ("rules/CLP101", r"at 378 pixels (\S+)%", "zero_shot", DFN, "clevr_counts"),
    ("rules/CLP101", r"gets (\S+)% of CLEVR's counts", "embedders", JINA, "clevr_counts"),
    ("rules/CLP101", r"counts and (\S+)% of CV-Bench", "embedders", JINA, "cvbench_count"),
    ("rules/CLP102", r"right in (\S+)% of the KITTI", "zero_shot", B32, "kitti"),
    ("rules/CLP103", r"in (\S+)% of the cases", "swaps", B32, "attributes"),
    ("rules/CLP103", r"ViT-L/14 in (\S+)%", "swaps", L14, "attributes"),
    ("rules/CLP103", r"more data, gets (\S+)%", "swaps", BIGG, "attributes"),
    ("rules/CLP104", r"and (\S+)% of those whose right answer is negative", "negation", B32, "negative"),
    ("rules/CLP105", r"(\S+)% on FGVC Aircraft", "zero_shot", B32, "aircraft"),
    ("rules/CLP105", r"(\S+)% on Stanford Cars", "zero_shot", B32, "cars"),
    ("rules/CLP105", r"(\S+)% on Oxford Flowers", "zero_shot", B32, "flowers"),
    ("rules/CLP105", r"(\S+)% on Oxford-IIIT Pets", "zero_shot", B32, "pets"),
    ("rules/CLP105", r"384 pixels gets (\S+)%,", "zero_shot", SO400M, "aircraft"),
    ("rules/CLP105", r"(\S+)% and \S+% on the first three", "zero_shot", SO400M, "cars"),
    ("rules/CLP105", r"and (\S+)% on the first three", "zero_shot", SO400M, "flowers"),
    ("rules/CLP105", r"on cars: (\S+)%\)", "zero_shot", DFN, "cars"),
    ("rules/CLP106", r"ViT-L/14 gets (\S+)% of the pairs", "composition", L14, "winoground"),
    ("rules/CLP106", r"LAION's ViT-B/32 (\S+)% \(group", "composition", LAION, "winoground"),
    ("rules/CLP106", r"swapped objects: (\S+)% for ViT-B/32", "swaps", B32, "objects"),
    ("rules/CLP106", r"for ViT-B/32, (\S+)% for ViT-L/14", "swaps", L14, "objects"),
    ("rules/CLP107", r"names (\S+)% of SVHN's digits", "zero_shot", B32, "svhn"),
    ("rules/CLP107", r"(\S+)% of MNIST's", "zero_shot", B32, "mnist"),
    ("rules/CLP107", r"378 pixels (\S+)% of SVHN's", "zero_shot", DFN, "svhn"),
    ("rules/CLP306", r"reaches (\S+)% zero-shot", "zero_shot", ("vit-b-32", "laion400m_e32"), "imagenet"),
    (
        "rules/CLP306",
        r"QuickGELU and (\S+)% with it",
        "zero_shot",
        ("vit-b-32-quickgelu", "laion400m_e32"),
        "imagenet",
    ),
    ("rules/CLP306", r"`laion2b_s34b_b79k` \((\S+)% on ImageNet", "zero_shot", LAION, "imagenet"),
    ("references/bias", r"ImageNet, all \| (\S+) \|", "zero_shot", B32, "imagenet"),
    ("references/clip_limitations", r"(\S+)% on ARO's attributes", "embedders", JINA, "aro_attribution"),
    ("references/fine_grained", r"ViT-B/32 names (\S+)% of the pictures", "zero_shot", B32, "country211"),
    ("references/fine_grained", r"DFN ViT-H/14-378 (\S+)% \[1\]", "zero_shot", DFN, "country211"),
    ("references/spatial", r"four distances: (\S+)% for OpenAI's", "zero_shot", B32, "kitti"),
    ("references/spatial", r"(\S+)% for ViT-L/14 \[3\]", "zero_shot", L14, "kitti"),
    ("references/unusual", r"(\S+)% of MNIST for ViT-B/32", "zero_shot", B32, "mnist"),
    ("references/unusual", r"for ViT-B/32, (\S+)% for SigLIP", "zero_shot", SO400M, "mnist"),
    ("references/timeline", r"table: (\S+)% of CLEVR Counts", "embedders", JINA, "clevr_counts"),
    ("docs/design", r"names (\S+)% of Stanford's cars", "zero_shot", DFN, "cars"),
    ("docs/design", r"OpenAI's ViT-B/32 (\S+)% \(OpenCLIP", "zero_shot", B32, "cars"),
]


@pytest.mark.parametrize(("page", "words", "name", "model", "column"), SAID)
def test_a_sentence_says_what_the_table_says(
    page: str, words: str, name: str, model: tuple[str, ...], column: str
) -> None:
    [file] = ROOT.glob(f"{page}*.md")
    text = " ".join(file.read_text(encoding="utf-8").split())
    found = re.search(words, text)
    assert found is not None, words
    assert found[1] == table(name)[model][column]


@pytest.mark.parametrize("page", ["rules/CLP101", "references/timeline"])
def test_the_best_count_is_the_best_of_the_table(page: str) -> None:
    [file] = ROOT.glob(f"{page}*.md")
    best = max(float(row["clevr_counts"]) for row in table("zero_shot").values() if row["clevr_counts"])
    assert f"{best:.1f}" in file.read_text(encoding="utf-8")


def test_the_totals_of_negbench_are_those_of_its_three_kinds_of_questions() -> None:
    """2,032 affirm, 1,870 deny and 2,012 do both; the share of all follows from the table's three."""
    counts = {"affirmative": 2032, "negative": 1870, "hybrid": 2012}
    [card] = ROOT.glob("rules/CLP104*.md")
    text = " ".join(card.read_text(encoding="utf-8").split())
    for model, words in (
        (B32, r"CLIP gets (\S+)% right"),
        (("vit-h-14", "laion2b_s32b_b79k"), r"ViT-H of LAION-2B gets (\S+)%"),
    ):
        row = table("negation")[model]
        total = sum(float(row[kind]) * count for kind, count in counts.items()) / sum(counts.values())
        found = re.search(words, text)
        assert found is not None
        assert float(found[1]) == pytest.approx(total, abs=0.06)
