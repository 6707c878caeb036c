"""What holds for every text: no exception, evidence inside the text, no effect of case and blanks, no blow-up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clip_lint.language import Meaning, contrasts, narrow_kind, read_prompt
from clip_lint.language.labels import is_abstract, is_catch_all, is_key
from clip_lint.language.lexicon import lexicon
from clip_lint.language.roles import roles_of
from clip_lint.language.tagging import READ_CHARACTERS

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)
WORDS = st.lists(
    st.one_of(
        st.sampled_from(sorted(lexicon().words)),
        st.sampled_from(sorted(lexicon().relations)),
        st.sampled_from(sorted(lexicon().phrases)),
        st.sampled_from(
            ["dog", "cars", "'stop'", '"go"', "7", "12:43", ",", ".", "?", "-", "1980s", "can't", "t-shirt"]
        ),
    ),
    max_size=25,
)


def spans(meaning: Meaning) -> list[tuple[int, int]]:
    found = [*meaning.quotes]
    found += [count.span for count in meaning.counts]
    found += [relation.span for relation in meaning.relations]
    found += [pair.span for pair in (*meaning.attributes, *meaning.bindings)]
    found += [negation.span for negation in meaning.negations]
    found += [role.span for role in roles_of(meaning.text)]
    found += [writing.span for writing in meaning.writings]
    found += [kind.span for kind in meaning.kinds]
    return found + ([meaning.question.span] if meaning.question else [])


def phenomena(meaning: Meaning) -> tuple[object, ...]:
    return (
        [count.value for count in meaning.counts],
        [relation.value for relation in meaning.relations],
        [pair.words for pair in meaning.bindings],
        [negation.word for negation in meaning.negations],
        len(meaning.writings),
        [kind.name for kind in meaning.kinds],
        meaning.question and meaning.question.kind,
        meaning.language,
    )


SAID = (
    "two red dogs",
    "a cup left of a plate",
    "no hat",
    "the sign says 'stop'",
    "how many?",
    "a red cube and a blue ball",
)


@given(ANY_TEXT, st.sampled_from(SAID), ANY_TEXT)
def test_any_text_is_read(before: str, said: str, after: str) -> None:
    """Whatever stands round a phrase, what is found lies inside the text."""
    text = f"{before} {said} {after}"
    meaning = read_prompt(text)
    for start, end in spans(meaning):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


@given(WORDS)
def test_sentences_of_known_words_are_read(words: list[str]) -> None:
    text = " ".join(words)
    meaning = read_prompt(text)
    for start, end in spans(meaning):
        assert 0 <= start < end <= len(text)
    assert len(meaning.words) == len(meaning.tags)


@given(WORDS)
def test_case_does_not_matter(words: list[str]) -> None:
    text = " ".join(words)
    assert phenomena(read_prompt(text)) == phenomena(read_prompt(text.upper()))


@given(WORDS, st.lists(st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", "\u2003"]), min_size=1, max_size=5))
def test_blanks_do_not_matter(words: list[str], blanks: list[str]) -> None:
    spread = "".join(
        word.replace(" ", blanks[i % len(blanks)]) + blanks[i % len(blanks)] for i, word in enumerate(words)
    )
    if any(mark in spread for mark in "'\"") and "\n" in spread:
        return  # a quotation ends with its line
    assert phenomena(read_prompt(" ".join(words))) == phenomena(read_prompt(spread))


ALIKE = (
    *("two dogs", "three dogs", "a dog left of a cat", "a dog right of a cat", "a dog with a hat", "a dog without a hat"),
    *("a man bites a dog", "a dog bites a man", "a dog", "a sign that says 5", "a sign that says 6"),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.sampled_from(ALIKE), min_size=6, max_size=10, unique=True), st.lists(ANY_TEXT, max_size=2))
def test_any_label_set_is_compared(said: list[str], others: list[str]) -> None:
    """Two labels that differ by a number, a place, a negation or an order are told whatever else is in the set."""
    labels = [*others[:1], *said, *others[1:]]
    found = contrasts(tuple(labels))
    for contrast in found:
        assert contrast.first != contrast.second
        assert 0 <= contrast.first < len(labels)
        assert 0 <= contrast.second < len(labels)
    told = {label for contrast in found for label in (labels[contrast.first], labels[contrast.second])}
    for one, other in zip(ALIKE[:8:2], ALIKE[1:8:2], strict=True):
        if one in labels and other in labels:
            assert {one, other} <= told
    narrow_kind(labels, ["a {}, a type of bird", "{"])
    for label in labels:
        assert isinstance(is_key(label), str)
        assert isinstance(is_abstract(label), str)
        assert is_catch_all(label) in (True, False)


@pytest.mark.parametrize(
    "unit",
    ["'", '"', "' ", '" ', "\u2018", "no ", "a ", "two ", "red, ", "red and ", "-", "a-", "1.", "x'", "in front of ", "_", "a_", "/", "A/", "\ud800",
     "\u202e", "\x1b[31m", "`", "\u00ab", "left of the ", "n", "{}", "<", "the dog is "],
)  # fmt: skip
def test_long_texts_cost_no_more_than_their_length(unit: str) -> None:
    """A text far beyond what is read must not take minutes; reading works on a bounded part of it."""
    text = unit * (100_000 // len(unit))
    meaning = read_prompt(text)
    assert len(meaning.words) <= READ_CHARACTERS
    is_key(text[:20_000])
    contrasts((text, text + "x"))
