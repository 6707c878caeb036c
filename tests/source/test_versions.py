from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clip_lint import lint_paths
from clip_lint.engine import pins
from clip_lint.engine.pins import ProjectVersions, pins_of
from clip_lint.knowledge.versions import Versions, canonical, newest
from clip_lint.settings.values import specifier_of
from clip_lint.source.own_pins import own_pins

if TYPE_CHECKING:
    from conftest import Writer


@pytest.mark.parametrize(
    ("pinned", "wanted", "allows", "requires"),
    [
        ("==4.57.1", ">=5", False, False),
        ("==5.23.0", ">=5", True, True),
        (">=4.40", ">=5", True, False),
        (">=4.40,<5", ">=5", False, False),
        (">=4.40,<5", "<5", True, True),
        (">=5", ">=5", True, True),
        ("", ">=5", True, False),
        (">4", ">=4.0.1", True, True),
        ("~=4.40", ">=5", False, False),
        ("~=4.40", "<5", True, True),
        ("==4.*", "<4.57", True, False),
        ("!=5.0", ">=5", True, False),
        ("<=5.0", ">=5", True, False),
        ("<5.0.1,>=5.0.0", "==5.0.0", True, True),
        (">=99", ">=5", True, True),
        ("==5.1.0rc1", ">=5", True, True),
    ],
)
def test_what_a_pin_allows_and_requires(pinned: str, wanted: str, allows: bool, requires: bool) -> None:
    versions = Versions((("transformers", pinned),) if pinned else ())
    assert versions.allows("transformers", wanted) is allows
    assert versions.requires("transformers", wanted) is requires


def test_versions_beyond_the_newest_known_are_not_assumed() -> None:
    assert not Versions((("transformers", ">=4"),)).allows("transformers", ">=6")


