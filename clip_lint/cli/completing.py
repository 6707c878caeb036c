"""What a shell may complete: codes, names, topics and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.settings.formats import FORMATS

if TYPE_CHECKING:
    import click


def codes(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Rules after the last comma: their codes, and their names where letters of one are typed."""
    from clip_lint.settings.values import rules  # noqa: PLC0415  (46 cards to read)

    before, comma, last = incomplete.rpartition(",")
    known = ["ALL", *rules(), *(rule.name for rule in rules().values())]
    return [
        f"{before}{comma}{each}" for each in known if each.lower().startswith(last.lower()) and last != each
    ]


def topics(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What can be explained."""
    from clip_lint.core.unreadable import CODE  # noqa: PLC0415
    from clip_lint.report.pages import aliases, references  # noqa: PLC0415
    from clip_lint.settings.values import rules  # noqa: PLC0415

    known = [CODE, *rules(), *(rule.name for rule in rules().values()), *references()]
    known += [word for word in aliases() if " " not in word and word not in references()]
    return [each for each in known if each.lower().startswith(incomplete.lower())]


def formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The output formats."""
    return [each for each in FORMATS if each.startswith(incomplete)]
