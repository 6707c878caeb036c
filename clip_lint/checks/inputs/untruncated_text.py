"""CLP305: text of any length into a tokenizer that does not cut, or ids cut by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.inputs.tokenizers import lacks_padding, of_several_libraries
from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten, Fault
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import USUAL_CONTEXT, context_length
from clip_lint.reading.marks import FIELD, is_sent, is_typed
from clip_lint.reading.operations.targets import REPEATED
from clip_lint.reading.shortening import is_shortened
from clip_lint.reading.values import OneOf, Seq, Text, Tristate, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Tokenize
    from clip_lint.reading.values import Component, Value


_QUERY = re.compile(r"query|search|user", re.IGNORECASE)
"""Parameters that a user fills, whatever constants the examples in the file pass."""
_FIELD = re.compile(r"text_input|text_area|chat_input")
"""What a page takes from its user, whatever it shows before."""
_WORD = re.compile(r"[^\W\d_]")
_PART = re.compile(r"r?split|r?partition")
"""What fills a hole and is a piece of a text that was taken apart."""
_NAMED = re.compile(r"(?:name|class|label|object|category|noun)s?$", re.IGNORECASE)
"""What ends so is short, whatever it is the name of: `query_object_name`."""
_CAPTION = re.compile(r"caption_?\d")
_LONG = re.compile(
    r"desc|caption|sentence|text|query|prompt|title|comment|summar|review|question", re.IGNORECASE
)
_BOUNDED = re.compile(
    r"ctx|label|class|categor|keyword|\bname|_name|tag|species|breed|color|template|attribute|concept|\bobj|literal_eval",
    re.IGNORECASE,
)

_PARAGRAPHS = re.compile(
    r"desc|comment|summar|review|answer|article|document|paragraph|respon", re.IGNORECASE
)
"""What is called so comes in sentences, or is written by a model."""
_NEAR = 3
"""A text of more words than such a part of the tokens that a model reads speaks for others that are too long."""


def _is_bounded(value: Value, argument: str, depth: int = 0) -> bool:
    """Whether texts are surely short: written in the code, or a template around class names."""
    alternatives = options(value)
    has_texts = any(isinstance(option, Text) for option in alternatives)
    for option in alternatives:
        if isinstance(option, Text):
            # A template around something: a class name, unless it is called a description, a query or the like.
            if option.is_holed and (
                _LONG.search(option.hole) and not _NAMED.search(option.hole)
                if option.text != "{}" and (_WORD.search(option.text) or not _PART.fullmatch(option.hole))
                else not _BOUNDED.search(f"{option.hole} {argument}")
            ):
                return False
        elif isinstance(option, Seq) and depth < 3:
            if not option.is_whole and not option.items and not _BOUNDED.search(f"{option.name} {argument}"):
                return False
            if not all(_is_bounded(item, argument, depth + 1) for item in option.items):
                return False
        elif isinstance(option, Unknown) and has_texts:
            # The rest of a list whose known members are short, unless they are what a user sees before writing.
            if option.is_parameter and _QUERY.search(f"{option.name} {argument}"):
                return False
            if _is_of_field(option) and not _BOUNDED.search(argument):
                return False
        elif isinstance(option, Unknown) and option.source == REPEATED and option.name == "listdir":
            continue  # a folder, called after what is in it
        elif isinstance(option, Unknown) and _CAPTION.fullmatch(argument.strip("[]")):
            continue  # one sentence, in the sets of hard pairs that call it so
        elif isinstance(option, Unknown) and not _BOUNDED.search(f"{option.name} {argument}"):
            return False
    return True


def _is_open(value: Value) -> bool:
    """Whether some of the texts are not known."""
    return any(
        isinstance(option, Unknown)
        or (isinstance(option, Text) and option.is_holed)
        or (
            isinstance(option, Seq)
            and (any(map(_is_open, option.items)) if option.items else not option.is_whole)
        )
        for option in options(value)
    )


def _severity(tokenize: Tokenize, *, is_asked: bool) -> Severity | None:
    """None, which is a warning, where somebody far away writes the text, or it comes in paragraphs; else a note.

    Whoever types a search at a program of his own, or runs it over the captions of a data set, sees the error and knows what to do,
    and most such texts are short; a server fails for its users. So are labels that come with a request.
    """
    texts = tokenize.tokens.texts
    names = [tokenize.argument, *_names(texts)]
    if is_asked or _holds(texts, _is_sent):
        return Severity.NOTE if any(map(_BOUNDED.search, names)) else None
    by = tokenize.tokens.by
    length = context_length(by.checkpoint if by is not None else None) or USUAL_CONTEXT
    if any(len(text.split()) > length // _NEAR for text in _known_texts(texts)):
        return None
    return None if any(map(_PARAGRAPHS.search, names)) else Severity.NOTE


def _holds(texts: Value, is_one: Callable[[Text | Unknown], bool], depth: int = 0) -> bool:
    """Whether some of the texts, or what fills them, are of a kind."""
    return any(
        any(_holds(item, is_one, depth + 1) for item in option.items)
        if isinstance(option, Seq) and depth < 3
        else isinstance(option, (Text, Unknown)) and is_one(option)
        for option in options(texts)
    )


def _is_of_field(text: Text | Unknown) -> bool:
    """Whether a field of a page gives it."""
    return text.source.startswith(FIELD) or (
        isinstance(text, Unknown) and _FIELD.fullmatch(text.name) is not None
    )


def _is_sent(text: Text | Unknown) -> bool:
    """Whether a page or a request brings it."""
    return is_sent(text.source) or _is_of_field(text)


def _is_typed(text: Text | Unknown) -> bool:
    """Whether a user gives it: names of classes are short until somebody writes a sentence."""
    return is_typed(text.source) or _is_of_field(text)


def _names(texts: Value) -> Iterator[str]:
    """What the texts that are not known are called, in the code that they come from."""
    for option in options(texts):
        if isinstance(option, Seq):
            yield option.name
            for item in option.items:
                yield from _names(item)
        elif isinstance(option, Unknown):
            yield option.name
        elif isinstance(option, Text) and option.is_holed:
            yield option.hole


def _known_texts(texts: Value) -> list[str]:
    """The texts that are written in the code, of all paths."""
    found: list[str] = []
    for option in options(texts):
        if isinstance(option, Seq):
            for item in option.items:
                found += _known_texts(item)
        elif isinstance(option, Text) and not option.is_holed:
            found.append(option.text)
    return found


@check("CLP305")
def untruncated_text(facts: Facts) -> Iterator[Finding]:
    """Text of any length into a tokenizer that does not cut, or ids cut by hand."""
    cut = {sliced.tokens.site.key for sliced in facts.sliced if sliced.tokens.site is not None}
    mixed = of_several_libraries(facts)
    encoded = {encode.tokens.site for encode in facts.encodes if encode.tokens is not None}
    for tokenize in facts.tokenizes:
        tokens = tokenize.tokens
        if tokenize.site.key in cut or tokenize.site.key in mixed:
            continue
        if lacks_padding(tokenize, facts.libraries):
            continue  # what CLP302 tells to write cuts as well
        is_used = tokens.site in encoded
        if not is_used and (tokenize.site.key in facts.measured or _is_cut_as_well(tokenize, facts)):
            continue
        if (
            not tokenize.raises
            or tokens.truncation is not Tristate.NO
            or (isinstance(tokens.texts, OneOf) and not tokens.texts.options)
        ):
            continue
        if is_shortened(tokens.texts):
            continue
        is_asked = tokenize.is_asked and _is_open(tokens.texts)
        if tokenize.is_parameter and tokenize.argument == "caption" and not is_asked:
            continue  # one sentence, whoever calls it
        is_named_short = _is_bounded(tokens.texts, tokenize.argument) and not (
            tokenize.is_parameter and _QUERY.search(tokenize.argument)
        )
        if is_named_short and not (is_asked or _holds(tokens.texts, _is_typed)):
            continue
        option = _option(tokenize.library, facts)
        yield report(
            "CLP305",
            tokenize.site,
            message=f"{_text_name(tokenize)} may be of any length and is not truncated: {_consequence(tokens.by, facts)}",
            help=f"pass `{option}=True`{_of_training(tokens.by, facts)}",
            severity=Severity.NOTE
            if (is_named_short and not is_asked) or tokenize.is_answered or _has_room(tokens.by, facts)
            else _severity(tokenize, is_asked=is_asked),
            checkpoint=tokens.by.checkpoint if tokens.by is not None else None,
            details=[("option", option, None)],
        )
    made_by = {each.tokens.site: each.library for each in facts.tokenizes}
    for sliced in facts.sliced:
        if sliced.tokens.truncation is Tristate.YES or sliced.tokens.site not in encoded:
            continue
        option = _option(made_by.get(sliced.tokens.site) or "transformers", facts)
        told = (
            f"`{option}=True`"
            if _knows_length(sliced.tokens.by, facts)
            else f"`{option}=True` with `max_length`"
        )
        yield report(
            "CLP305",
            sliced.tokens.site or sliced.site,
            message=f"the token ids are cut with a slice, which drops the end token of a longer text: {_without_end(sliced.tokens.by, facts)}",
            help=f"let the tokenizer cut at the model's length: {told} keeps the end token",
            related=[(sliced.site, "the ids are cut here")],
            details=[
                ("option", option if told == "`truncation=True`" else "", None),
                ("cut", "by hand", None),
            ],
            checkpoint=sliced.tokens.by.checkpoint if sliced.tokens.by is not None else None,
            written=AsWritten(fault=Fault.CUT_BY_HAND),
        )


def _has_room(by: Component | None, facts: Facts) -> bool:
    """Whether a model has positions for several times the texts that it was trained on: nobody writes so much by chance."""
    return by is not None and facts.libraries.trait(by.checkpoint.family).positions is not None


def _option(library: str, facts: Facts) -> str:
    """The keyword that lets a library's tokenizers cut."""
    return facts.libraries.of(library).cut_by if library else "truncate"


