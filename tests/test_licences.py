"""What clip-lint is installed with may be used by a company: the licence of each dependency, of their dependencies too."""

from __future__ import annotations

import re
from importlib import metadata

import pytest
from packaged import closure

PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "LLVM-exception", "MIT", "MIT-0",
              "MIT-CMU", "PSF-2.0", "Zlib"}  # fmt: skip
EXTRAS = ("verify", "lsp", "mcp", "watch")
WORDS = {
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What older metadata say in words."""


def licence(name: str) -> str:
    """An expression of SPDX, from what the package says of itself."""
    said = metadata.metadata(name).json
    if expression := said.get("license_expression"):
        return str(expression)
    kinds = [
        line.rpartition(" :: ")[2] for line in said.get("classifier", []) if line.startswith("License ::")
    ]
    words = kinds or [str(said.get("license", "")).strip().partition("\n")[0]]
    return " AND ".join(WORDS.get(word, word) for word in words)


def allowed(expression: str, known: set[str]) -> bool:
    """All licences joined by AND must be known; of those joined by OR one."""
    return all(
        any(
            set(re.split(r"\s+WITH\s+", choice.strip("() "))) <= known
            for choice in re.split(r"\s+OR\s+", part)
        )
        for part in re.split(r"\s+AND\s+", expression)
    )


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND LGPL-2.1-only", False),
        ("Apache-2.0 WITH LLVM-exception AND MIT", True),
        ("AGPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_expressions_are_read(expression: str, is_allowed: bool) -> None:
    assert allowed(expression, PERMISSIVE) is is_allowed


def test_the_program_itself_needs_permissive_licences_only() -> None:
    names = closure("")
    assert {"libcst", "click", "pygments"} <= names
    assert {name: licence(name) for name in names if not allowed(licence(name), PERMISSIVE)} == {}


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_extras_need_nothing_that_binds_who_uses_them(extra: str) -> None:
    """MPL-2.0 binds who changes its own files, and nobody else: tqdm, which comes with transformers."""
    names = closure(extra)
    assert len(names) > len(closure(""))
    known = {*PERMISSIVE, "MPL-2.0"}
    assert {name: licence(name) for name in names if not allowed(licence(name), known)} == {}
