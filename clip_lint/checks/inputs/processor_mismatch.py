"""CLP301: model and processor, or two sets of vectors that are compared, of different checkpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import (
    CLIPS_OWN,
    context_length,
    image_size,
    may_share_space,
    pieces_of,
    pixel_statistics,
    takes_any_size,
    vocabulary,
)
from clip_lint.reading.values import Features

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Component, Site


@check("CLP301")
def processor_mismatch(facts: Facts) -> Iterator[Finding]:
    """Model and processor, or two sets of vectors that are compared, of different checkpoints."""
    yield from _of_two_spaces(facts)
    # Where one of several models may be in use with one of several processors, they are taken to be chosen together.
    fitting = {
        encode.site.key
        for encode in facts.encodes
        for by in (encode.processor, encode.tokens.by if encode.tokens is not None else None)
        if by is not None and by.checkpoint.name == encode.model.checkpoint.name
    }
    pairs: dict[tuple[int, str], list[tuple[Encode, Component]]] = {}
    for encode in facts.encodes:
        by, model = encode.processor, encode.model.checkpoint
        if encode.modality == "text" and encode.tokens is not None:
            by = encode.tokens.by
        if by is None or not by.checkpoint.name or not model.name:
            continue
        if by.asked and by.asked == encode.model.asked and _together(by.load, encode.model.load):
            continue  # one variable names both, whatever it holds
        brings_code = any(_brings_code(each, facts) for each in (by.checkpoint, model))
        if by.checkpoint.library != model.library and not brings_code:
            continue
        has_hub_ids = brings_code or facts.libraries.of(model.library).hub_ids
        if _differ(by.checkpoint, model, has_hub_ids=has_hub_ids) and encode.site.key not in fitting:
            pairs.setdefault(((by.load or encode.site).key, model.name), []).append((encode, by))
    for used in pairs.values():
        yield _finding(used)


def _brings_code(checkpoint: Checkpoint, facts: Facts) -> bool:
    """Whether a checkpoint of a hub is read by its own code there, of which a table tells under another name."""
    own = facts.libraries.described_by(checkpoint.name)
    return own is not None and own == checkpoint.library


def _of_two_spaces(facts: Facts) -> Iterator[Finding]:
    """Vectors of pictures compared with vectors of texts, where the two towers surely were not trained together."""
    for compare in facts.compares:
        left, right = compare.left, compare.right
        if not isinstance(left, Features) or not isinstance(right, Features):
            continue
        sides = {side.modality: side for side in (left, right)}
        loads = [side.model.load if side.model is not None else None for side in (left, right)]
        if sides.keys() != {"image", "text"} or may_share_space(left.checkpoint, right.checkpoint):
            continue
        if facts.trains or any(load is None or load.key in facts.reloaded for load in loads):
            continue
        image, text = sides["image"], sides["text"]
        yield report(
            "CLP301",
            compare.site,
            message=f"pictures encoded by {image.checkpoint} are compared with texts encoded by {text.checkpoint}: embeddings of two"
            " checkpoints cannot be compared, so these scores say nothing about what the pictures show, or an error is raised where they differ in length",
            help="encode both with one checkpoint",
            related=[
                (image.origin, "the pictures are encoded here"),
                (text.origin, "the texts are encoded here"),
            ],
            checkpoint=image.checkpoint,
        )


def _finding(used: Sequence[tuple[Encode, Component]]) -> Finding:
    """What is wrong with a processor and a model that are used together in these places."""
    encode, by = used[0]
    model = encode.model.checkpoint
    faults = _faults({each.modality for each, _ in used}, by, model)
    told = "; ".join(faults) or _nothing_known(by.checkpoint, model)
    return report(
        "CLP301",
        by.load or encode.site,
        severity=None if faults else Severity.NOTE,
        message=f"the {by.kind} of {by.checkpoint.name} is used with the model {model.name}: {told}",
        help=f"load the {by.kind} of {model.name}; one constant for both keeps them together",
        related=[
            (encode.model.load, "the model is loaded here"),
            *((each.site, "used together here") for each, _ in used),
        ],
        checkpoint=model,
        place=by.load.place if by.load is not None and _together(by.load, encode.model.load) else None,
        details=[
            ("model", model.name or "", encode.model.load),
            *([("unknown", "", encode.model.load)] if not faults and image_size(model) is None else []),
        ],
    )


def _nothing_known(*both: Checkpoint) -> str:
    """What is said of two checkpoints of which nothing is known to differ: of those that the tables do not know, that much."""
    strange = [str(each.name) for each in both if pixel_statistics(each) is None]
    if strange:
        return f"it is not known here how {' and '.join(strange)} prepared input in training, so the two may fit or not, and no error tells"
    return "as far as is known both prepare their input alike, so the scores are right today, but no error would tell when one of the names changes"


def _together(one: Site | None, other: Site | None) -> bool:
    """Whether both are loaded in one file: the mistake is there, whichever file uses them."""
    return one is not None and other is not None and one.source is other.source


_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def _differ(component: Checkpoint, model: Checkpoint, *, has_hub_ids: bool) -> bool:
    """Whether two names surely stand for different checkpoints or vocabularies; local folders say nothing."""
    ours, theirs = component.name or "", model.name or ""
    if has_hub_ids:
        return ours != theirs and all(
            _HUB_ID.fullmatch(name) and name[0].isalnum() for name in (ours, theirs)
        )
    if "/" in ours + theirs:
        return False
    return vocabulary(ours) != vocabulary(theirs)


_OTHER_WORDS = "the model reads other words than you wrote"
_SILENTLY = f"{_OTHER_WORDS}, and no error tells"


def _misread(read: str, trained_on: str) -> str:
    """What comes of the ids of one vocabulary in a model of another one."""
    pieces, room = pieces_of(read), pieces_of(trained_on)
    if pieces is None or room is None:
        return f"{_OTHER_WORDS}, or raises an error"
    if pieces <= room:
        return _SILENTLY
    if read == CLIPS_OWN:  # its ids for start and end, which every text has, are the last ones
        return "the model does not have the ids that it puts at start and end of a text: this raises an error"
    return f"{_OTHER_WORDS}, and raises an error for ids that it does not have"


def _faults(modalities: set[str], component: Component, model: Checkpoint) -> list[str]:
    """What of its input the model was not trained on, with what comes of it; empty where nothing is known to differ."""
    kind, ours = component.kind, component.checkpoint
    faults = []
    if kind != "image-processor" and modalities & {"text", "both"}:
        length, wanted = context_length(ours), context_length(model)
        read, trained_on = vocabulary(ours.name or ""), vocabulary(model.name or "")
        if read != trained_on:
            told = _misread(read, trained_on)
            if told == _SILENTLY and length is not None and wanted is not None and length > wanted:
                told = f"{_OTHER_WORDS}, and more than the {wanted} tokens that it takes raise an error"
            faults.append(f"their vocabularies differ, so {told}")
        elif length is not None and wanted is not None and length != wanted:
            more = ": more raise an error" if length > wanted else ""
            faults.append(f"texts are padded or cut to {length} tokens, and the model reads {wanted}{more}")
    if kind != "tokenizer" and modalities & {"image", "both"}:
        size, right = image_size(ours), image_size(model)
        if size is not None and right is not None and size != right:
            faults.append(
                f"it makes images of {size} pixels and the model takes {right}, which raises an error"
            )
        patches = takes_any_size(ours)
        if patches is not takes_any_size(model) and (size or right):
            made, taken = (
                ("rows of patches", "whole pictures") if patches else ("whole pictures", "rows of patches")
            )
            faults.append(f"it makes {made} and the model takes {taken}, which raises an error")
        numbers, trained = pixel_statistics(ours), pixel_statistics(model)
        if numbers is not None and trained is not None and numbers != trained:
            faults.append("they normalise pixels differently, so every image embedding is off")
    return faults
