"""The cards' own programs, run under observation on tiny models: the bad ones show their fault, the repaired ones nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clip_lint.core.cards import load_rules
from clip_lint.observation.verdicts import Seen

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
stand_ins = pytest.importorskip("stand_ins")
watched = pytest.importorskip("watched")

BAD = {
    "CLP201": 1,
    "CLP202": 2,
    "CLP203": 4,
    "CLP204": 3,
    "CLP205": 2,
    "CLP207": 2,
    "CLP208": 3,
    "CLP210": 2,
    "CLP211": 2,
}
"""How many of a card's bad programs show their fault here; the others need libraries that a test has not, or call nothing."""

PROGRAMS = {
    code: [each.text for each in load_rules()[code].examples if each.kind == "bad"] for code in sorted(BAD)
}
FIXED = [
    pytest.param(each.text, id=f"{rule.code}-line-{each.line}")
    for rule in load_rules().values()
    if rule.code >= "CLP201"
    for each in rule.examples
    if each.kind == "fixed"
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = "\n".join(each.text for rule in load_rules().values() for each in rule.examples)
    return watched.build(tmp_path_factory.mktemp("world"), written)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _there(world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, module in stand_ins.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.chdir(world)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    before = torch.is_grad_enabled()
    yield
    torch.set_grad_enabled(before)


@pytest.mark.parametrize("code", sorted(BAD))
def test_the_bad_programs_of_a_card_show_their_fault(code: str, world: Path) -> None:
    shown = 0
    for program in PROGRAMS[code]:
        result, _ = watched.watch(program, world)
        assert result.failures == ()
        assert Seen.CONTRADICTED not in watched.said(result, code)
        shown += Seen.OBSERVED in watched.said(result, code)
    assert shown >= BAD[code]


@pytest.mark.parametrize("program", FIXED)
def test_a_repaired_program_shows_nothing(program: str, world: Path) -> None:
    result, ended = watched.watch(program, world)
    assert result.failures == ()
    assert ended is None
    assert [each.words for each in result.outcomes if each.seen is Seen.OBSERVED] == []
    assert [(each.code, each.words) for each in result.missed] == []
