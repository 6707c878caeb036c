"""Single faults that a right program of `families` gets, and the rule that must tell of each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from families import OPENAI, PACKAGES, SOFTMAX, TRANSFORMERS, Lines, of_open_clip, of_openai
from offered import pretrained

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.checkpoints import cosine_band

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUICK = "-quickgelu"
_PADDED = re.compile(r'padding="max_length", max_length=\d+')
STATISTICS = (
    ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
)


@dataclass(frozen=True)
class Made:
    """A right program, and what decides which faults can be put into it."""

    program: Lines
    architecture: str = ""
    tag: str = ""
    trained: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """Its mean and deviation, where its pixels are prepared outside the model's own processor."""
    twin: str = ""
    """The architecture of the other activation, where the library has one."""
    has_band: bool = True
    cased: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the whole model gives scaled scores of both inputs."""
        return "logits_per_image" in self.program.text

    @property
    def is_sigmoid(self) -> bool:
        return "sigmoid" in self.program.scores


def faults(made: Made) -> Iterator[tuple[str, Lines, frozenset[str]]]:
    """The name of each fault, the program that has it, and the codes of which one must be told."""
    for maker in (_of_scores, _of_input, _of_loading):
        yield from maker(made)


def _cosines(made: Made) -> str:
    return "outputs.image_embeds @ outputs.text_embeds.T" if made.is_whole else "images @ texts.T"


def _of_scores(made: Made) -> Iterator[tuple[str, Lines, frozenset[str]]]:
    program, cosines = made.program, _cosines(made)

    def scored(scores: str) -> Lines:
        return replace(program, scores=scores)

    scaled = f"{cosines} * model.logit_scale.exp()"
    if made.is_sigmoid:
        soft = "logits.softmax(dim=1)" if made.is_whole else f"({scaled} + model.logit_bias).softmax(dim=-1)"
        yield "softmax, not sigmoid", scored(f"shown = {soft}"), frozenset({"CLP205"})
        yield "scale without bias", scored(f"shown = torch.sigmoid({scaled})"), frozenset({"CLP205"})
    else:
        yield "no scale", scored(f"shown = ({cosines}).softmax(dim=-1)"), frozenset({"CLP202"})
        yield "sigmoid, not softmax", scored(f"shown = torch.sigmoid({scaled})"), frozenset({"CLP214"})
    log = f"{cosines} * model.logit_scale"
    yield "scale without exp", scored(f"shown = {log}"), frozenset({"CLP213"})
    wrong = "logits.softmax(dim=0)" if made.is_whole else f"({scaled}).softmax(dim=0)"
    yield "softmax over images", scored(f"shown = {wrong}"), frozenset({"CLP203"})
    one = replace(program, labels=program.labels.partition(",")[0] + "]")
    over = (
        one.scores if not made.is_sigmoid else "shown = logits.softmax(dim=1)" if made.is_whole else SOFTMAX
    )
    yield "one label", replace(one, scores=over), frozenset({"CLP204"})
    if made.has_band:
        held = f"shown = {cosines}\nif shown[0, 0] > 0.8:\n    print('found')"
        yield "threshold of 0.8", scored(held), frozenset({"CLP206"})


def _of_input(made: Made) -> Iterator[tuple[str, Lines, frozenset[str]]]:
    program = made.program
    if made.trained is not None:
        mean, _ = made.trained
        for other in STATISTICS:
            if other[0] != mean:
                yield "other mean", _prepared(program, *other), frozenset({"CLP304"})
        yield "other deviation", _prepared(program, mean, (0.4, 0.4, 0.4)), frozenset({"CLP304"})
    elif made.is_whole:
        bare = program.tokens.replace("images=photo", "images=photo, do_normalize=False")
        yield "pixels not normalised", replace(program, tokens=bare), frozenset({"CLP304"})
    short = _PADDED.sub("padding=True", program.tokens)
    if short != program.tokens:
        yield "not padded", replace(program, tokens=short), frozenset({"CLP302"})
    if made.cased:
        capitals = '["a photo of a Grey Heron", "a photo of a White Stork"]'
        yield "capital letters", replace(program, labels=capitals), frozenset({"CLP314"})
    if not made.is_whole:
        raw = replace(
            program,
            image="images = model.encode_image(pixels)",
            text="texts = model.encode_text(tokens)",
            scores=f"shown = {_cosines(made)}",
        )
        if not made.architecture.startswith("coca_"):  # CoCa gives vectors of length one
            yield "not normalised", raw, frozenset({"CLP201"})


def _of_loading(made: Made) -> Iterator[tuple[str, Lines, frozenset[str]]]:
    program = made.program
    if made.twin:
        load = program.load.replace(f"{made.architecture!r}", f"{made.twin!r}")
        yield "other activation", replace(program, load=load), frozenset({"CLP306"})
    if "\nmodel.eval()" in program.load:
        load = program.load.replace("\nmodel.eval()", "")
        yield "train mode", replace(program, load=load), frozenset({"CLP401"})


def _prepared(program: Lines, mean: tuple[float, ...], deviation: tuple[float, ...]) -> Lines:
    step = f"T.Resize((224, 224)), T.ToTensor(), T.Normalize({mean}, {deviation})"
    return replace(program, prepare=f"pixels = T.Compose([{step}])(photo).unsqueeze(0)")


def twin_of(architecture: str, config: Mapping[str, object], names: frozenset[str]) -> str:
    """The name of the same architecture with the other activation, if there is one and these weights fit the name they have."""
    is_quick = architecture.endswith(QUICK)
    if bool(config.get("quick_gelu")) != is_quick:
        return ""
    other = architecture.removesuffix(QUICK) if is_quick else architecture + QUICK
    return other if other in names else ""


_KINDS = (("siglip2", "SigLIP 2"), ("siglip", "SigLIP"), ("coca", "CoCa"), ("clipa", "CLIPA"), ("mobileclip", "MobileCLIP"), ("pe-core", "PE-Core"), ("eva", "EVA"), ("convnext", "ConvNeXt"), ("vitamin", "ViTamin"), ("roberta", "RoBERTa, mT5"), ("mt5", "RoBERTa, mT5"), ("nllb", "NLLB-CLIP"), ("rn", "ResNets"))  # fmt: skip
WITHOUT_FAULTS = {"ALIGN", "GroupViT", "AIMv2"}
"""Models whose score has no `logit_scale`, or whose numbers no table has: right programs alone."""


def kind(architecture: str) -> str:
    """The family of one of open_clip's architectures, as the table calls it."""
    return next((name for word, name in _KINDS if word in architecture.lower()), "ViTs")


