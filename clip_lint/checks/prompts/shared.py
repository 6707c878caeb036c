"""What the checks of prompt sets share: how a finding is made, the two labels of a contrast, how prompts are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from clip_lint.checks.prompts.intent import graded
from clip_lint.core.cards import load_rules
from clip_lint.core.evidence import AsWritten, EvidenceRequest
from clip_lint.core.finding import WRITTEN, Detail, Finding, Related, Severity
from clip_lint.language import read_prompt
from clip_lint.language.reading import FRAMES
from clip_lint.language.singular import stem
from clip_lint.language.tasks import request
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clip_lint.core.place import Place
    from clip_lint.language import Meaning
    from clip_lint.language.tasks import Request, TaskKind


Placed = TypeVar("Placed")

_MOST_SHOWN = 3
MOST_RELATED = 10
"""How many of the other labels a finding points at; editors show each of them."""
NEAR = 3
"""Lines that are seen together with the one that a finding stands on; so many may lie between two labels of one list."""
_MOST_TEXTS = 50
"""How many texts of a set go to fixes and to verification."""
TINY, SHORT, LONG = 3, 6, 12
"""In a prompt of up to so many words of content, what is found carries the meaning: the weaker the evidence, the fewer."""


def quoted_text(text: str) -> str:
    """A prompt as messages show it: in backticks, on one line, its beginning where it is long."""
    text = " ".join(text.split())
    return f"`{text if len(text) <= 80 else text[:77] + '...'}`"


def listed(texts: Sequence[str]) -> str:
    """Texts as a sentence lists them: the first three in backticks, then how many more."""
    shown = [quoted_text(text) for text in dict.fromkeys(texts)]
    if len(shown) > _MOST_SHOWN + 1:
        shown = [*shown[:_MOST_SHOWN], f"{len(shown) - _MOST_SHOWN} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def together(items: Iterable[Placed], place_of: Callable[[Placed], Place]) -> list[list[Placed]]:
    """Groups of what stands within a few lines of the group's first, in order."""
    groups: list[list[Placed]] = []
    for item in items:
        place = place_of(item)
        for group in groups:
            first = place_of(group[0])
            if (first.path, first.cell) == (place.path, place.cell) and abs(
                first.start.line - place.start.line
            ) <= NEAR:
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def in_one_list(
    items: Iterable[Placed], place_of: Callable[[Placed], Place], prompts: PromptSet
) -> list[list[Placed]]:
    """Groups of what stands in one list, however long it is, in order."""
    lists = _lists(prompts)
    groups: dict[object, list[Placed]] = {}
    for item in items:
        place = place_of(item)
        groups.setdefault(lists.get(place, place), []).append(item)
    return list(groups.values())


def _lists(prompts: PromptSet) -> dict[Place, int]:
    """The list of each prompt, as a number: each of its prompts begins within a few lines of where the one before ends."""
    found: dict[Place, int] = {}
    before: Place | None = None
    number = 0
    for place in sorted({prompt.place for prompt in prompts.prompts}):
        near = before is not None and (before.path, before.cell) == (place.path, place.cell)
        if before is None or not near or place.start.line - before.end.line > NEAR:
            number += 1
        found[place] = number
        before = place
    return found


def prompt_finding(
    code: str,
    prompts: PromptSet,
    where: Prompt | Place,
    *,
    message: str,
    help: str,  # noqa: A002 - the finding's own field
    severity: Severity | None = None,
    related: tuple[Related, ...] = (),
    published: object = None,
    kind: str = "",
    group: str = "",
) -> Finding:
    """A finding about a prompt or a place of a set, with what fixes and verification need to know of the whole set.

    ``severity`` None is the rule's own; intent may raise it. ``group`` names what is mended at once.
    """
    place = where.place if isinstance(where, Prompt) else where
    if isinstance(where, Prompt) and where.written is not None:
        file = where.written
        message += f"; this text is read from {file.path}:{file.start.line}"
        related = (*related, Related(file, WRITTEN))
    rule = load_rules()[code]
    grade, reason = graded(code, severity if severity is not None else rule.severity, prompts)
    checkpoint = prompts.checkpoint
    # A label that differs from another one is measured against its set, any other text by itself.
    alone = () if related else tuple(each.text for each in prompts.prompts if each.place == place)
    written = AsWritten(published=str(published) if published is not None else None)
    request = EvidenceRequest(code, checkpoint, alone or prompts.texts[:_MOST_TEXTS], written)
    return Finding(
        code=code,
        name=rule.name,
        severity=grade,
        message=message + reason,
        place=place,
        help=help,
        related=tuple(other for other in related if other.place != place),
        model=str(checkpoint) if checkpoint is not None and checkpoint.name else None,
        run_alone=prompts.run_alone,
        group=group,
        details=_for_fixes(prompts, kind),
        request=request if rule.probe is not None and prompts.task is not Task.DETECTION else None,
    )


