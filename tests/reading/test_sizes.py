"""Values that a few lines make larger than memory: the file is linted all the same, and at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.checks import run
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.model import Source
from clip_lint.syntax.parse import parse

HEAD = "import clip, torch\nmodel, preprocess = clip.load('ViT-B/32')\n"
TAIL = "with torch.no_grad():\n    raw = model.encode_text(clip.tokenize(x))\nscores = raw @ raw.T\n"


def lint(program: str) -> set[str]:
    source = Source("program.py", Path("/nowhere/program.py"), program)
    return {finding.code for finding in run(read(source, parse(program), None, Versions()))}


GROWING = {
    "a list of itself": "x = ['a cat']\n" + "x = [x, x]\n" * 60,
    "a branch": "x = 'a cat'\n" + "if c: x = [x, x]\n" * 40,
    "a mapping": "x = {'a': 'cat'}\n" + "if c: x = {'base': x, 'over': x}\n" * 40,
    "a tuple": "x = 'a cat'\n" + "x = (x, x, x)\n" * 60,
    "a nest": "x = 'a cat'\n" + "x = [x]\n" * 3000,
    "a list added": "x = ['a cat']\n" + "x = x + x\n" * 60,
    "a list in place": "x = ['a cat']\n" + "x += x\n" * 60,
    "a list extended": "x = ['a cat']\n" + "x.extend(x)\n" * 60,
    "a list appended to itself": "x = ['a cat']\n" + "x.append(x)\n" * 60,
    "a list times": "x = ['a cat'] * 99999999999999999999\n",
    "a set": "x = frozenset(['a'])\n" + "x = frozenset([x, (x, x)])\n" * 60,
    "a starred list": "x = ['a cat']\n" + "x = [*x, *x]\n" * 60,
    "a comprehension": "x = ['a cat']\n" + "x = [y for y in x for z in x]\n" * 60,
    "a partial": "from functools import partial\nx = print\n" + "x = partial(x, x, x)\n" * 60,
    "defaults": "x = 'a cat'\n" + "x = lambda a=x, b=x: a\n" * 60,
    "an argument": "def twice(x):\n    return [x, x]\nx = 'a cat'\n" + "x = twice(x)\n" * 60,
    "a text added": "x = 'a cat'\n" + "x = x + x\n" * 60,
    "a text in place": "x = 'a cat'\n" + "x += x\n" * 60,
    "a text formatted": "x = 'a cat'\n" + "x = f'{x}{x}'\n" * 60,
    "a text filled": "x = 'a cat'\n" + "x = '{}{}'.format(x, x)\n" * 60,
    "a text by percent": "x = 'a cat'\n" + "x = '%s%s' % (x, x)\n" * 60,
    "a text joined": "x = 'a cat'\n" + "x = x.join([x, x, x])\n" * 60,
    "a text replaced": "x = 'aa'\n" + "x = x.replace('a', x)\n" * 60,
    "a text times": "x = 'a cat' * 9999999999\n",
    "a path": "import os\nx = 'a'\n" + "x = os.path.join(x, x)\n" * 60,
    "a number": "n = 7\n" + "n = n * n\n" * 60 + "x = f'{n} cats'\n",
    "a power": "n = 7 ** 7 ** 7 ** 7\nx = f'{n} cats'\n",
    "a shifted number": "n = 1 << 99999999999\nx = f'{n} cats'\n",
    "a long number": "n = " + "9" * 4000 + "\nx = f'{n} cats'\n",
    "a range": "x = [f'{i} cats' for i in range(99999999999999999999)]\n",
    "a count": "x = [f'{i} cats' for i, _ in enumerate(['a'], 99999999999999999999)]\n",
    "loops": "x = []\n"
    + "".join(f"{'    ' * i}for a{i} in 'abcdef':\n" for i in range(8))
    + "    " * 8
    + "x.append(f'{a0}{a1}{a2}{a3}{a4}{a5}{a6}{a7}')\n",
}


@pytest.mark.parametrize("lines", GROWING.values(), ids=GROWING.keys())
def test_what_grows_without_end_is_given_up_and_the_rest_is_linted(lines: str) -> None:
    assert "CLP201" in lint(HEAD + lines + TAIL)


def test_a_table_written_as_branches_is_read_to_its_last_one() -> None:
    branches = "".join(f"elif kind == {number}:\n    x = 'a cat'\n" for number in range(900))
    assert "CLP201" in lint(HEAD + "if kind is None:\n    x = 'a dog'\n" + branches + TAIL)
    last = branches + "else:\n    scores = model.encode_text(x) @ model.encode_text(x).T\n"
    assert "CLP201" in lint(HEAD + "if kind is None:\n    x = 'a dog'\n" + last)


@pytest.mark.parametrize("bound", ["9" * 4000, "10 ** 400", "9" * 400])
def test_a_score_may_be_compared_with_any_number(bound: str) -> None:
    text = HEAD + "x = ['a cat', 'a dog']\n" + TAIL + f"if scores[0][0] > {bound}:\n    print('cat')\n"
    assert "CLP201" in lint(text)
