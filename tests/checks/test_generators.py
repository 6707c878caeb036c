"""Prompts of image generators: only their length is looked at, and only where CLIPs alone read them."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

EVERYTHING = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))

SHORT = "two dogs without a leash to the left of a red car and a blue bus, a sign that says STOP"
LONG = ", ".join(f"a {colour} boat with {cargo}" for colour in ("red", "grey", "old", "tall") for cargo in ("ropes", "nets", "salt", "crates", "sails"))  # fmt: skip


def program(load: str, call: str) -> str:
    return f"import torch\n{load}\nTEXT = {LONG!r}\nSHORT = {SHORT!r}\npicture = {call}.images[0]\n"


def reported(text: str) -> list[str]:
    outcome = lint_text(
        text.encode(),
        "draw.py",
        Configuration(EVERYTHING, "/nowhere", isolated=True),
        "/nowhere",
        isolated=True,
    )
    assert not outcome.problems
    return [finding.code for finding in outcome.reported]


SDXL = 'from diffusers import StableDiffusionXLPipeline\npipe = StableDiffusionXLPipeline.from_pretrained("stabilityai/stable-diffusion-xl-base-1.0")'
LOADS = (
    SDXL,
    SDXL + '.to("cuda")',
    SDXL + '\npipe.to("cuda")\npipe.enable_attention_slicing()',
    'import diffusers\npipe = diffusers.StableDiffusionPipeline.from_pretrained("./mine")',
    'from diffusers import StableDiffusionImg2ImgPipeline as Pipeline\npipe = Pipeline.from_single_file("mine.safetensors")',
    'from diffusers import DiffusionPipeline\npipe = DiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5")',
    'from diffusers import AutoPipelineForText2Image\npipe = AutoPipelineForText2Image.from_pretrained("stabilityai/sdxl-turbo", torch_dtype=torch.float16)',
)
CALLS = (
    "pipe(TEXT)",
    "pipe(prompt=TEXT, guidance_scale=5.0)",
    "pipe([SHORT, TEXT])",
    "pipe(SHORT, negative_prompt=TEXT)",
    "pipe(prompt=[SHORT], negative_prompt=[TEXT])",
)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("call", CALLS)
def test_what_does_not_fit_is_reported_once(load: str, call: str) -> None:
    assert reported(program(load, call)) == ["CLP109"]


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("call", ["pipe(SHORT)", "pipe(SHORT, negative_prompt='people, three cars')", "pipe(prompt_embeds=embed(TEXT))"])  # fmt: skip
def test_what_fits_is_left_alone_whatever_it_says(load: str, call: str) -> None:
    """Counts, sides and negations are no comparison here."""
    assert reported(program(load, call)) == []


@pytest.mark.parametrize(
    "load",
    [
        'from diffusers import FluxPipeline\npipe = FluxPipeline.from_pretrained("black-forest-labs/FLUX.1-dev")',
        'from diffusers import StableDiffusion3Pipeline\npipe = StableDiffusion3Pipeline.from_pretrained("stabilityai/stable-diffusion-3-medium-diffusers")',
        'from diffusers import DiffusionPipeline\npipe = DiffusionPipeline.from_pretrained("stabilityai/stable-diffusion-3.5-large")',
        'from diffusers import DiffusionPipeline\npipe = DiffusionPipeline.from_pretrained("./mine")',
    ],
)
@pytest.mark.parametrize("call", CALLS)
def test_a_language_model_beside_the_clips_reads_on(load: str, call: str) -> None:
    assert reported(program(load, call)) == []
