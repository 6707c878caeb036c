"""How far calls are followed into other files of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.knowledge.gate import may_use_clip
from clip_lint.reading.forms import target_name
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.values import (
    Class,
    Const,
    Dict,
    External,
    Function,
    Imported,
    Instance,
    ModuleRef,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.source.model import Source

CALL_BUDGET = 15_000
"""Evaluated nodes for one call that leaves the root file."""
_FEW_CALLS = 12
"""Calls in a function that is followed whatever it is given: helpers that normalise, lists of labels."""
_READERS = frozenset({"open", "read_text", "read_csv", "safe_load", "DictReader", "reader"})
"""A function that opens a file and returns something may return its labels: it may make more calls."""
_PICTURES = frozenset(
    {"Normalize", "ToTensor", "ToDtype", "imread", "fromarray", "transform", "transforms", "preprocess"}
)
"""A function of a data set that calls these makes pictures ready, and may make more calls as well."""
_MOST_LOOKED_AT = 12
_PLAIN = (Unknown, Const, Text, External, Imported, ModuleRef, Function, Class)


class Following(Run):
    """Most code that a CLIP script imports has nothing to do with CLIP: frameworks, trainers, data sets."""

    def is_worth_following(self, function: Function, arguments: Arguments) -> bool:
        """Whether running a function may tell anything about CLIP.

        It may if it stands in the root file, in a file that speaks of CLIP, is short, or is given a model, an image,
        features or the like.
        """
        source = function.source
        if source is self.source:
            return True
        if self.effort.abroad < 0:
            return False
        if self._speaks_of_clip(source) or _makes_few_calls(function.node):
            return True
        return any(self._tells(value) for value in arguments.values()) or (
            isinstance(function.receiver, Instance) and self._tells(function.receiver)
        )

    def leave(self, most: int) -> tuple[int, int] | None:
        """Leave the root file for at most that many nodes; None when the run is abroad already."""
        if self.frames and self.scope.source is not self.source:
            return None
        before = self.effort.left
        self.effort.left = min(before, self.effort.abroad, most)
        return before, self.effort.left

    def come_back(self, trip: tuple[int, int] | None) -> None:
        """Return to the root file from the trip that `leave` began, with what is left of the budget."""
        if trip is not None:
            before, allowed = trip
            used = allowed - self.effort.left
            self.effort.left, self.effort.abroad = before - used, self.effort.abroad - used

    def _speaks_of_clip(self, source: Source) -> bool:
        known = self.memory.speaks_of_clip.get(source.path)
        if known is None:
            is_concerned = self.workspace is not None and self.workspace.is_concerned(source.file)
            known = is_concerned or may_use_clip(source.text.encode("utf-8", "replace"))
            self.memory.speaks_of_clip[source.path] = known
        return known

    def _tells(self, value: Value) -> bool:
        """Whether a value is more than a number, a text or an unknown."""
        if isinstance(value, _PLAIN):
            return False
        if isinstance(value, Instance):
            return self._speaks_of_clip(value.cls.source)
        if isinstance(value, OneOf):
            return any(self._tells(option) for option in value.options[:_MOST_LOOKED_AT])
        if isinstance(value, Seq):
            return any(self._tells(item) for item in value.items[:_MOST_LOOKED_AT])
        if isinstance(value, Dict):
            return any(self._tells(item) for _, item in value.entries[:_MOST_LOOKED_AT])
        return True


@nodes.by_form
def _makes_few_calls(function: nodes.AST) -> bool:
    calls = [inner.func for inner in nodes.walk(function) if isinstance(inner, nodes.Call)]
    reads = any(getattr(each, "attr", getattr(each, "id", "")) in _READERS for each in calls) and any(
        isinstance(inner, nodes.Return) and inner.value is not None for inner in nodes.walk(function)
    )
    prepares = any(target_name(each) in _PICTURES for each in calls)
    most = 3 if prepares else 2 if reads else 1
    return len(calls) <= most * _FEW_CALLS
