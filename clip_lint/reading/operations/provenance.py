"""Whether an object that is not known is a CLIP model: the name of a method proves nothing by itself."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.checkpoints import are_clips_own
from clip_lint.reading.values import (
    NOT_YET,
    Component,
    External,
    Image,
    Inputs,
    Model,
    Pixels,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import UNDEFINED
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.knowledge.specs import Spec
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.scope import Scope

_MODEL = re.compile(r"model$|^clip$|^net(?:work)?$", re.IGNORECASE)
_MADE_READY = re.compile(r"pixel|tensor|input|batch|ids|token", re.IGNORECASE)
_NAMED = re.compile(r"(?:^|_)(?:clip|siglip)(?:_|$)", re.IGNORECASE)


def guessed_model(run: Run, receiver: Unknown, method: str, spec: Spec, arguments: Arguments) -> Model | None:
    """The model that a call of one of CLIP's methods is taken to be made on; None where nothing speaks for one.

    What it is given must come from a CLIP tokenizer or transform (one with CLIP's numbers, where the tree has no encoders of its
    own), or the file that calls it must import a library whose models have that method. Where the tree defines a method of that name, what the object is called proves nothing: it may
    be the tree's own. Against it speak a class of some other library, and pictures or texts as they are where CLIP takes
    tensors.
    """
    library = spec.library if spec.get("characteristic") == "library" else None
    if is_foreign(run, receiver.source) or _is_of_a_wrapper(receiver, arguments, library):
        return None
    if not any(_is_made_ready(run, value) for value in arguments.values()) and (
        not (_imports_one(run, method) and (not run.defines_encoder() or _is_in_wrapper(run, method)))
        and (run.defines_encoder() or not _is_named(run, receiver))
    ):
        return None
    return Model(Checkpoint(library), mode="unknown", is_given=receiver.is_parameter)


def is_foreign(run: Run, source: str) -> bool:
    """Whether what stands under a dotted path is surely no CLIP model.

    Tensors' own libraries and Python's modules wrap whatever they are given. Of a library of many kinds of models, those of
    its table are meant.
    """
    root = source.partition(".")[0]
    if not root.isidentifier() or source in {NOT_YET, UNDEFINED} or root in sys.stdlib_module_names:
        return False
    if not _has_models(run, root):
        return not run.libraries.describes(source)
    if not any(name.startswith(f"{root}.") for name in run.libraries.classes):
        return False
    return not any(run.libraries.class_of(path) or run.libraries.call(path) for path in _prefixes(source))


def _is_in_wrapper(run: Run, method: str) -> bool:
    """Whether a method of the same name is running: its object wraps the one that it calls."""
    return any(
        frame.owner is not None and frame.function.rpartition(".")[2] == method for frame in run.frames
    )


def _prefixes(path: str) -> Iterable[str]:
    parts = path.split(".")
    return (".".join(parts[:end]) for end in range(len(parts), 0, -1))


def _has_models(run: Run, library: str) -> bool:
    return (library, "model") in run.libraries.methods


def _imports_one(run: Run, method: str) -> bool:
    """Whether the running code's file imports a library whose models have the method."""
    scope: Scope | None = run.scope
    while scope is not None:
        for value in scope.values.values():
            if isinstance(value, (Model, Component)):
                return True
            if isinstance(value, External):
                library = value.path.partition(".")[0]
                if method in run.libraries.methods.get((library, "model"), {}):
                    return True
        scope = scope.parent
    return False


def _is_named(run: Run, receiver: Unknown) -> bool:
    """Whether a program that computes with tensors or models calls it by the model's name."""
    module = run.scope.module()
    return bool(_NAMED.search(receiver.name)) and any(
        isinstance(value, External) and run.libraries.describes(value.path)
        for value in module.values.values()
    )


def _is_made_ready(run: Run, value: Value) -> bool:
    """Tokens or pixels of a known make."""
    return any(
        option.by is not None and _is_known(option.by)
        if isinstance(option, (Tokens, Pixels, Inputs))
        else isinstance(option, Image) and _has_clips_numbers(option) and not run.defines_encoder()
        for option in options(value)
    )


def _has_clips_numbers(image: Image) -> bool:
    """Whether a transform of the program's own left a picture as CLIP takes it."""
    return bool(image.stats) and are_clips_own(image.stats[:_CHANNELS], image.stats[_CHANNELS:])


_CHANNELS = 3


def _is_known(component: Component) -> bool:
    return component.checkpoint != Checkpoint()


def _is_of_a_wrapper(receiver: Unknown, arguments: Arguments, library: str | None) -> bool:
    """Whether pictures or texts are given as they are, where a model wants tensors.

    It is then an object of somebody's own class, whose results are not known.
    """
    if not arguments.positional:
        return False
    given = arguments.positional[0]
    is_bare = isinstance(given.value, Image) and not _has_clips_numbers(given.value)
    if is_bare or holds_texts(given.value):
        return library is None or not _MODEL.search(receiver.name)
    if library is None or _MODEL.search(receiver.name):
        return False
    if isinstance(given.value, Unknown):
        return given.node is not None and not _MADE_READY.search(unparse(given.node))
    return isinstance(given.value, Seq)


def holds_texts(value: Value) -> bool:
    """Whether a text is given, a list of texts, or one of several in a loop."""
    items = value.items if isinstance(value, Seq) else options(value)
    return bool(items) and all(isinstance(item, Text) for item in items)
