"""What CLP302 and CLP305 ask of a call of a tokenizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.knowledge.tables import Libraries
    from clip_lint.reading.facts import Facts, Tokenize


def of_several_libraries(facts: Facts) -> frozenset[int]:
    """Calls of what may be one library's tokenizer or another's: which it is where is not followed.

    Only those of Transformers take ``padding``.
    """
    libraries: dict[int, set[str]] = {}
    for tokenize in facts.tokenizes:
        if tokenize.tokens.padding in {"", "?"}:
            libraries.setdefault(tokenize.site.key, set()).add(tokenize.library)
    return frozenset(key for key, names in libraries.items() if len(names) > 1)


def lacks_padding(tokenize: Tokenize, libraries: Libraries) -> bool:
    """Whether a tokenizer that leaves padding to its caller is not asked to pad to the length that the model was trained with."""
    tokens = tokenize.tokens
    checkpoint = tokens.by.checkpoint if tokens.by is not None else None
    return (
        checkpoint is not None
        and libraries.trait(checkpoint.family).pads
        and libraries.of(checkpoint.library).leaves_padding
        and tokens.padding not in {"max_length", "?"}
    )


def of_other_models(facts: Facts) -> frozenset[int]:
    """Calls of tokenizers whose tokens go to models that were trained without padding, and to no other: CLP301 tells of those."""
    padded: dict[int, set[bool]] = {}
    for encode in facts.encodes:
        if encode.tokens is not None and encode.tokens.site is not None:
            pads = facts.libraries.trait(encode.model.checkpoint.family).pads
            is_known = bool(encode.model.checkpoint.name)
            padded.setdefault(encode.tokens.site.key, set()).add(pads or not is_known)
    return frozenset(key for key, found in padded.items() if found == {False})
