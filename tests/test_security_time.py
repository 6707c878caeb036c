"""Patterns over foreign text take time in proportion to it: what used to take hours ends at once."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.api import lint_source
from clip_lint.engine.pins import pins_of
from clip_lint.knowledge.gate import may_use_clip
from clip_lint.reading.values import Class, Function
from clip_lint.settings.globs import globs
from clip_lint.source import gitignore, symbols
from clip_lint.source.decoding import UndecodableError, decode
from clip_lint.source.imports import imports_in
from clip_lint.source.notebook import read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from conftest import Writer

HEAD = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\n"
PATIENCE = 20
"""Seconds, on a machine that does other things as well; each input takes well below one."""


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    def late(_: int, frame: FrameType | None) -> None:
        pytest.fail(f"it takes too long: {frame}")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


GLOBS = [
    "*a" * 400 + "b",
    "**/" * 300 + "x",
    "a**/" * 200 + "q",
    "*a?" * 300 + "b",
    "/**/a" * 190 + "/q",
    "*[ab]" * 190 + "c",
    "**a" * 300 + "b",
    "?*" * 400 + "b",
    "**/*a" * 190 + "/b",
    "*" * 900 + "b",
]
LONG = "a/" * 2000 + "a" * 250


@pytest.mark.parametrize("pattern", GLOBS)
def test_path_patterns(pattern: str) -> None:
    assert not globs((pattern,), "/base").match(f"/base/{LONG}", "a" * 250)


@pytest.mark.parametrize(
    "pattern", [*GLOBS, "[a" * 300, "[[:alpha:]" * 80, "**/a*b*c/" * 80, "x" + " " * 500_000 + "x "]
)
def test_patterns_of_ignore_files(write: Writer, pattern: str) -> None:
    top = write({".gitignore": "\n".join([pattern] * 50), "a.py": ""})
    rules = gitignore.enter(str(top), None, {".gitignore"})
    assert rules is None or not rules.ignores(str(top / LONG), is_folder=False)


@pytest.mark.parametrize(
    "text",
    [
        "torch" + "!" * 48 + " x",
        "torch" + "!" * 300_000,
        "torch " + "=" * 300_000,
        "torch[" + "[" * 300_000,
        "torch>=1" + ".0" * 150_000,
        "torch>=" + "1" * 300_000,
        "torch (" + "(" * 300_000,
        "torch" + ">=1," * 75_000,
        " " * 300_000 + "torch",
        "torch" + " " * 300_000 + "x",
        "torch @ " + "a" * 300_000,
        "torch; " + "(" * 300_000,
    ],
)
@pytest.mark.parametrize("name", ["requirements.txt", "setup.py", "environment.yml", "setup.cfg"])
def test_requirements(write: Writer, text: str, name: str) -> None:
    made = {
        "setup.py": f"from setuptools import setup\nsetup(install_requires=[{text!r}])\n",
        "environment.yml": f"dependencies:\n- {text}\n",
        "setup.cfg": f"[options]\ninstall_requires =\n    {text}\n",
    }
    pins_of(str(write({name: made.get(name, text)}) / name))


@pytest.mark.parametrize(
    ("line", "pins"),
    [
        ("transformers>=4.40,<5", {"transformers": "<5,>=4.40"}),
        ("transformers[torch] ==4.40.0 ; python_version > '3.8'", {"transformers": "==4.40.0"}),
        ("transformers (>=4.40)", {"transformers": ">=4.40"}),
        ("transformers==4.40.0 \\", {"transformers": "==4.40.0"}),
        ("transformers==4.40.0 --hash=sha256:00", {"transformers": "==4.40.0"}),
        ("transformers==4.40.0  # why", {"transformers": "==4.40.0"}),
        ("transformers", {}),
        ("transformers @ https://example.org/a.whl", {}),
        ("-r other.txt", {}),
    ],
)
def test_requirements_are_read_as_before(write: Writer, line: str, pins: dict[str, str]) -> None:
    assert pins_of(str(write({"requirements.txt": line + "\n"}) / "requirements.txt")) == pins


@pytest.mark.parametrize(
    "text",
    [
        "import " * 140_000 + "\nimport clip",
        "from " * 190_000 + "clip",
        "from " + "clip" * 250_000,
        "from .." + "clip" * 250_000,
        "y = '" + "import clip_" * 80_000 + "'",
        "clip_" * 200_000,
        "/clip" * 200_000,
        ";import clip" * 80_000,
        "from clip import " + "a," * 400_000,
        "_clip_" * 150_000 + " = 1",
        "\n".join("import " * 50 + "clipx" for _ in range(2_500)),
        "\n".join("from " + "clip" * 90 for _ in range(2_500)),
    ],
)
def test_what_the_gate_searches(text: str) -> None:
    data = text.encode()
    may_use_clip(data)
    imports_in(data)
    imports_in(data, is_notebook=True)


@pytest.mark.parametrize(
    "text",
    [
        "else\n" * 200_000,
        "\n".join(f"a{i} = a{i + 1}" for i in range(50_000)),
        "@a\n" * 250_000,
        '"""' * 300_000,
        '\\"""' * 250_000,
        "a," * 400_000,
        "a , " * 200_000 + "= 1",
        "def " * 200_000,
        "'''" + "'" * 500_000,
        "a:" * 300_000 + "=1",
    ],
)
def test_what_is_read_off_a_module_without_parsing(text: str) -> None:
    symbols.leading(symbols.definitions(text.encode()), {"a50000"})


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 200_000 + " = 1",
        "[" + "a." * 200_000 + "a]",
        "x = {" + "a." * 200_000 + "a = 1}",
        '"\\""' + ".a" * 200_000 + ' = 1 # "',
        "'='" + ".a" * 200_000 + " = 1",
        " . ".join(["a"] * 100_000) + " = 1",
        "\n".join("a." * 299 + f"b{i} = 1" for i in range(1_500)),
        "\n".join(f"[a{i}]" for i in range(90_000)),
        "a = '" + "." * 500_000 + "'",
        "a = " + "[" * 100_000,
    ],
)
@pytest.mark.parametrize("name", ["clip-lint.toml", "pyproject.toml", "uv.lock", "own.toml"])
def test_toml(write: Writer, name: str, text: str) -> None:
    top = write({name: f"# clip-lint torch\n{text}\n", "a.py": HEAD})
    if name == "own.toml":
        (top / "clip-lint.toml").write_text("extra-libraries = ['own.toml']\n")
    clip_lint(top, "--no-cache", "--output-format", "concise")


