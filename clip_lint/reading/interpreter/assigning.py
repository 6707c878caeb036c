"""Values bound to names, attributes and items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import HandedOut, Kept
from clip_lint.reading.forms import dotted_path, target_name
from clip_lint.reading.interpreter.in_loops import change_all
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.lattice import element, join, join_all
from clip_lint.reading.operations.gradients import outlives
from clip_lint.reading.operations.moving import moved_somewhere
from clip_lint.reading.operations.scores import take_part
from clip_lint.reading.operations.shared import is_worth_keeping, share
from clip_lint.reading.operations.shown import stored
from clip_lint.reading.scope import NOTHING
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Class,
    Const,
    Dict,
    Features,
    Image,
    Inputs,
    Instance,
    OneOf,
    Parameters,
    Scores,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import BLANK
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence


def _column(found: list[Value], rows: Value) -> Value | None:
    """One column of the rows that a loop gives, its texts side by side with those of the other columns."""
    if isinstance(rows, OneOf) and rows.rows and all(isinstance(each, (Text, Const)) for each in found):
        return OneOf(tuple(found), rows.loop, rows.rows)
    return None


def _with_row(array: Features, row: Features) -> Value:
    """An array of vectors into which one more is put, or several; ``row`` itself where nothing else was put there yet."""
    axes = (row.modality, "dim") if row.axes in {("dim",), (row.modality, "dim")} else None
    rows = replace(row, axes=axes, count=None)
    return rows if array is row else join(_with_own(array), rows)


def _with_own(array: Features) -> Features:
    """What came from all devices, into which something is put: this device's own, as a rule."""
    return array if array.lost is None else replace(array, lost=None, is_shared=True)


