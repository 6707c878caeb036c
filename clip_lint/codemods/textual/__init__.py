"""Repairs as edits of text: those that are not yet transformers on libcst's tree."""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clip_lint.codemods.textual.page import Page
    from clip_lint.core.finding import Finding, Fix
    from clip_lint.knowledge.versions import Versions
    from clip_lint.source.model import Source

    Maker = Callable[[Page, Finding], Fix]


def propose(findings: Sequence[Finding], source: Source, versions: Versions) -> dict[int, Fix]:
    """The fixes of some findings of one program, by the identity of the finding."""
    makers = _makers()
    wanted = [each for each in findings if each.code in makers and each.fix is None]
    if not wanted:
        return {}
    from clip_lint.codemods.textual.page import NoFixError, Page  # noqa: PLC0415  (only where something was found)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            page = Page(source, ast.parse(source.text), versions)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found = {}
    for finding in wanted:
        maker, order = makers[finding.code]
        try:
            found[id(finding)] = replace(maker(page, finding), order=order)
        except NoFixError:
            continue
    return found


def _makers() -> Mapping[str, tuple[Maker, int]]:
    from clip_lint.codemods.textual import batching, prompts  # noqa: PLC0415

    return {
        "CLP110": (prompts.template, 6),
        "CLP112": (prompts.readable, 6),
        "CLP403": (batching.batch, 8),
    }
