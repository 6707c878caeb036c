"""Why does the model answer this way? One image, one query, its rivals, its rewordings and what a detector sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.verify.counterfactuals import DIFFERENCES, counterfactual
from clip_lint.verify.loading import STAND_IN
from clip_lint.verify.scenes.model import KINDS, PLURALS
from clip_lint.verify.towers import embed_images, embed_texts, unit
from clip_lint.verify.trials import plural
from clip_lint.verify.wordings import phrasings, simpler, things_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.core.finding import Finding
    from clip_lint.knowledge.alternatives import Alternative
    from clip_lint.verify.detector import Detection, Detector
    from clip_lint.verify.towers import Towers

_UNRELATED = (
    "a spreadsheet", "a violin", "a glacier", "a chessboard", "a microscope", "a football match", "a plate of noodles",
    "a tax form", "a submarine", "a wedding", "a cactus", "a circuit board", "a beach", "a library", "a parrot",
    "a traffic jam", "a knitted sweater", "a volcano", "a bedroom", "a map",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """A text, what it is there for (query, label, counterfactual, phrasing, simpler) and its cosine with the image."""

    text: str
    role: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Cause:
    """A likely reason, most likely first: ``name`` is not there, not seen, task, wording, too specific, threshold or cannot tell."""

    name: str
    why: str
    advice: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found out.

    ``unrelated`` are the cosines of texts that have nothing to do with the image; ``detector`` is the detector's name or
    why there is none, ``classes`` what it can find.
    """

    query: str
    checkpoint: str
    scale: float
    scored: tuple[Scored, ...]
    unrelated: tuple[float, ...]
    findings: tuple[Finding, ...]
    alternatives: tuple[Alternative, ...]
    detections: tuple[Detection, ...]
    detector: str
    classes: frozenset[str]
    causes: tuple[Cause, ...]

    def of(self, role: str) -> tuple[Scored, ...]:
        """The texts with this role, highest cosine first."""
        return tuple(
            sorted((item for item in self.scored if item.role == role), key=lambda item: -item.cosine)
        )

    @property
    def own(self) -> float:
        """The query's cosine."""
        return self.of("query")[0].cosine

    @property
    def rank(self) -> int:
        """How many unrelated texts score at least as high."""
        return sum(value >= self.own for value in self.unrelated)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The query's things for which the detector has no class."""
        return tuple(thing for thing in things_of(self.query) if self.classes and self._class(thing) is None)

    @property
    def absent(self) -> tuple[str, ...]:
        """The query's things that the detector knows and does not find."""
        found = {item.label for item in self.detections}
        known = (self._class(thing) for thing in things_of(self.query))
        return tuple(name for name in known if name is not None and name not in found)

    def _class(self, thing: str) -> str | None:
        return next((name for name in self.classes if thing in {name, plural(name)}), None)


def _texts(query: str, labels: Sequence[str]) -> list[tuple[str, str]]:
    """Every text with its role, each text once, the query first."""
    rows = [(query, "query"), *((label, "label") for label in labels)]
    for code in DIFFERENCES:
        pair = counterfactual(code, [query])
        if pair is not None:
            rows.append((pair.changed, "counterfactual"))
    rows += [(text, "phrasing") for text in phrasings(query)]
    rows += [(text, "simpler") for text in simpler(query)]
    seen: dict[str, str] = {}
    for text, role in rows:
        seen.setdefault(text, role)
    return list(seen.items())


def diagnose(
    image: Image.Image, query: str, labels: Sequence[str], towers: Towers, detector: Detector | str
) -> Diagnosis:
    """Score ``query`` against everything that tells why; ``detector`` is a sentence where there is none."""
    rows = _texts(query, labels)
    own = unit(embed_images(towers, [image]))[0]
    cosines = (unit(embed_texts(towers, [text for text, _ in rows])) @ own).tolist()
    scored = tuple(Scored(text, role, value) for (text, role), value in zip(rows, cosines, strict=True))
    unrelated = tuple(
        (unit(embed_texts(towers, [f"a photo of {text}" for text in _UNRELATED])) @ own).tolist()
    )
    linted = answer(Request((query, *labels), is_set=bool(labels)))
    found = () if isinstance(detector, str) else tuple(detector.detect([image])[0])
    bare_result = Diagnosis(
        query,
        towers.name,
        towers.scoring.scale,
        scored,
        unrelated,
        linted.findings,
        linted.alternatives,
        found,
        detector if isinstance(detector, str) else detector.name,
        frozenset() if isinstance(detector, str) else detector.labels,
        (),
    )
    return _with_causes(bare_result)


