"""What a known text answers to questions about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.values import UNKNOWN, Const, Seq, Text, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTIONS = frozenset({"startswith", "endswith", "isupper", "islower", "isdigit", "isalpha", "istitle"})


def asked(text: str, name: str, args: Sequence[Value]) -> Value:
    """What a known text answers to a question about itself: ``text.startswith("a ")``."""
    if not args:
        return Const(getattr(text, name)()) if name.startswith("is") else UNKNOWN
    known = args[0].items if isinstance(args[0], Seq) and args[0].is_whole else args
    affixes = tuple(each.text for each in known if isinstance(each, Text) and not each.is_holed)
    return Const(getattr(text, name)(affixes)) if len(affixes) == len(known) else UNKNOWN
