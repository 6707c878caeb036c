"""What a program says of the versions that it runs with."""

from __future__ import annotations

import re
from functools import cache

from clip_lint.knowledge.versions import canonical, gone, names_watched, newest
from clip_lint.settings.values import specifier_of

LONGEST_LINE = 500
"""No requirement is longer; what follows it (markers, hashes, remarks) is cut off before that."""
_TOLD = re.compile(r"\bpip3?\b.*?\binstall\b|#")
"""Where a line begins to name what it installs or needs."""


_IMPORT = re.compile(
    r"""^(?:[ \t]*")?from[ ]([\w.]+)[ ]import[ ](\([^)]*\)|[^\n(]*)""", re.MULTILINE | re.VERBOSE
)
"""An import at the top of a program or of a notebook's cell: one that is further in may be a second choice."""


def own_pins(data: bytes) -> dict[str, str]:
    """What a program or notebook says of its own versions: `!pip install transformers==4.40`, or `# transformers==4.40`.

    So does an import of what newer releases no longer have, where nothing else does.
    """
    pins = _of_imports(data)
    if b"=" not in data and b"<" not in data:
        return pins
    for line in data.decode("utf-8", "replace").splitlines():
        told = _TOLD.search(line[:LONGEST_LINE]) if "#" in line or "install" in line else None
        if told is None:
            continue
        for name, version in _named().findall(line[told.end() : LONGEST_LINE]):
            specifier = specifier_of(version.rstrip(","))
            if specifier:
                pins[canonical(name)] = specifier
    return {name: specifier for name, specifier in pins.items() if name in newest()}


def _of_imports(data: bytes) -> dict[str, str]:
    if not any(name.encode() in data for names in gone().values() for name in names):
        return {}
    return {
        canonical(names[word][0]): names[word][1]
        for package, imported in _IMPORT.findall(data.decode("utf-8", "replace"))
        for names in (gone().get(package.partition(".")[0], {}),)
        for word in re.findall(r"\w+", imported)
        if word in names
    }


@cache
def _named() -> re.Pattern[str]:
    """A distribution whose version matters, with a specifier right behind it."""
    return re.compile(
        rf"(?<![\w./-])({names_watched().pattern})(?:\[[\w,-]*\])?((?:(?:[<>!~]=?|==)[\d.*]+,?)+)",
        re.IGNORECASE,
    )
