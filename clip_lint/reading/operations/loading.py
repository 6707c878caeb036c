"""Models and their companions come into being."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.facts import Load
from clip_lint.reading.forms import dotted_path
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.moving import device_of, dtype_of
from clip_lint.reading.operations.towers import tower
from clip_lint.reading.values import (
    NONE,
    Component,
    Const,
    Dict,
    LazyPlace,
    Model,
    OneOf,
    Seq,
    Site,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.models import RANDOM
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


def _site_of_load(run: Run, call: Call) -> Site:
    return run.site(call.node)


def _record_load(run: Run, model: Model, call: Call, *, is_own: bool = True) -> None:
    """Keep that a model is loaded; ``is_own``: with the arguments that the program gives, not inside of something else that it makes."""
    site = model.load
    if site is None:
        return
    if "device" in call or "**" in call or call.arguments.has_more:
        run.recorder.place(site)
    frame = run.frame
    loop = run.loops[-1].site if run.loops else None
    run.record(
        Load(
            site=site,
            model=model,
            loop=loop,
            handler=frame.handler,
            is_cached=frame.is_cached or run.is_fallback or _is_lazily_cached(run),
            library=call.spec.library,
            is_varying=_varies(run, call.node),
            quickgelu=_quickgelu(run, model, call) if is_own else "",
            named=_place_of(call.value("checkpoint")),
            is_rerun=_stands_where_pages_run(run),
        ),
        site,
    )


def _place_of(name: Value) -> LazyPlace | None:
    """Where a string is written."""
    return next((option.place for option in options(name) if isinstance(option, Text)), None)


def _quickgelu(run: Run, model: Model, call: Call) -> str:
    name, tag = (model.checkpoint.name or "").replace("/", "-"), model.checkpoint.tag or ""
    traits = run.libraries.of(model.checkpoint.library)
    if (
        not traits.missing_quickgelu
        or "force_quick_gelu" in call
        or "quick_gelu" in call
        or call.arguments.has_more
    ):
        return ""
    if _is_built_apart(run, call.spec.library, tag):
        return ""
    if _fits(tag, traits.missing_quickgelu.get(name, ())):
        return "missing"
    base = name.removesuffix("-quickgelu")
    of_plain_data = base != name and _fits(tag, traits.needless_quickgelu.get("*-quickgelu", ()))
    needless = of_plain_data and not _fits(tag, traits.missing_quickgelu.get(base, ()))
    return "needless" if needless or _fits(tag, traits.needless_quickgelu.get(name, ())) else ""


def _is_built_apart(run: Run, library: str, tag: str | None) -> bool:
    """Whether the library is one of before, which made these weights' model by OpenAI's own builder: activation and eval mode are right."""
    since = run.libraries.of(library).quickgelu_since.get(tag or "")
    return since is not None and not run.versions_here.allows(library, since)


def _fits(tag: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(tag.lower(), pattern) for pattern in patterns)


def _asked(run: Run, call: Call) -> str:
    """The variable that names a checkpoint, and the function in which it does; a script may give it another value further down."""
    node = call.node_of("checkpoint")
    path = dotted_path(node) if node is not None else ""
    return f"{run.frame.function}:{path}" if path and run.frame.function else ""


def _varies(run: Run, node: nodes.Call) -> bool:
    """Whether what is loaded may differ from round to round: by its arguments, or by a condition it stands under."""
    # A caller that asks for enough of something asks for the same model each time; a load right under such a test may be a retry.
    callers = (frame.control - frame.sorted_out for frame in run.frames if frame is not run.frame)
    controlled = run.frame.control.union(*callers)
    return bool({loop.key for loop in run.loops} & (run.depends(node) | controlled))


def _is_lazily_cached(run: Run) -> bool:
    """Whether the load is kept for later calls: it is stored globally, or a test for its absence comes first."""
    return bool(run.scope.outer) or any(frame.lazy for frame in run.frames)


def _stands_where_pages_run(run: Run) -> bool:
    """Whether a program that is run anew at every interaction comes here each time: other modules are imported once."""
    is_imported = any(frame.scope.source is not run.source and not frame.function for frame in run.frames)
    is_asked_for = any(frame.asked for frame in run.frames)
    return not run.frame.entry and not is_imported and not is_asked_for


def make_from_class(
    run: Run, kind: str, library: str, family: str | None, part: str, call: Call, owner: str
) -> Value:
    """A class's factory (``from_pretrained`` and the like): a model, or a component that belongs to one."""
    name = text_of(call.value("checkpoint"))
    known = run.libraries.family(name)
    if family is None and known is None:
        return Unknown(owner.rpartition(".")[2], source=owner)
    if known is not None and run.libraries.trait(known).unrelated:
        return Unknown(owner.rpartition(".")[2], source=name or "")
    checkpoint = run.libraries.checkpoint(library, name, None, family or known)
    if (revision := text_of(call.value("revision"))) is not None:
        checkpoint = replace(checkpoint, revision=revision)
    if not run.is_beside(checkpoint.family):
        return Unknown(owner.rpartition(".")[2], source=owner)
    own_code = run.libraries.described_by(name) if kind == "model" and family is None else None
    if own_code is not None:
        checkpoint = replace(checkpoint, library=own_code)
    site = _site_of_load(run, call)
    if kind == "tower":
        return tower(run, checkpoint, part)
    if kind != "model":
        chosen = tuple((key, argument.value) for key, argument in call.arguments.keywords.items())
        return Component(kind, checkpoint, site, chosen, _asked(run, call))
    model = Model(
        checkpoint,
        site,
        call.spec.get("mode", "unknown"),
        dtype_of(call.value("dtype")),
        text_of(call.value("device")) or "",
        part,
        is_remote=own_code is None
        and family is None
        and truth(call.value("trust_remote_code", NONE)) is Tristate.YES,
        asked=_asked(run, call),
    )
    _record_load(run, model, call)
    return model


