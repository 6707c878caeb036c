"""Prepare a release: the changelog's section from the fragments beside this file, the version, and where the project lives.

    python changelog.d/release.py 0.2.0 --date 2027-01-31 > notes.md

changes files and commits nothing; what it prints are the release notes, for `git tag --annotate v0.2.0 --file notes.md`. The first
release says once where the project lives, with ``--repository`` and, where there is one, ``--site``. ``--draft`` only prints.
``--notes 0.2.0`` prints the notes of a version that is being published, ``--absolute`` makes the README's links whole, for an index.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

HEADINGS = ("Added", "Changed", "Fixed", "Removed")
PAGES = (
    "README.md",
    "docs/ci.md",
    "docs/editors.md",
    "docs/assistants.md",
    "docs/verify.md",
    "templates/clip-lint.yml",
)
"""What says how to get clip-lint."""


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


def notes(top: Path, version: str) -> str:
    """What the changelog says of a version, without its heading; ValueError where it is not the version of the code."""
    if current(top) != version:
        raise ValueError(f"the code is of version {current(top)}, not {version}")
    found = re.search(
        rf"^## {re.escape(version)} \(\d.*?\)\n\n(.*?)(?=^## |\Z)",
        _read(top / "CHANGELOG.md"),
        re.MULTILINE | re.DOTALL,
    )
    if found is None:
        raise ValueError(f"CHANGELOG.md has no dated section {version}")
    return found[1].strip() + "\n"


def current(top: Path) -> str:
    """The version of the code."""
    (version,) = re.findall(r'^__version__ = "(.+)"$', _read(top / "clip_lint/core/version.py"), re.MULTILINE)
    return str(version)


def gather(top: Path, version: str, date: str) -> None:
    """Put the fragments, and a section of this version that is not released yet, into a dated section of the changelog."""
    changelog = top / "CHANGELOG.md"
    fragments = {path: _read(path) for path in (top / "changelog.d").glob("*.md")}
    texts = {path.name: text for path, text in fragments.items()}
    head, unreleased, rest = _split(_read(changelog))
    if unreleased:
        texts["CHANGELOG.md"] = unreleased.partition("\n")[2]
    changelog.write_text(
        head + section(f"{version} ({date})", texts) + ("\n" + rest if rest else ""), encoding="utf-8"
    )
    for path in fragments:
        path.unlink()


def _split(changelog: str) -> tuple[str, str, str]:
    """What comes before the sections, the section that is not released yet if there is one, and the others."""
    head, *sections = re.split(r"(?m)^(?=## )", changelog)
    unreleased = sections.pop(0) if sections and "(unreleased)" in sections[0].partition("\n")[0] else ""
    return head, unreleased, "".join(sections)


def set_version(top: Path, version: str) -> None:
    """The version in the code, and the tag on the pages that pin one."""
    _change(top / "clip_lint/core/version.py", r'(?m)^__version__ = ".+"$', f'__version__ = "{version}"')
    for page in PAGES:
        _change(
            top / page,
            r"@v\d+\.\d+\.\d+|(?<=rev: )v\d+\.\d+\.\d+",
            lambda found: f"{found[0][: found[0].index('v')]}v{version}",
        )


def settle(top: Path, repository: str, site: str) -> None:
    """Say where the project lives: in the one file that holds it, in the metadata, and on the pages that left a place for it."""
    repository, site = repository.rstrip("/"), site.rstrip("/")
    _change(top / "clip_lint/core/home.py", r'(?m)^REPOSITORY = ".*"$', f'REPOSITORY = "{repository}"')
    _change(top / "clip_lint/core/home.py", r'(?m)^SITE = ".*"$', f'SITE = "{site}"')
    urls = {
        "Homepage": site or repository,
        "Documentation": site or f"{repository}#readme",
        "Source": repository,
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
    table = "[project.urls]\n" + "".join(f'{name} = "{url}"\n' for name, url in urls.items()) + "\n"
    _change(top / "pyproject.toml", r"(?m)^(?=\[project\.scripts\]$)", table)
    _change(top / "fixtures/models/pyproject.toml", r"(?m)^(?=\[tool\.setuptools\]$)", table)
    _change(top / "pyproject.toml", r'(?m)^verify = \["', 'verify = ["clip-lint-models>=0.1", "')
    owner = repository.split("/")[-2]
    for page in PAGES:
        _change(top / page, r"URL-OF-THIS-REPOSITORY", repository)
        _change(top / page, r"OWNER/|GROUP/(?=clip-lint/)", f"{owner}/")
        _change(top / page, r"(?:OWNER|GROUP) is the \w+ this repository lies in\. ", "")
        _change(
            top / page,
            r'python -m pip install "\.\[(\w+)\]"(?: \./fixtures/models)?',
            r"python -m pip install 'clip-lint[\1]'",
        )


def absolute(top: Path) -> None:
    """The README's links to files as links into the repository, at the version's tag."""
    (repository,) = re.findall(r'(?m)^REPOSITORY = "(.+)"$', _read(top / "clip_lint/core/home.py")) or [""]
    if not repository:
        raise ValueError("clip_lint/core/home.py names no repository")
    _change(top / "README.md", r"\]\((?!https?:|#)", f"]({repository}/blob/v{current(top)}/")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _change(path: Path, pattern: str, new: object) -> None:
    path.write_text(re.sub(pattern, new, _read(path)), encoding="utf-8")  # type: ignore[call-overload]


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version", nargs="?")
    parser.add_argument("--date", default="")
    parser.add_argument("--repository", default="")
    parser.add_argument("--site", default="")
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--notes", metavar="VERSION")
    parser.add_argument("--absolute", action="store_true")
    parser.add_argument("--top", type=Path, default=Path(__file__).parent.parent, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    try:
        if asked.absolute:
            absolute(asked.top)
        elif asked.notes:
            sys.stdout.write(notes(asked.top, asked.notes))
        elif asked.draft and asked.version:
            fragments = {path.name: _read(path) for path in (asked.top / "changelog.d").glob("*.md")}
            sys.stdout.write(section(asked.version, fragments))
        elif asked.version and re.fullmatch(r"\d{4}-\d\d-\d\d", asked.date):
            gather(asked.top, asked.version, asked.date)
            set_version(asked.top, asked.version)
            if asked.repository:
                settle(asked.top, asked.repository, asked.site)
            sys.stdout.write(notes(asked.top, asked.version))
        else:
            parser.error("a version and --date YYYY-MM-DD are needed")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
