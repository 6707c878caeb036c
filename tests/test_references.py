"""The reference pages: their programs run, their links lead somewhere, their names and figures are real.

The ```python blocks of a page run in order in one namespace, as a reader would paste them one after the other. They
run in a folder that holds tiny checkpoints under the real names and drawn pictures under the names that the page
uses (see `tiny_models`); nothing is patched but the network, which is refused.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import socket
import subprocess
import sys
import warnings
from importlib.machinery import PathFinder
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import misfit
import pytest
import tiny_models
from click.testing import CliRunner

from clip_lint.cli.cards import explain
from clip_lint.core.cards import load_cards
from clip_lint.report.pages import aliases
from clip_lint.report.pages import page as explained

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
REFERENCES = ROOT / "references"
PAGES = sorted(REFERENCES.glob("*.md"))
CARDS = sorted((ROOT / "rules").glob("*.md"))
TOPICS = frozenset(
    {
        "alternatives",
        "bias",
        "captions_and_tags",
        "clip_limitations",
        "compositional_reasoning",
        "fine_grained_models",
        "fine_tuning",
        "generators",
        "moderation",
        "object_detection",
        "performance",
        "prompting",
        "scene_graphs",
        "similarity",
        "spatial_models",
        "thresholds",
        "timeline",
        "unusual_pictures",
    }
)

_BLOCK = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:(?!```).*\n)*?)```$", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_PICTURE = re.compile(r"[\"'](?P<file>[\w/-]+\.(?:jpg|png))[\"']")
_CHECKPOINT = re.compile(r"[\"'](?P<name>[\w.-]+/[\w.-]+)[\"']")

CHECKPOINTS = frozenset(tiny_models.CHECKPOINTS) | {
    "PaddlePaddle/PaddleOCR-VL",
    "BAAI/AltCLIP",
    "BAAI/AltCLIP-m9",
    "OFA-Sys/chinese-clip-vit-base-patch16",
    "PekingU/rtdetr_r101vd",
    "PaddlePaddle/PP-OCRv5_server_det_safetensors",
    "PaddlePaddle/PP-OCRv5_server_rec_safetensors",
    "Roboflow/rf-detr-medium",
    "Salesforce/blip-image-captioning-base",
    "Salesforce/blip-vqa-base",
    "facebook/dinov2-base",
    "facebook/sam3",
    "google/owlv2-base-patch16-ensemble",
    "google/siglip-so400m-patch14-384",
    "imageomics/bioclip",
    "imageomics/bioclip-2",
    "jinaai/jina-clip-v2",
    "microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224",
    "jinaai/jina-embeddings-v5-omni-small",
    "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    "openai/clip-vit-base-patch16",
    "florence-community/Florence-2-base",
    "sentence-transformers/all-mpnet-base-v2",
    "sentence-transformers/clip-ViT-B-32-multilingual-v1",
}
"""Checkpoints that exist; a new name is added here when somebody has looked it up."""

REPOSITORIES = frozenset(
    {
        "AI4LIFE-GROUP/SpLiCE",
        "allenai/swig",
        "jhcho99/CoFormer",
        "naver-ai/egtr",
        "yrcong/RelTR",
        "RAIVNLab/sugar-crepe",
        "Raphoo/DCSM_Ideal_CLIP",
        "dsam99/pc_clip",
        "embeddings-benchmark/mteb",
        "mertyg/vision-language-models-are-bows",
        "openai/CLIP",
        "embeddings-benchmark/results",
        "songrise/CLIP-Count",
        "ytaek-oh/vl_compo",
    }
)
"""Repositories that the pages name."""

NO_PACKAGES = ("pc_clip", "pc-clip", "swig_model", "swig-model", "dcsm", "doctr", "splice", "negclip")
"""Names that an install command or an import must not use: no package, or a package of somebody else."""


OPTIONAL = ("peft", "torchvision")
"""Packages of single programs: the rest of their page runs without them."""


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which checkpoints and pictures are found by their names."""
    return tmp_path_factory.mktemp("hub")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection can be opened, and Hugging Face's client knows it."""

    def refuse(*_: object) -> NoReturn:
        pytest.fail("a program on a reference page opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    importlib.import_module(
        "transformers"
    ).utils.is_torchvision_available()  # asked before torchvision is there
    if misfit.importable():
        misfit.small_faster_rcnn(monkeypatch)


