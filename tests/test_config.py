from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.core.finding import Severity
from clip_lint.settings.configuration import CONFIG_NAMES, Configuration
from clip_lint.settings.model import ConfigError, Overrides, Settings
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import rules

if TYPE_CHECKING:
    from conftest import Writer


def settings(top: Path, folder: str = ".", *, file: str | None = None, **overrides: Any) -> Settings:
    return Configuration(Overrides(overrides), str(top), file=file).for_folder(str(top / folder))


def test_every_option_is_read(write: Writer) -> None:
    top = write(
        {
            "own.toml": 'package = "ourclip"\n',
            "pyproject.toml": """
[tool.clip-lint]
select = ["CLP2"]
ignore = ["CLP201"]
extend-select = ["missing-no-grad"]
preview = true
min-severity = "note"
exclude = ["gen"]
extend-exclude = ["*_pb2.py"]
force-exclude = true
respect-gitignore = false
extra-libraries = ["own.toml"]
output-format = ["concise", "json:out.json"]
output-file = "out.txt"
statistics = true
show-suppressed = true
show-fixes = true
exit-zero = true
quiet = true
color = "never"
cache = false
cache-dir = "cache"
workers = 3
[tool.clip-lint.per-file-ignores]
"tests/*" = ["CLP4", "CLP305"]
[tool.clip-lint.target-versions]
transformers = ">=4.40,<5"
open_clip = 3
[tool.clip-lint.severity]
CLP402 = "note"
""",
        }
    )
    base = str(top)
    assert settings(top, file="pyproject.toml") == Settings(
        base=base,
        file=f"{base}/pyproject.toml",
        stages=(Stage(("CLP2",), ("missing-no-grad",), ("CLP201",)), Stage()),
        preview=True,
        min_severity=Severity.NOTE,
        exclude=("gen",),
        extend_exclude=("*_pb2.py",),
        force_exclude=True,
        respect_gitignore=False,
        per_file_ignores=(("tests/*", ("CLP4", "CLP305")),),
        target_versions=(("open-clip-torch", "==3.*"), ("transformers", "<5,>=4.40")),
        severity=(("CLP402", Severity.NOTE),),
        extra_libraries=(f"{base}/own.toml",),
        output_format=("concise", "json:out.json"),
        output_file=f"{base}/out.txt",
        statistics=True,
        show_suppressed=True,
        show_fixes=True,
        exit_zero=True,
        quiet=True,
        color="never",
        cache=False,
        cache_dir=f"{base}/cache",
        workers=3,
    )


def test_the_nearest_configuration_upwards_holds_alone(write: Writer) -> None:
    top = write(
        {
            "pyproject.toml": "[tool.clip-lint]\npreview = true\nquiet = true\n",
            "a/pyproject.toml": "[tool.other]\nx = 1\n",
            "b/pyproject.toml": "[tool.clip-lint]\nquiet = false\n",
            "c/clip-lint.toml": "quiet = false\n",
            "d/.clip-lint.toml": "min-severity = 'error'\n",
            "d/clip-lint.toml": "min-severity = 'note'\n",
            "a/x.py": "", "b/deep/x.py": "", "c/x.py": "",
        }
    )  # fmt: skip
    assert settings(top, "a").preview
    assert not settings(top, "b/deep").preview
    assert settings(top, "b/deep").base == str(top / "b")
    assert not settings(top, "c").preview
    assert settings(top, "d").min_severity is Severity.ERROR
    assert CONFIG_NAMES[0] == ".clip-lint.toml"


