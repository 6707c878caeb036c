"""What holds for a whole library, or for all checkpoints of a family."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clip_lint.knowledge.specs import Spec


@dataclass(frozen=True)
class Family:
    """What holds for all checkpoints of a family; None or empty where nothing is known."""

    context: int | None = None
    languages: frozenset[str] = frozenset()
    sigmoid: bool = False
    softmax: bool = False
    projects: bool = False
    lowered: bool = False
    own_pixels: bool = False
    truncates: bool = False
    pads: bool = False
    no_length: bool = False
    pools: str = "end"
    positions: int | None = None
    unrelated: bool = False
    seeks: bool = False
    separator: str = ""
    closed: bool = False
    scale: str = "logit_scale"
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Traits:
    """What holds for a whole library."""

    raises: frozenset[str] = frozenset()
    """Families whose over-long texts raise unless the tokenizer cuts them."""
    normalizes: frozenset[str] = frozenset()
    """Families whose features have length one unless told otherwise."""
    languages: frozenset[str] = frozenset()
    """What all its checkpoints read; empty where that differs."""
    hub_ids: bool = False
    """Its checkpoints are named by ids of a hub, each with a processor of its own."""
    cut_by: str = "truncation"
    """The keyword that cuts over-long texts."""
    full_length: bool = False
    """Its models take texts of full length only."""
    keeps_case: bool = False
    """Texts reach a checkpoint's own tokenizer as they are written."""
    leaves_padding: bool = False
    """Texts are padded only where the call says so."""
    rescales: bool = False
    """Its processors divide pixels by 255."""
    own_precision: bool = False
    """Pixels must have the model's own precision."""
    stays_on_cpu: bool = False
    """Its models stay on the CPU until somebody moves them."""
    names_decide: bool = False
    """A checkpoint's name says more about its family than the entry."""
    calls_back: bool = False
    """It runs the functions that its calls are given."""
    has_fields: bool = False
    """Its fields give what a user writes to functions."""
    reruns: tuple[str, ...] = ()
    """Calls of programs that it runs from their top at every interaction."""
    reruns_at_top: tuple[str, ...] = ()
    """Calls that tell the same where a program makes them on its way from the top."""
    loads_half: bool = False
    """Its models have half precision on a GPU."""
    missing_quickgelu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needless_quickgelu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For an architecture, the weights whose activation it does not have."""
    quickgelu_since: Mapping[str, str] = field(default_factory=dict)
    """For weights, the versions for which that holds; others build their model apart, and in eval mode."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Fields of what its models return, and what they hold."""
    towers: Mapping[str, str] = field(default_factory=dict)
    """Attributes of whole models that are towers without their projection, and what each reads."""
    within: str = ""
    """The package that its classes are imported from, where that is another one."""
    array: str = ""
    """What holds the numbers that its functions give."""


def family_of(entry: Mapping[str, Any]) -> Family:
    """A family as its entry says."""
    return Family(
        **{
            **entry,
            "languages": frozenset(entry.get("languages", ())),
            "beside": tuple(entry.get("beside", ())),
        }
    )


def traits_of(table: Mapping[str, Any], entries: Iterable[Spec]) -> Traits:
    """What a table says of its whole library."""
    encode, gelu, tokenization = (table.get(name, {}) for name in ("encode", "quickgelu", "tokenization"))
    return Traits(
        raises=frozenset(tokenization.get("raises", ())),
        normalizes=frozenset(encode.get("normalizes", ())),
        languages=frozenset(table.get("languages", ())),
        hub_ids=table.get("hub_ids", False),
        cut_by=tokenization.get("cut_by", "truncation"),
        full_length=tokenization.get("full_length", False),
        keeps_case=tokenization.get("keeps_case", False),
        leaves_padding=tokenization.get("leaves_padding", False),
        rescales=encode.get("rescales", False),
        own_precision=encode.get("own_precision", False),
        stays_on_cpu=encode.get("stays_on_cpu", False),
        names_decide=table.get("names_decide", False),
        calls_back=table.get("calls_back", False),
        has_fields=table.get("has_fields", False),
        reruns=tuple(table.get("reruns", ())),
        reruns_at_top=tuple(table.get("reruns_at_top", ())),
        loads_half=any(entry.get("dtype") for entry in entries),
        missing_quickgelu={name: tuple(tags) for name, tags in gelu.get("missing", {}).items()},
        needless_quickgelu={name: tuple(tags) for name, tags in gelu.get("needless", {}).items()},
        quickgelu_since=gelu.get("since", {}),
        outputs=table.get("outputs", {}),
        towers=table.get("towers", {}),
        within=table.get("within", ""),
        array=table.get("array", ""),
    )
