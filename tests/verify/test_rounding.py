"""A large model in a short time: bfloat16 where that is faster, said with every figure, and never more than it tells."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import tiny_models
import torch
from known_models import bench, oracle

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import TIMED, EvidenceRequest, Verdict
from clip_lint.verify import rounding, run, transformers_towers
from clip_lint.verify.model_safety import weight_files
from clip_lint.verify.models import Models
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.rounding import Rounding, Sample, read_in, rounding_of
from clip_lint.verify.run import probe_for
from clip_lint.verify.trials import counting

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.core.evidence import Evidence
    from clip_lint.verify.fixtures import FixtureSet

HALF = Rounding("bfloat16", 0.001)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny checkpoint that counts as large on a processor that is faster at bfloat16."""
    monkeypatch.setattr(transformers_towers, "LARGE", 0)
    monkeypatch.setattr(transformers_towers, "bfloat16_pays", lambda: True)
    return tiny_models.build("openai/clip-vit-base-patch32", tmp_path)


def verify(folder: Path, *codes: str, budget: float | None) -> dict[str, Evidence]:
    own = Checkpoint("transformers", str(folder))
    requests = [EvidenceRequest(code, own, ("a photo of a cat",)) for code in codes]
    found = run.measure(requests, VerifyOptions("cpu", is_offline=True, budget=budget, sample=60))
    return {request.code: found[request] for request in requests}


def test_a_large_model_is_computed_in_bfloat16_where_the_time_is_short_and_only_there(large: Path) -> None:
    spec = str(large)
    hurried, calm = (
        Models("cpu", True, spec, is_hurried=is_hurried).towers(None) for is_hurried in (True, False)
    )
    assert next(hurried.module().parameters()).dtype is torch.bfloat16
    assert (next(calm.module().parameters()).dtype, calm.rounding) == (torch.float32, None)
    assert hurried.rounding is not None
    assert hurried.rounding.precision == "bfloat16"
    assert 0 < hurried.rounding.lead < 0.05
    assert hurried.scoring == calm.scoring, "the scale is the file's own, not a rounded one"
    texts = ["a photo of a cat", "two red trucks"]
    near = torch.nn.functional.cosine_similarity(
        hurried.text_features(texts).float(), calm.text_features(texts), dim=1
    )
    assert float(near.min()) > 0.999


@pytest.mark.parametrize("why", ["small", "slow at it"])
def test_what_gains_nothing_stays_in_float32(large: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "small":
        monkeypatch.setattr(transformers_towers, "LARGE", rounding.LARGE)
    else:
        monkeypatch.setattr(transformers_towers, "bfloat16_pays", lambda: False)
    assert Models("cpu", True, str(large), is_hurried=True).towers(None).rounding is None


def test_weights_are_read_one_after_the_other_as_the_file_has_them(large: Path) -> None:
    from safetensors.torch import load_file

    files = weight_files(large)
    read, stored = read_in(torch.bfloat16, files), load_file(files[0])
    assert read.keys() == stored.keys()
    for name, tensor in stored.items():
        expected = tensor.to(torch.bfloat16) if tensor.is_floating_point() else tensor
        assert torch.equal(read[name], expected), name


def test_the_rounding_is_the_largest_change_of_a_lead() -> None:
    texts, images = torch.eye(2), torch.tensor([[0.6, 0.8]])
    moved = rounding_of(torch.bfloat16, Sample(texts, images), Sample(texts, torch.tensor([[0.61, 0.79]])))
    assert moved.lead == pytest.approx(0.02, abs=1e-6)
    assert str(moved) == "computed in bfloat16, which moves the lead of a text by 0.0200 at most"


def test_every_figure_says_what_it_was_computed_in_and_none_clears(large: Path) -> None:
    codes = ("CLP201", "CLP305", "CLP401")
    for code, found in verify(large, *codes, budget=600).items():
        assert "computed in bfloat16" in found.note, code
        assert not found.clears
    assert "float32 may differ, so the finding stands" in verify(large, "CLP401", budget=600)["CLP401"].note
    calm = verify(large, "CLP401", budget=None)["CLP401"]
    assert (calm.clears, "bfloat16" in calm.note) == (True, False)


def test_what_takes_time_is_not_timed_in_another_precision(large: Path) -> None:
    for code, found in verify(large, *sorted(TIMED - {"CLP309"}), budget=600).items():
        assert (code, found.verdict) == (code, Verdict.NOT_RUN)
        assert "timed in float32" in found.note


def test_cases_that_the_rounding_leaves_open_are_left_out_and_counted(scenes: FixtureSet) -> None:
    """The oracle is right on each; a precision that cannot tell a part of them says how many, and makes no harm of it."""
    request = EvidenceRequest("CLP101", None, ("a photo of four mugs", "a photo of five mugs"))
    probe = probe_for("CLP101")
    assert probe is not None
    known = oracle(scenes)
    desk = bench(known, has_detector=False)
    exact = probe.run(request, desk)
    leads = sorted(
        abs(float(scores[0] - scores[1]))
        for scores in map(desk.cosines, desk.chosen(counting(scenes, "a photo of {}")))
    )
    rounded = replace(known, rounding=Rounding("bfloat16", leads[len(leads) // 2]))
    found = probe.run(request, bench(rounded, has_detector=False))
    assert exact.verdict is found.verdict is Verdict.HARMLESS
    assert found.n < exact.n + 40
    assert "more lie nearer than what it is computed in tells apart" in found.note
    blurred = replace(known, rounding=Rounding("bfloat16", 2.0))
    assert probe.run(request, bench(blurred, has_detector=False)).verdict is Verdict.NOT_RUN


def packed(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04cos\nsystem\n.",
        packed(b"[" * 5_000),
        packed([]),
        packed({"w": 7}),
        packed({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, bytes(8)),
        packed({"w": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}, bytes(8)),
        packed({"w": {"dtype": "F32", "shape": [-2], "data_offsets": [8, 0]}}, bytes(8)),
        packed({"w": {"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]}}, bytes(8)),
        packed({"w": {"dtype": "evil", "shape": [8], "data_offsets": [0, 8]}}, bytes(8)),
        packed({"w": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}, bytes(8)),
        packed({"../../w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
    ],
)
def test_weights_that_are_read_one_by_one_are_checked_as_any_other(large: Path, content: bytes) -> None:
    """The reader of large files trusts no header more than the usual one does: one line each."""
    (file,) = weight_files(large)
    file.write_bytes(content)
    with pytest.raises(VerifyProblem) as caught:
        Models("cpu", True, str(large), is_hurried=True).towers(None)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_off_is_told_as_that(large: Path) -> None:
    (file,) = weight_files(large)
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(VerifyProblem, match="truncated"):
        Models("cpu", True, str(large), is_hurried=True).towers(None)
