"""The values of options, checked; loaded where one is given."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from clip_lint.settings.model import ConfigError
from clip_lint.settings.selection import unknown
from clip_lint.settings.values import bad_format, bad_pattern, rules, target_version

if TYPE_CHECKING:
    from collections.abc import Sequence


def codes(param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Comma-separated selectors, checked."""
    selectors = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for selector in selectors:
        complaint = unknown(selector, rules())
        if complaint:
            raise click.BadParameter(complaint, param=param)
    return selectors


def patterns(param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Comma-separated path patterns, checked."""
    found = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    complaint = bad_pattern(found, os.getcwd())
    if complaint:
        raise click.BadParameter(complaint, param=param)
    return found


def formats(param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Output formats, checked."""
    for value in values:
        complaint = bad_format(value)
        if complaint:
            raise click.BadParameter(complaint, param=param)
    return tuple(values)


def targets(param: click.Parameter, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """``transformers=5`` or ``transformers>=4.40,<5``, checked."""
    found = []
    for value in values:
        match = re.fullmatch(r"([A-Za-z][\w.-]*?)\s*(?:=(?!=)|(?=[<>=!~]))\s*(\S.*)", value)
        if not match:
            raise click.BadParameter(f"{value!r} is not of the form package=version", param=param)
        try:
            found.append(target_version(match.group(1), match.group(2)))
        except ConfigError as error:
            raise click.BadParameter(str(error), param=param) from None
    return tuple(sorted(found))
