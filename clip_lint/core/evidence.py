"""What verification measures: the value that a finding may ask for, and the one that answers it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.core.checkpoint import Checkpoint


IDENTITIES = frozenset({"CLP203", "CLP204", "CLP208"})
"""Rules whose harm is arithmetic, whatever a model has learned: a measurement shows it and cannot clear it."""
WHATEVER_IMAGES = frozenset({"CLP302", "CLP305", "CLP306", "CLP307", "CLP401", "CLP402"})
"""Rules whose harm does not depend on what the images show: drawn ones may clear a finding, where others need photographs."""
TIMED = frozenset({"CLP309", "CLP403", "CLP404", "CLP405"})
"""Rules whose harm depends on the machine: what is fast enough on one clears nothing for another."""
STANDINGS = (
    "certain",
    "measured: harmful",
    "measured: harmless",
    "measured: undecided",
    "demonstrated",
    "not demonstrated",
    "not run",
)
"""The words of reports, those that count most first; docs/verify.md says what they mean."""


STAND_IN = "bundled model"
"""How reports name the bundled image-text model."""


class Verdict(Enum):
    """What the figures of a probe say of the harm, if the code does what the finding says, on whichever model they were taken."""

    HARMFUL = "harmful"
    HARMLESS = "harmless"
    UNDECIDED = "undecided"
    NOT_RUN = "not run"


class Fault(Enum):
    """Which of the faults that one rule reports is meant, where the probe must know."""

    SOFTMAX_TWICE = "softmax twice"
    SCALE_TWICE = "scale twice"
    CUT_BY_HAND = "cut by hand"
    HALF_ON_CPU = "half-on-cpu"
    OPTIMIZER_ON_HALF = "optimizer-on-half"
    INPUTS_ON_CPU = "inputs-on-cpu"
    MODEL_ON_CPU = "model-on-cpu"
    FLOAT_INTO_HALF = "float-into-half"


@dataclass(frozen=True, slots=True)
class AsWritten:
    """What stands in the code that a probe does likewise; None for what does not apply.

    ``threshold``: the number that a cosine is compared with. ``temperature``: what the cosines are multiplied by.
    ``is_distance``: vectors are compared by L2 distance, not by an inner product. ``mean``: what is subtracted from the
    pixels, by channel. ``published``: an accuracy with its source, shown where nothing can be measured.
    """

    threshold: float | None = None
    temperature: float | None = None
    is_distance: bool | None = None
    fault: Fault | None = None
    mean: tuple[float, float, float] | None = None
    published: str | None = None

    def to_json(self) -> dict[str, object]:
        """The fields that are known, as JSON values."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.fault is not None:
            known["fault"] = self.fault.value
        return {name: value for name, value in known.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AsWritten:
        """What ``to_json`` wrote; TypeError or ValueError where ``data`` is something else."""
        known = dict(data)
        if "fault" in known:
            known["fault"] = Fault(known["fault"])
        if "mean" in known:
            first, second, third = known["mean"]
            known["mean"] = (float(first), float(second), float(third))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """What a probe needs to know beyond the finding.

    ``prompts`` are the set that the code compares, in its order.
    """

    code: str
    checkpoint: Checkpoint | None = None
    prompts: tuple[str, ...] = ()
    written: AsWritten = AsWritten()


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value and the ends of its 95% interval; all three equal where nothing is uncertain."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One image of the measurement: the competing prompts, their cosines, which prompt is true, and the true boxes.

    A box is its kind and its left, top, width and height in fractions of the image.
    """

    image: str
    prompts: tuple[str, ...]
    scores: tuple[float, ...]
    right: int
    boxes: tuple[tuple[str, float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured for one finding.

    ``value`` is of ``metric`` over ``n`` cases, from ``low`` to ``high`` with 95% confidence; ``chance`` is what
    guessing gives; ``alternative`` is the value of the recommended way on the same images, ``alternative_name`` says
    which way. All of these are None where they do not apply or nothing was run. ``checkpoint`` names what was really
    loaded, ``in_place_of`` what the code loads where that is something else.
    """

    code: str
    probe: str
    verdict: Verdict
    checkpoint: str = ""
    device: str = ""
    fixtures: str = ""
    n: int = 0
    metric: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    alternative: float | None = None
    alternative_name: str = ""
    seconds: float = 0.0
    note: str = ""
    extra: tuple[tuple[str, float], ...] = ()
    """Further measured figures by name, such as ``rank correlation``."""
    exhibits: tuple[Exhibit, ...] = ()
    in_place_of: str = ""
    clears: bool = False
    """Whether the code's own weights take no harm, so that the finding does not fail the run."""
    revision: str = ""
    """The commits of what was loaded from the hub."""

    @property
    def standing(self) -> str:
        """What the evidence is worth, one of `STANDINGS`: what stands in for the code's own weights only demonstrates."""
        if self.code in IDENTITIES:
            return "certain"
        if self.verdict is Verdict.NOT_RUN:
            return "not run"
        if self.in_place_of:
            return "demonstrated" if self.verdict is Verdict.HARMFUL else "not demonstrated"
        words = {Verdict.HARMFUL: "harmful", Verdict.HARMLESS: "harmless"}
        return f"measured: {words.get(self.verdict, 'undecided')}"

    @property
    def model(self) -> str:
        """What was measured, for people."""
        name = f"{self.checkpoint} at {self.revision}" if self.revision else self.checkpoint
        return f"{name} in place of {self.in_place_of}" if self.in_place_of else name

    def to_json(self) -> dict[str, object]:
        """The evidence as JSON values, floats rounded to five digits; undefined ones become null."""
        plain = {
            field.name: _json_value(getattr(self, field.name))
            for field in fields(self)
            if field.name not in {"verdict", "extra", "exhibits"}
        }
        exhibits = [
            {
                "image": exhibit.image,
                "prompts": list(exhibit.prompts),
                "scores": [_json_value(score) for score in exhibit.scores],
                "right": exhibit.right,
                "boxes": [[_json_value(part) for part in box] for box in exhibit.boxes],
            }
            for exhibit in self.exhibits
        ]
        extra = {name: _json_value(value) for name, value in self.extra}
        return {
            **plain,
            "verdict": self.verdict.value,
            "standing": self.standing,
            "extra": extra,
            "exhibits": exhibits,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """What ``to_json`` wrote; TypeError, KeyError or ValueError where ``data`` is something else."""
        plain = {
            name: value
            for name, value in data.items()
            if name not in {"verdict", "standing", "extra", "exhibits"}
        }
        exhibits = tuple(
            Exhibit(
                row["image"],
                tuple(row["prompts"]),
                tuple(row["scores"]),
                row["right"],
                tuple((str(kind), *map(float, edges)) for kind, *edges in row["boxes"]),  # type: ignore[misc]
            )
            for row in data["exhibits"]
        )
        extra = tuple(
            (str(name), math.nan if value is None else float(value)) for name, value in data["extra"].items()
        )
        return cls(**plain, verdict=Verdict(data["verdict"]), extra=extra, exhibits=exhibits)


def shown(value: float | None) -> str:
    """A figure for people: shares with two digits, large numbers with fewer."""
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def summary(evidence: Evidence) -> str:
    """The evidence in one line, as a report shows it under the finding."""
    if evidence.verdict is Verdict.NOT_RUN:
        said = _NOT_SHOWN if evidence.standing == "certain" else evidence.standing
        return f"{said}: {evidence.note}"
    if evidence.standing == "not demonstrated" and evidence.checkpoint == STAND_IN:
        # Figures of a toy would only cast doubt on what holds for the real one.
        return (
            f"not demonstrated: the {evidence.model} knows drawn things only, and what it does with them says"
            f" nothing of {evidence.in_place_of}; without --offline, that is what is measured"
        )
    parts = [f"{evidence.metric}: {shown(evidence.value)}"]
    if evidence.low is not None and evidence.high is not None and evidence.low != evidence.high:
        parts[0] += f" [{shown(evidence.low)}, {shown(evidence.high)}]"
    if evidence.n > 1:
        parts[0] += f" of {evidence.n}"
    if evidence.chance is not None:
        parts.append(f"chance {shown(evidence.chance)}")
    if evidence.alternative is not None:
        parts.append(f"{evidence.alternative_name} {shown(evidence.alternative)}")
    if evidence.note:
        parts.append(evidence.note)
    said = _IF_SO.get(evidence.standing, evidence.standing)
    if evidence.standing == "certain" and evidence.verdict is not Verdict.HARMFUL:
        said = _LITTLE_TO_SEE
    return f"{said} on {evidence.model} ({evidence.fixtures}): {'; '.join(parts)}"


_NOT_SHOWN = "certain harm if the code does this; not shown"
_LITTLE_TO_SEE = "certain harm if the code does this, of which there is little to see"
_IF_SO = {
    "certain": "certain harm if the code does this; shown",
    "measured: harmful": "measured: harmful if the code does this,",
    "measured: harmless": "measured: harmless even if the code does this,",
    "demonstrated": "demonstrated harm if the code does this,",
}
"""What is measured is the harm; that the code does it is the finding's own claim, and no figure bears it out."""


def _json_value(value: object) -> object:
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    return value
