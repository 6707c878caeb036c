"""Pictures read, converted and transformed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.facts import Blended, PromptUse
from clip_lint.reading.operations.call import number, receiver_node, text_of
from clip_lint.reading.operations.image_modes import RECOLOURED, as_stored, converted, may_recolour
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Component,
    Const,
    Dict,
    External,
    Image,
    Pixels,
    Seq,
    Text,
    Transform,
    Tristate,
    Unknown,
    Value,
)
from clip_lint.reading.values.models import ALIASED
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.syntax import nodes

_CHANNELS = 3


def op_open_image(run: Run, call: Call) -> Value:
    """A picture read from somewhere."""
    channels = call.spec.get("channels", "")
    if channels == "bgr" and _reads_gray(call):
        channels = ""
    mode = as_stored(run, call) if call.spec.get("stored") else ""
    return Image(channels, call.spec.get("form", ""), 255, run.site(call.node), mode=mode)


_GENERATED = {"pil": ("pil", 255), "np": ("array", 1), "numpy": ("array", 1), "pt": ("tensor", 1)}
"""What generators call the forms of their pictures, with the top of the value range."""


def _drawn(run: Run, call: Call) -> None:
    """The texts that pictures are made of, where the family of the text towers is known: CLIPs alone."""
    by = call.receiver
    if not isinstance(by, Component) or by.checkpoint.family is None:
        return
    found: list[Value] = []
    for value in (call.value(name) for name in ("text", "away") if name in call):
        found += value.items if isinstance(value, Seq) else [value]
    site = run.site(call.node)
    texts = Seq(tuple(found), "list", is_whole=True)
    run.record(PromptUse(site, texts, by.checkpoint, "", run.frame.function, is_drawn=True), site)


def op_generate(run: Run, call: Call) -> Value:
    """Pictures that a model makes."""
    _drawn(run, call)
    known = _GENERATED.get(text_of(call.value("form", Text("pil"))) or "")
    if known is None or call.arguments.has_more or "**" in call:
        return UNKNOWN
    form, high = known
    made = Image("rgb", form, high, run.site(call.node))
    return Dict(((Text("images"), Seq((made,), "list", is_whole=False)),), is_whole=False)


def op_write_image(run: Run, call: Call) -> Value:
    """A picture goes into a file: what is read from there depends on it."""
    path = call.node_of("path")
    if path is not None:
        run.rewrite(path, receiver_node(call.node) if call.receiver is not None else call.node_of("x"))
    return UNKNOWN


def _reads_gray(call: Call) -> bool:
    flags = (
        call.arguments.positional[1].value
        if len(call.arguments.positional) > 1
        else call.value("flags", NONE)
    )
    if isinstance(flags, External):
        return flags.path.endswith(("GRAYSCALE", "UNCHANGED", "IMREAD_COLOR_RGB"))
    return flags in {Const(0), Const(-1)}


def op_frame(run: Run, call: Call) -> Value:
    """``VideoCapture.read()``."""
    return Seq((Unknown("ok"), Image("bgr", "array", 255, run.site(call.node))), "tuple")


def op_convert(run: Run, call: Call) -> Value:
    """``cv2.cvtColor``."""
    value, code = call.value("x"), call.value("code")
    if not isinstance(value, Image):
        value = Image("", "array", 255, run.site(call.node))
    name = code.path.rpartition(".")[2] if isinstance(code, External) else ""
    target = name.rpartition("2")[2]
    channels = {"RGB": "rgb", "BGR": "bgr", "RGBA": "rgb"}.get(target, "")
    return replace(value, channels=channels)


_TOP = 255


def brought_to_one(
    run: Run,
    node: nodes.expr | nodes.stmt,
    value: Image | Unknown,
    by: float | None,
    *,
    is_from_below: bool = False,
) -> Value:
    """Pixels divided by a number: whatever is divided by 255, or goes from -1..1 to 0..1, is taken for pixels."""
    if by != _TOP and not is_from_below:
        return replace(value, steps=(*value.steps, "rescale")) if isinstance(value, Image) else UNKNOWN
    base = value if isinstance(value, Image) else Image("", "tensor", _TOP, run.site(node))
    return replace(base, high=1, lowered=run.site(node), steps=(*base.steps, "rescale"))


def multiplied_pixels(image: Image, by: float) -> Image:
    """Pixels times a number: brought to 0..1, or back to 0..255."""
    if 0 < by < 0.01:
        return replace(image, high=1, lowered=None, steps=(*image.steps, "rescale"))
    return replace(image, high=_TOP, steps=(*image.steps, "?")) if by == _TOP else image


def op_resample(_run: Run, call: Call) -> Value:
    """Resized as a tensor: what is shrunk without antialiasing keeps patterns that are not in the picture."""
    value = call.subject()
    is_smooth = truth(call.value("antialias", Const(call.spec.get("antialias", False))))
    if (
        isinstance(value, Image)
        and value.form != "pil"
        and is_smooth is Tristate.NO
        and not call.arguments.has_more
    ):
        return replace(value, steps=(*value.steps, ALIASED))
    return value


def op_from_array(run: Run, call: Call) -> Value:
    """An array as a PIL image: the channels stay as they are."""
    value = call.value("x")
    return (
        replace(_as_pil(value), wrapped=run.site(call.node)) if isinstance(value, Image) else Image("", "pil")
    )


def _as_pil(image: Image) -> Image:
    """As Pillow holds it: a tensor in 0..1 is multiplied on the way, and an array of such floats is refused."""
    return replace(image, form="pil", high=_TOP, lowered=None)


def op_to_tensor(run: Run, call: Call) -> Value:
    """``to_tensor`` divides by 255."""
    value = call.value("x")
    base = value if isinstance(value, Image) else Image()
    steps = (*base.steps, "to-tensor")
    return replace(base, form="tensor", high=1, lowered=run.site(call.node), steps=steps)


def op_normalize_pixels(_run: Run, call: Call) -> Value:
    """``torchvision.transforms.functional.normalize``."""
    value = call.value("x")
    base = value if isinstance(value, Image) else Image()
    return replace(base, steps=(*base.steps, "normalize"), stats=_statistics(call))


def _statistics(call: Call) -> tuple[float, ...]:
    """Mean and deviation as far as they are known, the library's where none are given; nothing without a mean."""
    if "mean" not in call and not call.arguments.has_more:
        return tuple(map(float, call.spec.get("stats", ())))
    mean = _numbers(call.value("mean"))
    return (*mean, *_numbers(call.value("std"))) if len(mean) == _CHANNELS else ()


