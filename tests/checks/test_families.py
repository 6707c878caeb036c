"""A program that uses a checkpoint as it is meant to be used is left alone, whatever the checkpoint; one fault in it is found."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from families import OPENAI, PACKAGES, SIGMOID, SOFTMAX, TRANSFORMERS, Lines, found, of_open_clip, of_openai
from family_faults import QUICK, WITHOUT_FAULTS, configurations, faults, of_all
from offered import pretrained

from clip_lint.core.finding import Severity

OFFERED = pretrained()
RIGHT = {
    **{f"{architecture} {tag}": of_open_clip(architecture, tag) for architecture, tag in OFFERED},
    **{f"OpenAI {name}": of_openai(name) for name in OPENAI},
    **TRANSFORMERS,
    **PACKAGES,
    **{
        f"{name} of own weights": of_open_clip(name, "weights/epoch_12.pt")
        for name in sorted(configurations())
    },
}
FAMILIES = of_all()


def told(program: Lines) -> set[str]:
    return {code for code, severity in found(program).items() if severity > Severity.NOTE}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_left_alone(name: str) -> None:
    assert not told(RIGHT[name]) - quickgelu_of(name), str(RIGHT[name])


def quickgelu_of(name: str) -> set[str]:
    """Weights that open_clip offers under an architecture with another activation than their own, as a convenience."""
    architecture, _, tag = name.partition(" ")
    config = OFFERED.get((architecture, tag), {})
    return {"CLP306"} if bool(config.get("quick_gelu")) != architecture.endswith(QUICK) else set()


@pytest.mark.parametrize(("architecture", "tag"), OFFERED)
def test_weights_under_the_other_activation_are_found(architecture: str, tag: str) -> None:
    """Whatever the table says: open_clip's own entry tells which activation the weights need."""
    reported = "CLP306" in found(of_open_clip(architecture, tag))
    assert reported == bool(quickgelu_of(f"{architecture} {tag}"))


@pytest.mark.parametrize(("architecture", "tag"), OFFERED)
def test_pixels_of_other_statistics_are_found(architecture: str, tag: str) -> None:
    mean, deviation = OFFERED[architecture, tag]["mean"], OFFERED[architecture, tag]["std"]
    program = of_open_clip(architecture, tag)

    def prepared(step: str) -> Lines:
        return replace(
            program,
            prepare=f"pixels = T.Compose([T.Resize((224, 224)), T.ToTensor(){step}])(photo).unsqueeze(0)",
        )

    assert "CLP304" not in found(prepared(f", T.Normalize({mean}, {deviation})"))
    others = [
        f", T.Normalize({other}, {spread})"
        for other, spread in (
            ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
            ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
        )
        if other != tuple(mean)
    ]
    for step in others:
        assert found(prepared(step)).get("CLP304") is Severity.ERROR
    assert ("CLP304" in found(prepared(""))) == any(mean)


@pytest.mark.parametrize(("architecture", "tag"), OFFERED)
def test_wrong_scores_are_found(architecture: str, tag: str) -> None:
    program = of_open_clip(architecture, tag)
    if program.scores == SIGMOID:
        assert "CLP205" in found(replace(program, scores=SOFTMAX))
    else:
        assert "CLP202" in found(replace(program, scores="shown = (images @ texts.T).softmax(dim=-1)"))
    raw = replace(
        program, image="images = model.encode_image(pixels)", text="texts = model.encode_text(tokens)"
    )
    normalizes = architecture.startswith("coca_")  # open_clip's CoCa gives vectors of length one
    assert ("CLP201" in found(replace(raw, scores="shown = images @ texts.T"))) != normalizes
    one = replace(program, labels='["a photo of a heron"]', scores=SOFTMAX)
    assert found(one).keys() & {"CLP204", "CLP205"}


@pytest.mark.parametrize("name", [name for name in TRANSFORMERS if "SigLIP" in name and "NaFlex" not in name])
def test_unpadded_texts_of_siglip_are_found(name: str) -> None:
    program = TRANSFORMERS[name]
    unpadded = re.sub(r'padding="max_length", max_length=\d+', "padding=True", program.tokens)
    assert unpadded != program.tokens
    assert found(replace(program, tokens=unpadded))["CLP302"] is Severity.ERROR
    assert "CLP205" in found(replace(program, scores="shown = logits.softmax(dim=1)"))


@pytest.mark.parametrize(
    "family", sorted(FAMILIES.keys() - {f"transformers, {name}" for name in WITHOUT_FAULTS})
)
def test_each_single_fault_is_found(family: str) -> None:
    """In the first, the middle and the last program of each family; tests/bench/family_table.py takes all of them."""
    programs = FAMILIES[family]
    for made in {programs[0], programs[len(programs) // 2], programs[-1]}:
        for name, program, codes in faults(made):
            assert codes & found(program).keys(), f"{name}:\n{program}"
