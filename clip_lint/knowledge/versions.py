"""Which versions of the model libraries a file may run with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.knowledge.documents import own_documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.specifiers import SpecifierSet

_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:(?:a|b|rc|\.dev|\.post)\d+)?")

_TOO_OLD = (
    ("transformers", "torch", ">=2.2", "<5"),
    ("transformers", "huggingface-hub", ">=1.3", "<5"),
    ("transformers", "tokenizers", ">=0.22", "<5"),
    ("transformers", "sentence-transformers", ">=5.2", "<5"),
    ("transformers", "salesforce-lavis", ">1.0.2", "<4.27"),
)
"""Beside which releases of which library a library's newest form works, and what others get: transformers 5.0.0 turns PyTorch off
below 2.2 (`transformers/utils/import_utils.py`) and requires huggingface-hub 1.3 and tokenizers 0.22 (its metadata); sentence-transformers
2.2.2 to 5.1.2 and salesforce-lavis 1.0.2, its last release, require older ones (their metadata)."""


@dataclass(frozen=True, slots=True)
class Versions:
    """For each distribution (normalised name) the PEP 440 specifier that its version satisfies, sorted by name.

    A distribution that is not listed may have any version up to the newest known.
    """

    specifiers: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    """Those of which nothing is known but that the newest release is likely: no pin, no target, not installed."""
    targets: tuple[str, ...] = ()
    """Those that the configuration gives; no file says otherwise."""

    def with_own(self, pins: Mapping[str, str]) -> Versions:
        """These versions, but for what a file says of its own."""
        possible = without_the_impossible(pins)
        own = {name: specifier for name, specifier in possible.items() if name not in self.targets}
        if not own:
            return self
        specifiers = tuple(sorted((dict(self.specifiers) | own).items()))
        return replace(
            self, specifiers=specifiers, assumed=tuple(each for each in self.assumed if each not in own)
        )

    def is_assumed(self, package: str) -> bool:
        """Whether the version of a distribution is a guess, on which no fix may rest."""
        return canonical(package) in self.assumed or not self._of(package)

    def record(self) -> list[list[str]]:
        """What tells these versions from others, for JSON."""
        return [[name, specifier, "assumed" * (name in self.assumed)] for name, specifier in self.specifiers]

    def allows(self, package: str, specifier: str) -> bool:
        """Whether some version that the file may run with satisfies ``specifier``."""
        return _verdict(self._of(package), _newest(package), specifier)[0]

    def requires(self, package: str, specifier: str) -> bool:
        """Whether every version that the file may run with satisfies ``specifier``."""
        allowed, forbidden = _verdict(self._of(package), _newest(package), specifier)
        return allowed and not forbidden

    def _of(self, package: str) -> str:
        return dict(self.specifiers).get(canonical(package), "")


def narrowed(pins: Mapping[str, str], limits: Mapping[str, str]) -> dict[str, str]:
    """Pins that leave room for what cannot be installed, without that room; exact ones stay as they are."""
    made = dict(pins)
    for library, limit in limits.items():
        pinned = made.get(library, "")
        if "==" not in pinned:
            made[library] = f"{pinned},{limit}" if pinned else limit
    return made


def without_the_impossible(pins: Mapping[str, str]) -> dict[str, str]:
    """Pins without the releases that the others leave no room for."""
    limits: dict[str, str] = {}
    for library, other, needed, specifier in _TOO_OLD:
        pinned = pins.get(other)
        if pinned is not None and not Versions(((other, pinned),)).allows(other, needed):
            limits[library] = specifier
    return narrowed(pins, limits)


@cache
def newest() -> Mapping[str, str]:
    """The distributions whose versions matter, and the newest release that the library tables were checked against."""
    return {
        normalized(name): version
        for each in own_documents()
        for name, version in each.head.get("checked", {}).items()
    }


@cache
def gone() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """For packages that programs import, the names that newer releases no longer have, with the distribution and its versions that do."""
    return {
        package: {name: (each.head.get("distribution", package), has) for name, has in named.items()}
        for each in own_documents()
        if (named := each.head.get("gone")) and (package := each.head["package"])
    }


@cache
def names_watched() -> re.Pattern[str]:
    """What a text must contain to say anything about these versions: a distribution's name, or its import name."""
    names = set(newest())
    names |= {
        normalized(each.head.get("package", ""))
        for each in own_documents()
        if normalized(each.head.get("distribution", "")) in names
    }
    return re.compile("|".join(name.replace("-", "[-_.]+") for name in sorted(names)), re.IGNORECASE)


@cache
def canonical(name: str) -> str:
    """The normalised name of a distribution (PEP 503); import names of known libraries are understood too."""
    normal = normalized(name)
    for each in own_documents():
        if normalized(each.head.get("package", "")) == normal:
            return normalized(each.head.get("distribution", name))
    return normal


def normalized(name: str) -> str:
    """A distribution's name as PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _verdict(pinned: str, newest: str, wanted: str) -> tuple[bool, bool]:
    """Whether an allowed version satisfies ``wanted``, and whether one does not.

    Specifiers are unions of intervals between the versions they name, so it is enough to try those versions, their
    neighbours (libraries count with three numbers) and the newest release.
    """
    inside, asked = _specifier(pinned), _specifier(wanted)
    hits = [
        asked.contains(version, prereleases=True)
        for version in _candidates(pinned, wanted, newest)
        if inside.contains(version, prereleases=True)
    ]
    return any(hits), not all(hits)


def _specifier(text: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  (only where a version decides something)

    return SpecifierSet(text)


def _candidates(pinned: str, wanted: str, newest: str) -> list[str]:
    from packaging.version import Version  # noqa: PLC0415

    named = {Version(number) for number in _NUMBER.findall(f"{pinned} {wanted} {newest}")}
    found: set[Version] = set()
    for version in named:
        release = list(version.release)
        found.add(version)
        above = [*release, 0, 0][: max(3, len(release))]
        found.add(Version(".".join(map(str, [*above[:-1], above[-1] + 1]))))
        for depth, part in enumerate(release):
            if part > 0:
                below = [*release[:depth], part - 1, *([9999] if depth < 2 else [])]
                found.add(Version(".".join(map(str, below))))
    # What lies beyond every named version is of interest only up to the newest release, unless the pin itself is newer.
    limit = max(Version(newest), *(Version(number) for number in _NUMBER.findall(pinned) or [newest]))
    return [str(version) for version in sorted(found) if version <= limit]


def _newest(package: str) -> str:
    return newest().get(canonical(package), "9999")
