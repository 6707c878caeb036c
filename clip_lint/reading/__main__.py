"""The facts of a program, for whoever writes a rule: ``python -m clip_lint.reading FILE``."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

from clip_lint.knowledge.versions import Versions
from clip_lint.reading.reader import read
from clip_lint.source.workspace import Workspace


def main(arguments: list[str]) -> str | None:
    """Print them, one a line; what is wrong with the arguments where something is."""
    if len(arguments) != 1:
        return "usage: python -m clip_lint.reading FILE"
    path = Path(arguments[0]).resolve()
    workspace = Workspace((path.parent,), path.parent)
    source, program = workspace.load(path), workspace.program(path)
    if source is None or program is None:
        return f"{arguments[0]}: cannot be read or parsed"
    facts = read(source, program, workspace, Versions())
    for field in fields(facts):
        value = getattr(facts, field.name)
        for each in value if isinstance(value, tuple) else ():
            print(field.name, each)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
