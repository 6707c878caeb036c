"""Who takes gradients: which functions train, and which encodings they run on behalf of that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_EVALUATES = re.compile(
    r"(?:^|_)(?:eval|evaluate|evaluation|valid|validate|validation|test|predict|prediction|infer|inference|zero_?shot)(?:_|$)",
    re.IGNORECASE,
)
"""Functions that look at a model rather than train it, in files that do both."""
_LOSS = re.compile(r"loss|criterion|objective|cross_entropy", re.IGNORECASE)


@dataclass
class Training:
    """Which functions (``path::qualified.name``, empty name for a module's top level) take gradients."""

    trainers: set[str] = field(default_factory=set)
    calls: dict[str, set[str]] = field(default_factory=dict)
    """For each function, those of the tree that it was seen to call."""
    is_anywhere: bool = False
    """Something is trained in the code that was run."""

    def called(self, caller: str, function: str) -> None:
        """Note that one function calls another."""
        self.calls.setdefault(caller, set()).add(function)

    def run_by_trainers(self, others: Iterable[str] = ()) -> frozenset[str]:
        """The functions that train and all that they call, but for those that evaluate.

        ``others`` are functions whose results' gradients are taken elsewhere.
        """
        found = {*self.trainers, *others}
        pending = list(found)
        while pending:
            for function in self.calls.get(pending.pop(), ()):
                if function not in found and not evaluates(function):
                    found.add(function)
                    pending.append(function)
        return frozenset(found)


def evaluates(function: str) -> bool:
    """Whether a function's name says that it evaluates."""
    return bool(_EVALUATES.search(function.rpartition("::")[2].rpartition(".")[2]))


def is_within(function: str, trainers: frozenset[str]) -> bool:
    """Whether a function, or one that it is defined in, is among those that train."""
    path, _, name = function.partition("::")
    while name:
        if f"{path}::{name}" in trainers:
            return True
        name = name.rpartition(".")[0]
    return function in trainers


def names_loss(name: str) -> bool:
    """Whether a name is that of a loss."""
    return bool(_LOSS.search(name))