def _knows_length(by: Component | None, facts: Facts) -> bool:
    """Whether a tokenizer that is told to cut does so where the model was trained: BERT's and Gemma's cut later, or nowhere."""
    family = facts.libraries.trait(by.checkpoint.family if by is not None else None)
    return not family.no_length and family.pools != "first"


def _without_end(by: Component | None, facts: Facts) -> str:
    """What comes of a text without its end token, by where the model takes the embedding."""
    pools = facts.libraries.trait(by.checkpoint.family).pools if by is not None else "end"
    if pools == "first" or (by is not None and context_length(by.checkpoint) is None):
        return "the model was trained on texts that have one"
    if pools == "last":
        return "the embedding is taken at the last position, where another token stands then than in training"
    return "CLIP reads the embedding off that token, so longer texts get a wrong one"


def _is_cut_as_well(tokenize: Tokenize, facts: Facts) -> bool:
    """Whether the same function lets the same tokenizer cut the same text: the whole then tells what was cut off."""
    return any(
        other.tokens.truncation is Tristate.YES
        and other.tokens.by == tokenize.tokens.by
        and other.argument == tokenize.argument
        and other.site.function == tokenize.site.function
        for other in facts.tokenizes
    )


def _consequence(by: Component | None, facts: Facts) -> str:
    positions = facts.libraries.trait(by.checkpoint.family).positions if by is not None else None
    if positions is not None:
        return f"more tokens than in training go in silently, and more than {positions} raise an error"
    return f"a text of more tokens than {_limit(by)} raises an error"


def _of_training(by: Component | None, facts: Facts) -> str:
    """What is to be passed beside it where the tokenizer knows another length than the training's."""
    positions = facts.libraries.trait(by.checkpoint.family).positions if by is not None else None
    return " with the training's length as `max_length`: else it cuts later" if positions is not None else ""


def _limit(by: Component | None) -> str:
    checkpoint = by.checkpoint if by is not None else None
    length = context_length(checkpoint)
    if checkpoint is None or checkpoint.name is None or length is None:
        return "the model reads (77 for CLIP)" if length == 77 else "the model reads"
    return f"the {length} that {checkpoint} reads"


def _text_name(tokenize: Tokenize) -> str:
    argument = tokenize.argument
    return f"`{argument}`" if argument and len(argument) <= 40 else "the text"
