"""How rules are found: a module that declares a check, and the card of the same name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from packaged import PROJECT

from clip_lint.checks.discovery import (
    DeclarationError,
    by_code,
    facts_checks,
    modules,
    prompt_checks,
    unpaired,
)
from clip_lint.checks.rule import check, prompt_check
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


CARD = load_rules()["CLP203"]


def finds_nothing(_: object) -> Iterator[Finding]:
    return iter(())


def module(name: str, *codes: str) -> ModuleType:
    """A module of that name that declares a check of each code."""
    made = ModuleType(f"clip_lint.checks.scores.{name}")
    for code in codes:
        setattr(made, f"rule_{code}", check(code)(finds_nothing))
    return made


def test_a_module_that_declares_nothing_is_a_helper() -> None:
    wrong_dim = module("softmax_wrong_dim", "CLP203")
    assert by_code(iter([module("helpers"), wrong_dim])) == {"CLP203": wrong_dim}


def test_two_modules_of_one_code_are_refused() -> None:
    with pytest.raises(DeclarationError, match=r"CLP203 is declared in \S+\.one and in \S+\.two"):
        by_code(iter([module("one", "CLP203"), module("two", "CLP203")]))


def test_two_rules_in_one_module_are_refused() -> None:
    with pytest.raises(DeclarationError, match="both declares CLP203 and CLP204: write one rule a module"):
        by_code(iter([module("both", "CLP203", "CLP204")]))


def test_a_card_and_its_module_are_a_pair() -> None:
    assert unpaired({"CLP203": CARD}, {"CLP203": module("softmax_wrong_dim", "CLP203")}) == []


def test_a_card_without_check_a_check_without_card_and_a_strange_name_are_told() -> None:
    cards = {"CLP203": CARD, "CLP204": replace(CARD, code="CLP204", card="CLP204-softmax-wrong-dim.md")}
    declared = {"CLP203": module("softmax", "CLP203"), "CLP299": module("new", "CLP299")}
    assert unpaired(cards, declared) == [
        "clip_lint.checks.scores.softmax declares CLP203: its card is CLP203-softmax-wrong-dim.md, so call it softmax_wrong_dim.py",
        "clip_lint.checks.scores.new declares CLP299, which has no card in rules/",
        "CLP204-softmax-wrong-dim.md has no check: no module declares CLP204",
    ]
    assert len(unpaired(cards, declared, elsewhere={"CLP204"})) == 2


def test_of_several_findings_in_one_place_a_prompt_check_gives_the_worst() -> None:
    place = Place("app.py", 0, Position(3, 1), Position(3, 9))
    mild = Finding("CLP101", "counting", Severity.NOTE, "mentions a number", place)
    grave = replace(mild, severity=Severity.ERROR, message="differ only in the number")
    elsewhere = replace(mild, place=replace(place, cell=2))

    def finds_three(_: object) -> Iterator[Finding]:
        yield from (mild, elsewhere, grave)

    anywhere = PromptSet((), place, Task.LABELS, None)
    assert list(prompt_check("CLP101")(finds_three).find(anywhere)) == [grave, elsewhere]


def test_the_rules_are_found_in_a_zip_file_too(tmp_path: Path) -> None:
    archive = tmp_path / "clip_lint.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in (PROJECT / "clip_lint").rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                zipped.write(file, file.relative_to(PROJECT).as_posix())
    program = "from clip_lint.checks import discovery; print(discovery.__file__, *discovery.modules())"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    where, *codes = done.stdout.split()
    assert where.startswith(str(archive))
    assert codes == list(modules())
    assert {each.code for each in facts_checks()} | {each.code for each in prompt_checks()} == set(codes)
