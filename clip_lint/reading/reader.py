"""The reading itself: a program interpreted, its events sorted into facts."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from clip_lint.knowledge.tables import load_libraries
from clip_lint.reading import facts as _facts
from clip_lint.reading.caption_writers import at_their_source
from clip_lint.reading.events import Recorder
from clip_lint.reading.facts import Facts
from clip_lint.reading.fates import Fates, conditions, measures, reads_writing
from clip_lint.reading.forms import receivers
from clip_lint.reading.interpreter import Interpreter
from clip_lint.reading.operations.fitting import MODEL_ON_CPU
from clip_lint.reading.operations.moving import MOVES
from clip_lint.reading.prompt_sets import alternatives, build
from clip_lint.reading.training import evaluates, is_within
from clip_lint.reading.usages import Usage
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.knowledge.versions import Versions
    from clip_lint.reading.values import Site
    from clip_lint.source.model import Source
    from clip_lint.source.workspace import Workspace
    from clip_lint.syntax.outlined import AnyProgram

Event = TypeVar("Event")

DEEPEST = 6000
"""Python frames allowed while interpreting; a tree that the syntax tree could parse needs a few for each of its levels."""


def read(
    source: Source,
    program: AnyProgram,
    workspace: Workspace | None,
    versions: Versions,
    *,
    trained_elsewhere: frozenset[str] = frozenset(),
) -> Facts:
    """Everything the checks may know about a module; RecursionError where its nesting is too deep to follow.

    ``trained_elsewhere`` are the `Facts.trainers` of the files that import it.
    """
    recorder = Recorder()
    libraries = load_libraries(workspace.extra_libraries if workspace is not None else ())
    interpreter = Interpreter(source, workspace, libraries, versions, recorder)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        interpreter.run(program.tree)
    finally:
        sys.setrecursionlimit(limit)

    followed = interpreter.program.followed()
    events = [
        event
        for event in recorder.events.values()
        if not (alone := getattr(event, "site").run_alone)  # noqa: B009 - every event has one
        or not followed.issuperset(alone)
    ]

    is_rerun = interpreter.interface.is_rerun or libraries.is_rerun(source.text)

    is_imported = workspace is not None and workspace.is_imported(source.file)

    def tree_of(other: Source) -> nodes.Module | None:
        if other is source or workspace is None:
            return program.tree
        return workspace.tree(other.file)

    def of(kind: type[Event]) -> tuple[Event, ...]:
        return tuple(event for event in events if isinstance(event, kind))

    trainers = recorder.training.run_by_trainers(trained_elsewhere)
    trains = recorder.training.is_anywhere or (workspace is not None and workspace.is_trained(source.file))
    encodes = tuple(
        replace(each, wants_gradient=_wants_gradient(each, trainers, trains)) for each in of(_facts.Encode)
    )
    checkpoints = {
        encode.tokens.site.key: encode.model.checkpoint
        for encode in encodes
        if encode.tokens is not None and encode.tokens.site is not None
    }
    uses = (each for use in of(_facts.PromptUse) for each in alternatives(use))
    texts = tuple(uses)
    text = source.text if texts else ""
    known = Fates(
        encodes,
        of(_facts.Compare),
        of(_facts.Indexed),
        recorder,
        trains,
        measures(text),
        reads_writing(text),
        conditions(text),
    )
    fates = known.of(texts)
    built = [build(use, checkpoints, source, libraries, program) for use in texts]
    sets = [each and replace(each, fate=fate) for each, fate in zip(built, fates, strict=True)]
    if workspace is not None:
        sets, programs = at_their_source(sets, workspace, source.file)
        recorder.dependencies |= programs
    collections = interpreter.memory.collections  # by now all is said of each
    order_only = (key for key, times in recorder.ranked.items() if times >= recorder.read[key])
    return Facts(
        path=source.path,
        versions=versions,
        libraries=libraries,
        loads=tuple(
            replace(each, is_rerun=each.is_rerun and is_rerun and _is_on_page(each.site, source))
            for each in of(_facts.Load)
        ),
        encodes=encodes,
        tokenizes=of(_facts.Tokenize),
        images=of(_facts.ImageUse),
        compares=of(_facts.Compare),
        normalizeds=of(_facts.Normalized),
        thresholds=of(_facts.Threshold),
        shown=of(_facts.Shown),
        scaled=of(_facts.Scaled),
        indexed=tuple(
            replace(each, index=collections.get(each.index.key, each.index)) for each in of(_facts.Indexed)
        ),
        wrapped_uses=of(_facts.WrappedUse),
        converted=of(_facts.Converted),
        kept=of(_facts.Kept),
        handed_out=of(_facts.HandedOut),
        sliced=of(_facts.Sliced),
        blended=of(_facts.Blended),
        usages=of(Usage),
        mixed=tuple(
            each
            for each in of(_facts.Mixed)
            if not (_is_mended(each, recorder, of(_facts.Encode)) or _may_be_moved(each, recorder, tree_of))
        ),
        prompt_sets=tuple(dict.fromkeys(one for one in sets if one is not None)),
        evaluated=frozenset(recorder.evaluated),
        frozen=frozenset(recorder.frozen),
        trained=frozenset(recorder.trained),
        trains=trains,
        trainers=trainers,
        order_only=frozenset(order_only),
        reloaded=frozenset(recorder.reloaded),
        labelled_by=frozenset(recorder.labelled_by),
        is_rerun=is_rerun,
        serves=interpreter.interface.serves or is_imported,
        idle=frozenset() if is_imported else _idle(interpreter, source, is_rerun=is_rerun),
        is_program=bool(source.cells) or _GUARD.search(source.text) is not None,
        has_run=any(cell.has_run for cell in source.cells),
        read_out=frozenset(recorder.read_out),
        measured=frozenset(recorder.measured),
        detached=frozenset(recorder.detached),
        guarded=frozenset(recorder.guarded),
        entered=frozenset(followed),
        dependencies=frozenset(recorder.dependencies),
    )


def _is_on_page(site: Site, source: Source) -> bool:
    """Whether a place may be of a page: of a notebook that writes programs to files, those are pages, and its own cells run when they are told to."""
    return not source.file_cells or (site.via or site).place.cell in source.file_cells


_WORD = re.compile(r"\w+")
_GUARD = re.compile(r"^if\s+__name__\s*==", re.MULTILINE)


def _idle(interpreter: Interpreter, source: Source, *, is_rerun: bool) -> frozenset[str]:
    """The functions that a program defines and never names again. A module without anything that runs is there for others."""
    runs = source.cells or is_rerun or interpreter.interface.serves or _GUARD.search(source.text)
    if not runs:
        return frozenset()
    times = Counter(_WORD.findall(source.text))
    return frozenset(
        interpreter.key(function)
        for function in interpreter.program.functions
        if isinstance(function.node, (nodes.FunctionDef, nodes.AsyncFunctionDef))
        and not function.node.decorator_list
        and times[function.node.name] == 1
    )


def _is_mended(mixed: _facts.Mixed, recorder: Recorder, encodes: tuple[_facts.Encode, ...]) -> bool:
    """Whether the program gives what an optimizer updates single precision by hand (`p.data = p.data.float()`), or may move the model.

    Of the models that one place may run, whoever moves one knows where they are to be.
    """
    load = mixed.model.load
    if mixed.kind == MODEL_ON_CPU:
        here = [each.model for each in encodes if each.site.key == mixed.site.key]
        moved = recorder.placed | recorder.trained
        return any(one.load is None or one.device or one.load.key in moved for one in [mixed.model, *here])
    return mixed.kind == "optimizer-on-half" and load is not None and load.key in recorder.widened


def _may_be_moved(
    mixed: _facts.Mixed, recorder: Recorder, tree_of: Callable[[Source], nodes.Module | None]
) -> bool:
    """Whether a program says where all that it makes is to be, or moves something of the model's name on a way that was not read."""
    if mixed.kind != MODEL_ON_CPU:
        return False
    load = mixed.model.load
    name = load.name if load is not None and load.name else "model"
    sources = {id(each.source): each.source for each in (mixed.site, load) if each is not None}
    return recorder.places_all or any(
        f".{name}." in f".{chain}."
        for tree in map(tree_of, sources.values())
        if tree is not None
        for chain in receivers(tree, MOVES)
    )


def _wants_gradient(encode: _facts.Encode, trainers: frozenset[str], is_anywhere: bool) -> bool:
    """Whether an encoding is run by something that trains.

    In code that trains, a function that nothing is seen to call is taken to be called by it, unless its name says that
    it evaluates.
    """
    function = f"{encode.site.source.path}::{encode.site.function}"
    if is_within(function, trainers):
        return True
    return (
        is_anywhere
        and bool(encode.site.entry)
        and not evaluates(function)
        and not evaluates(encode.site.entry)
    )