@pytest.mark.parametrize(
    "cell",
    [
        "x = " + "\\'" * 200_000,
        "x = '" + "\\'" * 200_000,
        'x = "' + '\\"' * 200_000,
        "x = " + "'a" * 200_000,
        "%time " * 60_000,
        "x = %time" + " -a" * 100_000,
        "a" * 400_000 + "?",
        "a[" * 200_000 + " = !ls",
        "pip" + " " * 400_000,
        "%%writefile " + "a" * 400_000,
        "x = '''" + "\\" * 400_000,
    ],
)
def test_cells_of_notebooks(cell: str) -> None:
    import json

    read_notebook(json.dumps({"cells": [{"cell_type": "code", "source": cell + "\n)"}]}))


@pytest.mark.parametrize(
    "name",
    [
        "punycode",
        "idna",
        "undefined",
        "base64",
        "bz2",
        "hex",
        "quopri",
        "rot13",
        "uu",
        "zip",
        "no-such",
        "x" * 90_000,
    ],
)
def test_odd_encodings_are_refused(name: str) -> None:
    with pytest.raises(UndecodableError, match="coding comment"):
        decode(f"# coding: {name}\nimport clip #".encode() + b"\xe9-abc" * 100_000)


@pytest.mark.parametrize(
    "name", ["utf-8", "latin-1", "cp1252", "gbk", "shift_jis", "koi8-r", "iso2022_jp", "big5", "utf-7"]
)
def test_usual_encodings_are_read(name: str) -> None:
    assert decode(f"# coding: {name}\n".encode() + b"x = 1\n" * 50_000).text.endswith("x = 1\n")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1 " + "# noqa " * 50_000,
        "x = 1 " + "# noqa: CLP101," * 50_000,
        "x = 1 # noqa: " + "CLP101," * 50_000,
        "x = 1 " + "# clip-lint: ignore[CLP101] " * 20_000,
        "x = 1 #" + " " * 400_000 + "noqa",
        "x = 1 # clip-lint:" + " " * 400_000,
        "x = 1 # clip-lint: ignore[" + "a" * 400_000,
        "x = 1 # noqa: " + "A" * 400_000,
        "\n".join(f"x = 1  # noqa: CLP101, CLP001, CLPX{i}" for i in range(8_000)),
        "\n".join(f"x = 1  # clip-lint: ignore[no-such-rule-{i}]" for i in range(8_000)),
        "# clip-lint: disable\n" * 30_000,
        "# noqa: CLP101\n" * 30_000 + "x = 1",
        "".join(" " * (i % 90) + "# clip-lint: disable=CLP101\n" for i in range(15_000)),
        "if x:  # clip-lint: disable[CLP402]\n    pass\n" * 10_000,
        ("# clip-lint: disable[CLP101]\n" * 3 + "x = 1\n# clip-lint: enable\n") * 5_000,
        "x = (\n" + "1 + # noqa: CLP101, CLP001\n" * 3_000 + "1)",
    ],
)
def test_suppressions(write: Writer, text: str) -> None:
    top = write({"a.py": HEAD + text + "\n"})
    clip_lint(top, "--no-cache", "--output-format", "concise")


