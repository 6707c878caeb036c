"""What mending changes, as a unified diff that `patch` and `git apply` understand; a notebook's by cell.

It takes time in proportion to the file, which `difflib` alone does not: that compares only what stands between lines that both have once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from clip_lint.core.place import Position
from clip_lint.fixing.buffers import UneditableError, open_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.core.finding import Edit
    from clip_lint.fixing.buffers import Document, Text

    Block = tuple[int, int, int, int]

_CONTEXT = 3
_MOST_COMPARED = 250_000
"""Pairs of lines that `difflib` may have to compare at once; more without a line that both have once are told as replaced."""
_DEEPEST = 20


def difference(path: str, name: str, old: bytes, new: bytes) -> Iterator[str]:
    """The lines (with their ends) of the diff between two contents of a file."""
    return between(name, open_document(path, old), open_document(path, new))


def between(name: str, before: Document, after: Document) -> Iterator[str]:
    """The lines (with their ends) of the diff between two documents."""
    for cell, text in before.texts.items():
        if text.raw != after.texts[cell].raw:
            old, new = _lines(text.raw), _lines(after.texts[cell].raw)
            yield from _titles(name, cell)
            yield from _hunks(old, new, 0, 0)


def of_edits(name: str, document: Document, edits: Iterable[Edit]) -> Iterator[str]:
    """The lines (with their ends) of the diff that edits make (in order of place, each with its cell).

    Only what stands around the edits is looked at, since thousands of repairs may be shown of one file.
    """
    cells: dict[int, list[Edit]] = {}
    for edit in edits:
        cells.setdefault(edit.cell or 0, []).append(edit)
    for cell, own in cells.items():
        if cell not in document.texts:
            raise UneditableError(f"cell {cell} cannot be edited: it is not plain Python")
        hunks = [*_around(document.texts[cell], own)]
        if hunks:
            yield from _titles(name, cell)
            yield from hunks


def changes(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Where two texts differ, in order: first and end line (from 0) in the old one and in the new one."""
    return [*_changes(old, new, (0, len(old), 0, len(new)), 0)]


def _changes(old: Sequence[str], new: Sequence[str], block: Block, depth: int) -> Iterator[Block]:
    first, end, begin, stop = block
    while first < end and begin < stop and old[first] == new[begin]:
        first, begin = first + 1, begin + 1
    while first < end and begin < stop and old[end - 1] == new[stop - 1]:
        end, stop = end - 1, stop - 1
    if first == end and begin == stop:
        return
    if (end - first) * (stop - begin) <= _MOST_COMPARED:
        for tag, *found in SequenceMatcher(None, old[first:end], new[begin:stop]).get_opcodes():
            if tag != "equal":
                yield first + found[0], first + found[1], begin + found[2], begin + found[3]
        return
    pairs = _pairs(old, new, (first, end, begin, stop)) if depth < _DEEPEST else []
    if not pairs:
        yield first, end, begin, stop
        return
    for one, other in [*pairs, (end, stop)]:
        yield from _changes(old, new, (first, one, begin, other), depth + 1)
        first, begin = one, other


def _pairs(old: Sequence[str], new: Sequence[str], block: Block) -> list[tuple[int, int]]:
    """The lines that both have once, as many as come in the same order."""
    first, end, begin, stop = block
    counts = Counter(old[first:end]), Counter(new[begin:stop])
    places = {new[at]: at for at in range(begin, stop) if counts[0][new[at]] == counts[1][new[at]] == 1}
    tails: list[int] = []
    chain: list[tuple[int, int, int]] = []
    last: list[int] = []
    for at in range(first, end):
        there = places.get(old[at])
        if there is not None:
            length = bisect_left(tails, there)
            chain.append((at, there, last[length - 1] if length else -1))
            tails[length : length + 1] = [there]
            last[length : length + 1] = [len(chain) - 1]
    found = []
    link = last[-1] if last else -1
    while link >= 0:
        at, there, link = chain[link]
        found.append((at, there))
    return found[::-1]


def _around(text: Text, edits: Sequence[Edit]) -> Iterator[str]:
    shift = 0
    for group in _groups(edits):
        above = max(group[0].start.line - _CONTEXT, 1) - 1
        part = text.part(above, group[-1].end.line + _CONTEXT)
        moved = [replace(each, start=_up(each.start, above), end=_up(each.end, above)) for each in group]
        old, new = _lines(part.raw), _lines(part.edited(moved)[0].raw)
        yield from _hunks(old, new, above, above + shift)
        shift += len(new) - len(old)


def _groups(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits that one part of a file shows together."""
    group: list[Edit] = []
    for edit in edits:
        if group and edit.start.line - group[-1].end.line > 2 * _CONTEXT:
            yield group
            group = []
        group.append(edit)
    yield group


def _up(position: Position, lines: int) -> Position:
    return Position(position.line - lines, position.column)


def _titles(name: str, cell: int) -> Iterator[str]:
    title = name.lstrip("/") + (f":cell {cell}" if cell else "")
    yield f"--- a/{title}\n"
    yield f"+++ b/{title}\n"


def _hunks(old: Sequence[str], new: Sequence[str], above: int, now_above: int) -> Iterator[str]:
    """The hunks; ``above`` lines stand before the old text, ``now_above`` before the new one."""
    hunk: list[Block] = []
    for block in changes(old, new):
        if hunk and block[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield from _hunk(old, new, hunk, above, now_above)
            hunk = []
        hunk.append(block)
    if hunk:
        yield from _hunk(old, new, hunk, above, now_above)


def _hunk(
    old: Sequence[str], new: Sequence[str], blocks: Sequence[Block], above: int, now_above: int
) -> Iterator[str]:
    lead = min(_CONTEXT, blocks[0][0])
    first, begin = blocks[0][0] - lead, blocks[0][2] - lead
    tail = min(_CONTEXT, len(old) - blocks[-1][1])
    end, stop = blocks[-1][1] + tail, blocks[-1][3] + tail
    yield f"@@ -{_range(above + first, end - first)} +{_range(now_above + begin, stop - begin)} @@\n"
    for start, until, there, now in blocks:
        yield from _marked(" ", old[first:start])
        yield from _marked("-", old[start:until])
        yield from _marked("+", new[there:now])
        first = until
    yield from _marked(" ", old[first:end])


def _range(first: int, count: int) -> str:
    """Lines as a hunk's head counts them."""
    if count == 1:
        return str(first + 1)
    return f"{first + (count > 0)},{count}"


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends; `str.splitlines` would also break at form feeds and other marks."""
    parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else [])]
