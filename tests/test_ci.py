"""The GitHub Action and the GitLab template: their form, and each of their shell lines as a runner runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from packaged import PROJECT, closure, copy_project, offline
from scratch import commit, git, module

ACTION = PROJECT / "action.yml"
TEMPLATE = PROJECT / "templates" / "clip-lint.yml"


def filled(text: str, values: dict[str, str], opening: str, closing: str) -> str:
    """A text with its expressions replaced; KeyError for one that nobody gives."""
    pattern = rf"{re.escape(opening)}\s*([\w.-]+)\s*{re.escape(closing)}"
    made = re.sub(pattern, lambda match: values[match[1]], text)
    assert opening not in made
    return made


@dataclass
class Runner:
    """What a GitHub runner keeps between the steps of an action."""

    folder: Path
    workspace: Path
    environment: dict[str, str]
    values: dict[str, str] = field(default_factory=dict)
    said: str = ""

    def step(self, step: dict[str, Any]) -> int:
        """Run a shell step as `shell: bash` does."""
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input in a script is an injection"
        own = {name: filled(text, self.values, "${{", "}}") for name, text in step.get("env", {}).items()}
        where = filled(step.get("working-directory", "."), self.values, "${{", "}}")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace / where, env={**self.environment, **own}, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        self.said += done.stdout + done.stderr
        for line in Path(self.environment["GITHUB_OUTPUT"]).read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step.get('id')}.outputs.{name}"] = value
        return done.returncode

    @property
    def summary(self) -> str:
        return Path(self.environment["GITHUB_STEP_SUMMARY"]).read_text()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of the project to install, and an environment in which pip asks nobody."""
    top = tmp_path_factory.mktemp("project")
    environment = offline(top / "dependencies")
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return copy_project(top / "action"), environment


@pytest.fixture(scope="module")
def installed(project: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RUNNER_TEMP after the action's first step; the dependencies, which pip would have fetched, lie beside."""
    temporary = tmp_path_factory.mktemp("runner")
    source, environment = project
    first = yaml.safe_load(ACTION.read_text())["runs"]["steps"][0]
    script = temporary / "install.sh"
    script.write_text(first["run"])
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        env={**environment, "RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(source), "CLIP_LINT_VERIFY": "true"}, check=True, timeout=300,
    )  # fmt: skip
    assert (temporary / "clip-lint" / "clip_lint_models" / "clip" / "config.json").is_file()
    with_dependencies(temporary / "clip-lint", environment)
    return temporary


def with_dependencies(target: Path, environment: dict[str, str]) -> None:
    assert (target / "clip_lint" / "cli" / "main.py").is_file()
    for package in Path(environment["PYTHONPATH"]).iterdir():
        (target / package.name).symlink_to(package.resolve())


def acted(
    folder: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path, **inputs: str
) -> tuple[Runner, int]:
    """The action with these inputs after all of its shell steps, and whether it failed."""
    action = yaml.safe_load(ACTION.read_text())
    environment = {**project[1], "RUNNER_TEMP": str(installed), "GITHUB_ACTION_PATH": str(project[0])}
    environment.pop("PYTHONPATH")
    folder.mkdir()
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        environment[name] = str(folder / name)
        (folder / name).touch()
    runner = Runner(folder, workspace, environment)
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= action["inputs"].keys()
    for name, about in action["inputs"].items():
        runner.values[f"inputs.{name}"] = given.get(name, about["default"])
    lint, report = (step for step in action["runs"]["steps"][1:] if "run" in step)
    assert runner.step(lint) == 0
    return runner, runner.step(report)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    top = tmp_path / "workspace"
    (top / "with blank").mkdir(parents=True)
    (top / "a.py").write_text(module("cat"))
    (top / "with blank" / "b.py").write_text(module("dog"))
    (top / "click.py").write_text("raise SystemExit('the linted code was run')\n")
    commit(top)
    return top


def test_the_action_follows_its_schema() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", str(ACTION)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_annotates_summarises_and_fails(
    tmp_path: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path
) -> None:
    runner, status = acted(tmp_path / "run", workspace, project, installed)
    assert status == 1
    assert runner.values["steps.lint.outputs.status"] == "1"
    assert "::error file=a.py,line=12," in runner.said
    assert "::error file=with blank/b.py,line=12," in runner.said
    log = json.loads(Path(runner.values["steps.lint.outputs.sarif"]).read_text())
    assert len(log["runs"][0]["results"]) == 2
    assert runner.summary.startswith("## clip-lint\n\nFound 2 errors.\n")
    assert "| a.py:12:12 |" in runner.summary


def test_the_action_passes_where_nothing_is_found(
    tmp_path: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path
) -> None:
    runner, status = acted(tmp_path / "run", workspace, project, installed, paths="click.py\n\n")
    assert (status, runner.values["steps.lint.outputs.status"]) == (0, "0")
    assert runner.summary == "## clip-lint\n\nFound nothing.\n"


