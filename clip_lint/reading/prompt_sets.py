"""From the texts that reached a text tower to prompt sets: what belongs together, with model, task and intent."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clip_lint.reading.prompts import Intent, LazyIntent, Prompt, PromptSet, Task
from clip_lint.reading.slots import unfilled
from clip_lint.reading.texts import HOLE
from clip_lint.reading.values import Dict, OneOf, Seq, Text, Unknown, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.place import Place
    from clip_lint.knowledge.tables import Libraries
    from clip_lint.reading.facts import PromptUse
    from clip_lint.reading.values import LazyPlace
    from clip_lint.source.model import Source
    from clip_lint.syntax.outlined import AnyProgram

MOST_PROMPTS = 2000
_QUERY_NAMES = re.compile(r"quer|search|caption|sentence|title|description|question", re.IGNORECASE)
_LABEL_NAMES = re.compile(
    r"label|class|categor|prompt|text|candidate|option|choice|name|tag|concept|attribute", re.IGNORECASE
)
_PLAIN_LABEL_NAMES = re.compile(r"label|class|categor|candidate|option|choice|tag", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\w+\}")
"""In a file of patterns, where a label goes that is not known here."""
_SOME_WORDS = ("qx", "qz", "zx", "xq", "vq", "xz", "jq", "qv")
"""Words that mean nothing, as long as a hole: what stands in a text for what a variable holds, read as the name of a thing."""
_NUMBER_NAMES = re.compile(
    r"^(?:n|k|how_many|index)$|(?:^|_)(?:n|num|number|count|quantity|amount)(?:_|$)", re.IGNORECASE
)
_PLURAL = re.compile(r" (?:[a-z]+ ){0,2}(?:[a-z]*[^\Wsu]s|people|men|women|children|persons)\b")
_SOME_NUMBER = "12"
"""What stands in a text for a variable that is called as numbers are, before the name of several things."""
_DEEPEST = 4
"""How far lists are looked for in lists."""
LINES_OF_USE = 15
"""So many lines from a call its results are looked at."""


def _texts(value: Value, depth: int = 0) -> tuple[list[Text], bool]:
    """The texts in a value and whether they are all."""
    found: list[Text] = []
    whole = True
    for option in options(value):
        if isinstance(option, Text):
            found.append(option)
        elif isinstance(option, (Seq, Dict)) and depth < _DEEPEST:
            items: Iterable[Value] = (
                option.items if isinstance(option, Seq) else (key for key, _ in option.entries)
            )
            whole &= option.is_whole
            for item in items:
                inner, inner_whole = _texts(item, depth + 1)
                found.extend(inner)
                whole &= inner_whole
        elif isinstance(option, Unknown) or depth >= _DEEPEST:
            whole = False
    return found, whole


def _chosen(value: Value, depth: int = 0) -> Iterator[Text]:
    """The texts of which one stands in a place of a list, by the path taken or the key that is looked up: two such places may never hold the same."""
    for option in options(value):
        for item in option.items if isinstance(option, Seq) and depth < _DEEPEST else ():
            if isinstance(item, OneOf) and not item.loop:
                yield from (each for each in item.options if isinstance(each, Text))
            else:
                yield from _chosen(item, depth + 1)


def known_texts(value: Value) -> tuple[Text, ...]:
    """The texts in a value that are fully known."""
    return tuple(text for text in _texts(value)[0] if not text.is_holed)


def alternatives(use: PromptUse) -> tuple[PromptUse, ...]:
    """A use whose texts are one of several lists, by the path taken, as a use of each: one run tells apart what is in one of them."""
    value = use.texts
    only = value.items[0] if isinstance(value, Seq) and value.is_whole and len(value.items) == 1 else None
    if isinstance(only, OneOf) and not only.loop:
        return (replace(use, texts=only),)  # one text, whichever it is
    if not isinstance(value, OneOf) or (
        value.loop and not all(isinstance(option, (Seq, Dict)) for option in value.options)
    ):
        return (use,)
    held = [option for option in value.options if isinstance(option, (Seq, Dict))]
    if len(held) < 2:
        return (use,)
    rest = tuple(option for option in value.options if isinstance(option, Text))
    uses = [
        replace(use, texts=option, lists=len(held)) for option in (*held, *((OneOf(rest),) if rest else ()))
    ]
    patterns: dict[frozenset[str], list[str]] = {}
    is_mixed = len({bool(_patterns(option)) for option in held}) > 1
    for option in held:
        patterns.setdefault(_holes(option), []).extend(_patterns(option))
    made = []
    for each in uses:
        unknown = _bare(each.texts) if isinstance(each.texts, Seq) else frozenset()
        others = patterns.get(unknown, []) if unknown else []
        made.append(replace(each, other_templates=tuple(dict.fromkeys(others)), is_mixed=is_mixed))
    return tuple(made)


def _bare(value: Seq) -> frozenset[str]:
    """The names of what a list of nothing known holds."""
    if not value.items or not all(isinstance(item, Unknown) for item in value.items):
        return frozenset()
    return frozenset(item.name for item in value.items if isinstance(item, Unknown) and item.name)


def _holes(value: Seq | Dict) -> frozenset[str]:
    """The names of what fills the templates of a list, where all of it is templates."""
    items = value.items if isinstance(value, Seq) else ()
    filled = [
        item for item in items if isinstance(item, Text) and item.is_holed and item.template == item.text
    ]
    return frozenset(item.hole for item in filled) if len(filled) == len(items) else frozenset()


def _patterns(value: Seq | Dict) -> list[str]:
    items = value.items if isinstance(value, Seq) else ()
    return [item.template for item in items if isinstance(item, Text) and item.template is not None]


def _joined(value: Value, depth: int = 0) -> tuple[Place, ...]:
    """Where the texts of a value that are not known got underscores for their spaces."""
    found: list[Place] = []
    for option in options(value):
        if isinstance(option, (Text, Unknown)) and option.joined is not None:
            found.append(option.joined.place)
        elif isinstance(option, Seq) and depth < _DEEPEST:
            for item in option.items:
                found.extend(_joined(item, depth + 1))
    return tuple(dict.fromkeys(found))


def _filled(text: Text, words: dict[str, str]) -> tuple[str, str]:
    """A text with a word in each hole, and as messages show it; empty where its holes are not known by name.

    ``words`` are those of the set so far, by the name of what they stand for.
    """
    if not text.is_holed or not all(text.holes) or text.text.count(HOLE) != len(text.holes):
        return "", ""
    pieces = text.text.split(HOLE)
    filled = shown = pieces[0]
    for name, after in zip(text.holes, pieces[1:], strict=True):
        is_number = _NUMBER_NAMES.search(name) is not None and _PLURAL.match(after) is not None
        if name not in words and len(words) == len(_SOME_WORDS) and not is_number:
            return "", ""
        filled += (
            _SOME_NUMBER if is_number else words.setdefault(name, _SOME_WORDS[len(words) % len(_SOME_WORDS)])
        ) + after
        shown += (HOLE if is_number else f"{{{name}}}") + after
    return filled, shown


def build(
    use: PromptUse,
    checkpoints: Mapping[int, Checkpoint],
    source: Source,
    libraries: Libraries,
    program: AnyProgram,
) -> PromptSet | None:
    """The prompt set of one use, None where no text is known."""
    found, whole = _texts(use.texts)
    prompts: list[Prompt] = []
    chosen = {(each.text, each.place.place) for each in _chosen(use.texts) if each.place is not None}
    seen: dict[tuple[str, Place], int] = {}
    words: dict[str, str] = {}
    for text in found[:MOST_PROMPTS]:
        is_pattern = (
            text.written is not None
            and text.label is None
            and text.template in (None, text.text)
            and (text.is_holed or _PLACEHOLDER.search(text.text) is not None)
        )
        if is_pattern or not text.text.replace("{}", "").strip():
            whole = False
            continue
        where = text.place.place if text.place is not None else use.site.place
        filled, shown = _filled(text, words)
        prompt = Prompt(
            text.text,
            where,
            text.label,
            text.template,
            text.written,
            unfilled(text),
            filled,
            shown=shown,
            is_chosen=(text.text, where) in chosen,
        )
        key = (text.text, where)
        before = seen.get(key)
        if before is None or (prompts[before].filled and prompt.filled not in ("", prompts[before].filled)):
            seen.setdefault(key, len(prompts))
            prompts.append(prompt)
        elif not prompts[before].filled:
            prompts[before] = prompt
        whole &= not text.is_holed
    joined = _joined(use.texts)
    if not prompts and not joined and not use.other_templates:
        return None
    known = _read_by(use.checkpoint, checkpoints.get(use.site.key))
    templates = tuple(dict.fromkeys(text.template for text in found if text.template is not None))
    value = _container(use.texts)
    name = use.name or (value.name if isinstance(value, (Seq, Dict)) else "")
    holder = value.name if isinstance(value, (Seq, Dict)) and value.name else name
    place = value.place.place if isinstance(value, Seq) and value.place is not None else use.site.place
    many = isinstance(value, (Seq, Dict)) and len(prompts) > 1
    task = _task(use, many, holder)
    if known is not None and libraries.trait(known.family).seeks and use.site.key not in checkpoints:
        task = Task.DETECTION
    return PromptSet(
        tuple(prompts),
        place,
        task,
        known,
        templates,
        holder or None,
        whole and len(found) <= MOST_PROMPTS,
        use.adds_template,
        LazyIntent(
            partial(_intent, use, holder, value.place if isinstance(value, Seq) else None, source, program)
        ),
        None if use.is_mixed else use.site.place,
        joined,
        use.other_templates,
        libraries.trait(known.family) if known is not None and known.family else None,
        run_alone=use.site.run_alone,
        cuts=use.cuts,
        lists=use.lists,
        fillers=tuple((word, name) for name, word in words.items()),
    )


def _read_by(asked: Checkpoint | None, encoding: Checkpoint | None) -> Checkpoint | None:
    """The checkpoint that reads texts: the tokenizer's, but the model's where a tokenizer is named by an architecture and has no weights."""
    if asked is None or not asked.name:
        return encoding or asked
    is_named_alike = encoding is not None and encoding.library == asked.library
    return encoding if is_named_alike and encoding is not None and encoding.tag and not asked.tag else asked


def _container(value: Value) -> Value:
    """The one list among the alternatives of a value, such as a default that the command line may replace; else the value."""
    held = [option for option in options(value) if isinstance(option, (Seq, Dict))]
    loop = isinstance(value, OneOf) and value.loop
    return held[0] if len(held) == 1 and not loop else value


def _task(use: PromptUse, many: bool, name: str) -> Task:
    if use.is_drawn:
        return Task.GENERATION
    if use.is_labels:
        return Task.LABELS
    if use.is_paired:
        return Task.QUERY
    one = use.texts
    if isinstance(one, Seq) and one.is_whole and len(one.items) == 1:
        one = one.items[0]  # a list of one text a call
    is_alone = isinstance(one, OneOf) and one is not use.texts
    if isinstance(one, OneOf) and one.loop:
        says_so = (_PLAIN_LABEL_NAMES if is_alone else _LABEL_NAMES).search(name)
        return Task.LABELS if says_so and not _QUERY_NAMES.search(name) else Task.UNKNOWN
    if not many or is_alone:
        return Task.QUERY
    return Task.SIMILARITY if _QUERY_NAMES.search(name) else Task.LABELS


def _intent(
    use: PromptUse, name: str, holder: LazyPlace | None, source: Source, program: AnyProgram
) -> Intent:
    """Names, comments, the docstring and uses around a prompt set. A file is called after more than one of its sets: its name says nothing."""
    names = tuple(part for part in (*reversed(use.function.split(".")), name) if part)
    if use.site.source is not source or source.cells:
        return Intent(names)
    words, call = program.calls, program.origin(use.site.node)
    if words is None or call is None:
        return Intent(names)
    node = use.site.node if holder is None else holder.node
    comments = words.comments_at(node.lineno) if holder is None or holder.source is source else ()
    around = words.around(call, LINES_OF_USE)
    return Intent(names, (*comments, *filter(None, (around.docstring,))), around.uses)
