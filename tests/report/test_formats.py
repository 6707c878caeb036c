from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import pytest
from fakes import finding, related, source_of

from clip_lint.core.escaping import printable
from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Severity
from clip_lint.core.place import Position
from clip_lint.report import report
from clip_lint.report.tally import statistics, summary
from clip_lint.settings.formats import FORMATS
from clip_lint.source.excerpts import Excerpts

SOURCE = source_of("app/a.py", "x = f()\ny = 1\n")


def rendered(name: str, *findings: Finding) -> str:
    stream = io.StringIO()
    report(name).write(findings, Excerpts("/nowhere"), stream, color=False)
    return stream.getvalue()


def loaded(*findings: Finding) -> Any:
    return json.loads(rendered("json", *findings))


def test_every_format_takes_no_findings_and_one() -> None:
    for name in FORMATS:
        rendered(name)
        assert "CLP201" in rendered(name, finding(SOURCE, (1, 5), (1, 8)))
    with pytest.raises(KeyError):
        report("xml")


def test_a_page_shows_a_suggested_program_as_one() -> None:
    fix = Fix(Applicability.SUGGESTION, "use a detector:\n\nimport torch\n\nprint(torch.tensor(1 < 2))\n", ())
    page = rendered("html", finding(SOURCE, (1, 5), (1, 8), fix=fix))
    assert "<p><b>fix:</b> use a detector: (suggestion)</p>" in page
    assert (
        "<pre><span>import torch</span><span> </span><span>print(torch.tensor(1 &lt; 2))</span></pre>" in page
    )
    assert "\\n" not in page


def test_concise_is_one_line_each() -> None:
    cell = finding(SOURCE, (1, 5), (1, 8), "two\nlines")
    cell = dataclasses.replace(cell, place=dataclasses.replace(cell.place, cell=3), suppressed=True)
    assert rendered("concise", finding(SOURCE, (1, 5), (1, 8)), cell) == (
        "app/a.py:1:5: CLP201 [error] a message\n"
        "app/a.py:cell 3:1:5: CLP201 [error] (suppressed) two\\nlines\n"
    )


def test_json_holds_everything() -> None:
    fix = Fix(Applicability.SAFE, "divide", (Edit(Position(1, 5), Position(1, 6), "g"),))
    found = finding(
        SOURCE, (1, 5), (1, 8), help="mend it", model="ViT-B-32", fingerprint="f00", fix=fix,
        related=(related("b.py", (2, 1), (2, 4), "from here"),),
    )  # fmt: skip
    assert loaded(found) == [
        {
            "code": "CLP201",
            "name": "unnormalized-similarity",
            "severity": "error",
            "message": "a message",
            "help": "mend it",
            "url": None,
            "path": "app/a.py",
            "cell": None,
            "start": {"line": 1, "column": 5},
            "end": {"line": 1, "column": 8},
            "related": [
                {
                    "path": "b.py",
                    "cell": None,
                    "start": {"line": 2, "column": 1},
                    "end": {"line": 2, "column": 4},
                    "message": "from here",
                }
            ],
            "model": "ViT-B-32",
            "fingerprint": "f00",
            "suppressed": False,
            "fix": {
                "applicability": "safe",
                "message": "divide",
                "edits": [
                    {
                        "cell": None,
                        "start": {"line": 1, "column": 5},
                        "end": {"line": 1, "column": 6},
                        "text": "g",
                    }
                ],
            },
            "evidence": None,
        }
    ]


def test_json_is_a_list_even_when_empty_and_safe_to_print() -> None:
    assert loaded() == []
    nasty = "\x1b[31m\x7f\u202e\ud800 日本"
    text = rendered("json", finding(SOURCE, (1, 5), (1, 8), nasty), finding(SOURCE, (2, 1), (2, 2)))
    assert text.replace("\n", "").isprintable()
    assert text.isascii()
    assert [each["message"] for each in json.loads(text)] == [nasty, "a message"]


def test_github_escapes_and_puts_errors_first() -> None:
    note = finding(SOURCE, (1, 5), (2, 3), "50% off\r\n::error::injected")
    note = dataclasses.replace(note, severity=Severity.NOTE)
    warning = dataclasses.replace(note, severity=Severity.WARNING, message="w", help="100%\nsure")
    odd = dataclasses.replace(
        finding(SOURCE, (1, 5), (1, 8)), place=dataclasses.replace(note.place, path="a,b:c%.py")
    )
    cell = finding(SOURCE, (4, 5), (4, 8))
    cell = dataclasses.replace(cell, place=dataclasses.replace(cell.place, cell=3))
    assert rendered("github", note, warning, odd, cell).splitlines() == [
        "::error file=a%2Cb%3Ac%25.py,line=1,endLine=2,title=CLP201 unnormalized-similarity::a message",
        "::error file=app/a.py,title=CLP201 unnormalized-similarity::cell 3, line 4: a message",
        "::warning file=app/a.py,line=1,endLine=2,title=CLP201 unnormalized-similarity::w%0Ahelp: 100%25\\nsure",
        "::notice file=app/a.py,line=1,endLine=2,title=CLP201 unnormalized-similarity::50%25 off\\r\\n::error::injected",
    ]
    one_line = rendered("github", finding(SOURCE, (1, 5), (1, 8)))
    assert "line=1,endLine=1,col=5,endColumn=8," in one_line


def test_counts_come_most_frequent_first() -> None:
    one = finding(SOURCE, (1, 1), (1, 2))
    other = dataclasses.replace(one, code="CLP402", name="missing-no-grad", severity=Severity.NOTE)
    assert statistics([one, *[other] * 10]) == [
        "10  CLP402  missing-no-grad",
        " 1  CLP201  unnormalized-similarity",
    ]
    assert statistics([]) == []
    assert summary([one, other, other], 1200) == "Found 1 error and 2 notes in 1,200 files."
    assert summary([], 1) == "Found nothing in 1 file."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 😀", "plain é 日本 😀"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\tb\nc", "a\\tb\\nc"),
        ("\u202e\u2066\u200f\u061c", "\\u202e\\u2066\\u200f\\u061c"),
        ("\x7f\x9b", "\\x7f\\x9b"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_unprintable_characters_are_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown
