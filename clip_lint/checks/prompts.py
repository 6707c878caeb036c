"""CLP101-116: what prompts ask for that CLIP does not do, and how they are written.

Each check looks at one prompt set. Evidence that stands in a template shared by all labels tells no label from another, so
counts, relations and bindings are reported only where they touch the label itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from clip_lint.alternatives import SPECIES_KINDS
from clip_lint.checks.prompts_grading import graded
from clip_lint.checks.prompts_measured import (
    FACES,
    NEGATED,
    SPATIAL,
    counted,
    measured,
    swapped_attributes,
    swapped_roles,
)
from clip_lint.checks.prompts_towers import context_length, is_made_for, languages
from clip_lint.checks.registry import check
from clip_lint.evidence import EvidenceRequest
from clip_lint.finding import Detail, Finding, Related, Severity
from clip_lint.language import Difference, contrasts, narrow_kind, read_prompt
from clip_lint.language.kinds import medical_findings
from clip_lint.language.labels import is_abstract, is_catch_all, is_key
from clip_lint.language.narrow import bare
from clip_lint.language.tongue import NAMES as LANGUAGE_NAMES
from clip_lint.reading.prompts import Prompt, PromptSet, Task
from clip_lint.rulebook import load_rules

if TYPE_CHECKING:
    from clip_lint.language import Contrast, Meaning
    from clip_lint.language.meaning import Count, Kind
    from clip_lint.language.narrow import NarrowKind
    from clip_lint.place import Place

PromptCheck = Callable[[PromptSet], Iterator[Finding]]

_TINY, _SHORT, _LONG = 3, 6, 12
"""In a prompt of up to so many words of content, what is found carries the meaning: the weaker the evidence, the fewer."""


# --- shared by the checks -----------------------------------------------------------------------------------------


def _show(text: str) -> str:
    text = " ".join(text.split())
    return f"`{text if len(text) <= 80 else text[:77] + '...'}`"


def _finding(
    code: str,
    prompts: PromptSet,
    where: Prompt | Place,
    severity: Severity | None,
    message: str,
    help: str,  # noqa: A002 - the finding's own field
    related: tuple[Related, ...] = (),
    published: object = None,
    kind: str = "",
) -> Finding:
    place = where.place if isinstance(where, Prompt) else where
    if isinstance(where, Prompt) and where.written is not None:
        file = where.written
        message += f"; it is read from {file.path}:{file.start.line}"
        related = (*related, Related(file, "written here"))
    rule = load_rules()[code]
    grade, reason = graded(code, severity if severity is not None else rule.severity, prompts)
    checkpoint = prompts.checkpoint
    # A label that differs from another one is measured against its set, any other text by itself.
    alone = () if related else tuple(each.text for each in prompts.prompts if each.place == place)
    details = (("published", str(published)),) if published is not None else ()
    request = EvidenceRequest(code, checkpoint, alone or prompts.texts[:50], details)
    return Finding(
        code, rule.name, grade, message + reason, place, help,
        tuple(other for other in related if other.place != place),
        str(checkpoint) if checkpoint is not None and checkpoint.name else None,
        details=(
            Detail("call", prompts.name or "", prompts.call),
            *((Detail("kind", kind),) if kind else ()),
            *(Detail("prompt", each.text, each.place) for each in prompts.prompts[: 50 * prompts.is_whole]),
            *(Detail("label", each.label or each.text, each.place) for each in prompts.prompts[: 50 * prompts.is_whole]),
        ),
        request=request if rule.probe is not None else None,
    )  # fmt: skip


def _once(findings: Iterator[Finding]) -> Iterator[Finding]:
    """One finding for a place, the most severe one; in the order of their first appearance."""
    best: dict[Place, Finding] = {}
    for finding in findings:
        known = best.get(finding.place)
        if known is None or finding.severity > known.severity:
            best[finding.place] = finding
    yield from best.values()


def _label_span(prompt: Prompt) -> tuple[int, int] | None:
    """Where the label stands in the prompt's text, if a template surrounds it."""
    if prompt.label is None or prompt.template is None:
        return None
    start = prompt.template.find("{}")
    if start < 0 or not prompt.text.startswith(prompt.label, start):
        start = prompt.text.find(prompt.label)
    return (start, start + len(prompt.label)) if start >= 0 and prompt.label else None


