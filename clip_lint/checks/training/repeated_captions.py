"""CLP502: each picture is to fit its own caption alone, although others of the batch have the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.operations.targets import CLASSES
from clip_lint.reading.usages import DIAGONAL
from clip_lint.reading.values import Scores, Seq, Text, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Value


@check("CLP502")
def repeated_captions(facts: Facts) -> Iterator[Finding]:
    """Row numbers as targets for captions that are made of class names."""
    told = set()
    for use in facts.usages:
        scores = use.of
        if use.kind != DIAGONAL or not isinstance(scores, Scores) or scores.texts is None:
            continue
        if scores.origin in told or not _are_of_classes(scores.texts) or "unique" in use.site.source.text:
            continue
        told.add(scores.origin)
        yield report(
            "CLP502",
            use.site,
            message="the captions are made of class names, so pictures of one class have the same caption, and `arange` targets count it as"
            " wrong for all but one of them: the loss pushes the others away from a caption that fits",
            help="compare each picture with one text for each class and pass the class numbers as targets, or give every picture with the"
            " same caption a share of the target",
            related=[(scores.origin, "pictures and captions are compared here")],
            checkpoint=scores.checkpoint,
        )


def _are_of_classes(texts: Value) -> bool:
    """Whether each text of a batch holds the name of the picture's class and nothing else that differs."""
    if not isinstance(texts, Seq) or texts.is_whole:
        return False
    known = [option for item in texts.items for option in options(item)]
    # Names that a template is put round, by a list written here: what a data set gives may be a caption for each picture.
    drawn = [each for each in known if isinstance(each, Text) and not each.is_holed and each.template]
    is_written = texts.place is not None and len(drawn) == len(known) > 1
    return any(map(_is_of_class, known)) or is_written


def _is_of_class(text: Value) -> bool:
    if isinstance(text, Unknown):
        return text.source == CLASSES
    return isinstance(text, Text) and text.is_holed and text.source == CLASSES and text.text.count("{}") == 1
