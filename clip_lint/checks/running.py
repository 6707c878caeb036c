"""CLP401-405: how the model is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.inputs import uses
from clip_lint.checks.registry import check, report
from clip_lint.core.finding import Severity
from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.scope import carried
from clip_lint.reading.values import Three

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts, Load, LoopSite
    from clip_lint.reading.values import Site


@check("CLP401")
def train_mode(facts: Facts) -> Iterator[Finding]:
    """Weights loaded in train mode and never switched."""
    for load in facts.loads:
        key = load.site.key
        if load.model.mode != "train" or facts.trains or key in facts.evaluated or key in facts.trained:
            continue
        used = next((encode for encode in facts.encodes if uses(encode, key)), None)
        if used is None:
            continue
        yield report(
            "CLP401",
            load.site,
            f"{load.model.checkpoint} stays in train mode: the factory never calls `eval()`, so dropout and batch norm (if the"
            " architecture has them) change the features from call to call",
            "call `model.eval()` after loading",
            related=[(used.site, "used for inference here")],
            checkpoint=load.model.checkpoint,
            place=load.site.place,
        )


@check("CLP402")
def missing_no_grad(facts: Facts) -> Iterator[Finding]:
    """Inference that builds a graph."""
    if facts.trains:
        return
    for encodes in _by_site(facts).values():
        if not all(_records_graph(encode, facts) for encode in encodes):
            continue
        encode = encodes[0]
        yield report(
            "CLP402",
            encode.site,
            "inference builds a graph for gradients that nobody uses: it costs memory and time with every call",
            "put it under `torch.inference_mode()` (a `with` block or a decorator)",
            related=[(encode.model.load, "the model is loaded here")],
            checkpoint=encode.model.checkpoint,
        )


def _records_graph(encode: Encode, facts: Facts) -> bool:
    load = encode.model.load
    if encode.grad is not Three.YES or encode.is_self_managed or encode.in_framework:
        return False
    if load is None and encode.model.checkpoint.name is None and encode.model.is_given:
        return False  # whoever passes the model in may have switched gradients off
    return load is None or not ({load.key} & (facts.frozen | facts.trained))


def _by_site(facts: Facts) -> dict[int, list[Encode]]:
    found: dict[int, list[Encode]] = {}
    for encode in facts.encodes:
        found.setdefault(encode.site.key, []).append(encode)
    return found


@check("CLP403")
def unbatched_encoding(facts: Facts) -> Iterator[Finding]:
    """One item a call in a loop over a collection."""
    told: set[tuple[int, str]] = set()
    for encode in facts.encodes:
        loop = _item_loop(encode)
        is_training = facts.trains and encode.grad is not Three.NO
        if loop is None or is_training or (loop.key, encode.modality) in told:
            continue
        call = _call_in(loop, encode)
        if call is None:
            continue
        told.add((loop.key, encode.modality))
        what = {"image": "image", "text": "text"}.get(encode.modality, "image")
        yield report(
            "CLP403",
            call,
            f"one {what} a call in a loop: the model runs as often as there are {what}s where a batch would do",
            f"collect the {what}s and encode them in batches (32 to 256)",
            severity=Severity.NOTE,
            related=[(loop.site, "the loop is here")],
            checkpoint=encode.model.checkpoint,
        )


def _call_in(loop: LoopSite, encode: Encode) -> Site | None:
    """What the loop itself calls: the encoding, or the function of the tree that does it.

    None where more lies between: a batch would mean to rebuild what is called.
    """
    for depth, call in enumerate(reversed(encode.calls)):
        if call.source is loop.site.source and call.function == loop.site.function:
            return call if depth < _MOST_FUNCTIONS_BETWEEN else None
    return encode.site


_MOST_FUNCTIONS_BETWEEN = 2


def _item_loop(encode: Encode) -> LoopSite | None:
    """The loop over single items that an encoding follows round by round."""
    if not encode.is_single or not encode.loops:
        return None
    varying = encode.text_varying if encode.modality == "text" else encode.varying
    loop = encode.loops[-1]
    if carried(loop.key) in varying:
        return None  # each round needs what the one before found
    if loop.key in varying and loop.kind != "while" and not loop.batches:
        return loop
    return None


@check("CLP404")
def reencoded_prompts(facts: Facts) -> Iterator[Finding]:
    """Constant prompts encoded again for every image."""
    if facts.trains:
        return
    for encode in facts.encodes:
        if encode.modality not in {"text", "both"} or not encode.loops or encode.texts is None:
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
        if encode.site.reached is not None and not known_texts(encode.texts):
            continue  # how another file's function finds its texts is not looked at in full
        if not constant or (constant[-1] is not inner and inner.batches):
            continue
        yield report(
            "CLP404",
            encode.site,
            "the same prompts are encoded again in every round of the loop",
            "encode and normalise the texts once before the loop and keep the features",
            severity=Severity.NOTE,
            related=[(constant[-1].site, "the loop is here")],
            checkpoint=encode.model.checkpoint,
            prompts=[text.text for text in known_texts(encode.texts)],
        )


@check("CLP405")
def reloaded_model(facts: Facts) -> Iterator[Finding]:
    """The model loaded inside a loop or a request handler."""
    for load in facts.loads:
        if load.is_cached:
            continue
        if load.loop is not None and not load.is_varying:
            yield report(
                "CLP405",
                load.site,
                f"{load.model.checkpoint} is loaded in every round of the loop",
                "load it once before the loop",
                related=[(load.loop, "the loop is here")],
                checkpoint=load.model.checkpoint,
                place=load.site.place,
            )
        elif load.handler:
            yield report(
                "CLP405",
                load.site,
                f"{load.model.checkpoint} is loaded for every request to `{load.handler}`",
                "load it once at start-up and keep it",
                checkpoint=load.model.checkpoint,
            )
        elif load.is_rerun:
            yield report(
                "CLP405",
                load.site,
                f"{load.model.checkpoint} is loaded again at every interaction: Streamlit runs the page from its top",
                "load it in a function with `@st.cache_resource`",
                checkpoint=load.model.checkpoint,
            )
        elif _loads_per_call(load, facts):
            yield report(
                "CLP405",
                load.site,
                f"{load.model.checkpoint} is loaded again by every call of `{load.site.function}`",
                "load it once outside and pass it in, or cache the function that loads it",
                severity=Severity.NOTE,
                checkpoint=load.model.checkpoint,
            )


_RUN_ONCE = re.compile(
    r"(?:^|_)(?:main|run|cli|demo|test|load|init|setup|build|create|model|train|eval|evaluate|process|index|worker|pipeline|benchmark)(?:_|$)"
)


def _loads_per_call(load: Load, facts: Facts) -> bool:
    """Whether a function that encodes what it is given loads the model first, every time."""
    function = load.site.function
    if not load.site.entry or not function or _RUN_ONCE.search(function) or "." in function:
        return False
    if not load.site.entry.endswith(f"::{function}"):
        return False
    return any(
        uses(encode, load.site.key)
        and encode.site.function.startswith(function)
        and not encode.loops
        and encode.takes_parameter
        for encode in facts.encodes
    )


RUNNING_CHECKS = (train_mode, missing_no_grad, unbatched_encoding, reencoded_prompts, reloaded_model)
