"""The guides, followed to the letter by somebody who knows nothing else, on a project with 40 findings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaged import PROJECT
from quick import clip_lint
from scratch import commit, module

from clip_lint.settings.formats import FORMATS
from clip_lint.settings.keys import KEYS

GUIDE = (PROJECT / "docs" / "ci.md").read_text(encoding="utf-8")
API = (PROJECT / "docs" / "python_api.md").read_text(encoding="utf-8")
ANIMALS = (
    "ant",
    "ape",
    "bat",
    "cat",
    "cod",
    "cow",
    "dog",
    "elk",
    "emu",
    "fox",
    "hen",
    "owl",
    "pig",
    "rat",
    "yak",
)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with 40 findings: notebooks, modules, safe fixes, unsafe ones, and what only people can repair."""
    top = tmp_path / "project"
    (top / "icons").mkdir(parents=True)
    for index, name in enumerate(("shop.py", "search.py", "icons/drawn.py")):
        (top / name).write_text(module(*ANIMALS[index::3]))
    lines = module("gnu").splitlines(keepends=True)
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": part}
        for part in (lines[:5], lines[5:])
    ]
    (top / "look.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    )
    for index in range(6):
        (top / f"encoder_{index}.py").write_text(
            "import open_clip\nimport torch\n\n"
            'model, _, preprocess = open_clip.create_model_and_transforms("convnext_base_w", pretrained="laion2b_s13b_b82k")\n\n\n'
            f"def vectors_{index}(images):\n    found = []\n    for image in images:\n"
            "        found.append(model.encode_image(preprocess(image).unsqueeze(0)))\n    return torch.cat(found)\n\n\n"
            f"def scores_{index}(images, texts):\n    found = []\n    for tokens in texts:\n"
            "        found.append(model.encode_text(tokens))\n"
            f"    return vectors_{index}(images) @ torch.cat(found).T\n"
        )
    (top / "pyproject.toml").write_text("")
    commit(top)
    return top


def typed(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A line of the guide, as a shell runs it."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def count(folder: Path) -> int:
    return len(typed(folder, "clip-lint --output-format concise").stdout.splitlines())


def test_the_guide_takes_a_project_with_forty_findings_in(project: Path) -> None:
    see, repair, say, freeze, update, changes, reports, flake8 = blocks(GUIDE, "bash")
    assert count(project) == 40
    assert re.search(r"^Found .* in 10 files\.$", typed(project, see).stdout, re.MULTILINE)
    look, write = repair.splitlines()
    assert typed(project, look).returncode == 1
    assert count(project) == 40
    assert typed(project, write).returncode == 1
    repaired = count(project)
    assert repaired < 40
    assert typed(project, say).returncode == 0
    silenced = count(project)
    assert silenced < repaired
    done = typed(project, freeze)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{silenced} known findings in clip-lint-baseline.json.")
    (config,) = blocks(GUIDE, "toml")
    (project / "pyproject.toml").write_text(config)
    assert typed(project, "clip-lint").returncode == 0
    commit(project)
    with (project / "shop.py").open("a") as file:
        file.write(module("zebra").removeprefix(module()))
    assert typed(project, "clip-lint").returncode == 1
    assert count(project) == 1
    found = typed(project, changes)
    assert (found.returncode, "Found 1 error in 10 files." in found.stdout) == (1, True)
    (project / "search.py").unlink()
    gone = typed(project, update)
    assert re.fullmatch(r"[1-9]\d* findings gone, \d+ left in clip-lint-baseline.json.\n", gone.stdout)
    assert typed(project, reports).returncode == 0
    assert "zebra" in (project / "clip-lint.html").read_text()
    assert len(json.loads((project / "clip-lint.sarif").read_text())["runs"][0]["results"]) == 1
    assert ": CLP204 " in typed(project, flake8).stdout


def test_every_format_has_its_line() -> None:
    table = GUIDE.split("| format | for |")[1].split("\n\n")[0]
    named = [
        name for row in re.findall(r"^\| ([a-z, ]+) \|", table, re.MULTILINE) for name in row.split(", ")
    ]
    assert sorted(named) == sorted(FORMATS)


def loaded(word: str) -> Any:
    (found,) = [yaml.safe_load(block) for block in blocks(GUIDE, "yaml") if word in block]
    return found


def check(schema: str, file: Path, content: Any) -> None:
    file.write_text(yaml.safe_dump(content))
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_workflow_is_one_and_names_inputs_of_the_action(tmp_path: Path) -> None:
    workflow = loaded("runs-on")
    workflow["on"] = workflow.pop(True)  # YAML 1.1 reads `on` so
    check("github-workflows", tmp_path / "workflow.yml", workflow)
    step = workflow["jobs"]["clip-lint"]["steps"][-1]
    action = yaml.safe_load((PROJECT / "action.yml").read_text())
    assert step["with"].keys() <= action["inputs"].keys()
    section = GUIDE.split("## GitHub Actions")[1].split("\n## ")[0]
    for name in (*action["inputs"], *action["outputs"]):
        assert re.search(rf"\b{name}\b", section), name


def test_the_component_is_included_with_its_inputs(tmp_path: Path) -> None:
    pipeline = loaded("component:")
    check("gitlab-ci", tmp_path / ".gitlab-ci.yml", pipeline)
    spec = next(yaml.safe_load_all((PROJECT / "templates" / "clip-lint.yml").read_text()))["spec"]["inputs"]
    (include,) = pipeline["include"]
    assert (
        {name for name, about in spec.items() if "default" not in about}
        <= include["inputs"].keys()
        <= spec.keys()
    )
    section = GUIDE.split("## GitLab CI")[1].split("\n## ")[0]
    for name in spec:
        assert re.search(rf"\b{name}\b", section), name


def test_the_hook_is_one_of_ours() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())}
    (repo,) = loaded("hooks:")["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= hooks
    assert "clip-lint-fix" in hooks


def test_the_example_of_the_api_prints_what_the_page_says(tmp_path: Path) -> None:
    (code,), (output,) = blocks(API, "python"), blocks(API, "text")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == output
    assert list(tmp_path.iterdir()) == []


def test_settings_of_editors_are_settings() -> None:
    """Each JSON of the pages can be pasted, and what stands in our section is known to the server."""
    found = [
        json.loads(block)
        for page in ("editors", "assistants")
        for block in blocks((PROJECT / "docs" / f"{page}.md").read_text(), "json")
    ]
    assert len(found) == 3
    (ours,) = (block["clip-lint"] for block in found if "clip-lint" in block)
    assert ours.keys() <= KEYS.keys() | {"config", "run"}
    starts = [block for block in found if "clip-lint" not in block]
    assert "server" in starts[0]["glspc.server.commandArguments"]
    assert starts[1]["mcpServers"]["clip-lint"]["args"] == ["mcp"]


def test_the_suppressions_of_the_page_silence_what_they_name(tmp_path: Path) -> None:
    """Each kind of comment is there, and none of them is one that silences nothing."""
    (program,) = blocks((PROJECT / "docs" / "suppressions.md").read_text(), "python")
    (tmp_path / "a.py").write_text(program)
    assert clip_lint(tmp_path, "--no-cache", status=0).stdout == "Found nothing in 1 file.\n"
    found = clip_lint(tmp_path, "--no-cache", "--ignore-noqa", "--output-format", "concise", status=1).stdout
    named = set(re.findall(r"CLP\d{3}", program))
    assert named == set(re.findall(r" (CLP\d{3}) \[", found)) == {"CLP101", "CLP201", "CLP402"}
