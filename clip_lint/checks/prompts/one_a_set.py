"""One finding for a set of labels instead of one for each label."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import MOST_RELATED, NEAR, in_one_list, is_set, listed, together
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Applicability, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.reading.prompts import PromptSet


_QUOTED = re.compile(r"`[^`]*`")
"""The words of one text in a sentence about it."""


def one_a_place(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe finding of each place, in the order of their first appearance."""
    best: dict[Place, Finding] = {}
    for finding in findings:
        known = best.get(finding.place)
        if known is None or finding.severity > known.severity:
            best[finding.place] = finding
    return list(best.values())


def one_a_set(findings: Iterable[Finding], prompts: PromptSet, *, of_form: bool = False) -> list[Finding]:
    """One finding for labels that compete and stand together: the most severe one, which names those of whom the same is true.

    What is milder is left out: it speaks of the same labels, and is told when the graver fault is gone. A label that stands
    elsewhere in a long list has its own finding, because a finding is looked at, and silenced, where it stands. Where it is about the
    form of texts, whether they compete or not, the whole list shares one: whoever mends one mends them all in the same way.
    """
    found = one_a_place(findings)
    if len(found) < 2 or not (of_form or is_set(prompts)):
        return found
    texts = {prompt.place: prompt.text for prompt in reversed(prompts.prompts)}
    groups = in_one_list(found, _place, prompts) if of_form else together(found, _place)
    return [_of_all(group, texts) for group in groups]


def one_a_passage(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of one rule on texts that stand under each other as one, which points at the others; all else as it is.

    Such texts are of one list of searches, of the branches of one `if`, or of sets made alike: whoever looks at the first sees them
    all. What another model reads, what has another way out, what a fix mends, and what is only noted, stays by itself.
    """
    passages: dict[tuple[object, ...], list[list[Finding]]] = {}
    for finding in sorted(findings, key=_place):
        place = finding.place
        if finding.severity is Severity.NOTE or not _is_advice(finding.code):
            yield finding
            continue
        same = (finding.code, finding.severity, finding.model, _QUOTED.sub("", finding.help))
        groups = passages.setdefault((*same, place.path, place.cell), [])
        if groups and place.start.line - groups[-1][-1].place.end.line <= NEAR:
            groups[-1].append(finding)
        else:
            groups.append([finding])
    for group in (each for groups in passages.values() for each in groups):
        first, *others = group
        told = {first.place, *(each.place for each in first.related)}
        others = [each for each in others if each.place not in told]
        if others:
            below = "what stands below" if len(others) == 1 else f"{len(others)} places below"
            related = (*first.related, *(Related(each.place, "here too") for each in others))
            first = replace(
                first, message=f"{first.message}; the same holds for {below}", related=related[:MOST_RELATED]
            )
        yield first


def _is_advice(code: str) -> bool:
    """Whether a rule is about prompts, and nothing but its reader can mend what it finds."""
    return code.startswith("CLP1") and load_rules()[code].fix in (Applicability.SUGGESTION, None)


def _place(finding: Finding) -> Place:
    return finding.place


def _of_all(findings: Sequence[Finding], texts: Mapping[Place, str]) -> Finding:
    worst = max(finding.severity for finding in findings)
    first, *others = [finding for finding in findings if finding.severity == worst]
    told = {each.place for each in first.related}
    others = [each for each in others if each.place in texts and each.place not in told]
    if not others:
        return first
    return replace(
        first,
        message=f"{first.message}; the same holds for {listed([texts[each.place] for each in others])}",
        related=(*first.related, *(Related(each.place, "this label too") for each in others))[:MOST_RELATED],
    )
