"""What the project is called and where it lives: the one place that holds its addresses.

Until it is public both are empty. Then reports name no page, and hints to install something name what works everywhere:
the libraries themselves, and a checkout. `python changelog.d/release.py` fills them in.
"""

from __future__ import annotations

from clip_lint.core.version import __version__

NAME = "clip-lint"
REPOSITORY = ""
"""Where the code lies, without a slash at the end."""
SITE = ""
"""Where the documentation lies, without a slash at the end."""


def card_url(card: str) -> str:
    """The page of a rule by its card's file name; empty until there is a site or a repository."""
    if SITE:
        return f"{SITE}/rules/{card.removesuffix('.md')}.html"
    return f"{REPOSITORY}/blob/v{__version__}/rules/{card}" if REPOSITORY else ""


def rule_url(code: str) -> str:
    """The page of a rule by its code; empty where it has no card, too."""
    from clip_lint.core.cards import load_cards  # noqa: PLC0415 (only reports that link to pages need the cards)

    rule = load_cards().get(code) if SITE or REPOSITORY else None
    return card_url(rule.card) if rule is not None else ""


def install(extra: str) -> str:
    """The line that installs what an extra brings."""
    if REPOSITORY:
        return f"pip install '{NAME}[{extra}]'"
    return f"pip install {' '.join(map(repr, _needed(extra)))}"


def install_models() -> str:
    """The line that installs the bundled models."""
    return (
        f"pip install {NAME}-models"
        if REPOSITORY
        else f"in a checkout of {NAME}, pip install ./fixtures/models"
    )


def _needed(extra: str) -> list[str]:
    """What an extra needs beyond the program itself, as its metadata say; where there are none, the extra of a checkout."""
    from importlib import metadata  # noqa: PLC0415 (only who lacks something pays for it)

    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    try:
        lines = metadata.requires(NAME) or []
        wanted = [Requirement(line) for line in lines if "extra" in line]
    except (metadata.PackageNotFoundError, InvalidRequirement):
        wanted = []
    named = [
        f"{item.name}{item.specifier}"
        for item in wanted
        if item.marker and item.marker.evaluate({"extra": extra})
    ]
    return named or [f".[{extra}]"]
