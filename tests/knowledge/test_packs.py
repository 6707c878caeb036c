"""Tables that come as installed packages: found beside clip-lint alone, read as data, and one clear line where one is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scratch import clip_lint

from clip_lint.cli.libraries import libraries
from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.knowledge import packs as module
from clip_lint.knowledge.documents import TableError
from clip_lint.knowledge.packs import packs, places
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = """\
package = "shopvision"

[calls]
"shopvision.load_encoder" = { op = "load", signature = ["checkpoint"], returns = "model", family = "clip", mode = "eval" }

[methods.model]
embed_words = { op = "encode", modality = "text", signature = ["texts"] }
"""
PROGRAM = """\
from shopvision import load_encoder

encoder = load_encoder("catalogue-v2")
words = encoder.embed_words(["a shoe without laces"])
"""


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    packs.cache_clear()
    yield
    packs.cache_clear()


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the one that clip-lint is installed in."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(module, "places", lambda: (str(folder),))
    return folder


def install(
    folder: Path,
    table: str = TABLE,
    *,
    name: str = "clip-lint-shopvision",
    points: str = "shop = clip_lint_shopvision.tables",
    files: tuple[str, ...] = ("clip_lint_shopvision/tables/shop.toml",),
) -> None:
    """A pack as an installer leaves it: a module that must not run, the tables, and what describes them."""
    described = folder / f"{name.replace('-', '_')}-1.2.dist-info"
    described.mkdir(parents=True)
    for file in ("clip_lint_shopvision/__init__.py", "clip_lint_shopvision/tables/__init__.py"):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("raise SystemExit('a pack was run')\n")
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(table)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (described / "entry_points.txt").write_text(
        f"[console_scripts]\nshop = shop:main\n\n[clip_lint.libraries]\n{points}\n"
    )
    (described / "RECORD").write_text(
        "".join(f"{file},,\n" for file in ("clip_lint_shopvision/__init__.py", *files))
    )


def found() -> list[str]:
    configuration = Configuration(Overrides(), "/nowhere", isolated=True)
    settings = configuration.for_folder("/nowhere")
    assert all(Path(each).is_absolute() for each in settings.extra_libraries)
    outcome = lint_text(PROGRAM.encode(), "search.py", configuration, "/nowhere", isolated=True)
    return [each.code for each in outcome.reported if each.severity >= Severity.WARNING]


def test_what_is_installed_beside_is_known_without_settings(beside: Path) -> None:
    assert found() == []
    packs.cache_clear()
    install(beside)
    assert found() == ["CLP104"]
    assert not [name for name in sys.modules if name.startswith("clip_lint_shopvision")]


def test_the_list_says_where_a_table_came_from(beside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(beside)
    libraries(["--output-format", "json"], standalone_mode=False)
    rows = {row["package"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["shopvision"]["pack"] == "clip-lint-shopvision 1.2"
    assert rows["open_clip"]["pack"] == ""
    libraries([], standalone_mode=False)
    [line] = [each for each in capsys.readouterr().out.splitlines() if each.startswith("shopvision")]
    assert line.endswith("(from clip-lint-shopvision 1.2)")


def test_a_table_of_ones_own_says_more_than_a_pack(beside: Path, tmp_path: Path) -> None:
    install(beside)
    (tmp_path / "own.toml").write_text(TABLE)
    (tmp_path / "pyproject.toml").write_text('[tool.clip-lint]\nextra-libraries = ["own.toml"]\n')
    settings = Configuration(Overrides(), str(tmp_path)).for_folder(str(tmp_path))
    assert [Path(each).name for each in settings.extra_libraries] == ["shop.toml", "own.toml"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": TABLE.replace("mode =", "moed =")}, "shop.toml:4: calls.\"shopvision.load_encoder\".moed: unknown key `moed`; did you mean `mode`?"),
        ({"table": TABLE.replace("mode =", "moed =").replace("modality", "modalty")}, "(and 2 more)"),
        ({"table": "package = "}, "not valid TOML"),
        ({"table": TABLE + "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")}, "not valid TOML"),
        ({"files": ()}, "it installs no table in `clip_lint_shopvision/tables`"),
        ({"points": "shop = clip_lint_shopvision.elsewhere"}, "it installs no table in `clip_lint_shopvision/elsewhere`"),
        ({"points": "shop"}, "its entry_points.txt cannot be read"),
        ({"points": "shop = ../../etc"}, "names no folder of the package"),
        ({"points": "shop = clip_lint_shopvision.tables:table"}, "names no folder of the package"),
    ],
)  # fmt: skip
def test_a_pack_that_is_wrong_is_one_line(beside: Path, change: dict[str, str], said: str) -> None:
    install(beside, **change)  # type: ignore[arg-type]
    with pytest.raises(TableError) as raised:
        packs()
    line = str(raised.value)
    assert line.startswith("the pack clip-lint-shopvision 1.2: ")
    assert said in line
    assert "\n" not in line
    packs.cache_clear()
    with pytest.raises(ConfigError, match="the pack clip-lint-shopvision"):
        Configuration(Overrides(), "/nowhere", isolated=True)


def test_a_link_of_a_pack_leads_nowhere_else(beside: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(TABLE)
    install(beside)
    table = beside / "clip_lint_shopvision/tables/shop.toml"
    table.unlink()
    table.symlink_to(tmp_path / "secret.toml")
    with pytest.raises(TableError, match="lies elsewhere"):
        packs()


def test_two_packs_and_two_tables(beside: Path) -> None:
    install(beside)
    other = TABLE.replace("shopvision", "lenskit")
    folder = "lens_tables"
    install(beside, other, name="Lens-Tables", points="one = lens_tables\n", files=(f"{folder}/a.toml", f"{folder}/b.toml", f"{folder}/deeper/c.toml"))  # fmt: skip
    assert [str(each) for each in packs()] == ["Lens-Tables 1.2", "clip-lint-shopvision 1.2"]
    assert [Path(each).name for pack in packs() for each in pack.tables] == ["a.toml", "b.toml", "shop.toml"]


def test_what_the_linted_code_brings_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the folder that is linted, not in an environment in it, and not on a path that the environment names."""
    for folder in (tmp_path, tmp_path / ".venv/lib/python3.11/site-packages", tmp_path / "site-packages"):
        install(folder)
    (tmp_path / "search.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))
    run = subprocess.run(
        [sys.executable, "-m", "clip_lint", "--no-cache", "search.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "shopvision" not in clip_lint(tmp_path, "libraries", status=0).stdout


def test_places_are_those_of_the_interpreter() -> None:
    assert places()
    assert str(Path.cwd()) not in places()
    assert all(Path(each).name in {"site-packages", "dist-packages"} for each in places())
