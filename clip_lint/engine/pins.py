"""What a project says about the versions it runs with: lock files, pyproject, requirements and the like.

Nearest folder first; in one folder a lock file says more than a requirement. What no folder on the way up names may be
pinned beside it, in `deploy/requirements.txt` for one. Files that cannot be read or make no sense say nothing: clip-lint is not
their judge.
"""

from __future__ import annotations

import codecs
import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.toml import loads
from clip_lint.engine.interpreters import FILES, bounds
from clip_lint.knowledge.versions import (
    Versions,
    canonical,
    names_watched,
    narrowed,
    newest,
    without_the_impossible,
)
from clip_lint.settings.model import DEFAULT_EXCLUDE
from clip_lint.settings.values import specifier_of
from clip_lint.source.own_pins import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MAX_BYTES = 5_000_000
_REMARK = re.compile(r"[;#]|--hash|\\$")
_REQUIREMENTS = re.compile(r"(?:requirement|^reqs?\b).*\.(?:txt|in)$", re.IGNORECASE)
"""`colab_requirements.txt`, `requirement.txt`, `reqs.txt`: whatever pip is given."""
_CARET = re.compile(r"^\^\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?[\w.]*$")
_TILDE = re.compile(r"^~\s*(\d+(?:\.\d+)*)$")
_EXACT = re.compile(r"^=?\s*(\d[\w.]*)$")

_DEEPEST = 3
_MOST_FOLDERS = 500
"""How far below the top, and in how many folders, pins are looked for that no folder on the way up gives."""

Pins = dict[str, str]
"""A specifier a distribution; empty where it is named without any version."""


class ProjectVersions:
    """The versions that each folder's files run with; read once per folder."""

    def __init__(
        self, *, use_pins: bool = True, targets: Mapping[str, str] | None = None, top: str = ""
    ) -> None:
        self._top = top
        self._use_pins = use_pins
        self._targets = dict(targets or {})
        self._folders: dict[str, Pins] = {}
        self._below: dict[str, Pins] = {}
        self._answers: dict[str, Versions] = {}

    def for_folder(self, folder: str) -> Versions:
        """Configured targets, else the project's pins, else what is installed here, else the newest known."""
        if folder not in self._answers:
            known = dict(self._targets)
            if self._use_pins:
                pins = self._pins(folder)
                found = self._pins_below(self._top_of(folder)) | pins
                for name, specifier in without_the_impossible(found).items():
                    if specifier:
                        known.setdefault(name, specifier)
            unknown = [name for name in newest() if name not in known]
            for name in unknown:
                known[name] = f"=={_installed(name) or newest()[name]}"
            assumed = tuple(sorted(unknown))
            targets = tuple(sorted(self._targets))
            self._answers[folder] = Versions(tuple(sorted(known.items())), assumed, targets)
        return self._answers[folder]

    def _pins(self, folder: str) -> Pins:
        """The pins that hold in ``folder``: its own, then those of the folders above, up to the repository's top."""
        if folder not in self._folders:
            names = _entries(folder)
            own = _own(folder, names)
            parent = os.path.dirname(folder)
            if ".git" not in names and parent != folder:
                _add(own, self._pins(parent))
            self._folders[folder] = own
        return self._folders[folder]

    def _top_of(self, folder: str) -> str:
        """The repository's top, or what was linted where there is none."""
        while ".git" not in _entries(folder) and folder != self._top:
            parent = os.path.dirname(folder)
            if parent == folder:
                return ""
            folder = parent
        return folder

    def _pins_below(self, top: str) -> Pins:
        """What the folders below a project's top pin, the shallow ones first."""
        if not top:
            return {}
        if top not in self._below:
            found: Pins = {}
            self._below[top] = found
            for folder in _folders_below(top):
                _add(found, _own(folder, _entries(folder)))
        return self._below[top]


