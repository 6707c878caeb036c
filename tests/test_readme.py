"""The README agrees with the cards, the references, the configuration and the command line.

Run as a program it writes the rule table into the README: ``python tests/test_readme.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from clip_lint.cli import main as cli
from clip_lint.cli.group import COMMANDS
from clip_lint.core.cards import load_rules
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.settings.selection import Stage

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)
_FAMILIES = {"0": "About clip-lint itself", "1": "Prompts", "2": "Scores", "3": "Inputs", "4": "Running"}


def rule_table() -> str:
    """The README's rule tables, one per family, from the cards."""
    lines: list[str] = []
    family = ""
    for rule in load_rules().values():
        if rule.code[3] != family:
            family = rule.code[3]
            lines += [
                "",
                f"**{_FAMILIES[family]}**",
                "",
                "| code | name | severity | what it reports |",
                "|---|---|---|---|",
            ]
        severity = f"{rule.severity}, preview" if rule.is_preview else str(rule.severity)
        summary = rule.summary.replace("|", "\\|")
        lines.append(f"| {rule.code} | [{rule.name}](rules/{rule.card}) | {severity} | {summary} |")
    return "\n".join([*lines, "", ""])


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_rule_table_is_the_cards() -> None:
    found = _TABLE.search(README.read_text(encoding="utf-8"))
    assert found
    assert found[0] == rule_table(), "write it anew: python tests/test_readme.py"


def test_two_set_up_commands() -> None:
    assert blocks("bash") == [
        "python -m pip install . && clip-lint fixtures/example/\n",
        'python -m pip install -c constraints.txt -e ".[dev,verify,lsp,mcp,watch,docs]" && python -m pytest -n auto\n',
    ]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).is_file(), target


def test_every_topic_is_linked() -> None:
    linked = set(re.findall(r"\]\((references/\w+\.md)\)", README.read_text(encoding="utf-8")))
    assert linked == {f"references/{page.name}" for page in (ROOT / "references").glob("*.md")}


def test_configuration_is_accepted(tmp_path: Path) -> None:
    """The example is read without complaint, and says what it seems to say."""
    (block,) = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    for library in tomllib.loads(block)["tool"]["clip-lint"]["extra-libraries"]:
        (tmp_path / library).parent.mkdir(exist_ok=True)
        (tmp_path / library).write_text('package = "ours"\n', encoding="utf-8")
    settings = Configuration(Overrides({}, Stage()), str(tmp_path)).for_folder(str(tmp_path))
    codes = settings.codes(load_rules())
    assert "CLP201" in codes
    assert "CLP110" not in codes
    assert "CLP402" in settings.ignored_in(str(tmp_path / "tests" / "one.py"), load_rules())


def _options(command: click.Command) -> Iterator[click.Parameter]:
    """The options of a command and of those below it."""
    yield from command.params
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _options(inner)


def test_options_exist() -> None:
    """Every option and command that the README names is one of the command line's."""
    text = "\n".join(part for part in re.findall(r"`([^`\n]+)`", README.read_text(encoding="utf-8")))
    known = {name for option in _options(cli.cli) for name in (*option.opts, *option.secondary_opts)}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert named
    assert named <= known
    commands = set(re.findall(r"^clip-lint ([a-z]+)\b", text, re.MULTILINE)) - {"src"}
    assert commands <= {*cli.cli.commands, *COMMANDS}


def test_keys_exist(tmp_path: Path) -> None:
    """The keys that are only listed are known: a wrong value is the complaint, never an unknown key."""
    listed = re.search(r"command line's options: (.+?)\.\n", README.read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    keys = re.findall(r"`([a-z-]+)`", listed[1])
    assert len(keys) > 10
    for key in keys:
        (tmp_path / "pyproject.toml").write_text(f"[tool.clip-lint]\n{key} = 1979-05-27\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=key) as caught:
            Configuration(Overrides({}, Stage()), str(tmp_path)).for_folder(str(tmp_path))
        assert "unknown" not in str(caught.value), key


if __name__ == "__main__":
    README.write_text(
        _TABLE.sub(lambda _: rule_table(), README.read_text(encoding="utf-8")), encoding="utf-8"
    )
