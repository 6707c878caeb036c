"""CLP502: each picture is to fit its own caption alone, although others of the batch have the same one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.operations.targets import CLASSES, REPEATED
from clip_lint.reading.usages import DIAGONAL
from clip_lint.reading.values import Scores, Seq, Text, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Value


_CHOOSES = re.compile(r"unique|batch_sampler")
"""Who asks which captions differ, or puts the batches together by hand, may see to it that none occurs twice."""


@check("CLP502")
def repeated_captions(facts: Facts) -> Iterator[Finding]:
    """Row numbers as targets for captions that are made of class names."""
    told = set()
    for use in facts.usages:
        scores = use.of
        if use.kind != DIAGONAL or not isinstance(scores, Scores) or scores.texts is None:
            continue
        texts = _members(scores.texts)
        is_grouped = any(isinstance(each, (Text, Unknown)) and each.source == REPEATED for each in texts)
        if scores.origin in told or _CHOOSES.search(use.site.source.text):
            continue
        if not is_grouped and not _are_of_classes(scores.texts, texts):
            continue
        told.add(scores.origin)
        yield report(
            "CLP502",
            use.site,
            message=f"{_GROUPED if is_grouped else _OF_CLASSES}: where a batch holds a caption twice, `arange` targets"
            " count the second one as wrong, and training pushes pictures away from a caption that fits them",
            help="compare each picture with one text for each class and pass the class numbers as targets, or spread each target evenly"
            " over the equal captions",
            related=[(scores.origin, "pictures and captions are compared here")],
            checkpoint=scores.checkpoint,
        )


_OF_CLASSES = "the captions are made of class names, so pictures of one class have the same caption"
_GROUPED = (
    "a loop puts one caption beside all pictures of a group (a class, a folder, a video), so they share it"
)


def _members(texts: Value) -> list[Value]:
    """The texts of a batch, those of the lists that it is put together from."""
    if not isinstance(texts, Seq) or texts.is_whole:
        return []
    inner = [each for item in texts.items for each in (item.items if isinstance(item, Seq) else (item,))]
    return [option for each in inner for option in options(each)]


def _are_of_classes(texts: Value, known: list[Value]) -> bool:
    """Whether each text of a batch holds the name of the picture's class and nothing else that differs."""
    if not isinstance(texts, Seq) or texts.is_whole:
        return False
    # Names that a template is put round, by a list written here: what a data set gives may be a caption for each picture.
    drawn = [each for each in known if isinstance(each, Text) and not each.is_holed and each.template]
    places = [texts.place, *(item.place for item in texts.items if isinstance(item, Seq))]
    is_written = any(place is not None for place in places) and len(drawn) == len(known) > 1
    return any(map(_is_of_class, known)) or is_written


def _is_of_class(text: Value) -> bool:
    if isinstance(text, Unknown):
        return text.source == CLASSES
    return isinstance(text, Text) and text.is_holed and text.source == CLASSES and text.text.count("{}") == 1
