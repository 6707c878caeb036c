"""The Python API: what it finds, what it refuses, and that importing it costs nothing."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scratch import module

import clip_lint
from clip_lint import ConfigError, LintResult, Severity, lint_paths, lint_source, query

if TYPE_CHECKING:
    from conftest import Writer


ROOT = Path(__file__).parent.parent


def lines(result: LintResult) -> list[tuple[str, str, int]]:
    return [(each.place.path, each.code, each.place.start.line) for each in result.findings]


def test_paths_are_linted_from_the_base(write: Writer) -> None:
    top = write({"app/a.py": module("cat", "dog"), "app/b.py": module("cow"), "app/c.py": "x = 1\n"})
    result = lint_paths(["app"], base=top)
    assert lines(result) == [
        ("app/a.py", "CLP204", 12),
        ("app/a.py", "CLP204", 19),
        ("app/b.py", "CLP204", 12),
    ]
    assert (result.files, result.problems, result.ok) == (3, (), False)
    assert not (top / ".clip_lint_cache").exists()
    assert lines(lint_paths([top / "app" / "b.py"], base=top)) == [("app/b.py", "CLP204", 12)]
    assert lint_paths([Path("app/c.py")], base=str(top)).ok


def test_it_counts_from_the_current_folder_by_itself(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write({"a.py": module("cat")}))
    assert lines(lint_paths(["."])) == [("a.py", "CLP204", 12)]


def test_what_is_given_goes_before_the_configuration(write: Writer) -> None:
    top = write({"pyproject.toml": '[tool.clip-lint]\nignore = ["CLP204"]\n', "a.py": module("cat")})
    assert lint_paths(["."], base=top).findings == ()
    assert len(lint_paths(["."], base=top, select=["CLP204"]).findings) == 1
    assert len(lint_paths(["."], base=top, isolated=True).findings) == 1
    assert lint_paths(["."], base=top, isolated=True, ignore=("softmax-single-label",)).findings == ()
    (top / "own.toml").write_text('min-severity = "note"\n')
    assert [each.code for each in lint_paths(["."], base=top, config="own.toml").findings] == [
        "CLP404",
        "CLP204",
    ]
    noted = module("cat").replace("@torch.inference_mode()\n", "")
    (top / "a.py").write_text(noted)
    codes = {each.code for each in lint_paths(["."], base=top, isolated=True).findings}
    assert codes == {"CLP204", "CLP402"}
    severe = lint_paths(["."], base=top, isolated=True, min_severity=Severity.ERROR)
    assert {each.code for each in severe.findings} == {"CLP204"}


def test_problems_are_values(write: Writer) -> None:
    top = write({"a.py": "import clip\nx = = 1\n"})
    result = lint_paths(["a.py", "gone.py"], base=top)
    assert [each.path for each in result.problems] == ["gone.py", "a.py"]
    assert not result.ok


def test_a_program_is_linted_as_the_file_it_is_called(write: Writer) -> None:
    top = write({"pyproject.toml": '[tool.clip-lint.per-file-ignores]\n"tests/*" = ["CLP204"]\n'})
    assert lines(lint_source(module("cat"), base=top)) == [("source.py", "CLP204", 12)]
    assert lint_source(module("cat"), filename="tests/a.py", base=top).findings == ()
    assert len(lint_source(module("cat").encode(), base=top).findings) == 1
    assert len(lint_source("# coding: latin-1\n# é\n" + module("cat"), base=top).findings) == 1
    silenced = module("cat").rstrip() + "  # clip-lint: ignore[CLP204] why not\n"
    result = lint_source(silenced, base=top)
    assert (result.ok, len(result.suppressed)) == (True, 1)
    assert len(lint_source("import clip\nx = = 1\n", base=top).problems) == 1


def test_versions_can_be_assumed(write: Writer) -> None:
    code = (
        module().replace("processor", "p")
        + "def f(x):\n    return model.get_image_features(pixel_values=x) / 2\n"
    )
    codes = [
        {
            each.code
            for each in lint_source(code, base=write({}), target_versions={"transformers": version}).findings
        }
        for version in ("4", ">=5")
    ]
    assert "CLP307" not in codes[0]
    assert "CLP307" in codes[1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"select": ["CLP9"]},
        {"ignore": "CLP2O1"},
        {"target_versions": {"numpy": "1"}},
        {"target_versions": {"transformers": "x"}},
        {"config": "gone.toml"},
        {"config": "x.toml", "isolated": True},
    ],
)
def test_bad_values_are_refused(write: Writer, arguments: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        lint_source("x = 1\n", base=write({}), **arguments)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sequence of paths"):
        lint_paths("a.py")


def test_query() -> None:
    answer = query("How many cars are in this image?")
    assert not answer.fits
    assert [each.code for each in answer.findings][:1] == ["CLP101"]
    assert answer.alternatives[0].checkpoint
    assert query(labels=["a photo of a cat", "a photo of a dog"]).fits
    assert not query(
        labels=["two dogs", "three dogs"], template="a photo of {}.", model="ViT-B-32:openai"
    ).fits


@pytest.mark.parametrize(
    ("prompt", "arguments"),
    [
        (None, {}),
        ("a", {"labels": ["b"]}),
        ("a", {"template": "b"}),
        (None, {"labels": "cat"}),
        (None, {"labels": []}),
    ],
)
def test_bad_queries_are_refused(prompt: str | None, arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"prompt, or|needs"):
        query(prompt, **arguments)  # type: ignore[arg-type]


def test_results_cannot_be_changed(write: Writer) -> None:
    result = lint_source(module("cat"), base=write({}))
    for value, name in ((result, "files"), (result.findings[0], "code"), (query("a cat"), "request")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)


def test_every_name_is_there_and_importing_loads_none() -> None:
    for name in clip_lint.__all__:
        assert getattr(clip_lint, name) is not None
    assert set(clip_lint.__all__) <= set(dir(clip_lint))
    with pytest.raises(AttributeError, match="no attribute 'lint'"):
        clip_lint.lint  # noqa: B018
    code = "import sys, clip_lint\nprint(sorted(name for name in sys.modules if name.startswith(('clip_lint.', 'click', 'rich'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_types_are_seen_by_a_type_checker(tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(
        "import clip_lint\n"
        "reveal_type(clip_lint.lint_paths(['.']).findings)\n"
        "reveal_type(clip_lint.query('a cat').fits)\n"
        "clip_lint.lint_source(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", os.devnull, "use.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(ROOT)},
    )  # fmt: skip
    assert 'Revealed type is "tuple[clip_lint.core.finding.Finding, ...]"' in done.stdout, done.stdout
    assert 'Revealed type is "bool"' in done.stdout or 'Revealed type is "builtins.bool"' in done.stdout
    assert 'Argument 1 to "lint_source" has incompatible type "int"' in done.stdout