def op_load(run: Run, call: Call) -> Value:
    """A factory function: a model, or a tuple of a model and its transforms."""
    spec = call.spec
    name, tag = text_of(call.value("checkpoint")), text_of(call.value("tag"))
    if spec.get("only_known") and run.libraries.related(name) is None:
        return Unknown(name or "")
    if name and name.startswith("hf-hub:"):
        name = name.removeprefix("hf-hub:")
    checkpoint = run.libraries.checkpoint(
        spec.library, name or spec.get("checkpoint"), tag, spec.get("family")
    )
    if not run.is_beside(checkpoint.family):
        return Unknown(name or "")
    site = _site_of_load(run, call)
    precision, where = call.value("precision"), call.value("device")
    dtype = (
        ""
        if isinstance(precision, OneOf)
        else {"fp16": "float16", "bf16": "bfloat16"}.get(text_of(precision) or "", "")
    )
    device = device_of(where)
    if spec.get("dtype") == "float16-on-cuda":
        is_open = not device or "?" in device
        dtype = "float16-on-cuda" if is_open else "float16" if device.startswith("cuda") else ""
    mode = "eval" if _is_built_apart(run, spec.library, tag) else spec.get("mode", "unknown")
    model = Model(checkpoint, site, mode, dtype, device, asked=_asked(run, call))
    _record_load(run, model, call)
    returned = spec.get("returns", "model")
    if returned == "model":
        return model
    parts = (model if part == "model" else _companion(part, checkpoint, site) for part in returned)
    return Seq(tuple(parts), "tuple")


def _companion(kind: str, checkpoint: Checkpoint, site: Site) -> Component:
    """What comes with a model; ``random-preprocess`` is a transform that crops at random."""
    chosen = ((RANDOM, Const(True)),) if kind == "random-preprocess" else ()
    return Component(kind.removeprefix("random-"), checkpoint, site, chosen)


def op_component(run: Run, call: Call) -> Value:
    """A tokenizer, transform or metric object."""
    spec, given = call.spec, call.value("checkpoint")
    name = text_of((given.get(spec.get("named_by", "")) or given) if isinstance(given, Dict) else given)
    held = call.receiver.checkpoint if isinstance(call.receiver, Component) else Checkpoint()
    family = spec.get("family") or held.family
    aliases = spec.get("aliases")
    if aliases is not None:
        family, name = aliases.get(name), None
        if family is None:
            return Unknown(spec.library)
    checkpoint = run.libraries.checkpoint(spec.library, name, text_of(call.value("tag")), family)
    if not run.is_beside(checkpoint.family):
        return Unknown(name or "")
    chosen: tuple[tuple[str, Value], ...] = tuple(
        (key, Const(value)) for key, value in spec.options.items() if key == "unit"
    )
    if "normalize" in call:
        chosen = (("unit", call.value("normalize")),)
    site = _site_of_load(run, call)
    if spec.get("loads"):
        _record_load(run, Model(checkpoint, site, "eval"), call, is_own=False)
    return Component(spec.get("kind", ""), checkpoint, site, chosen, _asked(run, call))


def op_pipeline(run: Run, call: Call) -> Value:
    """A factory for many tasks, of which some concern us."""
    task = text_of(call.value("task")) or ""
    kind = call.spec.get("tasks", {}).get(task)
    if kind is None:
        return Unknown("pipeline")
    name = text_of(call.value("checkpoint"))
    if "checkpoint" not in call:
        name = call.spec.get("checkpoints", {}).get(task)
    family = run.libraries.family(name) or call.spec.get("families", {}).get(task)
    checkpoint = run.libraries.checkpoint(call.spec.library, name, None, family)
    site = run.site(call.node)
    if kind != "pipeline":
        return Component(kind, checkpoint, site)
    model = Model(checkpoint, site, "eval")
    _record_load(run, model, call)
    return Component("pipeline", checkpoint, site)


def op_reweighted(run: Run, call: Call) -> Value:
    """A model with weights of one's own laid over its own; ``trains`` in the table: weights that are to be trained."""
    model = call.value("model")
    for option in options(model):
        if isinstance(option, Model):
            if call.spec.get("trains"):
                run.recorder.train(option)
            else:
                run.recorder.reload(option)
    return model
