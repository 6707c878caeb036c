"""What a file repeats word for word is one finding in every format, and stays several where each place fails by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clip_lint.cli.main import main
from clip_lint.core.evidence import Evidence, Verdict
from clip_lint.core.finding import WRITTEN, Finding, Related, Severity
from clip_lint.core.place import Place, Position
from clip_lint.report.repeats import gathered


def at(line: int, *, path: str = "app.py", cell: int = 0) -> Finding:
    place = Place(path, cell, Position(line, 5), Position(line, 9))
    return Finding("CLP402", "missing-no-grad", Severity.WARNING, "it costs memory", place, "use no_grad")


def lines(findings: tuple[Finding, ...]) -> list[int]:
    return [each.place.start.line for each in findings]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((1, 2), [1]),
        ((1, 4, 7), [1]),
        ((1, 40), [1, 40]),
        ((1, 40, 80), [1]),
        ((5,), [5]),
    ],
)
def test_neighbours_and_habits_are_told_once(given: tuple[int, ...], told: list[int]) -> None:
    found = gathered([at(line) for line in given])
    assert lines(found) == told
    assert [each.place.start.line for each in found[0].related] == [
        line for line in given if line not in told
    ]


def test_a_cell_is_read_at_one_glance() -> None:
    assert lines(gathered([at(1, cell=3), at(40, cell=3)])) == [1]
    assert lines(gathered([at(1, cell=3), at(2, cell=4)])) == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        at(2, path="b.py"),
        at(2, cell=2),
        replace(at(2), message="it raises"),
        replace(at(2), help="use it"),
        replace(at(2), severity=Severity.NOTE),
        replace(at(2), suppressed=True),
        replace(at(2), evidence=Evidence("CLP402", "inputs", Verdict.HARMFUL)),
    ],
)
def test_what_differs_is_told_by_itself(other: Finding) -> None:
    assert len(gathered([at(1), other])) == 2


def test_a_line_of_a_label_file_is_told_once_for_all_that_open_it() -> None:
    line = Related(Place("labels.txt", 0, Position(2, 1), Position(2, 9)), WRITTEN)
    other = Related(Place("labels.txt", 0, Position(3, 1), Position(3, 9)), WRITTEN)
    findings = [
        replace(at(1, path=path), severity=Severity.ERROR, related=(line,)) for path in ("a.py", "b.py")
    ]
    strange = replace(findings[1], related=(other,))
    found = gathered([*findings, strange])
    assert [(each.place.path, each.related[0].place) for each in found] == [
        ("a.py", line.place),
        ("b.py", other.place),
    ]
    assert found[0].related[1].place.path == "b.py"


def grouped(line: int, group: str = "app.py::0::embed", severity: Severity = Severity.WARNING) -> Finding:
    """Findings of a function that say different things."""
    return replace(at(line), group=group, severity=severity, message=f"it costs memory on line {line}")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([grouped(1), grouped(30)], [1]),
        ([grouped(1), grouped(30), grouped(60)], [1]),
        ([grouped(1), grouped(30, severity=Severity.ERROR)], [30]),
        ([grouped(1, severity=Severity.ERROR), grouped(30, severity=Severity.ERROR)], [1]),
        ([grouped(1), grouped(30, "app.py::0::search")], [1, 30]),
        ([grouped(1, ""), grouped(30, "")], [1, 30]),
        ([grouped(1), replace(grouped(30), suppressed=True)], [1, 30]),
        ([replace(at(1), group="f"), replace(at(2), group="f"), replace(grouped(30), group="f")], [1]),
    ],
)
def test_a_group_is_told_once(given: list[Finding], told: list[int]) -> None:
    found = gathered(given)
    assert lines(found) == told
    places = {each.place for head in found for each in head.related} | {head.place for head in found}
    assert places == {each.place for each in given}
    assert all(each.message.count("so it is") <= 1 for each in found)


def test_who_asks_for_each_place_is_told_each_of_a_group() -> None:
    given = (grouped(1), grouped(30, severity=Severity.ERROR))
    assert gathered(given, each_place=True) == given


def test_errors_are_told_at_each_place() -> None:
    findings = tuple(replace(at(line), severity=Severity.ERROR) for line in range(1, 9))
    assert gathered(findings) == findings


def test_who_asks_for_each_place_is_told_each_place() -> None:
    findings = tuple(at(line) for line in range(1, 9))
    assert gathered(findings, each_place=True) == findings


@pytest.mark.parametrize(
    ("shared", "told"),
    [("from names import NAME, WEIGHTS", 1), ('NAME, WEIGHTS = "ViT-B-32", "openai"', 2)],
)
def test_a_constant_of_several_loads_is_mended_once(
    shared: str, told: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "names.py").write_text('NAME = "ViT-B-32"\nWEIGHTS = "openai"\n')
    for name in ("fill.py", "find.py"):
        (tmp_path / name).write_text(
            f"import open_clip\n{shared}\n\n"
            "model, _, preprocess = open_clip.create_model_and_transforms(NAME, pretrained=WEIGHTS)\n"
        )
    command = ["--isolated", "--no-cache", "--select", "CLP306", "--exit-zero", str(tmp_path)]
    with pytest.raises(SystemExit):
        main([*command, "--output-format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert len(found) == told
    places = {Path(each["path"]).name for head in found for each in (head, *head["related"])}
    assert places == {"fill.py", "find.py"}


@pytest.mark.parametrize(("level", "told"), [("warning", [8]), ("note", [8, 12])])
def test_one_decorator_mends_a_function(
    level: str, told: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text(
        "import clip\n\nmodel, preprocess = clip.load('ViT-B/32')\n\n\ndef embed(query, pixels):\n    if query:\n"
        "        features = model.encode_text(clip.tokenize(['a dog']))\n"
        "        print('a text')\n        print(query)\n    else:\n"
        "        features = model.encode_image(pixels)\n    return features.norm()\n"
    )
    command = ["--isolated", "--no-cache", "--select", "CLP402", "--exit-zero", "--min-severity", level]
    with pytest.raises(SystemExit):
        main([*command, str(tmp_path), "--output-format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert [each["start"]["line"] for each in found] == told
    assert ("another place that the same change mends" in found[0]["message"]) is (level == "warning")


def test_every_format_of_a_run_tells_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(
        "import clip\n\nmodel, preprocess = clip.load('ViT-B/32')\n\n\ndef embed(pixels, tokens):\n"
        "    left = model.encode_image(pixels)\n    right = model.encode_text(tokens)\n"
        "    return left.norm(), right.norm()\n"
    )
    command = ["--isolated", "--no-cache", "--select", "CLP402", "--exit-zero", str(tmp_path)]
    with pytest.raises(SystemExit):
        main([*command, "--output-format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert [each["start"]["line"] for each in found] == [7]
    assert [each["start"]["line"] for each in found[0]["related"] if each["message"] == "here too"] == [8]
    with pytest.raises(SystemExit):
        main(command)
    assert "Found 1 warning" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*command, "--min-severity", "note", "--output-format", "json"])
    assert [each["start"]["line"] for each in json.loads(capsys.readouterr().out)] == [7, 8]


def test_a_model_that_others_are_not_moved_to_is_told_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    look = (
        "    words = processor(images=picture, return_tensors='pt')\n"
        "    return model.get_image_features(**words).pooler_output\n"
    )
    (tmp_path / "a.py").write_text(
        "import torch\nfrom transformers import CLIPModel, CLIPProcessor\n\n"
        "NAME = 'openai/clip-vit-base-patch32'\nmodel = CLIPModel.from_pretrained(NAME).to('cuda').eval()\n"
        "processor = CLIPProcessor.from_pretrained(NAME)\n\n\n"
        + "\n\n".join(f"@torch.no_grad()\ndef look{number}(picture):\n{look}" for number in range(4))
    )
    command = ["--isolated", "--no-cache", "--select", "CLP309", "--exit-zero", "--output-format", "json"]
    with pytest.raises(SystemExit):
        main([*command, str(tmp_path)])
    (found,) = json.loads(capsys.readouterr().out)
    assert "3 other places" in found["message"]
    with pytest.raises(SystemExit):
        main([*command, "--min-severity", "note", str(tmp_path)])
    assert len(json.loads(capsys.readouterr().out)) == 4


def test_a_load_that_several_routes_ask_for_is_told_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "load.py").write_text(
        "import clip\n\n\ndef fresh():\n    return clip.load('ViT-B/32', device='cpu')\n"
    )
    routes = "\n\n".join(
        f"@app.get('/{name}')\ndef {name}():\n    model, _ = fresh()\n    return str(model)\n"
        for name in "abc"
    )
    (tmp_path / "web.py").write_text(
        f"from flask import Flask\n\nfrom load import fresh\n\napp = Flask(__name__)\n\n\n{routes}"
    )
    command = ["--isolated", "--no-cache", "--select", "CLP405", "--exit-zero", "--output-format", "json"]
    with pytest.raises(SystemExit):
        main([*command, str(tmp_path)])
    (found,) = json.loads(capsys.readouterr().out)
    assert (Path(found["path"]).name, found["start"]["line"]) == ("web.py", 10)
    assert "2 other places" in found["message"]
