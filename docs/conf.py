"""The documentation site: `python -m sphinx -W docs site`.

Pages that exist elsewhere are not written twice: the README becomes the front page, and the other files of the top folder, the bundled
models' card, each card of rules/ and each page of references/ a page of its own. They are made here, beside the pages that are
only in docs/, and are not kept in git. So is the reference of the command line.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clip_lint import __version__
from clip_lint.cli.main import cli
from clip_lint.core.cards import load_cards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from clip_lint.core.cards import Rule

HERE = Path(__file__).parent
TOP = HERE.parent
_LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)\s#]+\.md)(?P<place>#[^)\s]*)?\)")

project = "clip-lint"
author = "clip-lint contributors"
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

PARTS = {
    "Using it": (
        "commands",
        "settings",
        "suppressions",
        "fixes",
        "scan",
        "speed",
        "verify",
        "observe",
        "rules",
    ),
    "With other programs": ("ci", "editors", "assistants", "python_api", "codemods"),
    "Extending and trusting it": (
        "libraries",
        "design",
        "prompts",
        "models",
        "security",
        "contributing",
        "changelog",
    ),
}
"""The pages beside the front page, the cards and the references, in their order."""
ELSEWHERE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "fixtures/models/README.md": "models.md",
}
"""Files of the project that are pages under another name."""
EXAMPLES = {
    "bad": "Reported, on the lines that a comment marks:",
    "good": "Not reported:",
    "fixed": "Repaired:",
}


def toctree(caption: str, pages: list[str]) -> str:
    """A part of the navigation."""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""])


def relinked(text: str, file: str) -> str:
    """A page of ``file`` with its links to files of the project as links to their pages."""
    made = _page_of(file)

    def link(found: re.Match[str]) -> str:
        target, place = found["target"], found["place"] or ""
        path = os.path.normpath(os.path.join(os.path.dirname(file), target))  # noqa: PTH118, PTH120 (paths of the site)
        return f"]({os.path.relpath(_page_of(path), os.path.dirname(made) or '.')}{place})"  # noqa: PTH120

    return _LINK.sub(link, text)


def _page_of(file: str) -> str:
    return ELSEWHERE.get(file, file.removeprefix("docs/"))


def front_page() -> str:
    """The README, with the whole site behind it."""
    topics = [f"references/{path.stem}" for path in sorted((TOP / "references").glob("*.md"))]
    trees = [toctree(caption, list(pages)) for caption, pages in PARTS.items()]
    return "\n".join([_written("README.md"), *trees, toctree("What models can do", topics)])


def _written(file: str) -> str:
    return relinked((TOP / file).read_text(encoding="utf-8"), file)


def commands_page() -> str:
    """What `--help` says of each command."""
    lines = ["# Commands", "", "What each command says with `--help`.", ""]
    context = click.Context(cli, info_name="clip-lint", terminal_width=100, max_content_width=100)
    for name, command in [("", cli), *_below(cli, context)]:
        inside = click.Context(
            command, info_name=f"clip-lint {name}".strip(), terminal_width=100, max_content_width=100
        )
        inside.help_option_names = ["-h", "--help"]
        lines += [f"## clip-lint {name}".rstrip(), "", "```text", command.get_help(inside), "```", ""]
    return "\n".join(lines)


def _below(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """The commands of a group and of the groups in it, by what is typed after the program's name."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and name != "check":
            yield name, command
            if isinstance(command, click.Group):
                yield from ((f"{name} {inner}", each) for inner, each in _below(command, context))


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


def pages() -> dict[str, str]:
    """Every page that is made, by its path below docs/."""
    made = {page: _written(file) for file, page in ELSEWHERE.items() if page != "index.md"}
    made |= {"index.md": front_page(), "commands.md": commands_page()}
    made |= {
        f"rules/{rule.card}": relinked(card_page(rule), f"rules/{rule.card}")
        for rule in load_cards().values()
    }
    for path in (TOP / "references").glob("*.md"):
        made[f"references/{path.name}"] = _written(f"references/{path.name}")
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


def read_page(_: Sphinx, name: str, content: list[str]) -> None:
    """The pages that are only in docs/: their links, and the cards below the table of rules."""
    if (HERE / f"{name}.md").is_file() and f"{name}.md" not in pages():
        content[0] = relinked(content[0], f"docs/{name}.md")
        if name == "rules":
            cards = [
                f"{rule.code} {rule.name} <rules/{rule.card.removesuffix('.md')}>"
                for rule in load_cards().values()
            ]
            content[0] += "\n" + "\n".join(["```{toctree}", ":hidden:", "", *cards, "```", ""])


def setup(app: Sphinx) -> None:
    """Make the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", read_page)
