"""CLP301-309: how the model is fed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.registry import check, quoted, report
from clip_lint.reading.facts import family_of
from clip_lint.reading.values import OneOf, Seq, Text, Three, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts, Tokenize
    from clip_lint.reading.values import Site, Value

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
"""Mean of the pixels that OpenAI CLIP was trained on, per channel in RGB order (openai/CLIP clip.py)."""
_TOLERANCE = 0.002
"""ImageNet's mean is only 0.0035 away in its first channel."""
_PLAIN_MEANS = ("siglip", "siglip2", "mobileclip")


@check("CLP301")
def processor_mismatch(facts: Facts) -> Iterator[Finding]:
    """Model and processor of different checkpoints."""
    # Where one of several models may be in use with one of several processors, they are taken to be chosen together.
    fitting = {
        encode.site.key
        for encode in facts.encodes
        for by in (encode.processor, encode.tokens.by if encode.tokens is not None else None)
        if by is not None and by.checkpoint.name == encode.model.checkpoint.name
    }
    for encode in facts.encodes:
        by, model = encode.processor, encode.model.checkpoint
        if encode.modality == "text" and encode.tokens is not None:
            by = encode.tokens.by
        if by is None or not by.checkpoint.name or not model.name or by.checkpoint.library != model.library:
            continue
        if not _differ(by.checkpoint, model) or encode.site.key in fitting:
            continue
        yield report(
            "CLP301",
            by.load or encode.site,
            f"the {by.kind} is made for {by.checkpoint.name}, the model is {model.name}: vocabulary, resolution or pixel"
            " statistics may differ, and nothing warns",
            "load both from one constant",
            related=[(encode.model.load, "the model is loaded here"), (encode.site, "used together here")],
            checkpoint=model,
            details=[("model", model.name, encode.model.load)],
        )


_TOKENIZERS = ("xlm-roberta", "roberta", "mt5", "nllb", "siglip2", "siglip", "clipa")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def _differ(component: Checkpoint, model: Checkpoint) -> bool:
    """Whether two names surely stand for different vocabularies or pixels; local folders say nothing."""
    ours, theirs = component.name or "", model.name or ""
    if component.library == "transformers":
        return ours != theirs and all(
            _HUB_ID.fullmatch(name) and name[0].isalnum() for name in (ours, theirs)
        )
    if "/" in ours + theirs:
        return False
    return _tokenizer(ours) != _tokenizer(theirs)


def _tokenizer(architecture: str) -> str:
    """The vocabulary an open_clip architecture reads, by its name."""
    return next((name for name in _TOKENIZERS if name in architecture.lower()), "clip")


@check("CLP302")
def siglip_padding(facts: Facts) -> Iterator[Finding]:
    """SigLIP text without padding="max_length"."""
    mixed = _of_several_libraries(facts)
    for tokenize in facts.tokenizes:
        tokens = tokenize.tokens
        by = tokens.by
        if (
            tokenize.site.key in mixed
            or by is None
            or by.checkpoint.family != "siglip"
            or by.checkpoint.library != "transformers"
        ):
            continue
        if tokens.padding in {"max_length", "?"}:
            continue
        given = (
            f'padding="{tokens.padding}"'
            if tokens.padding not in {"", "True"}
            else "padding=True"
            if tokens.padding
            else "no padding"
        )
        yield report(
            "CLP302",
            tokenize.site,
            f"SigLIP text with {given}: the model reads the embedding off the last of 64 tokens, so the text must be padded"
            " to full length as in training",
            'pass `padding="max_length"` (and `truncation=True`)',
            related=[(by.load, "the SigLIP checkpoint is named here")],
            checkpoint=by.checkpoint,
        )