def pins_of(path: str) -> Pins:
    """The pins of one file, by its name; empty for a file that holds none."""
    name = os.path.basename(path)
    reader = _READERS.get(name) or (_requirements_pins if _is_requirements(name) else None)
    found = _read(path, reader) if reader else {}
    return {name: specifier for name, specifier in found.items() if specifier}


def _own(folder: str, names: set[str]) -> Pins:
    """The pins of the files that lie in one folder."""
    own: Pins = {}
    for name in sorted(names & _READERS.keys(), key=list(_READERS).index):
        _add(own, _read(os.path.join(folder, name), _READERS[name]))
    for name in sorted(names):
        if _is_requirements(name):
            _add(own, _read(os.path.join(folder, name), _requirements_pins))
    for name in sorted(names & FILES.keys()):
        own = narrowed(own, bounds(name, _content(os.path.join(folder, name))))
    return own


def _folders_below(top: str) -> Iterator[str]:
    """The folders below one, level by level; hidden ones, environments and what was installed are nobody's project."""
    level = [top]
    count = 0
    for _ in range(_DEEPEST):
        below: list[str] = []
        for folder in level:
            try:
                with os.scandir(folder) as entries:
                    inside = sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))
            except OSError:
                continue
            for name in inside:
                path = os.path.join(folder, name)
                if (
                    name.startswith(".")
                    or name in DEFAULT_EXCLUDE
                    or os.path.exists(os.path.join(path, "pyvenv.cfg"))
                ):
                    continue
                count += 1
                if count > _MOST_FOLDERS:
                    return
                yield path
                below.append(path)
        level = below


def _entries(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()


def _add(pins: Pins, more: Pins) -> None:
    for name, specifier in more.items():
        if not pins.get(name):
            pins[name] = specifier


def _content(path: str) -> str:
    """What a file says; nothing where it cannot be read, or is too long."""
    try:
        data = read_bytes(path)
    except UnreadableError:
        return ""
    return _text(data) if len(data) <= _MAX_BYTES else ""


def _read(path: str, reader: Callable[[str], Iterator[tuple[str, str]]]) -> Pins:
    text = _content(path)
    pins: Pins = {}
    if not names_watched().search(text):
        return pins
    try:
        for name, version in reader(text):
            key = canonical(name)
            specifier = specifier_of(version) if version else ""
            if key in newest() and specifier is not None:
                _add(pins, {key: specifier})
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return pins  # another tool's file, and not in the shape that tool documents
    return pins


def _text(data: bytes) -> str:
    """What a file says; PowerShell's ``pip freeze > requirements.txt`` writes UTF-16."""
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if is_wide else "utf-8-sig", "replace")


def _is_requirements(name: str) -> bool:
    return _REQUIREMENTS.search(name) is not None


def _toml(text: str) -> dict[str, Any]:
    return loads(text)


def _lock_pins(text: str) -> Iterator[tuple[str, str]]:
    """uv.lock, poetry.lock and pdm.lock: a list of packages with exact versions."""
    for package in _toml(text).get("package", []):
        yield package["name"], f"=={package['version']}"


def _pipfile_lock_pins(text: str) -> Iterator[tuple[str, str]]:
    document = json.loads(text)
    for section in ("default", "develop"):
        for name, entry in document.get(section, {}).items():
            yield name, str(entry.get("version", ""))


def _pyproject_pins(text: str) -> Iterator[tuple[str, str]]:
    document = _toml(text)
    project = document.get("project", {})
    yield from _requirement_list(project.get("dependencies", []))
    for extra in project.get("optional-dependencies", {}).values():
        yield from _requirement_list(extra)
    for group in document.get("dependency-groups", {}).values():
        yield from _requirement_list(group)
    poetry = document.get("tool", {}).get("poetry", {})
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    for table in tables:
        for name, value in table.items():
            yield name, _poetry_specifier(value.get("version", "") if isinstance(value, dict) else str(value))


