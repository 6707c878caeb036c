"""What can be explained: the rules' cards and the reference pages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from clip_lint.core import unreadable
from clip_lint.core.cards import load_cards
from clip_lint.core.home import rule_url
from clip_lint.core.texts import texts_in
from clip_lint.settings.selection import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./)?(?:references/)?(\w+)\.md(?:#[\w-]*)?\)")


@cache
def references() -> Mapping[str, str]:
    """The text of each page by its topic."""
    return {name.removesuffix(".md"): text for name, text in texts_in(files("clip_lint.references"), ".md")}


@cache
def aliases() -> Mapping[str, str]:
    """The topic of each word that people type in place of it; blanks, hyphens and underscores are all blanks here."""
    table = tomllib.loads(files("clip_lint.knowledge").joinpath("topics.toml").read_text("utf-8"))
    words = {_plain(word): topic for topic, typed in table.items() for word in typed}
    return {**words, **{_plain(topic): topic for topic in references()}}


def _plain(topic: str) -> str:
    return " ".join(re.split(r"[\s_-]+", topic.lower().strip()))


def title(page: str) -> str:
    """A page's title."""
    return page.partition("\n")[0].removeprefix("# ").strip()


def section(page: str, name: str) -> str:
    """The text below a page's second-level heading; KeyError if there is no such heading."""
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if found is None:
        raise KeyError(name)
    return found[1].strip()


def standing_alone(text: str) -> str:
    """Text whose links between pages are commands that print the page."""
    return _LINK.sub(lambda match: f"{' '.join(match[1].split())} (`clip-lint explain {match[2]}`)", text)


def page(topic: str) -> tuple[str, str]:
    """Title and Markdown of a rule or a reference page; LookupError names the nearest right word."""
    cards = load_cards()
    if topic.upper() == unreadable.CODE or topic.lower() == unreadable.NAME:
        return f"# {unreadable.CODE}: {unreadable.NAME}\n\n{unreadable.SUMMARY}", unreadable.ABOUT
    for rule in cards.values():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            retired = f" (retired: {rule.retired})" if rule.retired else ""
            return f"# {rule.code}: {rule.name}{retired}\n\n{rule.summary}", rule.markdown
    pages = references()
    if wanted := aliases().get(_plain(topic)):
        heading, _, body = pages[wanted].partition("\n")
        return heading, body
    known = [*cards, *(rule.name for rule in cards.values()), *pages, *aliases()]
    raise LookupError(
        f"no rule or topic {topic!r}{nearest(topic, known) or '.'} Topics: {', '.join(pages)}; rules: `clip-lint rules`."
    )


def brief(topic: str, markdown: str) -> str:
    """A page as it is printed unless more is asked for: of a card's programs the first that is at fault, and its repair."""
    for rule in load_cards().values():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            above, _, rest = markdown.partition("## Examples\n")
            below = rest[rest.index("\n## ") :] if "\n## " in rest else ""
            first = [each for each in rule.examples if each.kind != "good"][:2]
            shown = first if [each.kind for each in first] == ["bad", "fixed"] else first[:1]
            programs = "\n".join(f"```python\n{each.written.strip()}\n```\n" for each in shown)
            more = (
                f"\nMore: `clip-lint explain {rule.code} --examples`.\n"
                if len(rule.examples) > len(shown)
                else ""
            )
            url = rule_url(rule.code)
            return f"{above}## Examples\n{programs}{more}{below}" + (f"\n\n{url}\n" if url else "")
    return markdown