@check("CLP303")
def bgr_image(facts: Facts) -> Iterator[Finding]:
    """An OpenCV image that was never turned to RGB."""
    for use in facts.images:
        if use.image.channels == "bgr":
            yield report(
                "CLP303",
                use.image.wrapped or use.site,
                f"`{use.name}` holds BGR pixels from OpenCV: the model sees red and blue exchanged",
                "convert first: `cv2.cvtColor(image, cv2.COLOR_BGR2RGB)`",
                related=[(use.image.origin, "read by OpenCV here")],
                checkpoint=use.by.checkpoint if use.by is not None else None,
                details=[("image", use.name, None)],
            )


@check("CLP304")
def wrong_preprocessing(facts: Facts) -> Iterator[Finding]:
    """CLIP's pixel statistics skipped or replaced."""
    for encode in facts.encodes:
        pixels = encode.pixels
        if pixels is None:
            continue
        family = family_of(encode.model.checkpoint)
        if not pixels.is_normalized and family not in _PLAIN_MEANS:
            yield _preprocessing(encode, "pixels are not normalised (`do_normalize=False`)", None, ())
            continue
        image = pixels.image
        if pixels.by is not None or image is None:
            continue
        if (
            "?" in image.steps
            or "normalize?" in image.steps
            or family in _PLAIN_MEANS
            or encode.model.load is None
        ):
            continue
        if "normalize" in image.steps:
            if len(image.stats) == 3 and all(
                abs(a - b) < _TOLERANCE for a, b in zip(image.stats, CLIP_MEAN, strict=True)
            ):
                continue
            if not image.stats:
                continue
            found = f"pixels are normalised with mean {list(image.stats)}"
        elif "to-tensor" in image.steps or "rescale" in image.steps:
            found = "pixels are never normalised"
        else:
            continue
        yield _preprocessing(encode, found, image.origin, image.stats if "normalize" in image.steps else ())


def _preprocessing(encode: Encode, found: str, origin: Site | None, mean: tuple[float, ...]) -> Finding:
    return report(
        "CLP304",
        encode.site,
        f"{found}, but the checkpoint was trained with mean {list(CLIP_MEAN)}: the embedding shifts for every image",
        "use the preprocessing that comes with the checkpoint",
        related=[(origin, "preprocessed here")],
        checkpoint=encode.model.checkpoint,
        measure=[("mean", " ".join(f"{value:g}" for value in mean))] if len(mean) == 3 else (),
    )


_QUERY = re.compile(r"query|search|user", re.IGNORECASE)
"""Parameters that a user fills, whatever constants the examples in the file pass."""
_CAPTION = re.compile(r"caption(?:_?\d)?")
_LONG = re.compile(
    r"desc|caption|sentence|text|query|prompt|title|comment|summar|review|question", re.IGNORECASE
)
_BOUNDED = re.compile(
    r"ctx|label|class|categor|\bname|_name|tag|species|breed|color|template|attribute|concept|\bobj",
    re.IGNORECASE,
)


def _is_bounded(value: Value, argument: str, depth: int = 0) -> bool:
    """Whether texts are surely short: written in the code, or a template around class names."""
    alternatives = options(value)
    has_texts = any(isinstance(option, Text) for option in alternatives)
    for option in alternatives:
        if isinstance(option, Text):
            # A template around something: a class name, unless it is called a description, a query or the like.
            if option.is_holed and (
                _LONG.search(option.hole)
                if option.text != "{}"
                else not _BOUNDED.search(f"{option.hole} {argument}")
            ):
                return False
        elif isinstance(option, Seq) and depth < 3:
            if not option.is_whole and not option.items and not _BOUNDED.search(f"{option.name} {argument}"):
                return False
            if not all(_is_bounded(item, argument, depth + 1) for item in option.items):
                return False
        elif isinstance(option, Unknown) and has_texts:
            continue  # the rest of a list whose known members are short
        elif isinstance(option, Unknown) and _CAPTION.fullmatch(argument.strip("[]")):
            continue  # one sentence, in the data sets that call it so
        elif isinstance(option, Unknown) and not _BOUNDED.search(f"{option.name} {argument}"):
            return False
    return True


