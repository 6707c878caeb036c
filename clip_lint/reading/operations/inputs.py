"""Texts and pictures on their way into a model: tokenizers, processors, transforms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.facts import ImageUse, Tokenize
from clip_lint.reading.marks import is_typed
from clip_lint.reading.operations.call import Call, number, text_of
from clip_lint.reading.operations.prompting import prompts
from clip_lint.reading.operations.text_counts import NAMED, calls_one
from clip_lint.reading.scope import ASKED
from clip_lint.reading.values import (
    NONE,
    Component,
    Const,
    Dict,
    Image,
    Inputs,
    OneOf,
    Pixels,
    Seq,
    Text,
    Tokens,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.models import NO_LENGTH
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.scope import LoopSite


_COMPREHENSIONS = (nodes.ListComp, nodes.SetComp, nodes.GeneratorExp, nodes.DictComp)
_SEVERAL = frozenset({"group", "set", "list", "pair", "row", "part"})
"""Words in the singular for several texts."""


def _tokens(run: Run, call: Call, value: Value, by: Component | None) -> Tokens:
    """Token ids of texts, with how they are padded and cut; records the tokenisation."""
    family = by.checkpoint.family if by is not None else call.spec.get("family")
    library = by.checkpoint.library if by is not None else call.spec.library
    options_of_component = dict(by.options) if by is not None else {}
    truncation = call.value(
        "truncation", call.value("truncate", options_of_component.get("truncation", Const(None)))
    )
    padding_value = call.value("padding", options_of_component.get("padding", NONE))
    padding = text_of(padding_value) or (
        "True"
        if padding_value == Const(True)
        else ""
        if padding_value == NONE or padding_value == Const(False)
        else "?"
    )
    if (
        padding == "max_length"
        and run.libraries.trait(family).no_length
        and _has_no_length(call, options_of_component)
    ):
        padding = NO_LENGTH
    truncates = truth(truncation)
    if call.spec.get("truncates") or run.libraries.trait(family).truncates:
        truncates = Tristate.YES
    if call.arguments.has_more or "**" in call:
        truncates = Tristate.MAYBE if truncates is Tristate.NO else truncates
        padding = "?" if padding == NO_LENGTH else padding or "?"
    node = call.node_of("text")
    site = run.site(call.node)
    if isinstance(node, nodes.Name) and calls_one(node.id) and _is_nameless(value):
        value = Unknown(node.id, source=NAMED)
    single = isinstance(node, nodes.Name) and any(
        loop.target == node.id and not loop.batches and _gives_one(loop) for loop in run.loops
    )
    tokens = Tokens(
        value,
        by,
        site,
        padding,
        truncates,
        run.depends(node),
        single and all(isinstance(option, (Text, Unknown)) for option in options(value)),
        length=number(call.value("max_length" if padding == "max_length" else "context_length")),
    )
    if call.value("add_special_tokens") == Const(False):
        return tokens  # without start and end no text tower reads them: learnt prompts begin with the embeddings of such pieces
    raises = bool(call.spec.get("raises")) or family in run.libraries.of(library).raises
    argument = unparse(node) if node is not None else ""
    definition = run.stack[-1] if run.stack else None
    arguments = (
        definition.args if isinstance(definition, (nodes.FunctionDef, nodes.AsyncFunctionDef)) else None
    )
    names = (
        {parameter.arg for parameter in (*arguments.args, *arguments.kwonlyargs)}
        if arguments is not None
        else set()
    )
    is_asked = ASKED in tokens.varying
    is_answered = any(frame.answered for frame in run.frames)
    run.record(
        Tokenize(site, tokens, argument, library or "", raises, argument in names, is_asked, is_answered),
        site,
    )
    if not _is_guessed(by):
        cuts = {Tristate.YES: True, Tristate.NO: False if raises else None}.get(truncates)
        prompts(run, value, call.node, by.checkpoint if by is not None else None, node, cuts=cuts)
    return tokens


def _has_no_length(call: Call, of_component: dict[str, Value]) -> bool:
    """Whether neither a call of a tokenizer nor what loaded it names a length."""
    given = call.value(
        "max_length", of_component.get("max_length", of_component.get("model_max_length", NONE))
    )
    return given == NONE


def _is_nameless(value: Value) -> bool:
    """Whether nothing is known of a text but what it was got from."""
    return all(
        isinstance(option, Unknown)
        and not option.is_parameter
        and (not option.source or is_typed(option.source))
        for option in options(value)
    )


def _gives_one(loop: LoopSite) -> bool:
    """Whether each round of a loop has one thing: in a comprehension, where what it runs over is named after several."""
    one = loop.target
    if loop.kind == "for" or one in _SEVERAL:
        return loop.kind == "for" and not _runs_over_values(loop)
    return isinstance(loop.site.node, _COMPREHENSIONS) and any(
        (getattr(generator.iter, "id", "") or getattr(generator.iter, "attr", ""))
        in {f"{one}s", f"{one}es", f"{one.removesuffix('y')}ies", f"{one}_list"}
        for generator in loop.site.node.generators
        if getattr(generator.target, "id", "") == one
    )


def _runs_over_values(loop: LoopSite) -> bool:
    """Whether a loop runs over a mapping's values: in many programs lists of texts, one for each class."""
    return isinstance(loop.site.node, nodes.For) and any(
        isinstance(inner, nodes.Attribute) and inner.attr in {"items", "values"}
        for inner in nodes.walk(loop.site.node.iter)
    )


