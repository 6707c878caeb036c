"""Files with hostile names and prompts on a real disk, through the command line, in all formats at once."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from scratch import HEAD, clip_lint, git
from test_hostile_reports import validate_sarif

from clip_lint.settings.formats import FORMATS

NAMES = (
    b"new\nline.py", b"::error::x.py", b"]]>.py", b"<script>alert(1)<.py", b"\x1b[31mred.py", "\u202eltr.py".encode(), b"latin-\xe9.py",
    b"50%25 off; a=b].py", b"-rf.py", b"`touch pwned`.py", b"a,b:c.py", b"quo\"te'.py", "日本.py".encode(),
)  # fmt: skip
PROMPT = "a photo of a \x1b[31mcat ::error:: ]]> <script>alert('1')</script> | `x` \u202e \\ud800 %0A {0} [x](0)\\n::stop-commands::t"
PROGRAM = (
    f"{HEAD}\n\n@torch.inference_mode()\ndef check(image):\n"
    f'    inputs = processor(text=["{PROMPT}"], images=image, return_tensors="pt", truncation=True)\n'
    "    return model(**inputs).logits_per_image.softmax(dim=1)  # " + "\x0c\x85\u2028 </pre> ]]>\n"
)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_all_formats_at_once(tmp_path: Path) -> None:
    top = os.fsencode(tmp_path / "top")
    Path(os.fsdecode(top)).mkdir()
    for name in NAMES:
        Path(os.fsdecode(top + b"/" + name)).write_text(PROGRAM, encoding="utf-8")
    folder = Path(os.fsdecode(top))
    git(folder, "init", "--quiet")
    out = tmp_path / "out"
    out.mkdir()
    options = [f"--output-format={name}:{out / name}" for name in FORMATS]
    done = clip_lint(folder, "--no-cache", "--preview", "--min-severity=note", *options, status=1)
    texts = {name: (out / name).read_bytes().decode("utf-8") for name in FORMATS}
    for text in (*texts.values(), done.stdout, done.stderr):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2069\ud800-\udfff]", text)
    found = json.loads(texts["json"])
    count = len(found)
    assert {os.fsencode(each["path"]) for each in found} == set(NAMES)
    assert len(texts["jsonl"].splitlines()) == len(texts["concise"].splitlines()) == count
    log = json.loads(texts["sarif"])
    validate_sarif(log)
    assert len(log["runs"][0]["results"]) == len(json.loads(texts["gitlab"])) == count
    assert len(json.loads(texts["rdjson"])["diagnostics"]) == count
    assert len(ET.fromstring(texts["junit"]).findall("testsuite/testcase")) == count  # noqa: S314 (our own document)
    assert len(texts["github"].splitlines()) == len(
        re.findall("^::(?:error|warning|notice) file=", texts["github"], re.MULTILINE)
    )
    assert len(texts["github"].splitlines()) == len(texts["azure"].splitlines()) == count
    assert texts["html"].count("<article") == texts["html"].count("</article>") == count
    assert "<script" not in texts["html"] + texts["markdown"]


def test_the_places_of_all_notebook_findings_exist_in_the_file(tmp_path: Path) -> None:
    lines = PROGRAM.splitlines(keepends=True)
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": part}
        for part in (lines[:5], lines[5:])
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    (tmp_path / "n.ipynb").write_text(text)
    found = json.loads(clip_lint(tmp_path, "--output-format=json", status=1).stdout)
    issues = json.loads(clip_lint(tmp_path, "--output-format=gitlab", status=1).stdout)
    for finding, issue in zip(found, issues, strict=True):
        line = text.splitlines()[issue["location"]["lines"]["begin"] - 1]
        source = cells[finding["cell"] - 1]["source"]
        assert isinstance(source, list)
        assert json.loads(line.strip().rstrip(",")) == source[finding["start"]["line"] - 1]
