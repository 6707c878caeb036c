"""Vectors of functions, clients and services that prepare texts and pictures by themselves."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.facts import Encode
from clip_lint.reading.operations.answers import merged, placed
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.inputs import kind_of_input
from clip_lint.reading.operations.prompting import prompts
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Answer,
    Component,
    Const,
    Dict,
    Features,
    Image,
    Model,
    OneOf,
    Pixels,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.reading.interpreter.state import Run

_MOST_LEVELS = 6


@dataclass(slots=True)
class Given:
    """What a call is given, sorted into texts and pictures; ``rows`` is how many items under each name that the table has for them."""

    texts: list[Value] = field(default_factory=list)
    images: list[Value] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    is_list: bool = False
    is_whole: bool = True

    @property
    def modality(self) -> str:
        """``text`` or ``image``; empty where it is both or neither."""
        return "" if bool(self.texts) is bool(self.images) else "text" if self.texts else "image"


def op_embed(run: Run, call: Call) -> Value:
    """Texts or pictures to vectors, where no model object is there."""
    checkpoint = _checkpoint(run, call)
    if checkpoint is None:
        return UNKNOWN
    given = Given()
    for name in ("items", "texts", "images"):
        if name in call:
            _sort(call.value(name), call.spec.get("takes", {}), given, name, call, 0)
    modality, places = call.spec.get("modality", "auto"), call.spec.get("at")
    if not isinstance(places, dict):
        return answer(run, call, checkpoint, given, modality, call.spec.options)
    made = [
        answer(run, call, checkpoint, given, each, {**call.spec.options, "at": [place]})
        for place, each in places.items()
        if (given.texts if each == "text" else given.images)
    ]
    return functools.reduce(merged, made) if made else UNKNOWN


def op_prompt(run: Run, call: Call) -> Value:
    """Texts that are compared with pictures inside."""
    checkpoint = _checkpoint(run, call)
    is_list = call.spec.get("one") and isinstance(call.value("texts"), Seq)
    if checkpoint is not None and not is_list:
        given = Given()
        for name in ("items", "texts", "images"):
            _sort(call.value(name, NONE), call.spec.get("takes", {}), given, name, call, 0)
        if given.texts:
            prompts(run, _texts(given), call.node, checkpoint, call.node_of("texts") or call.node_of("items"))
    return Unknown(getattr(call.node.func, "attr", ""))


def op_ask(run: Run, call: Call) -> Value:
    """A service is asked: which one, and so what it takes and gives, is told by its address or by a model's id."""
    where = text_of(call.value("where")) or _beginning(call.value("where"))
    found = run.libraries.endpoint(where)
    if found is None:
        name = getattr(call.node.func, "attr", "")
        return Unknown(name, source=f"{call.spec.library}.{name}")
    given = Given()
    body = call.value("body")
    for option in options(body):
        entries = option.entries if isinstance(option, (Answer, Dict)) else ()
        for key, item in entries:
            name = key.text if isinstance(key, Text) else ""
            kind = found.get("takes", {}).get(name)
            if kind is not None:
                _sort(item, found.get("takes", {}), given, kind, call, 0)
            if name == found.get("model") and text_of(item):
                where = text_of(item) or where
    checkpoint = run.libraries.checkpoint(found.library, where, None, found.get("family"))
    if not _concerns(run, checkpoint, is_known=not found.get("only_known") or _is_related(run, where)):
        return UNKNOWN
    return answer(run, call, checkpoint, given, "auto", found.options)


def _beginning(value: Value) -> str:
    """What is known of a text with parts that are not."""
    return next((each.text for each in options(value) if isinstance(each, Text)), "")


def _is_related(run: Run, name: str | None) -> bool:
    return run.libraries.related(name) is not None


def _checkpoint(run: Run, call: Call) -> Checkpoint | None:
    """Which model the call runs; None where it is none that concerns us."""
    spec = call.spec
    name = text_of(call.value("checkpoint"))
    held = call.receiver.checkpoint if isinstance(call.receiver, (Component, Model)) else Checkpoint()
    name = name or held.name or spec.get("checkpoint")
    if spec.get("only_known") and not _is_related(run, name):
        return None
    checkpoint = run.libraries.checkpoint(spec.library, name, held.tag, spec.get("family") or held.family)
    return checkpoint if _concerns(run, checkpoint, is_known=True) else None


