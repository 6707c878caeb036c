"""The calls of towers: mode, gradients, what is fed to them, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from clip_lint.core.place import Place
    from clip_lint.observation.frames import Scope
    from clip_lint.observation.seen import Record
    from clip_lint.observation.tags import Model


@dataclass(slots=True)
class Call:
    """One call of a tower."""

    model: Model
    name: str
    places: tuple[Place, ...]
    is_training: bool
    minds_training: bool


@dataclass(slots=True)
class _Pending:
    """Gradients that were recorded, and whether anybody asked for them."""

    call: Call
    is_used: bool = False


@dataclass(slots=True)
class _Rounds:
    """Calls that one loop makes."""

    places: tuple[Place, ...]
    times: int = 0
    sizes: list[int] = field(default_factory=list)


class Calls:
    """Watches calls of towers until the end, when it is known what was never used and what was repeated."""

    def __init__(self, record: Record, scope: Scope) -> None:
        self.record = record
        self._scope = scope
        self._pending: list[_Pending] = []
        self._loads: dict[tuple[object, ...], _Rounds] = {}

    def loaded(self, name: str, places: tuple[Place, ...], loop: tuple[object, ...]) -> None:
        """A model was made."""
        rounds = self._loads.setdefault((name, places, loop), _Rounds(places))
        rounds.times += 1

    def before(self, model: Any, facts: Model, name: str, args: Any, kwargs: Any) -> Call:
        """A tower is about to be called."""
        del args, kwargs
        training = bool(model.training)
        return Call(facts, name, self._scope.here(), training, training and _minds_training(model))

    def after(self, call: Call, result: Any) -> None:
        """A tower has been called."""
        tensors = [value for value in _values(result) if isinstance(value, torch.Tensor)]
        nodes = [value.grad_fn for value in tensors if value.grad_fn is not None]
        if not nodes:
            self.record.see("CLP402", "no gradients are recorded", call.places, is_fault=False)
            self._mode(call)
            return
        pending = _Pending(call)
        self._pending.append(pending)

        def used(_: Any) -> None:
            pending.is_used = True

        for node in nodes:
            node.register_prehook(used)

    def _mode(self, call: Call) -> None:
        words = f"the model is in {'train' if call.is_training else 'eval'} mode where features are taken"
        places = call.places + call.model.loaded
        self.record.see("CLP401", words, places, is_fault=call.is_training, is_plain=call.minds_training)

    def finish(self) -> None:
        """The run is over: say what nobody used."""
        for pending in self._pending:
            if pending.is_used:
                self.record.see("CLP402", "the gradients are used", pending.call.places, is_fault=False)
                continue
            words = "gradients are recorded, and nothing ever asks for them"
            self.record.see("CLP402", words, pending.call.places, is_fault=True, is_plain=True)
            self._mode(pending.call)
        self._pending.clear()


def _values(result: Any) -> list[Any]:
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, (tuple, list)) else [result]


def _minds_training(model: torch.nn.Module) -> bool:
    """Whether train mode changes what a model gives: it has dropout, or statistics of the batch."""
    return any(
        (isinstance(part, torch.nn.modules.dropout._DropoutNd) and part.p > 0)  # noqa: SLF001
        or isinstance(part, torch.nn.modules.batchnorm._BatchNorm)  # noqa: SLF001
        for part in model.modules()
    )
