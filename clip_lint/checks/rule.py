"""How a rule's module declares its check: a plain function, marked with the code of the rule's card.

`check` marks a function over the facts of a file, `prompt_check` one over a set of prompts. The module is named after
the rule (``softmax_wrong_dim.py`` for ``CLP203-softmax-wrong-dim.md``) and lies in one of the packages beside this file;
`clip_lint.checks.discovery` finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.ensembles import in_ensemble
from clip_lint.checks.prompts.one_a_set import one_a_set
from clip_lint.checks.prompts.softened import softened

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.prompts import PromptSet, Task

FactsFunction = Callable[["Facts"], Iterator["Finding"]]
PromptFunction = Callable[["PromptSet"], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class FactsCheck:
    """The check of one rule on what was read off a file."""

    code: str
    find: FactsFunction


@dataclass(frozen=True, slots=True)
class PromptCheck:
    """The check of one rule on a set of prompts."""

    code: str
    find: PromptFunction
    passes_mentions: bool = False
    """Notes on a search query in the code are left out: a query that mentions something does not ask for it."""
    besides: tuple[Task, ...] = ()
    """The tasks in which texts are not compared with whole pictures, and for which it holds too."""


def check(code: str) -> Callable[[FactsFunction], FactsCheck]:
    """Declare a function over facts as the check of the rule ``code``."""

    def declare(function: FactsFunction) -> FactsCheck:
        return FactsCheck(code, function)

    return declare


def prompt_check(
    code: str,
    *,
    passes_mentions: bool = False,
    of_meaning: bool = False,
    of_contrast: bool = False,
    of_form: bool = False,
    besides: tuple[Task, ...] = (),
) -> Callable[[PromptFunction], PromptCheck]:
    """Declare a function over a prompt set as the check of ``code``.

    Of its findings about labels that compete one is reported, the most severe, and names the others. ``of_meaning``: they are about what single prompts say,
    which decides little in a list that is averaged. ``of_contrast``: they are about what a checkpoint cannot tell apart; so are those of meaning. ``of_form``: they are about how texts are written, so that texts which do not compete
    share a finding too where they stand in one list. ``besides``: as in `PromptCheck`.
    """

    def declare(function: PromptFunction) -> PromptCheck:
        def find(prompts: PromptSet) -> Iterator[Finding]:
            findings = in_ensemble(function(prompts), prompts) if of_meaning else function(prompts)
            findings = one_a_set(findings, prompts, of_form=of_form)
            yield from softened(findings, prompts) if of_meaning or of_contrast else findings

        return PromptCheck(code, find, passes_mentions, besides)

    return declare
