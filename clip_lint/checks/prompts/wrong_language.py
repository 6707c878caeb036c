"""CLP114: a prompt that is not in a language of the checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import is_set, meanings, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.knowledge.checkpoints import languages
from clip_lint.language.detect_language import NAMES as LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.language import Meaning
    from clip_lint.reading.prompts import PromptSet


@prompt_check("CLP114")
def wrong_language(prompts: PromptSet) -> Iterator[Finding]:
    """A prompt that is not in a language of the checkpoint."""
    known = languages(prompts.checkpoint, prompts.family)
    if known is not None and "*" in known:
        return
    for _, prompt, meaning in meanings(prompts):
        code = meaning.language
        if code == "en" and (known is None or "en" in known or not _is_english(meaning)):
            continue
        if known is not None and (code in known or (code == "zh" and "ja" in known)):
            continue  # without kana, Japanese looks like Chinese
        name = LANGUAGE_NAMES.get(code, "English")
        severity = Severity.WARNING if known is not None and not _compares(prompts) else Severity.NOTE
        yield prompt_finding(
            "CLP114",
            prompts,
            prompt,
            severity=severity,
            message=f"{quoted_text(prompt.text)} is {name}, and {_made_for(prompts.checkpoint, known)}",
            help="translate the prompt, or use a multilingual checkpoint such as `google/siglip2-base-patch16-224` (Apache-2.0)",
            group=f"{prompts.checkpoint}:{code}",
        )


_PAIRS = 2


def _compares(prompts: PromptSet) -> bool:
    """Whether a list says things in English and then in another language, one by one: how the languages compare is what it asks."""
    spoken = [meaning.language for _, _, meaning in meanings(prompts)]
    foreign = [number for number, code in enumerate(spoken) if code != "en"]
    follow = all(number and spoken[number - 1] == "en" for number in foreign)
    return (
        is_set(prompts) and follow and len(foreign) >= _PAIRS and len({spoken[each] for each in foreign}) == 1
    )


def _made_for(checkpoint: Checkpoint | None, known: frozenset[str] | None) -> str:
    """What is known of a checkpoint's languages, and what comes of it."""
    model = str(checkpoint) if checkpoint is not None and checkpoint.name else ""
    if known:
        reads = ", ".join(sorted(LANGUAGE_NAMES.get(each, "English") for each in known))
        return f"{model or 'CLIP'} is made for captions in {reads}: its score is not reliable"
    if model:
        return f"nothing is known here of captions in it in the training of {model}: its score may not be reliable"
    return "most CLIPs are made for captions in English: its score may not be reliable"


def _is_english(meaning: Meaning) -> bool:
    return sum(meaning.tags.count(letter) for letter in "dobw") > 1
