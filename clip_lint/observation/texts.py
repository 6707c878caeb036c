"""The texts that a run gave to a tokenizer, read as the linter reads prompts."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.finding import Severity
from clip_lint.observation.seen import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place

_HOLE = re.compile(r"\{[^{}]*\}|%\w")


def sightings(seen: Iterable[tuple[tuple[str, ...], tuple[Place, ...]]]) -> Iterator[Sighting]:
    """What can be said against the sets of texts that were seen."""
    from clip_lint.engine.query import by_grammar  # noqa: PLC0415 - the grammar is for afterwards
    from clip_lint.engine.requests import Request, RequestError  # noqa: PLC0415

    for texts, places in seen:
        try:
            found = by_grammar(Request(texts, is_set=len(texts) > 1)).findings
        except RequestError:
            continue
        for code in dict.fromkeys(finding.code for finding in found):
            worst = max(finding.severity for finding in found if finding.code == code)
            words = f"the tokenizer got {_told(texts)}"
            yield Sighting(code, True, places, words, worst >= Severity.ERROR, texts=texts)


def _told(texts: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{text if len(text) < 60 else text[:57] + '...'}`" for text in texts[:3])
    return shown + (f" and {len(texts) - 3} more" if len(texts) > 3 else "")


def is_about(finding: Finding, sighting: Sighting, base: Path) -> bool:
    """Whether the text that a finding is about is among those seen."""
    if all(place.path != finding.place.path for place in sighting.places):
        return False
    if finding.request is not None and finding.request.prompts:
        return bool(set(finding.request.prompts) & set(sighting.texts))
    written = _written(str(base / finding.place.path), finding.place)
    return written is None or any(_fits(written, text) for text in sighting.texts)


def _fits(written: str, text: str) -> bool:
    """Whether a text may be what is written, put into a template or with its holes filled."""
    at = 0
    for part in _HOLE.split(written):
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@lru_cache(maxsize=1024)
def _written(file: str, place: Place) -> str | None:
    """The string that stands at a place, its holes in braces; None where it is no string."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    rows = lines[place.start.line - 1 : place.end.line]
    if not rows:
        return None
    rows[-1] = rows[-1][: place.end.column - 1]
    rows[0] = rows[0][place.start.column - 1 :]
    code = "\n".join(rows)
    try:
        tree = ast.parse(f"({code})", mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        return tree.value
    if isinstance(tree, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in tree.values)
    return None
