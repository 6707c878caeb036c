"""String operations on abstract texts: f-strings, ``+``, ``%``, ``format``, ``join``, and the methods that keep a text."""

from __future__ import annotations

import itertools
import re
import string
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.place import Position
from clip_lint.reading.lattice import MOST_TEXTS, one_of
from clip_lint.reading.text_questions import QUESTIONS, asked
from clip_lint.reading.values import UNKNOWN, Const, OneOf, Seq, Text, Unknown, Value, options
from clip_lint.reading.values.size import MOST_LETTERS, MOST_WRITTEN
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clip_lint.core.place import Place
    from clip_lint.reading.values import LazyPlace

HOLE = "{}"
_NAMED_HOLE = re.compile(r"\{\w+\}")
_KEEP = {"lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "casefold", "encode", "decode"}


def concatenate(
    parts: Sequence[Value], place: LazyPlace | None, literal: Sequence[bool] | None = None
) -> Value:
    """The texts that arise by writing the parts one after the other.

    ``literal`` marks parts that are written out there (by default: texts placed inside the whole's own expression);
    a single part that is not becomes the label, the rest its template.
    """
    if literal is None:
        literal = [isinstance(part, Text) and _inside(part.place, place) for part in parts]
    loop = next((part.loop for part in parts if isinstance(part, OneOf) and part.loop), 0)
    choices = [[_as_text(option) for option in options(part)] for part in parts]
    variable = [index for index, is_literal in enumerate(literal) if not is_literal]
    is_plain = all(map(_is_plain, itertools.chain.from_iterable(choices))) and not any(map(_has_rows, parts))
    made = [
        _write(combination, variable, place, is_plain=is_plain)
        for combination in itertools.islice(_combinations(choices, parts), MOST_TEXTS)
    ]
    if len(made) == 1 and not loop:
        return made[0]
    return in_rows(one_of(made, loop), parts)


def _combinations(choices: Sequence[Sequence[Text]], parts: Sequence[Value]) -> Iterator[tuple[Text, ...]]:
    """Every way to take one option of each part; parts that one loop gives side by side are taken side by side."""
    if not any(map(_has_rows, parts)):
        yield from itertools.product(*choices)
        return
    groups: dict[tuple[str, int], list[int]] = {}
    for index, part in enumerate(parts):
        rows = part.rows if isinstance(part, OneOf) else 0
        groups.setdefault(("rows", rows) if rows else ("part", index), []).append(index)
    columns = [_side_by_side([choices[index] for index in group]) for group in groups.values()]
    order = [index for group in groups.values() for index in group]
    for rows_taken in itertools.product(*columns):
        taken = dict(zip(order, itertools.chain.from_iterable(rows_taken), strict=True))
        yield tuple(taken[index] for index in range(len(parts)))


def _has_rows(part: Value) -> bool:
    return isinstance(part, OneOf) and part.rows != 0


def _side_by_side(columns: Sequence[Sequence[Text]]) -> list[tuple[Text, ...]]:
    """The rows of columns; where those are not of one length, nobody knows what stands beside an option."""
    if len({len(column) for column in columns}) == 1:
        return list(zip(*columns, strict=True))
    return [
        tuple(option if index == place else _as_text(UNKNOWN) for index in range(len(columns)))
        for place, column in enumerate(columns)
        for option in column
    ]


def in_rows(value: Value, parts: Sequence[Value]) -> Value:
    """``value`` with the rows of the parts it was made of, where it still has an option for each of them."""
    kinds = {(part.rows, len(part.options)) for part in parts if isinstance(part, OneOf)}
    if isinstance(value, OneOf) and len(kinds) == 1:
        rows, count = kinds.pop()
        if rows and count == len(value.options):
            return replace(value, rows=rows)
    return value


def _inside(inner: LazyPlace | None, outer: LazyPlace | None) -> bool:
    if inner is None or outer is None or inner.source is not outer.source:
        return False
    if isinstance(outer.node, nodes.JoinedStr):
        return id(inner.node) in _within(outer.node)
    return any(each is inner.node for each in nodes.walk(outer.node))


@nodes.by_form
def _within(node: nodes.JoinedStr) -> frozenset[int]:
    """The identities of an f-string and of all that is in it."""
    return frozenset(map(id, nodes.walk(node)))


def _as_text(value: Value) -> Text:
    if isinstance(value, Text):
        return value
    if (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    ):
        return Text(str(value.value))
    if isinstance(value, Unknown):
        return Text(HOLE, is_holed=True, holes=(value.name,), joined=value.joined, source=value.source)
    return Text(HOLE, is_holed=True, holes=("",))


def _is_plain(text: Text) -> bool:
    """Whether a text is known and comes from the program: most are, and thousands may be put together."""
    return not text.is_holed and text.written is None and text.joined is None


def _write(
    parts: Sequence[Text], variable: Sequence[int], place: LazyPlace | None, *, is_plain: bool
) -> Text:
    """The parts as one text; ``variable`` are the indexes of those that are not literal, ``is_plain``: of all parts `_is_plain` is true."""
    pieces = [part.text for part in parts]
    if sum(map(len, pieces)) > MOST_WRITTEN:
        return Text(HOLE, place, is_holed=True)
    text = "".join(pieces)
    holed, source = False, ""
    holes: tuple[str, ...] = ()
    written = joined = None
    if not is_plain:
        first = next((part for part in parts if part.is_holed), None)
        if first is not None:
            holed, source = True, first.source
            holes = tuple(name for part in parts for name in part.holes)
        written = next((part.written for part in parts if part.written is not None), None)
        joined = next((part.joined for part in parts if part.joined is not None), None)
    label = template = None
    where = place
    telling = [index for index in variable if parts[index].text not in ("", "a", "an", "the")]
    variable = telling if len(telling) == 1 else variable  # an article is no label of its own
    if len(variable) == 1 and len(parts) > 1:
        part = parts[variable[0]]
        around = "".join([HOLE if index == variable[0] else other.text for index, other in enumerate(parts)])
        if around != HOLE:
            template = around
            label = None if part.is_holed else part.text
            where = part.place or place
            if part.template is not None:
                template = around.replace(HOLE, part.template, 1)
                label = part.label
    elif len(variable) > 1:
        template = "".join([HOLE if index in variable else part.text for index, part in enumerate(parts)])
    return Text(text, where, label, template, holed, holes, written, joined, source)


def fill(
    template: Value, args: Sequence[Value], keywords: Mapping[str, Value], place: LazyPlace | None
) -> Value:
    """``template.format(*args, **keywords)``."""
    made = [
        _fill_one(option, args, keywords, place) if isinstance(option, Text) else UNKNOWN
        for option in options(template)
    ]
    loop = template.loop if isinstance(template, OneOf) else 0
    return made[0] if len(made) == 1 else one_of(made, loop)


def _fill_one(
    template: Text, args: Sequence[Value], keywords: Mapping[str, Value], place: LazyPlace | None
) -> Value:
    if template.is_holed:
        return replace(template, place=place)
    parts: list[Value] = []
    literal: list[bool] = []
    position = 0
    try:
        fields = list(string.Formatter().parse(template.text))
    except ValueError:
        return UNKNOWN
    for before, name, _format, _conversion in fields:
        if before:
            parts.append(Text(before))
            literal.append(True)
        if name is None:
            continue
        key = name.split(".")[0].split("[")[0]
        if key == "":
            value = args[position] if position < len(args) else UNKNOWN
            position += 1
        elif key.isdigit():
            value = args[int(key)] if int(key) < len(args) else UNKNOWN
        else:
            value = keywords.get(key, Unknown(key))
        parts.append(value if key == name else Unknown(key))
        literal.append(False)
    if not parts:
        return template
    made = concatenate(parts, template.place or place, literal)
    if template.written is None:
        return made
    if isinstance(made, OneOf):
        return replace(made, options=tuple(_written(option, template.written) for option in made.options))
    return _written(made, template.written)


def _written(made: Value, place: Place) -> Value:
    """A text whose label is not known stands where its pattern is written."""
    return replace(made, written=place) if isinstance(made, Text) and made.label is None else made


def percent(template: Value, value: Value, place: LazyPlace | None) -> Value:
    """``template % value``."""
    args = list(value.items) if isinstance(value, Seq) and value.kind == "tuple" else [value]
    made: list[Value] = []
    for option in options(template):
        if not isinstance(option, Text):
            return UNKNOWN
        pieces = option.text.replace("%%", "%").split("%s")
        parts: list[Value] = []
        literal: list[bool] = []
        for index, piece in enumerate(pieces):
            if piece:
                parts.append(Text(piece))
                literal.append(True)
            if index < len(pieces) - 1:
                parts.append(args[index] if index < len(args) else UNKNOWN)
                literal.append(False)
        made.append(concatenate(parts, option.place or place, literal) if len(pieces) > 1 else UNKNOWN)
    return one_of(made, template.loop if isinstance(template, OneOf) else 0)


def join_texts(separator: Text, items: Value, place: LazyPlace | None) -> Value:
    """``separator.join(items)``."""
    if isinstance(items, Seq) and items.is_whole and len(items.items) < 200:
        parts: list[Value] = []
        for index, item in enumerate(items.items):
            if index and separator.text:
                parts.append(separator)
            parts.append(item)
        return concatenate(parts, place, [True] * len(parts)) if parts else Text("", place)
    return Text(HOLE, place, is_holed=True, holes=(items.name if isinstance(items, (Seq, Unknown)) else "",))


def path_join(parts: Sequence[Value]) -> Value:
    """``os.path.join``: what is known of a path, its unknown folders left as holes."""
    pieces = [_as_text(next(iter(options(part)))) for part in parts]
    if sum(len(piece.text) for piece in pieces) > MOST_WRITTEN:
        return Text(HOLE, pieces[-1].place, is_holed=True)
    holed = any(piece.is_holed for piece in pieces)
    return Text("/".join(piece.text for piece in pieces), pieces[-1].place, is_holed=holed)


def _further(written: Place | None, separator: str | None, name: str, index: int, piece: str) -> Place | None:
    """Where a piece of a file's text stands: so many lines further, where the text was split at its lines."""
    if written is None or (name != "splitlines" and separator != "\n"):
        return written
    line = written.start.line + index
    return replace(written, start=Position(line, 1), end=Position(line, len(piece) + 1))


def method(text: Text, name: str, args: Sequence[Value], place: LazyPlace | None) -> Value | None:
    """The result of a string method, None where it is not followed."""
    if name in _KEEP:
        change = getattr(str, name, None)
        changed = (
            change(text.text)
            if name in {"lower", "upper", "title", "capitalize", "casefold"} and change
            else text.text
        )
        if name in {"strip", "lstrip", "rstrip"} and change:
            ends = args[0] if args else None
            if ends is None:
                changed = change(text.text)
            elif isinstance(ends, Text) and not ends.is_holed:
                changed = change(text.text, ends.text)
        label = changed if text.label == text.text else text.label
        return replace(text, text=changed, label=label)
    if name == "replace" and len(args) >= 2 and all(isinstance(arg, Text) for arg in args[:2]):
        old, new = args[0], args[1]
        if isinstance(old, Text) and isinstance(new, Text):
            if len(new.text) > len(old.text) and text.text.count(old.text) * len(new.text) > MOST_LETTERS:
                return None
            is_filling = old.text == HOLE and not _NAMED_HOLE.fullmatch(new.text)
            if is_filling and old.text in text.text and not text.is_holed:
                return fill(text, [new], {}, place)
            if new.is_holed:
                return replace(
                    text, text=text.text.replace(old.text, new.text), is_holed=True, holes=new.holes
                )
            changed = text.text.replace(old.text, new.text) if old.text else text.text
            label = changed if text.label == text.text else text.label
            return replace(text, text=changed, label=label, joined=None if old.text == "_" else text.joined)
    if name == "replace" and args and isinstance(args[0], Text) and args[0].text == HOLE and len(args) > 1:
        return fill(text, [args[1]], {}, place)
    if name in QUESTIONS and not text.is_holed and len(args) <= 1:
        return asked(text.text, name, args)
    if name in {"split", "splitlines"} and not text.is_holed:
        separator = args[0].text if args and isinstance(args[0], Text) else None
        pieces = text.text.splitlines() if name == "splitlines" else text.text.split(separator or None)
        made = tuple(
            Text(piece, text.place, written=_further(text.written, separator, name, index, piece))
            for index, piece in enumerate(pieces[:MOST_TEXTS])
        )
        return Seq(made, "list", len(pieces) <= MOST_TEXTS, text.place)
    return None
