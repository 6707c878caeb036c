"""What verification measures: the value that a finding may ask for, and the one that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.checkpoint import Checkpoint


class Verdict(Enum):
    """What the measurement says of the finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """What a probe needs to know beyond the finding.

    ``prompts`` are the set that the code compares, in its order. ``details`` holds what only some probes need, as text:

    ``threshold``    CLP206: the number that the cosine is compared with
    ``temperature``  CLP211: what the code multiplies the cosines by
    ``metric``       CLP209: ``inner product`` or ``l2``
    ``kind``         CLP208: ``softmax twice`` or ``scale twice``; CLP309: ``float16`` or ``bfloat16``
    """

    code: str
    checkpoint: Checkpoint | None = None
    prompts: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value and the ends of its 95% interval; all three equal where nothing is uncertain."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured for one finding.

    ``value`` is of ``metric`` over ``n`` cases, from ``low`` to ``high`` with 95% confidence; ``chance`` is what
    guessing gives; ``alternative`` is the value of the recommended way on the same images, ``alternative_name`` says
    which way. All of these are None where they do not apply or nothing was run. ``checkpoint`` names what was really
    loaded, not what was asked for.
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
    extra: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Further measured figures by name, such as ``rank correlation``."""

    def to_json(self) -> dict[str, object]:
        """The evidence as JSON values, floats rounded to five digits."""
        plain = {name: value for name, value in asdict(_plain(self)).items() if name != "extra"}
        return {
            **{name: round(value, 5) if isinstance(value, float) else value for name, value in plain.items()},
            "verdict": self.verdict.value,
            "extra": {name: round(value, 5) for name, value in self.extra.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Evidence:
        """What ``to_json`` wrote; TypeError, KeyError or ValueError where ``data`` is something else."""
        extra = data["extra"]
        if not isinstance(extra, dict):
            msg = "extra is not a table"
            raise TypeError(msg)
        others = {name: value for name, value in data.items() if name not in {"verdict", "extra"}}
        return cls(**others, verdict=Verdict(data["verdict"]), extra=MappingProxyType(extra))  # type: ignore[arg-type]


def _plain(evidence: Evidence) -> Evidence:
    """The same with an empty ``extra``: a mapping proxy can be neither copied nor pickled."""
    from dataclasses import replace

    return replace(evidence, extra={})