def configurations() -> frozenset[str]:
    """The architectures that the installed open_clip knows by name."""
    home = find_spec("open_clip")
    assert home is not None
    assert home.origin is not None
    return frozenset(path.stem for path in (Path(home.origin).parent / "model_configs").glob("*.json"))


def of_configurations() -> dict[str, list[Made]]:
    """open_clip's configurations with the weights that it offers for them, and each by its name with weights from a file."""
    offered = pretrained()
    names = configurations()
    made: dict[str, list[Made]] = defaultdict(list)
    for (architecture, tag), config in offered.items():
        trained = (tuple(config["mean"]), tuple(config["std"]))
        twin = twin_of(architecture, config, names)
        if not twin and bool(config.get("quick_gelu")) != architecture.endswith("-quickgelu"):
            continue  # offered under the other activation: the entry is the fault
        band = cosine_band(Checkpoint("open_clip", architecture, tag, "clip")) is not None
        program = of_open_clip(architecture, tag)
        made[f"open_clip, {kind(architecture)}"].append(
            Made(program, architecture, tag, trained, twin, has_band=band)
        )
    for architecture in sorted(names):
        program = of_open_clip(architecture, "weights/epoch_12.pt")
        made["open_clip, each configuration, own weights"].append(Made(program, architecture, has_band=False))
    return made


def of_all() -> dict[str, list[Made]]:
    """The right programs of each family."""
    made = of_configurations()
    usual = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
    made["openai/CLIP"] = [Made(of_openai(name), name, trained=usual) for name in OPENAI]
    for name, program in TRANSFORMERS.items():
        made[f"transformers, {name}"] = [
            Made(
                program,
                has_band=_has_band(program),
                cased=name.startswith("SigLIP 2") and bool(_PADDED.search(program.tokens)),
            )
        ]
    for name, program in PACKAGES.items():
        made[name] = [Made(program, has_band=False)]
    return made


def _has_band(program: Lines) -> bool:
    checkpoint = program.load.partition("from_pretrained('")[2].partition("'")[0]
    return cosine_band(Checkpoint("transformers", checkpoint)) is not None
