"""The cards' own programs, run before and after their fixes on tiny models: the fault shows, and then it is gone."""

from __future__ import annotations

import builtins
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_models

from clip_lint.core.card_text import Example
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Applicability

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
stand_ins = pytest.importorskip("stand_ins")

CHECKPOINTS = {
    "openai/clip-vit-base-patch16": "openai/clip-vit-base-patch32",
    "openai/clip-vit-large-patch14": "openai/clip-vit-base-patch32",
    "openai/clip-vit-large-patch14-336": "openai/clip-vit-base-patch32",
    "google/siglip2-so400m-patch14-384": "google/siglip-base-patch16-224",
}
"""Checkpoints in the cards that the tiny models know under another name."""

PAIRS = [
    pytest.param(rule.code, bad, fixed, id=f"{rule.code}-line-{fixed.line}")
    for rule in load_rules().values()
    for bad, fixed in zip(rule.examples, rule.examples[1:], strict=False)
    if fixed.kind == "fixed"
]
QUERY = "a ship " * 60
Names = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny checkpoints under their real names, and every picture that a card opens."""
    folder = tmp_path_factory.mktemp("world")
    for name in ("openai/clip-vit-base-patch32", "google/siglip-base-patch16-224", "facebook/detr-resnet-50"):
        tiny_models.build(name, folder)
    for name in ("facebook/dinov2-small", "IDEA-Research/grounding-dino-tiny"):
        tiny_models.build(name, folder)
    for alias, name in CHECKPOINTS.items():
        shutil.copytree(folder / name, folder / alias)
    written = "\n".join(param.values[1].text for param in PAIRS)  # type: ignore[union-attr]
    for number, name in enumerate(dict.fromkeys(re.findall(r"[\"']([\w/]+\.(?:jpg|png))[\"']", written))):
        tiny_models.draw(folder / name, number)
    for number in range(500):
        (folder / "stamps").mkdir(exist_ok=True)
        tiny_models.draw(folder / "stamps" / f"{number:04d}.png", number, (16, 16))
    for number in range(3):
        tiny_models.draw(folder / "photos" / f"{number}.jpg", number)
    return folder


def _run(program: str, monkeypatch: pytest.MonkeyPatch) -> Names:
    """The names of a program after it ran, up to the end of its input."""
    asked = iter([QUERY])

    def answer(_: str = "") -> str:
        try:
            return next(asked)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", answer)
    monkeypatch.setattr(sys, "argv", ["program.py", "boat.jpg", "--caption", QUERY])
    torch.manual_seed(0)
    names: Names = {"__name__": "program"}
    try:
        exec(compile(program, "program.py", "exec", dont_inherit=True), names)  # noqa: S102 - our own programs
    except EOFError:
        assert "input(" in program
    return names


def _norm(value: Any) -> Any:
    return torch.as_tensor(value).norm(dim=-1)


def _labels_each_once(before: Names, after: Names) -> bool:
    old, new = ([row["label"] for row in names["result"]] for names in (before, after))
    return len(old) > len(set(old)) and sorted(set(old)) == sorted(new)


def _labels_are_words(before: Names, after: Names) -> bool:
    old, new = ({row["label"] for row in names["result"]} for names in (before, after))
    return {label.replace("_", " ") for label in old} == new != old


def _same_numbers(name: str) -> Callable[[Names, Names], bool]:
    return lambda before, after: bool(torch.allclose(before[name], after[name], atol=1e-5))


EFFECTS: dict[str, Callable[[Names, Names], bool]] = {
    "CLP001": _same_numbers("scores"),
    "CLP112": _labels_are_words,
    "CLP116": _labels_each_once,
    "CLP202": lambda before, after: after["probs"].max() > before["probs"].max() + 0.1,
    "CLP209": lambda before, after: bool(
        (_norm(before["index"].rows) - 1).abs().max() > 0.1
        and (_norm(after["index"].rows) - 1).abs().max() < 1e-4
    ),
    "CLP210": lambda before, after: bool(
        all(_norm(row) < 0.999 for row in before["weights"])
        and all(abs(_norm(row) - 1) < 1e-4 for row in after["weights"])
    ),
    "CLP303": lambda before, after: bool(
        before["pixels"].mean(dim=(2, 3)).argmax() == 2 and after["pixels"].mean(dim=(2, 3)).argmax() == 0
    ),
    "CLP306": lambda before, after: (
        (before["model"].architecture, after["model"].architecture)
        == ("ViT-B-32 openai", "ViT-B-32-quickgelu openai")
    ),
    "CLP401": lambda before, after: before["model"].training and not after["model"].training,
    "CLP403": lambda before, after: (
        before["model"].encoded.count("image") == 3 and after["model"].encoded.count("image") == 1
    ),
    "CLP404": lambda before, after: (
        before["model"].encoded.count("text") == 3
        and after["model"].encoded.count("text") == 1
        and bool(torch.allclose(before["text_features"], after["text_features"]))
    ),
}
"""What must be different (or the same) in the names that a card's program leaves behind."""

CRASHES = {"CLP305", "CLP307"}
"""Their bad examples stop with an exception; that the fixed ones do not is the change."""

ELSEWHERE = {"CLP110", "CLP201", "CLP203", "CLP205", "CLP301", "CLP302", "CLP402"}
"""What changes for these is asserted in `test_running`, where the names are the test's own; here they run."""


@pytest.fixture(autouse=True)
def _there(world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, module in stand_ins.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.chdir(world)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    before = torch.is_grad_enabled()
    yield
    torch.set_grad_enabled(before)


@pytest.mark.parametrize(("code", "bad", "fixed"), PAIRS)
def test_a_cards_program_runs_after_its_fix_with_the_change_it_promises(
    code: str, bad: Example, fixed: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code in CRASHES:
        with pytest.raises((RuntimeError, AttributeError, TypeError, ValueError, IndexError)):
            _run(bad.text, monkeypatch)
        _run(fixed.text, monkeypatch)
        return
    before, after = _run(bad.text, monkeypatch), _run(fixed.text, monkeypatch)
    if code in EFFECTS:
        assert EFFECTS[code](before, after)


def test_every_code_that_is_written_has_a_program_here() -> None:
    written = {
        rule.code for rule in load_rules().values() if rule.fix in {Applicability.SAFE, Applicability.UNSAFE}
    }
    assert {param.values[0] for param in PAIRS} == written
    assert set(EFFECTS) | CRASHES | ELSEWHERE == written
