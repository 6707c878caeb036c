"""Text features that are made once: what moves, how it is written, and what keeps them where they are."""

from __future__ import annotations

import ast

import pytest
from mended import findings, mend

HEAD = """\
import time

import clip
import torch
import torch.nn.functional as F
from PIL import Image
from somewhere import stranger

model, preprocess = clip.load("ViT-B/32")
paths = ["a.jpg", "b.jpg"]
labels = ["a photo of a dog", "a photo of a cat"]
"""
LOOP = """\
for path in paths:
{before}    with torch.no_grad():
        image = F.normalize(model.encode_image(preprocess(Image.open(path)).unsqueeze(0)), dim=-1)
        text = F.normalize(model.encode_text(clip.tokenize(labels)), dim=-1)
    print(image @ text.T)
{after}"""
MOVED = """\
with torch.no_grad():
    text = F.normalize(model.encode_text(clip.tokenize(labels)), dim=-1)
"""


def test_the_encoding_and_what_is_made_of_it_alone_go_before_the_loop_and_its_comment() -> None:
    program = HEAD + "\n# each picture\n" + LOOP.format(before="", after="")
    repair, mended = mend(program, "CLP404")
    assert not repair.refused
    assert f"\n{MOVED}\n# each picture\nfor path in paths:\n" in mended
    assert mended.count("encode_text") == 1


def test_comments_right_above_a_line_go_with_it_and_empty_blocks_go_away() -> None:
    loop = (
        "for path in paths:\n    image = model.encode_image(preprocess(Image.open(path)).unsqueeze(0))\n"
        "    # the labels\n    tokens = clip.tokenize(labels)\n    with torch.no_grad():\n"
        "        text = model.encode_text(tokens)\n    print(image @ text.T)\n"
    )
    mended = mend(HEAD + loop, "CLP404")[1]
    assert (
        "with torch.no_grad():\n    # the labels\n    tokens = clip.tokenize(labels)\n    text = model.encode_text(tokens)\nfor path"
        in mended
    )
    assert mended.endswith("unsqueeze(0))\n    print(image @ text.T)\n")


def test_from_inner_loops_it_goes_before_the_outermost() -> None:
    inner = "".join(f"    {line}\n" for line in LOOP.format(before="", after="").splitlines())
    mended = mend(f"{HEAD}for paths in [['a.jpg'], ['b.jpg']]:\n{inner}", "CLP404")[1]
    assert f"{MOVED}for paths in" in mended


def test_a_function_of_the_module_gets_its_features_from_beside_it() -> None:
    program = (
        f"{HEAD}\n\n@torch.no_grad()\ndef score(path):\n"
        "    image = model.encode_image(preprocess(Image.open(path)).unsqueeze(0))\n"
        "    text = model.encode_text(clip.tokenize(labels))\n    return image @ text.T\n\n\n"
        "for path in paths:\n    print(score(path))\n"
    )
    mended = mend(program, "CLP404")[1]
    assert (
        "\n\nwith torch.no_grad():\n    text = model.encode_text(clip.tokenize(labels))\n\n\n@torch" in mended
    )
    late = program.replace('labels = ["a photo of a dog", "a photo of a cat"]\n', "").replace(
        "for path in paths:\n", 'labels = ["a photo of a dog", "a photo of a cat"]\nfor path in paths:\n'
    )
    assert findings(late, "CLP404")
    assert mend(late, "CLP404")[1] == late


@pytest.mark.parametrize(
    "calls",
    [
        "for path in paths:\n    with torch.no_grad():\n        print(score(path))\n",
        "@torch.no_grad()\ndef run():\n    for path in paths:\n        print(score(path))\n\n\nrun()\n",
        "def each():\n    return [score(path) for path in paths]\n\n\nwith torch.no_grad():\n    print(each())\n",
    ],
    ids=["called under it", "called by what is decorated", "called by what is called under it"],
)
def test_features_that_callers_keep_without_gradients_stay_so(calls: str) -> None:
    program = (
        f"{HEAD}\n\ndef score(path):\n    image = model.encode_image(preprocess(Image.open(path)).unsqueeze(0))\n"
        f"    text = model.encode_text(clip.tokenize(labels))\n    return image @ text.T\n\n\n{calls}"
    )
    assert findings(program, "CLP404")
    assert not findings(program, "CLP402")
    repair, mended = mend(program, "CLP402", "CLP404")
    assert not repair.refused
    assert (
        "\n\nwith torch.no_grad():\n    text = model.encode_text(clip.tokenize(labels))\n\n\ndef score"
        in mended
    )


