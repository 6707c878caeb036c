"""Programs round faults that safe fixes repair: the same encoding among statements that mind what is done to it, and others.

In the stories ``IMAGE<path>``, ``ENCODE<pixels>``, ``PIXELS<path>``, ``TEXT<texts>`` and ``TOKENS<texts>`` stand for what a library
calls them, and ``@`` behind a letter for a number of the story's own. What a story observes goes to ``seen``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st
from stories import FEEDING, LEAVING, LOADING, MINDING, OPENING, QUIET, SHOWN

_CLIP = "openai/clip-vit-base-patch32"
_HEAD = "from PIL import Image\n\nimport outside\n\nseen = []\n"


@dataclass(frozen=True, slots=True)
class Library:
    """How a library spells what the stories do."""

    load: str
    pixels: str
    encode: str
    tokens: str
    text: str
    fault: str = ""
    """What stands for the right spelling of a fault, where the library's words have one."""


CLIP = Library(
    'import clip\nimport torch\nLOAD\nmodel, preprocess = clip.load("ViT-B/32", device="cpu")\n',
    "preprocess(Image.open({})).unsqueeze(0)",
    "model.encode_image({})",
    "clip.tokenize({})",
    "model.encode_text(clip.tokenize({}))",
)
OPEN_CLIP = Library(
    "import open_clip\nimport torch\nLOAD\n"
    'model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")\n'
    'model.eval()\ntokenizer = open_clip.get_tokenizer("ViT-B-32")\n',
    "preprocess(Image.open({})).unsqueeze(0)",
    "model.encode_image({})",
    "tokenizer({})",
    "model.encode_text(tokenizer({}))",
)
TRANSFORMERS = Library(
    "import torch\nfrom transformers import CLIPModel, CLIPProcessor\nLOAD\n"
    f'model = CLIPModel.from_pretrained("{_CLIP}")\nprocessor = CLIPProcessor.from_pretrained("{_CLIP}")\n',
    'processor(images=Image.open({}), return_tensors="pt")["pixel_values"]',
    "model.get_image_features(pixel_values={})TAIL",
    'processor(text={}, return_tensors="pt", padding=True)',
    'model.get_text_features(**processor(text={}, return_tensors="pt", padding=True))TAIL',
    ".pooler_output",
)


@dataclass(frozen=True, slots=True)
class Surrounded:
    """A program (the cells of a notebook, or one text), the same with its output objects opened, and what it is made of."""

    parts: tuple[str, ...]
    meant: tuple[str, ...]
    stories: tuple[str, ...]


def _spelled(story: str, library: Library, number: int) -> str:
    story = re.sub(r"(?<=\w)@", str(number), story).replace("IMAGE<", "ENCODE<PIXELS<")
    for word, form in (
        ("PIXELS", library.pixels),
        ("ENCODE", library.encode),
        ("TOKENS", library.tokens),
        ("TEXT", library.text),
    ):
        while (found := re.search(rf"{word}<([^<>]*)>", story)) is not None:
            story = story[: found.start()] + form.format(found[1]) + story[found.end() :]
    return story


@st.composite
def surrounded(draw: st.DrawFn, *, is_calm: bool = False) -> Surrounded:
    """A program of one to four stories in one library, with comments and layouts of many kinds; nobody minds in calm ones."""
    library = draw(st.sampled_from([CLIP, CLIP, OPEN_CLIP, TRANSFORMERS, TRANSFORMERS]))
    tables = [QUIET, QUIET] if is_calm else [QUIET, QUIET, MINDING, LEAVING, SHOWN]
    if library is CLIP or library is TRANSFORMERS:
        tables.append(FEEDING)
    if library is TRANSFORMERS:
        tables.append(OPENING)
    if library is OPEN_CLIP:
        tables.append(LOADING)
    names, pieces = [], []
    for number in range(draw(st.integers(1, 4))):
        name, story = draw(st.sampled_from(sorted(draw(st.sampled_from(tables)).items())))
        names.append(name)
        pieces.append(_commented(draw, _spelled(story, library, number)))
    load = library.load.replace("LOAD", "import numpy as np\n" + _HEAD)
    is_open = draw(st.booleans()) if library.fault else True
    cells = [load, *pieces]
    styled = _style(draw, cells)
    tail = library.fault if is_open else ""
    text, meant = (tuple(each.replace("TAIL", tail) for each in styled) for tail in (tail, library.fault))
    as_cells = len(styled) > 1 and draw(st.integers(0, 5)) == 0
    if not as_cells:
        text, meant = ("".join(text),), ("".join(meant),)
    return Surrounded(text, meant, tuple(names))


def _commented(draw: st.DrawFn, story: str) -> str:
    """A story with a comment before it, behind its first line, or none."""
    kind = draw(st.integers(0, 4))
    if kind == 1:
        return "\n# what follows is kept\n" + story
    if kind == 2:
        return '\n\nnote = """model.encode_image(x)\n  as text"""\n' + story
    if kind == 3:
        return story + "# the end of it\n"
    return "\n" + story


def _style(draw: st.DrawFn, cells: list[str]) -> list[str]:
    """One layout for the whole program."""
    kind = draw(st.integers(0, 7))
    whole = "".join(cells)
    if kind == 1:
        return [re.sub(r"(?m)^( {4})+", lambda found: "\t" * (len(found[0]) // 4), each) for each in cells]
    if kind == 2:
        return [each.replace("\n", "\r\n") for each in cells]
    if kind == 3 and "global " not in whole and '"""' not in whole and "globals(" not in whole:
        body = "".join(f"    {line}\n" if line else "\n" for line in "".join(cells[1:]).split("\n"))
        return [cells[0], f"\n\ndef main():\n{body}\n\nmain()\n"]
    if kind == 4:
        renamed = [re.sub(r"\btorch\b", "th", each) for each in cells]
        return [renamed[0].replace("import th\n", "import torch as th\n"), *renamed[1:]]
    if kind == 5:
        return [cells[0].replace("import torch\n", '"""A program."""\nimport torch\n', 1), *cells[1:]]
    if kind == 6:
        return [*cells[:-1], cells[-1].rstrip("\n")]
    return cells