def _is_guessed(by: Component | None) -> bool:
    """Whether only a name tells that this is a tokenizer or processor: whose it is shows where the text is encoded."""
    return by is not None and by.checkpoint == Checkpoint()


def encode_guessed(run: Run, tokens: Tokens | None, checkpoint: Checkpoint, call: Call) -> None:
    """Texts that a tokenizer of unknown make has cut reach a text tower, so they are prompts after all."""
    if tokens is not None and _is_guessed(tokens.by):
        prompts(run, tokens.texts, call.node, checkpoint, None)


def op_tokenize(run: Run, call: Call) -> Value:
    """Texts to token ids."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    if by is None and call.spec.get("family"):
        by = Component("tokenizer", Checkpoint(call.spec.library, None, None, call.spec.get("family")))
    tokens = _tokens(run, call, call.value("text"), by)
    if call.spec.get("returns") == "tokens":
        return tokens
    return Inputs(tokens, None, by)


_ONE_IMAGE = frozenset(
    {"image", "img", "crop", "frame", "photo", "picture", "pil_image", "pil_img", "patch", "im"}
)


def _image_count(value: Value, node: nodes.expr | None = None) -> int | None:
    if isinstance(value, (Image, OneOf)):
        return 1
    if isinstance(value, Unknown) and isinstance(node, nodes.Name) and node.id in _ONE_IMAGE:
        return 1
    if isinstance(value, Seq) and value.is_whole and value.kind != "generator":
        return len(value.items)
    return None


def _first_image(value: Value) -> Image | None:
    for option in options(value):
        if isinstance(option, Image):
            return option
        if isinstance(option, Seq):
            for item in option.items:
                for inner in options(item):
                    if isinstance(inner, Image):
                        return inner
    return None


def _all_images(value: Value) -> list[Image]:
    found = []
    for option in options(value):
        if isinstance(option, Image):
            found.append(option)
        elif isinstance(option, Seq):
            found.extend(
                inner for item in option.items for inner in options(item) if isinstance(inner, Image)
            )
    return found


def _one_for_all(images: list[Image]) -> Image:
    """The picture that stands for those of all paths: one that stays BGR from where it is read, else the first of them."""
    turned = {image.origin for image in images if image.channels != "bgr"}
    unturned = [image for image in images if image.channels == "bgr" and image.origin not in turned]
    if unturned:
        return unturned[0]
    return images[0] if len({image.channels for image in images}) == 1 else replace(images[0], channels="")


def record_image(run: Run, call: Call, value: Value, by: Component | None, name: str) -> None:
    """Record pictures handed to a processor, transform or model; nothing where what is handed over is not all pictures."""
    images = _all_images(value)
    if not images or (isinstance(value, OneOf) and len(images) < len(value.options)):
        return
    site = run.site(call.node)
    image = _one_for_all(images)
    rescale = call.value(
        "do_rescale", dict(by.options).get("do_rescale", Const(True)) if by is not None else Const(True)
    )
    run.record(ImageUse(site, image, by, name, truth(rescale)), site)


def op_process(run: Run, call: Call) -> Value:
    """A processor: texts and images in, a mapping out; an image transform: pixels out."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    named = dict(call.named)
    if by is not None and by.kind == "processor":
        for argument in call.arguments.positional[:2]:
            kind = kind_of_input(argument.value, argument.node)
            for known in ("text", "images"):
                if named.get(known) is argument and kind and kind != known:
                    del named[known]
            if kind:
                named[kind] = argument
    given = call.arguments.positional[0] if call.arguments.positional else None
    if given is not None and isinstance(given.value, Dict):
        for key, name in call.spec.get("takes", {}).items():
            if (held := given.value.get(key)) is not None:
                named[name] = replace(given, value=held)
    call.named = named
    tokens: Tokens | None = None
    takes_text = by is None or by.kind != "image-processor"
    if takes_text and "text" in call and call.value("text") != NONE:
        tokens = _tokens(run, call, call.value("text"), by)
    pixels: Pixels | None = None
    if "images" in call and call.value("images") != NONE:
        value = call.value("images")
        node = call.node_of("images")
        record_image(run, call, value, by, unparse(node) if node is not None else "image")
        normalizes = call.value(
            "do_normalize", dict(by.options).get("do_normalize", NONE) if by is not None else NONE
        )
        pixels = Pixels(
            by,
            _first_image(value),
            _image_count(value, node),
            is_normalized=truth(normalizes) is not Tristate.NO or normalizes == NONE,
            source=value,
            steady=frozenset(loop.key for loop in run.loops) - run.depends(node),
        )
    if call.spec.get("returns") == "pixels":
        return pixels or Pixels(by)
    return Inputs(tokens, pixels, by)


def kind_of_input(value: Value, node: nodes.expr | None) -> str:
    """``text`` or ``images``, by the value, else by the expression's words; empty where neither tells."""
    for option in options(value):
        if isinstance(option, (Image, Pixels)):
            return "images"
        if isinstance(option, Text):
            return "text"
        if isinstance(option, Seq) and option.items:
            return kind_of_input(option.items[0], node)
    name = unparse(node).lower() if node is not None else ""
    if any(word in name for word in ("image", "img", "frame", "crop", "photo", "picture")):
        return "images"
    if any(word in name for word in ("text", "label", "prompt", "caption", "class", "query", "quer")):
        return "text"
    return ""


def settled(value: Value) -> Value:
    """What every round of a loop is given alike, such as the batches of a loader."""
    known = options(value)
    is_one = len(known) == 1 and isinstance(known[0], (Tokens, Pixels, Inputs, Image))
    return known[0] if is_one else value
