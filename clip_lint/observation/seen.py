"""What a run showed: sightings, counted by their code and their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clip_lint.core.place import Place, Position

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 4096
"""Sightings that are kept apart: a program that makes its code anew for every call would fill the memory."""
_SETS = 500
"""Sets of texts that are kept."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that was seen, a fault or the right way, with the words for it.

    ``places`` are where it happened (first) and what it hangs on besides, such as where the model was loaded. ``is_plain``
    says that it is a fault whatever the program wants, so that it is told of where the linter found nothing.
    """

    code: str
    is_fault: bool
    places: tuple[Place, ...]
    words: str
    is_plain: bool = False
    times: int = 1
    texts: tuple[str, ...] = ()
    """What a tokenizer got, of a sighting about prompts."""


class Record:
    """All sightings of a run."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], Sighting] = {}
        self.texts: dict[tuple[tuple[str, ...], tuple[Place, ...]], None] = {}
        """The sets of texts that were tokenized, with where."""
        self.failures: list[str] = []
        """What watching itself failed at; the program never notices."""

    def see(
        self,
        code: str,
        words: str,
        places: tuple[Place, ...],
        *,
        is_fault: bool,
        is_plain: bool = False,
    ) -> None:
        """Keep what was seen; the first words for a code at a place stay."""
        if not places:
            return
        self._keep(Sighting(code, is_fault, places, words, is_plain))

    def _keep(self, sighting: Sighting) -> None:
        key = (sighting.code, sighting.is_fault, sighting.is_plain, sighting.places)
        known = self._seen.get(key)
        if known is not None:
            self._seen[key] = replace(known, times=known.times + sighting.times)
        elif len(self._seen) < _MOST:
            self._seen[key] = sighting

    def read(self, texts: tuple[str, ...], places: tuple[Place, ...]) -> None:
        """Keep a set of texts that a tokenizer got."""
        if places and len(self.texts) < _SETS:
            self.texts[texts, places] = None

    def fail(self, error: Exception) -> None:
        """Remember that something could not be watched."""
        words = f"{type(error).__name__}: {error}".partition("\n")[0]
        if words not in self.failures and len(self.failures) < 20:
            self.failures.append(words)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Everything seen, in the order in which it was first seen."""
        return tuple(self._seen.values())

    def sent(self) -> dict[str, list[list[Any]]]:
        """The sightings and the texts as plain values, for another process."""
        texts = [[list(each), [_numbers(place) for place in places]] for each, places in self.texts]
        seen = [
            [
                each.code,
                each.is_fault,
                [_numbers(place) for place in each.places],
                each.words,
                each.is_plain,
                each.times,
            ]
            for each in self._seen.values()
        ]
        return {"seen": seen, "texts": texts}

    def take(self, sent: Mapping[str, list[list[Any]]]) -> None:
        """Add what another process sent."""
        for texts, places in sent.get("texts", []):
            self.read(tuple(texts), tuple(map(_place, places)))
        for code, is_fault, places, words, is_plain, times in sent.get("seen", []):
            self._keep(Sighting(code, is_fault, tuple(map(_place, places)), words, is_plain, times))


def _numbers(place: Place) -> list[Any]:
    return [place.path, place.start.line, place.start.column, place.end.line, place.end.column]


def _place(numbers: list[Any]) -> Place:
    path, line, column, last, end = numbers
    return Place(path, 0, Position(line, column), Position(last, end))
