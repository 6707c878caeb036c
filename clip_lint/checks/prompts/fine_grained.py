"""CLP105: labels of one narrow kind: people, breeds, species, car or aircraft variants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.measured import faces, measured
from clip_lint.checks.prompts.shared import (
    LONG,
    is_set,
    list_place,
    meanings,
    prompt_finding,
    quoted_text,
    touches,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.knowledge.alternatives import species_kinds
from clip_lint.knowledge.checkpoints import is_made_for
from clip_lint.language import narrow_kind, read_prompt
from clip_lint.language.kinds import medical_findings, modalities
from clip_lint.language.reading import FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.knowledge.figures.lookup import Figure
    from clip_lint.language import Meaning
    from clip_lint.language.meaning import Kind
    from clip_lint.language.narrow import NarrowKind
    from clip_lint.reading.prompts import Prompt, PromptSet


_KIND_NAMES = {
    "person": "names of people", "dog": "breeds of dogs or cats", "bird": "species of birds", "flower": "species of flowers", "aircraft": "aircraft",
    "car": "makes and models of cars", "food": "dishes", "country": "countries", "medical": "medical findings", "insect": "species of insects",
    "mushroom": "species of mushrooms", "plant": "species of plants", "tree": "species of trees", "fish": "species of fish",
    "snake": "species of snakes", "traffic sign": "traffic signs", "fruit": "varieties of fruit", "animal": "kinds of animals",
    "horse": "breeds of horses", "cheese": "cheeses", "mineral": "minerals and rocks", "wine": "wines", "cattle": "breeds of cattle", "plant-disease": "states of health of plants",
    "species": "species by their Latin names", "model": "models of one product", "brand": "things of one kind, each by a proper name",
    "artist": "works of different makers",
}  # fmt: skip
_KIND_HELP = {
    "person": "detect the faces and compare ArcFace embeddings, as the `insightface` package does (its weights are for non-commercial use); identifying people needs a legal basis",
    "medical": "use a model trained on such images, such as `microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224` (MIT), and have it validated",
    "country": "take the place from the picture's metadata, or use a model trained for it, such as `geolocal/StreetCLIP` (not for commercial use), and test it on your images",
    "car": "use a larger model (`google/siglip-so400m-patch14-384` gets 95.2% on Stanford Cars), or `facebook/dinov2-small` features with a small head",
    "aircraft": "train a small head on `facebook/dinov2-small` features of labelled images",
}
_SPECIES_HELP = "use `imageomics/bioclip-2` (MIT), or train a small head on `facebook/dinov2-small` features of labelled images"
_HEAD_HELP = "train a small head (k-NN or linear) on `facebook/dinov2-small` features of a few labelled images per class"

_FRAME = 4
"""So many words are a frame: an old photo of."""
_MOST_BESIDE = 2
"""So many things beside a name say what somebody does with what; who it is stays what is asked for."""
_TISSUE = re.compile(
    r"\b(?:histolog|histopatholog|biops|tissue|lymph node|microscop|slides? of|h&e)", re.IGNORECASE
)
"""What says that a picture shows tissue under the microscope."""
_UNREAD = "no figure is known here of how well general models read such pictures, so measure it on pictures of your own"
_NEVER_HOPELESS = frozenset({"country", "medical"})
"""Kinds whose labels may be easier to tell apart than the benchmark's, or are a warning whatever the figure."""
_HIGH, _POOR = 90, 50
"""Accuracies in percent from which, and below which, a narrow kind is no trouble, and hopeless."""


def _kind_help(kind: str, found: Figure | None = None) -> str:
    if kind == "car" and found is not None and found.is_own and found.percent >= _HIGH:
        return _HEAD_HELP  # a larger model is what it has
    return _KIND_HELP.get(kind, _SPECIES_HELP if kind in species_kinds() else _HEAD_HELP)


