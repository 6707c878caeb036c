"""From findings to evidence: the bundled models, the cache, what cannot be had, the reports."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
import tiny_models

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import AsWritten, Evidence, EvidenceRequest, Exhibit, Verdict, shown, summary
from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.verify import run
from clip_lint.verify.entry import verify_findings
from clip_lint.verify.html import evidence_report
from clip_lint.verify.loading import bundled_folder
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.probes import scores
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.run import PROBES, probe_for

if TYPE_CHECKING:
    from pathlib import Path


def finding(code: str, message: str = "something is wrong") -> Finding:
    return Finding(
        code, "a-name", Severity.ERROR, message, Place("app.py", 0, Position(3, 1), Position(3, 9))
    )


def verify(*requests: EvidenceRequest | None, **options: object) -> list[Evidence]:
    findings = [finding(request.code if request else "CLP116") for request in requests]
    return verify_findings(findings, requests, VerifyOptions(device="cpu", **options))  # type: ignore[arg-type]


def test_every_code_has_one_probe() -> None:
    codes = [code for probe in PROBES for code in probe.codes]
    assert len(codes) == len(set(codes))
    assert {"CLP101", "CLP105", "CLP201", "CLP303", "CLP401"} <= set(codes)
    assert probe_for("CLP116") is None


@pytest.fixture(scope="module")
def offline() -> dict[str, Evidence]:
    """Every probe on the bundled models."""
    prompts = {
        "CLP101": ("two dogs", "three dogs"),
        "CLP103": ("a red car and a blue cup", "a blue car and a red cup"),
    }
    written = {"CLP206": AsWritten(threshold=0.95), "CLP211": AsWritten(temperature=1)}
    codes = [code for probe in PROBES for code in probe.codes]
    requests = [
        EvidenceRequest(code, None, prompts.get(code, ()), written.get(code, AsWritten())) for code in codes
    ]
    return {item.code: item for item in verify(*requests, is_offline=True)}


def test_the_bundled_models_give_verdicts_for_fifteen_codes_and_refute_train_mode(
    offline: dict[str, Evidence],
) -> None:
    judged = [item for item in offline.values() if item.verdict in {Verdict.HARMFUL, Verdict.HARMLESS}]
    assert len(judged) >= 15
    assert offline["CLP401"].verdict is Verdict.HARMLESS
    for code in ("CLP201", "CLP202", "CLP203", "CLP204", "CLP206", "CLP208", "CLP303", "CLP308"):
        assert offline[code].verdict is Verdict.HARMFUL, summary(offline[code])


def test_what_the_bundled_model_refutes_clears_nothing(
    offline: dict[str, Evidence],
) -> None:
    refuted = {code for code, item in offline.items() if item.verdict is Verdict.HARMLESS}
    assert {"CLP210", "CLP401"} <= refuted
    assert not any(offline[code].clears for code in refuted)
    assert {offline[code].standing for code in refuted} == {"not demonstrated"}
    assert offline["CLP204"].standing == "certain"
    assert offline["CLP201"].standing == "demonstrated"
    own = verify(EvidenceRequest("CLP210"), model="bundled")[0]
    assert (own.verdict, own.clears) == (Verdict.HARMLESS, False)


def test_figures_of_the_bundled_model_cast_no_doubt_on_a_finding(offline: dict[str, Evidence]) -> None:
    for item in offline.values():
        if item.standing == "not demonstrated":
            line = summary(item)
            assert "says nothing of the code's own model" in line
            assert item.metric not in line
    assert offline["CLP201"].metric in summary(offline["CLP201"])


def test_the_bundled_model_is_always_named_as_what_it_is(offline: dict[str, Evidence]) -> None:
    assert {item.checkpoint for item in offline.values()} == {"bundled model"}
    asked = EvidenceRequest("CLP204", Checkpoint("transformers", "openai/clip-vit-base-patch32"))
    found = verify(asked, is_offline=True)[0]
    assert "bundled model in place of openai/clip-vit-base-patch32" in summary(found)


def test_the_detector_answers_the_contrasts(offline: dict[str, Evidence]) -> None:
    for code in ("CLP101", "CLP102", "CLP104"):
        assert (offline[code].alternative or 0.0) > 0.85


def test_evidence_survives_json(offline: dict[str, Evidence]) -> None:
    for item in offline.values():
        text = json.dumps(item.to_json(), allow_nan=False)
        again = Evidence.from_json(json.loads(text))
        assert again.to_json() == item.to_json()
        assert again.verdict is item.verdict


def test_a_finding_that_cannot_be_measured_is_not_run() -> None:
    assert [item.verdict for item in verify(None, EvidenceRequest("CLP116"), is_offline=True)] == [
        Verdict.NOT_RUN
    ] * 2


def test_a_checkpoint_that_is_not_there_is_not_run_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    folder = tiny_models.build("openai/clip-vit-base-patch32", tmp_path)
    missing = EvidenceRequest("CLP204", Checkpoint("transformers", "someone/never-was-there"))
    there = EvidenceRequest("CLP204", Checkpoint("transformers", str(folder)))
    first, second = verify(missing, there)
    assert first.verdict is Verdict.NOT_RUN
    assert "someone/never-was-there" in first.note
    assert "\n" not in first.note
    assert second.verdict is Verdict.HARMFUL
    assert second.checkpoint == str(folder)


def test_a_measurement_that_fails_is_not_run_and_the_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("CUDA out of memory.\nTried to allocate 2 GiB")

    monkeypatch.setitem(scores._MEASURES, "CLP202", fail)
    first, second = verify(EvidenceRequest("CLP202"), EvidenceRequest("CLP204"), is_offline=True)
    assert (first.verdict, first.note) == (
        Verdict.NOT_RUN,
        "the measurement failed (CUDA out of memory.)",
    )
    assert second.verdict is Verdict.HARMFUL


def test_a_model_that_was_asked_for_must_load(tmp_path: Path) -> None:
    with pytest.raises(VerifyProblem, match=r"no config\.json"):
        verify(EvidenceRequest("CLP204"), model=str(tmp_path))


def test_a_code_that_names_no_checkpoint_asks_for_model() -> None:
    assert "--model" in verify(EvidenceRequest("CLP204"))[0].note


def test_a_result_is_measured_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"is_offline": True, "cache_folder": tmp_path / "kept"}
    request = EvidenceRequest("CLP204", None, ("a photo of a lamp",))
    first = verify(request, **options)[0]
    with monkeypatch.context() as patched:
        patched.setattr(run, "Bench", None)
        assert verify(request, **options)[0].to_json() == first.to_json()
        with pytest.raises(TypeError):
            verify(EvidenceRequest("CLP204", None, ("another lamp",)), **options)
    entry = next((tmp_path / "kept").glob("*.json"))
    entry.write_text("{")
    assert verify(request, **options)[0].verdict is first.verdict
    assert json.loads(entry.read_text())["verdict"] == "harmful"


def test_what_is_running_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    verify(
        EvidenceRequest("CLP204"),
        EvidenceRequest("CLP202"),
        is_offline=True,
        tell=lambda *row: told.append(row),
    )
    assert [row for row in told if ":" not in row[0]] == [
        ("CLP204 on bundled", 0, 2),
        ("CLP202 on bundled", 1, 2),
    ]
    assert any("loading the model" in row[0] for row in told)
    assert any("image 32 of " in row[0] for row in told)


def test_progress_is_shown_without_control_characters_of_others() -> None:
    import io

    from rich.console import Console

    from clip_lint.verify.progress import telling

    out = io.StringIO()
    with telling(Console(file=out, force_terminal=True, width=100)) as tell:
        tell("CLP101 on a\x07b", 1, 4)
    assert "verifying CLP101 on a\\x07b" in out.getvalue()
    assert "1/4" in out.getvalue()


def test_fine_grained_is_measured_on_the_user_s_folders(tmp_path: Path, scenes_folder: Path) -> None:
    data = json.loads((scenes_folder / "instances.json").read_text())
    kinds = {row["id"]: row["name"] for row in data["categories"]}
    for row in data["images"]:
        own = [a for a in data["annotations"] if a["image_id"] == row["id"]]
        if row["task"] == "single":
            home = tmp_path / "classes" / own[0]["attributes"]["colour"] / kinds[own[0]["category_id"]]
            home.parent.mkdir(parents=True, exist_ok=True)
            home.with_suffix(f".{row['id']}.png").write_bytes((scenes_folder / row["file_name"]).read_bytes())
    request = EvidenceRequest("CLP105", None, (), AsWritten(published="59.6% on Cars"))
    without, within = (
        verify(request, is_offline=True)[0],
        verify(request, is_offline=True, images=tmp_path / "classes")[0],
    )
    assert without.verdict is Verdict.NOT_RUN
    assert "published: 59.6% on Cars" in without.note
    assert within.n == 20
    assert within.alternative is not None
    assert verify(request, is_offline=True, images=tmp_path)[0].verdict is Verdict.NOT_RUN


def test_only_the_codes_own_weights_clear_a_finding(tmp_path: Path) -> None:
    for name in ("own", "other"):
        shutil.copytree(bundled_folder("clip"), tmp_path / name)
    request = EvidenceRequest("CLP401", Checkpoint("transformers", str(tmp_path / "own")))
    own, other = (verify(request, model=str(tmp_path / name))[0] for name in ("own", "other"))
    assert (own.standing, own.clears, own.in_place_of) == ("measured: harmless", True, "")
    assert (other.standing, other.clears) == ("not demonstrated", False)
    assert other.in_place_of == str(tmp_path / "own")


def test_the_summary_is_one_line_with_the_numbers() -> None:
    item = Evidence(
        "CLP101",
        "contrast",
        Verdict.HARMFUL,
        "a/b",
        "cpu",
        "drawn scenes",
        100,
        "accuracy",
        0.5,
        0.4,
        0.6,
        0.5,
        0.97,
        "detector",
        1.0,
    )
    assert summary(item) == (
        "measured: harmful if the code does this, on a/b (drawn scenes): accuracy: 0.50 [0.40, 0.60] of 100; chance 0.50; detector 0.97"
    )
    assert summary(Evidence("CLP105", "", Verdict.NOT_RUN, note="no images")) == "not run: no images"
    assert [shown(value) for value in (None, 0.123, 12.34, 1234.5)] == ["-", "0.12", "12.3", "1234"]


def test_the_html_report_is_self_contained_and_escaped(offline: dict[str, Evidence]) -> None:
    findings = [finding(item.code, "<script>alert(1)</script>\x1b[31m") for item in offline.values()]
    page = evidence_report(findings, list(offline.values()))
    assert page.count("<section>") == len(findings)
    assert "<script" not in page
    assert "\x1b" not in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert page.count("data:image/png;base64,") >= 10
    assert "a photo of" in page


def test_an_image_that_is_gone_is_said_and_not_a_crash(tmp_path: Path) -> None:
    shows = (Exhibit(str(tmp_path / "gone.png"), ("one", "two"), (0.1, 0.1), 0),)
    page = evidence_report(
        [finding("CLP101")], [Evidence("CLP101", "contrast", Verdict.HARMFUL, exhibits=shows)]
    )
    assert "gone.png cannot be shown" in page
    assert "No findings" in evidence_report([], [])


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("code", ["CLP101", "CLP204"])
@pytest.mark.parametrize("other", ["", "another checkpoint"])
def test_no_figure_says_that_the_code_does_what_a_finding_says(
    verdict: Verdict, code: str, other: str
) -> None:
    """A forced wrong finding gets the same figures as a right one: harm is told under its condition, and no more."""
    found = Evidence(
        code, "probe", verdict, "a/b", "cpu", "scenes", 40, "a share", 0.5, note="noted", in_place_of=other
    )
    line = summary(found)
    assert ("if the code does this" in line) >= (code == "CLP204")
    if "harm" in line.replace("not demonstrated", ""):
        assert "if the code does this" in line
    assert not any(word in line for word in ("confirmed", "refuted", "proved"))


def test_what_is_certain_is_not_put_in_doubt_by_a_model_that_shows_little_of_it() -> None:
    shown_little = Evidence(
        "CLP208", "scores", Verdict.HARMLESS, "a/b", "cpu", "drawn scenes", 20, "a share", 0.0
    )
    line = summary(shown_little)
    assert line.startswith("certain harm if the code does this, of which there is little to see on a/b")
    assert "; shown on" not in line