def blocks(page: Path) -> list[tuple[int, str, str]]:
    """First line (from 1), fence words and text of every fenced block."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start()) + 2, found["info"], found["body"])
        for found in _BLOCK.finditer(text)
    ]


def programs(page: Path) -> list[tuple[int, str]]:
    """First line and text of every Python block that can run here; `test_no_program_is_left_out` tells of the others."""
    return [(line, body) for line, body in written(page) if not lacks(body) and not of_a_chat(body)]


def written(page: Path) -> list[tuple[int, str]]:
    """First line and text of every Python block."""
    return [(line, body) for line, info, body in blocks(page) if info.split()[:1] == ["python"]]


def lacks(program: str) -> str:
    """The package that a program needs, a page can do without, and is not installed, in a build that fits or in another."""
    return next((name for name in OPTIONAL if _needs(name, program) and not PathFinder.find_spec(name)), "")


def _needs(name: str, program: str) -> bool:
    return f"from {name}" in program or (name == "torchvision" and of_a_chat(program))


def of_a_chat(program: str) -> bool:
    """Whether a program is of a vision-language model, whose processor wants torchvision: it runs in a process of its own."""
    return "ForImageTextToText" in program


WITH_A_CHAT = [page for page in PAGES if any(of_a_chat(body) for _, body in written(page))]
"""The pages that ask a vision-language model."""


def run(page: Path, hub: Path) -> Mapping[str, Any]:
    """Run the page's programs in ``hub``, one after the other; what they defined."""
    code = "\n".join(body for _, body in programs(page))
    for checkpoint in tiny_models.CHECKPOINTS:
        if checkpoint in code:
            tiny_models.build(checkpoint, hub)
    for seed, name in enumerate(sorted(set(_PICTURE.findall(code)))):
        tiny_models.draw(hub / name, seed)
    namespace: dict[str, Any] = {"__name__": page.stem}
    for line, body in programs(page):
        padded = "\n" * (line - 1) + body  # so that a traceback shows the page's own line
        exec(compile(padded, str(page), "exec"), namespace)  # noqa: S102 - our own pages are what is tested
    return MappingProxyType(namespace)


def anchors(page: Path) -> set[str]:
    """The headings of a page as link targets, the way GitHub makes them."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_topic_has_its_page() -> None:
    assert {page.stem for page in PAGES} == TOPICS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_programs_run(
    page: Path,
    hub: Path,
    offline: None,  # noqa: ARG001 - refuses the network
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(hub)
    assert programs(page), "a page without a program"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings(
            "ignore", "`is_gradient_checkpointing`", FutureWarning
        )  # peft asks transformers so
        run(page, hub)
    assert capsys.readouterr().out.strip(), "the programs print what they found"


_IN_ITS_OWN = """
import json, socket, sys
from pathlib import Path
import misfit
misfit.importable()
import tiny_models
def refuse(*_): raise AssertionError("the page opened a connection")
socket.socket.connect = refuse
code, pictures = json.load(sys.stdin)
for name in tiny_models.CHECKPOINTS:
    if name in code:
        tiny_models.build(name, Path())
for seed, name in enumerate(pictures):
    tiny_models.draw(Path(name), seed)