@prompt_check("CLP105", of_contrast=True)
def fine_grained(prompts: PromptSet) -> Iterator[Finding]:
    """Labels of one narrow kind: people, breeds, species, car or aircraft variants."""
    known = [prompt for prompt in prompts.prompts if prompt.is_complete]
    if is_set(prompts) and len(known) > 1:
        texts = tuple(dict.fromkeys(prompt.label or prompt.text for prompt in known))
        kind = narrow_kind(texts, prompts.templates)
        if kind is not None and not is_made_for(kind.name, prompts.checkpoint):
            yield _fine_set(prompts, kind, texts)
            return
    yield from _medical_of_set(prompts) if is_set(prompts) else _fine_single(prompts)


def _fine_set(prompts: PromptSet, narrow: NarrowKind, texts: tuple[str, ...]) -> Finding:
    kind = narrow.name
    name = _KIND_NAMES.get(kind, f"kinds of {kind}")
    shown = ", ".join(quoted_text(text) for text in texts[:3]) + (
        f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    )
    which = "all" if narrow.members >= len(texts) else f"{narrow.members} of {len(texts)}"
    message = f"{which} labels ({'' if which == 'all' else 'of '}{shown}) are {name}"
    if kind == "person":
        return prompt_finding(
            "CLP105",
            prompts,
            list_place(prompts),
            severity=Severity.WARNING,
            message=f"{message}: {faces(prompts)}",
            help=_kind_help(kind),
            published=faces(prompts),
            kind=kind,
        )
    found = measured(_measured_as(kind, prompts), prompts)
    if found is None:
        severity = Severity.NOTE if narrow.evidence == "head" else Severity.WARNING
        return prompt_finding(
            "CLP105",
            prompts,
            list_place(prompts),
            severity=severity,
            message=f"{message}, and no figure is known here of how well the model tells them apart: it may mix them up, so measure it on your own images first",
            help=_kind_help(kind),
            kind=kind,
        )
    return prompt_finding(
        "CLP105",
        prompts,
        list_place(prompts),
        severity=_measured_severity(kind, found),
        message=f"{message}, {_told_apart(found)}",
        help=_kind_help(kind, found),
        published=found,
        kind=kind,
    )


def _measured_as(kind: str, prompts: PromptSet) -> str:
    """The kind by whose benchmark these texts are judged: of what doctors see only slides of tissue have one."""
    is_of_tissue = kind == "medical" and _TISSUE.search(" ".join((*prompts.texts, *prompts.templates)))
    return "tissue" if is_of_tissue else kind


def _told_apart(found: Figure) -> str:
    """What a figure means for labels of its kind, with the figure."""
    if not found.is_own:
        return f"which CLIP may mix up: no figure of this checkpoint is known, but {found}"
    if found.percent >= _HIGH:
        return f"which this model tells apart well: {found}"
    often = (
        "which this model often mixes up" if found.percent < _POOR else "some of which this model mixes up"
    )
    return f"{often}: {found}"


def _measured_severity(kind: str, found: Figure) -> Severity:
    """How bad the checkpoint's own figure is. Of countries the benchmark has 211, and a few are easier to tell apart; what doctors see is a warning."""
    if not found.is_own:
        return Severity.WARNING
    if found.percent >= _HIGH and kind != "medical":
        return Severity.NOTE
    return Severity.ERROR if found.percent < _POOR and kind not in _NEVER_HOPELESS else Severity.WARNING


def _single_kinds(prompts: PromptSet, only: str = "") -> Iterator[tuple[Prompt, Kind]]:
    """The prompts that name a member of a narrow kind, with its first one that this checkpoint was not made for."""
    for _, prompt, meaning in meanings(prompts):
        if only and not prompt.is_complete and prompt.label is None:
            continue
        for kind in meaning.kinds:
            if only and kind.name != only:
                continue
            if not is_made_for(kind.name, prompts.checkpoint) and touches(prompt, kind.span):
                yield prompt, kind
                break


