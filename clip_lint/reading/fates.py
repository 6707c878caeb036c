"""What becomes of texts behind the text tower: averaged, compared with nothing, or scored by a model that learns them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from clip_lint.reading.prompts import Fate
from clip_lint.reading.values import Features, Seq, Tristate, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    measures: bool
    reads_writing: bool
    conditions: bool

    def of(self, uses: Sequence[PromptUse]) -> tuple[Fate, ...]:
        """What becomes of the texts of each use."""
        by_site: dict[object, list[Encode]] = {}
        for encode in self.encodes:
            sites = [encode.site] if encode.tokens is None else [encode.site, encode.tokens.site]
            for site in dict.fromkeys(sites):
                by_site.setdefault(site, []).append(encode)
        # The runs of a tower that the texts go into, with or without a tokenizer between; a function's are those of all its calls.
        found = {site: self._fate(by_site.get(site, [])) for site in dict.fromkeys(use.site for use in uses)}
        averaged = {
            use.texts for use in uses if found[use.site].is_averaged
        }  # another branch may encode them as well
        return tuple(
            replace(
                found[use.site],
                is_averaged=isinstance(use.texts, Seq) and use.texts in averaged,
                is_condition=found[use.site].is_condition and not use.is_labels,
            )
            for use in uses
        )

    def _fate(self, encodes: Sequence[Encode]) -> Fate:
        return Fate(
            is_among_texts=self._is_among_texts(encodes),
            is_condition=self._is_condition(encodes),
            is_averaged=any(encode.site.key in self.recorder.averaged for encode in encodes),
            is_idle=self._is_idle(encodes),
            is_learnt=self._is_learnt(encodes),
            is_measured=self.measures,
            has_reader=self.reads_writing,
            is_tuned=any(
                encode.model.load is not None and encode.model.load.key in self.recorder.reloaded
                for encode in encodes
            ),
        )

    def _is_idle(self, encodes: Iterable[Encode]) -> bool:
        """Whether a script or a test embeds the texts, and nothing is compared with them."""
        tops = [encode.calls[0] if encode.calls else encode.site for encode in encodes]
        return (
            bool(tops)
            and all(encode.modality == "text" for encode in encodes)
            and all(not top.function or _TEST.search(top.function) for top in tops)
            and not self._is_any_compared
        )

    @cached_property
    def _is_any_compared(self) -> bool:
        """Whether something is compared with texts, or searched by them."""
        return any(_is_text(side) for each in self.compares for side in (each.left, each.right)) or any(
            _is_text(each.features) for each in self.indexed
        )

    def _is_condition(self, encodes: Sequence[Encode]) -> bool:
        """Whether the texts go through a text tower into something else than a comparison, as far as it is read."""
        return (
            self.conditions
            and all(encode.modality == "text" for encode in encodes)
            and not self.recorder.meets_unknown
            and not self._is_any_compared
        )

    def _is_among_texts(self, encodes: Iterable[Encode]) -> bool:
        """Whether the texts are only compared with texts: a question then finds what answers it, and is put to no picture."""
        own = [
            self._compared[site]
            for site in dict.fromkeys(encode.site for encode in encodes)
            if site in self._compared
        ]
        if own:
            return all(own)
        texts = [each for each in self.compares if _is_text(each.left) or _is_text(each.right)]
        return (
            bool(texts)
            and all(encode.modality == "text" for encode in self.encodes)
            and all(map(_are_texts, texts))
        )

    @cached_property
    def _compared(self) -> Mapping[Site, bool]:
        """By the call that made vectors: whether all that they are compared with are texts, as they are, in a store or not."""
        found: dict[Site, bool] = {}
        for each in self.compares:
            for origin in _origins(each.left) | _origins(each.right):
                found[origin] = found.get(origin, True) and _are_texts(each)
        held: dict[object, list[bool]] = {}
        for stored in self.indexed:
            if not stored.is_query:
                held.setdefault(stored.index.key, []).append(stored.features.modality == "text")
        for search in self.indexed:
            if search.is_query and search.index.key in held:
                for origin in _origins(search.features):
                    found[origin] = found.get(origin, True) and all(held[search.index.key])
        return found

    def _is_learnt(self, encodes: Iterable[Encode]) -> bool:
        """Whether the program trains the model, or something in it: adapters, the words of a prompt."""
        loads = {encode.model.load.key for encode in encodes if encode.model.load is not None}
        return self.trains and not loads.isdisjoint(self.recorder.trained | self._of_losses)

    @cached_property
    def _of_losses(self) -> set[int]:
        """The models whose vectors a loss sends gradients through."""
        return {
            encode.model.load.key
            for encode in self.encodes
            if encode.wants_gradient and encode.grad is Tristate.YES and encode.model.load is not None
        }


_MEASURES = re.compile(
    r"\b(?:accuracy|f1|precision|recall|roc_auc|average_precision|top_k_accuracy)_score\s*\("
    r"|\b(?:confusion_matrix|classification_report|precision_recall_curve|roc_curve)\s*\("
    r"|^[ \t]*(?:self\.)?(?:\w+_)?(?:acc|accuracy|top_?[15]|recall|precision|f1|ndcg|mrr|auroc)(?:_?(?:at_?)?\w{1,6})?\s*\+?=(?!=)(?:[^\n]*(?:/|\bmean\b|\bsum\b)|[ \t]*\($)"
    r"|\bdef\s+\w*(?:accuracy|recall_at|precision_at|ndcg|mrr)\w*\s*\("
    r"|[\"'](?:\w+[_ ])?(?:acc|accuracy|f1|mrr|ndcg(?:@\w+)?|(?:p|r|recall|precision|hits?|top)@\w+)[\"']",
    re.MULTILINE | re.IGNORECASE,
)


_SAID_RIGHT = re.compile(
    r"[\"'](?:correct|right|true|matching)(?:_(?:caption|text|prompt|label))?[\"']\s*:\s*f?[\"'][^\"'\n]*\s"
)
_SAID_WRONG = re.compile(
    r"[\"'](?:wrong|incorrect|false|foil|swapped|mismatched|(?:hard_)?negative)(?:_(?:caption|text|prompt|label))?[\"']\s*:\s*f?[\"'][^\"'\n]*\s"
)


def measures(program: str) -> bool:
    """Whether a program compares what a model answers with what is true: whoever reads its figures knows what it is good for.

    It knows what is true where it names a caption the right one, and another the wrong one.
    """
    says_which = _SAID_RIGHT.search(program) is not None and _SAID_WRONG.search(program) is not None
    return says_which or _MEASURES.search(program) is not None


_READER = re.compile(
    r"\b(?:pytesseract|tesseract|easyocr|rapidocr\w*|paddleocr|doctr|keras_ocr|surya|ocrmypdf|trocr)\b"
    r"|(?<![a-z])ocr(?![a-z])",
    re.IGNORECASE,
)


def reads_writing(program: str) -> bool:
    """Whether a program speaks of OCR: it has something that reads, and asks for words what that has read."""
    return _READER.search(program) is not None


_CONDITIONS = re.compile(r"\.(?:load_state_dict|backward)\(|\b\w*env\w*\.step\(")


def conditions(program: str) -> bool:
    """Whether a program trains something, loads weights of its own, or acts in an environment: texts may go into that."""
    return _CONDITIONS.search(program) is not None


def _origins(value: Value) -> set[Site]:
    """The calls that made the vectors."""
    return {each.origin for each in options(value) if isinstance(each, Features) and each.origin is not None}


def _are_texts(each: Compare) -> bool:
    return _is_text(each.left) and _is_text(each.right)


def _is_text(value: Value) -> bool:
    return any(isinstance(each, Features) and each.modality != "image" for each in options(value))
