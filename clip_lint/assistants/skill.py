"""SKILL.md: the decision tree of the references in the form that coding assistants load by themselves."""

from __future__ import annotations

import re

from clip_lint.core.version import __version__
from clip_lint.report.pages import references, section, standing_alone

FILE = "SKILL.md"
_MARK = "<!-- Written by `clip-lint skill`; write it anew instead of editing it. -->"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 64

_HEAD = """\
---
name: {name}
description: When CLIP-style image-text models (CLIP, OpenCLIP, SigLIP) are the wrong tool and what to use instead. \
Read it before writing or reviewing code that searches, sorts, tags, counts or checks images with text.
---

{mark}

# Is CLIP the right model here?

CLIP compares a picture with a caption. It is not to be relied on for counting, left and right, which object has which
colour, a "not", or reading. Decide what the program asks the model to *tell apart*, then follow the tree.

## The decision tree

{tree}

## The models

{models}

`clip-lint explain alternatives` lists the sources of the figures.

## Check with clip-lint

clip-lint {version} answers without running any model:

- `clip-lint query "how many cars are in this image"`, or `clip-lint query --label "two dogs" --label "three dogs"`: does
  CLIP fit, and what does if not? Exit status 1 means: use something else.
- `clip-lint FILE.py`: faults in code that uses such models, each with its remedy; `clip-lint --fix FILE.py` mends what is safe.
- `clip-lint explain CLP201` or `clip-lint explain counting`: why, with figures and sources.

Do not propose CLIP for what the first command turns down: other words for the same question do not teach the model to count.
Ask another one only where it says what is wanted, such as `an empty street` for `a street without cars`.
"""


def text(folder: str) -> str:
    """The skill's text; its name is the folder's where that may be one."""
    page = references()["alternatives"]
    return _HEAD.format(
        name=folder if _NAME.fullmatch(folder) and len(folder) <= _LONGEST else "clip-lint",
        mark=_MARK,
        tree=standing_alone(section(page, "The decision tree")),
        models=standing_alone(section(page, "The models")),
        version=__version__,
    )


def is_ours(content: str) -> bool:
    """Whether a SKILL.md was written by clip-lint."""
    return _MARK in content
