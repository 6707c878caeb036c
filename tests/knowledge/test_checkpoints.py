"""What the tables say of checkpoints, beside the libraries that bring them; and what the checks make of it."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from offered import pretrained

from clip_lint.checks import run
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import (
    context_length,
    cosine_band,
    pieces_of,
    pixel_statistics,
    vocabulary,
)
from clip_lint.knowledge.tables import load_libraries
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.model import Source
from clip_lint.syntax.parse import parse

OPENAI = "(0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)"
IMAGENET = "(0.485, 0.456, 0.406), (0.229, 0.224, 0.225)"
HALF = "[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]"


def test_pixel_statistics_are_those_of_open_clip() -> None:
    offered = pretrained()
    assert len(offered) > 150
    for (architecture, tag), found in offered.items():
        known = pixel_statistics(Checkpoint("open_clip", architecture, tag, "clip"))
        assert known is not None, architecture
        assert (known.mean, known.deviation) == (tuple(found["mean"]), tuple(found["std"])), (
            f"{architecture} {tag}"
        )


@pytest.mark.parametrize(
    ("name", "processor"),
    [
        ("openai/clip-vit-base-patch32", "CLIPImageProcessor"),
        ("google/siglip-base-patch16-224", "SiglipImageProcessor"),
        ("google/siglip2-base-patch16-224", "SiglipImageProcessor"),
        ("google/siglip2-base-patch16-naflex", "Siglip2ImageProcessor"),
        ("OFA-Sys/chinese-clip-vit-base-patch16", "ChineseCLIPImageProcessor"),
        ("google/owlvit-base-patch32", "OwlViTImageProcessor"),
        ("facebook/metaclip-2-worldwide-huge-quickgelu", "CLIPImageProcessor"),
    ],
)
def test_pixel_statistics_are_those_of_transformers(name: str, processor: str) -> None:
    transformers = pytest.importorskip("transformers")
    made = getattr(transformers, processor)
    known = pixel_statistics(Checkpoint("transformers", name))
    assert known is not None
    assert (list(known.mean), list(known.deviation)) == (list(made.image_mean), list(made.image_std))


@pytest.mark.parametrize(
    ("family", "config", "unused"),
    [
        ("clip", "CLIPTextConfig", 0),
        ("siglip", "SiglipTextConfig", 0),
        ("siglip2", "SiglipTextConfig", 0),
        ("siglip2-naflex", "Siglip2TextConfig", 0),
        ("metaclip2", "MetaClip2TextConfig", 0),
        ("owlvit", "OwlViTTextConfig", 0),
        ("altclip", "AltCLIPTextConfig", 2),  # XLM-RoBERTa counts places from the one after the padding's
    ],
)
def test_texts_are_as_long_as_transformers_has_places_for(family: str, config: str, unused: int) -> None:
    """What is longer raises, and a message says so with this number."""
    transformers = pytest.importorskip("transformers")
    places = getattr(transformers, config)().max_position_embeddings
    assert context_length(Checkpoint("transformers", None, None, family)) == places - unused


def test_texts_are_as_long_as_open_clip_s_configurations_say() -> None:
    package = find_spec("open_clip")
    if package is None or package.origin is None:
        pytest.skip("open_clip is not installed")
    configurations = list((Path(package.origin).parent / "model_configs").glob("*.json"))
    assert len(configurations) > 120
    for path in configurations:
        text = json.loads(path.read_text(encoding="utf-8")).get("text_cfg", {})
        known = load_libraries().checkpoint("open_clip", path.stem, None, "clip")
        assert context_length(known) == text.get("context_length", 77), path.stem


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("sentence-transformers/clip-ViT-B-32-multilingual-v1", 128),
        ("clip-ViT-B-32-multilingual-v1", 128),
        ("sentence-transformers/clip-ViT-B-32", 77),
        ("M-CLIP/XLM-Roberta-Large-Vit-B-32", None),
        ("clip-italian/clip-italian", None),
        ("IDEA-CCNL/Taiyi-CLIP-Roberta-102M-Chinese", None),
    ],
)
def test_names_with_clip_in_them_have_other_text_towers_too(name: str, tokens: int | None) -> None:
    assert context_length(load_libraries().checkpoint("transformers", name, None, None)) == tokens


@pytest.mark.parametrize("name", ["ViT-B-16", "ViT-L-14-336", "RN50"])
def test_a_family_whose_names_are_those_of_another_is_looked_up_by_itself(name: str) -> None:
    """Chinese-CLIP's own package calls its models as OpenAI's does, and pairs of it lie at 0.3 to 0.6."""
    chinese = Checkpoint("cn_clip", name, None, "chinese-clip")
    assert cosine_band(Checkpoint("open_clip", name, "openai", "clip")) is not None
    assert cosine_band(chinese) is None
    assert pixel_statistics(chinese) == pixel_statistics(
        Checkpoint(None, "OFA-Sys/chinese-clip-vit-base-patch16")
    )


def test_of_a_model_whose_pixels_nobody_looked_up_nothing_is_said() -> None:
    assert pixel_statistics(Checkpoint("transformers", "kakaobrain/align-base")) is None


def findings(program: str, code: str) -> list[tuple[Severity, str]]:
    source = Source("program.py", Path("/nowhere/program.py"), program)
    found = run(read(source, parse(program), None, Versions()))
    return [(each.severity, each.message) for each in found if each.code == code]


def prepared(load: str, step: str) -> str:
    return (
        "import clip, open_clip, torch\nimport torchvision.transforms as T\nfrom PIL import Image\n"
        "from transformers import AutoModel, CLIPModel, SiglipModel\n"
        f"model = {load}.eval()\ntransform = T.Compose([T.Resize((224, 224)), T.ToTensor(){step}])\n"
        "with torch.no_grad():\n"
        "    model.encode_image(transform(Image.open('a.jpg').convert('RGB'))[None])\n"
    )


def opened(architecture: str, tag: str) -> str:
    return f"open_clip.create_model({architecture!r}, pretrained={tag!r})"


RIGHT = {
    "OpenAI": ("clip.load('ViT-B/32')[0]", f", T.Normalize({OPENAI})"),
    "rounded": ("clip.load(name)[0]", ", T.Normalize((0.48, 0.46, 0.41), (0.27, 0.26, 0.28))"),
    "LAION": (opened("ViT-B-32", "laion2b_s34b_b79k"), f", T.Normalize({OPENAI})"),
    "LAION, 0.5": (opened("ViT-L-14", "laion2b_s32b_b82k"), f", T.Normalize({HALF})"),
    "PE-Core": (opened("PE-Core-L-14-336", "meta"), f", T.Normalize({HALF})"),
    "CLIPA": (opened("ViT-L-14-CLIPA", "datacomp1b"), f", T.Normalize({IMAGENET})"),
    "MobileCLIP": (opened("MobileCLIP-S1", "datacompdr"), ""),
    "MobileCLIP2, small": (opened("MobileCLIP2-S2", "dfndr2b"), ""),
    "MobileCLIP2, large": (opened("MobileCLIP2-S4", "dfndr2b"), f", T.Normalize({OPENAI})"),
    "SigLIP": (opened("ViT-B-16-SigLIP", "webli"), f", T.Normalize({HALF})"),
}
WRONG = {
    "OpenAI, ImageNet's": ("clip.load('ViT-B/32')[0]", f", T.Normalize({IMAGENET})"),
    "OpenAI, any name": ("clip.load(name)[0]", f", T.Normalize({HALF})"),
    "OpenAI, nothing": ("clip.load('RN50')[0]", ""),
    "right mean, other deviation": (
        opened("ViT-B-32", "openai"),
        ", T.Normalize((0.48145466, 0.4578275, 0.40821073), (0.229, 0.224, 0.225))",
    ),
    "data's own": (
        opened("ViT-B-32", "openai"),
        ", T.Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.243, 0.261))",
    ),
    "PE-Core, OpenAI's": (opened("PE-Core-B-16", "meta"), f", T.Normalize({OPENAI})"),
    "CLIPA, OpenAI's": (opened("ViT-H-14-CLIPA-336", "datacomp1b"), f", T.Normalize({OPENAI})"),
    "MobileCLIP, OpenAI's": (opened("MobileCLIP-B", "datacompdr"), f", T.Normalize({OPENAI})"),
    "MobileCLIP2, large, nothing": (opened("MobileCLIP2-L-14", "dfndr2b"), ""),
    "SigLIP, ImageNet's": (opened("ViT-B-16-SigLIP", "webli"), f", T.Normalize({IMAGENET})"),
}


@pytest.mark.parametrize(("load", "step"), RIGHT.values(), ids=RIGHT.keys())
def test_a_checkpoint_s_own_statistics_are_right(load: str, step: str) -> None:
    assert not findings(prepared(load, step), "CLP304")


@pytest.mark.parametrize(("load", "step"), WRONG.values(), ids=WRONG.keys())
def test_others_are_an_error_and_the_message_names_those_of_training(load: str, step: str) -> None:
    [(severity, message)] = findings(prepared(load, step), "CLP304")
    assert severity is Severity.ERROR
    assert "was trained with mean" in message


def test_weights_of_one_s_own_may_have_been_trained_on_pixels_of_their_own() -> None:
    program = prepared("clip.load('ViT-B/32')[0]", f", T.Normalize({IMAGENET})")
    assert findings(program, "CLP304")
    again = program.replace("transform =", "model.load_state_dict(torch.load('tuned.pt'))\ntransform =")
    assert again != program
    assert not findings(again, "CLP304")


def test_of_a_checkpoint_that_is_not_named_only_what_suits_no_usual_one_is_told() -> None:
    load = "open_clip.create_model(name, pretrained=tag)"
    assert not findings(prepared(load, f", T.Normalize({OPENAI})"), "CLP304")
    [(severity, message)] = findings(prepared(load, f", T.Normalize({IMAGENET})"), "CLP304")
    assert severity is Severity.WARNING
    assert "most CLIPs" in message


def compared(load: str, number: float) -> str:
    return (
        "import torch\nfrom transformers import AutoModel, ChineseCLIPModel, CLIPModel, SiglipModel\n"
        f"model = {load}\n"
        "with torch.no_grad():\n"
        "    out = model(input_ids=ids, pixel_values=pixels)\n"
        "score = torch.cosine_similarity(out.image_embeds, out.text_embeds).item()\n"
        f"if score > {number}:\n    print('found')\n"
    )


@pytest.mark.parametrize(
    ("load", "number", "expected"),
    [
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch32')", 0.8, Severity.ERROR),
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch32')", 0.1, Severity.WARNING),
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch32')", 0.12, None),
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch32')", 0.28, None),
        ("CLIPModel.from_pretrained('openai/clip-vit-large-patch14')", 0.8, Severity.ERROR),
        ("CLIPModel.from_pretrained('openai/clip-vit-large-patch14')", 0.1, None),
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch16')", 0.8, Severity.ERROR),
        ("CLIPModel.from_pretrained('openai/clip-vit-base-patch16')", 0.1, None),
        ("CLIPModel.from_pretrained('laion/CLIP-ViT-H-14-laion2B-s32B-b79K')", 0.8, Severity.WARNING),
        ("CLIPModel.from_pretrained('laion/CLIP-ViT-H-14-laion2B-s32B-b79K')", 0.14, None),
        ("CLIPModel.from_pretrained(name)", 0.8, Severity.WARNING),
        ("ChineseCLIPModel.from_pretrained('OFA-Sys/chinese-clip-vit-base-patch16')", 0.55, None),
        ("CLIPModel.from_pretrained('zer0int/LongCLIP-GmP-ViT-L-14')", 0.55, None),
        ("SiglipModel.from_pretrained('google/siglip-base-patch16-224')", 0.6, Severity.ERROR),
        ("SiglipModel.from_pretrained('google/siglip-base-patch16-224')", 0.09, None),
    ],
)
def test_a_threshold_is_held_against_the_band_of_the_checkpoint(
    load: str, number: float, expected: Severity | None
) -> None:
    assert [severity for severity, _ in findings(compared(load, number), "CLP206")] == (
        [] if expected is None else [expected]
    )


@pytest.mark.parametrize(
    ("name", "told", "is_measured"),
    [
        ("openai/clip-vit-base-patch32", "others at 0.11", True),
        ("ViT-B-32-quickgelu:openai", "others at 0.11", True),
        ("clip-ViT-B-32", "others at 0.11", True),
        ("openai/clip-vit-large-patch14", "0.255 on average", True),
        ("ViT-L/14:openai", "0.255 on average", True),
        ("clip-ViT-L-14", "0.255 on average", True),
        ("openai/clip-vit-large-patch14-336", "with OpenAI's ViT-B/32", True),
        ("RN50:openai", "with OpenAI's ViT-B/32", True),
        ("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "with OpenAI's ViT-B/32", False),
    ],
)
def test_a_band_is_told_of_the_weights_that_it_was_measured_on(
    name: str, told: str, *, is_measured: bool
) -> None:
    architecture, _, tag = name.partition(":")
    band = cosine_band(Checkpoint("open_clip" if tag else "transformers", architecture, tag or None))
    assert band is not None
    assert told in band.matches
    assert band.is_measured is is_measured
    assert bool(band.always) is ("others at 0.11" in told)


@pytest.mark.parametrize("name", ["openai/clip-vit-base-patch32", "google/siglip2-base-patch16-224"])
def test_a_band_and_what_is_said_of_it_agree(name: str) -> None:
    band = cosine_band(Checkpoint("transformers", name))
    assert band is not None
    low, high = (float(number) for number in re.findall(r"0\.\d+", band.matches)[:2])
    assert high < band.never
    if band.always:
        assert band.always <= min(map(float, re.findall(r"0\.\d+", band.matches)))
    else:  # where the sigmoid says one half: the bias over the scale, as two checkpoints have them
        assert low - 0.01 < 12.9 / 118 < high
        assert low < 16.8 / 112.7 < high


@pytest.mark.parametrize(
    ("name", "configuration"),
    [
        ("openai/clip-vit-base-patch32", "CLIPTextConfig"),
        ("google/siglip-base-patch16-224", "SiglipTextConfig"),
        ("BAAI/AltCLIP", "AltCLIPTextConfig"),
    ],
)
def test_vocabularies_are_as_large_as_in_transformers(name: str, configuration: str) -> None:
    transformers = pytest.importorskip("transformers")
    assert pieces_of(vocabulary(name)) == getattr(transformers, configuration)().vocab_size


def test_ids_past_the_end_of_a_table_raise_and_others_do_not() -> None:
    torch = pytest.importorskip("torch")
    sizes = {
        name: pieces_of(vocabulary(name)) or 0
        for name in ("openai/clip-vit-base-patch32", "google/siglip-base-patch16-224")
    }
    clip, siglip = sizes.values()
    with pytest.raises(IndexError):
        torch.nn.Embedding(siglip, 1)(torch.tensor([clip - 1]))
    assert torch.nn.Embedding(clip, 1)(torch.tensor([siglip - 1])).shape == (1, 1)


def test_a_family_without_a_known_band_has_none() -> None:
    assert (
        cosine_band(Checkpoint("transformers", "OFA-Sys/chinese-clip-vit-base-patch16", None, "chinese-clip"))
        is None
    )
    assert cosine_band(Checkpoint("somewhere", "my-own-model")) is None