def test_the_actions_inputs_reach_clip_lint_and_nothing_else(
    tmp_path: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path
) -> None:
    runner, status = acted(
        tmp_path / "run",
        workspace,
        project,
        installed,
        paths="with blank/b.py\n",
        args="--min-severity error --quiet",
    )
    assert (status, runner.said.count("::error ")) == (1, 1)
    runner, status = acted(tmp_path / "inside", workspace, project, installed, working_directory="with blank")
    assert (status, runner.said.count("::error file=with blank/b.py,")) == (1, 1)
    runner, status = acted(
        tmp_path / "hostile", workspace, project, installed, paths="$(touch pwned); `touch pwned`\n--fix"
    )
    assert (status, runner.values["steps.lint.outputs.status"]) == (2, "2")
    assert not (workspace / "pwned").exists()
    runner, status = acted(tmp_path / "wrong", workspace, project, installed, args="--nonsense")
    assert (status, runner.summary) == (2, "")
    assert "steps.lint.outputs.sarif" not in runner.values


def test_the_action_can_look_at_changed_lines_alone(
    tmp_path: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path
) -> None:
    (workspace / "a.py").write_text((workspace / "a.py").read_text().replace("cat_logits", "kitten_logits"))
    commit(workspace)
    before = git(workspace, "rev-parse", "HEAD~1").strip()
    runner, status = acted(tmp_path / "run", workspace, project, installed, diff_base=before)
    assert (status, runner.said.count("::error ")) == (1, 1)


def test_the_action_can_measure_and_shows_the_evidence(
    tmp_path: Path, workspace: Path, project: tuple[Path, dict[str, str]], installed: Path
) -> None:
    runner, status = acted(
        tmp_path / "run", workspace, project, installed, verify="true", args="--offline", paths="a.py"
    )
    assert status == 1
    assert "### Evidence" in runner.summary
    assert "| a.py:12:12 | CLP204 | certain |" in runner.summary
    assert "evidence: certain harm if the code does this; shown on bundled model" in runner.said


def test_the_upload_takes_what_the_lint_step_gives() -> None:
    steps = yaml.safe_load(ACTION.read_text())["runs"]["steps"]
    (upload,) = [step for step in steps if "uses" in step]
    assert upload["with"]["sarif_file"] == "${{ steps.lint.outputs.sarif }}"
    assert "inputs.upload-sarif == 'true'" in upload["if"]
    assert steps[-1]["run"] == 'exit "$CLIP_LINT_STATUS"', "the result comes after the upload"


def template(values: dict[str, str]) -> dict[str, Any]:
    """The component's job with these inputs; those without a default must be given."""
    spec, job = TEMPLATE.read_text().split("\n---\n")
    inputs = yaml.safe_load(spec)["spec"]["inputs"]
    assert (
        {name for name, about in inputs.items() if "default" not in about} <= values.keys() <= inputs.keys()
    )
    known = {f"inputs.{name}": values.get(name, about.get("default", "")) for name, about in inputs.items()}
    found: dict[str, Any] = yaml.safe_load(filled(job, known, "$[[", "]]"))
    return found


def test_the_gitlab_job_follows_its_schema(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(yaml.safe_dump(template({"package": "clip-lint"})))
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(tmp_path / ".gitlab-ci.yml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("paths", "status", "count"), [(".", 1, 2), ("click.py", 0, 0)])
def test_the_gitlab_job_reports_and_fails(
    workspace: Path, project: tuple[Path, dict[str, str]], paths: str, status: int, count: int
) -> None:
    job = template({"package": str(project[0]), "paths": paths, "args": "--quiet --no-cache"})["clip-lint"]
    pin, install, *rest = job["script"]
    environment = {**project[1], **job["variables"], "CI_PROJECT_DIR": str(workspace)}
    shell = ["bash", "-e", "-o", "pipefail", "-c"]
    subprocess.run([*shell, f"{pin}\n{install}"], cwd=workspace, env=environment, check=True, timeout=300)
    with_dependencies(Path(f"{workspace}.clip-lint"), environment)
    done = subprocess.run(
        [*shell, "\n".join(rest)], cwd=workspace, env=environment, capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    reports = job["artifacts"]["reports"]
    issues = json.loads((workspace / reports["codequality"]).read_text())
    assert len(issues) == count
    suite = ET.fromstring((workspace / reports["junit"]).read_text())  # noqa: S314 (our own document)
    assert int(suite.attrib["failures"]) == count


def test_both_install_one_set_of_versions() -> None:
    """All that the program itself needs is pinned, directly or not, and in the template as in the file of the Action."""
    first, *_ = (PROJECT / "constraints.txt").read_text().split("\n\n# What verification needs")
    pins = re.findall(r"^[\w.-]+==[\w.]+$", first, re.MULTILINE)
    assert {pin.partition("==")[0] for pin in pins} == closure("") - {"clip-lint"}
    (pin,) = (line for line in template({"package": "x"})["clip-lint"]["script"] if "printf" in line)
    assert re.findall(r"[\w.-]+==[\w.]+", pin) == pins
    assert "constraints.txt" in yaml.safe_load(ACTION.read_text())["runs"]["steps"][0]["run"]


def test_actions_are_named_with_a_version() -> None:
    for file in (ACTION, *(PROJECT / ".github" / "workflows").glob("*.yml")):
        for name in re.findall(r"uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})", name), name
