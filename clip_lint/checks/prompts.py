"""CLP101-116: the checks of prompt sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts_kinds import fine_grained
from clip_lint.checks.prompts_limits import (
    attribute_binding,
    counting,
    negation,
    question,
    role_order,
    spatial_relation,
    text_reading,
)
from clip_lint.checks.prompts_wording import (
    bare_label,
    catch_all_label,
    duplicate_label,
    machine_label,
    not_visible,
    prompt_too_long,
    single_template,
    wrong_language,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clip_lint.checks.prompts_shared import PromptCheck
    from clip_lint.core.finding import Finding

PROMPT_CHECKS: tuple[PromptCheck, ...] = (
    counting, spatial_relation, attribute_binding, negation, fine_grained, role_order, text_reading, question,
    prompt_too_long, bare_label, catch_all_label, machine_label, not_visible, wrong_language, single_template, duplicate_label,
)  # fmt: skip
"""Every check on a prompt set, in the order of their codes; ``check.code`` says which."""


def code_of(check: Callable[..., Iterator[Finding]]) -> str:
    """The code of a check, as its decorator set it."""
    code: str = check.code  # type: ignore[attr-defined]
    return code
