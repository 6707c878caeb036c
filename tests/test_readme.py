"""The README agrees with the program, the references, the configuration and the command line; it is short.

Run as a program it writes the table of rules and the example's output anew: ``python tests/test_readme.py``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from clip_lint.core.cards import load_rules
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
RULES = ROOT / "docs" / "rules.md"
_TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)
_RUN = re.compile(r"(?<=<!-- run -->\n).*?(?=<!-- /run -->)", re.DOTALL)
_SHOWN = re.compile(r"moderate\.py:\d+:\d+: (?:CLP204|CLP302) ")
_FAMILIES = {
    "0": "About clip-lint itself",
    "1": "Prompts",
    "2": "Scores",
    "3": "Inputs",
    "4": "Running",
    "5": "Training",
}


def rule_table() -> str:
    """The tables of rules, one per family, from the cards."""
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
        lines.append(f"| {rule.code} | [{rule.name}](../rules/{rule.card}) | {severity} | {summary} |")
    return "\n".join([*lines, "", ""])


def example_output() -> str:
    """What the README's command prints of two findings, and its last line."""
    environment = {**os.environ, "NO_COLOR": "1", "XDG_CONFIG_HOME": os.devnull}
    done = subprocess.run(
        [sys.executable, "-m", "clip_lint", "--no-cache", "fixtures/example/"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    findings, _, summary = done.stdout.partition("\nFound ")
    shown = [finding for finding in findings.split("\n\n") if _SHOWN.search(finding)]
    assert len(shown) == 2
    total = "Found " + summary.partition("\n")[0]
    return "\n".join(["", "```text", "\n\n".join([*shown, total]), "```", ""])


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language, without their indentation."""
    text = README.read_text(encoding="utf-8")
    return [
        textwrap.dedent(block)
        for block in re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    ]


def test_rule_table_is_the_cards() -> None:
    found = _TABLE.search(RULES.read_text(encoding="utf-8"))
    assert found
    assert found[0] == rule_table(), "write it anew: python tests/test_readme.py"


def test_the_output_is_what_the_program_prints() -> None:
    text = README.read_text(encoding="utf-8")
    found = _RUN.search(text)
    assert found
    assert found[0] == example_output(), "write it anew: python tests/test_readme.py"
    counts = [
        int(number)
        for number in re.findall(r"(\d+) (?:error|warning|note)s?", found[0].rpartition("Found")[2])
    ]
    assert f"It prints {sum(counts)} findings" in text


def test_a_newcomer_reads_it_in_five_minutes() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 1500


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
    settings = Configuration(Overrides({}, Stage()), str(tmp_path)).for_folder(str(tmp_path))
    codes = settings.codes(load_rules())
    assert "CLP201" in codes
    assert "CLP110" not in codes
    assert "CLP402" in settings.ignored_in(str(tmp_path / "tests" / "one.py"), load_rules())


if __name__ == "__main__":
    for file, pattern, made in ((RULES, _TABLE, rule_table()), (README, _RUN, example_output())):
        text = file.read_text(encoding="utf-8")
        found = pattern.search(text)
        assert found
        file.write_text(text[: found.start()] + made + text[found.end() :], encoding="utf-8")


def test_figures_on_other_peoples_prompts_are_those_of_their_page() -> None:
    page = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
    for kind, row in (
        ("prompts", "right verdict on prompts"),
        ("questions", "the same on questions in sentences"),
    ):
        now = []
        for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
            lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
            if "now, not seen" in lines[0]:
                [found] = [line for line in lines if line[0] == f"verdict right: {kind}"]
                now.append(found[lines[0].index("now, not seen")])
        assert f"{row} | {', '.join(now)} |" in README.read_text(encoding="utf-8")
