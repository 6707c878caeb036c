"""`--show-files` and `--show-settings`: what a run would do, without doing it."""

from __future__ import annotations

import json
from dataclasses import fields
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.exits import CLEAN, FAILED
from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.engine.project import Project

_LEFT_OUT = frozenset({"verifying", "stages"})


def show(project: Project, paths: Sequence[str], *, files: bool, settings: bool) -> int:
    """Print the files that the paths stand for, or the settings of the first of them."""
    found = project.discover(paths)
    for problem in (*found.missing, *found.problems):
        click.echo(printable(str(problem)), err=True)
    if files:
        for target in found.targets:
            click.echo(printable(target.name))
    if settings:
        first = found.targets[0].settings if found.targets else project.configuration.for_folder(project.base)
        for stage in first.stages:
            for name in ("select", "extend_select", "ignore"):
                if getattr(stage, name):
                    _line(name, getattr(stage, name))
        for field in fields(first):
            if field.name not in _LEFT_OUT:
                _line(field.name, getattr(first, field.name))
    return FAILED if found.missing or found.problems else CLEAN


def _line(name: str, value: Any) -> None:
    click.echo(f"{name.replace('_', '-')} = {json.dumps(_plain(value))}")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        is_table = bool(value) and all(isinstance(each, tuple) and len(each) == 2 for each in value)
        return {key: _plain(each) for key, each in value} if is_table else [_plain(each) for each in value]
    return str(value) if isinstance(value, IntEnum) else value