def _numbers(value: Value) -> tuple[float, ...]:
    if isinstance(value, Seq):
        return tuple(
            float(item.value)
            for item in value.items
            if isinstance(item, Const) and isinstance(item.value, (int, float))
        )
    return ()


def _is_float(call: Call) -> bool:
    kind = call.value("dtype")
    return isinstance(kind, External) and "float" in kind.path


def op_transform_step(run: Run, call: Call) -> Value:
    """One torchvision transform."""
    step = call.spec.get("step", "")
    stats = _statistics(call) if step == "normalize" else ()
    if step == "normalize" and not stats:
        step = "normalize?"
    switch = call.spec.get("only_if")
    if switch is not None and (truth(call.value(switch)) is not Tristate.YES or not _is_float(call)):
        step = "cast"
    return Transform((step,), stats, run.site(call.node))


def op_compose(run: Run, call: Call) -> Value:
    """``transforms.Compose``."""
    items = call.value("items")
    if not isinstance(items, Seq):
        return UNKNOWN
    steps: list[str] = []
    stats: tuple[float, ...] = ()
    for item in items.items:
        if isinstance(item, Transform):
            steps.extend(item.steps)
            stats = item.stats or stats
        elif not _is_of_library(item, call.spec.library):
            steps.append("?")
        elif isinstance(item, Unknown) and may_recolour(item):
            steps.append(RECOLOURED)
    if not items.is_whole:
        steps.append("?")
    return Transform(tuple(steps), stats, run.site(call.node))


def _is_of_library(step: Value, library: str) -> bool:
    """Whether a step is one of the library's own that its table does not tell: it turns, crops or colours a picture."""
    return isinstance(step, Unknown) and step.source.startswith(f"{library}.")


def apply_transform(run: Run, transform: Transform, arguments: Arguments, node: nodes.Call) -> Value:
    """A transform called on a picture; on one that is passed by name, it gives a mapping."""
    named = arguments.keywords.get("image")
    if named is not None and not arguments.positional:
        made = apply_transform(run, transform, Arguments([named], {}), node)
        return Dict(((Text("image"), made),), is_whole=False)
    value = arguments.positional[0].value if arguments.positional else UNKNOWN
    base = value if isinstance(value, Image) else Image(origin=run.site(node))
    if RECOLOURED in transform.steps:
        base = replace(base, mode="")
    forms = [step for step in transform.steps if step in {"to-tensor", "to-pil"}]
    if forms:
        is_tensor = forms[-1] == "to-tensor"
        base = replace(base, form="tensor", high=1, lowered=run.site(node)) if is_tensor else _as_pil(base)
    stats = transform.stats or base.stats
    return replace(base, steps=(*base.steps, *transform.steps), stats=stats)


def image_method(image: Image, name: str, values: list[Value]) -> Value:
    """A picture's method that keeps it a picture."""
    if name == "convert":
        return converted(
            replace(image, channels=image.channels if image.channels == "bgr" else "rgb"), values
        )
    return replace(image, mode="") if name in {"expand", "repeat", "repeat_interleave"} else image


def blended(run: Run, call: Call, pixels: Pixels) -> Value:
    """The average of pictures that are ready for a model: one picture, in which all of them shine through each other."""
    has_rows = pixels.is_batch or (pixels.by is not None and pixels.by.kind != "preprocess")
    if not has_rows or pixels.count == 1 or number(call.value("dim")) != 0:
        return UNKNOWN
    site = run.site(call.node)
    run.record(Blended(site, pixels), site)
    return replace(pixels, count=1, is_batch=False, blended=site)