@check("CLP305")
def untruncated_text(facts: Facts) -> Iterator[Finding]:
    """Text of any length into a tokenizer that does not cut, or ids cut by hand."""
    cut = {sliced.tokens.site.key for sliced in facts.sliced if sliced.tokens.site is not None}
    mixed = _of_several_libraries(facts)
    encoded = {encode.tokens.site for encode in facts.encodes if encode.tokens is not None}
    for tokenize in facts.tokenizes:
        tokens = tokenize.tokens
        if tokenize.site.key in cut or tokenize.site.key in mixed:
            continue
        if tokens.site not in encoded and _is_cut_as_well(tokenize, facts):
            continue
        if (
            not tokenize.raises
            or tokens.truncation is not Three.NO
            or (isinstance(tokens.texts, OneOf) and not tokens.texts.options)
        ):
            continue
        if _is_bounded(tokens.texts, tokenize.argument) and not (
            tokenize.is_parameter and _QUERY.search(tokenize.argument)
        ):
            continue
        option = "truncate=True" if tokenize.library in {"clip", ""} else "truncation=True"
        yield report(
            "CLP305",
            tokenize.site,
            f"{_text_name(tokenize)} may be of any length: text of more tokens than the model reads (77 for CLIP) raises an"
            " error here or in the model",
            f"pass `{option}`",
            checkpoint=tokens.by.checkpoint if tokens.by is not None else None,
            details=[("option", option.removesuffix("=True"), None)],
        )
    for sliced in facts.sliced:
        if sliced.tokens.truncation is Three.YES or sliced.tokens.site not in encoded:
            continue
        yield report(
            "CLP305",
            sliced.tokens.site or sliced.site,
            "the token ids are cut by hand, which drops the end token: CLIP reads the text's embedding off that token",
            "let the tokenizer cut: `truncation=True` keeps the end token",
            related=[(sliced.site, "the ids are cut here")],
            details=[("option", "truncation", None)],
            checkpoint=sliced.tokens.by.checkpoint if sliced.tokens.by is not None else None,
            measure=[("kind", "end token cut off")],
        )


def _is_cut_as_well(tokenize: Tokenize, facts: Facts) -> bool:
    """Whether the same function lets the same tokenizer cut the same text: the whole then tells what was cut off."""
    return any(
        other.tokens.truncation is Three.YES
        and other.tokens.by == tokenize.tokens.by
        and other.argument == tokenize.argument
        and other.site.function == tokenize.site.function
        for other in facts.tokenizes
    )


def _of_several_libraries(facts: Facts) -> frozenset[int]:
    """Calls of what may be one library's tokenizer or another's: which it is where is not followed.

    Only those of Transformers take ``padding``.
    """
    libraries: dict[int, set[str]] = {}
    for tokenize in facts.tokenizes:
        if tokenize.tokens.padding in {"", "?"}:
            libraries.setdefault(tokenize.site.key, set()).add(tokenize.library)
    return frozenset(key for key, names in libraries.items() if len(names) > 1)


def _text_name(tokenize: Tokenize) -> str:
    argument = tokenize.argument
    return f"`{argument}`" if argument and len(argument) <= 40 else "the text"


@check("CLP306")
def quickgelu_mismatch(facts: Facts) -> Iterator[Finding]:
    """open_clip architecture and weights disagree on QuickGELU."""
    for load in facts.loads:
        checkpoint = load.model.checkpoint
        if not load.quickgelu:
            continue
        if checkpoint.tag == "openai" and not facts.versions.allows("open_clip_torch", ">=3"):
            continue
        name = checkpoint.name or ""
        right = f"{name}-quickgelu" if load.quickgelu == "missing" else name.removesuffix("-quickgelu")
        yield report(
            "CLP306",
            load.site,
            f"the weights {checkpoint.tag!r} were trained with {'QuickGELU' if load.quickgelu == 'missing' else 'GELU'}, but"
            f" {name!r} builds the other activation: features are off, and open_clip only warns",
            f"load {right!r} with these weights",
            checkpoint=checkpoint,
            place=load.site.place,
            details=[("written", name, None), ("architecture", right, None)],
        )


