"""`--config FILE` and `--config 'KEY = VALUE'`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from clip_lint.core.toml import loads
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHERE = "--config"


def configured(given: Sequence[str], base: str) -> tuple[str | None, Overrides]:
    """The configuration file that is named, None where none is, and what the values say."""
    files = [each for each in given if "=" not in each or os.path.lexists(os.path.join(base, each))]
    if len(files) > 1:
        raise click.UsageError("--config names two files; one holds for all")
    inline = [each for each in given if each not in files]
    return (files[0] if files else None), _overrides(inline, base) if inline else Overrides()


def over(values: dict[str, Any], stage: Stage, inline: Overrides) -> Overrides:
    """Options over the values of ``--config``; rules that both name are named together."""
    below = inline.stage
    return Overrides(
        {**inline.values, **values},
        Stage(
            stage.select if stage.select is not None else below.select,
            below.extend_select + stage.extend_select,
            below.ignore + stage.ignore,
        ),
    )


def _overrides(inline: Sequence[str], base: str) -> Overrides:
    from clip_lint.settings.table import overrides_in  # noqa: PLC0415

    try:
        table = loads("\n".join(inline))
    except ValueError as error:
        raise click.UsageError(f"--config: neither a file nor KEY = VALUE in TOML: {error}") from None
    return overrides_in(table, _WHERE, base)