def test_names_are_understood_as_people_write_them() -> None:
    assert {canonical(name) for name in ("open_clip_torch", "Open-CLIP.Torch", "open_clip")} == {
        "open-clip-torch"
    }
    assert Versions((("open-clip-torch", "==2.20"),)).requires("open_clip_torch", "<3")


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ("5", "==5.*"),
        ("4.40", "==4.40.*"),
        ("4.40.1", "==4.40.1"),
        (">=4,<5", "<5,>=4"),
        ("new", None),
        ("", None),
    ],
)
def test_versions_as_people_write_them(text: str, specifier: str | None) -> None:
    assert specifier_of(text) == specifier


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("requirements.txt", "# c\ntorch\ntransformers==4.40.0 ; python_version > '3'\nopen_clip_torch>=2.20,<3  # x\n",
         {"transformers": "==4.40.0", "open-clip-torch": "<3,>=2.20"}),
        ("requirements-dev.txt", "Transformers[torch] ~= 4.40\n", {"transformers": "~=4.40"}),
        ("requirements.txt", "transformers==4.40.0 \\\n    --hash=sha256:00\n", {"transformers": "==4.40.0"}),
        ("requirements.txt", "git+https://github.com/huggingface/transformers@v4.49\n-r other.txt\n", {}),
        ("pyproject.toml", ('[project]\ndependencies = ["transformers>=4.40"]\n'
         '[project.optional-dependencies]\nx = ["open_clip_torch==2.24.0"]\n[dependency-groups]\nd = ["torchmetrics<1", {include-group = "x"}]\n'),
         {"transformers": ">=4.40", "open-clip-torch": "==2.24.0", "torchmetrics": "<1"}),
        ("pyproject.toml", ('[tool.poetry.dependencies]\ntransformers = "^4.40"\nchromadb = {version = "~0.4.2", optional = true}\n'
         '[tool.poetry.group.dev.dependencies]\ntorchmetrics = "1.2.0"\nopen-clip-torch = "*"\n'),
         {"transformers": "<5,>=4.40", "chromadb": "<0.5,>=0.4.2", "torchmetrics": "==1.2.0"}),
        ("uv.lock", '[[package]]\nname = "transformers"\nversion = "4.57.1"\n[[package]]\nname = "x"\nversion = "1"\n', {"transformers": "==4.57.1"}),
        ("poetry.lock", '[[package]]\nname = "open-clip-torch"\nversion = "2.20.0"\n', {"open-clip-torch": "==2.20.0"}),
        ("Pipfile.lock", '{"default": {"transformers": {"version": "==4.30.2"}}}', {"transformers": "==4.30.2"}),
        ("Pipfile", '[packages]\ntransformers = "==4.30.2"\ntorchmetrics = {version = "<1"}\n', {"transformers": "==4.30.2", "torchmetrics": "<1"}),
        ("setup.cfg", "[options]\ninstall_requires =\n    transformers>=4.30\n[options.extras_require]\nx = open_clip_torch==2.0.2\n",
         {"transformers": ">=4.30", "open-clip-torch": "==2.0.2"}),
        ("setup.py", "import setuptools\nREQ = ['transformers>=4,<4.20']\nsetuptools.setup(install_requires=REQ)\n", {"transformers": "<4.20,>=4"}),
        ("environment.yml", "dependencies:\n  - conda-forge::transformers=4.30\n  - pip:\n    - open_clip_torch==2.20.0\n    - torchmetrics\n",
         {"transformers": "==4.30.*", "open-clip-torch": "==2.20.0"}),
        ("environment.yaml", 'dependencies:\n  - "transformers=4.30.2=py_0"\n', {"transformers": "==4.30.2"}),
        ("poetry.toml", 'transformers = "1"', {}),
        ("uv.lock", "transformers = = ", {}),
        ("uv.lock", 'transformers = 1\npackage = ["transformers"]', {}),
        ("Pipfile.lock", '["transformers"]', {}),
        ("pyproject.toml", 'project = "transformers"', {}),
        ("setup.cfg", "transformers\n[", {}),
        ("setup.py", "transformers = (", {}),
        ("requirements.txt", "transformers==not!a!version\n", {}),
    ],
)  # fmt: skip
def test_pins_are_read_where_projects_write_them(
    write: Writer, name: str, text: str, expected: dict[str, str]
) -> None:
    assert pins_of(str(write({name: text}) / name)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"deploy/requirements.txt": "transformers==4.30.2\n"}, "==4.30.2"),
        ({"docker/gpu/colab_requirements.txt": "transformers==4.30.2\n"}, "==4.30.2"),
        ({"reqs.txt": "transformers==4.30.2\n"}, "==4.30.2"),
        ({"requirements.txt": "torch\n", "old/requirements.txt": "transformers<5\n"}, "<5"),
        ({"requirements.txt": "transformers\n", "old/requirements.txt": "transformers<5\n"}, None),
        ({"app/requirements.txt": "transformers\n", "old/requirements.txt": "transformers<5\n"}, None),
        ({"requirements.txt": "transformers>=4.40\n", "old/requirements.txt": "transformers<5\n"}, ">=4.40"),
        ({"a/b/c/d/requirements.txt": "transformers<5\n"}, None),
        ({"node_modules/x/requirements.txt": "transformers<5\n", ".x/requirements.txt": "transformers<5\n"}, None),
        ({"venv/pyvenv.cfg": "", "venv/requirements.txt": "transformers<5\n"}, None),
        ({"requirements.txt": "torch==1.13.1\n"}, "<5"),
        ({"requirements.txt": "torch==1.13.1+cu117\n"}, "<5"),
        ({"requirements.txt": "torch>=1.7\n"}, None),
        ({"requirements.txt": "torch==2.2.0\n"}, None),
        ({"requirements.txt": "torch<2\ntransformers\n"}, "<5"),
        ({"requirements.txt": "torch<2\ntransformers>=4.20\n"}, ">=4.20,<5"),
        ({"requirements.txt": "huggingface-hub==0.30.2\ntokenizers==0.21.1\n"}, "<5"),
        ({"requirements.txt": "huggingface_hub<1\ntransformers>=4.40\n"}, ">=4.40,<5"),
        ({"requirements.txt": "huggingface-hub==1.4.0\n"}, None),
        ({"requirements.txt": "huggingface-hub>=0.20\n"}, None),
        ({"requirements.txt": "tokenizers==0.21.1\n"}, "<5"),
        ({"requirements.txt": "tokenizers>=0.22\n"}, None),
        ({"requirements.txt": "sentence-transformers==4.1.0\n"}, "<5"),
        ({"requirements.txt": "sentence_transformers<5\n"}, "<5"),
        ({"requirements.txt": "sentence-transformers==5.2.0\n"}, None),
        ({"requirements.txt": "sentence-transformers>=2.2.2\ntransformers\n"}, None),
        ({"requirements.txt": "salesforce-lavis\n"}, "<4.27"),
        ({"requirements.txt": "salesforce-lavis==1.0.2\ntransformers==5.0.0\n"}, "==5.0.0"),
        ({"docker/Dockerfile": "FROM python:3.8\n"}, "<5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("has_repository", [True, False])
def test_what_no_folder_on_the_way_up_pins_is_pinned_beside_it(
    write: Writer, files: dict[str, str], expected: str | None, *, has_repository: bool
) -> None:
    folder = write({"app/use.py": "", **files, **({".git/HEAD": ""} if has_repository else {})})
    answered = ProjectVersions(top=str(folder)).for_folder(str(folder / "app"))
    specifier = None if "transformers" in answered.assumed else dict(answered.specifiers)["transformers"]
    assert specifier == expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_pins_are_read_as_windows_writes_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes("numpy==2.6.0\r\ntransformers==4.51.3\r\n".encode(encoding))
    assert pins_of(str(tmp_path / "requirements.txt")) == {"transformers": "==4.51.3"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("!pip install -q transformers==4.40.0 torch", "==4.40.0"),
        ("%pip install 'transformers<5'", "<5"),
        ('!python -m pip install --upgrade "transformers>=4.38,<4.50" \\', "<4.50,>=4.38"),
        ('subprocess.run("pip3 install transformers[vision]==4.41.2", shell=True)', "==4.41.2"),
        ("# made with transformers==4.48.3 and torch", "==4.48.3"),
        ('    "!pip install transformers==4.40.0\\n",', "==4.40.0"),
        ("!pip install transformers", None),
        ("!pip install sentence-transformers==4.1.0", "<5"),
        ("!pip install transformers==4.30.0 sentence-transformers==4.1.0", "==4.30.0"),
        ("!pip install sentence-transformers==5.3.0", None),
        ("!pip install adapter-transformers==4.0 ./transformers==4.0", None),
        ("if transformers.__version__ == '4.40.0':", None),
        ("# transformers == the one thing to know", None),
        ("transformers==4.40.0", None),
    ],
)
def test_a_file_says_what_it_installs(line: str, expected: str | None) -> None:
    pins = own_pins(f"import transformers\n{line}\n".encode())
    assert dict(Versions().with_own(pins).specifiers).get("transformers") == expected