exec(compile(code, "page", "exec"), {"__name__": "page"})
"""


@pytest.mark.parametrize("page", WITH_A_CHAT, ids=lambda page: page.stem)
def test_pages_with_a_vision_language_model_run_whole(page: Path, tmp_path: Path) -> None:
    code = "\n".join(body for _, body in written(page))
    if missing := lacks(code):
        pytest.skip(f"a program needs {missing}: pip install -e '.[dev]'")
    ran = subprocess.run(
        [sys.executable, "-c", _IN_ITS_OWN],
        cwd=tmp_path,
        input=json.dumps([code, sorted(set(_PICTURE.findall(code)))]),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for printed in re.findall(r'print\(\s*"(\w+:)"', code):
        assert printed in ran.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_program_is_left_out(page: Path) -> None:
    if missing := sorted({lacks(body) for _, body in written(page)} - {""}):
        pytest.skip(f"a program needs {', '.join(missing)}: pip install -e '.[dev]'")


ASKED = {
    "alternatives": "vqa",
    "bias": "cultural gaps",
    "captions_and_tags": "auto-tagging",
    "clip_limitations": "weaknesses",
    "compositional_reasoning": "attributes",
    "fine_grained_models": "Face recognition",
    "fine_tuning": "LoRA",
    "generators": "negative_prompt",
    "moderation": "NSFW",
    "object_detection": "Faster-RCNN",
    "performance": "latency",
    "prompting": "text length",
    "scene_graphs": "Visual Genome",
    "similarity": "near duplicates",
    "spatial_models": "left and right",
    "thresholds": "calibrate",
    "timeline": "2025",
    "unusual_pictures": "sketches",
}
"""A word that somebody types in search of each page."""


def test_the_names_that_people_type_lead_to_the_pages() -> None:
    rules = load_cards()
    assert set(aliases().values()) == set(ASKED) == TOPICS
    assert not set(aliases()) & {rule.name.replace("-", " ") for rule in rules.values()}, (
        "the rule would be found"
    )
    for topic, typed in ASKED.items():
        heading = (REFERENCES / f"{topic}.md").read_text(encoding="utf-8").partition("\n")[0]
        assert explained(topic)[0] == explained(typed)[0] == heading
    with pytest.raises(LookupError, match=r"did you mean 'moderation'\? Topics: "):
        explained("moderatoin")
    with pytest.raises(LookupError, match=r"no rule or topic 'zzz'\. Topics: "):
        explained("zzz")


def test_a_topic_of_several_words_needs_no_quotes() -> None:
    shown = CliRunner().invoke(explain, ["linear", "probe"])
    assert shown.exit_code == 0
    assert shown.output.startswith("# Teaching CLIP your pictures")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_page_is_linked_from_a_card(page: Path) -> None:
    assert any(f"../references/{page.name}" in card.read_text(encoding="utf-8") for card in CARDS)


def test_only_python_blocks_are_code() -> None:
    """So that no program can hide from the test above behind another word after the fence."""
    for page in PAGES:
        assert {info for _, info, _ in blocks(page)} == {"python"}, page.name
        fences = re.findall(r"^ *(```|~~~)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(fences) == 2 * len(blocks(page)), page.name


def test_tiny_detectors_find_objects(
    hub: Path,
    offline: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The loops over detections in the pages would otherwise be run zero times."""
    monkeypatch.chdir(hub)
    detected = run(REFERENCES / "object_detection.md", hub)
    assert detected["objects"]
    assert not PathFinder.find_spec("torchvision") or detected["kinds"]
    assert detected["count"](detected["image"], "a red truck") > 0
    assert sum(map(len, run(REFERENCES / "spatial_models.md", hub)["boxes"].values())) > 1
    assert run(REFERENCES / "compositional_reasoning.md", hub)["answers"]


