"""The calls of towers: mode, gradients, what is fed to them, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from clip_lint.observation.fed import Fed, check

if TYPE_CHECKING:
    from clip_lint.core.place import Place
    from clip_lint.observation.frames import Scope
    from clip_lint.observation.seen import Record
    from clip_lint.observation.tags import Model, Tags


@dataclass(slots=True)
class Call:
    """One call of a tower."""

    model: Model
    name: str
    places: tuple[Place, ...]
    is_training: bool
    minds_training: bool
    fed: Fed
    loop: tuple[object, ...]


@dataclass(slots=True)
class _Gradients:
    """Calls from one place that recorded gradients, and how many of them were asked for theirs."""

    call: Call
    recorded: int = 0
    used: int = 0


@dataclass(slots=True)
class _Rounds:
    """What one loop, or one line of one part of the run, does again and again."""

    places: tuple[Place, ...]
    is_loop: bool
    sizes: list[int] = field(default_factory=list)
    texts: dict[int, int] = field(default_factory=dict)
    loads: int = 0


class Calls:
    """Watches calls of towers until the end, when it is known what was never used and what was repeated."""

    def __init__(self, record: Record, scope: Scope, tags: Tags) -> None:
        self.record = record
        self._scope = scope
        self._tags = tags
        self._gradients: dict[tuple[Place, ...], _Gradients] = {}
        self._rounds: dict[tuple[object, ...], _Rounds] = {}
        self._outputs: dict[int, tuple[Place, ...]] = {}

    def _rounds_of(self, what: str, places: tuple[Place, ...], loop: tuple[object, ...]) -> _Rounds:
        key = (what, places, loop or self._scope.part)
        if key not in self._rounds and len(self._rounds) > 10_000:
            self._rounds.clear()  # a run without end: what it repeats is seen again
        return self._rounds.setdefault(key, _Rounds(places, bool(loop)))

    def loaded(self, name: str, places: tuple[Place, ...]) -> None:
        """A model was made."""
        self._rounds_of(f"load {name}", places, self._scope.round()).loads += 1

    def before(self, model: Any, facts: Model, name: str, args: Any, kwargs: Any) -> Call:
        """A tower is about to be called."""
        places = self._scope.here()
        fed = Fed.of(args, kwargs, self._tags)
        check(self.record, model, facts, fed, places)
        training = bool(model.training)
        minds = training and _minds_training(model)
        return Call(facts, name, places, training, minds, fed, self._scope.round())

    def after(self, call: Call, result: Any) -> None:
        """A tower has been called."""
        tensors = [value for value in _values(result) if isinstance(value, torch.Tensor)]
        nodes = [value.grad_fn for value in tensors if value.grad_fn is not None]
        if call.name != "forward":
            self._output(call, result)
        self._repeated(call, is_trained=bool(nodes))
        if not nodes:
            self.record.see("CLP402", "no gradients are recorded", call.places, is_fault=False)
            self._mode(call)
            return
        known = self._gradients.setdefault(call.places, _Gradients(call))
        known.recorded += 1
        asked: list[bool] = []

        def used(_: Any) -> None:
            if not asked:
                asked.append(True)
                known.used += 1

        for node in nodes:
            node.register_prehook(used)

    def _repeated(self, call: Call, *, is_trained: bool) -> None:
        if not call.fed.size:
            return
        rounds = self._rounds_of("call", call.places, call.loop)
        rounds.sizes.append(call.fed.size)
        del rounds.sizes[64:]
        if call.fed.digest is not None and not is_trained:
            rounds.texts[call.fed.digest] = rounds.texts.get(call.fed.digest, 0) + 1

    def _output(self, call: Call, result: Any) -> None:
        if isinstance(result, torch.Tensor):
            self.record.see("CLP307", "the method gives a tensor", call.places, is_fault=False)
        elif hasattr(result, "pooler_output"):
            if len(self._outputs) > 1000:
                self._outputs.clear()
            self._outputs[id(result)] = call.places

    def taken_for_tensor(self, value: Any, what: str) -> None:
        """Something that only tensors can was asked of ``value``, or it was given to what takes tensors."""
        places = self._outputs.get(id(value))
        if places:
            words = f"the output object was taken for a tensor: {what}"
            self.record.see("CLP307", words, places, is_fault=True, is_plain=True)

    def _mode(self, call: Call) -> None:
        words = f"the model is in {'train' if call.is_training else 'eval'} mode where features are taken"
        places = call.places + call.model.loaded
        self.record.see("CLP401", words, places, is_fault=call.is_training, is_plain=call.minds_training)

    def finish(self) -> None:
        """The run is over: say what nobody used, and what was done again and again."""
        for known in self._gradients.values():
            if known.used:
                self.record.see("CLP402", "the gradients are used", known.call.places, is_fault=False)
                continue
            words = "gradients are recorded, and nothing ever asks for them"
            self.record.see("CLP402", words, known.call.places, is_fault=True, is_plain=True)
            self._mode(known.call)
        for rounds in self._rounds.values():
            self._say(rounds)
        for places in {*self._outputs.values()}:
            words = "the output object is not taken for a tensor"
            self.record.see("CLP307", words, places, is_fault=False)
        self._gradients.clear()
        self._rounds.clear()
        self._outputs.clear()

    def _say(self, rounds: _Rounds) -> None:
        see = self.record.see
        if rounds.loads > 1:
            words = f"the model is loaded {rounds.loads} times"
            see("CLP405", words, rounds.places, is_fault=True, is_plain=rounds.is_loop)
        ones = rounds.sizes.count(1)
        if rounds.is_loop and ones > 1:
            see("CLP403", f"{ones} calls with one each", rounds.places, is_fault=True)
        elif rounds.sizes and min(rounds.sizes) > 1:
            see("CLP403", f"calls with {min(rounds.sizes)} or more each", rounds.places, is_fault=False)
        most = max(rounds.texts.values(), default=0)
        if most > 1:
            words = f"the same texts are encoded {most} times"
            see("CLP404", words, rounds.places, is_fault=True, is_plain=rounds.is_loop and most > 2)
        elif len(rounds.texts) > 1:
            see("CLP404", "other texts each time", rounds.places, is_fault=False)


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