def _touches(prompt: Prompt, span: tuple[int, int]) -> bool:
    """Whether evidence lies in what tells this prompt from the others of its set."""
    label = _label_span(prompt)
    return label is None or (span[0] < label[1] and label[0] < span[1])


def _is_set(prompts: PromptSet) -> bool:
    return len(prompts.prompts) > 1 and prompts.task is not Task.QUERY


def _contrasts(prompts: PromptSet, difference: Difference) -> dict[int, Contrast]:
    """The set's contrasts of one kind, by label."""
    if not _is_set(prompts):
        return {}
    return {
        contrast.first: contrast
        for contrast in contrasts(prompts.texts)
        if contrast.difference is difference
        and prompts.prompts[contrast.first].is_complete
        and prompts.prompts[contrast.second].is_complete
    }


def _read(prompts: PromptSet) -> Iterator[tuple[int, Prompt, Meaning]]:
    for index, prompt in enumerate(prompts.prompts):
        yield index, prompt, read_prompt(prompt.text)


def _list_place(prompts: PromptSet) -> Place:
    """Where the label list starts: the set's place, or the first label where the list is written somewhere else."""
    place = prompts.place
    first = min(
        (prompt.place for prompt in prompts.prompts if prompt.place.path == place.path), default=place
    )
    if first.cell == place.cell and place.start <= first.start < place.end:
        return place
    return first


def _pair(prompts: PromptSet, contrast: Contrast) -> tuple[str, tuple[Related, ...]]:
    """The two labels in words, and the other one's place."""
    first, second = prompts.prompts[contrast.first], prompts.prompts[contrast.second]
    related = (Related(second.written or second.place, f"the other label: {_show(second.text)}"),)
    return f"{_show(first.text)} and {_show(second.text)}", related


def _carries(meaning: Meaning, limit: int) -> Severity:
    """A warning where the prompt is so short that the evidence carries it; else a note."""
    return Severity.WARNING if meaning.content <= limit else Severity.NOTE


# --- what CLIP does not tell apart --------------------------------------------------------------------------------

_COUNT_HELP = "count the boxes of a detector: `facebook/detr-resnet-50` for everyday things, `IDEA-Research/grounding-dino-tiny` for anything with a name"


@check("CLP101")
def counting(prompts: PromptSet) -> Iterator[Finding]:
    """The prompt or label set asks for a number of objects."""
    yield from _once(_counting(prompts))


