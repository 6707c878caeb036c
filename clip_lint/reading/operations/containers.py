"""Methods of strings, lists, sets and mappings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading import texts
from clip_lint.reading.facts import Kept
from clip_lint.reading.lattice import element, join_all, one_of
from clip_lint.reading.operations.call import receiver_node, text_of
from clip_lint.reading.operations.files import PATH_METHODS, file_method, path_method
from clip_lint.reading.operations.gradients import outlives
from clip_lint.reading.operations.targets import beside_several
from clip_lint.reading.slots import without_slot
from clip_lint.reading.values import (
    NONE,
    NOT_YET,
    UNKNOWN,
    Const,
    Dict,
    LazyPlace,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import as_set

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


def text_method(run: Run, text: Text, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A string's method."""
    place = LazyPlace(run.scope.source, node)
    values = [argument.value for argument in arguments.positional]
    if name == "format":
        named = {key: argument.value for key, argument in arguments.keywords.items()}
        filled = texts.fill(text, values, named, place)
        return without_slot(text, filled) if values or named else filled
    if name in PATH_METHODS:
        return path_method(run, text, name, arguments, node)
    if name == "join" and values:
        return texts.join_texts(text, values[0], place)
    if name == "replace" and len(values) >= 2 and isinstance(values[1], OneOf):
        made = [
            texts.method(text, name, [values[0], option], place) or UNKNOWN for option in values[1].options
        ]
        return OneOf(tuple(made), values[1].loop)
    if (
        name == "replace"
        and len(values) >= 2
        and isinstance(values[1], Unknown)
        and isinstance(values[0], Text)
    ):
        filler = Text(texts.HOLE, is_holed=True, holes=(values[1].name,))
        return texts.method(text, name, [values[0], filler], place) or UNKNOWN
    return texts.method(text, name, values, place) or UNKNOWN