def test_without_configuration_the_defaults_hold(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings(str(tmp_path), stages=(Stage(),))


def test_isolated_reads_nothing_and_config_reads_one_file_for_all(write: Writer) -> None:
    top = write(
        {
            "pyproject.toml": "[tool.clip-lint]\npreview = true\n",
            "conf/other.toml": "quiet = true\n",
            "a/x.py": "",
        }
    )
    alone = Configuration(Overrides(), str(top), isolated=True).for_folder(str(top))
    assert (alone.preview, alone.file) == (False, "")
    given = Configuration(Overrides(), str(top), file="conf/other.toml").for_folder(str(top / "a"))
    assert (given.preview, given.quiet, given.base) == (False, True, str(top / "conf"))


def test_the_command_line_has_the_last_word(write: Writer) -> None:
    top = write(
        {"pyproject.toml": "[tool.clip-lint]\nquiet = true\nextend-exclude = ['a']\nselect = ['CLP2']\n"
                           "target-versions = {transformers = '4', chromadb = '1'}\n"}
    )  # fmt: skip
    overrides = Overrides(
        {"quiet": False, "extend_exclude": ("b",), "target_versions": (("transformers", "==5.*"),)},
        Stage(("CLP4",)),
    )
    merged = Configuration(overrides, str(top)).for_folder(str(top))
    assert not merged.quiet
    assert merged.extend_exclude == ("a", "b")
    assert dict(merged.target_versions) == {"chromadb": "==1.*", "transformers": "==5.*"}
    assert all(code.startswith("CLP4") for code in merged.codes(rules()))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("selct = []", "`tool.clip-lint.selct`: unknown key; did you mean 'select'?"),
        (
            "select = ['CLP2O1']",
            "`tool.clip-lint.select`: no rule, prefix or name 'CLP2O1'; did you mean 'CLP201'?",
        ),
        ("select = 'CLP201'", "`tool.clip-lint.select`: must be a list of strings"),
        ("preview = 1", "`tool.clip-lint.preview`: must be true or false"),
        ("min-severity = 'warn'", "must be one of note, warning, error; did you mean 'warning'?"),
        ("min-severity = 3", "must be one of note, warning, error"),
        ("exclude = ['[z-a]']", "is not a path pattern"),
        ("per-file-ignores = []", "must be a table"),
        ("per-file-ignores = {'[z-a]' = []}", "is not a path pattern"),
        ("per-file-ignores = {'a' = ['XYZ']}", '`tool.clip-lint.per-file-ignores."a"`: no rule'),
        ("target-versions = 5", "must be a table"),
        ("target-versions = {transformer = '5'}", "did you mean 'transformers'?"),
        ("target-versions = {transformers = 'five'}", "is neither a version nor a range"),
        ("target-versions = {transformers = true}", "must be a version or a range"),
        ("severity = {CLP402 = 'info'}", "`tool.clip-lint.severity.CLP402`: must be one of"),
        ("severity = {CLP999 = 'note'}", "no rule"),
        ("severity = 'note'", "must be a table"),
        ("extra-libraries = ['gone.toml']", "no such file"),
        ("output-format = 'xml'", "no output format 'xml'"),
        ("output-format = ['json:']", "names no file"),
        ("output-format = 'jsn'", "did you mean 'json'?"),
        ("color = 'blue'", "must be one of auto, always, never"),
        ("cache-dir = ''", "must be a path"),
        ("workers = -1", "must be a number"),
        ("workers = true", "must be a number"),
        ("= 3", "not TOML"),
    ],
)
def test_faults_name_file_key_and_remedy(write: Writer, line: str, message: str) -> None:
    top = write({"pyproject.toml": f"[tool.clip-lint]\n{line}\n"})
    with pytest.raises(ConfigError) as error:
        settings(top, file="pyproject.toml")
    assert str(error.value).startswith(f"{top}/pyproject.toml: ")
    assert message in str(error.value)


def test_keys_of_a_file_of_its_own_are_named_plainly(write: Writer) -> None:
    top = write({"clip-lint.toml": "selct = []\n"})
    with pytest.raises(ConfigError, match=r"clip-lint.toml: `selct`: unknown key"):
        settings(top)


@pytest.mark.parametrize("text", ["[tool]\nclip-lint = 3\n", "[tool.clip-lint]\n\xff"])
def test_odd_tables_are_refused(write: Writer, text: str) -> None:
    top = write({"pyproject.toml": text.encode("latin-1")})
    with pytest.raises(ConfigError, match=r"must be a table|not TOML"):
        settings(top)


def test_a_configuration_asked_for_must_be_there(write: Writer) -> None:
    top = write({"pyproject.toml": "[tool.other]\n"})
    with pytest.raises(ConfigError, match="cannot be read"):
        Configuration(Overrides(), str(top), file="gone.toml")
    with pytest.raises(ConfigError, match=r"no table \[tool.clip-lint\]"):
        Configuration(Overrides(), str(top), file="pyproject.toml")


def test_per_file_ignores_match_from_their_configuration(write: Writer) -> None:
    top = write(
        {
            "pyproject.toml": "[tool.clip-lint.per-file-ignores]\n'tests/*' = ['CLP4']\n'!src/**' = ['unnormalized-similarity']\n"
        }
    )
    known = settings(top)
    assert "CLP402" in known.ignored_in(str(top / "tests/a/b.py"), rules())
    assert known.ignored_in(str(top / "src/a.py"), rules()) == frozenset()
    assert known.ignored_in(str(top / "other.py"), rules()) == {"CLP201"}