@pytest.mark.parametrize(
    "text",
    [
        "from " + "clip." * 150_000,
        "from " + "a." * 300_000 + "a import b",
        "import " + "a ." * 200_000 + "a",
        "import b, " + "a.\\\n" * 20_000 + "a",
        "if x: from ..." + "a." * 300_000 + "a import b",
        "x = 1; import\t" + "a\t.\t" * 100_000 + "a as b",
        "from . " * 100_000 + "import a",
        "import " * 2 + "import.from." * 60_000 + "a",
        "try: import" + " \\\n" * 100 + "a." * 250_000 + "a\nfinally: pass",
        "x = 'from " + "a." * 300_000 + "a import b'",
    ],
)
@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_imports_of_names_without_end(write: Writer, name: str, text: str) -> None:
    """Python's own parser takes minutes for them."""
    import json

    cells = [{"cell_type": "code", "source": HEAD}, {"cell_type": "code", "source": text + "\n"}]
    top = write({name: json.dumps({"cells": cells}) if name == "a.ipynb" else HEAD + text + "\n"})
    clip_lint(top, "--no-cache", "--output-format", "concise")
    clip_lint(top, "--no-cache", "--diff")


def test_the_patterns_that_are_left_are_ours() -> None:
    """A configuration or a table of the tree never becomes a regular expression that may try twice."""
    assert re.fullmatch(globs(("*a*b",), "/")._loose.pattern, "xaxb")  # type: ignore[union-attr]


def test_definitions_are_not_searched_for_among_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def alike(self: Class | Function, other: object) -> bool:
        nonlocal compared
        compared += 1
        return isinstance(other, type(self)) and other.node is self.node

    monkeypatch.setattr(Class, "__eq__", alike)
    monkeypatch.setattr(Function, "__eq__", alike)
    lint_source(
        "import clip\n"
        + "".join(f"class C{i}:\n    x = {i}\n\n\ndef f{i}():\n    return {i}\n" for i in range(300))
    )
    assert compared < 3_000