def _with_causes(found: Diagnosis) -> Diagnosis:
    if (unknown := _not_known(found)) is not None:
        return replace(found, causes=(unknown,))
    missing = _absent(found) or _not_seen(found)
    checks = (
        missing,
        # What is not there cannot be counted, placed or told apart.
        None if missing is not None else _task(found),
        _wording(found),
        _too_specific(found),
        _threshold(found),
    )
    return replace(found, causes=tuple(cause for cause in checks if cause is not None))


def _not_known(found: Diagnosis) -> Cause | None:
    """The bundled model has seen ten drawn things: its scores of anything else are no reason for anything."""
    if found.checkpoint != STAND_IN:
        return None
    known = {*KINDS, *(plural(kind) for kind in KINDS), *PLURALS.values()}
    words = [thing for thing in things_of(found.query) if thing.rpartition(" ")[2] not in known]
    if not words and things_of(found.query):
        return None
    return Cause(
        "cannot tell",
        f"the bundled model knows ten drawn things ({', '.join(KINDS)}) and not {' and '.join(words) or 'what is asked'}: "
        "its scores give no reason",
        "name a checkpoint with --model, or run once with network",
    )


def _absent(found: Diagnosis) -> Cause | None:
    """The detector knows what the query is about and does not find it."""
    if not found.absent or any(finding.code == "CLP104" for finding in found.findings):
        return None
    names = " and no ".join(found.absent)
    return Cause(
        "not there",
        f"{found.detector} knows the class and finds no {names} in the image",
        "look at the image: if the thing is there, it may be small or hidden, so crop the image",
    )


def _task(found: Diagnosis) -> Cause | None:
    """What is asked is something that the model hardly reads: the counterfactual scores about the same."""
    changed = found.of("counterfactual")
    if not changed or not found.findings:
        return None
    gap = (found.own - changed[0].cosine) * found.scale
    if gap > 2.0:
        return None
    use = f"use {found.alternatives[0].name}" if found.alternatives else "ask for something that CLIP can see"
    finding = found.findings[0]
    return Cause(
        "task",
        f"{changed[0].text!r} scores {'higher' if gap < 0 else 'nearly the same'} ({gap:+.2f} in logits): "
        f"the model does not tell them apart here ({finding.code} {finding.name})",
        use,
    )


def _spread(found: Diagnosis) -> float:
    """From the best to the worst wording of the same query."""
    values = [item.cosine for item in found.scored if item.role in {"phrasing", "query"}]
    return max(values) - min(values)


def _wording(found: Diagnosis) -> Cause | None:
    """Another wording of the same query moves the score by more than the best rival lies away."""
    rivals = found.of("label")
    best = max(
        (item for item in found.scored if item.role in {"phrasing", "query"}), key=lambda item: item.cosine
    )
    lead = abs(found.own - rivals[0].cosine) if rivals else 0.25 * (found.own - min(found.unrelated))
    if best.text == found.query or best.cosine - found.own <= max(lead, 0.005):
        return None
    return Cause(
        "wording",
        f"{best.text!r} scores {best.cosine:.3f}, the query {found.own:.3f}: wordings of one thing lie {_spread(found):.3f} apart",
        "average several templates, normalise each, and normalise the mean again",
    )


def _too_specific(found: Diagnosis) -> Cause | None:
    """One of the query's things alone scores clearly higher than the whole query."""
    parts = found.of("simpler")
    if not parts or parts[0].cosine - found.own <= max(0.25 * _spread(found), 0.01):
        return None
    return Cause(
        "too specific",
        f"{parts[0].text!r} alone scores {parts[0].cosine:.3f}, the whole query {found.own:.3f}",
        "ask for the thing alone, and settle number, place and properties on the detector's crops",
    )


def _threshold(found: Diagnosis) -> Cause | None:
    """The query stands out from unrelated texts although its cosine looks low."""
    if found.rank > 0 or found.own >= 0.5:
        return None
    return Cause(
        "threshold",
        f"a cosine of {found.own:.3f} looks low, yet it beats all {len(found.unrelated)} unrelated texts "
        f"(the best of them: {max(found.unrelated):.3f})",
        "compare with other labels, or set the threshold on your own images, not at a round number",
    )


def _not_seen(found: Diagnosis) -> Cause | None:
    """Unrelated texts score as high as the query, or as one of its things alone."""
    if any(finding.code == "CLP104" for finding in found.findings):
        return None
    weakest = min((found.of("query")[0], *found.of("simpler")), key=lambda item: item.cosine)
    rank = sum(value >= weakest.cosine for value in found.unrelated)
    if rank < 3:
        return None
    what = "the query" if weakest.role == "query" else repr(weakest.text)
    return Cause(
        "not seen",
        f"{rank} of {len(found.unrelated)} unrelated texts score at least {weakest.cosine:.3f}: {what} does not stand out",
        "the thing may be absent, small or cut off by the square crop: crop the image, or use a detector",
    )