def _pipfile_pins(text: str) -> Iterator[tuple[str, str]]:
    document = _toml(text)
    for section in ("packages", "dev-packages"):
        for name, value in document.get(section, {}).items():
            yield name, _poetry_specifier(value.get("version", "") if isinstance(value, dict) else str(value))


def _poetry_specifier(text: str) -> str:
    """Poetry's caret and tilde as a specifier."""
    caret = _CARET.match(text.strip())
    if caret:
        numbers = [int(part) for part in caret.groups() if part is not None]
        index = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
        upper = [*numbers[:index], numbers[index] + 1]
        return f">={'.'.join(map(str, numbers))},<{'.'.join(map(str, upper))}"
    tilde = _TILDE.match(text.strip())
    if tilde:
        numbers = [int(part) for part in tilde.group(1).split(".")]
        upper = [numbers[0] + 1] if len(numbers) == 1 else [numbers[0], numbers[1] + 1]
        return f">={tilde.group(1)},<{'.'.join(map(str, upper))}"
    exact = _EXACT.match(text.strip())
    return f"=={exact.group(1)}" if exact else text


def _requirement_list(lines: object) -> Iterator[tuple[str, str]]:
    if isinstance(lines, list):
        for line in lines:
            if isinstance(line, str):
                yield from _requirement(line)


def _requirement(line: str) -> Iterator[tuple[str, str]]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415  (slow to load)

    text = _REMARK.split(line[: 10 * LONGEST_LINE], maxsplit=1)[0].strip().rstrip(",")
    if not names_watched().search(text[:LONGEST_LINE]) or len(text) > LONGEST_LINE:
        return
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return
    if found.url is None:
        yield found.name, str(found.specifier)


def _requirements_pins(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        yield from _requirement(line)


def _setup_cfg_pins(text: str) -> Iterator[tuple[str, str]]:
    import configparser  # noqa: PLC0415

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    lists = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        lists += [value for _, value in parser.items("options.extras_require")]
    for block in lists:
        yield from _requirements_pins(block)


def _setup_py_pins(text: str) -> Iterator[tuple[str, str]]:
    """Requirements written as literals anywhere in a setup.py; nothing is executed."""
    from clip_lint.syntax.quick import strings  # noqa: PLC0415

    for each in strings(text):
        if len(each) < 200:
            yield from _requirement(each)


def _environment_pins(text: str) -> Iterator[tuple[str, str]]:
    """A conda environment: ``- name=1.2``, and pip's lines below ``- pip:``. Read by line, no YAML library needed."""
    for line in text.splitlines():
        if len(line) > LONGEST_LINE:
            continue
        match = re.match(r"^\s*-\s*['\"]?(?:[\w-]+::)?([^'\"#]+)", line)
        if match:
            entry = match.group(1).strip()
            conda = re.match(r"^([\w.-]+)=(\d+(?:\.\d+)*)(\.\*)?(?:=.*)?$", entry)
            if conda:
                exact = conda.group(2).count(".") >= 2 and not conda.group(3)
                yield conda.group(1), f"=={conda.group(2)}" if exact else f"=={conda.group(2)}.*"
            else:
                yield from _requirement(entry)


_READERS: Mapping[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "uv.lock": _lock_pins,
    "poetry.lock": _lock_pins,
    "pdm.lock": _lock_pins,
    "Pipfile.lock": _pipfile_lock_pins,
    "pyproject.toml": _pyproject_pins,
    "requirements.txt": _requirements_pins,
    "setup.cfg": _setup_cfg_pins,
    "setup.py": _setup_py_pins,
    "Pipfile": _pipfile_pins,
    "environment.yml": _environment_pins,
    "environment.yaml": _environment_pins,
}


@cache
def _installed(name: str) -> str | None:
    """The version of a distribution that lies beside clip-lint."""
    from importlib import metadata  # noqa: PLC0415  (slow to load, and pins often answer first)

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
