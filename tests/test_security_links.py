"""No link leads out of the linted project: nothing outside is read for a finding, printed or written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer

HEAD = """\
import clip, torch

model, preprocess = clip.load("ViT-B/32")
"""
TAIL = """\
with torch.no_grad():
    features = model.encode_text(clip.tokenize(names))
    scores = features @ features.T
"""
NAMES = "SECRET three dogs\nSECRET two dogs\n"
FAULT = HEAD + "features = model.encode_text(clip.tokenize(['a cat'])).cpu().numpy()\n"
EVERYTHING = "--select", "ALL", "--min-severity", "note", "--no-cache"


def told(folder: Path, *arguments: str) -> str:
    done = clip_lint(folder, *EVERYTHING, *arguments)
    return done.stdout + done.stderr


def program(reading: str) -> str:
    return f"{HEAD}{reading}\n{TAIL}"


FILE = "names = open('labels.txt').read().splitlines()"


def test_label_files_inside_are_read(write: Writer) -> None:
    top = write({"a/m.py": program(FILE), "a/labels.txt": NAMES, "a/deep/real.txt": NAMES})
    assert "SECRET" in told(top / "a")
    (top / "a/labels.txt").unlink()
    (top / "a/labels.txt").symlink_to("deep/real.txt")
    assert "SECRET" in told(top / "a")


@pytest.mark.parametrize(
    "where", ["../outside.txt", "{top}/outside.txt", "deep/again.txt", "around/outside.txt"]
)
def test_no_label_file_is_read_through_a_link_that_leads_out(write: Writer, where: str) -> None:
    top = write({"a/m.py": program(FILE), "outside.txt": NAMES, "a/deep/x": ""})
    (top / "a/deep/again.txt").symlink_to(top / "outside.txt")
    (top / "a/around").symlink_to(top)
    (top / "a/labels.txt").symlink_to(where.replace("{top}", str(top)))
    assert "SECRET" not in told(top / "a")


@pytest.mark.parametrize(
    "reading",
    [
        "names = open('../outside.txt').read().splitlines()",
        "names = open('deep/../../outside.txt').read().splitlines()",
        "names = open('{top}/outside.txt').read().splitlines()",
        "names = open('around/outside.txt').read().splitlines()",
        "import json\nnames = json.load(open('around/outside.json'))",
        "import yaml\nnames = yaml.safe_load(open('around/outside.yaml'))",
        "import pandas as pd\nnames = pd.read_csv('around/outside.csv')['name'].tolist()",
        "from pathlib import Path\nnames = Path('around', 'outside.txt').read_text().splitlines()",
        "from pathlib import Path\nnames = (Path(__file__).parent.parent / 'outside.txt').read_text().splitlines()",
        "import sys\nnames = open(f'around/outside{sys.argv[1]}.txt').read().splitlines()",
    ],
)
def test_no_path_in_a_program_leads_out(write: Writer, reading: str) -> None:
    top = write(
        {
            "a/m.py": "",
            "a/deep/x": "",
            "outside.txt": NAMES,
            "outside1.txt": NAMES,
            "outside.json": '["SECRET three dogs", "SECRET two dogs"]',
            "outside.yaml": "[SECRET three dogs, SECRET two dogs]",
            "outside.csv": "name\n" + NAMES,
        }
    )
    (top / "a/around").symlink_to(top)
    (top / "a/m.py").write_text(program(reading.replace("{top}", str(top))))
    assert "SECRET" not in told(top / "a")


@pytest.mark.parametrize(
    ("link", "target", "reading"),
    [
        ("mod.py", "outside/mod.py", "from mod import names"),
        ("pkg", "outside", "from pkg.mod import names"),
        ("pkg", "outside", "import pkg.mod\nnames = pkg.mod.names"),
        ("src", "outside", "from mod import names"),
        ("lib", "outside", "import sys\nsys.path.insert(0, 'lib')\nfrom mod import names"),
        ("mod", "outside/package", "from mod import names"),
    ],
)
@pytest.mark.parametrize("is_repository", [False, True])
def test_no_module_is_read_through_a_link_that_leads_out(
    write: Writer, link: str, target: str, reading: str, is_repository: bool
) -> None:
    names = 'names = ["SECRET three dogs", "SECRET two dogs"]\n'
    top = write(
        {
            "a/m.py": program(reading),
            "outside/mod.py": names,
            "outside/__init__.py": "",
            "outside/package/__init__.py": names,
        }
    )
    if is_repository:
        (top / "a/.git").mkdir()
    (top / "a" / link).symlink_to(top / target)
    assert "SECRET" not in told(top / "a")


@pytest.mark.parametrize("link", ["v.py", "deep/v.py", "v.pyi", "v.ipynb"])
def test_no_program_is_linted_through_a_link_that_leads_out(write: Writer, link: str) -> None:
    top = write({"a/m.py": FAULT, "a/deep/x": "", "outside": "SECRET (\n"})
    (top / "a" / link).symlink_to(top / "outside")
    done = told(top / "a")
    assert "SECRET" not in done
    assert f"{link}: warning: not linted: it is a link that leads out of the project" in done
    named = clip_lint(top / "a", *EVERYTHING, link, status=2)
    assert "SECRET" not in named.stdout + named.stderr
    assert "the link leads out of the project, to no Python file" in named.stdout + named.stderr


@pytest.mark.parametrize("options", [["--fix"], ["--fix", "--unsafe-fixes"], ["--add-ignore", "old"]])
@pytest.mark.parametrize("named", [True, False])
def test_nothing_is_repaired_through_a_link_that_leads_out(
    write: Writer, options: list[str], named: bool
) -> None:
    top = write({"a/m.py": "", "outside.py": FAULT})
    (top / "a/.git").mkdir()
    (top / "a/v.py").symlink_to(top / "outside.py")
    done = clip_lint(top / "a", "--no-cache", *options, *(["v.py"] if named else []))
    assert (top / "outside.py").read_text() == FAULT
    assert (top / "a/v.py").is_symlink()
    if named:
        assert "v.py: left alone: it is a link that leads out of the project" in done.stderr


def test_what_lies_inside_is_repaired_through_a_link(write: Writer) -> None:
    top = write({"a/deep/x": "", "a/real.txt": FAULT})
    (top / "a/.git").mkdir()
    (top / "a/deep/v.py").symlink_to(top / "a/real.txt")
    clip_lint(top / "a", "--no-cache", "--fix", "deep/v.py")
    assert (top / "a/real.txt").read_text() != FAULT


@pytest.mark.parametrize("option", ["--output-file=told.json", "--output-format=json:told.json"])
def test_no_report_is_written_through_a_link_that_the_tree_brought(write: Writer, option: str) -> None:
    top = write({"a/m.py": FAULT, "victim": "mine"})
    (top / "a/told.json").symlink_to(top / "victim")
    done = clip_lint(top / "a", "--no-cache", option, status=2)
    assert "told.json: not written: it is a link that leads out of the project" in done.stderr
    assert (top / "victim").read_text() == "mine"
    clip_lint(top / "a", "--no-cache", "--output-file=/dev/null", status=1)


def test_an_assistant_lints_programs_of_its_own_folder_only(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = pytest.importorskip("clip_lint.assistants.serving")
    errors = pytest.importorskip("mcp.server.mcpserver.exceptions")
    top = write({"a/x": "", "outside/labels.txt": NAMES, "outside/mod.py": "x = 1"})
    (top / "a/out").symlink_to(top / "outside")
    monkeypatch.chdir(top / "a")
    for name in (
        "../outside/m.py",
        str(top / "outside/m.py"),
        "out/m.py",
        "x/../../outside/m.py",
        "a\0b.py",
        "out/mod.py",
    ):
        with pytest.raises(errors.ToolError, match="must lie in the folder"):
            serving.lint_code(program(FILE), name)
    for name in ("m.py", "deep/m.py", str(top / "a/m.py"), "./m.py"):
        assert "SECRET" not in str(serving.lint_code(program(FILE), name))


def test_an_editor_is_told_of_files_of_its_workspace_only(write: Writer) -> None:
    pytest.importorskip("pygls")
    from lsprotocol import types

    from clip_lint.server.buffers import LspWorkspace, snapshot
    from clip_lint.server.open_files import Desk

    top = write({"a/m.py": "", "outside/labels.txt": NAMES})
    (top / "a/out").symlink_to(top / "outside")
    workspace = LspWorkspace(
        None, types.TextDocumentSyncKind.Incremental, [types.WorkspaceFolder(f"file://{top}/a", "a")]
    )
    uris = {
        f"file://{top}/a/m.py": True,
        f"file://{top}/a/deep/m.py": True,
        f"file://{top}/outside/m.py": False,
        f"file://{top}/a/../outside/m.py": False,
        f"file://{top}/a/out/m.py": False,
        "file://host/share/m.py": True,  # taken for a text that was never saved
        f"file:////{top}/outside/m.py": True,
        "file:///a%00b.py": True,
        "untitled:Untitled-1": True,
    }
    for uri in uris:
        workspace.put_text_document(types.TextDocumentItem(uri, "python", 1, program(FILE)))
    documents = snapshot(workspace)
    seen = {part.uri for each in documents for part in each.parts}
    assert {uri: uri in seen for uri in uris} == uris
    assert all(each.opened.path.startswith(str(top / "a") + os.sep) for each in documents)
    report = Desk().lint([each.opened for each in documents])
    assert "SECRET" not in repr(report)
    assert not report.complaint
