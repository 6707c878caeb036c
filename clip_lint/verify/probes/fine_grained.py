"""CLP105: zero-shot accuracy on the user's own classes, a folder of images for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Exhibit
from clip_lint.verify.counterfactuals import template_of
from clip_lint.verify.fixtures import Images, Picture
from clip_lint.verify.measuring import Measurement, not_run, share, unless_guessing
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.model import article
from clip_lint.verify.statistics import happens
from clip_lint.verify.towers import embed_images, unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_GOOD = 0.8
"""Zero-shot accuracy below this on the user's own images confirms the finding, above it refutes it."""
_NEIGHBOURS = 5
_MOST = 400
"""Images of the user's own that are looked at, evenly over the classes: a share of them is known to 0.05."""


def class_images(folder: Path) -> list[tuple[str, Path]]:
    """Class (the sub-folder's name) and path of each image; VerifyProblem where there are fewer than two classes."""
    if not folder.is_dir():
        raise VerifyProblem(f"{folder}: no such folder of images")
    found = [
        (home.name, path)
        for home in sorted(folder.iterdir())
        if home.is_dir()
        for path in sorted(home.iterdir())
        if path.suffix.lower() in _SUFFIXES
    ]
    if len({name for name, _ in found}) < 2:
        raise VerifyProblem(f"{folder}: --images needs a folder for each class, two at least")
    return found


def neighbour_accuracy(features: torch.Tensor, classes: list[int]) -> float:
    """Leave-one-out accuracy of a vote of the five nearest images; features (n, d) of length one."""
    similar = features @ features.T
    similar.fill_diagonal_(-torch.inf)
    nearest = similar.topk(min(_NEIGHBOURS, len(classes) - 1), dim=1).indices
    labels = torch.tensor(classes)
    votes = torch.nn.functional.one_hot(labels[nearest], int(labels.max()) + 1).sum(dim=1)
    return float((votes.argmax(dim=1) == labels).float().mean())


def _image_directions(
    bench: Bench, images: Sequence[Image.Image], fallback: torch.Tensor
) -> tuple[torch.Tensor, str, str]:
    """Image features (n, d) of length one for the alternative: DINOv2's, or the model's own and why."""
    try:
        encoder = bench.find_encoder()
    except VerifyProblem as problem:
        bench.missing.append(str(problem))
        return fallback, f"{bench.towers.name}'s own features", str(problem)
    return encoder.directions(images), encoder.name, ""


@dataclass(frozen=True)
class FineGrainedProbe:
    """Zero-shot against nearest neighbours on the same model's image features, on the user's images."""

    name: str = "fine-grained"
    version: int = 3
    codes: tuple[str, ...] = ("CLP105",)

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Measure on ``--images``, or hand on the published figure."""
        if bench.class_folder is None:
            published = request.written.published
            note = "give --images DIR with a folder of images for each class to measure it"
            return not_run(f"published: {published}; {note}" if published else note)
        rows = class_images(bench.class_folder)
        rows = [rows[int(i * len(rows) / _MOST)] for i in range(_MOST)] if len(rows) > _MOST else rows
        bench.afford(bench.pace * len(rows))
        names = list(dict.fromkeys(name for name, _ in rows))
        right = [names.index(name) for name, _ in rows]
        template = template_of(request.prompts)
        prompts = [template.format(article(name.replace("_", " "))) for name in names]
        images = Images([Picture(path, ()) for _, path in rows])
        features = unit(embed_images(bench.towers, images))
        scores = features @ unit(bench.texts(prompts)).T
        own, name, note = _image_directions(bench, images, features)
        hits = (scores.argmax(dim=1) == torch.tensor(right)).tolist()
        interval = share(hits)
        wrong = share([not hit for hit in hits])
        order = sorted(range(len(hits)), key=lambda i: hits[i])[:3]
        exhibits = tuple(
            Exhibit(str(rows[i][1]), tuple(prompts), tuple(round(s, 4) for s in scores[i].tolist()), right[i])
            for i in order
        )
        found = Measurement(
            happens(wrong, 1 - _GOOD),
            len(hits),
            f"zero-shot accuracy on {len(names)} classes of the user's own images",
            interval,
            1 / len(names),
            neighbour_accuracy(own, right),
            f"vote of the {_NEIGHBOURS} nearest images by {name}, leave one out",
            note,
            exhibits=exhibits,
        )
        return unless_guessing(found, hits, 1 / len(names), ": are the folders named as the classes?")