def _for_fixes(prompts: PromptSet, kind: str) -> tuple[Detail, ...]:
    """What a fix must know of a set: the call that it goes into, its narrow kind, and its labels where all are known."""
    known = prompts.prompts[:_MOST_TEXTS] if prompts.is_whole else ()
    return (
        Detail("call", prompts.name or "", prompts.call),
        *((Detail("kind", kind),) if kind else ()),
        *(Detail("prompt", each.text, each.place) for each in known),
        *(Detail("label", each.label or each.text, each.place) for each in known),
    )


def label_span(prompt: Prompt) -> tuple[int, int] | None:
    """Where the label stands in the prompt's text, if a template surrounds it."""
    if prompt.label is None or prompt.template is None:
        return None
    start = prompt.template.find("{}")
    if start < 0 or not prompt.text.startswith(prompt.label, start):
        start = prompt.text.find(prompt.label)
    return (start, start + len(prompt.label)) if start >= 0 and prompt.label else None


def touches(prompt: Prompt, span: tuple[int, int]) -> bool:
    """Whether evidence lies in what tells this prompt from the others of its set."""
    label = label_span(prompt)
    return label is None or (span[0] < label[1] and label[0] < span[1])


def is_set(prompts: PromptSet) -> bool:
    """Whether the prompts compete: several, and no searches that stand each for itself."""
    return len(prompts.prompts) > 1 and prompts.task is not Task.QUERY


_FEW = 10
"""One label in so many decides nothing in a list of unlike things."""


def is_among_many(number: int, prompts: PromptSet) -> bool:
    """Whether so few labels of a long list say something that it is not what the list is told apart by."""
    return is_set(prompts) and number * _FEW <= len(prompts.prompts)


def meanings(prompts: PromptSet) -> Iterator[tuple[int, Prompt, Meaning]]:
    """Each prompt with its number and what it means."""
    for index, prompt in enumerate(prompts.prompts):
        yield index, prompt, read_prompt(prompt.read)


def list_place(prompts: PromptSet) -> Place:
    """Where the label list starts: the set's place, or the first label where the list is written somewhere else."""
    place = prompts.place
    first = min(
        (prompt.place for prompt in prompts.prompts if prompt.place.path == place.path), default=place
    )
    if first.cell == place.cell and place.start <= first.start < place.end:
        return place
    return first


def things_in(meaning: Meaning) -> int:
    """How many things a prompt names, not counting the picture itself."""
    return len({stem(word) for word in meaning.objects if word not in FRAMES})


def asked_for(prompts: PromptSet, *kinds: TaskKind) -> Iterator[tuple[Prompt, Request]]:
    """The prompts that ask for one of these kinds of task; labels that compete ask for nothing."""
    if is_set(prompts):
        return
    for prompt in prompts.prompts:
        asked = request(prompt.read)
        if asked is not None and asked.kind in kinds:
            yield prompt, asked


def if_needed(severity: Severity, advice: str) -> str:
    """Advice as a finding of this severity gives it: what is merely mentioned may not matter to the code at all."""
    return f"if this matters here, {advice}" if severity is Severity.NOTE else advice


def carries(meaning: Meaning, limit: int) -> Severity:
    """A warning where the prompt is so short that the evidence carries it; else a note."""
    return Severity.WARNING if meaning.content <= limit else Severity.NOTE
