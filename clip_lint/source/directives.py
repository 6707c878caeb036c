"""The comments that silence findings: `# noqa`, `# clip-lint: ignore`, and `# clip-lint: disable` for a block or a body.

`noqa` and `ignore` are Ruff's: they hold for the statement that they stand at, or with `ignore-file` for the file. Who wants more
says `disable`, which means what it means to Ruff on a line of its own and to pylint behind code: from there to the `enable` with the same
codes or to the end of the block, and behind a `def`, `class`, `with` or another head for its body too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clip_lint.core.place import Place, Position
from clip_lint.settings.selection import matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.source.model import Source
    from clip_lint.syntax.comments import Comment

_DIRECTIVE = re.compile(
    r"#\s*clip-lint:\s*(?P<kind>ignore-file|ignore|disable|enable)(?![\w-])"
    r"(?:\s*(?:\[(?P<codes>[^\]#]*)\]?|=\s*(?P<bare>[\w-]+(?:\s*,\s*[\w-]+)*)))?[^#]*"
    r"|#\s*(?P<noqa>noqa)(?!\w)(?P<colon>\s*:\s*(?P<noqa_codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?)?",
    re.IGNORECASE,
)
MOST = 1_000
"""So many suppressions of one file are obeyed."""
_LONGEST_COMMENT = 1_000
_NO_END = 2**31
"""The last line of a cell, which is not looked up."""
_OWN_CODE = re.compile(r"CLP\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directive:
    """One suppression comment.

    ``codes`` is empty where it silences everything; a noqa's codes of other linters are not among them. ``first`` and
    ``last`` are the lines (of the file or cell) that it reaches; both 0 for the whole file. ``place`` is the comment's own
    part of the line, ``removal`` what goes away with it: blanks before it, the whole line where it stands alone.
    ``listed`` is the range of the list of codes, ``foreign`` are a noqa's other codes, which stay.
    """

    place: Place
    removal: tuple[Position, Position]
    codes: tuple[str, ...]
    first: int
    last: int
    is_noqa: bool
    foreign: tuple[str, ...]
    listed: tuple[Position, Position]
    kind: str = "ignore"
    """As written: ignore, ignore-file, disable or enable. An enable that is kept ends nothing."""
    closing: tuple[tuple[Position, Position], tuple[Position, Position]] | None = None
    """Of the enable that ends it, and it alone, the range to remove and that of its codes."""

    @property
    def is_for_file(self) -> bool:
        """Whether it silences the whole file."""
        return self.kind == "ignore-file"

    @property
    def is_accountable(self) -> bool:
        """Whether it must silence something: a bare noqa, or one for other linters, is not ours to judge."""
        return not self.is_noqa or bool(self.codes)

    def means(self, code: str, name: str) -> bool:
        """Whether findings of a rule are silenced where it reaches."""
        return self.kind != "enable" and (
            not self.codes or any(matches(each, code, name) for each in self.codes)
        )


def may_suppress(data: bytes) -> bool:
    """Whether a file could hold a suppression that must be accounted for; a bytes search."""
    return b"CLP" in data or b"clip-lint:" in data


def directives(source: Source, comments: Sequence[Comment] | None = None) -> tuple[Directive, ...]:
    """The suppression comments of a program; ``comments`` are all of its comments, where they are known already.

    A program that is not even made of Python's tokens has none: it is reported as unparsable elsewhere if it matters.
    """
    found: list[Directive] = []
    for comment in _comments(source) if comments is None else comments:
        written = comment.text[:_LONGEST_COMMENT]
        text = written.lower()
        if "noqa" in text or "clip-lint" in text:
            found += _read(source, (comment.line, comment.column, written), comment.first, comment.last)
        if len(found) > MOST:
            break
    found = found[:MOST]
    if any(each.kind in ("disable", "enable") for each in found):
        found = _reaching(found, source)
    return tuple(found)


def _reaching(found: Sequence[Directive], source: Source) -> list[Directive]:
    """Each `disable` with the lines that it reaches, each `enable` only where it ends none."""
    from clip_lint.syntax.blocks import Blocks  # noqa: PLC0415  (few files have such comments)

    blocks = Blocks(source.text)
    offsets = {cell.number: cell.first_line - 1 for cell in source.cells}
    made: list[Directive] = []
    for each in found:
        offset = offsets.get(each.place.cell, 0)
        if each.kind == "disable":
            alone = _stands_alone(each, source, offset)
            column = each.place.start.column - 1
            end = blocks.rest(each.first + offset, column) if alone else blocks.body(each.first + offset)
            if end is None:
                end = len(source.lines) if alone else each.last + offset
            cell, last = source.position(min(end, len(source.lines)), 0)
            made.append(replace(each, last=last.line if cell == each.place.cell else _NO_END))
        elif each.kind == "enable":
            ended = [number for number, other in enumerate(made) if _ends(each, other, source, offset)]
            ended = ended if not each.codes else ended[-1:]
            for number in ended:
                closing = (each.removal, each.listed) if len(ended) == 1 and each.codes else None
                made[number] = replace(made[number], last=each.first, closing=closing)
            if not ended:
                made.append(each)
        else:
            made.append(each)
    return made


def _stands_alone(comment: Directive, source: Source, offset: int) -> bool:
    """Whether a comment stands on a line of its own, between statements."""
    before = source.lines[comment.place.start.line + offset - 1][: comment.place.start.column - 1]
    return not before.strip() and comment.first == comment.place.start.line


def _ends(closing: Directive, opening: Directive, source: Source, offset: int) -> bool:
    """Whether an `enable` belongs to a `disable`: in the same block, of the same codes or of all."""
    return (
        opening.kind == "disable"
        and opening.place.cell == closing.place.cell
        and opening.place.start.column == closing.place.start.column
        and opening.place.start.line < closing.place.start.line <= opening.last
        and (not closing.codes or {*map(str.upper, opening.codes)} == {*map(str.upper, closing.codes)})
        and _stands_alone(opening, source, offset)
        and _stands_alone(closing, source, offset)
    )


def _comments(source: Source) -> Sequence[Comment]:
    from clip_lint.syntax.comments import tokenized_comments  # noqa: PLC0415  (few files have suppressions)
    from clip_lint.syntax.parse import parse  # noqa: PLC0415
    from clip_lint.syntax.problem import UnparsableError  # noqa: PLC0415

    try:
        return parse(source.text).comments
    except UnparsableError:
        return tokenized_comments(source.text)


def _read(source: Source, comment: tuple[int, int, str], first: int, last: int) -> list[Directive]:
    line, column, text = comment
    own_line = not source.lines[line - 1][:column].strip()
    found = []
    for match in _DIRECTIVE.finditer(text):
        is_noqa = match.group("noqa") is not None
        kind = (match.group("kind") or "ignore").lower()
        group = "noqa_codes" if is_noqa else "bare" if match.group("bare") else "codes"
        listed = re.split(r"[,\s]+", (match.group(group) or "").strip())
        codes = tuple(code for code in listed if code and (not is_noqa or _OWN_CODE.fullmatch(code)))
        foreign = tuple(code for code in listed if code and is_noqa and not _OWN_CODE.fullmatch(code))
        if is_noqa and foreign and not codes:
            continue  # another linter's
        end = match.start() + len(match.group().rstrip())
        cell, start = source.position(line, column + match.start())
        _, stop = source.position(line, column + end)
        for_file = kind == "ignore-file"
        if for_file and not own_line:
            continue  # only a line of its own speaks for a file
        reach = (0, 0) if for_file else (start.line + first - line, start.line + last - line)
        reason = text[end:].lstrip()
        # What is said behind a noqa stays a comment.
        sign = len(match.group()) - len(match.group()[1:].lstrip()) if reason and reason[0] != "#" else 0
        removal = _removed_range(source, line, column + match.start() + sign, column + end)
        span = match.span(group) if codes else (0, 0)
        listed_range = (
            source.position(line, column + span[0])[1],
            source.position(line, column + span[1])[1],
        )
        place = Place(source.path, cell, start, stop)
        found.append(Directive(place, removal, codes, *reach, is_noqa, foreign, listed_range, kind))
    return found


def _removed_range(source: Source, line: int, start: int, end: int) -> tuple[Position, Position]:
    """The range to delete so that no blanks and no empty line stay behind."""
    text = source.lines[line - 1]
    if not text[end:].strip():
        end = len(text)
    kept = text[:start].rstrip()
    if end == len(text):
        start = len(kept)
    else:
        end += len(text[end:]) - len(text[end:].lstrip())
    cell, first = source.position(line, start)
    if not kept and end == len(text) and line < len(source.lines):
        following, last = source.position(line + 1, 0)
        if following == cell:
            return Position(first.line, 1), last
    return first, source.position(line, end)[1]