def test_a_file_knows_its_versions_better_than_its_project_and_the_settings_best() -> None:
    project = Versions((("transformers", ">=5"),), ("transformers",))
    own = project.with_own({"transformers": "==4.40.0"})
    assert not own.allows("transformers", ">=5")
    assert not own.is_assumed("transformers")
    set_by_hand = ProjectVersions(use_pins=False, targets={"transformers": ">=5"}).for_folder("/nowhere")
    assert set_by_hand.with_own({"transformers": "==4.40.0"}).requires("transformers", ">=5")


def test_a_notebook_that_installs_an_older_release_is_read_by_it(write: Writer) -> None:
    program = (
        "import torch\nfrom transformers import CLIPModel, CLIPTokenizer\n"
        "name = 'openai/clip-vit-base-patch32'\nmodel, cut = CLIPModel.from_pretrained(name), CLIPTokenizer.from_pretrained(name)\n"
        "with torch.no_grad():\n    words = model.get_text_features(**cut(['a photo of a pier'], return_tensors='pt'))\n"
        "    print(words / words.norm(dim=-1, keepdim=True))\n"
    )

    def found(first: str) -> set[str]:
        cells = [
            {"cell_type": "code", "source": text, "outputs": [], "metadata": {}} for text in (first, program)
        ]
        folder = write(
            {"a.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})}
        )
        return {each.code for each in lint_paths([str(folder / "a.ipynb")]).findings}

    assert "CLP307" in found("!pip install transformers")
    assert "CLP307" not in found("!pip install transformers==4.40.0")


def test_the_nearest_folder_wins_and_a_lock_file_before_a_requirement(write: Writer) -> None:
    top = write(
        {
            ".git/HEAD": "",
            "requirements.txt": "transformers==4.1.0\nopen_clip_torch==2.1.0\nchromadb==0.3.0\n",
            "svc/requirements.txt": "transformers>=4.2\nopen_clip_torch==2.2.0\n",
            "svc/uv.lock": '[[package]]\nname = "transformers"\nversion = "4.3.0"\n',
            "svc/app/a.py": "",
        }
    )
    known = dict(ProjectVersions().for_folder(str(top / "svc/app")).specifiers)
    assert known["transformers"] == "==4.3.0"
    assert known["open-clip-torch"] == "==2.2.0"
    assert known["chromadb"] == "==0.3.0"


def test_nothing_outside_the_repository_counts(write: Writer) -> None:
    top = write({"requirements.txt": "transformers==4.1.0\n", "repo/.git/HEAD": "", "repo/a.py": ""})
    known = dict(ProjectVersions().for_folder(str(top / "repo")).specifiers)
    assert known["transformers"] != "==4.1.0"


def test_targets_come_first_and_isolation_leaves_pins_out(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write({"requirements.txt": "transformers==4.1.0\nchromadb==0.3.0\n"})
    monkeypatch.setattr(pins, "_installed", {"torch": "2.1.0"}.get)
    aimed = ProjectVersions(targets={"transformers": "==5.*"}).for_folder(str(top))
    assert dict(aimed.specifiers)["transformers"] == "==5.*"
    assert dict(aimed.specifiers)["chromadb"] == "==0.3.0"
    alone = dict(ProjectVersions(use_pins=False).for_folder(str(top)).specifiers)
    assert alone["transformers"] == f"=={newest()['transformers']}"
    assert alone["torch"] == "==2.1.0"
    guessed = ProjectVersions().for_folder(str(top))
    assert guessed.is_assumed("open_clip_torch")
    assert guessed.is_assumed("torch"), "what is installed beside clip-lint says nothing of the project"
    assert not any(guessed.is_assumed(name) for name in ("transformers", "chromadb"))
    assert ["torch", "==2.1.0", "assumed"] in guessed.record()


def test_what_is_installed_is_asked_of_this_environment() -> None:
    assert pins._installed("click") is not None
    assert pins._installed("no-such-distribution-here") is None


def test_an_unreadable_project_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").mkdir()
    assert ProjectVersions().for_folder(str(tmp_path)).specifiers


@pytest.mark.parametrize(
    ("files", "is_old"),
    [
        ({"Dockerfile": "FROM python:3.8-slim\nCOPY . .\n"}, True),
        (
            {"Dockerfile": "# a base\nfrom --platform=linux/amd64 docker.io/library/python:3.9 AS base\n"},
            True,
        ),
        ({"Dockerfile": "FROM python:3.9\n", "requirements.txt": "transformers>=4.30\n"}, True),
        ({".python-version": "3.9.7\n"}, True),
        ({"runtime.txt": "python-3.8.20\n"}, True),
        ({"environment.yml": "dependencies:\n  - python=3.9\n  - pip\n"}, True),
        ({"Dockerfile": "FROM python:3.11-slim\n"}, False),
        ({"Dockerfile": "FROM python:3.9 AS build\nFROM nvidia/cuda:12.4.0-base\n"}, False),
        ({"Dockerfile": "FROM python:3.9\n", "requirements.txt": "transformers==5.1.0\n"}, False),
        ({"environment.yml": "dependencies:\n  - python\n"}, False),
    ],
)
def test_an_old_python_keeps_a_project_from_transformers_5(
    write: Writer, files: dict[str, str], is_old: bool
) -> None:
    versions = ProjectVersions().for_folder(str(write({".git/HEAD": "", **files})))
    assert versions.allows("transformers", ">=5") is not is_old
