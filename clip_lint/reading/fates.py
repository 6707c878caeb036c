"""What becomes of texts behind the text tower: averaged, compared with nothing, or scored by a model that learns them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.reading.prompts import Fate
from clip_lint.reading.values import Features, Seq, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.reading.events import Recorder
    from clip_lint.reading.facts import Compare, Encode, Indexed, PromptUse
    from clip_lint.reading.values import Site, Value

_TEST = re.compile(r"(?:^|\.)test_")


@dataclass(frozen=True)
class Fates:
    """The events that tell of it."""

    encodes: Sequence[Encode]
    compares: Sequence[Compare]
    indexed: Sequence[Indexed]
    recorder: Recorder
    trains: bool

    def of(self, uses: Sequence[PromptUse]) -> tuple[Fate, ...]:
        """What becomes of the texts of each use."""
        by_site: dict[object, list[Encode]] = {}
        for encode in self.encodes:
            sites = [encode.site] if encode.tokens is None else [encode.site, encode.tokens.site]
            for site in dict.fromkeys(sites):
                by_site.setdefault(site, []).append(encode)
        # The runs of a tower that the texts go into, with or without a tokenizer between.
        runs = [by_site.get(use.site, []) for use in uses]
        averaged = {
            use.texts
            for use, encodes in zip(uses, runs, strict=True)
            if any(encode.site.key in self.recorder.averaged for encode in encodes)
        }  # another branch may encode them as well
        return tuple(
            Fate(
                is_among_texts=self._is_among_texts(encodes),
                is_averaged=isinstance(use.texts, Seq) and use.texts in averaged,
                is_idle=self._is_idle(encodes),
                is_learnt=self._is_learnt(encodes),
                is_tuned=any(
                    encode.model.load is not None and encode.model.load.key in self.recorder.reloaded
                    for encode in encodes
                ),
            )
            for use, encodes in zip(uses, runs, strict=True)
        )

    def _is_idle(self, encodes: Iterable[Encode]) -> bool:
        """Whether a script or a test embeds the texts, and nothing is compared with them."""
        tops = [encode.calls[0] if encode.calls else encode.site for encode in encodes]
        return (
            bool(tops)
            and all(encode.modality == "text" for encode in encodes)
            and all(not top.function or _TEST.search(top.function) for top in tops)
            and not any(_is_text(side) for each in self.compares for side in (each.left, each.right))
            and not any(_is_text(each.features) for each in self.indexed)
        )

    def _is_among_texts(self, encodes: Iterable[Encode]) -> bool:
        """Whether the texts are only compared with texts: a question then finds what answers it, and is put to no picture."""
        sites = {encode.site for encode in encodes}
        sides = [(each.left, each.right) for each in self.compares]
        own = [pair for pair in sides if any(_origins(side) & sites for side in pair)]
        if not own and all(encode.modality == "text" for encode in self.encodes):
            own = [pair for pair in sides if any(_is_text(side) for side in pair)]
        return bool(own) and all(_is_text(left) and _is_text(right) for left, right in own)

    def _is_learnt(self, encodes: Iterable[Encode]) -> bool:
        """Whether the program trains the model."""
        loads = [encode.model.load for encode in encodes]
        return self.trains and any(load is not None and load.key in self.recorder.trained for load in loads)


def _origins(value: Value) -> set[Site]:
    """The calls that made the vectors."""
    return {each.origin for each in options(value) if isinstance(each, Features) and each.origin is not None}


def _is_text(value: Value) -> bool:
    return any(isinstance(each, Features) and each.modality != "image" for each in options(value))