def _medical_of_set(prompts: PromptSet) -> Iterator[Finding]:
    """Medical findings among other labels: one warning for the set."""
    found = list(_single_kinds(prompts, "medical"))
    if 2 * len(found) <= len(prompts.prompts):
        # A template that some labels go into, an x-ray showing a boat, makes no doctor's question of the set.
        found = [(prompt, kind) for prompt, kind in found if _is_own(prompt, kind)]
    if not medical_findings(kind for _, kind in found) or _are_modalities(prompts):
        return
    first = found[0][0]
    shown = ", ".join(dict.fromkeys(quoted_text(prompt.label or prompt.text) for prompt, _ in found[:3]))
    names = _KIND_NAMES["medical"]
    number = (
        f"{len(found)} of {len(prompts.prompts)} labels name {names}"
        if len(found) > 1
        else f"{quoted_text(first.text)} names one of many {names}"
    )
    published = measured(_measured_as("medical", prompts), prompts)
    yield prompt_finding(
        "CLP105",
        prompts,
        first,
        severity=Severity.WARNING,
        message=f"{number} ({shown}): {published or _UNREAD}",
        help=_kind_help("medical"),
        published=published,
        kind="medical",
    )


def _are_modalities(prompts: PromptSet) -> bool:
    """Whether labels tell kinds of medical pictures apart, each another: a chest x-ray, a brain MRI, a skin lesion."""
    named = [
        frozenset(modalities(read_prompt(prompt.label or prompt.text).words)) for prompt in prompts.prompts
    ]
    told = [names for names in named if names]
    return len(told) > 1 and len(told) + 1 >= len(named) and len(set(told)) == len(told)


def _is_own(prompt: Prompt, kind: Kind) -> bool:
    """Whether a label names the kind by itself, without its template."""
    return prompt.label is None or any(each.name == kind.name for each in read_prompt(prompt.label).kinds)


def _single_severity(prompt: Prompt, kind: Kind) -> Severity:
    """A warning for what a general model was never shown, and where somebody's name is all that is asked for."""
    is_name = kind.name == "person" and (
        read_prompt(prompt.text).content <= len(kind.phrase.split()) + 1
        or _is_subject(read_prompt(prompt.text), kind)
    )
    return Severity.WARNING if is_name or kind.name == "medical" else Severity.NOTE


def _is_subject(meaning: Meaning, kind: Kind) -> bool:
    """Whether a picture is of somebody by name, who does something: a photo of Ada Lovelace riding a horse."""
    before = meaning.text[: kind.span[0]].lower().split()
    if before and (before[-1] != "of" or len(before) > _FRAME):
        return False
    written = set(meaning.text.split())
    beside = [
        word
        for word in meaning.objects
        if word not in FRAMES and word not in kind.phrase and word.capitalize() not in written
    ]
    return len(beside) <= _MOST_BESIDE and meaning.content <= LONG


def _fine_single(prompts: PromptSet) -> Iterator[Finding]:
    """A prompt that names a member of a narrow kind: a note, but for what a general model was never shown."""
    for prompt, kind in _single_kinds(prompts):
        found = measured(_measured_as(kind.name, prompts), prompts)
        words = prompt.text[slice(*kind.span)]
        message = f"{quoted_text(prompt.text)} names one of many {_KIND_NAMES.get(kind.name, kind.name)} (`{words}`)"
        message += (
            f": {faces(prompts)}"
            if kind.name == "person"
            else f", {_told_apart(found)}"
            if found is not None
            else f": {_UNREAD}"
            if kind.name == "medical"
            else ""
        )
        yield prompt_finding(
            "CLP105",
            prompts,
            prompt,
            severity=_single_severity(prompt, kind),
            message=message,
            help=_kind_help(kind.name, found),
            published=faces(prompts) if kind.name == "person" else found,
            kind=kind.name,
        )
