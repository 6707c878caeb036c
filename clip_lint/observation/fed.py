"""What a tower is fed: the pixels and tokens of a call, held against what the model takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clip_lint.core.place import Place
    from clip_lint.observation.seen import Record
    from clip_lint.observation.tags import Model, Tag, Tags

_HALF = (torch.float16,)


@dataclass(frozen=True, slots=True)
class Fed:
    """The pixels and the tokens of one call; ``tag`` says where the tokens came from, ``shown`` where the pixels did."""

    pixels: torch.Tensor | None
    tokens: torch.Tensor | None
    tag: Tag | None
    shown: Tag | None
    digest: int | None

    @classmethod
    def of(cls, args: tuple[Any, ...], kwargs: Mapping[str, Any], tags: Tags) -> Self:
        """What is among the arguments of a call."""
        tensors = [
            value for value in (*args, *_first(kwargs, "input_ids"), *kwargs.values()) if _is_tensor(value)
        ]
        pixels = next((each for each in tensors if each.is_floating_point() and each.ndim >= 4), None)
        tokens = next((each for each in tensors if not each.is_floating_point() and each.ndim == 2), None)
        if tokens is None:
            return cls(pixels, None, None, tags.get(pixels), None)
        digest = hash((tuple(tokens.shape), tokens.detach().cpu().numpy().tobytes()))
        return cls(pixels, tokens, tags.get(tokens), tags.get(pixels), digest)

    @property
    def size(self) -> int:
        """How many pictures, or else texts, there are."""
        first = self.pixels if self.pixels is not None else self.tokens
        return 0 if first is None else len(first)


def check(record: Record, model: Any, facts: Model, fed: Fed, places: tuple[Place, ...]) -> None:
    """See to it that a model gets what it takes."""
    weight = next((each for each in model.parameters() if each.is_floating_point()), None)
    if fed.tokens is not None:
        _tokens(record, model, facts, fed.tokens, fed.tag, places)
    if fed.pixels is not None:
        _pixels(record, model, fed.pixels, fed.shown, places)
    if weight is not None:
        _kinds(record, facts, weight, fed, places)


def _tokens(
    record: Record, model: Any, facts: Model, tokens: torch.Tensor, tag: Tag | None, places: tuple[Place, ...]
) -> None:
    made = tag.places if tag is not None else ()
    config = getattr(getattr(model, "config", None), "text_config", None)
    context = getattr(model, "context_length", getattr(config, "max_position_embeddings", None))
    vocabulary = getattr(model, "vocab_size", getattr(config, "vocab_size", None))
    width = int(tokens.shape[1])
    if isinstance(context, int):
        if width > context:
            words = f"{width} tokens, where the context holds {context}"
            record.see("CLP305", words, made or places, is_fault=True, is_plain=True)
        elif facts.is_pairwise:
            words = f"texts of {width} tokens, trained with {context}"
            is_short = width < context
            record.see("CLP302", words, made or places, is_fault=is_short, is_plain=is_short)
    if isinstance(vocabulary, int) and tag is not None and tag.about.isdigit():
        known = int(tag.about)
        is_other = abs(known - vocabulary) > vocabulary // 10
        words = f"a tokenizer of {known} tokens, a model of {vocabulary}"
        is_beyond = bool(tokens.numel()) and int(tokens.max()) >= vocabulary
        if is_other:
            record.see("CLP301", words, made + places, is_fault=True, is_plain=is_beyond)


def _pixels(
    record: Record, model: Any, pixels: torch.Tensor, tag: Tag | None, places: tuple[Place, ...]
) -> None:
    low, high = (float(each) for each in torch.aminmax(pixels.detach()[:8].float()))
    if low > -0.001 and high < 1.001 and high - low > 0.1:
        words = f"the pixels go from {low:.2g} to {high:.2g}: mean and deviation were never applied"
        record.see("CLP304", words, places, is_fault=True, is_plain=low < 0.05 and high > 0.8)
    vision = getattr(getattr(model, "config", None), "vision_config", getattr(model, "visual", None))
    size = getattr(vision, "image_size", getattr(vision, "input_resolution", None))
    wanted = max(size) if isinstance(size, (tuple, list)) else size
    if isinstance(wanted, int) and wanted != max(pixels.shape[-2:]):
        words = f"pictures of {max(pixels.shape[-2:])} pixels a side, a model for {wanted}"
        record.see("CLP301", words, (*(tag.places if tag else ()), *places), is_fault=True)


def _kinds(record: Record, facts: Model, weight: torch.Tensor, fed: Fed, places: tuple[Place, ...]) -> None:
    if weight.dtype in _HALF and weight.device.type == "cpu":
        record.see("CLP309", "half precision on the CPU", places + facts.loaded, is_fault=True)
    for given in (fed.pixels, fed.tokens):
        if given is not None and given.device != weight.device:
            words = f"inputs on {given.device}, the model on {weight.device}"
            record.see("CLP309", words, places, is_fault=True, is_plain=True)
    given = fed.pixels
    if given is not None and given.dtype != weight.dtype and not torch.is_autocast_enabled():
        words = f"{str(given.dtype)[6:]} pixels into a model in {str(weight.dtype)[6:]}"
        record.see("CLP309", words, places, is_fault=True)


def _first(kwargs: Mapping[str, Any], name: str) -> Iterator[Any]:
    if name in kwargs:
        yield kwargs[name]


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)
