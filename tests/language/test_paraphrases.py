"""The same reading for the same request, whatever its words: over families that are generated, not listed."""

from __future__ import annotations

from collections import Counter, defaultdict

import paraphrases
import pytest
from paraphrases import Paraphrase

from clip_lint.engine.query import Verdict, answer
from clip_lint.engine.requests import Request

NEEDED = 0.95
"""The share of a family's paraphrases that must have its reading."""
PHENOMENA = frozenset(f"CLP{number}" for number in range(101, 108))


def is_read_right(paraphrase: Paraphrase) -> bool:
    given = answer(Request(paraphrase.texts, is_set=len(paraphrase.texts) > 1))
    wanted = paraphrase.reading
    codes = {finding.code for finding in given.findings} & PHENOMENA
    best = given.alternatives[0].key if given.alternatives else ""
    return (
        wanted.codes <= codes
        and (bool(wanted.codes) or wanted.verdict == "alternative" or not codes)
        and given.verdict.value == wanted.verdict
        and (not wanted.alternatives or best in wanted.alternatives)
    )


@pytest.mark.parametrize("generate", [paraphrases.captions, paraphrases.contrasts, paraphrases.wishes])
def test_paraphrases_have_one_reading(generate: object) -> None:
    wrong: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    number: Counter[str] = Counter()
    for paraphrase in generate():  # type: ignore[operator]
        number[paraphrase.family] += 1
        if not is_read_right(paraphrase):
            wrong[paraphrase.family].append(paraphrase.texts)
    assert number
    for family, found in wrong.items():
        assert len(found) <= (1 - NEEDED) * number[family], (
            f"{family}: {len(found)} of {number[family]}, {found[:5]}"
        )


def test_there_are_two_thousand_of_them() -> None:
    families = (paraphrases.captions(), paraphrases.contrasts(), paraphrases.wishes())
    texts = {paraphrase.texts for family in families for paraphrase in family}
    assert len(texts) >= 2000


def test_one_thing_with_its_parts_binds_nothing() -> None:
    sent_away = [
        text for text in paraphrases.descriptions() if answer(Request((text,))).verdict is Verdict.ALTERNATIVE
    ]
    assert len(sent_away) <= 6, sent_away[:10]