def test_a_name_with_another_life_stays_and_the_call_alone_moves() -> None:
    program = HEAD + "text = None\n" + LOOP.format(before="", after="print(text is None)\n")
    mended = mend(program, "CLP404")[1]
    assert (
        "text = None\nwith torch.no_grad():\n    text_features = model.encode_text(clip.tokenize(labels))\nfor"
        in mended
    )
    assert "text = F.normalize(text_features, dim=-1)" in mended


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        ("", "    model.load_state_dict(states[path])\n", ""),
        ("", "    model.logit_scale = 3\n", ""),
        ("", "    stranger(model)\n", ""),
        ("", "    labels[0] = path\n", ""),
        ("", "", "    labels.append(path)\n"),
        ("", "", "    stranger(labels)\n"),
        ("", "", "    names = labels\n    names.append(path)\n"),
        ("def grow(new):\n    labels.append(new)\n\n\n", "", "    grow(path)\n"),
        ("def grow(these, new):\n    these += [new]\n\n\n", "", "    grow(labels, path)\n"),
        ("def change():\n    global model\n    model = stranger()\n\n\n", "", "    change()\n"),
        ("names = labels\n", "", "    names.append(path)\n"),
        ("names = labels\n", "", "    names += [path]\n"),
        ("labels = names = list(labels)\n", "", "    names[0] = path\n"),
        ("import random\n", "    random.shuffle(labels)\n", ""),
        ("", "", "    clip.tokenize = stranger(clip.tokenize)\n"),
        ("", "", "    model.encode_text = stranger(path)\n"),
        ("import heapq\n", "", "    heapq.heappush(labels, path)\n"),
        ("", "", "    globals()['labels'] = [path]\n"),
        ("", "", "    exec('labels.append(path)')\n"),
        ("model.train()\n", "", ""),
        ("", "    started = time.perf_counter()\n", ""),
    ],
)
def test_what_may_change_or_is_measured_keeps_the_encoding_in_the_loop(
    head: str, before: str, after: str
) -> None:
    program = HEAD + head + LOOP.format(before=before, after=after)
    ast.parse(program)
    assert mend(program, "CLP404")[1] == program


@pytest.mark.parametrize(
    ("grown", "is_mended"), [("labels.append(1)", False), ("len(labels)", True), ("paths.append(1)", True)]
)
def test_what_a_function_is_given_has_other_names_elsewhere(grown: str, is_mended: bool) -> None:
    loop = "".join(f"    {each}\n" for each in LOOP.format(before="", after="    grow()\n").splitlines())
    program = f"{HEAD}\n\ndef grow():\n    {grown}\n\n\ndef run(texts):\n{loop}\n\nrun(labels)\n".replace(
        "tokenize(labels)", "tokenize(texts)"
    )
    ast.parse(program)
    assert (mend(program, "CLP404")[1] != program) is is_mended


def test_the_loop_of_these_stories_is_mended_without_them() -> None:
    harmless = LOOP.format(before="    print(len(labels), model.visual)\n", after="    print(labels[0])\n")
    assert MOVED in mend(HEAD + harmless, "CLP404")[1]


def test_a_loop_that_only_repeats_is_left_as_it_is() -> None:
    program = f"{HEAD}for _ in range(5):\n    with torch.no_grad():\n        print(model.encode_text(clip.tokenize(labels)))\n"
    assert findings(program, "CLP404")
    assert mend(program, "CLP404")[1] == program


def test_features_that_the_round_before_left_are_not_moved() -> None:
    loop = LOOP.format(before="    if path != paths[0]:\n        print(text.shape)\n", after="")
    mended = mend(HEAD + loop, "CLP404")[1]
    assert "text = F.normalize(text_features, dim=-1)" in mended
    changed = LOOP.format(before="", after="    text.mul_(2)\n")
    assert MOVED not in mend(HEAD + changed, "CLP404")[1]


def test_features_that_each_round_changes_in_place_are_made_anew() -> None:
    program = (
        "import clip\nimport torch\n\nmodel, preprocess = clip.load('ViT-B/32')\nbest = []\nfor picture in pictures:\n"
        "    with torch.no_grad():\n        words = model.encode_text(clip.tokenize(['a fox', 'an owl'])){}\n"
        "        {}\n        best.append((model.encode_image(picture) @ words.T).argmax().item())\n"
    )
    for form in ("", ".float()"):
        for change in ("words *= len(best) + 1", "words[0] = len(best)", "words.mul_(len(best))"):
            text = program.format(form, change)
            assert mend(text, "CLP404")[1] == text
        assert mend(program.format(form, "print(len(best))"), "CLP404")[1] != program.format(
            form, "print(len(best))"
        )
