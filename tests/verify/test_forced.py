"""`--verify` on correct programs with findings forced on them, and on what the cards call bad: nothing false is borne out, nothing true is cleared.

The models are tiny ones in a cache that is laid out as the hub's, so they count as the weights that the code names.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import huggingface_hub.constants
import more_right_programs as more
import pytest
import right_programs
import tiny_models

import clip_lint
from clip_lint.cli.verify import is_cleared
from clip_lint.core.cards import load_rules
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import AsWritten, Evidence, EvidenceRequest, Verdict, summary
from clip_lint.core.finding import Finding, Severity
from clip_lint.verify.entry import verify_findings
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.run import probe_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIP, SIGLIP = "openai/clip-vit-base-patch32", "google/siglip-base-patch16-224"
ALIASES = {
    CLIP: (
        "openai/clip-vit-base-patch16",
        "openai/clip-vit-large-patch14",
        "openai/clip-vit-large-patch14-336",
    ),
    SIGLIP: ("google/siglip-base-patch16-384", "google/siglip-so400m-patch14-384"),
}
COMMIT = "3d74acf9" + "0" * 32
WRITTEN = {"CLP206": AsWritten(threshold=0.27), "CLP211": AsWritten(temperature=100.0)}
IS_LONG = bool(os.environ.get("CLIP_LINT_LONG"))
"""With it, all drawn images and every set of prompts are taken; without it, a few images, and one finding for each fault."""
SAMPLE = None if IS_LONG else 30
TOLD = {name: VerifyOptions("cpu", is_offline=True, sample=SAMPLE, model=name) for name in (None, "bundled")}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A hub's cache in which every checkpoint that has one of these names is whole; train mode is heard."""
    folder, built = tmp_path_factory.mktemp("hub"), tmp_path_factory.mktemp("built")
    for name, others in ALIASES.items():
        own = tiny_models.build(name, built)
        config = json.loads((own / "config.json").read_text())
        for tower in ("text_config", "vision_config"):
            config[tower]["attention_dropout"] = 0.5
        (own / "config.json").write_text(json.dumps(config))
        for each in (name, *others):
            home = folder / f"models--{each.replace('/', '--')}"
            shutil.copytree(own, home / "snapshots" / COMMIT)
            (home / "refs").mkdir()
            (home / "refs" / "main").write_text(COMMIT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder))
        patch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
        yield folder


def verified(findings: Sequence[Finding], model: str | None) -> list[Evidence]:
    return verify_findings(findings, [finding.request for finding in findings], TOLD[model])


def forced() -> list[Finding]:
    """Every finding that is forced on a correct program, as `--verify` would get it."""
    found: dict[tuple[str, bool], Finding] = {}
    for program in (right_programs.RIGHT | more.MORE).values():
        text, findings = right_programs.forced(program)
        is_pairwise = "siglip" in text
        for each in findings:
            own = Checkpoint("transformers", SIGLIP if is_pairwise else CLIP)
            labels = tuple(re.findall(r'"(a photo of [^"{}]+)"', text))
            asked = EvidenceRequest(each.code, own, labels, WRITTEN.get(each.code, AsWritten()))
            found[each.code, is_pairwise] = Finding(
                each.code, each.name, each.severity, each.message, each.place, request=asked
            )
    return list(found.values())


@functools.cache
def bad() -> list[Finding]:
    """Every finding on what the cards call bad that can be measured, one for each checkpoint, fault and set of prompts."""
    found: dict[object, Finding] = {}
    for rule in load_rules().values():
        for example in (each for each in rule.examples if each.kind == "bad"):
            result = clip_lint.lint_source(
                example.text, isolated=True, preview=True, min_severity=Severity.NOTE
            )
            for each in result.findings:
                if each.code == rule.code and each.request is not None and probe_for(each.code):
                    asked = each.request
                    few = (each.code, asked.written.fault)
                    found.setdefault(asked if IS_LONG else few, each)
    return list(found.values())


@pytest.mark.parametrize("model", TOLD)
def test_nothing_that_is_forced_on_a_correct_program_is_borne_out(model: str | None, cache: Path) -> None:
    """A figure is of the harm, if the code does it: no line says that it does, and none decides what a run ends with."""
    assert cache.is_dir()
    findings = forced()
    assert len({each.code for each in findings}) >= 35
    for evidence in verified(findings, model):
        line = summary(evidence)
        claim = line.replace("if the code does this", "")
        assert not re.search(r"\b(confirmed|refuted|proved|observed|the code does)\b", claim), line
        harms = re.search(r"\bharm(ful)?\b", line.replace("not demonstrated", ""))
        assert not harms or "if the code does this" in line, line
        if model is not None and evidence.in_place_of:
            assert evidence.standing in {"certain", "demonstrated", "not demonstrated", "not run"}


@pytest.mark.parametrize("model", TOLD)
def test_nothing_that_a_card_calls_bad_is_cleared(
    model: str | None, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.is_dir()
    monkeypatch.chdir(cache)
    findings = bad()
    codes = {each.code for each in findings}
    assert len(codes) >= 30
    measured = set()
    for finding, evidence in zip(findings, verified(findings, model), strict=True):
        assert not evidence.clears, (finding.code, finding.message, summary(evidence))
        assert not is_cleared(finding)
        if evidence.verdict is not Verdict.NOT_RUN:
            measured.add(finding.code)
    assert len(measured) >= 25, sorted(codes - measured)
