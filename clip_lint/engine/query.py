"""Is CLIP right for this? The answer to one prompt or one set of labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from clip_lint.checks.discovery import prompt_checks
from clip_lint.core import bounds
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Severity
from clip_lint.engine.requests import PATH, RequestError, prompt_set
from clip_lint.engine.slots import slots_of
from clip_lint.knowledge.alternatives import alternatives, codes, detected_names, for_code, for_kind, for_task
from clip_lint.language import doubts, narrow_kind, read_prompt
from clip_lint.language.doubts import Doubt
from clip_lint.language.evidence import evidence
from clip_lint.language.labels import is_catch_all, is_name
from clip_lint.language.leaning import leaning
from clip_lint.language.narrow import bare, kind_asked_for
from clip_lint.language.negating import denies_writing
from clip_lint.language.opinion import opinion
from clip_lint.language.phrases import things
from clip_lint.language.quoting import prompts_spoken_of, quoted_prompts
from clip_lint.language.tasks import TaskKind, task_of_set
from clip_lint.language.tasks import request as task_of
from clip_lint.language.wanted import asked_codes, denied_codes

if TYPE_CHECKING:
    from clip_lint.checks.rule import PromptCheck
    from clip_lint.core.finding import Finding
    from clip_lint.engine.requests import Request
    from clip_lint.knowledge.alternatives import Alternative
    from clip_lint.language.leaning import Leaning
    from clip_lint.language.opinion import Opinion
    from clip_lint.language.tasks import Request as Wanted

PHENOMENA = (
    "CLP101",
    "CLP102",
    "CLP103",
    "CLP104",
    "CLP105",
    "CLP106",
    "CLP107",
    "CLP108",
    "CLP109",
    "CLP114",
)
"""The codes that speak of what CLIP can do, in the order of ``--check-all``."""

_ANYWAY = frozenset({"CLP113"})
"""Rules in preview that a question is answered with all the same: what no picture shows is no task for any model."""
_FORM = "CLP108"
"""A question or an instruction: how something is asked, which alone needs no other model."""


class Verdict(Enum):
    """Whether CLIP is the right model."""

    CLIP = "clip"
    """This kind of thing is known to work."""
    ALTERNATIVE = "alternative"
    """Something else is needed."""
    UNKNOWN = "unknown"
    """No figure is known here for or against it: measure first."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict by the words of a request and not by its grammar: the likeliest alternative, and the words that weighed most."""

    verdict: Verdict
    tool: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings (most severe first), the task that the prompt asks for (None for captions and labels), and what is in doubt."""

    request: Request
    findings: tuple[Finding, ...]
    task: Wanted | None = None
    doubts: tuple[Doubt, ...] = ()
    ruling: Ruling | None = None
    """What the second opinion made of a request that the grammar was not sure of."""

    @property
    def deciding(self) -> tuple[str, ...]:
        """The codes that make something else needed, the most severe first."""
        found = [
            finding.code
            for finding in sorted(self.findings, key=self._rank)
            if finding.severity >= Severity.WARNING and finding.code in (codes() | _ANYWAY) - {_CATCH_ALL}
        ]
        if self.task is not None:
            meaning = read_prompt(self.request.texts[0])
            found += asked_codes(meaning, self.task)
            found += ["CLP105"] if self.narrow and self.task.kind in _CHOOSING else []
            denied = denied_codes(meaning, self.task) | {_FORM}
            found = [code for code in found if code not in denied]
        elif len(
            [
                text
                for text in self.request.texts
                if (text.lower() in _SIGNS and len(self.request.texts) > 1) or not is_catch_all(bare(text))
            ]
        ) < (2 if self.request.is_set else 1):
            found.append(_CATCH_ALL)
        return tuple(dict.fromkeys(found))

    def _rank(self, finding: Finding) -> tuple[bool, int, bool]:
        """A doctor's question first; then the most severe, and of labels of one narrow kind, that before what single labels say."""
        is_medical = any(detail.key == "kind" and detail.value == "medical" for detail in finding.details)
        return not is_medical, -finding.severity, not (self.request.is_set and finding.code == "CLP105")

    @property
    def narrow(self) -> str | None:
        """The narrow kind that a request tells the members of apart: a Boeing 737 from an Airbus A320."""
        if self.task is None:
            return None
        if self.task.kind is TaskKind.NARROW:
            return kind_asked_for(self.task.core)
        kind = narrow_kind(things(self.request.texts[0])) if self.task.kind in _CHOOSING else None
        return kind.name if kind is not None and kind.evidence == "members" else None

    @property
    def verdict(self) -> Verdict:
        """Whether CLIP fits, something else is needed, or that is not known here."""
        if self.ruling is not None:
            return self.ruling.verdict
        if self.deciding:
            return Verdict.ALTERNATIVE
        if self.task is not None and self.doubts:
            return Verdict.UNKNOWN
        if self.task is not None and for_task(self.task.kind.value) is not None:
            return Verdict.ALTERNATIVE
        return Verdict.UNKNOWN if self.doubts else Verdict.CLIP

    @property
    def fits(self) -> bool:
        """Whether nothing is known that speaks against CLIP."""
        return self.verdict is not Verdict.ALTERNATIVE

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What to use instead, the best first, each with a program about what was asked; empty where CLIP fits."""
        if self.verdict is not Verdict.ALTERNATIVE or (
            self.task is not None and self.task.kind is TaskKind.PREDICT
        ):
            return ()
        if self.ruling is not None:
            best = [alternatives()[self.ruling.tool]]
            if best[0].key == "detector":
                best = self._by_name([*best, alternatives()["open-detector"]])
            return (best[0].asking(slots_of(self.request.texts, self.task)),)
        ranked = [*self._of_task(), *self._of_findings()]
        if self.task is not None and self.task.kind is TaskKind.ANSWER:
            ranked = [*self._of_findings(), *self._of_task()]
        slots = slots_of(self.request.texts, self.task)
        return tuple(each.asking(slots) for each in dict.fromkeys(ranked))

    def _of_task(self) -> list[Alternative]:
        if self.task is None:
            return []
        if self.task.kind is TaskKind.NARROW:
            found = for_kind(self.narrow or "")
            return list(found or for_task(self.task.kind.value) or ())
        return self._by_name(list(for_task(self.task.kind.value) or ()))

    def _of_findings(self) -> list[Alternative]:
        found: list[Alternative] = []
        for code in self.deciding:
            kinds = [
                detail.value
                for each in self.findings
                if each.code == code
                for detail in each.details
                if detail.key == "kind"
            ] or [self.narrow or ""]
            if code == _ABSENT and self._lacks_text():
                found += for_code(_TEXT)
                continue
            special = next((known for kind in kinds if (known := for_kind(kind)) is not None), None)
            found += special if special is not None else self._by_name(list(for_code(code)))
        return found

    def _lacks_text(self) -> bool:
        """Whether all that prompts call absent is text."""
        denied = [meaning for meaning in map(read_prompt, self.request.texts[:20]) if meaning.negations]
        return bool(denied) and all(map(denies_writing, denied))

    def _by_name(self, found: list[Alternative]) -> list[Alternative]:
        """Of two detectors first the one that has a class for what is counted."""
        if [each.key for each in found] == ["detector", "open-detector"]:
            wanted = slots_of(self.request.texts, self.task)["things"]
            if not wanted:
                counted = any(read_prompt(text).counts for text in self.request.texts[:20])
                return found[::-1] if counted else found
            if not detected_names().issuperset(wanted):
                return found[::-1]
        return found


_ABSENT, _TEXT = "CLP104", "CLP107"
_CATCH_ALL = "CLP111"
"""Of a set the other labels still fit; alone, or as the only rival of one label, it asks for what is none of anything."""
_SIGNS = frozenset({"negative"})
"""Beside `positive` a mood, and no rest of anything."""
_NO_TASK = "no known task"
_WRITING = frozenset(
    {
        "text",
        "word",
        "words",
        "letters",
        "letter",
        "says",
        "saying",
        "reads",
        "spells",
        "spelling",
        "written",
        "titled",
    }
)
_SPOKEN = frozenset(
    {
        "search",
        "query",
        "find",
        "asked",
        "ask",
        "typed",
        "type",
        "app",
        "index",
        "like",
        "e.g.",
        "prompt",
        "users",
        "not,",
    }
)
"""Words beside what is quoted that make it what somebody types."""
_SENSOR = "domain"
"""What the pictures were taken with, by a word that means nothing else: sonar, x-ray diffraction."""
_UNSURE = frozenset({TaskKind.OTHER, TaskKind.CLASSIFY, TaskKind.FIND, TaskKind.ANSWER})
"""What is left where a request names no task that is told by its words."""
_DETECTORS = frozenset({"detector", "open-detector"})
"""Between these the thing that is looked for decides."""
_ALIKE = frozenset({"alike", "similar", "resemble", "resembles", "resembling"})
"""What is sought by its likeness, which embeddings are for."""
_COUNTRIES = frozenset({"country", "countries", "continent", "continents", "nation"})
"""Of these a figure is known: too low to be trusted, and too high to be called a failure."""
_NEARER = frozenset({"city", "cities", "town", "towns", "village", "street", "exactly", "where", "location"})
_CHOOSING = frozenset({TaskKind.CLASSIFY, TaskKind.COMPARE, TaskKind.STATE})


def answer(request: Request) -> Answer:
    """Every finding about a request; rules in preview are left out, but for what no picture shows.

    RequestError where its texts take too long.
    """
    try:
        with bounds.bounded(PATH):
            given = by_grammar(request)
            return given if request.is_set else _reconsidered(given, request.texts[0])
    except bounds.BoundError:
        raise RequestError("this takes too long: ask about fewer texts, or shorter ones") from None


def _certainty(given: Answer) -> str:
    """How sure the grammar is of a request: of one whose clause it read more than of one that only looks like a search."""
    if given.task is None:
        return ""
    is_alike = given.task.kind is TaskKind.FIND and not _ALIKE.isdisjoint(given.task.core.split())
    if (given.task.is_search or is_alike) and given.verdict is Verdict.CLIP:
        return "search"
    if given.task.kind is TaskKind.PLACE:
        words = set(given.task.core.split())
        return "place" if words & _COUNTRIES and not words & _NEARER else "search"
    if given.task.kind is TaskKind.ABSENT and _ABSENT in given.deciding and " not " not in given.task.core:
        return "search"  # for what lacks something: a kitchen, and not a bathroom, is no absence
    if given.doubts and given.doubts[0].theme == _SENSOR:
        return "named"
    if given.task.is_named and given.verdict is Verdict.ALTERNATIVE:
        return "named"
    if given.task.kind not in _UNSURE or (given.doubts and given.doubts[0].theme != _NO_TASK):
        return "sure"
    return "fair" if given.task.clause and given.task.kind is not TaskKind.OTHER else "weak"


def reading_of(given: Answer) -> frozenset[str]:
    """What the grammar made of a request, as evidence for the second opinion."""
    task = given.task
    kind, said = (task.kind.value if task is not None else "none"), given.verdict.value
    found = {f"#says-{said}", f"#says-{said}-{kind}", f"#does-{kind}"}
    found.update(f"#first-tool-{each.key}" for each in given.alternatives[:1])
    found.update(f"#doubts-{doubt.theme}" for doubt in given.doubts[:1])
    found.update(f"#decides-{code}" for code in given.deciding[:2])
    found.update(f"#finds-{finding.code}-{finding.severity.value}" for finding in given.findings)
    if task is not None:
        found.update(name for name, holds in (("#seeks", task.is_search), ("#clause", task.clause)) if holds)
    return frozenset(found)


def _reconsidered(given: Answer, text: str) -> Answer:
    """The answer with a second opinion, which needs no asking where what a request quotes was answered."""
    if given.request.texts != (text,):
        return given
    thought = second_thoughts(given, text, opinion(text, reading_of(given) | evidence(text)))
    return leant(thought, leaning(text)) if thought.task is None and thought.ruling is None else thought


def leant(given: Answer, lean: Leaning) -> Answer:
    """The answer to a caption whose words speak for a state that no rule found."""
    if given.verdict is Verdict.CLIP and lean.is_unsure:
        return replace(given, doubts=(Doubt(lean.kind, lean.word),))
    return given


def second_thoughts(given: Answer, text: str, second: Opinion) -> Answer:
    """The answer where the words of a request may speak for another verdict, or another tool."""
    if given.request.texts != (text,) or (given.task is None and (not second.asks or is_name(text))):
        return given
    said = frozenset(text.lower().split())
    if given.task is None and _TEXT in given.deciding and said & _WRITING and not said & _SPOKEN:
        return given  # what is written, in so many words
    verdict = Verdict(second.verdict(given.verdict.value, _certainty(given)))
    first = next((each.key for each in given.alternatives), "")
    is_other = bool(first) and second.prefers(first) and not {first, second.tool} <= _DETECTORS
    if verdict is given.verdict and not (verdict is Verdict.ALTERNATIVE and is_other):
        return given
    if verdict is Verdict.ALTERNATIVE and given.task is not None and given.task.is_search:
        return given  # of pictures, for which words name no other tool
    doubted = given.doubts or (Doubt(_NO_TASK, ", ".join(second.words) or text),)
    return replace(given, ruling=Ruling(verdict, second.tool, second.words), doubts=doubted)


def by_grammar(request: Request) -> Answer:
    """The answer without a second opinion."""
    prompts = prompt_set(request)
    findings = [finding for check in _stable_checks() for finding in check.find(prompts)]
    findings.sort(key=lambda finding: (-finding.severity, finding.code))
    if request.is_set:
        shared = task_of_set(request.texts)
        return Answer(request, tuple(findings), shared, () if shared else doubts.of_set(request.texts))
    text = prompts.prompts[0].text
    task = task_of(text)
    quoted = quoted_prompts(text) if task is not None else ()
    quoted = quoted or (prompts_spoken_of(text) if task is None or task.kind is not TaskKind.READ else ())
    if quoted:
        return _about_prompts(request, quoted, task)
    return Answer(request, tuple(findings), task, doubts.of_text(text, task))


def _about_prompts(request: Request, quoted: tuple[str, ...], task: Wanted | None) -> Answer:
    """The answer to a question about prompts is that to the prompts."""
    given = by_grammar(replace(request, texts=quoted, template="{}", is_set=len(quoted) > 1))
    if given.verdict is Verdict.CLIP and task is not None:
        task = replace(task, kind=TaskKind.FIND)
        return Answer(request, given.findings, task, given.doubts)
    return Answer(
        replace(request, texts=quoted, is_set=len(quoted) > 1), given.findings, given.task, given.doubts
    )


@lru_cache(maxsize=1)
def _stable_checks() -> tuple[PromptCheck, ...]:
    rules = load_rules()
    return tuple(
        check for check in prompt_checks() if not rules[check.code].is_preview or check.code in _ANYWAY
    )