def test_class_vectors_have_length_one(
    hub: Path,
    offline: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    monkeypatch.chdir(hub)
    vectors = run(REFERENCES / "prompting.md", hub)["vectors"]
    assert torch.allclose(vectors.norm(dim=-1), torch.ones(3), atol=1e-5)
    gallery = run(REFERENCES / "performance.md", hub)["gallery"]
    assert torch.allclose(gallery.norm(dim=-1), torch.ones(5), atol=1e-5)


def test_a_person_looks_at_what_both_kinds_of_pictures_score(
    hub: Path,
    offline: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each limit by itself reaches over the other where the scores of right and wrong pictures overlap a little."""
    import torch

    monkeypatch.chdir(hub)
    page = run(REFERENCES / "thresholds.md", hub)
    noise = 0.02 * torch.randn(200, generator=torch.Generator().manual_seed(0))
    truth = torch.arange(200) < 100
    for apart, overlaps in ((0.02, False), (0.08, True), (0.2, False)):
        scores = 0.2 + apart * truth + noise
        certain = page["choose"](scores, truth, 0.9)
        assert (-page["choose"](-scores, ~truth, 0.9) > certain) is overlaps
        low, high = page["limits"](scores, truth, 0.9)
        assert low <= high
        said = [page["decide"](score, low, high) for score in scores.tolist()]
        right = [is_right for answer, is_right in zip(said, truth.tolist(), strict=True) if answer == "yes"]
        assert sum(right) >= 0.9 * len(right)
        assert not overlaps or "look" in said


def test_a_long_prompt_and_the_negative_one_have_the_same_shape(
    hub: Path,
    offline: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(hub)
    page = run(REFERENCES / "generators.md", hub)
    assert page["prompt_embeds"].shape == page["negative_prompt_embeds"].shape
    assert page["prompt_embeds"].shape[1] in range(2 * 77, 9 * 77, 77)
    assert page["in_pieces"]("a photo").shape[1] == 77
    # Stable Diffusion looks at the vectors of the padding too, which a mask would change.
    ids = page["tokenizer"](["a photo"], padding="max_length", return_tensors="pt").input_ids
    with page["torch"].inference_mode():
        assert page["in_pieces"]("a photo").equal(page["tower"](ids).last_hidden_state)


def test_owlv2_needs_scipy_without_torchvision_alone() -> None:
    """What `object_detection.md` says of its image processors, of which transformers takes torchvision's where there is one."""
    folder = Path(importlib.import_module("transformers.models.owlv2").__file__ or "").parent
    needs = {
        path.name: "scipy" in path.read_text(encoding="utf-8")
        for path in folder.glob("image_processing_*.py")
    }
    assert needs == {"image_processing_owlv2.py": False, "image_processing_pil_owlv2.py": True}


def test_margins_make_the_own_class_harder(
    hub: Path,
    offline: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    monkeypatch.chdir(hub)
    head_class = run(REFERENCES / "fine_grained_models.md", hub)["MarginHead"]
    features, targets = (
        torch.randn(4, 16, generator=torch.Generator().manual_seed(1)),
        torch.tensor([0, 1, 2, 0]),
    )
    for kind in ("arcface", "cosface"):
        head = head_class(16, 3, margin=0.3, scale=30.0, kind=kind)
        with torch.no_grad():
            lowered = (head(features) - head(features, targets)) / head.scale
        own = torch.nn.functional.one_hot(targets, 3).bool()
        assert (lowered[own] > 0.01).all(), kind
        assert (lowered[~own].abs() < 1e-6).all(), kind


@pytest.mark.parametrize("page", [*PAGES, *CARDS], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.finditer(prose):
        target = link["target"]
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{page.name}: no heading for {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_names_are_real(page: Path) -> None:
    """No checkpoint, repository or package that nobody has looked up."""
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Za-z0-9][\w.-]*/[\w.-]+)`", text)) | set(_CHECKPOINT.findall(text))
    files = {name for name in named if name.endswith((".csv", ".jpg", ".md", ".pth", ".py"))}
    assert named - files - CHECKPOINTS - REPOSITORIES - {"Apache-2.0"} == set()
    for command in re.findall(r"pip3? install ([^\n`]+)", text):
        assert not set(re.split(r"[\s\[\]=<>]+", command)) & set(NO_PACKAGES), command
    for module in re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE):
        assert module.lower() not in NO_PACKAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sources_and_dates(page: Path) -> None:
    """A numbered list of sources with years, every number of it used, and every use in the list; the day of the check."""
    text = page.read_text(encoding="utf-8")
    assert re.search(r"^Last checked: \d{4}-\d\d-\d\d", text, re.MULTILINE)
    body, heading, sources = _BLOCK.sub("", text).partition("\n## Sources\n")
    assert heading
    entries = re.findall(r"^(\d+)\. ((?:.+\n?)(?:   .+\n?)*)", sources, re.MULTILINE)
    numbers = [int(number) for number, _ in entries]
    assert numbers == list(range(1, len(numbers) + 1))
    used = {int(n) for group in re.findall(r"\[(\d+(?:, \d+)*)\](?!\()", body) for n in group.split(", ")}
    assert used == set(numbers), "a number without a source, or a source without a use"
    for _, entry in entries:
        assert re.search(r"\b(?:19|20)\d\d\b|\bcommit [0-9a-f]{7}|\b\d+\.\d+\.\d+\b|issue \d+", entry), (
            f"no date: {entry}"
        )


def test_percentages_stand_near_a_source() -> None:
    """A paragraph, list or table with a percentage names a source, in itself or in the paragraph after or before it."""
    for page in PAGES:
        body = _BLOCK.sub("", page.read_text(encoding="utf-8")).partition("\n## Sources\n")[0]
        paragraphs = [part for part in re.split(r"\n\s*\n", body) if part.strip()]
        for index, paragraph in enumerate(paragraphs):
            if not re.search(r"(?<![\d.])\d\d\.\d(?:%| |,|;|$)", paragraph, re.MULTILINE):
                continue
            near = "\n".join(paragraphs[max(index - 1, 0) : index + 2])
            assert re.search(r"\[\d+(?:, \d+)*\](?!\()|]\([a-z_]+\.md", near), f"{page.name}: {paragraph}"


def test_offline_guard_works(offline: None) -> None:  # noqa: ARG001
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(pytest.fail.Exception, match="opened a connection"), socket.socket() as probe:
        probe.connect(("127.0.0.1", 9))