@check("CLP307")
def features_not_tensor(facts: Facts) -> Iterator[Finding]:
    """Transformers 5 feature output used as a tensor."""
    for use in facts.wrapped_uses:
        if use.site.key in facts.guarded:
            continue
        name = quoted(use.features.name or use.site.name, "the result")
        yield report(
            "CLP307",
            use.site,
            f"{name} is a BaseModelOutputWithPooling on Transformers 5, not a tensor, and {use.how}: this raises there",
            "take `.pooler_output`",
            related=[(use.use, "used as a tensor here")],
            checkpoint=use.features.checkpoint,
            details=[("model", "known" if _is_known(use.features.checkpoint) else "guessed", None)],
            place=use.site.place,
        )


def _is_known(checkpoint: Checkpoint) -> bool:
    """Whether the code names the model's class or weights; else its methods' names alone tell what it is."""
    return checkpoint.name is not None or checkpoint.family is not None


@check("CLP308")
def double_rescale(facts: Facts) -> Iterator[Finding]:
    """0..1 floats into a processor that divides by 255 again."""
    for use in facts.images:
        if (
            use.by is not None
            and use.by.checkpoint.library == "transformers"
            and use.image.high == 1
            and use.rescales is Three.YES
        ):
            yield report(
                "CLP308",
                use.site,
                f"`{use.name}` is in 0..1 already and the processor divides by 255 again: the model sees an almost black image",
                "pass the 0..255 image, or `do_rescale=False`",
                related=[(use.image.origin, "the image comes from here")],
                checkpoint=use.by.checkpoint,
            )


_MIXED = {
    "half-on-cpu": (
        "half precision on the CPU: many operations are missing or slow there, and precision is lost",
        "keep float32 on the CPU; use half precision on the GPU only",
    ),
    "optimizer-on-half": (
        "the optimizer updates float16 weights (`clip.load` gives those on CUDA): small updates vanish and training diverges",
        "call `model.float()` first, or train with autocast",
    ),
    "inputs-on-cpu": (
        "the model is on the GPU and these inputs were never moved there: this raises a device error",
        "move the inputs too: `inputs.to(model.device)`",
    ),
    "float-into-half": (
        "float32 pixels go into a half-precision model: this raises a dtype error",
        "move the inputs too: `inputs.to(device, dtype=model.dtype)`",
    ),
}


@check("CLP309")
def dtype_device_mismatch(facts: Facts) -> Iterator[Finding]:
    """Precision or device mixes that fail or lose precision."""
    for mixed in facts.mixed:
        is_trained = mixed.kind == "optimizer-on-half"
        if is_trained and mixed.model.load is not None and mixed.model.load.key in facts.frozen:
            continue  # only a head on top learns
        message, advice = _MIXED[mixed.kind]
        site = mixed.model.load if is_trained and mixed.model.load is not None else mixed.site
        yield report(
            "CLP309",
            site,
            message,
            advice,
            related=[(mixed.model.load, "the model is loaded here"), (mixed.site, "used here")],
            checkpoint=mixed.model.checkpoint,
            measure=[("kind", mixed.kind)],
        )


def uses(encode: Encode, key: int) -> bool:
    """Whether an encoding runs the model of a load."""
    return encode.model.load is not None and encode.model.load.key == key


INPUT_CHECKS = (
    processor_mismatch,
    siglip_padding,
    bgr_image,
    wrong_preprocessing,
    untruncated_text,
    quickgelu_mismatch,
    features_not_tensor,
    double_rescale,
    dtype_device_mismatch,
)
