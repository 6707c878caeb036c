"""Generated programs with nested, chained and repeated faults, and lines that no fix has to do with."""

from __future__ import annotations

from hypothesis import strategies as st

CLIPS = ("openai/clip-vit-base-patch32", "openai/clip-vit-large-patch14", "google/siglip-base-patch16-224")
HEADERS = (
    "",
    '"""A module."""\n',
    "from __future__ import annotations\n",
    '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""A module."""\n\nfrom __future__ import annotations\n\nimport os\n',
)
IMPORTS = (
    "import torch\n",
    "import torch\nimport torch.nn.functional as F\n",
    "import torch as th\nfrom torch.nn import functional as func\n",
    "",
)
NORMAL = (
    "",
    "    {x} = {x} / {x}.norm(dim=-1, keepdim=True)\n",
    "    {x} /= {x}.norm(dim=-1, keepdim=True)  # length one\n",
)
TAILS = ("", ".pooler_output")
DECORATORS = ("", "@lru_cache(maxsize=None)\n", "@staticmethod\n")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A module: imports, loads, and functions full of faults; every ``untouched`` line is free of them."""
    model, other = draw(st.sampled_from(CLIPS)), draw(st.sampled_from(CLIPS))
    torch = draw(st.sampled_from(IMPORTS))
    lines = [draw(st.sampled_from(HEADERS)), "import json\n\n" if draw(st.booleans()) else "", torch]
    lines.append("from PIL import Image\nfrom transformers import AutoModel, AutoProcessor\n\n")
    lines.append(_untouched(draw, ""))
    lines.append(f'model = AutoModel.from_pretrained("{model}")\n')
    lines.append(f'processor = AutoProcessor.from_pretrained("{other}")  # the processor\n')
    lines.append(_untouched(draw, ""))
    for number in range(draw(st.integers(1, 4))):
        lines.append(
            draw(st.sampled_from([_straight, _nested, _loop, _comprehension, _method, _module_level]))(
                draw, number
            )
        )
        lines.append(_untouched(draw, ""))
    text = "".join(lines)
    if draw(st.booleans()):
        text = text.replace("    ", "\t")
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text


def _untouched(draw: st.DrawFn, indent: str) -> str:
    number = draw(st.integers(0, 10**6))
    kind = draw(st.integers(0, 3))
    return (
        f"{indent}# untouched {number} - ünïcödé\n",
        f'{indent}value_{number} = "untouched {number}"   # as is\n',
        f'{indent}text_{number} = """untouched\n  {number} in a long string\n\tmodel(x)\n"""\n',
        "",
    )[kind]


def _texts(draw: st.DrawFn, argument: str) -> str:
    padding = draw(st.sampled_from(["", ", padding=True", ', padding="max_length"']))
    cut = draw(st.sampled_from(["", ", truncation=True", ", truncation=False"]))
    wrapped = draw(st.booleans())
    if wrapped:
        return f"processor(\n        text=[{argument}],  # the text\n        return_tensors='pt'{padding}{cut},\n    )"
    return f"processor(text=[{argument}], return_tensors='pt'{padding}{cut})"


def _straight(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    names = ["image_features", "text_features"]
    body = f"def straight_{number}(path, query):\n" + _untouched(draw, "    ")
    body += "    pixels = processor(images=Image.open(path), return_tensors='pt')\n"
    body += f"    tokens = {_texts(draw, 'query')}\n"
    body += f"    {names[0]} = model.get_image_features(**pixels){tail}  # of the picture\n"
    body += draw(st.sampled_from(NORMAL)).format(x=names[0])
    body += f"    {names[1]} = model.get_text_features(**tokens){tail}\n"
    body += draw(st.sampled_from(NORMAL)).format(x=names[1])
    body += f"    scores = {names[0]} @ {names[1]}.T\n"
    ends = [
        "scores.softmax(dim=-1)",
        "scores.softmax(-1).tolist()",
        "scores.argmax()",
        "(scores).softmax(dim=1)",
    ]
    return body + f"    return {draw(st.sampled_from(ends))}\n"


def _nested(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    text = f"model.get_text_features(**processor(text=[query], return_tensors='pt')){tail}"
    image = f"model.get_image_features(**processor(images=Image.open(path), return_tensors='pt')){tail}"
    ends = [
        f"({image} @ {text}.T).softmax(dim=-1)",
        f"{image} @ {text}.T",
        f"({text} @ ({image}).T).tolist()",
    ]
    return f"def nested_{number}(path, query):\n    return {draw(st.sampled_from(ends))}  # at once\n"


def _loop(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    body = f"def loop_{number}(paths, query):\n    found = []\n" + _untouched(draw, "    ")
    body += "    for path in paths:\n"
    body += "        pixels = processor(images=Image.open(path), return_tensors='pt')\n"
    body += f"        text = model.get_text_features(**processor(text=['a dog', 'a cat'], return_tensors='pt', padding=True)){tail}\n"
    body += f"        image = model.get_image_features(**pixels){tail}\n"
    body += "        if path.endswith('.png'):\n            print(path)\n" if draw(st.booleans()) else ""
    return body + "        found.append((image @ text.T).softmax(dim=-1))\n    return found\n"


def _comprehension(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    call = f"model.get_text_features(**processor(text=[q], return_tensors='pt')){tail}"
    return (
        f"def listed_{number}(queries, image):\n    rows = [{call} for q in queries]\n"
        f"    first = lambda q: {call}\n    return [row @ first(image).T for row in rows]\n"
    )


def _method(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    return (
        f"class Index_{number}:\n    def __init__(self):\n"
        f'        self.model = AutoModel.from_pretrained("{draw(st.sampled_from(CLIPS))}")\n'
        f'        self.processor = AutoProcessor.from_pretrained("{draw(st.sampled_from(CLIPS))}")\n\n'
        "    def embed(self, text):\n        tokens = self.processor(text=text, return_tensors='pt')\n"
        f"        return self.model.get_text_features(**tokens){tail}\n\n"
        "    def compare(self, one, other):\n        return self.embed(one) @ self.embed(other).T\n"
    )


def _module_level(draw: st.DrawFn, number: int) -> str:
    tail = draw(st.sampled_from(TAILS))
    keep = draw(st.sampled_from(["", "  # noqa: CLP402", "  # clip-lint: ignore[CLP307] checked"]))
    return (
        f"inputs_{number} = processor(text=['a red car', 'a blue car'], images=Image.open('x.jpg'), return_tensors='pt')\n"
        f"outputs_{number} = model(**inputs_{number}){keep}\n"
        f"shares_{number} = outputs_{number}.logits_per_image.softmax(dim={draw(st.sampled_from([0, 1, -1]))})\n"
        f"vector_{number} = model.get_image_features(pixel_values=inputs_{number}['pixel_values']){tail}{keep}\n"
        f"print(vector_{number} @ vector_{number}.T)\n"
    )
