"""The keys of the configuration in one list, of which the reader, the schema and the page are made."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from quick import clip_lint

from clip_lint.settings.configuration import Configuration
from clip_lint.settings.keys import KEYS
from clip_lint.settings.model import ConfigError, Overrides, Settings
from clip_lint.settings.schema import MARK, reference, schema
from clip_lint.settings.table import TableReader, overrides_in

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "settings.md"
RIGHT = """
required-version = ">=0.1"
select = ["CLP2"]
severity = {CLP402 = "note"}
per-file-ignores = {"tests/*" = ["CLP402"]}
target-versions = {transformers = 5}
output-format = ["text", "json:out.json"]
color = "never"
workers = 2
cache = false
min-severity = "note"
"""
WRONG = [
    "selct = []", "select = 'CLP2'", "severity = {CLP402 = 'info'}", "workers = -1", "color = 'blue'", "output-format = 'xml'",
    "fix = 1", "cache-dir = ''", "per-file-ignores = {a = 1}", "min-severity = 3", "output-format = 3", "output-format = [3]",
    "select = [3]", "severity = 3", "target-versions = {transformers = true}", "required-version = ''", "workers = '2'",
]  # fmt: skip


def test_every_key_is_read_and_every_setting_has_a_key() -> None:
    reader = TableReader("/a/clip-lint.toml", "", is_own=True)
    assert reader._readers.keys() == KEYS.keys()
    names = {field.name.replace("_", "-") for field in fields(Settings)}
    apart = {"base", "file", "stages", "verifying", "ignore-noqa"}
    assert names - apart == KEYS.keys() - {"extend", "required-version", "select", "extend-select", "ignore"}


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8").partition(MARK)[2] == f"\n\n{reference()}"


ODD = [f"{key} = {value}" for key in KEYS for value in ("[[1]]", "{a = [[1]]}", "''", "1.5")]
"""What no key takes."""


@pytest.mark.parametrize("line", [*WRONG, *ODD])
def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path, line: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft7Validator(schema())
    (tmp_path / "a.toml").write_text(line)
    with pytest.raises(ConfigError):
        Configuration(Overrides(), str(tmp_path), file="a.toml")
    assert not validator.is_valid(tomllib.loads(line))


def test_the_schema_takes_what_the_reader_takes(tmp_path: Path) -> None:
    validator = pytest.importorskip("jsonschema").Draft7Validator(schema())
    (tmp_path / "a.toml").write_text(RIGHT)
    Configuration(Overrides(), str(tmp_path), file="a.toml")
    assert validator.is_valid(tomllib.loads(RIGHT))
    validator.check_schema(schema())


def test_only_a_file_builds_on_another() -> None:
    with pytest.raises(ConfigError, match="only a configuration file"):
        overrides_in({"extend": "a.toml"}, "--config", "/")


def test_the_command_lists_them(tmp_path: Path) -> None:
    text = clip_lint(tmp_path, "settings", status=0).stdout
    assert [line.split()[0] for line in text.splitlines()] == list(KEYS)
    assert clip_lint(tmp_path, "settings", "workers", status=0).stdout.startswith("workers  ")
    assert (
        json.loads(clip_lint(tmp_path, "settings", "--output-format", "schema", status=0).stdout) == schema()
    )
    assert "did you mean 'workers'?" in clip_lint(tmp_path, "settings", "worker", status=2).stderr