def _concerns(run: Run, checkpoint: Checkpoint, *, is_known: bool) -> bool:
    """Whether the checkpoint compares pictures with texts here: some are text models as well, and mostly used so."""
    return is_known and run.is_beside(checkpoint.family)


def answer(
    run: Run, call: Call, checkpoint: Checkpoint, given: Given, modality: str, constants: Mapping[str, object]
) -> Value:
    """The vectors of what a call is given, in the places where the answer has them."""
    modality = given.modality if modality == "auto" else modality
    texts = _texts(given) if modality == "text" else None
    site = run.site(call.node)
    if given.texts and modality != "image":
        shown = _texts(given)
        prompts(run, shown, call.node, checkpoint, call.node_of("texts") or call.node_of("items"))
    is_single = bool(constants.get("single"))
    is_row = is_single or (bool(constants.get("batches")) and not given.is_list)
    rows = given.rows.get("texts" if modality == "text" else "images", given.rows.get("items"))
    count = 1 if is_row else rows if given.is_whole else None
    unit = Tristate.of(bool(constants["normalizes"])) if "normalizes" in constants else Tristate.MAYBE
    if isinstance(call.receiver, Component) and "unit" in dict(call.receiver.options):
        unit = truth(dict(call.receiver.options)["unit"])
    if "normalize" in call:
        unit = truth(call.value("normalize"))
    axes: tuple[str, ...] = ("dim",) if is_row else (modality or "?", "dim")
    if constants.get("each_token"):
        axes = (modality, "token", "dim")
    features = Features(modality, checkpoint, unit, site, axes, count=count, texts=texts)
    model = Model(checkpoint, mode="eval")
    run.record(
        Encode(
            site=site,
            model=model,
            modality=modality,
            grad=Tristate.NO,
            loops=(),
            varying=frozenset(),
            text_varying=frozenset(),
            is_single=False,
            texts=texts,
            pixels=None,
            tokens=None,
            features=features,
            processor=None,
            is_self_managed=True,
        ),
        site,
    )
    at = constants.get("at")
    return placed(features, at if isinstance(at, list) else [])


_PICTURE = re.compile(
    r"(?i)^(?:https?|data|gs|s3|file|az)://?\S+$|^data:image|^[^\s?*{}]+\.(?:jpe?g|png|webp|gif|bmp|tiff?|heic|avif|wav|mp3|flac|ogg|mp4|avi|mov|webm)$"
)


def is_picture_name(text: str) -> bool:
    """Whether a text is the name or address of a picture, a sound or a film."""
    return _PICTURE.search(text) is not None


def _sort(value: Value, takes: Mapping[str, str], given: Given, kind: str, call: Call, level: int) -> None:
    """Sort what an argument holds into texts and pictures; ``takes`` says it of mappings in it, by their keys."""
    if level > _MOST_LEVELS:
        return
    if kind == "lines" and isinstance(value, Text):
        value, kind = Seq(tuple(replace(value, text=each) for each in value.text.splitlines())), "items"
    if isinstance(value, Seq) and level == 0:
        given.rows[kind] = given.rows.get(kind, 0) + len(value.items)
        given.is_list, given.is_whole = True, given.is_whole and value.is_whole
    elif level == 0 and not isinstance(value, (Unknown, Dict, Answer, Pixels, Image)):
        given.rows.setdefault(kind, 1)
    if isinstance(value, Seq):
        for item in value.items:
            _sort(item, takes, given, kind, call, level + 1)
        return
    if isinstance(value, (Dict, Answer)):
        for key, item in value.entries:
            known = takes.get(key.text) if isinstance(key, Text) else None
            if known is not None:
                _sort(item, takes, given, known, call, level and level + 1)
        return
    if isinstance(value, Const):
        return
    _put(value, given, kind, call)


def _put(value: Value, given: Given, kind: str, call: Call) -> None:
    if kind == "items":
        if (
            isinstance(value, (Text, OneOf))
            and any(isinstance(each, Text) and is_picture_name(each.text) for each in options(value))
        ) or isinstance(value, Image):
            kind = "images"
        else:
            node = call.node_of("items") or call.node_of("body")
            kind = {"text": "texts"}.get(kind_of_input(value, node), kind_of_input(value, node))
    if kind == "texts":
        given.texts.append(value)
    elif kind == "images":
        given.images.append(value)


def _texts(given: Given) -> Value:
    """The texts as one value."""
    if len(given.texts) == 1 and not given.is_list:
        return given.texts[0]
    return Seq(tuple(given.texts), "list", given.is_whole)