def call_heapq(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A call of `heapq.name`: a list that is kept in order."""
    values = [argument.value for argument in arguments.positional]
    if name in {"nlargest", "nsmallest"} and len(values) > 1:
        if "key" in arguments.keywords:
            run.each(arguments.keywords["key"].value, element(values[1]), node)
        return replace(values[1], is_whole=False) if isinstance(values[1], Seq) else UNKNOWN
    heap = (
        next((option for option in options(values[0]) if isinstance(option, Seq)), None) if values else None
    )
    if heap is None:
        return UNKNOWN
    if name in {"heappush", "heappushpop", "heapreplace"}:
        seq_method(run, heap, "append", values, node, node.args[0])
    return NONE if name in {"heappush", "heapify"} else element(heap)


_SAME_NUMBERS = frozenset(
    {"astype", "cuda", "expand", "float", "half", "numpy", "reshape", "to", "unsqueeze", "view"}
)
"""Methods of a tensor or an array that leave its numbers as they are, such as ``torch.tensor(mean).view(3, 1, 1)``."""


def seq_method(
    run: Run, seq: Seq, name: str, values: list[Value], node: nodes.Call, holder: nodes.expr | None = None
) -> Value:
    """A method of a list, set or queue; what changes it in place is stored back where it came from (``holder``)."""
    if seq.kind == "file":
        return file_method(seq, name) or UNKNOWN
    holder = holder or receiver_node(node)
    if name in {"append", "appendleft", "add", "insert", "put", "put_nowait"} and values:
        item = beside_several(run, values[-1], node.args[-1]) if node.args else values[-1]
        in_loop = bool(run.loops)
        if in_loop:
            outlives(run, Kept, item, node)
        added = item.options if isinstance(item, OneOf) else (item,)
        known = set(seq.items) if in_loop else set()
        fresh = tuple(option for option in added if option not in known)
        if seq.kind == "set":
            fresh = as_set((*seq.items, *fresh))[len(seq.items) :]
        whole = seq.is_whole and (
            not in_loop
            or (isinstance(item, OneOf) and all(isinstance(o, Text) and not o.is_holed for o in added))
        )
        if len(seq.items) < 5000 and holder is not None:
            run.store(holder, replace(seq, items=seq.items + fresh, is_whole=whole), node)
        return NONE
    if name in {"extend", "extendleft", "update"} and values:
        other = values[0]
        items = tuple(item for option in options(other) if isinstance(option, Seq) for item in option.items)
        known = set(seq.items) if run.loops else set()
        fresh = tuple(item for item in items if item not in known)
        whole = seq.is_whole and isinstance(other, Seq) and other.is_whole and not run.loops
        if holder is not None and len(seq.items) < 5000:
            run.store(holder, replace(seq, items=seq.items + fresh, is_whole=whole), node)
        return NONE
    if name in {"copy", "tolist", "unique", "to_list", "to_numpy", "dropna"}:
        return seq
    if name in {"pop", "popleft", "get", "get_nowait"}:
        return element(seq)
    if name == "index":
        return Unknown("index")
    is_numbers = bool(seq.items) and all(isinstance(item, Const) for item in seq.items)
    return seq if name in _SAME_NUMBERS and is_numbers else UNKNOWN


def dict_method(
    run: Run, mapping: Dict, name: str, values: list[Value], arguments: Arguments, node: nodes.Call
) -> Value:
    """A mapping's method; what changes it in place is stored back."""
    if name == "keys":
        return Seq(
            tuple(key for key, _ in mapping.entries), "list", mapping.is_whole, mapping.place, mapping.name
        )
    if name == "values":
        return Seq(
            tuple(value for _, value in mapping.entries),
            "list",
            mapping.is_whole,
            mapping.place,
            mapping.name,
        )
    if name == "items":
        pairs = tuple(Seq((key, value), "tuple") for key, value in mapping.entries)
        return Seq(pairs, "list", mapping.is_whole, mapping.place, mapping.name)
    if name in {"get", "pop", "setdefault"} and values:
        if isinstance(values[0], OneOf) and len(values[0].options) > 1:
            return any_of(mapping, values[0], values[1] if len(values) > 1 else None)
        key = text_of(values[0])
        found = mapping.get(key) if key is not None else None
        if found is not None:
            return found
        unnamed = [
            value
            for known, value in mapping.entries
            if key is None or not isinstance(known, Text) or known.is_holed
        ]
        if unnamed:
            return join_all(unnamed)
        if len(values) > 1:
            return values[1]
        return Unknown(source=NOT_YET if mapping.is_whole and not mapping.entries else "")
    if name == "update":
        holder = receiver_node(node)
        other = values[0] if values else UNKNOWN
        entries = other.entries if isinstance(other, Dict) else ()
        named = tuple(
            (Text(key), argument.value) for key, argument in arguments.keywords.items() if key != "**"
        )
        if holder is not None:
            whole = mapping.is_whole and (isinstance(other, Dict) or not values)
            run.store(
                holder,
                replace(mapping, entries=(*mapping.entries, *entries, *named)[-500:], is_whole=whole),
                node,
            )
        return NONE
    return mapping if name in {"copy", "to"} else UNKNOWN


def any_of(mapping: Dict, keys: OneOf, default: Value | None) -> Value:
    """What a mapping holds under one of several keys, or under any where a key is not known."""
    paired = _each_key(mapping, keys, default)
    if paired is not None:
        return paired
    known = {option.text for option in keys.options if isinstance(option, Text) and not option.is_holed}
    all_known = len(known) == len(keys.options)
    found = [
        value
        for key, value in mapping.entries
        if not all_known or not isinstance(key, Text) or key.is_holed or key.text in known
    ]
    if default is not None:
        found.append(default)
    lists = [value for value in found if isinstance(value, Seq) and value.kind != "tuple"]
    if len(lists) == len(found) > _MANY:
        first = next((each for each in lists if each.items), lists[0])
        items = tuple(dict.fromkeys(item for each in lists for item in each.items))
        return replace(first, items=items[:5000], is_whole=False)
    return join_all(found) if found else UNKNOWN


def _each_key(mapping: Dict, keys: OneOf, default: Value | None) -> Value | None:
    """The texts under known keys of a mapping that is known, key by key; what has none is the default, or itself in `D.get(k, k)`."""
    if not mapping.is_whole or not all(isinstance(key, Text) and not key.is_holed for key in keys.options):
        return None
    made: list[Value] = []
    for key in keys.options:
        found = mapping.get(key.text) if isinstance(key, Text) else None
        if found is None:
            found = key if default == keys else default
        if not isinstance(found, Text):
            return None
        made.append(found)
    return OneOf(tuple(made), keys.loop, keys.rows) if keys.rows else one_of(made, keys.loop)


_MANY = 8
"""So many lists under different keys are taken together as one, of which some items are meant."""
