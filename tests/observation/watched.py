"""Programs run under observation in a folder with tiny models and the pictures that they open."""

from __future__ import annotations

import builtins
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tiny_models

import clip_lint
from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.observation.verdicts import Result, Seen

NAME = "program.py"
QUERY = "a ship " * 60
_MODELS = (
    "openai/clip-vit-base-patch32",
    "google/siglip-base-patch16-224",
    "google/siglip2-base-patch16-224",
)
_ALIASES = {
    "openai/clip-vit-base-patch16": "openai/clip-vit-base-patch32",
    "openai/clip-vit-large-patch14": "openai/clip-vit-base-patch32",
    "openai/clip-vit-large-patch14-336": "openai/clip-vit-base-patch32",
    "google/siglip-so400m-patch14-384": "google/siglip-base-patch16-224",
    "google/siglip-base-patch16-384": "google/siglip-base-patch16-224",
    "google/siglip2-so400m-patch14-384": "google/siglip2-base-patch16-224",
}


def build(folder: Path, programs: str) -> Path:
    """Tiny checkpoints below ``folder`` under the names of real ones, and every picture that ``programs`` name."""
    for name in _MODELS:
        tiny_models.build(name, folder)
    for alias, name in _ALIASES.items():
        shutil.copytree(folder / name, folder / alias)
    pictures = dict.fromkeys(re.findall(r"[\"']([\w/]+\.(?:jpg|png))[\"']", programs))
    for number, name in enumerate([*pictures, *(f"{each}.jpg" for each in range(8))]):
        tiny_models.draw(folder / name, number)
    for number in range(500):
        tiny_models.draw(folder / "stamps" / f"{number:04d}.png", number, (16, 16))
    for place in ("photos", "album", "albums/one", "albums/two"):
        for number in range(3):
            tiny_models.draw(folder / place / f"{number}.jpg", number)
    return folder


@contextmanager
def _asked(program: str) -> Iterator[None]:
    """A question is answered once, and then the input ends."""
    before, asked, arguments = builtins.input, iter([QUERY]), sys.argv

    def answer(_: object = "") -> str:
        try:
            return next(asked)
        except StopIteration:
            raise EOFError from None

    builtins.input = answer
    sys.argv = [NAME, "boat.jpg", "--caption", QUERY]
    try:
        yield
    except EOFError:
        assert "input(" in program
    finally:
        builtins.input, sys.argv = before, arguments


def linted(program: str) -> tuple[Finding, ...]:
    """Every finding of a program, notes and rules in preview included."""
    found = clip_lint.lint_source(
        program, filename=NAME, isolated=True, preview=True, min_severity=Severity.NOTE
    )
    return found.findings


def watch(
    program: str, folder: Path, findings: tuple[Finding, ...] | None = None
) -> tuple[Result, BaseException | None]:
    """What a run of a program in ``folder`` says of its findings, or of those given, and what ended it."""
    import torch

    (folder / NAME).write_text(program, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "program"}
    torch.manual_seed(0)
    ended: BaseException | None = None
    with (
        clip_lint.observe([NAME], base=folder, findings=findings or linted(program)) as seen,
        _asked(program),
    ):
        try:
            exec(compile(program, str(folder / NAME), "exec", dont_inherit=True), names)  # noqa: S102 - our own programs
        except EOFError:
            raise
        except Exception as error:
            ended = error
    return seen.result, ended


def said(result: Result, code: str) -> list[Seen]:
    """What a run says of the findings of one code."""
    return [each.seen for each in result.outcomes if each.finding.code == code]
