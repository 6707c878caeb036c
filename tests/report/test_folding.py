"""Many findings of one kind in a file, or on copies of a line, are one message of the text report, and stay as many everywhere else."""

from __future__ import annotations

from dataclasses import replace

from clip_lint.core.evidence import Evidence, Verdict
from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Severity
from clip_lint.core.place import Place, Position
from clip_lint.report.folding import folded, others_in_words

FIX = Fix(Applicability.SAFE, "take it", (Edit(Position(1, 1), Position(1, 1), ".pooler_output"),))


def at(line: int, path: str = "app.py", cell: int = 0) -> Finding:
    place = Place(path, cell, Position(line, 5), Position(line, 9))
    return Finding("CLP307", "features-not-tensor", Severity.ERROR, f"raises in {line}", place, "take it")


def test_five_of_a_kind_are_told_once_where_the_first_stands() -> None:
    findings = [at(line) for line in range(10, 60, 10)]
    assert folded(findings) == [(findings[0], tuple(findings[1:]))]


def test_four_are_all_shown() -> None:
    findings = [at(line) for line in range(4)]
    assert folded(findings) == [(finding, ()) for finding in findings]


def test_other_files_rules_severities_and_advice_are_other_kinds() -> None:
    findings = [at(line) for line in range(4)]
    strangers = [
        at(9, "other.py"),
        replace(at(9), code="CLP305"),
        replace(at(9), severity=Severity.NOTE),
        replace(at(9), help="or this"),
        replace(at(9), suppressed=True),
    ]
    assert all(others == () for _, others in folded([*findings, *strangers]))


def test_the_order_is_that_of_the_first_of_each_kind() -> None:
    between = replace(at(15), code="CLP305")
    findings = [at(10), between, *(at(line) for line in range(20, 60, 10))]
    assert [first for first, _ in folded(findings)] == [findings[0], between]


def test_what_was_measured_is_shown_with_each_finding() -> None:
    evidence = Evidence("CLP307", "inputs", Verdict.HARMFUL)
    findings = [replace(at(line), evidence=evidence) for line in range(9)]
    assert len(folded(findings)) == 9


def test_the_lines_and_how_many_are_repaired_are_said() -> None:
    findings = [replace(at(line), fix=FIX) if line < 13 else at(line) for line in range(10, 16)]
    assert others_in_words(findings[0], findings[1:]) == (
        "5 more like this in this file: line 11, 12, 13, 14, 15; `clip-lint check --fix --select CLP307` repairs 3 of the 6"
    )


def test_a_long_list_of_lines_is_cut_and_other_cells_are_named() -> None:
    findings = [at(line, "a.ipynb", 1 + line // 10) for line in range(5, 25)]
    told = others_in_words(findings[0], findings[1:])
    assert told.startswith("19 more like this in this file: line 6, 7, 8, 9, cell 2:10, cell 2:11")
    assert told.endswith("and 7 more")


def same(line: int, path: str) -> Finding:
    return replace(at(line, path), message="raises")


def code(_: Finding) -> str:
    return "    rows = model.get_image_features(**words)"


def test_copies_of_a_line_in_other_files_are_told_with_the_first() -> None:
    findings = [same(3, "a.py"), same(9, "b.py"), same(4, "c.py"), same(8, "c.py")]
    assert folded(findings, code) == [(findings[0], tuple(findings[1:]))]
    assert others_in_words(findings[0], findings[1:]) == "3 in 2 other files: b.py:9, c.py:4, c.py:8"


def test_copies_in_other_functions_of_a_file_are_told_with_the_first() -> None:
    findings = [same(3, "a.py"), same(9, "a.py"), same(4, "b.ipynb")]
    assert folded(findings, code) == [(findings[0], tuple(findings[1:]))]
    told = others_in_words(findings[0], findings[1:])
    assert told == "1 more like this in this file: line 9; 1 in another file: b.ipynb:4"


def test_lines_that_differ_or_of_which_other_things_are_said_are_no_copies() -> None:
    findings = [same(3, "a.py"), same(9, "b.py")]
    assert len(folded(findings, lambda each: each.place.path)) == 2
    assert len(folded(findings, lambda _: None)) == 2
    assert len(folded([findings[0], replace(findings[1], message="is slow")], code)) == 2
    assert len(folded([findings[0], replace(findings[1], suppressed=True)], code)) == 2
    assert (
        len(
            folded(
                [findings[0], replace(findings[1], evidence=Evidence("CLP307", "inputs", Verdict.HARMFUL))],
                code,
            )
        )
        == 2
    )


def test_many_in_each_of_several_copies_are_one_message() -> None:
    findings = [same(line, path) for path in ("a.py", "b.py") for line in range(1, 7)]
    assert folded(findings, code) == [(findings[0], tuple(findings[1:]))]