def _counting(prompts: PromptSet) -> Iterator[Finding]:
    by_label = _contrasts(prompts, Difference.NUMBER)
    is_shared = _share_number(prompts)
    for index, prompt, meaning in _read(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = _pair(prompts, contrast)
            message = (
                f"{labels} differ only in the number (`{contrast.words[0]}`, `{contrast.words[1]}`), and CLIP does not count: "
                f"{counted(prompts.checkpoint)}"
            )
            yield _finding("CLP101", prompts, prompt, Severity.ERROR, message, _COUNT_HELP, related)
            continue
        for count in meaning.counts:
            label = _label_span(prompt)
            if label is not None and not label[0] <= count.span[0] < label[1]:
                continue
            severity = Severity.NOTE if is_shared else _count_severity(prompts, meaning, count)
            words = prompt.text[slice(*count.span)]
            message = f"{_show(prompt.text)} asks for a number (`{words}`), and CLIP does not count: {counted(prompts.checkpoint)}"
            if severity is Severity.NOTE:
                message = f"{_show(prompt.text)} mentions a number (`{words}`): CLIP finds the things, whatever their number"
            yield _finding("CLP101", prompts, prompt, severity, message, _COUNT_HELP)
            break


def _share_number(prompts: PromptSet) -> bool:
    """Whether all labels hold the same numbers (`2 cats`, `2 dogs`): something else then tells them apart."""
    numbers = {
        tuple(count.value if not count.is_asked else None for count in meaning.counts)
        for _, _, meaning in _read(prompts)
    }
    return _is_set(prompts) and len(numbers) == 1 and None not in next(iter(numbers))


def _count_severity(prompts: PromptSet, meaning: Meaning, count: Count) -> Severity:
    if count.is_asked:
        return Severity.WARNING
    if count.value is None:
        return Severity.NOTE
    return _carries(meaning, _TINY if _is_set(prompts) else 2)


_SPACE_HELP = "detect the objects (`IDEA-Research/grounding-dino-tiny`, `facebook/detr-resnet-50`) and compare their boxes"
_WEAK = frozenset(
    ("in", "on", "at", "with", "by", "into", "onto", "out of", "touching", "facing", "contains", "hanging from", "hangs from", "hang from",
     "hung from", "suspended from", "in the background", "in background", "in the foreground", "in foreground")
)  # fmt: skip
"""Relations that captions hold in passing."""


@check("CLP102")
def spatial_relation(prompts: PromptSet) -> Iterator[Finding]:
    """Left, right, above, below, inside, behind ... between objects."""
    yield from _once(_spatial_relation(prompts))


def _spatial_relation(prompts: PromptSet) -> Iterator[Finding]:
    by_label = _contrasts(prompts, Difference.DIRECTION)
    for index, prompt, meaning in _read(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = _pair(prompts, contrast)
            message = (
                f"{labels} differ only in where things are (`{contrast.words[0]}`, `{contrast.words[1]}`), which CLIP does not tell apart: "
                f"{SPATIAL}"
            )
            yield _finding("CLP102", prompts, prompt, Severity.ERROR, message, _SPACE_HELP, related)
            continue
        for relation in meaning.relations:
            if not _touches(prompt, relation.span):
                continue
            severity = _carries(meaning, _SHORT if relation.value in ("left", "right") else _TINY)
            if relation.phrase in _WEAK:
                severity = Severity.NOTE
            words = prompt.text[slice(*relation.span)]
            message = f"{_show(prompt.text)} asks where things are (`{words}`), and CLIP scores it like any other arrangement: {SPATIAL}"
            if severity is Severity.NOTE:
                message = f"{_show(prompt.text)} mentions where things are (`{words}`), which hardly changes the score"
            yield _finding("CLP102", prompts, prompt, severity, message, _SPACE_HELP)
            break


_BINDING_HELP = "detect the objects, crop each and let CLIP choose the attribute of the crop; or ask a model for questions such as `Salesforce/blip-vqa-base`"


@check("CLP103")
def attribute_binding(prompts: PromptSet) -> Iterator[Finding]:
    """Two or more objects with their own attributes; sets that differ by a swap of attributes."""
    yield from _once(_attribute_binding(prompts))


def _attribute_binding(prompts: PromptSet) -> Iterator[Finding]:
    by_label = _contrasts(prompts, Difference.ATTRIBUTES)
    for index, prompt, meaning in _read(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = _pair(prompts, contrast)
            message = (
                f"{labels} differ only in what belongs to what (`{contrast.words[0]}`, `{contrast.words[1]}`), and CLIP reads much the same "
                f"in both: {swapped_attributes(prompts.checkpoint)}"
            )
            yield _finding("CLP103", prompts, prompt, Severity.ERROR, message, _BINDING_HELP, related)
            continue
        bound = meaning.bindings
        label = _label_span(prompt)
        if label is not None:
            said = prompt.text[slice(*label)].lower()
            bound = tuple(pair for pair in bound if any(word in said for word in pair.words))
        if not bound:
            continue
        severity = _carries(meaning, 8)
        pairs = " and ".join(f"`{prompt.text[slice(*pair.span)]}`" for pair in bound[:2])
        message = (
            f"{_show(prompt.text)} binds attributes to objects ({pairs}), and CLIP scores the swapped caption much the same: "
            f"{swapped_attributes(prompts.checkpoint)}"
        )
        if severity is Severity.NOTE:
            message = f"{_show(prompt.text)} mentions attributes of several objects ({pairs}): CLIP does not keep track of which is whose"
        yield _finding("CLP103", prompts, prompt, severity, message, _BINDING_HELP)


_NEGATION_HELP = "say what is there instead (`an empty beach`), or find the thing with a detector such as `IDEA-Research/grounding-dino-tiny` and negate in code"


@check("CLP104")
def negation(prompts: PromptSet) -> Iterator[Finding]:
    """No, not, without, never, absent."""
    yield from _once(_negation(prompts))


def _negation(prompts: PromptSet) -> Iterator[Finding]:
    by_label = _contrasts(prompts, Difference.NEGATION)
    for index, prompt, meaning in _read(prompts):
        if not meaning.negations or is_catch_all(prompt.label or bare(prompt.text)):
            continue
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = _pair(prompts, contrast)
            message = f"{labels} differ only by the negation (`{contrast.words[0]}`), which CLIP mostly ignores: {NEGATED}"
            yield _finding("CLP104", prompts, prompt, Severity.ERROR, message, _NEGATION_HELP, related)
            continue
        words = prompt.text[slice(*meaning.negations[0].span)]
        severity = _carries(meaning, _LONG)
        message = f"{_show(prompt.text)} says what is not there (`{words}`), and CLIP scores high what is named: {NEGATED}"
        yield _finding("CLP104", prompts, prompt, severity, message, _NEGATION_HELP)


_KIND_NAMES = {
    "person": "names of people", "dog": "breeds", "bird": "species of birds", "flower": "species of flowers", "aircraft": "aircraft",
    "car": "makes and models of cars", "food": "dishes", "country": "countries", "medical": "medical findings", "insect": "species of insects",
    "mushroom": "species of mushrooms", "plant": "species of plants", "tree": "species of trees", "fish": "species of fish",
    "snake": "species of snakes", "traffic sign": "traffic signs", "fruit": "varieties of fruit", "animal": "kinds of animals",
    "horse": "breeds of horses", "wine": "wines",
}  # fmt: skip
_KIND_HELP = {
    "person": "detect the faces and compare ArcFace embeddings, as the `insightface` package does (its weights are for non-commercial use); mind the law",
    "medical": "use a model trained on such images, such as `microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224` (MIT), and have it validated",
    "country": "no picture model is reliable here; take the place from the picture's metadata",
    "car": "use a larger model (`google/siglip-so400m-patch14-384` gets 95.2% on Stanford Cars), or `facebook/dinov2-small` features with a small head",
    "aircraft": "train a small head on `facebook/dinov2-small` features of labelled images",
}
_SPECIES_HELP = "use `imageomics/bioclip` (MIT), or train a small head on `facebook/dinov2-small` features of labelled images"
_HEAD_HELP = "train a small head (k-NN or linear) on `facebook/dinov2-small` features of a few labelled images per class"


def _kind_help(kind: str) -> str:
    return _KIND_HELP.get(kind, _SPECIES_HELP if kind in SPECIES_KINDS else _HEAD_HELP)


@check("CLP105")
def fine_grained(prompts: PromptSet) -> Iterator[Finding]:
    """Labels of one narrow kind: people, breeds, species, car or aircraft variants."""
    known = [prompt for prompt in prompts.prompts if prompt.is_complete]
    if _is_set(prompts) and len(known) > 1:
        texts = tuple(dict.fromkeys(prompt.label or prompt.text for prompt in known))
        kind = narrow_kind(texts, prompts.templates)
        if kind is not None and not is_made_for(kind.name, prompts.checkpoint):
            yield _fine_set(prompts, kind, texts)
            return
    yield from _medical_of_set(prompts) if _is_set(prompts) else _once(_fine_single(prompts))


def _fine_set(prompts: PromptSet, narrow: NarrowKind, texts: tuple[str, ...]) -> Finding:
    kind = narrow.name
    name = _KIND_NAMES.get(kind, f"kinds of {kind}")
    shown = ", ".join(_show(text) for text in texts[:3]) + (
        f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    )
    which = "all" if narrow.members >= len(texts) else f"{narrow.members} of {len(texts)}"
    message = f"{which} labels are {name} ({shown})"
    if kind == "person":
        return _finding(
            "CLP105", prompts, _list_place(prompts), Severity.WARNING, f"{message}: {FACES}", _kind_help(kind),
            published=FACES, kind=kind,
        )  # fmt: skip
    found = measured(kind, prompts.checkpoint)
    if found is None:
        severity = Severity.NOTE if narrow.evidence == "head" else Severity.WARNING
        return _finding("CLP105", prompts, _list_place(prompts), severity, f"{message}, which CLIP tells apart by chance or by context",
                        _kind_help(kind), kind=kind)  # fmt: skip
    severity = Severity.WARNING
    if found.is_own:
        severity = (
            Severity.NOTE
            if found.percent >= 90
            else Severity.WARNING
            if found.percent >= 50
            else Severity.ERROR
        )
    return _finding(
        "CLP105", prompts, _list_place(prompts), severity, f"{message}: {found}", _kind_help(kind),
        published=found, kind=kind,
    )  # fmt: skip


def _single_kinds(prompts: PromptSet, only: str = "") -> Iterator[tuple[Prompt, Kind]]:
    """The prompts that name a member of a narrow kind, with its first one that this checkpoint was not made for."""
    for _, prompt, meaning in _read(prompts):
        if only and not prompt.is_complete and prompt.label is None:
            continue
        for kind in meaning.kinds:
            if only and kind.name != only:
                continue
            if not is_made_for(kind.name, prompts.checkpoint) and _touches(prompt, kind.span):
                yield prompt, kind
                break


def _medical_of_set(prompts: PromptSet) -> Iterator[Finding]:
    """Medical findings among other labels: one warning for the set."""
    found = list(_single_kinds(prompts, "medical"))
    if not medical_findings(kind for _, kind in found):
        return
    first = found[0][0]
    shown = ", ".join(dict.fromkeys(f"`{prompt.text[slice(*kind.span)]}`" for prompt, kind in found[:3]))
    names = _KIND_NAMES["medical"]
    number = (
        f"{len(found)} of {len(prompts.prompts)} labels name {names}"
        if len(found) > 1
        else f"{_show(first.text)} names one of many {names}"
    )
    published = measured("medical", prompts.checkpoint)
    yield _finding(
        "CLP105", prompts, first, Severity.WARNING, f"{number} ({shown}): {published}", _kind_help("medical"),
        published=published, kind="medical",
    )  # fmt: skip


def _fine_single(prompts: PromptSet) -> Iterator[Finding]:
    """A prompt that names a member of a narrow kind: a note, but for what a general model was never shown."""
    for prompt, kind in _single_kinds(prompts):
        found = measured(kind.name, prompts.checkpoint)
        words = prompt.text[slice(*kind.span)]
        message = (
            f"{_show(prompt.text)} names one of many {_KIND_NAMES.get(kind.name, kind.name)} (`{words}`)"
        )
        message += f": {FACES}" if kind.name == "person" else f": {found}" if found is not None else ""
        yield _finding(
            "CLP105", prompts, prompt, Severity.WARNING if kind.name == "medical" else Severity.NOTE, message, _kind_help(kind.name),
            published=FACES if kind.name == "person" else found, kind=kind.name,
        )  # fmt: skip


@check("CLP106")
def role_order(prompts: PromptSet) -> Iterator[Finding]:
    """Labels with the same words in another order: who does what to whom."""
    by_label = _contrasts(prompts, Difference.ROLES)
    yield from _once(_role_order(prompts, by_label))


def _role_order(prompts: PromptSet, by_label: dict[int, Contrast]) -> Iterator[Finding]:
    for index, contrast in sorted(by_label.items()):
        labels, related = _pair(prompts, contrast)
        message = (
            f"{labels} have the same words in another order (`{contrast.words[0]}` and `{contrast.words[1]}` change places), and CLIP hardly reads "
            f"the order: {swapped_roles(prompts.checkpoint)}"
        )
        yield _finding(
            "CLP106", prompts, prompts.prompts[index], Severity.ERROR, message,
            "ask a model for questions such as `Salesforce/blip-vqa-base` who does it, or use labels that name different things", related,
        )  # fmt: skip


_TEXT_HELP = "read the text with `easyocr`, `rapidocr` or `python-doctr` and compare strings"


@check("CLP107")
def text_reading(prompts: PromptSet) -> Iterator[Finding]:
    """Asks what is written in the image."""
    yield from _once(_text_reading(prompts))


def _text_reading(prompts: PromptSet) -> Iterator[Finding]:
    found = [(prompt, meaning) for _, prompt, meaning in _read(prompts) if meaning.writings]
    twins = Counter(_before_writing(meaning) for _, meaning in found) if _is_set(prompts) else Counter()
    reading = measured("text", prompts.checkpoint)
    for prompt, meaning in found:
        words = prompt.text[slice(*meaning.writings[0].span)]
        severity = Severity.ERROR if twins[_before_writing(meaning)] > 1 else _carries(meaning, 10)
        message = f"{_show(prompt.text)} depends on what is written (`{words}`), and CLIP reads badly: {reading}, guessing 50%"
        yield _finding("CLP107", prompts, prompt, severity, message, _TEXT_HELP)


def _before_writing(meaning: Meaning) -> str:
    """What stands before the writing: two labels that share it differ only in what is to be read."""
    return " ".join(meaning.text[: meaning.writings[0].span[0]].lower().split())


@check("CLP108")
def question(prompts: PromptSet) -> Iterator[Finding]:
    """A question or an instruction instead of a caption."""
    yield from _once(_question(prompts))


_ANSWERS = frozenset(("yes", "no"))


def _question(prompts: PromptSet) -> Iterator[Finding]:
    said = {bare(prompt.label or prompt.text).lower(): prompt for prompt in prompts.prompts}
    if said.keys() >= _ANSWERS:
        yield _finding(
            "CLP108", prompts, said["yes"], None,
            f"{_show(said['yes'].text)} and {_show(said['no'].text)} answer a question that CLIP is not asked: it scores how much the"
            " picture looks like the words",
            "describe what the picture shows in either case, or give the question to `Salesforce/blip-vqa-base`",
        )  # fmt: skip
    for _, prompt, meaning in _read(prompts):
        asked = meaning.question
        if asked is None or meaning.writings or any(count.is_asked for count in meaning.counts):
            continue  # what such a question wants to know has a rule of its own
        what = "a question" if asked.kind == "question" else "an instruction"
        yield _finding(
            "CLP108", prompts, prompt, None,
            f"{_show(prompt.text)} is {what}: CLIP was trained on captions and answers nothing, it scores how much the picture looks like the words",
            "describe what the picture shows (`a photo of a dog in a park`), or give the question to `Salesforce/blip-vqa-base`",
        )  # fmt: skip


# --- how prompts are written ----------------------------------------------------------------------------------------


@check("CLP109")
def prompt_too_long(prompts: PromptSet) -> Iterator[Finding]:
    """More tokens than the checkpoint's text tower reads."""
    length = context_length(prompts.checkpoint)
    if length is not None:
        yield from _once(_too_long(prompts, length))


def _too_long(prompts: PromptSet, length: int) -> Iterator[Finding]:
    for prompt in prompts.prompts:
        if len(prompt.text) < length:
            continue
        meaning = read_prompt(prompt.text)
        tokens = meaning.tokens - 2 * prompt.text.count("{}")
        if tokens > length and meaning.language == "en":
            model = (
                f"{prompts.checkpoint}"
                if prompts.checkpoint is not None and prompts.checkpoint.name
                else "CLIP"
            )
            yield _finding(
                "CLP109", prompts, prompt, None,
                f"{_show(prompt.text)} has about {tokens} tokens and {model} reads {length}: the rest is cut off or raises an error",
                f"keep it under {min(length, 77) - 2} tokens (about {int((length - 2) / 1.2)} words), or average the normalised embeddings of several short prompts",
            )  # fmt: skip


_CAPTION = re.compile(
    r"\b(?:photo|photograph|picture|image|painting|drawing|sketch|screenshot|view|close-up|scan|shot|x-ray|render)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"^(?:an?|the|this|some|two|there|someone|people)\s|\b(?:of|with|in|on|at|and|or|is|are|without|no|not|from|by|for)\b",
    re.IGNORECASE,
)


def _is_bare(text: str) -> bool:
    words = re.findall(r"\w+", text.replace("_", " "))
    return 1 <= len(words) <= 3 and not _PHRASE.search(text) and not _CAPTION.search(text)


@check("CLP110")
def bare_label(prompts: PromptSet) -> Iterator[Finding]:
    """Zero-shot labels without any template."""
    if prompts.other_templates:
        shown = ", ".join(_show(template) for template in prompts.other_templates[:3])
        yield _finding(
            "CLP110", prompts, prompts.place, None,
            f"on this path the labels go in as they are, on others in a template ({shown}): CLIP was trained on captions, not on bare words",
            "put a template around them here too, such as `a photo of a {}.`",
        )  # fmt: skip
    if (
        prompts.task is not Task.LABELS
        or not prompts.is_whole
        or prompts.adds_template
        or prompts.templates
        or len(prompts.prompts) < 2
    ):
        return
    texts = [prompt.text for prompt in prompts.prompts]
    if any(prompt.template is not None for prompt in prompts.prompts) or sum(
        map(_is_bare, texts)
    ) < 0.8 * len(texts):
        return
    if any(read_prompt(text).language != "en" for text in texts):
        return
    shown = ", ".join(_show(text) for text in texts[:3])
    yield _finding(
        "CLP110", prompts, _list_place(prompts), None,
        f"the labels are bare words ({shown}): CLIP was trained on captions, and a bare word may mean several things",
        "put a template around them, such as `a photo of a {}.`, or average several",
    )  # fmt: skip


@check("CLP111")
def catch_all_label(prompts: PromptSet) -> Iterator[Finding]:
    """Other, none of the above, background as a class."""
    yield from _once(_catch_all(prompts))


def _catch_all(prompts: PromptSet) -> Iterator[Finding]:
    if prompts.task not in (Task.LABELS, Task.UNKNOWN, Task.SIMILARITY) or (
        len(prompts.prompts) < 2 and prompts.is_whole
    ):
        return
    for prompt in prompts.prompts:
        label = prompt.label if prompt.label is not None else bare(prompt.text)
        if is_catch_all(label):
            yield _finding(
                "CLP111", prompts, prompt, None,
                f"{_show(prompt.text)} is no description: CLIP scores how much a picture looks like these words, not whether the other labels fail",
                "use labels that say what else there may be, or a threshold on the best score, calibrated on your images",
            )  # fmt: skip


@check("CLP112")
def machine_label(prompts: PromptSet) -> Iterator[Finding]:
    """Dataset keys as prompts."""
    yield from _once(_machine(prompts))


def _machine(prompts: PromptSet) -> Iterator[Finding]:
    for prompt in prompts.prompts:
        key = is_key(prompt.label if prompt.label is not None else prompt.text)
        if key:
            yield _finding(
                "CLP112", prompts, prompt, None,
                f"{_show(prompt.text)} holds a key (`{key}`), not words: the tokenizer cuts it into pieces that no caption has",
                f"write what the picture shows, such as `{_readable(key)}`, and keep the key beside it",
            )  # fmt: skip
    for place in prompts.joined:
        yield _finding(
            "CLP112", prompts, place, None,
            "the labels get underscores for their spaces here, and go into prompts so: the tokenizer cuts such keys into pieces that no caption has",
            "give the prompts the labels with their spaces, and keep the key beside them",
        )  # fmt: skip


def _readable(key: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_/\\]+", " ", key)
    return " ".join(words.split()).lower()


@check("CLP113")
def not_visible(prompts: PromptSet) -> Iterator[Finding]:
    """Labels that no picture can show."""
    if prompts.task is Task.QUERY:
        return
    yield from _once(_not_visible(prompts))


def _not_visible(prompts: PromptSet) -> Iterator[Finding]:
    for prompt in prompts.prompts:
        if prompt.label is None and prompt.template is not None:
            continue  # all that is known is the template, which tells no label from another
        words = is_abstract(prompt.label if prompt.label is not None else bare(prompt.text))
        if words:
            yield _finding(
                "CLP113", prompts, prompt, None,
                f"{_show(prompt.text)} names what no picture shows (`{words}`): the score follows whatever such captions were about",
                "name what can be seen and stands for it, or take the fact from where it is kept",
            )  # fmt: skip


@check("CLP114")
def wrong_language(prompts: PromptSet) -> Iterator[Finding]:
    """A prompt that is not in a language of the checkpoint."""
    known = languages(prompts.checkpoint)
    if known is None or "*" not in known:
        yield from _once(_wrong_language(prompts, known))


def _wrong_language(prompts: PromptSet, known: frozenset[str] | None) -> Iterator[Finding]:
    model = str(prompts.checkpoint) if prompts.checkpoint is not None and prompts.checkpoint.name else "CLIP"
    for _, prompt, meaning in _read(prompts):
        code = meaning.language
        if code == "en" and (known is None or "en" in known or not _is_english(meaning)):
            continue
        if known is not None and code in known:
            continue
        name = LANGUAGE_NAMES.get(code, "English")
        severity = Severity.WARNING if known is not None else Severity.NOTE
        reads = (
            ", ".join(sorted(LANGUAGE_NAMES.get(each, "English") for each in known))
            if known
            else "English, as far as is known"
        )
        yield _finding(
            "CLP114", prompts, prompt, severity,
            f"{_show(prompt.text)} is {name}, and {model} reads {reads}: the tokens say little to it",
            "translate the prompt, or use a multilingual checkpoint such as `google/siglip2-base-patch16-224` (Apache-2.0)",
        )  # fmt: skip


def _is_english(meaning: Meaning) -> bool:
    return sum(meaning.tags.count(letter) for letter in "dobw") > 1


@check("CLP115")
def single_template(prompts: PromptSet) -> Iterator[Finding]:
    """One template where an ensemble is cheap."""
    if (
        prompts.task is not Task.LABELS
        or not prompts.is_whole
        or prompts.adds_template
        or len(prompts.templates) != 1
        or len(prompts.prompts) < 3
    ):
        return
    template = prompts.templates[0]
    if any(prompt.template != template for prompt in prompts.prompts) or not re.sub(r"\{\}|\W", "", template):
        return
    yield _finding(
        "CLP115", prompts, _list_place(prompts), None,
        f"every label goes into the one template {_show(template)}: texts are encoded once, so that several templates cost nothing per image",
        "encode each label in several templates, normalise, average and normalise again (3.5 points on ImageNet in the CLIP paper, with 80 templates)",
    )  # fmt: skip


@check("CLP116")
def duplicate_label(prompts: PromptSet) -> Iterator[Finding]:
    """The same label twice in a set."""
    if prompts.task in (Task.QUERY, Task.FEATURES):
        return
    first: dict[str, Prompt] = {}
    found = []
    for prompt in prompts.prompts:
        key = " ".join(prompt.text.lower().split())
        earlier = first.setdefault(key, prompt)
        if earlier is not prompt and prompt.is_complete:
            message = f"{_show(prompt.text)} is in the set twice: the two share the probability, and only the first can win"
            related = (Related(earlier.place, "here for the first time"),)
            found.append(_finding("CLP116", prompts, prompt, None, message, "remove one of them", related))
    yield from _once(iter(found))


PROMPT_CHECKS: tuple[PromptCheck, ...] = (
    counting, spatial_relation, attribute_binding, negation, fine_grained, role_order, text_reading, question,
    prompt_too_long, bare_label, catch_all_label, machine_label, not_visible, wrong_language, single_template, duplicate_label,
)  # fmt: skip
"""Every check on a prompt set, in the order of their codes; ``check.code`` says which."""


def code_of(check: Callable[..., Iterator[Finding]]) -> str:
    """The code of a check, as its decorator set it."""
    code: str = check.code  # type: ignore[attr-defined]
    return code
