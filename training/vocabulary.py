"""The bundled model's own little tokenizer: byte pairs learnt on the generator's captions."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any

from transformers import CLIPTokenizer

from training.captions import captioned

_END_OF_WORD = "</w>"


def _bytes() -> list[str]:
    """The 256 printable stand-ins for bytes that byte-level tokenizers use."""
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def _merges(words: Counter[str]) -> list[tuple[str, str]]:
    """Byte-pair merges until every word is one piece, most frequent pair first."""
    pieces = {word: [*word[:-1], word[-1] + _END_OF_WORD] for word in words}
    merges: list[tuple[str, str]] = []
    while True:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, parts in pieces.items():
            for pair in pairwise(parts):
                pairs[pair] += words[word]
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, parts in pieces.items():
            joined: list[str] = []
            for part in parts:
                if joined and (joined[-1], part) == best:
                    joined[-1] += part
                else:
                    joined.append(part)
            pieces[word] = joined


def tokenizer(seed: int) -> CLIPTokenizer:
    """A CLIP tokenizer that knows every word of the generator; others fall into bytes. 77 tokens at most."""
    chance = random.Random(seed)  # noqa: S311 (a vocabulary, not a secret)
    words: Counter[str] = Counter()
    for _ in range(20_000):
        words.update(captioned(chance)[1].replace(",", " ,").split())
    merges = _merges(words)
    pieces = _bytes()
    vocabulary = [*pieces, *(piece + _END_OF_WORD for piece in pieces), *(a + b for a, b in merges)]
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    numbered = {piece: i for i, piece in enumerate(dict.fromkeys(vocabulary))}
    rules: Any = merges  # annotated as text, meant as pairs
    return CLIPTokenizer(vocab=numbered, merges=rules, model_max_length=77)
