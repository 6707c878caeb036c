"""CLP404: constant prompts encoded again for every image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.checks.running.model_use import RUN_ONCE, uses
from clip_lint.core.finding import Severity
from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Seq, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.scope import LoopSite
    from clip_lint.reading.values import Value


@check("CLP404")
def reencoded_prompts(facts: Facts) -> Iterator[Finding]:
    """Constant prompts encoded again for every image."""
    for encode in facts.encodes:
        if _is_of_each_call(encode, facts):
            yield report(
                "CLP404",
                encode.site,
                message=f"the same prompts are encoded again at every call of `{encode.site.function}`, which takes time and gives the same result",
                help="encode and normalise the texts once, where the model is loaded, and keep the features",
                severity=Severity.NOTE,
                checkpoint=encode.model.checkpoint,
                prompts=[text.text for text in known_texts(encode.texts)] if encode.texts is not None else [],
            )
            continue
        if (
            encode.wants_gradient
            or encode.modality not in {"text", "both"}
            or not encode.loops
            or encode.texts is None
        ):
            continue
        loaded_in = {
            load.loop.key for load in facts.loads if load.loop is not None and uses(encode, load.site.key)
        }
        constant = [
            loop
            for loop in encode.loops
            if loop.key not in encode.text_varying and loop.site.key not in loaded_in
        ]
        inner = encode.loops[-1]
        if not constant or (constant[-1] is not inner and inner.batches):
            continue
        if (
            encode.site.via is not None
            and not known_texts(encode.texts)
            and not _in_one(constant[-1], encode)
        ):
            continue  # how another file's function finds its texts is not looked at in full
        if any(site.key in constant[-1].on_demand for site in (encode.site, *encode.calls)):
            continue
        yield report(
            "CLP404",
            encode.site,
            message="the same prompts are encoded again in every round of the loop, which takes time and gives the same result",
            help="encode and normalise the texts once before the loop and keep the features",
            severity=Severity.NOTE,
            related=[(constant[-1].site, "the loop is here")],
            checkpoint=encode.model.checkpoint,
            prompts=[text.text for text in known_texts(encode.texts)],
        )


def _is_of_each_call(encode: Encode, facts: Facts) -> bool:
    """Whether a function that others call, or a page that is run anew, encodes with a picture texts that it was not given."""
    if encode.loops or encode.wants_gradient or encode.modality == "image" or in_tests(encode.site):
        return False
    function, entry = encode.site.function, encode.site.entry.rpartition("::")[2]
    if not function or not (entry or facts.is_rerun):
        return False
    if any(RUN_ONCE.search(each.rpartition(".")[2]) for each in (function, entry)):
        return False
    pictures = [encode] if encode.modality == "both" else facts.encodes
    return _has_texts_of_its_own(encode) and any(
        each.modality != "text"
        and each.site.function == function
        and not each.loops
        and _takes_one_picture(each)
        for each in pictures
    )


def _takes_one_picture(encode: Encode) -> bool:
    """Whether a call encodes one picture: who has many calls it for each, while a batch may be all that there is."""
    return (encode.modality == "image" and encode.is_single) or (
        encode.pixels is not None and encode.pixels.count == 1
    )


def _has_texts_of_its_own(encode: Encode) -> bool:
    """Whether the texts are written in the function, or were tokenised when its object was made or the module was run."""
    tokens = encode.tokens
    if tokens is None or tokens.site is None:
        return False
    made_in = tokens.site.function
    if made_in != encode.site.function:
        return made_in == "" or made_in.endswith(".__init__")
    texts = tokens.texts
    return (
        isinstance(texts, Seq) and texts.is_whole and bool(texts.items) and all(map(_is_known, texts.items))
    )


def _is_known(value: Value) -> bool:
    return isinstance(value, Text) and not value.is_holed


def _in_one(loop: LoopSite, encode: Encode) -> bool:
    """Whether one function loops and encodes."""
    return loop.site.source is encode.site.source and loop.site.function == encode.site.function
