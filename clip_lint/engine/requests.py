"""What is asked: one prompt or a set of labels, and how it is read from JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.place import Place, Position
from clip_lint.knowledge.tables import load_libraries
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEFAULT_MODEL = "openai/clip-vit-base-patch32"
PATH = "query"
"""The file that findings about a request stand in."""


class RequestError(ValueError):
    """A request that cannot be answered; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: one prompt, or labels that are told apart; ``template`` has one ``{}`` for the label."""

    texts: tuple[str, ...]
    template: str = "{}"
    model: str = DEFAULT_MODEL
    is_set: bool = False


def requests(lines: Iterable[str], template: str, model: str) -> Iterator[Request]:
    """One request for each line that is not blank; RequestError with the line's number if one is not understood."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _request(json.loads(line), template, model)
            except json.JSONDecodeError as error:
                raise RequestError(f"line {number}: not JSON: {error.msg} at column {error.colno}") from None
            except RecursionError:
                raise RequestError(f"line {number}: nested too deeply") from None
            except RequestError as error:
                raise RequestError(f"line {number}: {error}") from None


def _request(row: Any, template: str, model: str) -> Request:
    if not isinstance(row, dict) or ("prompt" in row) == ("labels" in row):
        raise RequestError(
            'write {"prompt": TEXT} or {"labels": [TEXT, ...], "template": "a photo of a {}."}'
        )
    template, model = row.get("template", template), row.get("model", model)
    if not isinstance(template, str) or "{}" not in template:
        raise RequestError("the template must be a text with {} where the label goes")
    if not isinstance(model, str):
        raise RequestError("the model must be a text")
    if "prompt" in row:
        if not isinstance(row["prompt"], str):
            raise RequestError("the prompt must be a text")
        return Request((row["prompt"],), template, model)
    labels = row["labels"]
    if not isinstance(labels, list) or not labels or not all(isinstance(label, str) for label in labels):
        raise RequestError("the labels must be a list of at least one text")
    return Request(tuple(labels), template, model, is_set=True)


@lru_cache(maxsize=64)
def checkpoint_of(model: str) -> Checkpoint:
    """The checkpoint that ``NAME`` or ``ARCHITECTURE:WEIGHTS`` stands for."""
    name, _, tag = model.partition(":") if not model.startswith("hf-hub:") else (model, "", "")
    return Checkpoint(None, name, tag or None, load_libraries().related(name) or "clip")


def _place(line: int, text: str = "") -> Place:
    return Place(PATH, 0, Position(line, 1), Position(line, len(text) + 1))


def prompt_set(request: Request) -> PromptSet:
    """The texts of a request as the checks on prompts take them."""
    has_template = request.template != "{}"
    prompts = tuple(
        Prompt(
            request.template.replace("{}", text),
            _place(number, text),
            text if has_template else None,
            request.template if has_template else None,
        )
        for number, text in enumerate(request.texts, 1)
    )
    return PromptSet(
        prompts,
        Place(PATH, 0, Position(0, 1), Position(len(prompts) + 1, 1)),
        Task.LABELS if request.is_set else Task.QUERY,
        checkpoint_of(request.model),
        (request.template,) if has_template else (),
    )
