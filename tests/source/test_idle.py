"""Modules that only define functions, and the words that speak of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.source import idle
from clip_lint.source.idle import is_spoken_of, only_defines

TOOL = b'"""Tools."""\nimport os\nfrom clip import (\n    load,\n)\n\nLIMIT = 77\nNAMES: list[str] = [\n    "a",\n]\n\n\ndef embed(text):\n    return text\n'


@pytest.mark.parametrize(
    ("more", "is_idle"),
    [
        (b"", True),
        (b"\n\nasync def more():\n    pass\n", True),
        (b"DEVICE = choose()\n", True),
        (b"embed('a')\n", False),
        (b"table = {'a': embed}\n", False),
        (b"if True:\n    pass\n", False),
        (b"@known\ndef more():\n    pass\n", False),
        (b"class More:\n    pass\n", False),
        (b"def main():\n    pass\n", False),
        (b"def model_fn(folder):\n    pass\n", False),
        (b"for name in NAMES:\n    print(name)\n", False),
    ],
)
def test_what_else_a_module_holds(more: bytes, *, is_idle: bool) -> None:
    assert only_defines("tools.py", TOOL + more) is is_idle


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tools.py", b"LIMIT = 77\n"),
        ("tools.py", b""),
        ("tools.ipynb", TOOL),
        ("test_tools.py", TOOL),
        ("conftest.py", TOOL),
        ("__init__.py", TOOL),
        ("handler.py", TOOL),
    ],
)
def test_what_is_no_module_of_functions(name: str, data: bytes) -> None:
    assert not only_defines(name, data)


@pytest.mark.parametrize(
    ("name", "text", "is_spoken"),
    [
        ("app.py", "import tools\n", True),
        ("app.py", "from kit.tools import embed\n", True),
        ("app.py", "from kit import other, tools as t\n", True),
        ("app.py", "run('kit.tools')\n", True),
        ("app.py", "run('kit/tools.py')\n", True),
        ("app.py", "run('tools:embed')\n", True),
        ("app.py", "tools = 3\nprint('our tools are here')\n", False),
        ("app.ipynb", '"source": ["from tools import embed"]', True),
        ("README.md", "Run `python -m kit.tools`.", True),
        ("README.md", "|- tools.py   helpers", False),
        ("Dockerfile", "CMD run tools", True),
        ("serve.yaml", "module: tools\n", True),
        ("serve.yaml", "module: power-tools-x\n", False),
        ("pyproject.toml", "[project]\nname = 'x'\n", True),
        ("pyproject.toml", "[tool.poetry]\nname = 'x'\n", True),
        ("pyproject.toml", "[tool.ruff]\nline-length = 88\n", False),
        ("setup.py", "setup()\n", True),
        (".git/config.toml", "tools", False),
        ("data.csv", "tools", False),
    ],
)
def test_what_speaks_of_a_module(tmp_path: Path, name: str, text: str, *, is_spoken: bool) -> None:
    module = tmp_path / "kit" / "tools.py"
    for path, content in ((module, "import tools\n"), (tmp_path / name, text)):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    assert is_spoken_of(str(module), str(tmp_path)) is is_spoken


def test_a_large_project_may_say_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        (tmp_path / f"{number}.md").write_text("a" * 100)
    module = str(tmp_path / "tools.py")
    assert not is_spoken_of(module, str(tmp_path))
    monkeypatch.setattr(idle, "_MOST_FILES", 5)
    assert is_spoken_of(module, str(tmp_path))
    monkeypatch.setattr(idle, "_MOST_FILES", 50)
    monkeypatch.setattr(idle, "_MOST_OF_ALL", 500)
    assert is_spoken_of(module, str(tmp_path))
    monkeypatch.undo()
    (tmp_path / "big.py").write_text("#" * 400_000)
    assert is_spoken_of(module, str(tmp_path))


def test_links_and_what_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("import tools")
    (tmp_path / "link.py").symlink_to(tmp_path / "words")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere")
    assert not is_spoken_of(str(tmp_path / "tools.py"), str(tmp_path))
