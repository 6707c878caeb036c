"""The reference of library tables, written from the schema: `python -m clip_lint.knowledge.reference docs/libraries.md`."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.knowledge.schema import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.knowledge.schema import Key, Operation

MARK = "<!-- From here on the page is written by `python -m clip_lint.knowledge.reference docs/libraries.md`. -->\n"
_TITLES = {
    "entry": "Keys of every call and method",
    "class": "Keys of a class in `[classes]`",
    "factory": "Keys of `[factory]`",
    "family": "Keys of a family in `[families]`",
    "endpoint": "Keys of a service in `[endpoints]`",
    "gate": "Keys of `[gate]`",
    "tokenization": "Keys of `[tokenization]`",
    "encode": "Keys of `[encode]`",
    "quickgelu": "Keys of `[quickgelu]`",
}
_TYPES = {
    "text": "text",
    "word": "",
    "list": "list of texts",
    "lists": "table of lists",
    "truth": "`true` or `false`",
    "number": "whole number",
    "table": "table of texts",
    "family": "family",
    "families": "list of families",
    "kind": "kind of value",
    "specifier": 'version range, as in `">=5"`',
}


def reference() -> str:
    """All keys, kinds of values and operations as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    schema = load_schema()
    yield from ("## All keys", "", "At the top of a table:", "")
    yield from _keys(schema.keys.values())
    yield from ("", "Sections:", "")
    for section in schema.sections.values():
        name = section.name if section.holds == "pairs" else f"[{section.name}]"
        yield f"- `{name}`: {section.means}"
    for form, title in _TITLES.items():
        yield from ("", f"### {title}", "")
        yield from _keys(schema.forms[form].values())
    yield from ("", "## Kinds of values", "", "Methods stand under `[methods.KIND]`:", "")
    yield from (f"- `{kind}`: {means}" for kind, means in schema.kinds.items())
    yield from ("", "## Operations", "", "`clip-lint libraries operations NAME` prints one of them.")
    for group, found in groupby(schema.operations.values(), key=lambda each: each.group):
        yield from ("", f"### {group}")
        for operation in found:
            yield from _operation(operation)
    yield ""


def _keys(keys: Iterable[Key]) -> Iterator[str]:
    for key in keys:
        required = ", required" if key.is_required else ""
        yield f"- `{key.name}` ({_type(key)}{required}): {key.means}"


def _type(key: Key) -> str:
    words = ", ".join(f"`{choice}`" if choice else '`""`' for choice in key.choices)
    named = [_TYPES[each] for each in key.types if _TYPES[each]]
    if "list" in key.types and words:
        named[named.index(_TYPES["list"])] = "list of such" if "word" in key.types else f"list of {words}"
    if "word" in key.types:
        named.insert(0, words)
    return ", or ".join(named)


def _operation(operation: Operation) -> Iterator[str]:
    yield from (
        "",
        f"`{operation.name}`{' (methods only)' if operation.is_method else ''}: {operation.means}",
    )
    if operation.arguments or operation.constants:
        yield ""
    for name, means in operation.arguments.items():
        yield f"- argument `{name}`: {means}"
    for key in operation.constants.values():
        required = ", required" if key.is_required else ""
        yield f"- constant `{key.name}` ({_type(key)}{required}): {key.means}"


def rewrite(page: Path) -> None:
    """Write the reference into a page, below the mark."""
    above, _, _ = page.read_text(encoding="utf-8").partition(MARK)
    page.write_text(f"{above}{MARK}\n{reference()}", encoding="utf-8")


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
