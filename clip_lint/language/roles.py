"""Who does what to whom: a thing, an action and another thing. Only contrasts between labels make use of it."""

from __future__ import annotations

import re

from clip_lint.language.meaning import Role
from clip_lint.language.tagging import tag

_ROLE = re.compile(r"(n)[b]?l?(v)[p]?[d12]?[lgcmszta]*(n+)")


def roles_of(text: str) -> tuple[Role, ...]:
    """Every agent-action-patient triple of a prompt, in order."""
    tagged = tag(text)
    tags, words = tagged.tags, tagged.words
    if "v" not in tags:
        return ()
    return tuple(
        Role(
            words[match.start(1)],
            words[match.start(2)],
            words[match.end(3) - 1],
            tagged.span(match.start(1), match.end(3) - 1),
        )
        for match in _ROLE.finditer(tags)
    )
