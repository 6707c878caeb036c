"""Single values of settings, as the configuration and the command line give them: what is wrong with one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.settings.formats import FORMATS
from clip_lint.settings.globs import LONGEST, MOST, globs
from clip_lint.settings.model import ConfigError
from clip_lint.settings.selection import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.core.cards import Rule

_LONGEST_VERSION = 200


def rules() -> Mapping[str, Rule]:
    """The rule cards, loaded only once a selector or a finding needs them."""
    from clip_lint.core.cards import load_rules  # noqa: PLC0415  (45 cards to read)

    return load_rules()


def target_version(package: str, text: str) -> tuple[str, str]:
    """``transformers``, ``5`` -> the distribution's normalised name and a specifier; ConfigError says what is wrong."""
    from clip_lint.knowledge.versions import canonical, newest  # noqa: PLC0415

    name = canonical(package)
    if name not in newest():
        raise ConfigError(f"no rule depends on the version of {package!r}{nearest(name, newest())}")
    specifier = specifier_of(text)
    if specifier is None:
        shown = text if len(text) <= _LONGEST_VERSION else f"{text[:30]}..."
        raise ConfigError(f"{shown!r} is neither a version nor a range such as '>=4.40,<5'")
    return name, specifier


def bad_pattern(patterns: tuple[str, ...], base: str) -> str | None:
    """What is wrong with path patterns, None where nothing is."""
    if len(patterns) > MOST:
        return f"more than {MOST:,} patterns"
    for pattern in patterns:
        if len(pattern) > LONGEST:
            return f"{pattern[:30] + '...'!r} is not a path pattern: it is longer than {LONGEST:,} characters"
        try:
            globs((pattern,), base)
        except re.error as error:
            return f"{pattern!r} is not a path pattern: {error}"
    return None


def bad_format(text: str) -> str | None:
    """What is wrong with ``FORMAT`` or ``FORMAT:PATH``, None where nothing is."""
    name, colon, path = text.partition(":")
    if name not in FORMATS:
        return f"no output format {name!r} ({', '.join(FORMATS)}){nearest(name, FORMATS)}"
    return f"{text!r} names no file after the colon" if colon and not path else None


def specifier_of(text: str) -> str | None:
    """A version as people write one (``5``, ``4.40``, ``>=4.40,<5``) as a specifier; None if it is neither."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  (only where versions are given)

    bare = text.strip()
    if len(bare) > _LONGEST_VERSION:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", bare):
        bare = f"=={bare}.*"
    elif re.fullmatch(r"\d+(\.\d+){2,}", bare):
        bare = f"=={bare}"
    try:
        return str(SpecifierSet(bare)) if bare else None
    except (InvalidSpecifier, ValueError):
        return None
