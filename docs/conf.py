"""The documentation site: `python -m sphinx -W docs site`.

Pages that exist elsewhere are not written twice: the README becomes the front page, the bundled models' card, each card
of rules/ and each page of references/ a page of its own. They are made here, beside the pages that are only in docs/, and
are not kept in git.
"""

from __future__ import annotations

import re
import shutil
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint import __version__
from clip_lint.core.cards import load_cards

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from clip_lint.core.cards import Rule

HERE = Path(__file__).parent
TOP = HERE.parent

project = "clip-lint"
author = "the clip-lint contributors"
version = release = __version__
extensions = ["myst_parser"]
nitpicky = True
smartquotes = False
myst_heading_anchors = 4
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"clip-lint {__version__}"
html_copy_source = False
html_show_sphinx = False
language = "en"

GUIDES = ("settings", "editors", "ci", "libraries", "codemods", "prompts", "python_api", "assistants")
"""The pages of docs/ in their order; one that is not there yet is left out."""
FAMILIES = {"0": "About clip-lint itself", "1": "Prompts", "2": "Scores", "3": "Inputs", "4": "Running"}
EXAMPLES = {
    "bad": "Reported, on the lines that a comment marks:",
    "good": "Not reported:",
    "fixed": "Repaired:",
}


def toctree(caption: str, pages: list[str]) -> str:
    """A part of the navigation."""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""])


def front_page() -> str:
    """The README, with the whole site behind it."""
    text = (TOP / "README.md").read_text(encoding="utf-8").replace("](docs/", "](")
    text = text.replace("](CHANGELOG.md)", "](changelog.md)").replace(
        "](fixtures/models/README.md)", "](models.md)"
    )
    guides = [page for page in GUIDES if (HERE / f"{page}.md").is_file()]
    topics = [f"references/{path.stem}" for path in sorted((TOP / "references").glob("*.md"))]
    parts = [toctree("Guides", [*guides, "models", "changelog"]), toctree("References", topics)]
    parts.append(toctree("Rules", [f"rules/{family}" for family in FAMILIES]))
    return text + "\n" + "\n".join(parts)


def card_page(rule: Rule) -> str:
    """A rule's card; what its front matter says comes first."""
    facts = {
        "Severity": f"{rule.severity}{', in preview' if rule.is_preview else ''}",
        "Fix": rule.fix.value if rule.fix else "none",
        "Measured by `--verify`": "yes" if rule.probe else "no",
        "Holds for": ", ".join(f"{name} {range_}" for name, range_ in rule.versions.items()),
    }
    if rule.retired:
        facts = {"Retired": rule.retired}
    rows = [f"- {name}: {value}" for name, value in facts.items() if value]
    lines = [f"# {rule.code}: {rule.name}", "", rule.summary, "", *rows, ""]
    body = re.sub(
        r"^```python (bad|good|fixed)\b(.*)$",
        lambda fence: f"{_example(fence[1], fence[2])}\n\n```python",
        rule.markdown,
        flags=re.MULTILINE,
    )
    return "\n".join(lines) + body


def _example(kind: str, options: str) -> str:
    """What stands above an example."""
    pinned = " ".join(options.split())
    return EXAMPLES[kind].replace(":", f" (with {pinned}):", 1) if pinned else EXAMPLES[kind]


def family_page(family: str, rules: list[Rule]) -> str:
    """The rules whose codes begin alike."""
    lines = [f"# {FAMILIES[family]}", "", "| code | name | severity | what it reports |", "|---|---|---|---|"]
    for rule in rules:
        summary = rule.summary.replace("|", "\\|")
        lines.append(f"| {rule.code} | [{rule.name}]({rule.card}) | {rule.severity} | {summary} |")
    pages = [f"{rule.code} {rule.name} <{rule.card.removesuffix('.md')}>" for rule in rules]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *pages, "```", ""])


def pages() -> dict[str, str]:
    """Every page that is made, by its path below docs/."""
    made = {
        "index.md": front_page(),
        "changelog.md": (TOP / "CHANGELOG.md").read_text(encoding="utf-8"),
        "models.md": (TOP / "fixtures/models/README.md").read_text(encoding="utf-8"),
    }
    cards = list(load_cards().values())
    made |= {f"rules/{rule.card}": card_page(rule) for rule in cards}
    for family, rules in groupby(cards, key=lambda rule: rule.code[3]):
        made[f"rules/{family}.md"] = family_page(family, list(rules))
    for path in (TOP / "references").glob("*.md"):
        made[f"references/{path.name}"] = path.read_text(encoding="utf-8")
    return made


def write_pages(_: Sphinx) -> None:
    """Put the pages where Sphinx reads them; what was made before and is gone now goes."""
    made = pages()
    for folder in ("rules", "references"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    for name, text in made.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Make the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
