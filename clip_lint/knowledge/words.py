"""Which of many words some bytes hold: in one pass where ``ahocorasick_rs`` is installed (the extra `fast`), else word by word.

Both find the same; a tree of 50 MB takes a tenth of a second in the one way and half a second in the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STEMS = (
    b"diffusi", b"clip", b"embed", b"yolo", b"image", b"processo", b"_feature_extr", b"ground", b"owlv", b"-turb", b"model",
)  # fmt: skip
"""Parts that many of the words looked for have in common: most files hold few of them, and then the words need no search.

Only speed depends on the choice: a word with none of them is its own stem.
"""
_AT_ONCE = 200_000
"""Bytes in which all places are found at once; the rest is not searched where one of them decides."""


class Words(Protocol):
    """Words to look for."""

    def places(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """The words that the data hold, each with where it begins: the first of each line at least."""


def words(looked_for: Iterable[bytes]) -> Words:
    """The words, prepared for the fastest search that there is."""
    known = sorted(set(looked_for))
    try:
        return AtOnce(known)
    except ImportError:  # no wheel for this machine, or not asked for
        return ByStems(known)


class AtOnce:
    """All words in one pass. ImportError where the library is missing."""

    def __init__(self, known: list[bytes]) -> None:
        from ahocorasick_rs import BytesAhoCorasick, Implementation  # noqa: PLC0415

        self._known = known
        self._overlap = max(map(len, known), default=1) - 1
        self._search = BytesAhoCorasick(known, implementation=Implementation.DFA).find_matches_as_indexes

    def places(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """See `Words`."""
        for begins in range(0, len(data), _AT_ONCE):
            part = data[begins : begins + _AT_ONCE + self._overlap] if len(data) > _AT_ONCE else data
            for number, start, _ in self._search(part, overlapping=True):
                yield self._known[number], begins + start


class ByStems:
    """Word by word, of those whose stem is there."""

    def __init__(self, known: list[bytes]) -> None:
        found: dict[bytes, list[bytes]] = {}
        for word in known:
            found.setdefault(next((stem for stem in _STEMS if stem in word), word), []).append(word)
        self._by_stem = tuple(sorted(found.items(), key=lambda each: len(each[0])))

    def places(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """See `Words`."""
        for stem, held in self._by_stem:
            if stem in data:
                for word in held:
                    at = data.find(word)
                    while at >= 0:
                        yield word, at
                        at = data.find(b"\n", at)  # once a line is enough
                        at = data.find(word, at) if at >= 0 else at
