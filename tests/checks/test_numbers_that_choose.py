"""A number decides a branch as a text does: what is written for other numbers is never made of it."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")


def worded(k):
{body}


@torch.no_grad()
def count(pixels):
    texts = [worded(k) for k in range(6)]
    logits, _ = model(pixels, clip.tokenize(texts))
    return int(logits.softmax(dim=-1).argmax())


@torch.no_grad()
def vectors():
    made = []
    for k in range(6):
        made.append(model.encode_text(clip.tokenize([worded(k)])))
    return torch.cat(made)
"""
ONE, MANY = 'f"a photo of {k} boat"', 'f"a photo of {k} boats"'


@pytest.mark.parametrize(
    "body",
    [
        f"    if k == 1:\n        return {ONE}\n    return {MANY}",
        f"    if 1 == k:\n        return {ONE}\n    else:\n        return {MANY}",
        f"    if k != 1:\n        return {MANY}\n    else:\n        return {ONE}",
        f"    if k != 1:\n        return {MANY}\n    return {ONE}",
        f"    if k == 1:\n        raise ValueError(k)\n    if k != 2:\n        return {MANY}\n    return 'a photo of a pair of boats'",
        f"    return {ONE} if k == 1 else {MANY}",
        f"    if k in (1,):\n        return {ONE}\n    return {MANY}",
        f"    if k == 0:\n        return 'a photo of an empty quay'\n    if k == 1:\n        return {ONE}\n    return {MANY}",
    ],
)
def test_no_message_names_a_text_that_is_never_made(body: str) -> None:
    found = [
        each.message
        for each in lint_source(PROGRAM.format(body=body), isolated=True).findings
        if each.code == "CLP101"
    ]
    assert found
    for never in ("0 boat`", "2 boat`", "3 boat`", "1 boats`"):
        assert not any(never in message for message in found), found
