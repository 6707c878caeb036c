"""The settings as a JSON schema, for editors, and as a page, for people; `python -m clip_lint.settings.schema PAGE` writes the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from clip_lint.core.finding import Severity
from clip_lint.settings.formats import FORMATS
from clip_lint.settings.keys import KEYS
from clip_lint.settings.variables import VARIABLES

MARK = "<!-- From here on the page is written by `python -m clip_lint.settings.schema docs/settings.md`. -->"
_TEXTS = {"type": "array", "items": {"type": "string"}}
_SEVERITY = {"enum": [str(severity) for severity in Severity]}
_FORMAT = {"type": "string", "pattern": f"^({'|'.join(FORMATS)})(:.+)?$"}
_KINDS: dict[str, dict[str, Any]] = {
    "flag": {"type": "boolean"},
    "path_value": {"type": "string", "minLength": 1},
    "selectors": _TEXTS,
    "patterns": _TEXTS,
    "libraries": _TEXTS,
    "severity": _SEVERITY,
    "severities": {"type": "object", "additionalProperties": _SEVERITY},
    "per_file_ignores": {"type": "object", "additionalProperties": _TEXTS},
    "target_versions": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
    "formats": {"anyOf": [_FORMAT, {"type": "array", "items": _FORMAT}]},
    "color": {"enum": ["auto", "always", "never"]},
    "workers": {"type": "integer", "minimum": 0},
    "required_version": {"type": "string", "minLength": 1},
}
_WORDS = {
    "flag": "true or false",
    "path_value": "a path",
    "selectors": "a list of rules",
    "patterns": "a list of path patterns",
    "libraries": "a list of paths",
    "severity": "note, warning or error",
    "severities": "a table of rules with note, warning or error",
    "per_file_ignores": "a table of path patterns with lists of rules",
    "target_versions": "a table of packages with versions or ranges",
    "formats": f"one or a list of {', '.join(FORMATS)}",
    "color": "auto, always or never",
    "workers": "a number",
    "required_version": "a version or a range",
}


def schema() -> dict[str, Any]:
    """The JSON schema of `clip-lint.toml`, and of the table `tool.clip-lint` in `pyproject.toml`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "clip-lint",
        "description": "Settings of clip-lint, a linter for code that uses CLIP-style image-text models.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"description": key.means, **_KINDS[key.kind]} for name, key in KEYS.items()},
    }


def reference() -> str:
    """Every key as Markdown."""
    lines = []
    for name, key in KEYS.items():
        default = (
            f" Without it: {key.default if ' ' in key.default or not key.default.isascii() else f'`{key.default}`'}."
            if key.default
            else ""
        )
        lines += [f"## {name}", "", key.means, "", f"Takes {_WORDS[key.kind]}.{default}", ""]
    lines += [
        "## Environment variables",
        "",
        "An option goes before its variable, a variable before the configuration.",
        "",
    ]
    lines += [
        f"- `{name}`: {meaning.replace('[default: ', 'Without it: ').replace(']', '.')}"
        for name, meaning in VARIABLES.items()
    ]
    return "\n".join([*lines, ""])


def rewrite(page: Path) -> None:
    """Write the reference into a page, below the mark."""
    above, _, _ = page.read_text(encoding="utf-8").partition(MARK)
    page.write_text(f"{above}{MARK}\n\n{reference()}", encoding="utf-8")


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