class Assigning(Run):
    """Assignment in all its forms."""

    def assign(
        self,
        target: nodes.expr,
        value: Value,
        depends: frozenset[int] = NOTHING,
    ) -> None:
        """Bind a target to a value."""
        if isinstance(target, nodes.Name):
            if (isinstance(value, (Features, Scores)) and not value.name) or (
                isinstance(value, (Seq, Dict)) and not value.name
            ):
                value = replace(value, name=target.id)
            elif isinstance(value, Unknown) and not value.name:
                value = Unknown(target.id, source=value.source)
            self.scope.set(target.id, value, depends)
            stored(self, target, value, target.id)
        elif isinstance(target, nodes.Attribute):
            receiver = self.eval(target.value)
            self.set_attribute(target, receiver, value, depends)
        elif isinstance(target, (nodes.Tuple, nodes.List)):
            self._unpack(target.elts, value, depends)
        elif isinstance(target, nodes.Starred):
            self.assign(target.value, UNKNOWN, depends)
        elif isinstance(target, nodes.Subscript):
            self._assign_item(target, value, depends)

    def _unpack(self, targets: Sequence[nodes.expr], value: Value, depends: frozenset[int]) -> None:
        parts: list[Value] = []
        choices = options(value)
        if targets and target_name(targets[0]).startswith("_"):
            take_part(self, value, 1)
        for index in range(len(targets)):
            found = []
            for choice in choices:
                if isinstance(choice, Seq) and choice.is_whole and len(choice.items) == len(targets):
                    found.append(choice.items[index])
                elif isinstance(choice, (Features, Scores, Seq)):
                    found.append(element(choice))
                else:
                    found.append(Unknown())
            parts.append(_column(found, value) or join_all(found))
        for target, part in zip(targets, parts, strict=True):
            self.assign(target, part, depends)

    def _assign_item(self, target: nodes.Subscript, value: Value, depends: frozenset[int]) -> None:
        holder = self.eval(target.value)
        if isinstance(holder, OneOf) and is_worth_keeping(value):
            holder = _mapping_of(holder)
        key = self.eval(target.slice)
        if isinstance(key, Text):
            stored(self, target, value, key.text)
            share(self, target.value, key.text, value)
        outlives(self, Kept if self.loops else HandedOut, value, target)
        path = dotted_path(target.value)
        updated: Value = UNKNOWN
        if isinstance(holder, Dict):
            if isinstance(key, (Text, Const)):
                entries = tuple((k, v) for k, v in holder.entries if k != key)
                is_own = isinstance(target.value, nodes.Name) and target.value.id in self.scope.values
                if value == NONE and not is_own:
                    # Kept outside of the function, as where loading failed: other calls find what is there.
                    value = next((join(kept, value) for known, kept in holder.entries if known == key), value)
                updated = replace(holder, entries=(*entries, (key, value)))
            else:
                updated = replace(holder, entries=(*holder.entries, (key, value))[-200:], is_whole=False)
        elif isinstance(holder, Seq):
            updated = replace(holder, items=(*holder.items, value)[-200:], is_whole=False)
        elif isinstance(holder, (Tokens, Inputs)):
            updated = moved_somewhere(holder)
        elif isinstance(holder, Image):
            self._store_path(target.value, Unknown(), self.scope.depends_on(path) | depends)
        elif isinstance(holder, Features):
            updated = _with_row(holder, value) if isinstance(value, Features) else _with_own(holder)
        elif isinstance(holder, Unknown) and holder.source == BLANK and isinstance(value, Features):
            updated = _with_row(value, value)
        elif isinstance(holder, Unknown) and isinstance(key, Text) and is_worth_keeping(value):
            updated = Dict(((key, value),), is_whole=False, name=holder.name, rest=holder)
        if path and not isinstance(updated, Unknown):
            self._store_path(target.value, updated, self.scope.depends_on(path) | depends)
        elif any(isinstance(option, Features) and option.lost is not None for option in options(holder)):
            self._put_own(target.value)

    def _put_own(self, node: nodes.expr) -> None:
        """Something is put into a part of what came from all devices: ``parts[rank][first:last] = x``."""
        while isinstance(node, nodes.Subscript):
            node = node.value
        held = self.eval(node)
        if isinstance(held, Seq):
            items = tuple(_with_own(item) if isinstance(item, Features) else item for item in held.items)
            self.store(node, replace(held, items=items), node)
        elif isinstance(held, Features):
            self.store(node, _with_own(held), node)

    def store(self, holder: nodes.expr, value: Value, node: nodes.AST) -> None:
        """Put a value changed in place back where it came from."""
        depends = self.depends(holder) | (self.depends(node) if self.loops else NOTHING)
        self._store_path(holder, value, depends)

    def _store_path(self, node: nodes.expr, value: Value, depends: frozenset[int] = NOTHING) -> None:
        """Put a changed container back where it came from."""
        if isinstance(node, nodes.Name):
            change_all(self, node.id, value)
            if node.id in self.scope.values:
                self.scope.set(node.id, value, depends)
            else:
                home = self.scope.home(node.id)
                if home is not None:
                    home.values[node.id] = value
        elif isinstance(node, nodes.Attribute):
            receiver = self.eval(node.value)
            if isinstance(receiver, (Instance, Class)):
                self.set_attribute(node, receiver, value, depends, strong=True)
            elif isinstance(receiver, Dict):
                self._store_entry(node.value, receiver, Text(node.attr), value, depends)
        elif isinstance(node, nodes.Subscript):
            held, key = self.eval(node.value), self.eval(node.slice)
            if isinstance(held, Dict):
                self._store_entry(node.value, held, key, value, depends)

    def _store_entry(
        self, holder: nodes.expr, held: Dict, key: Value, value: Value, depends: frozenset[int]
    ) -> None:
        """Put what a mapping or a namespace holds back into it."""
        if any(known == key for known, _ in held.entries):
            entries = tuple((known, value if known == key else kept) for known, kept in held.entries)
            self._store_path(holder, replace(held, entries=entries), depends)
        elif isinstance(held.rest, Seq):
            added = replace(held, entries=(*held.entries, (key, value))[-200:], is_whole=False)
            self._store_path(holder, added, depends)

    def set_attribute(
        self,
        target: nodes.Attribute,
        receiver: Value,
        value: Value,
        depends: frozenset[int],
        strong: bool = False,
    ) -> None:
        """``receiver.attr = value``."""
        parameters = [option for option in options(receiver) if isinstance(option, Parameters)]
        if parameters and target.attr == "requires_grad":
            if value == Const(False):
                for held in parameters:
                    self.recorder.freeze(held.model)
            return
        if target.attr == "data":
            for held in parameters:
                self.recorder.place(held.model.load)
        if parameters and target.attr == "data" and isinstance(value, Parameters):
            self.recorder.widen(value.model)
            return
        share(self, target.value, target.attr, value)
        path = dotted_path(target)
        given = self.scope.values.get(target.value.id) if isinstance(target.value, nodes.Name) else None
        if isinstance(given, Inputs) and isinstance(target.value, nodes.Name):
            self.scope.set(target.value.id, moved_somewhere(given), self.scope.depends_on(target.value.id))
        if path:
            self.scope.set_path(path, value, depends)
            root = path.partition(".")[0]
            if depends and root in self.scope.values:  # settings changed from round to round
                self.scope.depends[root] = self.scope.depends_on(root) | depends
        for option in options(receiver):
            if isinstance(option, Instance):
                store = self.program.attributes.setdefault(id(option.cls.node), {})
                if isinstance(value, (Features, Scores, Seq, Dict)) and not value.name:
                    value = replace(value, name=target.attr)
                known = store.get(target.attr)
                store[target.attr] = value if known is None or strong else join(known, value)
        outlives(self, HandedOut, value, target)
        stored(self, target, value, target.attr)


def _mapping_of(holder: OneOf) -> Value:
    """The mapping that is filled, where it is one the program begins or else one that it read from somewhere."""
    mappings = [option for option in holder.options if isinstance(option, Dict)]
    others = [option for option in holder.options if not isinstance(option, (Dict, Unknown))]
    if others or len(mappings) != 1:
        return holder
    return replace(mappings[0], is_whole=False)
