"""Image-text models whose answers are known by construction: they know the scene behind an image."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from clip_lint.verify.detector import Detection, Detector
from clip_lint.verify.measuring import Bench
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.model import COLOURS, KINDS, NUMBERS, PLURALS
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from clip_lint.verify.fixtures import FixtureSet, Picture
    from clip_lint.verify.image_encoder import ImageEncoder
    from clip_lint.verify.rounding import Rounding

_SINGULAR = {plural: kind for kind, plural in PLURALS.items() if plural != kind}


def words(prompt: str) -> list[str]:
    """The words of a prompt, kinds in the singular."""
    return [_SINGULAR.get(word, word) for word in re.findall(r"[a-z]+", prompt.lower())]


def hashed(key: str, width: int = 256) -> torch.Tensor:
    """A direction of its own for every word."""
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:7], "big")
    return torch.nn.functional.normalize(
        torch.randn(width, generator=torch.Generator().manual_seed(seed)), dim=0
    )


def facts_of(picture: Picture) -> set[str]:
    """Everything that is true of a picture, as the sentences of the questions would say it."""
    from clip_lint.verify.scenes.model import relation

    facts: set[str] = set()
    for kind in KINDS:
        number = picture.count(kind)
        if number:
            facts.add(f"has {kind}")
            facts.add(f"{NUMBERS[number]} {kind}")
        else:
            facts.add(f"without {kind}")
    for item in picture.items:
        facts.update({f"{item.colour} {item.kind}", f"{item.size} {item.kind}"})
    for i, one in enumerate(picture.items):
        for other in (item for j, item in enumerate(picture.items) if j != i):
            if (name := relation(one.box, other.box)) is not None:
                facts.add(f"{one.kind} {name} {other.kind}")
    if picture.text:
        facts.add(f"says {picture.text.lower()}")
    return facts


def claims_of(prompt: str) -> set[str]:
    """What a prompt claims, in the same words."""
    said = words(prompt)
    text = " ".join(word for word in said if word not in {"a", "an", "the", "to", "of", "photo"})
    claims: set[str] = set()
    kinds = "|".join(KINDS)
    values = "|".join((*COLOURS, "big", "small"))
    claims.update(f"{m[1]} {m[2]}" for m in re.finditer(rf"\b({'|'.join(NUMBERS)}) ({kinds})\b", text))
    claims.update(f"{m[1]} {m[2]}" for m in re.finditer(rf"\b({values}) ({kinds})\b", text))
    claims.update(f"without {m[1]}" for m in re.finditer(rf"\bwithout ({kinds})\b", text))
    for m in re.finditer(rf"\b({kinds}) (left|right|above|below) ({kinds})\b", text):
        claims.add(f"{m[1]} {m[2]}{' of' if m[2] in {'left', 'right'} else ''} {m[3]}")
    claims.update(f"says {m[1]}" for m in re.finditer(r"\bsays (\w+)", text))
    if not claims or claims <= {c for c in claims if c.split()[0] in COLOURS}:
        claims.update(f"has {word}" for word in said if word in KINDS)
    return claims


@dataclass
class KnownTowers:
    """A model that embeds facts or words; the image is recognised by its pixels."""

    fixtures: FixtureSet
    image_words: Callable[[Picture], set[str]]
    text_words: Callable[[str], set[str]]
    name: str = "known"
    device: str = "cpu"
    scoring: Scoring = field(default_factory=lambda: Scoring(100.0))
    context: int = 77
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)
    rounding: Rounding | None = None

    def __post_init__(self) -> None:
        self._by_pixels = {
            self._print(self.pixels([image])[0]): picture
            for image, picture in zip(self.fixtures.images, self.fixtures.pictures, strict=True)
        }
        self._module = torch.nn.Linear(1, 1)

    @staticmethod
    def _print(pixels: torch.Tensor) -> bytes:
        return hashlib.sha256(pixels.numpy().tobytes()).digest()

    def _sum(self, keys: set[str]) -> torch.Tensor:
        return torch.stack([hashed(key) for key in sorted(keys)] or [hashed("nothing")]).sum(dim=0)

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        return torch.stack([self._sum(self.text_words(prompt)) for prompt in prompts])

    untruncated_features = text_features
    unpadded_features = text_features

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        small = [image.resize((32, 32)) for image in images]
        rows = [torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8) for image in small]
        return torch.stack([row.view(32, 32, 3).permute(2, 0, 1) / 127.5 - 1 for row in rows])

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        return torch.stack([self._sum(self._seen(row)) for row in pixels])

    def _seen(self, row: torch.Tensor) -> set[str]:
        """What the model says of a known image; of any other, such as a crop, its most frequent colour."""
        if (picture := self._by_pixels.get(self._print(row))) is not None:
            return self.image_words(picture)
        flat = (row.permute(1, 2, 0).reshape(-1, 3) + 1) * 127.5
        palette = torch.tensor(list(COLOURS.values()), dtype=torch.float32)
        near = torch.cdist(flat, palette)
        votes = torch.bincount(near.argmin(dim=1)[near.min(dim=1).values < 30], minlength=len(COLOURS))
        return {list(COLOURS)[int(votes.argmax())]}

    def module(self) -> torch.nn.Module:
        return self._module


def oracle(fixtures: FixtureSet) -> KnownTowers:
    """Encodes number, place, binding, absence and text; so every contrast is easy for it."""
    return KnownTowers(fixtures, facts_of, claims_of, "oracle")


def bag_of_words(fixtures: FixtureSet) -> KnownTowers:
    """Knows which kinds, colours and sizes there are, not how many, where, which belongs to which; deaf to "without"."""

    def seen(picture: Picture) -> set[str]:
        return {word for item in picture.items for word in (item.kind, item.colour, item.size) if word}

    def said(prompt: str) -> set[str]:
        return {
            word
            for word in words(prompt)
            if word in {*KINDS, *COLOURS, "big", "small", *NUMBERS, "left", "right", "above", "below"}
        }

    return KnownTowers(fixtures, seen, said, "bag of words")


def random_model(fixtures: FixtureSet) -> KnownTowers:
    """Embeds every image and every prompt at random."""
    return KnownTowers(fixtures, lambda picture: {picture.path.name}, lambda prompt: {prompt}, "random")


@dataclass
class TrueDetector:
    """Finds exactly what is annotated."""

    fixtures: FixtureSet
    name: str = "true boxes"
    labels: frozenset[str] = frozenset(KINDS)

    def detect(self, images: Sequence[Image.Image]) -> list[list[Detection]]:
        known = {
            image.tobytes(): picture
            for image, picture in zip(self.fixtures.images, self.fixtures.pictures, strict=True)
        }
        return [
            [Detection(item.kind, 1.0, item.box) for item in known[image.tobytes()].items] for image in images
        ]


def bench(towers: KnownTowers, *, has_detector: bool = True) -> Bench:
    """A bench with a known model and, if wanted, a perfect detector."""

    def no_encoder() -> ImageEncoder:
        raise VerifyProblem("no encoder in tests")

    def find_detector() -> Detector:
        if not has_detector:
            raise VerifyProblem("no detector in tests")
        return TrueDetector(towers.fixtures)

    return Bench(towers, towers.fixtures, find_detector, lambda: towers, no_encoder)
