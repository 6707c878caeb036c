"""The fragments beside this file as one section of the changelog: ``python changelog.d/gather.py 0.2.0``."""

from __future__ import annotations

import sys
from pathlib import Path

HEADINGS = ("Added", "Changed", "Fixed", "Removed")


def section(version: str, fragments: dict[str, str]) -> str:
    """The section of a version; ValueError names a fragment that has text under no heading or an unknown one."""
    entries: dict[str, list[str]] = {heading: [] for heading in HEADINGS}
    for name, text in sorted(fragments.items()):
        heading = ""
        for line in text.strip().splitlines():
            if line.startswith("### "):
                heading = line.removeprefix("### ").strip()
            elif line.strip() or heading:
                if heading not in entries:
                    raise ValueError(
                        f"{name}: text under {heading or 'no heading'!r}; use {', '.join(HEADINGS)}"
                    )
                entries[heading].append(line)
    parts = [f"## {version}"]
    for heading, lines in entries.items():
        if any(line.strip() for line in lines):
            parts.append(f"### {heading}\n\n" + "\n".join(line for line in lines if line.strip()))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    here = Path(__file__).parent
    found = {path.name: path.read_text(encoding="utf-8") for path in here.glob("*.md")}
    sys.stdout.write(section(sys.argv[1], found))
