"""CLP109-116: how prompts are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts_shared import (
    list_place,
    meanings,
    prompt_check,
    prompt_finding,
    quoted_text,
)
from clip_lint.checks.prompts_towers import context_length, languages
from clip_lint.core.finding import Finding, Related, Severity
from clip_lint.language import read_prompt
from clip_lint.language.detect_language import NAMES as LANGUAGE_NAMES
from clip_lint.language.labels import is_abstract, is_catch_all, is_key
from clip_lint.language.narrow import bare
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language import Meaning


@prompt_check("CLP109")
def prompt_too_long(prompts: PromptSet) -> Iterator[Finding]:
    """More tokens than the checkpoint's text tower reads."""
    length = context_length(prompts.checkpoint)
    if length is None:
        return
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
            yield prompt_finding(
                "CLP109", prompts, prompt, None,
                f"{quoted_text(prompt.text)} has about {tokens} tokens and {model} reads {length}: the rest is cut off or raises an error",
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


@prompt_check("CLP110")
def bare_label(prompts: PromptSet) -> Iterator[Finding]:
    """Zero-shot labels without any template."""
    if prompts.other_templates:
        shown = ", ".join(quoted_text(template) for template in prompts.other_templates[:3])
        yield prompt_finding(
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
    shown = ", ".join(quoted_text(text) for text in texts[:3])
    yield prompt_finding(
        "CLP110", prompts, list_place(prompts), None,
        f"the labels are bare words ({shown}): CLIP was trained on captions, and a bare word may mean several things",
        "put a template around them, such as `a photo of a {}.`, or average several",
    )  # fmt: skip


@prompt_check("CLP111")
def catch_all_label(prompts: PromptSet) -> Iterator[Finding]:
    """Other, none of the above, background as a class."""
    if prompts.task not in (Task.LABELS, Task.UNKNOWN, Task.SIMILARITY) or (
        len(prompts.prompts) < 2 and prompts.is_whole
    ):
        return
    for prompt in prompts.prompts:
        label = prompt.label if prompt.label is not None else bare(prompt.text)
        if is_catch_all(label):
            yield prompt_finding(
                "CLP111", prompts, prompt, None,
                f"{quoted_text(prompt.text)} is no description: CLIP scores how much a picture looks like these words, not whether the other labels fail",
                "use labels that say what else there may be, or a threshold on the best score, calibrated on your images",
            )  # fmt: skip


@prompt_check("CLP112")
def machine_label(prompts: PromptSet) -> Iterator[Finding]:
    """Dataset keys as prompts."""
    for prompt in prompts.prompts:
        key = is_key(prompt.label if prompt.label is not None else prompt.text)
        if key:
            yield prompt_finding(
                "CLP112", prompts, prompt, None,
                f"{quoted_text(prompt.text)} holds a key (`{key}`), not words: the tokenizer cuts it into pieces that no caption has",
                f"write what the picture shows, such as `{_readable(key)}`, and keep the key beside it",
            )  # fmt: skip
    for place in prompts.joined:
        yield prompt_finding(
            "CLP112", prompts, place, None,
            "the labels get underscores for their spaces here, and go into prompts so: the tokenizer cuts such keys into pieces that no caption has",
            "give the prompts the labels with their spaces, and keep the key beside them",
        )  # fmt: skip


def _readable(key: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_/\\]+", " ", key)
    return " ".join(words.split()).lower()


@prompt_check("CLP113")
def not_visible(prompts: PromptSet) -> Iterator[Finding]:
    """Labels that no picture can show."""
    if prompts.task is Task.QUERY:
        return
    for prompt in prompts.prompts:
        if prompt.label is None and prompt.template is not None:
            continue  # all that is known is the template, which tells no label from another
        words = is_abstract(prompt.label if prompt.label is not None else bare(prompt.text))
        if words:
            yield prompt_finding(
                "CLP113", prompts, prompt, None,
                f"{quoted_text(prompt.text)} names what no picture shows (`{words}`): the score follows whatever such captions were about",
                "name what can be seen and stands for it, or take the fact from where it is kept",
            )  # fmt: skip


@prompt_check("CLP114")
def wrong_language(prompts: PromptSet) -> Iterator[Finding]:
    """A prompt that is not in a language of the checkpoint."""
    known = languages(prompts.checkpoint)
    if known is not None and "*" in known:
        return
    model = str(prompts.checkpoint) if prompts.checkpoint is not None and prompts.checkpoint.name else "CLIP"
    for _, prompt, meaning in meanings(prompts):
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
        yield prompt_finding(
            "CLP114", prompts, prompt, severity,
            f"{quoted_text(prompt.text)} is {name}, and {model} reads {reads}: the tokens say little to it",
            "translate the prompt, or use a multilingual checkpoint such as `google/siglip2-base-patch16-224` (Apache-2.0)",
        )  # fmt: skip


def _is_english(meaning: Meaning) -> bool:
    return sum(meaning.tags.count(letter) for letter in "dobw") > 1


@prompt_check("CLP115")
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
    yield prompt_finding(
        "CLP115", prompts, list_place(prompts), None,
        f"every label goes into the one template {quoted_text(template)}: texts are encoded once, so that several templates cost nothing per image",
        "encode each label in several templates, normalise, average and normalise again (3.5 points on ImageNet in the CLIP paper, with 80 templates)",
    )  # fmt: skip


@prompt_check("CLP116")
def duplicate_label(prompts: PromptSet) -> Iterator[Finding]:
    """The same label twice in a set."""
    if prompts.task in (Task.QUERY, Task.FEATURES):
        return
    first: dict[str, Prompt] = {}
    for prompt in prompts.prompts:
        key = " ".join(prompt.text.lower().split())
        earlier = first.setdefault(key, prompt)
        if earlier is not prompt and prompt.is_complete:
            message = f"{quoted_text(prompt.text)} is in the set twice: the two share the probability, and only the first can win"
            related = (Related(earlier.place, "here for the first time"),)
            yield prompt_finding("CLP116", prompts, prompt, None, message, "remove one of them", related)
